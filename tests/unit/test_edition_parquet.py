"""Parquet: the same rows as the CSV, typed, and the same bytes for the same rows."""

from __future__ import annotations

import math

import test_edition_support as editions
from arro3.io import read_parquet
from hypothesis import given
from hypothesis import strategies as st

from qingshan.edition.parquet import parquet_bytes
from qingshan.model import OBSERVATIONS, Column, TableContract

TABLE = TableContract(
    "made_up",
    (Column("name", str, "n"), Column("value", float, "v"), Column("place", int, "p"), Column("good", bool, "g")),
    ("name",),
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.text(st.characters(exclude_categories=["Cs"])),
            "value": st.floats(),
            "place": st.integers(-(2**63), 2**63 - 1),
            "good": st.booleans(),
        }
    )
)


def _back(data):
    table = read_parquet(data).read_all()
    columns = {name: table[name].to_pylist() for name in table.column_names}
    return columns, {field.name: str(field.type) for field in table.schema}


@given(ROWS)
def test_rows_come_back_and_bytes_agree(rows):
    data = parquet_bytes(TABLE, rows)
    assert data == parquet_bytes(TABLE, [dict(row) for row in rows])
    columns, _ = _back(data)
    for name in ("name", "place", "good"):
        assert columns[name] == [row[name] for row in rows]
    assert columns["value"] == [None if math.isnan(row["value"]) else row["value"] for row in rows]


def test_columns_are_typed_and_in_order_also_without_rows():
    rows = [OBSERVATIONS.row(seen) for _, seen in editions.pairs()]
    for listed in (rows, []):
        columns, types = _back(parquet_bytes(OBSERVATIONS, listed))
        assert list(columns) == OBSERVATIONS.names
        assert "Float64" in types["obs_value"]
        assert "Int64" in types["raw_start"]
        assert "Utf8" in types["scope"]


def test_another_value_is_another_file():
    row = {"name": "a", "value": 1.0, "place": 1, "good": True}
    assert parquet_bytes(TABLE, [row]) != parquet_bytes(TABLE, [{**row, "value": 2.0}])
