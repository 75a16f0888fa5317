"""Draws levels over time with the targets set for later years and the reference lines of other bodies.

Flows in: rows of the observations table in the series `level`, `target`, `reference` and `base`, the declaration and
the context. Flows out: a Figure that belongs to nobody. Values of different scopes are never joined, nor across a year
that has no value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qingshan.charts import frame, theme, values
from qingshan.charts.forms import Context, Form, Row, ready
from qingshan.charts.forms._timeline_labels import (
    LEVEL,
    REFERENCE,
    ROUND,
    Scale,
    Target,
    declared_periods,
    label,
    moment,
    runs,
)
from qingshan.charts.wording import WORDS
from qingshan.consistency.interval import Interval, factor
from qingshan.model import StageError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from qingshan.charts.declared import ChartSpec
    from qingshan.charts.frame import Sheet
    from qingshan.registry import Registry

TARGET, BASE, UNPLACED, TOLD = "target", "base", "unplaced", "told"


def draw_timeline(table: Any, *, chart: ChartSpec | None = None, context: Context) -> Figure:
    """Draw points over time, joined within one scope only, with targets and reference lines.

    Parameters
    ----------
    table
        Rows of one unit. Series ``level``: what was observed. ``target``: targets as levels, or as changes from a base.
        ``reference``: what another body set, each a line across. ``base``: the level that a change of the same source
        counts from; it is not drawn itself. ``told``: what only sentences mention.

    Returns
    -------
    Figure
        Points and targets have their observation_id as gid. A target stated as a change is a hatched range computed
        from its base (``calc-range-…``); lines between points are ``calc-line-…``.

    Raises
    ------
    StageError
        A character has no glyph, there are no rows, or the rows have different units.
    """
    rows, chart, words = ready(table, chart, context, FORM)
    with theme.settings():
        sheet = frame.Sheet.of(context)
        levels, targets = [row for row in rows if row["series"] == LEVEL], placed_targets(rows)
        references = [row for row in rows if row["series"] == REFERENCE]
        _check_units(rows)
        heights = [row["obs_value"] for row in (*levels, *references)] + [one.high for one in targets]
        ticks = frame.tick_values(heights, most=5)
        gutter = max(sheet.measure(str(tick), sheet.small) for tick in ticks) + sheet.body * 0.8
        scale = _scale(levels, targets, heights, gutter, sheet)
        labels = frame.Labels(sheet, scale.width, scale.depth)
        told = label(labels, levels, targets, references, scale, chart, context, sheet)
        axis = sheet.body * 2.2
        page = frame.compose(sheet, words, scale.depth + axis, notes=told if told else ())
        # grid below, then words on their white, then marks: no word's white cuts a mark
        grid = page.axes(scale.left, depth=scale.depth)
        words_on = page.axes(depth=scale.depth)
        marks = page.axes(scale.left, depth=scale.depth)
        for axes in (grid, marks):
            axes.set_xlim(scale.first, scale.last)
            axes.set_ylim(scale.low, scale.high)
        _draw_axes(grid, ticks, [*levels, *(one.row for one in targets)], scale, sheet)
        _draw_references(grid, references, scale)
        labels.draw(words_on)
        _draw_levels(marks, levels, chart, sheet)
        _draw_targets(marks, targets, scale, sheet)
        return page.figure


def _check_units(rows: Sequence[Row]) -> None:
    units = {row["unit_measure"] for row in rows if row["measure"] not in values.CHANGES}
    if len(units) > 1:
        raise StageError(f"chart: a timeline has one axis; the rows have the units {', '.join(sorted(units))}")


def placed_targets(rows: Sequence[Row]) -> list[Target]:
    """Return the targets that have a place: levels, and changes whose base is among the rows."""
    bases = {(row["source_id"], values.interval(row)[1]): row for row in rows if row["series"] == BASE}
    found = []
    for row in rows:
        if row["series"] != TARGET:
            continue
        if row["measure"] == "target":
            found.append(Target(row, row["obs_value"], row["obs_value"]))
            continue
        base = bases.get((row["source_id"], row["base_period"]))
        if base is not None:
            left = factor(Interval(row["obs_value_low"], row["obs_value_high"]))
            reach = left * Interval(base["obs_value_low"], base["obs_value_high"])
            found.append(Target(row, reach.low, reach.high, base))
    return found


def _pick(rows: Sequence[Row], chart: ChartSpec, registry: Registry, observations: Sequence[Row]) -> list[Row]:
    """Add to each target stated as a change the level that its own source counts from; without one it has no place."""
    found: list[Row] = []
    for row in rows:
        if row["measure"] == "target_change":
            base = next((one for one in observations if _is_base(one, row)), None)
            found += [row, {**base, "series": BASE}] if base is not None else [{**row, "series": UNPLACED}]
        else:
            found.append(row)
    return found


def _is_base(row: Row, target: Row) -> bool:
    keys = ("indicator", "ref_area", "source_id")
    is_level = row["measure"] in ("level", "share", "count")
    return is_level and row["time_period"] == target["base_period"] and all(row[key] == target[key] for key in keys)


def _scale(
    levels: Sequence[Row],
    targets: Sequence[Target],
    heights: Sequence[float],
    gutter: float,
    sheet: Sheet,
) -> Scale:
    times = [moment(row) for row in (*levels, *(one.row for one in targets))]
    room = 0.06 * (max(times) - min(times) or 1.0)
    depth = max(sheet.body * 17, min(sheet.inner * 0.46, sheet.body * 30))
    low = min(0.0, *heights)
    high = max(heights) + (max(heights) - low) * 0.14
    return Scale(min(times) - room, max(times) + room, low, high, gutter, sheet.inner, depth)


def _draw_axes(axes: Axes, ticks: Sequence[int], rows: Sequence[Row], scale: Scale, sheet: Sheet) -> None:
    for tick in ticks:
        axes.axhline(tick, color=theme.INK if tick == 0 else theme.GRID, linewidth=0.8, zorder=0)
    labels = [f"{values.MINUS if tick < 0 else ''}{abs(tick)}" for tick in ticks]
    axes.set_yticks(ticks, labels, size=sheet.small, color=theme.QUIET)
    axes.tick_params(axis="y", length=0, pad=sheet.body * 0.5)
    times = {moment(row): values.interval(row)[1][:4] for row in rows}
    shown: list[float] = []
    room = sheet.measure("0000", sheet.small) + sheet.body * 0.5
    for time in sorted(times, key=lambda time: (time not in (min(times), max(times)), -time)):
        if all(abs(scale.x(time) - scale.x(other)) >= room for other in shown):
            shown.append(time)
    axes.set_xticks(shown, [times[time] for time in shown], size=sheet.small, color=theme.QUIET)
    axes.tick_params(axis="x", length=sheet.body * 0.3, pad=sheet.body * 0.35, color=theme.QUIET, width=0.8)


def _draw_references(axes: Axes, references: Sequence[Row], scale: Scale) -> None:
    for row in references:
        axes.plot(
            [scale.first, scale.last], [row["obs_value"]] * 2, color=theme.REFERENCE, linewidth=1.0, dashes=(4, 3),
            zorder=1, gid=row["observation_id"],
        )  # fmt: skip


def _draw_levels(axes: Axes, levels: Sequence[Row], chart: ChartSpec, sheet: Sheet) -> None:
    from qingshan.charts.save import computed_gid

    colour = theme.SERIES[0]
    for run in runs(levels, declared_periods(chart)):
        xs, ys = zip(*((moment(row), row["obs_value"]) for row in run), strict=True)
        if len(run) > 1:
            axes.plot(xs, ys, color=colour, linewidth=sheet.body * 0.17, zorder=3, gid=computed_gid("line", run))
        for row, x, y in zip(run, xs, ys, strict=True):
            axes.plot(
                [x], [y], marker="o", markersize=sheet.body * ROUND * 2, markeredgecolor=colour, markeredgewidth=1.4,
                linestyle="none", zorder=4, gid=row["observation_id"], **theme.point(row, colour),
            )  # fmt: skip


def _draw_targets(axes: Axes, targets: Sequence[Target], scale: Scale, sheet: Sheet) -> None:
    from matplotlib.patches import Rectangle

    from qingshan.charts.save import computed_gid

    size = sheet.body * ROUND
    for one in targets:
        x, key = moment(one.row), one.row["observation_id"]
        if one.base is None:
            axes.plot(
                [x], [one.low], marker=frame.target_marker(one.row["qualifier"]), markersize=size * 4,
                markerfacecolor=theme.PAPER, markeredgecolor=theme.TARGET, markeredgewidth=1.6, linestyle="none",
                zorder=4, gid=key,
            )  # fmt: skip
            continue
        half = size * (scale.last - scale.first) / (scale.width - scale.left)
        corner, width, height = (x - half, one.low), 2 * half, one.high - one.low
        axes.add_patch(
            Rectangle(corner, width, height, facecolor=theme.PAPER, edgecolor=theme.TARGET, hatch=theme.HATCH,
                      linewidth=0, zorder=4, gid=computed_gid("range", [one.row, one.base]))
        )  # fmt: skip
        axes.add_patch(
            Rectangle(corner, width, height, facecolor="none", edgecolor=theme.TARGET, linewidth=1.4, zorder=5, gid=key)
        )


def _notes(rows: Sequence[Row], chart: ChartSpec, context: Context) -> list[str]:
    own = WORDS[context.language]
    levels = [row for row in rows if row["series"] == LEVEL]
    return [
        *([own["scope_breaks"]] if len({row["scope"] for row in levels}) > 1 else []),
        *([own["hollow_points"]] if any(theme.is_hollow(row) for row in levels) else []),
        *([own["flagged_points"]] if any(theme.is_flagged(row) for row in levels) else []),
        *([own["target_of_change"]] if any(one.base is not None for one in placed_targets(rows)) else []),
    ]


def _remarks(rows: Sequence[Row], chart: ChartSpec, context: Context) -> list[str]:
    """Tell which scope each run has, from what base a target counts, and what is a target without a place."""
    language, registry, own = context.language, context.registry, WORDS[context.language]
    told = []
    for run in runs([row for row in rows if row["series"] == LEVEL], declared_periods(chart)):
        name = values.scope_names(run[0]["scope"], language, registry)
        period = own["to"].join(dict.fromkeys(values.printed_period(row, language) for row in (run[0], run[-1])))
        if name:
            told.append(own["scope_of"].format(period=period, scope=name))
    for one in placed_targets(rows):
        if one.base is not None:
            told.append(
                own["base_of"].format(
                    period=values.printed_period(one.base, language),
                    value=values.printed(one.base, language, registry,
                                         context.readings.get(one.base["observation_id"], "")),
                )
            )  # fmt: skip
    told += [
        own["no_base"].format(
            period=values.interval(row)[1], value=values.printed(row, language, registry,
                                                                  context.readings.get(row["observation_id"], ""))
        )
        for row in rows if row["series"] == UNPLACED
    ]  # fmt: skip
    return told


def _unit(rows: Sequence[Row], chart: ChartSpec, context: Context) -> str:
    from qingshan.charts.telling import shared_unit

    return shared_unit([row for row in rows if row["series"] == LEVEL], context)


def _subtitle(rows: Sequence[Row], chart: ChartSpec, context: Context) -> str:
    own = WORDS[context.language]
    unit = _unit(rows, chart, context)
    parts = [values.place(rows[0], context.language, context.registry),
             values.label(rows[0], context.language, context.registry)]  # fmt: skip
    return own["alt_join"].join(parts) + (own["unit_aside"].format(unit=unit) if unit else "")


FORM = Form(
    draw=draw_timeline,
    pick=_pick,
    subtitle=_subtitle,
    notes=_notes,
    remarks=_remarks,
    unit=_unit,
    series=(LEVEL, TARGET, REFERENCE, BASE, TOLD),
    aside=(BASE, UNPLACED, TOLD),
    has_time_axis=True,
)
