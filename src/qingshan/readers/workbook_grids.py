"""The tables of a workbook: in flow its text layer and what the file merges and hides, out flows a `SourceText`.

What a person who opens the file does not see is no part of a table: hidden sheets, rows and columns are set aside and
named in the notes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence

from qingshan.model import Grid, GridCell, InputError, Place, SourceText
from qingshan.readers.areas import Area, Line, find_areas
from qingshan.readers.rows import column_letters, too_much
from qingshan.readers.sheet_xml import SheetFacts
from qingshan.readers.workbook import Sheet, SheetLine, open_book

_MOST_RANGES = 8  # hidden ranges that a note names
_MOST_COLUMNS = 16_384  # what a sheet can hold
_MOST_ROWS = 1_048_576
_MOST_STEPS = 4_000_000  # rows times merged cells in them

Merge = tuple[int, int, int, int]  # first row, first column, last row, last column, counted from 1


def read_workbook_source(data: bytes, *, where: str) -> SourceText:
    """Return the text layer of an .xlsx workbook with its tables.

    The layer is that of `open_book`. A table's cells are the visible ones, rows and columns counted without those
    hidden between them; empty cells after the last filled one of a row are left out, as in the file.

    Raises
    ------
    InputError
        As `open_book`; or merged cells that overlap by the thousand.
    """
    book = open_book(data, where=where)
    parts = [_SheetReader(book.text, sheet, where) for sheet in book.sheets]
    return SourceText(
        book.text,
        reader="openpyxl",
        version=book.version,
        places=tuple(place for part in parts for place in part.places),
        grids=tuple(grid for part in parts for grid in part.grids),
        set_aside=tuple(span for part in parts for span in part.set_aside),
        notes=tuple(note for part in parts for note in part.notes) + _of_boxes(book.boxes) + _of_nothing(book.sheets),
    )


def _of_nothing(sheets: Iterable[Sheet]) -> tuple[str, ...]:
    """Return what to tell of a workbook whose cells are all empty: what it shows may be a picture or a chart."""
    is_empty = not any(sheet.lines for sheet in sheets)
    return ("Nothing to read: no cell of any sheet holds anything; type what pictures show into cells.",) * is_empty


def _of_boxes(count: int) -> tuple[str, ...]:
    return (f"Not read: {count} text boxes over the cells; copy what they say into cells.",) if count else ()


class _SheetReader:
    """Reads one sheet: its tables, the lines outside them, and what is hidden."""

    def __init__(self, text: str, sheet: Sheet, where: str) -> None:
        self._text, self._sheet, self._where = text, sheet, where
        self.name = f"sheet {sheet.title}"
        self.places = [Place(sheet.start, self.name)]
        self.grids: list[Grid] = []
        self.set_aside: list[tuple[int, int]] = []
        self.notes: list[str] = []
        if sheet.is_hidden:
            self.set_aside.append((sheet.start, sheet.end))
            if sheet.lines:
                self.notes.append(f"sheet {sheet.title} is hidden and was not read")
        else:
            self._read()

    def _read(self) -> None:
        facts, lines = self._sheet.facts, self._sheet.lines
        self._shown = [line for line in lines if not line.is_hidden]
        self._hidden_columns = _ranges(facts.hidden_columns)
        self._hidden = frozenset(
            column - 1 for low, high in self._hidden_columns for column in range(low, min(high, _MOST_COLUMNS) + 1)
        )
        self._hidden_rows = _ranges((line.number, line.number) for line in lines if line.is_hidden)
        tall = ((top, bottom) for top, _, bottom, _ in facts.merges if top < bottom)
        self._bridges = _ranges([*tall, *self._hidden_rows])
        self._merges = _Merges(facts, self._where)
        self._covered = 0
        above = _Merges(facts, self._where)
        areas = find_areas(self._text, [self._line(line, above) for line in self._shown], self._is_linked)
        for count, area in enumerate(areas, 1):
            self.grids.append(self._grid(area, f"{self.name}, table {count}" if len(areas) > 1 else self.name))
        # a sheet's name says what its tables are about; it holds no figure
        self.set_aside.append((self._sheet.start, self._text.index("\n", self._sheet.start) + 1))
        self.set_aside.extend((line.start, line.end + 1) for line in lines if line.is_hidden)
        self._name_places(areas)
        self.set_aside = _joined(self.set_aside)
        self._note()

    def _parts(self, line: SheetLine) -> list[str]:
        return self._text[line.start : line.end].split("\t")

    def _line(self, line: SheetLine, merges: _Merges) -> Line:
        """Return what a row holds; a merged cell that reaches into it from above fills it too."""
        filled = [at for at, part in enumerate(self._parts(line)) if part and at not in self._hidden]
        merged = merges.at(line.number)
        if filled and merged:
            filled += [left - 1 for top, left, _, _ in merged if top < line.number and left - 1 not in self._hidden]
            filled = sorted(set(filled))
        first, last = (filled[0], filled[-1]) if filled else (0, -1)
        return Line(line.number, line.start, line.end, len(filled), first, last)

    def _is_linked(self, above: int, below: int) -> bool:
        """Whether every row between two is hidden, or a merged cell reaches over it."""
        at = bisect_right(self._bridges, (above + 1, _MOST_ROWS)) - 1
        return at >= 0 and self._bridges[at][0] <= above + 1 and below - 1 <= self._bridges[at][1]

    def _grid(self, area: Area, name: str) -> Grid:
        columns = [column for column in range(area.left, area.right + 1) if column not in self._hidden]
        lines = [self._shown[index] for index in area.rows]
        return Grid(lines[0].start, lines[-1].end, name, tuple(self._cells(lines, columns)))

    def _cells(self, lines: Sequence[SheetLine], columns: Sequence[int]) -> Iterator[GridCell]:
        shown = {column: (at, column_letters(column)) for at, column in enumerate(columns)}
        numbers = [line.number for line in lines]
        for row, line in enumerate(lines):
            merged = self._merges.at(line.number)
            position = line.start
            for column, part in enumerate(self._parts(line)):
                start, position = position, position + len(part) + 1
                if column not in shown:
                    continue
                at, letters = shown[column]
                row_span = column_span = 1
                merge = merged and _holding(merged, column + 1)
                if merge:
                    top, left, bottom, right = merge
                    if (top, left) != (line.number, column + 1):
                        self._covered += bool(part)
                        continue
                    row_span = bisect_right(numbers, bottom) - row
                    column_span = bisect_right(columns, right - 1) - at
                yield GridCell(row, at, start, start + len(part), row_span, column_span, name=f"{letters}{line.number}")

    def _name_places(self, areas: Sequence[Area]) -> None:
        """Say of every line outside the tables in which cells it stands."""
        inside = {index for area in areas for index in area.rows}
        heads = {area.rows[0] for area in areas}
        for index, line in enumerate(self._shown):
            if index in heads:
                self.places.append(Place(line.start, self.name))
            if index in inside:
                continue
            position = line.start
            for column, part in enumerate(self._parts(line)):
                if part and column in self._hidden:
                    self.set_aside.append((position, position + len(part)))
                elif part:
                    self.places.append(Place(position, f"{self.name}!{column_letters(column)}{line.number}"))
                position += len(part) + 1

    def _note(self) -> None:
        title = self._sheet.title
        if self._hidden_rows:
            self.notes.append(_not_read("row", self._hidden_rows, str, title))
        width = max((self._text.count("\t", line.start, line.end) + 1 for line in self._shown), default=0)
        columns = [(low, min(high, width)) for low, high in self._hidden_columns if low <= width]
        if columns:
            self.notes.append(_not_read("column", columns, lambda number: column_letters(number - 1), title))
        if self._covered:
            self.notes.append(f"{self._covered} cells of sheet {title} lie under a merged cell and were not read")


def _not_read(what: str, ranges: Sequence[tuple[int, int]], name: Callable[[int], str], title: str) -> str:
    """Return the sentence that says which rows or columns are hidden."""
    shown = ", ".join(name(low) if low == high else f"{name(low)}-{name(high)}" for low, high in ranges[:_MOST_RANGES])
    if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
        return f"{what} {shown} of sheet {title} is hidden and was not read"
    more = f" and {len(ranges) - _MOST_RANGES} more ranges" if len(ranges) > _MOST_RANGES else ""
    return f"{what}s {shown}{more} of sheet {title} are hidden and were not read"


def _ranges(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return ranges of whole numbers, both ends in them, sorted and joined."""
    return [(low, high - 1) for low, high in _joined((low, high + 1) for low, high in ranges)]


def _holding(merges: Sequence[Merge], column: int) -> Merge | None:
    """Return the merged cell of a row that reaches over a column."""
    at = bisect_right(merges, column, key=lambda merge: merge[1]) - 1
    return merges[at] if at >= 0 and column <= merges[at][3] else None


class _Merges:
    """The merged cells of a sheet, asked for row by row."""

    def __init__(self, facts: SheetFacts, where: str) -> None:
        self._merges = sorted(facts.merges)
        self._next = 0
        self._open: list[Merge] = []
        self._steps = 0
        self._where = where

    def at(self, row: int) -> list[Merge]:
        """Return the merged cells that reach into a row; rows are asked for in order."""
        while self._next < len(self._merges) and self._merges[self._next][0] <= row:
            self._open.append(self._merges[self._next])
            self._next += 1
        self._steps += len(self._open)
        if self._steps > _MOST_STEPS:
            raise InputError(too_much(self._where, "merged cells that overlap by the thousand"))
        self._open = sorted((merge for merge in self._open if merge[2] >= row), key=lambda merge: merge[1])
        return self._open


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans sorted, those that touch or overlap joined."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(apart[-1][1], end))
        else:
            apart.append((start, end))
    return apart
