"""Tables that only their columns show: in flow the lines of a column of text, out flow those that are tables.

A table is told by numbers that stand under each other in three lines or more. Pure geometry, as `pdf_layout`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qingshan.readers.pdf_line import Glyph, glyphs_text, is_numeric, line_metrics
from qingshan.readers.pdf_tables import Rule, Table, TableCell

_APART = 0.9  # type sizes between two cells of a line
_FEWEST_ROWS = 3  # of numbers; two where a ruled line stands above and below
_LEVEL = 1.2  # type sizes within which numbers of one column must begin, end or have their middle
_MOST_HEADS = 4  # lines of a heading
_LEADERS = ("....", "……", "····", "．．．", "‥‥")


@dataclass(frozen=True, slots=True)
class Aligned:
    """Lines [first, last) that are one table."""

    first: int
    last: int
    table: Table | None


@dataclass(frozen=True, slots=True)
class _Segment:
    """What stands together in a line."""

    x0: float
    x1: float
    text: str

    @property
    def is_number(self) -> bool:
        return is_numeric(self.text)


@dataclass(frozen=True, slots=True)
class _Row:
    segments: tuple[_Segment, ...]
    top: float
    bottom: float
    base: float
    size: float

    @property
    def is_data(self) -> bool:
        numbers = sum(segment.is_number for segment in self.segments)
        return len(self.segments) > 1 and numbers > 0 and 3 * numbers >= len(self.segments)


def find_aligned(lines: Sequence[Sequence[Glyph]], levels: Sequence[Rule] = ()) -> list[Aligned]:
    """Return the tables among the lines of one column, in order.

    Parameters
    ----------
    lines
        Each the glyphs of one line, sorted by x; from top to bottom.
    levels
        The level ruled lines of the page, joined: a table of three lines has them above,
        below the heading and at its end.
    """
    rows = [_row(line) for line in lines]
    found: list[Aligned] = []
    at = done = 0
    while at < len(rows):
        last = _data_end(rows, at)
        if rows[at].is_data and (table := _table(rows, done, at, last, levels)):
            found.append(table)
            at = done = table.last
        else:
            at += 1
    return found


def _row(glyphs: Sequence[Glyph]) -> _Row:
    size, base = line_metrics(glyphs)
    segments = []
    start = 0
    for at in range(1, len(glyphs) + 1):
        if at == len(glyphs) or glyphs[at].x0 - max(g.x1 for g in glyphs[max(start, at - 3) : at]) > _APART * size:
            part = glyphs[start:at]
            segments.append(_Segment(part[0].x0, max(g.x1 for g in part), glyphs_text(part)))
            start = at
    top, bottom = min(g.top for g in glyphs), max(g.bottom for g in glyphs)
    return _Row(tuple(segments), top, bottom, base, size)


def _data_end(rows: Sequence[_Row], start: int) -> int:
    """Return where the rows of numbers from `start` end; a line of one cell's further text may stand between."""
    end = at = start
    while at < len(rows) and (at == start or rows[at].base - rows[at - 1].base < 3.5 * rows[at].size):
        if any(mark in segment.text for segment in rows[at].segments for mark in _LEADERS):
            break
        if rows[at].is_data:
            end = at + 1
        elif at > end or len(rows[at].segments) > 2:  # one such line at most between two rows of numbers
            break
        at += 1
    return end


def _table(rows: Sequence[_Row], done: int, first: int, last: int, drawn: Sequence[Rule]) -> Aligned | None:
    data = [row for row in rows[first:last] if row.is_data]
    columns = _columns(data)
    if columns is None:
        return None
    box = _ruled(rows[first], rows[last - 1], columns, drawn)
    if len(data) < (2 if box else _FEWEST_ROWS) or _is_contents(data):
        return None
    head = first
    while head > done and first - head < _MOST_HEADS and _is_head(rows, head - 1, columns, box):
        head -= 1
    while box and last < len(rows) and rows[last].base < box[1]:
        last += 1
    cells = [cell for number, row in enumerate(rows[head:last]) for cell in _row_cells(number, row, columns)]
    extent = [segment for row in rows[head:last] for segment in row.segments]
    x0, x1 = min(segment.x0 for segment in extent), max(segment.x1 for segment in extent)
    return Aligned(head, last, Table(x0, x1, rows[head].top, rows[last - 1].bottom, tuple(cells)))


def _columns(data: Sequence[_Row]) -> list[tuple[float, float]] | None:
    """Return the columns that rows of numbers stand in, or None where these are not clear."""
    if not data:
        return None
    spans = sorted((segment.x0, segment.x1) for row in data for segment in row.segments)
    columns = [list(spans[0])]
    for x0, x1 in spans[1:]:
        if x0 < columns[-1][1]:
            columns[-1][1] = max(columns[-1][1], x1)
        else:
            columns.append([x0, x1])
    bounds = [(x0, x1) for x0, x1 in columns]
    numbers = 0
    for bound in bounds:
        held = [segment for row in data for segment in row.segments if bound[0] <= segment.x0 <= bound[1]]
        if len(held) > len(data):
            return None  # two cells of one line in one column
        figures = [segment for segment in held if segment.is_number]
        if 5 * len(figures) >= 4 * len(held) and 2 * len(held) >= len(data) and _is_level(figures, data[0].size):
            numbers += 1
    return bounds if len(bounds) > 1 and numbers > 0 and 3 * numbers >= len(bounds) else None


def _is_level(figures: Sequence[_Segment], size: float) -> bool:
    """Whether numbers stand under each other: by their ends, beginnings or middles."""
    for places in (
        [segment.x1 for segment in figures],
        [segment.x0 for segment in figures],
        [(segment.x0 + segment.x1) / 2 for segment in figures],
    ):
        if max(places) - min(places) <= _LEVEL * size:
            return True
    return False


def _is_contents(data: Sequence[_Row]) -> bool:
    """Whether rows are a table of contents: titles and page numbers that rise."""
    if any(len(row.segments) != 2 for row in data):
        return False
    pages = [row.segments[1].text for row in data]
    if not all(page.isdigit() for page in pages):
        return False
    numbers = list(map(int, pages))
    return numbers == sorted(numbers) and not any(row.segments[0].is_number for row in data)


def _ruled(
    first: _Row, last: _Row, columns: Sequence[tuple[float, float]], drawn: Sequence[Rule]
) -> tuple[float, float] | None:
    """Return top and bottom of the ruled lines around rows of numbers: the outermost of the same width."""
    left, right = columns[0][0], columns[-1][1]
    wide = [rule for rule in drawn if rule.x0 <= left + first.size and rule.x1 >= right - first.size]
    above = [rule for rule in wide if rule.y0 < first.base and first.base - rule.y0 < 8 * first.size]
    below = [rule for rule in wide if rule.y0 > last.base and rule.y0 - last.base < 4 * last.size]
    if not above or not below:
        return None
    end = min(below, key=lambda rule: rule.y0)
    same = [rule for rule in above if abs(rule.x0 - end.x0) < 6 and abs(rule.x1 - end.x1) < 6]
    return (min(rule.y0 for rule in same), end.y0) if same else None


def _is_head(
    rows: Sequence[_Row], at: int, columns: Sequence[tuple[float, float]], box: tuple[float, float] | None
) -> bool:
    """Whether the line before a table's rows belongs to its heading."""
    row, below = rows[at], rows[at + 1]
    if box:
        return row.base > box[0]
    if below.base - row.base > 2.6 * row.size or len(row.segments) < 2:
        return False
    if row.segments[0].text.startswith(("表", "续表", "单位", "图")):
        return False
    edge = columns[-1][1] + 3 * row.size
    return all(segment.x1 <= edge and len(segment.text) < 30 for segment in row.segments)


def _row_cells(number: int, row: _Row, columns: Sequence[tuple[float, float]]) -> list[TableCell]:
    """Return one line as cells; a cell of a heading that reaches over several columns spans them."""
    cells: list[TableCell] = []
    for segment in row.segments:
        under = [at for at, (x0, x1) in enumerate(columns) if min(x1, segment.x1) - max(x0, segment.x0) > 0]
        if not under:
            middle = (segment.x0 + segment.x1) / 2
            under = [min(range(len(columns)), key=lambda at: abs(sum(columns[at]) / 2 - middle))]
        under = [at for at in under if not cells or at >= cells[-1].column + cells[-1].column_span]
        if under:
            cells.append(TableCell(number, under[0], segment.text, 1, len(under)))
        else:  # two cells above one column: neither is lost
            last = cells.pop()
            cells.append(TableCell(number, last.column, f"{last.text} {segment.text}", 1, last.column_span))
    return cells
