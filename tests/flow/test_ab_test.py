"""Two mails tried on a fifth of 400 people, over all shards and two workers: the rest gets the better one (W13)."""

from datetime import timedelta

from machine import T0, Machine, machine

from builders import compares, journey, waits
from sojourn.db.connect import Pool
from sojourn.engine.ab_tests import decide_tests
from sojourn.events.model import DeliveryRef, Event
from sojourn.events.store import append
from sojourn.kit.ids import Ref

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
PEOPLE = 400
DECIDED = T0 + 2 * DAY + 5 * SECOND


async def outcomes(house: Machine) -> dict[tuple[str, bool], set[tuple[int, int]]]:
    """Who went on with which version (shard and participant): those who were tested, and those who got the winner."""
    found: dict[tuple[str, bool], set[tuple[int, int]]] = {}
    for row in await house.rows(
        "select v.shard, v.participant, v.outcome, v.cause ? 'winner' as won from visit v join step s on s.id = v.step"
        " where s.kind = 'ab_test' and v.outcome is not null"
    ):
        found.setdefault((row["outcome"], row["won"]), set()).add((row["shard"], row["participant"]))
    return found


async def click(house: Machine, step: str, people: set[tuple[int, int]]) -> None:
    """These people follow the link to the product, twice; a scanner does it with everybody's."""
    (found,) = await house.rows("select id from step where name = %s", step)
    everybody = await house.rows("select shard, participant, person from delivery where step = %s", found["id"])
    async with house.transaction() as conn:
        for row in everybody:
            delivery = DeliveryRef(Ref(row["shard"], row["participant"]), found["id"])
            did = (row["shard"], row["participant"]) in people
            for number in range(2):
                name = f"{step}-{row['shard']}-{row['participant']}-{number}"
                happened = Event(name, Ref(row["shard"], row["person"]), "email.clicked", house.clock.at,
                                 delivery=delivery, link="product", automated=not did)  # fmt: skip
                await append(conn, [happened], house.clock.at)


async def test_W13_the_held_back_rest_of_400_people_gets_the_winner(pool: Pool) -> None:
    async with machine(pool) as house, machine(pool, "other", clock=house.clock) as other:
        for worker in (house, other, house):
            await worker.worker.keep_leases()
        assert len(house.owner.shards) == len(other.owner.shards) == 32
        await house.prepare(PEOPLE)
        await other.settle()
        await house.launch(journey(compares(), waits("after", "1 hour")))
        await other.settle()
        tested = await outcomes(house)
        a, b = tested[("a", False)], tested[("b", False)]
        assert set(tested) == {("a", False), ("b", False)}
        assert 20 <= len(a) <= 60
        assert 20 <= len(b) <= 60
        assert len({shard for shard, _ in a | b}) > 20

        house.clock.at = T0 + HOUR
        await click(house, "better-a", set(sorted(a)[:3]))
        await click(house, "better-b", set(sorted(b)[:9]))
        for instant in (T0 + DAY, DECIDED - timedelta(microseconds=1)):
            await house.move_to(instant)
            await other.settle()
        assert await outcomes(house) == tested, "the rest waits for the end"
        for worker in (other, house):
            await worker.move_to(DECIDED)

        rest = await outcomes(house)
        assert {key: len(people) for key, people in rest.items()} == {
            ("a", False): len(a), ("b", False): len(b), ("b", True): PEOPLE - len(a) - len(b)
        }  # fmt: skip
        (decided,) = await house.rows("select winner, decided_at, cause from ab_test")
        assert (decided["winner"], decided["decided_at"]) == ("b", DECIDED)
        assert decided["cause"]["people"] == {"a": 3, "b": 9}
        assert decided["cause"]["of"] == decided["cause"]["entered"] == {"a": len(a), "b": len(b)}

        await house.move_to(T0 + 3 * DAY)
        await other.settle()
        numbers = await house.numbers()
        assert numbers["better"].left == {"a": len(a), "b": PEOPLE - len(a)}
        assert numbers["better-b"].left == {"sent": PEOPLE - len(a)}
        assert numbers["after"].left == {"done": PEOPLE}
        assert (await house.state(), await house.faults()) == ("Completed", [])


async def test_W13_J3_each_run_has_its_own_test(pool: Pool) -> None:
    async with machine(pool) as house:
        await house.prepare(60)
        repeat = {"frequency": "repeating", "repeat": {"every": 3, "unit": "day"}}
        await house.launch(journey(compares(share=50), **repeat))
        house.clock.at = T0 + HOUR
        await click(house, "better-b", (await outcomes(house))[("b", False)])
        await house.move_to(DECIDED + 3 * DAY)
        tests = await house.rows("select r.number, winner, since, decided_at, cause ->> 'reason' as reason from ab_test"
                                 " join run r on r.id = run order by 1")  # fmt: skip
        assert [tuple(row.values()) for row in tests] == [
            (1, "b", T0, DECIDED, "higher_rate"),
            (2, "a", T0 + 3 * DAY, DECIDED + 3 * DAY, "too_few"),
        ]
        assert await house.faults() == []


async def test_W13_two_workers_that_look_at_once_decide_once(pool: Pool) -> None:
    async with machine(pool) as house:
        await house.prepare(20)
        await house.launch(journey(compares(share=1)))
        async with house.transaction() as one, house.transaction() as other:
            assert await decide_tests(one, DECIDED) is None
            assert await decide_tests(other, DECIDED + HOUR) == DECIDED
        async with house.transaction() as late:
            assert await decide_tests(late, DECIDED + HOUR) is None
        (decided,) = await house.rows("select decided_at from ab_test")
        assert decided["decided_at"] == DECIDED
