"""Which rows and columns of a table are headings, which hold values, and which neither: serial numbers, ranks, notes.

Flows in: a table, what each of its cells is, and a reader of headings. Flows out: a `Layout`. Rows and columns are
walked by the same words, so that a transposed table reads the same.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from qingshan.tabular.aspects import Heading
from qingshan.tabular.grid import Cell, Lines, Table
from qingshan.tabular.values import Value

_LONG = 60  # characters; a longer heading is prose
_MOST_HEADINGS = 12  # lines of headings on one side
_FEWEST_NUMBERS = 3  # of a line that counts its own places: 1, 2, 3
_NEVER = ("serial", "rank", "code", "unit")  # roles whose numbers measure nothing, however many there are
_CALENDAR = 7  # numbers that only count on from one to the next

Read = Callable[[str], Heading]


@dataclass(frozen=True)
class Side:
    """What the lines of one direction are; indexes of lines.

    Parameters
    ----------
    headings
        Lines of headings, outermost first.
    skipped
        Lines without values that are not headings: serial numbers, ranks, codes, notes.
    units
        The line that gives a unit for each line across it, -1 for none.
    """

    headings: tuple[int, ...] = ()
    skipped: frozenset[int] = frozenset()
    units: int = -1


@dataclass(frozen=True)
class Layout:
    """How a table is built.

    Parameters
    ----------
    rows, columns
        What its rows and its columns are.
    titles
        Cells above the headings that span the table: its title, its line of units.
    sections
        Row -> the cell that spans the table above it and heads all rows down to it.
    paragraphs
        Rows that hold nothing but prose, which heads nothing.
    """

    rows: Side
    columns: Side
    titles: tuple[Cell, ...] = ()
    sections: dict[int, Cell] = field(default_factory=dict)
    paragraphs: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Judge:
    """The cells' sorts and the reader of headings, for one table."""

    sorts: Mapping[int, Value]  # start of a cell -> what it is
    read: Read

    def sort(self, cell: Cell) -> str:
        return self.sorts[cell.start].sort

    def is_number(self, cell: Cell) -> bool:
        return self.sort(cell) == "number"

    def is_year(self, cell: Cell) -> bool:
        number = self.sorts[cell.start].number
        return number is not None and number.is_year

    def ends_in_unit(self, cell: Cell) -> bool:
        return cell.text[-1] in "）)" and self.read(cell.text).unit is not None

    def is_bound(self, cell: Cell) -> bool:
        number = self.sorts[cell.start].number
        return number is not None and number.is_bound


def find_layout(table: Table, sorts: Mapping[int, Value], read: Read) -> Layout | None:
    """Return how a table is built; None where it is no table of data.

    Parameters
    ----------
    sorts
        Clean start of each cell -> what the cell is.
    read
        Reads a cell's text as a heading.
    """
    if table.rows < 2 or table.columns < 2:
        return None
    judge = _Judge(sorts, read)
    titles, sections, paragraphs = _spanning(table, judge)
    spanning = frozenset({cell.row for cell in titles} | set(sections) | paragraphs)
    rows = _headings(Lines(table, True), judge, spanning, frozenset())
    columns = _headings(Lines(table, False), judge, frozenset(), frozenset(rows.headings) | rows.skipped | spanning)
    if not (rows.headings or columns.headings):
        return None
    rows = Side(rows.headings, rows.skipped | spanning, rows.units)
    rows = _with_roles(Lines(table, True), judge, rows, columns)
    columns = _with_roles(Lines(table, False), judge, columns, rows)
    return Layout(rows, columns, titles, sections, paragraphs)


def value_cells(table: Table, layout: Layout, sorts: Mapping[int, Value]) -> list[Cell]:
    """Return the cells that hold values, in the order of the text; none where numbers only count places on."""
    by_row, by_column = Lines(table, True), Lines(table, False)
    of_rows = _value_lines(by_row, layout.rows, layout.columns, sorts)
    of_columns = _value_lines(by_column, layout.columns, layout.rows, sorts)
    found = []
    for cell in table.cells:
        lines = (cell.row in layout.rows.headings or cell.row in layout.rows.skipped or cell.row == layout.rows.units,
                 cell.column in layout.columns.headings or cell.column in layout.columns.skipped
                 or cell.column == layout.columns.units)  # fmt: skip
        is_value = cell.row in of_rows or cell.column in of_columns
        if not any(lines) and is_value and sorts[cell.start].sort in ("number", "mixed"):
            found.append(cell)
    found.sort(key=lambda cell: cell.start)
    is_calendar = not layout.columns.headings and _only_counts([sorts[cell.start] for cell in found])
    return [] if is_calendar else found


def _value_lines(lines: Lines, side: Side, across: Side, sorts: Mapping[int, Value]) -> set[int]:
    """Return the lines that hold more values, or marks for none, than words."""
    held = set()
    left_out = set(across.headings) | across.skipped | {across.units}
    for line in range(lines.count):
        if line in side.headings or line in side.skipped or line == side.units:
            continue
        found = [sorts[cell.start].sort for at, cell in lines.cells(line) if at not in left_out]
        values = sum(sort in ("number", "mixed") for sort in found)
        words = sum(sort in ("words", "prose", "period") for sort in found)
        if values and values + found.count("none") >= words:
            held.add(line)
    return held


def _only_counts(values: Sequence[Value]) -> bool:
    """Whether numbers count on from one cell to the next: a calendar, links to pages."""
    numbers = [value.number for value in values]
    plain = [n.quantity.value for n in numbers if n is not None and not n.quantity.unit and n.quantity.is_plain]
    if len(plain) != len(values) or len(plain) < _CALENDAR:
        return False
    return all(later - earlier == 1 for earlier, later in itertools.pairwise(plain))


def _spanning(table: Table, judge: _Judge) -> tuple[tuple[Cell, ...], dict[int, Cell], frozenset[int]]:
    """Return the cells of words that have a row to themselves: titles above the headings, and sections between rows.

    The third are the rows of paragraphs between them, which head nothing.
    """
    rows = Lines(table, True)
    titles: list[Cell] = []
    sections: dict[int, Cell] = {}
    paragraphs: set[int] = set()
    is_above = True
    for row in range(table.rows):
        cells = [cell for _, cell in rows.cells(row)]
        is_alone = len(cells) == 1 and cells[0].row == row and judge.sort(cells[0]) not in ("number", "none")
        spans = is_alone and (cells[0].column_span > 1 or cells[0].column == 0 or is_above) and cells[0].row_span == 1
        said = [
            cell
            for cell in cells
            if cell.text.replace(" ", "").startswith(("单位:", "单位：", "计量单位:", "计量单位："))
        ]
        if is_above and (spans or (said and len(cells) <= 2 and len(said) < table.columns)):
            titles.extend(cells)
        elif spans and judge.sort(cells[0]) == "prose":
            paragraphs.add(row)
        elif spans:
            sections[row] = cells[0]
        else:
            is_above = False
    return tuple(titles), sections, frozenset(paragraphs)


def _headings(lines: Lines, judge: _Judge, left_out: frozenset[int], across: frozenset[int]) -> Side:
    """Return the leading lines without values; those that hold prose are no headings.

    Parameters
    ----------
    left_out, across
        Lines, and positions along them, that are looked at no more.
    """
    headings: list[int] = []
    skipped: set[int] = set()
    for line in range(lines.count):
        if line in left_out:
            continue
        if len(headings) == _MOST_HEADINGS:
            break
        cells = [(at, cell) for at, cell in lines.cells(line) if at not in across]
        if not cells:
            continue
        is_marked = all(cell.is_header for _, cell in cells)
        first = lines.at(line, 0)
        role = judge.read(first.text).role if first is not None else ""
        if lines.by_row and not headings and not any(judge.is_number(cell) for _, cell in cells):
            role = ""  # the corner names the columns of headings, not the row
        if _counts_itself(cells, judge, role, first) or (
            role in ("serial", "rank", "code") and sum(cell.text[0].isdigit() for _, cell in cells) * 2 > len(cells)
        ):
            skipped.add(line)
        elif is_marked or _is_heading(lines, line, cells, judge, headings, role):
            is_prose = any(len(cell.text) > _LONG or judge.sort(cell) == "prose" for _, cell in cells)
            skipped.add(line) if is_prose else headings.append(line)
        else:
            break
    return Side(tuple(headings), frozenset(skipped))


def _is_heading(
    lines: Lines, line: int, cells: Sequence[tuple[int, Cell]], judge: _Judge, before: Sequence[int], role: str
) -> bool:
    numbers = [cell for _, cell in cells if judge.is_number(cell)]
    if numbers:
        first = lines.at(line, 0)
        is_period = role == "period" or first is None or not before
        # a first row may hold more names than the corner's: 地区, 指标, 单位, 2021, 2022, 同比（%）
        others = [cell for _, cell in cells if not judge.is_number(cell) and cell is not first]
        are_named = lines.by_row and not before and all(judge.sort(cell) != "none" for cell in others)
        if all(judge.is_year(cell) for cell in numbers) and (len(numbers) >= len(cells) - 1 or are_named):
            head = judge.read(first.text) if first is not None and not judge.is_year(first) else None
            is_serial = head is not None and head.role == "serial" and not (lines.by_row and others)
            measures = head is not None and (head.unit is not None or head.is_ratio or is_serial)
            is_under = bool(before) and first is not None and lines.begins(first) < line
            return (is_period or is_under) and not measures
        are_classes = all(judge.is_bound(cell) for cell in numbers)  # <50, 50—100, >100
        return not before and are_classes and 1 < len(numbers) < len(cells)
    # 339个城市PM2.5浓度（微克/立方米） holds a number and is a heading
    rest = ["words" if judge.ends_in_unit(cell) else judge.sort(cell) for at, cell in cells if at > 0]
    mixed = rest.count("mixed")
    if "none" in rest or (mixed and (before or mixed * 2 > len(rest))):
        return False
    if not lines.by_row or not before:
        return True
    return _goes_on(lines, line, cells, judge, before[-1], role)


def _goes_on(lines: Lines, line: int, cells: Sequence[tuple[int, Cell]], judge: _Judge, above: int, role: str) -> bool:
    """Whether a row of words under a row of headings is one more: not the first row of values, none of them known."""
    first = lines.at(line, 0)
    if first is None or lines.begins(first) < line or role:
        return True
    if any(lines.along(cell) > 1 for _, cell in lines.cells(above)):
        return True
    return all(judge.read(cell.text).is_unit is not None for at, cell in cells if at > 0)


def _counts_itself(cells: Sequence[tuple[int, Cell]], judge: _Judge, role: str, first: Cell | None) -> bool:
    """Whether a line only numbers the lines across it: 1, 2, 3, under 序号 or under nothing."""
    numbers = [judge.sorts[cell.start].number for _, cell in cells if judge.is_number(cell)]
    if len(numbers) < 2 or len(numbers) < len(cells) - 1:
        return False
    values = [number.quantity.value for number in numbers if number is not None and not number.quantity.unit]
    counted = len(values) == len(numbers) and values == list(range(1, len(values) + 1))
    label = first.text.strip() if first is not None else ""
    is_numbered = first is None or judge.is_number(first) or label in ("甲", "乙", "栏次", "行次", "序号", "编号")
    return role == "serial" or (counted and is_numbered and len(values) >= _FEWEST_NUMBERS)


def _with_roles(lines: Lines, judge: _Judge, side: Side, across: Side) -> Side:
    """Add the lines that their heading says hold no values, and the line of units."""
    skipped, units = set(side.skipped), side.units
    late: list[int] = []  # places and times that stand behind the values
    for line in range(lines.count):
        if line in side.headings and not lines.by_row and not across.headings:
            continue
        heads = [cell for at in across.headings if (cell := lines.at(line, at)) is not None]
        if not heads:
            continue
        read = [judge.read(cell.text) for cell in heads]
        said = next((heading for heading in read if heading.role), read[-1])
        body = [cell for at, cell in lines.cells(line) if at not in across.headings and at not in across.skipped]
        if said.role == "unit" and units < 0 and _are_units(body, judge):
            units = line
        elif line in side.headings or line in skipped:
            continue
        elif _is_late(said.role, body, judge):
            late.append(line)
        elif _holds_none(said, body, judge):
            skipped.add(line)
    headings = (*(line for line in side.headings if line != units and line not in skipped), *late)
    return Side(headings, frozenset(skipped), units)


def _are_units(body: Sequence[Cell], judge: _Judge) -> bool:
    return sum(judge.read(cell.text).is_unit is not None for cell in body) * 2 > len(body)


def _is_late(role: str, body: Sequence[Cell], judge: _Judge) -> bool:
    """Whether a line behind the values names their times or places."""
    if role == "period":
        return bool(body) and all(judge.is_year(cell) or judge.sort(cell) == "period" for cell in body)
    return role == "region" and sum(judge.read(cell.text).is_known for cell in body) * 2 > len(body)


def _holds_none(said: Heading, body: Sequence[Cell], judge: _Judge) -> bool:
    """Whether a line's heading or its cells say that its numbers measure nothing: a rank, a code, the year built."""
    numbers = [cell for cell in body if judge.is_number(cell)]
    measured = sum(not judge.is_year(cell) for cell in numbers)
    if said.holds_no_values and (said.role in _NEVER or measured * 2 <= len(body)):
        return True
    is_dates = bool(numbers) and all(judge.is_year(cell) for cell in numbers)
    return is_dates and said.unit is None and said.name.endswith(("年", "时间"))
