"""Finds the names of places in clean text: provinces, named areas, cities, counties, whatever the registry lists."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

import ahocorasick_rs

from qingshan.context.along import Along
from qingshan.context.names import find_names
from qingshan.registry import Region, Vocabulary

_TITLE = re.compile(r"《[^》\n]{1,60}》")
# a name that only begins a longer one: 吉林大学, 山东半岛, 海南热带雨林, 北京路
_LONGER_NAME = re.compile(
    r"(?:大学|学院|半岛|热带|路|街道|日报|电视台|银行|大厦|会议|条约|协定|公约|议定书|宣言|框架|菜|虎|豹|鲤|鹤|猫|蟹|鸡)"
)


# a county, river or lake that no list holds, where a clause begins with it: 江都区, 邵伯湖, 石羊河
_UNLISTED = re.compile(
    r"(?:^|[，。；：、\n（]|其中)在?(?P<name>(?![全各本该分单去今明昨我两几等多其此在对给将把由从与和及或以共第一二三四五六七八九十每按据经年市省区县约占入出])"
    r"(?:[\u4e00-\u9fff]{2,3}(?:县|市|区(?!域|间)|旗)|[\u4e00-\u9fff]{2,6}自治[县州旗]|[\u4e00-\u9fff]{1,3}?(?:湖|江|河|水库)))(?=[\u4e00-\u9fff\d、，])"
)
_COUNTY = re.compile(r"[\u4e00-\u9fff]{1,3}(?:县|市|区|旗)|[\u4e00-\u9fff]{2,6}自治[县州旗]")
_COUNTY_AFTER = re.compile(
    r"(?![全各本该辖所内级直的等和及与有在城市县区])[\u4e00-\u9fff]{1,3}?(?:县|自治县)(?=[\u4e00-\u9fff])"
)
# a small river whose name ends in 水, where its water is measured: 渌水总磷
_SMALL_RIVER = re.compile(
    r"水(?=(?:干流|流域)?(?:国控|省控)?(?:总磷|氨氮|总氮|水质|断面|高锰酸盐|化学需氧量|年均|平均))"
)
_RIVER_BEFORE = re.compile(
    r"(?:^|[，。；：、\n（]|其中)(?P<name>[\u4e00-\u9fff]?[\u4e00-\u9fff](?<![污废用饮下表海雨供中生排取来湖河江降洪节进出原清])水)$"
)
_COMMON = re.compile(
    r"(?:城|都|超|上|集|县|夜|街|股|债|楼|期|盟|州|开|收|入|休|闭)市$|(?:地|城|园|景|社|市|片|辖|灌|林|牧|矿|山|郊|库|湖|港|海|新|特|小|校|护|范|验|发|行|制|能|控|缓冲|核心|试点|禁养|"
    r"限养|渔|水|农|重点|分|战|空|功能|建成|主城|中心|低|先行|雨|间|厂|营|流|产|生|冻|雪|旱|震|灾|疫|盲|误|时|沙|城)区$|(?:市|区|州)县$|"
    r"(?:海|湖|黑臭|要|条|运|市|点|小|大|内|城|丽|福|康|大江|清|母亲|干|支|巡|入|出|沿|跨|护|治)(?:河|湖|江)$|[和与及的]|^(?:地级|县级|沿海|沿江|重点|试点|两岸|上游|中游|下游|农|城|近岸|管辖|我国|省会|推|建|打|持|治|实|开|整|修|疏|清|保|加|巡|吸|新|改|完|统|落|深|强)"
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
        self.first_characters = frozenset(name[0] for name in self._names)
        self.last_characters = frozenset(name[-1] for name in self._names)
        self._matcher = ahocorasick_rs.AhoCorasick(self._names, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)

    def find(self, text: str) -> Along[Mention]:
        """Return every place named in clean text, in order."""
        titles = [match.span() for match in _TITLE.finditer(text)]
        starts = [start for start, _ in titles]
        mentions = []
        for name, start, end in find_names(self._matcher, text):
            if _LONGER_NAME.match(text, end):
                continue
            at = bisect_left(starts, start) - 1
            mentions.append(Mention(start, end, self.region_of[self._names[name]], at >= 0 and start < titles[at][1]))
        listed = {mention.start for mention in mentions}
        within = [found for mention in mentions if (found := _within(text, mention)) and found.start not in listed]
        listed |= {mention.start for mention in within}
        mentions += [*within, *(mention for mention in _unlisted(text) if mention.start not in listed)]
        return Along(sorted(mentions, key=lambda mention: mention.start))


def is_place_name(phrase: str) -> bool:
    """Whether a phrase has the form of a county's or city's name, whether a list holds it or not."""
    return _COUNTY.fullmatch(phrase) is not None and not _COMMON.search(phrase)


def _within(text: str, mention: Mention) -> Mention | None:
    """Return the unlisted county that is named right after its province or city: 福建长汀县."""
    if mention.region.level not in ("province", "city") or mention.is_titled:
        return None
    match = _COUNTY_AFTER.match(text, mention.end)
    if match is None or _COMMON.search(match.group()):
        return None
    return Mention(*match.span(), Region("", 0, match.group(), "", "county", ()), False)


def _unlisted(text: str) -> Iterator[Mention]:
    for match in _SMALL_RIVER.finditer(text):
        if river := _RIVER_BEFORE.search(text, max(0, match.end() - 5), match.end()):
            yield Mention(*river.span("name"), Region("", 0, river["name"], "", "water", ()), False)
    for match in _UNLISTED.finditer(text):
        name = match["name"]
        stands_alone = text[match.end() : match.end() + 1] == "，"  # 在金塔县，: only so is a name alone a clause
        if stands_alone and text[match.start("name") - 1 : match.start("name")] != "在":
            continue
        if not _COMMON.search(name):
            level = "water" if name[-1] in "湖江河库湾域" else "county"
            yield Mention(match.start("name"), match.end("name"), Region("", 0, name, "", level, ()), False)
