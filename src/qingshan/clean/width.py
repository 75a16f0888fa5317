"""Full width and half width: in flows a text, out flows one of the same length.

Full-width letters, digits, number signs and the commas between their thousands become ASCII; ASCII commas, semicolons,
colons, exclamation marks and round brackets beside Chinese text become Chinese ones. Numbers, Latin words and addresses
keep theirs, and ①, ², ㎡, ½ stay: this is not NFKC.
"""

from __future__ import annotations

import re
import sys
from array import array
from collections.abc import Iterator

from qingshan.clean.layers import Layer
from qingshan.clean.pinyin import is_han

RULE = "width"

_SIGNS = (
    "％＋－．／＜＝＞＆＃＠＊＿｜＄＾＼～"  # those that stand in numbers, units and addresses; quotes and brackets stay
)
_KEPT = "～"  # the Chinese mark of a range
_NARROW = {ord(char): ord(char) - 0xFEE0 for char in _SIGNS if char not in _KEPT}
_NARROW |= {
    code: code - 0xFEE0 for first, last in ("０９", "ＡＺ", "ａｚ") for code in range(ord(first), ord(last) + 1)
}
_NARROW[0x3000] = 0x20
_THOUSANDS = re.compile("，(?<=[０-９]，)(?<![０-９]{4}，)(?=[０-９]{3}(?![０-９]))")  # １，２００: part of the number
_HAS_WIDE = re.compile("[" + "".join(map(chr, _NARROW)) + "]")

_CODES = f"utf-32-{sys.byteorder[0]}e"  # what an array of code points holds on this machine
_CHINESE = dict(zip(",;:!()", "，；：！（）", strict=True))
_HAS_ASCII = re.compile(r"[,;:!()]")
# A run is what stands between two deciding characters. Curly quotes belong to it and never change: what stands beyond
# them decides. (A pattern that begins with one class is scanned fast; a leading repetition is not.)
_RUN = re.compile("[,;:!()，；：！（）“”‘’\r\n](?:(?<![\r\n])[,;:!()，；：！（）“”‘’]+)?")
_SETTLED = frozenset("，；：！“”‘’")
_BESIDE = frozenset("、。《》〈〉「」『』【】〔〕")


def clean_width(text: str) -> Layer | None:
    """Return the layer of width changes, or None when there are none."""
    changed = _THOUSANDS.sub(",", text).translate(_NARROW) if _HAS_WIDE.search(text) else text
    changed = _chinese_punctuation(changed)
    return Layer(RULE, changed) if changed != text else None


def _chinese_punctuation(text: str) -> str:
    """Replace ASCII punctuation beside Chinese text.

    What decides is the nearest character on each side of a run of punctuation. No decision changes one of those, so
    doing it again changes nothing.
    """
    if not _HAS_ASCII.search(text):
        return text
    codes = array("I")  # four bytes a character, where a list of pieces would take seventy
    codes.frombytes(text.encode(_CODES, "surrogatepass"))
    for at in _places(text):
        if text[at] in _CHINESE:
            codes[at] = ord(_CHINESE[text[at]])
    return codes.tobytes().decode(_CODES, "surrogatepass")


def _places(text: str) -> Iterator[int]:
    """Yield the offsets of the punctuation that is Chinese: one pass, brackets decided by pairs.

    An open bracket is kept as its offset and the edges of its run.
    """
    opened = array("I")
    for match in _RUN.finditer(text):
        run = match[0]
        if run in _SETTLED:
            continue
        start, end = match.span()
        if run in "\r\n":
            yield from _unpaired(text, opened)
            del opened[:]
            continue
        beside = _beside_chinese(_before(text, start), _behind(text, end))
        for at, char in enumerate(run, start):
            if char in "(（":
                opened.extend((at, start, end))
            elif char in ")）" and opened:
                run_end, run_start, mate = opened.pop(), opened.pop(), opened.pop()
                if _pair_is_chinese(text, run_start, run_end, start, end):
                    yield from (mate, at)
            elif beside:
                yield at
    yield from _unpaired(text, opened)


def _unpaired(text: str, opened: array[int]) -> Iterator[int]:
    for k in range(0, len(opened), 3):
        if _beside_chinese(_before(text, opened[k + 1]), _behind(text, opened[k + 2])):
            yield opened[k]


def _before(text: str, at: int) -> str:
    return text[at - 1] if at else ""


def _behind(text: str, at: int) -> str:
    return text[at : at + 1]


def _is_chinese(char: str) -> bool:
    return is_han(char) or char in _BESIDE


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _beside_chinese(left: str, right: str) -> bool:
    return _is_chinese(left) or _is_chinese(right)


def _pair_is_chinese(text: str, open_start: int, open_end: int, close_start: int, close_end: int) -> bool:
    """Decide a pair of brackets by what stands before it, at both ends inside it, and after it.

    Behind a Latin letter or digit it belongs to that (PM2.5(ug/m3), f(x)), unless its content is Chinese. The offsets
    are those of the runs of punctuation that hold the brackets.
    """
    before = _before(text, open_start)
    if _is_chinese(before) or _is_chinese(_behind(text, open_end)) or _is_chinese(_before(text, close_start)):
        return True
    return _is_chinese(_behind(text, close_end)) and not _is_latin(before)
