"""The tables as rules read them: what a stage wrote, with a few columns beside that join it to the other tables.

Flows in: rows of several tables and what the sources and the edition say of themselves. Flows out: rows under the
contracts of this module. A rule sees one table; what it must know of another stands here as a column, so that a
failing row can be named. Nothing is judged here.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from qingshan import model
from qingshan.curate import tables as curate_tables
from qingshan.model import Column, TableContract
from qingshan.sources import Edition

Row = Mapping[str, Any]
_STATED = re.compile(r"([0-9]+) ([a-z]+)")
_ADDED = "added="  # how the `rules` of a figure that a person added begin


def _with(contract: TableContract, *columns: Column) -> TableContract:
    return replace(contract, columns=(*contract.columns, *columns))


SOURCES = _with(
    model.SOURCES,
    Column("released_on", str, "when its data were released; '' where it is not said"),
    Column("data_cutoff", str, "the edition's: nothing released later is drawn; '' for none"),
    Column("access", str, "public or internal"),
    Column("licence", str, "name of its licence"),
    Column("read_by", str, "the encoding of a text, or the reader of a document with its version"),
    Column("found", int, "figures and lost values found in it"),
)
CURATED = _with(
    model.CURATED,
    Column("found", int, "how many figures as found have its id"),
    Column("accepted_by", str, "rule or person; '' unless accepted"),
    Column("supports", int, "how many observations it supports"),
)
OBSERVATIONS = _with(
    model.OBSERVATIONS,
    Column("accepted_by", str, "rule or person"),
    Column("primary_figures", int, "figures that it was made from"),
    Column("data_cutoff", str, "the edition's; '' for none"),
)
LINKS = _with(
    model.OBSERVATION_FIGURES,
    Column("status", str, "of the figure: accepted, rejected or undecided; '' for no such figure"),
    Column("kind", str, "of the figure"),
    Column("measure", str, "of the observation; '' for no such observation"),
)
FILLS = _with(
    curate_tables.FILLS,
    Column("lost_id", str, "<source_id>@<position> of the lost value, '' if none is lost there"),
    Column("from_source", str, "the source whose figure is printed"),
    Column("filled_by", str, "the observation that the table of observations has of that figure; '' for none"),
)
COUNTS = TableContract(
    "counts",
    (
        Column("stage", str, "the stage that states a number in its summary, or `tables`"),
        Column("what", str, "what is counted"),
        Column("stated", float, "the number stated; NaN where none is"),
        Column("counted", float, "the number of rows"),
    ),
    ("stage", "what"),
)
EDITION = TableContract(
    "edition",
    (
        Column("edition", str, "id of the edition"),
        Column("year_of_id", str, "the year in its id"),
        Column("year", str, "the year that edition.yml says"),
        Column("title_zh", str, "its Chinese title"),
        Column("title_en", str, "its English title"),
        Column("status", str, "demonstration or candidate"),
        Column("note_zh", str, "its Chinese note"),
        Column("note_en", str, "its English note"),
        Column("data_cutoff", str, "the day after which nothing is drawn"),
        Column("licence", str, "its licence"),
    ),
    ("edition",),
)


def source_rows(rows: Sequence[Row], edition: Edition, found: Mapping[str, int]) -> list[Row]:
    """Return the rows of `sources`; a row whose source the edition no longer has keeps empty columns."""
    known = {source.source_id: source for source in edition.sources}
    made = []
    for row in rows:
        source = known.get(row.get("source_id", ""))
        made.append(
            {
                **row,
                "released_on": source.released_on if source else "",
                "data_cutoff": edition.data_cutoff,
                "access": source.access if source else "",
                "licence": source.licence if source else "",
                "read_by": row.get("encoding", "") or (source.reader if source else ""),
                "found": found.get(row.get("source_id", ""), 0),
            }
        )
    return made


def curated_rows(rows: Sequence[Row], figures: Sequence[Row], links: Sequence[Row]) -> list[Row]:
    """Return the rows of `curated` with how often they were found, who accepted them and what they support."""
    found = Counter(figure.get("figure_id") for figure in figures)
    supports = Counter(link.get("figure_id") for link in links)
    return [
        {
            **row,
            "found": found[row.get("figure_id")],
            "accepted_by": accepted_by(row.get("decision_id", "")) if row.get("status") == "accepted" else "",
            "supports": supports[row.get("figure_id")],
        }
        for row in rows
    ]


def observation_rows(rows: Sequence[Row], links: Sequence[Row], edition: Edition) -> list[Row]:
    """Return the rows of `observations` with who accepted them and how many figures they were made from."""
    primary = Counter(link.get("observation_id") for link in links if link.get("role") == "primary")
    return [
        {
            **row,
            "accepted_by": accepted_by(row.get("decision_id", "")),
            "primary_figures": primary[row.get("observation_id")],
            "data_cutoff": edition.data_cutoff,
        }
        for row in rows
    ]


def accepted_by(decision_id: str) -> str:
    """Return rule, person, or '' where nobody is named."""
    return ("rule" if decision_id.startswith("rule:") else "person") if decision_id else ""


def link_rows(links: Sequence[Row], curated: Sequence[Row], observations: Sequence[Row]) -> list[Row]:
    """Return the rows of `observation_figures` with what they lead to on both sides."""
    figures = {row.get("figure_id"): row for row in curated}
    measures = {row.get("observation_id"): row.get("measure", "") for row in observations}
    return [
        {
            **link,
            "status": figures.get(link.get("figure_id"), {}).get("status", ""),
            "kind": figures.get(link.get("figure_id"), {}).get("kind", ""),
            "measure": measures.get(link.get("observation_id"), ""),
        }
        for link in links
    ]


def fill_rows(
    fills: Sequence[Row], lost: Sequence[Row], links: Sequence[Row], observations: Sequence[Row]
) -> list[Row]:
    """Return the rows of `fills` with the lost value and the observation that they join."""
    gaps = {f"{row.get('source_id')}@{row.get('position')}" for row in lost}
    known = {row.get("observation_id") for row in observations}
    of_figure = {link.get("figure_id"): link.get("observation_id") for link in links}
    made = []
    for row in fills:
        gap = f"{row.get('source_id')}@{row.get('position')}"
        observed = of_figure.get(row.get("figure_id"), "")
        made.append(
            {
                **row,
                "lost_id": gap if gap in gaps else "",
                "from_source": str(row.get("figure_id", "")).rpartition("@")[0],
                "filled_by": observed if observed in known else "",
            }
        )
    return made


def count_rows(summaries: Mapping[str, str], rows: Mapping[str, Sequence[Row]]) -> list[Row]:
    """Return one row for each number that a stage states in its summary, and two that the tables owe each other.

    Parameters
    ----------
    summaries
        Stage -> the line it left about its result.
    rows
        Table -> rows; `figures` holds those that people added too.
    """
    read = [row for row in rows["figures"] if not str(row.get("rules", "")).startswith(_ADDED)]
    statuses = Counter(row.get("status") for row in rows["curated"])
    decided = {status: statuses[status] for status in ("accepted", "rejected", "undecided")}
    counted = {
        "read": {"source": len(rows["sources"])},
        "extract": {"figure": len(read), "lost": len(rows["lost"])},
        "curate": {"figure": len(rows["curated"]), **decided, "observation": len(rows["observations"])},
    }
    made: list[Row] = []
    for stage, numbers in counted.items():
        stated = {what.removesuffix("s"): float(n) for n, what in _STATED.findall(summaries.get(stage, ""))}
        made += [_count(stage, what, stated.get(what, math.nan), number) for what, number in numbers.items()]
    supported = {row.get("observation_id") for row in rows["curated"] if row.get("status") == "accepted"}
    return [
        *made,
        _count("tables", "figures", len(rows["figures"]), sum(decided.values())),
        _count("tables", "observations", len(supported), len(rows["observations"])),
    ]


def _count(stage: str, what: str, stated: float, counted: float) -> Row:
    return {"stage": stage, "what": what, "stated": float(stated), "counted": float(counted)}


def edition_row(edition: Edition) -> Row:
    """Return what edition.yml says as the one row of `edition`."""
    return {
        "edition": edition.edition_id,
        "year_of_id": edition.edition_id[:4],
        "year": edition.year,
        "title_zh": edition.title.get("zh", ""),
        "title_en": edition.title.get("en", ""),
        "status": edition.status,
        "note_zh": edition.note.get("zh", ""),
        "note_en": edition.note.get("en", ""),
        "data_cutoff": edition.data_cutoff,
        "licence": edition.licence,
    }


def found_in(tables: Iterable[Sequence[Row]]) -> Mapping[str, int]:
    """Return how many rows of some tables come from which source."""
    return Counter(str(row.get("source_id", "")) for rows in tables for row in rows)
