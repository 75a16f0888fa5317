"""Reads all numbers of one sentence in their context: kind, qualifier, subject, place, period, integrity.

Flows in: clean text, the sentence's span and its numbers, and what earlier sentences set. Flows out: one `Reading` per
number. Numbers of one list share their verb; names listed before 分别 are dealt out to the numbers after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qingshan.context import lists
from qingshan.context.dates import DateFinder, dates_between
from qingshan.context.kind import Kind, KindReader
from qingshan.context.layout import Layout, clause_start
from qingshan.context.period import Period, PeriodState, axis_interval, read_period
from qingshan.context.places import PlaceFinder
from qingshan.context.region import Place, RegionReader
from qingshan.context.seams import integrity
from qingshan.context.subject import masked, read_subject, tidy
from qingshan.quantity import QualifierReader, Quantity
from qingshan.registry import Vocabulary

_AFTER_SEAM = ("after-number", "of-orphan")  # what stands before the seam dates nothing after it
# the rest of a flattened chart: labels and signed values in turn
_SIGNED_LABELS = re.compile(r"(?:[^。；！？\n\d]{1,24}[+\-−]\d+(?:\.\d+)?%){0,40}")


@dataclass(frozen=True, slots=True)
class Reading:
    """One quantity with what its surroundings say; offsets are clean."""

    quantity: Quantity
    kind: Kind
    qualifier: str
    subject: str
    place: Place
    period: Period
    integrity: str
    rules: str


class Vocabularies:
    """The readers that one vocabulary makes; made once, used for many texts."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.qualifiers = QualifierReader(vocabulary)
        self.kinds = KindReader(vocabulary)
        self.dates = DateFinder(vocabulary)
        self.places = PlaceFinder(vocabulary)


class TextReader:
    """Reads the sentences of one text in order, remembering what they set for those after them."""

    def __init__(self, text: str, layout: Layout, readers: Vocabularies, *, year: str, area: str) -> None:
        self.text, self.layout, self._readers, self._year = text, layout, readers, year
        self.dates = readers.dates.find(text, year)
        self.regions = RegionReader(readers.places, text, readers.places.find(text), area)
        self._periods = PeriodState()
        self._target_base = ""  # the base that targets of the sentence before are measured from
        self._is_setting_targets = False
        self._next_sentence = 0

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
            yield from self._sentence(low, high, quantities[first:last])
            first = last

    def inherited_period(self, position: int) -> str:
        """Return the period that the sentences up to a clean offset hand on."""
        self._pass_sentences(self.layout.sentence_index(position))
        return self._periods.inherited

    def _pass_sentences(self, until: int) -> None:
        for index in range(self._next_sentence, until + 1):
            low, high = self.layout.span(index)
            opens_line = low == 0 or self.text[low - 1] == "\n"
            self._periods.enter(
                self.text[low : min(high, low + 120)],
                dates_between(self.dates, low, min(high, low + 40)),
                low=low,
                opens_line=opens_line,
                line_length=self.layout.line_length(low),
            )
            if opens_line:
                self._is_setting_targets, self._target_base = False, ""
        self._next_sentence = max(self._next_sentence, until + 1)

    def _sentence(self, low: int, high: int, numbers: Sequence[Quantity]) -> Iterator[Reading]:
        sentence = self.text[low:high]
        goes_on = self._is_setting_targets and self._readers.kinds.carries_target(sentence)
        readings: list[Reading] = []
        for group in lists.groups(self.text, numbers):
            readings.extend(self._group(low, high, numbers, group, readings, goes_on))
        yield from readings
        targets = [reading for reading in readings if reading.kind.is_target]
        self._is_setting_targets = bool(targets)
        self._target_base = next((r.period.base for r in reversed(targets) if r.period.base), "")

    def _group(
        self,
        low: int,
        high: int,
        numbers: Sequence[Quantity],
        group: Sequence[int],
        done: Sequence[Reading],
        goes_on: bool,
    ) -> list[Reading]:
        """Read the numbers of one list; a single number is a list of one."""
        readings: list[Reading] = []
        for index in group:
            previous = readings[-1] if readings else None
            readings.append(self._number(low, high, numbers, index, previous, done[-1] if done else None, goes_on))
        before = masked(self.text, low, numbers[group[0]].start, numbers[: group[0]])
        if len(group) > 1:
            if names := lists.names_of(before, len(group)):
                return self._dealt_out(readings, names)
            if lists.is_respective(before) or len(done) >= len(group):
                return self._as_before(readings, done[-len(group) :], before)
        return readings

    def _dealt_out(self, readings: list[Reading], names: lists.Names) -> list[Reading]:
        if names.years:
            return [
                replace(reading, period=Period(year, reading.period.base, "stated", "respective"))
                for reading, year in zip(readings, names.years, strict=True)
            ]
        subjects = [tidy(name, self.regions.strip) for name in names.names]
        places = [self.regions.named(name) for name in names.names]
        shared = subjects[-1]
        return [
            replace(
                reading,
                subject=(subject if len(subject) >= 2 else shared) if place is None else (shared or subject),
                place=Place(place, "stated", "respective") if place else reading.place,
                rules=reading.rules.replace("subject=", "subject=respective/"),
            )
            for reading, subject, place in zip(readings, subjects, places, strict=True)
        ]

    @staticmethod
    def _as_before(readings: list[Reading], earlier: Sequence[Reading], before: str) -> list[Reading]:
        """Deal the names of the list before out again: 分别为A和B，较上年增长C和D."""
        is_chained = (
            len(earlier) == len(readings) and len({r.subject for r in earlier} | {r.place.name for r in earlier}) > 2
        )
        if not is_chained or "\x00" not in before or not readings[0].kind.is_change:
            return readings
        return [
            replace(reading, subject=other.subject, place=other.place)
            for reading, other in zip(readings, earlier, strict=True)
        ]

    def _number(
        self,
        low: int,
        high: int,
        numbers: Sequence[Quantity],
        index: int,
        listed: Reading | None,
        previous: Reading | None,
        goes_on: bool,
    ) -> Reading:
        text, quantity = self.text, numbers[index]
        readers = self._readers
        segment = clause_start(text, low, quantity.start)
        if index:
            segment = max(segment, numbers[index - 1].end)
        before = readers.qualifiers.strip_before(text[segment : quantity.start])
        sentence_before = text[max(low, quantity.start - 200) : quantity.start]
        is_target = readers.kinds.is_target(sentence_before, text[low : min(high, low + 400)], self._year) or goes_on
        kind = readers.kinds.read(before, quantity, is_target, listed.kind if listed else None, sentence_before[-60:])
        if goes_on and kind.name == "target":  # only changes go on being targets without a word of their own
            kind = readers.kinds.read(before, quantity, False, None, "")
        qualifier, qualifier_rule = readers.qualifiers.read(text, quantity, kind.is_target)
        place = self.regions.read(low, segment, quantity.start, quantity.end)
        after = text[readers.qualifiers.after_end(text, quantity.end) : min(high, quantity.end + 80)]
        subject, subject_rule = read_subject(
            masked(text, max(low, quantity.start - 240), quantity.start, numbers[:index]),
            after,
            quantity,
            kind.name,
            self.regions.strip,
        )
        if listed is not None and (subject_rule != "noun-after" or not subject):
            subject, subject_rule = listed.subject, "list"
        whole, integrity_rule = integrity(text, quantity, subject, segment, previous.integrity if previous else "whole")
        period = self._period(segment if integrity_rule in _AFTER_SEAM else low, quantity, kind, integrity_rule)
        rules = (
            f"number={quantity.form};kind={kind.rule};qualifier={qualifier_rule};subject={subject_rule}"
            f";region={place.rule};period={period.rule};integrity={integrity_rule}"
        )
        return Reading(quantity, kind, qualifier, subject, place, period, whole, rules)

    def _period(self, low: int, quantity: Quantity, kind: Kind, seam: str) -> Period:
        if quantity.is_signed and (interval := self._axis(quantity.end)):
            return Period(interval, interval[:4], "stated", "axis")
        dates = dates_between(self.dates, low, quantity.start)
        if seam == "two-dates" and kind.is_change:  # the words between the two are lost: the later one is compared with
            return Period("", dates[-1].value[:4] if dates else "", "", "two-dates")
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
