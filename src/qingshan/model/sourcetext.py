"""What a reader gives of one file: its raw text, and what the file says about parts of that text.

Every offset is raw: it counts in `SourceText.text`, which for text formats is the decoded file itself and for the
others the reader's text layer, the same on every run.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person finds what the text holds from raw offset `start` on, up to the next place: "page 7"."""

    start: int
    name: str


@dataclass(frozen=True, slots=True)
class GridCell:
    """One cell of a table: its place in the grid, counted from 0, and its raw span [start, end).

    An empty cell has an empty span. A merged cell stands once, at its first row and column.

    Parameters
    ----------
    is_header
        Whether the file itself says that the cell is a heading; most formats do not.
    name
        Where a person finds the cell: "C14"; the table's own place is `Grid.name`.
    """

    row: int
    column: int
    start: int
    end: int
    row_span: int = 1
    column_span: int = 1
    is_header: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """One table of a file: the raw span it takes, its cells in order of row and column, and where it is.

    Parameters
    ----------
    start, end
        Raw span of the whole table; the readers of prose pass over it.
    name
        Where a person finds it: "table 3", "page 7, table 1", "sheet 排放".
    caption
        Raw span of the title or the line of units above it when the file marks one; (0, 0) when it does not. The lines
        just before the table are looked at in any case.
    """

    start: int
    end: int
    name: str
    cells: tuple[GridCell, ...]
    caption: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class SourceText:
    """The raw text of one file with what its format knows about it.

    Parameters
    ----------
    text
        The raw text; every offset counts in it.
    encoding
        How a text file was decoded; '' for other formats.
    reader, version
        The library that made the text layer and its version; '' where the text is the file itself.
    places
        Sorted by `start`. Text formats have none: a line's number says where.
    grids
        The tables, in the order of the text; none overlaps another.
    set_aside
        Raw spans that are no part of the article: running heads, page numbers, navigation. Sorted, apart.
    notes
        What a person should know of the reading, a sentence each: a hidden sheet, a page without text.
    """

    text: str
    encoding: str = ""
    reader: str = ""
    version: str = ""
    places: tuple[Place, ...] = ()
    grids: tuple[Grid, ...] = ()
    set_aside: tuple[tuple[int, int], ...] = ()
    notes: tuple[str, ...] = ()

    def place(self, position: int) -> str:
        """Return where a person finds the character at a raw offset; '' where the format does not say."""
        at = bisect_right(self.places, position, key=lambda place: place.start) - 1
        return self.places[at].name if at >= 0 else ""

    def locate(self, position: int) -> str:
        """Return the locator of the character at a raw offset: its cell, its place, or the number of its line."""
        for grid in self.grids:
            if grid.start <= position < grid.end:
                for cell in grid.cells:
                    if cell.start <= position < cell.end:
                        return ", ".join(part for part in (grid.name, cell.name) if part)
        return self.place(position) or f"line {self.text.count(chr(10), 0, position) + 1}"
