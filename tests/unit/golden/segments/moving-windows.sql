((coalesce(
      case when p.attributes ->> %(p1)s ~ '^....-..-..[T ]' and pg_input_is_valid(p.attributes ->> %(p1)s, 'timestamptz')
           then (p.attributes ->> %(p1)s)::timestamptz end
      between (select instant_after(%(now)s, -%(p2)s::interval, zone) from workspace) and %(now)s,
      case when p.attributes ->> %(p1)s ~ '^....-..-..$' and pg_input_is_valid(p.attributes ->> %(p1)s, 'date')
           then (p.attributes ->> %(p1)s)::date end
      between (select (instant_after(%(now)s, -%(p2)s::interval, zone) at time zone zone)::date from workspace) and (select (%(now)s at time zone zone)::date from workspace))) is true
  or (coalesce(
      case when p.attributes ->> %(p3)s ~ '^....-..-..[T ]' and pg_input_is_valid(p.attributes ->> %(p3)s, 'timestamptz')
           then (p.attributes ->> %(p3)s)::timestamptz end
      between %(now)s and (select instant_after(%(now)s, %(p4)s::interval, zone) from workspace),
      case when p.attributes ->> %(p3)s ~ '^....-..-..$' and pg_input_is_valid(p.attributes ->> %(p3)s, 'date')
           then (p.attributes ->> %(p3)s)::date end
      between (select (%(now)s at time zone zone)::date from workspace) and (select (instant_after(%(now)s, %(p4)s::interval, zone) at time zone zone)::date from workspace))) is true)
-- p1 = signed_up
-- p2 = 30 days
-- p3 = renews_on
-- p4 = 2 weeks
