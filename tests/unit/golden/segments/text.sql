((lower(p.attributes ->> %(p1)s) = lower(%(p2)s::text)) is true
  and (lower(p.attributes ->> %(p3)s) = lower(%(p4)s::text)) is not true
  and (lower(p.attributes ->> %(p5)s) = any (array(select lower(text) from unnest(%(p6)s::text[]) as text))) is true
  and (strpos(lower(p.attributes ->> %(p7)s), lower(%(p8)s::text)) > 0) is true
  and (starts_with(lower(p.attributes ->> %(p9)s), lower(%(p10)s::text))) is true
  and (right(lower(p.attributes ->> %(p11)s), length(lower(%(p12)s::text))) = lower(%(p12)s::text)) is true
  and (p.attributes ->> %(p13)s is not null) is true
  and (p.attributes ->> %(p14)s is not null) is not true)
-- p1 = city
-- p2 = Paris
-- p3 = city
-- p4 = Lyon
-- p5 = country
-- p6 = ['fr', 'be', 'ch']
-- p7 = email
-- p8 = 100%_sure\
-- p9 = first_name
-- p10 = Al
-- p11 = last_name
-- p12 = son
-- p13 = phone
-- p14 = zone
