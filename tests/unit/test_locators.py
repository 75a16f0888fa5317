"""Where a person finds a figure: each form of locator in both languages, and from a file of each format to the tables."""

import csv
import io
import shutil

import openpyxl
import pytest
import typst
from docx import Document

from qingshan import stages, store
from qingshan.cli import main
from qingshan.edition.tables import page_tables, public_tables
from qingshan.model import CURATED, Grid, GridCell, Place, SourceText, said_place
from qingshan.register import NewSource, add_source
from qingshan.sources import load_edition

SAID = [
    ("line 12", "a.txt", "第12行", "line 12"),
    ("line 12", "a.HTML", "网页源文件第12行", "line 12 of the page's source"),
    ("paragraph 12", "a.docx", "第12段", "paragraph 12"),
    ("footnote 2", "a.docx", "脚注2", "footnote 2"),
    ("text box 1", "a.docx", "文本框1", "text box 1"),
    ("page 7", "a.pdf", "第7页", "page 7"),
    ("page 7, table 1, row 5, column 2", "a.pdf", "第7页表1第5行第2列", "page 7, table 1, row 5, column 2"),
    ("page 7, table 1, row 5, column 2 on page 8", "a.pdf", "第7页表1第5行第2列（第8页）", "page 7, table 1, row 5, column 2 on page 8"),
    ("table 3, row 5, column 2", "a.html", "表3第5行第2列", "table 3, row 5, column 2"),
    ("table, line 7, column 2", "a.md", "表格第7行第2列", "table, line 7, column 2"),
    ("row 2, column 数值, 万吨", "a.csv", "第2行“数值, 万吨”列", "row 2, column 数值, 万吨"),
    ("row 2, column value", "a.csv", "第2行“value”列", "row 2, column value"),
    ("Sheet2!C14", "a.xlsx", "工作表“Sheet2”C14单元格", "sheet Sheet2, cell C14"),
    ("sheet 空气!A6", "a.xlsx", "工作表“空气”A6单元格", "sheet 空气, cell A6"),
    ("sheet 空气, 2023, AB14", "a.xlsx", "工作表“空气, 2023”AB14单元格", "sheet 空气, 2023, cell AB14"),
    ("sheet 空气, table 2, B4", "a.xlsx", "工作表“空气”B4单元格", "sheet 空气, cell B4"),
    ("sheet 空气", "a.xlsx", "工作表“空气”", "sheet 空气"),
    ("", "a.txt", "", ""),
    ("somewhere", "a.txt", "somewhere", "somewhere"),
]  # fmt: skip


@pytest.mark.parametrize(("locator", "file", "zh", "en"), SAID)
def test_each_form_in_both_languages(locator, file, zh, en):
    assert said_place(locator, file) == (zh, en)


def test_a_character_is_located_by_its_cell_its_place_or_its_line():
    cells = (GridCell(0, 0, 10, 12, name="row 1, column 1"), GridCell(0, 1, 13, 15, name="row 1, column 2"))
    grids = (Grid(10, 16, "table 1", cells),)
    text = SourceText("0123\n5678\nab\tcd\nxy", places=(Place(5, "page 2"),), grids=grids)
    located = [text.locate(position) for position in (0, 5, 10, 14, 16)]
    assert located == ["line 1", "page 2", "table 1, row 1, column 1", "table 1, row 1, column 2", "page 2"]


SENTENCE = "2023年全市PM2.5年均浓度为31.5微克/立方米。"
ROWS = [("城市", "优良天数比例（%）"), ("太原市", "84.5"), ("大同市", "91.5")]
PIPES = "| " + " |\n| ".join(" | ".join(row) for row in (ROWS[0], ("---", "---"), *ROWS[1:])) + " |\n"
CELLS = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in ROWS)


def _docx():
    document = Document()
    document.add_heading("公报", 1)
    document.add_paragraph(SENTENCE)
    table = document.add_table(3, 2)
    for number, row in enumerate(ROWS):
        for column, text in enumerate(row):
            table.cell(number, column).text = text
    document.save(out := io.BytesIO())
    return out.getvalue()


def _xlsx():
    book = openpyxl.Workbook()
    book.active.title = "空气"
    for row in [*ROWS, (), (), (SENTENCE,)]:
        book.active.append([float(cell) if cell[0] in "89" else cell for cell in row])
    book.save(out := io.BytesIO())
    return out.getvalue()


def _pdf():
    cells = "".join(f"[{cell}]," for row in ROWS for cell in row)
    return typst.compile(
        f'#set text(font: "Noto Sans SC")\n{SENTENCE}\n#pagebreak()\n#table(columns: 2, {cells})\n'.encode()
    )


# ending -> (how its bytes are made, where 31.5 stands, where 91.5 stands; None where the format has no such place)
FORMATS = {
    "txt": (lambda: f"公报\n\n{SENTENCE}\n".encode(), "第3行 · line 3", None),
    "md": (lambda: f"# 公报\n\n{SENTENCE}\n\n{PIPES}".encode(), "第3行 · line 3", "表格第8行第2列 · table, line 8, column 2"),
    "html": (
        lambda: f"<html><body>\n<p>{SENTENCE}</p><table>{CELLS}</table></body></html>".encode(),
        "网页源文件第2行 · line 2 of the page's source", "表格第3行第2列 · table, row 3, column 2",
    ),
    "csv": (lambda: "\n".join(map(",".join, ROWS)).encode(), None, "表格第3行第2列 · table, row 3, column 2"),
    "docx": (_docx, "第2段 · paragraph 2", "表1第3行第2列 · table 1, row 3, column 2"),
    "xlsx": (_xlsx, "工作表“空气”A6单元格 · sheet 空气, cell A6", "工作表“空气”B3单元格 · sheet 空气, cell B3"),
    "pdf": (_pdf, "第1页 · page 1", "第2页表1第3行第2列 · page 2, table 1, row 3, column 2"),
}  # fmt: skip


@pytest.fixture(scope="module")
def of_each_format(tmp_path_factory):
    """A workspace with a source in each format, whose first three stages have run."""
    from qingshan.register import init_workspace

    folder = tmp_path_factory.mktemp("formats")
    workspace = init_workspace(folder / "ws")
    for ending, (make, _, _) in FORMATS.items():
        (path := folder / f"a.{ending}").write_bytes(make())
        add_source(
            workspace, path, NewSource("2023", ending, "公报", "某局", year="2023", area="太原市", as_of="2023-12-31")
        )
    for stage in (stages.read, stages.extract, stages.curate):
        stage(workspace, "2023")
    return workspace


def _rows(workspace):
    return store.read_table(workspace.work("2023", "curate", "curated.csv"), CURATED)


@pytest.mark.parametrize("ending", FORMATS)
def test_show_and_review_say_where_it_stands_in_the_original(of_each_format, capsys, ending):
    rows = {row["text"].partition("微")[0]: row for row in _rows(of_each_format) if row["source_id"] == ending}
    assert all(row["locator"] for row in rows.values())
    assert main(["--workspace", str(of_each_format.root), "review", "2023"]) == 0
    listed = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    for text, place in zip(("31.5", "91.5"), FORMATS[ending][1:], strict=True):
        if place is None:
            assert text not in rows or ending == "csv"
            continue
        assert main(["--workspace", str(of_each_format.root), "show", rows[text]["figure_id"]]) == 0
        assert f"\nplace       a.{ending}: {place}\n" in capsys.readouterr().out
        if rows[text]["status"] == "undecided":
            assert f"({place})" in listed[rows[text]["figure_id"]]


def test_the_published_figures_carry_locators(of_each_format, registry):
    edition = load_edition(of_each_format, "2023")
    given = public_tables(of_each_format, edition, registry, page_tables(of_each_format, edition))
    tables = {table.path: table for table in given}
    published = list(tables["figures.csv"].rows)
    kept = {row["figure_id"]: row["locator"] for row in _rows(of_each_format) if row["status"] == "accepted"}
    assert kept
    assert {row["figure_id"]: row["locator"] for row in published} == kept
    assert all(kept.values())


@pytest.mark.parametrize("ending", ["docx", "xlsx", "pdf", "html"])
def test_a_figure_that_a_person_adds_says_where_it_stands(of_each_format, tmp_path, ending):
    """What the reader passed over stands in the same paragraph, cell or page as what it read."""
    root = shutil.copytree(of_each_format.root, tmp_path / "ws")
    workspace = type(of_each_format)(root)
    figure = next(row for row in _rows(workspace) if row["source_id"] == ending and row["text"].startswith("31.5"))
    start = figure["start"] - len("均浓度为")
    command = ["--workspace", str(root), "decide", f"{ending}@{start}-{start + 2}", "add", "--reason", "核对", "--by", "demo",
               "--value", "7", "--unit", "%", "--kind", "share", "--indicator", "forest_cover", "--region", "太原市"]  # fmt: skip
    assert main(command) == 0
    stages.curate(workspace, "2023")
    (added,) = [row for row in _rows(workspace) if row["start"] == start and row["source_id"] == ending]
    assert added["locator"] == figure["locator"]


def test_extract_prints_locators(of_each_format, capsys):
    for ending in FORMATS:
        assert main(["extract", str(of_each_format.source_folder("2023", ending) / f"a.{ending}")]) == 0
        rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
        assert rows
        assert all(row["locator"] for row in rows)
