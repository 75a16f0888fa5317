"""Ruled tables: in flow a page's glyphs and ruled lines, out flow tables, framed boxes and the glyphs that are left.

A cell is what the drawn lines close off; where no line stands between two cells they are one, merged. Pure geometry, as
`pdf_layout`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from qingshan.readers.pdf_line import Glyph, cell_lines, is_numeric, join_lines

_SNAP = 2.5  # points between two drawn lines that are meant as one
_TOUCH = 3.5  # points a line may end short of the one it meets
_WALL = 0.6  # part of a cell's side that must be drawn
_MOST_RULES = 20_000  # of a page; more is a drawing
_MOST_CELLS = 20_000  # of a table
_FEWEST_FILLED = 0.25  # of a table's cells; a chart's are empty


class Rule(NamedTuple):
    """A straight line of the page, level (from left to right) or upright (from top to bottom)."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def is_level(self) -> bool:
        return self.x1 - self.x0 >= self.y1 - self.y0


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell's text and its place in the table, rows and columns counted from 0."""

    row: int
    column: int
    text: str
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table where it stands on the page: its cells in order of row and column."""

    x0: float
    x1: float
    top: float
    bottom: float
    cells: tuple[TableCell, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """A box drawn around running text, to be read by itself: its glyphs and the lines inside it."""

    x0: float
    x1: float
    top: float
    bottom: float
    glyphs: tuple[Glyph, ...]
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The tables and frames of a page, and the glyphs outside them in the order they came."""

    boxes: tuple[Table | Frame, ...]
    rest: list[Glyph]


@dataclass(frozen=True, slots=True)
class _Lattice:
    """The crossing lines of one table: where columns and rows part, and which rules are drawn."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    level: tuple[Rule, ...]
    upright: tuple[Rule, ...]


def find_tables(glyphs: Sequence[Glyph], rules: Sequence[Rule]) -> Found:
    """Return the ruled tables and frames of a page, and the glyphs outside them."""
    boxes: list[Table | Frame] = []
    rest = list(glyphs)
    lattices = _lattices(rules, glyphs) if len(rules) <= _MOST_RULES else []
    # a box around others is read first and hands what is inside to its own reading
    lattices.sort(key=lambda lattice: (lattice.xs[0] - lattice.xs[-1]) * (lattice.ys[-1] - lattice.ys[0]))
    for lattice in lattices:
        x0, x1, top, bottom = lattice.xs[0], lattice.xs[-1], lattice.ys[0], lattice.ys[-1]
        inside = [glyph for glyph in rest if x0 <= _middle(glyph)[0] <= x1 and top <= _middle(glyph)[1] <= bottom]
        if not inside:
            continue
        cells = _cells(lattice, inside)
        if cells is None:
            drawn = {*lattice.level, *lattice.upright}
            within = tuple(r for r in rules if _is_within(r, lattice) and r not in drawn and not _is_edge(r, lattice))
            boxes.append(Frame(x0, x1, top, bottom, tuple(inside), within))
        elif cells:
            boxes.append(Table(x0, x1, top, bottom, tuple(cells)))
        else:
            continue
        gone = set(map(id, inside))
        rest = [glyph for glyph in rest if id(glyph) not in gone]
    return Found(tuple(boxes), rest)


def _middle(glyph: Glyph) -> tuple[float, float]:
    return (glyph.x0 + glyph.x1) / 2, glyph.base - 0.35 * glyph.size


def _is_within(rule: Rule, lattice: _Lattice) -> bool:
    return (
        lattice.xs[0] <= rule.x0
        and rule.x1 <= lattice.xs[-1]
        and lattice.ys[0] <= rule.y0
        and rule.y1 <= lattice.ys[-1]
    )


def _is_edge(rule: Rule, lattice: _Lattice) -> bool:
    edges, at = (lattice.ys, rule.y0) if rule.is_level else (lattice.xs, rule.x0)
    return min(abs(edge - at) for edge in edges) <= _SNAP


# ---------------------------------------------------------------- lines


def merge_rules(rules: Iterable[Rule]) -> list[Rule]:
    """Return rules with those that continue or double each other joined; all level or all upright."""
    merged: list[Rule] = []
    lines: dict[int, list[Rule]] = defaultdict(list)
    ordered = sorted(rules, key=lambda rule: (rule.y0, rule.x0) if rule.is_level else (rule.x0, rule.y0))
    place = float("-inf")
    line = 0
    for rule in ordered:
        at = rule.y0 if rule.is_level else rule.x0
        if at - place > _SNAP:
            line, place = line + 1, at
        lines[line].append(rule)
    for group in lines.values():
        level = group[0].is_level
        at = group[0].y0 if level else group[0].x0
        spans = sorted((rule.x0, rule.x1) if level else (rule.y0, rule.y1) for rule in group)
        low, high = spans[0]
        for first, last in [*spans[1:], (float("inf"), 0.0)]:
            if first <= high + _TOUCH:
                high = max(high, last)
                continue
            merged.append(Rule(low, at, high, at) if level else Rule(at, low, at, high))
            low, high = first, last
    return merged


def _lattices(rules: Sequence[Rule], glyphs: Sequence[Glyph]) -> list[_Lattice]:
    """Return the groups of lines that cross, each with two of one kind at least and one of the other."""
    level = merge_rules(rule for rule in rules if rule.is_level and rule.x1 - rule.x0 > 4)
    upright = merge_rules(rule for rule in rules if not rule.is_level and rule.y1 - rule.y0 > 4)
    parent = list(range(len(level) + len(upright)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    ordered = sorted(range(len(level)), key=lambda at: level[at].y0)
    heights = [level[at].y0 for at in ordered]
    for number, rule in enumerate(upright):
        first = bisect_right(heights, rule.y0 - _TOUCH)
        last = bisect_right(heights, rule.y1 + _TOUCH)
        for at in ordered[first:last]:
            if level[at].x0 - _TOUCH <= rule.x0 <= level[at].x1 + _TOUCH:
                parent[root(at)] = root(len(level) + number)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = defaultdict(lambda: ([], []))
    for at, rule in enumerate(level):
        groups[root(at)][0].append(rule)
    for at, rule in enumerate(upright):
        groups[root(len(level) + at)][1].append(rule)
    found = [_lattice(across, down, glyphs) for across, down in groups.values() if len(across) > 1 and down]
    return [lattice for lattice in found if lattice is not None]


def _lattice(level: list[Rule], upright: list[Rule], glyphs: Sequence[Glyph]) -> _Lattice | None:
    """Return the lattice of crossing lines; an open side with text is closed where the level lines end."""
    xs = _distinct(rule.x0 for rule in upright)
    ys = _distinct(rule.y0 for rule in level)
    left, right = min(rule.x0 for rule in level), max(rule.x1 for rule in level)
    beside = [x for glyph in glyphs for x, y in [_middle(glyph)] if ys[0] <= y <= ys[-1] and left - 1 <= x <= right + 1]
    if xs[0] - left > 2 * _TOUCH and any(x < xs[0] for x in beside):
        xs = [left, *xs]
    if right - xs[-1] > 2 * _TOUCH and any(x > xs[-1] for x in beside):
        xs = [*xs, right]
    if len(xs) < 2 or len(ys) < 2 or (len(xs) - 1) * (len(ys) - 1) > _MOST_CELLS:
        return None
    ends = [Rule(xs[0], ys[0], xs[0], ys[-1]), Rule(xs[-1], ys[0], xs[-1], ys[-1])]
    return _Lattice(tuple(xs), tuple(ys), tuple(level), (*upright, *ends))


def _distinct(values: Iterable[float]) -> list[float]:
    """Return sorted values without those nearer than the snap to the one before."""
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > _SNAP:
            kept.append(value)
    return kept


# ---------------------------------------------------------------- cells


def _cells(lattice: _Lattice, glyphs: Sequence[Glyph]) -> list[TableCell] | None:
    """Return the cells; None for a frame around running text, none at all for what is no table."""
    areas = _areas(lattice)
    held: dict[int, list[Glyph]] = defaultdict(list)
    owner = {(row, column): at for at, (r0, c0, r1, c1) in enumerate(areas)
             for row in range(r0, r1) for column in range(c0, c1)}  # fmt: skip
    for glyph in glyphs:
        x, y = _middle(glyph)
        row = min(max(bisect_right(lattice.ys, y) - 1, 0), len(lattice.ys) - 2)
        column = min(max(bisect_right(lattice.xs, x) - 1, 0), len(lattice.xs) - 2)
        held[owner[row, column]].append(glyph)
    starts = {c0 for _, c0, _, _ in areas}
    if len(areas) == 1 or len(starts) == 1:
        return None
    if len(held) < max(2, _FEWEST_FILLED * len(areas)):
        return []
    texts = {at: cell_lines(held.get(at, ())) for at in range(len(areas))}
    return _numbered(areas, texts)


def _areas(lattice: _Lattice) -> list[tuple[int, int, int, int]]:
    """Return the cells as rows and columns [r0, c0, r1, c1), in order; cells without a line between are one."""
    rows, columns = len(lattice.ys) - 1, len(lattice.xs) - 1
    parent = list(range(rows * columns))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    upright = _by_edge(lattice.upright, lattice.xs)
    level = _by_edge(lattice.level, lattice.ys)
    for row in range(rows):
        for column in range(columns):
            here = row * columns + column
            if column + 1 < columns and not _is_drawn(upright[column + 1], lattice.ys[row], lattice.ys[row + 1]):
                parent[root(here + 1)] = root(here)
            if row + 1 < rows and not _is_drawn(level[row + 1], lattice.xs[column], lattice.xs[column + 1]):
                parent[root(here + columns)] = root(here)
    members: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for at in range(rows * columns):
        members[root(at)].append(divmod(at, columns))
    areas = []
    for places in members.values():
        r0, r1 = min(r for r, _ in places), max(r for r, _ in places) + 1
        c0, c1 = min(c for _, c in places), max(c for _, c in places) + 1
        if (r1 - r0) * (c1 - c0) == len(places):
            areas.append((r0, c0, r1, c1))
        else:  # lines that leave no rectangle: nothing is merged
            areas.extend((r, c, r + 1, c + 1) for r, c in places)
    return sorted(areas)


def _by_edge(rules: Iterable[Rule], edges: Sequence[float]) -> dict[int, list[tuple[float, float]]]:
    """Return, for the number of each edge, the stretches of it that are drawn."""
    drawn: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for rule in rules:
        at, span = (rule.y0, (rule.x0, rule.x1)) if rule.is_level else (rule.x0, (rule.y0, rule.y1))
        drawn[min(range(len(edges)), key=lambda number: abs(edges[number] - at))].append(span)
    return drawn


def _is_drawn(spans: Iterable[tuple[float, float]], low: float, high: float) -> bool:
    covered = sum(max(0.0, min(high, last) - max(low, first)) for first, last in spans)
    return covered >= _WALL * (high - low)


def _numbered(areas: Sequence[tuple[int, int, int, int]], texts: dict[int, list[tuple[float, str]]]) -> list[TableCell]:
    """Return the cells with their texts; a row whose cells hold the same number of printed lines is so many rows."""
    parts = _row_parts(areas, texts)
    first = {row: row + sum(len(bases) - 1 for at, bases in parts.items() if at < row)
             for row in range(max(r1 for _, _, r1, _ in areas) + 1)}  # fmt: skip
    cells: list[TableCell] = []
    for at, (r0, c0, r1, c1) in enumerate(areas):
        if r1 - r0 == 1 and r0 in parts:
            bases = parts[r0]
            lines: list[str] = [""] * len(bases)
            for base, text in texts[at]:
                nearest = min(range(len(bases)), key=lambda number: abs(bases[number] - base))
                lines[nearest] = join_lines(lines[nearest], text)
            cells += (TableCell(first[r0] + n, c0, text, 1, c1 - c0) for n, text in enumerate(lines))
        else:
            whole = ""
            for _, text in texts[at]:
                whole = join_lines(whole, text)
            cells.append(TableCell(first[r0], c0, whole, first[r1] - first[r0], c1 - c0))
    return sorted(cells, key=lambda cell: (cell.row, cell.column))


def _row_parts(
    areas: Sequence[tuple[int, int, int, int]], texts: dict[int, list[tuple[float, str]]]
) -> dict[int, list[float]]:
    """Return the rows that hold several printed rows without a line between them: row -> their foot lines.

    Two cells at least must have a line of their own at each foot line, one of them numbers only.
    """
    rows: dict[int, list[list[tuple[float, str]]]] = defaultdict(list)
    for at, (r0, _, r1, _) in enumerate(areas):
        if r1 - r0 == 1 and texts[at]:
            rows[r0].append(texts[at])
    parts = {}
    for row, cells in rows.items():
        most = max(map(len, cells))
        full = [lines for lines in cells if len(lines) == most]
        if most < 2 or len(full) < 2:
            continue
        bases = [base for base, _ in full[0]]
        is_level = all(min(abs(base - other) for other in bases) < 3 for lines in cells for base, _ in lines)
        if is_level and any(all(is_numeric(text) for _, text in lines) for lines in full):
            parts[row] = bases
    return parts
