"""The words around a table that hold for all its values: its title, and the line that gives its units.

Flows in: clean text and a table's layout. Flows out: a `Caption`. Only short lines just before the table are looked at,
the title cells inside it, and the span that the file marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qingshan.clean import CleanText
from qingshan.tabular.aspects import AspectReader, Heading, UnitLine
from qingshan.tabular.grid import Table
from qingshan.tabular.headers import Layout

_LINES = 3  # non-empty lines before a table that are looked at
_LONGEST = 64  # characters of a title
_REACH = 400  # characters before a table that are looked at
_UNITS = re.compile(r"[（(\[]?\s*(?:计量)?单位\s*[:：][^\n]*")
_SENTENCE = re.compile(r"[。！？；]|[，、：]$|如下[:：]?$|见(?:下)?表")
_IS_TITLE = re.compile(r"^(?:续?附?表\s*[\d一二三四五六七八九十]|专栏)")


@dataclass(frozen=True, slots=True)
class Caption:
    """What holds for a whole table: headings of its title lines, nearest last, and its line of units."""

    titles: tuple[Heading, ...]
    units: UnitLine | None

    @property
    def name(self) -> str:
        """What the title says is measured, '' for nothing."""
        return next((title.name for title in reversed(self.titles) if len(title.name) > 1), "")

    @property
    def text(self) -> str:
        """The words of all title lines."""
        return "，".join(title.text for title in self.titles)


def read_caption(
    table: Table, layout: Layout, clean: CleanText, reader: AspectReader, *, after: int, year: str
) -> Caption:
    """Return the caption of a table.

    Parameters
    ----------
    after
        Clean offset where the table before it ends, 0 for none: nothing before that is looked at.
    year
        The document's.
    """
    lines = [*_before(clean.text, table.start, after), *_marked(table, clean), *(cell.text for cell in layout.titles)]
    titles: list[Heading] = []
    units = None
    for line in lines:
        said = _UNITS.search(line)
        if said or _IS_TITLE.match(line) or line.rstrip().endswith(("）", ")")):
            units = reader.unit_line(line) or units
        title = _UNITS.sub("", line).strip()
        if title and len(title) <= _LONGEST and not _SENTENCE.search(title):
            titles.append(reader.caption(title, year))
    return Caption(tuple(titles), units)


def _before(text: str, start: int, after: int) -> Sequence[str]:
    """Return the short lines just before a table, in their order; a paragraph ends them."""
    found: list[str] = []
    for line in _upwards(text, start, max(after, start - _REACH)):
        if len(line) > _LONGEST or ("。" in line and not _UNITS.search(line)):
            break
        found.append(line)
        if _IS_TITLE.match(line) or len(found) == _LINES:
            break
    return found[::-1]


def _upwards(text: str, start: int, low: int) -> Iterator[str]:
    for line in reversed(text[low:start].split("\n")):
        if plain := line.strip(" \t\r|#*　"):
            yield plain


def _marked(table: Table, clean: CleanText) -> Iterator[str]:
    first, last = table.grid.caption
    if first < last:
        start, end = clean.to_clean(first, last)
        yield from filter(None, (line.strip() for line in clean.text[start:end].split("\n")))
