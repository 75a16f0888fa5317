"""Chooses the observations that a declared chart shows, and says why each that it would show is not there.

Flows in: rows of the observations table, what curation and extraction left, the declaration. Flows out: rows with their
part in the chart, the rows of other sources that say something else, and the gaps. Nothing is averaged or joined.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qingshan.charts import values
from qingshan.charts.declared import ChartSpec, SeriesSpec
from qingshan.charts.forms import Form
from qingshan.charts.wording import WORDS
from qingshan.curate import lost_rows
from qingshan.registry import Indicator, Registry

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Gap:
    """A value that a chart would show and the sources do not give.

    Parameters
    ----------
    area
        '' for one that the source leaves open.
    period
        '' where any would do.
    reason
        lost: announced, and no number follows. cut: the number is cut off. unnamed: a number is there, but what it
        counts is lost. waiting: for a decision. unused: rejected. unstated: nothing of the kind.
    """

    indicator: str
    area: str
    period: str
    reason: str
    is_target: bool = False


@dataclass(frozen=True)
class Picked:
    """What a chart shows: rows with a column `series`; what else is said of the same values; what is absent."""

    rows: tuple[Row, ...]
    others: tuple[Row, ...] = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """What tells why a value is not there: figures with their status, and lost values, of public sources only."""

    curated: Sequence[Row] = ()
    lost: Sequence[Row] = ()


def pick(
    observations: Iterable[Row], chart: ChartSpec, registry: Registry, form: Form, evidence: Evidence | None = None
) -> Picked:
    """Return what a chart shows.

    Parameters
    ----------
    observations
        Rows of the observations contract, of public sources.

    Returns
    -------
    Picked
        Of several rows that speak of one value in one series the one of the preferred scope and source; with equal
        scopes that is the first of the declaration's sources, else the source that says more of this chart.
    """
    observations = list(observations)
    usable = [row for row in observations if not (form.has_time_axis and row["time_basis"] == "as_published")]
    weight = _weights(usable, chart)
    rows: list[Row] = []
    others: list[Row] = []
    for series in chart.series:
        shown, rivals = _series(usable, series, weight)
        rows += shown
        others += rivals
    if form.pick:
        rows = form.pick(rows, chart, registry, usable)
    drawn = {row["observation_id"] for row in rows}
    others = [row for row in others if row["observation_id"] not in drawn]
    return Picked(tuple(rows), tuple(others), tuple(_gaps(rows, chart, registry, evidence or Evidence())))


def _series(
    rows: Iterable[Row], series: SeriesSpec, weight: Mapping[str, tuple[int, int]]
) -> tuple[list[Row], list[Row]]:
    """Return the rows of one series in order, and those of other sources that say something else."""
    places: dict[tuple[str, ...], list[tuple[tuple[Any, ...], Row]]] = {}
    for row in rows:
        if _belongs(row, series):
            rank = _scope_rank(row["scope"], series.scopes)
            key = [row["indicator"], row["ref_area"], *values.interval(row), row["measure"]]
            key += [] if series.scopes else [row["scope"]]
            order = (rank, weight[row["source_id"]], row["source_id"], row["observation_id"])
            places.setdefault(tuple(key), []).append((order, row))
    shown, rivals = [], []
    for listed in places.values():
        best, *rest = (row for _, row in sorted(listed, key=lambda pair: pair[0]))
        shown.append({**best, "series": series.name})
        rivals += [row for row in rest if row["obs_value"] != best["obs_value"]]
    if series.latest:
        ends: dict[tuple[str, str], str] = {}
        for row in shown:
            key = (row["indicator"], row["ref_area"])
            ends[key] = max(ends.get(key, ""), values.interval(row)[1])
        shown = [row for row in shown if values.interval(row)[1] == ends[row["indicator"], row["ref_area"]]]
    indicators, areas = list(series.indicators), list(series.areas)
    shown.sort(
        key=lambda row: (
            indicators.index(row["indicator"]), areas.index(row["ref_area"]), values.interval(row)[::-1], row["scope"],
            row["measure"], row["observation_id"],
        )
    )  # fmt: skip
    kept = {row["observation_id"] for row in shown}
    return shown, [row for row in rivals if row["observation_id"] not in kept]


def _belongs(row: Row, series: SeriesSpec) -> bool:
    base, end = values.interval(row)
    return (
        row["indicator"] in series.indicators
        and row["measure"] in series.measures
        and row["ref_area"] in series.areas
        and (not series.scopes or not row["scope"] or _scope_rank(row["scope"], series.scopes) < len(series.scopes))
        and (not series.periods or any(_covers(period, base, end) for period in series.periods))
        and (not series.base or base == series.base)
    )


def _covers(period: str, base: str, end: str) -> bool:
    """Tell whether a declared period is that of a row: a year holds its days."""
    if "/" in period:
        return period == f"{base}/{end}"
    return end == period or end.startswith(f"{period}-")


def _scope_rank(scope: str, preferred: Sequence[str]) -> int:
    codes = scope.split(";")
    return next((index for index, code in enumerate(preferred) if code in codes), len(preferred))


def _weights(rows: Iterable[Row], chart: ChartSpec) -> dict[str, tuple[int, int]]:
    """Return source_id -> its place: those declared in their order, then those that say more of this chart."""
    counts: dict[str, int] = {}
    for row in rows:
        counts.setdefault(row["source_id"], 0)
        counts[row["source_id"]] += any(_belongs(row, series) for series in chart.series)
    order = {name: index for index, name in enumerate(chart.sources)}
    return {name: (order.get(name, len(order)), -count) for name, count in counts.items()}


def _gaps(rows: Sequence[Row], chart: ChartSpec, registry: Registry, evidence: Evidence) -> Iterable[Gap]:
    indicators = [registry.indicators[name] for name in chart.indicators if name in registry.indicators]
    lost: dict[str, list[Row]] | None = None
    for series in chart.series:
        shown = [row for row in rows if row["series"] == series.name]
        for indicator in series.indicators:
            for area in series.areas:
                for period in series.periods or ((series.base and f"{series.base}/") or "",):
                    if any(_fills(row, indicator, area, period, series) for row in shown) or series.optional:
                        continue
                    # matching lost values asks every indicator: only where something is missing
                    lost = lost_rows(registry, indicators, evidence.lost) if lost is None else lost
                    reason = _reason(indicator, area, period, series, registry, evidence, lost)
                    if series.quiet and (
                        reason in ("unnamed", "unstated", "unused")
                        or _is_placeless(indicator, area, series, registry, evidence)
                    ):
                        continue
                    at = period.rstrip("/") if series.periods else ""
                    yield Gap(indicator, area, at, reason, set(series.measures) <= set(values.TARGETS))
            if series.quiet and _is_placeless(indicator, "", series, registry, evidence):
                yield Gap(indicator, "", "", "waiting")


def _is_placeless(indicator: str, area: str, series: SeriesSpec, registry: Registry, evidence: Evidence) -> bool:
    """Tell whether an area's figures that wait (any area's if '') were flagged and name no place in their own words."""
    found = [
        row for row in evidence.curated
        if row["indicator"] == indicator and row["kind"] in series.measures and row["status"] == "undecided"
        and _area_of(row, registry) in ((area,) if area else series.areas)
    ]  # fmt: skip
    placeless = [bool(row["note"]) and row["region_basis"] == "inherited" for row in found]
    return bool(found) and (all(placeless) if area else any(placeless))


def _area_of(row: Row, registry: Registry) -> str:
    region = registry.vocabulary.region_of.get(row["region"])
    return (region.code if region else row["region"]) or "CN"


def _fills(row: Row, indicator: str, area: str, period: str, series: SeriesSpec) -> bool:
    return (
        row["indicator"] == indicator
        and row["ref_area"] == area
        and (not series.periods or _covers(period, *values.interval(row)))
    )


def _reason(
    indicator: str,
    area: str,
    period: str,
    series: SeriesSpec,
    registry: Registry,
    evidence: Evidence,
    lost: Mapping[str, Sequence[Row]],
) -> str:
    years = re.findall(r"\d{4}", period)

    def speaks(row: Row) -> bool:
        return _area_of(row, registry) == area and (not years or not row["period"] or years[-1] in row["period"])

    if any(speaks(row) for row in lost.get(indicator, ())):
        return "lost"
    waiting = [row for row in evidence.curated if row["status"] == "undecided" and speaks(row)]
    if any(row["indicator"] == indicator and row["integrity"] == "truncated" for row in waiting):
        return "cut"  # without its unit nothing tells a count from a level
    figures = [
        row for row in evidence.curated
        if row["indicator"] == indicator and row["kind"] in series.measures and speaks(row)
    ]  # fmt: skip
    if any(row["status"] == "undecided" for row in figures):
        return "waiting"
    if any(_may_be(row, registry.indicators[indicator].unit, series) for row in waiting):
        return "unnamed"
    nobodys = [row for row in waiting if not row["indicator"]]
    if not figures and _is_cut_off(registry.indicators[indicator], series, nobodys):
        return "cut"
    return "unused" if figures else "unstated"


def _is_cut_off(indicator: Indicator, series: SeriesSpec, waiting: Iterable[Row]) -> bool:
    """Tell whether one of the figures that wait is cut and its subject lists the beginning of a name.

    水电、风电各 lists that of 水电装机容量.
    """
    names = (indicator.label["zh"], *indicator.aliases)
    cut = (row for row in waiting if row["integrity"] == "truncated" and row["kind"] in series.measures)
    parts = [part.strip("各均都") for row in cut for part in re.split("[、，和与及]", row["subject"])]
    return any(len(part) >= 2 and name.startswith(part) for part in parts for name in names)


def _may_be(row: Row, unit: str, series: SeriesSpec) -> bool:
    """Tell whether a figure whose subject is lost may be a value: a change without subject, or one that was flagged."""
    if row["integrity"] == "orphan" and row["kind"] == "change":
        return "change" in series.measures
    is_flagged = bool(row["note"]) and row["reason"] in ("kind", "unregistered")
    return is_flagged and row["kind"] in series.measures and bool(row["unit"] == unit)


def sentences(gaps: Iterable[Gap], registry: Registry, language: str) -> tuple[str, ...]:
    """Return one sentence a gap: what, where and when, and why it is not there."""
    own = WORDS[language]
    told = []
    for gap in gaps:
        region = registry.regions.get(gap.area)
        place = (region.name if language == "zh" else region.en) if region else gap.area or own["no_place"]
        period = values.printed_period({"time_period": gap.period, "base_period": "", "measure": ""}, language)
        told.append(
            own["missing_sentence"].format(
                label=values.subscripted(registry.indicators[gap.indicator].label[language]),
                target=own["missing_target"] if gap.is_target else "",
                place="" if gap.area == "CN" else own["missing_place"].format(place=place),
                period=own["missing_period"].format(period=period) if gap.period else "",
                reason=own["reasons"][gap.reason],
            )
        )
    return tuple(told)
