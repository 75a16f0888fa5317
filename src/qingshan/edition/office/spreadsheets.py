"""CSV for spreadsheet programs: the canonical table again, with a byte order mark and no cell that could be a formula.

Flows in: rows under a contract. Flows out: bytes. The canonical files stay as they are; whoever computes reads those.
The rule is OWASP's for CSV injection: a text cell that begins with a sign which starts a formula gets an apostrophe.
Numbers are never touched: an apostrophe before -60 would make it text.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Mapping

from qingshan.model import TableContract

FOLDER = "spreadsheet"
TABLES = ("observations", "figures")
# with the apostrophes that stand before such a sign, so that taking one away always gives the text back
_STARTS_A_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


def csv_bytes(contract: TableContract, rows: Iterable[Mapping[str, object]]) -> bytes:
    """Return the rows as UTF-8 with a byte order mark; text cells of columns typed str are `escaped`."""
    texts = [column.name for column in contract.columns if column.type is str]
    safe = ({**row, **{name: escaped(str(row[name])) for name in texts if name in row}} for row in rows)
    return codecs.BOM_UTF8 + contract.csv_text(safe).encode()


def escaped(text: str) -> str:
    """Return `text` with one apostrophe before it when a spreadsheet program could take it for a formula."""
    return f"'{text}" if _STARTS_A_FORMULA.match(text) else text


def unescaped(text: str) -> str:
    """Return what `escaped` was given."""
    return text[1:] if text.startswith("'") and _STARTS_A_FORMULA.match(text) else text
