"""Mutants of what each step kind says to the engine: its outcome query, and its effect."""

from mutants.mutant import Mutant, table

CASES = "tests/store/test_engine_cases.py"
STEPS = "tests/store/test_engine_steps.py"
FORKS = "tests/store/test_engine_forks.py"
FOR = "tests/store/test_engine_waits_for.py"
UNTIL = "tests/store/test_engine_waits_until.py"
TESTS = "tests/store/test_engine_ab_tests.py"
DEEDS = "tests/store/test_engine_deeds.py"
PAUSE = "tests/store/test_pause.py"
RATE = "tests/store/test_entry_rate.py tests/store/test_entry_slots.py"


# fmt: off
MUTANTS: list[Mutant] = [
    *table("journeys.steps.start:StartStep.effect", [
        ("start: at their slot whoever is excluded enters", "and m.until is null) then 'excluded'", "and false) then 'excluded'", RATE),
        ("start: a slot that was missed is good", "and due.due_at + %(patience)s::interval >= %(now)s", "", RATE),
        ("start: everybody gets the same slot", "row_number() over (order by slot.at) as number", "1 as number", RATE),
        ("start: slots are given again", "update next_slot set at = (select max(free) from given)", "update next_slot set at = at", RATE),
    ]),
    *table("journeys.steps.if_then:IfStep.outcome_query", [
        ("if: what happens at the deadline is late", "event.at <= deadline.at", "event.at < deadline.at", CASES),
        ("if: machines move people", " and not event.automated", "", CASES),
        ("if: any link will do", "(awaited.link is null or event.link = awaited.link)", "true", CASES),
        ("if: no grace before No", "when %(now)s >= deadline.at + %(grace)s::interval then 'no'", "when %(now)s >= deadline.at then 'no'", CASES),
        ("if: the latest event wins", "order by event.at,", "order by event.at desc,", CASES),
        ("if: of two at one instant the last one wins", "awaited.place, event.id", "awaited.place desc", CASES),
        ("if: anybody's message counts", "event.participant = due.participant and ", "", STEPS),
        ("if: waits for a message that was blocked", "(delivery.state in ('sent', 'unknown')) is not true then 'no'", "delivery.state is null then 'no'", CASES),
        ("if: a message in doubt was not sent", "(delivery.state in ('sent', 'unknown')) is not true then 'no'", "(delivery.state in ('sent')) is not true then 'no'", STEPS),
        ("if: the limit counts from arriving", "instant_after(delivery.handed_at", "instant_after(due.entered_at", STEPS),
        ("if: pauses take of the limit", "after_pauses(%(step)s, delivery.handed_at, unpaused.at)", "(select unpaused.at)", PAUSE),
    ]),
    *table("journeys.steps.message:MessageStep.outcome_query", [
        ("message: what was blocked was sent", "when 'blocked' then 'blocked'", "when 'blocked' then 'sent'", "tests/store/test_delivery_gate.py" + " " + STEPS),
        ("message: what is in doubt failed", "when 'unknown' then 'sent'", "when 'unknown' then 'failed'", STEPS + " " + "tests/store/test_delivery_gate.py"),
        ("message: nobody waits for it", "case delivery.state when 'sent' then 'sent'", "case delivery.state when 'queued' then 'sent' when 'sent' then 'sent'", STEPS),
    ]),
    *table("journeys.steps.webhook:WebhookStep.outcome_query", [
        ("webhook: a call that was blocked waits for ever", "in ('blocked', 'failed') then", "in ('failed') then", "tests/store/test_engine_calls.py"),
    ]),
    *table("journeys.steps.wait:WaitStep.outcome_query", [
        ("wait: goes on after its end, not at it", "%(now)s >= until.at", "%(now)s > until.at", STEPS),
        ("wait: a pause does not stop it", "after_pauses(%(step)s, due.entered_at, unpaused.at) until", "(select unpaused.at) until", PAUSE),
    ]),
    *table("journeys.steps.wait_until:WaitUntilStep.outcome_query", [
        ("wait until: goes on after the time, not at it", "%(now)s >= %(at)s::timestamptz", "%(now)s > %(at)s::timestamptz", STEPS),
    ]),
    *table("journeys.steps.wait_until:_PLACED", [
        ("wait until: in the journey's zone", "then own.zone", "then %(zone)s", UNTIL),
    ]),
    *table("journeys.steps.wait_until:_UNTIL_ATTRIBUTE", [
        ("wait until: without the date for ever", "(%(now)s < until.at) is not true", "%(now)s >= until.at", UNTIL),
        ("wait until: the offset is left out", "instant_after(named.at, %(offset)s::interval, placed.zone)", "instant_after(named.at, %(offset)s::interval * 0, placed.zone)", UNTIL),
    ]),
    *table("journeys.steps.wait_until:_UNTIL_WINDOW", [
        ("wait until: not yet when the window opens", "%(now)s >= opening.at", "%(now)s > opening.at", UNTIL),
    ]),
    *table("journeys.steps.wait_for:_HAPPENED", [
        ("wait for: what happened before arriving counts", "e.at between due.entered_at and deadline.at", "e.at <= deadline.at", FOR),
        ("wait for: what is late counts", "e.at between due.entered_at and deadline.at", "e.at >= due.entered_at", FOR),
        ("wait for: the filter is not asked", "and {tests}", "and (true or {tests})", FOR),
        ("wait for: machines move people", " and not e.automated", "", FOR),
    ]),
    *table("journeys.steps.wait_for:_JOINED", [
        ("wait for: an earlier membership counts", "(m.since >= due.entered_at or m.until is null or m.until > due.entered_at)", "true", FOR),
        ("wait for: whoever joins late has joined", " and m.since <= deadline.at", "", FOR),
    ]),
    *table("journeys.steps.wait_for:WaitForStep.outcome_query", [
        ("wait for: no grace before No", "when %(now)s >= deadline.at + %(grace)s::interval then 'no'", "when %(now)s >= deadline.at then 'no'", FOR),
    ]),
    *table("journeys.steps.branch:BranchStep.outcome_query", [
        ("branch: the next case", "[number]", "[number + 1]", FORKS),
        ("branch: nobody waits for members that are not known", "case when {known} then coalesce((%(outcomes)s::text[])[number], 'other') end", "coalesce((%(outcomes)s::text[])[number], 'other')", FORKS),
    ]),
    *table("journeys.steps.split:SplitStep.outcome_query", [
        ("split: two steps part people alike", "due.person || ':' || %(salt)s", "due.person", FORKS),
        ("split: each run parts people anew", "|| due.person ||", "|| due.participant ||", FORKS),
    ]),
    *table("journeys.steps.ab_test:AbTestStep.outcome_query", [
        ("A/B test: the rest does not get the winner", "case when test.winner is not null then test.winner", "case when test.winner is not null then 'a'", TESTS),
        ("A/B test: all who test get one version", "fall.share * 200 <", "fall.share * 100 <", TESTS),
        ("A/B test: after its end it goes on", "when %(now)s < ending.at and fall.share * 200", "when fall.share * 200", TESTS),
    ]),
    *table("journeys.steps.set_attribute:SetStep.effect", [
        ("set: nobody hears of it", "'' from changed order by id", "'' from changed where false order by id", DEEDS),
        ("set: everybody in the shard gets it", " and id in (select person from due)", "", DEEDS),
    ]),
    *table("journeys.steps.raise_trigger:RaiseStep.effect", [
        ("raise: nobody hears of it", "%(trigger)s from raised order by person", "%(trigger)s from raised where false order by person", DEEDS),
    ]),
    *table("journeys.steps.exit:ExitStep.outcome_query", [
        ("exit: as if the journey was stopped", "exit:exit_step", "exit:journey_stopped", FORKS),
    ]),
    *table("journeys.steps.goal:GoalStep.outcome_query", [
        ("goal: which one is not noted", "jsonb_build_object('goal', %(name)s::text)", "jsonb_build_object('goal', left(%(name)s::text, 0))", DEEDS),
    ]),
]
# fmt: on
