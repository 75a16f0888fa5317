"""What the headings around one value say together: names, unit, place, time, kind. One `Surroundings` per value.

Flows in: a table's layout, its headings as read, its caption. Flows out: the single answers with the rule that
gave each. Headings of rows and of columns are asked by the same words; what stands nearer to the value comes first.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qingshan.context.dates import Date
from qingshan.context.lists import ends_in_head, measured_noun
from qingshan.context.period import Period, read_period
from qingshan.context.region import Place
from qingshan.table_cells import Unit
from qingshan.tabular import wording
from qingshan.tabular.aspects import Heading
from qingshan.tabular.captions import Caption
from qingshan.tabular.grid import Cell, Lines, Table
from qingshan.tabular.headers import Layout, Read

_LIKE_A_PLACE = re.compile(r"[\u4e00-\u9fff]{2}[省市县区旗州盟]$")
_OTHERS = re.compile(r"其[他它].*|未分类|不分地区")
_NAMELESS = ("note", "grade", "code", "date", "serial", "rank", "unit", "period")
_COMPARING = ("base", "lastyear")
_NEAR = 40  # lines before a change in which the value it belongs to may stand
_KEPT = 20_000  # names kept; more are made again
_SHARES = ("ratio", "point")
_LONGEST_PLAIN = 12  # characters of a name that a title's measure may complete; a longer one says its own


@dataclass(frozen=True, slots=True)
class Said:
    """A heading of one value.

    Parameters
    ----------
    side
        "column" or "row": what it heads.
    role
        What its own line says of it: region, group, note.
    """

    heading: Heading
    side: str
    role: str


@dataclass(frozen=True, slots=True)
class Context:
    """What holds for every value of a table: the document's year and place, and the time its text was in."""

    year: str
    inherited: str
    place: Place


class Surroundings:
    """The headings of one table's values; made once per table."""

    def __init__(self, table: Table, layout: Layout, read: Read, caption: Caption, context: Context) -> None:
        self._table, self._layout, self._read, self._caption, self._context = table, layout, read, caption, context
        self._sections = sorted(layout.sections)
        self._of_columns: dict[int, tuple[Said, ...]] = {}
        self._of_row: tuple[int, tuple[Said, ...]] = (-1, ())
        self._names: dict[tuple[tuple[str, str, str], ...], tuple[str, str]] = {}
        self._roles = {
            "row": self._line_roles(Lines(table, False), layout.columns.headings, layout.rows.headings),
            "column": self._line_roles(Lines(table, True), layout.rows.headings, layout.columns.headings),
        }
        self._place_corner()

    def of(self, cell: Cell) -> tuple[Said, ...]:
        """Return the headings of a value, outermost first: its section's, its row's, its column's."""
        if self._of_row[0] != cell.row:  # values come row by row
            self._of_row = (cell.row, (*self._section(cell.row), *self._heads("row", cell.row)))
        if cell.column not in self._of_columns:
            self._of_columns[cell.column] = tuple(self._heads("column", cell.column))
        return (*self._of_row[1], *self._of_columns[cell.column])

    def subject(self, cell: Cell, heads: Sequence[Said], is_change: bool) -> tuple[str, str]:
        """Return what a value measures and the rule that says so; '' when no heading and no title names it."""
        subject, rule = self._name(heads)
        if is_change and (measured := self._beside(cell, heads)):
            subject, rule = _joined(measured)[0], "heading-beside"
        if subject and not wording.is_amount(subject):
            measured = self._measured_by_caption(subject, heads)
            return subject + measured, f"{rule}+caption" if measured else rule
        if self._caption.name:
            generic = subject if subject and not wording.is_amount(subject) else ""
            return self._caption.name + generic, "caption"
        return subject, rule

    def _measured_by_caption(self, subject: str, heads: Sequence[Said]) -> str:
        """Return what only the title says is measured, '' where the headings say it: 装机容量 of 水电 under years.

        A title speaks for all values of its table only where it gives their one unit too.
        """
        units = self._caption.units
        if units is None or len(units.units) != 1 or any(said.heading.unit is not None for said in heads):
            return ""
        if self._layout.columns.units >= 0 or self._layout.rows.units >= 0 or len(subject) > _LONGEST_PLAIN:
            return ""
        is_measure = ends_in_head(subject) or wording.is_ratio(subject) or wording.is_index(subject)
        return "" if is_measure else measured_noun(self._caption.name)

    def _name(self, heads: Sequence[Said]) -> tuple[str, str]:
        key = tuple([(said.heading.text, said.side, said.role) for said in heads if said.side != "cell"])
        if key not in self._names:
            if len(self._names) >= _KEPT:
                self._names.clear()
            self._names[key] = _joined(heads)
        return self._names[key]

    def unit(self, cell: Cell, heads: Sequence[Said], subject: str, is_change: bool) -> tuple[Unit | None, str]:
        """Return the unit that headings, a line of units or the caption give, and the rule; None when none does."""
        is_share = any(said.heading.is_ratio for said in heads) or wording.is_ratio(subject)
        is_relative = (is_change and any(said.heading.is_relative for said in heads)) or (is_share and not is_change)
        for unit, rule in self._units(cell, heads, subject, is_share or is_change):
            if not is_relative or unit.kind in _SHARES:
                return unit, rule
        return None, "none"

    def _units(self, cell: Cell, heads: Sequence[Said], subject: str, is_part: bool) -> Iterator[tuple[Unit, str]]:
        """Yield the units that may be meant, the likeliest first."""
        near = [said for said in reversed(heads) if said.heading.unit is not None]
        near.sort(key=lambda said: 0 if said.heading.is_change else 1 if said.heading.is_ratio else 2)
        for said in near:
            yield said.heading.unit, f"{said.side}-heading"
        layout, table = self._layout, self._table
        for line, rule in ((layout.columns.units, "unit-column"), (layout.rows.units, "unit-row")):
            at = (cell.row, line) if rule == "unit-column" else (line, cell.column)
            given = table.at(*at) if line >= 0 else None
            if given is not None and (unit := self._read(given.text).is_unit):
                yield unit, rule
        if wording.is_index(subject):
            return
        if self._caption.units is not None:
            yield from self._of_line(heads, subject, is_part)

    def _of_line(self, heads: Sequence[Said], subject: str, is_part: bool) -> Iterator[tuple[Unit, str]]:
        line = self._caption.units
        for name, unit in line.of if line else ():
            if name in subject or any(name in said.heading.text for said in heads):
                yield unit, "unit-line"
                return
        units = line.units if line else ()
        parts = [unit for unit in units if unit.kind in _SHARES]
        whole = [unit for unit in units if unit.kind not in _SHARES]
        chosen = (parts or whole) if is_part else (whole or parts)
        if len(chosen) == 1:
            yield chosen[0], "unit-line"

    def place(self, heads: Sequence[Said]) -> Place:
        """Return the place of a value."""
        titled = next((title for title in reversed(self._caption.titles) if title.region), None)
        is_total = any(said.heading.is_all and not said.heading.region for said in heads)
        for said in reversed(heads):
            heading = said.heading
            if heading.region and (heading.is_known or said.role == "region"):
                return Place(heading.region, "stated", f"{said.side}-name")
            if said.role == "region" and heading.name:
                other = _OTHERS.fullmatch(heading.words)
                return Place("", "", "others") if other else Place(_plain(heading), "stated", f"{said.side}-name")
        if titled is not None:
            return Place(titled.region, "inherited", "total" if is_total else "caption")
        place = self._context.place
        return Place(place.name, place.basis, "total" if is_total else place.rule)

    def period(self, cell: Cell, heads: Sequence[Said], *, is_change: bool, is_target: bool) -> Period:
        """Return the time of a value, and of a change what it is measured from."""
        dates = [date for said in heads for date in said.heading.dates]
        when, basis, rule = self._time(dates)
        beside = self._years_beside(cell, heads) if is_change and basis != "stated" else []
        if beside:
            when, basis, rule = beside[0], "stated", "heading-beside"
        months = next((said.heading.months for said in reversed(heads) if said.heading.months), None)
        whole = when
        if months and len(when) == 4:
            first, last = (f"{when}-{month:02d}" for month in months)
            when = first if first == last else f"{first}/{last}"
        if not is_change:
            return Period(when.split("/")[-1] if is_target else when, "", basis, rule)
        compared = [date for date in dates if date.kind in _COMPARING]
        said = read_period("", 0, 0, compared, is_change=True, inherited=whole)
        base = said.base or (beside[1] if len(beside) > 1 and not compared else "")
        if months and len(base) == 4:
            first, last = (f"{base}-{month:02d}" for month in months)
            return Period(when, first if first == last else f"{first}/{last}", basis, rule)
        time = whole if is_target or not compared else said.time
        return Period(when if months else time, base, basis or ("stated" if base else ""), rule)

    def is_future(self, cell: Cell, heads: Sequence[Said], *, is_change: bool) -> bool:
        """Whether a value is dated after the document's year; a plan's years say nothing of that."""
        year = self._context.year
        own = [date for said in heads for date in said.heading.dates if date.kind not in _COMPARING]
        if own:
            last = own[-1].value.split("/")[-1][:4]
        elif is_change and (beside := self._years_beside(cell, heads)):
            last = beside[0]
        else:
            last = self._time(())[0].split("/")[-1][:4]
        return bool(year) and last > year and not any(date.kind == "plan" for date in own)

    def _time(self, dates: Sequence[Date]) -> tuple[str, str, str]:
        """Return when a value holds, how that is known, and the rule."""
        own = [date for date in dates if date.kind not in _COMPARING]
        if own:
            return own[-1].value, "stated", "heading"
        for title in reversed(self._caption.titles):
            titled = [date for date in title.dates if date.kind not in _COMPARING]
            if titled:
                months = title.months
                value = titled[-1].value
                if months and len(value) == 4:
                    first, last = (f"{value}-{month:02d}" for month in months)
                    value = first if first == last else f"{first}/{last}"
                return value, "inherited", "caption"
        if self._context.inherited:
            return self._context.inherited, "inherited", "inherited"
        return self._context.year, "", "document" if self._context.year else "none"

    def _heads(self, side: str, line: int) -> Iterator[Said]:
        headings = self._layout.columns.headings if side == "row" else self._layout.rows.headings
        last = None
        for heading_line in headings:
            cell = self._table.at(line, heading_line) if side == "row" else self._table.at(heading_line, line)
            if cell is not None and cell is not last:
                yield Said(self._read(cell.text), side, self._roles[side].get(heading_line, ""))
            last = cell

    def _section(self, row: int) -> Iterator[Said]:
        above = bisect_left(self._sections, row) - 1
        if above >= 0:
            yield Said(self._read(self._layout.sections[self._sections[above]].text), "section", "")

    def _beside(self, cell: Cell, heads: Sequence[Said]) -> Sequence[Said]:
        """Return the headings of the value that a change without a name of its own belongs to: the nearest one."""
        for side, line, across in (("column", cell.column, cell.row), ("row", cell.row, cell.column)):
            changes = [said for said in heads if said.side == side and said.heading.is_change]
            if not changes or _side(heads, side):
                continue
            held = self._layout.columns.headings if side == "column" else self._layout.rows.headings
            for before in range(line - 1, max(-1, line - _NEAR), -1):
                measured = [] if before in held else list(self._heads(side, before))
                if _side(measured, side) and not any(said.heading.is_change for said in measured):
                    other = "row" if side == "column" else "column"
                    return [*self._section(cell.row), *self._heads(other, across), *measured]
        return ()

    def _years_beside(self, cell: Cell, heads: Sequence[Said]) -> list[str]:
        """Return the years of the values before a change that is not dated itself, nearest first: two at most."""
        years: list[str] = []
        for side, line in (("column", cell.column), ("row", cell.row)):
            if not any(said.side == side and said.heading.is_change for said in heads):
                continue
            own = _side(heads, side)
            for before in range(line - 1, max(-1, line - _NEAR), -1):
                said = list(self._heads(side, before))
                dated = [date for one in said for date in one.heading.dates if date.kind == "year"]
                name = _side(said, side)
                if dated and not any(one.heading.is_change for one in said) and (not own or not name or own in name):
                    years.append(dated[-1].value)
                if len(years) == 2:
                    break
        return years if len(years) < 2 or years[1] < years[0] else years[:1]

    def _line_roles(self, lines: Lines, headings: Sequence[int], across: Sequence[int]) -> dict[int, str]:
        """Return the role of each line of headings, as its own label in the corner of the table says."""
        roles = {}
        for line in headings:
            labels = [cell for at in across if (cell := lines.at(line, at)) is not None and lines.begins(cell) == line]
            roles[line] = next((role for cell in labels if (role := self._read(cell.text).role)), "")
        return roles

    def _place_corner(self) -> None:
        """Give the corner's word for places (地区) to the rows' or the columns' names, whichever are places."""
        rows, columns = self._roles["row"], self._roles["column"]
        first_row = next(iter(rows), None)
        first_column = next(iter(columns), None)
        if first_row is None or first_column is None:
            return
        corner = rows[first_row]
        if corner != columns[first_column]:
            return
        names = {
            "row": self._regions(Lines(self._table, False), first_row),
            "column": self._regions(Lines(self._table, True), first_column),
        }
        is_column = names["column"] > names["row"]
        (rows if is_column else columns)[first_row if is_column else first_column] = ""
        if corner in _NAMELESS or corner == "group":
            rows[first_row] = columns[first_column] = ""

    def _regions(self, lines: Lines, line: int) -> int:
        """Return how many cells of a line are places, or are named like one."""
        return sum(
            self._read(cell.text).is_known or _LIKE_A_PLACE.search(cell.text) is not None
            for _, cell in lines.cells(line)
        )


def _joined(heads: Sequence[Said]) -> tuple[str, str]:
    """Return the name that the headings of a value make together, and which of them do."""
    names = [_side(heads, side) for side in ("section", "row", "column")]
    section, row, column = names
    is_measure = [_measures(heads, side) for side in ("row", "column")]
    if row and column and is_measure[0] and not is_measure[1]:
        row, column = column, row  # 年均浓度 in the row, PM2.5 above the column
    if wording.is_amount(column) and (row or section):
        column = ""
    if wording.is_amount(row) and (column or section):
        row = ""
    rule = "-".join(side for side, name in zip(("section", "row", "column"), names, strict=True) if name)
    name = _together([section, row, column]) if not (section and (row or column)) else _together([row, column])
    if section and (row or column) and not _stands_alone(name):
        name = _together([section, name])
    return name, f"{rule}-heading" if rule else "none"


def _stands_alone(name: str) -> bool:
    return not ends_in_head(name) or len(name) > _SHORT


_SHORT = 6  # characters of a measure that needs to be told of what: 年均浓度


def _side(heads: Sequence[Said], side: str) -> str:
    """Return the name that the headings of one side make."""
    said = [one for one in heads if one.side == side and one.heading.name and one.role not in (*_NAMELESS, "region")]
    if any(one.role != "group" for one in said):
        said = [one for one in said if one.role != "group"]
    names = [one.heading.name for one in said]
    kept = [name for name in names[:-1] if not wording.is_topic(name)] + names[-1:]
    return _together(kept)


def _measures(heads: Sequence[Said], side: str) -> bool:
    """Whether the headings of one side say how something is measured: a unit, 浓度, 比例."""
    own = [said.heading for said in heads if said.side == side]
    said = any(h.unit is not None or h.is_ratio or h.is_change or ends_in_head(h.name) for h in own)
    return said and any(heading.name for heading in own)


def _together(names: Sequence[str]) -> str:
    """Join names, those inside others left out."""
    joined = ""
    for name in filter(None, names):
        joined = name if joined in name else joined if name in joined else joined + name
    return joined


def _plain(heading: Heading) -> str:
    return heading.words.strip()
