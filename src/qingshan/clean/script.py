"""Traditional to simplified: in flows a text, out flows one of the same length.

Characters go one by one through a table generated from opencc, words with another reading (乾坤, 瞭望) through its
phrases and ours. Nothing is converted towards traditional, and simplified text comes out as it went in.
"""

from __future__ import annotations

import re
from functools import cache

from qingshan.clean.layers import Layer
from qingshan.clean.tables import read_table

RULE = "script"

_MOST_PASSES = 4  # a conversion can complete a phrase (舩 to 船 behind 沈); two passes settle every known case

# 著 is 着 as the mark of a lasting state and in the words below; 著名, 显著, 著作, 卓著, 土著 and all others keep it.
_BEFORE_ZHE = "沿随隨有朝向绕繞伴接跟靠凭憑顺順对對看拿带帶味穿戴握守循藏含怀懷负負抱走坐站冒映牵牽系繫藉"
_AFTER_ZHE = "力眼手重实實陆陸落想急火迷凉涼装裝床意地"
_NAMES_WITH_ZHU = "作名述者录錄称稱书書文有论論译譯"
_KEEPS_ZHU = "显顯卓昭土原名论論专專编編合遗遺巨译譯见見所"
_ZHE = re.compile(f"(?<=[{_BEFORE_ZHE}])著(?![{_NAMES_WITH_ZHU}])|(?<![{_KEEPS_ZHU}{_BEFORE_ZHE}])著(?=[{_AFTER_ZHE}])")

_FAR = re.compile("[\U00010000-\U0010ffff]")


@cache
def _characters() -> dict[int, int]:
    """Return the table for `str.translate`; common characters that stay are in it too: a miss is slow."""
    table = {code: code for code in (*range(0x80), *range(0x2010, 0x2030), *range(0x3000, 0x3020))}
    table |= {code: code for code in (*range(0x4E00, 0xA000), *range(0xFF00, 0xFF60))}
    return table | {ord(before): ord(after) for before, after in read_table("t2s.csv")}


@cache
def _traditional() -> tuple[re.Pattern[str], frozenset[str]]:
    """Return the pattern of characters that change, and those beyond U+FFFF, each of which would slow the pattern."""
    keys = [before for before, _ in read_table("t2s.csv")]
    near = "".join(char for char in keys if char <= "\uffff")
    return re.compile(f"[{near}]"), frozenset(char for char in keys if char > "\uffff")


@cache
def _phrases() -> tuple[re.Pattern[str], dict[str, tuple[tuple[int, str, str], ...]]]:
    """Return the pattern of pivots and the phrases around them as (place of the pivot, phrase, conversion).

    A pivot is a character that some phrase converts otherwise than the table does. Pivots are rare, the first
    characters of phrases are not: looking around each pivot costs a tenth of looking for every phrase everywhere. A
    phrase is filed under its pivot with the character before it (``<藉慰``) or, when the pivot comes first, behind it
    (``>藉口``), and phrases are ordered as opencc prefers them: the one that starts first, then the longest. Thus 慰藉,
    which changes nothing, keeps 藉口 from beginning inside it.
    """
    table = _characters()
    rows = [(phrase, to) for name in ("t2s_phrases.csv", "own_phrases.csv") for phrase, to in read_table(name)]
    paired = ((char, new) for phrase, to in rows for char, new in zip(phrase, to, strict=True))
    pivots = {char for char, new in paired if chr(table.get(ord(char), ord(char))) != new}
    found: dict[str, list[tuple[int, str, str]]] = {}
    for phrase, to in rows:
        for place, char in enumerate(phrase):
            if char in pivots:
                key = f"<{char}{phrase[place - 1]}" if place else f">{phrase[:2]}"
                found.setdefault(key, []).append((place, phrase, to))
    ordered = {key: tuple(sorted(filed, key=lambda entry: (-entry[0], -len(entry[1])))) for key, filed in found.items()}
    return re.compile("[" + "".join(sorted(pivots)) + "]"), ordered


def to_simplified(text: str) -> str:
    """Return simplified text of the same length; doing it again changes nothing."""
    for _ in range(_MOST_PASSES):
        before, text = text, _convert(text)
        if before == text:
            break
    return text


def _convert(text: str) -> str:
    """Convert once: the phrases around pivots, then everything else by the table."""
    pattern, phrases = _phrases()
    pieces, done = [], 0
    for match in pattern.finditer(text):
        at = match.start()
        if at < done:
            continue
        around = (f"<{text[at]}{text[at - 1 : at]}", f">{text[at : at + 2]}")
        for place, phrase, to in (entry for key in around for entry in phrases.get(key, ())):
            if at - place >= done and text.startswith(phrase, at - place):
                pieces += (_convert_characters(text[done : at - place]), to)
                done = at - place + len(phrase)
                break
    pieces.append(_convert_characters(text[done:]))
    converted = "".join(pieces)
    return _ZHE.sub("着", converted) if "著" in converted else converted


def _convert_characters(text: str) -> str:
    near, far = _traditional()
    if near.search(text) or any(match[0] in far for match in _FAR.finditer(text)):
        return text.translate(_characters())
    return text


def clean_script(text: str) -> Layer | None:
    """Return the layer of script changes, or None when there are none."""
    changed = to_simplified(text)
    return Layer(RULE, changed) if changed != text else None
