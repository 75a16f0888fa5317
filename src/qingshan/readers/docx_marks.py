"""Raised characters: in flow the pieces of a paragraph, out flows its text with note marks told from exponents.

A raised number is the mark of a note and stands as "[2]", so that it is never read as a part of the number before it,
unless it belongs to a unit (m³ stands as "m3"), a symbol or an isotope (plain), or is a power of ten ("10⁴").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

_LOOK = 40  # characters before a raised piece that say what it is
_MARK = re.compile(r"[\[［(（〔]?(\d{1,3}(?:\s*[,，、–—~～-]\s*\d{1,3})*)[\]］)）〕]?")
_POWER = re.compile(r"[-−–+]?\d{1,2}")
_TEN = re.compile(r"(?<![\d.,])10$")
_TIMES_TEN = re.compile(r"[×xX*·✕⨯]\s*10$")
_GOES_ON = re.compile(r"\s*[A-Za-zμµ\u4e00-\u9fff/%‰)）\]］]")  # behind 10⁴: a unit, or the bracket of a table's head
_WORD = re.compile(r"[A-Za-zμµΑ-ω]+$")
_NOT_NAMES = frozenset(
    ("KM", "CM", "MM", "HM", "NM", "SM", "CO", "SO", "NO", "NH", "CH", "PO", "HCO")
)  # units, formulas
_METRES = re.compile(r"(?:[/每]|\d\s*[万亿]?)(?:[千厘毫分]?米|公里)$")
_ISOTOPE = re.compile(r"(?:Cs|Sr|Co|Ra|Th|Pu|Be|Po|Pb|Rn|Am|Kr|Xe|Mn|Zn|Fe|Ru|Ag|Sb|Ce|Na|He|[HCNOIKUPS])(?![A-Za-z])")
_OPEN, _SHUT = tuple("[［(（〔"), tuple("]］)）〕")
_HIGH = str.maketrans("0123456789-−–+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁻⁺")


def raised_text(pieces: Sequence[tuple[str, bool]]) -> str:
    """Return the text of a paragraph.

    Parameters
    ----------
    pieces
        Text and whether it is raised, in order.
    """
    if not any(is_raised for _, is_raised in pieces):
        return "".join(text for text, _ in pieces)
    joined = [("".join(text for text, _ in group), raised) for raised, group in groupby(pieces, lambda piece: piece[1])]
    if len(joined) == 1:
        return joined[0][0]  # raised over nothing
    out: list[str] = []
    tail = ""
    for at, (text, is_raised) in enumerate(joined):
        if is_raised:
            text = _stand(tail, text, joined[at + 1][0][:8] if at + 1 < len(joined) else "")
        out.append(text)
        tail = (tail + text)[-_LOOK:]
    return "".join(out)


def _stand(before: str, raised: str, behind: str) -> str:
    """Return how a raised piece stands between the text before it and behind it."""
    core = raised.strip()
    if _POWER.fullmatch(core) and _is_ten(before, behind):
        return raised.translate(_HIGH)
    mark = _MARK.fullmatch(core)
    if mark is None or _belongs(before, core, behind):
        return raised
    return raised.replace(core, f"[{mark[1]}]", 1)


def _is_ten(before: str, behind: str) -> bool:
    return bool(_TIMES_TEN.search(before) or (_TEN.search(before) and _GOES_ON.match(behind)))


def _belongs(before: str, core: str, behind: str) -> bool:
    """Whether a raised number belongs to the letters beside it, or has its brackets already."""
    if before.endswith(_OPEN) and behind.startswith(_SHUT):
        return True
    word = _WORD.search(before)
    if word:
        return not (len(word[0]) > 1 and word[0].isupper() and word[0] not in _NOT_NAMES)
    if core in ("2", "3") and _METRES.search(before):
        return True
    return len(core) > 1 and core.isdigit() and bool(_ISOTOPE.match(behind))
