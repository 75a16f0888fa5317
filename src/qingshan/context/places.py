"""Finds the names of places in clean text: provinces, named areas, cities, counties, whatever the registry lists."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import ahocorasick_rs

from qingshan.registry import Region, Vocabulary

_TITLE = re.compile(r"《[^》\n]{1,60}》")
# a name that only begins a longer one: 吉林大学, 山东半岛, 海南热带雨林, 北京路
_LONGER_NAME = re.compile(
    r"(?:大学|学院|半岛|热带|路|街道|日报|电视台|银行|大厦|会议|条约|协定|公约|议定书|宣言|框架|菜)"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A place named in clean text; `is_titled` inside a 《title》."""

    start: int
    end: int
    region: Region
    is_titled: bool


class PlaceFinder:
    """Finds places with one vocabulary; made once, used for many texts."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.region_of = vocabulary.region_of
        self._names = list(self.region_of)
        self._matcher = ahocorasick_rs.AhoCorasick(self._names, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)

    def find(self, text: str) -> list[Mention]:
        """Return every place named in clean text, in order."""
        titles = [match.span() for match in _TITLE.finditer(text)]
        starts = [start for start, _ in titles]
        mentions = []
        for name, start, end in self._matcher.find_matches_as_indexes(text):
            if _LONGER_NAME.match(text, end):
                continue
            at = bisect_left(starts, start) - 1
            mentions.append(Mention(start, end, self.region_of[self._names[name]], at >= 0 and start < titles[at][1]))
        return mentions


def between(mentions: Sequence[Mention], low: int, high: int) -> list[Mention]:
    """Return the mentions that start in [low, high)."""
    first = bisect_left(mentions, low, key=lambda mention: mention.start)
    last = bisect_left(mentions, high, key=lambda mention: mention.start)
    return list(mentions[first:last])
