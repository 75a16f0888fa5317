"""Turns the values of inferred tables into figures.

Flows in: a `SourceText`, its `CleanText`, and for each table the time and place its text is in. Flows out: `Figure`
records in order, and the clean spans that were read, which prose passes over. Offsets of figures are raw.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from qingshan.clean import CleanText, Span
from qingshan.context.kind import Kind
from qingshan.context.layout import clause_start
from qingshan.context.region import Place
from qingshan.context.scope import read_scope
from qingshan.context.sentence import Vocabularies
from qingshan.model import Figure, SourceText
from qingshan.quantity import Quantity, Scanner, bounds
from qingshan.registry import Vocabulary
from qingshan.table_cells import Unit
from qingshan.tabular import aspects, wording
from qingshan.tabular.aspects import AspectReader, Heading
from qingshan.tabular.captions import Caption, read_caption
from qingshan.tabular.grid import Cell, Table, build, spread_headings
from qingshan.tabular.headers import Layout, find_layout, value_cells
from qingshan.tabular.surroundings import Context, Said, Surroundings
from qingshan.tabular.values import CellNumber, Value, ValueReader

MARK = "table=inferred"  # in `rules`, and never first there: a mapped table's rules begin with table
_QUOTE = 240  # raw characters of a row on each side of its figure
_KEPT = 20_000  # answers kept; more are read again
_MULTIPLES = frozenset("百千万亿")


@dataclass(frozen=True)
class DataTable:
    """A grid that holds data, with what was found of it.

    Parameters
    ----------
    values
        The cells that hold values.
    sorts
        Clean start of each cell -> what the cell is.
    read
        Clean spans that are read here: the table without its cells of prose.
    """

    table: Table
    layout: Layout
    caption: Caption
    values: tuple[Cell, ...]
    sorts: dict[int, Value]
    read: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Number:
    """One number of a cell: its quantity in the cell's text, its qualifier, and the words before and behind it."""

    quantity: Quantity
    qualifier: str
    qualifier_rule: str
    form: str
    arrow: int = 0
    before: str = ""
    own: str = ""
    flag: str = ""


class TableReader:
    """Reads tables with one vocabulary; made once, used for many sources."""

    def __init__(self, vocabulary: Vocabulary, scanner: Scanner, readers: Vocabularies) -> None:
        self._scanner, self._readers = scanner, readers
        self._values = ValueReader(vocabulary, scanner)
        self._aspects = AspectReader(vocabulary, readers.places, readers.dates)
        changes = sorted((word.word for word in vocabulary.words["changes"] if len(word.word) > 1), key=len)
        self._same: dict[str, str] = {}  # rules of a long table are the same few texts
        self._scopes: dict[str, str] = {}
        self._verbs: dict[tuple[str, str, bool], Kind | None] = {}
        self._verb_end = re.compile(f"(?:{'|'.join(map(re.escape, reversed(changes)))})(?:率|比例|幅度)?$")
        self._unit_kinds = {unit.canonical: unit.kind for unit in vocabulary.units}

    def find(self, source: SourceText, clean: CleanText, *, year: str) -> list[DataTable]:
        """Return the grids of a source that hold data, in order; those set aside are passed over."""
        found = []
        after = 0
        for grid in source.grids:
            table = build(grid, clean)
            is_read = bool(table.cells) and not _is_aside(clean, table.start)
            if is_read and (data := self._judge(table, clean, after, year)):
                found.append(data)
            after = table.end
        return found

    def figures(
        self, data: DataTable, clean: CleanText, source_id: str, *, year: str, inherited: str, place: Place,
        context_characters: int,
    ) -> Iterator[Figure]:  # fmt: skip
        """Yield the figures of one table.

        Parameters
        ----------
        year
            The document's, '' if unknown.
        inherited, place
            The time and place that the text around the table is about, '' for none.
        context_characters
            Length of `prefix` and `suffix`, in raw characters.
        """
        around = Surroundings(
            data.table, data.layout, lambda text: self._aspects.heading(text, year), data.caption,
            Context(year, inherited, place),
        )  # fmt: skip
        rows = _row_spans(data.table, clean)
        for cell in data.values:
            heads = around.of(cell)
            scope = self._scope(data.caption, heads)
            for number in self._numbers(cell, data.sorts[cell.start]):
                said = self._said(around, cell, heads, number, year)
                yield _placed(said, data.table, cell, number, clean, source_id, scope, rows[cell.row],
                              data.caption.text, context_characters)  # fmt: skip

    def _judge(self, table: Table, clean: CleanText, after: int, year: str) -> DataTable | None:
        sorts = {cell.start: self._values.read(cell.text) for cell in table.cells}
        layout = find_layout(table, sorts, lambda text: self._aspects.heading(text, year))
        values = value_cells(table, layout, sorts) if layout is not None else []
        if layout is None or not values:
            return None
        table = spread_headings(table, layout.rows.headings, layout.columns.headings)
        caption = read_caption(table, layout, clean, self._aspects, after=after, year=year)
        taken = {cell.start for cell in values}
        prose = [
            Span(cell.start, cell.end)
            for cell in table.cells
            if cell.start not in taken and sorts[cell.start].sort in ("prose", "mixed") and not _heads(layout, cell)
        ]
        return DataTable(table, layout, caption, tuple(values), sorts, _without(Span(table.start, table.end), prose))

    def _scope(self, caption: Caption, heads: Sequence[Said]) -> str:
        words = "，".join((caption.text, *(said.heading.text for said in heads)))
        if words not in self._scopes:
            if len(self._scopes) >= _KEPT:
                self._scopes.clear()
            self._scopes[words] = read_scope(self._readers.scopes.find(words), 0, len(words))
        return self._scopes[words]

    def _numbers(self, cell: Cell, value: Value) -> Iterator[_Number]:
        """Yield the numbers of a cell: the one that fills it, or those among its words."""
        if value.number is not None:
            yield from (_of_cell(number) for number in (value.number, value.second) if number is not None)
            return
        for quantity in self._scanner.scan(cell.text):
            if not quantity.unit:
                continue
            segment = clause_start(cell.text, 0, quantity.start)
            before = self._readers.qualifiers.strip_before(cell.text[segment : quantity.start])
            qualifier, rule = self._readers.qualifiers.read(cell.text, quantity, False)
            yield _Number(
                quantity, qualifier, rule, quantity.form, 0, before, self._readers.subjects.tidy(before, _unchanged)
            )

    def _said(
        self, around: Surroundings, cell: Cell, heads: Sequence[Said], number: _Number, year: str
    ) -> dict[str, Any]:
        """Return the fields of a figure without its place in the text."""
        is_target = any(said.heading.is_target for said in heads)
        if number.before:
            dated = self._readers.dates.find(number.before, year)
            own = replace(heads[-1].heading, dates=tuple(dated), words=number.before) if heads and dated else None
            heads = (*heads, Said(own, "cell", "")) if own else heads
            is_target = is_target or self._readers.kinds.is_target(number.before, False)
        is_change, change_rule = self._change(heads, number)
        is_target = is_target or around.is_future(cell, heads, is_change=is_change)
        subject, subject_rule = around.subject(cell, heads, is_change)
        if len(number.own) > 1 and number.own not in subject:
            subject, subject_rule = subject + number.own, f"{subject_rule}+cell"
        quantity, unit_rule = self._with_unit(around, cell, heads, number.quantity, subject, is_change)
        kind = self._kind(heads, number, quantity, is_target, is_change, change_rule, subject)
        if kind.is_change and kind.rule.startswith("verb"):
            subject = self._verb_end.sub("", subject) or subject
        if kind.name == "count":
            subject = wording.without_amount(subject)
        period = around.period(cell, heads, is_change=kind.is_change, is_target=is_target)
        place = around.place(heads)
        whole, integrity_rule = _integrity(quantity, subject)
        qualifier = "at_least" if kind.is_target and number.qualifier == "over" else number.qualifier
        sign = 1 if quantity.is_signed else kind.sign
        low, high = bounds(quantity, qualifier, sign)
        flag = f";flag={number.flag}" if number.flag else ""
        rules = (
            f"number={number.form};kind={kind.rule};qualifier={number.qualifier_rule};subject={subject_rule}"
            f";unit={unit_rule};region={place.rule};period={period.rule};integrity={integrity_rule}{flag};{MARK}"
        )
        if len(self._same) >= _KEPT:
            self._same.clear()
        return {
            "value": float(quantity.value) * sign, "unit": quantity.unit, "qualifier": qualifier, "kind": kind.name,
            "subject": subject, "region": place.name, "period": period.time, "base_period": period.base,
            "integrity": whole, "value_low": low, "value_high": high, "period_basis": period.basis,
            "region_basis": place.basis, "rules": self._same.setdefault(rules, rules),
        }  # fmt: skip

    def _change(self, heads: Sequence[Said], number: _Number) -> tuple[bool, str]:
        """Return whether a value is a change, and the rule."""
        if any(said.heading.is_change for said in heads):
            return True, "heading"
        if any(self._verb(said, number.quantity) for said in heads):
            return True, "heading-verb"
        return False, ""

    def _verb(self, said: Said, quantity: Quantity) -> Kind | None:
        """Return the change that a heading's last word states, None when it states none."""
        key = (said.heading.words, quantity.unit_kind, quantity.is_signed)
        if key not in self._verbs:
            if len(self._verbs) >= _KEPT:
                self._verbs.clear()
            self._verbs[key] = self._read_verb(said.heading, quantity)
        return self._verbs[key]

    def _read_verb(self, heading: Heading, quantity: Quantity) -> Kind | None:
        if aspects.is_swing(heading):
            return None
        kind = self._readers.kinds.read(aspects.verb_of(heading), quantity, False, _LEVEL, heading.words)
        return kind if kind.is_change else None

    def _kind(
        self, heads: Sequence[Said], number: _Number, quantity: Quantity, is_target: bool, is_change: bool, rule: str,
        subject: str,
    ) -> Kind:  # fmt: skip
        if is_change:
            verb = next((kind for said in reversed(heads) if (kind := self._verb(said, quantity))), None)
            sign = verb.sign if verb is not None else number.arrow or 1
            return Kind("target_change" if is_target else "change", sign, verb.rule if verb else rule)
        kind = self._readers.kinds.read(number.before, quantity, is_target, None, subject)
        if not quantity.unit and not kind.is_target and wording.is_ratio(subject):
            return Kind("share", 1, "ratio-word")
        return kind

    def _with_unit(
        self, around: Surroundings, cell: Cell, heads: Sequence[Said], quantity: Quantity, subject: str,
        is_change: bool,
    ) -> tuple[Quantity, str]:  # fmt: skip
        """Return a quantity in its unit, multiples applied, and the rule that gave the unit."""
        if quantity.unit:
            return quantity, "cell"
        unit, rule = around.unit(cell, heads, subject, is_change)
        if unit is None and (name := wording.counted_unit(subject)) and not is_change:
            unit, rule = Unit(name, self._unit_kinds.get(name, "classifier"), _ONE), "counted-word"
        if unit is None:
            return quantity, "index" if wording.is_index(subject) and not is_change else "none"
        has_multiple = bool(_MULTIPLES & set(cell.text[quantity.start : quantity.end]))
        factor = _ONE if has_multiple else unit.factor
        return (
            replace(
                quantity, value=quantity.value * factor, upper=quantity.upper * factor, place=quantity.place * factor,
                is_plain=quantity.is_plain and factor == 1, unit=unit.name, unit_kind=unit.kind,
            ),
            rule,
        )  # fmt: skip


_ONE = Decimal(1)
_LEVEL = Kind("level", 1, "list")


def _unchanged(phrase: str) -> str:
    return phrase


def _of_cell(number: CellNumber) -> _Number:
    return _Number(number.quantity, number.qualifier, number.qualifier_rule, number.quantity.form, number.arrow,
                   flag=number.flag)  # fmt: skip


def _integrity(quantity: Quantity, subject: str) -> tuple[str, str]:
    if not quantity.unit and not wording.is_index(subject):
        return "truncated", "no-unit"
    return ("whole", "none") if subject else ("orphan", "no-subject")


def _placed(
    said: dict[str, Any], table: Table, cell: Cell, number: _Number, clean: CleanText, source_id: str, scope: str,
    row: tuple[int, int], section: str, context: int,
) -> Figure:  # fmt: skip
    """Return a figure of its fields and its place: offsets, slices of the raw text, locator."""
    raw = clean.raw
    at, stop = cell.start + number.quantity.start, cell.start + number.quantity.end
    start, end = clean.to_raw(at, stop)
    low, high = max(row[0], start - _QUOTE), min(row[1], end + _QUOTE)
    return Figure(
        **said,
        source_id=source_id,
        start=start,
        end=end,
        text=raw[start:end],
        scope=scope,
        reading=clean.text[at:stop],
        quote=raw[min(low, start) : max(high, end)].strip("\r\n"),
        prefix=raw[max(0, start - context) : start],
        suffix=raw[end : end + context],
        locator=f"{table.grid.name}, {cell.place}" if table.grid.name else cell.place,
        section=section,
    )


def _row_spans(table: Table, clean: CleanText) -> dict[int, tuple[int, int]]:
    """Return the raw span of each row's own cells."""
    spans: dict[int, tuple[int, int]] = {}
    for cell in table.cells:
        start, end = clean.to_raw(cell.start, cell.end)
        low, high = spans.get(cell.row, (start, end))
        spans[cell.row] = (min(low, start), max(high, end))
    return spans


def _heads(layout: Layout, cell: Cell) -> bool:
    if cell.row in layout.paragraphs:
        return False
    is_title = cell in layout.titles or cell.row in layout.sections
    return is_title or cell.row in layout.rows.headings or cell.column in layout.columns.headings


def _without(whole: Span, holes: Sequence[Span]) -> tuple[Span, ...]:
    """Return what is left of a span without the spans inside it."""
    left, at = [], whole.start
    for hole in sorted(holes):
        left.append(Span(at, max(at, hole.start)))
        at = max(at, hole.end)
    left.append(Span(at, max(at, whole.end)))
    return tuple(span for span in left if span.start < span.end)


def _is_aside(clean: CleanText, position: int) -> bool:
    return any(span.start <= position < span.end for span in clean.set_aside)
