"""CSV copies for spreadsheet programs (SAFETY S12): no cell is a formula, every number is the number it was."""

from __future__ import annotations

import csv
import io

import pytest
import test_office_support as office
from hypothesis import given
from hypothesis import strategies as st

from qingshan.edition.office.spreadsheets import csv_bytes, escaped, unescaped
from qingshan.model import OBSERVATIONS, Column, TableContract

TABLE = TableContract(
    "made_up",
    (Column("name", str, ""), Column("value", float, ""), Column("place", int, ""), Column("good", bool, "")),
    ("name",),
)
DANGEROUS = ("=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠a", "'=1", "''=1")
HARMLESS = ("", "30", "PM2.5", "'quoted'", "约10%", "−60%", "a=b", " =1", "—", "’=1")


def _read(data):
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", DANGEROUS)
def test_a_text_that_could_be_a_formula_gets_an_apostrophe(text):
    assert escaped(text) == f"'{text}"
    assert unescaped(escaped(text)) == text


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_stays(text):
    assert escaped(text) == text == unescaped(text)


@given(st.text("'=+-@\t\r\n＝＋－＠a1", max_size=6))
def test_taking_the_apostrophe_away_gives_the_text_back(text):
    assert unescaped(escaped(text)) == text


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "name": st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
                "value": st.floats(allow_nan=False),
                "place": st.integers(-(10**9), 10**9),
                "good": st.booleans(),
            }
        )
    )
)
def test_numbers_come_back_as_they_were(rows):
    back = _read(csv_bytes(TABLE, rows))
    assert [float(row["value"]) for row in back] == [row["value"] for row in rows]
    assert [int(row["place"]) for row in back] == [row["place"] for row in rows]
    assert [unescaped(row["name"]) for row in back] == [row["name"] for row in rows]


def test_minus_sixty_stays_minus_sixty_and_the_canonical_table_has_no_mark():
    rows = office.rows()
    data = csv_bytes(OBSERVATIONS, rows)
    assert data.startswith(b"\xef\xbb\xbf")
    values = {row["indicator"]: row["obs_value"] for row in _read(data) if row["measure"] == "change"}
    assert values["pm25_annual_mean"] == "-60"
    canonical = OBSERVATIONS.csv_text(rows)
    assert not canonical.startswith("\ufeff")
    # the changes are quoted with a sign in front of no cell: the copy differs by the mark alone
    assert data.decode("utf-8-sig") == canonical


def test_a_hostile_quote_is_defused_in_the_copy_only():
    row = {**office.rows()[0], "quote": "=HYPERLINK(1)"}
    assert _read(csv_bytes(OBSERVATIONS, [row]))[0]["quote"] == "'=HYPERLINK(1)"
    assert ",=HYPERLINK(1)," in OBSERVATIONS.csv_text([row])
