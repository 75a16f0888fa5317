"""Table contracts: for each table its columns, their types and meaning, and how a row becomes text.

Columns are str, float (NaN for missing), int or bool; '' stands for no text. The CSV written from a contract is the
canonical one: UTF-8 without BOM, LF, numbers as Python prints them, nothing prefixed or rounded.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qingshan.model.errors import InputError, Problem

if TYPE_CHECKING:
    from _csv import Reader


@dataclass(frozen=True)
class Column:
    """One column: its name, its Python type and what it holds; with a `default`, rows may leave it out."""

    name: str
    type: type
    meaning: str
    default: object = None


@dataclass(frozen=True)
class TableContract:
    """A table's columns in order, and the columns that identify a row."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    def row(self, record: object) -> dict[str, object]:
        """Return the record's attributes as a row, in column order."""
        return {name: getattr(record, name) for name in self.names}

    def csv_text(self, rows: Iterable[Mapping[str, object]]) -> str:
        """Return rows as canonical CSV text with a header line."""
        out = io.StringIO()
        # a terminator of both characters makes the writer quote cells that hold either of them
        writer = csv.writer(out, lineterminator="\r\n")
        lines = []
        for cells in (self.names, *([_cell(_of(row, column)) for column in self.columns] for row in rows)):
            writer.writerow(cells)
            lines.append(out.getvalue().removesuffix("\r\n"))
            out.seek(0)
            out.truncate()
        return "\n".join(lines) + "\n"

    def rows_of(self, text: str) -> list[dict[str, object]]:
        """Return the rows of canonical CSV text, typed; the inverse of `csv_text`.

        Raises
        ------
        InputError
            The columns are others, a row has another number of cells, or a cell is no number where one should stand.
        """
        reader = _records(text)
        header = next(reader, [])
        if header != self.names:
            raise InputError(
                Problem(f"{self.name}:1", ",".join(header) or "nothing", ",".join(self.names), "Build the table again.")
            )
        rows = []
        for cells in reader:
            if len(cells) != len(self.columns):
                raise InputError(
                    Problem(
                        f"{self.name}:{reader.line_num}",
                        f"{len(cells)} cells",
                        f"{len(self.columns)}",
                        "Build it again.",
                    )
                )
            where = f"{self.name}:{reader.line_num}"
            rows.append({c.name: _parse(cell, c, where) for c, cell in zip(self.columns, cells, strict=True)})
        return rows

    def part_in(self, text: str) -> TableContract:
        """Return this contract with only the columns that the header of `text` names.

        Raises
        ------
        InputError
            The header names a column that is not in the contract, or one of them twice.
        """
        header = next(_records(text), [])
        wrong = sorted(set(header) - set(self.names)) + [name for name in header if header.count(name) > 1]
        if wrong:
            expected = f"columns of the table {self.name}, each once"
            raise InputError(Problem(f"{self.name}:1", f"column {wrong[0]!r}", expected, "Build the table again."))
        return self.only(header)

    def only(self, names: Collection[str]) -> TableContract:
        """Return this contract with only the columns of these names, in its own order."""
        return replace(self, columns=tuple(column for column in self.columns if column.name in names))


def _records(text: str) -> Reader:
    """Return a reader of the records of CSV text, whatever the length of a cell."""
    # the limit belongs to the whole process and is 128 KiB until somebody raises it: a cell can be a whole page
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    return csv.reader(io.StringIO(text, newline=""))


def format_number(value: float) -> str:
    """Return the shortest text that reads back as `value`: 16000, 67.5, -60; '' for NaN, inf and -inf spelt out."""
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        if value.is_integer() and abs(value) < 1e16:
            return str(int(value))
    return repr(value)


def _of(row: Mapping[str, object], column: Column) -> object:
    return row[column.name] if column.default is None else row.get(column.name, column.default)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return format_number(value)
    return str(value)


def _parse(text: str, column: Column, where: str) -> object:
    if column.type is float and not text:
        return math.nan
    if column.type is bool:
        return text == "true"
    try:
        return column.type(text)
    except ValueError:
        expected = "a whole number" if column.type is int else "a number"
        raise InputError(
            Problem(where, f"{text!r} in the column {column.name}", expected, "Build the table again.")
        ) from None


_FIGURE_COLUMNS = (
    Column("figure_id", str, "<source_id>@<start>-<end>"),
    Column("source_id", str, "the source it was found in"),
    Column("start", int, "raw offset of the first character"),
    Column("end", int, "raw offset after the last character"),
    Column("text", str, "raw[start:end]"),
    Column("value", float, "the number in `unit`, multiples applied, negative for a fall"),
    Column("unit", str, "canonical unit of measure or classifier, '' if lost"),
    Column("qualifier", str, "exact, about, over, nearly, at_least, at_most"),
    Column("kind", str, "level, count, share, change, target, target_change"),
    Column("subject", str, "what is measured, clean, without region and period"),
    Column("region", str, "what place it is about"),
    Column("period", str, "year, date or interval; '' if the text gives none"),
    Column("base_period", str, "what a change is measured from"),
    Column("integrity", str, "whole, truncated (number or unit cut), orphan (subject cut)"),
    Column("value_low", float, "lowest value the written form allows"),
    Column("value_high", float, "highest value the written form allows"),
    Column("scope", str, "which cities, which basis; registry ids joined by ';'"),
    Column("comparison", str, "what a change is measured against: year_on_year, fixed_base, cumulative, to_target ..."),
    Column("indicator", str, "registry id, '' if none matches"),
    Column("reading", str, "the clean form of text"),
    Column("quote", str, "raw sentence or cell"),
    Column("prefix", str, "16 raw characters before"),
    Column("suffix", str, "16 raw characters after"),
    Column("locator", str, "where a person finds it: line, page, cell"),
    Column("section", str, "the nearest heading"),
    Column("period_basis", str, "stated, inherited or ''"),
    Column("region_basis", str, "stated, inherited, document, or '' where it is not certain"),
    Column("rules", str, "which rule gave which field"),
)

FIGURES = TableContract("figures", _FIGURE_COLUMNS, ("figure_id",))

LOST = TableContract(
    "lost",
    (
        Column("source_id", str, "the source that announces the value"),
        Column("position", int, "raw offset where the value should stand"),
        Column("subject", str, "what would have been measured"),
        Column("region", str, "what place it is about"),
        Column("period", str, "year, date or interval"),
        Column("quote", str, "raw sentence up to the gap"),
    ),
    ("source_id", "position"),
)

CURATED = TableContract(
    "curated",
    (
        *_FIGURE_COLUMNS,
        Column("status", str, "accepted, rejected or undecided"),
        Column("reason", str, "why it has that status, a code of `curate.REASONS`"),
        Column("decision_id", str, "rule:<name>@<version>, a decision's id, or ''"),
        Column("observation_id", str, "the observation it supports, '' unless accepted"),
        Column("original", str, "what the reader had read in the fields a decision changed, as a JSON object", ""),
        Column("note", str, "what people flagged, one line each", ""),
    ),
    ("figure_id",),
)

OBSERVATIONS = TableContract(
    "observations",
    (
        Column("observation_id", str, "12 hex digits of the key's sha256"),
        Column("edition", str, "the yearly edition"),
        Column("indicator", str, "registry id"),
        Column("ref_area", str, "CN, GB/T 2260 six digits, QS-... or SITE-..."),
        Column("time_period", str, "never empty; as published where the text gives none"),
        Column("base_period", str, "what a change is measured from"),
        Column("measure", str, "level, count, share, change, target, target_change"),
        Column("scope", str, "which cities, which basis"),
        Column("source_id", str, "who says so"),
        Column("obs_value", float, "the value in `unit_measure`"),
        Column("obs_value_low", float, "lowest value the written form allows"),
        Column("obs_value_high", float, "highest value the written form allows"),
        Column("unit_measure", str, "registry code of the unit"),
        Column(
            "obs_status",
            str,
            "A normal, E estimated, B break, D definition, P provisional, U unreliable, V unvalidated",
        ),
        Column("time_basis", str, "stated, inherited, as_published or decided"),
        Column("qualifier", str, "exact, about, over, nearly, at_least, at_most"),
        Column("decision_id", str, "the rule or decision that accepted it"),
        Column("raw_start", int, "raw offset of the first character"),
        Column("raw_end", int, "raw offset after the last character"),
        Column("quote", str, "raw sentence or cell"),
        Column("original_value", float, "what the reader had read, where a person changed the value"),
    ),
    ("observation_id",),
)

OBSERVATION_FIGURES = TableContract(
    "observation_figures",
    (
        Column("observation_id", str, "the observation"),
        Column("figure_id", str, "a figure that says it"),
        Column("role", str, "primary or repeats"),
    ),
    ("observation_id", "figure_id"),
)

SOURCES = TableContract(
    "sources",
    (
        Column("source_id", str, "short name of the source"),
        Column("title", str, "as printed"),
        Column("publisher", str, "who issued it"),
        Column("published_on", str, "date it was issued"),
        Column("file", str, "file name as received"),
        Column("sha256", str, "of the bytes as received"),
        Column("encoding", str, "how the bytes were decoded"),
        Column("characters", int, "length of the raw text"),
        Column("edits", int, "repairs made by cleaning"),
        Column("damaged", int, "characters marked as mojibake"),
        Column("set_aside", int, "characters of site chrome"),
    ),
    ("source_id",),
)
