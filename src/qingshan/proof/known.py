"""Knows the observations of an edition by their values, for numbers in sentences that the edition does not hold.

Flows in: the published observations and the registry. Flows out: which observations a number can be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from qingshan.proof.blocks import Block
from qingshan.proof.tokens import NUMBER, PLACE, UNIT, Token, folded
from qingshan.registry import Registry

_NATIONAL = f"{PLACE}:CN"


@dataclass(frozen=True)
class _One:
    observation_id: str
    unit: str
    place: str
    names: tuple[str, ...]


class Known:
    """The observations of one edition, found by the size of their values; made once.

    Parameters
    ----------
    observations
        Rows with observation_id, indicator, ref_area, obs_value and unit_measure.
    """

    def __init__(self, observations: Sequence[Mapping[str, Any]], registry: Registry) -> None:
        self._by_value: dict[str, list[_One]] = {}
        for row in observations:
            indicator = registry.indicators.get(row["indicator"])
            labels = (*indicator.label.values(), *indicator.aliases) if indicator else ()
            one = _One(
                row["observation_id"], f"{UNIT}:{row['unit_measure']}", f"{PLACE}:{row['ref_area']}",
                tuple(folded(label).lower() for label in labels),
            )  # fmt: skip
            self._by_value.setdefault(_size(Decimal(repr(float(row["obs_value"])))), []).append(one)

    def find(self, block: Block, token: Token) -> tuple[str, ...]:
        """Return the observation_ids that a number of a sentence can be: value, unit, name and place agree."""
        text = block.text.lower()
        places = {other.key for other in block.tokens if other.kind == PLACE} or {_NATIONAL}
        unit = _unit(block, token)
        return tuple(
            one.observation_id
            for one in self._by_value.get(token.key.removeprefix("-"), ())
            if one.unit == unit and one.place in places and any(name in text for name in one.names)
        )


def _size(value: Decimal) -> str:
    return f"{abs(value).normalize():f}"


def _unit(block: Block, token: Token) -> str:
    """Return the key of the unit right behind a number, that of the next number's in 9亿—16亿吨; '' for none."""
    at = block.tokens.index(token) + 1
    for other in block.tokens[at : at + 4]:
        if other.kind == UNIT:
            return other.key
        if other.kind != NUMBER and other.key != "~":
            break
    return ""
