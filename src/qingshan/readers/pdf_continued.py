"""Tables that a page's end divides: in flow two tables that follow each other, out flows whether they are one.

A writer that breaks a table repeats its headings or none. Without them the second half says neither what its numbers
measure nor in what unit, so both halves are read as one table.
"""

from __future__ import annotations

import re
from dataclasses import replace

from qingshan.readers.pdf_line import is_numeric
from qingshan.readers.pdf_tables import Table

_NEAR = 4.0  # points two halves may differ in width
_MOST_HEADINGS = 4  # rows that a writer repeats
_YEAR = re.compile(r"(?:19|20)\d\d年?")


def rest_of(before: Table, after: Table) -> Table | None:
    """Return what a table adds to the one before it, its repeated headings left out; None where it is another table.

    Both are equally wide and have equally many columns; the second begins with the headings of the first, or with a row
    that holds numbers, as no heading does.
    """
    if abs((before.x1 - before.x0) - (after.x1 - after.x0)) > _NEAR or _columns(before) != _columns(after):
        return None
    one, two = _rows(before), _rows(after)
    repeated = 0
    while repeated < min(len(one) - 1, len(two) - 1, _MOST_HEADINGS) and one[repeated] == two[repeated]:
        repeated += 1
    if repeated:
        return replace(after, cells=tuple(cell for cell in after.cells if cell.row >= repeated))
    values = [cell.text for cell in after.cells if cell.row == 0 and cell.column]
    return after if any(is_numeric(text) and not _YEAR.fullmatch(text) for text in values) else None


def _columns(table: Table) -> int:
    return max(cell.column + cell.column_span for cell in table.cells)


def _rows(table: Table) -> list[list[tuple[int, int, int, str]]]:
    """Return each row's cells by place and text; what a cell says tells a repeated heading."""
    height = max(cell.row + cell.row_span for cell in table.cells)
    rows: list[list[tuple[int, int, int, str]]] = [[] for _ in range(height)]
    for cell in table.cells:
        rows[cell.row].append((cell.column, cell.row_span, cell.column_span, cell.text))
    return rows
