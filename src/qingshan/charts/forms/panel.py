"""Draws a panel of numbers: a card for each value with its qualifier, unit, name and date.

Flows in: rows of the observations table, the declaration, and the gaps of the context. Flows out: a Figure that belongs
to nobody. Options: ``<series>_zh`` and ``<series>_en`` head the cards of a series.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qingshan.charts import frame, theme, values
from qingshan.charts.forms import Context, Form, Row, ready
from qingshan.charts.forms import _panel_cards as cards
from qingshan.charts.forms._panel_cards import CardText, Section
from qingshan.charts.wording import WORDS

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

    from qingshan.charts.declared import ChartSpec
    from qingshan.charts.frame import Page, Sheet

COLOUR = theme.SERIES[0]


def draw_panel(table: Any, *, chart: ChartSpec | None = None, context: Context) -> Figure:
    """Draw a card for each value, and an empty one for each that the sources lost or that waits for a decision.

    Parameters
    ----------
    table
        Rows of any indicators and units.

    Returns
    -------
    Figure
        The frame of each card has its observation_id as gid, its texts ``label-<observation_id>``. The edge is hollow
        where the value is not exact and hatched where it is flagged; targets have a dashed frame and their own colour.

    Raises
    ------
    StageError
        A character has no glyph, or there are no rows.
    """
    rows, chart, words = ready(table, chart, context, FORM)
    with theme.settings():
        sheet = frame.Sheet.of(context)
        sections, count = cards.sections(rows, chart, context, sheet)
        placed, headings, depth = _arrange(sections, count, sheet)
        page = frame.compose(sheet, words, depth)
        for text, top in headings:
            page.text(0.0, top, text, sheet.body, theme.QUIET)
        for card, box in placed:
            _draw_card(page, card, box, sheet)
        return page.figure


def _arrange(
    sections: Sequence[Section], count: int, sheet: Sheet
) -> tuple[list[tuple[CardText, frame.Box]], list[tuple[str, float]], float]:
    """Return cards with their boxes, headings with their tops, and the depth of all."""
    gutter, width = cards.GUTTER * sheet.body, cards.card_width(sheet, count)
    placed: list[tuple[CardText, frame.Box]] = []
    headings: list[tuple[str, float]] = []
    top = 0.0
    for index, section in enumerate(sections):
        top += sheet.body * 0.6 if index else 0.0
        if section.heading:
            headings.append((section.heading, top))
            top += sheet.height(section.heading, sheet.body) + sheet.body * 0.35
        for start in range(0, len(section.cards), count):
            line = section.cards[start : start + count]
            depth = max(cards.card_depth(card, sheet) for card in line)
            for place, card in enumerate(line):
                left = place * (width + gutter)
                placed.append((card, frame.Box(left, top, left + width, top + depth)))
            top += depth + gutter
    return placed, headings, top - gutter


def _draw_card(page: Page, card: CardText, box: frame.Box, sheet: Sheet) -> None:
    from qingshan.charts.groups import Group

    key = card.row["observation_id"] if card.row else ""
    page.figure.add_artist(Group(_shapes(page, card, box, sheet), key, zorder=2))
    page.figure.add_artist(Group(_texts(page, card, box, sheet), f"label-{key}" if key else "", zorder=3))


def _shapes(page: Page, card: CardText, box: frame.Box, sheet: Sheet) -> list[Artist]:
    """Return the frame of a card, its edge, and the bar of a share or the arrow of a change."""
    from matplotlib.patches import Rectangle

    row, points = card.row, page.points()
    width, depth = box.right - box.left, box.bottom - box.top
    is_target, corner = cards.is_target(row), (box.left, box.top)
    line = theme.TARGET if is_target else theme.GRID if row else theme.QUIET
    style = (0, (4, 3)) if is_target or row is None else "solid"
    drawn: list[Artist] = [
        Rectangle(corner, width, depth, facecolor=theme.PAPER, edgecolor=line, linewidth=0.9, linestyle=style,
                  transform=points)
    ]  # fmt: skip
    if row is None:
        return drawn
    edge = sheet.body * 0.36
    if not is_target:
        inside = 0.6  # half a line: the edge's own line stays within the frame
        drawn.append(
            Rectangle((box.left + inside, box.top + inside), edge - inside, depth - 2 * inside, linewidth=1.2,
                      transform=points, **theme.face(row, COLOUR))
        )  # fmt: skip
    if cards.has_share_bar(card):
        drawn += _share_bar(page, card, box, sheet)
    if row["measure"] in values.CHANGES and row["obs_value"]:
        drawn.append(_arrow(page, row, box, sheet))
    return drawn


def _share_bar(page: Page, card: CardText, box: frame.Box, sheet: Sheet) -> list[Artist]:
    """Return how much of the whole a share is: a thin bar on its track."""
    from matplotlib.patches import Rectangle

    row, points = card.row, page.points()
    assert row is not None
    left, right = box.left + cards.PAD * sheet.body, box.right - cards.PAD * sheet.body
    top = box.top + cards.PAD * sheet.body + cards.value_depth(card, sheet) - sheet.body * 0.8
    filled = (right - left) * row["obs_value"] / 100
    thick = sheet.body * 0.38
    return [
        Rectangle((left, top), right - left, thick, facecolor=theme.GRID, edgecolor="none", transform=points),
        Rectangle((left, top), filled, thick, linewidth=1.0, transform=points, **theme.face(row, COLOUR)),
    ]


def _arrow(page: Page, row: Row, box: frame.Box, sheet: Sheet) -> Artist:
    """Return the direction of a change: a triangle in the card's upper right corner."""
    from matplotlib.patches import Polygon

    half, x, y = sheet.body * 0.42, box.right - cards.PAD * sheet.body, box.top + cards.PAD * sheet.body
    tip, foot = (y, y + 2 * half) if row["obs_value"] > 0 else (y + 2 * half, y)
    colour = theme.TARGET if cards.is_target(row) else COLOUR
    return Polygon([(x - 2 * half, foot), (x, foot), (x - half, tip)], closed=True, facecolor=colour,
                   edgecolor="none", transform=page.points())  # fmt: skip


def _texts(page: Page, card: CardText, box: frame.Box, sheet: Sheet) -> list[Artist]:
    """Return the texts of a card: value, name, date; each line on a baseline of its own, so all are as far apart."""
    from matplotlib.text import Text

    points, drawn = page.points(), []
    is_target = cards.is_target(card.row)
    colour = theme.TARGET if is_target else theme.INK if card.row else theme.QUIET
    left, top = box.left + cards.PAD * sheet.body, box.top + cards.PAD * sheet.body

    def write(x: float, y: float, text: str, size: float, colour: str) -> None:
        drawn.append(Text(x, y, text, size=size, color=colour, va="baseline", parse_math=False, transform=points))

    value, base, x = card.value, top + sheet.body * 1.7, left
    if value.lead:
        write(x, base, value.lead, sheet.body, colour)
        x += sheet.measure(value.lead, sheet.body) + sheet.body * 0.3
    write(x, base, value.numeral, value.size, colour)
    x += sheet.measure(value.numeral, value.size) + sheet.body * (0.08 if value.rest[:1] == ("%",) else 0.25)
    for index, words in enumerate(value.rest):
        if words:
            write(x if index == 0 else left, base + index * sheet.body * frame.LINE, words, sheet.body, colour)
    first = top + cards.value_depth(card, sheet) + sheet.body * 1.1
    for index, line in enumerate(card.label.split("\n")):
        write(left, first + index * sheet.body * frame.LINE, line, sheet.body, theme.INK)
    last = box.bottom - cards.PAD * sheet.body - sheet.small * 0.1
    lines = card.when.split("\n")
    for index, line in enumerate(lines):
        y = last - (len(lines) - 1 - index) * sheet.small * frame.LINE
        write(left, y, line, sheet.small, theme.TARGET if is_target else theme.QUIET)
    return drawn


def _notes(rows: Sequence[Row], chart: ChartSpec, context: Context) -> list[str]:
    own = WORDS[context.language]
    results = [row for row in rows if not cards.is_target(row)]
    return [
        *([own["hollow_cards"]] if any(theme.is_hollow(row) for row in results) else []),
        *([own["flagged_cards"]] if any(theme.is_flagged(row) for row in results) else []),
        *([own["empty_cards"]] if any(one.reason in own["short_reasons"] for one in context.gaps) else []),
    ]


FORM = Form(draw=draw_panel, notes=_notes, least=2)  # one number is no panel
