"""An edition against the one before it: what is no longer there, and what changed its order of magnitude.

Flows in: observations of both editions. Flows out: rows of the table `previous`, one for each series of the earlier
edition. A revision is compared with the revision it corrects, a year with the latest revision of the year before that
stands in ``data/clean``, whether people signed it or not: nothing here is published, and a difference is only shown.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from qingshan import documents, files, sources
from qingshan.model import OBSERVATIONS, Column, InputError, Problem, TableContract, Workspace

Row = Mapping[str, Any]
PREVIOUS = TableContract(
    "previous",
    (
        Column("indicator", str, "registry id"),
        Column("ref_area", str, "code of the place"),
        Column("measure", str, "level, count, share, change, target, target_change"),
        Column("scope", str, "which cities, which basis"),
        Column("unit_measure", str, "registry code of the unit"),
        Column("previous", str, "the edition before"),
        Column("before_period", str, "the latest time period there"),
        Column("before", float, "its value"),
        Column("now_period", str, "the latest time period here; '' if there is none"),
        Column("now", float, "its value; NaN if there is none"),
        Column("ratio", float, "now over before; NaN where one is missing or zero"),
        Column("comparable", str, "yes where `ratio` says something: levels, counts and shares; else no"),
        Column("coverage", str, "kept, series_gone, or indicator_gone: the edition has nothing of the indicator"),
    ),
    ("indicator", "ref_area", "measure", "scope", "unit_measure"),
)
_KEY = PREVIOUS.key
_NEEDED = (*_KEY, "time_period", "source_id", "obs_value")
_OUTCOMES = ("level", "count", "share")


def name_of_previous(workspace: Workspace, edition: str) -> str:
    """Return the edition that this one is compared with, '' if ``data/clean`` has none."""
    corrected = sources.previous_revision(edition)
    if corrected:
        return corrected if _table(workspace, corrected).is_file() else ""
    year = str(int(edition[:4]) - 1)
    folder = workspace.clean(edition).parent
    names = sources.in_order(path.name for path in folder.glob(f"{year}*")) if folder.is_dir() else []
    return next((name for name in reversed(names) if _table(workspace, name).is_file()), "")


def place_of_previous(workspace: Workspace, edition: str) -> Path | None:
    """Return the table of observations that this edition is compared with, None if there is none."""
    name = name_of_previous(workspace, edition)
    return _table(workspace, name) if name else None


def load_previous(workspace: Workspace, edition: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the earlier edition's name and its observations; '' and none where there is no such edition.

    Raises
    ------
    InputError
        Its table of observations is damaged, or lacks a column that a comparison needs.
    """
    name = name_of_previous(workspace, edition)
    if not name:
        return "", []
    path = _table(workspace, name)
    shown = workspace.shown(path)
    remedy = f"Put the published file back, or build that edition again: qingshan run {name}."
    data = documents.read_given(path, "the table of the edition before", where=shown, remedy=remedy)
    try:
        text = data.decode("utf-8")
        part = OBSERVATIONS.part_in(text)
        rows = part.rows_of(text)
    except UnicodeDecodeError as error:
        raise InputError(Problem(shown, str(error), "UTF-8 text", remedy)) from None
    except InputError as error:  # a contract knows the line, and not the file
        raise InputError([replace(problem, where=shown, remedy=remedy) for problem in error.problems]) from None
    missing = [column for column in _NEEDED if column not in part.names]
    if missing:
        raise InputError(Problem(shown, f"no column {missing[0]!r}", "the columns of an edition", remedy))
    return name, rows


def previous_rows(name: str, before: Sequence[Row], now: Sequence[Row]) -> list[Row]:
    """Return the rows of `previous`: of every series of the earlier edition its latest value, and the latest here."""
    then, here = _latest(before), _latest(now)
    indicators = {row.get("indicator") for row in now}
    return [_row(name, row, here.get(key), row["indicator"] in indicators) for key, row in sorted(then.items())]


def _row(name: str, before: Row, now: Row | None, has_indicator: bool) -> Row:
    value = now["obs_value"] if now else math.nan
    is_said = now is not None and before["measure"] in _OUTCOMES and before["obs_value"] and value
    return {
        **{column: before[column] for column in _KEY},
        "previous": name,
        "before_period": before["time_period"],
        "before": before["obs_value"],
        "now_period": now["time_period"] if now else "",
        "now": value,
        "ratio": value / before["obs_value"] if is_said else math.nan,
        "comparable": "yes" if is_said else "no",
        "coverage": "kept" if now else "series_gone" if has_indicator else "indicator_gone",
    }


def _latest(rows: Sequence[Row]) -> dict[tuple[str, ...], Row]:
    """Return of each series the row of its latest period; of several sources the last by id, the same every time."""
    ordered = sorted(rows, key=lambda row: (str(row.get("time_period", "")), str(row.get("source_id", ""))))
    return {tuple(str(row.get(column, "")) for column in _KEY): row for row in ordered}


def _table(workspace: Workspace, edition: str) -> Path:
    return files.current(workspace.clean(edition)) / "observations.csv"
