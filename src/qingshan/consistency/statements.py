"""What one figure states, ready to be compared: an indicator, a place, a time, a basis and an interval.

Flows in: rows of the table `curated` and the registry. Flows out: `Statement` records. Nothing is compared here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from qingshan.consistency.interval import Interval
from qingshan.model import CURATED
from qingshan.registry import Registry

Row = Mapping[str, Any]
STATES = ("level", "count", "share")
# what a change must be measured against to be one between two times
_NO_TWO_TIMES = ("to_target", "to_schedule", "to_average", "period_on_period")
_YEAR_END = re.compile(r"(\d{4})-12-31")
_YEARLY = re.compile(
    r"(?:年均|年平均|平均每年)(?:(?:复合)?增[长長加速幅]|下降|降低|[减減]少|提高|上升)?率?[约約近为為达達到]*$"
)
_COUNTED = re.compile(r"\d+个(.+)")
# kinds of scopes that say how something is counted, not what it covers
_BASES = ("gas", "prices", "coastal", "forest")
NEEDED = (
    "figure_id", "source_id", "start", "value", "value_low", "value_high", "unit", "kind", "subject", "region",
    "region_basis", "period", "base_period", "integrity", "scope", "indicator", "quote", "prefix", "rules", "status",
    "reason",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """One figure as far as it can be compared.

    Parameters
    ----------
    period, base
        Year, date or interval; of a change its end and its beginning. '' where the text gives none.
    scope
        Kind of scope -> the codes it may have, by its own words; a kind that is missing may be anything.
    is_witness
        Whether it is a cell of a mapped table: an official series witnesses what texts say.
    is_inexact
        Whether only the end of its subject names the indicator, so that it may be a part of it.
    is_yearly
        Whether a change is the mean of its years (年均增长), not the whole of it.
    has_own_base
        Whether the text says what a change is measured from; else a level in the same sentence may say it.
    """

    figure_id: str
    source_id: str
    start: int
    indicator: str
    kind: str
    region: str
    period: str
    base: str
    unit: str
    value: float
    interval: Interval
    is_witness: bool = False
    is_inherited: bool = False
    is_inexact: bool = False
    is_yearly: bool = False
    has_own_base: bool = True
    quote: str = ""
    scope: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def is_state(self) -> bool:
        return self.kind in STATES

    @property
    def when(self) -> str:
        """The time under which it is compared: without one, only with what the same source says without one."""
        return self.period or f"@{self.source_id}"

    @property
    def form(self) -> tuple[object, ...]:
        """What tells it from another statement of its key."""
        return (
            self.interval,
            self.value,
            self.unit,
            tuple(sorted((k, tuple(sorted(v))) for k, v in self.scope.items())),
        )


def statements(rows: Iterable[Row], registry: Registry) -> list[Statement]:
    """Return what the rows of the table `curated` state, in their order.

    Left out are figures without an indicator, rejected ones, and broken ones that nobody accepted: a cut number says
    nothing that could be compared.
    """
    tails = _tails(registry)
    found: dict[str, Statement] = {}  # a table that holds a figure twice is another rule's business
    for row in rows:
        if row["figure_id"] not in found and _is_comparable(row, registry):
            found[row["figure_id"]] = _statement(row, registry, tails)
    return list(found.values())


def difference(one: Statement, other: Statement) -> str:
    """Return why two statements cannot be compared: "scope", "basis" or ''."""
    for kind in sorted(one.scope.keys() & other.scope.keys()):
        if not one.scope[kind] & other.scope[kind]:
            return "basis" if kind in _BASES else "scope"
    return ""


def _is_comparable(row: Row, registry: Registry) -> bool:
    if row["indicator"] not in registry.indicators or row["status"] == "rejected":
        return False
    if any(math.isnan(row[name]) for name in ("value", "value_low", "value_high")):
        return False
    # what a plan counts from is the plan's own base, no measurement, and joins no series
    if row["rules"].startswith("table") and "obs_status=E" in row["rules"].split(";"):
        return False
    return row["integrity"] == "whole" or row["status"] == "accepted"


def _statement(row: Row, registry: Registry, tails: Mapping[str, list[tuple[str, str]]]) -> Statement:
    period, base = _times(row)
    return Statement(
        figure_id=row["figure_id"],
        source_id=row["source_id"],
        start=row["start"],
        indicator=row["indicator"],
        kind=row["kind"] if row.get("comparison", "") not in _NO_TWO_TIMES else "distance",
        region=row["region"],
        period=period,
        base=base,
        unit=row["unit"],
        value=row["value"],
        interval=Interval(row["value_low"], row["value_high"]),
        is_witness=row["rules"].startswith("table"),
        is_inherited=row["region_basis"] == "inherited",
        is_inexact=row["reason"] == "inexact",
        is_yearly=row["kind"] == "change" and bool(_YEARLY.search(row["prefix"])),
        has_own_base=bool(base) and "period=growth" not in row["rules"].split(";"),
        quote=row["quote"],
        scope=_scope(row, registry, tails),
    )


def _times(row: Row) -> tuple[str, str]:
    """Return end and beginning of a change, or the time of a state; a state at the end of a year is that year's."""
    period, base = row["period"], row["base_period"]
    if row["kind"] == "change" and "/" in period:
        first, _, period = period.partition("/")
        base = base or first
    if row["kind"] == "change" and not base and row.get("comparison", "") == "year_on_year" and period.isdigit():
        base = str(int(period) - 1)
    return _YEAR_END.sub(r"\1", period), _YEAR_END.sub(r"\1", base)


def _scope(row: Row, registry: Registry, tails: Mapping[str, list[tuple[str, str]]]) -> dict[str, frozenset[str]]:
    """Return the scopes that a figure names, or, of a set that goes by its number, those its words allow."""
    codes = [code for code in row["scope"].split(";") if code in registry.scopes]
    found: dict[str, frozenset[str]] = {}
    for code in codes:
        kind = registry.scopes[code].kind
        found[kind] = found.get(kind, frozenset()) | {code}
    for kind, named in tails.items():
        allowed = [(tail, code) for tail, code in named if tail in row["subject"]]
        if kind not in found and allowed:
            longest = max(len(tail) for tail, _ in allowed)
            found[kind] = frozenset(code for tail, code in allowed if len(tail) == longest)
    return found


def _tails(registry: Registry) -> dict[str, list[tuple[str, str]]]:
    """Return by kind of scope what a set is called without its number: 339个地级及以上城市 is 地级及以上城市."""
    tails: dict[str, list[tuple[str, str]]] = {}
    for scope in registry.scopes.values():
        match = _COUNTED.search(scope.name)
        if match and len(match[1]) > 2:  # 城市 alone tells nothing
            tails.setdefault(scope.kind, []).append((match[1], scope.code))
    return tails


def by_key(listed: Iterable[Statement]) -> dict[tuple[str, str, str], list[Statement]]:
    """Return states by indicator, region and time."""
    found: dict[tuple[str, str, str], list[Statement]] = {}
    for statement in listed:
        if statement.is_state:
            found.setdefault((statement.indicator, statement.region, statement.when), []).append(statement)
    return found


def distinct(listed: Iterable[Statement], most: int) -> list[Statement]:
    """Return one statement for each form, those of texts before witnesses, at most `most`."""
    first: dict[object, Statement] = {}
    for statement in sorted(listed, key=lambda one: one.is_witness):
        first.setdefault(statement.form, statement)
    return list(first.values())[:most]


def missing_columns(columns: Iterable[str]) -> Iterator[str]:
    """Yield the columns that the comparison needs and a table lacks."""
    have = set(columns)
    yield from (name for name in CURATED.names if name in NEEDED and name not in have)
