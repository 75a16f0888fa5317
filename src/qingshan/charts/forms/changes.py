"""Draws changes over one common period: how pressures, intensities and qualities moved, in diverging bars by group.

Flows in: rows of the observations table, the declaration and the context. Flows out: a Figure that belongs to nobody.
No file is read and no pyplot state is touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from qingshan.charts import frame, selection, theme, values
from qingshan.charts.forms import Context, Form, Row, ready
from qingshan.charts.wording import WORDS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from qingshan.charts.declared import ChartSpec
    from qingshan.charts.frame import Sheet

_LABEL_SHARE = 0.4  # of the width: longer labels are broken


@dataclass(frozen=True)
class _Bar:
    row: Row
    label: str
    value: str
    colour: str
    y: float


def draw_changes(table: Any, *, chart: ChartSpec | None = None, context: Context) -> Figure:
    """Draw horizontal bars of changes over one common period, grouped by the registry's groups.

    Parameters
    ----------
    table
        At least two rows, as `selection.changes_rows` chooses and orders them.

    Returns
    -------
    Figure
        Each bar's gid is its observation_id. Bars whose value is not exact are hollow.

    Raises
    ------
    StageError
        A character has no glyph, or there are no rows.
    """
    rows, chart, words = ready(table, chart, context, FORM)
    with theme.settings():
        sheet = frame.Sheet.of(context)
        bars, headers, depth = _arrange(rows, context, sheet)
        axis = sheet.body * 2.0
        page = frame.compose(sheet, words, depth + axis)
        axes = page.axes(depth=depth)
        _draw_bars(axes, bars, depth, sheet)
        for text, colour, y in headers:
            axes.text(
                0, y, text, transform=axes.get_yaxis_transform(), color=colour, size=sheet.body, va="center",
                parse_math=False, bbox=frame.BACKDROP, zorder=4,
            )  # fmt: skip
        return page.figure


def _arrange(
    rows: Sequence[Row], context: Context, sheet: Sheet
) -> tuple[list[_Bar], list[tuple[str, str, float]], float]:
    """Return bars, group headers (text, colour, y) and the depth of all, y in points downwards from the top."""
    registry, language = context.registry, context.language
    names = selection.labels(rows, registry, language)
    bars: list[_Bar] = []
    headers: list[tuple[str, str, float]] = []
    y = 0.0
    for group, members in groupby(rows, key=lambda row: registry.indicators[row["indicator"]].group):
        headers.append((sheet.wrapped(WORDS[language][group], sheet.body), theme.GROUP_TEXT[group], y + sheet.body))
        y += sheet.body * 2.2
        for row in members:
            label = sheet.wrapped(names[row["observation_id"]], sheet.body, sheet.inner * _LABEL_SHARE)
            height = sheet.body * (0.9 + 1.2 * (label.count("\n") + 1))
            value = values.printed(row, language, registry, context.readings.get(row["observation_id"], ""))
            bars.append(_Bar(row, label, value, theme.GROUP_COLOURS[group], y + height / 2))
            y += height
        y += sheet.body * 0.9
    return bars, headers, y


def _draw_bars(axes: Axes, bars: list[_Bar], depth: float, sheet: Sheet) -> None:
    low, high, scale = _limits(bars, sheet)
    gap = sheet.body * 0.5 / scale
    for bar in bars:
        value = bar.row["obs_value"]
        drawn = axes.barh(
            bar.y, value, height=sheet.body * 1.25, zorder=2, linewidth=1.2, **theme.face(bar.row, bar.colour)
        )
        drawn.patches[0].set_gid(bar.row["observation_id"])
        side = 1 if value >= 0 else -1
        inner, outer = ("right", "left") if side > 0 else ("left", "right")
        common: dict[str, Any] = {
            "size": sheet.body, "parse_math": False, "linespacing": 1.1, "bbox": frame.BACKDROP, "color": theme.INK,
            "gid": f"label-{bar.row['observation_id']}",
        }  # fmt: skip
        axes.text(value + side * gap, bar.y, bar.value, ha=outer, va="center_baseline", **common)
        middle = "center" if "\n" in bar.label else "center_baseline"
        common["gid"] = None
        axes.text(-side * gap, bar.y, bar.label, ha=inner, va=middle, multialignment=inner, **common)
    axes.axvline(0, color=theme.INK, linewidth=1, zorder=3)
    axes.set_xlim(low, high)
    axes.set_ylim(depth, 0)
    _draw_axis(axes, bars, sheet)


def _draw_axis(axes: Axes, bars: list[_Bar], sheet: Sheet) -> None:
    ticks = frame.tick_values(bar.row["obs_value"] for bar in bars)
    signs = ["" if tick == 0 else "+" if tick > 0 else values.MINUS for tick in ticks]
    labels = [f"{sign}{abs(tick)}%" for sign, tick in zip(signs, ticks, strict=True)]
    axes.set_xticks(ticks, labels, size=sheet.small, color=theme.QUIET)
    axes.tick_params(length=0, pad=sheet.body * 0.4)
    axes.grid(axis="x", color=theme.GRID, linewidth=0.8, zorder=0)
    axes.set_axisbelow(True)


def _limits(bars: list[_Bar], sheet: Sheet) -> tuple[float, float, float]:
    """Return the axis limits and the points per percent: the widest scale at which every label still fits."""
    gap = sheet.body * 0.9
    sides = []
    for bar in bars:
        label, value = (sheet.measure(text, sheet.body) + gap for text in (bar.label, bar.value))
        size = abs(bar.row["obs_value"])
        sides.append((bar.row["obs_value"] >= 0, size, value, label))

    def needed(scale: float, positive: bool) -> float:
        return max([0.0] + [size * scale + value if side == positive else label for side, size, value, label in sides])

    least, most = 0.0, sheet.inner
    for _ in range(60):
        scale = (least + most) / 2
        if needed(scale, True) + needed(scale, False) > sheet.inner:
            most = scale
        else:
            least = scale
    scale = least or sheet.inner / 1000
    return -needed(scale, False) / scale, needed(scale, True) / scale, scale


def _notes(rows: Sequence[Row], chart: ChartSpec, context: Context) -> list[str]:
    words = WORDS[context.language]
    registry = context.registry
    return [
        *([words["hollow"]] if any(theme.is_hollow(row) for row in rows) else []),
        *([words["flagged"]] if any(theme.is_flagged(row) for row in rows) else []),
        *([words["relative"]] if any(registry.indicators[row["indicator"]].unit == "%" for row in rows) else []),
    ]


FORM = Form(
    draw=draw_changes,
    pick=lambda rows, chart, registry, observations: selection.changes_rows(rows, registry),
    finding=lambda rows, chart, context: selection.finding(
        rows, context.registry, context.language, known=chart.indicators
    ),
    subtitle=lambda rows, chart, context: selection.subtitle(rows, context.registry, context.language),
    notes=_notes,
    series=("change",),
    least=2,  # one bar compares nothing
)
