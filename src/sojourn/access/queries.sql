-- name: workspace
-- The settings people see; the signing key stays inside.
select name, zone, postal_address from workspace

-- name: webhook_secret
-- What whoever is called checks signatures with.
select webhook_secret from workspace

-- name: change_workspace
-- What is null stays as it is; an empty postal address removes it.
update workspace
set name = coalesce(%(name)s, name),
    zone = coalesce(%(zone)s, zone),
    postal_address = nullif(coalesce(%(postal_address)s, postal_address), '')
returning name, zone, postal_address

-- name: has_account
-- Whether the set-up is over.
select exists (select from account) as answer

-- name: forget_setup_links
-- A new link replaces the older ones, and the first account ends them.
delete from credential where kind = 'setup'

-- name: use_setup_link
-- A set-up link works once: whoever deletes it may make the first account.
delete from credential where hash = %(hash)s and kind = 'setup' returning hash

-- name: create_account
-- An account is an email address and the hash of a password.
insert into account (email, password, created_at) values (%(email)s, %(password)s, %(now)s) returning id

-- name: use_login_link
-- A login link works once, for the account it was made for, while it is young.
delete from credential c using account a
where c.hash = %(hash)s and c.kind = 'login' and c.expires_at > %(now)s and a.id = c.account
returning a.id, a.email

-- name: account
-- What a login is compared with.
select id, email, password from account where email = %(email)s

-- name: keep_password
-- A hash made with weaker parameters is made again when its owner logs in.
update account set password = %(password)s where id = %(account)s

-- name: create_credential
-- A session, a key, a set-up link or a login link; only its hash is kept.
insert into credential (hash, kind, name, account, created_at, expires_at)
values (%(hash)s, %(kind)s, %(name)s, %(account)s, %(now)s, %(expires_at)s)
on conflict (name) where kind = 'key' do nothing
returning name

-- name: credential
-- Who stands behind a session or a key that is still valid. Sessions also end when they are not used.
select c.hash, c.kind, c.name, a.email, coalesce(c.used_at < %(now)s - interval '1 minute', true) as use_unrecorded
from credential c left join account a on a.id = c.account
where c.hash = %(hash)s and c.kind = %(kind)s
  and (c.expires_at is null or c.expires_at > %(now)s)
  and (c.kind <> 'session' or coalesce(c.used_at, c.created_at) > %(now)s - %(idle)s)

-- name: record_use
-- At most once a minute, so that reading stays cheap.
update credential set used_at = %(now)s
where hash = %(hash)s and (used_at is null or used_at < %(now)s - interval '1 minute')

-- name: end_session
-- Logging out, and the old session of a browser that logs in again.
delete from credential where hash = %(hash)s and kind = 'session'

-- name: forget_ended_sessions
-- Each login sweeps away what nobody can use any more.
delete from credential
where kind in ('session', 'login') and (expires_at <= %(now)s or coalesce(used_at, created_at) <= %(now)s - %(idle)s)

-- name: keys
-- The keys of programs, for the people who look after them.
select name, created_at, used_at, expires_at from credential where kind = 'key' order by name

-- name: delete_key
-- From this moment on nothing is answered to it.
delete from credential where kind = 'key' and name = %(name)s returning name

-- name: forget_old_attempts
-- What is older than a day slows nobody down.
delete from login_attempt where subject = %(subject)s and last_at < %(now)s - interval '1 day'

-- name: count_attempt
-- Counted before the password is looked at, so that guesses made at the same time count too. No row: it is too early.
insert into login_attempt as a (subject, failures, last_at, next_at) values (%(subject)s, 1, %(now)s, %(now)s)
on conflict (subject) do update
set failures = a.failures + 1,
    last_at = %(now)s,
    next_at = %(now)s + make_interval(secs => case when a.failures < %(free)s then 0
                                                   else least(power(2, least(a.failures - %(free)s, 30)), %(longest)s) end)
where a.next_at <= %(now)s
returning failures

-- name: next_attempt
-- When the next try is allowed.
select next_at from login_attempt where subject = %(subject)s

-- name: forgive_account
-- The owner came in: the wrong tries before are over.
delete from login_attempt where subject = %(subject)s

-- name: forgive_address
-- A login that succeeds takes back its own count only, so that nobody clears the count of guesses with an account of their own.
update login_attempt set failures = failures - 1 where subject = %(subject)s and failures > 0

-- name: sweep_attempts
-- Each login sweeps away what slows nobody down any more; it waits for nobody, so that two can never wait for each other.
delete from login_attempt where subject in (
  select subject from login_attempt where last_at < %(now)s - interval '1 day' for update skip locked)
