"""Tables in plain text: lines of cells divided by tabs, and what looks like them and is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingshan.readers.choose import read_source
from qingshan.readers.text_tables import find_tab_tables

TABLE = "指标\t2022年\t2023年\n用水量（吨）\t12\t13.5\n"


def _read(text, name="t.txt"):
    return read_source(text.encode(), where=name, name=name)


def _cells(source):
    return {(grid.name, cell.name): source.text[cell.start : cell.end] for grid in source.grids for cell in grid.cells}


def test_cells_come_back_with_their_lines():
    source = _read(f"\ufeff公报\r\n\r\n{TABLE}全年共12家。\n地区\t 面积 \t\n东川\t1,200\t\n")
    assert _cells(source) == {
        ("table 1", "line 3, column 1"): "指标",
        ("table 1", "line 3, column 2"): "2022年",
        ("table 1", "line 3, column 3"): "2023年",
        ("table 1", "line 4, column 1"): "用水量（吨）",
        ("table 1", "line 4, column 2"): "12",
        ("table 1", "line 4, column 3"): "13.5",
        ("table 2", "line 6, column 1"): "地区",
        ("table 2", "line 6, column 2"): "面积",
        ("table 2", "line 6, column 3"): "",
        ("table 2", "line 7, column 1"): "东川",
        ("table 2", "line 7, column 2"): "1,200",
        ("table 2", "line 7, column 3"): "",
    }
    assert source.text[source.grids[0].start : source.grids[0].end] == TABLE.rstrip("\n")


def test_its_figures_say_what_they_measure(extractor):
    found = extractor.extract_source(_read(f"表1 用水\n{TABLE}全年共12家。"), "t", year="2023", area="太原市").figures
    assert [(figure.text, figure.unit, figure.period, figure.subject) for figure in found][:2] == [
        ("12", "吨", "2022", "用水量"),
        ("13.5", "吨", "2023", "用水量"),
    ]
    assert [figure.locator for figure in found] == ["table, line 3, column 2", "table, line 3, column 3", "line 4"]


@pytest.mark.parametrize(
    "text",
    [
        "第一章 总论\t1\n第二章 大气\t12\n第三章 水\t30\n",  # a list of contents
        "\t全年处置12万吨。\n\t比上年增长3%。\n",  # indented paragraphs
        "指标\t2023年\n",  # one line
        "指标\t2023年\n\n用水量\t12\n",  # apart
        "指标\t2022年\t2023年\n用水量\t12\n",  # other than equally many
        "姓名\t职务\n张三\t主任\n",  # no number
        f"指标\t2023年\n用水量\t12\n{'长' * 61}\t3\n",
        "",
    ],
)
def test_what_is_no_table(text):
    assert find_tab_tables(text) == ()


def test_a_page_is_read_by_its_own_tables():
    page = f"<html><head><title>a</title></head><body><p>公报</p><pre>\n{TABLE}</pre></body></html>"
    assert _read(page).grids == ()


@given(st.lists(st.sampled_from(["指标", "2023年", "12", "\t", "\n", "\r\n", " ", "\ufeff", "3.5%"]), max_size=40))
def test_offsets_hold_on_any_text(parts):
    text = "".join(parts)
    last = 0
    for grid in find_tab_tables(text):
        assert last <= grid.start < grid.end
        last = grid.end
        for cell in grid.cells:
            assert grid.start <= cell.start <= cell.end <= grid.end
            assert "\t" not in text[cell.start : cell.end]
            line = int(cell.name.partition(",")[0].removeprefix("line "))
            assert line == 1 + text[: cell.start].replace("\r\n", "\n").replace("\r", "\n").count("\n")
