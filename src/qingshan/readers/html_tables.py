"""The tables of a web page: in flows its source, out flow those that hold data, with raw spans into the source.

A table that only lays out the page is none: one that holds other tables, forms, lists or long prose. Prose reads it. So
is one that is never closed, for nobody knows what still belongs to it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush

from qingshan.model import Grid, GridCell
from qingshan.readers.areas import Line, find_areas
from qingshan.webpage import UNSEEN, PageParser, is_markup

_LAYOUT_NAMES = "form input select textarea button h1 h2 h3 h4 h5 h6 ul ol dl hr article section nav pre blockquote"
_LAYOUT = frozenset(_LAYOUT_NAMES.split())
_GROUPS = frozenset(("thead", "tbody", "tfoot"))
_LONG, _VERY_LONG = 200, 1000  # characters of a cell
_LONG_SENTENCES = 80  # characters of a cell with two sentences
_MOST_BLOCKS = 4  # paragraphs of a cell that is no prose
_MOST_STRAY = 40  # characters between the cells, which no reader of tables would see
_WIDEST = 1_000  # columns that one cell may span, as browsers have it
_MOST_PLACES = 2_000_000  # of a page, spans counted
_COUNT = re.compile(r"\s*(\d+)")


@dataclass(slots=True)
class _Cell:
    start: int
    end: int
    rows: int = 1
    columns: int = 1
    is_header: bool = False
    length: int = 0
    stops: int = 0
    blocks: int = 0

    def is_long(self) -> bool:
        return (
            self.length > _LONG
            or (self.stops > 1 and self.length > _LONG_SENTENCES)
            or (self.blocks > _MOST_BLOCKS and self.length > _LONG_SENTENCES)
        )


@dataclass(slots=True)
class _Table:
    start: int
    is_layout: bool
    rows: list[list[_Cell]] = field(default_factory=list)
    row_starts: list[int] = field(default_factory=list)
    caption: _Cell | None = None
    into: _Cell | None = None  # what takes the text just now: a cell or the caption
    is_head: bool = False
    stray: int = 0


def find_tables(page: str) -> tuple[tuple[Grid, ...], tuple[str, ...]]:
    """Return the data tables of a page, named in order, and notes; nothing for a text that is no page.

    Rows with one filled cell above and below the data are its title, its line of units and its notes: they stand
    outside, and the caption with them. A cell's raw span lies within its element and begins and ends with what a reader
    sees of it: tags at its edges are outside, those between are inside.
    """
    if "<" not in page or not is_markup(page):
        return (), ()
    reader = _Reader(page)
    reader.read()
    found = sorted(reader.found, key=lambda grid: grid[0])
    grids = tuple(
        Grid(start, end, f"table {count}" if len(found) > 1 else "table", cells, caption)
        for count, (start, end, caption, cells) in enumerate(found, 1)
    )
    notes = list(reader.notes)
    notes += [
        f"the table at line {page.count(chr(10), 0, table.start) + 1} is never closed and was read as running text"
        for table in reader.open[:1]
    ]
    return grids, tuple(notes)


class _Reader(PageParser):
    """Follows the tables of one page, the innermost last in `open`."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.found: list[tuple[int, int, tuple[int, int], tuple[GridCell, ...]]] = []
        self.notes: list[str] = []
        self.open: list[_Table] = []
        self._unseen: list[str] = []
        self._places = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNSEEN:
            self._unseen.append(tag)
        if self._unseen or not (self.open or tag == "table"):
            return
        start = self.raw_offset()
        end = start + len(self.get_starttag_text() or "")
        if tag == "table":
            if self.open:
                self.open[-1].is_layout = True
            role = (dict(attrs).get("role") or "").lower()
            self.open.append(_Table(start, role in ("presentation", "none")))
            return
        table = self.open[-1]
        if tag in ("td", "th"):
            if not table.rows:
                table.rows.append([])
                table.row_starts.append(start)
            self._start_cell(table, tag, end, dict(attrs))
        elif tag == "tr" or tag in _GROUPS:
            table.into = None
            if tag == "tr":
                table.rows.append([])
                table.row_starts.append(start)
            else:
                table.is_head = tag == "thead"
        elif tag == "caption":
            table.caption = table.into = _Cell(end, end)
        elif tag in _LAYOUT:
            table.is_layout |= dict(attrs).get("type") != "hidden"
        elif table.into is not None:
            if tag in ("p", "div"):
                table.into.blocks += 1
            elif tag == "sup":
                self._see(start, end, 0)

    def _start_cell(self, table: _Table, tag: str, end: int, attributes: dict[str, str | None]) -> None:
        rows, columns = (_count(attributes.get(name)) for name in ("rowspan", "colspan"))
        table.into = _Cell(end, end, rows, max(1, columns), tag == "th" or table.is_head)
        table.rows[-1].append(table.into)

    def handle_endtag(self, tag: str) -> None:
        if self._unseen:
            if tag == self._unseen[-1]:
                self._unseen.pop()
            return
        if not self.open:
            return
        if tag == "table":
            self._end_table(self.open.pop())
        elif tag in ("td", "th", "tr", "caption") or tag in _GROUPS:
            self.open[-1].into = None
        elif tag == "sup" and self.open[-1].into is not None:
            start = self.raw_offset()
            self._see(start, self.tag_end(start), 0)

    def handle_data(self, data: str) -> None:
        text = data.strip()
        if text:
            start = self.raw_offset() + len(data) - len(data.lstrip())
            self._see(start, start + len(text), len(text), text.count("。"))

    def handle_entityref(self, name: str) -> None:
        self._reference(f"&{name}")

    def handle_charref(self, name: str) -> None:
        self._reference(f"&#{name}")

    def _reference(self, written: str) -> None:
        start = self.raw_offset()
        end = self.reference_end(start, written)
        if html.unescape(self.text[start:end]).strip():
            self._see(start, end, 1)

    def _see(self, start: int, end: int, length: int, stops: int = 0) -> None:
        """Take what a reader sees into the open cell."""
        if self._unseen or not self.open:
            return
        cell = self.open[-1].into
        if cell is None:
            self.open[-1].stray += length
            return
        if cell.start == cell.end:
            cell.start = start
        cell.end = end
        cell.length += length
        cell.stops += stops

    def _end_table(self, table: _Table) -> None:
        filled = [cell for row in table.rows for cell in row if cell.length]
        if table.is_layout or table.stray > _MOST_STRAY or _is_prose(filled):
            return
        cells = self._placed(table.rows)
        areas = find_areas(self.text, _lines(len(table.rows), cells), lambda above, below: True)
        if not areas:
            return
        first, last = areas[0].rows[0], areas[0].rows[-1]
        start = table.row_starts[first] if first else table.start
        after = last + 1
        end = table.row_starts[after] if after < len(table.rows) else self.tag_end(self.raw_offset())
        caption = (table.caption.start, table.caption.end) if table.caption and table.caption.length else (0, 0)
        kept = tuple(
            replace(cell, row=cell.row - first, row_span=min(cell.row_span, after - cell.row))
            for cell in cells
            if first <= cell.row < after
        )
        self.found.append((start, end, caption, kept))

    def _placed(self, rows: Sequence[list[_Cell]]) -> list[GridCell]:
        """Return the cells at their places, spans cut to what the table has; none if that is endless."""
        placed: list[tuple[int, int, int, int, _Cell]] = []
        free_at: list[int] = []  # of each column, the row where no cell from above reaches it
        for row, cells in enumerate(rows):
            column = 0
            for cell in cells:
                while column < len(free_at) and free_at[column] > row:
                    column += 1
                    self._places += 1
                wide = min(cell.columns, _WIDEST)
                self._places += wide
                if self._places > _MOST_PLACES:
                    self.notes.append("tables whose cells span too many others were not read")
                    return []
                high = min(cell.rows or len(rows), len(rows) - row)
                free_at.extend([0] * (column + wide - len(free_at)))
                free_at[column : column + wide] = [max(until, row + high) for until in free_at[column : column + wide]]
                placed.append((row, column, high, wide, cell))
                column += wide
        width = max((column for _, column, _, _, _ in placed), default=0) + 1
        return [
            GridCell(row, column, cell.start, cell.end, high, min(wide, width - column), cell.is_header,
                     f"row {row + 1}, column {column + 1}")
            for row, column, high, wide, cell in placed
        ]  # fmt: skip


def _lines(count: int, cells: Sequence[GridCell]) -> list[Line]:
    """Return what each row of a table holds; a cell that reaches into it from above fills it too."""
    rows: list[list[GridCell]] = [[] for _ in range(count)]
    ends = [0] * (count + 1)  # how many cells from above reach a row no longer
    for cell in cells:
        if cell.start < cell.end:
            rows[cell.row].append(cell)
            ends[cell.row + cell.row_span] += cell.row_span > 1
    leftmost: list[tuple[int, int]] = []  # heaps of column and row where it ends; what has ended leaves when it is met
    rightmost: list[tuple[int, int]] = []
    reaching = 0
    lines = []
    for row, own in enumerate(rows):
        reaching -= ends[row]
        columns = [cell.column for cell in own]
        if own and reaching:
            for heap, sign in ((leftmost, 1), (rightmost, -1)):
                while heap[0][1] <= row:
                    heappop(heap)
                columns.append(sign * heap[0][0])
        if own:
            filled = len(own) + reaching
            lines.append(Line(row + 1, own[0].start, own[-1].end, filled, min(columns), max(columns)))
        else:
            lines.append(Line(row + 1, 0, 0, 0, 0, -1))
        for cell in own:
            if cell.row_span > 1:
                heappush(leftmost, (cell.column, row + cell.row_span))
                heappush(rightmost, (-cell.column, row + cell.row_span))
                reaching += 1
    return lines


def _is_prose(cells: Sequence[_Cell]) -> bool:
    """Whether the cells of a table hold an article rather than data."""
    long = sum(cell.is_long() for cell in cells)
    return 4 * long >= len(cells) or any(cell.length > _VERY_LONG for cell in cells)


def _count(written: str | None) -> int:
    match = _COUNT.match(written or "1")
    return int(match[1]) if match and len(match[1]) < 7 else 10**6 if match else 1
