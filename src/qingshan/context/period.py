"""Says when a figure holds and what a change is measured from, from the dates around it.

A period is never guessed: '' when nothing dates the figure. A date in the figure's own sentence is stated; one that a
bulletin's heading or the paragraph's opening gives is inherited.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from qingshan.context.dates import Date

_AXIS = re.compile(r"(?:(?:19|20)\d\d年?[、，\s]*){3,}")
_LABEL_GAP = re.compile(r"[^。；！？\n\d]{0,24}")
_STANDING = re.compile(r"(?:累计|已有|已|共有|现有|总数)[^，。；]{0,20}$")  # a stock, reached by no date of its own
_GROWTH = re.compile(r"(?:增长|下降|增加|减少|上涨|下跌|回落|提高)(?:了|约|近|超过?)?$")
_HARD_STOP = re.compile(r"[，；：\n]")
_SAME_CLAUSE = re.compile(r"[^，；：\n\d到至]{0,16}")  # 建国之初覆盖率只有8%: nothing moves on from it
_ATTACHED = re.compile(r"(?:[的约为是达到超过近，]|下降到?|上升到?|提高到?|降低到?|增加到?|降至|升至)*$")
_HEADING = re.compile(r"[^。；，]{0,60}$")
# a document says which year its values are of: 现状值取2022年, 数据截至2023年底
_STATED = re.compile(r"(?:现状值?|现状年|评估期|数据|指标值)[^。，；]{0,8}(?:取|为|截至|截止到?)((?:19|20)\d\d)年")
_BASE = re.compile(r"(?:以|基期(?:为|是|取|均?指))((?:19|20)\d\d)年(?:为基期|为基数|为基准|(?=[，。；、（]))")
_TARGET = re.compile(r"目标值?(?:均|都)?(?:指|为|取|对应)((?:19|20)\d\d)年")
_YEARLY = re.compile(r"公报|年报|年鉴|统计|状况|年度|概况|通报|工作报告|总结")
_YEAR = re.compile(r"(?:19|20)\d\d(?!年\d|年第|[\d〕\]-])")  # a year, not the year of a day or of a document number
# 三年下降6.2%, 五年累计下降19.2%: from the year so many years before
_OVER_YEARS = re.compile(
    r"(?:^|[，。；：、\u4e00-\u9fff])(?<![第十二三四五六七八九年上后前])([两三四五六七八九十])年(?:来|间|里)?(?:时间)?(?:累计|共|净|合计|已)*[^，。；：\d]{0,8}$"
)
_REACHED = re.compile(r"(?:达到?|[升降增减]?[到至]|为|超过|突破|[定持]在)(?:了|约|近|逾)?$")
# 五年来，过去三年，: the years up to the document's own
_SPAN = re.compile(
    r"(?:[（(]?[一二三四五六七八九十\d]{1,2}[）)、.．]\s*)?(?:过去|这|近)?([两三四五六七八九十])年(?:来|间)?(?=[，,])"
)
_NUMERALS = "零一二三四五六七八九十"
_SHORT = 5000  # characters; a short text speaks of one year
_FIRST = 600  # characters in which a text says what year it is about
LONG_LINE = 800  # characters; a longer line is no paragraph but a text without line breaks


@dataclass(frozen=True, slots=True)
class Period:
    """A figure's period and base period; `basis` is stated, inherited or ''; `rule` says what decided."""

    time: str
    base: str
    basis: str
    rule: str


NO_PERIOD = Period("", "", "", "none")


def read_period(
    text: str,
    low: int,
    position: int,
    dates: Sequence[Date],
    *,
    is_change: bool,
    inherited: str = "",
    base: str = "",
) -> Period:
    """Return the period of the number at clean offset `position`.

    Parameters
    ----------
    low
        Where its sentence begins.
    dates
        The dates of the sentence before the number, in order.
    inherited
        The period that heading or paragraph give, '' if none.
    base
        The base period that the sentence before set for changes like this one, '' if none.
    """
    own = text[max(low, position - 24) : position]
    is_standing = bool(_STANDING.search(own))
    if is_standing and not (is_change and "/" in inherited):
        inherited = ""
    time = _time(text, position, dates, is_change, is_standing and not is_change)
    if not is_change:
        if time is not None:
            return Period(_plain(time), "", "stated", time.kind)
        if "/" in inherited and _REACHED.search(text[max(low, position - 8) : position]):
            inherited = inherited.split("/")[1]  # 五年来，…覆盖率达到42%: a state at the end
        return Period(inherited, "", "inherited", "inherited") if inherited else NO_PERIOD
    compared = _compared(dates)
    when = time.value if time is not None else inherited
    basis = "stated" if time is not None else "inherited" if inherited else ""
    if compared is not None and compared.kind == "base":
        base = compared.value
        if basis == "inherited":
            when = when.split("/")[-1]  # 五年来，…与2017年相比: measured from that year to the last
    elif compared is not None and len(when) >= 4 and "/" not in when:
        base = str(int(when[:4]) - 1)
    if compared is None and (span := _OVER_YEARS.search(own)) and len(when) == 4:
        first = int(when) - _NUMERALS.index(span[1].replace("两", "二"))
        return Period(f"{first}/{when}", str(first), basis, "span of years")
    if (
        compared is None
        and not base
        and _GROWTH.search(text[max(low, position - 8) : position])
        and _is_year(time, when)
    ):
        return Period(when, str(int(when) - 1), basis, "growth")
    if "/" in when and compared is None:
        return Period(when, when.split("/")[0], basis, "interval")
    if base and time is not None and time.role == "until":
        return Period(_plain(time), base, basis, "until")
    if base and when and "/" not in when and int(when[:4]) - int(base) > 1:
        return Period(f"{base}/{when[:4]}", base, basis, "compared")
    return Period(when, base, basis or ("stated" if base else ""), "compared" if base else "date")


def _is_year(time: Date | None, when: str) -> bool:
    """Whether a period is one whole year that is reported on, so that growth in it is from the year before."""
    return len(when) == 4 and (time is None or (time.kind == "year" and not time.role))


def _time(text: str, position: int, dates: Sequence[Date], is_change: bool, is_standing: bool) -> Date | None:
    """Return the date that a number holds at: the last before it that still governs it."""
    for date in reversed(dates):
        gap = text[date.end : position]
        if date.kind == "base" and gap == "的" and not is_change:
            return date  # 对比2015年的716万吨
        if date.kind in ("base", "lastyear"):
            continue
        if date.role == "origin":
            if _ATTACHED.match(gap) or _SAME_CLAUSE.fullmatch(gap):
                return date
            continue
        stops = len(_HARD_STOP.findall(gap))
        if date.kind == "event" and stops > 2:
            continue  # the month in which something was decided dates nothing further on
        if is_standing and stops and date.role != "until" and date.kind not in ("end", "day"):
            continue  # 2013年提出…，累计创建26个: the year of the beginning is not that of the stock
        if date.kind == "interval" and not is_change and stops > 3:
            continue
        return date
    return None


def _compared(dates: Sequence[Date]) -> Date | None:
    """Return what a change is compared with: the last base or 同比 of its clause, else of its sentence."""
    for date in reversed(dates):
        if date.kind in ("base", "lastyear"):
            return date
    return None


def _plain(date: Date) -> str:
    """Return a date's value for a state: a plan that sets a target for its end gives that year."""
    return date.value.split("/")[-1] if date.kind == "interval" and date.role == "until" else date.value


def axis_interval(text: str, position: int) -> str:
    """Return "2013/2022" when the years of a chart's axis follow at clean offset `position`, else ''."""
    gap = _LABEL_GAP.match(text, position)
    match = _AXIS.match(text, gap.end()) if gap else None
    if match is None:
        return ""
    years = re.findall(r"(?:19|20)\d\d", match.group())
    rising = all(int(later) == int(earlier) + 1 for earlier, later in itertools.pairwise(years))
    return f"{years[0]}/{years[-1]}" if rising else ""


class PeriodState:
    """What earlier sentences say of the time: a bulletin's year, and the year a paragraph opened with."""

    def __init__(self, year: str, length: int) -> None:
        self._year, self._is_short = year, length <= _SHORT
        self._document = ""
        self._paragraph = ""
        self._told = ""  # the last year a sentence opened with: 五年来 after it ends there
        self.base = self.target = ""  # the years that 基期 and 目标 mean in this document

    @property
    def inherited(self) -> str:
        return self._paragraph or self._document

    def enter(self, sentence: str, dates: Sequence[Date], *, low: int, opens_line: bool, line_length: int) -> None:
        """Take note of a sentence before its numbers are read; `dates` are its own, `low` its clean offset."""
        if stated := _STATED.search(sentence):
            self._document = stated[1]
        if base := _BASE.search(sentence):
            self.base = base[1]
        if target := _TARGET.search(sentence):
            self.target = target[1]
        if opens_line:
            self._paragraph = ""
            self._heading(sentence, line_length)
        if line_length > LONG_LINE:
            return
        if (
            not self._document
            and self._is_short
            and low < _FIRST
            and any(d.kind in ("year", "end") and d.value[:4] == self._year for d in dates)
        ):
            self._document = self._year  # the text itself opens with the year it is said to be about
        # 2023年，… speaks of the year in all that follows; 2021年森林覆盖率为… only of its own figure
        opening = next(
            (
                d
                for d in dates
                if d.kind in ("year", "end", "plan")
                and d.start - low <= 6
                and sentence[d.end - low : d.end - low + 1] in ("，", ",")
            ),
            None,
        )
        if opening is not None and opening.role != "origin":
            self._paragraph = opening.value
            if opening.kind == "year" and not opening.role and opening.value <= self._year:
                self._told = opening.value
        elif (span := _SPAN.match(sentence)) and self._year:
            count = _NUMERALS.index(span[1].replace("两", "二"))
            last = int(self._told or self._year)
            self._paragraph = f"{last - count + 1}/{last}"

    def _heading(self, sentence: str, line_length: int) -> None:
        """Take a short line without a full stop for a heading; the only year in it dates what follows."""
        line = sentence.strip()
        years = set(_YEAR.findall(line))
        if self._year:
            years = {year for year in years if year <= self._year}  # a later one is when the text was printed
        if (
            line_length <= 64
            and line
            and _HEADING.match(line)
            and len(years) == 1
            and (self._is_short or _YEARLY.search(line))
        ):
            self._document = years.pop()
