((select count(*) from event e where e.shard = %(shard)s and e.person = p.id and e.name = %(p1)s::text
    and not e.automated
    and e.at > %(p2)s::timestamptz
    and e.at < %(p3)s::timestamptz
    and (case jsonb_typeof(e.properties -> %(p4)s) when 'number' then (e.properties -> %(p4)s)::numeric end >= %(p5)s::numeric) is true
    and (lower(e.properties ->> %(p6)s) = lower(%(p7)s::text)) is true) >= %(p8)s::bigint
  and (select count(*) from event e where e.shard = %(shard)s and e.person = p.id and e.name = %(p9)s::text
    and not e.automated) between %(p10)s::bigint and %(p11)s::bigint
  and (select count(*) from event e where e.shard = %(shard)s and e.person = p.id and e.name = %(p12)s::text
    and not e.automated) between %(p13)s::bigint and %(p14)s::bigint
  and (select count(*) from event e where e.shard = %(shard)s and e.person = p.id and e.name = %(p15)s::text
    and not e.automated) = %(p16)s::bigint)
-- p1 = order.placed
-- p2 = 2026-01-01 00:00:00+00:00
-- p3 = 2027-01-01 00:00:00+00:00
-- p4 = amount
-- p5 = 10
-- p6 = currency
-- p7 = EUR
-- p8 = 2
-- p9 = order.returned
-- p10 = 0
-- p11 = 1
-- p12 = order.placed
-- p13 = 3
-- p14 = 5
-- p15 = order.reviewed
-- p16 = 1
