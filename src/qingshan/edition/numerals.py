"""Which characters of a text are a numeral, wherever one may have been typed: digits, 二十, 百分之三, "twelve".

Flows in: text and the names that may hold numerals. Flows out: the first numeral, or ''.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_DIGITS = re.compile(r"\d[\d,.]*")
_HAN = "零〇一二两三四五六七八九十百千万亿"
# 一 alone is a word more often than a number (一并, 统一); with a measure or beside another it counts something
_CHINESE = re.compile(
    rf"百分之[{_HAN}]+|第[{_HAN}]+|[{_HAN}]*[十百千万亿][余多]?[{_HAN}]*(?=[个家项座户年月日倍成吨]|%|％)"
    rf"|[零〇一二两三四五六七八九十]{{2,}}|[二两三四五六七八九十](?=[个家项座户年月日倍成分吨种次])"
)
ANY_YEAR = re.compile(r"(?<![\d.])(?:19|20)\d{2}(?:年(?:\d{1,2}月(?:\d{1,2}日)?)?|(?:-\d{2}){1,2})?(?!\d|[.,]\d|%)")
SUPERSCRIPTS = "²³₂₃₄ₓ"  # of units and formulas: m³, CO₂
_ENGLISH = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|hundreds?|thousands?|millions?|billions?|trillions?|dozens?"
    r"|twice|thrice|double[ds]?|half|halve[ds]?|thirds?|quarters?)\b",
    re.I,
)


def whole(forms: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that finds any of some printed numbers, the longest first, but never a part of a longer one."""
    bounded = (
        (r"(?<![\d.])" if form[:1].isdigit() else "") + re.escape(form) + r"(?!\d|[.,]\d)"
        for form in sorted(filter(None, forms), key=len, reverse=True)
    )
    return re.compile("|".join(bounded) or r"(?!)")


def first_numeral(text: str, names: Iterable[str] = ()) -> str:
    """Return the first numeral of `text` outside `names`, '' where there is none.

    Parameters
    ----------
    names
        Names of the registry and titles, which may hold numerals: PM2.5.
    """
    for name in sorted({name for name in names if name}, key=len, reverse=True):
        text = text.replace(name, "\x00")
    for pattern in (_DIGITS, _CHINESE, _ENGLISH):
        found = pattern.search(text)
        if found:
            return found[0]
    # Ⅲ, ½, ①: numerals that are no decimal digit; 陆 and 参 are words, though Unicode gives them a value
    return next((one for one in text if unicodedata.category(one) in ("Nl", "No") and one not in SUPERSCRIPTS), "")
