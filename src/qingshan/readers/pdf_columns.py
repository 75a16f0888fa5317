"""The columns of a page: in flow runs of glyphs, out flow the page's parts in the order they are read.

Columns are told apart by the empty strip between them: what stands above it, the columns from left to right, then what
stands below. Pure geometry, as `pdf_layout`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median, median_low

from qingshan.readers.pdf_line import Glyph, glyphs_text, is_numeric
from qingshan.readers.pdf_tables import Frame, Rule, Table

_RUN_GAP = 0.9  # type sizes; a wider gap begins a new run of glyphs
_RUN_BACK = 0.4  # type sizes a glyph may reach back over the one before
_PADDING = 0.9  # type sizes a table may begin before its column: the blank inside its cells
_GUTTER = 0.8  # type sizes: the narrowest strip between two columns
_FEWEST_LINES = 3  # of a column
_NARROWEST = 6  # type sizes: a column's width
_FILLED = 0.5  # of a column's width its lines fill on average; a table's do not
_MOST_COLUMNS = 4  # cuts into columns, one within the other
_MOST_RUNS = 20_000  # of a page; more is a drawing


@dataclass(slots=True)
class Run:
    """Glyphs that follow each other closely, or a table or frame, which takes its place among them."""

    x0: float
    x1: float
    top: float
    bottom: float
    base: float
    size: float
    glyphs: list[Glyph] = field(default_factory=list)
    box: Table | Frame | None = None


def make_runs(glyphs: Iterable[Glyph]) -> list[Run]:
    """Return glyphs that follow each other in the file and on the page as runs."""
    runs: list[Run] = []
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
        runs.append(Run(*box, glyphs=[glyph]))
    return runs


def column_parts(items: list[Run], path: str, levels: Sequence[Rule]) -> list[tuple[str, list[Run]]]:
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
    sides = column_parts(left, path + "L", levels) + column_parts(right, path + "R", levels)
    return column_parts(above, path, levels) + sides + column_parts(below, path, levels)


def _is_figure(item: Run) -> bool:
    return item.box is None and len(item.glyphs) < 16 and is_numeric(glyphs_text(item.glyphs))


def _find_gutter(
    items: Sequence[Run], levels: Sequence[Rule], more: Sequence[Run] = ()
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
        stops = [(i.top, i.bottom) for i in items if _is_across(i, x, em)]
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


def _is_across(item: Run, x: float, em: float) -> bool:
    """Whether something reaches over the strip at x; a table that begins a little before its column does not."""
    near = 0.1 if item.box is None else _PADDING
    return item.x0 < x - near * em and item.x1 > x + 0.1 * em


def _candidates(items: Sequence[Run], em: float) -> list[float]:
    """Return the x just before where runs begin that have another run at some distance to their left."""
    rows: dict[int, list[Run]] = defaultdict(list)
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


def _score(band: Sequence[Run], x: float, em: float) -> int:
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


def _tail(band: Sequence[Run], x: float, bottom: float, em: float) -> float:
    """Return where the columns end.

    What stands below both at some distance and nowhere reaches the strip between them, as a heading, is no part of the
    left column.
    """
    left = sorted((item for item in band if item.x0 + item.x1 < 2 * x), key=lambda item: item.top)
    edge = max(item.x1 for item in left)
    end = max(item.bottom for item in band if item.x0 + item.x1 >= 2 * x)
    last = max(at for at, item in enumerate(left) if item.x1 >= edge - 1.5 * em)
    gaps = [after.top - before.bottom for before, after in pairwise(left)]
    usual = median_low([gap for gap in gaps if gap > 0] or [0.0])
    reach = max(item.bottom for item in left[: last + 1])
    for item in left[last + 1 :]:
        if item.top - reach > max(0.5 * em, 1.5 * usual) and item.top > end - 0.3 * em:
            return (max(reach, end) + item.top) / 2
        reach = max(reach, item.bottom)
    return bottom
