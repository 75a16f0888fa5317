"""Reads the figures of one raw text: cleaned, found, put into context, and tied to their raw offsets.

Flows in: raw text, the document's year and area, the vocabulary. Flows out: `Figure` and `LostValue` records. Pure: the
same text gives the same figures; no file is read and no table library is needed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qingshan.clean import CleanText, clean_text
from qingshan.context.kind import Kind, KindReader
from qingshan.context.layout import Layout, clause_start
from qingshan.context.period import Period, PeriodReader, axis_interval
from qingshan.context.region import Place, RegionReader
from qingshan.context.seams import find_gaps, integrity
from qingshan.context.subject import masked, read_subject, subject_of_gap
from qingshan.model import Figure, InputError, LostValue, Problem
from qingshan.quantity import QualifierReader, Quantity, Scanner, bounds
from qingshan.readers import text as text_reader
from qingshan.registry import Vocabulary, load_vocabulary

_RECENT = 24  # numbers of one sentence that are looked back on
_LIST_JOINTS = frozenset("、和及与,， ")


@dataclass(frozen=True)
class Extraction:
    """What one text holds: figures in order, values it announces and lost, and the cleaned text they were read from."""

    figures: tuple[Figure, ...]
    lost: tuple[LostValue, ...]
    clean: CleanText


@dataclass(frozen=True, slots=True)
class _Reading:
    """One quantity with what its surroundings say; offsets are clean."""

    quantity: Quantity
    kind: Kind
    qualifier: str
    subject: str
    place: Place
    period: Period
    integrity: str
    rules: str


class Extractor:
    """Reads texts with one vocabulary; made once, used for many texts."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._scanner = Scanner(vocabulary)
        self._qualifiers = QualifierReader(vocabulary)
        self._kinds = KindReader(vocabulary)
        self._periods = PeriodReader(vocabulary)

    def extract(
        self,
        raw: str,
        source_id: str,
        *,
        year: str = "",
        area: str = "",
        context_characters: int = 16,
        clean: CleanText | None = None,
    ) -> Extraction:
        """Read the figures of one raw text.

        Parameters
        ----------
        raw
            The decoded source: figures' offsets count in it.
        source_id
            Goes into every `figure_id`.
        year, area
            What the whole document is about: four digits, and a region's name; '' if unknown.
        context_characters
            Length of `prefix` and `suffix`, in raw characters.
        clean
            The cleaned text of `raw`, when it was made before.
        """
        clean = clean_text(raw) if clean is None else clean
        layout = Layout(clean.text)
        regions = RegionReader(self._vocabulary, area)
        figures = tuple(
            _figure(clean, layout, reading, source_id, context_characters)
            for reading in self._readings(clean, layout, regions, year)
        )
        lost = tuple(self._lost(clean, layout, RegionReader(self._vocabulary, area), source_id, year))
        return Extraction(figures, lost, clean)

    def _readings(self, clean: CleanText, layout: Layout, regions: RegionReader, year: str) -> Iterator[_Reading]:
        walker = _SentenceWalker(clean.text, layout, regions)
        previous: _Reading | None = None
        recent: deque[Quantity] = deque(maxlen=_RECENT)
        for quantity in _outside(self._scanner.scan(clean.text), clean):
            walker.go_to(quantity.start)
            previous = self._read(clean.text, layout, regions, quantity, recent, previous, year)
            recent.append(quantity)
            yield previous

    def _read(
        self,
        text: str,
        layout: Layout,
        regions: RegionReader,
        quantity: Quantity,
        numbers: deque[Quantity],
        previous: _Reading | None,
        year: str,
    ) -> _Reading:
        low, high = layout.sentence(quantity.start)
        listed = previous if previous is not None and _is_listed(text, previous.quantity, quantity) else None
        start = clause_start(text, low, quantity.start)
        if previous is not None:
            start = max(start, previous.quantity.end)
        before = text[start : quantity.start]
        sentence_before = text[low : quantity.start]
        is_target = self._kinds.is_target(sentence_before, text[low:high], year)
        kind = self._kinds.read(
            self._qualifiers.strip_before(before), quantity, is_target, listed.kind if listed else None
        )
        qualifier, qualifier_rule = self._qualifiers.read(text, quantity, kind.name.startswith("target"))
        place = regions.read(sentence_before, text[quantity.end : quantity.end + 8])
        is_change = kind.name in ("change", "target_change")
        period = self._period(text, low, quantity, year, is_change)
        subject, subject_rule = read_subject(
            masked(text, low, quantity.start, numbers),
            text[self._qualifiers.after_end(text, quantity.end) : high],
            quantity,
            listed is not None,
            regions.strip,
        )
        if listed is not None and not subject:
            subject, subject_rule = listed.subject, "list"
        whole, integrity_rule = integrity(text, quantity, subject)
        return _Reading(
            quantity, kind, qualifier, subject, place, period, whole,
            f"number={quantity.form};kind={kind.rule};qualifier={qualifier_rule};subject={subject_rule}"
            f";region={place.rule};period={period.rule};integrity={integrity_rule}",
        )  # fmt: skip

    def _period(self, text: str, low: int, quantity: Quantity, year: str, is_change: bool) -> Period:
        if quantity.is_signed and (interval := self._axis(text, quantity)):
            return Period(interval, interval[:4], "stated", "axis")
        return self._periods.read(text, low, quantity.start, year, is_change)

    def _axis(self, text: str, quantity: Quantity) -> str:
        """Return the interval of the axis years after the last of a run of signed labels."""
        end = quantity.end
        for _ in range(40):
            if interval := axis_interval(text, end):
                return interval
            following = next(iter(self._scanner.scan(text[end : end + 40])), None)
            if following is None or not following.is_signed:
                return ""
            end += following.end
        return ""

    def _lost(
        self, clean: CleanText, layout: Layout, regions: RegionReader, source_id: str, year: str
    ) -> Iterator[LostValue]:
        walker = _SentenceWalker(clean.text, layout, regions)
        for gap in find_gaps(clean.text):
            if _is_set_aside(clean, gap.position):
                continue
            walker.go_to(gap.position)
            low, _ = layout.sentence(gap.position)
            before = clean.text[low : gap.position]
            subject = subject_of_gap(gap.subject, regions.strip)
            raw_start, raw_end = clean.to_raw(max(low, gap.subject_start - 24), gap.position)
            period = self._periods.read(clean.text, low, gap.position, year, False)
            yield LostValue(
                source_id, raw_end, subject, regions.read(before, "").name, period.time, clean.raw[raw_start:raw_end]
            )


class _SentenceWalker:
    """Shows every sentence up to a place to the region reader, once and in order."""

    def __init__(self, text: str, layout: Layout, regions: RegionReader) -> None:
        self._text, self._layout, self._regions = text, layout, regions
        self._next = 0

    def go_to(self, position: int) -> None:
        last = self._layout.sentence_index(position)
        for index in range(self._next, last + 1):
            start = self._layout.sentence_start(index)
            self._regions.enter(self._text[start : start + 40])
        self._next = max(self._next, last + 1)


def _figure(clean: CleanText, layout: Layout, reading: _Reading, source_id: str, context: int) -> Figure:
    quantity, raw = reading.quantity, clean.raw
    start, end = clean.to_raw(quantity.start, quantity.end)
    low, high = layout.sentence(quantity.start)
    quote_start, quote_end = clean.to_raw(low, high)
    sign = reading.kind.sign
    value_low, value_high = bounds(quantity, reading.qualifier, sign)
    return Figure(
        source_id=source_id,
        start=start,
        end=end,
        text=raw[start:end],
        value=float(quantity.value) * sign,
        unit=quantity.unit,
        qualifier=reading.qualifier,
        kind=reading.kind.name,
        subject=reading.subject,
        region=reading.place.name,
        period=reading.period.time,
        base_period=reading.period.base,
        integrity=reading.integrity,
        value_low=value_low,
        value_high=value_high,
        reading=clean.text[quantity.start : quantity.end],
        quote=raw[quote_start:quote_end].strip("\r\n"),
        prefix=raw[max(0, start - context) : start],
        suffix=raw[end : end + context],
        locator=f"line {layout.line(quantity.start)}",
        period_basis=reading.period.basis,
        region_basis=reading.place.basis,
        rules=reading.rules,
    )


def _outside(quantities: Iterator[Quantity], clean: CleanText) -> Iterator[Quantity]:
    return (quantity for quantity in quantities if not _is_set_aside(clean, quantity.start))


def _is_set_aside(clean: CleanText, position: int) -> bool:
    return any(span.start <= position < span.end for span in clean.set_aside)


def _is_listed(text: str, first: Quantity, second: Quantity) -> bool:
    """Whether two numbers stand in one list: nothing but a joint between them, and the same unit."""
    between = text[first.end : second.start]
    return first.unit == second.unit and len(between) <= 2 and set(between) <= _LIST_JOINTS


def extract_file(path: Path, registry: Path, *, year: str = "", area: str = "", encoding: str = "") -> Extraction:
    """Read the figures of one text file with the vocabulary of a registry folder.

    Raises
    ------
    InputError
        No such file, a file that is not text, a year that is none, or a registry with mistakes.
    """
    if year and not (len(year) == 4 and year.isdigit()):
        raise InputError(Problem("--year", repr(year), "four digits", "Write for example --year 2023."))
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise InputError(Problem(str(path), "no such file", "a text file", "Check the path.")) from None
    except IsADirectoryError:
        raise InputError(Problem(str(path), "a folder", "a text file", "Name one file.")) from None
    raw = text_reader.decode(data, where=path.name, encoding=encoding).text
    return Extractor(load_vocabulary(registry)).extract(raw, path.stem, year=year, area=area)
