"""Which version of an A/B test won (rule W13): the higher rate, and how far chance alone might explain it."""

from dataclasses import dataclass
from fractions import Fraction
from math import erfc, sqrt
from typing import Any, Literal

LEAST = 1  # people of both versions together who have to have done it, or nothing is decided

Reason = Literal["higher_rate", "equal_rates", "too_few"]


@dataclass(frozen=True)
class Tally:
    """Of one version: `people` who did what counts, of so many messages sent, or so many who entered it; how many
    entered it is told in both cases."""

    people: int
    of: int
    entered: int = 0

    @property
    def rate(self) -> Fraction:
        return Fraction(self.people, self.of) if self.of else Fraction(0)


@dataclass(frozen=True)
class Verdict:
    winner: str
    reason: Reason
    a: Tally
    b: Tally

    @property
    def cause(self) -> dict[str, Any]:
        """What is kept of it; the p-value is missing when there is none."""
        both = {"a": self.a, "b": self.b}
        return {
            "reason": self.reason,
            "rates": {name: round(float(tally.rate), 6) for name, tally in both.items()},
            "people": {name: tally.people for name, tally in both.items()},
            "of": {name: tally.of for name, tally in both.items()},
            "entered": {name: tally.entered for name, tally in both.items()},
            "p_value": p_value(self.a, self.b),
        }


def verdict(a: Tally, b: Tally, default: str) -> Verdict:
    """The higher rate wins, significant or not; the default when they are equal or fewer than LEAST did it."""
    if a.people + b.people < LEAST:
        return Verdict(default, "too_few", a, b)
    if a.rate == b.rate:
        return Verdict(default, "equal_rates", a, b)
    return Verdict("a" if a.rate > b.rate else "b", "higher_rate", a, b)


def p_value(a: Tally, b: Tally) -> float | None:
    """How probable so great a difference is, either way, if both versions were equally good: between 0 and 1.

    The two-proportion z-test with the pooled proportion, two-sided (NIST/SEMATECH e-Handbook of Statistical Methods,
    section 7.3.3). None when nobody, or everybody, did it, or a version was given to nobody.
    """
    people, of = a.people + b.people, a.of + b.of
    if not a.of or not b.of or people in (0, of):
        return None
    pooled = Fraction(people, of)
    variance = pooled * (1 - pooled) * (Fraction(1, a.of) + Fraction(1, b.of))
    z = float(a.rate - b.rate) / sqrt(variance)
    return erfc(abs(z) / sqrt(2))
