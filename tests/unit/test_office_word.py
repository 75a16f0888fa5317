"""The Word file, read back: captions, fields, fonts, rules, subscripts, alternative texts; and no numeral unsourced."""

from __future__ import annotations

import dataclasses
import io
import re
import shutil
import subprocess
import zipfile

import docx
import pytest
import test_charts_support as support
import test_edition_support as editions
import test_office_support as office
from docx.oxml.ns import qn
from docx.shared import Cm

from qingshan.edition.office.word import archive, check, document, formulas, styles, tables
from qingshan.model import StageError
from qingshan.readers.docx import read_docx
from qingshan.signoff import Release

LANGUAGES = ("zh", "en")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    sentences = {
        "zh": {"pollution": ["PM2.5年均浓度为30微克/立方米。"]},
        "en": {"pollution": ["PM2.5 came to 30 µg/m³."]},
    }
    return office.material(tmp_path_factory.mktemp("word"), sentences=sentences)


@pytest.fixture(scope="module")
def data(made):
    return {language: document.docx_bytes(made, language) for language in LANGUAGES}


@pytest.fixture(scope="module")
def opened(data):
    return {language: docx.Document(io.BytesIO(data[language])) for language in LANGUAGES}


def _styled(opened, style):
    return [paragraph.text for paragraph in opened.paragraphs if paragraph.style.name == style]


def test_captions_are_numbered_by_fields_figures_below_and_tables_above(opened):
    body = opened["zh"].element.body
    kinds = []
    for child in body:
        fields = [one.text.strip() for one in child.iter(qn("w:instrText"))] if child.tag == qn("w:p") else []
        kinds += ["picture"] * bool(list(child.iter(qn("wp:inline")))) + fields + ["table"] * (child.tag == qn("w:tbl"))
    figure, table = "SEQ 图 \\* ARABIC", "SEQ 表 \\* ARABIC"
    assert kinds.count(figure) == 2
    for at, kind in enumerate(kinds):
        if kind == figure:
            assert kinds[at - 1] == "picture"
        if kind == table:
            assert kinds[at + 1] == "table"
    captions = _styled(opened["zh"], "Caption")
    assert captions[0] == "图 1　decoupling：2013—2022年的变化"
    assert [text.split("　")[0] for text in captions if text.startswith("表")] == [
        f"表 {n}" for n in range(1, kinds.count("table") + 1)
    ]
    assert _styled(opened["en"], "Caption")[0] == "Figure 1. decoupling: changes 2013–2022"


def test_headings_are_real_and_numbered_by_the_style(opened):
    assert _styled(opened["zh"], "Heading 1") == [
        "绿色转型",
        "污染防治",
        "生态保护",
        "碳达峰碳中和",
        "来源中缺失的数值",
        "编制说明",
        "参考文献",
    ]
    style = opened["zh"].styles["Heading 1"].element
    assert style.pPr.numPr is not None
    numbering = opened["zh"].part.numbering_part.element
    assert "chineseCountingThousand" in {one.get(qn("w:val")) for one in numbering.iter(qn("w:numFmt"))}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("style", "font"),
    [("Normal", "宋体"), ("Body Text", "宋体"), ("Heading 1", "黑体"), ("Caption", "黑体"), ("Table Text", "宋体")],
)
def test_both_scripts_have_their_font(opened, language, style, font):
    fonts = opened[language].styles[style].element.rPr.find(qn("w:rFonts"))
    assert {name: fonts.get(qn(f"w:{name}")) for name in ("ascii", "hAnsi", "eastAsia")} == {
        "ascii": "Times New Roman", "hAnsi": "Times New Roman", "eastAsia": font,
    }  # fmt: skip
    assert not [name for name in fonts.attrib if "Theme" in name]


def test_tables_have_three_lines_and_no_upright_one(opened):
    assert len(opened["zh"].tables) >= 4
    for table in opened["zh"].tables:
        borders = {one.tag: one for one in table._tbl.tblPr.find(qn("w:tblBorders"))}
        assert [borders[qn(f"w:{side}")].get(qn("w:sz")) for side in ("top", "bottom")] == ["12", "12"]  # 1.5 pt
        assert {borders[qn(f"w:{side}")].get(qn("w:val")) for side in ("left", "right", "insideV", "insideH")} == {
            "nil"
        }
        for cell in table.rows[0]._tr.tc_lst:
            assert cell.tcPr.find(f"{qn('w:tcBorders')}/{qn('w:bottom')}").get(qn("w:sz")) == "6"  # 0.75 pt
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


def test_a_unit_that_all_share_stands_at_the_top_right_and_not_in_the_cells(opened):
    units = [paragraph for paragraph in opened["zh"].paragraphs if paragraph.style.name == "Unit Line"]
    assert "单位：%" in {paragraph.text for paragraph in units}
    assert opened["zh"].styles["Unit Line"].paragraph_format.alignment == 2
    changes = next(table for table in opened["zh"].tables if "+165" in [cell.text for cell in table.columns[2].cells])
    assert changes.columns[2].cells[0].text == "数值"
    assert not any("%" in cell.text for cell in changes.columns[2].cells)


def test_every_picture_has_its_words_and_fills_the_text(opened, made):
    for language in LANGUAGES:
        shapes = opened[language].inline_shapes
        assert [shape._inline.docPr.get("descr") for shape in shapes] == [one.alt[language] for one in made.cards]
        assert {shape.width for shape in shapes} == {Cm(15)}
        assert len({shape._inline.docPr.get("id") for shape in shapes}) == len(shapes)


def test_formulas_have_subscripts(opened):
    low = [run for paragraph in _everything(opened["zh"]) for run in paragraph.runs if run.font.subscript]
    assert {run.text for run in low} >= {"2.5"}
    before = [paragraph.text for paragraph in _everything(opened["zh"]) if "PM2.5" in paragraph.text]
    assert before  # the text is whole, whatever is set low


def _everything(opened):
    yield from opened.paragraphs
    for table in opened.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from cell.paragraphs


@pytest.mark.parametrize(
    ("text", "low"),
    [("PM2.5年均浓度", ["2.5"]), ("（PM10）", ["10"]), ("CO2、SO2、O3、NOx", ["2", "2", "3", "x"]), ("N2O和CH4", ["2", "4"]), ("CO₂ 和 PM₂.₅", ["2", "2.5"]),
     ("CO2e", ["2"]), ("COP15", []), ("PM2.50", []), ("O365", []), ("2.5%", []), ("m³", []), ("NO2024", []), ("H12", [])],
)  # fmt: skip
def test_what_is_set_low(text, low):
    found = list(formulas.pieces(text))
    assert [piece for piece, is_low in found if is_low] == low
    assert "".join(piece for piece, _ in found) == formulas.levelled(text)


def test_missing_values_sources_and_sentences_stand_where_they_belong(opened):
    notes = _styled(opened["zh"], "Figure Note")
    assert "注：空心条带“约”。" in notes
    assert "未列入：达标比例（来源缺失）。" in notes
    assert _styled(opened["zh"], "Reference") == ["[1]\t测试署. 测试公报2023[R]. (2024-01-15)."]
    assert "PM2.5年均浓度为30微克/立方米。" in _styled(opened["zh"], "Body Text")
    assert "达标比例" in [cell.text for cell in opened["zh"].tables[-1].columns[0].cells]


@pytest.mark.parametrize("signed", [False, True])
def test_the_head_says_what_is_not_reviewed(tmp_path, signed):
    release = Release("ab" * 32, (("初审", "2024-05-01"),)) if signed else None
    data = document.docx_bytes(office.material(tmp_path, release=release), "zh")
    opened = docx.Document(io.BytesIO(data))
    head = opened.sections[0].header.paragraphs[0].text
    assert ("送审稿" in head) is not signed
    assert "示范文本，非官方来源" in head
    assert "PAGE" in opened.sections[0].footer._element.xml
    whole = "\n".join(paragraph.text for paragraph in opened.paragraphs)
    assert ("送审稿" in whole) is not signed
    assert ("审校：初审（2024年5月1日）" in whole) is signed


def test_several_sources_of_one_value_stand_in_one_row_and_a_label_stands_once(tmp_path):
    both = [support.source(), editions.SECOND]
    made = [
        *office.series("pm25_annual_mean", [(2022, 29), (2023, 30)]),
        *office.series("pm25_annual_mean", [(2023, 30)], source_id="src-b"),
    ]
    opened = docx.Document(
        io.BytesIO(document.docx_bytes(office.material(tmp_path, made, cards=(), sources=tuple(both)), "zh"))
    )
    rows = [[cell.text for cell in row.cells] for row in opened.tables[0].rows]
    assert rows[1:] == [["PM2.5年均浓度", "2022年", "29", "[1]"], ["PM2.5年均浓度", "2023年", "30", "[1][2]"]]
    merges = [row._tr.tc_lst[0].tcPr.find(qn("w:vMerge")) for row in opened.tables[0].rows]
    assert [one is not None for one in merges] == [False, True, True]


def test_targets_and_results_are_in_different_tables(tmp_path):
    made = [
        *office.series("pm25_annual_mean", [(2023, 30)]),
        *office.series("pm25_annual_mean", [(2025, 28)], kind="target", qualifier="at_most"),
    ]
    opened = docx.Document(io.BytesIO(document.docx_bytes(office.material(tmp_path, made, cards=()), "zh")))
    assert [text.split("　")[1] for text in _styled(opened, "Caption")][:2] == [
        "污染防治主要指标（全国）",
        "污染防治主要目标（全国）",
    ]
    assert opened.tables[1].rows[1].cells[2].text == "不超过28"


def test_the_same_material_is_the_same_bytes_without_a_clock(data, made):
    for language in LANGUAGES:
        assert document.docx_bytes(made, language) == data[language]
        with zipfile.ZipFile(io.BytesIO(data[language])) as package:
            assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert package.namelist()[0] == "[Content_Types].xml"
            assert not [name for name in package.namelist() if "thumbnail" in name]
        core = office.part(data[language], "docProps/core.xml")
        assert set(re.findall(r"\d{4}-\d{2}-\d{2}T[\d:]+Z", core)) == {"2024-06-05T00:00:00Z"}
        assert "python-docx" not in core


def test_rewriting_an_archive_keeps_every_part():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("b.xml", "b")
        package.writestr("[Content_Types].xml", "c")
    assert office.parts(archive.rewritten(out.getvalue())) == ["[Content_Types].xml", "b.xml"]
    assert office.part(archive.rewritten(out.getvalue()), "b.xml") == "b"


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_reader_reads_it(data, language):
    text = read_docx(data[language], where="edition.docx").text
    assert "12.13亿千瓦" in text if language == "zh" else "1.213 billion kW" in text
    assert "PM2.5" in text


@pytest.mark.parametrize(
    ("line", "found"),
    [("浓度为31微克", ["31"]), ("图 9　标题", ["9"]), ("来源[7]", ["7"]), ("下降61%", ["61"]), ("2019年", ["2019"]), ("PM2.6", ["2.6"]), ("CO7", ["7"]),
     ("数值\t31", ["31"])],
)  # fmt: skip
def test_a_numeral_that_nobody_states_is_found(made, line, found):
    allowed = {"图 9　标题": []}  # the number of a figure is its field's; only its place in the line tells it
    assert [numeral for numeral, _ in check.unsourced([line], made, "zh")] == allowed.get(line, found)


@pytest.mark.parametrize(
    "line",
    [
        "浓度为30微克/立方米",
        "表 1　变化",
        "来源[1]",
        "下降60%",
        "2013—2022年",
        "PM2.5年均浓度",
        "测试公报2023",
        "CO₂排放",
        "2024年6月5日",
        "",
    ],
)
def test_what_is_stated_passes(made, line):
    assert check.unsourced([line], made, "zh") == []


def test_a_card_with_a_number_of_its_own_stops_the_stage(tmp_path):
    made = office.material(tmp_path)
    card = dataclasses.replace(made.cards[0], title={"zh": "十年下降77%", "en": "Down 77%"})
    with pytest.raises(StageError, match="prints what no observation, period or name holds: '77' in"):
        document.docx_bytes(dataclasses.replace(made, cards=(card,)), "zh")
    alone = dataclasses.replace(made.cards[0], alt={"zh": "下降77%", "en": "Down 77%"})
    with pytest.raises(StageError, match="'77' in 'Down 77%'"):
        document.docx_bytes(dataclasses.replace(made, cards=(alone,)), "en")


def test_a_source_cannot_write_markup(tmp_path):
    hostile = support.source(title="<w:p>&\u202e{{7*7}}]]>")
    data = document.docx_bytes(office.material(tmp_path, sources=(hostile,)), "zh")
    opened = docx.Document(io.BytesIO(data))
    assert "<w:p>&[U+202E]{{7*7}}]]>" in _styled(opened, "Reference")[0]


def test_libreoffice_lays_it_out(data, tmp_path):
    if not shutil.which("soffice"):
        pytest.skip("needs LibreOffice")
    import pypdfium2

    for language in LANGUAGES:
        (tmp_path / f"{language}.docx").write_bytes(data[language])
        subprocess.run(
            ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf",
             "--outdir", str(tmp_path), str(tmp_path / f"{language}.docx")], check=True, capture_output=True, timeout=180,
        )  # fmt: skip
        pages = pypdfium2.PdfDocument((tmp_path / f"{language}.pdf").read_bytes())
        texts = [page.get_textpage().get_text_range() for page in pages]
        for number, text in enumerate(texts, 1):
            assert ("送审稿" if language == "zh" else "For review") in text
            assert re.search(rf"第\s*{number}\s*页" if language == "zh" else rf"Page {number}", text)


@pytest.mark.parametrize(
    ("period", "value", "wider"),
    [("截至2023年12月31日", "10个", "period"), ("2022年", "不超过28微克/立方米", "value")],
)
def test_a_column_is_as_wide_as_its_longest_text(period, value, wider):
    names = ("label", "place", "period", "value", "source")
    row = {"label": "指标", "place": "全国", "period": period, "value": value, "source": "[1]"}
    widths = dict(zip(names, tables._widths(names, [row], "zh"), strict=True))
    assert widths[wider] > styles.width_cm(row[wider], 9)
    assert widths[wider] == max(width for name, width in widths.items() if name not in ("label",))
    assert sum(widths.values()) == pytest.approx(styles.WIDTH_CM)


def test_labels_keep_their_room_when_every_column_is_full():
    names = ("label", "place", "period", "value", "source")
    row = dict.fromkeys(names, "很长的内容很长的内容很长的内容")
    widths = tables._widths(names, [row], "zh")
    assert widths[0] >= 4.2
    assert sum(widths) == pytest.approx(styles.WIDTH_CM)
