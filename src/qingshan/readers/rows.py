"""Rows and cells of CSV text and of workbooks, as the `table:` mapping of a source asks for them; offsets are raw."""

from __future__ import annotations

from dataclasses import dataclass

from qingshan.model import Problem
from qingshan.readers.archive import MAX_BYTES

MAX_CELLS = 1_200_000  # read, empty ones between others included; figures of so many fill 3 GB


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text without quotes, and the raw offsets of its characters within them."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number counted from 1 as a spreadsheet counts, its raw offsets without line end, its cells."""

    number: int
    start: int
    end: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class TableText:
    """A table as read: the raw text its offsets count in, its rows, its sheet ('' for CSV) and its name in messages."""

    text: str
    rows: tuple[Row, ...]
    sheet: str
    where: str


def column_letters(index: int) -> str:
    """Return a spreadsheet's name of the column at `index`, counted from 0: A, Z, AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def too_much(where: str, found: str) -> Problem:
    """Return the problem of a table that is too large to read."""
    return Problem(where, found, f"a table of at most {MAX_BYTES // 10**6} MB and {MAX_CELLS} cells",
                   "Give only the sheets and columns that are needed.")  # fmt: skip
