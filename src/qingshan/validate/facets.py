"""By what a reviewer may narrow the report: rule, field, theme, place and what became of a failure.

Flows in: views' rows, rule by rule. Flows out: a class name for each choice, which the page's own style sheet filters
by. The names are numbered: nothing that a source says becomes part of an attribute or of the style sheet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from qingshan.registry import THEMES, Region, Registry
from qingshan.validate.expected import FIELDS
from qingshan.validate.suite import Text
from qingshan.validate.tables import Row

STATES = {
    "new": Text("新出现", "new"),
    "known": Text("上次已有", "known"),
    "accepted": Text("已有决定", "decided on"),
}
_NONE = ""
_THEMES = {
    "strategy": Text("战略部署", "strategy"),
    "transition": Text("绿色转型", "green transition"),
    "pollution": Text("污染防治", "pollution"),
    "ecology": Text("生态保护", "ecosystems"),
    "carbon": Text("碳达峰碳中和", "carbon"),
    "provinces": Text("地方进展", "provinces"),
    "cases": Text("案例", "cases"),
    _NONE: Text("未归入指标", "no indicator"),
}
_NO_PLACE = Text("地区不明", "no place")
_ABROAD = Text("其他地区", "other places")


@dataclass(frozen=True)
class Option:
    """One choice of a filter: the class of the elements it keeps, what it is called, and how many rows it keeps."""

    mark: str
    label: Text
    rows: int


@dataclass
class Facet:
    """One filter: gives every key a class name when it is first seen, and counts."""

    letter: str
    _marks: dict[str, str] = field(default_factory=dict)
    _counts: Counter[str] = field(default_factory=Counter)

    def mark(self, key: str) -> str:
        """Return the class name of a key."""
        self._counts[key] += 1
        return self._marks.setdefault(key, f"{self.letter}{len(self._marks) + 1}")

    def options(self, labels: Mapping[str, Text], order: Iterable[str]) -> tuple[Option, ...]:
        """Return the choices that were seen, in the order given and then as they came."""
        keys = dict.fromkeys([*(key for key in order if key in self._marks), *self._marks])
        return tuple(Option(self._marks[key], labels.get(key, Text(key, "")), self._counts[key]) for key in keys)


class Facets:
    """The five filters of one report, filled while its rows are put together."""

    def __init__(self, registry: Registry, rules: Mapping[str, Text]) -> None:
        self._registry, self._rules = registry, rules
        self.by = {name: Facet(letter) for name, letter in zip(NAMES, "rftgs", strict=True)}

    def marks(self, row: Row, *, field: str, rule: str = "", states: Iterable[str] = ()) -> str:
        """Return the class names of a row; what it fails by `rule`, '' for rows that fail nothing."""
        given = [self.by["rule"].mark(rule)] if rule else []
        given.append(self.by["field"].mark(field))
        given.append(self.by["theme"].mark(self._theme(row)))
        given.append(self.by["region"].mark(self._place(row)))
        given.extend(self.by["state"].mark(state) for state in states)
        return " ".join(given)

    def options(self) -> dict[str, tuple[Option, ...]]:
        """Return every filter's choices: rules as they come, the others in their official order."""
        regions = self._registry.regions
        labels = {code: Text(region.name, region.en) for code, region in regions.items()}
        labels |= {_NONE: _NO_PLACE, "?": _ABROAD}
        in_order = sorted(regions, key=lambda code: regions[code].order)
        return {
            "rule": self.by["rule"].options(self._rules, self._rules),
            "field": self.by["field"].options(FIELDS, FIELDS),
            "theme": self.by["theme"].options(_THEMES, THEMES),
            "region": self.by["region"].options(labels, in_order),
            "state": self.by["state"].options(STATES, STATES),
        }

    def _theme(self, row: Row) -> str:
        indicator = self._registry.indicators.get(str(row.get("indicator", "")))
        return indicator.theme if indicator else _NONE

    def _place(self, row: Row) -> str:
        """Return the code of the province, named area or country that a row is about."""
        named = str(row.get("region", row.get("ref_area", "")))
        if not named:
            return _NONE
        regions = self._registry.regions
        region = regions.get(named) or self._registry.vocabulary.region_of.get(named)
        seen: set[str] = set()
        while region and region.level in ("city", "county") and region.parent and region.code not in seen:
            seen.add(region.code)
            region = _above(region, regions)
        return region.code if region else "?"


NAMES = ("rule", "field", "theme", "region", "state")


def _above(region: Region, regions: Mapping[str, Region]) -> Region | None:
    return regions.get(region.parent)
