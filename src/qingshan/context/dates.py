"""Finds the dates of clean text: years, days, intervals, plan periods, and what a change is compared with.

Dates inside 《titles》 name documents and date nothing. Relative words (今年, 上年) need the document's year.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass

from qingshan.context.along import Along
from qingshan.registry import Vocabulary

_TITLE = re.compile(r"《[^》\n]{1,60}》?(?:（[^）\n]{1,16}）)?")
_Y = r"(?:19|20)\d\d"
_DASH = r"(?:[-—–－~～至到]|——)"
_PATTERN = (
    rf"(?P<base>{_Y}年(?:底|末)?相比|以{_Y}年为(?:基期|基年|基准|基数)|在{_Y}年的?(?:基础|水平)上"
    rf"|(?:相?比|相?较于?|与|同|相对于?|好于|高于|低于)(?:[^，。；：\d]{{1,5}}的)?\s?{_Y}年(?:底|末|初)?(?:同期)?(?:水平)?)"
    rf"|(?P<interval>{_Y}年?{_DASH}{_Y}年(?:间|期间|度)?)"
    rf"|(?P<years>{_Y}年?(?:、{_Y}年?)+(?:和{_Y})?年度?)"
    rf"|(?P<day>{_Y}年\d{{1,2}}月\d{{1,2}}日)"
    rf"|(?P<months>{_Y}年1{_DASH}\d{{1,2}}月)"
    rf"|(?P<event>{_Y}年\d{{1,2}}月(?:份|底|末|初)?)"
    rf"|(?P<end>{_Y}年(?:底|末|年底|年末))"
    rf"|(?P<year>{_Y}年度?(?!代))"
    rf"|(?P<lastyear>同比|(?:相?比|较|与|高于|低于|好于|优于|多于|少于)(?:上年度?|去年|上一年|前一年)(?:同期)?|(?:是|为|相当于)(?:上年|去年|上一年)[末底]?的)"
    rf"|(?P<quoted>“[^”\n\d]{{1,8}}20\d\d”)"
    r"|(?P<named>NAMED)"
)
_OPENS = "12以在相比较与同好高低优多少是为“"  # the first characters of `_PATTERN`, names apart
_UNTIL = re.compile(r"(?:到|至|截至|截止到?)$")
_ORIGIN = re.compile(r"(?:从|由|自)$")
_LAST_YEAR = ("上年", "上一年", "上年末", "上年底")
_AGE = re.compile(r"\d{1,3}岁")
_SPOKEN = (
    "今年",
    "去年",
    "去年底",
    "去年末",
    "前年",
    "明年",
)  # a speaker means them from the day, a report from its own year
_PUBLISHED = re.compile(r"(20\d\d)(?:年\d{1,2}月\d{1,2}日|[-/.]\d{1,2}[-/.]\d{1,2}(?!\d))")
_HEAD = 800  # characters in which a page says when it appeared
_SENTENCE_END = re.compile(r"[。！？\n]")
_PLAN_NAME = re.compile(r"[^，。；：、]{0,14}?(?:规划|方案|计划|纲要|名单|行动|项目|工程)")
_PLAN_END = re.compile(r"(?:期)?末(?:期)?")
_COMPARED = re.compile(r"(?:比|较|与|同)$")
_ATTRIBUTE = re.compile(r"版|远景|愿景|使命|前(?=碳|实现)|(?:启动|成立|发布|印发|实施|批准|建成|开始|投运|公布|命名)的")
_OF = re.compile(r"的\d+(?:\.\d+)?(?:倍|%)")
_SINCE = re.compile(r"[^，。；]{0,12}以来")  # 自1961年有记录以来 dates nothing


@dataclass(frozen=True, slots=True)
class Date:
    """A date named in clean text.

    Parameters
    ----------
    kind
        year, end (of a year), day, event (a month), interval, plan, base (compared with), lastyear (同比).
    value
        "2023", "2022-12-31", "2012/2021"; for base the year compared with, '' for lastyear.
    role
        '', "until" (到2025年) or "origin" (从2013年).
    """

    start: int
    end: int
    kind: str
    value: str
    role: str


class DateFinder:
    """Finds dates with one vocabulary; made once, used for many texts."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._named = {word.word: (word.role, word.value) for word in vocabulary.words["periods"]}
        names = "|".join(sorted(map(re.escape, self._named), key=lambda name: (-len(name), name)))
        opening = re.escape(_OPENS + "".join(sorted({name[0] for name in self._named})))
        # looking for one class of characters first spares nearly every place in the text ten alternatives
        self._pattern = re.compile(f"(?=[{opening}])(?:{_PATTERN.replace('NAMED', f'“?(?:{names})”?')})")

    def find(self, text: str, year: str) -> Along[Date]:
        """Return the dates of clean text in order; `year` is the document's, '' leaves relative words unread."""
        titles = [match.span() for match in _TITLE.finditer(text)]
        starts = [start for start, _ in titles]
        spoken = _year_spoken(text, year)
        return Along(date for date in self._dates(text, year, spoken) if not _inside(date.start, titles, starts))

    def _dates(self, text: str, year: str, spoken: str) -> Iterator[Date]:
        told = None  # the last year told outright: 上年 after it is the year before it
        for match in self._pattern.finditer(text):
            kind = match.lastgroup or ""
            near = told is not None and not _SENTENCE_END.search(text, told.end, match.start())
            now = told.value[:4] if told and near and match.group() in _LAST_YEAR else year
            date = self._date(text, match, kind, spoken if match.group() in _SPOKEN else now)
            if date is not None and kind in ("year", "end", "months") and date.role != "origin":
                told = date
            if date is not None:
                yield date

    def _date(self, text: str, match: re.Match[str], kind: str, year: str) -> Date | None:
        start, end = match.span()
        years = re.findall(_Y, match.group())
        before = text[max(0, start - 3) : start]
        if kind in ("year", "end") and _OF.match(text, end) and text[max(0, start - 1) : start] in ("是", "为", "于"):
            return Date(start, end, "base", years[0], "")  # 是2020年底的2.5倍
        if kind in ("year", "event") and _ATTRIBUTE.match(text, end):
            return None  # 2020年版名录, 2021年7月启动的市场: the year of a thing, not of its figure
        if kind in ("year", "event") and _SINCE.match(text, end):
            return Date(start, end, "base", years[0], "")  # 自2013年…以来: what changed since is measured from it
        role = "until" if _UNTIL.search(before) else "origin" if _ORIGIN.search(before) else ""
        if kind == "base" and year and years[0] > year:
            return Date(start, end, "year", years[0], "until")  # 好于2025年…的目标
        if kind == "base":
            return Date(start, end, "base", years[0], "")
        if kind == "lastyear":
            return Date(start, end, "lastyear", "", "")
        if kind == "named":
            return self._named_date(text, match, role, year)
        if kind in ("interval", "years"):
            return Date(start, end, kind, f"{years[0]}/{years[-1]}", role)
        if kind == "day":
            month, day = re.findall(r"(\d{1,2})[月日]", match.group())
            if not (1 <= int(month) <= 12 and 1 <= int(day) <= monthrange(int(years[0]), int(month))[1]):
                return None  # 2月30日 is a misprint, and dates nothing
            return Date(start, end, "day", f"{years[0]}-{int(month):02d}-{int(day):02d}", role)
        if kind == "end":
            return Date(start, end, "end", f"{years[0]}-12-31", role)
        return Date(start, end, {"months": "year", "quoted": "year"}.get(kind, kind), years[0], role)

    def _named_date(self, text: str, match: re.Match[str], role: str, year: str) -> Date | None:
        meaning, value = self._named[match.group().strip("“”")]
        start, end = match.span()
        if meaning == "plan" and (ending := _PLAN_END.match(text, end)):
            last = value.split("/")[1]
            is_of = _OF.match(text, ending.end()) is not None  # 约为“十三五”末的20倍
            if is_of or _COMPARED.search(text[max(0, start - 2) : start]):
                return Date(start, ending.end(), "base", last, "")
            return Date(start, ending.end(), "end", f"{last}-12-31", role)
        if meaning == "plan" and _PLAN_NAME.match(text, end):
            return None  # the plan that a document is named after dates nothing
        if meaning == "plan":
            return Date(start, end, "plan", value, role)
        if meaning == "named":
            return Date(start, end, "year", value, role or "origin")
        if _AGE.match(text, end):
            return None  # 今年46岁
        return Date(start, end, "year", str(int(year) + int(value)), role) if year else None


def _year_spoken(text: str, year: str) -> str:
    """Return the year that 今年 means: of the day on which a text says it appeared, if that is its own or the next."""
    published = _PUBLISHED.search(text, 0, _HEAD)
    return published[1] if published and year and int(published[1]) - int(year) in (0, 1) else year


def _inside(position: int, spans: list[tuple[int, int]], starts: list[int]) -> bool:
    at = bisect_left(starts, position) - 1
    return at >= 0 and position < spans[at][1]
