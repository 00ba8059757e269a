"""Which version of an A/B test wins, and what chance has to do with it (W13)."""

from statistics import NormalDist

import pytest

from sojourn.engine.verdict import Tally, p_value, verdict


@pytest.mark.parametrize(
    ("a", "b", "winner", "reason"),
    [
        (Tally(9, 40), Tally(4, 40), "a", "higher_rate"),
        (Tally(9, 40), Tally(5, 10), "b", "higher_rate"),
        (Tally(1, 3), Tally(333_333, 1_000_000), "a", "higher_rate"),
        (Tally(10, 40), Tally(5, 20), "default", "equal_rates"),
        (Tally(0, 40), Tally(0, 40), "default", "too_few"),
        (Tally(0, 0), Tally(0, 0), "default", "too_few"),
        (Tally(0, 40), Tally(1, 40), "b", "higher_rate"),
        (Tally(1, 1), Tally(0, 0), "a", "higher_rate"),
    ],
)
def test_W13_the_higher_rate_wins_or_else_the_default(a: Tally, b: Tally, winner: str, reason: str) -> None:
    found = verdict(a, b, "default")
    assert (found.winner, found.reason) == (winner, reason)


@pytest.mark.parametrize(
    ("a", "b", "z"),
    [
        (Tally(38, 200), Tally(52, 200), 1.67633),  # 0.07 / sqrt(0.225 x 0.775 x 2/200)
        (Tally(15, 100), Tally(30, 100), 2.54000),  # 0.15 / sqrt(0.225 x 0.775 x 2/100)
        (Tally(10, 40), Tally(5, 20), 0),
    ],
)
def test_W13_the_p_value_is_that_of_the_pooled_test_of_two_proportions(a: Tally, b: Tally, z: float) -> None:
    assert p_value(a, b) == pytest.approx(2 * NormalDist().cdf(-z), abs=1e-5)
    assert p_value(b, a) == p_value(a, b)


@pytest.mark.parametrize("pair", [(Tally(0, 5), Tally(0, 5)), (Tally(5, 5), Tally(5, 5)), (Tally(3, 5), Tally(0, 0))])
def test_W13_without_any_difference_to_explain_there_is_no_p_value(pair: tuple[Tally, Tally]) -> None:
    assert p_value(*pair) is None


def test_W13_what_is_kept_of_a_verdict_tells_everything_it_was_decided_by() -> None:
    cause = verdict(Tally(9, 40, 41), Tally(4, 40, 40), "b").cause
    assert cause.pop("p_value") == pytest.approx(0.1301, abs=1e-3)
    assert cause == {
        "reason": "higher_rate",
        "rates": {"a": 0.225, "b": 0.1},
        "people": {"a": 9, "b": 4},
        "of": {"a": 40, "b": 40},
        "entered": {"a": 41, "b": 40},
    }
