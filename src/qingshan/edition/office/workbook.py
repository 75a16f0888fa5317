"""Writes the edition's workbook as the bytes of an .xlsx file: the same for the same material, no cell a formula.

Flows in: `Material`. Flows out: bytes. Sheets: notes, observations, one for each chart with its data and, where a
spreadsheet program can draw it, an editable chart; what the sources lost; the sources with their references.
"""

from __future__ import annotations

import datetime
import io
from typing import Any

from qingshan.charts.card import Card
from qingshan.charts.wording import MARKS
from qingshan.edition.office import sheets
from qingshan.edition.office.material import LANGUAGES, Material, plain
from qingshan.edition.office.native import Native, native
from qingshan.edition.office.wording import NOTE_LINES, SHEETS, WORDS
from qingshan.edition.wording import WORDS as PAGE_WORDS

NAME = "edition.xlsx"
COLOURS = ("#0067A3", "#B04A00", "#6B6B6B", "#1B7F5C", "#7A3E9D", "#8A6D00")
_CREATED = datetime.datetime(2000, 1, 1)  # fixed: a workbook bears no clock
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_LONGEST = 32_767  # characters a cell may hold
SCALES = {0: ("", ""), 4: ("万", "ten thousand "), 8: ("亿", "hundred million "), 12: ("万亿", "trillion ")}
_FONT = {"name": "Noto Sans SC", "size": 9}


def workbook_bytes(material: Material) -> bytes:
    """Return the workbook."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        book.set_properties({"title": material.edition.title["zh"], "subject": material.edition.title["en"],
                             "created": _CREATED})  # fmt: skip
        writer = _Writer(book)
        _notes(writer, material)
        writer.table(SHEETS["observations"], sheets.observations(material), frozen=2)
        for card in material.cards:
            _chart_sheet(writer, material, card)
        writer.table(SHEETS["lost"], sheets.lost(material))
        writer.table(SHEETS["sources"], sheets.sources(material))
    return out.getvalue()


class _Writer:
    """Puts typed cells into sheets, with one format for each look."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self._formats: dict[str, Any] = {}
        self.head = book.add_format(
            {
                "bold": True,
                "bg_color": "#DDE5DD",
                "text_wrap": True,
                "valign": "top",
                "border": 1,
                "border_color": "#A0A8A0",
            }
        )
        self.title = book.add_format({"bold": True, "font_size": 14})
        self.bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.text = book.add_format({"num_format": "@", "valign": "top"})

    def number(self, form: str) -> Any:
        if form not in self._formats:
            self._formats[form] = self.book.add_format({"num_format": form, "valign": "top"})
        return self._formats[form]

    def sheet(self, name: str) -> Any:
        """Return a new sheet that prints on sheets of A3, all its columns side by side."""
        sheet = self.book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(8)
        sheet.fit_to_pages(1, 0)
        return sheet

    def table(self, name: str, table: sheets.Table, *, frozen: int = 1) -> Any:
        """Write a sheet that is one table: header frozen, filter on."""
        sheet = self.sheet(name)
        self.rows(sheet, 0, table)
        sheet.repeat_rows(0)
        sheet.freeze_panes(1, frozen)
        sheet.autofilter(0, 0, max(1, len(table.rows)), len(table.heads) - 1)
        sheet.print_area(0, 0, max(1, len(table.rows)), min(sheets.PRINTED, len(table.heads)) - 1)
        return sheet

    def rows(self, sheet: Any, top: int, table: sheets.Table) -> None:
        sheet.set_row(top, 30)
        for column, head in enumerate(table.heads):
            sheet.set_column(column, column, head.width)
            sheet.write_string(top, column, head.text, self.head)
        for number, row in enumerate(table.rows, top + 1):
            for column, cell in enumerate(row):
                self.cell(sheet, number, column, cell)

    def cell(self, sheet: Any, row: int, column: int, cell: sheets.Cell) -> None:
        if isinstance(cell.value, str):
            if cell.value:
                sheet.write_string(row, column, _short(cell.value), self.text)
        else:
            sheet.write_number(row, column, cell.value, self.number(cell.form))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _notes(writer: _Writer, material: Material) -> None:
    """Write what the workbook is, who may use it, and what its columns mean."""
    sheet = writer.sheet(SHEETS["notes"])
    sheet.set_column(0, 0, 60)
    sheet.set_column(1, 1, 74)
    edition = material.edition
    sheet.write_string(0, 0, edition.title["zh"], writer.title)
    sheet.write_string(0, 1, edition.title["en"], writer.title)
    lines = [tuple(mark) for mark in zip(*(_marks(material, language) for language in LANGUAGES), strict=True)]
    lines += [tuple(f"{PAGE_WORDS[one]['published_on']} {edition.published_on}" for one in LANGUAGES)]
    if edition.licence:
        lines += [
            tuple(f"{PAGE_WORDS[one]['licence']}{PAGE_WORDS[one]['colon']}{edition.licence}" for one in LANGUAGES)
        ]
    lines += [tuple(plain(edition.note.get(language, "")) for language in LANGUAGES)]
    lines += NOTE_LINES
    lines += [tuple(PAGE_WORDS[one][key] for one in LANGUAGES) for key in WORDS["zh"]["notes"]]
    for number, pair in enumerate(lines, 2):
        # wide characters take two places; a program that opens the file need not fit the rows itself
        sheet.set_row(number, 15 * max(1, -(-2 * len(pair[0]) // 58), -(-len(pair[1]) // 66)))
        for column, text in enumerate(pair):
            sheet.write_string(number, column, text, writer.wrapped)


def _marks(material: Material, language: str) -> list[str]:
    """Return what an edition says of itself: for review, a demonstration, refused by validation."""
    marks = [] if material.release else [MARKS[language]["review"]]
    if material.edition.status == "demonstration":
        marks.append(MARKS[language]["demonstration"])
    return marks if material.publishable else [*marks, WORDS[language]["draft"]]


def _chart_sheet(writer: _Writer, material: Material, card: Card) -> None:
    """Write a chart's words, the table it is drawn from, the chart itself, and its observations below."""
    name = SHEETS["chart"].format(number=card.number)
    sheet = writer.sheet(name)
    top = _chart_words(writer, sheet, card)
    keys = [key for key in card.observations if key in material.rows]
    pairs = [(material.line(material.rows[key], "zh"), material.line(material.rows[key], "en")) for key in keys]
    drawn = native(card, pairs)
    if drawn:
        top = _matrix(writer, sheet, name, top, drawn, card)
    table = sheets.chart_rows(material, card)
    writer.rows(sheet, top, table)
    sheet.autofilter(top, 0, top + max(1, len(table.rows)), len(table.heads) - 1)


def _chart_words(writer: _Writer, sheet: Any, card: Card) -> int:
    """Write title, finding, unit, notes, what is missing and source in both languages; return the next free row."""
    lines = []
    for texts in (card.title, card.finding, card.unit, card.source):
        lines += [texts[language] for language in LANGUAGES if texts.get(language)]
    for lists in (card.notes, card.missing):
        lines += [text for language in LANGUAGES for text in lists.get(language, ())]
    for number, text in enumerate(dict.fromkeys(lines)):
        sheet.write_string(number, 0, text, writer.title if number == 0 else None)
    return len(dict.fromkeys(lines)) + 1


def _matrix(writer: _Writer, sheet: Any, name: str, top: int, drawn: Native, card: Card) -> int:
    """Write the matrix and the chart that takes its data from it; return the next free row."""
    zh, en = (
        scale + unit for scale, unit in zip(SCALES[drawn.power], (drawn.unit.canonical, drawn.unit.en), strict=True)
    )
    widths = [head.width for head in sheets.chart_rows_heads()]
    for row, texts in ((top, ("", f"chart data, {en}".rstrip(", "))), (top + 1, (f"图中数据，{zh}", ""))):
        names = (*texts, *(both[row == top] for both in drawn.series))
        sheet.set_row(row, 15 * max(3, *map(_lines, names, widths)))
        for column, text in enumerate(names):
            sheet.write_string(row, column, text, writer.head)
    begin, last = top + 2, top + 1 + len(drawn.categories)
    for number, (both, cells) in enumerate(zip(drawn.categories, drawn.cells, strict=True), begin):
        sheet.set_row(number, 15 * max(map(_lines, both, widths)))
        for column, text in enumerate(both):
            sheet.write_string(number, column, text, writer.wrapped)
        for column, value in enumerate(cells, 2):
            if value is not None:
                writer.cell(sheet, number, column, sheets.number(float(value)))
    chart = writer.book.add_chart({"type": drawn.kind, **({"subtype": drawn.subtype} if drawn.subtype else {})})
    for column, _ in enumerate(drawn.series, 2):
        chart.add_series(_series(name, begin, last, column, drawn))
    _axes(chart, drawn, card)
    bars = len(drawn.categories) * len(drawn.series) if drawn.kind == "bar" else 0
    height = min(max(420, 20 * bars + 140), 800)
    chart.set_size({"width": 900, "height": height})
    sheet.insert_chart(last + 2, 0, chart, {"object_position": 2})
    return last + 3 + height // 20 + 1


def _lines(text: str, width: int) -> int:
    """Return about how many lines a wrapped text takes in a column of so many characters; Chinese ones are two wide."""
    taken = sum(2 if character >= "\u2e80" else 1 for character in text)
    return max(1, -(-int(taken * 1.15) // (width - 1)))


def _series(name: str, begin: int, last: int, column: int, drawn: Native) -> dict[str, Any]:
    number = column - 2
    colour = COLOURS[number % len(COLOURS)]
    is_target = drawn.is_target[number]
    series: dict[str, Any] = {
        "name": [name, begin - 1, column],
        "categories": [name, begin, 0, last, 0],
        "values": [name, begin, column, last, column],
        "data_labels": {"value": True, "font": _FONT},
    }
    if drawn.kind == "line":
        series["marker"] = {"type": "diamond" if is_target else "circle", "size": 7, "border": {"color": colour},
                            "fill": {"none": True} if is_target else {"color": colour}}  # fmt: skip
        series["line"] = {"none": True} if is_target else {"color": colour, "width": 2}
    else:
        # a target is never drawn like a result
        series |= {"fill": {"none": True} if is_target else {"color": colour}, "border": {"color": colour}, "gap": 60}
    if drawn.lows:
        series["y_error_bars"] = {
            "type": "custom",
            "plus_values": [row[number] for row in drawn.highs],
            "minus_values": [row[number] for row in drawn.lows],
        }
    return series


def _axes(chart: Any, drawn: Native, card: Card) -> None:
    chart.set_title({"name": card.title["zh"], "name_font": {**_FONT, "size": 12, "bold": True}, "overlay": False})
    value_axis: dict[str, Any] = {
        "name_font": {**_FONT, "bold": False},
        "num_font": _FONT,
        "major_gridlines": {"visible": True, "line": {"color": "#D8DEE4"}},
    }
    if drawn.subtype != "percent_stacked":
        value_axis["name"] = SCALES[drawn.power][0] + drawn.unit.canonical
    if drawn.kind != "line" and all(value is None or value >= 0 for row in drawn.cells for value in row):
        value_axis["min"] = 0
    category_axis = {"num_font": _FONT, "label_position": "low", "reverse": drawn.is_downwards}
    if drawn.kind == "bar":  # the library names the axes of bars by where they lie
        chart.set_x_axis(value_axis)
        chart.set_y_axis({**category_axis, "major_gridlines": {"visible": False}})
    else:
        chart.set_x_axis(category_axis)
        chart.set_y_axis(value_axis)
    chart.set_legend({"none": True} if len(drawn.series) == 1 else {"position": "bottom", "font": _FONT})
    chart.show_blanks_as("gap")  # a year without a value joins nothing
