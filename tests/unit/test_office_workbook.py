"""The workbook: typed cells and none a formula, written precision kept, charts that a spreadsheet program draws itself."""

from __future__ import annotations

import io
import shutil
import subprocess

import openpyxl
import pytest
import test_charts_support as support
import test_edition_support as editions
import test_office_support as office

from qingshan.edition.office import native, sheets, workbook

PM25 = "pm25_annual_mean"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return office.material(tmp_path_factory.mktemp("workbook"))


@pytest.fixture(scope="module")
def data(made):
    return workbook.workbook_bytes(made)


@pytest.fixture(scope="module")
def book(data):
    return openpyxl.load_workbook(io.BytesIO(data))


def _table(sheet, top=1):
    heads = [str(cell.value).split("\n")[-1] for cell in sheet[top]]
    return [dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=top + 1)]


def test_the_sheets_and_their_headers_are_bilingual(book):
    assert book.sheetnames == [
        "说明 Notes",
        "数据 Observations",
        "图 Figure 1",
        "图 Figure 2",
        "缺失 Lost",
        "来源 Sources",
    ]
    sheet = book["数据 Observations"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref.startswith("A1:")) == ("C2", True)
    for cell in sheet[1]:
        chinese, _, english = cell.value.partition("\n")
        assert any("\u4e00" <= character <= "\u9fff" for character in chinese), cell.value
        assert english.isascii()


def test_every_observation_is_there_with_typed_values(book, made):
    rows = _table(book["数据 Observations"])
    assert [row["observation_id"].value for row in rows] == list(made.rows)
    for row in rows:
        given = made.rows[row["observation_id"].value]
        assert row["obs_value"].data_type == "n"
        assert row["obs_value"].value == given["obs_value"]
        assert row["time_period"].data_type == "s"
        assert row["quote"].value == given["quote"]


def test_no_cell_is_a_formula_even_where_a_quote_begins_like_one(tmp_path):
    raw = "=HYPERLINK(1) 30%"
    pair = support.figure_and_observation(raw, "30%", 30.0, "forest_cover", unit="percent", kind="share")
    data = workbook.workbook_bytes(office.material(tmp_path, [pair], cards=()))
    sheets_xml = [office.part(data, name) for name in office.parts(data) if name.startswith("xl/worksheets/sheet")]
    assert len(sheets_xml) == 4
    assert not any("<f>" in text or "<f " in text or "<hyperlink" in text for text in sheets_xml)
    found = openpyxl.load_workbook(io.BytesIO(data))["数据 Observations"]
    assert raw in [cell.value for row in found.iter_rows() for cell in row]
    assert {cell.data_type for row in found.iter_rows() for cell in row} <= {"s", "n"}


@pytest.mark.parametrize(
    ("value", "reading", "form"),
    [(67.5, "67.50微克/立方米", "#,##0.00"), (36.0, "36.0", "#,##0.0"), (1.213e9, "12.13亿千瓦", "#,##0"), (30.0, "30", "#,##0"),
     (0.25, "四分之一", "#,##0.00"), (67.5, "别的数9", "#,##0.0"), (-3.25, "3.25%", "#,##0.00"), (1234567.0, "", "#,##0")],
)  # fmt: skip
def test_a_number_shows_the_decimals_its_source_wrote(made, value, reading, form):
    row = {**next(iter(made.rows.values())), "obs_value": value}
    assert sheets.number_format(made.line(row, "zh"), reading) == form


def test_an_open_bound_is_text_as_in_the_csv(tmp_path):
    pair = support.figure_and_observation(
        "超10%",
        "10%",
        10.0,
        "forest_cover",
        unit="percent",
        kind="share",
        qualifier="over",
        obs_value_high=float("inf"),
    )
    data = workbook.workbook_bytes(office.material(tmp_path, [pair], cards=()))
    row = _table(openpyxl.load_workbook(io.BytesIO(data))["数据 Observations"])[0]
    assert (row["obs_value_high"].value, row["obs_value_low"].value) == ("inf", 10)


def test_the_charts_are_native_and_take_their_numbers_from_their_sheet(book, data, made):
    assert [len(sheet._charts) for sheet in book] == [0, 0, 1, 0, 0, 0]  # a panel of numbers is no chart
    xml = office.part(data, "xl/charts/chart1.xml")
    assert "<c:barChart>" in xml
    assert "图 Figure 1" in xml  # the reference to the cells
    sheet = book["图 Figure 1"]
    numbers = {cell.value for row in sheet.iter_rows(max_col=3) for cell in row if cell.data_type == "n"}
    assert {row["obs_value"] for row in made.rows.values() if row["measure"] == "change"} <= numbers


def test_it_says_what_it_is(book):
    texts = [cell.value for row in book["说明 Notes"].iter_rows() for cell in row if cell.value]
    assert {"送审稿", "For review", "示范文本，非官方来源"} <= set(texts)
    assert any("香港特别行政区" in text for text in texts)
    assert book["来源 Sources"]["G2"].value.startswith("测试署. 测试公报2023[R].")
    assert book["缺失 Lost"]["C2"].value == "达标比例"


def test_the_same_material_is_the_same_bytes(made, data):
    assert workbook.workbook_bytes(made) == data


def _pairs(material, made):
    return [
        (material.line(row, "zh"), material.line(row, "en")) for row in material.rows.values()
        if row["observation_id"] in {seen.observation_id for _, seen in made}
    ]  # fmt: skip


def test_scopes_do_not_join_and_a_missing_year_keeps_its_place(tmp_path):
    made = [
        *office.series(PM25, [(2019, 36), (2020, 33)], scope="cities_337"),
        *office.series(PM25, [(2022, 29)], scope="cities_339"),
        *office.series(PM25, [(2025, 28)], kind="target", qualifier="at_most"),
    ]
    material = office.material(tmp_path, made, cards=())
    drawn = native.native(office.card("pm", 1, "timeline", ()), _pairs(material, made))
    assert [zh for zh, _ in drawn.categories] == [str(year) for year in range(2019, 2026)]
    assert len(drawn.series) == 3
    assert drawn.is_target.count(True) == 1
    columns = [[row[at] for row in drawn.cells] for at in range(3)]
    assert [36, 33, None, None, None, None, None] in columns
    assert [None, None, None, 29, None, None, None] in columns


def test_large_numbers_are_drawn_in_their_scale_exactly(tmp_path):
    made = [pair for pair in editions.pairs() if pair[1].indicator == "renewable_capacity"]
    material = office.material(tmp_path, made, cards=())
    drawn = native.native(office.card("cap", 1, "lollipop", ()), _pairs(material, made))
    assert (drawn.power, drawn.cells) == (8, ((12.13,),))


def test_what_no_axis_holds_is_not_drawn(tmp_path):
    made = [*office.series(PM25, [(2022, 29), (2023, 30)]), editions.pairs()[0]]
    material = office.material(tmp_path, made, cards=())
    pairs = _pairs(material, made)
    assert native.native(office.card("a", 1, "table", ()), pairs) is None
    assert native.native(office.card("a", 1, "columns", ()), []) is None
    assert native.native(office.card("a", 1, "columns", ()), [*pairs, *pairs]) is None  # two values for one place
    drawn = native.native(office.card("a", 1, "columns", ()), pairs)
    assert drawn.unit.code == "microgram_per_cubic_metre"
    assert [row[0] for row in drawn.cells] == [29, 30]  # the change in percent stays out


def test_libreoffice_opens_it(data, tmp_path):
    if not shutil.which("soffice"):
        pytest.skip("needs LibreOffice")
    (tmp_path / "edition.xlsx").write_bytes(data)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf",
         "--outdir", str(tmp_path), str(tmp_path / "edition.xlsx")], check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    import pypdfium2

    pages = pypdfium2.PdfDocument((tmp_path / "edition.pdf").read_bytes())
    assert "For review" in "".join(page.get_textpage().get_text_range() for page in pages)
