"""Reads what a number covers or rests on: which cities or sections, with or without dust days, at which prices.

A scope that a sentence names holds for the numbers after it in that sentence, until another of its kind is named.
"""

from __future__ import annotations

from bisect import bisect_right

import ahocorasick_rs

from qingshan.context.names import find_names
from qingshan.registry import Scope, Vocabulary


class ScopeFinder:
    """Finds scopes with one vocabulary; made once, used for many texts."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._scopes = [
            (name, scope) for scope in vocabulary.scopes for name in (scope.name, *scope.aliases) if not name.isascii()
        ]
        names = [name for name, _ in self._scopes]
        self._matcher = ahocorasick_rs.AhoCorasick(names, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)

    def find(self, text: str) -> list[tuple[int, Scope]]:
        """Return where each scope named in clean text ends, and which it is, in order."""
        return [(end, self._scopes[name][1]) for name, _, end in find_names(self._matcher, text)]


def read_scope(named: list[tuple[int, Scope]], low: int, position: int) -> str:
    """Return the scopes that govern a number at clean offset `position`: codes in order, joined by ';'."""
    governing: dict[str, str] = {}
    first = bisect_right(named, low, key=_end)
    for _, scope in named[first : bisect_right(named, position, first, key=_end)]:
        governing[scope.kind] = scope.code
    return ";".join(sorted(governing.values()))


def _end(named: tuple[int, Scope]) -> int:
    return named[0]
