"""The tables between stages, and their JSON: written as canonical CSV, read back typed, shown as data frames.

Flows in and out: rows (dicts) under a `TableContract`. Every file is written by `files.write_atomic`. This is the one
reader of what a stage left: a file that is missing or damaged is one message, whoever reads it.
"""

from __future__ import annotations

import contextlib
import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qingshan import documents, files
from qingshan.model import InputError, Problem, TableContract

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]
_DTYPES = {str: "str", float: "float64", int: "int64", bool: "bool"}  # never nullable: column pairs would break


def write_table(path: Path, contract: TableContract, rows: Iterable[Mapping[str, object]]) -> None:
    """Write rows as canonical CSV."""
    files.write_atomic(path, contract.csv_text(rows))


def read_table(path: Path, contract: TableContract) -> list[Row]:
    """Return the rows of a table that an earlier stage wrote.

    Raises
    ------
    InputError
        The stage has not run, or the file is damaged.
    """
    data = _bytes(path)
    with _told(path):
        return contract.rows_of(data.decode("utf-8"))


def read_part(path: Path, contract: TableContract) -> tuple[TableContract, list[Row]]:
    """Return the rows of a table that may lack columns, and the contract with the columns it has.

    Raises
    ------
    InputError
        The stage has not run, or the file is damaged or has a column that the contract does not know.
    """
    data = _bytes(path)
    with _told(path):
        text = data.decode("utf-8")
        part = contract.part_in(text)
        return part, part.rows_of(text)


def frame(contract: TableContract, rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    """Return rows as a data frame with the contract's columns and the index 0, 1, 2, …; '' stands for no text."""
    import pandas as pd

    listed = list(rows)
    return pd.DataFrame(
        {
            column.name: pd.Series([row[column.name] for row in listed], dtype=_DTYPES[column.type])
            for column in contract.columns
        }
    )


def write_json(path: Path, content: object, *, sort: bool = False) -> None:
    """Write a JSON file, its keys in the order given unless they are to be sorted."""
    files.write_atomic(path, files.json_text(content, sort=sort))


def read_json(path: Path) -> Any:
    """Return the content of a JSON file that an earlier stage wrote.

    Raises
    ------
    InputError
        The stage has not run, or the file is damaged.
    """
    data = _bytes(path)
    with _told(path):
        return json.loads(data.decode("utf-8"))


def _bytes(path: Path) -> bytes:
    return documents.read_given(path, "the output of an earlier stage", where=_shown(path), remedy=_remedy(path))


def _shown(path: Path) -> str:
    return "/".join(path.parts[-5:])  # data/work/<edition>/<stage>/<file>: no folder of a machine


def _remedy(path: Path) -> str:
    return f"Build it again with: qingshan run {path.parts[-3]}."  # a run notices what is missing or altered


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what the content of a damaged file raises into messages that name the file and say what to do."""
    where, remedy = _shown(path), _remedy(path)
    try:
        yield
    except InputError as error:  # a contract knows the line, and not the file: "curated:12"
        told = (replace(one, where=f"{where}:{one.where.rpartition(':')[2]}", remedy=remedy) for one in error.problems)
        raise InputError(tuple(told)) from None
    except (csv.Error, ValueError) as error:  # of UTF-8 and of JSON too
        raise InputError(Problem(where, str(error), "a file as a run writes it", remedy)) from None
