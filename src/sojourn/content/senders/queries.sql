-- name: lock
-- One of the senders is the default, so they are changed one after the other. Whoever reads them does not wait.
lock table sender in share row exclusive mode

-- name: senders
-- All of them, in the order of what is read.
select id, name, address, reply_to, is_default as "default" from sender order by lower(name), address

-- name: no_default
-- Before another one becomes it: there is one default at most.
update sender set is_default = false where is_default

-- name: create
-- The caller has looked that it is not there yet.
insert into sender (name, address, reply_to, is_default)
values (%(name)s, %(address)s, %(reply_to)s, %(is_default)s)
returning id, name, address, reply_to, is_default as "default"

-- name: change
-- No email refers to it, so that none changes.
update sender set name = %(name)s, address = %(address)s, reply_to = %(reply_to)s, is_default = %(is_default)s
where id = %(sender)s
returning id, name, address, reply_to, is_default as "default"

-- name: delete
-- No email refers to it, so that none is lost.
delete from sender where id = %(sender)s returning id

-- name: lines
-- From whom each email is, in its newest version and in the one that is sent: who changes a sender is told of them.
select c.name, v.document ->> 'sender' as line
from content c
cross join lateral (
  (select document from content_version where content = c.id order by number desc limit 1)
  union all
  (select document from content_version where content = c.id and ready_at is not null order by number desc limit 1)
) v
where c.kind = 'email'
