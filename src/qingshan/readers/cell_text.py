"""The text of a workbook's cell: in flows a cell as stored, out flows its value, exact and never with an exponent."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from typing import Any

from qingshan.readers.sheet_xml import StoredCell

BREAKS = re.compile(r"[\t\r\n\v\f\x85\u2028\u2029]")
_DECIMALS = re.compile(r"0\.(0+)")
_LITERALS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


class CellTexts:
    """Reads cells with the strings and styles of one workbook."""

    def __init__(self, book: Any, strings: list[str]) -> None:
        from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
        from openpyxl.utils.datetime import from_excel, from_ISO8601

        self._book, self._strings = book, strings
        self._builtin, self._first_own = BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
        self._from_excel, self._from_iso = from_excel, from_ISO8601
        self._shown: dict[int, tuple[bool, int]] = {}

    def text(self, cell: StoredCell) -> str:
        """Return the text of a cell: '' where it holds nothing.

        Raises
        ------
        ValueError, IndexError
            A number, a style or a string that the workbook does not have.
        """
        stored = cell.value
        if not stored:
            return ""
        match cell.kind:
            case "n":
                return self._number(stored, cell.style)
            case "s":
                return _line(self._strings[int(stored)])
            case "b":
                return "TRUE" if int(stored) else "FALSE"
            case "d":
                return _date(self._from_iso(stored))
            case _:
                return _line(stored)

    def _number(self, stored: str, style: int) -> str:
        value = float(stored) if "." in stored or "E" in stored or "e" in stored else int(stored)
        if style in self._book._date_formats:
            try:
                is_duration = style in self._book._timedelta_formats
                return _date(self._from_excel(value, self._book.epoch, timedelta=is_duration))
            except (OverflowError, ValueError):
                return "#VALUE!"
        exact = Decimal(repr(value))
        if not exact.is_finite():
            return str(value)
        percent, decimals = self._shown.get(style) or self._shows(style)
        if percent:
            exact = exact.scaleb(2)
        text = f"{exact.normalize():f}"
        missing = decimals - len(text.partition(".")[2])
        if missing > 0:
            text += ("" if "." in text else ".") + "0" * missing
        return text + "%" * percent

    def _shows(self, style: int) -> tuple[bool, int]:
        """Return whether a style shows a percentage, and how many decimals it shows at least."""
        number = self._book._cell_styles[style].numFmtId
        if number < self._first_own:
            code = self._builtin.get(number, "General")
        else:
            code = self._book._number_formats[number - self._first_own]
        shown = _LITERALS.sub("", (code or "General").split(";")[0])
        found = "%" in shown, max((len(match) for match in _DECIMALS.findall(shown)), default=0)
        self._shown[style] = found
        return found


def _date(value: Any) -> str:
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return _line(str(value))


def _line(text: str) -> str:
    return BREAKS.sub(" ", text).strip()
