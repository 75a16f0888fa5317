"""What stands on the cards of a panel of numbers, and how large each is.

Flows in: rows, gaps, the declaration and the sheet. Flows out: sections of cards whose texts are broken into lines,
with sizes in points. Nothing is drawn here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from qingshan.charts import values
from qingshan.charts.declared import ChartSpec
from qingshan.charts.forms import Context, Row
from qingshan.charts.frame import LINE, Sheet
from qingshan.charts.picking import Gap
from qingshan.charts.wording import WORDS

LEAST_WIDTH = 10.6  # of a card, in sizes of letters
GUTTER = 0.9
PAD = 0.85
DASH = "—"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_DIGITS = r"\d[\d,]*(?:\.\d+)?"
_VALUE = re.compile(rf"([^\d+−]*)([+−]?{_DIGITS}(?:\D{{0,3}}?[-–—~～至]{_DIGITS})?)(.*)", re.S)


@dataclass(frozen=True)
class Value:
    """A value as a card sets it: words before the numeral, the numeral at its size, words after it by line."""

    lead: str
    numeral: str
    size: float
    rest: tuple[str, ...]


@dataclass(frozen=True)
class CardText:
    """The texts of one card, broken into lines; of a gap there is no row and the value is a dash."""

    row: Row | None
    value: Value
    label: str
    when: str


@dataclass(frozen=True)
class Section:
    """Cards that belong together, under a heading or ''."""

    heading: str
    cards: tuple[CardText, ...]


def split_value(text: str) -> tuple[str, str, str]:
    """Return the words before, the numeral with its sign, and what follows; a value in words is all numeral."""
    found = _VALUE.fullmatch(text)
    return (found[1].strip(), found[2], found[3].strip()) if found else ("", text, "")


def sections(rows: Sequence[Row], chart: ChartSpec, context: Context, sheet: Sheet) -> tuple[list[Section], int]:
    """Return the sections in the declaration's order and the number of columns that suits them."""
    kept = [one for one in context.gaps if one.reason in WORDS[context.language]["short_reasons"]]
    listed: list[tuple[str, list[Row | Gap]]] = []
    for one in chart.series:
        heading, items = _heading(one.name, chart, context), _ordered(one.name, rows, kept, chart)
        if listed and not heading:  # without a heading of its own it goes on where the last series ended
            listed[-1] = (listed[-1][0], listed[-1][1] + items)
        else:
            listed.append((heading, items))
    listed = [(heading, items) for heading, items in listed if items]
    count = columns(sheet, [len(items) for _, items in listed])
    width = card_width(sheet, count) - 2 * PAD * sheet.body
    return [
        Section(sheet.wrapped(heading, sheet.body), tuple(_card(item, context, sheet, width) for item in items))
        for heading, items in listed
    ], count


def columns(sheet: Sheet, sizes: Iterable[int]) -> int:
    """Return how many cards stand side by side: of the counts that fit and need fewest lines the smallest."""
    sizes = list(sizes)
    gutter = GUTTER * sheet.body
    most = max(1, int((sheet.inner + gutter) / (LEAST_WIDTH * sheet.body + gutter)))
    most = min(most, max(sizes))
    return min(range(1, most + 1), key=lambda count: (sum(-(-size // count) for size in sizes), count))


def card_width(sheet: Sheet, count: int) -> float:
    """Return the width of a card in points."""
    return (sheet.inner - (count - 1) * GUTTER * sheet.body) / count


def card_depth(card: CardText, sheet: Sheet) -> float:
    """Return the depth of a card in points."""
    texts = sheet.height(card.label, sheet.body) + sheet.height(card.when, sheet.small) * 0.9
    return value_depth(card, sheet) + texts + sheet.body * (2 * PAD + 0.6)


def value_depth(card: CardText, sheet: Sheet) -> float:
    """Return the depth of a card's value with the bar of a share under it."""
    more = sheet.body * LINE * (len(card.value.rest) - 1) if card.value.rest else 0.0
    return sheet.body * 2.2 + more + (sheet.body * 1.1 if has_share_bar(card) else 0.0)


def has_share_bar(card: CardText) -> bool:
    """Tell whether a card shows how much of the whole its value is."""
    row = card.row
    return bool(row) and row["measure"] == "share" and row["unit_measure"] == "percent" and 0 <= row["obs_value"] <= 100


def is_target(row: Row | None) -> bool:
    """Tell whether a card holds a target."""
    return bool(row) and row["measure"] in values.TARGETS


def _heading(series: str, chart: ChartSpec, context: Context) -> str:
    return chart.options.get(f"{series}_{context.language}", "")


def _ordered(series: str, rows: Iterable[Row], gaps: Iterable[Gap], chart: ChartSpec) -> list[Row | Gap]:
    """Return the rows and gaps of a series in the declaration's order of indicators, rows as they stand."""
    spec = next(one for one in chart.series if one.name == series)
    own = [row for row in rows if row["series"] == series]
    absent = [one for one in gaps if one.indicator in spec.indicators and (one.area or "CN") in spec.areas]
    found: list[Row | Gap] = []
    for indicator in dict.fromkeys([*spec.indicators, *(row["indicator"] for row in own)]):
        found += [row for row in own if row["indicator"] == indicator]
        found += [one for one in absent if one.indicator == indicator]
    return found


def _card(item: Row | Gap, context: Context, sheet: Sheet, width: float) -> CardText:
    own, registry, language = WORDS[context.language], context.registry, context.language
    if isinstance(item, Gap):
        row, value = None, Value("", DASH, sheet.body * 2, ())
        shown = {"indicator": item.indicator, "ref_area": item.area or "CN"}
        when = own["short_reasons"][item.reason]
    else:
        row = shown = item
        reading = context.readings.get(item["observation_id"], "")
        value = _fitted(Value(*_parts(item, context, reading)), sheet, width)
        when = _when(item, context)
    label = values.label(shown, language, registry)
    if shown["ref_area"] != "CN":
        label = own["alt_place"].join((values.place(shown, language, registry), label))
    label, when = _name_lines(label, sheet, width), sheet.wrapped(when, sheet.small, width)
    return CardText(row, value, label, when)


def _name_lines(text: str, sheet: Sheet, width: float) -> str:
    """Return a name in lines: of even length where they break at spaces, else none of a character or two at the end."""
    if sheet.language == "en":
        return sheet.balanced(text, sheet.body, width)
    first = sheet.wrapped(text, sheet.body, width)
    for tenths in range(10, 5, -1):
        lines = sheet.wrapped(text, sheet.body, width * tenths / 10)
        if lines.count("\n") == first.count("\n") and (len(lines.split("\n")[-1]) > 2 or "\n" not in lines):
            return lines
    return first


def _parts(row: Row, context: Context, reading: str) -> tuple[str, str, float, tuple[str, ...]]:
    lead, numeral, rest = split_value(values.printed(row, context.language, context.registry, reading))
    return lead, numeral, 0.0, (rest,) if rest else ()


def _fitted(value: Value, sheet: Sheet, width: float) -> Value:
    """Return a value whose first line fits the card: smaller numerals, then words of the unit on a second line."""
    words = value.rest[0].split(" ") if value.rest else []
    for count in range(len(words), -1, -1):
        first, second = " ".join(words[:count]), " ".join(words[count:])
        rest = tuple(filter(None, (first, second))) if first else ("", second) if second else ()
        for tenths in (22, 20, 18, 16, 14, 12) if count == 0 else (22, 20, 18):
            fitted = replace(value, size=sheet.body * tenths / 10, rest=rest)
            if first_line_width(fitted, sheet) <= width:
                return fitted
    return fitted


def first_line_width(value: Value, sheet: Sheet) -> float:
    """Return the width of lead, numeral and the unit's first line, with the spaces between."""
    width = sheet.measure(value.numeral, value.size)
    width += sheet.measure(value.lead, sheet.body) + sheet.body * 0.3 if value.lead else 0.0
    return width + (
        sheet.measure(value.rest[0], sheet.body) + sheet.body * 0.25 if value.rest and value.rest[0] else 0.0
    )


def _when(row: Row, context: Context) -> str:
    own = WORDS[context.language]
    period = values.printed_period(row, context.language)
    if row["time_basis"] == "as_published" or _DAY.fullmatch(row["time_period"]):
        return own["as_of"].format(period=period)
    return own["target_when"].format(period=period) if row["measure"] in values.TARGETS else period
