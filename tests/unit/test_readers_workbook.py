"""Workbooks as sources: their tables with the names and spans of cells, what is hidden, and files that are no workbook."""

import datetime
import io
import random
import shutil
import subprocess
import sys
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingshan.model import InputError
from qingshan.readers import sheet_xml, workbook
from qingshan.readers.choose import read_source

CITIES = ["东川", "西岭", "南浦", "北桥", "中坪", "上湾", "下塘", "石门"]


def _planted():
    """Return the sheets of a workbook, and what its tables must give: (grid, cell) -> text."""
    rng = random.Random(7)
    cells, expected = {}, {}
    cells["A1"] = ("某市2023年主要污染物排放情况", None)
    cells["E2"] = ("单位：万吨", None)
    cells |= {"A3": ("地区", None), "B3": ("2022年", None), "D3": ("2023年", None)}
    cells |= {"B4": ("排放量", None), "C4": ("占比", None), "D4": ("排放量", None), "E4": ("占比", None)}
    name = "sheet 排放, table 1"
    for at in ("A3", "B3", "D3", "B4", "C4", "D4", "E4"):
        expected[name, at] = cells[at][0]
    row = 5
    for city in CITIES:
        if row == 7:
            cells |= {"A7": ("废稿", None), "B7": (99999, None)}  # hidden
            row = 8
        cells[f"A{row}"] = (city, None)
        expected[name, f"A{row}"] = city
        for column in "BD":
            value = rng.randrange(1000, 9_999_999) / 100
            cells[f"{column}{row}"] = (value, "#,##0.00")
            expected[name, f"{column}{row}"] = f"{value:.2f}"
        for column in "CE":
            value = rng.randrange(1, 999)
            cells[f"{column}{row}"] = (value / 1000, "0.0%")
            expected[name, f"{column}{row}"] = f"{value // 10}.{value % 10}%"
        row += 1
    cells[f"A{row}"] = ("合计", None)
    cells[f"B{row}"] = ("=4711+0.25", None, 4711.25)
    cells[f"C{row}"], cells[f"D{row}"], cells[f"E{row}"] = (-1.5, "0.00"), (0, None), (1e-7, None)
    total = row
    expected |= {(name, f"A{row}"): "合计", (name, f"C{row}"): "-1.50", (name, f"D{row}"): "0"}
    expected |= {(name, f"B{row}"): "4711.25", (name, f"E{row}"): "0.0000001"}
    row += 1
    cells[f"A{row}"] = ("注：2023年数据为初步统计。", None)
    row += 2
    name = "sheet 排放, table 2"
    cells[f"B{row}"], cells[f"C{row}"], cells[f"D{row}"] = ("断面", None), ("采样日期", None), ("水质类别", None)
    for at, text in zip("BCD", ("断面", "采样日期", "水质类别"), strict=True):
        expected[name, f"{at}{row}"] = text
    for count in range(6):
        row += 1
        cells[f"B{row}"] = (f"断面{count}", None)
        cells[f"C{row}"] = (datetime.date(2023, 1 + count, 3), "yyyy-mm-dd")
        cells[f"D{row}"] = ("Ⅱ类\n（暂定）", None)
        expected[name, f"B{row}"] = f"断面{count}"
        expected[name, f"C{row}"] = f"2023-0{1 + count}-03"
        expected[name, f"D{row}"] = "Ⅱ类 （暂定）"
    main = {
        "cells": cells,
        "merges": ["A1:E1", "A3:A4", "B3:C3", "D3:E3"],
        "rows": [7],
        "columns": [],
        "is_hidden": False,
    }
    draft = {"A1": ("地区", None), "B1": ("值", None), "A2": ("东川", None), "B2": (77777, None)}
    wide = {"A1": ("项目", None), "B1": ("内部编号", None), "C1": ("座数", None)}
    for count in range(2, 12):
        wide |= {f"A{count}": (f"第{count}座", None), f"B{count}": (88888, None), f"C{count}": (count * 3, None)}
        expected["sheet 设施", f"C{count}"] = str(count * 3)
    sheets = {
        "排放": main,
        "底稿": {"cells": draft, "merges": [], "rows": [], "columns": [], "is_hidden": True},
        "设施": {"cells": wide, "merges": [], "rows": [], "columns": ["B"], "is_hidden": False},
    }
    return sheets, expected, total


def _by_openpyxl(sheets, *, with_formulas=False):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, plan in sheets.items():
        sheet = book.create_sheet(title)
        for at, (value, number_format, *stored) in plan["cells"].items():
            sheet[at] = stored[0] if stored and not with_formulas else value  # it stores no values of formulas
            if number_format:
                sheet[at].number_format = number_format
        for merge in plan["merges"]:
            sheet.merge_cells(merge)
        for row in plan["rows"]:
            sheet.row_dimensions[row].hidden = True
        for column in plan["columns"]:
            sheet.column_dimensions[column].hidden = True
        sheet.sheet_state = "hidden" if plan["is_hidden"] else "visible"
    return _saved(book)


def _by_xlsxwriter(sheets):
    writer = pytest.importorskip("xlsxwriter", reason="xlsxwriter is not installed")
    out = io.BytesIO()
    book = writer.Workbook(out, {"in_memory": True})
    for title, plan in sheets.items():
        sheet = book.add_worksheet(title)
        for merge in plan["merges"]:
            first = merge.split(":")[0]
            sheet.merge_range(merge, plan["cells"][first][0])
        for at, (value, number_format, *stored) in plan["cells"].items():
            style = book.add_format({"num_format": number_format}) if number_format else None
            if stored:
                sheet.write_formula(at, value, style, stored[0])
            elif isinstance(value, datetime.date):
                sheet.write_datetime(at, value, style)
            elif not any(merge.startswith(f"{at}:") for merge in plan["merges"]):
                sheet.write(at, value, style)
        for row in plan["rows"]:
            sheet.set_row(row - 1, None, None, {"hidden": True})
        for column in plan["columns"]:
            sheet.set_column(f"{column}:{column}", None, None, {"hidden": True})
        if plan["is_hidden"]:
            sheet.hide()
    book.close()
    return out.getvalue()


def _by_libreoffice(sheets, folder):
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice is not installed")
    (folder / "in").mkdir()
    (folder / "in" / "t.xlsx").write_bytes(_by_openpyxl(sheets, with_formulas=True))
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "xlsx",
         "--outdir", str(folder), str(folder / "in" / "t.xlsx")],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    return (folder / "t.xlsx").read_bytes()


def _saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _book(change):
    book = openpyxl.Workbook()
    book.active.title = "表"
    change(book.active)
    return _saved(book)


def _read(data):
    return read_source(data, where="t.xlsx", name="t.xlsx")


def _cells(source):
    return {(grid.name, cell.name): source.text[cell.start : cell.end] for grid in source.grids for cell in grid.cells}


@pytest.mark.parametrize("writer", ["openpyxl", "xlsxwriter", "libreoffice"])
def test_every_planted_cell_comes_back_with_its_name(writer, tmp_path):
    sheets, expected, total = _planted()
    make = {"openpyxl": _by_openpyxl, "xlsxwriter": _by_xlsxwriter}.get(writer)
    source = _read(make(sheets) if make else _by_libreoffice(sheets, tmp_path))
    found = _cells(source)
    assert sum(any(char.isdigit() for char in text) for text in expected.values()) >= 50
    assert {key: found.get(key) for key in expected} == expected
    assert [grid.name for grid in source.grids] == ["sheet 排放, table 1", "sheet 排放, table 2", "sheet 设施"]
    # nothing hidden is among them, and all of it is told
    assert not {"99999", "77777", "88888", "废稿"} & set(found.values())
    assert source.notes == (
        "row 7 of sheet 排放 is hidden and was not read",
        "sheet 底稿 is hidden and was not read",
        "column B of sheet 设施 is hidden and was not read",
    )
    aside = "".join(source.text[start:end] for start, end in source.set_aside)
    assert "99999" in aside
    assert "77777" in aside
    spans = {cell.name: (cell.row, cell.column, cell.row_span, cell.column_span) for cell in source.grids[0].cells}
    assert spans["A3"] == (0, 0, 2, 1)
    assert (spans["B3"], spans["D3"], spans["C4"]) == ((0, 1, 1, 2), (0, 3, 1, 2), (1, 2, 1, 1))
    assert spans["A8"][0] == 4  # the hidden row counts as none
    assert not {"A4", "C3", "E3"} & set(spans)  # covered by merged cells
    # titles, units and notes are lines of prose
    first = source.grids[0]
    outside = source.text[: first.start] + source.text[first.end : source.grids[1].start]
    assert "某市2023年主要污染物排放情况\n" in outside
    assert "单位：万吨\n" in outside
    assert "注：2023年数据为初步统计。\n" in outside
    assert source.place(source.text.index("单位：万吨")) == "sheet 排放!E2"
    assert source.place(first.start) == "sheet 排放"
    assert source.place(source.text.index("注：2023年")) == f"sheet 排放!A{total + 1}"


def test_the_text_is_the_layer_that_mappings_read():
    data = _by_openpyxl(_planted()[0])
    assert _read(data).text == workbook.read_workbook(data, where="t.xlsx").text
    assert _read(data) == _read(data)


def test_a_merged_cell_across_hidden_rows_and_columns_spans_what_is_seen():
    def change(sheet):
        for row in range(1, 7):
            for column in range(1, 6):
                sheet.cell(row, column, f"{row}{column}")
        sheet.merge_cells("B2:D4")
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["C"].hidden = True

    (grid,) = _read(_book(change)).grids
    cells = {cell.name: cell for cell in grid.cells}
    assert (cells["B2"].row_span, cells["B2"].column_span) == (2, 2)
    assert not {"C2", "D2", "B3", "D4", "A3", "C5"} & set(cells)
    assert (cells["E6"].row, cells["E6"].column) == (4, 3)


def test_a_value_under_a_merged_cell_is_told_and_no_figure():
    sheet = "xl/worksheets/sheet1.xml"
    data = _book(lambda sheet: [sheet.append(row) for row in (["a", 1, 2], ["b", 3, 4])])
    data = _with(data, sheet, lambda xml: xml.replace(
        b"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="B1:C1"/></mergeCells>'))  # fmt: skip
    source = _read(data)
    assert "C1" not in {cell.name for cell in source.grids[0].cells}
    assert source.notes == ("1 cells of sheet 表 lie under a merged cell and were not read",)


@pytest.mark.parametrize(
    ("rows", "tables"),
    [
        ([["一句话。"], ["另一句话。"]], []),  # one column is prose
        ([["甲", 1, 2]], []),  # one row too
        ([["地区", "值"], ["甲", 1], [], ["地区", "值"], ["乙", 2]], [4, 4]),
        ([["地区", "值"], ["甲", 1], [], ["乙", 2], ["丙", 3]], [8]),  # numbers go on with the table above
        ([["地区", 2022], ["甲", 1], [], ["地区", 2023], ["乙", 2]], [4, 4]),  # years are heads
        ([["标题"], ["地区", "值"], ["甲", 1], ["注：说明"]], [4]),
        ([["标题", None, None, "单位：吨"], ["地区", "a", "b", "c"], ["甲", 1, 2, 3]], [8]),
        ([[None, "2022年", None], ["地区", "a", "b"], ["甲", 1, 2]], [8]),  # a head over some columns
        ([["地区", "值"], ["东部"], ["甲", 1], ["西部"], ["乙", 2]], [8]),  # lines inside stay inside
        ([["地区", "值"], ["甲", 1], ["全年处置12万吨。"], ["地区", "值"], ["乙", 2]], [4, 4]),  # a paragraph parts
        ([["地区", "值"], ["甲", 1], ["表2 用水"], ["单位：吨"], ["地区", "值"], ["乙", 2]], [4, 4]),
        ([["地区", "值"], ["甲", 1], ["全" * 61], ["地区", "值"], ["乙", 2]], [4, 4]),  # so does a long line
        ([["地区", "值"], ["甲", 1], ["注：乙为估算。"], ["乙", 2], ["丙", 3]], [9]),  # numbers go on below a remark
        ([["全文。"], ["又一段。"], ["地区", "值"], ["甲", 1], ["末段。"]], [4]),
        ([], []),
    ],
)
def test_where_tables_begin_and_end(rows, tables):
    source = _read(_book(lambda sheet: [sheet.append(row) for row in rows]))
    assert [len(grid.cells) for grid in source.grids] == tables
    assert all(a.end <= b.start for a, b in zip(source.grids, source.grids[1:], strict=False))


def test_an_empty_row_under_a_merged_cell_parts_no_table():
    def change(sheet):
        for row, values in {1: ["地区", "值"], 3: ["甲", 1], 5: ["乙", 2]}.items():
            for column, value in enumerate(values, 1):
                sheet.cell(row, column, value)
        for top in (1, 3, 5):
            sheet.merge_cells(f"A{top}:A{top + 1}")
            sheet.merge_cells(f"B{top}:B{top + 1}")

    (grid,) = _read(_book(change)).grids
    assert [cell.name for cell in grid.cells] == ["A1", "B1", "A3", "B3", "A5", "B5"]


def test_a_last_row_that_merged_cells_reach_into_is_no_note():
    def change(sheet):
        for row in (["地区", "年份", "值"], ["东川", 2022, 1.5], [None, None, 1.6]):
            sheet.append(row)
        sheet.merge_cells("A2:A3")
        sheet.merge_cells("B2:B3")

    (grid,) = _read(_book(change)).grids
    assert [cell.name for cell in grid.cells] == ["A1", "B1", "C1", "A2", "B2", "C2", "C3"]


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.lists(st.none() | st.integers(-(10**9), 10**9) | st.sampled_from(["甲", "12.5%", "a\tb", " "]), max_size=5),
        max_size=9,
    ),
    st.lists(st.tuples(*[st.integers(1, 6)] * 4), max_size=2),
    st.sets(st.integers(1, 9), max_size=3),
)
def test_any_sheet_gives_cells_at_their_offsets(rows, merges, hidden):
    def change(sheet):
        for row in rows:
            sheet.append(row)
        for top, left, bottom, right in merges[:1]:
            sheet.merge_cells(
                start_row=min(top, bottom), end_row=max(top, bottom), start_column=min(left, right),
                end_column=max(left, right),
            )  # fmt: skip
        for row in hidden:
            sheet.row_dimensions[row].hidden = True

    data = _book(change)
    source = _read(data)
    stored = openpyxl.load_workbook(io.BytesIO(data)).active
    taken = set()
    for grid in source.grids:
        assert grid.start <= min(cell.start for cell in grid.cells)
        assert max(cell.end for cell in grid.cells) <= grid.end
        for cell in grid.cells:
            value = stored[cell.name].value
            assert source.text[cell.start : cell.end] == (
                "" if value is None else str(value).replace("\t", " ").strip()
            )
            assert stored[cell.name].row not in hidden
            places = {
                (grid.name, cell.row + down, cell.column + right)
                for down in range(cell.row_span)
                for right in range(cell.column_span)
            }
            assert not places & taken
            taken |= places
    assert list(source.places) == sorted(source.places, key=lambda place: place.start)
    assert list(source.set_aside) == sorted(source.set_aside)


# the reader of sheets gives what openpyxl gives
@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 12),
            st.integers(1, 30),
            st.integers(-(10**15), 10**15)
            | st.floats(allow_nan=False, allow_infinity=False)
            | st.booleans()
            | st.dates(datetime.date(1901, 1, 1))
            | st.text(st.characters(min_codepoint=32, max_codepoint=0x9FFF, exclude_characters="=\x7f"), max_size=4),
        ),
        max_size=12,
    )
)
def test_rows_are_those_of_openpyxl(values):
    def change(sheet):
        for row, column, value in values:
            sheet.cell(row, column, value)

    data = _book(change)
    theirs = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True).active
    theirs.reset_dimensions()
    filled = {
        (number, at)
        for number, row in enumerate(theirs.iter_rows(values_only=True), 1)
        for at, value in enumerate(row)
        if value is not None and str(value).strip()
    }
    layer = workbook.read_workbook(data, where="t")
    ours = {(row.number, at) for row in layer.sheets["表"] for at, cell in enumerate(row.cells) if cell.text}
    assert ours == filled


def test_text_of_several_runs_is_joined_without_how_it_is_said():
    xml = (
        b'<c r="A1" t="inlineStr"><is><r><t>PM</t></r><r><t>2.5</t></r><rPh sb="0" eb="1"><t>no</t></rPh></is></c>'
        b'<c r="B1" t="str"><f>""</f><v></v></c><c r="C1" t="e"><v>#DIV/0!</v></c><c r="D1" t="b"><v>1</v></c>'
    )
    data = _book(lambda sheet: sheet.append([1]))
    data = _with(data, SHEET, lambda old: old.replace(b'<c r="A1" t="n"><v>1</v></c>', xml))
    assert _read(data).text == "[表]\nPM2.5\t\t#DIV/0!\tTRUE\n"


def test_formulas_without_values_are_told_and_not_by_the_thousand():
    data = _book(lambda sheet: [sheet.append([f"=1+{count}"]) for count in range(300)])
    with pytest.raises(InputError) as caught:
        _read(data)
    assert len(caught.value.problems) == 21
    assert caught.value.problems[0].where == "t.xlsx: 表!A1"
    assert caught.value.problems[-1].found == "280 more formulas without stored values"


# what is no workbook
SHEET = "xl/worksheets/sheet1.xml"


def _with(data, name, edit):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    members[name] = edit(members[name]) if name in members else edit(b"")
    return _zip(members)


def _zip(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def _plain():
    return _book(lambda sheet: [sheet.append(row) for row in (["地区", "值"], ["甲", 1])])


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"<html><body><table></table></body></html>", "a web page (.html)"),
        ("地区,值\n甲,1\n".encode(), "plain text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an old Office file"),
        (b"", "an empty file"),
        (b"%PDF-1.7", "a PDF file"),
        (b"\0\1\2\3" * 40, "a file that begins as no such file does"),
        (_zip({"word/document.xml": b"<x/>"}), "a Word document"),
        (_zip({"mimetype": b"", "content.xml": b"<x/>"}), "an OpenDocument file (.odt, .ods)"),
        (_zip({"xl/workbook.bin": b"x"}), "a binary workbook (.xlsb)"),
        (_plain()[:-300], "a zip archive that cannot be read"),
    ],
    ids=["html", "csv", "xls", "empty", "pdf", "binary", "docx", "ods", "xlsb", "cut"],
)
def test_what_only_says_to_be_a_workbook_gets_one_clear_message(data, found):
    with pytest.raises(InputError) as caught:
        _read(data)
    (problem,) = caught.value.problems
    assert problem.where == "t.xlsx"
    assert problem.found.startswith(found)


LAUGHS = b'<!DOCTYPE x [<!ENTITY a "%s">%s]>' % (
    b"ha" * 10,
    b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10 if n > 1 else b"&a;" * 10) for n in range(1, 10)),
)


@pytest.mark.parametrize(
    "member", [SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml", "xl/sharedStrings.xml"]
)
def test_no_part_of_a_workbook_may_define_entities(member):
    def edit(xml):
        head, mark, rest = xml.partition(b"?>")
        return head + mark + LAUGHS + rest if mark else LAUGHS + xml

    strings = (
        b'<Override PartName="/xl/sharedStrings.xml" ContentType='
        b'"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    )
    table = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>x</t></si></sst>'
    data = _with(_plain(), "[Content_Types].xml", lambda xml: xml.replace(b"</Types>", strings))
    data = _with(data, "xl/sharedStrings.xml", lambda xml: table)
    _read(data)  # sound so far
    with pytest.raises(InputError, match="a document type in"):
        _read(_with(data, member, edit))


@pytest.mark.parametrize(
    "edit",
    [
        lambda xml: xml.replace(b'r="A2"', b'r="2A"'),
        lambda xml: xml.replace(b'<row r="2"', b'<row r="x"'),
        lambda xml: xml.replace(b"</row>", b"", 1),
        lambda xml: xml[:-30],
        lambda xml: xml + b"\0" * 9_000_000,
        lambda xml: xml.replace(b"</sheetData>", b"</sheetData>" + b'<mergeCell ref="A1:B2"/>' * 300_000),
        lambda xml: xml.replace(b'r="B2"', b'r="B2" s="4000"'),
        lambda xml: xml.replace(b"<v>1</v>", b"<v>1_x</v>"),
    ],
    ids=["reference", "row", "unclosed", "cut", "bomb", "merges", "style", "number"],
)
def test_a_damaged_sheet_is_told(edit):
    with pytest.raises(InputError) as caught:
        _read(_with(_plain(), SHEET, edit))
    assert len(caught.value.problems) == 1


def test_merged_cells_over_everything_cost_no_time():
    def edit(xml):
        merges = b"".join(b'<mergeCell ref="A%d:XFD1048576"/>' % (n + 1) for n in range(20_000))
        rows = b"".join(
            b'<row r="%d"><c r="A%d"><v>1</v></c><c r="B%d"><v>2</v></c></row>' % (n, n, n) for n in range(3, 9000)
        )
        return xml.replace(b"</sheetData>", rows + b"</sheetData><mergeCells>" + merges + b"</mergeCells>")

    with pytest.raises(InputError, match="overlap by the thousand"):
        _read(_with(_plain(), SHEET, edit))


def test_a_sheet_of_endless_rows_is_refused_before_it_fills_the_memory():
    def edit(xml):
        return xml.replace(b"</sheetData>", b'<row r="3"/><row r="99999999"><c><v>1</v></c></row></sheetData>')

    with pytest.raises(InputError, match="more than"):
        _read(_with(_plain(), SHEET, edit))


def test_a_sheet_is_streamed(monkeypatch):
    """200,000 cells held as rows of the parser would show; the parser keeps those of one piece."""
    most = 0
    handler = sheet_xml._Handler.end

    def end(self, tag):
        nonlocal most
        handler(self, tag)
        most = max(most, len(self.rows))

    monkeypatch.setattr(sheet_xml._Handler, "end", end)
    rows = b"".join(b'<row r="%d"><c><v>1</v></c><c><v>2</v></c></row>' % n for n in range(3, 50_000))
    data = _with(_plain(), SHEET, lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>"))
    (grid,) = _read(data).grids
    assert len(grid.cells) == 2 * 49_999
    assert most < 5_000


def test_choosing_a_reader_loads_none():
    code = "import sys, qingshan.readers.choose as c; print([m for m in ('openpyxl', 'html.parser', 'defusedxml') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("runs", "shown"),
    [
        ([("占63.5%", 0), ("2", 1), ("。", 0)], "占63.5%[2]。"),
        ([("49μg/m", 0), ("3", 1)], "49μg/m3"),
        ([("1.2×10", 0), ("4", 1), ("吨", 0)], "1.2×10⁴吨"),
        ([("PM", 0), ("2.5", -1)], "PM2.5"),
    ],
)
def test_raised_characters_of_a_cell_are_notes_powers_or_units(runs, shown):
    writer = pytest.importorskip("xlsxwriter", reason="xlsxwriter is not installed")
    out = io.BytesIO()
    book = writer.Workbook(out, {"in_memory": True})
    formats = {1: book.add_format({"font_script": 1}), -1: book.add_format({"font_script": 2})}
    parts = [part for text, how in runs for part in ((formats[how], text) if how else (text,))]
    sheet = book.add_worksheet("表")
    sheet.write_rich_string(0, 0, *parts)
    sheet.write(1, 0, "平")
    book.close()
    assert _read(out.getvalue()).text == f"[表]\n{shown}\n平\n"
