-- name: create
-- A content begins with its first draft; nothing when the name is taken.
with made as (
  insert into content (name, kind, audience, created_at) values (%(name)s, %(kind)s, %(audience)s, %(now)s)
  on conflict do nothing returning id
)
insert into content_version (content, number, document, changed_at)
select id, 1, %(document)s, %(now)s from made returning content

-- name: lock
-- Saving and making ready happen one after the other.
select id from content where name = %(name)s for update

-- name: contents
-- The newest version of each content, and which of its versions is Ready to send.
select c.id, c.name, c.audience, c.created_at, v.id as version, v.number, v.document, v.changed_at, v.ready_at, v.ready_by,
       (select id from content_version where content = c.id and ready_at is not null order by number desc limit 1)
         as ready_version
from content c
join lateral (select * from content_version where content = c.id order by number desc limit 1) v on true
where %(name)s::text is null or c.name = %(name)s
order by c.name

-- name: change_draft
-- Only the newest version can be a draft, and only a draft can be changed.
update content_version set document = %(document)s, changed_at = %(now)s where id = %(version)s and ready_at is null

-- name: next_draft
-- A version that is Ready to send never changes (C7): editing it makes the next one.
insert into content_version (content, number, document, changed_at)
values (%(content)s, %(number)s, %(document)s, %(now)s)

-- name: change_audience
-- A content is for one audience (C3); it can be another while no version was ever ready.
update content set audience = %(audience)s where id = %(content)s
and not exists (select from content_version where content = %(content)s and ready_at is not null)

-- name: mark_ready
-- From here on the database refuses every change of the version.
update content_version set compiled = %(compiled)s, ready_at = %(now)s, ready_by = %(who)s where id = %(version)s

-- name: compiled
-- What senders and redirects render from.
select compiled from content_version where id = %(version)s and compiled is not null

-- name: postal_address
-- Commercial email shows it.
select postal_address from workspace

-- name: journeys
-- Who would miss it: the journeys whose draft, or a published version, names a content in whatever step.
select distinct named #>> '{}' as content, j.slug, j.name
from journey j join journey_version v on v.journey = j.id
cross join lateral jsonb_path_query(v.document, '$.**.content') named
where j.deleted_at is null and (%(name)s::text is null or named #>> '{}' = %(name)s)
order by j.name

-- name: publishers
-- Journeys that were published with it: their messages, and the links in them, live as long as the journey does.
select distinct j.name from step s join journey_version jv on jv.id = s.version join journey j on j.id = jv.journey
where s.kind in ('email', 'text', 'push')
  and (s.settings ->> 'content')::int in (select id from content_version where content = %(content)s)
order by j.name

-- name: was_sent
-- Links in mails never expire (D6), so what was sent stays, even when its journey is gone. A look at all shards.
select exists (
  select from delivery d where d.content in (select id from content_version where content = %(content)s)
) as answer

-- name: delete
-- With all its versions.
delete from content where id = %(content)s
