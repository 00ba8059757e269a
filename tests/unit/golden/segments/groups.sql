(((lower(p.attributes ->> %(p1)s) = lower(%(p2)s::text)) is true
  or (lower(p.attributes ->> %(p3)s) = lower(%(p4)s::text)) is true)
  and not ((p.attributes -> %(p5)s = to_jsonb(%(p6)s::boolean)) is true
  or not (exists (select from event e where e.shard = %(shard)s and e.person = p.id and e.name = %(p7)s::text
    and not e.automated)))
  and (true)
  and (false))
-- p1 = city
-- p2 = Paris
-- p3 = city
-- p4 = Lyon
-- p5 = vip
-- p6 = True
-- p7 = order.placed
