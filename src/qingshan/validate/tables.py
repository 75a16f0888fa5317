"""Reads the tables of the earlier stages for validation, whole or not at all.

Flows in: the CSV files that extraction and curation left, and the registry. Flows out: `Table` records, and data frames
of plain columns. A column that is missing stays missing, so that the rules that need it fail; a damaged row or number
is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qingshan import consistency, store
from qingshan.model import CURATED, FIGURES, LOST, OBSERVATIONS, InputError, Problem, TableContract, Workspace
from qingshan.registry import Registry

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, Any]
_ADDED = "added.csv"  # figures that people added: they stand beside the reader's
_FILES = (
    (FIGURES, "extract", "figures.csv"),
    (FIGURES, "curate", _ADDED),
    (LOST, "extract", "lost.csv"),
    (CURATED, "curate", "curated.csv"),
    (OBSERVATIONS, "curate", "observations.csv"),
)


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


def load_tables(workspace: Workspace, edition: str) -> dict[str, Table]:
    """Return the tables figures, lost, curated and observations of an edition by name.

    Raises
    ------
    InputError
        A file is missing, is not CSV, or has a column, row or number that its contract does not allow: all at once.
    """
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
    if problems:
        raise InputError(problems)
    return tables


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
