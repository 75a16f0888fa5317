"""Which of an edition's charts a spreadsheet program can draw itself, and the small table each is drawn from.

Flows in: a chart's card and its lines. Flows out: `Native`, a matrix of categories and series, or None: a panel of
numbers or a table is no chart. Scopes and sources that do not join are series of their own, and so are targets.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from qingshan.charts import values
from qingshan.charts.card import Card
from qingshan.edition.office.material import TARGETS, Line
from qingshan.registry import Unit

# form of a card -> (chart type, subtype) of the workbook's library
TYPES = {
    "changes": ("bar", ""),
    "bars": ("bar", ""),
    "dumbbell": ("bar", ""),
    "lollipop": ("bar", ""),
    "columns": ("column", ""),
    "timeline": ("line", ""),
    "stacked": ("column", "percent_stacked"),
}
_OVER_TIME = ("timeline", "columns", "stacked")
_SOURCE = 2  # among what can tell series apart: subject or time, scope, source, kind
_DOWNWARDS = ("changes", "bars", "dumbbell", "lollipop")  # first row on top, as in the picture


@dataclass(frozen=True)
class Native:
    """What is drawn: `cells[i][j]` is the value of category i in series j, None where there is none.

    Parameters
    ----------
    categories, series
        Their names in Chinese and in English.
    power
        `cells` are the values divided by ten to this power, which both languages can name: 万, 亿, 万亿.
    lows, highs
        Distance to the bounds of the interval, in the shape of `cells`; empty unless the form draws intervals.
    """

    kind: str
    subtype: str
    is_downwards: bool
    unit: Unit
    categories: tuple[tuple[str, str], ...]
    series: tuple[tuple[str, str], ...]
    is_target: tuple[bool, ...]
    cells: tuple[tuple[float | None, ...], ...]
    power: int = 0
    lows: tuple[tuple[float, ...], ...] = ()
    highs: tuple[tuple[float, ...], ...] = ()


def native(card: Card, pairs: Sequence[tuple[Line, Line]]) -> Native | None:
    """Return the native chart of a card; None where its form is none, or two of its values share a place.

    Parameters
    ----------
    pairs
        The lines drawn, each in Chinese and in English; one axis has one unit, that of most of them.
    """
    units = Counter(zh.row["unit_measure"] for zh, _ in pairs)
    if card.form not in TYPES or not units:
        return None
    unit = units.most_common(1)[0][0]
    pairs = [pair for pair in pairs if pair[0].row["unit_measure"] == unit]
    over_time = card.form in _OVER_TIME
    placed = {_place(zh, over_time): (zh, en) for zh, en in pairs}
    if len(placed) < len(pairs):
        return None
    categories = list(dict.fromkeys(category for category, _ in placed))
    series = list(dict.fromkeys(name for _, name in placed))
    (categories if over_time else series).sort()
    first_of = {name: both for (_, name), both in reversed(placed.items())}
    at = {category: both for (category, _), both in reversed(placed.items())}
    many = _varies(pairs)
    kind, subtype = TYPES[card.form]
    if card.form == "timeline":
        categories = _all_years(categories)
    power = _power([zh for zh, _ in pairs])
    found = [[placed.get((category, name), (None,))[0] for name in series] for category in categories]
    has_bounds = card.form == "bars"
    return Native(
        kind=kind,
        subtype=subtype,
        unit=pairs[0][0].unit,
        is_downwards=card.form in _DOWNWARDS,
        categories=tuple(
            (one[0], one[0]) if over_time else (_subject(at[one][0], many), _subject(at[one][1], many))
            for one in categories
        ),
        series=_named([first_of[name] for name in series], over_time, many),
        is_target=tuple(first_of[name][0].row["measure"] in TARGETS for name in series),
        cells=tuple(tuple(_scaled(line.row["obs_value"], power) if line else None for line in row) for row in found),
        power=power,
        lows=tuple(tuple(_reach(line, "obs_value_low", power) for line in row) for row in found) if has_bounds else (),
        highs=tuple(tuple(_reach(line, "obs_value_high", power) for line in row) for row in found)
        if has_bounds
        else (),
    )


def _place(line: Line, over_time: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return keys of category and series; what is measured otherwise, or said by another source, is another series."""
    row = line.row
    subject, time = (row["indicator"], row["ref_area"]), (_time(line),)
    further = (row["scope"], row["source_id"], row["measure"])
    return (time, (*subject, *further)) if over_time else (subject, (*time, *further))


def _named(
    series: Sequence[tuple[Line, Line]], over_time: bool, many: tuple[bool, bool]
) -> tuple[tuple[str, str], ...]:
    """Return names that say what tells the series apart, in Chinese and English; a lone one is called by its kind."""
    made = []
    for side in (0, 1):
        parts = [
            (_subject(line, many) if over_time else _time(line), line.scope, line.source.source_id, line.kind)
            for line in (both[side] for both in series)
        ]
        telling = [at for at in range(4) if len({part[at] for part in parts}) > 1] or [3]
        without_code = [at for at in telling if at != _SOURCE]  # the code of a source only where nothing else tells
        if len({tuple(part[at] for at in without_code) for part in parts}) == len(parts):
            telling = without_code or telling
        made.append([" ".join(part[at] for at in telling if part[at]) for part in parts])
    return tuple(zip(*made, strict=True))


def _varies(pairs: Sequence[tuple[Line, Line]]) -> tuple[bool, bool]:
    """Return whether the lines are of several indicators, and of several places."""
    return len({zh.row["indicator"] for zh, _ in pairs}) > 1, len({zh.row["ref_area"] for zh, _ in pairs}) > 1


def _subject(line: Line, many: tuple[bool, bool]) -> str:
    return line.place if many == (False, True) else f"{line.place} {line.label}" if many[1] else line.label


def _time(line: Line) -> str:
    base, end = values.interval(line.row)
    return f"{base}—{end}" if base else end


def _all_years(categories: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return every year from the first to the last: an axis of time; unchanged when some are no years."""
    times = [time for (time,) in categories]
    if not all(time.isdigit() and len(time) == 4 for time in times):
        return categories
    return [(str(year),) for year in range(int(times[0]), int(times[-1]) + 1)]


def _power(lines: Sequence[Line]) -> int:
    largest = max(abs(line.row["obs_value"]) for line in lines)
    return next((power for power in (12, 8, 4) if largest >= 10**power), 0)


def _scaled(value: float, power: int) -> float:
    """Return a value in its scale; decimal arithmetic, so that 1213000000 in 亿 is 12.13 and nothing else."""
    return float(Decimal(repr(float(value))).scaleb(-power))


def _reach(line: Line | None, bound: str, power: int) -> float:
    if line is None or not math.isfinite(line.row[bound]):
        return 0.0
    return abs(_scaled(line.row[bound], power) - _scaled(line.row["obs_value"], power))
