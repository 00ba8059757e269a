((case jsonb_typeof(p.attributes -> %(p1)s) when 'number' then (p.attributes -> %(p1)s)::numeric end >= %(p2)s::numeric) is true
  and (case jsonb_typeof(p.attributes -> %(p3)s) when 'number' then (p.attributes -> %(p3)s)::numeric end < %(p4)s::numeric) is true
  and (case jsonb_typeof(p.attributes -> %(p5)s) when 'number' then (p.attributes -> %(p5)s)::numeric end between %(p6)s::numeric and %(p7)s::numeric) is true
  and (case jsonb_typeof(p.attributes -> %(p8)s) when 'number' then (p.attributes -> %(p8)s)::numeric end = any (%(p9)s::numeric[])) is true
  and (case jsonb_typeof(p.attributes -> %(p10)s) when 'number' then (p.attributes -> %(p10)s)::numeric end = %(p11)s::numeric) is not true
  and (p.attributes -> %(p12)s = to_jsonb(%(p13)s::boolean)) is true)
-- p1 = lifetime_value
-- p2 = 1000
-- p3 = lifetime_value
-- p4 = 12.5
-- p5 = orders
-- p6 = 1
-- p7 = 5
-- p8 = orders
-- p9 = [Decimal('1'), Decimal('3')]
-- p10 = orders
-- p11 = 2
-- p12 = vip
-- p13 = True
