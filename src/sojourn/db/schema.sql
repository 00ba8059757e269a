-- Sojourn's database, readable top to bottom in the order of the flow:
-- access, people, events, segments, content, journeys, engine, delivery.
--
-- Two kinds of tables. Tables about people start their primary key with `shard`, so that every statement of the
-- engine stays inside one shard; definitions (few rows, read everywhere) do not.
-- This file is the truth; tests prove that the migrations arrive at it.

-- ------------------------------------------------------------------------------------------------ functions

-- The shard of a person: a stable hash, the same as sojourn.db.shards.shard_of. Fixed for the life of a database.
create function shard_of(audience text, key text) returns smallint language sql stable parallel safe
  return (get_byte(sha256(convert_to(audience || ':' || key, 'UTF8')), 0) % 64)::smallint;

-- Where a text falls between 0 and 1, to the millionth: chance that is for ever the same (rule W13).
create function share_of(text) returns numeric language sql stable parallel safe
  return ('x' || left(encode(sha256(convert_to($1, 'UTF8')), 'hex'), 15))::bit(60)::bigint % 1000000 / 1000000.0;

-- The first instant at which the wall clock of a zone shows `local` or later (rule Z2). A local time that does not
-- exist moves forward to the first that does; one that exists twice is the first of the two.
create function instant_of(local timestamp, zone text) returns timestamptz language plpgsql stable parallel safe as $$
declare
  -- the zone's offsets around that day: two interpretations, the same one on nearly every day of the year
  early timestamptz := (local at time zone 'UTC') - (((local at time zone 'UTC') - interval '26 hours') at time zone zone
                        - ((local at time zone 'UTC') - interval '26 hours') at time zone 'UTC');
  late  timestamptz := (local at time zone 'UTC') - (((local at time zone 'UTC') + interval '26 hours') at time zone zone
                        - ((local at time zone 'UTC') + interval '26 hours') at time zone 'UTC');
  low   timestamptz := least(early, late);
  high  timestamptz := greatest(early, late);
  middle timestamptz;
begin
  if low at time zone zone = local then return low; end if;
  if high at time zone zone = local then return high; end if;
  -- inside a gap: halve the interval down to the microsecond of the change
  while high - low > interval '1 microsecond' loop
    middle := low + (high - low) / 2;
    if middle at time zone zone >= local then high := middle; else low := middle; end if;
  end loop;
  return high;
end $$;

-- `start` plus a duration (rule W11): hours, minutes and seconds are elapsed time; days and months keep the wall clock.
create function instant_after(start timestamptz, duration interval, zone text) returns timestamptz
language plpgsql stable parallel safe as $$
declare
  elapsed  interval := make_interval(hours => extract(hour from duration)::int, mins => extract(minute from duration)::int,
                                     secs => extract(second from duration)::double precision);
  calendar interval := duration - elapsed;
begin
  if calendar = interval '0' then return start + elapsed; end if;
  return instant_of((start at time zone zone) + calendar, zone) + elapsed;
end $$;

-- The daily window of a zone's wall clock that holds `start`, or else the next one (rule W12); null if there is none. A
-- window belongs to the weekday on which it opens (1 is Monday), and ends on the next day if it does not end later than it
-- opens. It holds the instant that it opens at, not the one that it closes at; where the clocks change, both are by
-- instant_of, and a window that nothing is left of is passed over.
create function window_from(start timestamptz, zone text, weekdays int[], opens time, closes time,
                            out opened timestamptz, out closed timestamptz)
language plpgsql stable parallel safe as $$
declare
  today date := (start at time zone zone)::date;
  day   date;
begin
  for days in -2 .. 21 loop -- a wall clock may have gone back by a day; one week's window may have nothing left
    day := today + days;
    continue when extract(isodow from day)::int <> all(weekdays);
    closed := instant_of(day + (closes <= opens)::int + closes, zone);
    continue when closed <= start;
    opened := instant_of(day + opens, zone);
    if closed > opened then return; end if;
  end loop;
  opened := null;
  closed := null;
end $$;

-- The first instant from `start` on that is inside such a window: `start` itself, or when the next window opens.
create function window_opens(start timestamptz, zone text, weekdays int[], opens time, closes time) returns timestamptz
language sql stable parallel safe
  return (select greatest(start, opened) from window_from(start, zone, weekdays, opens, closes) where opened is not null);

-- So many slots from `start` on and before `until`, inside such windows, evenly spaced: `people` in each `per`, or in each
-- window where that is null (rule J9): each window then begins anew, since the next one may be shorter. From `free` on
-- there is room for the next one.
create function entry_slots(start timestamptz, until timestamptz, wanted bigint, people int, per interval, zone text,
                            weekdays int[], opens time, closes time)
returns table (at timestamptz, free timestamptz) language plpgsql stable parallel safe as $$
declare
  earliest timestamptz := start;
  opened   timestamptz;
  closed   timestamptz;
  renewed  timestamptz;
  spacing  interval;
  fitting  bigint;
begin
  while wanted > 0 loop
    select w.opened, w.closed into opened, closed from window_from(earliest, zone, weekdays, opens, closes) w;
    earliest := greatest(earliest, opened);
    exit when opened is null or earliest >= until;
    -- rounded up to what an instant can tell, so that there is never one too many
    spacing := make_interval(secs => ceil(extract(epoch from coalesce(per, closed - opened)) * 1000000 / people) / 1000000.0);
    fitting := least(wanted, ceil(extract(epoch from least(closed, until) - earliest) / extract(epoch from spacing)));
    renewed := case when per is null then closed end;
    return query select earliest + number * spacing, least(earliest + (number + 1) * spacing, renewed)
                 from generate_series(0, fitting - 1) number;
    earliest := least(earliest + fitting * spacing, renewed);
    wanted := wanted - fitting;
  end loop;
end $$;

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception using errcode = 'restrict_violation', message = tg_argv[0];
end $$;

-- ------------------------------------------------------------------------------------------------ workspace and access

-- One database is one workspace.
create table workspace (
  one            boolean primary key default true check (one),
  name           text not null default 'Sojourn',
  zone           text not null default 'UTC',
  postal_address text,
  signing_key    bytea not null check (length(signing_key) >= 32),
  webhook_secret bytea not null check (length(webhook_secret) between 24 and 64)
);

-- Only with `serve --clock virtual`: the worker moves `now` forward, from due to due, until it is `target`, and answers
-- each request by its number once everything due by then is done.
create table virtual_clock (
  one      boolean primary key default true check (one),
  now      timestamptz not null,
  target   timestamptz not null check (target >= now),
  asked    bigint not null default 0,
  answered bigint not null default 0 check (answered <= asked)
);

create table account (
  id         bigint generated always as identity primary key,
  email      text not null unique,
  password   text not null,
  created_at timestamptz not null
);

-- What opens the API: a browser's session, an engineer's key, or the set-up link of the first start. Only hashes are kept.
create table credential (
  hash       bytea primary key,
  kind       text not null check (kind in ('session', 'key', 'setup', 'login')),
  name       text not null,
  account    bigint references account on delete cascade,
  created_at timestamptz not null,
  used_at    timestamptz,
  expires_at timestamptz,
  check (kind not in ('session', 'login') or (account is not null and expires_at is not null))
);
create unique index credential_key on credential (name) where kind = 'key';

-- Slows down the guessing of passwords, per account and per network address (only their hash is kept).
create table login_attempt (
  subject  bytea primary key,
  failures int not null,
  last_at  timestamptz not null,
  next_at  timestamptz not null
);
create index login_attempt_last on login_attempt (last_at);

-- ------------------------------------------------------------------------------------------------ people

create table audience (
  name            text primary key check (name ~ '^[a-z][a-z0-9_]*$'),
  label           text not null,
  email_attribute text,
  phone_attribute text,
  zone_attribute  text
);

create table attribute (
  audience text not null references audience,
  name     text not null check (name ~ '^[a-z][a-z0-9_]*$'),
  type     text not null check (type in ('text', 'number', 'boolean', 'date', 'datetime', 'email', 'phone', 'zone')),
  primary key (audience, name)
);

create sequence person_id;
create table person (
  shard      smallint not null,
  id         bigint not null default nextval('person_id'),
  audience   text not null,
  key        text not null check (key <> ''),
  attributes jsonb not null check (jsonb_typeof(attributes) = 'object'),
  created_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (shard, id),
  unique (shard, audience, key)
);

create table people_import (
  id          bigint generated always as identity primary key,
  audience    text not null references audience,
  source      text not null,
  started_at  timestamptz not null,
  started_by  text not null,
  finished_at timestamptz,
  failure     text,
  rows        bigint not null default 0,
  accepted    bigint not null default 0,
  updated     bigint not null default 0,
  unchanged   bigint not null default 0,
  rejected    bigint not null default 0
);

create table rejected_row (
  import  bigint not null references people_import on delete cascade,
  row     bigint not null,
  reason  text not null,
  content jsonb not null,
  primary key (import, row)
);

-- Consent and suppression belong to the address, not to the person. Both tables hold the exceptions only.
create table purpose (
  name        text not null check (name in ('commercial', 'transactional', 'tracking')),
  channel     text not null check (channel in ('email', 'text', 'push')),
  enforcement text not null check (enforcement in ('restrictive', 'non_restrictive', 'disabled')),
  primary key (name, channel)
);

create table consent (
  channel    text not null,
  address    text not null,
  purpose    text not null,
  state      text not null check (state in ('opted_in', 'opted_out')),
  source     text not null,
  changed_at timestamptz not null,
  primary key (channel, address, purpose),
  foreign key (purpose, channel) references purpose (name, channel)
);

create table suppression (
  channel text not null check (channel in ('email', 'text', 'push')),
  address text not null,
  reason  text not null,
  since   timestamptz not null,
  primary key (channel, address)
);

-- ------------------------------------------------------------------------------------------------ events

-- Immutable facts about people. An interaction (`email.clicked` ...) also names the delivery it belongs to, by the
-- visit that sent it: participant and step. Partitions are made a month at a time by sojourn.events.jobs.
create table event (
  shard       smallint not null,
  id          text not null,
  person      bigint not null,
  name        text not null check (name <> ''),
  at          timestamptz not null,
  received_at timestamptz not null,
  properties  jsonb not null default '{}' check (jsonb_typeof(properties) = 'object'),
  participant bigint,
  step        int,
  link        text,
  automated   boolean not null default false,
  primary key (shard, id, at),
  check ((participant is null) = (step is null))
) partition by range (at);
create table event_default partition of event default;
create index event_of_person on event (shard, person, name, at);
create index event_of_delivery on event (shard, step, name, participant, at) where step is not null;

-- The same id twice is one event (T6): whoever writes the id first writes the event.
create table event_id (
  shard smallint not null,
  id    text not null,
  at    timestamptz not null,
  primary key (shard, id)
);

-- Declared custom events (J10). Once one is Ready to use, journeys may be started by it and events of its name have the
-- types that it declares. What nobody declared is an event too.
create table trigger (
  name        text primary key check (name ~ '^[a-z][a-z0-9_.]*$'),
  declaration jsonb not null check (jsonb_typeof(declaration -> 'attributes') = 'object'),
  created_at  timestamptz not null,
  ready_at    timestamptz,
  ready_by    text,
  check ((ready_at is null) = (ready_by is null))
);

-- Who has to be looked at again: written with each event (by name) and each change of a person ('' as the name),
-- taken by the shard's worker, which wakes their visits and re-evaluates their segments.
create table touched (
  shard  smallint not null,
  person bigint not null,
  event  text not null,
  primary key (shard, person, event)
);

-- ------------------------------------------------------------------------------------------------ segments

create table segment (
  id           int generated always as identity primary key,
  name         text not null unique,
  audience     text not null references audience,
  condition    jsonb not null,
  created_at   timestamptz not null,
  live_at      timestamptz,
  stopped_at   timestamptz
);

-- Which shards have evaluated which segment in whole since its condition was set: first `since`, last `at`.
create table segment_evaluation (
  shard   smallint not null,
  segment int not null,
  since   timestamptz not null,
  at      timestamptz not null,
  primary key (shard, segment)
);

-- Joining and leaving are facts: a member is a row without `until`. Within a shard `entry` grows in the order in which
-- people joined, so that whoever waits for joining members knows where they left off. The first number is used up: its
-- last_value would be the same before and after the first of all joinings.
create sequence segment_entry;
select nextval('segment_entry');
create table segment_member (
  shard   smallint not null,
  segment int not null,
  person  bigint not null,
  since   timestamptz not null,
  until   timestamptz check (until >= since),
  entry   bigint not null default nextval('segment_entry'),
  primary key (shard, segment, person, since)
);
create unique index segment_member_now on segment_member (shard, segment, person) where until is null;
create index segment_member_entry on segment_member (shard, segment, entry);

-- ------------------------------------------------------------------------------------------------ content

create table content (
  id         int generated always as identity primary key,
  name       text not null unique,
  kind       text not null check (kind in ('email', 'text', 'push')),
  audience   text not null references audience,
  created_at timestamptz not null
);

-- A version that is Ready to send never changes; editing makes the next one.
create table content_version (
  id         int generated always as identity primary key,
  content    int not null references content on delete cascade,
  number     int not null,
  document   jsonb not null,
  changed_at timestamptz not null,
  compiled   jsonb,
  ready_at   timestamptz,
  ready_by   text,
  unique (content, number),
  check ((ready_at is null) = (compiled is null))
);
create trigger content_version_frozen before update on content_version for each row
  when (old.ready_at is not null) execute function refuse_change('content that is ready to send cannot be changed');

-- From whom emails can be: what the console begins them with and offers. An email keeps its own copy, so that nothing
-- refers to a row of this table.
create table sender (
  id         int generated always as identity primary key,
  name       text not null check (name <> ''),
  address    text not null check (address <> ''),
  reply_to   text,
  is_default boolean not null default false,
  unique (name, address)
);
create unique index sender_default on sender (is_default) where is_default;

-- ------------------------------------------------------------------------------------------------ journeys

-- A journey that has run is only put away when it is deleted: what happened to people, and the links in their mails, stay.
create table journey (
  id         int generated always as identity primary key,
  slug       text not null check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  name       text not null,
  created_at timestamptz not null,
  deleted_at timestamptz
);
create unique index journey_slug on journey (slug) where deleted_at is null;
create unique index journey_name on journey (name) where deleted_at is null;

-- `entries_end` is when nobody can enter any more; infinity while that is open, null when all runs are there (P7). It is
-- moved to the moment when the next version is published (P4). `completing_at` is when everybody who can enter has.
-- `revision` counts the changes of a draft, so that an editor notices that somebody else has saved.
create table journey_version (
  id           int generated always as identity primary key,
  journey      int not null references journey on delete cascade,
  number       int not null,
  document     jsonb not null,
  revision     int not null default 1,
  published_at timestamptz,
  entries_end  timestamptz,
  completing_at timestamptz,
  stopping_at  timestamptz,
  stopped_at   timestamptz,
  completed_at timestamptz,
  unique (journey, number),
  check (published_at is not null or (stopping_at is null and stopped_at is null and completed_at is null))
);
create trigger journey_version_frozen before update of id, journey, number, document, published_at on journey_version
  for each row when (old.published_at is not null) execute function refuse_change('a published version cannot be modified');
create trigger journey_version_kept before delete on journey_version
  for each row when (old.published_at is not null and old.stopped_at is null and old.completed_at is null)
  execute function refuse_change('a live version cannot be deleted');

-- While a version is paused nobody enters and no message is handed over; with timers `freeze` nobody moves either (P5).
create table pause (
  id         int generated always as identity primary key,
  version    int not null references journey_version on delete cascade,
  paused_at  timestamptz not null,
  timers     text not null check (timers in ('run_on', 'freeze')),
  resumed_at timestamptz check (resumed_at >= paused_at)
);
create unique index pause_now on pause (version) where resumed_at is null;
create index pause_of_version on pause (version);

-- Who changed what, when (P1).
create table journey_change (
  id      bigint generated always as identity primary key,
  journey int not null references journey on delete cascade,
  version int not null,
  at      timestamptz not null,
  who     text not null,
  what    text not null
);

-- A published version, flattened: its steps, where each outcome leads (no row: out of the journey), and which
-- events its steps listen to. The step named `start` is the way in.
create table step (
  id       int generated always as identity primary key,
  version  int not null references journey_version on delete cascade,
  name     text not null,
  kind     text not null,
  position int not null,
  settings jsonb not null,
  unique (version, name)
);
create table route (
  step    int not null references step on delete cascade,
  outcome text not null,
  next    int not null references step,
  primary key (step, outcome)
);
create table listener (
  event text not null,
  step  int not null references step on delete cascade,
  primary key (event, step)
);
-- What a version watches for wherever its participants are: an event, or becoming a member of a segment. It is the reason for
-- which they leave (W15); without a reason it is the goal, which is counted (W14).
create table watch (
  version  int not null references journey_version on delete cascade,
  number   int not null,
  event    text,
  segment  int references segment,
  reason   text check (reason in ('goal_reached', 'exit_event', 'exit_segment')),
  settings jsonb not null,
  primary key (version, number),
  check (num_nonnulls(event, segment) = 1)
);
create index watch_event on watch (event);
create index watch_segment on watch (segment);
-- Where pauses that froze time put a deadline that was computed without them (P5): each one that begins before the deadline
-- moves it by its length, or by its part after `since`, the moment from which the time of the deadline counts. The sum of all
-- earlier lengths may be taken for granted: where one of them came too late, so do those after it.
create function after_pauses(step int, since timestamptz, deadline timestamptz) returns table (at timestamptz)
language sql stable parallel safe as $$
  select $3 + coalesce(sum(length) filter (where paused_at < $3 + earlier), interval '0')
  from (
    select paused_at, length, coalesce(sum(length) over earliest_first, interval '0') as earlier
    from (
      select paused_at, resumed_at - greatest(paused_at, $2) as length
      from pause join step s on s.version = pause.version
      where s.id = $1 and timers = 'freeze' and resumed_at > $2
    ) frozen
    window earliest_first as (order by paused_at rows between unbounded preceding and 1 preceding)
  ) pauses
$$;
create function refuse_step() returns trigger language plpgsql as $$
begin
  if exists (select from journey_version v where v.id = coalesce(new.version, old.version)
                                             and v.published_at is not null and v.stopped_at is null and v.completed_at is null)
  then raise exception using errcode = 'restrict_violation', message = 'a published version cannot be modified'; end if;
  return coalesce(new, old);
end $$;
create trigger step_frozen before insert or update or delete on step for each row execute function refuse_step();
create trigger watch_frozen before insert or update or delete on watch for each row execute function refuse_step();

-- ------------------------------------------------------------------------------------------------ engine

-- The segments whose members enter a version (J6), and those whose members do not (J5).
create table entry_segment (
  version  int not null references journey_version on delete cascade,
  segment  int not null references segment,
  excluded boolean not null,
  primary key (version, segment, excluded)
);

-- One admission of an audience into a version; a repeating journey has one per occurrence.
create table run (
  id        int generated always as identity primary key,
  version   int not null references journey_version on delete cascade,
  number    int not null,
  starts_at timestamptz not null,
  unique (version, number)
);

-- Which shards a run has admitted, and for a run that goes on admitting up to which entry of its segments (J2).
create table admission (
  shard smallint not null,
  run   int not null,
  at    timestamptz not null,
  seen  bigint not null,
  primary key (shard, run)
);

-- Of a journey with an entry rate: from when on the next slot is free (J9). One for all shards and versions, so that nobody
-- is let in too early because others take slots as well.
create table next_slot (
  journey int primary key references journey on delete cascade,
  at      timestamptz not null default '-infinity'
);

-- Which shards have ended which stopped run.
create table ended (
  shard smallint not null,
  run   int not null,
  at    timestamptz not null,
  primary key (shard, run)
);

-- The A/B test of a step in one run, from its first arrival on: when it ends, and then which version won, decided once for
-- all shards, with the numbers that decided (W13). `since` is missing when the end is a date and time of its own.
create table ab_test (
  run        int not null references run on delete cascade,
  step       int not null references step on delete cascade,
  since      timestamptz,
  ends_at    timestamptz not null,
  winner     text check (winner in ('a', 'b')),
  decided_at timestamptz,
  cause      jsonb,
  primary key (run, step),
  check (num_nonnulls(winner, decided_at, cause) in (0, 3))
);

-- Everybody who was considered, with the reason when they did not enter (J11); `entry` counts one person's in one run,
-- `trigger` is the id of the event that started them (J10), `reached_at` when they reached the goal of their version (W14).
create sequence participant_id;
create table participant (
  shard       smallint not null,
  id          bigint not null default nextval('participant_id'),
  run         int not null,
  person      bigint not null,
  entry       int not null default 1,
  trigger     text,
  entered_at  timestamptz not null,
  left_at     timestamptz,
  exit_reason text,
  reached_at  timestamptz,
  primary key (shard, id),
  unique (shard, run, person, entry),
  check (exit_reason is null or left_at is not null)
);
create index participant_of_person on participant (shard, person);

-- A participant is where its open visit is. There are no loops (W1), so participant and step name a visit.
create table visit (
  shard       smallint not null,
  participant bigint not null,
  step        int not null,
  run         int not null,
  person      bigint not null,
  entered_at  timestamptz not null,
  due         timestamptz not null,
  left_at     timestamptz,
  outcome     text,
  exit_reason text,
  cause       jsonb,
  primary key (shard, participant, step),
  check (num_nonnulls(outcome, exit_reason) = (left_at is not null)::int)
);
create unique index visit_open on visit (shard, participant) where left_at is null;
create index visit_due on visit (shard, step, due) where left_at is null;
create index visit_of_person on visit (shard, person);
-- What decided a visit may be erased, since it may tell of a person who was deleted (A4); nothing else of it changes.
create trigger visit_decided before update on visit for each row
  when (old.left_at is not null and (new.cause is not null or to_jsonb(new) - 'cause' <> to_jsonb(old) - 'cause'))
  execute function refuse_change('a visit has one outcome');

-- inflow = here now + went on + exited, per run and step (N1), and what became of its messages, with the outcome or the
-- reason; at the start also who reached the goal. Written by the transaction that moves the people.
create table counter (
  shard   smallint not null,
  run     int not null,
  step    int not null,
  flow    text not null check (flow in ('entered', 'left', 'exited', 'reached', 'sent', 'blocked', 'failed', 'unknown')),
  outcome text not null,
  n       bigint not null,
  primary key (shard, run, step, flow, outcome)
);

-- What a resumed version has to hand over again (P5): each shard's owner gives the messages that were held back their times,
-- one every `spacing` from `starts_at` on, the first of this shard being number `first` of all.
create table backlog (
  shard     smallint not null,
  version   int not null,
  starts_at timestamptz not null,
  spacing   interval not null,
  first     bigint not null,
  primary key (shard, version)
);

-- One shard has one owner. `number` fences: a transaction of an owner that lost its lease cannot commit.
create table lease (
  shard      smallint primary key,
  owner      text,
  number     bigint not null default 0,
  expires_at timestamptz not null default '-infinity'
);

-- Who lives: leases are shared out among the workers seen lately.
create table worker (
  name    text primary key,
  seen_at timestamptz not null
);

-- ------------------------------------------------------------------------------------------------ delivery

-- One content sent (or blocked, with a reason) by one visit: the visit's key is the delivery's key. A call of a webhook is
-- one too, without content: what it says stands in the step. An address that is missing of what was handed over was erased
-- (A4).
create table delivery (
  shard       smallint not null,
  participant bigint not null,
  step        int not null,
  run         int not null,
  person      bigint not null,
  channel     text not null,
  content     int check (content is not null or channel = 'webhook'),
  state       text not null check (state in ('queued', 'sending', 'sent', 'blocked', 'failed', 'unknown')),
  not_before  timestamptz not null,
  attempts    smallint not null default 0,
  address     text,
  tracked     boolean,
  handed_at   timestamptz,
  settled_at  timestamptz,
  reason      text,
  answer      text,
  provider_id text,
  primary key (shard, participant, step),
  check ((state in ('blocked', 'failed', 'unknown')) = (reason is not null and settled_at is not null)),
  check (state not in ('sending', 'sent', 'unknown') or handed_at is not null)
);
create index delivery_waiting on delivery (shard, channel, not_before) where state = 'queued';
create index delivery_sending on delivery (shard) where state = 'sending';
create index delivery_of_person on delivery (shard, person);

-- Every shard is like any other. A planner who has met only some of them, as when everybody enters at once, must not take
-- the others for empty (0005).
alter table participant alter column shard set statistics 0;
alter table visit alter column shard set statistics 0;
alter table delivery alter column shard set statistics 0;

-- Which content was sent, by its name: conditions ask whether somebody did something with one.
create view sent_content as
  select d.shard, d.participant, d.step, c.name
  from delivery d join content_version v on v.id = d.content join content c on c.id = v.content;

-- What the inbox channel keeps instead of sending.
create table inbox_message (
  shard       smallint not null,
  participant bigint not null,
  step        int not null,
  channel     text not null,
  address     text not null,
  subject     text,
  body        text not null,
  html        text,
  link        text,
  headers     jsonb not null default '{}',
  at          timestamptz not null,
  primary key (shard, participant, step)
);
create index inbox_message_at on inbox_message (at);

-- ------------------------------------------------------------------------------------------------ what a new workspace has

insert into audience (name, label, email_attribute, phone_attribute, zone_attribute) values
  ('contact', 'Contact', 'email', 'phone', null), ('lead', 'Lead', 'email', 'phone', null),
  ('customer_profile', 'Customer profile', null, null, null);
insert into attribute (audience, name, type) values
  ('contact', 'first_name', 'text'), ('contact', 'last_name', 'text'), ('contact', 'email', 'email'), ('contact', 'phone', 'phone'),
  ('lead', 'first_name', 'text'), ('lead', 'last_name', 'text'), ('lead', 'email', 'email'), ('lead', 'phone', 'phone'),
  ('customer_profile', 'first_name', 'text'), ('customer_profile', 'last_name', 'text');
insert into purpose (name, channel, enforcement) values
  ('commercial', 'email', 'non_restrictive'), ('commercial', 'text', 'non_restrictive'), ('commercial', 'push', 'non_restrictive'),
  ('transactional', 'email', 'disabled'), ('transactional', 'text', 'disabled'), ('transactional', 'push', 'disabled'),
  ('tracking', 'email', 'non_restrictive'), ('tracking', 'text', 'non_restrictive'), ('tracking', 'push', 'non_restrictive');
insert into lease (shard) select generate_series(0, 63);
