"""Reads the figures of one raw text: cleaned, found, put into context, and tied to their raw offsets.

Flows in: raw text, the document's year and area, the vocabulary. Flows out: `Figure` and `LostValue` records. Pure: the
same text gives the same figures; no file is read and no table library is needed.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qingshan.clean import CleanText, Span, clean_text
from qingshan.context.layout import Layout
from qingshan.context.period import read_period
from qingshan.context.reading import Reading
from qingshan.context.seams import find_gaps
from qingshan.context.sentence import TextReader, Vocabularies
from qingshan.documents import read_given
from qingshan.model import Figure, InputError, LostValue, Problem, SourceText
from qingshan.quantity import Scanner, bounds
from qingshan.readers.across import find_across
from qingshan.readers.choose import read_source
from qingshan.registry import Vocabulary, load_vocabulary
from qingshan.tabular import DataTable, TableReader

# of one source: what is read at once must fit into the memory of a plain machine
MAX_CELLS = 700_000  # cells with values, 3.5 KB each as figures
MAX_QUANTITIES = 300_000  # numbers in prose, 7 KB each


@dataclass(frozen=True)
class Extraction:
    """What one text holds: figures in order, values it announces and lost, and the cleaned text they were read from."""

    figures: tuple[Figure, ...]
    lost: tuple[LostValue, ...]
    clean: CleanText


class _Prose:
    """What the reader of prose sees of a clean text: its tables blanked, every offset kept."""

    def __init__(self, clean: CleanText, text: str) -> None:
        self.clean, self.text, self.layout = clean, text, Layout(text)


class Extractor:
    """Reads texts with one vocabulary; made once, used for many texts."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._scanner = Scanner(vocabulary)
        self._readers = Vocabularies(vocabulary)
        self._tables = TableReader(vocabulary, self._scanner, self._readers)

    def extract_source(
        self, source: SourceText, source_id: str, *, year: str = "", area: str = "", context_characters: int = 16,
        clean: CleanText | None = None,
    ) -> Extraction:  # fmt: skip
        """Read the figures of one file: of its tables by their headings, of all else as prose.

        `extract` says what the parameters are. A grid that holds no data is read as prose.

        Raises
        ------
        InputError
            More numbers than fit into memory.
        """
        clean = clean_text(source.text, source.set_aside) if clean is None else clean
        tables = self._tables.find(source, clean, year=year)
        _check_number(source_id, sum(len(table.values) for table in tables), MAX_CELLS, "cells with values")
        prose = _Prose(clean, _blanked(clean.text, [span for table in tables for span in table.read]))
        found = self._read(prose, source_id, year, area, context_characters)
        figures = [*found.figures]
        if source.places:
            figures = [replace(figure, locator=source.place(figure.start)) for figure in figures]
        if tables:
            figures.extend(self._of_tables(tables, prose, source_id, year, area, context_characters))
        return replace(found, figures=tuple(sorted(figures, key=lambda figure: (figure.start, figure.end))))

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
        return self._read(_Prose(clean, clean.text), source_id, year, area, context_characters)

    def _read(self, prose: _Prose, source_id: str, year: str, area: str, context: int) -> Extraction:
        """Read the prose of a text."""
        clean, layout = prose.clean, prose.layout
        lines = array("I", (match.start() for match in re.finditer("\n", clean.raw)))
        reader = self._reader(prose, year, area)
        quantities = [
            quantity for quantity in self._scanner.scan(prose.text) if not _is_set_aside(clean, quantity.start)
        ]
        _check_number(source_id, len(quantities), MAX_QUANTITIES, "numbers")
        across = find_across(clean.raw)
        figures = tuple(
            _without_subject(_figure(clean, layout, lines, reading, source_id, context), across)
            for reading in reader.read(quantities)
        )
        return Extraction(figures, tuple(_lost(clean, layout, reader, source_id)), clean)

    def _of_tables(
        self, tables: Sequence[DataTable], prose: _Prose, source_id: str, year: str, area: str, context: int
    ) -> Iterator[Figure]:
        """Yield the figures of tables, in the time and place that the prose around each is about."""
        reader = self._reader(prose, year, area)
        starts = [data.table.start for data in tables]
        for data, start, inherited in zip(tables, starts, reader.inherited_at(starts), strict=True):
            yield from self._tables.figures(
                data, prose.clean, source_id, year=year, inherited=inherited, context_characters=context,
                place=reader.regions.read(start, start, start, start),
            )  # fmt: skip

    def _reader(self, prose: _Prose, year: str, area: str) -> TextReader:
        return TextReader(prose.text, prose.layout, self._readers, year=year, area=area)


def _check_number(source_id: str, found: int, most: int, what: str) -> None:
    if found > most:
        raise InputError(
            Problem(source_id, f"{found} {what}", f"at most {most} in one source", "Give only the part that is needed.")
        )


def _blanked(text: str, spans: Sequence[Span]) -> str:
    """Return clean text with line ends for all characters of some spans: nothing is read there or across them."""
    parts, at = [], 0
    for span in spans:
        parts += (text[at : span.start], "\n" * (span.end - span.start))
        at = span.end
    return "".join((*parts, text[at:])) if parts else text


def _lost(clean: CleanText, layout: Layout, reader: TextReader, source_id: str) -> Iterator[LostValue]:
    for gap in find_gaps(layout.text):
        if _is_set_aside(clean, gap.position):
            continue
        low, _ = layout.sentence(gap.position)
        raw_start, raw_end = clean.to_raw(max(low, gap.subject_start - 24), gap.position)
        dates = reader.dates.between(low, gap.position)
        period = read_period(clean.text, low, gap.position, dates, is_change=False)
        place = reader.regions.read(low, gap.subject_start, gap.position, gap.position)
        subject = reader.tidy(gap.subject)
        yield LostValue(source_id, raw_end, subject, place.name, period.time, clean.raw[raw_start:raw_end])


def _figure(
    clean: CleanText, layout: Layout, lines: array[int], reading: Reading, source_id: str, context: int
) -> Figure:
    """Return the figure of a reading; `lines` are the raw offsets of the line ends, which the locator counts."""
    quantity, raw = reading.quantity, clean.raw
    start, end = clean.to_raw(quantity.start, quantity.end)
    low, high = layout.sentence(quantity.start)
    quote_start, quote_end = clean.to_raw(low, high)
    sign = 1 if quantity.is_signed else reading.kind.sign  # 下降-5.2%: the written sign says the direction itself
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
        locator=f"line {bisect_left(lines, start) + 1}",
        period_basis=reading.period.basis,
        region_basis=reading.place.basis,
        rules=reading.rules,
        scope=reading.scope,
        comparison=reading.comparison,
    )


def _without_subject(figure: Figure, across: Sequence[tuple[int, int]]) -> Figure:
    """Return the figure without its subject where its line was read across two columns: half of it is another's."""
    at = bisect_right(across, figure.start, key=lambda span: span[0]) - 1
    if at < 0 or figure.start >= across[at][1]:
        return figure
    integrity = "orphan" if figure.integrity == "whole" else figure.integrity
    return replace(figure, subject="", integrity=integrity, rules=f"{figure.rules};across=columns")


def _is_set_aside(clean: CleanText, position: int) -> bool:
    at = bisect_right(clean.set_aside, position, key=lambda span: span.start) - 1
    return at >= 0 and position < clean.set_aside[at].end


def extract_file(path: Path, registry: Path, *, year: str = "", area: str = "", encoding: str = "") -> Extraction:
    """Read the figures of one text file with the vocabulary of a registry folder.

    Raises
    ------
    InputError
        A file that is missing, cannot be read or is not text, a year that is none, or a registry with mistakes.
    """
    if year and not (len(year) == 4 and year.isdigit()):
        raise InputError(Problem("--year", repr(year), "four digits", "Write for example --year 2023."))
    source = read_source(read_given(path, "a text file"), where=path.name, name=path.name, encoding=encoding)
    return Extractor(load_vocabulary(registry)).extract_source(source, path.stem, year=year, area=area)
