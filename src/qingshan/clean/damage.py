"""Mojibake: in flows a text without bracketed readings, out flow the spans where characters are not what was written.

Damage is marked as tightly as it can be known and never repaired: a guess that looks right is worse than a hole that is
seen. Nothing here changes the text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from qingshan.clean.layers import Span, joined
from qingshan.clean.pinyin import is_han, is_reading
from qingshan.clean.script import to_simplified

_LONGEST_SHIFT = 24  # characters; half a character off, a text soon meets a byte that no pair can hold
_LONGEST_RUN = 400  # characters decoded at once; a longer run is marked in parts

# Every pattern that goes over the whole text begins with one class of characters: anything else is ten times slower.
_RARE = re.compile("[^\x00-\x7f\u2010-\u2026\u3000-\u3011\u4e00-\u9fff\uff01-\uff5e]")
# UTF-8 read as Latin-1 or Windows-1252: a lead byte, then one to three continuation bytes.
_TAILS = "\u0080-\u00bf" + "".join(bytes([b]).decode("cp1252", "ignore") for b in range(0x80, 0xA0))
_LATIN_RUN = re.compile(f"(?:[\u00c2-\u00df][{_TAILS}]|[\u00e0-\u00ef][{_TAILS}]{{2}}|[\u00f0-\u00f4][{_TAILS}]{{3}})+")
_LATIN_LEAD = re.compile(f"[\u00c2-\u00f4](?=[{_TAILS}])")
# What is left of U+FFFD itself when it was saved as UTF-8 and read as GBK, and of memory never written to.
_KNOWN_RUN = re.compile("锟?斤拷(?:锟斤拷)*(?:锟斤?)?|烫{3,}|屯{3,}")
_SIGNS_OF_KNOWN = ("斤拷", "烫烫烫", "屯屯屯")
# Signs that no Chinese word holds: phonetic letters and blocks between two Han characters.
_WEDGED = re.compile("[\u3105-\u312f\u2580-\u259f](?<![\u3105-\u312f\u2580-\u259f].)[\u3105-\u312f\u2580-\u259f]*")
_BESIDE_WEDGED = frozenset("。、）)^（(")
# Where half a two-byte character was lost: a mark behind Chinese or a number, with no space or digit after it.
_LOST_HALF = re.compile("[?\ufffd](?<![\x00-\x2f\x3a-\x7f].)(?![\x00-\x20\x30-\x39])")
_READING_END = re.compile("([a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜ]{1,6})[)）]")
_MARKS = "，。、；：！？（）《》“”‘’—…"
_WIDENED = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}  # the page that was damaged had narrowed these


def find_damage(text: str) -> tuple[Span, ...]:
    """Return the damaged spans of `text`, sorted and apart from each other.

    Parameters
    ----------
    text
        Clean of bracketed readings; full width and script as they were, for the bytes behind the characters are judged.
    """
    rare = {match[0] for match in _RARE.finditer(text)}
    found = [*_exotic(text, rare), *_latin(text, rare), *_known(text, rare), *_utf8_as_gbk(text), *_shifted(text)]
    return joined(found)


def _exotic(text: str, rare: set[str]) -> Iterator[Span]:
    """Mark replacement characters, private use, unassigned code points and C1 controls wherever they stand."""
    bad = "".join(sorted(filter(_is_exotic, rare)))
    if bad:
        for match in re.finditer(f"[{re.escape(bad)}]+", text):
            yield Span(*match.span())


def _is_exotic(char: str) -> bool:
    if "\u4e00" <= char <= "\u9fff" or "\U00020000" <= char <= "\U0003fffd":
        return False  # newer Han characters than this Python knows are assigned all the same
    if char == "\ufffd" or ("\x80" <= char <= "\x9f" and char != "\x85"):
        return True
    return unicodedata.category(char) in ("Co", "Cn", "Cs")


def _latin(text: str, rare: set[str]) -> Iterator[Span]:
    """Mark UTF-8 that was read as Latin-1: one run is enough when it decodes to Han, else it takes two characters."""
    if not any("\u00c2" <= char <= "\u00f4" for char in rare):
        return
    done = 0
    for lead in _LATIN_LEAD.finditer(text):
        match = _LATIN_RUN.match(text, lead.start()) if lead.start() >= done else None
        if match:
            done = match.end()
            decoded = b"".join(_latin_byte(char) for char in match[0]).decode("utf-8", "ignore")
            if len(decoded) > 1 or decoded > "\u2000" or (decoded and match[0][0] in "ÂÃ"):
                yield Span(*match.span())


def _latin_byte(char: str) -> bytes:
    return bytes([ord(char)]) if char <= "\xff" else char.encode("cp1252")


def _known(text: str, rare: set[str]) -> Iterator[Span]:
    if any(sign in text for sign in _SIGNS_OF_KNOWN):
        yield from (Span(*match.span()) for match in _KNOWN_RUN.finditer(text))
    if any("\u3105" <= char <= "\u312f" or "\u2580" <= char <= "\u259f" for char in rare):
        for match in _WEDGED.finditer(text):
            start, end = match.span()
            beside = (text[start - 1 : start], text[end : end + 1])
            if all(is_han(char) or char in _BESIDE_WEDGED for char in beside):
                yield Span(start, end)


@cache
def _gbk_lead() -> re.Pattern[str]:
    """Return the pattern of characters whose GBK bytes begin a Chinese character in UTF-8: 鈥, 锛, 銆, 鐢 ..."""
    leads = (0xE2, 0xE3, *range(0xE4, 0xEA), 0xEF)
    chars = "".join(bytes([lead, tail]).decode("gbk") for lead in leads for tail in range(0x80, 0xC0))
    return re.compile(f"[{chars}]")


def _utf8_as_gbk(text: str) -> Iterator[Span]:
    """Mark UTF-8 that was read as GBK: characters whose bytes, taken together, are two or more of Chinese in UTF-8."""
    done = 0
    for match in _gbk_lead().finditer(text):
        at = match.start()
        if at >= done:
            taken = _taken_as_utf8(text[at : at + _LONGEST_RUN])
            if taken:
                done = at + taken
                yield Span(at, done)


def _taken_as_utf8(run: str) -> int:
    """Return how many characters of `run` are misread UTF-8 from its start; 0 when that can be chance."""
    decoded, _ = _decoded_as_utf8(run[:3])
    if len(decoded) == 2:
        taken = (_decoded_as_utf8(run)[1] + 1) // 2
        return taken + (_gbk_lead().match(run, taken) is not None)  # a last character that was cut leaves its lead
    # one Chinese mark is enough when the half that follows it is a byte pair no simplified text uses
    if len(decoded) == 1 and decoded in _MARKS and run[1].encode("gb18030")[0] < 0xA1:
        return 2
    return 0


def _decoded_as_utf8(run: str) -> tuple[str, int]:
    """Return the common characters that the GBK bytes of `run` begin with in UTF-8, and how many bytes they take."""
    data, decoded, used = run.encode("gb18030", "replace"), [], 0
    while used + 3 <= len(data):
        try:
            char = data[used : used + 3].decode("utf-8")
        except UnicodeDecodeError:
            break
        if not (_is_common(char) or char == "\ufffd"):
            break
        decoded.append(char)
        used += 3
    return "".join(decoded), used


@cache
def _common() -> frozenset[str]:
    """Return the 3,755 first-level characters of GB 2312 and the marks of Chinese text."""
    level = bytes(byte for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF) for byte in (row, cell))
    return frozenset(level.decode("gb2312", "ignore")) | frozenset(_MARKS + "·【】％＋－")


def _is_common(char: str) -> bool:
    return char in _common() or to_simplified(char) in _common()


def _shifted(text: str) -> Iterator[Span]:
    """Mark two-byte text that lost or gained a byte.

    From there every character is made of the halves of two, until a byte stands alone: as an ASCII letter or sign, the
    second half of a traditional character, or as the next question mark.
    """
    done = 0
    for match in _LOST_HALF.finditer(text):
        start = match.start()
        if start < done:
            continue
        lost = _reading_at(text, start + 1)
        end = _realigned(text, start, lost)
        if end or lost:
            done = end or lost
            yield Span(start, done)


def _reading_at(text: str, at: int) -> int:
    """Return where a reading without its opening bracket ends, ``lián)``; 0 when none stands at `at`.

    The tool that put readings into the text had put this one inside a character and eaten the bracket.
    """
    match = _READING_END.match(text, at)
    return match.end() if match and is_reading(match[1]) else 0


def _realigned(text: str, start: int, lost: int) -> int:
    """Return where the shifted characters end that begin with the mark at `start`; 0 when they are none."""
    first = lost or start + 1
    for at in range(first, min(len(text), start + _LONGEST_SHIFT)):
        char = text[at]
        if char in "?\ufffd" and (at > first or lost):
            end = _reading_at(text, at + 1) or at + 1
            return end if _is_shifted(text[first:at], "", bool(lost)) else 0
        if "@" <= char <= "~":
            end = at + 1
            if end < len(text) and "a" <= text[end] <= "z":  # a full-width letter, made narrow, before the lone half
                end += 1
            return end if _is_shifted(text[first : end - 1], text[end - 1], bool(lost)) else 0
        if char <= " " or char.isdigit():
            return 0
    return 0


def _is_shifted(run: str, half: str, is_certain: bool) -> bool:
    """Tell whether `run` reads better with its halves paired anew, `half` being the second half of its last character.

    `is_certain` says that something else proves the damage; then a short run need not read better.
    """
    if not run:
        return is_certain and not half
    wide = run.translate(_WIDENED)
    data = wide.encode("gbk", "replace") + half.encode()
    anew = data[1 : len(data) - (len(data) - 1) % 2].decode("gbk", "replace")
    as_read, paired = _share(wide), _share(anew)
    if paired > as_read or (paired == 1 and bool(anew)) or (is_certain and (len(run) <= 2 or as_read < 1)):
        return True
    return any(char > "\u33ff" and not _is_known(char) for char in run)  # pairs that are no character were dropped


def _is_known(char: str) -> bool:
    """Tell whether GB 2312, the characters of ordinary simplified text, has this one."""
    try:
        return bool(to_simplified(char).encode("gb2312"))
    except UnicodeEncodeError:
        return False


def _share(text: str) -> float:
    return sum(map(_is_common, text)) / len(text) if text else 0
