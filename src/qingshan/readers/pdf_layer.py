"""The text layer of a PDF as it grows: in flow texts and tables in order, out flow its parts, places and grids."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from qingshan.model import Grid, GridCell, Place
from qingshan.readers.pdf_tables import Table, TableCell


@dataclass(slots=True)
class Layer:
    """The layer as it grows.

    Parameters
    ----------
    caption
        Raw span of the last title of a table, and its page.
    tables
        How many tables stand on each page.
    """

    parts: list[str] = field(default_factory=list)
    length: int = 0
    places: list[Place] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    aside: list[tuple[int, int]] = field(default_factory=list)
    caption: tuple[int, int, int] = (0, 0, -9)
    tables: Counter[int] = field(default_factory=Counter)

    def put(self, text: str) -> None:
        """Write a text."""
        self.parts.append(text)
        self.length += len(text)

    def go_to(self, page: int) -> None:
        """Say that what follows stands on a page."""
        name = f"page {page}"
        if not self.places or self.places[-1].name != name:
            if self.places and self.places[-1].start == self.length:
                self.places.pop()
            self.places.append(Place(self.length, name))

    def put_table(self, parts: Sequence[tuple[int, Table]]) -> None:
        """Write a table, a line for each row, its cells apart by tabs; its parts on later pages follow at once."""
        page = parts[0][0]
        self.go_to(page)
        start = self.length
        number = self.tables[page] + 1
        cells: list[GridCell] = []
        for on, table in parts:
            self.go_to(on)
            self.tables[on] += 1
            before = max((cell.row + cell.row_span for cell in cells), default=0)
            cells.extend(self._put_rows(table, before, "" if on == page else f" on page {on}"))
        first, last, on = self.caption
        caption = (first, last) if on == page and start - last < 80 else (0, 0)
        self.caption = (0, 0, -9)
        self.grids.append(Grid(start, self.length, f"page {page}, table {number}", tuple(cells), caption))

    def _put_rows(self, table: Table, before: int, where: str) -> Iterator[GridCell]:
        """Write the rows of one part, of which `before` others stand above; on its own page it counts for itself."""
        rows: dict[int, list[TableCell]] = defaultdict(list)
        for cell in table.cells:
            rows[cell.row].append(cell)
        first = min(rows)
        for row in range(first, max(cell.row + cell.row_span for cell in table.cells)):
            for number, cell in enumerate(rows[row]):
                text = cell.text.replace("\t", " ").replace("\n", " ")
                if number:
                    self.put("\t")
                at = self.length
                self.put(text)
                shown = row + 1 if where else before + row - first + 1
                name = f"row {shown}, column {cell.column + 1}{where}"
                spans = (cell.row_span, cell.column_span)
                yield GridCell(before + row - first, cell.column, at, at + len(text), *spans, False, name)
            self.put("\n")
