"""Draws a table in three-line style: heavy rules above and below, a light one under the header, none upright.

Flows in: rows of the observations table, the declaration, and the gaps of the context. Flows out: a Figure that belongs
to nobody. Options: ``layout: by_indicator`` groups lines by indicator, else each place has a line; ``bars: "yes"`` puts
a bar beside each number; ``<series>_zh`` and ``<series>_en`` head the lines of a further series.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qingshan.charts import frame, theme, values
from qingshan.charts.forms import Context, Form, Row, ready
from qingshan.charts.forms import _table_lines as lines
from qingshan.charts.forms._table_lines import DASH, Cell, Line, Model
from qingshan.charts.wording import WORDS

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure

    from qingshan.charts.declared import ChartSpec
    from qingshan.charts.frame import Page, Sheet

HEAVY, LIGHT = 1.6, 0.7
COLOUR = theme.SERIES[0]


@dataclass(frozen=True)
class _Column:
    """Where a column stands, in points: of numbers also where the decimal point is and where bars begin."""

    left: float
    width: float
    point: float = 0.0
    bars: float = 0.0


@dataclass(frozen=True)
class _Layout:
    columns: tuple[_Column, ...]
    size: float
    header: float
    pad: float


def draw_table(table: Any, *, chart: ChartSpec | None = None, context: Context) -> Figure:
    """Draw a three-line table with numbers aligned on the decimal point.

    Parameters
    ----------
    table
        Rows of any indicators and units.

    Returns
    -------
    Figure
        The cell of each number, with its bar, has its observation_id as gid, the number ``label-<observation_id>``.

    Raises
    ------
    StageError
        A character has no glyph, or there are no rows.
    """
    rows, chart, words = ready(table, chart, context, FORM)
    with theme.settings():
        sheet = frame.Sheet.of(context)
        model = lines.model(rows, chart, context)
        layout = _layout(model, sheet)
        unit = WORDS[sheet.language]["unit"].format(unit=model.unit) if model.unit and sheet.profile.is_titled else ""
        top = sheet.body * 1.6 if unit else 0.0
        placed, depth = _placed(model, layout, sheet, top + layout.header)
        page = frame.compose(sheet, words, depth)
        if unit:
            page.text(sheet.inner, 0.0, unit, sheet.small, theme.QUIET, ha="right")
        _rules(page, (top, HEAVY), (top + layout.header, LIGHT), (depth, HEAVY))
        _header(page, model, layout, sheet, top)
        scale = _bar_scale(model, layout, sheet)
        for what, y, height in placed:
            if isinstance(what, str):
                _write(page, 0.0, y + (height + layout.pad) / 2, what, layout.size)
            else:
                _draw_line(page, what, y, height, model, layout, scale)
        return page.figure


def _layout(model: Model, sheet: Sheet) -> _Layout:
    """Return the columns: numbers as wide as they need, words broken where they must, what is left shared out."""
    size, gutter = sheet.body, sheet.body * 1.1
    indent = sheet.body if any(group.heading for group in model.groups) and not model.bars else 0.0
    listed = [line for group in model.groups for line in group.lines]
    room = sheet.inner - gutter * (len(model.headers) - 1) - indent
    natural, sides = [], {}
    for index, header in enumerate(model.headers):
        cells = [line.cells[index] for line in listed if not (line.spans and index in model.numbers)]
        if index in model.numbers:
            before = max([0.0, *(sheet.measure(_whole(cell), size) for cell in cells)])
            after = max([0.0, *(_after(cell, sheet, size) for cell in cells)])
            reason = max([0.0, *(sheet.measure(cell.reason, sheet.small) for cell in cells if cell.reason)])
            sides[index] = (before, after)
            word = max(sheet.measure(part, sheet.small) for part in header.split(" "))
            need = before + after + (max(gutter * 3, reason + gutter / 2) if model.bars else 0.0)
            natural.append(max(need, min(word, room / 3)))
        else:
            wide = max(sheet.measure(cell.text, size) for cell in [*cells, Cell(header)])
            natural.append(min(wide, room * 0.36))
    slack = max(0.0, room - sum(natural))
    share = [slack / len(natural)] * len(natural)
    if model.bars:  # bars take what is left
        share = [slack / len(model.numbers) if index in model.numbers else 0.0 for index in range(len(natural))]
    squeeze = min(1.0, room / sum(natural))
    columns, left = [], indent
    for index, width in enumerate(natural):
        width = width * squeeze + (share[index] if index < len(natural) - 1 or model.bars else 0.0)
        before, after = sides.get(index, (0.0, 0.0))
        point = left + before if model.bars else left + min(width, natural[index] * squeeze) - after
        columns.append(_Column(left, width, point, left + before + after + gutter / 2))
        left += width + gutter
    heads = [sheet.wrapped(text, sheet.small, one.width) for text, one in zip(model.headers, columns, strict=True)]
    header = max(sheet.height(text, sheet.small) for text in heads) + sheet.body * 0.9
    return _Layout(tuple(columns), size, header, sheet.body * 0.35)


def _whole(cell: Cell) -> str:
    """Return a number up to its decimal point."""
    return cell.text.partition(".")[0]


def _after(cell: Cell, sheet: Sheet, size: float) -> float:
    """Return how far a number reaches beyond its decimal point."""
    return sheet.measure(cell.text, size) - sheet.measure(_whole(cell), size)


def _placed(
    model: Model, layout: _Layout, sheet: Sheet, top: float
) -> tuple[list[tuple[str | Line, float, float]], float]:
    """Return headings and lines with top and height, words broken to the width of their columns, and the depth."""
    placed: list[tuple[str | Line, float, float]] = []
    for group in model.groups:
        if group.heading:
            text = sheet.wrapped(group.heading, layout.size)
            height = sheet.height(text, layout.size) + 3 * layout.pad
            placed.append((text, top, height))
            top += height
        for line in group.lines:
            cells = tuple(
                cell if index in model.numbers else Cell(sheet.wrapped(cell.text, layout.size, column.width))
                for index, (cell, column) in enumerate(zip(line.cells, layout.columns, strict=True))
            )
            height = max(sheet.height(cell.text, layout.size) for cell in cells) + 2 * layout.pad
            placed.append((Line(cells, line.spans), top, height))
            top += height
    return placed, top + layout.pad


def _rules(page: Page, *rules: tuple[float, float]) -> None:
    from matplotlib.lines import Line2D

    for y, width in rules:
        line = Line2D([0, page.sheet.inner], [y, y], color=theme.INK, linewidth=width, transform=page.points())
        page.figure.add_artist(line)


def _header(page: Page, model: Model, layout: _Layout, sheet: Sheet, top: float) -> None:
    middle = top + layout.header / 2
    for index, (text, column) in enumerate(zip(model.headers, layout.columns, strict=True)):
        text = sheet.wrapped(text, sheet.small, column.width)
        x, side = column.left, "left"
        if index in model.numbers and not model.bars:
            widest = max(
                _after(line.cells[index], sheet, layout.size) for group in model.groups for line in group.lines
            )
            x, side = column.point + widest, "right"
            if sheet.measure(text, sheet.small) > x - column.left:
                x, side = column.left, "left"
        _write(page, x, middle, text, sheet.small, ha=side)


def _bar_scale(model: Model, layout: _Layout, sheet: Sheet) -> float:
    """Return points per unit, one for all columns: bars of one length are one number."""
    if not model.bars:
        return 0.0
    listed = [line for group in model.groups for line in group.lines if not line.spans]
    highest = max((cell.row["obs_value"] for line in listed for cell in line.cells if cell.row), default=0.0)
    room = min(layout.columns[index].left + layout.columns[index].width - layout.columns[index].bars
               for index in model.numbers)  # fmt: skip
    return max(0.0, room) / highest if highest > 0 else 0.0


def _write(page: Page, x: float, middle: float, text: str, size: float, colour: str = theme.INK, **other: Any) -> None:
    """Write the lines of a cell around its middle, each on a baseline of its own."""
    parts = text.split("\n")
    first = middle + size * 0.36 - (len(parts) - 1) / 2 * size * frame.LINE
    for index, part in enumerate(parts):
        page.text(x, first + index * size * frame.LINE, part, size, colour, va="baseline", **other)


def _draw_line(page: Page, line: Line, top: float, height: float, model: Model, layout: _Layout, scale: float) -> None:
    middle = top + height / 2
    for index, (cell, column) in enumerate(zip(line.cells, layout.columns, strict=True)):
        if cell.row is not None:
            across = layout.columns[model.numbers[-1]]
            width = (across.left + across.width if line.spans else column.left + column.width) - column.left
            box = frame.Box(column.left, top, column.left + width, top + height)
            _draw_number(page, cell, box, column, layout, scale, line.spans)
        elif cell.text == DASH and index in model.numbers:
            _write(page, column.point, middle, DASH, layout.size, theme.QUIET, ha="right")
            if cell.reason:
                _write(page, column.bars, middle, cell.reason, page.sheet.small, theme.QUIET)
        elif cell.text:
            _write(page, column.left, middle, cell.text, layout.size)


def _draw_number(
    page: Page, cell: Cell, box: frame.Box, column: _Column, layout: _Layout, scale: float, spans: bool
) -> None:
    from matplotlib.patches import Rectangle

    from qingshan.charts.groups import Group

    row, sheet = cell.row, page.sheet
    assert row is not None
    middle, thick, points = (box.top + box.bottom) / 2, sheet.body * 0.8, page.points()
    shapes: list[Artist] = [
        Rectangle((box.left, box.top), box.right - box.left, box.bottom - box.top, facecolor=theme.PAPER,
                  edgecolor="none", transform=points)
    ]  # fmt: skip
    if scale and not spans and row["obs_value"] > 0:
        shapes.append(
            Rectangle((column.bars, middle - thick / 2), row["obs_value"] * scale, thick, linewidth=1.0,
                      transform=points, **theme.face(row, COLOUR))
        )  # fmt: skip
    page.figure.add_artist(Group(shapes, row["observation_id"], zorder=1))
    x, side = (column.point + _after(cell, sheet, layout.size), "right")
    if spans:
        x, side = (box.left + box.right) / 2, "center"
    colour = theme.TARGET if row["measure"] in values.TARGETS else theme.INK
    _write(page, x, middle, cell.text, layout.size, colour, ha=side, gid=f"label-{row['observation_id']}")


def _notes(rows: Sequence[Row], chart: ChartSpec, context: Context) -> list[str]:
    own = WORDS[context.language]
    model = lines.model(rows, chart, context)
    cells = [cell for group in model.groups for line in group.lines for cell in line.cells]
    return [
        *([own["dash"]] if any(cell.text == DASH for cell in cells) else []),
        *([own["hollow_bars"]] if model.bars and any(theme.is_hollow(row) for row in rows) else []),
    ]


def _table_unit(rows: Sequence[Row], chart: ChartSpec, context: Context) -> str:
    return lines.model(rows, chart, context).unit


FORM = Form(draw=draw_table, notes=_notes, unit=_table_unit)
