"""Mutants of the engine's own statements and of the gate."""

from mutants.mutant import Mutant, table

STARTS = "tests/store/test_engine_starts.py"
RUNS = "tests/store/test_engine_runs.py"
STEPS = "tests/store/test_engine_steps.py"
FOR = "tests/store/test_engine_waits_for.py"
TESTS = "tests/store/test_engine_ab_tests.py"
PAUSE = "tests/store/test_pause.py"
EXITS = "tests/store/test_engine_exits.py"
GOALS = "tests/store/test_engine_goals.py"
FORGET = "tests/store/test_forget.py"
HELD = "tests/flow/test_hold_out.py"
GATE = "tests/store/test_delivery_gate.py"

# fmt: off
MUTANTS: list[Mutant] = [
    *table("engine.store:admit", [
        ("admit: considers people again", "is not null or not exists (select from admission", "is not null or true or not exists (select from admission", RUNS),
        ("admit: lets in who was deleted", "p.id = candidate.person) then 'person_deleted'", "p.id = candidate.person) and false then 'person_deleted'", FORGET),
        ("admit: lets in another audience", "is distinct from %(audience)s then", "is distinct from %(audience)s and false then", STARTS),
        ("admit: lets in whom a segment excludes", "and m.until is null) then 'excluded'", "and m.until is not null) then 'excluded'", STARTS),
        ("admit: excludes who was in that segment once", "and m.until is null) then 'excluded'", ") then 'excluded'", STARTS),
        ("admit: takes who has left for somebody inside", "and p.left_at is null)\n        then 'still_inside'", ")\n        then 'still_inside'", STARTS),
        ("admit: takes who was excluded for somebody who entered", "p.exit_reason not in ('excluded', 'held_out', 'entry_closed'), true)", "p.exit_reason not in ('held_out', 'entry_closed'), true)", STARTS),
        ("admit: holds nobody out", " * 100 < %(hold_out)s", " * 100 < 0 * %(hold_out)s", HELD),
        ("admit: holds out others in each run", " || ':' || %(salt)s)", " || ':' || %(run)s || %(salt)s)", HELD),
        ("admit: takes who was held out for somebody who entered", "p.exit_reason not in ('excluded', 'held_out', 'entry_closed'), true)", "p.exit_reason not in ('excluded', 'entry_closed'), true)", HELD),
        ("admit: lets in twice", "when %(once_each)s and exists", "when %(once_each)s and false and exists", STARTS),
        ("admit: lets in again only later than at the end of the delay", "%(zone)s) > candidate.at)", "%(zone)s) >= candidate.at)", STARTS),
        ("admit: counts nobody at the first step", "(%(first)s, 'entered', '', exit_reason is null and", "(%(first)s, 'entered', '', false and", RUNS),
    ]),
    *table("engine.store:members_at_start", [
        ("members_at_start: leaves out who left after the start", "(m.until is null or m.until > way_in.moment)", "m.until is null", RUNS),
        ("members_at_start: takes who joined after the start", "and m.since <= way_in.moment and", "and", RUNS),
        ("members_at_start: takes who changed after the start", "p.id = m.person) <= way_in.moment", "p.id = m.person) is not null", RUNS),
    ]),
    *table("engine.store:members_now", [
        ("members_now: takes former members", " and m.until is null", "", STARTS),
    ]),
    *table("engine.store:members_joined", [
        ("members_joined: takes who joined a second segment", "o.since < m.since and (o.until is null or o.until >= m.since))", "false)", STARTS),
        ("members_joined: takes who went from one segment to another", "(o.until is null or o.until >= m.since)", "o.until is null", STARTS),
        ("members_joined: takes who has left again", "o.person = m.person and o.until is null)", "o.person = m.person)", STARTS),
    ]),
    *table("engine.store:events_happened", [
        ("events_happened: takes what happened before the start", "e.at >= %(starts_at)s", "true", STARTS),
        ("events_happened: takes what does not pass the filter", "{filter} and", "(true or {filter}) and", STARTS),
        ("events_happened: takes what machines did", "not e.automated and ", "", STARTS),
    ]),
    *table("engine.store:runs_to_admit", [
        ("runs_to_admit: starts a run before its time", "where r.starts_at <= %(now)s and", "where", RUNS),
        ("runs_to_admit: lets people in during a pause", "pause.resumed_at is null)", "pause.resumed_at is null and false)", PAUSE),
    ]),
    *table("engine.store:runs_that_go_on", [
        ("runs_that_go_on: lets people in after the end", "v.entries_end > %(now)s", "true", STARTS),
    ]),
    *table("engine.store:due_steps", [
        ("due_steps: moves people of a version that is frozen", "pause.timers = 'freeze' or", "false or", PAUSE),
    ]),
    *table("engine.store:advance", [
        ("advance: ends who has a way to go", "not exists (select from route", "exists (select from route", STEPS),
        ("advance: does not count who comes", "'entered', '' from moved", "'entered', '' from moved where false", "tests/store/test_engine_runs.py tests/store/test_analytics.py"),
        ("advance: counts who exits as going on", "'left' else 'exited' end", "'left' else 'left' end", "tests/store/test_engine_forks.py"),
        ("advance: forgets the cause", "cause = decided.cause", "cause = null", STEPS),
        ("advance: does not say when to look again", "set due = decided.wake_at", "set due = 'infinity'", STEPS),
    ]),
    *table("engine.store:wake", [
        ("wake: wakes nobody", "visit.left_at is null", "false", STEPS),
    ]),
    *table("engine.store:wake_joined", [
        ("wake_joined: wakes nobody who joined", "visit.left_at is null", "false", FOR),
    ]),
    *table("engine.store:release", [
        ("release: lets all go at once after a pause", "(%(first)s + waiting.place)", "(%(first)s)", PAUSE),
        ("release: forgets whom a trigger would have started", "and e.at >= r.starts_at", "and false", STARTS),
        ("release: sends what was put off too early", "greatest(nullif(not_before, 'infinity'), ", "greatest(null, ", PAUSE),
    ]),
    *table("engine.store:decide_test", [
        ("decide_test: decides a test twice", " and winner is null", "", TESTS),
    ]),
    *table("engine.store:goal_tally", [
        ("goal_tally: tells of what was done before", "between v.entered_at and %(ends_at)s", "<= %(ends_at)s", TESTS),
    ]),
    *table("engine.store:message_tally", [
        ("message_tally: tells of what was done too late", " and e.at <= %(ends_at)s", "", TESTS),
        ("message_tally: tells of machines", " and not e.automated", "", TESTS),
    ]),
    *table("engine.store:leave", [
        ("leave: keeps what was not handed over", "delivery.state = 'queued'", "delivery.state = 'blocked'", RUNS),
        ("leave: forgets the cause", "cause = leaving.cause", "cause = null", EXITS),
    ]),
    *table("engine.store:inside_run", [
        ("inside_run: ends everybody", " and run = %(run)s\n  and step in (select s.id from step s join run r on r.version = s.version where r.id = %(run)s)", "", EXITS + " " + RUNS),
    ]),
    *table("engine.store:watched_events", [
        ("watched_events: takes what was before", "e.at >= asked.since", "true", EXITS),
        ("watched_events: takes what machines did", " and not e.automated", "", EXITS),
        ("watched_events: does not ask the filter", "and {tests}", "and (true or {tests})", EXITS),
        ("watched_events: counts no goal of who was held out", " or p.exit_reason = 'held_out')", ")", HELD),
        ("watched_events: counts a goal again and again", "p.reached_at is null else", "true else", GOALS),
        ("watched_events: takes what is too late", "and e.at <= coalesce(until.at, 'infinity')", "", GOALS),
    ]),
    *table("engine.store:reach", [
        ("reach: counts who was held out among those who entered", "then 'held_out' else", "then '' else", HELD),
    ]),
    *table("engine.store:watched_members", [
        ("watched_members: takes former members", " and m.until is null", "", EXITS),
        ("watched_members: takes members of any segment", "m.segment = %(segment)s and ", "", EXITS),
    ]),
    *table("engine.store:people_joined", [
        ("people_joined: nobody leaves", "entry > %(entry)s", "false", EXITS),
    ]),
    *table("engine.store:participations_of_people", [
        ("participations_of_people: ends everybody", " and person = any(%(people)s)", "", FORGET),
        ("participations_of_people: only who is inside", "person = any(%(people)s)", "person = any(%(people)s) and left_at is null", FORGET),
    ]),
    *table("engine.store:erase", [
        ("erase: leaves the inbox", "delivery.person = any(%(people)s)", "false", FORGET),
        ("erase: leaves their addresses", "set address = null, answer", "set answer", FORGET),
    ]),
    *table("engine.store:finish_versions", [
        ("finish_versions: completes what goes on", "v.entries_end is null or v.entries_end <= %(now)s", "true", RUNS),
        ("finish_versions: completes with somebody inside", "visit.left_at is null limit 1", "false limit 1", RUNS),
    ]),
    *table("engine.store:hold", [
        ("hold: takes anybody's lease", " and number = %(number)s", "", "tests/store/test_engine_leases.py"),
    ]),
    *table("engine.store:runs_to_follow", [
        ("runs_to_follow: makes no late run", "r.starts_at <= %(now)s", "r.starts_at < %(now)s", STARTS),
    ]),
    *table("delivery.store:gate", [
        ("gate: lets through what is suppressed", "suppression.address is not null then", "false then", GATE),
        ("gate: blocks where a purpose is not enforced", "purpose.enforcement <> 'disabled' and consent.state", "consent.state", GATE),
        ("gate: lets through who opted out", "and consent.state = 'opted_out'", "and false", GATE),
        ("gate: lets through who never agreed", "and consent.state is null then", "and false then", GATE),
        ("gate: takes another channel's consent", "consent.channel = asked.channel and consent.address = asked.address and consent.purpose", "consent.address = asked.address and consent.purpose", GATE),
        ("gate: takes another channel's suppression", "suppression.channel = asked.channel and suppression.address", "suppression.address", GATE),
        ("gate: follows who said no", "else tracking_consent.state is distinct from 'opted_out'", "else true", GATE),
    ]),
    *table("delivery.store:claim", [
        ("claim: sends to who has left", "when visit.exit_reason is not null then visit.exit_reason", "when false then null", EXITS),
        ("claim: takes an empty address for one", "nullif(person.attributes ->> (step.settings ->> 'to'), '')", "(person.attributes ->> (step.settings ->> 'to'))", GATE),
        ("claim: lets through who was deleted", "when person.id is null then 'person_deleted'", "when person.id is null then null", GATE),
        ("claim: sends during a pause", "when pause.id is not null then 'journey_paused'", "when false then 'journey_paused'", PAUSE),
        ("claim: sends for a journey that was stopped", "version.id is null or version.stopping_at is not null", "version.id is null", GATE),
        ("claim: sends before the time", " and not_before <= %(now)s\n", "\n", GATE),
        ("claim: wakes nobody whose message was blocked", "visit.left_at is null", "false", GATE),
    ]),
    *table("delivery.store:settle", [
        ("settle: records an answer twice", "and delivery.state = 'sending'", "and true", GATE),
        ("settle: whoever's message failed waits for ever", "and settled.state <> 'queued'", "and settled.state = 'sent'", STEPS),
        ("settle: forgets what was deleted meanwhile", "where address is null", "where false", FORGET),
    ]),
    *table("delivery.store:doubt", [
        ("doubt: doubts what was not out", "state = 'sending' and not channel", "state in ('sending', 'queued') and not channel", GATE),
    ]),
]
# fmt: on
