"""Draws what a whole is made of, one column of a hundred percent for each period or area.

Flows in: rows of the observations table in percent, the declaration and the context. Flows out: a Figure that belongs
to nobody. Parts are never scaled to fill the whole: what the source does not break down stays empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qingshan.charts import frame, theme, values
from qingshan.charts.forms import Context, Form, Row, ready
from qingshan.charts.wording import WORDS
from qingshan.model import StageError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from qingshan.charts.declared import ChartSpec
    from qingshan.charts.frame import Labels, Sheet

WHOLE = 100.0  # percent
_COLUMN = 0.56  # of the room for one column


@dataclass(frozen=True)
class _Part:
    """One row and where it lies: its column, its part from below, and its ends in percent."""

    row: Row
    column: int
    place: int
    low: float

    @property
    def high(self) -> float:
        return float(self.low + self.row["obs_value"])


@dataclass(frozen=True)
class _Frame:
    """Where columns stand, in points from the upper left corner of the form's part."""

    left: float
    width: float
    depth: float
    count: int

    @property
    def step(self) -> float:
        return self.width / self.count

    def x(self, column: float) -> float:
        return self.left + (column + 0.5) * self.step

    def y(self, share: float) -> float:
        return self.depth * (1 - share / WHOLE)


def draw_stacked(table: Any, *, chart: ChartSpec | None = None, context: Context) -> Figure:
    """Draw one column for each period and area, its parts in the order of the table, the first at the bottom.

    Parameters
    ----------
    table
        Shares in percent; each indicator is a part.

    Other Parameters
    ----------------
    chart.options
        ``classes: air`` or ``classes: water``: the parts are all classes of the official marking, the best first, and
        take its colours.

    Raises
    ------
    StageError
        A character has no glyph, there are no rows, a row is no share, the parts of a column are more than its whole
        even at the lowest that their digits allow, or there are more parts than colours.
    """
    rows, chart, words = ready(table, chart, context, FORM)
    names = list(dict.fromkeys(row["indicator"] for row in rows))
    classes = chart.options.get("classes", "")
    _check(rows, names, classes)
    keys = _columns(rows)
    parts = _parts(rows, keys, names)
    with theme.settings():
        sheet = frame.Sheet.of(context)
        gutter = sheet.measure(f"{WHOLE:.0f}%", sheet.small) + sheet.body * 0.6
        texts = [
            _wrapped(values.label(_first(rows, name), context.language, context.registry), sheet) for name in names
        ]
        aside = max(sheet.measure(text, sheet.small) for text in texts) * 1.03 + sheet.body * 1.4
        depth = max(sheet.body * 18, min(sheet.inner * 0.42, sheet.body * 28))
        place = _Frame(gutter, sheet.inner - gutter - aside, depth, len(keys))
        told: list[str] = []
        labels = _label(parts, place, context, sheet, told)
        page = frame.compose(sheet, words, _above(sheet) + depth + sheet.body * 2.6, notes=told)
        axes = page.axes(top=_above(sheet), depth=depth)
        axes.set_xlim(0, sheet.inner)
        axes.set_ylim(0, WHOLE)
        _draw_grid(axes, keys, place, rows, context, sheet)
        for one in parts:
            _draw_part(axes, one, place, classes)
        labels.draw(page.axes(width=labels.width, depth=labels.depth))
        _name_parts(axes, texts, parts, place, _beside(labels), sheet)
        return page.figure


def _check(rows: Sequence[Row], names: Sequence[str], classes: str) -> None:
    odd = next((row for row in rows if row["unit_measure"] != "percent" or row["obs_value"] < 0), None)
    if odd is not None:
        raise StageError(f"chart: observation {odd['observation_id']} is no share in percent and cannot be stacked")
    if classes and classes not in theme.CLASSES:
        raise StageError(f"chart: no official classes {classes!r}; there are: {', '.join(theme.CLASSES)}")
    colours = len(theme.CLASSES[classes]) if classes else len(theme.SERIES)
    if len(names) > colours or (classes and len(names) != colours):
        raise StageError(f"chart: {len(names)} parts, but {colours} {'classes' if classes else 'colours'}")


def _columns(rows: Sequence[Row]) -> list[tuple[tuple[str, str], str, str]]:
    """Return (period, area, scope) of each column: periods in their order, areas as they stand in the table."""
    areas = list(dict.fromkeys(row["ref_area"] for row in rows))
    keys = {(values.interval(row)[::-1], row["ref_area"], row["scope"]) for row in rows}
    return sorted(keys, key=lambda key: (areas.index(key[1]), key[0], key[2]))


def _parts(rows: Sequence[Row], keys: Sequence[Any], names: Sequence[str]) -> list[_Part]:
    found: list[_Part] = []
    for column, key in enumerate(keys):
        own = [row for row in rows if (values.interval(row)[::-1], row["ref_area"], row["scope"]) == key]
        least = sum(row["obs_value_low"] for row in own)
        if least > WHOLE:
            raise StageError(
                f"chart: the parts of {own[0]['time_period']} are at least {least:g} percent of their whole"
            )
        low = 0.0
        for row in sorted(own, key=lambda row: names.index(row["indicator"])):
            found.append(_Part(row, column, names.index(row["indicator"]), low))
            low = found[-1].high
    return found


def _first(rows: Sequence[Row], name: str) -> Row:
    return next(row for row in rows if row["indicator"] == name)


def _wrapped(text: str, sheet: Sheet) -> str:
    return sheet.balanced(text, sheet.small, max(sheet.inner * 0.2, sheet.small * 7))


def _label(parts: Sequence[_Part], place: _Frame, context: Context, sheet: Sheet, told: list[str]) -> Labels:
    """Place each number in its part, or beside it where it is too thin; what finds no room goes to `told`.

    The labels' own part begins `_above` over the columns, so that the highest part can have its number beside it.
    """
    above, half = _above(sheet), place.step * _COLUMN / 2
    labels = frame.Labels(sheet, place.left + place.width, place.depth + above)
    line = sheet.small * frame.LINE
    thin: list[tuple[_Part, str]] = []
    for one in parts:
        text = values.printed(
            one.row, context.language, context.registry, context.readings.get(one.row["observation_id"], "")
        )
        x, middle = place.x(one.column), above + place.y((one.low + one.high) / 2)
        is_wide = place.y(one.low) - place.y(one.high) >= line + 2 and sheet.measure(text, sheet.small) + 4 <= 2 * half
        gid = f"label-{one.row['observation_id']}"
        if not is_wide or not labels.place(
            text, x, middle - line / 2, size=sheet.small, sides=("below",), gap=0.01, gid=gid
        ):
            thin.append((one, text))
    for column in {one.column for one in parts}:
        labels.block(place.x(column) - half, above, place.x(column) + half, above + place.depth)
    left_over: dict[str, list[str]] = {}
    for one, text in sorted(thin, key=lambda pair: (pair[0].column, -pair[0].low)):
        y, gid = above + place.y((one.low + one.high) / 2), f"label-{one.row['observation_id']}"
        # from the top down and never upwards: numbers keep the order of their parts
        if not any(
            labels.place(
                text, place.x(one.column) + half, y + shift * line, size=sheet.small, sides=("right",), gap=4.0, gid=gid
            )
            for shift in (0, 0.3, 0.6, 0.9, 1.2)
        ):
            own, name = WORDS[context.language], values.label(one.row, context.language, context.registry)
            period = values.printed_end(one.row, context.language)
            left_over.setdefault(period, []).append(own["labelled"].format(label=name, value=text))
    join = WORDS[context.language]["gap_join"]
    told += [f"{period}{join}{join.join(texts)}" for period, texts in left_over.items()]
    return labels


def _beside(labels: Labels) -> dict[str, float]:
    """Return observation_id -> right end of its number, of those that stand beside their column."""
    return {gid.removeprefix("label-"): box.right for _, box, align, _, gid in labels.placed if align == "left"}


def _above(sheet: Sheet) -> float:
    return sheet.body * 0.8


def _draw_grid(
    axes: Axes, keys: Sequence[Any], place: _Frame, rows: Sequence[Row], context: Context, sheet: Sheet
) -> None:
    ticks = frame.tick_values([WHOLE], most=5)
    for tick in ticks:
        line = [place.left, place.left + place.width]
        axes.plot(line, [tick, tick], color=theme.INK if tick == 0 else theme.GRID, linewidth=0.8, zorder=0)
    for column in range(len(keys)):
        axes.bar(place.x(column), WHOLE, place.step * _COLUMN, color=theme.TRACK, linewidth=0, zorder=0.5)
    axes.set_yticks(ticks, [f"{tick}%" for tick in ticks], size=sheet.small, color=theme.QUIET)
    axes.tick_params(axis="y", length=0, pad=sheet.body * 0.4 - place.left)
    has_areas = len({key[1] for key in keys}) > 1
    texts = [_column_name(_of(rows, key), has_areas, len(keys), context) for key in keys]
    texts = [sheet.wrapped(text, sheet.small, place.step * 0.96) for text in texts]
    axes.set_xticks([place.x(column) for column in range(len(keys))], texts, size=sheet.small, color=theme.QUIET)
    axes.tick_params(axis="x", length=0, pad=sheet.body * 0.4)


def _of(rows: Sequence[Row], key: Any) -> Row:
    return next(row for row in rows if (values.interval(row)[::-1], row["ref_area"], row["scope"]) == key)


def _column_name(row: Row, has_areas: bool, count: int, context: Context) -> str:
    if has_areas:
        return values.place(row, context.language, context.registry)
    return values.interval(row)[1] if count > 4 else values.printed_end(row, context.language)


def _draw_part(axes: Axes, one: _Part, place: _Frame, classes: str) -> None:
    face = theme.class_face(one.place, classes) if classes else theme.face(one.row, theme.SERIES[one.place])
    # an edge of paper parts neighbours that are full; hollow, hatched and official ones have edges of their own
    full = not classes and face["facecolor"] != theme.PAPER
    drawn = axes.bar(
        place.x(one.column), one.row["obs_value"], place.step * _COLUMN, bottom=one.low, zorder=2, linewidth=0.9,
        **{**face, **({"edgecolor": theme.PAPER} if full else {})},
    )  # fmt: skip
    drawn.patches[0].set_gid(one.row["observation_id"])


def _name_parts(
    axes: Axes, texts: Sequence[str], parts: Sequence[_Part], place: _Frame, beside: Mapping[str, float], sheet: Sheet
) -> None:
    """Write the name of each part right of the last column that has it, pushed apart where parts are thin."""
    ends = [[one for one in parts if one.place == index][-1] for index in range(len(texts))]
    wanted = [(place.y((one.low + one.high) / 2), text, one) for one, text in zip(ends, texts, strict=True)]
    heights = [sheet.height(text, sheet.small) for _, text, _ in sorted(wanted, key=lambda item: item[0])]
    wanted.sort(key=lambda item: item[0])
    middles: list[float] = []
    for (y, _, _), height in zip(wanted, heights, strict=True):
        least = middles[-1] + heights[len(middles) - 1] / 2 if middles else 0.0
        middles.append(max(y, least + height / 2))
    over = max(0.0, middles[-1] + heights[-1] / 2 - place.depth)
    for index in range(len(middles) - 1, -1, -1):
        most = (middles[index + 1] - heights[index + 1] / 2) if index + 1 < len(middles) else place.depth
        middles[index] = min(middles[index], most - heights[index] / 2) if over else middles[index]
    share = WHOLE / place.depth
    for (y, text, one), middle in zip(wanted, middles, strict=True):
        left = max(place.x(one.column) + place.step * _COLUMN / 2, beside.get(one.row["observation_id"], 0.0))
        right = place.left + place.width + sheet.body * 0.8
        if one.row["observation_id"] in beside:
            y = middle
        axes.plot(
            [left + 1, right], [WHOLE - y * share, WHOLE - middle * share], color=theme.QUIET, linewidth=0.6, zorder=1,
        )  # fmt: skip
        axes.text(
            right + sheet.body * 0.3, WHOLE - middle * share, text, size=sheet.small, color=theme.INK, va="center",
            linespacing=frame.LINE * 0.92, parse_math=False,
        )  # fmt: skip


def _notes(rows: Sequence[Row], chart: ChartSpec, context: Context) -> list[str]:
    own, classes = WORDS[context.language], chart.options.get("classes", "")
    keys = _columns(rows)
    is_open = any(
        sum(row["obs_value_high"] for row in rows if (values.interval(row)[::-1], row["ref_area"], row["scope"]) == key)
        < WHOLE
        for key in keys
    )
    return [
        *([own["scope_columns"]] if len({key[2] for key in keys}) > 1 else []),
        *([own["hollow_parts"]] if not classes and any(theme.is_hollow(row) for row in rows) else []),
        *([own["flagged"]] if not classes and any(theme.is_flagged(row) for row in rows) else []),
        *([own["rest"]] if is_open else []),
        *([own["official_classes"]] if classes else []),
    ]


def _remarks(rows: Sequence[Row], chart: ChartSpec, context: Context) -> list[str]:
    own = WORDS[context.language]
    keys = [key for key in _columns(rows) if key[2]]
    return [
        own["scope_of"].format(
            period=values.printed_period(_of(rows, key), context.language),
            scope=values.scope_names(key[2], context.language, context.registry),
        )
        for key in keys
    ]


def _subtitle(rows: Sequence[Row], chart: ChartSpec, context: Context) -> str:
    language, own = context.language, WORDS[context.language]
    areas = {row["ref_area"] for row in rows}
    periods = {values.interval(row) for row in rows}
    parts = [
        *([values.place(rows[0], language, context.registry)] if len(areas) == 1 else []),
        *([values.printed_period(rows[0], language)] if len(periods) == 1 else []),
    ]
    return own["alt_join"].join(parts)


FORM = Form(draw=draw_stacked, subtitle=_subtitle, notes=_notes, remarks=_remarks)
