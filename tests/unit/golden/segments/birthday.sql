(to_char(coalesce(case when p.attributes ->> %(p1)s ~ '^....-..-..$' and pg_input_is_valid(p.attributes ->> %(p1)s, 'date')
           then (p.attributes ->> %(p1)s)::date end,
      (case when p.attributes ->> %(p1)s ~ '^....-..-..[T ]' and pg_input_is_valid(p.attributes ->> %(p1)s, 'timestamptz')
           then (p.attributes ->> %(p1)s)::timestamptz end at time zone (select zone from workspace))::date), 'MM-DD') in (
      to_char((select (instant_after(%(now)s, %(p2)s::interval, zone) at time zone zone)::date from workspace), 'MM-DD'),
      case to_char((select (instant_after(%(now)s, %(p2)s::interval, zone) at time zone zone)::date from workspace) + 1, 'MM-DD') when '03-01' then '02-29' end)) is true
-- p1 = born
-- p2 = 3 days
