"""What stands in a table: its columns, its lines by group, and which observation each number is.

Flows in: rows, gaps, the declaration and the context. Flows out: a `Model` of words and rows, without sizes. Nothing is
drawn here and nothing is ranked: places stand in the official order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from qingshan.charts import values
from qingshan.charts.declared import ChartSpec
from qingshan.charts.forms import Context, Row
from qingshan.charts.picking import Gap
from qingshan.charts.telling import shared_unit
from qingshan.charts.wording import WORDS

DASH = "—"
BY_INDICATOR = "by_indicator"


@dataclass(frozen=True)
class Cell:
    """One cell: words, a number with its row, or a dash with the reason why there is none."""

    text: str
    row: Row | None = None
    reason: str = ""


@dataclass(frozen=True)
class Line:
    """One line of a table: a cell for each column; with `spans` the one number stands across all number columns."""

    cells: tuple[Cell, ...]
    spans: bool = False


@dataclass(frozen=True)
class Group:
    """Lines under a heading, or without one."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Model:
    """A table: headers, which columns hold numbers, groups of lines, and the unit at its top right."""

    headers: tuple[str, ...]
    numbers: tuple[int, ...]
    groups: tuple[Group, ...]
    unit: str = ""
    bars: bool = False


def model(rows: Sequence[Row], chart: ChartSpec, context: Context) -> Model:
    """Return the table of a chart: grouped by indicator where ``layout`` says so, else places by indicators."""
    return (
        _by_indicator(rows, context) if chart.options.get("layout") == BY_INDICATOR else _matrix(rows, chart, context)
    )


def number(row: Row, context: Context) -> str:
    """Return a value without its unit."""
    registry, language = context.registry, context.language
    reading, unit = context.readings.get(row["observation_id"], ""), values.unit_of(row, registry).canonical
    if language == "zh" and not values.printed(row, language, registry, reading).endswith(unit):
        reading = ""  # 25地 counts what the header's 个 counts
    return values.printed_number(row, language, registry, reading).removesuffix(unit)


def _by_indicator(rows: Sequence[Row], context: Context) -> Model:
    """Return groups of indicators, lines of places: value, unit, and what it is compared with."""
    own, language = WORDS[context.language], context.language
    ends = {values.printed_end(row, language) for row in rows}
    is_one = len(ends) == 1
    header = own["target_column" if all(row["measure"] in values.TARGETS for row in rows) else "value_column"]
    headers = [own["area_column"], header.format(period=next(iter(ends))) if is_one else own["value_header"],
               own["unit_column"]]  # fmt: skip
    groups = []
    order = list(dict.fromkeys(row["indicator"] for row in rows))
    listed = sorted(rows, key=lambda row: order.index(row["indicator"]))
    for _, members in groupby(listed, key=lambda row: row["indicator"]):
        own_rows = list(members)
        lines = [
            Line((Cell(values.place(row, language, context.registry)), Cell(number(row, context), row),
                  Cell(_unit(row, context)), *([] if is_one else [Cell(values.printed_end(row, language))])))
            for row in own_rows
        ]  # fmt: skip
        groups.append(Group(values.label(own_rows[0], language, context.registry), tuple(lines)))
    headers += [] if is_one else [own["period_column"]]
    return Model(tuple(headers), (1,), tuple(groups))


def _unit(row: Row, context: Context) -> str:
    """Return a row's unit, and for a change what it is a change from."""
    unit = values.unit_of(row, context.registry)
    name = unit.canonical if unit.canonical in ("%", "‰") else values.unit_name(unit, context.language)
    base = row["base_period"]
    if not base:
        return name
    printed = values.printed_end({**row, "time_period": base, "base_period": ""}, context.language)
    return WORDS[context.language]["unit_against"].format(unit=name, base=printed)


def _matrix(rows: Sequence[Row], chart: ChartSpec, context: Context) -> Model:
    """Return a line for each place in the official order, a column for each indicator of the first series.

    Rows of further series, which count something that no column does, stand across the columns in groups of their own.
    """
    own, language, registry = WORDS[context.language], context.language, context.registry
    first, *others = chart.series
    gaps = [one for one in context.gaps if one.reason in own["short_reasons"] and one.indicator in first.indicators]
    groups = [
        Group("", tuple(_places([r for r in rows if r["series"] == first.name], gaps, first.indicators, context)))
    ]
    for series in others:
        members = sorted((row for row in rows if row["series"] == series.name), key=lambda row: _order(row, context))
        lines = tuple(
            Line((Cell(values.place(row, language, registry)), Cell(number(row, context), row),
                  *[Cell("")] * (len(first.indicators) - 1), Cell(_date([row], context))), spans=True)
            for row in members
        )  # fmt: skip
        if lines:
            groups.append(Group(chart.options.get(f"{series.name}_{language}", ""), lines))
    headers = [values.label({"indicator": name}, language, registry) for name in first.indicators]
    return Model(
        (own["area_column"], *headers, own["as_of_column"]),
        tuple(range(1, len(headers) + 1)),
        tuple(group for group in groups if group.lines),
        shared_unit(rows, context),
        chart.options.get("bars") == "yes",
    )


def _places(rows: Sequence[Row], gaps: Sequence[Gap], indicators: Sequence[str], context: Context) -> list[Line]:
    own, registry = WORDS[context.language], context.registry
    known = {(row["ref_area"], row["indicator"]): row for row in rows}
    absent = {(one.area, one.indicator): one for one in gaps}
    codes = dict.fromkeys(code for code, _ in (*known, *absent))
    lines = []
    for code in sorted(codes, key=lambda code: _order({"ref_area": code}, context)):
        cells = []
        for name in indicators:
            row, gap = known.get((code, name)), absent.get((code, name))
            reason = own["short_reasons"][gap.reason] if gap and not row else ""
            cells.append(Cell(number(row, context), row) if row else Cell(DASH, reason=reason))
        place = values.place({"ref_area": code}, context.language, registry) if code else _capital(own["no_place"])
        dates = [known[code, name] for name in indicators if (code, name) in known]
        lines.append(Line((Cell(place), *cells, Cell(_date(dates, context)))))
    return lines


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _order(row: Row, context: Context) -> tuple[bool, int, str]:
    region = context.registry.regions.get(row["ref_area"])
    return (region is None, region.order if region else 0, row["ref_area"])


def _date(rows: Sequence[Row], context: Context) -> str:
    """Return the dates of a line's numbers, each once."""
    ends = dict.fromkeys(values.printed_end(row, context.language) for row in rows)
    return WORDS[context.language]["gap_join"].join(ends)
