"""Says which place a figure is about: the place its own words name, else its clause's, its section's, its document's.

Reports list provinces one after another, often without headings: a province named again and again, or one that opens a
clause, governs the text until another one does, or until the text speaks of the whole country again.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qingshan.context.along import Along
from qingshan.context.places import Mention, PlaceFinder, is_place_name

_JOINT = re.compile(r"[、和及与]|以及")
_CLAUSE_BEGIN = re.compile(
    r"(?:^|\n)[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]\s*$|[，。；：！？\n”》】）]\s*$|^\s*$|(?:^|[，。；：！？\n])(?:其中|目前|此外|同时|如)，?$"
    r"|\d\s*$"  # 27贵州推行: a number that a place follows stands before a seam
)
_IN = re.compile(r"(?:^|[，。；：！？\n])而?在$")  # 在金塔县，…: its sentence is about it
# words before a place that make it a measure of comparison, a venue or an origin instead of the place measured
_NOT_GOVERNING = re.compile(
    r"(?:占|居|列|于|超过|赴|参加|来自|向|与|对|从|被|达到)$"  # 于 ends 高于 and 位于 too, 向 面向, 居 位居
)
_SELF = re.compile(r"全省|全区|全市|省委|省政府|自治区党委|本省|本市|我省|我市|全自治区")
_NATIONAL = re.compile(r"(?:^|[。\n])(?:全国|各地|我国|各省|各地区)")
_AFTER = re.compile(r"(?:来自|属于|位于|在)")
_AMONG = re.compile(r"[^，。；、]{0,8}等(?:\d|[一二三四五六七八九十百]|地|省|市)")  # 西藏自治区拉萨市等10个地区
_SHARES_ITS_VERB = re.compile(r"[^，。；]{0,16}(?:分别|均|平均)")
# what a province does at the head of its section, even where the line before it is missing
_ACTS = re.compile(
    r"(?:省|市)?(?:以(?!来|上|下|内|外)|把|坚持|推进|牢记|牢固|围绕|结合|统筹|深化|深入|深刻|立足|聚焦|坚决|坚定|全力|大力|率先|印发|出台|制定|实施|作为|提出|"
    r"持续|始终|积极|紧扣|锚定|着力|加快|切实|认真|推行|扛起|落实|打造|守护|筑牢|厚植|发挥|用好|抓住|擦亮|放大|走出|完善|健全|严守|严格|依托|突出|探索|创新|启动|编制|于(?:19|20)\d\d年|在(?:19|20)\d\d年|为(?:深入|贯彻|落实|推进))"
)
_SENTENCE_END = re.compile(r"[。\n]")
_STOP = re.compile(r"[，；：]")
_REACH = 420  # characters a section runs on after its place was last named
_HAS_SECTIONS = ("", "country", "world")  # documents whose sections are about one province each
_COUNTED = re.compile(r"等?[两三四五六七八九十]+(?:个)?(?:省份|省区|省市|省|市|县区|县|区|州|地|家|河|湖|海)")
_SELF_WATER = re.compile(r"全湖|该湖|湖面|湖区|湖体|环湖|湖滨|全流域|流域内|该流域|该河|库区")
_WATER_REACH = 600  # characters a river or lake is still meant by 全湖
_SELF_LEVEL = re.compile(r"全省|全自治区|全区(?!域)|全市|全县")
_HEADING = 14  # characters; a place in a longer line governs its own paragraph only


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

    def __init__(self, finder: PlaceFinder, text: str, mentions: Along[Mention], document: str) -> None:
        self._text, self._mentions, self._region_of = text, mentions, finder.region_of
        self._unlisted = frozenset(mention.region.name for mention in mentions if not mention.region.code)
        self._first = finder.first_characters | {name[0] for name in self._unlisted}
        self._last = finder.last_characters
        known = self._region_of.get(document)
        self._provinces = {
            region.code: region.name for region in self._region_of.values() if region.level == "province"
        }
        self._document = known.name if known else document
        self._document_level = known.level if known else ""
        self._runs = _runs(text, mentions, self._provinces) if self._document_level in _HAS_SECTIONS else []
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
            ahead = self._mentions.between(following.end(), following.end() + 1)
            if ahead:
                return Place(ahead[0].region.name, "stated", "after")
        own = [m for m in self._mentions.between(segment, position) if self._governs(m, section, segment)]
        if self._text[position - 1 : position] == "等":
            own = []  # 太原市、长治市等10个: the places are what is counted
        if self_named := self._self_named(low, segment, position, section):
            return self_named
        if own:
            return Place(own[-1].region.name, "stated", "own words")
        opening = [
            m
            for m in self._mentions.between(low, segment)
            if self._governs(m, section, m.start)
            and self._opens_clause(m, low)
            and self._reaches(m, segment)
            and not (section and m.region.level in ("water", "site") and _province(m, self._provinces) == section)
        ]
        if opening:
            return Place(opening[-1].region.name, "stated", "clause")
        if section:
            # the sentence goes over to another province: where between them the section ended, nobody can tell
            is_left = self._leaves(section, after)
            return Place(section, "" if is_left else "inherited", "section left" if is_left else "section")
        if not self._document:
            return Place("", "", "none")
        # 全省, and nothing says which: the country's report speaks of a part of it
        is_part = self._document_level in ("country", "world") and _SELF_LEVEL.search(self._text, low, position)
        return Place(self._document, "", "part") if is_part else Place(self._document, "document", "document")

    def _leaves(self, section: str, after: int) -> bool:
        """Whether a clause that the sentence opens after a clean offset speaks of a place outside its section."""
        end = _SENTENCE_END.search(self._text, after)
        return any(
            province not in ("", section) and self._opens_clause(m, after) and not m.is_titled
            for m in self._mentions.between(after, end.start() if end else len(self._text))
            for province in (_province(m, self._provinces),)
        )

    def _self_named(self, low: int, segment: int, position: int, section: str) -> Place | None:
        """Return the province or city that 全省 or 全市 means in a number's own words, None when nothing says so."""
        matches = list(_SELF_LEVEL.finditer(self._text, segment, position))
        if not matches:
            return self._self_water(segment, position)
        match = matches[-1]
        level = (
            "province"
            if match.group() in ("全省", "全区", "全自治区")
            else "city"
            if match.group() == "全市"
            else "county"
        )
        if self._document_level == level:
            return Place(self._document, "document", "self")
        for mention in reversed(self._mentions.between(low, match.start())):
            if mention.region.level == level and not mention.is_titled:
                return Place(mention.region.name, "stated", "self")
            if level == "province" and (parent := self._provinces.get(mention.region.parent)) and not section:
                return Place(parent, "inherited", "self")
        return Place(section, "inherited", "section") if section and level == "province" else None

    def _self_water(self, segment: int, position: int) -> Place | None:
        """Return the river, lake or basin that 全湖 or 流域内 means in a number's own words."""
        match = _SELF_WATER.search(self._text, segment, position)
        if match is None:
            return None
        named = [
            m
            for m in self._mentions.between(max(0, match.start() - _WATER_REACH), match.start())
            if m.region.level in ("water", "basin") and not m.is_titled
        ]
        if not named:
            return None
        name = named[-1].region.name
        if "流域" in match.group() and not name.endswith("流域"):
            name += "流域"
        return Place(name, "inherited", "self")

    def listed(self, low: int, position: int, count: int) -> list[str] | None:
        """Return the `count` places that a sentence lists before a clean offset, None when it lists another number."""
        run: list[Mention] = []
        for mention in reversed(self._mentions.between(low, position)):
            joint = self._text[mention.end : run[-1].start] if run else ""
            if run and not _JOINT.fullmatch(joint):
                break
            run.append(mention)
        return [mention.region.name for mention in reversed(run)] if len(run) == count else None

    def counted(self, low: int, position: int, count: int) -> tuple[list[str], int] | None:
        """Return the places of 山东、江苏、河北三省…分别 and where what is measured begins; None without a count."""
        places = self.listed(low, position, count)
        mentions = self._mentions.between(low, position)
        told = _COUNTED.match(self._text, mentions[-1].end, position) if places and mentions else None
        return (places, told.end()) if places and told else None

    def section_start(self, position: int) -> int:
        """Return where the section that governs a clean offset begins, 0 when none does."""
        run = self._run(position)
        return run.start if run else 0

    def strip(self, phrase: str) -> str:
        """Return a phrase without a place's name at its beginning."""
        for end in self._leading(phrase):
            return phrase[end:].lstrip("的")
        return phrase

    def strip_end(self, phrase: str) -> str:
        """Return a phrase without a province's or city's name at its end: 示范区浙江, before the province's count."""
        if phrase[-1:] not in self._last:
            return phrase
        for length in range(min(len(phrase) - 4, 9), 1, -1):
            region = self._region_of.get(phrase[-length:])
            if region is not None and region.level in ("province", "city", "county"):
                return phrase[:-length]
        return phrase

    def named(self, phrase: str) -> str | None:
        """Return the full name of the place that a phrase begins with, None if it begins with none."""
        for end in self._leading(phrase):
            known = self._region_of.get(phrase[:end])
            return known.name if known else phrase[:end]
        return phrase if is_place_name(phrase) else None

    def _leading(self, phrase: str) -> Sequence[int]:
        if phrase[:1] not in self._first:
            return ()
        for length in range(min(len(phrase), 12), 1, -1):
            if phrase[:length] in self._region_of or phrase[:length] in self._unlisted:
                return (length,)
        return ()

    def _section(self, position: int) -> str:
        run = self._run(position)
        return run.name if run else ""

    def _run(self, position: int) -> _Run | None:
        at = bisect_right(self._run_starts, position) - 1
        return self._runs[at] if at >= 0 and position < self._runs[at].end else None

    def _governs(self, mention: Mention, section: str, segment: int) -> bool:
        """Whether a named place can be the place measured; `segment` is where the number's own words begin."""
        if mention.is_titled or _NOT_GOVERNING.search(self._text[max(0, mention.start - 3) : mention.start]):
            return False
        is_first = not self._text[segment : mention.start].strip("、，（")  # 浙江49个、江苏27个
        if (
            self._text[mention.start - 1 : mention.start] == "、"
            and not is_first
            and not _SHARES_ITS_VERB.match(self._text, mention.end)
        ):
            return False  # an item of an enumeration, not what the sentence is about
        if section and mention.region.level in ("basin", "sea", "area", "country", "world"):
            return False
        if mention.region.level in ("water", "site", "sea") and not (is_first or self._opens_clause(mention, 0)):
            return False  # a river or park is spoken of where a clause opens with it, elsewhere only mentioned
        if self._document_level in ("province", "city", "county") and mention.region.level in ("country", "world"):
            return self._opens_clause(mention, 0)  # elsewhere the country is only compared with
        return (is_first and mention.start > segment) or not _in_list(self._text, mention, self._mentions)

    def _reaches(self, mention: Mention, segment: int) -> bool:
        """Whether a place that opened an earlier clause still governs: a river or lake only the clause after it."""
        if mention.region.level in ("province", "city", "country", "world"):
            return True
        if mention.region.level == "site":
            return not _STOP.search(self._text, mention.end, segment)
        return len(_STOP.findall(self._text[mention.end : segment])) <= (3 if mention.region.level == "county" else 2)

    def _opens_clause(self, mention: Mention, low: int) -> bool:
        before = self._text[max(low, mention.start - 6) : mention.start]
        return bool(_CLAUSE_BEGIN.search(before) or _IN.search(before))


def _in_list(text: str, mention: Mention, mentions: Along[Mention]) -> bool:
    """Whether a place is one of several joined by 、 or 和, so that no single one governs."""
    before = text[max(0, mention.start - 2) : mention.start]
    after = text[mention.end : mention.end + 2]
    joined_after = _JOINT.match(after) is not None and bool(mentions.between(mention.end + 1, mention.end + 3))
    joined_before = (
        bool(before)
        and _JOINT.match(before[-1]) is not None
        and any(
            m.end in (mention.start - 1, mention.start - 2) for m in mentions.between(mention.start - 14, mention.start)
        )
    )
    return joined_after or joined_before or _AMONG.match(text, mention.end) is not None


def _runs(text: str, mentions: Along[Mention], provinces: Mapping[str, str]) -> list[_Run]:
    """Return the stretches that one province governs, in order; its cities, lakes and parks speak for it too."""
    named = [
        (name, m)
        for m in mentions
        if (name := _province(m, provinces)) and (m.region.level != "province" or not _in_list(text, m, mentions))
    ]
    groups: list[list[Mention]] = []
    names: list[str] = []
    for name, mention in named:
        if groups and names[-1] == name and mention.start - groups[-1][-1].end <= _REACH:
            groups[-1].append(mention)
        else:
            groups.append([mention])
            names.append(name)
    kept = [(name, group) for name, group in zip(names, groups, strict=True) if _is_strong(text, group)]
    strong = [group for _, group in kept]
    runs = []
    for index, (name, group) in enumerate(kept):
        limit = strong[index + 1][0].start if index + 1 < len(strong) else len(text)
        last = group[-1].end
        while (own := _SELF.search(text, last, min(last + _REACH, limit))) is not None:
            last = own.end()
        end = min(last + _REACH, limit)
        end = min(end, _paragraph_end(text, group[0].start))
        if national := _NATIONAL.search(text, group[0].end, end):
            end = national.start() + 1
        start = group[0].start
        runs.append(_Run(start, end, name))
    return runs


def _paragraph_end(text: str, position: int) -> int:
    """Return where the paragraph around a clean offset ends; the end of the text for a heading."""
    start, end = text.rfind("\n", 0, position) + 1, text.find("\n", position)
    return len(text) if end < 0 or end - start <= _HEADING else end


def _province(mention: Mention, provinces: Mapping[str, str]) -> str:
    """Return the province that a place is or lies in, '' when it lies in none or several."""
    region = mention.region
    return region.name if region.level == "province" else provinces.get(region.parent, "")


def _is_strong(text: str, group: Sequence[Mention]) -> bool:
    """Whether a place is what the text speaks of, not one it mentions: named twice, or opening a clause."""
    if not any(m.region.level == "province" for m in group) and len({m.region.name for m in group}) < 2:
        return False  # one city or lake is spoken of for itself
    if any(_ACTS.match(text, m.end) and not _NOT_GOVERNING.search(text[max(0, m.start - 3) : m.start]) for m in group):
        return True
    opens = [bool(_CLAUSE_BEGIN.search(text[max(0, m.start - 6) : m.start])) for m in group]
    preceded = [text[max(0, m.start - 2) : m.start] == "美丽" for m in group]
    if len(group) == 1:
        after = text[group[0].end : group[0].end + 4]
        return opens[0] and not re.match(r"[的，。；）]|地区|考察|等地", after)
    return any(opens) or any(preceded)
