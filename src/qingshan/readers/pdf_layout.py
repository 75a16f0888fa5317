"""The order a page is read in: in flow glyphs and ruled lines, out flow blocks of lines and tables.

Pure geometry, without a PDF library: coordinates are points, x to the right and y down the page as the reader sees it.
Columns are told apart by the empty strip between them: the blocks above it, the columns from left to right, then what
stands below.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from qingshan.readers.pdf_aligned import Aligned, find_aligned
from qingshan.readers.pdf_columns import Run, column_parts, make_runs
from qingshan.readers.pdf_line import Glyph, glyphs_text, is_wide, line_metrics
from qingshan.readers.pdf_tables import Rule, Table, find_tables, merge_rules

_WIDE_GAP = 2.5  # type sizes: lines with such a gap are rows, not sentences
_MOST_FRAMES = 6  # one within the other; more are a drawing


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line with its text.

    `first` is the width of what cannot be parted at its beginning; `is_parted` says that it has a wide gap inside.
    """

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    base: float
    size: float
    first: float = 0.0
    is_caption: bool = False
    is_parted: bool = False


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
    runs = make_runs(found.rest)
    items = [*runs, *(Run(box.x0, box.x1, box.top, box.bottom, box.bottom, 0.0, box=box) for box in found.boxes)]
    blocks: list[Block] = []
    doubtful = False
    levels = merge_rules(rule for rule in rules if rule.is_level)
    for path, part in column_parts(items, "", levels):
        more, is_doubtful = _blocks(part, path, levels, depth)
        blocks += more
        doubtful |= is_doubtful
    return PageLayout(tuple(blocks), doubtful)


# ---------------------------------------------------------------- lines


def _blocks(items: Sequence[Run], path: str, levels: Sequence[Rule], depth: int) -> tuple[list[Block], bool]:
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


def _group(runs: Iterable[Run]) -> list[list[Glyph]]:
    """Return runs as lines, each its glyphs sorted by x; raised and lowered ones go with the line they stand in."""
    lines: list[Run] = []  # sorted by their foot lines
    bases: list[float] = []
    for run in sorted(runs, key=lambda run: (-round(run.size, 1), run.base, run.x0)):
        at = _line_of(run, lines, bases)
        if at is None:
            at = bisect_left(bases, run.base)
            bases.insert(at, run.base)
            lines.insert(at, Run(run.x0, run.x1, run.top, run.bottom, run.base, run.size, list(run.glyphs)))
            continue
        line = lines[at]
        line.x0, line.x1 = min(line.x0, run.x0), max(line.x1, run.x1)
        line.glyphs += run.glyphs
    return [_unique(sorted(line.glyphs, key=lambda glyph: (glyph.x0, glyph.base))) for line in lines]


def _line_of(run: Run, lines: Sequence[Run], bases: Sequence[float]) -> int | None:
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
    is_parted = any(b.x0 - a.x1 > _WIDE_GAP * size for a, b in pairwise(glyphs))
    first = _first_width(glyphs)
    return Line(
        glyphs_text(glyphs), glyphs[0].x0, right, min(tops), max(bottoms), base, size, first, is_parted=is_parted
    )


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
        words = [at for at, glyph in enumerate(row) if not glyph.text.isdigit()]  # page numbers are no column
        for before, after in pairwise(row[: max(words, default=0) + 1]):
            if after.x0 - before.x1 > 1.5 * max(before.size, after.size):
                places.update(range(int(before.x1 / 6) + 1, int(after.x0 / 6) + 1))
        for place in places:
            gaps[place] += 1
    return max(gaps.values(), default=0) >= 4
