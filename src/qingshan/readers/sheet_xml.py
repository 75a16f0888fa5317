"""Streams one worksheet of an .xlsx file: in flow the bytes of its XML, out flow rows of cells as they are stored.

One pass, in pieces: a sheet of a million rows takes no more memory than what the caller keeps. A document type, and
with it every entity, is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import IO, Any
from xml.parsers import expat

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
_C, _V, _T, _F, _ROW, _RPH, _COL, _MERGE = (
    _MAIN + name for name in ("c", "v", "t", "f", "row", "rPh", "col", "mergeCell")
)
_PIECE = 1 << 16
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})")
_MOST_MERGES = 200_000
_TRUE = ("1", "true")


@dataclass(slots=True)
class StoredCell:
    """One cell as the XML has it; `column` counts from 1, `value` is '' or None where there is none."""

    column: int
    kind: str
    style: int
    value: str | None = None
    has_formula: bool = False


@dataclass(slots=True)
class StoredRow:
    """One row: its number counted from 1, whether it is hidden, and its cells in the order of the file."""

    number: int
    is_hidden: bool
    cells: list[StoredCell]


@dataclass
class SheetFacts:
    """What the XML says beside the rows; whole only when all rows were read.

    Parameters
    ----------
    hidden_columns
        First and last column of each hidden range, counted from 1.
    merges
        First row, first column, last row and last column of each merged cell, counted from 1.
    """

    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)


def stream_rows(source: IO[bytes], facts: SheetFacts) -> Iterator[StoredRow]:
    """Yield the rows of a worksheet and fill in its facts.

    Raises
    ------
    ValueError
        A document type, a number that is none, or too many merged cells.
    expat.ExpatError
        XML that is not well formed, or ends early.
    """
    handler = _Handler(facts)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.StartElementHandler, parser.EndElementHandler = handler.start, handler.end
    parser.CharacterDataHandler = handler.data
    while piece := source.read(_PIECE):
        parser.Parse(piece, False)
        yield from handler.rows
        handler.rows.clear()
    parser.Parse(b"", True)
    yield from handler.rows


def _refuse(*_: Any) -> None:
    raise ValueError("a document type in a worksheet")


class _Handler:
    """Collects rows as the parser meets them."""

    def __init__(self, facts: SheetFacts) -> None:
        self.rows: list[StoredRow] = []
        self._facts = facts
        self._row: StoredRow | None = None
        self._cell: StoredCell | None = None
        self._text: list[str] | None = None
        self._number = 0
        self._column = 0
        self._phonetic = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == _C:
            self._start_cell(attributes)
        elif tag == _V or (tag == _T and self._is_inline()):
            self._text = []
        elif tag == _F:
            if self._cell is not None:
                self._cell.has_formula = True
        elif tag == _ROW:
            self._start_row(attributes)
        elif tag == _RPH:  # how a word is said, beside the word
            self._phonetic += 1
        elif tag == _COL:
            if _is_unseen(attributes, "width"):
                self._facts.hidden_columns.append((int(attributes["min"]), int(attributes["max"])))
        elif tag == _MERGE:
            self._merge(attributes.get("ref", ""))

    def _is_inline(self) -> bool:
        return self._cell is not None and self._cell.kind == "inlineStr" and not self._phonetic

    def _start_row(self, attributes: dict[str, str]) -> None:
        if "r" in attributes:
            number = float(attributes["r"])
            if not number.is_integer():
                raise ValueError("a row number that is none")
            self._number = int(number)
        else:
            self._number += 1
        self._column = 0
        self._row = StoredRow(self._number, _is_unseen(attributes, "ht"), [])

    def _start_cell(self, attributes: dict[str, str]) -> None:
        if self._row is None:
            return
        reference = attributes.get("r")
        if reference:
            match = _REFERENCE.fullmatch(reference)
            if match is None:
                raise ValueError("a cell reference that is none")
            self._column = column_number(match[1])
        else:
            self._column += 1
        self._cell = StoredCell(self._column, attributes.get("t", "n"), int(attributes.get("s") or 0))

    def data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def end(self, tag: str) -> None:
        if tag == _C:
            if self._cell is not None and self._row is not None:
                self._row.cells.append(self._cell)
            self._cell = None
        elif tag in (_V, _T):
            if self._text is not None:
                self._end_text(tag)
        elif tag == _ROW:
            if self._row is not None:
                self.rows.append(self._row)
            self._row = None
        elif tag == _RPH:
            self._phonetic -= 1

    def _end_text(self, tag: str) -> None:
        cell, text = self._cell, "".join(self._text or ())
        self._text = None
        if cell is None:
            return
        if tag == _T:
            cell.value = (cell.value or "") + text
        elif cell.kind != "inlineStr" and not cell.value:
            cell.value = text

    def _merge(self, reference: str) -> None:
        ends = [_REFERENCE.fullmatch(part) for part in reference.split(":")]
        if len(ends) != 2 or not all(ends):
            return
        rows = sorted(int(end[2]) for end in ends)
        columns = sorted(column_number(end[1]) for end in ends)
        self._facts.merges.append((rows[0], columns[0], rows[1], columns[1]))
        if len(self._facts.merges) > _MOST_MERGES:
            raise ValueError("too many merged cells")


@lru_cache(maxsize=20_000)
def column_number(letters: str) -> int:
    """Return the number of a column, counted from 1: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _is_unseen(attributes: dict[str, str], size: str) -> bool:
    return attributes.get("hidden") in _TRUE or attributes.get(size) in ("0", "0.0")
