"""CSV and TSV as sources: the file is the text; titles, units and notes stand outside the tables."""

import contextlib
import csv
import io
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingshan.model import InputError
from qingshan.readers.choose import read_source


def _read(text, name="t.csv", encoding="utf-8"):
    return read_source(text.encode(encoding), where=name, name=name)


def _planted(delimiter, end="\r\n"):
    """Return a file of two tables and what their cells must give: (grid, name) -> text."""
    rng = random.Random(11)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    rows = [["某市2023年水资源公报附表"], ["", "", "", "单位：亿立方米"], ["流域", "总量", "占比", "备注"]]
    for count in range(25):
        rows.append(
            [f"第{count}分区", f"{rng.randrange(10**4, 10**7):,}", f" {rng.randrange(1, 999) / 10}% ", '含"暂估"']
        )
    rows += [["注：占比为占全市的比例。"], [], ["断面", "类别"], ["河口", "Ⅱ"], ["桥头", "Ⅲ"]]
    writer.writerows(rows)
    expected = {}
    for name, numbers in (("table 1", range(3, 29)), ("table 2", range(31, 34))):
        for number in numbers:
            for column, value in enumerate(rows[number - 1], 1):
                expected[name, f"row {number}, column {column}"] = value.strip()
    return out.getvalue(), expected


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize(
    ("delimiter", "name"), [(",", "t.csv"), (";", "t.csv"), ("\t", "t.tsv"), ("\t", "t.csv"), ("|", "T.CSV")]
)
def test_every_planted_cell_comes_back_with_its_name(delimiter, name, end):
    text, expected = _planted(delimiter, end)
    source = _read(text, name)
    assert source.text == text
    found = {
        (grid.name, cell.name): text[cell.start : cell.end].replace('""', '"')
        for grid in source.grids
        for cell in grid.cells
    }
    assert found == expected
    assert sum(any(char.isdigit() for char in value) for value in expected.values()) >= 50
    first = source.grids[0]
    assert (first.cells[0].row, first.cells[0].column) == (0, 0)
    assert text[first.start :].startswith("流域")
    for outside in ("某市2023年水资源公报附表", "单位：亿立方米", "注：占比"):
        at = text.index(outside)
        assert not any(grid.start <= at < grid.end for grid in source.grids)
    assert source.notes == ()


def test_byte_order_marks_and_gb18030_stay_as_they_are():
    source = read_source("\ufeff地区,值\r\n东川,1.5\r\n".encode(), where="t", name="t.csv")
    assert source.text.startswith("\ufeff地区")
    assert [source.text[cell.start : cell.end] for cell in source.grids[0].cells] == ["地区", "值", "东川", "1.5"]
    text = "地区,优良天数比例\n东川市,百分之八十\n西岭县,百分之九十\n"
    assert _read(text, encoding="gb18030").grids[0].cells[3].name == "row 2, column 2"


def test_ragged_rows_are_read_and_told():
    source = _read("地区,a,b\n东川,1,2\n西岭,1\n南浦,1,2,3\n")
    assert [len([c for c in source.grids[0].cells if c.row == row]) for row in range(4)] == [3, 3, 2, 4]
    assert source.notes == ("row 3 and 1 more rows have other than 3 cells",)


@pytest.mark.parametrize("text", ["只有一列\n第二行\n", "甲,乙\n", "一段话，没有表。", "甲,乙\n\n\n丙,丁\n"])
def test_what_is_no_table_stays_text(text):
    source = _read(text)
    assert source.grids == ()
    assert source.text == text


def test_thousands_in_a_tab_table_divide_nothing():
    source = _read("地区\t值\n东川\t1,234\n西岭\t5,678\n", "t.csv")
    assert [source.text[c.start : c.end] for c in source.grids[0].cells] == [
        "地区",
        "值",
        "东川",
        "1,234",
        "西岭",
        "5,678",
    ]


@pytest.mark.parametrize(
    ("text", "found"), [('a,b\n"c,d\n', "never closed"), ('a,b\n"c"d,1\n', "after a closing quote")]
)
def test_broken_quotes_get_one_message(text, found):
    with pytest.raises(InputError, match=found) as caught:
        _read(text)
    assert caught.value.problems[0].where == "t.csv: row 2"


def test_files_under_a_wrong_name():
    page = "<html><body><table><tr><td>地区</td><td>值</td></tr><tr><td>东川</td><td>1</td></tr></table></body></html>"
    assert [cell.name for cell in _read(page).grids[0].cells][-1] == "row 2, column 2"
    with pytest.raises(InputError, match="zip file"):
        read_source(b"PK\x03\x04" + bytes(40), where="t", name="t.csv")
    with pytest.raises(InputError, match="old Office file"):
        read_source(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(40), where="t", name="t.xls")


@pytest.mark.parametrize(
    "text", ['"' * 200_001, "," * 400_000, "a,b\n" * 100_000, '"a\n' * 50_000, ",\n" * 200_000, "单位" * 200_000]
)
def test_hostile_tables_end_soon(text):
    with contextlib.suppress(InputError):
        _read(text)


@given(
    st.lists(
        st.lists(st.sampled_from(["甲", "1.5", "", " 2 ", 'x"y', "a,b", "单位：吨", "2\n3"]), max_size=4), max_size=8
    )
)
def test_any_csv_gives_cells_at_their_offsets(rows):
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    text = "头\r\n" + out.getvalue()
    source = _read(text)
    written = list(csv.reader(io.StringIO(text, newline="")))
    values = {value.strip() for row in written for value in row}
    for grid in source.grids:
        assert all(grid.start <= cell.start <= cell.end <= grid.end for cell in grid.cells)
        assert {text[c.start : c.end].replace('""', '"') for c in grid.cells} <= values
    assert all(a.end <= b.start for a, b in zip(source.grids, source.grids[1:], strict=False))
