"""How numbers are written in Chinese running text: GB/T 15835—2011, 出版物上数字用法.

Flows in: text. Flows out: the same text in the standard's forms; no value changes. What is no quantity keeps its form:
names such as PM2.5, dates with hyphens, numbers of documents and standards, telephone numbers.
"""

from __future__ import annotations

import re

MINUS = "−"
_WIDE = str.maketrans("０１２３４５６７８９％", "0123456789%")
_WIDE_POINT = re.compile(r"(?<=[0-9])[．](?=[0-9])")
_NUMBER = r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?"
_JOIN = r"(?:-|–|—|−|~|～|〜)"
# not inside a name, a date or a document's number, and not after a Latin word: ISO 9001
_EDGE = r"(?<![0-9A-Za-z.,/〔\[\-–—−~～])(?<![A-Za-z] )"
_YEARS = re.compile(rf"{_EDGE}((?:19|20)[0-9]{{2}})年?{_JOIN}((?:19|20)[0-9]{{2}})(?=年)")
_SCALE = r"(%|‰|[十百千]?[万亿])?"
_RANGE = re.compile(rf"{_EDGE}({_NUMBER}){_SCALE}{_JOIN}({_NUMBER}){_SCALE}(?!{_JOIN}|[0-9.])")
_NO_ZERO = re.compile(r"(?<![0-9A-Za-z.])\.(?=[0-9])")
_PADDED = re.compile(r"(?<=年)0(?=[1-9]月)|(?<=月)0(?=[1-9]日)")
_HYPHEN_MINUS = re.compile(r"(?<![0-9A-Za-z%\u4e00-\u9fff\-–—−~～)）\]〕/])[-–](?=[0-9])")
_UNIT_BEGINS = re.compile(r"[\u4e00-\u9fff℃°µ]")


def gbt15835(text: str) -> str:
    """Return Chinese text with its numbers in the forms of GB/T 15835—2011.

    Digits and percent signs are half width; years are joined by a dash (2013—2022年), the two ends of any other range
    by a wave, each with its scale or percent sign (9亿~16亿, 63%~68%); a fraction below one has its zero (0.5);
    a negative number has a minus sign; months and days have no zero before them (6月30日).
    """
    text = _WIDE_POINT.sub(".", text.translate(_WIDE))
    text = _NO_ZERO.sub("0.", text)
    text = _PADDED.sub("", text)
    text = _YEARS.sub(r"\1—\2", text)
    text = _RANGE.sub(_wave, text)
    return _HYPHEN_MINUS.sub(MINUS, text)


def _wave(match: re.Match[str]) -> str:
    low, low_scale, high, high_scale = (part or "" for part in match.groups())
    behind = match.string[match.end() : match.end() + 1]
    is_quantity = low_scale or high_scale or _UNIT_BEGINS.match(behind)
    is_calendar = behind in ("年", "号") and len(low) == len(high) == 4  # years stand with a dash
    if not is_quantity or is_calendar:
        return match[0]
    return f"{low}{low_scale or high_scale}~{high}{high_scale}"
