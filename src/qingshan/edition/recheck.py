"""Holds the quotes of a published edition against the sources they were taken from, character by character.

Flows in: the public tables of an edition and ``data/raw``, as far as its files are there. Flows out: every place where
the two differ. Nothing is written.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path

from qingshan import sources
from qingshan.model import InputError, Problem, Workspace

_RESTORE = "Put the published file back, or build the edition again."
_AROUND = 8  # characters shown on each side of a difference


def verify_quotes(workspace: Workspace, edition: str, folder: Path) -> tuple[list[Problem], int]:
    """Compare every figure of a published edition with the raw text of its source.

    For each row of ``figures.csv`` the raw characters from `start` to `end` must be `text`, those before and after it
    `prefix` and `suffix`; for each row of ``observations.csv`` the span must be that of its primary figure, and its
    value too unless a person changed it. A source whose file is not there is passed over; one whose bytes changed is
    named, and so is each figure that no longer stands where it stood.

    Returns
    -------
    tuple
        The differences, and how many figures were held against a source.
    """
    try:
        figures = _rows(folder / "figures.csv")
        observations = _rows(folder / "observations.csv")
        links = _rows(folder / "observation_figures.csv")
        registered = {row["source_id"]: row["sha256"] for row in _rows(folder / "sources.csv")}
    except (OSError, UnicodeDecodeError, KeyError, csv.Error) as error:
        what = error.strerror if isinstance(error, OSError) else str(error)
        return [Problem("figures.csv", f"tables that cannot be read ({what})", "the published tables", _RESTORE)], 0
    problems: list[Problem] = []
    raws = _raws(workspace, edition, registered, problems)
    held = 0
    for line, row in enumerate(figures, 2):
        raw = raws.get(row.get("source_id", ""))
        if raw is not None:
            held += 1
            problems.extend(_figure_problems(f"figures.csv:{line}", row, raw))
    problems.extend(_observation_problems(observations, links, figures))
    return problems, held


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8"), newline="")))


def _raws(workspace: Workspace, edition: str, registered: Mapping[str, str], problems: list[Problem]) -> dict[str, str]:
    """Return source_id -> raw text of the sources whose files are there, read even where their bytes changed."""
    try:
        loaded = sources.load_edition(workspace, edition)
    except InputError as error:
        problems.extend(error.problems if workspace.raw(edition).is_dir() else ())
        return {}
    except FileNotFoundError:  # a published folder on its own
        return {}
    raws = {}
    for source in loaded.sources:
        if source.source_id not in registered or not sources.raw_path(workspace, edition, source).is_file():
            continue
        where = f"data/raw/{edition}/{source.source_id}/{source.file}"
        data = sources.raw_path(workspace, edition, source).read_bytes()
        found = hashlib.sha256(data).hexdigest()
        if found != registered[source.source_id]:
            problems.append(
                Problem(where, f"sha256 {found[:12]}…", f"{registered[source.source_id][:12]}… as in sources.csv",
                        "Put the registered file back; the figures it no longer holds are named below.")
            )  # fmt: skip
        try:
            raws[source.source_id] = sources.raw_of(data, source, where).text
        except InputError as error:
            problems.extend(error.problems)
    return raws


def _figure_problems(where: str, row: Mapping[str, str], raw: str) -> Iterator[Problem]:
    """Yield the first way in which a figure is not where its row says."""
    name = row.get("figure_id", "")
    try:
        start, end = int(row["start"]), int(row["end"])
    except (KeyError, ValueError):
        yield Problem(where, f"no offsets for {name}", "two whole numbers", _RESTORE)
        return
    expected = {
        "text": raw[start:end],
        "prefix": raw[max(0, start - len(row["prefix"])) : start],
        "suffix": raw[end : end + len(row["suffix"])],
    }
    for column, characters in expected.items():
        if row[column] != characters:
            at = _first_difference(row[column], characters)
            yield Problem(
                where, f"{column} {_around(row[column], at)} of figure {name}",
                f"{_around(characters, at)}, which stands there in the source",
                "Put back the published figures.csv or the registered source, whichever changed.",
            )  # fmt: skip
            return
    if row["quote"] not in raw:
        yield Problem(where, f"a quote of figure {name} that its source does not hold", "raw characters", _RESTORE)


def _first_difference(one: str, other: str) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _around(text: str, at: int) -> str:
    return repr(text[max(0, at - _AROUND) : at + _AROUND])


def _observation_problems(
    observations: list[dict[str, str]], links: list[dict[str, str]], figures: list[dict[str, str]]
) -> Iterator[Problem]:
    """Yield observations whose span or value is not that of their primary figure."""
    by_id = {row.get("figure_id", ""): row for row in figures}
    primary = {
        row.get("observation_id"): by_id.get(row.get("figure_id", "")) for row in links if row.get("role") == "primary"
    }
    for line, row in enumerate(observations, 2):
        figure = primary.get(row.get("observation_id"))
        where = f"observations.csv:{line}"
        if figure is None:
            yield Problem(
                where, f"observation {row.get('observation_id')} without a figure", "its primary figure", _RESTORE
            )
        elif (row["raw_start"], row["raw_end"]) != (figure["start"], figure["end"]):
            span = f"{figure['start']} to {figure['end']} of figure {figure['figure_id']}"
            yield Problem(where, f"characters {row['raw_start']} to {row['raw_end']}", span, _RESTORE)
        elif not row["original_value"] and not _same(row["obs_value"], figure["value"]):
            value = f"{figure['value']}, the value of figure {figure['figure_id']}"
            yield Problem(where, f"obs_value {row['obs_value']}", value, _RESTORE)


def _same(one: str, other: str) -> bool:
    """Whether two cells hold one size: a change may take its sign from the words beside the number."""
    try:
        return abs(Decimal(one)) == abs(Decimal(other))
    except InvalidOperation:
        return one == other
