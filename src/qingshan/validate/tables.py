"""Reads the tables of the earlier stages for validation, whole or not at all.

Flows in: the CSV files that extraction and curation left, and the registry. Flows out: `Table` records, and data frames
of plain columns. A column that is missing stays missing, so that the rules that need it fail; a damaged row or number
is an error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qingshan import consistency, model, store
from qingshan.curate.tables import FILLS, STALE_DECISIONS
from qingshan.model import FIGURES, LOST, OBSERVATION_FIGURES, InputError, Problem, TableContract, Workspace
from qingshan.registry import Registry
from qingshan.sources import Edition
from qingshan.validate import joins
from qingshan.validate.previous import PREVIOUS, load_previous, previous_rows

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, Any]
_ADDED = "added.csv"  # figures that people added: they stand beside the reader's
_FILES = (
    (model.SOURCES, "read", "sources.csv"),
    (FIGURES, "extract", "figures.csv"),
    (FIGURES, "curate", _ADDED),
    (LOST, "extract", "lost.csv"),
    (model.CURATED, "curate", "curated.csv"),
    (model.OBSERVATIONS, "curate", "observations.csv"),
    (OBSERVATION_FIGURES, "curate", "observation_figures.csv"),
    (FILLS, "curate", "fills.csv"),
    (STALE_DECISIONS, "curate", "stale_decisions.csv"),
)
_SUMMARIES = ("read", "extract", "curate")


@dataclass(frozen=True)
class Table:
    """One table as it was read: `columns` are those of the contract that the file has."""

    contract: TableContract
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    def row_id(self, row: Row) -> str:
        """Return what people call the row by: its key, joined by ``@`` as in a figure's id."""
        return "@".join(str(row.get(name, "?")) for name in self.contract.key)

    def frame(self) -> pd.DataFrame:
        """Return the rows as a data frame of the columns that the file has."""
        return store.frame(self.contract.only(self.columns), self.rows)


def load_tables(workspace: Workspace, head: Edition) -> dict[str, Table]:
    """Return the tables of an edition by name, as `joins` joins them: all of `shape.TABLES` but the comparisons.

    Parameters
    ----------
    head
        What the edition and its sources say of themselves.

    Raises
    ------
    InputError
        A file is missing, is not CSV, or has a column, row or number that its contract does not allow: all at once.
    """
    edition = head.edition_id
    problems: list[Problem] = []
    tables: dict[str, Table] = {}
    for contract, stage, name in _FILES:
        path = workspace.work(edition, stage, name)
        if name == _ADDED and not path.is_file():
            continue  # an edition curated before people could add figures has none
        try:
            table = read_table(contract, path)
        except InputError as error:
            problems.extend(error.problems)
            continue
        before = tables.get(contract.name)
        tables[contract.name] = _joined(before, table) if before else table
    name, before = "", []
    try:
        name, before = load_previous(workspace, edition)
    except InputError as error:
        problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    summaries = {stage: _summary(workspace.work(edition, stage, "summary.json")) for stage in _SUMMARIES}
    joined = _joined_tables(tables, head, summaries)
    joined["previous"] = _whole(PREVIOUS, previous_rows(name, before, tables["observations"].rows))
    return joined


def _summary(path: Path) -> str:
    """Return the line that a stage left about its result, '' if it left none: the numbers in it are then missing."""
    return str(store.read_json(path).get("text", "")) if path.is_file() else ""


def _joined_tables(tables: Mapping[str, Table], head: Edition, summaries: Mapping[str, str]) -> dict[str, Table]:
    """Return the tables with the columns that `joins` adds, and those that it makes."""
    rows = {name: table.rows for name, table in tables.items()}
    links, curated, observations = rows["observation_figures"], rows["curated"], rows["observations"]
    found = joins.found_in((rows["figures"], rows["lost"]))
    fills = joins.fill_rows(rows["fills"], rows["lost"], links, observations)
    return {
        **tables,
        "sources": _view(joins.SOURCES, tables["sources"], joins.source_rows(rows["sources"], head, found)),
        "curated": _view(joins.CURATED, tables["curated"], joins.curated_rows(curated, rows["figures"], links)),
        "observations": _view(
            joins.OBSERVATIONS, tables["observations"], joins.observation_rows(observations, links, head)
        ),
        "observation_figures": _view(
            joins.LINKS, tables["observation_figures"], joins.link_rows(links, curated, observations)
        ),
        "fills": _view(joins.FILLS, tables["fills"], fills),
        "counts": _whole(joins.COUNTS, joins.count_rows(summaries, rows)),
        "edition": _whole(joins.EDITION, [joins.edition_row(head)]),
    }


def _view(contract: TableContract, read: Table, rows: Sequence[Row]) -> Table:
    """Return a view with the columns that its file has and those that were joined to them."""
    lacking = set(read.contract.names) - set(read.columns)
    return Table(contract, tuple(name for name in contract.names if name not in lacking), tuple(rows))


def _whole(contract: TableContract, rows: Sequence[Row]) -> Table:
    return Table(contract, tuple(contract.names), tuple(rows))


def read_table(contract: TableContract, path: Path) -> Table:
    """Read one CSV file by its contract."""
    part, rows = store.read_part(path, contract)
    return Table(contract, tuple(part.names), tuple(rows))


def compare(curated: Table, registry: Registry) -> Table:
    """Return the comparisons of figures with each other as a table.

    Where a column is missing nothing can be compared: the table then has no columns, so that its rules cannot run.
    """
    if any(consistency.missing_columns(curated.columns)):
        return Table(consistency.CONSISTENCY, (), ())
    rows = consistency.check(curated.rows, registry)
    return Table(consistency.CONSISTENCY, tuple(consistency.CONSISTENCY.names), tuple(rows))


def _joined(first: Table, second: Table) -> Table:
    """Return the rows of two files as one table, with the columns that both have."""
    columns = tuple(name for name in first.columns if name in second.columns)
    rows = ({name: row[name] for name in columns} for row in (*first.rows, *second.rows))
    return Table(first.contract, columns, tuple(rows))
