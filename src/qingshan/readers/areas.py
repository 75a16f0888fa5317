"""Finds the tables among the lines of a sheet or a CSV file: titles, lines of units and notes stand outside them.

Flows in: what each line holds, in order. Flows out: the areas that are tables, as indices of lines and columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

_LABEL = re.compile(
    r"[\s,;|\"]*[（(\[【]?\s*(?:(?:计量)?单\s*位|续?表\s*[\d一二三四五六七八九十]|注\s*\d*\s*[:：]|备注\s*[:：]|说明\s*[:：]|"
    r"(?:资料|数据)?来源|附[表注])"
)
_UNIT_LABEL = re.compile(r"单\s*位\s*[:：]")
_MARKS = re.compile(r"[\t,;|\"]+")
_NUMBER = re.compile(r"[-+−]?[\d.]+\s*[%％‰]?")
_YEAR = re.compile(r"(?:19|20)\d\d年?")
_PROSE = re.compile(r"[。；！？]")
_LONGEST_HEADING = 30
_LONGEST_SECTION = 60  # characters of a line that heads the rows below it; a longer one is a paragraph
_LONGEST_SAMPLED = 2_000  # characters of a line that are looked at


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sheet: its number in the file, its raw span, how many cells are filled, the first and the last."""

    number: int
    start: int
    end: int
    filled: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Area:
    """One table: the indices of its lines, and its first and last column, counted from 0."""

    rows: list[int]
    left: int
    right: int


def find_areas(
    text: str, lines: Sequence[Line], is_linked: Callable[[int, int], bool] = lambda above, below: False
) -> list[Area]:
    """Return the tables among the lines of one sheet: at least two rows and two columns each.

    An empty line ends a table, and so does a paragraph, a title such as 表2 or a line of units; unless the lines after
    it begin with numbers and fill the same columns: these go on with it. Lines with one filled cell above and below are
    no part of a table; in its middle they are.

    Parameters
    ----------
    text
        What the offsets of the lines count in.
    is_linked
        Whether two line numbers belong together whatever is between them: a merged cell or hidden rows bridge a gap.
    """
    runs: list[list[int]] = []
    for index, line in enumerate(lines):
        if not line.filled:
            continue
        if runs:
            above = lines[runs[-1][-1]].number
            if line.number == above + 1 or is_linked(above, line.number):
                runs[-1].append(index)
                continue
        runs.append([index])
    areas: list[Area] = []
    for part in (part for run in runs for part in _parted(text, lines, run)):
        area = _trimmed(text, lines, part)
        if area is None:
            continue
        before = areas[-1] if areas else None
        if before and area.rows[0] == part[0] and _goes_on(text, lines, before, area):
            between = range(before.rows[-1] + 1, area.rows[0])
            before.rows.extend(index for index in between if lines[index].filled)
            before.rows.extend(area.rows)
        else:
            areas.append(area)
    return [area for area in areas if len(area.rows) > 1]


def _parted(text: str, lines: Sequence[Line], run: list[int]) -> Iterator[list[int]]:
    """Yield the stretches of a run between its paragraphs, titles and lines of units, which stand in none of them."""
    part: list[int] = []
    for index in run:
        if not _is_apart(text, lines[index]):
            part.append(index)
        elif part:
            yield part
            part = []
    if part:
        yield part


def _is_apart(text: str, line: Line) -> bool:
    """Whether the only cell of a line belongs to no table: a paragraph, a title or a line of units."""
    if line.filled != 1:
        return False
    shown = _MARKS.sub("", text[line.start : min(line.end, line.start + _LONGEST_SAMPLED)]).strip()
    return len(shown) > _LONGEST_SECTION or bool(_PROSE.search(shown) or _LABEL.match(shown))


def _trimmed(text: str, lines: Sequence[Line], run: list[int]) -> Area | None:
    """Return the table in a run of lines without its titles and notes; one of a single row may go on another."""
    widest = max(lines[index].last - lines[index].first + 1 for index in run)
    low, high = 0, len(run)
    while low < high and _is_above(text, lines[run[low]], widest):
        low += 1
    while low < high and _is_below(text, lines[run[high - 1]], widest):
        high -= 1
    if low == high:
        return None
    rows = run[low:high]
    left, right = min(lines[index].first for index in rows), max(lines[index].last for index in rows)
    if low and _is_heading(text, lines[run[low - 1]], left, right):
        rows.insert(0, run[low - 1])  # 2022年 over the columns of a year
    return Area(rows, left, right) if right > left else None


def _is_above(text: str, line: Line, widest: int) -> bool:
    """Whether a line before a table is its title or says its unit."""
    if line.filled == 1:
        return True
    return line.filled == 2 and widest > 2 and bool(_UNIT_LABEL.search(text, line.start, line.end))


def _is_below(text: str, line: Line, widest: int) -> bool:
    if line.filled == 1:
        return True
    return line.filled == 2 and widest > 2 and bool(_LABEL.match(text, line.start, line.end))


def _is_heading(text: str, line: Line, left: int, right: int) -> bool:
    """Whether the only cell of a line heads some of the columns below it, as a title in the first column does not."""
    return (
        left < line.first <= right
        and line.end - line.start <= _LONGEST_HEADING + line.first + right
        and not _LABEL.match(text, line.start, line.end)
    )


def _goes_on(text: str, lines: Sequence[Line], before: Area, area: Area) -> bool:
    """Whether the first row of an area holds numbers, as no heading does, in the columns of the table before it."""
    first = lines[area.rows[0]]
    if len(before.rows) < 2 or (before.left, before.right) != (area.left, area.right):
        return False
    if first.number - lines[before.rows[-1]].number > 2:
        return False
    shown = _MARKS.split(text[first.start : min(first.end, first.start + _LONGEST_SAMPLED)])
    values = [value.strip() for value in shown[1:]]
    return any(_NUMBER.fullmatch(value) and not _YEAR.fullmatch(value) for value in values)
