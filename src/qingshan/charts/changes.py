"""Draws the chart of changes: how pressures, intensities and qualities moved over one period.

Flows in: rows of the observations table, the registry and the names of the sources. Flows out: a matplotlib Figure that
belongs to nobody. No file is read and no pyplot state is touched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from qingshan.charts import selection, theme, values
from qingshan.charts.selection import Row
from qingshan.charts.wording import WORDS
from qingshan.registry import Registry

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

POINTS_PER_CM = 72 / 2.54
_FULL_WIDTH_CM = 24.0
_FULL_BODY = 12.0  # points at full width: legible when a page shows the picture at two thirds
_LABEL_SHARE = 0.4  # of the width: longer labels are broken
_BACKDROP = {"facecolor": theme.PAPER, "edgecolor": "none", "pad": 1.0}  # grid lines stop at the words


@dataclass(frozen=True)
class _Bar:
    row: Row
    label: str
    value: str
    colour: str
    y: float


@dataclass(frozen=True)
class _Sheet:
    """Sizes in points, and how wide a text is at the size of the body."""

    width: float
    body: float
    measure: Callable[[str, float], float]

    @property
    def small(self) -> float:
        return self.body * 0.84

    @property
    def title(self) -> float:
        return self.body * 1.5

    @property
    def margin(self) -> float:
        return self.body * 1.6

    @property
    def inner(self) -> float:
        return self.width - 2 * self.margin

    def wrapped(self, text: str, size: float, width: float = 0.0) -> str:
        return theme.wrap(text, width or self.inner, lambda line: self.measure(line, size))

    def balanced(self, text: str, size: float) -> str:
        """Return `text` in as few lines as fit, none of them much shorter than the others."""
        best = self.wrapped(text, size)
        for tenths in range(9, 4, -1):
            tighter = self.wrapped(text, size, self.inner * tenths / 10)
            if tighter.count("\n") > best.count("\n"):
                break
            best = tighter
        return best


def draw_changes(
    rows: Sequence[Row],
    *,
    registry: Registry,
    language: str,
    sources: Mapping[str, tuple[str, str]] = {},
    readings: Mapping[str, str] = {},
    demonstration: bool = False,
    for_review: bool = True,
    width_cm: float = _FULL_WIDTH_CM,
) -> Figure:
    """Draw horizontal bars of changes over one common period, grouped by the registry's groups.

    Parameters
    ----------
    rows
        At least two, as `selection.changes_rows` chose and ordered them.
    language
        ``zh`` or ``en``.
    sources
        source_id -> (publisher, title) for the source line.
    readings
        observation_id -> the source's clean form of the value, which keeps its precision.
    demonstration
        Print the mark "demonstration text".
    for_review
        Print the mark "for review": of everything that nobody has signed.
    width_cm
        Width of the picture; letters shrink with it down to two thirds.

    Returns
    -------
    Figure
        Each bar's gid is its observation_id. Bars whose value is not exact are hollow.

    Raises
    ------
    StageError
        A character has no glyph.
    """
    with theme.settings():
        body = _FULL_BODY * min(1.2, max(2 / 3, width_cm / _FULL_WIDTH_CM))
        sheet = _Sheet(width_cm * POINTS_PER_CM, body, theme.text_measure())
        bars, headers, depth = _arrange(rows, registry, language, readings, sheet)
        words = WORDS[language]
        marks = [words[name] for name, is_due in (("review", for_review), ("demonstration", demonstration)) if is_due]
        head = _head(rows, registry, language, marks, sheet)
        foot = _foot(rows, registry, language, sources, sheet)
        return _compose(bars, headers, depth, head, foot, sheet)


def _arrange(
    rows: Sequence[Row], registry: Registry, language: str, readings: Mapping[str, str], sheet: _Sheet
) -> tuple[list[_Bar], list[tuple[str, str, float]], float]:
    """Return bars, group headers (text, colour, y) and the depth of all, y in points downwards from the top."""
    names = selection.labels(rows, registry, language)
    bars: list[_Bar] = []
    headers: list[tuple[str, str, float]] = []
    y = 0.0
    for group, members in groupby(rows, key=lambda row: registry.indicators[row["indicator"]].group):
        colour = theme.GROUP_COLOURS[group]
        headers.append((sheet.wrapped(WORDS[language][group], sheet.body), colour, y + sheet.body))
        y += sheet.body * 2.2
        for row in members:
            label = sheet.wrapped(names[row["observation_id"]], sheet.body, sheet.inner * _LABEL_SHARE)
            height = sheet.body * (0.9 + 1.2 * (label.count("\n") + 1))
            value = values.printed(row, language, registry, readings.get(row["observation_id"], ""))
            bars.append(_Bar(row, label, value, colour, y + height / 2))
            y += height
        y += sheet.body * 0.9
    return bars, headers, y


_Lines = list[tuple[str, float, str]]  # text with its line breaks, size, colour


def _head(rows: Sequence[Row], registry: Registry, language: str, marks: Sequence[str], sheet: _Sheet) -> _Lines:
    words = WORDS[language]
    title = selection.finding(rows, registry, language)
    subtitle = selection.subtitle(rows, registry, language)
    marked = (sheet.wrapped(words["mark_join"].join(marks), sheet.body), sheet.body, theme.MARK_COLOUR)
    return [
        *([marked] if marks else []),
        (sheet.balanced(title, sheet.title), sheet.title, theme.INK),
        (sheet.wrapped(subtitle, sheet.body), sheet.body, theme.QUIET),
    ]


def _foot(
    rows: Sequence[Row], registry: Registry, language: str, sources: Mapping[str, tuple[str, str]], sheet: _Sheet
) -> _Lines:
    words = WORDS[language]
    absent = selection.missing(rows, registry, language)
    texts = [
        words["missing"].format(labels=words["list"].join(absent)) if absent else "",
        words["hollow"] if any(row["qualifier"] != "exact" for row in rows) else "",
        words["relative"] if any(registry.indicators[row["indicator"]].unit == "%" for row in rows) else "",
        selection.source_line(rows, sources, language),
    ]
    return [(sheet.wrapped(text, sheet.small), sheet.small, theme.QUIET) for text in texts if text]


def _depth(lines: _Lines) -> float:
    return sum(size * 1.45 * (text.count("\n") + 1) + size * 0.35 for text, size, _ in lines)


def _compose(
    bars: list[_Bar], headers: list[tuple[str, str, float]], depth: float, head: _Lines, foot: _Lines, sheet: _Sheet
) -> Figure:
    from matplotlib.figure import Figure

    axis = sheet.body * 2.4
    top = sheet.margin + _depth(head) + sheet.body * 0.6
    height = top + depth + axis + _depth(foot) + sheet.margin
    figure = Figure(figsize=(sheet.width / 72, height / 72), dpi=72, facecolor=theme.PAPER)
    _write(figure, head, sheet.margin, height, sheet)
    _write(figure, foot, top + depth + axis, height, sheet)
    axes = figure.add_axes(
        (sheet.margin / sheet.width, 1 - (top + depth) / height, sheet.inner / sheet.width, depth / height)
    )
    _draw_bars(axes, bars, depth, sheet)
    for text, colour, y in headers:
        axes.text(
            0,
            y,
            text,
            transform=axes.get_yaxis_transform(),
            color=colour,
            size=sheet.body,
            va="center",
            parse_math=False,
            bbox=_BACKDROP,
            zorder=4,
        )
    return figure


def _write(figure: Figure, lines: _Lines, top: float, height: float, sheet: _Sheet) -> None:
    for text, size, colour in lines:
        figure.text(
            sheet.margin / sheet.width, 1 - top / height, text,
            size=size, color=colour, va="top", ha="left", linespacing=1.3, parse_math=False,
        )  # fmt: skip
        top += _depth([(text, size, colour)])


def _draw_bars(axes: Axes, bars: list[_Bar], depth: float, sheet: _Sheet) -> None:
    low, high, scale = _limits(bars, sheet)
    gap = sheet.body * 0.5 / scale
    for bar in bars:
        value = bar.row["obs_value"]
        hollow = bar.row["qualifier"] != "exact"
        drawn = axes.barh(
            bar.y, value, height=sheet.body * 1.25, zorder=2, linewidth=1.2, edgecolor=bar.colour,
            facecolor=theme.PAPER if hollow else bar.colour,
        )  # fmt: skip
        drawn.patches[0].set_gid(bar.row["observation_id"])
        side = 1 if value >= 0 else -1
        inner, outer = ("right", "left") if side > 0 else ("left", "right")
        common = {"size": sheet.body, "parse_math": False, "linespacing": 1.1, "bbox": _BACKDROP, "color": theme.INK}
        axes.text(value + side * gap, bar.y, bar.value, ha=outer, va="center_baseline", **common)
        middle = "center" if "\n" in bar.label else "center_baseline"
        axes.text(-side * gap, bar.y, bar.label, ha=inner, va=middle, multialignment=inner, **common)
    axes.axvline(0, color=theme.INK, linewidth=1, zorder=3)
    axes.set_xlim(low, high)
    axes.set_ylim(depth, 0)
    axes.set_yticks([])
    _draw_axis(axes, bars, sheet)


def _draw_axis(axes: Axes, bars: list[_Bar], sheet: _Sheet) -> None:
    ticks = tick_values([bar.row["obs_value"] for bar in bars])
    signs = ["" if tick == 0 else "+" if tick > 0 else values.MINUS for tick in ticks]
    labels = [f"{sign}{abs(tick)}%" for sign, tick in zip(signs, ticks, strict=True)]
    axes.set_xticks(ticks, labels, size=sheet.small, color=theme.QUIET)
    axes.tick_params(length=0, pad=sheet.body * 0.4)
    axes.grid(axis="x", color=theme.GRID, linewidth=0.8, zorder=0)
    axes.set_axisbelow(True)
    for spine in axes.spines.values():
        spine.set_visible(False)


def tick_values(numbers: Sequence[float]) -> list[int]:
    """Return whole multiples of one round step that lie within the data and zero: at most seven of them."""
    low, high = min(0.0, *numbers), max(0.0, *numbers)
    step, rounds = 1, (1, 2, 5)
    power = 0
    while (high - low) / step > 6:
        power += 1
        step = rounds[power % 3] * 10 ** (power // 3)
    return [index * step for index in range(int(low / step), int(high / step) + 1)]


def _limits(bars: list[_Bar], sheet: _Sheet) -> tuple[float, float, float]:
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
