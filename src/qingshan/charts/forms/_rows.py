"""What forms of horizontal rows share: labels on the left or above, groups with headers, and when a value holds.

Flows in: rows of a table, the declaration and the context. Flows out: items with their place in points. It is pure
arithmetic and wording: no figure exists yet.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from qingshan.charts import frame, theme, values
from qingshan.charts.forms import Context, Row
from qingshan.charts.wording import WORDS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from qingshan.charts.declared import ChartSpec
    from qingshan.charts.frame import Page, Sheet

TARGET = "target"
_BESIDE = 38  # bodies of width from which labels have a column of their own
_LABEL_SHARE = 0.42  # of the width: longer labels are broken
_LOOSE = 1.03  # letters are a little wider at some resolutions than where they were measured
_SLACK = 1e-9


@dataclass(frozen=True)
class Item:
    """One line of a chart: the rows of one indicator and area, its texts, and where they stand in points.

    Parameters
    ----------
    note
        What its label leaves open: place and time where the chart has no common one.
    middle
        The middle of its track.
    """

    rows: tuple[Row, ...]
    label: str
    note: str
    top: float
    middle: float


@dataclass(frozen=True)
class Layout:
    """Items and headers from the top, the left edge of the tracks, and the depth of all, in points."""

    items: tuple[Item, ...]
    headers: tuple[tuple[str, float], ...]
    left: float
    depth: float
    is_beside: bool


def items_of(rows: Iterable[Row]) -> list[tuple[Row, ...]]:
    """Return the rows of each indicator and area together, in the order in which they first stand."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault((row["indicator"], row["ref_area"]), []).append(row)
    return [tuple(listed) for listed in found.values()]


def arrange(
    rows: Sequence[Row], chart: ChartSpec, context: Context, sheet: Sheet, track: float, *, top: float = 0.0
) -> Layout:
    """Place the items from `top` downwards, tracks of `track` points beside their labels or below them."""
    members = sorted(items_of(rows), key=_group_order(rows, chart))
    common = common_period(rows)
    texts = {id(one): (_label(one, chart, context), _note(one, common, context)) for one in members}
    is_beside = sheet.inner >= sheet.body * _BESIDE
    left = 0.0
    if is_beside:
        widest = max(
            max(sheet.measure(label, sheet.body), sheet.measure(note, sheet.small)) for label, note in texts.values()
        )
        left = min(widest * _LOOSE, sheet.inner * _LABEL_SHARE) + sheet.body
    items: list[Item] = []
    headers: list[tuple[str, float]] = []
    y = top
    for group, listed in groupby(members, key=lambda one: _group(one, chart, context)):
        if group:
            y += sheet.body * 0.6 if headers else 0.0
            headers.append((sheet.wrapped(group, sheet.body), y))
            y += sheet.height(headers[-1][0], sheet.body) + sheet.body * 0.5
        for one in listed:
            width = (left - sheet.body) / _LOOSE if is_beside else sheet.inner
            label, note = texts[id(one)]
            label, note = sheet.balanced(label, sheet.body, width), sheet.wrapped(note, sheet.small, width)
            height = sheet.height(label, sheet.body) + (sheet.height(note, sheet.small) if note else 0.0)
            depth = max(height, track) if is_beside else height + track + sheet.body * 0.2
            middle = y + depth / 2 if is_beside else y + depth - track / 2
            items.append(Item(one, label, note, y + (depth - height) / 2 if is_beside else y, middle))
            y += depth + sheet.body * (0.7 if is_beside else 0.9)
    return Layout(tuple(items), tuple(headers), left, y, is_beside)


def write_labels(page: Page, layout: Layout) -> None:
    """Write headers, labels and notes on a page."""
    sheet = page.sheet
    for text, y in layout.headers:
        page.text(0.0, y, text, sheet.body, theme.QUIET)
    edge = layout.left - sheet.body if layout.is_beside else 0.0
    for one in layout.items:
        # below a label grid lines go on: its white keeps them off its words
        side = {"ha": "right", "multialignment": "right"} if layout.is_beside else {"bbox": frame.BACKDROP}
        page.text(edge, one.top, one.label, sheet.body, theme.INK, **side)
        if one.note:
            top = one.top + sheet.height(one.label, sheet.body)
            page.text(edge, top, one.note, sheet.small, theme.QUIET, **side)


def draw_ticks(axes: Axes, ticks: Sequence[int], unit: str, layout: Layout, sheet: Sheet) -> None:
    """Write the ticks below the tracks; the first stays inside the sheet where tracks begin at its edge."""
    texts = [f"{values.MINUS if tick < 0 else ''}{abs(tick):,}{unit}" for tick in ticks]
    axes.set_xticks(ticks, texts, size=sheet.small, color=theme.QUIET)
    axes.tick_params(length=0, pad=sheet.body * 0.3)
    if not layout.is_beside:
        axes.get_xticklabels()[0].set_ha("left")


def when(row: Row, language: str) -> str:
    """Return the period as printed; a single day, or the day of publication, as the state at that day."""
    text = values.printed_period(row, language)
    is_state = row["time_basis"] == "as_published" or len(values.interval(row)[1]) > 7
    is_state = is_state and "/" not in row["time_period"] and not row["base_period"]
    return WORDS[language]["state_at"].format(period=text) if is_state else text


def common_period(rows: Sequence[Row]) -> Row | None:
    """Return a row whose period all results share, None where they differ; targets have their own."""
    results = [row for row in rows if row["measure"] not in values.TARGETS]
    return results[0] if results and len({when(row, "zh") for row in results}) == 1 else None


def subtitle(rows: Sequence[Row], chart: ChartSpec, context: Context) -> str:
    """Return place and period, each where all rows share it."""
    language = context.language
    places = {row["ref_area"] for row in rows}
    common = common_period(rows)
    parts = [
        *([values.place(rows[0], language, context.registry)] if len(places) == 1 else []),
        *([when(common, language)] if common else []),
    ]
    text = WORDS[language]["alt_join"].join(parts)
    return text[:1].upper() + text[1:]


def number(row: Row, context: Context, *, unit: str) -> str:
    """Return a value as its label prints it: without the unit where that stands at the top of the picture."""
    print_it = values.printed if context.profile.is_titled or not unit else values.printed_number
    return print_it(row, context.language, context.registry, context.readings.get(row["observation_id"], ""))


def reach(row: Row) -> tuple[float, float] | None:
    """Return the bounds that a whisker shows: none where they are those of the written digits."""
    low, high = row["obs_value_low"], row["obs_value_high"]
    if not (math.isfinite(low) and math.isfinite(high)):
        return None
    exponent = Decimal(repr(float(row["obs_value"]))).normalize().as_tuple().exponent
    step = 10.0 ** int(exponent) if row["obs_value"] else 1.0
    return (low, high) if high - low > step * (1 + _SLACK) else None


def open_side(row: Row) -> int:
    """Return on which side a value is open: 1 for over and at least, -1 for at most, 0 for neither."""
    return int(math.isinf(row["obs_value_high"])) - int(math.isinf(row["obs_value_low"]))


def _label(rows: Sequence[Row], chart: ChartSpec, context: Context) -> str:
    label = values.label(rows[0], context.language, context.registry)
    if rows[0]["ref_area"] == "CN" or chart.group_by == "area":
        return label
    place = values.place(rows[0], context.language, context.registry)
    return WORDS[context.language]["of_place"].format(label=label, place=place)


def _note(rows: Sequence[Row], common: Row | None, context: Context) -> str:
    results = [row for row in rows if row["measure"] not in values.TARGETS]
    told = [] if common else [when(row, context.language) for row in results]
    return WORDS[context.language]["list"].join(dict.fromkeys(told))


def _group(rows: Sequence[Row], chart: ChartSpec, context: Context) -> str:
    if chart.group_by == "area":
        return values.place(rows[0], context.language, context.registry)
    if chart.group_by == "group":
        group = context.registry.indicators[rows[0]["indicator"]].group
        return WORDS[context.language].get(group, "")
    return ""


def _group_order(rows: Sequence[Row], chart: ChartSpec) -> Callable[[tuple[Row, ...]], int]:
    """Return a key that keeps groups together, each where its first row stands."""
    order: Mapping[str, int] = {area: index for index, area in enumerate(dict.fromkeys(r["ref_area"] for r in rows))}
    return (lambda one: order[one[0]["ref_area"]]) if chart.group_by == "area" else (lambda one: 0)
