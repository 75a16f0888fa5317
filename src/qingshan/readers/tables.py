"""CSV text and workbooks: in flow decoded text or bytes, out flow rows of cells that know their raw offsets.

For CSV the raw text is the file itself; for a workbook it is a text layer made here from its cells, the same on every
run. Nothing here interprets a cell: what a column means is said by the `table:` mapping of the source.
"""

from __future__ import annotations

import datetime
import io
import re
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import ParseError

from qingshan.model import InputError, Problem
from qingshan.readers.archive import MAX_BYTES, WORKBOOK, check_archive

MAX_ROWS = 1_048_576  # what a sheet can hold
MAX_CELLS = 2_000_000  # read, empty ones between others included

# from the start of a cell to the mark that ends it; possessive, so that long quoted cells cost one pass
_QUOTED = re.compile(r'"((?:[^"]|"")*+)(")?')
_PLAIN = {mark: re.compile(f"[^{re.escape(mark)}\r\n]*") for mark in (",", ";", "\t", "|")}
_DECIMALS = re.compile(r"0\.(0+)")
_LITERALS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_BREAKS = re.compile(r"[\t\r\n\v\f\x85\u2028\u2029]")
# what a damaged or hostile workbook makes the reader raise, as far as it is not an InputError already
_BROKEN = (
    zipfile.BadZipFile, zlib.error, ParseError, EOFError, KeyError, IndexError, ValueError, TypeError, AttributeError,
    NotImplementedError, RuntimeError, OverflowError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text without quotes, and the raw offsets of its characters within them."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number counted from 1 as a spreadsheet counts, its raw offsets without line end, its cells."""

    number: int
    start: int
    end: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Layer:
    """The text layer of a workbook and, for each sheet in order, its rows that hold anything."""

    text: str
    sheets: dict[str, tuple[Row, ...]]
    reader: str
    version: str


@dataclass(frozen=True)
class TableText:
    """A table as read: the raw text its offsets count in, its rows, its sheet ('' for CSV) and its name in messages."""

    text: str
    rows: tuple[Row, ...]
    sheet: str
    where: str


def scan_csv(raw: str, *, where: str, delimiter: str = ",") -> tuple[Row, ...]:
    """Return the rows of CSV text, with raw offsets.

    Quotes hold a cell only when they open it; doubled quotes inside stand for one. A byte order mark is no part of the
    first cell, and a line without any character is no row, though it counts.

    Raises
    ------
    InputError
        A quote is not closed, something follows a closing quote, or there are too many cells.
    """
    rows: list[Row] = []
    position = 1 if raw.startswith("\ufeff") else 0
    number = total = 0
    while position < len(raw):
        number += 1
        start = position
        cells, position = _record(raw, start, delimiter, f"{where}: row {number}")
        total += len(cells)
        if total > MAX_CELLS:
            raise InputError(_too_much(where, f"more than {MAX_CELLS} cells"))
        if position > start:
            rows.append(Row(number, start, position, tuple(cells)))
        position += 2 if raw.startswith("\r\n", position) else 1
    return tuple(rows)


def _record(raw: str, position: int, delimiter: str, where: str) -> tuple[list[Cell], int]:
    """Return the cells of one record, and the offset where its line ends."""
    plain = _PLAIN[delimiter]
    cells: list[Cell] = []
    while True:
        if raw.startswith('"', position):
            match = _QUOTED.match(raw, position)
            _check_quoted(raw, match, delimiter, where)
            cells.append(Cell(match[1].replace('""', '"'), *match.span(1)))
        else:
            match = plain.match(raw, position)
            cells.append(Cell(match[0], *match.span()))
        position = match.end()
        if not raw.startswith(delimiter, position):
            return cells, position
        position += 1


def _check_quoted(raw: str, match: re.Match[str], delimiter: str, where: str) -> None:
    if match[2] is None:
        raise InputError(
            Problem(where, "a quote that is never closed", 'a closing "',
                    "Close the quote, or double it where it is meant as a character.")
        )  # fmt: skip
    after = raw[match.end() : match.end() + 8]
    if after and after[0] not in (delimiter, "\r", "\n"):
        raise InputError(
            Problem(where, f"{after.splitlines()[0]!r} after a closing quote", f"{delimiter!r} or the end of the line",
                    "Double the quotes inside the cell.")
        )  # fmt: skip


def read_workbook(data: bytes, *, where: str) -> Layer:
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

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of styles and extensions, which are not read here
            values = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            formulas = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
            return _layer(values, formulas, where, openpyxl.__version__)
    except _BROKEN as error:
        raise InputError(
            Problem(where, f"a workbook that cannot be read ({type(error).__name__})", "an .xlsx workbook",
                    "Open it in a spreadsheet program and save it as .xlsx again.")
        ) from error  # fmt: skip


def _layer(values: Any, formulas: Any, where: str, version: str) -> Layer:
    lines: list[str] = []
    sheets: dict[str, tuple[Row, ...]] = {}
    position = total = 0
    problems: list[Problem] = []
    for sheet, computed in zip(values.worksheets, formulas.worksheets, strict=True):
        sheet.reset_dimensions()  # what a sheet declares of its size may be wrong
        computed.reset_dimensions()
        position = _add_line(lines, f"[{_BREAKS.sub(' ', sheet.title)}]", position)
        rows: list[Row] = []
        for number, (cells, sources) in enumerate(zip(sheet.iter_rows(), computed.iter_rows(), strict=True), 1):
            total += len(cells)
            if number > MAX_ROWS or total > MAX_CELLS:
                raise InputError(_too_much(where, f"more than {MAX_CELLS} cells or {MAX_ROWS} rows"))
            problems.extend(
                Problem(f"{where}: {sheet.title}!{source.coordinate}", "a formula without a stored value",
                        "the value it gives", "Open the workbook in a spreadsheet program, recalculate and save it.")
                for cell, source in zip(cells, sources, strict=True)
                if cell.value is None and source.data_type == "f"
            )  # fmt: skip
            texts = [_cell_text(cell) for cell in cells]
            while texts and not texts[-1]:
                texts.pop()
            if texts:
                rows.append(_layer_row(number, position, texts))
                position = _add_line(lines, "\t".join(texts), position)
        sheets[sheet.title] = tuple(rows)
    if not sheets:
        problems.append(Problem(where, "a workbook without sheets", "at least one", "Save it as .xlsx again."))
    if problems:
        raise InputError(problems)
    return Layer("".join(lines), sheets, "openpyxl", version)


def _add_line(lines: list[str], line: str, position: int) -> int:
    lines.append(line + "\n")
    return position + len(line) + 1


def _layer_row(number: int, start: int, texts: list[str]) -> Row:
    cells = []
    position = start
    for text in texts:
        cells.append(Cell(text, position, position + len(text)))
        position += len(text) + 1
    return Row(number, start, position - 1, tuple(cells))


def _cell_text(cell: Any) -> str:
    """Return a cell's value as text: exact, and never with an exponent."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return _number_text(value, cell.number_format or "General")
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return _BREAKS.sub(" ", str(value)).strip()


def _number_text(value: int | float, number_format: str) -> str:
    exact = Decimal(repr(value))
    if not exact.is_finite():
        return str(value)
    shown = _LITERALS.sub("", number_format.split(";")[0])
    percent = "%" in shown
    if percent:
        exact = exact.scaleb(2)
    text = f"{exact.normalize():f}"
    decimals = max((len(match) for match in _DECIMALS.findall(shown)), default=0)
    missing = decimals - len(text.partition(".")[2])
    if missing > 0:
        text += ("" if "." in text else ".") + "0" * missing
    return text + "%" * percent


def column_letters(index: int) -> str:
    """Return a spreadsheet's name of the column at `index`, counted from 0: A, Z, AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _too_much(where: str, found: str) -> Problem:
    return Problem(where, found, f"a table of at most {MAX_BYTES // 10**6} MB and {MAX_CELLS} cells",
                   "Give only the sheets and columns that are needed.")  # fmt: skip
