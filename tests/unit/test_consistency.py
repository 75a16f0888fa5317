"""Comparing figures: the specification case by case, interval arithmetic, and what the rows of the table hold."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planted import Number

from qingshan import consistency
from qingshan.consistency import CONSISTENCY, RELATIONS, VERDICTS, Interval
from qingshan.consistency.interval import growth
from qingshan.consistency.wording import in_chinese, in_english, rounded
from qingshan.model import CURATED

LINES = (Path(__file__).parents[1] / "specs" / "consistency.jsonl").read_text(encoding="utf-8").splitlines()
CASES = [json.loads(line) for line in LINES]


def _row(figure, start):
    """Return the row of a figure of a case; what the case does not say is as plain as can be."""
    written = Decimal(figure["value"])
    exponent = written.as_tuple().exponent
    number = Number(
        written, Decimal(1).scaleb(min(exponent, 0)), figure["indicator"], figure["kind"], figure["unit"],
        figure["period"], figure.get("base", ""), figure.get("region", "全国"), figure.get("prefix", ""),
    )  # fmt: skip
    row = number.row(start)
    source = figure.get("source", "report")
    said = {name: figure[name] for name in CURATED.names if name in figure and name not in ("value",)}
    row |= {**said, "source_id": source, "figure_id": f"{source}@{start}-{start + 2}"}
    if source == "series":
        row["rules"] = figure.get("rules", "table=national")
    return row | {f"value_{end}": float(figure[end]) for end in ("low", "high") if end in figure}


def _rows(figures):
    return [_row(figure, 10 * index) for index, figure in enumerate(figures)]


@pytest.mark.parametrize("case", CASES, ids=[case["about"] for case in CASES])
def test_the_specification(case, registry):
    found = consistency.check(_rows(case["figures"]), registry)

    told = sorted([row["relation"], row["verdict"], row["hint"]] for row in found)
    assert told == sorted(case["expect"])
    for row in found:
        assert row["sentence_zh"].endswith("。")
        assert row["sentence_en"].endswith(".")
        assert len(json.loads(row["quotes"])) == len(row["figure_ids"].split()) == len(row["roles"].split())
        assert (row["reason"] != "") == (row["verdict"] == "not_comparable")


def test_the_specification_is_half_of_what_must_not_be_flagged():
    silent = [case for case in CASES if not any(verdict == "inconsistent" for _, verdict, _ in case["expect"])]
    assert len(CASES) >= 60
    assert len(silent) >= len(CASES) / 2
    told = [one for case in CASES for one in case["expect"]]
    assert {relation for relation, _, _ in told} == set(RELATIONS)
    assert {verdict for _, verdict, _ in told} == set(VERDICTS)


def test_the_order_of_figures_changes_no_verdict(registry):
    for case in CASES:
        rows = _rows(case["figures"])
        told = [sorted(row["verdict"] for row in consistency.check(order, registry)) for order in (rows, rows[::-1])]
        assert told[0] == told[1], case["about"]


def test_a_row_says_what_was_compared_with_every_quote(registry):
    (case,) = [case for case in CASES if case["about"].startswith("the chart")]
    rows = _rows(case["figures"])

    wrong, other = consistency.check(rows, registry)

    assert (wrong["verdict"], other["verdict"]) == ("inconsistent", "not_comparable")
    assert wrong["figure_ids"].split() == ["report@20-22", "report@0-2", "series@30-32", "report@10-12"]
    assert wrong["roles"].split() == ["claim", "base", "end", "near"]
    assert wrong["witnesses"] == "series@30-32"
    assert wrong["hint_figure_ids"].split() == ["series@40-42", "series@30-32"]
    assert json.loads(wrong["quotes"]) == ["quote 20", "quote 0", "quote 30", "quote 10"]
    assert (wrong["stated_low"], wrong["stated_high"]) == (-60.5, -59.5)
    assert -57.9 < wrong["recomputed_low"] < -57.8
    assert -56.3 < wrong["recomputed_high"] < -56.2
    assert "72微克/立方米" in wrong["hint_zh"]
    assert "72 µg/m³" in wrong["hint_en"]
    assert CONSISTENCY.rows_of(CONSISTENCY.csv_text([wrong, other])) == [wrong, other]
    assert wrong["finding_id"] != other["finding_id"]


def test_the_same_rows_give_the_same_table(registry):
    rows = [row for case in CASES for row in _rows(case["figures"])]
    assert consistency.check(rows, registry) == consistency.check(list(rows), registry)


def test_finding_ids_are_unique_where_everything_is_compared_with_everything(registry):
    rows = [
        _row(figure, 10 * index) for index, figure in enumerate(figure for case in CASES for figure in case["figures"])
    ]
    ids = [row["finding_id"] for row in consistency.check(rows, registry)]
    assert len(ids) > 100
    assert len(set(ids)) == len(ids)


def test_many_figures_of_one_key_stay_few_comparisons(registry):
    figure = {"indicator": "pm25_annual_mean", "unit": "微克/立方米", "kind": "level", "period": "2022"}
    rows = _rows([{**figure, "value": str(value)} for value in range(10, 2_010)])
    assert len(consistency.check(rows, registry)) < 2_000 * 4


def test_a_column_that_is_missing_is_named():
    assert list(consistency.missing_columns(CURATED.names)) == []
    assert list(consistency.missing_columns(set(CURATED.names) - {"value_low", "indicator"})) == [
        "value_low",
        "indicator",
    ]


numbers = st.floats(-1e6, 1e6).filter(lambda value: value == 0 or abs(value) > 1e-6)


@st.composite
def intervals(draw):
    low, high = sorted((draw(numbers), draw(numbers)))
    return Interval(low, high)


@given(intervals(), intervals(), st.floats(0, 1), st.floats(0, 1))
def test_results_enclose_every_choice(one, other, first, second):
    a = min(max(one.low + (one.high - one.low) * first, one.low), one.high)
    b = min(max(other.low + (other.high - other.low) * second, other.low), other.high)
    assert (one + other).holds(a + b)
    assert (one - other).holds(a - b)
    assert (one * other).holds(a * b)
    if b and not other.low <= 0 <= other.high:
        assert (one / other).holds(a / b)
        assert growth(other, one).holds((a / b - 1) * 100) or math.isclose(a / b, 1, abs_tol=1e-6)


@given(intervals(), intervals())
def test_meeting_is_mutual_and_no_gap_is_bridged(one, other):
    assert one.meets(other) == other.meets(one)
    gap = max(one.low, other.low) - min(one.high, other.high)
    assert one.meets(other) or gap > 0
    if gap > 1e-6 * max(map(abs, (one.low, one.high, other.low, other.high))):
        assert not one.meets(other)


@pytest.mark.parametrize(
    ("made", "low", "high"),
    [
        (Interval(5, math.inf) * Interval(0, 2), 0, math.inf),
        (Interval(5, math.inf) / Interval(2, math.inf), 0, math.inf),
        (Interval(1, 2) / Interval(-1, 1), -math.inf, math.inf),
        (Interval(1, 2) / Interval(0, 1), -math.inf, math.inf),
        (Interval(-math.inf, 3) - Interval(1, 2), -math.inf, 2),
        (growth(Interval(50, 50), Interval(20, 20)), -60, -60),
    ],
)
def test_open_bounds_and_zero(made, low, high):
    assert (made.low, made.high) == (low, pytest.approx(high))


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (-57.80903, "−57.81", "−57.81"),
        (8.36e9, "83.6亿", "8,360,000,000"),
        (1e8, "1亿", "100,000,000"),
        (99999.0, "99999", "99,999"),
        (123456.0, "12.3456万", "123,456"),
        (0.00012345, "0.0001234", "0.0001234"),
        (0.0, "0", "0"),
        (math.inf, "inf", "inf"),
    ],
)
def test_numbers_are_printed_without_exponents(value, zh, en):
    assert (in_chinese(rounded(value)), in_english(rounded(value))) == (zh, en)
