"""Word documents: what a person reads in them is in the layer, once and at its place; what is not read is told."""

import io
import itertools
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_docx_support import archive, box, cell, document_xml, docx, field, note, paragraph, row, run, table, up

from qingshan.extract import Extractor
from qingshan.model import InputError
from qingshan.readers import archive as archive_reader
from qingshan.readers import docx_tables, ooxml
from qingshan.readers.choose import read_source
from qingshan.registry import load_vocabulary


def _read(data, name="a.docx"):
    return read_source(data, where=name, name=name)


def _text(*blocks, **parts):
    return _read(docx(*blocks, **parts)).text


def _change(tag, *runs):
    return f'<w:{tag} w:id="9" w:author="a" w:date="2024-01-01T00:00:00Z">{"".join(runs)}</w:{tag}>'


def _deleted(text):
    return _change("del", f'<w:r><w:delText xml:space="preserve">{text}</w:delText></w:r>')


HIDDEN = "<w:vanish/>"


CONTROL = "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>"


def _planted(control=CONTROL):
    """Fifty figures in all the places of a document, each with its place: figure -> place; and the document."""
    at = {}
    counter = itertools.count(1)

    def plant(place):
        number = next(counter)
        figure = f"{number * 137 % 900 + 100}.{number:02d}万吨"
        at[figure] = place
        return figure

    def say(place):
        return f"排放量为{plant(place)}。"

    blocks = [paragraph(f"第一节 总量{plant('paragraph 1')}", style="1")]
    blocks += [paragraph(say(f"paragraph {n}")) for n in range(2, 8)]
    blocks.append("<w:p/>")
    broken = plant("paragraph 8")
    blocks.append(paragraph("产量为", *(run(char) for char in broken), "。"))  # every character a run of its own
    blocks.append(paragraph("新增", _change("ins", run(plant("paragraph 9"))), _deleted("777.77万吨"), "。"))
    blocks.append(
        paragraph("移入", _change("moveTo", run(plant("paragraph 10"))), _change("moveFrom", run("888.88万吨")))
    )
    blocks.append(paragraph("见", f'<w:hyperlink w:anchor="x">{run(plant("paragraph 11"))}</w:hyperlink>', "。"))
    blocks.append(paragraph("共", field("= 666.66", plant("paragraph 12")), "。"))
    blocks.append(paragraph("共", f'<w:fldSimple w:instr="= 1">{run(plant("paragraph 13"))}</w:fldSimple>', "。"))
    blocks.append(control.format(paragraph("其中" + plant("paragraph 14"))))
    blocks.append(paragraph("其中", control.format(run(plant("paragraph 15")))))
    blocks.append(paragraph("隐去", run("999.99万吨", HIDDEN), "的是", plant("paragraph 16"), "。"))
    blocks.append(paragraph("标注", plant("paragraph 17"), note(2), "；另有", plant("paragraph 17"), up("5"), "。"))
    blocks.append(paragraph("尾注", plant("paragraph 18"), note(2, "endnote"), "和", note(3), "。"))
    blocks.append(paragraph(run("第一行") + "<w:r><w:br/></w:r>" + run(f"第二行{plant('paragraph 19')}")))
    boxed = paragraph(say("text box 1")), paragraph(say("text box 1"))
    blocks.append(paragraph(f"框外{plant('paragraph 20')}", box(*boxed)))
    blocks.append(paragraph("表1 各市排放量", style="a8"))  # paragraph 21
    plain = [row("地区", "排放量", "占比", header=True)]
    plain += [row(f"市{n}", *(plant(f"table 1, row {n}, column {k}") for k in (2, 3))) for n in (2, 3, 4)]
    blocks.append(table(*plain))
    blocks.append(paragraph(say("paragraph 22")))
    wide = '<w:gridSpan w:val="2"/>'
    merged = [
        row(cell("地区", properties='<w:vMerge w:val="restart"/>'), cell("排放", properties=wide), header=True),
        row(cell(properties="<w:vMerge/>"), "甲", "乙", header=True),
        row("东部", cell(plant("table 2, row 3, column 2"), properties=wide)),
        row(
            cell("西部", properties='<w:vMerge w:val="restart"/>'),
            *(plant(f"table 2, row 4, column {k}") for k in (2, 3)),
        ),
        row(cell(properties="<w:vMerge/>"), *(plant(f"table 2, row 5, column {k}") for k in (2, 3))),
    ]
    blocks.append(table(*merged))
    nested = table(
        row("丙", plant("table 4, row 1, column 2")), row("丁", plant("table 4, row 2, column 2")), columns=2
    )
    outer = row("表中表", cell(paragraph(f"甲{plant('table 3, row 1, column 2')}"), paragraph("乙"), nested, "<w:p/>"))
    blocks.append(paragraph(say("paragraph 23")))
    blocks.append(table(outer, columns=2))
    blocks.append(paragraph(say("paragraph 24")))
    frame = cell(paragraph(f"专栏1 {plant('table 5, row 1')}"), paragraph(say("table 5, row 1")))
    blocks.append(table(row(frame), columns=1))
    blocks += [paragraph(say(f"paragraph {n}")) for n in range(25, 28)]
    footnotes = {2: f"脚注{plant('footnote 1')}", 3: f"又一注{plant('footnote 2')}", 4: "没有引用的注555.55万吨"}
    endnotes = {2: f"尾注文{plant('endnote 1')}"}
    last = itertools.count(28)
    while len(at) < 50:
        blocks.append(paragraph(say(f"paragraph {next(last)}")))
    return at, docx(*blocks, footnotes=footnotes, endnotes=endnotes)


UNREAD = ("777.77", "888.88", "999.99", "666.66", "555.55")


def _check_planted(at, source):
    for figure, place in at.items():
        assert source.text.count(figure) == 1, figure
        assert source.place(source.text.index(figure)) == place, figure
    assert not [figure for figure in UNREAD if figure in source.text]
    grids = {grid.name: grid for grid in source.grids}
    for figure, place in at.items():
        if not re.match(r"table [1-4],", place):
            continue
        name, cell_name = place.split(", ", 1)
        cells = [cell for cell in grids[name].cells if figure in source.text[cell.start : cell.end]]
        assert [cell.name for cell in cells] == [cell_name]
    assert list(grids) == ["table 1", "table 2", "table 3", "table 4"]
    _check_offsets(source)


def _check_offsets(source):
    """What a layer promises: sorted places, cells inside their grids, grids and what is set aside apart."""
    assert [place.start for place in source.places] == sorted({place.start for place in source.places})
    last = 0
    for grid in source.grids:
        assert last <= grid.start <= grid.end <= len(source.text)
        last, at = grid.end, grid.start
        lines = source.text[grid.start : grid.end].split("\n")
        assert len(lines) > max(one.row for one in grid.cells)
        for one in grid.cells:
            assert at <= one.start <= one.end <= grid.end
            at = one.end
            text = source.text[one.start : one.end]
            assert "\t" not in text
            assert "\n" not in text
            assert lines[one.row].split("\t")[one.column] == text


def test_every_planted_figure_comes_back_once_at_its_place():
    at, data = _planted()
    source = _read(data)
    assert len(at) == 50
    _check_planted(at, source)
    assert source == _read(data)
    assert (source.reader, source.encoding) == ("qingshan docx", "")
    assert source.notes == (
        "Tracked changes are read as accepted: 2 insertions are in, 2 deletions are out.",
        "Not read: 8 hidden characters.",
    )


@pytest.mark.parametrize("filters", [["docx:MS Word 2007 XML"], ["odt", "docx:MS Word 2007 XML"]], ids=["docx", "odt"])
def test_the_same_figures_come_back_from_a_file_that_libreoffice_wrote(filters, tmp_path):
    soffice = shutil.which("soffice")
    if not soffice:
        pytest.skip("no LibreOffice (soffice) on this machine")
    at, data = _planted(control="{}")  # LibreOffice writes the text of content controls several times
    path = tmp_path / "planted.docx"
    path.write_bytes(data)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    for step, form in enumerate(filters):
        folder = tmp_path / str(step)
        command = [soffice, profile, "--headless", "--convert-to", form, "--outdir", folder, path]
        subprocess.run(command, check=True, capture_output=True, timeout=240)
        path = folder / f"planted.{form.partition(':')[0]}"
    data = path.read_bytes()
    source = _read(data)
    _check_planted(at, source)
    assert source == _read(data)


def test_reading_figures_of_a_document_gives_them_with_their_places():
    at, data = _planted()
    source = _read(data)
    registry = Path(__file__).parents[2] / "data/registry"
    found = Extractor(load_vocabulary(registry)).extract_source(source, "a").figures
    placed = {figure.text: figure.locator for figure in found}
    prose = {figure: place for figure, place in at.items() if not place.startswith("table")}
    assert prose.items() <= placed.items()


def test_superscripts_are_note_marks_powers_or_parts_of_units():
    for before, raised, behind, shown in (
        ("比例60.6%", "2", "，", "比例60.6%[2]，"),
        ("面积12", "3", "。", "面积12[3]。"),
        ("全国", "1,2", "均", "全国[1,2]均"),
        ("全国", "[83]", "60.6%", "全国[83]60.6%"),
        ("全国", "（1）", "60.6%", "全国[1]60.6%"),
        ("全国[", "7", "]均", "全国[7]均"),
        ("GDP", "2", "增长", "GDP[2]增长"),
        ("30μg/m", "3", "，", "30μg/m3，"),
        ("12万km", "2", "。", "12万km2。"),
        ("30μg·m", "-3", "。", "30μg·m-3。"),
        ("12微克/米", "3", "。", "12微克/米3。"),
        ("SO", "2", "浓度", "SO2浓度"),
        ("R", "2", "为0.9", "R2为0.9"),
        ("12×10", "4", "吨", "12×10⁴吨"),
        ("1.2×10", "-3", "。", "1.2×10⁻³。"),
        ("（10", "4", "t）", "（10⁴t）"),
        ("为10", "2", "。", "为10[2]。"),
        ("铯", "137", "Cs活度", "铯137Cs活度"),
        ("第1", "st", "次", "第1st次"),
        ("平方米", "2", "。", "平方米[2]。"),
    ):
        assert _text(paragraph(before, up(raised), behind)) == shown + "\n"


def test_subscripts_and_raised_styles():
    low = run("2.5", '<w:vertAlign w:val="subscript"/>')
    styled = run("6", '<w:rStyle w:val="up2"/>')
    assert _text(paragraph("PM", low, "降5%", styled)) == "PM2.5降5%[6]\n"
    for position, size, shown in (
        ("8", "19", "降5%[6]"),
        ("6", "", "降5%[6]"),
        ("3", "28", "降5%6"),
        ("-8", "19", "降5%6"),
    ):
        by_points = f'<w:position w:val="{position}"/>' + (f'<w:sz w:val="{size}"/>' if size else "")
        assert _text(paragraph("降5%", run("6", by_points))) == f"{shown}\n"
    assert _text(paragraph(up("6"))) == "6\n"
    level = run("6", '<w:rStyle w:val="up"/><w:vertAlign w:val="baseline"/>')
    assert _text(paragraph("降5%", level)) == "降5%6\n"


def test_formulas_keep_their_powers_and_fractions():
    power = "<m:sSup><m:e><m:r><m:t>×10</m:t></m:r></m:e><m:sup><m:r><m:t>4</m:t></m:r></m:sup></m:sSup>"
    part = "<m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>3</m:t></m:r></m:den></m:f>"
    text = _text(
        paragraph("量", f"<m:oMath><m:r><m:t>1.2</m:t></m:r>{power}</m:oMath>", "吨，占", f"<m:oMath>{part}</m:oMath>")
    )
    assert text == "量1.2×10⁴吨，占1/3\n"


def test_breaks_inside_a_paragraph_join_chinese_and_part_words():
    br = "<w:r><w:br/></w:r>"
    assert (
        _text(paragraph("环境", br, "质量", br, br, "升12", " ", br, "34 GW", br, "wind"))
        == "环境质量升12 34 GW wind\n"
    )
    assert _text(paragraph(run("a\u2028b"), "<w:r><w:tab/></w:r>", run("c"))) == "a b\tc\n"
    assert (
        _text(paragraph("<w:r><w:t> 升 </w:t></w:r>", "<w:r><w:noBreakHyphen/><w:softHyphen/></w:r>", "5")) == "升-5\n"
    )


def test_symbols_of_units_stand_and_pictures_of_signs_are_told():
    sign = '<w:r><w:sym w:font="{}" w:char="{}"/></w:r>'
    source = _read(docx(paragraph("30", sign.format("Symbol", "F06D"), "g", sign.format("Wingdings", "F0FE"), "好")))
    assert source.text == "30μg□好\n"
    assert source.notes == ("Not read: 1 signs of a picture font (each stands as □).",)


def test_what_a_person_does_not_see_is_out_and_told():
    ruby = f"<w:r><w:ruby><w:rt>{run('12lǜ')}</w:rt><w:rubyBase>{run('绿')}</w:rubyBase></w:ruby></w:r>"
    prompt = f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('点击输入99')}</w:sdtContent></w:sdt>"
    comment = '<w:r><w:commentReference w:id="1"/></w:r>'
    source = _read(
        docx(
            paragraph(
                ruby, "色", prompt, run("藏8", '<w:rStyle w:val="gone"/>'), run("显", '<w:vanish w:val="0"/>'), comment
            ),
            extra={
                "word/comments.xml": document_xml(paragraph("批注55")),
                "word/header1.xml": document_xml(paragraph("页眉66")),
            },
        )
    )
    assert source.text == "绿色显\n"
    assert source.notes == ("Not read: 2 hidden characters.",)


def test_a_field_that_is_never_closed_swallows_no_later_paragraph():
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>IF 1</w:instrText></w:r>'
    inside = f"{begin}{field('X', '7')}"
    assert _text(paragraph("甲", begin, "乙"), paragraph("丙5")) == "甲\n丙5\n"
    assert _text(paragraph("甲", inside), paragraph("丙5")) == "甲\n丙5\n"


def test_a_deleted_paragraph_end_joins_two_paragraphs():
    gone = "<w:p><w:pPr><w:rPr><w:del w:id='1' w:author='a'/></w:rPr></w:pPr>{}</w:p>"
    assert _text(gone.format(run("产量12")), paragraph("万吨"), paragraph("乙")) == "产量12万吨\n乙\n"
    assert _text(gone.format(_deleted("全删")), paragraph("乙"), gone.format(run("末"))) == "乙\n末\n"
    assert _text(table(row(cell(gone.format(run("1")), paragraph("2")), "x"))) == "12\tx\n"


def test_tables_of_contents_are_set_aside_and_nothing_after_an_open_one():
    open_field = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    code = "<w:r><w:instrText> TOC \\o </w:instrText></w:r>"
    source = _read(
        docx(
            paragraph(open_field.format("begin"), code, open_field.format("separate"), "总论<w:r/>", "\t12"),
            paragraph("分论", "\t13", style="11"),
            paragraph("正文增长12%。"),
        )
    )
    assert [source.text[start:end] for start, end in source.set_aside] == ["总论\t12\n分论\t13\n"]


def test_captions_with_the_line_of_units_between():
    for above, caption in (
        (["表3 排放量"], "表3 排放量"),
        (["表3 排放量", "单位：万吨"], "表3 排放量\n单位：万吨"),
        (["正文。", "（单位：万吨）"], "（单位：万吨）"),
        (["附表一 排放量"], "附表一 排放量"),
        (["表明12家企业达标。"], ""),
        (["表3 显示，2023年排放12万吨。"], ""),
        (["表3 排放量", "正文。"], ""),
    ):
        source = _read(docx(*map(paragraph, above), table(row("a", "b"))))
        start, end = source.grids[0].caption
        assert source.text[start:end] == caption
    source = _read(docx(paragraph("各市排放", style="a8"), table(row("a", "b")), table(row("c", "d"))))
    assert [source.text[slice(*grid.caption)] for grid in source.grids] == ["各市排放", ""]
    picture = _read(docx(paragraph("图3 排放", style="a8"), table(row("a", "b"))))
    assert picture.grids[0].caption == (0, 0)


def test_spans_and_headings_of_a_grid():
    wide, down, on = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    late = row("x", "y", "z", header=True)
    source = _read(
        docx(
            table(
                row(cell("市", properties=down), cell("量", properties=wide), header=True),
                row(cell("不见", properties=on), "甲", "乙", header=True),
                row("东", "1", "2"),
                late,
            )
        )
    )
    cells = {source.text[cell.start : cell.end]: cell for cell in source.grids[0].cells}
    assert source.text == "市\t量\t\n\t甲\t乙\n东\t1\t2\nx\ty\tz\n"
    assert (cells["市"].row_span, cells["量"].column_span, cells["甲"].column) == (2, 2, 1)
    assert [text for text, cell in cells.items() if cell.is_header] == ["市", "量", "甲", "乙"]
    _check_offsets(source)


def test_rows_that_begin_further_right_or_are_deleted():
    shifted = f'<w:tr><w:trPr><w:gridBefore w:val="1"/><w:gridAfter w:val="1"/></w:trPr>{cell("5")}</w:tr>'
    gone = f"<w:tr><w:trPr><w:del w:id='1'/></w:trPr>{cell('7')}{cell('8')}</w:tr>"
    source = _read(docx(table(row("a", "b", "c"), gone, shifted)))
    assert source.text == "a\tb\tc\n\t5\t\n"
    assert source.place(source.text.index("5")) == "table 1, row 2, column 2"
    _check_offsets(source)


def test_a_text_box_in_a_cell_stands_after_its_table():
    source = _read(docx(table(row(cell(paragraph("甲", box(paragraph("框12")))), "乙")), paragraph("后")))
    assert source.text == "甲\t乙\n框12\n后\n"
    assert source.place(source.text.index("框")) == "text box 1"


def test_strict_documents_are_read_as_transitional_ones_are():
    strict = document_xml(paragraph("产量12万吨")).replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    assert _read(docx(document=strict)).text == "产量12万吨\n"


def test_a_document_by_python_docx():
    library = pytest.importorskip("docx", reason="python-docx, a second writer, is not installed")
    document = library.Document()
    document.add_heading("年报", 1)
    document.add_paragraph("第一项12家", style="List Number")
    grid = document.add_table(3, 3)
    grid.cell(0, 0).merge(grid.cell(1, 0)).text = "市"
    grid.cell(0, 1).merge(grid.cell(0, 2)).text = "量"
    grid.cell(2, 2).text = "5\n6"
    document.sections[0].header.paragraphs[0].text = "页眉77"
    out = io.BytesIO()
    document.save(out)
    source = _read(out.getvalue())
    assert source.text == "年报\n第一项12家\n市\t量\t\n\t\t\n\t\t5 6\n"
    assert source.place(source.text.index("5 6")) == "table 1, row 3, column 3"
    assert any("Headers and footers" in told for told in source.notes)
    _check_offsets(source)


LAUGHS = '<!DOCTYPE x [<!ENTITY a "哈哈哈哈">' + "".join(
    f'<!ENTITY {chr(98 + k)} "{f"&{chr(97 + k)};" * 10}">' for k in range(12)
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
SOUND = docx(paragraph("产量12万吨"))


def _hostile(doctype, entity):
    return docx(document=document_xml(paragraph(f"&{entity};")).replace("<w:document", f"{doctype}]><w:document", 1))


def _locked():
    data = bytearray(SOUND)
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "an empty file"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "password-protected.*without"),
        (OLE + "WordDocument".encode("utf-16-le"), r"old Office file.*save it as \.docx"),
        (_locked(), "password-protected"),
        (b"%PDF-1.7\n", "a PDF file"),
        (b"{\\rtf1", "an RTF document"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html><html>", r"web page \(.html\)"),
        (b"<html xmlns:o='x'>", r"web page \(.html\)"),
        (b"MIME-Version: 1.0\n", "web page with its pictures"),
        ("产量12万吨".encode(), "found plain text"),
        (archive({"a.txt": "x"}), "found a zip archive,"),
        (archive({"xl/workbook.xml": "<x/>"}), r"a workbook \(.xlsx\)"),
        (archive({"word/document.xml": "<x/>", "../a": "x"}), "a member named"),
        (archive({"word/document.xml": "<x/>", "C:\\a": "x"}), "a member named"),
        (SOUND[:-30], "zip archive that cannot be read"),
        (docx(document="<w:document"), "damaged XML"),
        (docx(document=document_xml()[:-9]), "damaged XML"),
        (docx(), "document without text"),
        (docx(document=" " * 30_000_000), "swells"),
        (_hostile(LAUGHS, "m"), "document type"),
        (_hostile(OUTSIDE, "a"), "document type"),
        (docx(paragraph("x"), extra={"word/styles.xml": f"{LAUGHS}]><x>&m;</x>"}), "document type"),
        (docx("<w:ins>" * 400 + paragraph("x") + "</w:ins>" * 400), "too deep"),
        (docx(table(row(cell("1", properties='<w:gridSpan w:val="99999999"/>'), "2"))), "columns"),
    ],
    ids=range(24),
)
def test_what_is_no_sound_document_is_refused_with_what_to_do(data, message):
    with pytest.raises(InputError, match=f"(?s){message}") as caught:
        _read(data)
    assert caught.value.problems[0].where.startswith("a.docx")


def test_limits_hold_by_reading(monkeypatch):
    many = docx(*[paragraph("x")] * 2000)
    with monkeypatch.context() as limits:
        limits.setattr(ooxml, "MAX_ELEMENTS", 3000)
        with pytest.raises(InputError, match="too many elements"):
            _read(many)
    with monkeypatch.context() as limits:
        limits.setattr(ooxml, "MAX_AT_ONCE", 1000)
        assert _read(many).text.count("x") == 2000
        with pytest.raises(InputError, match="too many elements"):
            _read(docx(f"<w:sdt><w:sdtContent>{paragraph('x') * 2000}</w:sdtContent></w:sdt>"))
    with monkeypatch.context() as limits:
        limits.setattr(docx_tables, "MAX_CHARACTERS", 1000)
        wide = cell("1", properties='<w:gridSpan w:val="900"/>')
        with pytest.raises(InputError, match="characters"):
            _read(docx(table(row(wide, "2"), row("3", "4"), row(wide, "2"))))
    with monkeypatch.context() as limits:
        limits.setattr(archive_reader, "MAX_MEMBERS", 3)
        with pytest.raises(InputError, match="members"):
            _read(SOUND)
    with monkeypatch.context() as limits:
        limits.setattr(archive_reader, "MAX_INFLATED", 100)
        with pytest.raises(InputError, match="swells"):
            _read(SOUND)


def test_elements_deep_in_each_other_are_read_up_to_the_limit():
    inner = paragraph("底12")
    for _ in range(60):
        inner = table(row(cell(inner, "<w:p/>"), "x"), columns=2)
    source = _read(docx(inner))
    assert source.text.count("底12") == 1
    boxes = paragraph("底12")
    for _ in range(12):
        boxes = paragraph(box(boxes).partition("<mc:Fallback>")[0] + "</mc:AlternateContent></w:r>")
    assert _read(docx(boxes)).place(12) == "text box 12"


def test_a_name_for_another_kind_of_file_is_told_by_the_text_reader():
    with pytest.raises(InputError, match=r"zip file, as \.docx"):
        _read(SOUND, "a.txt")


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_damage_gives_a_layer_or_a_clear_error(data):
    with zipfile.ZipFile(io.BytesIO(SOUND)) as handle:
        members = {name: handle.read(name) for name in handle.namelist()}
    name = data.draw(st.sampled_from(sorted(members)))
    content = bytearray(members[name])
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        source = _read(archive({**members, name: bytes(content)}))
    except InputError:
        return
    _check_offsets(source)


_WORDS = st.text("环境12.%吨 \t[]", max_size=6)
_CELLS = st.builds(
    cell,
    _WORDS,
    _WORDS,
    properties=st.sampled_from(
        [
            "",
            '<w:gridSpan w:val="2"/>',
            '<w:vMerge w:val="restart"/>',
            "<w:vMerge/>",
            "<w:hMerge/>",
            '<w:gridSpan w:val="x"/>',
        ]
    ),
)
_ROWS = st.builds(lambda cells, header: row(*cells, header=header), st.lists(_CELLS, max_size=4), st.booleans())


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.builds(paragraph, _WORDS) | st.builds(lambda rows: table(*rows), st.lists(_ROWS, max_size=4)), max_size=6
    )
)
def test_any_document_keeps_its_offsets(blocks):
    source = _read(docx(paragraph("一"), *blocks))
    _check_offsets(source)
    assert source.text.endswith("\n")
