((exists (
      select from segment_member m
      where m.shard = %(shard)s and m.segment = (select id from segment where name = %(p1)s::text)
        and m.person = p.id and m.until is null)) is true
  and not ((exists (
      select from segment_member m
      where m.shard = %(shard)s and m.segment = (select id from segment where name = %(p2)s::text)
        and m.person = p.id and m.until is null)) is true))
-- p1 = most-valuable
-- p2 = newcomers
