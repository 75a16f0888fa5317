"""Draws a value year by year as columns from zero, with the changes that the source states on a strip above.

Flows in: rows of the observations table in the series `value` and `change`, the declaration and the context. Flows out:
a Figure that belongs to nobody. Columns of different scopes are set apart by a line, and no change is computed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from qingshan.charts import frame, theme, values
from qingshan.charts.forms import Context, Form, Row, ready
from qingshan.charts.forms._timeline_labels import moment, runs
from qingshan.charts.wording import WORDS
from qingshan.model import StageError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from qingshan.charts.declared import ChartSpec
    from qingshan.charts.frame import Labels, Sheet

VALUE, CHANGE = "value", "change"
_STRIP = 5.5  # of the body: depth of the strip of changes


@dataclass(frozen=True)
class _Scale:
    """Times and values to points from the upper left corner of one part."""

    first: float
    last: float
    low: float
    high: float
    left: float
    width: float
    depth: float

    def x(self, time: float) -> float:
        return self.left + (time - self.first) / (self.last - self.first) * (self.width - self.left)

    def y(self, value: float) -> float:
        return (self.high - value) / (self.high - self.low) * self.depth

    def set(self, axes: Axes) -> None:
        axes.set_xlim(self.first, self.last)
        axes.set_ylim(self.low, self.high)


def draw_columns(table: Any, *, chart: ChartSpec | None = None, context: Context) -> Figure:
    """Draw one column for each period, and a line of changes above where there are any.

    Parameters
    ----------
    table
        Series ``value``: rows of one indicator and unit, one a period. Series ``change``: changes stated for the same
        periods, joined within one scope only (``calc-line-…``).

    Raises
    ------
    StageError
        A character has no glyph, there is no column, a period has two, or their units differ.
    """
    rows, chart, words = ready(table, chart, context, FORM)
    columns, changes = ([row for row in rows if row["series"] == name] for name in (VALUE, CHANGE))
    _check(columns)
    with theme.settings():
        sheet = frame.Sheet.of(context)
        ticks = frame.tick_values([row["obs_value"] for row in columns], most=5)
        gutter = max(sheet.measure(f"{tick:,}", sheet.small) for tick in ticks) + sheet.body * 0.8
        scale = _scale(columns, changes, gutter, sheet)
        above = _scale(changes, columns, gutter, sheet, depth=sheet.body * _STRIP) if changes else None
        top = sheet.body * (_STRIP + 2.6) if above else 0.0
        told: list[str] = []
        labels = _label(columns, scale, context, sheet, told)
        over = _label_changes(changes, above, context, sheet, told) if above else None
        page = frame.compose(sheet, words, top + scale.depth + sheet.body * 2.2, notes=told)
        if above and over:
            page.text(0.0, 0.0, WORDS[context.language]["changes"], sheet.small, theme.QUIET)
            strip = page.axes(gutter, sheet.body * 1.6, depth=above.depth)
            over.draw(page.axes(0.0, sheet.body * 1.6, depth=above.depth))
            _draw_changes(strip, changes, above, sheet)
        grid = page.axes(gutter, top, depth=scale.depth)
        _draw_grid(grid, ticks, columns, scale, sheet)
        labels.draw(page.axes(0.0, top, depth=scale.depth))
        _draw_columns(page.axes(gutter, top, depth=scale.depth), columns, scale)
        return page.figure


def _check(columns: Sequence[Row]) -> None:
    if not columns:
        raise StageError("chart: no row of the series 'value'; there is no column to draw")
    units = sorted({row["unit_measure"] for row in columns})
    if len(units) > 1:
        raise StageError(f"chart: columns have one axis; the rows have the units {', '.join(units)}")
    times = [moment(row) for row in columns]
    twice = next((row for row in columns if times.count(moment(row)) > 1), None)
    if twice is not None:
        raise StageError(f"chart: two columns at {twice['time_period']}; choose one scope and source for each period")


def _width(rows: Iterable[Row]) -> float:
    """Return the width of a column in years."""
    times = sorted({moment(row) for row in rows})
    return 0.64 * min((later - one for one, later in pairwise(times)), default=1.0)


def _scale(rows: Sequence[Row], others: Sequence[Row], gutter: float, sheet: Sheet, *, depth: float = 0.0) -> _Scale:
    times = [moment(row) for row in (*rows, *others)]
    room = _width((*rows, *others)) * 0.9
    numbers = [0.0, *(row["obs_value"] for row in rows)]
    span = max(numbers) - min(numbers) or 1.0
    depth = depth or max(sheet.body * 15, min(sheet.inner * 0.38, sheet.body * 24))
    # room for the words above the highest mark, and below the lowest where that is under zero or a strip's
    air = span * sheet.body * 2.0 / depth
    low = min(numbers) - (air if min(numbers) < 0 else 0.0)
    return _Scale(min(times) - room, max(times) + room, low, max(numbers) + air * 1.2, gutter, sheet.inner, depth)


def _label(columns: Sequence[Row], scale: _Scale, context: Context, sheet: Sheet, told: list[str]) -> Labels:
    """Place the numbers at the columns, the ends first; tell the scope of each run at the foot."""
    labels = frame.Labels(sheet, scale.width, scale.depth)
    labels.block(0, 0, scale.left - 1, scale.depth)
    half = _width(columns) / 2
    for row in columns:
        ends = sorted((scale.y(0.0), scale.y(row["obs_value"])))
        labels.block(scale.x(moment(row) - half), ends[0], scale.x(moment(row) + half), ends[1])
    ordered = sorted(columns, key=moment, reverse=True)
    for row in [ordered[0], *ordered[:0:-1]]:  # both ends first: where room is short, those between stay unlabelled
        _number(row, scale, labels, context, sheet)
    if len({row["scope"] for row in columns}) > 1:
        told += [_scope(run, context) for run in runs(columns)]
    return labels


def _scope(run: Sequence[Row], context: Context) -> str:
    language, own = context.language, WORDS[context.language]
    period = own["to"].join(dict.fromkeys(values.printed_period(row, language) for row in (run[0], run[-1])))
    scope = values.scope_names(run[0]["scope"], language, context.registry) or own["no_scope"]
    return own["scope_of"].format(period=period, scope=scope)


def _number(row: Row, scale: _Scale, labels: Labels, context: Context, sheet: Sheet) -> None:
    text = values.printed_number(
        row, context.language, context.registry, context.readings.get(row["observation_id"], "")
    )
    side = "above" if row["obs_value"] >= 0 else "below"
    for size in (sheet.body, sheet.small):
        if labels.place(
            text, scale.x(moment(row)), scale.y(row["obs_value"]), size=size, sides=(side,), gap=sheet.body * 0.25,
            gid=f"label-{row['observation_id']}",
        ):  # fmt: skip
            return


def _label_changes(changes: Sequence[Row], scale: _Scale, context: Context, sheet: Sheet, told: list[str]) -> Labels:
    labels = frame.Labels(sheet, scale.width, scale.depth)
    for row in changes:
        x, y, half = scale.x(moment(row)), scale.y(row["obs_value"]), sheet.body * 0.4
        labels.block(x - half, y - half, x + half, y + half)
    for run in runs(changes):
        points = [(scale.x(moment(row)), scale.y(row["obs_value"])) for row in run]
        for (x0, y0), (x1, y1) in pairwise(points):
            labels.block_line(x0, y0, x1, y1)
    for row in changes:
        text = values.printed(row, context.language, context.registry, context.readings.get(row["observation_id"], ""))
        sides = ("above", "below") if row["obs_value"] >= 0 else ("below", "above")
        if not labels.place(
            text, scale.x(moment(row)), scale.y(row["obs_value"]), size=sheet.small, sides=sides,
            gap=sheet.body * 0.5, colour=theme.MARK_COLOUR, gid=f"label-{row['observation_id']}",
        ):  # fmt: skip
            period = values.printed_end(row, context.language)
            told.append(WORDS[context.language]["labelled"].format(label=period, value=text))
    return labels


def _draw_grid(axes: Axes, ticks: Sequence[int], columns: Sequence[Row], scale: _Scale, sheet: Sheet) -> None:
    scale.set(axes)
    for tick in ticks:
        axes.axhline(tick, color=theme.INK if tick == 0 else theme.GRID, linewidth=0.8, zorder=0)
    labels = [f"{values.MINUS if tick < 0 else ''}{abs(tick):,}" for tick in ticks]
    axes.set_yticks(ticks, labels, size=sheet.small, color=theme.QUIET)
    axes.tick_params(axis="y", length=0, pad=sheet.body * 0.5)
    room = sheet.measure("0000", sheet.small) + sheet.body * 0.4
    shown: list[Row] = []
    for row in sorted(columns, key=moment, reverse=True):
        if all(abs(scale.x(moment(row)) - scale.x(moment(other))) >= room for other in shown):
            shown.append(row)
    axes.set_xticks(
        [moment(row) for row in shown], [values.interval(row)[1][:4] for row in shown],
        size=sheet.small, color=theme.QUIET,
    )  # fmt: skip
    axes.tick_params(axis="x", length=0, pad=sheet.body * 0.4)
    ordered = sorted(columns, key=moment)
    for one, other in pairwise(ordered):
        if one["scope"] != other["scope"]:
            middle = (moment(one) + moment(other)) / 2
            axes.axvline(middle, color=theme.REFERENCE, linewidth=1.0, dashes=(3, 3), zorder=0)


def _draw_columns(axes: Axes, columns: Sequence[Row], scale: _Scale) -> None:
    scale.set(axes)
    for row in columns:
        drawn = axes.bar(
            moment(row), row["obs_value"], width=_width(columns), zorder=2, linewidth=1.2,
            **theme.face(row, theme.SERIES[0]),
        )  # fmt: skip
        drawn.patches[0].set_gid(row["observation_id"])


def _draw_changes(axes: Axes, changes: Sequence[Row], scale: _Scale, sheet: Sheet) -> None:
    from qingshan.charts.save import computed_gid

    scale.set(axes)
    axes.axhline(0, color=theme.QUIET, linewidth=0.8, zorder=0)
    colour = theme.SERIES[1]
    for run in runs(changes):
        if len(run) > 1:
            xs, ys = zip(*((moment(row), row["obs_value"]) for row in run), strict=True)
            axes.plot(xs, ys, color=colour, linewidth=sheet.body * 0.15, zorder=2, gid=computed_gid("line", run))
        for row in run:
            axes.plot(
                [moment(row)], [row["obs_value"]], marker="o", markersize=sheet.body * 0.55, markeredgecolor=colour,
                markeredgewidth=1.3, linestyle="none", zorder=3, gid=row["observation_id"], **theme.point(row, colour),
            )  # fmt: skip


def _notes(rows: Sequence[Row], chart: ChartSpec, context: Context) -> list[str]:
    own = WORDS[context.language]
    columns = [row for row in rows if row["series"] == VALUE]
    return [
        *([own["scope_line"]] if len({row["scope"] for row in columns}) > 1 else []),
        *([own["hollow"]] if any(theme.is_hollow(row) for row in columns) else []),
        *([own["flagged"]] if any(theme.is_flagged(row) for row in columns) else []),
    ]


def _unit(rows: Sequence[Row], chart: ChartSpec, context: Context) -> str:
    from qingshan.charts.telling import shared_unit

    return shared_unit([row for row in rows if row["series"] == VALUE], context)


def _subtitle(rows: Sequence[Row], chart: ChartSpec, context: Context) -> str:
    own, unit = WORDS[context.language], _unit(rows, chart, context)
    parts = [values.place(rows[0], context.language, context.registry),
             values.label(rows[0], context.language, context.registry)]  # fmt: skip
    return own["alt_join"].join(parts) + (own["unit_aside"].format(unit=unit) if unit else "")


FORM = Form(draw=draw_columns, subtitle=_subtitle, notes=_notes, unit=_unit, series=(VALUE, CHANGE), has_time_axis=True)
