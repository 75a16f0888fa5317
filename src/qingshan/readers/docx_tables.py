"""Tables of a Word document: in flow its rows as elements, out flow lines of text and cells with their raw spans.

A row is a line and its cells are divided by tabs; a cell over several columns is followed by an empty one for each
further column, one that goes on from the row above is empty, so that the columns of all lines agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from qingshan.model import GridCell, InputError, Problem
from qingshan.readers.docx_runs import is_on

MAX_CHARACTERS = 30_000_000  # of a document's layer
MAX_COLUMNS = 1_000  # Word itself makes 63


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as the file has it: its column and width, and whether it goes on from above or from the left."""

    element: Element
    column: int
    width: int
    starts_merge: bool
    goes_on: bool
    joins_left: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells, how many columns it has, and whether the file calls it a heading."""

    cells: tuple[Cell, ...]
    width: int
    is_header: bool


def rows_of(table: Element) -> tuple[Row, ...]:
    """Return the rows of a table, deleted ones left out."""
    rows: list[Row] = []
    for element in _inside(table, "tr"):
        properties = element.find("trPr")
        if properties is not None and properties.find("del") is not None:
            continue
        column = _count(properties, "gridBefore", 0)
        cells = []
        for inner in _inside(element, "tc"):
            cell = _cell(inner, column)
            cells.append(cell)
            column += cell.width
        # Word repeats only rows from the first on; the mark on a later row means nothing
        is_header = bool(is_on(properties, "tblHeader")) and all(row.is_header for row in rows[-1:])
        rows.append(Row(tuple(cells), column + _count(properties, "gridAfter", 0), is_header))
    return tuple(rows)


def columns_of(rows: tuple[Row, ...]) -> int:
    """Return how many cells the row with most of them has."""
    return max((len(row.cells) for row in rows), default=0)


def lay_out(
    rows: tuple[Row, ...], start: int, text_of: Callable[[Cell], str], where: str
) -> tuple[list[str], list[GridCell]]:
    """Return the lines of a table that begins at raw offset `start`, and its cells in order of row and column.

    Raises
    ------
    InputError
        A row has more columns than any table, or the table more characters than a layer may hold.
    """
    lines: list[str] = []
    cells: list[GridCell] = []
    above: dict[int, int] = {}  # column -> which of `cells` a merge goes on from
    for number, row in enumerate(rows):
        if row.width > MAX_COLUMNS:
            raise InputError(Problem(where, f"a table of {row.width} columns", f"at most {MAX_COLUMNS}",
                                     "Give the table as a workbook."))  # fmt: skip
        fields = [""] * max(row.width, 1)
        merged: dict[int, int] = {}
        offset, at = start, 0
        for cell in row.cells:
            origin = above.get(cell.column) if cell.goes_on else None
            if origin is not None:
                cells[origin] = replace(cells[origin], row_span=number - cells[origin].row + 1)
                merged[cell.column] = origin
                continue
            if cell.joins_left and cells and cells[-1].row == number and cells[-1].end <= offset:
                cells[-1] = replace(cells[-1], column_span=cell.column + cell.width - cells[-1].column)
                continue
            text = text_of(cell)
            offset += cell.column - at  # the tabs up to this cell
            at = cell.column
            fields[cell.column] = text
            name = f"row {number + 1}, column {cell.column + 1}"
            if cell.starts_merge:
                merged[cell.column] = len(cells)
            end = offset + len(text)
            cells.append(GridCell(number, cell.column, offset, end, 1, cell.width, row.is_header, name))
            offset = end
        above = merged
        if offset > MAX_CHARACTERS or (number + 1) * row.width > MAX_CHARACTERS:
            raise too_long(where)
        lines.append("\t".join(fields))
        start += len(lines[-1]) + 1
    return lines, cells


def too_long(where: str) -> InputError:
    """Return the error of a document whose layer would hold too many characters."""
    found = f"more than {MAX_CHARACTERS} characters"
    return InputError(Problem(where, found, "a document of fewer", "Give it in parts."))


def _inside(node: Element, tag: str) -> Iterator[Element]:
    """Yield the rows of a table or the cells of a row, whatever wraps them; not those of tables inside."""
    for child in node:
        if child.tag == tag:
            yield child
        elif child.tag in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"):
            yield from _inside(child, tag)


def _cell(element: Element, column: int) -> Cell:
    properties = element.find("tcPr")
    vertical = None if properties is None else properties.find("vMerge")
    across = None if properties is None else properties.find("hMerge")
    starts = vertical is not None and vertical.get("val", "continue") == "restart"
    joins_left = across is not None and across.get("val", "continue") != "restart"
    width = max(1, _count(properties, "gridSpan", 1))
    return Cell(element, column, width, starts, vertical is not None and not starts, joins_left)


def _count(properties: Element | None, name: str, default: int) -> int:
    found = None if properties is None else properties.find(name)
    text = "" if found is None else found.get("val", "")
    return min(int(text), MAX_COLUMNS + 1) if text.isascii() and text.isdigit() and len(text) < 9 else default
