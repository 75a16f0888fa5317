"""PDF files made here, by typst and LibreOffice and byte by byte: what is read of them, and what is refused."""

from __future__ import annotations

import shutil
import subprocess
import zlib
from pathlib import Path

import pytest

from qingshan.extract import Extractor
from qingshan.model import InputError, SourceText
from qingshan.readers import pdf
from qingshan.readers.choose import read_source
from qingshan.registry import load_vocabulary

pytest.importorskip("pypdfium2")

HEAD = '#set page(paper:"a4",margin:2.5cm,header:[区域环境简报 增长99.9% #h(1fr) 示例],numbering:"— 1 —")\n' + (
    '#set text(font:"Noto Sans SC",size:10.5pt,lang:"zh",region:"cn")\n'
    "#set par(justify:true,first-line-indent:(amount:2em,all:true))\n"
)
ONE = (
    "青山市全年空气质量优良天数比例为87.3%，同比上升1.4个百分点；细颗粒物（PM#sub[2.5]）年均浓度为28微克/立方米"
    "#footnote[与上年相比，重点城市臭氧浓度为141微克/立方米，同比下降2.1%。]，同比下降6.7%。可吸入颗粒物（PM#sub[10]）年均浓度为"
    "49μg/m#super[3]，二氧化硫排放总量为12,345.6吨，其中工业源占63.5%#super[2]。全市造林面积达到21.7万亩，湿地保护率达到"
    "55.2%，完成投资3.46亿元，新建污水管网1,208公里，日处理能力达到152万立方米，惠及人口314万人，湖泊面积为118km#super[2]。"
)
LEFT = (
    "全市地表水优良断面比例为91.6%，同比提高2.3个百分点，劣Ⅴ类断面比例为0.4%。县级及以上城市集中式饮用水水源水质达标率为"
    "99.1%。全年整治黑臭水体37条，修复河湖岸线426公里，新增再生水利用能力18.5万立方米/日。近岸海域优良水质面积比例为82.9%，"
    "同比上升0.6个百分点。入河排污口整治完成率为76.8%。全市农村生活污水治理率为45.3%，规模化养殖场粪污处理设施配套率达到97.4%。"
)
RIGHT = (
    "地下水质量Ⅴ类水比例控制在22.6%以内。全市土壤环境质量总体稳定，受污染耕地安全利用率为93.7%，重点建设用地安全利用得到有效保障。"
    "一般工业固体废物综合利用率为68.2%，畜禽粪污综合利用率为83.1%。"
)
LONG = "全市持续开展生态保护修复工程，推动产业结构优化调整，完善环境基础设施建设，强化执法监管与科技支撑，不断提升治理水平。"
CROSS = "全市能耗强度下降{0}.{1}%，新增绿地面积{0},27{1}.5公顷，公众满意度达到8{1}.{0}%。"
TABLE = (
    "表1 各县区主要指标\n\n单位：吨\n#table(columns:4,table.cell(rowspan:2)[县区],table.cell(colspan:2)[排放量],"
    "table.cell(rowspan:2)[降幅],[化学需氧量],[氨氮],[东山县],[1,021.5],[88.4],[5.1],[西河区],[2,310.8],[120.6],[7.9])\n\n"
)
THREE_LINES = (
    "表2 能源消费情况\n#table(columns:(2fr,1fr,1fr),stroke:none,align:(left,right,right),table.hline(),[指标],[2022年],[2023年],"
    "table.hline(),[煤炭消费量（万吨）],[512.3],[498.7],[天然气消费量（亿立方米）],[6.61],[7.02],table.hline())\n\n"
)

# value and unit of every planted figure, in order, by page
FIRST_PAGE = (
    *(
        "87.3%",
        "1.4个百分点",
        "28微克/立方米",
        "6.7%",
        "49μg/m3",
        "12,345.6吨",
        "63.5%",
        "21.7万亩",
        "55.2%",
        "3.46亿元",
    ),
    *("1,208公里", "152万立方米", "314万人", "118km2"),
    *(
        "91.6%",
        "2.3个百分点",
        "0.4%",
        "99.1%",
        "37条",
        "426公里",
        "18.5万立方米/日",
        "82.9%",
        "0.6个百分点",
        "76.8%",
        "45.3%",
        "97.4%",
    ),
    *("22.6%", "93.7%", "68.2%", "83.1%"),
)


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor(load_vocabulary(Path(__file__).parents[2] / "data" / "registry"))


def typeset(source: str) -> bytes:
    typst = pytest.importorskip("typst")
    fonts = Path(pytest.importorskip("zhplot").__file__).parent / "fonts"
    return typst.compile(source.encode(), font_paths=[str(fonts)], ignore_system_fonts=True)


def read(data: bytes, name: str = "r.pdf") -> SourceText:
    return read_source(data, where=name, name=name)


def refused(data: bytes, name: str = "r.pdf") -> str:
    with pytest.raises(InputError) as error:
        read(data, name)
    problem = error.value.problems[0]
    assert problem.where == name
    assert all((problem.found, problem.expected, problem.remedy))
    assert "Traceback" not in str(problem)
    return str(problem)


# ---------------------------------------------------------------- what is read


@pytest.fixture(scope="module")
def report_pdf() -> bytes:
    columns = f"#columns(2,gutter:2em)[{LEFT}#colbreak()\n{RIGHT}]\n\n"
    many = "".join(LONG + CROSS.format(n, n % 7 + 1) for n in range(1, 31))
    return typeset(f"{HEAD}= 第一章 大气环境\n{ONE}\n\n== 水环境\n{columns}{TABLE}{THREE_LINES}{many}\n\n末段。")


@pytest.fixture(scope="module")
def report(report_pdf: bytes) -> SourceText:
    return read(report_pdf)


def test_figures_name_the_page_they_stand_on(report: SourceText, report_pdf: bytes, extractor: Extractor) -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument(report_pdf)
    pages = ["".join(document[at].get_textpage().get_text_range().split()) for at in range(len(document))]
    figures = [f for f in extractor.extract_source(report, "r").figures if f.text.endswith(".5公顷")]
    assert len(figures) == 30
    held = [[at for at, page in enumerate(pages, 1) if "绿地面积" + figure.text in page] for figure in figures]
    assert sum(map(len, held)) >= 28  # one broken by a page's end is on no page whole
    assert all(not at or figure.locator == f"page {at[0]}" for figure, at in zip(figures, held, strict=True))


def test_every_planted_figure_comes_back_with_its_page(report: SourceText, extractor: Extractor) -> None:
    figures = [f for f in extractor.extract_source(report, "r").figures if not in_grid(report, f.start)]
    wanted = list(FIRST_PAGE)
    for n in range(1, 31):
        m = n % 7 + 1
        wanted += [f"{n}.{m}%", f"{n},27{m}.5公顷", f"8{m}.{n}%"]
    found = [figure.text for figure in figures]
    notes = ["141微克/立方米", "2.1%"]  # the footnote stands after the paragraph it interrupts
    assert [text for text in found if text not in notes] == wanted
    assert [text for text in found if text in notes] == notes
    assert {figure.unit for figure in figures if figure.text in ("49μg/m3", "28微克/立方米")} == {"微克/立方米"}
    assert all(report.text[figure.start : figure.end] == figure.text for figure in figures)
    pages = {figure.locator for figure in figures[: len(FIRST_PAGE)]}
    assert pages == {"page 1"}
    assert {figure.locator for figure in figures} >= {"page 1", "page 2", "page 3"}


def test_no_figure_comes_from_heads_or_page_numbers(report: SourceText, extractor: Extractor) -> None:
    assert [report.text[start:end][:2] for start, end in report.set_aside][:4] == ["区域", "—1", "区域", "—2"]
    assert "99.9%" in report.text
    assert all(figure.text != "99.9%" for figure in extractor.extract_source(report, "r").figures)


def in_grid(source: SourceText, position: int) -> bool:
    return any(grid.start <= position < grid.end for grid in source.grids)


def test_tables_are_grids_with_merged_headings(report: SourceText) -> None:
    ruled, three = report.grids
    shown = {report.text[cell.start : cell.end]: cell for cell in ruled.cells}
    assert (shown["县区"].row_span, shown["排放量"].column_span) == (2, 2)
    assert (shown["氨氮"].row, shown["氨氮"].column) == (1, 2)
    assert (shown["120.6"].row, shown["120.6"].column) == (3, 2)
    assert report.text[slice(*ruled.caption)] == "表1 各县区主要指标"
    assert (ruled.name, three.name) == ("page 1, table 1", "page 1, table 2")
    assert report.text[slice(*three.caption)] == "表2 能源消费情况"
    assert [report.text[cell.start : cell.end] for cell in three.cells if cell.row == 1] == [
        "煤炭消费量（万吨）",
        "512.3",
        "498.7",
    ]


def test_paragraphs_and_note_marks(report: SourceText) -> None:
    lines = report.text.splitlines()
    assert "第一章 大气环境" in lines
    assert "水环境" in lines
    assert any(line.startswith("[1]") and "141微克" in line for line in lines)
    assert "立方米[1]，同比下降6.7%" in report.text
    assert "63.5%[2]。" in report.text
    assert [line[-4:] for line in lines if line.startswith("全市地表水")] == ["7.4%。"[-4:]]
    assert report.notes == ()
    assert report.reader == "pypdfium2"
    assert report.version


def test_the_same_bytes_give_the_same_layer() -> None:
    data = typeset(HEAD + ONE)
    assert read(data) == read(data)


def test_a_page_on_its_side_reads_as_an_upright_one() -> None:
    source = typeset(
        HEAD.replace("margin", "flipped:true,margin") + f"#rotate(90deg,reflow:true)[#box(width:14cm)[{LEFT}{TABLE}]]"
    )
    found = read(source)
    assert LEFT[:60] in found.text.replace("\n", "")
    assert len(found.grids) == 1


def test_slanted_text_is_set_aside() -> None:
    found = read(typeset(HEAD + "#place(center+horizon,rotate(-45deg,text(60pt)[内部88%]))" + LEFT))
    assert "内部88%" in [found.text[start:end] for start, end in found.set_aside]
    assert LEFT in found.text


def test_a_word_that_a_hyphen_parts_at_a_line_end_is_whole_again() -> None:
    words = "The International Renewable Energy Agency and its statisticians "
    source = read(typeset('#set page(width:6cm,height:9cm)\n#set text(lang:"en",hyphenate:true)\n' + words * 3)).text
    assert " ".join(source.split()) == (words * 3).strip()
    assert "well-known words" in read(typeset("#set page(width:12cm)\n碳达峰，well-known words.")).text


def test_a_box_of_running_text_is_no_table() -> None:
    found = read(typeset(f"{HEAD}{LEFT}\n\n#rect(width:100%)[专栏1 监测网络\n\n{RIGHT}]\n\n{LEFT}"))
    assert found.grids == ()
    assert RIGHT in found.text.splitlines()


def test_another_writer_gives_the_same_figures(tmp_path: Path, extractor: Extractor) -> None:
    if not shutil.which("soffice"):
        pytest.skip("LibreOffice (soffice) is not installed: its PDFs are not tested")
    plain = LEFT.replace("\n", "")
    rows = "".join(
        f"<tr><td>{a}</td><td>{b}</td><td>{c}</td></tr>"
        for a, b, c in (("县区", "化学需氧量", "氨氮"), ("东山县", "1,021.5", "88.4"))
    )
    page = (
        '<html><meta charset="utf-8"><body style="font-family:Noto Sans SC;font-size:11pt;text-align:justify">'
        f"<h1>水环境</h1><p>{plain}</p><p>浓度为49μg/m<sup>3</sup>，占63.5%<sup>2</sup>。</p>"
        f'<table border="1" cellspacing="0">{rows}</table><p>{plain}</p></body></html>'
    )
    (tmp_path / "r.html").write_text(page, encoding="utf-8")
    command = ["soffice", "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--convert-to"]
    command += ["pdf:writer_web_pdf_Export", "r.html"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=180, check=False)
    if done.returncode or not (tmp_path / "r.pdf").exists():
        pytest.skip("LibreOffice is installed but converts nothing here")
    found = read((tmp_path / "r.pdf").read_bytes())
    texts = [f.text for f in extractor.extract_source(found, "r").figures if not in_grid(found, f.start)]
    left = FIRST_PAGE[14:26]
    assert texts == [*left, "49μg/m3", "63.5%", *left]
    assert len(found.grids) == 1


# ---------------------------------------------------------------- what is refused


def make(objects: list[bytes]) -> bytes:
    """Write a PDF of objects; the first is the catalog."""
    data, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(data))
    return data + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + end


def stream(data: bytes, more: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (more, len(data), data)


def one_page(content: bytes, *more: bytes, box: bytes = b"[0 0 595 842]", resources: bytes = b"") -> bytes:
    return make(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox%s/Contents 4 0 R/Resources<</Font<</F 5 0 R>>%s>>>>"
            % (box, resources),
            content,
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            *more,
        ]
    )


TEXT = b"BT /F 12 Tf 100 700 Td (rate 85.5 %) Tj ET"
PICTURE = stream(
    b"\x80" * 100, b"/Type/XObject/Subtype/Image/Width 10/Height 10/ColorSpace/DeviceGray/BitsPerComponent 8"
)


def test_a_plain_page() -> None:
    found = read(one_page(stream(TEXT)))
    assert found.text == "rate 85.5 %\n"
    assert found.place(5) == "page 1"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "an empty file"),
        (b"PK\x03\x04" + b"0" * 99, "a zip file"),
        (b"\xff\xd8\xff\xe0", "a JPEG picture"),
        ("一份文字。".encode(), "no PDF"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 9 + b"%%EOF", "a damaged PDF"),
        (one_page(stream(TEXT))[:-20], "cut off"),
        (one_page(stream(b"")), "no text layer"),
    ],
)
def test_what_is_no_readable_pdf_is_refused(data: bytes, said: str) -> None:
    assert said in refused(data)


def test_a_cut_file_is_refused_and_not_read_in_part() -> None:
    data = typeset(HEAD + ONE)
    for part in (0.3, 0.6, 0.95):
        refused(data[: int(len(data) * part)])


def test_a_scanned_pdf_is_refused_with_what_to_do() -> None:
    draw = b"q 595 0 0 842 0 0 cm /I Do Q"
    assert "no text layer" in (said := refused(one_page(stream(draw), PICTURE, resources=b"/XObject<</I 6 0 R>>")))
    assert "OCR" in said


def test_a_page_without_text_among_others_is_named() -> None:
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2/MediaBox[0 0 595 842]/Resources<</Font<</F 7 0 R>>/XObject<</I 8 0 R>>>>>>",
        b"<</Type/Page/Parent 2 0 R/Contents 5 0 R>>",
        b"<</Type/Page/Parent 2 0 R/Contents 6 0 R>>",
        stream(TEXT),
        stream(b"q 595 0 0 842 0 0 cm /I Do Q"),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        PICTURE,
    ]
    found = read(make(objects))
    assert [note.partition(":")[0] for note in found.notes] == ["page 2"]


def test_an_encrypted_pdf_is_refused() -> None:
    encrypt = b"<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (b"11" * 32, b"22" * 32)
    data = one_page(stream(TEXT), encrypt).replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt 6 0 R/ID[<00><00>]")
    assert "encrypted" in refused(data)


def nested_forms(count: int) -> bytes:
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 500 500]/Resources<</XObject<</X %d 0 R>>>>"
    forms = [stream(b"/X Do " * 10, form % (7 + at)) for at in range(count)]
    return one_page(
        stream(b"/X Do " + TEXT), *forms, stream(b"0 0 m 9 9 l S", form % 5), resources=b"/XObject<</X 6 0 R>>"
    )


@pytest.mark.parametrize(
    "data",
    [
        one_page(stream(b"[" * 1_000_000)),
        make(
            [
                b"<</Type/Catalog/Pages 2 0 R/X " + b"[" * 200_000 + b"]" * 200_000 + b">>",
                b"<</Type/Pages/Kids[]/Count 0>>",
            ]
        ),
        make([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 1000000000>>"]),
        one_page(
            stream(zlib.compress(zlib.compress(b" " * 1_200_000_000, 1), 9), b"/Filter[/FlateDecode/FlateDecode]")
        ),
        one_page(stream(TEXT.replace(b"12 Tf", b"1e30 Tf")), box=b"[0 0 1e30 1e30]"),
        nested_forms(9),
    ],
    ids=["open brackets", "nested arrays", "pages in a ring", "zip bomb", "huge sizes", "forms in forms"],
)
def test_a_hostile_pdf_ends_in_text_or_in_a_message(data: bytes) -> None:
    try:
        text = read(data).text
    except InputError as error:
        text = str(error)
    assert len(text) < 600
    assert "Traceback" not in text


def test_many_lines_frames_and_lattices_end() -> None:
    lines = b"".join(b"%d 0 m %d 800 l S 0 %d m 590 %d l S\n" % (n, n, n, n) for n in range(0, 780, 3))
    frames = b"".join(b"%d %d %d %d re S\n" % (n, n, 590 - 2 * n, 800 - 2 * n) for n in range(0, 240, 3))
    assert "85.5" in read(one_page(stream(lines + TEXT))).text
    assert "85.5" in read(one_page(stream(frames + TEXT.replace(b"100 700", b"290 400")))).text


def test_a_reader_that_dies_or_hangs_is_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    data = one_page(stream(TEXT))
    monkeypatch.setattr(pdf, "_WORKER", "import os; os.abort()")
    assert "SIGABRT" in refused(data)
    monkeypatch.setattr(pdf, "_WORKER", "import time; time.sleep(60)")
    monkeypatch.setattr(pdf, "MAX_SECONDS", 0.5)
    assert "seconds" in refused(data)


def test_limits_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from qingshan.readers import pdf_pages, pdf_worker

    data = one_page(stream(TEXT))
    for holder, limit in (
        (pdf_worker, "MAX_PAGES"),
        (pdf_worker, "MAX_CHARACTERS"),
        (pdf_pages, "MAX_PAGE_CHARACTERS"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(holder, limit, 0)
            patch.setattr(pdf_worker, "_limit_page", lambda: None)
            with pytest.raises(pdf_pages.RefusedError):
                pdf_worker.read(data)
    monkeypatch.setattr(pdf, "MAX_BYTES", 10)
    assert "MB" in refused(data)


def test_choosing_a_reader_does_not_load_the_library() -> None:
    code = "import sys, qingshan.readers.choose; print([m for m in sys.modules if 'pdf' in m])"
    done = pdf.run_python(code, b"", 60)
    assert done.stdout.strip() == b"[]"
