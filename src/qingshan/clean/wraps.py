"""Line ends and spaces that break a number or a sentence: in flows clean text, out flows it without them.

Two kinds are joined: a gap inside a number, between a number and its unit, inside a unit or behind the verb that
announces a number; and the line ends of a text that was hard-wrapped at one width. Headings, lists, tables and
paragraphs keep their lines: where a join would be a guess, nothing is joined. Only blanks and line ends are taken out.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from qingshan.clean.layers import Layer
from qingshan.clean.tables import read_table

RULE = "wraps"

_REACH = 28  # characters looked at on each side of a gap
_BLANKS = 8  # of a line's end and beginning that belong to the gap
_HAN = "\u4e00-\u9fff"
_DECIMALS = re.compile(r"(?<!\d)\d{1,4}(?!\d)")
_GROUPS = re.compile(r"\d{3}(?:[ \u00a0\u2009\u202f]\d{3})*(?![\d,])(?:\.\d+)?")
_MARKER = re.compile(r"\d{1,2}[.．、）)](?!\d)|\d{1,2} ")
_SPACES = re.compile(
    "[ \u00a0\u2009\u202f](?:(?<=\\d.)(?=\\d{1,3}(?!\\d)|[.] ?\\d)|(?:(?<=\\d[.].)|(?<=\\d [.].))(?=\\d)|(?<=/.)|(?=/))"
)
_SPACED = re.compile(r"\d{0,3}(?: \d{1,3}){0,5}(?: ?\. ?\d{1,3}(?: \d)?)?")  # the rest of a number with blanks in it
_NOISY_HEAD = re.compile(r"(?<![\d.,])[1-9]?\d{1,5}$")  # its beginning, the blanks before closed
_LISTED = re.compile(r"[%‰][、和与及]$")  # between two shares of a list
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d$")

# hard-wrapped text
_NARROWEST, _WIDEST = 32, 110  # columns; a Chinese character takes two
_RAGGED = 3  # columns a full line may lack, for marks that may not begin a line
_FEWEST = 3  # full lines
_HEADING = re.compile(
    r"第[一二三四五六七八九十百\d]+[章节条部]|[（(]?[一二三四五六七八九十]{1,3}[）)、.．]|[（(]?\d{1,2}[）)、.．](?!\d)"
    r"|[①-⑳●•·■◆▪*#>|\-—【]|[图表]\s?\d|专栏|附[件表录]"
)
_OPEN_END = re.compile(rf"[{_HAN}A-Za-z0-9，、％%）”》]")  # a line that goes on may end so
_BROKEN_END = re.compile(rf"[{_HAN}A-Za-z0-9]")  # a line that ends so goes on, or is a heading
_OPEN_START = re.compile(rf"[{_HAN}A-Za-z0-9“《（%，。、；）》”]")
_LATIN = re.compile(r"[A-Za-z]")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line without the blanks around it; its widths count the blanks before it, and are 0 where it is no prose."""

    start: int
    end: int
    columns: int
    characters: int


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return four patterns.

    An announcing verb at the end; a number at the end with what follows it; a unit behind a number; such a unit that
    begins no word.
    """
    words: dict[str, list[str]] = {}
    for word, role in read_table("wraps.csv"):
        words.setdefault(role, []).append(word)
    any_unit = _either(words["unit"] + words["counter"])
    verbs = _either(words["verb"])
    measure = _either(words["unit"])
    many = r"[余多几]?[百千万亿]{0,3}[余多]?"
    per = rf"(?:(?:/|每)(?:{measure}))?(?![A-Za-z])"
    verb = re.compile(rf"(?:{verbs})了?$")
    number = re.compile(
        rf"[{_HAN}（：~～—–-](?P<number>\d{{1,12}}(?:,\d{{3}})*(?:\.\d{{1,6}})?%?)(?P<tail>[^\d\s]{{0,10}})$"
    )
    return verb, number, re.compile(f" ?{many}(?:{any_unit}){per}"), re.compile(f" ?{many}(?:{measure}){per}")


def _either(words: list[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))


def clean_wraps(text: str) -> Layer | None:
    """Return the layer without the gaps that break numbers and sentences, or None when there are none.

    Parameters
    ----------
    text
        Clean of readings, narrowed and simplified.
    """
    wrapped = _hard_wraps(text) if text.count("\n") >= _FEWEST else {}
    gaps = sorted({**{start: (end, "") for start, end in _number_gaps(text, wrapped)}, **wrapped}.items())
    if not gaps:
        return None
    starts, ends = array("I", (start for start, _ in gaps)), array("I", (end for _, (end, _) in gaps))
    return Layer.replace(RULE, text, starts, ends, [put for _, (_, put) in gaps])


def _number_gaps(text: str, wrapped: dict[int, tuple[int, str]]) -> Iterator[tuple[int, int]]:
    """Yield the gaps to close, in order; `wrapped` are those that a hard wrap closes."""
    done, tail = 0, ""  # the text before `done` ends, after closing, in `tail`
    for start, end in _candidates(text):
        if start < done or start in wrapped:
            continue
        first = max(done, start - _REACH)
        left = ((tail if first == done else "") + text[first:start])[-_REACH:]
        is_line_end = "\n" in text[start:end]
        closes = _closes_line(left, text, end) if is_line_end else _closes_space(left, text, end)
        if closes:
            yield start, end
            tail, done = left, end


def _candidates(text: str) -> list[tuple[int, int]]:
    """Return the gaps that may break a number, in order: single line ends with their blanks, spaces in a number."""
    found = [(match.start(), match.end()) for match in _SPACES.finditer(text)]
    at = text.find("\n")
    while at >= 0:
        start, end = _line_gap(text, at)
        is_paragraph = not start or end == len(text) or end - at > 2 or text[end] == "\n"
        if not is_paragraph and text[start - 1] not in "\n。，；！？":
            found.append((start, end))
        at = text.find("\n", at + 1)
    return sorted(found)


def _line_gap(text: str, at: int) -> tuple[int, int]:
    """Return the line end at `at` with the blanks on both sides of it."""
    start, end = at, at + 1
    while start > max(0, at - _BLANKS) and text[start - 1] in " \t\r":
        start -= 1
    while end < min(len(text), at + _BLANKS) and text[end] in " \t":
        end += 1
    return start, end


def _closes_line(left: str, text: str, end: int) -> bool:
    """Whether the line end between `left` and text[end:] stands inside a number's expression."""
    right = text[end : end + _REACH]
    if not (right[0].isdigit() or any(map(str.isdigit, left[-12:]))):
        return False
    verb, number, any_unit, measure = _patterns()
    if right[0].isdigit():
        if left[-1] in ".,":
            return _closes_digits(left, right)
        return bool(verb.search(left)) and _is_announced(right)
    if right[0] == "年" and _YEAR.search(left):
        return True
    found = number.search(left)
    if found is None:
        return False
    if right[0] == "." and not found["tail"]:
        return bool(re.match(r"\.\d", right)) and "." not in found["number"]
    # a counter alone may begin a word (个人, 家园): it needs the verb before the number, or to end the clause
    words = found["tail"] + right
    is_safe = verb.search(left[: found.start("number")]) is not None or _ends_clause(words, any_unit)
    unit = (any_unit if is_safe else measure).match(words)
    return unit is not None and unit.end() > len(found["tail"])


def _ends_clause(words: str, unit: re.Pattern[str]) -> bool:
    match = unit.match(words)
    return match is not None and words[match.end() : match.end() + 1] in ("，", "。", "；", "、", "）", "")


def _closes_digits(left: str, right: str) -> bool:
    """Whether a number was broken behind its decimal point or its thousands comma."""
    verb, number, any_unit, measure = _patterns()
    found = number.search(left[:-1])
    if found is None or found["tail"] or "." in found["number"]:
        return False
    digits = _DECIMALS.match(right) if left[-1] == "." else re.match(r"\d{3}(?:,\d{3})*(?!\d)", right)
    if digits is None:
        return False
    announced = verb.search(left[: found.start("number")]) is not None
    return (any_unit if announced else measure).match(right, digits.end()) is not None


def _is_announced(right: str) -> bool:
    """Whether a line begins with a number and its unit, and is no item of a list."""
    if _MARKER.match(right):
        return False
    digits = re.match(r"\d+(?:,\d{3})*(?:\.\d+)?(?:[-—–~～]\d+(?:\.\d+)?)?", right)
    return digits is not None and _patterns()[2].match(right, digits.end()) is not None


def _closes_space(left: str, text: str, end: int) -> bool:
    """Whether the space between `left` and text[end:] stands inside a number or around the stroke of a unit."""
    right = text[end : end + _REACH]
    _, number, any_unit, measure = _patterns()
    if left.endswith("/") or right.startswith("/"):
        found = number.search(left.rstrip(" /")) or number.search(re.sub(r"(?<=\d) ", "", left).rstrip(" /"))
        if found is None or not found["tail"]:
            return False
        words = found["tail"] + "/" + right.lstrip(" /")
        unit = measure.match(words)
        return unit is not None and unit.end() > len(found["tail"]) + 1
    if left.endswith("."):
        return _closes_digits(left, right)
    if _closes_noise(left, right):
        return True
    groups = _GROUPS.match(right)
    is_first = re.search(rf"[{_HAN}（：][1-9]\d{{0,2}}(?:\d{{3}})*$", left) is not None
    return groups is not None and is_first and any_unit.match(right, groups.end()) is not None


def _closes_noise(left: str, right: str) -> bool:
    """Whether a space stands inside a number that scanning or justifying spread: 为8 5.5 %, 达到1 00%, 85 .5%.

    Two numbers side by side behind one verb, only the second with a unit, are no sentence; what stands in columns has
    no verb, and a share above the whole is no share.
    """
    verb, _, any_unit, _ = _patterns()
    head, rest = _NOISY_HEAD.search(left), _SPACED.match(right)
    if head is None or rest is None or not rest[0]:
        return False
    before = left[: head.start()].removesuffix(" ")
    if not (verb.search(before) or _LISTED.search(before)):
        return right.startswith(".") and _ends_number(before, any_unit, right, rest.end())
    if any_unit.match(right, rest.end()) is None:
        return False
    is_share = right[rest.end() :].lstrip(" ").startswith(("%", "‰"))
    return not is_share or float(head[0] + rest[0].replace(" ", "")) <= 100


def _ends_number(before: str, any_unit: re.Pattern[str], right: str, end: int) -> bool:
    """Whether decimals that a space parted from their number belong to it: a word before, a unit behind."""
    return re.search(rf"[{_HAN}（]$", before) is not None and any_unit.match(right, end) is not None


def _hard_wraps(text: str) -> dict[int, tuple[int, str]]:
    """Return the line ends that a hard wrap put into the sentences of `text`: start of each -> its end and what it was.

    A text is hard-wrapped when many of its lines end at its greatest width, in the middle of a sentence.
    """
    lines = _lines(text)
    full = max(_full_lines(lines, in_columns=True), _full_lines(lines, in_columns=False), key=len)
    broken = sum(_BROKEN_END.match(text, line.end - 1) is not None for line in full)
    prose = sum(any(mark in text[line.start : line.end] for mark in "，。、；") for line in full)
    is_list = 8 * text.count("。") < len(lines)  # lines of one length that no sentence ends in
    if is_list or len(full) < _FEWEST or 3 * broken < len(full) or 2 * prose < len(full):
        return {}
    joins: dict[int, tuple[int, str]] = {}
    for line in full:
        at = text.find("\n", line.end)
        if at >= 0 and _goes_on(text, at):
            start, end = _line_gap(text, at)
            is_latin = _LATIN.match(text, start - 1) and _LATIN.match(text, end)
            joins[start] = (end, " " if is_latin else "")
    return joins


def _lines(text: str) -> list[_Line]:
    """Return the lines that hold something; one that is too long or has gaps inside it, as tables do, is no prose."""
    lines, start = [], 0
    while start < len(text):
        at = text.find("\n", start)
        end = at if at >= 0 else len(text)
        if end - start > _WIDEST:
            lines.append(_Line(start, end, 0, 0))
        elif line := text[start:end].strip():
            is_prose = "  " not in line and "\t" not in line and "|" not in line
            indent = text.index(line[0], start) - start
            columns = indent + len(line.encode("gb18030", "replace"))
            last = start + indent + len(line)
            lines.append(_Line(start + indent, last, columns, last - start) if is_prose else _Line(start, end, 0, 0))
        start = end + 1
    return lines


def _full_lines(lines: list[_Line], *, in_columns: bool) -> list[_Line]:
    """Return the lines that end at the width most lines were wrapped at; none when no wrap shows.

    A tenth of the lines may be wider; a third must be full.
    """
    widths = [line.columns if in_columns else line.characters for line in lines]
    known = sorted(filter(None, widths), reverse=True)
    above = len(lines) // 10 - (len(lines) - len(known))
    if not known or above < 0:
        return []
    width = known[above]
    ragged = _RAGGED if in_columns else 1
    full = [line for line, wide in zip(lines, widths, strict=True) if width - ragged <= wide <= width + 1]
    narrowest = _NARROWEST if in_columns else _NARROWEST // 2
    return full if width >= narrowest and 3 * len(full) >= len(lines) else []


def _goes_on(text: str, at: int) -> bool:
    """Whether the sentence before the line end at `at` goes on behind it."""
    start, end = _line_gap(text, at)
    if end - at > 1 or not start or end >= len(text):
        return False
    return (
        _OPEN_END.match(text, start - 1) is not None
        and _OPEN_START.match(text, end) is not None
        and _HEADING.match(text, end) is None
    )
