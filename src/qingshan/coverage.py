"""Which of the official indicators of a Beautiful China an edition covers, and the reason for each gap.

Flows in: observations, figures with their status, values that the sources lost, and the registry. Flows out: one row
for each official indicator, and its table for the people who work on the edition. It is internal: nothing of it is
published, and nothing here changes a figure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qingshan import store
from qingshan.curate import lost_places
from qingshan.model import CURATED, LOST, OBSERVATIONS, Column, TableContract, Workspace
from qingshan.registry import Indicator, Registry, load_registry

Row = Mapping[str, Any]

# 发改环资〔2020〕296号 names twenty-two indicators in five groups
OFFICIAL_IDS = tuple(f"BC{number:02}" for number in range(1, 23))

STATUSES = ("value", "change only", "proxy", "mentioned but lost", "absent")

# why an indicator has its status
REASONS = {
    "observed": ("全国数值", "a national value"),
    "lost": ("来源提到而数值缺失", "a source announces the value and lost it"),
    "change": ("只有变化，没有数值", "only a change is stated"),
    "earlier": ("只有较早年份的数值", "only an earlier year's value"),
    "other_area": ("只有部分地区的数值", "only values of parts of the country"),
    "target": ("只有目标", "only a target is stated"),
    "waiting": ("有数值等待判定", "a figure waits for a person"),
    "rejected": ("读到的数值未采纳", "what was read was rejected"),
    "unmentioned": ("来源没有提到", "no source mentions it"),
    "unregistered": ("指标库中没有", "the registry does not have it"),
}

COVERAGE = TableContract(
    "coverage",
    (
        Column("official_id", str, "BC01 to BC22"),
        Column("indicator", str, "registry id, '' if the registry has none"),
        Column("label_zh", str, "name in Chinese"),
        Column("label_en", str, "name in English"),
        Column("status", str, "value, change only, proxy, mentioned but lost or absent"),
        Column("reason", str, "why, a code of `coverage.REASONS`"),
        Column("reason_zh", str, "why, in Chinese"),
        Column("reason_en", str, "why, in English"),
        Column("time_period", str, "of the observations named"),
        Column("observation_ids", str, "the observations the status rests on, joined by ';'"),
        Column("waiting", str, "figures that wait for a person, joined by ';'"),
        Column("lost", str, "<source_id>@<raw offset> of values that were lost, joined by ';'"),
    ),
    ("official_id",),
)

_STATES = ("level", "share", "count")
_COUNTRY = "CN"
# reports print values a year old, and of surveys older ones: the forest cover of the 2023 reports is that of 2021
_YEARS_BACK = 2


@dataclass(frozen=True)
class _Evidence:
    """What the tables hold on one indicator."""

    now: Sequence[Row]
    earlier: Sequence[Row]
    elsewhere: Sequence[Row]
    changes: Sequence[Row]
    targets: Sequence[Row]
    waiting: Sequence[str]
    rejected: Sequence[str]
    lost: Sequence[str]


def cover(
    registry: Registry, observations: Sequence[Row], curated: Sequence[Row], lost: Sequence[Row], *, year: int
) -> list[dict[str, Any]]:
    """Return a row of `COVERAGE` for every official indicator, in official order.

    Parameters
    ----------
    observations, curated, lost
        Rows under the contracts of the same names. What is observed after `year` counts for nothing.
    year
        The edition's: a value of it or of the two years before it is the edition's value.

    Returns
    -------
    list of dict
        The first that holds is the status: a national value; a value that a source announces and lost; a national
        change; the value of an earlier year or of a part of the country (proxy); absent. No row without
        `observation_ids` says value, change only or proxy.
    """
    by_official = {one.official_id: one for one in registry.indicators.values() if one.official_id}
    places = lost_places(registry, list(by_official.values()), lost)
    rows = []
    for official_id in OFFICIAL_IDS:
        indicator = by_official.get(official_id)
        if indicator is None:
            rows.append(_row(official_id, None, "absent", "unregistered", (), _NOTHING))
            continue
        evidence = _evidence(indicator.indicator_id, observations, curated, places, year)
        rows.append(_row(official_id, indicator, *_judge(evidence), evidence))
    return rows


def build(workspace: Workspace, edition: str) -> list[dict[str, Any]]:
    """Return the coverage of an edition from the tables that extraction and curation wrote.

    Raises
    ------
    InputError
        One of the tables is missing, or the registry has mistakes.
    """
    return cover(
        load_registry(workspace.registry),
        store.read_table(workspace.work(edition, "curate", "observations.csv"), OBSERVATIONS),
        store.read_table(workspace.work(edition, "curate", "curated.csv"), CURATED),
        store.read_table(workspace.work(edition, "extract", "lost.csv"), LOST),
        year=int(edition[:4]),
    )


def write(workspace: Workspace, edition: str, rows: Sequence[Row] | None = None) -> Path:
    """Write the coverage of an edition (built if not given) beside its validation report, and return the path."""
    path = workspace.report(edition).with_name("coverage.csv")
    store.write_table(path, COVERAGE, build(workspace, edition) if rows is None else rows)
    return path


_NOTHING = _Evidence((), (), (), (), (), (), (), ())


def _judge(found: _Evidence) -> tuple[str, str, Sequence[Row]]:
    """Return status, reason and the observations they rest on."""
    if found.now:
        return "value", "observed", found.now
    if found.lost:
        return "mentioned but lost", "lost", found.changes
    if found.changes:
        return "change only", "change", found.changes
    if found.earlier:
        return "proxy", "earlier", found.earlier
    if found.elsewhere:
        return "proxy", "other_area", found.elsewhere
    if found.waiting:
        return "absent", "waiting", ()
    if found.targets:
        return "absent", "target", found.targets
    return "absent", "rejected" if found.rejected else "unmentioned", ()


def _evidence(
    indicator: str, observations: Iterable[Row], curated: Iterable[Row], places: Mapping[str, list[str]], year: int
) -> _Evidence:
    rows = [row for row in observations if row["indicator"] == indicator and _year(row) <= year]
    national = [row for row in rows if row["ref_area"] == _COUNTRY]
    states = [row for row in national if row["measure"] in _STATES]
    figures = [row for row in curated if row["indicator"] == indicator]
    return _Evidence(
        now=_latest(row for row in states if _year(row) >= year - _YEARS_BACK),
        earlier=_latest(row for row in states if _year(row) < year - _YEARS_BACK),
        elsewhere=_latest(row for row in rows if row["measure"] in _STATES and row["ref_area"] != _COUNTRY),
        changes=_latest(row for row in national if row["measure"] == "change"),
        targets=[row for row in observations if row["indicator"] == indicator and row["measure"].startswith("target")],
        waiting=[row["figure_id"] for row in figures if row["status"] == "undecided"],
        rejected=[row["figure_id"] for row in figures if row["status"] == "rejected"],
        lost=places.get(indicator, []),
    )


def _year(row: Row) -> int:
    """Return the year a row's period ends in: 2023 of "2023-12-31" and of "2013/2023"."""
    return int(str(row["time_period"]).rpartition("/")[2][:4])


def _latest(rows: Iterable[Row]) -> list[Row]:
    """Return the rows of the last year among them."""
    listed = list(rows)
    last = max(map(_year, listed), default=0)
    return [row for row in listed if _year(row) == last]


def _row(
    official_id: str, indicator: Indicator | None, status: str, reason: str, rests_on: Sequence[Row], found: _Evidence
) -> dict[str, Any]:
    zh, en = REASONS[reason]
    return {
        "official_id": official_id,
        "indicator": indicator.indicator_id if indicator else "",
        "label_zh": indicator.label["zh"] if indicator else "",
        "label_en": indicator.label["en"] if indicator else "",
        "status": status,
        "reason": reason,
        "reason_zh": zh,
        "reason_en": en,
        "time_period": ";".join(sorted({row["time_period"] for row in rests_on})),
        "observation_ids": ";".join(row["observation_id"] for row in rests_on),
        "waiting": ";".join(found.waiting),
        "lost": ";".join(found.lost),
    }
