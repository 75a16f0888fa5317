"""The order a page is read in: in flow glyphs and ruled lines, out flow blocks of lines and tables.

Pure geometry, without a PDF library: coordinates are points, x to the right and y down the page as the reader sees it.
Columns are told apart by the empty strip between them: the blocks above it, the columns from left to right, then what
stands below.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from statistics import median, median_low

from qingshan.readers.pdf_aligned import Aligned, find_aligned, is_numeric
from qingshan.readers.pdf_line import Glyph, glyphs_text, is_wide, line_metrics
from qingshan.readers.pdf_tables import Frame, Rule, Table, find_tables, merge_rules

_RUN_GAP = 0.9  # type sizes; a wider gap begins a new run of glyphs
_RUN_BACK = 0.4  # type sizes a glyph may reach back over the one before
_GUTTER = 0.8  # type sizes: the narrowest strip between two columns
_FEWEST_LINES = 3  # of a column
_NARROWEST = 6  # type sizes: a column's width
_FILLED = 0.5  # of a column's width its lines fill on average; a table's do not
_MOST_COLUMNS = 4  # cuts into columns, one within the other
_MOST_FRAMES = 6  # one within the other; more are a drawing
_MOST_RUNS = 20_000  # of a page; more is a drawing


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line with its text; `first` is the width of what cannot be parted at its beginning."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    base: float
    size: float
    first: float = 0.0
    is_caption: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one column, or one table; `path` says which column: "" across the page, "L", "R", "RL"."""

    lines: tuple[Line, ...] = ()
    table: Table | None = None
    path: str = ""


@dataclass(frozen=True)
class PageLayout:
    """The blocks of a page in the order they are read, and whether lines may have been read across columns."""

    blocks: tuple[Block, ...]
    is_doubtful: bool = False


@dataclass(slots=True)
class _Run:
    """Glyphs that follow each other closely, or a table or frame, which takes its place among them."""

    x0: float
    x1: float
    top: float
    bottom: float
    base: float
    size: float
    glyphs: list[Glyph] = field(default_factory=list)
    box: Table | Frame | None = None


def lay_out(glyphs: Sequence[Glyph], rules: Sequence[Rule], depth: int = 0) -> PageLayout:
    """Return the blocks of one page.

    Parameters
    ----------
    glyphs
        Without blanks, in the order the file has them.
    rules
        The straight horizontal and vertical lines drawn on the page.
    depth
        How many frames stand around these glyphs.
    """
    found = find_tables(glyphs, rules if depth < _MOST_FRAMES else ())
    runs = _runs(found.rest)
    items = [*runs, *(_Run(box.x0, box.x1, box.top, box.bottom, box.bottom, 0.0, box=box) for box in found.boxes)]
    blocks: list[Block] = []
    doubtful = False
    levels = merge_rules(rule for rule in rules if rule.is_level)
    for path, part in _parts(items, "", levels):
        more, is_doubtful = _blocks(part, path, levels, depth)
        blocks += more
        doubtful |= is_doubtful
    return PageLayout(tuple(blocks), doubtful)


def _runs(glyphs: Iterable[Glyph]) -> list[_Run]:
    """Return glyphs that follow each other in the file and on the page as runs."""
    runs: list[_Run] = []
    for glyph in glyphs:
        if runs:
            run, size = runs[-1], max(runs[-1].size, glyph.size)
            is_level = min(run.bottom, glyph.bottom) - max(run.top, glyph.top) > 0.3 * min(run.size, glyph.size)
            if is_level and -_RUN_BACK * size < glyph.x0 - run.x1 < _RUN_GAP * size:
                run.glyphs.append(glyph)
                run.x1 = max(run.x1, glyph.x1)
                if glyph.size > run.size:
                    run.size, run.base, run.top, run.bottom = glyph.size, glyph.base, glyph.top, glyph.bottom
                continue
        box = (glyph.x0, glyph.x1, glyph.top, glyph.bottom, glyph.base, glyph.size)
        runs.append(_Run(*box, glyphs=[glyph]))
    return runs


# ---------------------------------------------------------------- columns


def _parts(items: list[_Run], path: str, levels: Sequence[Rule]) -> list[tuple[str, list[_Run]]]:
    """Return the parts of a page in reading order, each without columns of its own."""
    gutter = None
    if len(path) < _MOST_COLUMNS and len(items) <= _MOST_RUNS:
        # a table without lines stands in the way only where no column is seen with it
        gutter = _find_gutter(items, levels) or _find_gutter(items, levels, [i for i in items if _is_figure(i)])
    if gutter is None:
        return [(path, items)] if items else []
    x, top, bottom = gutter
    above, left, right, below = [], [], [], []
    for item in items:
        middle = (item.top + item.bottom) / 2
        if middle < top:
            above.append(item)
        elif middle > bottom:
            below.append(item)
        elif item.x0 + item.x1 < 2 * x:
            left.append(item)
        else:
            right.append(item)
    sides = _parts(left, path + "L", levels) + _parts(right, path + "R", levels)
    return _parts(above, path, levels) + sides + _parts(below, path, levels)


def _is_figure(item: _Run) -> bool:
    return item.box is None and len(item.glyphs) < 16 and is_numeric(glyphs_text(item.glyphs))


def _find_gutter(
    items: Sequence[_Run], levels: Sequence[Rule], more: Sequence[_Run] = ()
) -> tuple[float, float, float] | None:
    """Return x, top and bottom of the strip that parts the most lines into two columns of prose.

    What reaches over the strip ends it: lines and boxes, ruled lines, and `more`.
    """
    sizes = [item.size for item in items if item.box is None]
    if len(sizes) < 2 * _FEWEST_LINES:
        return None
    em = median(sizes)
    best, best_score = None, 0
    for x in _candidates(items, em):
        stops = [(i.top, i.bottom) for i in items if i.x0 < x - 0.1 * em and i.x1 > x + 0.1 * em]
        stops += ((rule.y0, rule.y1) for rule in levels if rule.x0 < x - 2 * em and rule.x1 > x + 2 * em)
        stops += ((item.top, item.bottom) for item in more)
        reach = float("-inf")
        for top, bottom in [*sorted(stops), (float("inf"), float("inf"))]:
            if top - reach > 2 * em:
                band = [i for i in items if reach <= (i.top + i.bottom) / 2 <= top]
                score = _score(band, x, em)
                if score > best_score:
                    best, best_score = (x, reach, _tail(band, x, top, em)), score
            reach = max(reach, bottom)
    return best


def _candidates(items: Sequence[_Run], em: float) -> list[float]:
    """Return the x just before where runs begin that have another run at some distance to their left."""
    rows: dict[int, list[_Run]] = defaultdict(list)
    for item in items:
        if item.box is None:
            rows[int((item.top + item.bottom) / 2 / em)].append(item)
    counts: dict[int, int] = defaultdict(int)
    for row, runs in rows.items():
        near = sorted(runs + rows.get(row - 1, []) + rows.get(row + 1, []), key=lambda run: run.x1)
        ends = [run.x1 for run in near]
        for run in runs:
            at = bisect_left(ends, run.x0) - 1
            if at >= 0 and run.x0 - ends[at] >= _GUTTER * em:
                counts[round((run.x0 - 0.35 * em) / 3)] += 1
    ranked = sorted(counts, key=lambda x: (-counts[x], x))
    return [x * 3.0 for x in ranked[:8] if counts[x] >= 2]


def _score(band: Sequence[_Run], x: float, em: float) -> int:
    """Return how many lines stand in two columns left and right of x; 0 where these are no columns of prose."""
    left = [item for item in band if item.x0 + item.x1 < 2 * x]
    right = [item for item in band if item.x0 + item.x1 >= 2 * x]
    lines = []
    for side in (left, right):
        runs = [item for item in side if item.box is None]
        if not runs:
            return 0
        width = max(item.x1 for item in side) - min(item.x0 for item in side)
        rows = len({round(run.base / (0.6 * em)) for run in runs})
        filled = sum(run.x1 - run.x0 for run in runs) / (rows * width) if width else 0
        numbers = sum(is_numeric(glyphs_text(run.glyphs)) for run in runs if len(run.glyphs) < 16)
        if width < _NARROWEST * em or filled < _FILLED or 3 * numbers > len(runs):
            return 0
        lines.append(rows)
    if max(item.x1 for item in left) + _GUTTER * em > min(item.x0 for item in right):
        return 0
    fewest, most = sorted(lines)
    is_enough = fewest >= _FEWEST_LINES or (fewest >= 1 and most >= 2 * _FEWEST_LINES)
    return sum(lines) if is_enough else 0


def _tail(band: Sequence[_Run], x: float, bottom: float, em: float) -> float:
    """Return where the columns end.

    What stands below both at some distance and nowhere reaches the strip between them, as a heading, is no part of the
    left column.
    """
    left = sorted((item for item in band if item.x0 + item.x1 < 2 * x), key=lambda item: item.top)
    edge = max(item.x1 for item in left)
    end = max(item.bottom for item in band if item.x0 + item.x1 >= 2 * x)
    last = max(at for at, item in enumerate(left) if item.x1 >= edge - 1.5 * em)
    gaps = [after.top - before.bottom for before, after in zip(left, left[1:], strict=False)]
    usual = median_low([gap for gap in gaps if gap > 0] or [0.0])
    reach = max(item.bottom for item in left[: last + 1])
    for item in left[last + 1 :]:
        if item.top - reach > max(0.5 * em, 1.5 * usual) and item.top > end - 0.3 * em:
            return (max(reach, end) + item.top) / 2
        reach = max(reach, item.bottom)
    return bottom


# ---------------------------------------------------------------- lines


def _blocks(
    items: Sequence[_Run], path: str, levels: Sequence[Rule], depth: int
) -> tuple[list[Block], bool]:
    """Return the blocks of a part without columns: lines, and the tables and frames between them."""
    blocks: list[Block] = []
    doubtful = False
    boxes = sorted((item for item in items if item.box is not None), key=lambda item: (item.top, item.x0))
    runs = sorted((item for item in items if item.box is None), key=lambda item: item.base)
    start = 0
    for box in [*boxes, None]:
        end = start
        while end < len(runs) and (box is None or (runs[end].top + runs[end].bottom) / 2 < (box.top + box.bottom) / 2):
            end += 1
        more, is_doubtful = _text_blocks(_group(runs[start:end]), path, levels)
        doubtful |= is_doubtful
        blocks += more
        start = end
        if box is None:
            continue
        if isinstance(box.box, Table):
            _mark_caption(blocks)
            blocks.append(Block(table=box.box, path=path))
        elif box.box is not None:
            inner = lay_out(box.box.glyphs, box.box.rules, depth + 1)
            blocks += (replace(block, path=path + "F" + block.path) for block in inner.blocks)
            doubtful |= inner.is_doubtful
    return blocks, doubtful


def _group(runs: Iterable[_Run]) -> list[list[Glyph]]:
    """Return runs as lines, each its glyphs sorted by x; raised and lowered ones go with the line they stand in."""
    lines: list[_Run] = []  # sorted by their foot lines
    bases: list[float] = []
    for run in sorted(runs, key=lambda run: (-round(run.size, 1), run.base, run.x0)):
        at = _line_of(run, lines, bases)
        if at is None:
            at = bisect_left(bases, run.base)
            bases.insert(at, run.base)
            lines.insert(at, _Run(run.x0, run.x1, run.top, run.bottom, run.base, run.size, list(run.glyphs)))
            continue
        line = lines[at]
        line.x0, line.x1 = min(line.x0, run.x0), max(line.x1, run.x1)
        line.glyphs += run.glyphs
    return [_unique(sorted(line.glyphs, key=lambda glyph: (glyph.x0, glyph.base))) for line in lines]


def _line_of(run: _Run, lines: Sequence[_Run], bases: Sequence[float]) -> int | None:
    """Return the line a run belongs to: on the same foot line, or smaller, within its height and beside it."""
    first = bisect_left(bases, run.base - 1.2 * max(run.size, 1.0))
    best, best_distance = None, float("inf")
    for at in range(first, len(lines)):
        line = lines[at]
        if line.base > run.base + 3 * max(run.size, 1.0):
            break
        distance = abs(line.base - run.base)
        is_same = distance <= 0.2 * run.size
        is_small = run.size < 0.85 * line.size
        shared = min(line.bottom, run.bottom) - max(line.top, run.top)
        is_beside = line.x0 - 0.6 * line.size <= run.x1 and run.x0 <= line.x1 + 0.6 * line.size
        if (is_same or (is_small and is_beside and shared >= 0.5 * run.size)) and distance < best_distance:
            best, best_distance = at, distance
    return best


def _unique(glyphs: list[Glyph]) -> list[Glyph]:
    """Return glyphs without those printed twice at one place, as some writers make bold."""
    kept: list[Glyph] = []
    for glyph in glyphs:
        if not any(
            glyph.text == other.text and abs(glyph.x0 - other.x0) < 0.15 * glyph.size and glyph.base - other.base < 1
            for other in kept[-2:]
        ):
            kept.append(glyph)
    return kept


def _text_blocks(rows: list[list[Glyph]], path: str, levels: Sequence[Rule]) -> tuple[list[Block], bool]:
    """Return lines as blocks, with the tables that only their columns show."""
    blocks: list[Block] = []
    start = 0
    doubtful = False
    for found in [*find_aligned(rows, levels), Aligned(len(rows), len(rows), None)]:
        prose = rows[start : found.first]
        if prose:
            blocks.append(Block(tuple(_line(row) for row in prose), path=path))
            doubtful |= _is_across(prose)
        if found.table is not None:
            _mark_caption(blocks)
            blocks.append(Block(table=found.table, path=path))
        start = found.last
    return blocks, doubtful


def _line(glyphs: list[Glyph]) -> Line:
    size, base = line_metrics(glyphs)
    tops = [glyph.top for glyph in glyphs]
    bottoms = [glyph.bottom for glyph in glyphs]
    right = max(glyph.x1 for glyph in glyphs)
    return Line(glyphs_text(glyphs), glyphs[0].x0, right, min(tops), max(bottoms), base, size, _first_width(glyphs))


def _first_width(glyphs: list[Glyph]) -> float:
    """Return the width of the word, number or character that a line begins with and that no line end parts."""
    at = 1
    if not is_wide(glyphs[0].text[0]):
        while at < len(glyphs) and not is_wide(glyphs[at].text[0]) and not glyphs[at].spaced:
            at += 1
    while at < len(glyphs) and glyphs[at].text[0] in "，。、；：！？）》”’%％,.;:)":
        at += 1
    return glyphs[at - 1].x1 - glyphs[0].x0


def _mark_caption(blocks: list[Block]) -> None:
    """Mark the lines just above a table that are its title or its unit."""
    if not blocks or not blocks[-1].lines:
        return
    lines = list(blocks[-1].lines)
    for at in range(len(lines) - 1, max(-1, len(lines) - 5), -1):
        text = lines[at].text
        is_title = text.startswith(("表", "续表", "附表", "Table"))
        if is_title or text.lstrip("（(").startswith(("单位", "计量单位", "续")):
            lines[at] = replace(lines[at], is_caption=True)
        if is_title:
            break
    blocks[-1] = replace(blocks[-1], lines=tuple(lines))


def _is_across(rows: Sequence[list[Glyph]]) -> bool:
    """Whether several lines have a wide gap at the same place: they may be columns that were read across."""
    gaps: dict[int, int] = defaultdict(int)
    for row in rows:
        places = set()
        for before, after in zip(row, row[1:], strict=False):
            if after.x0 - before.x1 > 1.5 * max(before.size, after.size):
                places.update(range(int(before.x1 / 6) + 1, int(after.x0 / 6) + 1))
        for place in places:
            gaps[place] += 1
    return max(gaps.values(), default=0) >= 4
