"""Rows of the tables as a reviewer sees them: the figure marked in its quote, where it stands, what was decided.

Flows in: rows of tables, the edition's sources, the registry and the decisions. Flows out: frozen views. Text of the
sources stays text: it is escaped by the page, nowhere here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qingshan.curate.decisions import Decision
from qingshan.curate.status import REASONS
from qingshan.model import format_number, place_in_quote, said_place
from qingshan.registry import Registry, Vocabulary
from qingshan.sources import Edition
from qingshan.validate.suite import Text
from qingshan.validate.tables import Row, Table

_AROUND = 160  # characters of a quote shown on each side of the figure: more is no help, and a cell can be a whole page
NOBODY = Registry(Vocabulary((), (), {}))


@dataclass(frozen=True)
class Marked:
    """A quote in three parts, so that the figure's own characters can be marked in it."""

    before: str
    text: str
    after: str


@dataclass(frozen=True)
class RowView:
    """One row as the report shows it: every field is text of a source or computed from it.

    Parameters
    ----------
    source
        Id of the source.
    locator
        Where a person finds it in the source: line, page, cell.
    offsets
        Raw offsets, or the one raw offset of a value that is lost.
    sentence
        What was compared, of a row of the table `consistency`; '' in both languages for others.
    words
        What people decided about the figure.
    """

    row_id: str
    text: str
    reading: str
    value: str
    unit: str
    source: str
    locator: Text
    offsets: str
    quote: Marked
    subject: str
    region: str
    period: str
    reason: Text
    sentence: Text
    words: tuple[Decision, ...] = ()


class Viewer:
    """Turns rows of any table into views, with the other tables at hand."""

    def __init__(
        self, tables: Mapping[str, Table], edition: Edition, registry: Registry, decisions: Iterable[Decision]
    ) -> None:
        self._files = {source.source_id: source.file for source in edition.sources}
        self._units = {unit.code: unit.canonical for unit in registry.vocabulary.units}
        self._curated = {str(row.get("figure_id", "")): row for row in tables["curated"].rows}
        self._figures = {str(row.get("figure_id", "")): row for row in tables["figures"].rows}
        self._by_id = {decision.decision_id: decision for decision in decisions}
        self._flags: dict[tuple[str, str], list[Decision]] = {}
        for decision in self._by_id.values():
            if decision.action == "flag":
                self._flags.setdefault((decision.source_id, decision.text), []).append(decision)

    def view(self, row: Row, table: Table) -> RowView:
        """Return what the report shows of a row; an observation borrows text, reading and locator from its figure."""
        figure = self.figure_of(row)
        text = str(figure.get("text", ""))
        start, end = _offsets(row)
        file = self._files.get(str(row.get("source_id", "")), "")
        unit = str(row.get("unit", row.get("unit_measure", "")))
        return RowView(
            row_id=table.row_id(row),
            text=text,
            reading=str(figure.get("reading", "")),
            value=number(row.get("value", row.get("obs_value", math.nan))),
            unit=self._units.get(unit, unit) if "unit_measure" in row else unit,
            source=str(row.get("source_id", "")),
            locator=Text(*said_place(str(figure.get("locator", "")), file)),
            offsets=f"{start}–{end}" if end else start,
            quote=mark_in_quote(
                str(row.get("quote", "")), text, str(figure.get("prefix", "")), str(figure.get("suffix", ""))
            ),
            subject=str(row.get("subject", figure.get("subject", row.get("indicator", "")))),
            region=str(row.get("region", figure.get("region", row.get("ref_area", "")))),
            period=str(row.get("period", row.get("time_period", ""))),
            reason=_reason(str(row.get("reason", ""))),
            sentence=Text(str(row.get("sentence_zh", "")), str(row.get("sentence_en", ""))),
            words=self.words_on(row),
        )

    def figure_of(self, row: Row) -> Row:
        """Return the figure that a row is about: the row itself, or the one an observation was read from."""
        if "raw_start" not in row:
            return row
        return self._figures.get(f"{row.get('source_id')}@{row.get('raw_start')}-{row.get('raw_end')}", {})

    def curated_of(self, row: Row) -> Row:
        """Return the row of the table curated that belongs to a row, {} if none does."""
        return self._curated.get(str(self.figure_of(row).get("figure_id", "")), {})

    def words_on(self, row: Row) -> tuple[Decision, ...]:
        """Return what people said that stands: who accepted the figure as it is, and who flagged it.

        Of a comparison: the flags on any of its figures, and otherwise the words on all that are no cells of a table,
        if each has one; a person who accepted one of two did not say that both may stand.
        """
        if "figure_ids" in row:
            return self._words_on_comparison(row)
        return self._words(self.curated_of(row))

    def _words_on_comparison(self, row: Row) -> tuple[Decision, ...]:
        witnesses = set(str(row.get("witnesses", "")).split())
        figures = [name for name in str(row["figure_ids"]).split() if name not in witnesses]
        each = [self._words(self._curated.get(name, {})) for name in figures]
        flags = [word for words in each for word in words if word.action == "flag"]
        if flags or not all(each):
            return _once(flags)
        return _once(word for words in each for word in words)

    def _words(self, curated: Row) -> tuple[Decision, ...]:
        verdict = self._by_id.get(str(curated.get("decision_id", "")))
        accepted = [verdict] if verdict and curated.get("status") == "accepted" else []
        notes = str(curated.get("note", "")).split("\n")
        place = (str(curated.get("source_id", "")), str(curated.get("text", "")))
        return _once([*accepted, *(flag for flag in self._flags.get(place, ()) if flag.reason in notes)])


def mark_in_quote(quote: str, text: str, prefix: str, suffix: str) -> Marked:
    """Return a raw quote, cut, in three parts around a figure's raw text; one that has no place there is not marked."""
    start = place_in_quote(quote, text, prefix, suffix)
    if start is None:
        return Marked(cut(quote, 2 * _AROUND), "", "")
    before, after = quote[:start], quote[start + len(text) :]
    return Marked("…" + before[-_AROUND:] if len(before) > _AROUND else before, text, cut(after, _AROUND))


def number(value: float) -> str:
    """Return a value with its thousands grouped and a true minus, '' for none."""
    whole, point, rest = format_number(value).partition(".")
    return re.sub(r"(?<=\d)(?=(\d{3})+$)", ",", whole).replace("-", "−") + point + rest


def cut(text: str, length: int) -> str:
    """Return the text, or its beginning with an ellipsis."""
    return text if len(text) <= length else text[:length] + "…"


def _offsets(row: Row) -> tuple[str, str]:
    start = row.get("start", row.get("raw_start", row.get("position", "")))
    return str(start), str(row.get("end", row.get("raw_end", "")))


def _reason(code: str) -> Text:
    """Return a reason in words; a code that curation does not name stands for itself."""
    return Text(*REASONS.get(code, (code, code)))


def _once(words: Iterable[Decision]) -> tuple[Decision, ...]:
    return tuple({word.decision_id: word for word in words}.values())
