"""The text of one printed line: in flow glyphs with their boxes, out flow characters with real spaces and note marks.

Pure geometry: coordinates are points, x to the right and y down the page, as the reader sees it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from statistics import median_low
from typing import NamedTuple

# gaps, in parts of the type size, beyond what stands between all glyphs of the line
_WORD_SPACE = 0.12  # where the file has a space character between two words
_LETTER_GAP = 0.17  # between two letters of a file without space characters
_DIGIT_GAP = 0.45  # between two digits without a space character: less is justified text
_HAN_GAP = 0.7  # beside a Chinese character; a quarter is what typesetters put between Chinese and Latin
_MOST_TRACKING = 0.6
_RAISED_SIZE = 0.85  # a raised or lowered glyph is smaller than this part of the line's
_RAISED_BY = 0.12  # and its foot this part of the size higher

_NOTE = re.compile(r"\(?（?(\d{1,3}(?:[,，、–-]\d{1,3})*)[)）]?$")
_LABEL = re.compile(r"(?:(?:续?[表图]|附[表图件]|专栏)\s?\d[\d.–—-]*|\d{1,2}(?:\.\d{1,2}){0,3})")
_COUNTED = "年月日时个条项％℃"
_POWER_BEFORE = re.compile(r"(?:[×xX*·]\s?|(?<![\d.,]))10$")
_SUPERSCRIPTS = str.maketrans("0123456789-−–", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁻")


class Glyph(NamedTuple):
    """One character where it stands: its box from its advance and type size, and the foot line it stands on.

    `spaced` says that the file has a space character between it and the glyph before it.
    """

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    base: float
    size: float
    spaced: bool = False


def is_wide(char: str) -> bool:
    """Whether a character is Chinese: Han, or a mark set as wide as one; lines of these join without a space."""
    return char > "\u2e7f" or char in "“”‘’…—·①②③④⑤⑥⑦⑧⑨⑩"


def line_metrics(glyphs: Sequence[Glyph]) -> tuple[float, float]:
    """Return the type size and the foot line of most of a line's glyphs; of two sizes as common, the greater."""
    sizes = Counter(round(glyph.size, 1) for glyph in glyphs)
    size = max(sizes, key=lambda value: (sizes[value] + (0.5 if value == max(sizes) else 0), value))
    bases = [glyph.base for glyph in glyphs if abs(glyph.size - size) <= 0.1 + 0.05 * size]
    return size, median_low(bases or [glyph.base for glyph in glyphs])


def glyphs_text(glyphs: Sequence[Glyph]) -> str:
    """Return the text of one line's glyphs, which must be sorted by x.

    A space stands where the gap is a real word gap; a raised number behind a digit, a percent sign or a Chinese
    character is a note mark and stands as "[2]"; raised behind a unit's letters it stays plain (m3).
    """
    if not glyphs:
        return ""
    size, base = line_metrics(glyphs)
    tracking = _tracking(glyphs, size)
    parts: list[str] = []
    raised: list[Glyph] = []
    before: Glyph | None = None
    for glyph in glyphs:
        is_raised = glyph.size < _RAISED_SIZE * size and base - glyph.base > _RAISED_BY * size
        if raised and not is_raised:
            parts.append(_raised_text("".join(parts[-12:]), raised, glyph))
            raised = []
        if before is not None and not is_raised and _is_space(before, glyph, size, tracking, parts):
            parts.append(" ")
        if is_raised:
            raised.append(glyph)
        else:
            parts.append(plain(glyph.text))
        before = glyph
    if raised:
        parts.append(_raised_text("".join(parts[-12:]), raised, None))
    return "".join(parts).strip()


def _tracking(glyphs: Sequence[Glyph], size: float) -> float:
    """Return the gap that stands between all glyphs of a line, as letter-spaced and justified text has it."""
    gaps = [(after.x0 - before.x1) / size for before, after in pairwise(glyphs) if not after.spaced]
    return min(max(median_low(gaps), 0.0), _MOST_TRACKING) if len(gaps) > 2 else 0.0


def _is_space(before: Glyph, after: Glyph, size: float, tracking: float, parts: Sequence[str]) -> bool:
    gap = (after.x0 - before.x1) / size - tracking
    left, right = before.text[-1], after.text[0]
    if is_wide(left) or is_wide(right):
        is_kept = after.spaced and gap >= _WORD_SPACE
        if is_kept and not (is_wide(left) and is_wide(right)):
            # 2023 年 is set so for its looks; the number of a table or heading is parted from its words
            is_kept = (
                is_wide(right)
                and right not in _COUNTED
                and len(parts) < 12
                and _LABEL.fullmatch("".join(parts)) is not None
            )
        return is_kept or gap >= _HAN_GAP
    if after.spaced:
        return gap >= _WORD_SPACE
    are_letters = left.isalpha() and right.isalpha()
    return gap >= (_LETTER_GAP + tracking if are_letters else _DIGIT_GAP)


def _raised_text(before: str, raised: Sequence[Glyph], after: Glyph | None) -> str:
    """Return raised glyphs as text: a note mark, a power of ten, or plain."""
    text = "".join(plain(glyph.text) for glyph in raised)
    mark = _NOTE.match(text)
    last = before.rstrip()[-1:]
    if _POWER_BEFORE.search(before) and re.fullmatch(r"[-−–]?\d{1,2}", text):
        is_times = before[-3:-2] in "×xX*·" and len(before) > 2
        if is_times or (after is not None and after.text[0].isalpha() and not is_wide(after.text[0])):
            return text.translate(_SUPERSCRIPTS)
    if mark and not (last.isalpha() and not is_wide(last)):
        return f"[{mark[1]}]"
    return text


def plain(text: str) -> str:
    """Return a glyph's characters as they are written elsewhere.

    Fonts say of 用 that it is the radical ⽤ and of fi that it is one character: what a PDF names so is an accident.
    """
    if len(text) == 1 and text < "\u2e80":
        return text
    return "".join(_plain_char(char) for char in text)


@cache
def _plain_char(char: str) -> str:
    if "\u2e80" <= char <= "\u2fdf" or "\uf900" <= char <= "\ufaff" or "\ufb00" <= char <= "\ufb06":
        folded = unicodedata.normalize("NFKC", char)
        return _RADICALS.get(folded, folded)
    return char


# radicals without a decomposition in Unicode's data, which fonts name instead of the character
_RADICALS = dict(
    zip(
        "⺟⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳",
        "母西见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟",
        strict=True,
    )
)


def cell_lines(glyphs: Iterable[Glyph]) -> list[tuple[float, str]]:
    """Return the printed lines of a cell: foot line and text, from top to bottom."""
    lines: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: (-round(glyph.size, 1), glyph.base, glyph.x0)):
        for line in lines:
            first = line[0]
            is_small = glyph.size < 0.85 * first.size and -0.3 < (first.base - glyph.base) / first.size < 0.8
            if abs(first.base - glyph.base) <= 0.2 * glyph.size or is_small:
                line.append(glyph)
                break
        else:
            lines.append([glyph])
    lines.sort(key=lambda line: line[0].base)
    texts = [(line[0].base, glyphs_text(sorted(line, key=lambda glyph: glyph.x0))) for line in lines]
    return [(base, text) for base, text in texts if text]


def join_lines(before: str, after: str) -> str:
    """Return two lines of one paragraph as one: Chinese without a space, a word parted by a hyphen whole again."""
    if not before or not after:
        return before + after
    left, right = before[-1], after[0]
    if left in "-\u00ad\u2010" and before[-2:-1].isalpha() and before[-2:-1].isascii() and right.islower():
        return before[:-1] + after
    is_number = left.isdigit() and (right.isdigit() or right in ".,%％‰")
    is_number = is_number or (right.isdigit() and left in ".,-+−±<>≤≥~～" and not before[-2:-1].isspace())
    if is_wide(left) or is_wide(right) or is_number or left == "/" or right in "/,.;:)%":
        return before + after
    return before + " " + after


def is_numeric(text: str) -> bool:
    """Whether a cell's text is a number or a mark that stands for none."""
    bare = text.strip().strip("()（）<>≤≥~～+-−–—±*％%‰ ").replace(",", "").replace(" ", "")
    return bare.replace(".", "", 1).isdigit() or text.strip() in {"-", "—", "－", "–", "/", "…", "...", "──", "——"}
