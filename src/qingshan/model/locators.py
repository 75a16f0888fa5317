"""Where a person finds a figure in the original, in both languages: in flow a reader's locator, out flow two phrases.

Locators are written by the readers in English and are part of the tables ("page 7, table 1, row 5, column 2"); this is
the one place that says them in Chinese.
"""

from __future__ import annotations

import re

_CELL = re.compile(r"(?:sheet )?(?P<sheet>.+?)(?:, table [0-9]+)?(?:!|, )(?P<cell>[A-Z]{1,3}[1-9][0-9]*)", re.S)
_SHEET = re.compile(r"sheet (.+)", re.S)
_COUNTED = re.compile(
    r"(?P<what>paragraph|page|table|row|column|line|text box|footnote|endnote) (?P<number>[0-9]+)"
    r"(?: on page (?P<page>[0-9]+))?"
)
_ZH = {
    "paragraph": "第{}段", "page": "第{}页", "table": "表{}", "row": "第{}行", "column": "第{}列", "line": "第{}行",
    "text box": "文本框{}", "footnote": "脚注{}", "endnote": "尾注{}",
}  # fmt: skip
_PAGE_ENDINGS = (".html", ".htm")


def said_place(locator: str, file_name: str) -> tuple[str, str]:
    """Return where a person finds a figure, in Chinese and in English; two empty texts where the reader did not say.

    Parameters
    ----------
    locator
        As the tables hold it.
    file_name
        The source's: a line of a web page is one of its source text, which a browser shows on request.
    """
    if not locator:
        return "", ""
    if match := _CELL.fullmatch(locator):
        return f"工作表“{match['sheet']}”{match['cell']}单元格", f"sheet {match['sheet']}, cell {match['cell']}"
    if match := _SHEET.fullmatch(locator):
        return f"工作表“{match[1]}”", locator
    zh = "".join(_part(part) for part in _parts(locator))
    if locator.startswith("line ") and file_name.lower().endswith(_PAGE_ENDINGS):
        return f"网页源文件{zh}", f"{locator} of the page's source"
    return zh, locator


def _parts(locator: str) -> list[str]:
    """Return the steps of a locator; the name of a column may hold a comma, and is the last."""
    before, mark, name = locator.partition(", column ")
    return [*before.split(", "), *([f"column {name}"] if mark else [])]


def _part(part: str) -> str:
    if match := _COUNTED.fullmatch(part):
        page = f"（第{match['page']}页）" if match["page"] else ""
        return _ZH[match["what"]].format(match["number"]) + page
    if part == "table":
        return "表格"
    return f"“{part[7:]}”列" if part.startswith("column ") else part
