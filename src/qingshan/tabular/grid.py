"""A grid with clean cell texts, merged cells spread over the places they take, empty rows and columns left out.

Flows in: a reader's `Grid` and the `CleanText`. Flows out: a `Table`, whose lines can be walked by row or by column
alike. Nothing here interprets a cell.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from qingshan.clean import CleanText
from qingshan.model import Grid, GridCell

_SPREAD = 200_000  # places that merged cells may take beyond their number; more is no table that a person drew
_RAISED = re.compile(r"(?<=\d)\s*<sup\b", re.IGNORECASE)  # a note's number, raised behind a value
_WORDS = re.compile(r"[\u4e00-\u9fffA-Za-z]")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that holds text.

    Parameters
    ----------
    row, column
        Its first place, counted from 0 in the lines that are left.
    row_span, column_span
        How many of those lines it takes.
    start, end
        Clean span of `text`, without the blanks around it.
    place
        Where a person finds it: "C14", or row and column of the grid counted from 1.
    """

    row: int
    column: int
    row_span: int
    column_span: int
    start: int
    end: int
    text: str
    is_header: bool
    place: str


@dataclass(frozen=True)
class Table:
    """The cells of a grid by place.

    Parameters
    ----------
    places
        (row, column) -> index into `cells`; a merged cell stands at every place it takes.
    start, end
        Clean span of the whole grid.
    of_rows, of_columns
        For each row its columns that hold text, in order, and the other way round.
    """

    grid: Grid
    start: int
    end: int
    cells: tuple[Cell, ...]
    places: dict[tuple[int, int], int]
    rows: int
    columns: int
    of_rows: tuple[tuple[int, ...], ...]
    of_columns: tuple[tuple[int, ...], ...]

    def at(self, row: int, column: int) -> Cell | None:
        """Return the cell at a place, None where there is no text."""
        index = self.places.get((row, column))
        return None if index is None else self.cells[index]


@dataclass(frozen=True, slots=True)
class Lines:
    """A table walked line by line: its rows, or its columns, by the same words."""

    table: Table
    by_row: bool

    @property
    def count(self) -> int:
        return self.table.rows if self.by_row else self.table.columns

    def at(self, line: int, position: int) -> Cell | None:
        """Return the cell of a line at a position along it."""
        return self.table.at(line, position) if self.by_row else self.table.at(position, line)

    def cells(self, line: int) -> Iterator[tuple[int, Cell]]:
        """Yield each cell of a line once, with its first position along it."""
        last = None
        for position in (self.table.of_rows if self.by_row else self.table.of_columns)[line]:
            cell = self.at(line, position)
            if cell is not None and cell is not last:
                yield position, cell
            last = cell

    def begins(self, cell: Cell) -> int:
        """Return the line on which a cell begins."""
        return cell.row if self.by_row else cell.column

    def along(self, cell: Cell) -> int:
        """Return how many positions a cell takes along its line."""
        return cell.column_span if self.by_row else cell.row_span


def build(grid: Grid, clean: CleanText) -> Table:
    """Return the table of a grid: cells without text, and lines in which no cell begins, are left out."""
    kept = [(cell, span) for cell in grid.cells if (span := _trimmed(cell, clean))[0] < span[1]]
    start, end = clean.to_clean(grid.start, grid.end)
    rows = {row: index for index, row in enumerate(sorted({cell.row for cell, _ in kept}))}
    columns = {column: index for index, column in enumerate(sorted({cell.column for cell, _ in kept}))}
    of_rows, of_columns = tuple(rows), tuple(columns)
    cells = [
        _cell(cell, span, clean.text, (rows[cell.row], columns[cell.column]), of_rows, of_columns)
        for cell, span in kept
    ]
    spread = sum(cell.row_span * cell.column_span for cell in cells)
    is_spread = spread <= _SPREAD + 4 * len(cells)
    places: dict[tuple[int, int], int] = {(cell.row, cell.column): index for index, cell in enumerate(cells)}
    for index, cell in enumerate(cells if is_spread else ()):
        for row in range(cell.row, cell.row + cell.row_span):
            for column in range(cell.column, cell.column + cell.column_span):
                places.setdefault((row, column), index)
    by_row: list[list[int]] = [[] for _ in rows]
    by_column: list[list[int]] = [[] for _ in columns]
    for row, column in sorted(places):
        by_row[row].append(column)
        by_column[column].append(row)
    return Table(
        grid, start, end, tuple(cells), places, len(rows), len(columns),
        tuple(map(tuple, by_row)), tuple(map(tuple, by_column)),
    )  # fmt: skip


def spread_headings(table: Table, of_rows: Sequence[int], of_columns: Sequence[int]) -> Table:
    """Return a table whose outer headings reach over the blanks beside them that an inner heading divides.

    CSV and plain text know no merged cells: what was one heading over two columns stands over the first of them. A
    table that has merged cells says itself how far its headings reach.

    Parameters
    ----------
    of_rows, of_columns
        The rows that head columns and the columns that head rows, outermost first.
    """
    if any(cell.row_span > 1 or cell.column_span > 1 for cell in table.cells):
        return table
    found = dict(_reached(Lines(table, True), of_rows, of_columns))
    found |= dict(_reached(Lines(table, False), of_columns, of_rows))
    return replace(table, places=table.places | found) if found else table


def _reached(lines: Lines, headings: Sequence[int], across: Sequence[int]) -> Iterator[tuple[tuple[int, int], int]]:
    """Yield the blank places of outer heading lines with the cell that reaches over each."""
    length = lines.table.columns if lines.by_row else lines.table.rows
    for outer, inner in pairwise(headings):
        reaching = None
        for position in range(length):
            if position in across or lines.at(inner, position) is None:
                reaching = None
                continue
            at = (outer, position) if lines.by_row else (position, outer)
            if lines.at(outer, position) is not None:
                reaching = lines.table.places[at]
            elif reaching is not None:
                yield at, reaching


def _cell(
    cell: GridCell, span: tuple[int, int], text: str, at: tuple[int, int], rows: tuple[int, ...],
    columns: tuple[int, ...],
) -> Cell:  # fmt: skip
    row, column = at
    return Cell(
        row,
        column,
        _taken(rows, row, cell.row + cell.row_span),
        _taken(columns, column, cell.column + cell.column_span),
        *span,
        text[span[0] : span[1]],
        cell.is_header,
        cell.name or f"row {cell.row + 1}, column {cell.column + 1}",
    )


def _taken(lines: tuple[int, ...], first: int, end: int) -> int:
    """Return how many of the lines left, from the line with index `first` on, lie before the grid's line `end`."""
    return max(1, bisect_left(lines, end) - first)


def _trimmed(cell: GridCell, clean: CleanText) -> tuple[int, int]:
    """Return the clean span of a cell's text without blanks around it, and without a raised note behind a number."""
    end = cell.end
    raised = _RAISED.search(clean.raw, cell.start, cell.end)
    if raised and not _WORDS.search(clean.reading(cell.start, raised.start())):
        end = raised.start()
    first, last = clean.to_clean(cell.start, end)
    text = clean.text[first:last]
    left = len(text) - len(text.lstrip())
    return first + left, first + max(left, len(text.rstrip()))
