"""Writes a sheet for confirmation as the bytes of an .xlsx workbook: the same for the same rows.

Flows in: groups of rows. Flows out: bytes. Every cell is text, none a formula, a link or a number; only the columns for
replies are unlocked.
"""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Sequence

from qingshan.model import visible
from qingshan.sheet.rows import COLUMNS, FIXED, REPLIES, Group

MARK = "青山核实表"
HEAD = 3  # lines above the rows: what the sheet is, how to fill it in, names of the columns
TOLD = (
    "请只填写“核实意见”“修改值”“依据”“签字”四栏：无误时写“无误”；有误时在“修改值”写出改后的数值及单位，"
    "并写明依据。其余各栏请勿改动。"
)
_CREATED = datetime.datetime(2000, 1, 1)  # fixed: a workbook bears no clock
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_WIDTHS = (14, 24, 14, 18, 8, 18, 60, 30, 24, 16, 20, 16, 24, 10, 10)
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\']")
_LONGEST_TITLE = 31


def workbook_bytes(groups: Sequence[Group], *, edition: str, manifest: str) -> bytes:
    """Return the workbook of an edition: a sheet for each group."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        book.set_properties({"title": f"{MARK} {edition}", "created": _CREATED})
        wrapped = {"text_wrap": True, "valign": "top", "num_format": "@"}
        head = book.add_format({**wrapped, "bold": True, "bg_color": "#DDE5DD"})
        fixed, reply = book.add_format(wrapped), book.add_format({**wrapped, "locked": False, "bg_color": "#FFFBE6"})
        for group, title in zip(groups, titles(groups), strict=True):
            sheet = book.add_worksheet(title)
            about = (MARK, edition, group.title, str(len(group.rows)), manifest)
            for column, text in enumerate(about):
                sheet.write_string(0, column, text)
            sheet.write_string(1, 0, TOLD)
            for column, (name, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True)):
                sheet.set_column(column, column, width)
                sheet.write_string(HEAD - 1, column, name, head)
            for number, row in enumerate(group.rows, HEAD):
                for column, text in enumerate((*row.fixed, *("" for _ in REPLIES), row.code)):
                    is_reply = len(FIXED) <= column < len(FIXED) + len(REPLIES)
                    if text:
                        sheet.write_string(number, column, text, fixed)
                    elif is_reply:
                        sheet.write_blank(number, column, None, reply)
            sheet.freeze_panes(HEAD, 2)
            sheet.protect("", {"format_columns": True, "format_rows": True})
    return out.getvalue()


def titles(groups: Sequence[Group]) -> list[str]:
    """Return names that a workbook admits, no two alike."""
    made: list[str] = []
    for group in groups:
        whole = _NOT_IN_TITLES.sub("·", visible(group.title)).strip() or "·"
        name, number = whole[:_LONGEST_TITLE], 2
        while name.casefold() in {one.casefold() for one in made}:
            ending = f" {number}"
            name, number = whole[: _LONGEST_TITLE - len(ending)] + ending, number + 1
        made.append(name)
    return made
