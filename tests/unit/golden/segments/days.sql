((coalesce(case when p.attributes ->> %(p1)s ~ '^....-..-..$' and pg_input_is_valid(p.attributes ->> %(p1)s, 'date')
           then (p.attributes ->> %(p1)s)::date end,
      (case when p.attributes ->> %(p1)s ~ '^....-..-..[T ]' and pg_input_is_valid(p.attributes ->> %(p1)s, 'timestamptz')
           then (p.attributes ->> %(p1)s)::timestamptz end at time zone (select zone from workspace))::date) = %(p2)s::date) is true
  and (coalesce(case when p.attributes ->> %(p3)s ~ '^....-..-..$' and pg_input_is_valid(p.attributes ->> %(p3)s, 'date')
           then (p.attributes ->> %(p3)s)::date end,
      (case when p.attributes ->> %(p3)s ~ '^....-..-..[T ]' and pg_input_is_valid(p.attributes ->> %(p3)s, 'timestamptz')
           then (p.attributes ->> %(p3)s)::timestamptz end at time zone (select zone from workspace))::date) < %(p4)s::date) is true
  and (case when p.attributes ->> %(p5)s ~ '^....-..-..[T ]' and pg_input_is_valid(p.attributes ->> %(p5)s, 'timestamptz')
           then (p.attributes ->> %(p5)s)::timestamptz end > %(p6)s::timestamptz) is true
  and (coalesce(case when p.attributes ->> %(p7)s ~ '^....-..-..$' and pg_input_is_valid(p.attributes ->> %(p7)s, 'date')
           then (p.attributes ->> %(p7)s)::date end,
      (case when p.attributes ->> %(p7)s ~ '^....-..-..[T ]' and pg_input_is_valid(p.attributes ->> %(p7)s, 'timestamptz')
           then (p.attributes ->> %(p7)s)::timestamptz end at time zone (select zone from workspace))::date) between %(p8)s::date and %(p9)s::date) is true)
-- p1 = signed_up
-- p2 = 2026-11-23
-- p3 = signed_up
-- p4 = 2026-11-23
-- p5 = signed_up
-- p6 = 2026-11-23 09:00:00+01:00
-- p7 = signed_up
-- p8 = 2026-11-01
-- p9 = 2026-11-30
