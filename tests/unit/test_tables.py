import csv
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingshan import store
from qingshan.model import FIGURES, Column, InputError, TableContract, format_number

TABLE = TableContract(
    "t", (Column("name", str, ""), Column("value", float, ""), Column("n", int, ""), Column("is_x", bool, "")), ("n",)
)


@given(st.lists(st.tuples(st.text(), st.floats(allow_nan=False), st.integers(-(2**53), 2**53), st.booleans())))
def test_rows_come_back_as_they_were(rows):
    wanted = [dict(zip(TABLE.names, row, strict=True)) for row in rows]
    assert TABLE.rows_of(TABLE.csv_text(wanted)) == wanted


@pytest.mark.parametrize("text", ["a\rb", "\r", "\r\n", "=1+1", "-60", '"', ",", "\ufeff", "a\u2028b", "x" * 200_000])
def test_hostile_cells_come_back(text):
    row = {"name": text, "value": 1.5, "n": 1, "is_x": True}
    assert TABLE.rows_of(TABLE.csv_text([row])) == [row]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (16000.0, "16000"),
        (67.5, "67.5"),
        (-60.0, "-60"),
        (0.1 + 0.2, "0.30000000000000004"),
        (math.nan, ""),
        (math.inf, "inf"),
        (5e20, "5e+20"),
        (7, "7"),
    ],
)
def test_numbers_are_written_whole(value, text):
    assert format_number(value) == text


def test_no_byte_order_mark_and_lf_only():
    text = FIGURES.csv_text([])
    assert text == ",".join(FIGURES.names) + "\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,value\n", "t:1"),
        ("name,value,n,is_x\na,1\n", "t:2: found 2 cells"),
        ("", "t:1: found nothing"),
        ("name,value,n,is_x\na,1,abc,true\n", "t:2: found 'abc' in the column n, expected a whole number"),
        ("name,value,n,is_x\na,1,,true\n", "t:2: found '' in the column n, expected a whole number"),
        ("name,value,n,is_x\na,x,1,true\n", "t:2: found 'x' in the column value, expected a number"),
    ],
)
def test_another_table_is_refused(text, message):
    with pytest.raises(InputError, match=message):
        TABLE.rows_of(text)


@pytest.fixture
def narrow():
    """Set the process-wide limit of a cell to what a fresh process has."""
    before = csv.field_size_limit(131_072)
    yield
    csv.field_size_limit(before)


def test_a_cell_longer_than_the_limit_of_a_fresh_process_is_read(narrow):
    row = {"name": "字" * 140_000, "value": 1.5, "n": 1, "is_x": True}
    text = TABLE.csv_text([row])
    assert TABLE.part_in(text) == TABLE
    assert TABLE.rows_of(text) == [row]


def test_a_table_that_lacks_columns_is_read_by_the_part_it_has():
    part = TABLE.part_in("name,n\na,1\n")
    assert part.names == ["name", "n"]
    assert part.rows_of("name,n\na,1\n") == [{"name": "a", "n": 1}]


@pytest.mark.parametrize(("header", "column"), [("name,extra", "extra"), ("name,n,name", "name")])
def test_a_column_unknown_or_twice_is_named(header, column):
    with pytest.raises(InputError, match=f"t:1: found column '{column}'"):
        TABLE.part_in(f"{header}\n")


HEADER = ",".join(TABLE.names).encode() + b"\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "data/work/2023/curate/t.csv: found no such file"),
        (HEADER + b"a,1,abc,true\n", "data/work/2023/curate/t.csv:2: found 'abc'"),
        (HEADER + b"\xff,1,1,true\n", "data/work/2023/curate/t.csv: found .*utf-8"),
        (HEADER + b"a\rb,1,1,true\n", "data/work/2023/curate/t.csv:2: found 1 cells"),
        (b"name\n", "data/work/2023/curate/t.csv:1: found name"),
    ],
)
def test_a_stage_s_table_missing_or_damaged_is_one_message_with_what_to_do(tmp_path, content, said):
    path = tmp_path / "data" / "work" / "2023" / "curate" / "t.csv"
    path.parent.mkdir(parents=True)
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=said) as caught:
        store.read_table(path, TABLE)
    (problem,) = caught.value.problems
    assert problem.remedy == "Build it again with: qingshan run 2023."


@pytest.mark.parametrize(("content", "said"), [(None, "no such file"), (b"{", "line 1 column 2"), (b"\xff", "utf-8")])
def test_a_stage_s_json_missing_or_damaged_is_one_message(tmp_path, content, said):
    path = tmp_path / "data" / "work" / "2023" / "charts" / "summary.json"
    path.parent.mkdir(parents=True)
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=f"data/work/2023/charts/summary.json: found .*{said}"):
        store.read_json(path)


def test_a_folder_in_the_place_of_a_table_is_one_message(tmp_path):
    path = tmp_path / "data" / "work" / "2023" / "curate" / "t.csv"
    path.mkdir(parents=True)
    with pytest.raises(InputError, match=r"data/work/2023/curate/t\.csv: found a folder"):
        store.read_table(path, TABLE)
