"""Workbooks: in flow the bytes of an .xlsx file, out flow a text layer made from its cells and where each cell stands.

The layer is the same on every run: each sheet's name in brackets, then a line for each row that is used. Nothing here
interprets a cell: what a column means is said by the `table:` mapping of the source, or by the table's own heads.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError

from qingshan.model import InputError, Problem
from qingshan.readers.archive import WORKBOOK, check_archive
from qingshan.readers.cell_text import BREAKS, CellTexts
from qingshan.readers.rows import MAX_CELLS, Cell, Row, column_letters
from qingshan.readers.rows import too_much as _too_much
from qingshan.readers.shared_strings import read_strings
from qingshan.readers.sheet_xml import SheetFacts, stream_rows

MAX_ROWS = 1_048_576  # what a sheet can hold

_MOST_TOLD = 20  # formulas without values named one by one
_DRAWING = re.compile(r"xl/drawings/[^/]+\.xml")
_BOX = re.compile(rb"<(?:\w+:)?txBody\b(?:(?!</?(?:\w+:)?txBody\b).)*+", re.DOTALL)
_WORDS = re.compile(rb"<(?:\w+:)?t(?:\s[^<>]*)?>\s*[^<\s]")
# what a damaged or hostile workbook makes the reader raise, as far as it is not an InputError already
_BROKEN = (
    zipfile.BadZipFile, zlib.error, ParseError, ExpatError, EOFError, KeyError, IndexError, ValueError, TypeError,
    AttributeError, NotImplementedError, RuntimeError, OverflowError, OSError,
)  # fmt: skip


@dataclass(frozen=True)
class Layer:
    """The text layer of a workbook and, for each sheet in order, its rows that hold anything."""

    text: str
    sheets: dict[str, tuple[Row, ...]]
    reader: str
    version: str


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One row of a sheet that holds anything: its number counted from 1, and its raw span in the layer."""

    number: int
    start: int
    end: int
    is_hidden: bool


@dataclass(frozen=True)
class Sheet:
    """One sheet: its title, where its lines begin in the layer and end, its rows, and what the file says of them."""

    title: str
    is_hidden: bool
    start: int
    end: int
    lines: tuple[SheetLine, ...]
    facts: SheetFacts


@dataclass(frozen=True)
class Book:
    """The text layer of a workbook with its sheets; the cells of a line are what its tabs divide.

    `boxes` counts the text boxes that float over the cells: they are no part of the layer.
    """

    text: str
    sheets: tuple[Sheet, ...]
    version: str
    boxes: int = 0


def read_workbook(data: bytes, *, where: str) -> Layer:
    """Return the text layer of an .xlsx workbook with the rows of every sheet, hidden ones too.

    Raises
    ------
    InputError
        As `open_book`.
    """
    book = open_book(data, where=where)
    sheets = {sheet.title: tuple(_row(book.text, line) for line in sheet.lines) for sheet in book.sheets}
    return Layer(book.text, sheets, "openpyxl", book.version)


def _row(text: str, line: SheetLine) -> Row:
    position = line.start
    cells = []
    for part in text[line.start : line.end].split("\t"):
        cells.append(Cell(part, position, position + len(part)))
        position += len(part) + 1
    return Row(line.number, line.start, line.end, tuple(cells))


def open_book(data: bytes, *, where: str) -> Book:
    """Return the text layer of an .xlsx workbook: each sheet's name in brackets, then a line for each row that is used.

    Cells are divided by tabs; line breaks and tabs inside a cell become spaces. A number stands as stored, with as many
    decimals as its format shows at least; one shown as a percentage stands as one (0.857 as 85.7%); a formula stands as
    the value that the workbook stores for it.

    Raises
    ------
    InputError
        The file is no workbook, is protected or damaged, unpacks to too much, or holds formulas without stored values.
    """
    check_archive(data, where, WORKBOOK)
    import openpyxl  # only workbooks pay for it
    from openpyxl.reader.excel import ExcelReader
    from openpyxl.styles.stylesheet import apply_stylesheet

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of styles and extensions, which are not read here
            reader = ExcelReader(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            reader.read_manifest()
            reader.read_workbook()
            apply_stylesheet(reader.archive, reader.wb)
            texts = CellTexts(reader.wb, _shared_strings(reader))
            return _Layering(where, texts).book(reader, openpyxl.__version__)
    except _BROKEN as error:
        raise InputError(
            Problem(where, f"a workbook that cannot be read ({type(error).__name__})", "an .xlsx workbook",
                    "Open it in a spreadsheet program and save it as .xlsx again.")
        ) from error  # fmt: skip


def _shared_strings(reader: Any) -> list[str]:
    from openpyxl.xml.constants import SHARED_STRINGS

    part = reader.package.find(SHARED_STRINGS)
    if part is None:
        return []
    with reader.archive.open(name=part.PartName[1:]) as source:
        return read_strings(source)


def _count_boxes(archive: zipfile.ZipFile) -> int:
    """Return how many shapes of a workbook hold words."""
    drawings = (name for name in archive.namelist() if _DRAWING.fullmatch(name))
    return sum(bool(_WORDS.search(box)) for name in drawings for box in _BOX.findall(archive.read(name)))


class _Layering:
    """Makes the layer of one workbook, line by line."""

    def __init__(self, where: str, texts: CellTexts) -> None:
        self._where, self._texts = where, texts
        self._lines: list[str] = []
        self._position = 0
        self._total = 0
        self._problems: list[Problem] = []
        self._untold = 0

    def book(self, reader: Any, version: str) -> Book:
        sheets = []
        for sheet, part in reader.parser.find_sheets():
            if part.target in reader.valid_files and "chartsheet" not in part.Type:
                with reader.archive.open(name=part.target) as source:
                    sheets.append(self._sheet(sheet.name, sheet.state != "visible", source))
        if not sheets:
            self._problems.append(
                Problem(self._where, "a workbook without sheets", "at least one", "Save it as .xlsx again.")
            )
        if self._untold:
            self._problems.append(
                Problem(self._where, f"{self._untold} more formulas without stored values", "the values they give",
                        "Open the workbook in a spreadsheet program, recalculate and save it.")
            )  # fmt: skip
        if self._problems:
            raise InputError(self._problems)
        return Book("".join(self._lines), tuple(sheets), version, _count_boxes(reader.archive))

    def _sheet(self, title: str, is_hidden: bool, source: Any) -> Sheet:
        start = self._position
        facts = SheetFacts()
        self._add(f"[{BREAKS.sub(' ', title)}]")
        lines = tuple(self._sheet_lines(title, source, facts))
        return Sheet(title, is_hidden, start, self._position, lines, facts)

    def _sheet_lines(self, title: str, source: Any, facts: SheetFacts) -> Iterator[SheetLine]:
        last = 0
        for row in stream_rows(source, facts):
            if row.number <= last:
                continue  # a row that stands twice or out of order: the first counts
            last = row.number
            width = row.cells[-1].column if row.cells else 0
            self._total += width
            if last > MAX_ROWS or self._total > MAX_CELLS:
                raise InputError(_too_much(self._where, f"more than {MAX_CELLS} cells or {MAX_ROWS} rows"))
            texts = [""] * width
            for cell in row.cells:
                if cell.column <= width:
                    texts[cell.column - 1] = self._texts.text(cell)
                if cell.has_formula and not cell.value and cell.kind != "str":
                    self._tell(f"{title}!{column_letters(cell.column - 1)}{last}")
            while texts and not texts[-1]:
                texts.pop()
            if texts:
                at = self._position
                self._add("\t".join(texts))
                yield SheetLine(last, at, self._position - 1, row.is_hidden)

    def _tell(self, place: str) -> None:
        if len(self._problems) == _MOST_TOLD:
            self._untold += 1
            return
        self._problems.append(
            Problem(f"{self._where}: {place}", "a formula without a stored value", "the value it gives",
                    "Open the workbook in a spreadsheet program, recalculate and save it.")
        )  # fmt: skip

    def _add(self, line: str) -> None:
        self._lines.append(line + "\n")
        self._position += len(line) + 1
