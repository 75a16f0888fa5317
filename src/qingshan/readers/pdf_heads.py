"""Running heads, feet and page numbers: in flow the lines of all pages, out flow those that are no part of the article.

A head or foot is told by standing at the same height of several pages with the same words; a page number by standing
alone near the edge. Pure geometry, as `pdf_layout`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_low

from qingshan.readers.pdf_layout import Block, Line

_ZONE = 0.14  # of the page's height at each end
_EDGE = 0.09  # where a number alone is a page number even on a single page
_DEEPEST = 4  # lines from the edge
_SAME_HEIGHT = 6.0  # points
_APART = 1.25  # usual distances of lines between a head and the article
_COMMON = 6  # pages a document must have for what stands on most of them to be a head wherever it stands
_PAGES = 3  # on which words must repeat; fewer where the document has fewer

_ROMAN = r"[ivxlcIVXLC]{1,6}"
_ALONE = re.compile(
    rf"[-—–―~·•|\s]*(?:第\s*)?(?:\d{{1,4}}|{_ROMAN})(?:\s*页)?(?:\s*(?:[/／]|共|of|，共)\s*\d{{1,4}}\s*页?)?[-—–―~·•|\s]*$"
)
_PAGE_WORD = re.compile(
    r"^\s*[-—–|·•]*\s*(\d{1,4})\s*[-—–|·•]*\s+|[\s|·•—–-]+(\d{1,4})\s*[-—–|·•]*\s*$|第\s*(\d{1,4})\s*页(?:\s*[,，/]?\s*共\s*\d+\s*页)?"
)
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class PageBlocks:
    """One page as laid out: its number counted from 1, its height, its blocks in reading order."""

    number: int
    height: float
    blocks: tuple[Block, ...]
    aside: tuple[str, ...] = ()  # slanted text: watermarks


@dataclass(frozen=True, slots=True)
class _Repeated:
    """The height at which words repeat, and whether they do on most pages."""

    height: float
    is_common: bool


def find_heads(pages: Sequence[PageBlocks]) -> list[set[Line]]:
    """Return, for each page, the lines that are running heads, feet or page numbers."""
    edges = [_edge_lines(page) for page in pages]
    repeated = _repeated(pages, edges)
    numbers = _number_shifts(pages, edges)
    return [_heads(page, lines, repeated, numbers) for page, lines in zip(pages, edges, strict=True)]


def _edge_lines(page: PageBlocks) -> list[tuple[list[Line], bool]]:
    """Return the lines near the top and near the foot of a page, from the edge inwards, grouped by height."""
    lines = [line for block in page.blocks for line in block.lines if not line.is_caption]
    tables = [(block.table.top, block.table.bottom) for block in page.blocks if block.table]
    found: list[tuple[list[Line], bool]] = []
    for is_foot in (False, True):
        first = min((top for top, _ in tables), default=page.height)
        last = max((bottom for _, bottom in tables), default=0.0)
        if is_foot:
            near = [line for line in lines if line.base > page.height * (1 - _ZONE) and line.base > last]
        else:
            near = [line for line in lines if line.base < page.height * _ZONE and line.base < first + line.size]
        near.sort(key=lambda line: -line.base if is_foot else line.base)
        rows: list[list[Line]] = []
        for line in near:
            if rows and abs(rows[-1][0].base - line.base) < 0.5 * line.size:
                rows[-1].append(line)
            else:
                rows.append([line])
        found += ((row, is_foot) for row in rows[:_DEEPEST])
    return found


def _key(line: Line, number: int, shifts: set[int]) -> str:
    """Return a line's words without its page number."""

    def without(match: re.Match[str]) -> str:
        digits = next(filter(None, match.groups()))
        return " " if int(digits) - number in shifts else match[0]

    return re.sub(r"\s+", "", _PAGE_WORD.sub(without, line.text)) or line.text


def _number_shifts(pages: Sequence[PageBlocks], edges: Sequence[list[tuple[list[Line], bool]]]) -> set[int]:
    """Return by how much printed page numbers differ from the count of pages: what most pages agree on."""
    shifts: Counter[int] = Counter()
    for page, rows in zip(pages, edges, strict=True):
        seen = set()
        for row, _ in rows:
            for line in row:
                words = _NUMBER.findall(line.text) if _ALONE.match(line.text) else []
                words += [next(filter(None, found)) for found in _PAGE_WORD.findall(line.text) if any(found)]
                seen.update(int(word) - page.number for word in words[:4])
        shifts.update(seen)
    return {shift for shift, count in shifts.items() if count >= 3 or (count >= 2 and len(pages) <= 5)}


def _repeated(
    pages: Sequence[PageBlocks], edges: Sequence[list[tuple[list[Line], bool]]]
) -> dict[tuple[str, bool], _Repeated]:
    """Return the words that repeat at one height of several pages, at the head or the foot."""
    shifts = _number_shifts(pages, edges)
    heights: dict[tuple[str, bool], list[float]] = defaultdict(list)
    for page, rows in zip(pages, edges, strict=True):
        for row, is_foot in rows:
            for line in row:
                heights[_key(line, page.number, shifts), is_foot].append(line.base)
    least = min(_PAGES, max(2, (len(pages) + 1) // 2))
    repeated = {}
    for key, found in heights.items():
        height = median_low(found)
        count = sum(abs(other - height) < _SAME_HEIGHT for other in found)
        if count >= least:
            repeated[key] = _Repeated(height, 2 * count > len(pages) >= _COMMON)
    return repeated


def _heads(
    page: PageBlocks,
    rows: Sequence[tuple[list[Line], bool]],
    repeated: dict[tuple[str, bool], _Repeated],
    shifts: set[int],
) -> set[Line]:
    """Return the heads of one page: from the edge inwards, up to the first line of the article."""
    heads: set[Line] = set()
    lines = sorted((line for block in page.blocks for line in block.lines), key=lambda line: line.base)
    distances = [b.base - a.base for a, b in pairwise(lines) if b.base - a.base > 0.5 * b.size]
    usual = sorted(distances)[len(distances) // 4] if distances else 0.0
    for is_foot in (False, True):
        held: list[list[Line]] = []
        for row in (row for row, at_foot in rows if at_foot is is_foot):
            if not all(_is_head(line, page, is_foot, repeated, shifts) for line in row):
                break
            held.append(row)
        while held and not _is_apart(held[-1][0], lines, usual, page, is_foot, repeated, shifts):
            held.pop()
        heads.update(line for row in held for line in row)
    return heads


def _is_apart(
    line: Line,
    lines: Sequence[Line],
    usual: float,
    page: PageBlocks,
    is_foot: bool,
    repeated: dict[tuple[str, bool], _Repeated],
    shifts: set[int],
) -> bool:
    """Whether a head stands apart from the article: text that repeats by chance at the top of a page does not."""
    if _ALONE.match(line.text):
        return True
    found = repeated.get((_key(line, page.number, shifts), is_foot))
    if found is not None and found.is_common:
        return True
    if is_foot:
        inner = max((other for other in lines if other.base < line.base - 1), key=lambda o: o.base, default=None)
    else:
        inner = min((other for other in lines if other.base > line.base + 1), key=lambda o: o.base, default=None)
    if inner is None:
        return True
    is_other = max(line.size, inner.size) > 1.08 * min(line.size, inner.size)
    return is_other or abs(inner.base - line.base) > _APART * usual


def _is_head(
    line: Line,
    page: PageBlocks,
    is_foot: bool,
    repeated: dict[tuple[str, bool], _Repeated],
    shifts: set[int],
) -> bool:
    if _ALONE.match(line.text):
        digits = _NUMBER.findall(line.text)
        is_counted = any(int(number) - page.number in shifts for number in digits[:1])
        edge = page.height - line.base if is_foot else line.bottom
        return is_counted or edge < _EDGE * page.height
    found = repeated.get((_key(line, page.number, shifts), is_foot))
    return found is not None and abs(found.height - line.base) < _SAME_HEIGHT
