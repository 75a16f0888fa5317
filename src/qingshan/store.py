"""The tables between stages: written as canonical CSV, read back typed, shown as data frames.

Flows in and out: rows (dicts) under a `TableContract`. Every file is written by `files.write_atomic`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qingshan import files
from qingshan.model import InputError, Problem, TableContract

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]


def write_table(path: Path, contract: TableContract, rows: Iterable[Mapping[str, object]]) -> None:
    """Write rows as canonical CSV."""
    files.write_atomic(path, contract.csv_text(rows))


def read_table(path: Path, contract: TableContract) -> list[Row]:
    """Return the rows of a table that an earlier stage wrote.

    Raises
    ------
    InputError
        The stage has not run.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        stage = path.parent.name
        raise InputError(
            Problem(
                path.name,
                "no such table",
                f"the output of the stage {stage!r}",
                "Run the notebooks before this one first.",
            )
        ) from None
    return contract.rows_of(text)


def frame(contract: TableContract, rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    """Return rows as a data frame with the contract's columns: object strings, float64, int64 and bool only."""
    import pandas as pd

    columns = {column.name: column.type for column in contract.columns}
    listed = list(rows)
    return pd.DataFrame(
        {
            name: pd.Series(
                [row[name] for row in listed], dtype={str: "object", float: "float64", int: "int64", bool: "bool"}[kind]
            )
            for name, kind in columns.items()
        }
    )


def write_json(path: Path, content: object) -> None:
    """Write a JSON file: sorted nowhere, indented, Chinese as it is, one newline at the end."""
    files.write_atomic(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def read_json(path: Path) -> Any:
    """Return the content of a JSON file that an earlier stage wrote."""
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        raise InputError(
            Problem(
                path.name,
                "no such file",
                f"the output of the stage {path.parent.name!r}",
                "Run the notebooks before this one first.",
            )
        ) from None
