"""What each sheet of the workbook holds: columns with both names, typed cells, number formats; no library here.

Flows in: `Material`. Flows out: `Sheet` records. A number keeps the decimals that its source wrote, by its format.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from qingshan.charts.card import Card
from qingshan.edition.citation import citation
from qingshan.edition.office.material import LANGUAGES, Line, Material, plain
from qingshan.edition.office.wording import COLUMNS_ZH
from qingshan.model import LOST, OBSERVATIONS, Column, format_number

_NUMERAL = re.compile(r"\d[\d,]*(?:\.\d+)?")
_WIDE = {
    "quote": 60, "label_zh": 26, "label_en": 34, "subject": 34, "citation": 70, "title": 44, "publisher": 36,
    "sha256": 30,
    "scope_zh": 26, "printed_zh": 18, "printed_en": 24, "unit_measure": 22, "indicator": 24, "decision_id": 20,
    "place_zh": 18, "place_en": 22, "observation_id": 15, "source_id": 18, "scope": 22, "time_basis": 14,
}  # fmt: skip
_USUAL = 12
# what a person reads, and what a program needs besides
_SHORT = (
    "label_zh",
    "label_en",
    "place_zh",
    "place_en",
    "time_period",
    "base_period",
    "measure",
    "printed_zh",
    "printed_en",
    "obs_value",
    "unit_zh",
    "unit_en",
    "qualifier",
    "scope_zh",
    "obs_status",
    "time_basis",
    "source_id",
    "observation_id",
)
_FURTHER = (
    "obs_value_low",
    "obs_value_high",
    "original_value",
    "indicator",
    "ref_area",
    "unit_measure",
    "scope",
    "edition",
    "decision_id",
    "raw_start",
    "raw_end",
    "quote",
)
PRINTED = len(_SHORT)  # columns that a print of a sheet holds


@dataclass(frozen=True)
class Cell:
    """One cell: text, or a number with its format; an empty text is an empty cell."""

    value: str | float
    form: str = ""


@dataclass(frozen=True)
class Head:
    """One column: names in both languages and width in characters."""

    zh: str
    name: str
    width: int = _USUAL

    @property
    def text(self) -> str:
        return f"{self.zh}\n{self.name}"


@dataclass(frozen=True)
class Table:
    """Columns and rows of cells."""

    heads: tuple[Head, ...]
    rows: tuple[tuple[Cell, ...], ...]


def observations(material: Material) -> Table:
    """Return every observation: codes, names in both languages, the value typed and as printed, the quote."""
    return _of_lines(material, list(material.rows), (*_SHORT, *_FURTHER))


def chart_rows(material: Material, card: Card) -> Table:
    """Return the observations that a chart shows, in the order drawn."""
    return _of_lines(material, [key for key in card.observations if key in material.rows], _SHORT)


def chart_rows_heads() -> tuple[Head, ...]:
    """Return the columns of `chart_rows`: the small table above them on a chart's sheet has their widths."""
    return tuple(map(_head, _SHORT))


def lost(material: Material) -> Table:
    """Return the values that the sources lost."""
    return Table(
        tuple(_head(column.name) for column in LOST.columns),
        tuple(tuple(_cell(row[column.name], column) for column in LOST.columns) for row in material.tables.lost),
    )


def sources(material: Material) -> Table:
    """Return the sources, numbered as in the Word file, each with its reference."""
    names = ("number", "source_id", "title", "publisher", "published_on", "sha256", "citation")
    rows = (
        (
            Cell(float(number), "0"), Cell(one.source_id), Cell(plain(one.title)), Cell(plain(one.publisher)),
            Cell(one.published_on), Cell(one.sha256), Cell(citation(one, "zh")),
        )
        for number, one in enumerate(material.sources.values(), 1)
    )  # fmt: skip
    return Table(tuple(_head(name) for name in names), tuple(rows))


def _of_lines(material: Material, keys: Sequence[str], names: Sequence[str]) -> Table:
    both = [tuple(material.line(material.rows[key], language) for language in LANGUAGES) for key in keys]
    added = (
        "label_zh",
        "label_en",
        "place_zh",
        "place_en",
        "unit_zh",
        "unit_en",
        "printed_zh",
        "printed_en",
        "scope_zh",
    )
    columns = {column.name: column for column in OBSERVATIONS.columns}
    rows = []
    for zh, en in both:
        words = dict(
            zip(
                added,
                (zh.label, en.label, zh.place, en.place, zh.unit.canonical, en.unit.en, zh.value, en.value, zh.scope),
                strict=True,
            )
        )
        form = number_format(zh, material.readings.get(zh.row["observation_id"], ""))
        rows.append(
            tuple(
                Cell(words[name])
                if name in words
                else _cell(zh.row[name], columns[name], form if name == "obs_value" else "")
                for name in names
            )
        )
    return Table(tuple(_head(name) for name in names), tuple(rows))


def _cell(value: Any, column: Column, form: str = "") -> Cell:
    """Return a typed cell; an open bound is text as in the CSV, since a workbook knows no infinity."""
    if column.type is str:
        return Cell(plain(value))
    if isinstance(value, float) and not math.isfinite(value):
        return Cell(format_number(value))
    return number(float(value), form)


def number(value: float, form: str = "") -> Cell:
    """Return a cell of a number; without a format it shows the decimals that the number needs."""
    return Cell(value, form or _format(max(0, -int(_decimal(value).as_tuple().exponent))))


def number_format(line: Line, reading: str) -> str:
    """Return the format that shows a value with the decimals its source wrote: 67.50 stays 67.50."""
    value = abs(_decimal(line.row["obs_value"]))
    found = _NUMERAL.search(reading)
    needed = max(0, -int(value.as_tuple().exponent))
    if not found:
        return _format(needed)
    numeral = Decimal(found[0].replace(",", ""))
    written = max(0, -int(numeral.as_tuple().exponent))
    for power in range(-3, 13):
        if numeral.scaleb(power) == value:
            return _format(max(needed, written - power))
    return _format(needed)


def _decimal(value: float) -> Decimal:
    return Decimal(repr(float(value))).normalize()


def _format(decimals: int) -> str:
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def _head(name: str) -> Head:
    return Head(COLUMNS_ZH[name], name, _WIDE.get(name, _USUAL))
