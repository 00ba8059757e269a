"""From the nested list to routes (W1): what stands after a branch is reached by every outcome that did not exit."""

from builders import asks, journey, sends, texts, waits
from sojourn.journeys.compile import all_steps, plan


def routes(*steps):
    return {planned.step.id: dict(planned.routes) for planned in plan(journey(*steps))}


def before(*steps):
    return {planned.step.id: set(planned.before) for planned in plan(journey(*steps))}


def test_W1_steps_lead_to_the_next_one_and_the_last_one_leads_out():
    assert routes(sends("a"), waits("b")) == {"a": {"sent": "b", "blocked": "b", "failed": "b"}, "b": {}}
    assert routes() == {}


def test_W1_a_branch_leads_into_its_lists_and_an_empty_one_to_what_stands_after_it():
    branch = asks("b", yes=[waits("y1"), waits("y2")])
    assert routes(sends("announce"), branch, waits("after")) == {
        "announce": {"sent": "b", "blocked": "b", "failed": "b"},
        "b": {"yes": "y1", "no": "after"},
        "y1": {"done": "y2"},
        "y2": {"done": "after"},
        "after": {},
    }


def test_W1_the_end_of_a_nested_branch_leads_past_all_the_branches_it_stands_in():
    inner = asks("inner", yes=[waits("deep")], no=[waits("other")])
    outer = asks("outer", yes=[inner], no=[])
    assert routes(sends("announce"), outer, waits("after"))["deep"] == {"done": "after"}
    assert routes(sends("announce"), outer, waits("after"))["inner"] == {"yes": "deep", "no": "other"}
    assert routes(sends("announce"), outer) == {
        "announce": {"sent": "outer", "blocked": "outer", "failed": "outer"},
        "outer": {"yes": "inner"},
        "inner": {"yes": "deep", "no": "other"},
        "deep": {},
        "other": {},
    }


def test_W1_a_step_knows_what_everybody_has_passed_and_not_what_only_some_have():
    branch = asks("b", yes=[texts("y"), waits("y2")], no=[waits("n")])
    assert before(sends("announce"), branch, waits("after")) == {
        "announce": set(),
        "b": {"announce"},
        "y": {"announce", "b"},
        "y2": {"announce", "b", "y"},
        "n": {"announce", "b"},
        "after": {"announce", "b"},
    }


def test_steps_are_in_reading_order():
    steps = [sends("announce"), asks("b", yes=[waits("y")], no=[waits("n")]), waits("after")]
    expected = ["announce", "b", "y", "n", "after"]
    assert [step.id for step in all_steps(journey(*steps).steps)] == expected
    assert [planned.step.id for planned in plan(journey(*steps))] == expected


def test_W17_a_thousand_steps_and_a_hundred_branches_in_each_other_are_planned():
    assert len(routes(*(waits(f"s{number}") for number in range(1000)))) == 1000
    nested = [waits("deepest")]
    for depth in range(100):
        nested = [asks(f"b{depth}", yes=nested)]
    assert routes(*nested, waits("after"))["deepest"] == {"done": "after"}
