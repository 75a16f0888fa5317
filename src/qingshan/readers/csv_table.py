"""CSV and TSV text: in flows decoded text, out flow its rows of cells, or the tables that it holds.

The raw text is the file itself. Nothing here interprets a cell.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from qingshan.model import Grid, GridCell, InputError, Problem, SourceText
from qingshan.readers.areas import Area, Line, find_areas
from qingshan.readers.rows import MAX_CELLS, Cell, Row, too_much

# from the start of a cell to the mark that ends it; possessive, so that long quoted cells cost one pass
_QUOTED = re.compile(r'"((?:[^"]|"")*+)(")?')
_PLAIN = {mark: re.compile(f"[^{re.escape(mark)}\r\n]*") for mark in (",", ";", "\t", "|")}
_SAMPLE = 40  # lines that say what divides the cells


def scan_csv(raw: str, *, where: str, delimiter: str = ",") -> tuple[Row, ...]:
    """Return the rows of CSV text, with raw offsets.

    Quotes hold a cell only when they open it; doubled quotes inside stand for one. A byte order mark is no part of the
    first cell, and a line without any character is no row, though it counts.

    Raises
    ------
    InputError
        A quote is not closed, something follows a closing quote, or there are too many cells.
    """
    rows: list[Row] = []
    position = 1 if raw.startswith("\ufeff") else 0
    number = total = 0
    while position < len(raw):
        number += 1
        start = position
        cells, position = _record(raw, start, delimiter, f"{where}: row {number}")
        total += len(cells)
        if total > MAX_CELLS:
            raise InputError(too_much(where, f"more than {MAX_CELLS} cells"))
        if position > start:
            rows.append(Row(number, start, position, tuple(cells)))
        position += 2 if raw.startswith("\r\n", position) else 1
    return tuple(rows)


def _record(raw: str, position: int, delimiter: str, where: str) -> tuple[list[Cell], int]:
    """Return the cells of one record, and the offset where its line ends."""
    plain = _PLAIN[delimiter]
    cells: list[Cell] = []
    while True:
        if raw.startswith('"', position):
            match = _QUOTED.match(raw, position)
            _check_quoted(raw, match, delimiter, where)
            cells.append(Cell(match[1].replace('""', '"'), *match.span(1)))
        else:
            match = plain.match(raw, position)
            cells.append(Cell(match[0], *match.span()))
        position = match.end()
        if not raw.startswith(delimiter, position):
            return cells, position
        position += 1


def _check_quoted(raw: str, match: re.Match[str], delimiter: str, where: str) -> None:
    if match[2] is None:
        raise InputError(
            Problem(where, "a quote that is never closed", 'a closing "',
                    "Close the quote, or double it where it is meant as a character.")
        )  # fmt: skip
    after = raw[match.end() : match.end() + 8]
    if after and after[0] not in (delimiter, "\r", "\n"):
        raise InputError(
            Problem(where, f"{after.splitlines()[0]!r} after a closing quote", f"{delimiter!r} or the end of the line",
                    "Double the quotes inside the cell.")
        )  # fmt: skip


def read_csv(raw: str, encoding: str, *, where: str, is_tab: bool) -> SourceText:
    """Return CSV or TSV text with its tables; titles, lines of units and notes stand outside them.

    Parameters
    ----------
    is_tab
        Whether the file's name says that tabs divide the cells; else what divides them is found.

    Raises
    ------
    InputError
        As `scan_csv`.
    """
    rows = scan_csv(raw, where=where, delimiter="\t" if is_tab else _delimiter(raw))
    areas = find_areas(raw, [_line(raw, row) for row in rows])
    name = "table {}" if len(areas) > 1 else "table"
    grids = tuple(_grid(raw, rows, area, name.format(count)) for count, area in enumerate(areas, 1))
    return SourceText(raw, encoding, grids=grids, notes=tuple(_ragged(rows, areas)))


def _delimiter(raw: str) -> str:
    """Return what divides most lines into equally many cells; the comma where that says nothing."""
    lines = [re.sub(r'"[^"]*"', "", line) for line in raw[:20_000].splitlines()[:_SAMPLE]]
    best, most = ",", 0
    for mark in ("\t", ",", ";", "|"):
        counts = [count for line in lines if (count := line.count(mark))]
        agreeing = max((counts.count(count) for count in set(counts)), default=0)
        if agreeing > most:
            best, most = mark, agreeing
    return best


def _line(raw: str, row: Row) -> Line:
    filled = [at for at, cell in enumerate(row.cells) if cell.text.strip()]
    first, last = (filled[0], filled[-1]) if filled else (0, -1)
    return Line(row.number, row.start, row.end, len(filled), first, last)


def _grid(raw: str, rows: tuple[Row, ...], area: Area, name: str) -> Grid:
    cells = tuple(
        GridCell(at, column - area.left, *_trimmed(raw, cell), name=f"row {rows[index].number}, column {column + 1}")
        for at, index in enumerate(area.rows)
        for column, cell in enumerate(rows[index].cells[: area.right + 1])
        if column >= area.left
    )
    return Grid(rows[area.rows[0]].start, rows[area.rows[-1]].end, name, cells)


def _trimmed(raw: str, cell: Cell) -> tuple[int, int]:
    text = raw[cell.start : cell.end]
    start = cell.start + len(text) - len(text.lstrip())
    return start, start + len(text.strip())


def _ragged(rows: tuple[Row, ...], areas: list[Area]) -> Iterator[str]:
    """Name the rows of tables that have other than the usual number of cells."""
    for area in areas:
        counts = [len(rows[index].cells) for index in area.rows]
        usual = Counter(counts).most_common(1)[0][0]
        odd = [rows[index].number for index, count in zip(area.rows, counts, strict=True) if count != usual]
        if odd:
            more = f" and {len(odd) - 1} more rows have" if len(odd) > 1 else " has"
            yield f"row {odd[0]}{more} other than {usual} cells"
