"""Notices prose in two columns that another tool read across: each line is half of one sentence and half of another.

Flows in: raw text. Flows out: raw spans of such lines. Nothing is put right: which half goes on where is for a person
who has the page before them, and what is read in such lines has no subject.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_GAP = re.compile(r"(?<=\S)[ \u00a0\u3000\t]+(?=\S)")
_HAN = re.compile("[\u4e00-\u9fff]")
_INNER = re.compile("[，。；、]")
_ENDED = re.compile(r"[。！？；：]\Z")
_HALF = 6  # characters that half a line has at least
_FEWEST_HAN = 2  # of them
_LINES = 4  # lines under each other that make two columns
_SLIP = 3  # columns by which their gap may differ from line to line
_LONGEST = 400  # characters of a line that is looked at


@dataclass(frozen=True, slots=True)
class _Halves:
    """One line: its raw span, where its right half begins as characters and as columns, and what shows it is prose."""

    start: int
    end: int
    at: int
    column: int
    is_open: bool
    is_prose: bool


def find_across(raw: str) -> list[tuple[int, int]]:
    """Return the raw spans of lines that were read across two columns, in order."""
    found: list[tuple[int, int]] = []
    run: list[_Halves] = []
    for line in (*_halved(raw), None):
        if run and line is not None and line.start == run[-1].end + 1 and _is_below(run[-1], line):
            run.append(line)
            continue
        if _is_across(run):
            found.append((_first(raw, run[0]), _last(raw, run[-1])))
        run = [line] if line is not None else []
    return found


def _first(raw: str, line: _Halves) -> int:
    """Return where the columns begin: the line above is of them when its gap is at the same place."""
    start = raw.rfind("\n", 0, max(line.start - 1, 0)) + 1
    text = raw[start : max(line.start - 1, 0)][:_LONGEST]
    return start if any(_is_at(text, gap.end(), line) for gap in _GAP.finditer(text)) else line.start


def _last(raw: str, line: _Halves) -> int:
    """Return where the columns end: the line below is of them when it has any gap, for the left one may end in it."""
    start = line.end + 1
    end = raw.find("\n", start) if start < len(raw) else start
    text = raw[start : end if end >= 0 else len(raw)]
    return start + len(text) if len(text) <= _LONGEST and _GAP.search(text.strip()) else line.end


def describe_across(raw: str) -> str:
    """Return what to tell a person of such lines, '' when there are none."""
    spans = find_across(raw)
    if not spans:
        return ""
    first = raw.count("\n", 0, spans[0][0]) + 1
    many = sum(raw.count("\n", start, end) + 1 for start, end in spans)
    return (
        f"Two columns were read across: {many} lines from line {first} on hold halves of two sentences each; their "
        "figures have no subject. Give the original file, or its columns one after the other."
    )


def _halved(raw: str) -> Iterator[_Halves]:
    start = 0
    for text in raw.split("\n"):
        if len(text) <= _LONGEST and (halves := _halves(text.rstrip(), start, start + len(text))) is not None:
            yield halves
        start += len(text) + 1


def _halves(text: str, start: int, end: int) -> _Halves | None:
    """Return a line as two halves at its widest gap, None where it has none with words on both sides."""
    best: _Halves | None = None
    widest = 0
    for gap in _GAP.finditer(text):
        left, right = text[: gap.start()], text[gap.end() :]
        width = _columns(gap[0])
        if width > widest and _has_words(left) and _has_words(right):
            is_prose = _INNER.search(text) is not None
            best = _Halves(start, end, gap.end(), _columns(text[: gap.end()]), not _ENDED.search(left), is_prose)
            widest = width
    return best


def _has_words(half: str) -> bool:
    return len(half.strip()) >= _HALF and len(_HAN.findall(half)) >= _FEWEST_HAN


def _is_below(above: _Halves, line: _Halves) -> bool:
    return abs(above.at - line.at) <= _SLIP or abs(above.column - line.column) <= _SLIP


def _is_at(text: str, at: int, line: _Halves) -> bool:
    return abs(at - line.at) <= _SLIP or abs(_columns(text[:at]) - line.column) <= _SLIP


def _is_across(run: list[_Halves]) -> bool:
    """Whether lines are halves of sentences: most go on in the next line, and punctuation stands inside them."""
    is_open = 3 * sum(line.is_open for line in run) >= 2 * len(run)
    return len(run) >= _LINES and is_open and 2 * sum(line.is_prose for line in run) >= len(run)


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
