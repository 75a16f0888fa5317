"""Finds many fixed names in a text at once, a piece of the text at a time.

Flows in: clean text and a matcher of names. Flows out: which name stands where.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ahocorasick_rs import AhoCorasick

# The matcher keeps a table of eight bytes per UTF-8 byte of what it is given: a piece bounds it.
_PIECE = 50_000
_PIECE_END = re.compile(r"[\n。]")  # no name runs over a line or sentence end


def find_names(matcher: AhoCorasick, text: str) -> Iterator[tuple[int, int, int]]:
    """Yield (number of the name, start, end) of each match in clean text, in order; offsets are clean."""
    for low, high in _pieces(text):
        for name, start, end in matcher.find_matches_as_indexes(text[low:high]):
            yield name, low + start, low + end


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    low = 0
    while low < len(text):
        end = _PIECE_END.search(text, low + _PIECE)
        high = end.end() if end else len(text)
        yield low, high
        low = high
