"""Says which place a figure is about: the place its own words name, else its clause's, its section's, its document's.

Reports list provinces one after another, often without headings: a province named again and again, or one that opens a
clause, governs the text until another one does, or until the text speaks of the whole country again.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from qingshan.context.places import Mention, PlaceFinder, between

_JOINT = re.compile(r"[、和及与]|以及")
_CLAUSE_BEGIN = re.compile(r"[，。；：！？\n”》】）]\s*$|^\s*$|(?:^|[，。；：！？\n])(?:其中|目前|此外|同时|如)，?$")
# words before a place that make it a measure of comparison, a venue or an origin instead of the place measured
_NOT_GOVERNING = re.compile(
    r"(?:占|居|列|位居|位列|高于|低于|好于|优于|超过|赴|参加|来自|面向|与|向|于|对|从|被|位于|优于|达到)$"
)
_SELF = re.compile(r"全省|全区|全市|省委|省政府|自治区党委|本省|本市|我省|我市|全自治区")
_NATIONAL = re.compile(r"(?:^|[。\n])(?:全国|各地|我国|各省|各地区)")
_AFTER = re.compile(r"(?:来自|属于|位于|在)")
_AMONG = re.compile(r"[^，。；、]{0,8}等(?:\d|[一二三四五六七八九十百]|地|省|市)")  # 西藏自治区拉萨市等10个地区
_SHARES_ITS_VERB = re.compile(r"[^，。；]{0,16}(?:分别|均|平均)")
_REACH = 420  # characters a section runs on after its place was last named
_BELOW = {"": "province", "country": "province", "world": "province", "province": "city", "city": "county"}


@dataclass(frozen=True, slots=True)
class Place:
    """A figure's region: full official name, basis (stated, inherited, document or ''), and the rule that gave it."""

    name: str
    basis: str
    rule: str


@dataclass(frozen=True, slots=True)
class _Run:
    start: int
    end: int
    name: str


class RegionReader:
    """Reads the regions of one text; `document` is the area the whole text is about, '' if unknown."""

    def __init__(self, finder: PlaceFinder, text: str, mentions: Sequence[Mention], document: str) -> None:
        self._text, self._mentions, self._region_of = text, mentions, finder.region_of
        known = self._region_of.get(document)
        self._document = known.name if known else document
        self._document_level = known.level if known else ""
        self._runs = _runs(text, mentions, _BELOW.get(self._document_level, ""))
        self._run_starts = [run.start for run in self._runs]

    def read(self, low: int, segment: int, position: int, after: int) -> Place:
        """Return the region of a number.

        Parameters
        ----------
        low, segment, position, after
            Clean offsets: where its sentence begins, where its own words begin, where it begins, where it ends.
        """
        section = self._section(position)
        following = _AFTER.match(self._text, after)
        if following:
            ahead = between(self._mentions, following.end(), following.end() + 1)
            if ahead:
                return Place(ahead[0].region.name, "stated", "after")
        own = [m for m in between(self._mentions, segment, position) if self._governs(m, section)]
        if self._text[position - 1 : position] == "等":
            own = []  # 太原市、长治市等10个: the places are what is counted
        if own:
            return Place(own[-1].region.name, "stated", "own words")
        opening = [
            m for m in between(self._mentions, low, segment) if self._governs(m, section) and self._opens_clause(m, low)
        ]
        if opening:
            return Place(opening[-1].region.name, "stated", "clause")
        if section:
            return Place(section, "inherited", "section")
        return Place(self._document, "document" if self._document else "", "document" if self._document else "none")

    def strip(self, phrase: str) -> str:
        """Return a phrase without places' names at its beginning."""
        for mention_end in self._leading(phrase):
            return phrase[mention_end:].lstrip("的")
        return phrase

    def named(self, phrase: str) -> str | None:
        """Return the full name of the place that a phrase begins with, None if it begins with none."""
        for end in self._leading(phrase):
            return self._region_of[phrase[:end]].name
        return None

    def _leading(self, phrase: str) -> Sequence[int]:
        for length in range(min(len(phrase), 12), 1, -1):
            if phrase[:length] in self._region_of:
                return (length,)
        return ()

    def _section(self, position: int) -> str:
        at = bisect_right(self._run_starts, position) - 1
        return self._runs[at].name if at >= 0 and position < self._runs[at].end else ""

    def _governs(self, mention: Mention, section: str) -> bool:
        """Whether a named place can be the place measured."""
        if mention.is_titled or _NOT_GOVERNING.search(self._text[max(0, mention.start - 3) : mention.start]):
            return False
        if self._text[mention.start - 1 : mention.start] == "、" and not _SHARES_ITS_VERB.match(
            self._text, mention.end
        ):
            return False  # an item of an enumeration, not what the sentence is about
        if section and mention.region.level in ("basin", "sea", "area", "country", "world"):
            return False
        if self._document_level in ("province", "city", "county") and mention.region.level in ("country", "world"):
            return self._opens_clause(mention, 0)  # elsewhere the country is only compared with
        return not _in_list(self._text, mention, self._mentions)

    def _opens_clause(self, mention: Mention, low: int) -> bool:
        return bool(_CLAUSE_BEGIN.search(self._text[max(low, mention.start - 6) : mention.start]))


def _in_list(text: str, mention: Mention, mentions: Sequence[Mention]) -> bool:
    """Whether a place is one of several joined by 、 or 和, so that no single one governs."""
    before = text[max(0, mention.start - 2) : mention.start]
    after = text[mention.end : mention.end + 2]
    joined_after = _JOINT.match(after) is not None and bool(between(mentions, mention.end + 1, mention.end + 3))
    joined_before = (
        bool(before)
        and _JOINT.match(before[-1]) is not None
        and any(
            m.end in (mention.start - 1, mention.start - 2)
            for m in between(mentions, mention.start - 14, mention.start)
        )
    )
    return joined_after or joined_before or _AMONG.match(text, mention.end) is not None


def _runs(text: str, mentions: Sequence[Mention], level: str) -> list[_Run]:
    """Return the stretches that one place of `level` governs, in order."""
    named = [m for m in mentions if m.region.level == level and not _in_list(text, m, mentions)]
    groups: list[list[Mention]] = []
    for mention in named:
        if groups and groups[-1][-1].region is mention.region and mention.start - groups[-1][-1].end <= _REACH:
            groups[-1].append(mention)
        else:
            groups.append([mention])
    strong = [group for group in groups if _is_strong(text, group)]
    runs = []
    for index, group in enumerate(strong):
        limit = strong[index + 1][0].start if index + 1 < len(strong) else len(text)
        last = group[-1].end
        while (own := _SELF.search(text, last, min(last + _REACH, limit))) is not None:
            last = own.end()
        end = min(last + _REACH, limit)
        if national := _NATIONAL.search(text, group[0].end, end):
            end = national.start() + 1
        start = group[0].start
        runs.append(_Run(start, end, group[0].region.name))
    return runs


def _is_strong(text: str, group: Sequence[Mention]) -> bool:
    """Whether a place is what the text speaks of, not one it mentions: named twice, or opening a clause."""
    opens = [bool(_CLAUSE_BEGIN.search(text[max(0, m.start - 6) : m.start])) for m in group]
    preceded = [text[max(0, m.start - 2) : m.start] == "美丽" for m in group]
    if len(group) == 1:
        after = text[group[0].end : group[0].end + 4]
        return opens[0] and not re.match(r"[的，。；）]|地区|考察|等地", after)
    return any(opens) or any(preceded)
