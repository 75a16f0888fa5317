"""The tables of plain text: in flows the text, out flow its lines of cells divided by tabs, with raw spans into it.

A table pasted from a document or a spreadsheet stands so. Nothing marks it, so only what can be nothing else is one:
lines with equally many tabs, words above and numbers below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qingshan.model import Grid, GridCell

_LINE = re.compile(r"[^\r\n]+")
_NUMBER = re.compile(r"[-+−]?\d[\d,.]*\s*[%％‰]?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_LONGEST = 60  # characters of a cell; a longer one is a paragraph
_BREAK = re.compile(r"\r\n|\r|\n")

_Row = tuple[int, int, int]  # number of the line from 1, raw span without line end


def find_tab_tables(text: str) -> tuple[Grid, ...]:
    """Return the tables of a plain text: two lines or more with equally many tabs.

    Its first line is a heading: it holds words, and numbers only where they are years. A line below holds a number
    behind its first cell. A list of contents, whose page numbers begin with its first line, is none.
    """
    tables = [rows for rows in _runs(text) if _is_table(text, rows)]
    return tuple(
        Grid(rows[0][1], rows[-1][2], f"table {count}" if len(tables) > 1 else "table", tuple(_cells(text, rows)))
        for count, rows in enumerate(tables, 1)
    )


def _runs(text: str) -> Iterator[list[_Row]]:
    """Yield the lines that follow each other with equally many tabs."""
    rows: list[_Row] = []
    tabs = 0
    for row in _rows(text):
        count = text.count("\t", row[1], row[2])
        if rows and (count != tabs or row[0] != rows[-1][0] + 1):
            yield rows
            rows = []
        if count:
            rows.append(row)
            tabs = count
    if rows:
        yield rows


def _rows(text: str) -> Iterator[_Row]:
    number, at = 1, 1 if text.startswith("\ufeff") else 0
    for line in _LINE.finditer(text, at):
        number += len(_BREAK.findall(text, at, line.start()))
        at = line.end()
        yield number, line.start(), line.end()


def _is_table(text: str, rows: list[_Row]) -> bool:
    if len(rows) < 2:
        return False
    parts = [[part.strip() for part in text[start:end].split("\t")] for _, start, end in rows]
    head = [part for part in parts[0] if part]
    is_head = len(head) > 1 and not any(_NUMBER.fullmatch(part) and not _YEAR.fullmatch(part) for part in head)
    is_short = all(len(part) <= _LONGEST for row in parts for part in row)
    return is_head and is_short and any(_NUMBER.fullmatch(part) for row in parts[1:] for part in row[1:])


def _cells(text: str, rows: list[_Row]) -> Iterator[GridCell]:
    for row, (number, start, end) in enumerate(rows):
        position = start
        for column, part in enumerate(text[start:end].split("\t")):
            first = position + len(part) - len(part.lstrip())
            name = f"line {number}, column {column + 1}"
            yield GridCell(row, column, first, first + len(part.strip()), name=name)
            position += len(part) + 1
