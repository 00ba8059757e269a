exists (select from event e where e.shard = %(shard)s and e.person = p.id and e.name = %(p1)s::text
    and not e.automated
    and e.at between (select instant_after(%(now)s, -%(p2)s::interval, zone) from workspace) and %(now)s
    and e.link = %(p3)s::text
    and exists (
      select from sent_content s
      where s.shard = %(shard)s and s.participant = e.participant and s.step = e.step and s.name = %(p4)s::text))
-- p1 = email.clicked
-- p2 = 7 days
-- p3 = product
-- p4 = product-announcement
