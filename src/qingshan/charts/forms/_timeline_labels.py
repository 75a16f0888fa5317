"""Where the words of a timeline stand: numbers at points, names of scopes at runs, targets, reference lines.

Flows in: rows, targets and a scale, all in points. Flows out: labels placed, and sentences for what found no room. It
is pure arithmetic: no figure exists yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from qingshan.charts import theme, values
from qingshan.charts.forms import Context, Row
from qingshan.charts.wording import WORDS

if TYPE_CHECKING:
    from qingshan.charts.declared import ChartSpec
    from qingshan.charts.frame import Labels, Sheet

LEVEL, REFERENCE = "level", "reference"
ROUND = 0.32  # of the body: half the width of a point


@dataclass(frozen=True)
class Target:
    """A target and where it stands: one value, or the range that a change leaves from the plan's own base."""

    row: Row
    low: float
    high: float
    base: Row | None = None


@dataclass(frozen=True)
class Scale:
    """Years and values to points from the upper left corner of the plot."""

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


def moment(row: Row) -> float:
    """Return when a row stands on the axis: a year at its number, a day where it lies from the year's middle."""
    parts = [int(part) for part in values.interval(row)[1].split("-")]
    months = 6.0
    if len(parts) > 1:
        months = parts[1] - 0.5 if len(parts) == 2 else parts[1] - 1 + parts[2] / 31
    return parts[0] + months / 12 - 0.5


def runs(rows: Sequence[Row], declared: Iterable[str] = ()) -> list[list[Row]]:
    """Return rows in runs that may be joined: one scope that is stated, no declared period without a value between.

    Parameters
    ----------
    declared
        Periods that the chart would show.
    """
    years = sorted(int(period[:4]) for period in declared if "/" not in period)
    made: list[list[Row]] = []
    for row in sorted(rows, key=moment):
        before = made[-1][-1] if made else None
        is_joined = (
            before is not None
            and bool(row["scope"])
            and row["scope"] == before["scope"]
            and not any(moment(before) < year < moment(row) for year in years)
        )
        if is_joined:
            made[-1].append(row)
        else:
            made.append([row])
    return made


def label(
    labels: Labels,
    levels: Sequence[Row],
    targets: Sequence[Target],
    references: Sequence[Row],
    scale: Scale,
    chart: ChartSpec,
    context: Context,
    sheet: Sheet,
) -> list[str]:
    """Place every text of the plot, the most telling first; return sentences for what found no room."""
    registry, language, own = context.registry, context.language, WORDS[context.language]
    labels.block(0, 0, scale.left - 1, scale.depth)
    joined = runs(levels, declared_periods(chart))
    _block(labels, joined, targets, references, scale, sheet)
    told: list[str] = []

    def number(row: Row, size: float, sides: Sequence[str]) -> bool:
        text = values.printed_number(row, language, registry, context.readings.get(row["observation_id"], ""))
        return labels.place(
            text, scale.x(moment(row)), scale.y(row["obs_value"]), size=size, sides=sides, colour=theme.SERIES[0],
            gid=f"label-{row['observation_id']}",
        )  # fmt: skip

    ends = {row["observation_id"] for run in joined for row in (run[0], run[-1])}
    by_worth = sorted(levels, key=lambda row: (row["observation_id"] not in ends, -moment(row)))
    for row in by_worth:
        if row["observation_id"] in ends:
            number(row, sheet.body, ("above", "below", "above-right", "above-left"))
    told += _label_runs(labels, joined, scale, chart, context, sheet)
    for one in targets:
        text, where = _target_text(one, context), (scale.x(moment(one.row)), scale.y((one.low + one.high) / 2))
        half = max(abs(scale.y(one.low) - scale.y(one.high)) / 2, sheet.body * ROUND * 1.6)
        if not labels.place(
            text, *where, size=sheet.body, colour=theme.TARGET, gid=f"label-{one.row['observation_id']}",
            sides=("below", "above", "below-left", "below-right", "right", "left"), gap=half + sheet.body * 0.35,
            widths=(sheet.body * 9, sheet.body * 6.5, sheet.body * 5),
        ):  # fmt: skip
            told.append(own["labelled"].format(label=values.printed_end(one.row, language), value=text))
    for row in by_worth:
        if row["observation_id"] not in ends:
            number(row, sheet.small, ("above", "below"))
    for row in references:
        text = own["labelled"].format(
            label=values.label(row, language, registry),
            value=values.printed_number(row, language, registry, context.readings.get(row["observation_id"], "")),
        )
        spots = [(scale.width, "above-left"), (scale.width, "below-left"), (scale.left, "above-right")]
        y = scale.y(row["obs_value"])
        if not any(
            labels.place(
                text,
                x,
                y,
                size=sheet.small,
                sides=(side,),
                gap=3.0,
                colour=theme.REFERENCE,
                gid=f"label-{row['observation_id']}",
            )
            for x, side in spots
        ):
            told.append(text)
    return told


def _label_runs(
    labels: Labels,
    joined: Sequence[Sequence[Row]],
    scale: Scale,
    chart: ChartSpec,
    context: Context,
    sheet: Sheet,
) -> list[str]:
    """Name the scope of each run beside it where there is more than one; return sentences for those without room."""
    told = []
    language, own = context.language, WORDS[context.language]
    declared = [code for one in chart.series if one.name == LEVEL for code in one.scopes]
    if len({row["scope"] for run in joined for row in run}) < 2:
        return []
    for run in joined:
        if not run[0]["scope"]:
            continue
        # the first of its scopes that the chart asks for tells it from the others; the rest stands in the notes
        codes = run[0]["scope"].split(";")
        own_code = next((code for code in declared if code in codes), run[0]["scope"])
        name = values.scope_names(own_code, language, context.registry)
        heights = [scale.y(row["obs_value"]) for row in run]
        first_x, last_x = scale.x(moment(run[0])), scale.x(moment(run[-1]))
        middle = (first_x + last_x) / 2
        under = [(last_x, max(heights), ("below-left",)), (middle, max(heights), ("below",))]
        over = [(middle, min(heights) - sheet.body * 1.2, ("above",))]
        spots = [
            *_beside_lines(run, scale, sheet.measure(name, sheet.small)),
            (last_x, heights[-1], ("right", "below-right")),
            (first_x, heights[0], ("left",)),
            # two runs side by side keep their names apart: the last below itself, those before it above
            *(under + over if run is joined[-1] else over + under),
        ]
        widths = [sheet.body * em for em in (9.5, 13, 7)]
        tries = (
            (width, x, y, sides, gap)
            for width in widths
            for x, y, sides in spots
            for gap in ((0.9, 2.2) if sides[0].startswith("below") else (0.9,))
        )
        if not any(
            labels.place(
                name, x, y, size=sheet.small, sides=sides, gap=sheet.body * gap, colour=theme.SERIES[0], widths=(width,)
            )
            for width, x, y, sides, gap in tries
        ):
            period = own["to"].join(dict.fromkeys(values.printed_period(row, language) for row in (run[0], run[-1])))
            told.append(own["labelled"].format(label=period, value=name))
    return told


def _beside_lines(run: Sequence[Row], scale: Scale, width: float) -> list[tuple[float, float, tuple[str, ...]]]:
    """Return the middles of lines longer than a name, below which it stands closest to what it names."""
    points = [(scale.x(moment(row)), scale.y(row["obs_value"])) for row in run]
    return [
        ((x0 + x1) / 2, max(y0, y1) - abs(y0 - y1) / 4, ("below",))
        for (x0, y0), (x1, y1) in list(pairwise(points))[::-1] if x1 - x0 > width
    ]  # fmt: skip


def _block(
    labels: Labels,
    joined: Sequence[Sequence[Row]],
    targets: Sequence[Target],
    references: Sequence[Row],
    scale: Scale,
    sheet: Sheet,
) -> None:
    """Keep marks, lines and reference lines free of texts."""
    half = sheet.body * ROUND
    for run in joined:
        points = [(scale.x(moment(row)), scale.y(row["obs_value"])) for row in run]
        for x, y in points:
            labels.block(x - half, y - half, x + half, y + half)
        for (x0, y0), (x1, y1) in pairwise(points):
            labels.block_line(x0, y0, x1, y1)
    for one in targets:
        x = scale.x(moment(one.row))
        top, bottom = scale.y(one.high), scale.y(one.low)
        labels.block(x - half * 1.6, top - half * 1.6, x + half * 1.6, bottom + half * 1.6)
    for row in references:
        y = scale.y(row["obs_value"])
        labels.block(scale.left, y - 1.5, scale.width, y + 1.5)


def _target_text(one: Target, context: Context) -> str:
    """Return how a target is labelled: its value, or its change and the base year."""
    language, own = context.language, WORDS[context.language]
    reading = context.readings.get(one.row["observation_id"], "")
    if one.base is None:
        return own["target"].format(value=values.printed_number(one.row, language, context.registry, reading))
    value = values.printed(one.row, language, context.registry, reading)
    return own["target_against"].format(base=values.printed_period(one.base, language), value=value)


def declared_periods(chart: ChartSpec) -> tuple[str, ...]:
    return tuple(period for one in chart.series if one.name == LEVEL for period in one.periods)
