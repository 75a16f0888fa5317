"""Draws where a value came from, where it is and where it should be: base, now and target on one line each.

Flows in: rows of the observations table in the series `now`, `base` and `target`, the declaration and the context.
Flows out: a Figure that belongs to nobody. What has another unit than the axis stands above it as a large number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qingshan.charts import frame, theme, values
from qingshan.charts.forms import Context, Form, Row, _cards, _rows, ready
from qingshan.charts.wording import WORDS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from qingshan.charts.declared import ChartSpec
    from qingshan.charts.frame import Sheet
    from qingshan.registry import Registry

NOW, BASE, TARGET = "now", "base", "target"
_POINT = 1.0  # of the body: size of a point
_TRACK = 4.3  # of the body: depth of one line with the words above and below its marks


def draw_dumbbell(table: Any, *, chart: ChartSpec | None = None, context: Context) -> Figure:
    """Draw one line for each indicator and area: from its base to now, dashed on to its target.

    Parameters
    ----------
    table
        Series ``now``, ``base`` and ``target``. A line without a base begins at zero (a lollipop). Rows whose unit is
        not that of most lines are large numbers above the axis.

    Returns
    -------
    Figure
        Marks have their observation_id as gid; stems ``calc-stem-…``, lines ``calc-line-…``, ways to a target
        ``calc-way-…``.

    Raises
    ------
    StageError
        A character has no glyph, or there are no rows.
    """
    rows, chart, words = ready(table, chart, context, FORM)
    with theme.settings():
        sheet = frame.Sheet.of(context)
        on_axis, apart = split(rows)
        strip = _cards.arrange(apart, context, sheet, common=_rows.common_period(rows))
        top = strip.depth + (sheet.body * 1.2 if apart else 0.0)
        layout = _rows.arrange(on_axis, chart, context, sheet, sheet.body * _TRACK, top=top)
        ticks = _ticks(on_axis)
        scale = _Scale.of([*ticks, *(row["obs_value"] for row in on_axis)], sheet.inner - layout.left, sheet)
        told: list[str] = []
        labels = [_place(one, scale, sheet, context, words.unit, told) for one in layout.items]
        page = frame.compose(sheet, words, layout.depth + sheet.body * 2.0, notes=told)
        _cards.draw(page, strip)
        _rows.write_labels(page, layout)
        axes = page.axes(layout.left, top, depth=layout.depth - top)
        axes.set_xlim(scale.low, scale.low + scale.width / scale.points)
        axes.set_ylim(layout.depth, top)
        _draw_axis(axes, ticks, layout, on_axis, sheet)
        for one, placed in zip(layout.items, labels, strict=True):
            placed.draw(page.axes(layout.left, one.middle - placed.depth / 2, placed.width, placed.depth))
        marks = page.axes(layout.left, top, depth=layout.depth - top)
        marks.set_xlim(axes.get_xlim())
        marks.set_ylim(axes.get_ylim())
        for one in layout.items:
            _draw_item(marks, one, sheet)
        return page.figure


def split(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Return the rows on the axis, and those of other units: the axis has the unit with targets, or most rows."""
    counts = Counter(row["unit_measure"] for row in rows)
    aimed = {row["unit_measure"] for row in rows if row["series"] == TARGET}
    unit = max(counts, key=lambda code: (code in aimed, counts[code], code))
    return [row for row in rows if row["unit_measure"] == unit], [row for row in rows if row["unit_measure"] != unit]


def _ticks(rows: Sequence[Row]) -> list[int]:
    """Return ticks from zero up to the first that no value passes."""
    numbers = [row["obs_value"] for row in rows]
    ticks = frame.tick_values(numbers, most=5)
    if len(ticks) > 1 and max(numbers) > ticks[-1]:
        ticks.append(2 * ticks[-1] - ticks[-2])
    return ticks


@dataclass(frozen=True)
class _Scale:
    low: float
    points: float
    width: float

    @classmethod
    def of(cls, numbers: Sequence[float], width: float, sheet: Sheet) -> _Scale:
        span = max(numbers) - min(numbers) or 1.0
        return cls(min(numbers), (width - sheet.body * 2) / span, width)

    def x(self, row: Row) -> float:
        return float((row["obs_value"] - self.low) * self.points)


def _place(one: _rows.Item, scale: _Scale, sheet: Sheet, context: Context, unit: str, told: list[str]) -> frame.Labels:
    """Place the words of one line around its marks; what finds no room goes to `told`, for the foot."""
    labels = frame.Labels(sheet, scale.width, sheet.body * _TRACK)
    y, half = labels.depth / 2, sheet.body * _POINT * 0.6
    for row in one.rows:
        labels.block(scale.x(row) - half, y - half, scale.x(row) + half, y + half)
    sides = {
        NOW: ("above", "below", "right", "above-right", "above-left"),
        TARGET: ("above", "below", "right", "above-right", "below-right", "below-left"),
        BASE: ("above", "below", "left", "below-left", "above-left", "below-right"),
    }
    for row in sorted(one.rows, key=lambda row: list(sides).index(row["series"])):
        text = _text(row, one.rows, context, unit)
        if not labels.place(
            text,
            scale.x(row),
            y,
            size=sheet.body,
            sides=sides[row["series"]],
            gap=half + sheet.body * 0.1,
            colour=theme.TARGET if row["series"] == TARGET else theme.INK,
            gid=f"label-{row['observation_id']}",
        ):
            label = values.label(row, context.language, context.registry)
            told.append(WORDS[context.language]["labelled"].format(label=label, value=text))
    return labels


def _text(row: Row, others: Sequence[Row], context: Context, unit: str) -> str:
    """Return the words at a mark; a value is dated where another of its line is of another time."""
    own, text = WORDS[context.language], _rows.number(row, context, unit=unit)
    period = values.printed_end(row, context.language)
    if row["series"] == TARGET:
        return own["target_of"].format(period=period, value=text)
    if any(one["series"] == BASE for one in others):
        return own["labelled"].format(label=period, value=text)
    return text


def _draw_axis(axes: Axes, ticks: Sequence[int], layout: _rows.Layout, rows: Sequence[Row], sheet: Sheet) -> None:
    for tick in ticks:
        axes.axvline(tick, color=theme.QUIET if tick == 0 else theme.GRID, linewidth=0.8, zorder=0)
    _rows.draw_ticks(axes, ticks, "%" if rows[0]["unit_measure"] == "percent" else "", layout, sheet)


def _draw_item(axes: Axes, one: _rows.Item, sheet: Sheet) -> None:
    from qingshan.charts.save import computed_gid

    parts = {row["series"]: row for row in one.rows}
    now, base, target = (parts.get(name) for name in (NOW, BASE, TARGET))
    y, points = one.middle, sheet.body * _POINT
    thick = {"color": theme.SERIES[2], "linewidth": sheet.body * 0.3, "solid_capstyle": "butt", "zorder": 2}
    if now and base:
        axes.plot([base["obs_value"], now["obs_value"]], [y, y], gid=computed_gid("line", [base, now]), **thick)
    elif now or base:
        end = now or base
        axes.plot([0, end["obs_value"]], [y, y], gid=computed_gid("stem", [end]), **thick)  # type: ignore[index,list-item]
    start = now or base
    if start and target:
        axes.plot(
            [start["obs_value"], target["obs_value"]], [y, y], color=theme.TARGET, linewidth=sheet.body * 0.14,
            dashes=(1.6, 1.2), zorder=1, gid=computed_gid("way", [start, target]),
        )  # fmt: skip
    for row, colour in ((base, theme.SERIES[2]), (now, theme.SERIES[0])):
        if row:
            axes.plot(
                [row["obs_value"]], [y], marker="o", markersize=points, markeredgecolor=colour, markeredgewidth=1.6,
                linestyle="none", zorder=4, gid=row["observation_id"], **theme.point(row, colour),
            )  # fmt: skip
    if target:
        axes.plot(
            [target["obs_value"]], [y], marker=frame.target_marker(target["qualifier"]), markersize=points * 1.15,
            markerfacecolor=theme.PAPER, markeredgecolor=theme.TARGET, markeredgewidth=1.6, linestyle="none",
            zorder=4, gid=target["observation_id"],
        )  # fmt: skip


def _pick(rows: Sequence[Row], chart: ChartSpec, registry: Registry, observations: Sequence[Row]) -> list[Row]:
    """Keep the last value of each part of each line: a line has one base, one now and one target."""
    kept: dict[tuple[str, str, str], Row] = {}
    for row in sorted(rows, key=lambda row: values.interval(row)[::-1]):
        kept[row["series"], row["indicator"], row["ref_area"]] = row
    ids = {row["observation_id"] for row in kept.values()}
    return [row for row in rows if row["observation_id"] in ids]


def _notes(rows: Sequence[Row], chart: ChartSpec, context: Context) -> list[str]:
    own = WORDS[context.language]
    results = [row for row in rows if row["series"] != TARGET]
    return [
        *([own["hollow_points"]] if any(theme.is_hollow(row) for row in results) else []),
        *([own["flagged_points"]] if any(theme.is_flagged(row) for row in results) else []),
    ]


FORM = Form(draw=draw_dumbbell, pick=_pick, subtitle=_rows.subtitle, notes=_notes, series=(NOW, BASE, TARGET))
