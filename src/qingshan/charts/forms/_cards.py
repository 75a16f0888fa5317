"""Large numbers in a strip: what a chart shows and its axis cannot, because it has another unit.

Flows in: rows, their texts and a width. Flows out: cards with their places in points, and their marks and texts on a
page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qingshan.charts import theme, values
from qingshan.charts.forms import Context, Row, _rows

if TYPE_CHECKING:
    from qingshan.charts.frame import Page, Sheet

_SIZE, _INDENT, _WIDEST = 2.0, 0.8, 24  # of the body: number, room for the mark, width of a card


@dataclass(frozen=True)
class Card:
    """One number: its row, its texts with their line breaks, and its rectangle in points."""

    row: Row
    number: str
    label: str
    note: str
    left: float
    top: float
    depth: float


@dataclass(frozen=True)
class Strip:
    """Cards and the depth of all, 0 without any."""

    cards: tuple[Card, ...]
    depth: float


def arrange(rows: Sequence[Row], context: Context, sheet: Sheet, *, common: Row | None) -> Strip:
    """Place one card a row, as many side by side as their numbers leave room for."""
    if not rows:
        return Strip((), 0.0)
    registry, language = context.registry, context.language
    numbers = [values.printed(row, language, registry, context.readings.get(row["observation_id"], "")) for row in rows]
    indent = sheet.body * _INDENT
    widest = max(sheet.measure(text, sheet.body * _SIZE) for text in numbers) + indent + sheet.body
    most = max(1, min(len(rows), int(sheet.inner // max(widest, sheet.body * 12))))
    count = -(-len(rows) // -(-len(rows) // most))  # lines alike: four cards are two and two, not three and one
    width = sheet.inner / count
    room = min(width, sheet.body * _WIDEST * (2 if count == 1 else 1)) - indent - sheet.body
    cards: list[Card] = []
    top = 0.0
    for start in range(0, len(rows), count):
        line: list[Card] = []
        for index, (row, text) in enumerate(zip(rows[start : start + count], numbers[start:], strict=False)):
            label = sheet.balanced(values.label(row, language, registry), sheet.body, room)
            note = "" if common is not None else sheet.wrapped(_rows.when(row, language), sheet.small, room)
            depth = sheet.height(text, sheet.body * _SIZE) + sheet.height(label, sheet.body)
            depth += sheet.height(note, sheet.small) if note else 0.0
            line.append(Card(row, text, label, note, index * width, top, depth))
        cards += line
        top += max(card.depth for card in line) + sheet.body * 0.8
    return Strip(tuple(cards), top)


def draw(page: Page, strip: Strip) -> None:
    """Draw each card: a bar filled as its value is, the number, its label."""
    from matplotlib.patches import Rectangle

    sheet = page.sheet
    if not strip.cards:
        return
    axes = page.axes(depth=strip.depth)
    axes.set_xlim(0, sheet.inner)
    axes.set_ylim(strip.depth, 0)
    for card in strip.cards:
        face = theme.face(card.row, theme.SERIES[0])
        axes.add_patch(
            Rectangle((card.left + 1, card.top + 1), sheet.body * 0.32, card.depth - 2, linewidth=1.2, zorder=2,
                      gid=card.row["observation_id"], **face)
        )  # fmt: skip
        left, top = card.left + sheet.body * _INDENT, card.top
        page.text(left, top, card.number, sheet.body * _SIZE, theme.SERIES[0],
                  gid=f"label-{card.row['observation_id']}")  # fmt: skip
        top += sheet.height(card.number, sheet.body * _SIZE)
        page.text(left, top, card.label, sheet.body)
        if card.note:
            page.text(left, top + sheet.height(card.label, sheet.body), card.note, sheet.small, theme.QUIET)
