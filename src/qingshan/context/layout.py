"""Where sentences and clauses of clean text begin and end. Knows punctuation only, no words."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right

_SENTENCE_END = re.compile(r"[。！？\n]+|…{2,}")
CLAUSE_END = re.compile(r"[，。；：！？\n]")
WINDOW = 240  # no sentence is looked at further than this from a number: a text may hold none at all


class Layout:
    """Sentence boundaries of one clean text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = array("I", [0])
        self._starts.extend(match.end() for match in _SENTENCE_END.finditer(text))
        self._lines = array("I", (match.start() for match in re.finditer("\n", text)))

    def sentence_index(self, position: int) -> int:
        """Return which sentence a clean offset lies in."""
        return bisect_right(self._starts, position) - 1

    def span(self, index: int) -> tuple[int, int]:
        """Return the clean span of sentence `index`, its end mark included."""
        end = self._starts[index + 1] if index + 1 < len(self._starts) else len(self.text)
        return self._starts[index], end

    def sentence(self, position: int) -> tuple[int, int]:
        """Return the clean span of the sentence around `position`, cut to `WINDOW` characters on each side."""
        start, end = self.span(self.sentence_index(position))
        return max(start, position - WINDOW), min(end, position + WINDOW)

    def line_length(self, position: int) -> int:
        """Return how long the line around a clean offset is."""
        index = bisect_right(self._lines, position - 1) if position else 0
        start = self._lines[index - 1] + 1 if index else 0
        return (self._lines[index] if index < len(self._lines) else len(self.text)) - start


def clause_start(text: str, low: int, position: int) -> int:
    """Return where the clause that runs up to `position` begins, not before `low`."""
    start = low
    for match in CLAUSE_END.finditer(text, low, position):
        start = match.end()
    return start
