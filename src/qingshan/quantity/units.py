"""Finds the unit of measure or classifier that stands after a number.

Spellings come from the registry; compound units (吨/年, 微克每立方米) that it does not list are put together here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from qingshan.registry import Unit, Vocabulary

_PER = re.compile(
    r" ?(?:/|／|每)(?:平方公里|公里|立方米|平方米|千瓦时|公顷|小时|分钟|年|月|日|天|秒|升|亩|吨|人|户|元|辆|米)"
)
_MASSES = ("克", "千克", "吨")
_OF_WHAT = re.compile(r"标准煤|标煤|二氧化碳当量|CO2当量|二氧化碳|CO2|标准油")
_SUBSTANCE = {"标煤": "标准煤", "CO2": "二氧化碳", "CO2当量": "二氧化碳当量"}
_LATIN_END = re.compile(r"[A-Za-z]")


@dataclass(frozen=True, slots=True)
class FoundUnit:
    """A unit found in clean text: `name` is its canonical spelling, `end` the clean offset after it."""

    name: str
    kind: str
    end: int


class UnitFinder:
    """Finds units at a given place; made once per vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._units: dict[str, Unit] = vocabulary.unit_of
        spellings = sorted(self._units, key=lambda spelling: (-len(spelling), spelling))
        self._pattern = re.compile(r" ?(?:" + "|".join(map(re.escape, spellings)) + ")")

    def find(self, text: str, position: int) -> FoundUnit | None:
        """Return the longest unit that starts at clean offset `position` (one space before it is allowed)."""
        match = self._pattern.match(text, position)
        if match is None:
            return None
        spelling = match.group().strip()
        unit, end = self._units[spelling], match.end()
        if _LATIN_END.match(spelling[-1]) and end < len(text) and text[end].isascii() and text[end].isalpha():
            return None  # the first letters of a longer word
        if unit.canonical in _MASSES and (of := _OF_WHAT.match(text, end)):
            substance = _SUBSTANCE.get(of.group(), of.group())
            return self._per(text, unit.canonical + substance, of.end())
        if unit.kind == "measure":
            return self._per(text, unit.canonical, end)
        return FoundUnit(unit.canonical, unit.kind, end)

    @staticmethod
    def _per(text: str, name: str, end: int) -> FoundUnit:
        """Return a measure, with what it is taken per when that follows: 吨/年, 克标准煤/千瓦时."""
        per = _PER.match(text, end)
        if per is None:
            return FoundUnit(name, "measure", end)
        return FoundUnit(f"{name}/{per.group().lstrip(' /／每').replace('天', '日')}", "measure", per.end())
