"""What comes of comparing figures: a verdict, the interval that the others leave open, and a hint if one is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qingshan.consistency.interval import Interval
from qingshan.consistency.statements import Statement

# best first
VERDICTS = ("consistent", "within_rounding", "inconsistent", "not_comparable")
RELATIONS = (
    "repeat", "change", "implied_base", "accumulation", "part", "parts_total", "hundred", "place", "product", "ratio",
    "ratio_growth",
)  # fmt: skip


@dataclass(frozen=True)
class Text:
    """One thing said in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True)
class Member:
    """A figure that takes part in a comparison, and as what: claim, base, end, part, whole and the like."""

    role: str
    statement: Statement


@dataclass(frozen=True)
class Hint:
    """Where else to look: a code, the same in words, and the figures it speaks of."""

    code: str
    text: Text
    members: tuple[Member, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One comparison.

    Parameters
    ----------
    reason
        Why figures are not comparable: scope, basis, period or sentence; '' for the other verdicts.
    members
        Every figure compared, the one that is checked first.
    stated, recomputed
        What the checked figure allows, and what the others leave open, both in `unit`.
    """

    relation: str
    verdict: str
    members: tuple[Member, ...]
    stated: Interval
    recomputed: Interval
    unit: str
    text: Text
    reason: str = ""
    hint: Hint | None = None

    @property
    def figure_ids(self) -> tuple[str, ...]:
        """The ids of every figure compared, those of the hint not among them."""
        return tuple(dict.fromkeys(member.statement.figure_id for member in self.members))


def judge(stated: Interval, recomputed: Interval, *, point: float) -> str:
    """Return the verdict on a stated interval.

    Parameters
    ----------
    point
        What the others give when each is taken as it is written: inside what is stated, the figures agree as printed.
    """
    if not stated.meets(recomputed):
        return "inconsistent"
    return "consistent" if stated.holds(point) else "within_rounding"


def best(verdicts: Iterable[str]) -> str:
    """Return the verdict that speaks best for the figures."""
    return min(verdicts, key=VERDICTS.index)
