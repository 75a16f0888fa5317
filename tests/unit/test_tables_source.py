"""Tables as sources: cells with their raw offsets, mappings checked against the registry, figures complete and coded."""

import csv
import io
import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingshan.cutoff import is_after_cutoff, last_day
from qingshan.documents import parse_yaml
from qingshan.model import Figure, InputError
from qingshan.readers.csv_table import scan_csv
from qingshan.readers.rows import TableText, column_letters
from qingshan.table_cells import CellError, CellReader
from qingshan.table_mapping import MAPPING_SCHEMA, parse_mapping, propose_mapping
from qingshan.tables_source import TableSource

SERIES = """\
indicator,region,scope,year,value,unit,note
pm25_annual_mean,全国,74 cities; 标况,2013,72,微克/立方米,
pm25_annual_mean,全国,339 cities; 实况,2023,30,微克/立方米,"a, ""quoted"" note"
forest_cover,全国,,2021,24.02,%,
forest_cover,西藏,,2021,,%,no value yet
"""
PLAIN = "value: value, unit: unit, indicator: indicator, region: region, period: year"


def _mapping(extra="", *, base=PLAIN, file="t.csv"):
    text = "table: {" + base + (", " + extra if extra else "") + "}"
    return parse_mapping(parse_yaml(text, MAPPING_SCHEMA, name="source.yml"), file)


def _read(registry, raw, mapping):
    table = TableText(raw, scan_csv(raw, where="t.csv"), "", "t.csv")
    return TableSource(registry).figures(table, mapping, "series")


def _one(registry, header, row, mapping):
    (figure,) = _read(registry, f"{header}\n{row}\n", mapping)
    return figure


def _problems(registry, raw, mapping):
    with pytest.raises(InputError) as caught:
        _read(registry, raw, mapping)
    return [str(problem) for problem in caught.value.problems]


# cells and offsets
@pytest.mark.parametrize(
    ("raw", "rows"),
    [
        ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
        ("a,b\r\n1,2", [["a", "b"], ["1", "2"]]),
        ("a\rb\r", [["a"], ["b"]]),
        ("\ufeffa,\n", [["a", ""]]),
        ('"x ""q"", y","2\n3"\n', [['x "q", y', "2\n3"]]),
        ('a"b,c"\n', [['a"b', 'c"']]),  # a quote that does not open its cell is a character
        ("\n\na\n", [["a"]]),
        (",\n", [["", ""]]),
        ("", []),
        ("\ufeff", []),
    ],
)
def test_csv_is_read_as_written(raw, rows):
    found = scan_csv(raw, where="t.csv")
    assert [[cell.text for cell in row.cells] for row in found] == rows
    for row in found:
        assert all(raw[cell.start : cell.end].replace('""', '"') == cell.text for cell in row.cells)
        assert "\ufeff" not in raw[row.start : row.end]


def test_rows_are_counted_as_a_spreadsheet_counts_them():
    assert [row.number for row in scan_csv('a\n\n"b\nc"\nd\n', where="t.csv")] == [1, 3, 4]


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ('a,"b\n1,2\n', "t.csv: row 1: found a quote that is never closed"),
        ('a\n"b"c\n', "t.csv: row 2: found 'c' after a closing quote"),
        ('"' + '""' * 50_000, "never closed"),
    ],
)
def test_broken_quotes_are_told_with_their_row(raw, message):
    with pytest.raises(InputError, match=message):
        scan_csv(raw, where="t.csv")


@given(
    st.lists(
        st.lists(st.text(st.sampled_from(list('ab,"\n\r 细１')), max_size=6), min_size=1, max_size=4),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_the_csv_writer_writes_comes_back_with_exact_offsets(rows, end):
    out = io.StringIO()
    csv.writer(out, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    raw = out.getvalue()
    found = scan_csv(raw, where="t.csv")
    assert [[cell.text for cell in row.cells] for row in found] == rows
    for cell in (cell for row in found for cell in row.cells):
        assert raw[cell.start - 1] == '"' == raw[cell.end]
        assert raw[cell.start : cell.end] == cell.text.replace('"', '""')


# figures
def test_every_value_cell_is_a_figure_with_its_place(registry):
    figures = _read(registry, SERIES, _mapping("scope: scope"))
    assert [(f.text, f.value, f.unit, f.period, f.indicator) for f in figures] == [
        ("72", 72.0, "微克/立方米", "2013", "pm25_annual_mean"),
        ("30", 30.0, "微克/立方米", "2023", "pm25_annual_mean"),
        ("24.02", 24.02, "%", "2021", "forest_cover"),
    ]  # the empty cell is none
    for figure in figures:
        assert SERIES[figure.start : figure.end] == figure.text
        assert figure.quote in SERIES.split("\n")
        assert (figure.prefix + figure.text + figure.suffix) in SERIES
        assert (figure.integrity, figure.region, figure.region_basis, figure.period_basis) == (
            "whole", "全国", "stated", "stated",
        )  # fmt: skip
    assert [f.locator for f in figures] == ["row 2, column value", "row 3, column value", "row 4, column value"]
    assert figures[0].rules.startswith("table=csv;number=value;indicator=column;")
    assert [f.kind for f in figures] == ["level", "level", "share"]  # the first level its indicator admits
    assert (figures[2].value_low, figures[2].value_high) == (24.015, 24.025)


def test_another_city_set_is_another_scope(registry):
    old, new, _ = _read(registry, SERIES, _mapping("scope: scope"))
    assert old.scope == "cities-74;gas-standard"
    assert new.scope == "cities-339;gas-actual"


def test_a_year_earlier_can_stand_in_any_row_order(registry):
    lines = SERIES.splitlines()
    turned = "\n".join([lines[0], *reversed(lines[1:])])
    here = {(f.indicator, f.period, f.value) for f in _read(registry, SERIES, _mapping())}
    assert {(f.indicator, f.period, f.value) for f in _read(registry, turned, _mapping())} == here


@pytest.mark.parametrize(
    ("cell", "unit", "value", "low", "high"),
    [
        ("12.5", "%", 12.5, 12.45, 12.55),
        (" 12.5 ", "%", 12.5, 12.45, 12.55),
        ("１２．５", "％", 12.5, 12.45, 12.55),
        ("12.5%", "%", 12.5, 12.45, 12.55),
        ('"1,940"', "个", 1940, 1940, 1940),
        ("87.0", "%", 87, 86.95, 87.05),
        ("3.3", "万吨", 33000, 32500, 33500),
        ("3.3万", "吨", 33000, 32500, 33500),
        ("3", "亿立方米", 3e8, 2.5e8, 3.5e8),
        ("5", "千瓦", 5, 4.5, 5.5),
        ("5", "万千瓦", 50000, 45000, 55000),
        ("−3.2", "%", -3.2, -3.25, -3.15),
        ("-3.2", "%", -3.2, -3.25, -3.15),
        ("0", "%", 0, -0.5, 0.5),
    ],
)
def test_numbers_as_tables_write_them(registry, cell, unit, value, low, high):
    figure = _one(registry, "indicator,region,year,value,unit", f"forest_cover,全国,2023,{cell},{unit}", _mapping())
    assert (figure.value, figure.value_low, figure.value_high) == pytest.approx((value, low, high))
    assert figure.text == cell.strip(' "')


@pytest.mark.parametrize(
    "cell", ["约30", "30-40", "1.2e5", "n/a", "—", "30 吨", "30%", "1,23", "9" * 30, "NaN", "inf", "--3", "①"]
)
def test_what_is_no_number_is_asked_about(registry, cell):
    row = f'pm25_annual_mean,全国,2023,"{cell}",微克/立方米'
    (told,) = _problems(registry, f"indicator,region,year,value,unit\n{row}\n", _mapping())
    assert told.startswith("t.csv: column value, row 2: found ")
    assert "no_value" in told


def test_marks_for_no_value_are_listed_by_a_person(registry):
    raw = "indicator,region,year,value,unit\nforest_cover,全国,2022,…,%\nforest_cover,全国,2023,—,%\n"
    assert _read(registry, raw, _mapping("no_value: […, —]")) == ()
    assert len(_problems(registry, raw, _mapping("no_value: […]"))) == 1


def test_what_is_not_in_columns_is_constant_or_coded(registry):
    mapping = _mapping(
        base="value: 数值, unit: {const: 微克/立方米}, indicator: {const: PM2.5年均浓度}, period: 年份, "
        "region: {column: 地区, codes: {各省合计: 全国}}, qualifier: 限定, "
        "scope: {column: 附注, codes: {扣沙: dust-out}, otherwise: ''}"
    )
    header = "地区,年份,数值,限定,附注"
    figure = _one(registry, header, "各省合计,2023年,30,at_most,扣沙", mapping)
    assert (figure.indicator, figure.unit, figure.region, figure.period) == (
        "pm25_annual_mean", "微克/立方米", "全国", "2023",
    )  # fmt: skip
    assert (figure.qualifier, figure.value_low, figure.value_high) == ("at_most", -math.inf, 30.0)
    assert figure.scope == "dust-out"
    assert "indicator=const" in figure.rules
    assert "region=code" in figure.rules
    other = _one(registry, header, "北京,2023-01,30,,别的", mapping)
    assert (other.region, other.period, other.qualifier, other.scope) == ("北京市", "2023-01", "exact", "")


TARGETS = """\
indicator,region,measure,base_year,base,year,value,unit,qualifier,text
pm25_annual_mean,全国,target_change,2020,35,2025,-10,%,at_least,
pm25_annual_mean,长三角,level,,,2025,,,,达标
good_air_days_share,全国,level,2020,87.0,2025,87.5,%,,
"""
OF_TARGETS = (
    "kind: {column: measure, codes: {level: target}}, qualifier: qualifier, base_period: base_year, base_value: base, "
    "base_status: {const: E}"
)


def test_a_target_is_no_outcome_and_its_base_is_a_figure_of_its_own(registry):
    figures = _read(registry, TARGETS, _mapping(OF_TARGETS))
    assert [(f.kind, f.text, f.unit, f.period, f.base_period) for f in figures] == [
        ("target_change", "-10", "%", "2025", "2020"),
        ("level", "35", "微克/立方米", "2020", ""),  # in the indicator's unit, not in the change's
        ("target", "87.5", "%", "2025", ""),
        ("share", "87.0", "%", "2020", ""),
    ]
    assert (figures[0].value_low, figures[0].value_high) == (-math.inf, -10.0)  # at least 10 down
    assert ["obs_status=E" in f.rules for f in figures] == [False, True, False, True]


def test_a_base_without_its_period_is_told(registry):
    raw = TARGETS.replace("2020,35", ",35")
    told = "\n".join(_problems(registry, raw, _mapping(OF_TARGETS)))
    assert "t.csv: column base_year, row 2: found '' as a period" in told


# mistakes
def test_every_mistake_is_told_once_with_row_and_nearest_name(registry):
    raw = (
        "indicator,region,year,value,unit\n"
        "pm25_anual_mean,全国,2023,30,微克/立方米\n"
        "forest_cover,北京市区域,20233,30,％％\n"
        "forest_cover,北京市区域,2023,x,%\n"
        "forest_cover,全国,2023,1\n"
    )
    told = _problems(registry, raw, _mapping())
    starts = [
        "t.csv: column indicator, row 2: found unknown indicator 'pm25_anual_mean' (did you mean 'pm25_annual_mean'?)",
        "t.csv: column region, row 3 and 1 more: found unknown region '北京市区域'",
        "t.csv: column unit, row 3: found unknown unit '％％'",
        "t.csv: column year, row 3: found '20233' as a period",
        "t.csv: column value, row 4: found 'x' as a value, expected a number of %",
        "t.csv: row 5: found 4 cells, expected 5, as the header has",
    ]
    assert len(told) == len(starts)
    for start, problem in zip(starts, told, strict=True):
        assert problem.startswith(start)


def test_a_table_mapped_wrongly_stops_after_a_hundred_mistakes(registry):
    rows = "".join(f"forest_cover,某地{number},2023,1,%\n" for number in range(5000))
    told = _problems(registry, "indicator,region,year,value,unit\n" + rows, _mapping())
    assert len(told) == 101
    assert told[-1].startswith("t.csv: row 102: found 100 mistakes before it")


def test_a_mistake_in_a_constant_is_told_once_and_where_it_stands(registry):
    mapping = _mapping(base=PLAIN.replace("region: region", "region: {const: 全国国}"))
    (told,) = _problems(registry, SERIES, mapping)
    assert told.startswith("source.yml:1: found unknown region '全国国' (did you mean '全国'?)")


@pytest.mark.parametrize(
    ("base", "message"),
    [
        (
            PLAIN.replace("value: value", "value: valeu"),
            r"source\.yml:1: found no column 'valeu' \(did you mean 'value'\?\)",
        ),
        (PLAIN + ", header: '9'", "found header: 9, an empty row"),
    ],
)
def test_a_mapping_that_does_not_fit_the_table(registry, base, message):
    with pytest.raises(InputError, match=message):
        _read(registry, SERIES, _mapping(base=base))


def test_two_columns_of_one_name_are_not_chosen_between(registry):
    with pytest.raises(InputError, match="found two columns 'value'"):
        _read(registry, SERIES.replace("scope", "value"), _mapping())


@pytest.mark.parametrize(
    ("text", "file", "message"),
    [
        ("table: {" + PLAIN + "}", "t.txt", "found a 'table' for t.txt, expected one only for .csv"),
        ("table: {" + PLAIN.replace("region: region, ", "") + "}", "t.csv", "found no 'region'"),
        ("table: {" + PLAIN + ", vaule: x}", "t.csv", r"unknown key 'vaule' \(did you mean 'value'\?\)"),
        ("table: {" + PLAIN + ", scope: {const: a, column: b}}", "t.csv", "both column and const in scope"),
        ("table: {" + PLAIN + ", scope: {codes: {a: b}}}", "t.csv", "neither column nor const in scope"),
        ("table: {" + PLAIN + ", scope: {const: a, codes: {a: b}}}", "t.csv", "codes for the constant scope"),
        ("table: {" + PLAIN.replace("value: value", "value: {const: '3'}") + "}", "t.csv", "value with const"),
        ("table: {" + PLAIN + ", base_value: base}", "t.csv", "base_value without base_period"),
        ("table: {" + PLAIN + ", base_status: {const: E}}", "t.csv", "base_status without base_value"),
        ("table: {" + PLAIN + ", scope: ''}", "t.csv", "no column for scope"),
        ("table: {" + PLAIN + ", header: '0'}", "t.csv", "the number of a row"),
    ],
)
def test_a_bad_mapping_is_told(text, file, message):
    def parse():
        return parse_mapping(parse_yaml(text, MAPPING_SCHEMA if "table" in text else None, name="source.yml"), file)

    with pytest.raises(InputError, match=message):
        parse()


def test_a_mapping_is_proposed_only_from_plain_names():
    rows = scan_csv("指标,地区,年份,数值,单位\n", where="t.csv")
    assert propose_mapping({"": rows}, "t.csv") == {
        "value": "数值", "unit": "单位", "indicator": "指标", "region": "地区", "period": "年份",
    }  # fmt: skip
    with pytest.raises(InputError, match="one each for unit, period"):
        propose_mapping({"": scan_csv("指标,地区,数值,2023\n", where="t.csv")}, "t.csv")


# single cells
@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2023", "2023"), ("2023年", "2023"), ("2023-6", "2023-06"), ("2023年6月", "2023-06"),
        ("2022年12月31日", "2022-12-31"), ("2013/2022", "2013/2022"), ("2013—2022年", "2013/2022"),
        ("2016-2020", "2016/2020"),
    ],
)  # fmt: skip
def test_periods(registry, text, period):
    assert CellReader(registry).period(text) == period


@pytest.mark.parametrize(
    "text", ["", "今年", "23", "2023-13", "2023-02-30", "2022/2013", "2023/", "2023年度计划", "1/2/3"]
)
def test_no_periods(registry, text):
    with pytest.raises(CellError):
        CellReader(registry).period(text)


@pytest.mark.parametrize(
    ("method", "text", "message"),
    [
        ("scope", "339 citys; 实况", "unknown scope '339 citys'.*did you mean '339 cities'"),
        ("scope", "cities-9999", "unknown scope"),
        ("kind", "targets", "did you mean 'target'"),
        ("qualifier", "atleast", "did you mean 'at_least'"),
        ("status", "X", "unknown status"),
        ("unit", "", "no unit"),
        ("unit", "吨吨", "unknown unit"),
        ("indicator", "", "no indicator"),
    ],
)
def test_unknown_codes(registry, method, text, message):
    with pytest.raises(CellError, match=message):
        getattr(CellReader(registry), method)(text)


def test_a_region_is_known_by_code_too(registry):
    assert CellReader(registry).region("540000") == "西藏自治区"


@pytest.mark.parametrize(("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_a_spreadsheets_letters(index, letters):
    assert column_letters(index) == letters


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.integers(2000, 2030),
            st.decimals(-999, 999, allow_nan=False, allow_infinity=False, places=2),
            st.text(st.sampled_from(list('注,"\n ；x')), max_size=5),
        ),
        max_size=6,
    )
)
def test_any_table_gives_each_value_at_its_offsets(registry, rows):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["note", "indicator", "region", "year", "value", "unit"])
    writer.writerows([note, "forest_cover", "全国", year, value, "%"] for year, value, note in rows)
    raw = out.getvalue()
    figures = _read(registry, raw, _mapping())
    assert [(f.period, f.value) for f in figures] == [(str(year), float(value)) for year, value, _ in rows]
    assert [raw[f.start : f.end] for f in figures] == [str(value) for _, value, _ in rows]
    assert len({f.figure_id for f in figures}) == len(rows)


# the cut-off
FIGURE = Figure("s", 0, 1, "1", 1.0, "%", "exact", "level", period="2024")


@pytest.mark.parametrize(
    ("changes", "cutoff", "released", "late"),
    [
        ({}, "2024-06-30", "", True),
        ({}, "2024-12-31", "", False),
        ({}, "2024", "", False),
        ({}, "", "", False),
        ({"period": "2023"}, "2024-06-30", "", False),
        ({"period": "2024-06"}, "2024-06-30", "", False),
        ({"period": "2024-07"}, "2024-06", "", True),
        ({"period": "2019/2024", "kind": "change"}, "2023", "", True),
        ({"period": "2035", "kind": "target"}, "2023", "", False),
        ({"period": "2035", "kind": "target_change"}, "2023", "2024-01", True),
        ({"period": "2023"}, "2024-06-30", "2024-07-01", True),
        ({"period": "2023"}, "2024-06-30", "2024-06-30", False),
        ({"period": ""}, "2023", "", False),
    ],
)
def test_nothing_later_than_the_cutoff_is_drawn(changes, cutoff, released, late):
    assert is_after_cutoff(replace(FIGURE, **changes), cutoff, {"s": released}) is late


def test_last_days():
    assert [last_day(p) for p in ("2023", "2024-02", "2023-02-03", "2013/2022")] == [
        "2023-12-31", "2024-02-29", "2023-02-03", "2022-12-31",
    ]  # fmt: skip
