-- name: virtual_time
-- What a virtual clock shows, and whether somebody waits for it.
select now, target, asked, answered from virtual_clock

-- name: start_virtual_clock
-- A virtual clock begins at the real time, once per database.
insert into virtual_clock (now, target) select t, t from clock_timestamp() t on conflict do nothing

-- name: ask_virtual_clock
-- Asks the worker to reach an instant; time never goes back.
update virtual_clock set target = %(target)s, asked = asked + 1 where now <= %(target)s
returning asked, pg_notify('sojourn', '')

-- name: move_virtual_clock
-- The worker goes to the next instant at which something is due.
update virtual_clock set now = %(now)s where now < %(now)s and target >= %(now)s

-- name: answer_virtual_clock
-- Everything due by now is done for whoever asked so far.
update virtual_clock set answered = %(asked)s where answered < %(asked)s
