"""Bracketed pinyin: in flows a text, out flow the spans of readings such as the bracket in 態(tài).

A bracket is a reading only when its letters are syllables of Standard Chinese in lower case and it stands where a
reading can stand; the reading of a word may stand behind each of its characters. Digits, capitals and anything that is
no syllable are never touched; no other bracket is judged here.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from functools import cache, lru_cache
from itertools import takewhile

from qingshan.clean.layers import Layer

RULE = "pinyin"
TONED_FOR_TONELESS = 3  # a text with fewer toned readings is not an annotated one: (sun), (can) stay in it

_LETTERS = "a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜńňǹḿêếềɑɡ\u0300\u0301\u0304\u0308\u030c"
_TONES = frozenset("\u0300\u0301\u0304\u030c")
# Longest syllable: 6 letters with two combining marks; a word of up to eight syllables with its separators fits in 60.
_BRACKET = re.compile(f"[(（]([{_LETTERS}][{_LETTERS} '’·-]{{0,59}})[)）]")
_LONGEST_WORD = 8

# Initials and the finals each takes in Standard Chinese, as the syllable table of Hanyu Pinyin has them.
_FINALS = {
    "": "a o e ai ei ao ou an en ang eng er",
    "b": "a o ai ei ao an en ang eng i ie iao ian in ing u",
    "p": "a o ai ei ao ou an en ang eng i ie iao ian in ing u",
    "m": "a o e ai ei ao ou an en ang eng i ie iao iu ian in ing u",
    "f": "a o ei ou an en ang eng u",
    "d": "a e ai ei ao ou an en ang eng ong i ia ie iao iu ian ing u uo ui uan un",
    "t": "a e ai ao ou an ang eng ong i ie iao ian ing u uo ui uan un",
    "n": "a e ai ei ao ou an en ang eng ong i ie iao iu ian in iang ing u uo uan ü üe ve v",
    "l": "a o e ai ei ao ou an ang eng ong i ia ie iao iu ian in iang ing u uo uan un ü üe ve v",
    "g": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "k": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "h": "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang",
    "j": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "q": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "x": "i ia ie iao iu ian in iang ing iong u ue uan un",
    "zh": "a e ai ei ao ou an en ang eng ong i u ua uo uai ui uan un uang",
    "ch": "a e ai ao ou an en ang eng ong i u ua uo uai ui uan un uang",
    "sh": "a e ai ei ao ou an en ang eng i u ua uo uai ui uan un uang",
    "r": "e ao ou an en ang eng ong i u ua uo ui uan un",
    "z": "a e ai ei ao ou an en ang eng ong i u uo ui uan un",
    "c": "a e ai ao ou an en ang eng ong i u uo ui uan un",
    "s": "a e ai ao ou an en ang eng ong i u uo ui uan un",
    "y": "a o e ao ou an ang ong i in ing u ue uan un",
    "w": "a o ai ei an en ang eng u",
}
_UNITS = frozenset(("min", "ha"))  # minute and hectare are syllables by accident: left alone without a tone mark


def is_han(char: str) -> bool:
    """Tell whether a character, or '', is Han, 〇 included."""
    return (  # compared, for a pattern of these ranges takes 3 ms to compile
        "\u4e00" <= char <= "\u9fff"
        or char == "〇"
        or "\u3400" <= char <= "\u4dbf"
        or "\uf900" <= char <= "\ufaff"
        or "\U00020000" <= char <= "\U0003ffff"
    )


@cache
def syllables() -> frozenset[str]:
    """Return every toneless syllable, ü as ü."""
    return frozenset(initial + final for initial, finals in _FINALS.items() for final in finals.split()) | {"ng", "m"}


@lru_cache(maxsize=4096)
def _plain(letters: str) -> tuple[str, int]:
    """Return letters without tone marks, and how many tone marks they had."""
    apart = unicodedata.normalize("NFD", letters.replace("ɑ", "a").replace("ɡ", "g"))
    tones = sum(char in _TONES for char in apart)
    return unicodedata.normalize("NFC", "".join(char for char in apart if char not in _TONES)), tones


def is_reading(letters: str) -> bool:
    """Tell whether letters are one syllable with one tone mark."""
    plain, tones = _plain(letters)
    return tones == 1 and plain in syllables()


def _is_toneless(letters: str) -> bool:
    plain, tones = _plain(letters)
    return tones == 0 and len(plain) > 1 and plain in syllables() and plain not in _UNITS


def _can_be_word(letters: str, characters: int) -> bool:
    """Tell whether letters are the readings of a word: as many toned syllables as the word may have characters."""
    plain, tones = _plain(letters)
    parts = [part for part in re.split(r"[ '’·-]+", plain) if part]
    if not parts or sum(map(len, parts)) > 6 * characters:
        return False
    known, fewest, largest = syllables(), 0, 0
    for part in parts:
        counts: list[set[int]] = [{0}] + [set() for _ in part]
        for end in range(1, len(part) + 1):
            for start in range(max(0, end - 6), end):
                if counts[start] and part[start:end] in known:
                    counts[end] |= {count + 1 for count in counts[start]}
        if not counts[-1]:
            return False
        fewest, largest = fewest + min(counts[-1]), largest + max(counts[-1])
    # a neutral syllable carries no mark, but half of a word's syllables do
    return largest >= 2 and fewest <= characters and 1 <= tones <= largest and 2 * tones >= fewest


def _stands_after(text: str, start: int) -> bool:
    """Tell whether a reading can begin at `start`: after a Han character, or after the lone half of a broken one.

    A two-byte character that was cut leaves its second byte as one ASCII letter or sign behind something that is not
    ASCII, as in ▍^(qū): the reading behind it is still a reading.
    """
    if not start:
        return False
    before = text[start - 1]
    if is_han(before):
        return True
    return "@" <= before <= "~" and start > 1 and text[start - 2] > "\x7f"


def _han_before(text: str, end: int) -> int:
    """Count the Han characters right before `end`, up to the longest word."""
    start = max(0, end - _LONGEST_WORD)
    return len(list(takewhile(is_han, reversed(text[start:end]))))


def _are_han(text: str, start: int, end: int) -> bool:
    """Tell whether between two brackets stand a few Han characters and nothing else."""
    return 0 < end - start <= _LONGEST_WORD and all(map(is_han, text[start:end]))


def _han_repeated(text: str, match: re.Match[str]) -> int:
    """Count the Han characters that the same bracket follows again and again: 綠(lǜ huà)化(lǜ huà), up to a word."""
    count, end = 0, match.end()
    while count < _LONGEST_WORD:
        again = text.find(match[0], end, end + _LONGEST_WORD + len(match[0]))
        if again < 0 or not _are_han(text, end, again):
            break
        count, end = count + again - end, again + len(match[0])
    return count


def find_readings(text: str) -> tuple[array[int], array[int]]:
    """Return starts and ends of all bracketed readings in `text`, brackets included.

    A reading without tone mark counts only in a text with at least `TONED_FOR_TONELESS` toned ones.
    """
    starts, ends, toned = array("I"), array("I"), array("b")
    for match in _BRACKET.finditer(text):
        start, letters = match.start(), match[1]
        if not (_stands_after(text, start) or (ends and ends[-1] == start)):
            continue
        has_tone = is_reading(letters)
        if not has_tone and not _is_toneless(letters):
            repeated = ends and text[starts[-1] + 1 : ends[-1] - 1] == letters and _are_han(text, ends[-1], start)
            has_tone = bool(repeated) or _can_be_word(letters, _han_before(text, start) + _han_repeated(text, match))
            if not has_tone:
                continue
        starts.append(start)
        ends.append(match.end())
        toned.append(has_tone)
    if sum(toned) < TONED_FOR_TONELESS:
        keep = [k for k, has_tone in enumerate(toned) if has_tone]
        return array("I", (starts[k] for k in keep)), array("I", (ends[k] for k in keep))
    return starts, ends


def clean_pinyin(text: str) -> Layer | None:
    """Return the layer without bracketed readings, or None when there are none."""
    starts, ends = find_readings(text)
    return Layer.replace(RULE, text, starts, ends, ("" for _ in starts)) if starts else None
