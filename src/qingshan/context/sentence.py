"""Reads all numbers of one sentence in their context: kind, qualifier, subject, place, period, integrity.

Flows in: clean text, the sentence's span and its numbers, and what earlier sentences set. Flows out: one `Reading` per
number. Numbers of one list share their verb; names listed before 分别 are dealt out to the numbers after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from qingshan.context import lists
from qingshan.context.along import Along
from qingshan.context.comparison import read_comparison
from qingshan.context.dates import DateFinder
from qingshan.context.dealing import as_before, at_places, dealt_out, referred, with_ends
from qingshan.context.kind import Kind, KindReader
from qingshan.context.layout import Layout, clause_start
from qingshan.context.period import LONG_LINE, NO_PERIOD, Period, PeriodState, axis_interval, read_period
from qingshan.context.places import PlaceFinder
from qingshan.context.planning import is_work_report, plans_ahead
from qingshan.context.reading import Reading
from qingshan.context.region import RegionReader
from qingshan.context.scope import ScopeFinder, read_scope
from qingshan.context.seams import integrity
from qingshan.context.subject import FROM_WHEN, SubjectReader, masked
from qingshan.quantity import QualifierReader, Quantity
from qingshan.registry import Vocabulary

_AFTER_SEAM = ("after-number", "of-orphan")  # what stands before the seam dates nothing after it
_HEADING = re.compile(
    r"(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]\s*)([^，。；：\d（）]{2,16})。"
)  # （二）碳排放强度。
_BASE_VALUE = re.compile(r"基期|基数(?!仅|只|略)")
_RUNNING_TOTAL = re.compile(r"累计|总数|总计|达到?")
# 氮氧化物排放总量持续下降。: a sentence without numbers names what the next one measures
_TREND = re.compile(
    r"([^，。；：\d]{3,30}?)(?:持续|稳步|明显|大幅|不断|逐年|继续|总体|进一步)*(?:下降|上升|增长|提高|改善|好转|减少|增加|稳定|向好|提升)[^，。；\d]{0,8}。"
)
_BY_YEAR = re.compile(r"(?:^|[，。；：\n])到$")
# 离下降19%的目标, 超出18%的下降目标, 越过13%的门槛
_TARGET_AFTER = re.compile(
    r"(?:以上|以下|以内|左右)?的?(?:年度|规划|预期|约束性|既定|原定|考核)?(?P<verb>下降|减排|增长)?"
    r"(?:目标|期望值|(?<=的)门槛|承诺|指标值|考核值|考核要求)(?!的[\d一二三四五六七八九])"
)
# the rest of a flattened chart: labels and signed values in turn
_SIGNED_LABELS = re.compile(r"(?:(?:[^。；！？\d]|[A-Z]{1,3}\d(?:\.\d)?){1,24}?[+\-−]\d+(?:\.\d+)?%){0,40}")

_FARTHEST = 2000  # characters of a sentence before a number that may say something of it
_MOST_KEPT = 4000  # clauses
_EARLIER = Period("", "", "", "earlier")  # 由建区时的187种: before the time that the sentence speaks of


class Vocabularies:
    """The readers that one vocabulary makes; made once, used for many texts."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.qualifiers = QualifierReader(vocabulary)
        self.kinds = KindReader(vocabulary)
        self.dates = DateFinder(vocabulary)
        self.places = PlaceFinder(vocabulary)
        self.scopes = ScopeFinder(vocabulary)
        self.subjects = SubjectReader(vocabulary)


class TextReader:
    """Reads the sentences of one text in order, remembering what they set for those after them."""

    def __init__(self, text: str, layout: Layout, readers: Vocabularies, *, year: str, area: str) -> None:
        self.text, self.layout, self._readers, self._year = text, layout, readers, year
        self.dates = readers.dates.find(text, year)
        self.regions = RegionReader(readers.places, text, readers.places.find(text), area)
        self._latest = year or max(
            (date.value[:4] for date in self.dates if date.kind in ("year", "end", "day") and not date.role), default=""
        )
        self._scopes = readers.scopes.find(text)
        self._periods = PeriodState(year, len(text))
        self._target_base = ""  # the base that targets of the sentence before are measured from
        self._is_setting_targets = self._is_planning = False
        self._is_plan_document = is_work_report(text)
        self._topic = ""  # what the sentence before spoke of
        self._next_sentence = 0
        self._tidy_of: dict[str, str] = {}

    def read(self, quantities: Sequence[Quantity]) -> Iterator[Reading]:
        """Yield one reading per quantity of the text, in order."""
        first = 0
        while first < len(quantities):
            index = self.layout.sentence_index(quantities[first].start)
            low, high = self.layout.span(index)
            last = first
            while last < len(quantities) and quantities[last].start < high:
                last += 1
            self._pass_sentences(index)
            yield from self._sentence(low, high, Along(quantities[first:last]))
            first = last

    def inherited_at(self, positions: Sequence[int]) -> list[str]:
        """Return the period that headings and paragraphs give to each of some clean offsets, '' where none does."""
        state, following, found = PeriodState(self._year, len(self.text)), 0, []
        for position in positions:
            until = self.layout.sentence_index(position) + 1
            for index in range(following, until):
                self._enter(state, index)
            following = max(following, until)
            found.append(state.inherited)
        return found

    def _enter(self, state: PeriodState, index: int) -> bool:
        """Take note of a sentence's dates; return whether it opens a line."""
        low, high = self.layout.span(index)
        opens_line = low == 0 or self.text[low - 1] == "\n"
        state.enter(
            self.text[low : min(high, low + 120)],
            self.dates.between(low, min(high, low + 120)),
            low=low,
            opens_line=opens_line,
            line_length=self.layout.line_length(low),
        )
        return opens_line

    def _pass_sentences(self, until: int) -> None:
        for index in range(self._next_sentence, until + 1):
            low, high = self.layout.span(index)
            if self._enter(self._periods, index):
                self._is_setting_targets, self._target_base, self._topic = False, "", ""
                if self._is_plan_document:
                    self._is_planning = plans_ahead(self.text[low:high], self._is_planning)
            if (opening := _TREND.match(self.text, low, min(high, low + 60))) and lists.ends_in_head(opening[1]):
                self._topic = self.tidy(opening[1])
            if heading := _HEADING.match(self.text, low, min(high, low + 40)):
                self._topic = heading[1]
        self._next_sentence = max(self._next_sentence, until + 1)

    def _sentence(self, low: int, high: int, numbers: Along[Quantity]) -> Iterator[Reading]:
        sentence = self.text[low:high]
        goes_on = (
            self._is_setting_targets
            and self._readers.kinds.carries_target(sentence)
            and not self.dates.between(low, numbers[0].start)
        )
        readings: list[Reading] = []
        for group in lists.groups(self.text, numbers):
            readings.extend(self._group(low, high, numbers, group, readings, goes_on))
        readings = referred(self.text, readings)
        readings = self._with_topic(low, with_ends(self.text, self.dates, low, numbers, readings))
        yield from readings
        targets = [reading for reading in readings if reading.kind.is_target]
        self._is_setting_targets = any(reading.kind.name == "target_change" for reading in targets)
        self._target_base = next((r.period.base for r in reversed(targets) if r.period.base), "")

    def _with_topic(self, low: int, readings: list[Reading]) -> list[Reading]:
        """Carry the topic of the sentence before to numbers that name nothing, where lines are whole paragraphs."""
        if self.layout.line_length(low) > LONG_LINE:
            return readings
        named = []
        for reading in readings:
            topic = next((r.subject for r in reversed(named) if r.subject), self._topic)
            if reading.integrity == "orphan" and reading.rules.endswith("no-subject") and topic:
                rules = reading.rules.replace("subject=none", "subject=topic").replace(
                    "integrity=no-subject", "integrity=none"
                )
                reading = replace(reading, subject=topic, integrity="whole", rules=rules)
            named.append(reading)
        self._topic = next((r.subject for r in reversed(named) if r.subject and r.kind.name != "count"), self._topic)
        return named

    def _group(
        self,
        low: int,
        high: int,
        numbers: Along[Quantity],
        group: Sequence[int],
        done: Sequence[Reading],
        goes_on: bool,
    ) -> list[Reading]:
        """Read the numbers of one list; a single number is a list of one."""
        readings: list[Reading] = []
        for index in group:
            previous = readings[-1] if readings else None
            readings.append(self._number(low, high, numbers, index, previous, done[-1] if done else None, goes_on))
        if len(group) > 1:
            before = masked(self.text, low, numbers[group[0]].start, numbers)
            if years := self._years_of(low, numbers[group[0]].start, len(group), before):
                return dealt_out(readings, years, "", self.regions, self.tidy)
            if lists.is_respective(before) and (
                counted := self.regions.counted(low, numbers[group[0]].start, len(group))
            ):
                subject = self.tidy(lists.head_of(self.text[counted[1] : numbers[group[0]].start]))
                return at_places(readings, counted[0], subject or (done[-1] if done else readings[0]).subject)
            if names := lists.names_of(before, len(group)):
                said = self.tidy(lists.tail_of(before)) or (done[-1].subject if done else "")
                return dealt_out(readings, names, said, self.regions, self.tidy)
            if lists.is_respective(before) and (
                places := self.regions.listed(low, numbers[group[0]].start, len(group))
            ):
                return at_places(readings, places, readings[0].subject)
            if lists.is_respective(before) or (len(done) >= len(group) and readings[0].kind.is_change):
                return as_before(readings, done[-len(group) :], before)
        return readings

    def _years_of(self, low: int, position: int, count: int, before: str) -> lists.Names | None:
        """Return the years listed for `count` numbers: 2021年、2022年, 2020年至2022年 or 到2025年和2030年."""
        if not lists.is_respective(before):
            return None
        dates = [d for d in self.dates.between(low, position) if d.kind in ("years", "interval", "year")]
        return lists.years_in(self.text[dates[0].start : dates[-1].end], count) if dates else None

    def tidy(self, phrase: str) -> str:
        """Return the words of a phrase that name something: no date, place, verb or qualifier around them."""
        return self._readers.subjects.tidy(phrase, self.regions.strip)

    def _tidied(self, phrase: str) -> str:
        """Return the words of a phrase before a number that name something; clauses are asked for again and again."""
        known = self._tidy_of.get(phrase)
        if known is None:
            if len(self._tidy_of) > _MOST_KEPT:
                self._tidy_of.clear()
            known = self._tidy_of[phrase] = self._readers.subjects.tidy(phrase, self._strip)
        return known

    def _strip(self, phrase: str) -> str:
        return self.regions.strip_end(self.regions.strip(phrase))

    def _number(
        self,
        low: int,
        high: int,
        numbers: Along[Quantity],
        index: int,
        listed: Reading | None,
        previous: Reading | None,
        goes_on: bool,
    ) -> Reading:
        text, quantity = self.text, numbers[index]
        # what stands before a section says nothing of it; nor does what a text without full stops said pages ago
        low = max(low, self.regions.section_start(quantity.start), quantity.start - _FARTHEST)
        readers = self._readers
        # a number's own words begin behind the number before it: nothing further back is looked at
        segment = clause_start(text, max(low, numbers[index - 1].end) if index else low, quantity.start)
        before = readers.qualifiers.strip_before(text[segment : quantity.start])
        sentence_before = text[max(low, quantity.start - 200) : quantity.start]
        aim = _TARGET_AFTER.match(text, quantity.end)
        is_future = aim is not None or self._is_future(low, quantity.start) or self._is_planned(low, quantity.start)
        is_target = readers.kinds.is_target(sentence_before, is_future) or goes_on
        sets_limits = readers.kinds.sets_limits(text[low : min(high, low + 400)])
        said = listed.kind if listed else None
        kind = readers.kinds.read(before, quantity, is_target, said, sentence_before[-60:], sets_limits=sets_limits)
        if goes_on and kind.name == "target":  # only changes go on being targets without a word of their own
            kind = readers.kinds.read(before, quantity, False, None, "")
        if aim and aim["verb"] and kind.name == "target":
            kind = Kind("target_change", 1 if aim["verb"] == "增长" else -1, "aim")  # 18%的下降目标
        qualifier, qualifier_rule = readers.qualifiers.read(text, quantity, kind.is_target)
        if aim and qualifier_rule == "before" and qualifier in ("over", "nearly"):
            qualifier, qualifier_rule = "exact", "aim"  # 超出18%的目标: the result is beyond it, the aim is not
        place = self.regions.read(low, segment, quantity.start, quantity.end)
        after = text[readers.qualifiers.after_end(text, quantity.end) : min(high, quantity.end + 80)]
        subject, subject_rule = readers.subjects.read(
            masked(text, max(low, quantity.start - 240), quantity.start, numbers),
            after,
            quantity,
            kind.name,
            self._tidied,
        )
        if subject_rule == "pronoun":
            subject = previous.subject if previous else self._topic
        if listed is not None and (subject_rule != "noun-after" or not subject):
            subject, subject_rule = listed.subject, "list"
        whole, integrity_rule = integrity(
            text, quantity, kind.name, subject, segment, before, previous.integrity if previous else "whole"
        )
        is_undated = (
            previous is not None
            and not previous.period.time
            and previous.period is not _EARLIER
            and previous.kind.name == kind.name
        )
        dated_from = segment if integrity_rule in _AFTER_SEAM else low
        if previous is not None and previous.integrity == "orphan":
            dated_from = max(dated_from, previous.quantity.start)  # a seam lies before the number before
        period = self._period(dated_from, quantity, kind, integrity_rule)
        is_earlier = (
            FROM_WHEN.search(before) and "基期" not in before and not self.dates.between(segment, quantity.start)
        )
        if is_earlier and not kind.is_change:
            period = _EARLIER
        if kind.rule == "distance":
            period = replace(period, base="")  # to a goal or an average: measured from no year
        if not period.time and previous is not None and previous.kind.name == kind.name == "count":
            between = self.text[previous.quantity.end : quantity.start]
            if _RUNNING_TOTAL.search(between) and between.count("，") <= 1:
                period = previous.period  # 2022年新增5个，累计达到14个
        if is_undated and not kind.is_change and not self.dates.between(numbers[index - 1].start, quantity.start):
            period = NO_PERIOD  # what does not date the number before does not date this one
        rules = (
            f"number={quantity.form};kind={kind.rule};qualifier={qualifier_rule};subject={subject_rule}"
            f";region={place.rule};period={period.rule};integrity={integrity_rule}"
        )
        scope = read_scope(self._scopes, low, quantity.start) if self._scopes else ""
        comparison = read_comparison(before, kind, period, self.dates.between(low, quantity.start))
        return Reading(quantity, kind, qualifier, subject, place, period, whole, rules, scope, comparison)

    def _is_planned(self, low: int, position: int) -> bool:
        """Whether a number stands among a work report's tasks, and nothing says it is done or dates it before."""
        if not self._is_planning:
            return False
        dated = any(date.value[:4] < self._latest for date in self.dates.between(low, position) if date.value)
        return not dated and not self._readers.kinds.is_done(self.text[low:position])

    def _is_future(self, low: int, position: int) -> bool:
        """Whether the last date before a number is later than the document's year."""
        dated = [
            d
            for d in self.dates.between(low, position)
            if d.kind not in ("base", "lastyear", "plan") and d.role != "origin"
        ]
        if not dated or "-" in dated[-1].value:
            return False
        if not self._latest:  # nothing else in the text is dated: 到2030年 sets a target
            return bool(_BY_YEAR.search(self.text[max(0, dated[-1].start - 2) : dated[-1].start]))
        return dated[-1].value[-4:] > self._latest

    def _period(self, low: int, quantity: Quantity, kind: Kind, seam: str) -> Period:
        if quantity.is_signed and (interval := self._axis(quantity.end)):
            return Period(interval, interval[:4], "stated", "axis")
        dates = self.dates.between(low, quantity.start)
        if seam == "two-dates" and kind.is_change:  # the words between the two are lost: the later one is compared with
            return Period("", dates[-1].value[:4] if dates else "", "", "two-dates")
        own = self.text[max(low, quantity.start - 10) : quantity.start]
        if self._periods.base and _BASE_VALUE.search(own) and not kind.is_change:
            return Period(self._periods.base, "", "inherited", "base year of the document")
        if self._periods.target and kind.name == "target" and not any(d.role == "until" for d in dates):
            return Period(self._periods.target, "", "inherited", "target year of the document")
        return read_period(
            self.text,
            low,
            quantity.start,
            dates,
            is_change=kind.is_change,
            inherited=self._periods.inherited,
            base=self._target_base if kind.name == "target_change" else "",
        )

    def _axis(self, end: int) -> str:
        """Return the interval of the axis years after the last of a run of signed labels."""
        run = _SIGNED_LABELS.match(self.text, end)
        return axis_interval(self.text, run.end() if run else end)
