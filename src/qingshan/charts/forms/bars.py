"""Draws values of one unit as horizontal bars from zero, what is not one number as whiskers and arrows.

Flows in: rows of the observations table in any series, those of `target` being targets; the declaration and the
context. Flows out: a Figure that belongs to nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qingshan.charts import frame, theme, values
from qingshan.charts.forms import Context, Form, Row, _rows, ready
from qingshan.charts.wording import WORDS
from qingshan.model import StageError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from qingshan.charts.declared import ChartSpec
    from qingshan.charts.frame import Sheet

WHOLE = 100.0  # percent
_HEIGHT, _ARROW = 1.25, 1.5  # of the body: thickness of a bar, length of an arrow


def draw_bars(table: Any, *, chart: ChartSpec | None = None, context: Context) -> Figure:
    """Draw one bar for each indicator and area, in the order of the table.

    Parameters
    ----------
    table
        Rows of one unit. A value whose bounds are wider than its digits has a whisker (``calc-interval-…``), one that
        is open to a side (over, at least) an arrow (``calc-open-…``). Rows that are targets are diamonds or caps.

    Other Parameters
    ----------------
    chart.options
        ``axis: whole`` sets shares on tracks of a hundred percent: each is a part of a whole of its own.
    chart.group_by
        ``area`` or ``group``: a header for each.

    Raises
    ------
    StageError
        A character has no glyph, there are no rows, they have different units, or a part is more than its whole.
    """
    rows, chart, words = ready(table, chart, context, FORM)
    whole = WHOLE if chart.options.get("axis") == "whole" else 0.0
    _check(rows, whole)
    with theme.settings():
        sheet = frame.Sheet.of(context)
        layout = _rows.arrange(rows, chart, context, sheet, sheet.body * 1.7)
        ends = [(row, _text(row, context, words.unit)) for row in rows]
        scale = _scale(ends, whole, sheet.inner - layout.left, sheet)
        axis = sheet.body * 1.8 if whole else 0.0
        page = frame.compose(sheet, words, layout.depth + axis)
        _rows.write_labels(page, layout)
        axes = page.axes(layout.left, depth=layout.depth)
        axes.set_xlim(0, (sheet.inner - layout.left) / scale)
        axes.set_ylim(layout.depth, 0)
        if whole:
            _draw_tracks(axes, layout, sheet)
        else:
            # no line through the headers: one for each run of bars would cut the page into pieces
            for one in layout.items:
                half = sheet.body * _HEIGHT * 0.75
                axes.plot([0, 0], [one.middle - half, one.middle + half], color=theme.INK, linewidth=1, zorder=3)
        for one in layout.items:
            _draw_item(axes, one, {row["observation_id"]: text for row, text in ends}, whole, scale, sheet)
        return page.figure


def _check(rows: Sequence[Row], whole: float) -> None:
    units = sorted({row["unit_measure"] for row in rows})
    if len(units) > 1:
        raise StageError(f"chart: bars have one axis; the rows have the units {', '.join(units)}")
    for row in rows:
        if row["obs_value"] < 0 or (whole and not (units == ["percent"] and row["obs_value"] <= whole)):
            raise StageError(
                f"chart: observation {row['observation_id']} is {row['obs_value']:g} {row['unit_measure']}; "
                + ("a part of a whole lies between 0 and 100 percent" if whole else "a bar from zero has no minus")
            )


def _text(row: Row, context: Context, unit: str) -> str:
    text = _rows.number(row, context, unit=unit)
    if row["measure"] not in values.TARGETS:
        return text
    own = WORDS[context.language]
    return own["target_of"].format(period=values.printed_end(row, context.language), value=text)


def _tail(row: Row, scale: float, sheet: Sheet) -> float:
    """Return how far a row's mark reaches, in points from zero."""
    if row["measure"] in values.TARGETS:
        return float(row["obs_value"] * scale + sheet.body * 0.75)
    bounds = _rows.reach(row)
    end = max(row["obs_value"], bounds[1] if bounds else 0.0) * scale
    return float(end + (sheet.body * _ARROW if _rows.open_side(row) > 0 else 0.0))


def _scale(ends: Sequence[tuple[Row, str]], whole: float, width: float, sheet: Sheet) -> float:
    """Return points per unit: the widest scale at which every label still fits behind its mark or its track."""
    gap, half = sheet.body * 0.5, sheet.measure(f"{WHOLE:.0f}%", sheet.small) / 2
    texts = [(row, sheet.measure(text, sheet.body) * 1.03) for row, text in ends]

    def is_fitting(scale: float) -> bool:
        track = whole * scale
        for row, size in texts:
            need = _tail(row, scale, sheet) + gap + size
            if (track + gap + size if whole and need > track else need) > width:
                return False
        return not whole or track + half <= width

    # a label that no longer fits on its track jumps behind it: what fits is not one interval, so it is searched
    most = width / max(whole, *(row["obs_value"] for row, _ in ends), 1e-12)
    tries = (most * part / 200 for part in range(200, 0, -1))
    return next((scale for scale in tries if is_fitting(scale)), most / 200)


def _draw_tracks(axes: Axes, layout: _rows.Layout, sheet: Sheet) -> None:
    for one in layout.items:
        axes.barh(one.middle, WHOLE, height=sheet.body * _HEIGHT, color=theme.TRACK, zorder=0, linewidth=0)
    _rows.draw_ticks(axes, frame.tick_values([WHOLE], most=5), "%", layout, sheet)


def _draw_item(axes: Axes, one: _rows.Item, texts: dict[str, str], whole: float, scale: float, sheet: Sheet) -> None:
    taken = 0.0
    for row in sorted(one.rows, key=lambda row: row["measure"] in values.TARGETS):
        is_target = row["measure"] in values.TARGETS
        (_draw_target if is_target else _draw_bar)(axes, row, one.middle, scale, sheet)
        text, gap = texts[row["observation_id"]], sheet.body * 0.5
        width = sheet.measure(text, sheet.body)
        left = max(_tail(row, scale, sheet) + gap, taken)
        if whole and left + width > whole * scale:
            left = max(whole * scale + gap, taken)
        taken = left + width + gap
        axes.text(
            left / scale, one.middle, text, size=sheet.body, va="center_baseline", parse_math=False, zorder=5,
            color=theme.TARGET if is_target else theme.INK, gid=f"label-{row['observation_id']}",
        )  # fmt: skip


def _draw_bar(axes: Axes, row: Row, y: float, scale: float, sheet: Sheet) -> None:
    from qingshan.charts.save import computed_gid

    colour, value = theme.SERIES[0], row["obs_value"]
    drawn = axes.barh(y, value, height=sheet.body * _HEIGHT, zorder=2, linewidth=1.2, **theme.face(row, colour))
    drawn.patches[0].set_gid(row["observation_id"])
    bounds, side = _rows.reach(row), _rows.open_side(row)
    line: dict[str, Any] = {"color": theme.INK, "linewidth": 1.4, "solid_capstyle": "butt", "zorder": 4}
    if bounds:
        low, high, cap = *bounds, sheet.body * 0.3
        axes.plot(
            [low, low, low, high, high, high], [y - cap, y + cap, y, y, y + cap, y - cap],
            gid=computed_gid("interval", [row]), **line,
        )  # fmt: skip
    if side:
        tip, wing = value + side * sheet.body * (_ARROW - 0.3) / scale, side * sheet.body * 0.35 / scale
        axes.plot(
            [value, tip, tip - wing, tip, tip - wing], [y, y, y - sheet.body * 0.3, y, y + sheet.body * 0.3],
            gid=computed_gid("open", [row]), **{**line, "color": colour, "solid_joinstyle": "miter"},
        )  # fmt: skip


def _draw_target(axes: Axes, row: Row, y: float, scale: float, sheet: Sheet) -> None:
    axes.plot(
        [row["obs_value"]], [y], marker=frame.target_marker(row["qualifier"]), markersize=sheet.body * 1.1,
        markerfacecolor=theme.PAPER, markeredgecolor=theme.TARGET, markeredgewidth=1.6, linestyle="none", zorder=4,
        gid=row["observation_id"],
    )  # fmt: skip


def _notes(rows: Sequence[Row], chart: ChartSpec, context: Context) -> list[str]:
    own = WORDS[context.language]
    results = [row for row in rows if row["measure"] not in values.TARGETS]
    return [
        *([own["hollow"]] if any(theme.is_hollow(row) for row in results) else []),
        *([own["open_end"]] if any(_rows.open_side(row) for row in results) else []),
        *([own["whisker"]] if any(_rows.reach(row) for row in results) else []),
        *([own["flagged"]] if any(theme.is_flagged(row) for row in results) else []),
        *([own["each_whole"]] if chart.options.get("axis") == "whole" else []),
    ]


FORM = Form(draw=draw_bars, subtitle=_rows.subtitle, notes=_notes)
