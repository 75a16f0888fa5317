"""Reads the tables of the earlier stages for validation, whole or not at all.

Flows in: the CSV files that extraction and curation left. Flows out: `Table` records, and data frames of plain columns.
A column that is missing stays missing, so that the rules that need it fail; a damaged row or number is an error.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qingshan.model import CURATED, FIGURES, LOST, OBSERVATIONS, InputError, Problem, TableContract, Workspace

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, Any]
_STAGE = {FIGURES.name: "extract", LOST.name: "extract", CURATED.name: "curate", OBSERVATIONS.name: "curate"}
_DTYPES = {str: "str", float: "float64", int: "int64", bool: "bool"}  # never nullable: column pairs would break


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
        """Return the rows as a data frame with the index 0, 1, 2, … and '' for no text."""
        import pandas as pd

        types = {column.name: column.type for column in self.contract.columns}
        return pd.DataFrame(
            {name: pd.Series([row[name] for row in self.rows], dtype=_DTYPES[types[name]]) for name in self.columns}
        )


def load_tables(workspace: Workspace, edition: str) -> dict[str, Table]:
    """Return the tables figures, lost, curated and observations of an edition by name.

    Raises
    ------
    InputError
        A file is missing, is not CSV, or has a column, row or number that its contract does not allow: all at once.
    """
    problems: list[Problem] = []
    tables: dict[str, Table] = {}
    for contract in (FIGURES, LOST, CURATED, OBSERVATIONS):
        path = workspace.work(edition, _STAGE[contract.name], f"{contract.name}.csv")
        try:
            tables[contract.name] = read_table(contract, path, name=workspace.shown(path))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    added = workspace.work(edition, "curate", "added.csv")  # figures that people added stand beside the reader's
    if added.is_file():
        rows = read_table(FIGURES, added, name=workspace.shown(added)).rows
        tables[FIGURES.name] = replace(tables[FIGURES.name], rows=(*tables[FIGURES.name].rows, *rows))
    return tables


def read_table(contract: TableContract, path: Path, *, name: str) -> Table:
    """Read one CSV file by its contract; `name` is the file as messages should show it."""
    again = f"Make it again with: qingshan run EDITION --only {_STAGE[contract.name]} --force."
    if not path.is_file():
        raise InputError(Problem(name, "no such file", f"the table {contract.name}", again))
    try:
        text = path.read_bytes().decode("utf-8")  # read_text would translate newlines inside quotes
        lines = [line for line in csv.reader(io.StringIO(text)) if line]
        header = lines[0] if lines else []
        unknown = sorted(set(header) - set(contract.names)) + [c for c in set(header) if header.count(c) > 1]
        short = [number for number, line in enumerate(lines) if len(line) != len(header)]
        if unknown or short:
            found = f"column {unknown[0]!r}" if unknown else f"row {short[0]} with {len(lines[short[0]])} cells"
            expected = f"columns of the table {contract.name}, each once" if unknown else f"{len(header)} cells"
            raise InputError(Problem(name, found, expected, again))
        present = TableContract(contract.name, tuple(c for c in contract.columns if c.name in header), contract.key)
        return Table(contract, tuple(present.names), tuple(present.rows_of(text)))
    except (csv.Error, ValueError) as error:  # UnicodeDecodeError is a ValueError
        raise InputError(Problem(name, str(error), f"the table {contract.name} as CSV", again)) from None
