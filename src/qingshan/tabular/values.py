"""What one cell of a table is: a number, a period, a mark for no value, words with numbers in them, prose, or words.

Flows in: a cell's clean text. Flows out: its sort, and of a number the quantity, its qualifier and what is beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from qingshan.quantity import QualifierReader, Quantity, Scanner
from qingshan.registry import Vocabulary

# what stands where there is no value
_NONE = re.compile(
    r"[-—–－−_~]{1,4}|[.…·]{1,6}|[*＊/／\\×x#]{1,3}|无|暂?无数据|缺|缺测|未监测|未统计|未检出|未公布|不详|不适用|N/?A|n/?a|N\.?D\.?|nd|空|null|NULL|nan|NaN"
)
_NOTES = re.compile(
    r"(?:\s*(?:[\[［〔]\s*(?:注?\s*\d{1,2}|[a-zA-Z])\s*[\]］〕]|[①-⑳❶-❿*＊※†‡#☆★△▲▽]+|注\d{0,2}"
    r"|[(（](?P<flag>[A-Za-z]{1,3}|估|预|预计|估算|初步|快报|初步核算|含)[)）]))+"
)
_YEAR = re.compile(r"(?:19[4-9]\d|20\d\d)")
_PERIOD = re.compile(
    r"(?:(?:截至|截止到?|到|至)?(?:19|20)\d\d\s*年?度?(?:\s*[-—–~～至到/]\s*(?:19|20)?\d\d\s*年?度?)?(?:底|末|初)?"
    r"(?:\s*第?[一二三四1-4]季度|[上下]半年|\s*\d{1,2}\s*(?:[-—–~～至到]\s*\d{1,2}\s*)?月(?:份|底|末)?(?:\d{1,2}[日号])?)?"
    r"|\d{1,2}\s*(?:[-—–~～至到]\s*\d{1,2}\s*)?月(?:份|底|末)?(?:\d{1,2}[日号])?|第?[一二三四1-4]季度|[上下]半年|前三季度"
    r"|(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}|“?十[二三四五六]五”?(?:期间|时期|末)?)"
)
_SIGN_BEFORE = re.compile(r"\s*(?:[≥≧⩾]|[>＞]=?|[≤≦⩽]|[<＜]=?|[↑↓])\s*")
_SIGNS = {"≥": "at_least", "≧": "at_least", "⩾": "at_least", "≤": "at_most", "≦": "at_most", "⩽": "at_most",
          "<": "at_most", "＜": "at_most", ">": "over", "＞": "over"}  # fmt: skip
_WRAPPED = re.compile(r"[\[［〔]([+\-]?\d[\d.,]*%?)[\]］〕]")
_BELOW_LIMIT = re.compile(r"[<＜]?\d+(?:\.\d+)?L")  # not found: below the limit of detection, which the number is
_BRACKETED = re.compile(r"[（(]([^（）()]{1,16})[)）]$")
_ARROW = re.compile(r"\s*([↑↓])\s*$")
_CODE = re.compile(r"[+\-]?0\d")  # 010-1234567: no number begins so
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SENTENCE = re.compile(r"[。；！？]")
_LONG = 40  # characters; a longer cell is prose
_KEPT = 50_000  # cells whose sort is kept; the numbers of a long table repeat


@dataclass(frozen=True, slots=True)
class CellNumber:
    """The number that fills a cell; offsets of `quantity` count in the cell's text.

    Parameters
    ----------
    flag
        A letter or word in brackets behind it: 5(H).
    arrow
        1 or -1 for ↑ or ↓ beside it, else 0.
    is_year
        It could be a year.
    is_bound
        It is a range or has a sign such as ≥: a class, where it stands in a heading.
    """

    quantity: Quantity
    qualifier: str
    qualifier_rule: str
    flag: str
    arrow: int
    is_year: bool
    is_bound: bool


@dataclass(frozen=True, slots=True)
class Value:
    """What a cell is: none, number, period, mixed (words with numbers), prose or words.

    A `second` number stands in brackets behind the first, with a unit of its own: 35.2 (-3.1%).
    """

    sort: str
    number: CellNumber | None = None
    second: CellNumber | None = None


WORDS, PROSE, NONE, PERIOD, MIXED = (Value(sort) for sort in ("words", "prose", "none", "period", "mixed"))


class ValueReader:
    """Reads cells with one vocabulary; made once, used for many tables."""

    def __init__(self, vocabulary: Vocabulary, scanner: Scanner) -> None:
        self._scanner = scanner
        self._qualifiers = QualifierReader(vocabulary)
        self._known: dict[str, Value] = {}

    def read(self, text: str) -> Value:
        """Return what the clean text of a whole cell is."""
        value = self._known.get(text)
        if value is None:
            value = self._read(text)
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[text] = value
        return value

    def _read(self, text: str) -> Value:
        if _NONE.fullmatch(text):
            return NONE
        if not any(char.isdigit() for char in text):
            is_prose = len(text) > _LONG or bool(_SENTENCE.search(text))
            return PROSE if is_prose else MIXED if self._has_figures(text) else WORDS
        if len(text) > 2 * _LONG:
            return PROSE
        number = self._number(text)
        if number is not None:
            return Value("number", number)
        if pair := self._pair(text):
            return pair
        if _PERIOD.fullmatch(text):
            return PERIOD
        if len(text) > _LONG or _SENTENCE.search(text):
            return PROSE
        return MIXED if self._has_figures(text) else WORDS

    def _has_figures(self, text: str) -> bool:
        return any(quantity.unit for quantity in self._scanner.scan(text))

    def _pair(self, text: str) -> Value | None:
        """Return a number with one more in brackets behind it, None for other texts."""
        bracket = _BRACKETED.search(text)
        first = self._number(text[: bracket.start()].rstrip()) if bracket else None
        second = self._number(bracket[1]) if bracket and first else None
        if bracket is None or first is None or second is None or not second.quantity.unit:
            return None
        at = bracket.start(1)
        moved = replace(second.quantity, start=second.quantity.start + at, end=second.quantity.end + at)
        return Value("number", first, replace(second, quantity=moved))

    def _number(self, text: str) -> CellNumber | None:
        start = position = 0
        if wrapped := _WRAPPED.fullmatch(text):  # [13.5]: plans give the total of five years so
            inner = self._number(wrapped[1])
            if inner is None or inner.quantity.unit == "年":
                return None
            moved = replace(inner.quantity, start=inner.quantity.start + 1, end=inner.quantity.end + 1)
            return replace(inner, quantity=moved, flag="bracketed")
        if _BELOW_LIMIT.fullmatch(text) and (limit := self._number(text[:-1])):
            return replace(limit, qualifier="at_most", qualifier_rule="limit", flag="L")
        sign = _SIGN_BEFORE.match(text)
        if sign:
            start = position = sign.end()
        else:
            while position < min(len(text), 8) and self._scanner.number_at(text, position) is None:
                position += 1
            if position and self._qualifiers.strip_before(text[:position].rstrip()):
                position = 0  # words before it that are no qualifier
        quantity = self._scanner.number_at(text, position)
        if quantity is None or _CODE.match(text, position) or (quantity.unit == "年" and _PERIOD.fullmatch(text)):
            return None
        if _PERIOD.fullmatch(text) and quantity.value != quantity.upper:
            return None  # 2021-2025
        quantity = replace(quantity, start=max(quantity.start, start))
        end = self._qualifiers.after_end(text, quantity.end)
        notes = _NOTES.fullmatch(text, end)
        arrow = _ARROW.fullmatch(text, end)
        if text[end:].strip() and notes is None and arrow is None:
            return None
        qualifier, rule = self._qualifiers.read(text, quantity, False)
        mark = sign.group().strip() if sign else ""
        if mark[:1] in _SIGNS:
            qualifier, rule = "at_least" if mark in (">=", "＞=") else _SIGNS[mark[0]], "sign"
        pointer = mark or (arrow[1] if arrow else "")
        is_plain_year = bool(_YEAR.fullmatch(text[quantity.start : quantity.end])) and qualifier == "exact"
        return CellNumber(
            quantity,
            qualifier,
            rule,
            (notes["flag"] or "") if notes else "",
            {"↑": 1, "↓": -1}.get(pointer, 0),
            is_plain_year,
            quantity.value != quantity.upper or bool(mark and mark[0] in _SIGNS),
        )
