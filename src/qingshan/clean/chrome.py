"""Site chrome: in flows a clean text, out flow the spans that belong to the page it was taken from, not to the source.

Only whole lines are set aside and nothing is removed. A chrome word inside prose means nothing, and no line as long as
a paragraph is ever set aside: better to keep an advertisement than to lose a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from qingshan.clean.layers import Span
from qingshan.clean.tables import read_table

_PARAGRAPH = 200  # characters: a longer line is taken for prose of the source
_LONGEST = {"is": 20, "starts": 120, "ends": 120, "has": 120, "words": 60}  # a longer line is not of that kind

_LINE = re.compile(r"[^\r\n]+")
_MARKS = " \t-–—*·•#>|：:【】[]\ufeff"  # what surrounds a heading
_WORDS = re.compile(r"[\s|/·•>»【】\[\]（）()：:]+")
_COMMENT_BOX = re.compile(r"0\s?/\s?\d{2,4}")  # what an empty comment box shows: 0/150


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """The phrases of each role: whole lines and words as sets, beginnings, ends and parts as tuples."""

    is_: frozenset[str]
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    has: tuple[str, ...]
    words: frozenset[str]

    def holds(self, line: str) -> bool:
        """Tell whether a line without its marks is of this role."""
        length = len(line)
        return (
            (length <= _LONGEST["is"] and line in self.is_)
            or (length <= _LONGEST["starts"] and line.startswith(self.starts))
            or (length <= _LONGEST["ends"] and line.endswith(self.ends))
            or (length <= _LONGEST["has"] and any(phrase in line for phrase in self.has))
            or (length <= _LONGEST["words"] and self._is_all_words(line))
        )

    def _is_all_words(self, line: str) -> bool:
        words = [word for word in _WORDS.split(line) if word]
        return bool(words) and any(len(word) > 1 for word in words) and self.words.issuperset(words)


@cache
def _vocabulary(role: str) -> _Vocabulary:
    rows = [(phrase, match) for phrase, match, given in read_table("chrome.csv") if given == role]

    def phrases(kind: str) -> tuple[str, ...]:
        return tuple(phrase for phrase, match in rows if match == kind)

    is_, words = frozenset(phrases("is")), frozenset(phrases("words"))
    return _Vocabulary(is_, phrases("starts"), phrases("ends"), phrases("has"), words)


def find_chrome(text: str) -> tuple[Span, ...]:
    """Return the set-aside spans of clean text, sorted and apart from each other, line ends included.

    A head heading sets aside everything up to and including its line, a tail heading everything from it on, when no
    paragraph stands there and enough of the text is left: half behind a head, a third before a tail. Other lines are
    set aside one by one.
    """
    start = _head_end(text)
    end = _tail_start(text, start)
    spans = [Span(0, start)] if start else []
    for line_start, line in _short_lines(text, start, end):
        if _vocabulary("line").holds(line) or _COMMENT_BOX.fullmatch(line):
            span = Span(line_start, _next_line(text, line_start))
            if spans and spans[-1].end == span.start:
                span = Span(spans.pop().start, span.end)
            spans.append(span)
    if end < len(text):
        spans.append(Span(spans.pop().start if spans and spans[-1].end == end else end, len(text)))
    return tuple(spans)


def _short_lines(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """Yield the lines that can be chrome: where each starts, and what it says without the marks around it."""
    longest = max(_LONGEST.values())
    for match in _LINE.finditer(text, start, end):
        if match.end() - match.start() <= longest:
            line = match[0].strip(_MARKS)
            if line:
                yield match.start(), line


def _next_line(text: str, at: int) -> int:
    """Return where the line after the one at `at` starts."""
    match = _LINE.match(text, at)
    end = match.end() if match else at
    if text.startswith("\r\n", end):
        return end + 2
    return min(end + 1, len(text))


def _head_end(text: str) -> int:
    """Return where the source begins: behind the last head heading that no paragraph precedes."""
    found = 0
    for match in _LINE.finditer(text):
        if match.end() - match.start() > _PARAGRAPH or match.start() > len(text) // 2:
            break
        if _vocabulary("head").holds(match[0].strip(_MARKS)):
            found = _next_line(text, match.start())
    return found


def _tail_start(text: str, start: int) -> int:
    """Return where the source ends: at the first tail heading behind its last paragraph."""
    paragraph = max((match.end() for match in re.finditer(rf"[^\r\n]{{{_PARAGRAPH + 1},}}", text)), default=start)
    earliest = start + (len(text) - start) // 3
    tail = _vocabulary("tail")
    for at, line in _short_lines(text, max(paragraph, earliest), len(text)):
        if tail.holds(line) and (at == 0 or text[at - 1] in "\r\n"):
            return at
    return len(text)
