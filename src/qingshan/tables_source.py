"""Turns the value cells of a table into figures, as the `table:` mapping of its source says.

Flows in: the rows of a table with raw offsets, the mapping, the registry. Flows out: `Figure` records, complete and
coded, one for each value cell; an empty cell is none. No prose rule runs here, and a table with any mistake gives no
figure at all but every mistake at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from qingshan.model import Figure, InputError, Problem, nearest
from qingshan.quantity import Quantity, bounds
from qingshan.quantity.numerals import Numeral
from qingshan.readers.rows import Cell, Row, TableText, column_letters
from qingshan.registry import Registry
from qingshan.table_cells import LEVELS, CellError, CellReader, Faults, Unit
from qingshan.table_mapping import Binding, TableMapping

_CHANGES = ("change", "target_change")
_MOST_FAULTS = 100  # different ones; a table with more is mapped wrongly, and looking for near names takes time
_NO_CELL = Cell("", 0, 0)
_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True)
class _Said:
    """What a row says about both its value and its base."""

    indicator: str
    subject: str
    region: str
    scope: str


class TableSource:
    """Reads tables with one registry; made once, used for many sources."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._cells = CellReader(registry)

    def figures(
        self, table: TableText, mapping: TableMapping, source_id: str, *, context_characters: int = 16
    ) -> tuple[Figure, ...]:
        """Return the figures of a table, in the order of their cells.

        A value cell becomes a figure whose kind, where none is bound, is the first of level, count and share that its
        indicator admits. A cell of `base_value` becomes one more: a level in the indicator's own unit at `base_period`.

        Parameters
        ----------
        context_characters
            Length of `prefix` and `suffix`, in raw characters.

        Raises
        ------
        InputError
            A column is missing or named twice, a row has another number of cells, or a cell says nothing the registry
            knows: all of them, the same mistake of many rows once.
        """
        return _Reading(self._registry, self._cells, table, mapping, source_id, context_characters).run()


class _Reading:
    """The reading of one table: what columns stand where, and the mistakes found so far."""

    def __init__(
        self,
        registry: Registry,
        cells: CellReader,
        table: TableText,
        mapping: TableMapping,
        source_id: str,
        context_characters: int,
    ) -> None:
        self._indicators, self._units, self._cells = registry.indicators, registry.units, cells
        self._table, self._mapping = table, mapping
        self._source_id, self._context = source_id, context_characters
        self._faults = Faults()
        self._header: tuple[str, ...] = ()
        self._columns: dict[str, int] = {}

    def run(self) -> tuple[Figure, ...]:
        rows = self._bind_columns()
        figures: list[Figure] = []
        for row in rows:
            if len(self._faults) >= _MOST_FAULTS:
                error = CellError(f"{_MOST_FAULTS} mistakes before it", "a table that fits its mapping",
                                  "Correct these first; the rest has not been read.")  # fmt: skip
                self._faults.note(f"{self._table.where}: row", error, str(row.number))
                break
            figures.extend(self._read_row(row))
        if problems := list(self._faults.problems()):
            raise InputError(problems)
        return tuple(figures)

    def _bind_columns(self) -> Sequence[Row]:
        """Find the bound columns in the header; return the rows after it."""
        number = self._mapping.header
        at = next((index for index, row in enumerate(self._table.rows) if row.number == number), None)
        if at is None:
            raise InputError(
                Problem(self._mapping.where, f"header: {number}, an empty row", "the row that names the columns",
                        f"Look which row of {self._table.where} that is.")
            )  # fmt: skip
        self._header = tuple(cell.text.strip() for cell in self._table.rows[at].cells)
        problems = []
        for aspect, binding in self._mapping.bindings.items():
            if binding.column is None:
                continue
            count = self._header.count(binding.column)
            if count == 1:
                self._columns[aspect] = self._header.index(binding.column)
                continue
            found = f"two columns {binding.column!r}" if count else f"no column {binding.column!r}"
            names = [name for name in self._header if name]
            problems.append(
                Problem(binding.where, found + ("" if count else nearest(binding.column, names)),
                        f"one of the columns {', '.join(names)}",
                        "Rename one in a copy." if count else "Correct the name of the column.")
            )  # fmt: skip
        if problems:
            raise InputError(problems)
        return self._table.rows[at + 1 :]

    def _read_row(self, row: Row) -> Iterator[Figure]:
        """Yield the figures of one row; take note of its mistakes."""
        if not self._table.sheet and len(row.cells) != len(self._header):
            error = CellError(f"{len(row.cells)} cells", f"{len(self._header)}, as the header has",
                              "Put quotes around cells that hold the delimiter.")  # fmt: skip
            self._faults.note(f"{self._table.where}: row", error, str(row.number))
            return
        value, base = self._value_cell(row, "value"), self._value_cell(row, "base_value")
        if value is None and base is None:
            return
        indicator = self._ask(row, "indicator", self._cells.indicator)
        region = self._ask(row, "region", self._cells.region)
        scope = self._ask(row, "scope", self._cells.scope)
        if indicator is None:
            return
        subject = self._said(row, "subject") or self._indicators[indicator].label["zh"]
        said = _Said(indicator, subject, region or "", scope or "")
        if value is not None and (figure := self._value(row, value, said)):
            yield figure
        if base is not None and (figure := self._base(row, base, said)):
            yield figure

    def _value(self, row: Row, cell: Cell, said: _Said) -> Figure | None:
        unit = self._ask(row, "unit", self._cells.unit)
        period = self._ask(row, "period", self._cells.period)
        qualifier = self._ask(row, "qualifier", self._cells.qualifier)
        status = self._ask(row, "status", self._cells.status)
        kind = self._kind(row, said.indicator)
        base_period: str | None = ""
        if kind in _CHANGES and "base_period" in self._mapping.bindings:
            base_period = self._ask(row, "base_period", self._cells.period)
        number = self._number(row, "value", cell, unit) if unit else None
        if unit is None or period is None or qualifier is None or kind is None or base_period is None or number is None:
            return None
        return self._figure(row, "value", cell, said, number, unit, kind=kind, period=period, base_period=base_period,
                            qualifier=qualifier, status=status or "")  # fmt: skip

    def _base(self, row: Row, cell: Cell, said: _Said) -> Figure | None:
        indicator = self._indicators[said.indicator]
        unit = Unit(indicator.unit, self._units[indicator.unit].kind, Decimal(1))
        period = self._ask(row, "base_period", self._cells.period)
        status = self._ask(row, "base_status", self._cells.status)
        scope = (
            self._ask(row, "base_scope", self._cells.scope) if "base_scope" in self._mapping.bindings else said.scope
        )
        number = self._number(row, "base_value", cell, unit)
        if period is None or scope is None or number is None:
            return None
        said = _Said(said.indicator, said.subject, said.region, scope)
        return self._figure(row, "base_value", cell, said, number, unit, kind=_level_kind(indicator.kinds),
                            period=period, base_period="", qualifier="exact", status=status or "")  # fmt: skip

    def _figure(
        self, row: Row, aspect: str, cell: Cell, said: _Said, number: Numeral, unit: Unit, *,
        kind: str, period: str, base_period: str, qualifier: str, status: str,
    ) -> Figure:  # fmt: skip
        raw = self._table.text
        quantity = Quantity(0, 0, number.value, number.value, number.place, number.is_plain, unit.name, unit.kind,
                            "", "arabic", number.value < 0)  # fmt: skip
        low, high = bounds(quantity, qualifier)
        return Figure(
            source_id=self._source_id,
            start=cell.start,
            end=cell.end,
            text=raw[cell.start : cell.end],
            value=float(number.value),
            unit=unit.name,
            qualifier=qualifier,
            kind=kind,
            subject=said.subject,
            region=said.region,
            period=period,
            base_period=base_period,
            integrity="whole",
            value_low=low,
            value_high=high,
            scope=said.scope,
            indicator=said.indicator,
            reading=cell.text,
            quote=raw[row.start : row.end],
            prefix=raw[max(0, cell.start - self._context) : cell.start],
            suffix=raw[cell.end : cell.end + self._context],
            locator=self._locator(row, self._columns[aspect]),
            section=self._table.sheet,
            period_basis=self._basis("base_period" if aspect == "base_value" else "period", "inherited"),
            region_basis=self._basis("region", "document"),
            rules=self._rules(aspect, status),
        )

    def _kind(self, row: Row, indicator: str) -> str | None:
        if "kind" in self._mapping.bindings:
            return self._ask(row, "kind", self._cells.kind)
        return _level_kind(self._indicators[indicator].kinds)

    def _number(self, row: Row, aspect: str, cell: Cell, unit: Unit) -> Numeral | None:
        try:
            return self._cells.number(cell.text, unit)
        except CellError as error:
            self._note_at(row, aspect, error)
            return None

    def _value_cell(self, row: Row, aspect: str) -> Cell | None:
        """Return the cell of a value without the spaces around it, None where the table gives no value."""
        if aspect not in self._columns:
            return None
        cell = self._cell(row, aspect)
        text = self._table.text[cell.start : cell.end]
        start = cell.start + len(text) - len(text.lstrip())
        trimmed = Cell(cell.text.strip(), start, start + len(text.strip()))
        return None if not trimmed.text or trimmed.text in self._mapping.no_value else trimmed

    def _cell(self, row: Row, aspect: str) -> Cell:
        index = self._columns[aspect]
        return row.cells[index] if index < len(row.cells) else _NO_CELL

    def _said(self, row: Row, aspect: str) -> str:
        """Return what a row says of an aspect, '' when nothing is bound to it."""
        binding = self._mapping.bindings.get(aspect)
        if binding is None:
            return ""
        if binding.const is not None:
            return binding.const
        return binding.meaning(self._cell(row, aspect).text.strip())

    def _ask(self, row: Row, aspect: str, read: Callable[[str], _Read]) -> _Read | None:
        """Return what an aspect's cell says, None when it is a mistake."""
        try:
            return read(self._said(row, aspect))
        except CellError as error:
            self._note_at(row, aspect, error)
            return None

    def _note_at(self, row: Row, aspect: str, error: CellError) -> None:
        binding = self._mapping.bindings[aspect]
        if binding.const is not None:
            self._faults.note(binding.where, error, "")
        elif self._table.sheet:
            self._faults.note(f"{self._table.where}:", error, self._locator(row, self._columns[aspect]))
        else:
            self._faults.note(f"{self._table.where}: column {binding.column}, row", error, str(row.number))

    def _locator(self, row: Row, column: int) -> str:
        if self._table.sheet:
            return f"{self._table.sheet}!{column_letters(column)}{row.number}"
        return f"row {row.number}, column {self._header[column]}"

    def _basis(self, aspect: str, of_constant: str) -> str:
        return "stated" if aspect in self._columns else of_constant

    def _rules(self, aspect: str, status: str) -> str:
        """Return which rule gave which field; the first says that a table did, the last a status other than normal."""
        reader = "workbook" if self._table.sheet else "csv"
        is_base = aspect == "base_value"
        fields = {
            "indicator": "indicator",
            "unit": "" if is_base else "unit",
            "region": "region",
            "period": "base_period" if is_base else "period",
            "kind": "" if is_base else "kind",
            "scope": "base_scope" if is_base and "base_scope" in self._mapping.bindings else "scope",
        }
        how = {bound: _how(binding) for bound, binding in self._mapping.bindings.items()}
        named = [
            f"{field}={how.get(bound, 'registry')}"
            for field, bound in fields.items()
            if bound != "scope" or bound in how
        ]
        return ";".join([f"table={reader}", f"number={aspect}", *named, *([f"obs_status={status}"] if status else [])])


def _level_kind(kinds: Sequence[str]) -> str:
    return next((kind for kind in kinds if kind in LEVELS), "level")


def _how(binding: Binding) -> str:
    return "const" if binding.column is None else "code" if binding.codes or binding.otherwise is not None else "column"
