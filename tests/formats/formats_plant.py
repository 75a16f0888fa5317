"""Fifty figures planted in all places of a document, and what must not come back; written in every format.

Every number stands once, so that one read in a wrong place or with other digits is not there at all.
"""

from __future__ import annotations

import csv
import html
import io
import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from formats_bulletin import Block, Cell, Table, pieces, plain
from formats_write import RUNNING_HEAD, grid, pipes, tagged, through_libreoffice, typst_text

from qingshan.model import Figure, SourceText

sys.path.append(str(Path(__file__).parents[1] / "unit"))
from test_docx_support import box, cell, docx, note, paragraph, row, run, table, up

PLACES = ("body", "table", "merged header", "footnote", "text box", "superscript")
UNSEEN = ("hidden", "head")
HEAD = f"{RUNNING_HEAD} 全年9004.44吨"


@dataclass(frozen=True)
class Plant:
    """One planted figure: as written, what it must give, where it stands, and in which block and cell."""

    number: str
    value: float
    unit: str
    place: str
    block: int
    cell: tuple[int, int] = (-1, -1)  # row and column of the table, from 0


@dataclass(frozen=True)
class Plan:
    """The blocks of a document and its plants; kinds of blocks: text, caption, note, box, hidden, table."""

    blocks: tuple[Block, ...]
    plants: tuple[Plant, ...]

    def of(self, place: str) -> list[Plant]:
        return [plant for plant in self.plants if plant.place == place]


class _Planter:
    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.plants: list[Plant] = []

    def number(self) -> str:
        count = len(self.plants) + 1
        return f"{count * 137 % 900 + 100}.{count:02d}"

    def say(self, kind: str, place: str, wording: str, unit: str, factor: float = 1.0) -> None:
        """Add a block that says one number; `wording` has {} for it."""
        number = self.number()
        self.plants.append(Plant(number, float(number) * factor, unit, place, len(self.blocks)))
        self.blocks.append(Block(kind, wording.format(number)))

    def tabulate(self, place: str, heads: list[list[Cell]], names: Iterable[str], units: list[str]) -> None:
        cells = [one for line in heads for one in line]
        for at, name in enumerate(names):
            cells.append(Cell(len(heads) + at, 0, name))
            for column, unit in enumerate(units, 1):
                number = self.number()
                here = (len(heads) + at, column)
                self.plants.append(Plant(number, float(number), unit, place, len(self.blocks), here))
                cells.append(Cell(*here, number))
        rows = 1 + max(one.row for one in cells)
        self.blocks.append(Block("table", table=Table(tuple(cells), rows, 1 + len(units), len(heads))))

    def hide(self, number: str) -> None:
        self.plants.append(Plant(number, float(number), "吨", "hidden", len(self.blocks)))
        self.blocks.append(Block("hidden", f"内部参考值为{number}吨。"))


def make_plan() -> Plan:
    plan = _Planter()
    for place in ("东陵", "西浦", "南岗", "北原", "石桥", "柳湾", "云台"):
        plan.say("text", "body", place + "片区全年二氧化硫排放量为{}吨，比上年有所减少。", "吨")
    plan.blocks.append(Block("caption", "表1 各片区用水情况"))
    heads = [
        [Cell(0, 0, "片区"), Cell(0, 1, "用水量（吨）"), Cell(0, 2, "节水率（%）"), Cell(0, 3, "管网长度（公里）")]
    ]
    plan.tabulate("table", heads, ("东陵", "西浦", "南岗"), ["吨", "%", "公里"])
    plan.say("text", "superscript", "工业用水重复利用率为{}%^2^，处于较好水平。", "%")
    plan.say("text", "superscript", "悬浮物平均浓度为{}mg/m^3^，低于限值。", "毫克/立方米")
    plan.say("text", "superscript", "水库水面面积为{}km^2^。", "平方公里")
    plan.say("text", "superscript", "再生水利用量为{}吨^3^。", "吨")
    plan.say("text", "superscript", "入河污染物总量为{}×10^4^吨。", "吨", 1e4)
    plan.hide("9001.11")
    for place in ("湖心", "河口", "坝前", "库尾"):
        plan.say("text", "body", place + "断面全年来水量为{}吨。", "吨")
        plan.say("note", "footnote", "此处另有雨水{}吨未计入。", "吨")
    for place in ("上游", "中游", "下游", "支流"):
        plan.say("text", "body", place + "河段清淤量为{}吨。", "吨")
    for place in ("湿地", "林地", "草地", "滩涂"):
        plan.say("box", "text box", "专栏：" + place + "固碳量为{}吨。", "吨")
        for part in (
            "建设任务按期推进",
            "各项措施已经落实",
            "有关部门加强巡查",
            "群众参与更加广泛",
            "工作机制不断完善",
        ):
            plan.blocks.append(Block("text", f"{place}片区{part}，成效逐步显现，后续将继续巩固。"))
    plan.hide("9002.22")
    plan.blocks.append(Block("text", "各片区排放情况见下表。"))
    plan.blocks.append(Block("caption", "表2 各片区排放情况"))
    heads = [
        [Cell(0, 0, "片区", down=2), Cell(0, 1, "排放量（吨）", across=2), Cell(0, 3, "占比（%）", across=2)],
        [Cell(1, 1, "2022年"), Cell(1, 2, "2023年"), Cell(1, 3, "2022年"), Cell(1, 4, "2023年")],
    ]
    plan.tabulate("merged header", heads, ("东陵", "西浦", "南岗"), ["吨", "吨", "%", "%"])
    plan.blocks.append(Block("text", "以上数据均为初步结果。"))
    plan.say("text", "body", "其余片区排放量为{}吨。", "吨")
    plan.hide("9003.33")
    plan.plants.append(Plant("9004.44", 9004.44, "吨", "head", -1))
    return Plan(tuple(plan.blocks), tuple(plan.plants))


# ---------------------------------------------------------------- writers


def _cell_runs(text: str) -> list[str]:
    return [up(one) if how == "high" else run(one) for how, one in pieces(text)]


def as_word(plan: Plan) -> bytes:
    """A document with the elements that Word writes; heads, feet and page numbers are added by python-docx."""
    word = pytest.importorskip("docx")
    blocks, notes = [], {}
    for at, block in enumerate(plan.blocks):
        if block.kind == "note":
            continue
        if block.kind == "table":
            blocks.append(_word_table(block.table))
        elif block.kind == "hidden":
            blocks.append(paragraph(run(block.text, "<w:vanish/>")))
        elif block.kind == "box":
            blocks.append(paragraph("见右侧专栏。", box(paragraph(block.text))))
        else:
            runs = _cell_runs(block.text)
            if at + 1 < len(plan.blocks) and plan.blocks[at + 1].kind == "note":
                notes[len(notes) + 2] = plan.blocks[at + 1].text
                runs.append(note(len(notes) + 1))
            blocks.append(paragraph(*runs, style="a8" if block.kind == "caption" else ""))
    document = word.Document(io.BytesIO(docx(*blocks, footnotes=notes)))
    section = document.sections[0]
    section.header.paragraphs[0].text = HEAD
    section.footer.paragraphs[0].text = "第7005页"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _word_table(data: Table) -> str:
    """A table with its merged cells: across by a span, down by cells that go on."""
    rows = []
    for at in range(data.rows):
        cells = []
        for one in sorted(data.cells, key=lambda one: one.column):
            span = f'<w:gridSpan w:val="{one.across}"/>' if one.across > 1 else ""
            if one.row == at:
                merged = span + ('<w:vMerge w:val="restart"/>' if one.down > 1 else "")
                cells.append(cell(paragraph(*_cell_runs(one.text)), properties=merged))
            elif one.row < at < one.row + one.down:
                cells.append(cell(properties=f"{span}<w:vMerge/>"))
        rows.append(row(*cells, header=at < data.heads))
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4"/>' for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    drawn = f"<w:tblPr><w:tblBorders>{edges}</w:tblBorders></w:tblPr>"
    return table(*rows, columns=data.columns).replace("<w:tblPr/>", drawn)


def as_page(plan: Plan) -> bytes:
    """A web page with navigation, notes at its end, and parts that no browser shows."""
    body, notes = [], []
    hidden = ('<div style="display: none">{}</div>', "<p hidden>{}</p>", "<!-- {} -->")
    unseen = 0
    for at, block in enumerate(plan.blocks):
        if block.kind == "note":
            number = len(notes) + 1
            notes.append(f'<p id="n{number}"><a href="#r{number}">[{number}]</a> {block.text}</p>')
        elif block.kind == "table":
            body.append(_page_table(block.table))
        elif block.kind == "hidden":
            body.append(hidden[unseen % 3].format(block.text))
            unseen += 1
        elif block.kind == "box":
            body.append(f'<div class="box"><p>{block.text}</p></div>')
        else:
            is_noted = at + 1 < len(plan.blocks) and plan.blocks[at + 1].kind == "note"
            mark = f'<sup><a href="#n{len(notes) + 1}">{len(notes) + 1}</a></sup>' if is_noted else ""
            body.append(f"<p>{tagged(block.text)}{mark}</p>")
    head = '<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>公报</title></head>\n<body>'
    chrome = f"<header><nav>首页 {HEAD}</nav></header>", "<footer>第7005页 访问量9005.55吨</footer></body></html>\n"
    text = "\n".join((head, chrome[0], "<article>", *body, *notes, "</article>", chrome[1]))
    return text.encode()


def _page_table(data: Table) -> str:
    lines = []
    for at in range(data.rows):
        tag = "th" if at < data.heads else "td"
        cells = [
            f'<{tag} rowspan="{one.down}" colspan="{one.across}">{html.escape(one.text)}</{tag}>'
            for one in data.cells
            if one.row == at
        ]
        lines.append("<tr>" + "\n".join(cells) + "</tr>")
    return "<table>\n" + "\n".join(lines) + "\n</table>"


def as_print(plan: Plan) -> bytes:
    """A PDF by typst; what is hidden stands outside the page, as cut marks and remarks of printers do."""
    typst = pytest.importorskip("typst")
    fonts = Path(pytest.importorskip("zhplot").__file__).parent / "fonts"
    parts = [
        f'#set page(paper:"a4",margin:2.2cm,header:[{HEAD}],numbering:"— 1 —")\n'
        '#set text(font:"Noto Sans SC",size:10.5pt,lang:"zh",region:"cn")\n#set table(stroke:0.5pt,inset:4pt)\n'
        "#set par(justify:true,first-line-indent:(amount:2em,all:true))\n"
    ]
    for at, block in enumerate(plan.blocks):
        if block.kind == "note":
            continue
        if block.kind == "table":
            cells = ",".join(
                f"table.cell(rowspan:{one.down},colspan:{one.across})[{typst_text(one.text)}]"
                for one in block.table.cells
            )
            parts.append(f"#table(columns:{block.table.columns},{cells})")
        elif block.kind == "hidden":
            parts.append(f"#place(dx:-40cm)[{block.text}]")
        elif block.kind == "box":
            parts.append(f"#rect(width:60%)[{block.text}]")
        else:
            is_noted = at + 1 < len(plan.blocks) and plan.blocks[at + 1].kind == "note"
            mark = f"#footnote[{plan.blocks[at + 1].text}]" if is_noted else ""
            parts.append(typst_text(block.text) + mark)
    return typst.compile("\n\n".join(parts).encode(), font_paths=[str(fonts)], ignore_system_fonts=True)


def as_workbook(plan: Plan) -> bytes:
    """A sheet by xlsxwriter: paragraphs and tables in rows, notes below, a text box, a hidden row, column and sheet."""
    writer = pytest.importorskip("xlsxwriter")
    out = io.BytesIO()
    book = writer.Workbook(out, {"in_memory": True})
    sheet, secret = book.add_worksheet("公报"), book.add_worksheet("底稿")
    raised, shown = book.add_format({"font_script": 1}), book.add_format({"num_format": "0.00"})
    secret.hide()
    sheet.set_header(f"&C{HEAD}")
    sheet.set_footer("第7005页 &P")
    hidden = [block.text for block in plan.blocks if block.kind == "hidden"]
    for at, (kind, where) in sheet_rows(plan).items():
        block = plan.blocks[where]
        if kind == "table":
            _sheet_table(sheet, at, block.table, shown)
        elif kind == "box":
            sheet.insert_textbox(at, 8, block.text)
        elif kind == "hidden" and block.text == hidden[0]:
            sheet.write(at, 0, block.text)
            sheet.set_row(at, None, None, {"hidden": True})
        elif kind == "hidden" and block.text == hidden[1]:
            sheet.write(at, 12, block.text)
            sheet.set_column("M:M", None, None, {"hidden": True})
        elif kind == "hidden":
            secret.write(0, 0, block.text)
        elif "^" in block.text:
            parts = [part for how, one in pieces(block.text) for part in ((raised, one) if how else (one,))]
            sheet.write_rich_string(at, 0, *parts)
        else:
            sheet.write(at, 0, ("注：" if kind == "note" else "") + block.text)
    book.close()
    return out.getvalue()


def _sheet_table(sheet, top: int, data: Table, shown) -> None:
    for one in data.cells:
        if one.down > 1 or one.across > 1:
            bottom, right = top + one.row + one.down - 1, one.column + one.across - 1
            sheet.merge_range(top + one.row, one.column, bottom, right, plain(one.text))
        elif one.row < data.heads or not one.column:
            sheet.write(top + one.row, one.column, plain(one.text))
        else:
            sheet.write_number(top + one.row, one.column, float(one.text), shown)


def sheet_rows(plan: Plan) -> dict[int, tuple[str, int]]:
    """Return, for each row that a block begins in, counted from 0, the block's kind and place."""
    rows: dict[int, tuple[str, int]] = {}
    at = 0
    for where, block in enumerate(plan.blocks):
        rows[at] = (block.kind, where)
        at += block.table.rows if block.table else 1
    return rows


def as_lines(plan: Plan) -> bytes:
    """Plain text: notes in brackets below their paragraph, tables divided by tabs."""
    return "\n".join("\t".join(line) for line in _plain_rows(plan)).encode()


def as_commas(plan: Plan) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(_plain_rows(plan))
    return out.getvalue().encode("utf-8-sig")


def as_marks(plan: Plan) -> bytes:
    """Markdown: pipe tables, whose merged headings are written into one row."""
    parts = []
    for block in plan.blocks:
        if block.table:
            parts.append(pipes(block.table))
        elif block.kind == "hidden":
            parts.append(f"<!-- {block.text} -->")
        else:
            parts.append(("> " if block.kind == "box" else "") + plain(block.text))
    return ("\n\n".join(parts) + "\n").encode()


def _plain_rows(plan: Plan) -> list[list[str]]:
    """Return rows of cells; plain text hides nothing, so what is hidden elsewhere is left out."""
    rows: list[list[str]] = []
    for block in plan.blocks:
        if block.table:
            rows += grid(block.table)
        elif block.kind != "hidden":
            rows.append([plain(block.text)])
    return rows


WRITERS: dict[str, tuple[str, Callable[[Plan], bytes]]] = {
    "docx python-docx": ("p.docx", as_word),
    "pdf typst": ("p.pdf", as_print),
    "xlsx xlsxwriter": ("p.xlsx", as_workbook),
    "html by hand": ("p.html", as_page),
    "md by hand": ("p.md", as_marks),
    "csv Python": ("p.csv", as_commas),
    "txt by hand": ("p.txt", as_lines),
}
SECOND = ("docx LibreOffice", "pdf LibreOffice", "xlsx LibreOffice", "html LibreOffice", "csv LibreOffice")


def by_libreoffice(plan: Plan, folder: Path) -> dict[str, tuple[str, bytes]]:
    """Return what LibreOffice writes of the same document: what it is -> the file's name and bytes."""
    word, sheet = as_word(plan), as_workbook(plan)
    jobs = [("p.docx", word, "docx"), ("p.docx", word, "pdf"), ("s.xlsx", sheet, "xlsx"), ("p.docx", word, "html"),
            ("s.xlsx", sheet, "csv:Text - txt - csv (StarCalc):44,34,76")]  # fmt: skip
    saved = through_libreoffice(folder, jobs)
    return {
        what: (name, saved[name])
        for what, name in zip(SECOND, ("p.docx", "p.pdf", "s.xlsx", "p.html", "s.csv"), strict=True)
    }


# ---------------------------------------------------------------- what comes back


@dataclass(frozen=True)
class Back:
    """What came back of one place: planted, found with value and unit, of these at the right locator; what is wrong."""

    planted: int
    right: int
    placed: int
    wrong: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.right}/{self.planted}" + ("" if self.placed == self.right else f" ({self.placed} placed)")


def compare(plan: Plan, what: str, source: SourceText, figures: Iterable[Figure]) -> dict[str, Back]:
    """Return for each place what came back; of the unseen places, `right` counts what must not have."""
    by_number: dict[str, list[Figure]] = {}
    for figure in figures:
        number = re.search(r"\d+\.\d+", figure.reading.replace(",", ""))
        by_number.setdefault(number[0] if number else figure.reading, []).append(figure)
    found = {}
    for place in (*PLACES, *UNSEEN):
        right = placed = 0
        wrong = []
        for plant in plan.of(place):
            back = by_number.get(plant.number, [])
            is_right = (
                len(back) == 1 and abs(back[0].value - plant.value) < 1e-6 * plant.value and back[0].unit == plant.unit
            )
            is_right = is_right or (place in UNSEEN and bool(back))
            right += is_right
            wanted = "" if place in UNSEEN else locator(plan, what, source, plant)
            is_placed = is_right and (place in UNSEEN or back[0].locator == wanted)
            placed += is_placed
            if not is_placed and place not in UNSEEN:
                wrong.append(
                    f"{plant.number} {wanted}: {[(one.text, one.value, one.unit, one.locator) for one in back]}"
                )
            elif is_right and place in UNSEEN:
                wrong.append(f"{plant.number} was read: {back[0].locator}")
        found[place] = Back(len(plan.of(place)), right, placed, tuple(wrong))
    return found


def extras(plan: Plan, figures: Iterable[Figure]) -> list[str]:
    """Return the figures that nobody planted."""
    planted = {plant.number for plant in plan.plants}
    return [one.text for one in figures if not any(number in one.reading.replace(",", "") for number in planted)]


def locator(plan: Plan, what: str, source: SourceText, plant: Plant) -> str:
    """Return where a plant must be found, worked out from the plan alone (of text formats, from its line)."""
    form = what.partition(" ")[0]
    before = plan.blocks[: plant.block]
    count = sum(block.kind == "table" for block in before) + 1
    if plant.cell[0] >= 0 and form in ("docx", "html"):
        row, column = plant.cell
        return f"table {count}, row {row + 1}, column {column + 1}"
    if form == "docx":
        shown = sum(block.kind in ("text", "caption", "box") for block in plan.blocks[: plant.block + 1])
        kind = plan.blocks[plant.block].kind
        same = sum(block.kind == kind for block in before) + 1
        return {"note": f"footnote {same}", "box": f"text box {same}"}.get(kind, f"paragraph {shown}")
    if form == "xlsx":
        at = next(at for at, (_, where) in sheet_rows(plan).items() if where == plant.block)
        row, column = plant.cell
        return f"sheet 公报, table {count}, {'ABCDEFG'[column]}{at + row + 1}" if row >= 0 else f"sheet 公报!A{at + 1}"
    if form == "pdf":
        page = _page(source, plant.number)
        first = [_page(source, one.number) for one in plan.plants if one.cell == (1, 1) or one.cell == (2, 1)]
        count -= sum(other != page for other in first[: count - 1])
        return (
            f"{page}, table {count}, row {plant.cell[0] + 1}, column {plant.cell[1] + 1}"
            if plant.cell[0] >= 0
            else page
        )
    line = f"line {source.text[: source.text.find(plant.number)].count(chr(10)) + 1}"
    if plant.cell[0] < 0:
        return line
    name = line.replace("line", "row") if form == "csv" else line
    return f"table {count}, {name}, column {plant.cell[1] + 1}"


def _page(source: SourceText, number: str) -> str:
    return source.place(max(source.text.find(number), 0))
