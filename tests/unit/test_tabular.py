"""Figures of tables that nobody mapped: the specification in specs/tables.jsonl, and the promises around it."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingshan.curate.rule import is_cell
from qingshan.extract import Extractor
from qingshan.model import Grid, GridCell, SourceText
from qingshan.readers.csv_table import scan_csv
from qingshan.readers.rows import TableText
from qingshan.table_mapping import Binding, TableMapping
from qingshan.tables_source import TableSource

SPECS = Path(__file__).parents[1] / "specs" / "tables.jsonl"
CASES = [json.loads(line) for line in SPECS.read_text(encoding="utf-8").splitlines()]


def source_of(rows, before="", after="", header=0, aside=False, name="table 1"):
    """Return the text layer of one table: its cells divided by tabs, its rows by line ends.

    A cell is its words, or [words, row span, column span]; the first `header` rows are marked as headings. With
    `aside` the reader says that the whole table is no part of the article.
    """
    parts, cells, taken, at = [before], [], set(), len(before)
    for row, items in enumerate(rows):
        column = 0
        for item in items:
            words, row_span, column_span = (item, 1, 1) if isinstance(item, str) else item
            while (row, column) in taken:
                column += 1
            taken |= {(row + i, column + j) for i in range(row_span) for j in range(column_span)}
            cells.append(GridCell(row, column, at, at + len(words), row_span, column_span, row < header))
            column += column_span
            parts.append(words + ("\n" if item is items[-1] else "\t"))
            at += len(parts[-1])
    return SourceText(
        "".join(parts) + after,
        grids=(Grid(len(before), at, name, tuple(cells)),),
        set_aside=((len(before), at),) if aside else (),
    )


@pytest.fixture(scope="module")
def extractor(vocabulary):
    return Extractor(vocabulary)


def _read(extractor, rows, year="2023", area="山西省", **given):
    return extractor.extract_source(source_of(rows, **given), "t", year=year, area=area).figures


def _wrong(figure, wanted):
    """Yield what differs between a figure and what is asked of it."""
    is_marked = "table=inferred" in figure.rules
    if is_marked != wanted.get("mark", True):
        yield f"{figure.text}: table=inferred is {is_marked}"
    for field, answer in wanted.items():
        if field == "mark":
            continue
        if field == "rule":
            if answer not in figure.rules.split(";"):
                yield f"{figure.text}: no {answer} in {figure.rules}"
        elif getattr(figure, field) != (pytest.approx(answer) if isinstance(answer, float | int) else answer):
            yield f"{figure.text}: {field} is {getattr(figure, field)!r}, not {answer!r}"


@pytest.mark.parametrize("case", CASES, ids=[case["about"] for case in CASES])
def test_specification(extractor, case):
    source = {name: case[name] for name in ("before", "after", "header", "aside") if name in case}
    figures = _read(extractor, case["rows"], case["year"], case["area"], **source)
    assert [figure.text for figure in figures] == [wanted["text"] for wanted in case["found"]]
    wrong = [what for figure, wanted in zip(figures, case["found"], strict=True) for what in _wrong(figure, wanted)]
    assert wrong == []


def _is_negative_or_mixed(case):
    """Whether a case holds digits in its cells that are no figure, or a figure that must not be called whole."""
    digits = sum(
        any(char.isdigit() for char in (c if isinstance(c, str) else c[0])) for row in case["rows"] for c in row
    )
    return digits > len(case["found"]) or any(w.get("integrity", "whole") != "whole" for w in case["found"])


def test_the_specification_is_large_and_half_of_it_negative_or_mixed():
    assert len(CASES) >= 60
    assert sum(map(_is_negative_or_mixed, CASES)) * 2 >= len(CASES)
    assert len({case["about"] for case in CASES}) == len(CASES)


FIELDS = ("value", "unit", "kind", "subject", "region", "period", "base_period", "integrity")
PLAIN = [
    ["指标", "太原市", "大同市", "朔州市"],
    ["用水量（万吨）", "90", "70", "15.5"],
    ["森林覆盖率（%）", "20.5", "18", "—"],
]


def _values(figures, fields=FIELDS):
    return sorted(tuple(getattr(figure, field) for field in fields) for figure in figures)


def test_a_transposed_table_says_the_same(extractor):
    turned = [list(row) for row in zip(*PLAIN, strict=True)]
    assert len(_read(extractor, PLAIN)) == 5
    assert _values(_read(extractor, PLAIN)) == _values(_read(extractor, turned))


@pytest.mark.parametrize("case", [c for c in CASES if all(isinstance(x, str) for row in c["rows"] for x in row)
                                  and all(w.get("mark", True) for w in c["found"])
                                  and len({len(row) for row in c["rows"]}) == 1 and c["about"] != "a calendar"], ids=lambda case: case["about"])  # fmt: skip
def test_the_values_of_every_plain_table_are_the_same_turned(extractor, case):
    source = {name: case[name] for name in ("before", "after", "aside") if name in case}
    turned = [list(row) for row in zip(*case["rows"], strict=True)]
    fields = ("value", "unit", "kind", "region", "period", "integrity")
    straight = _read(extractor, case["rows"], case["year"], case["area"], **source)
    assert _values(_read(extractor, turned, case["year"], case["area"], **source), fields) == _values(straight, fields)


@pytest.mark.parametrize("case", CASES, ids=[case["about"] for case in CASES])
def test_empty_rows_and_columns_change_nothing(extractor, case):
    source = {name: case[name] for name in ("before", "after", "aside") if name in case}
    given = source_of(case["rows"], **source)
    (grid,) = given.grids
    moved = tuple(
        GridCell(c.row * 2 + 1, c.column * 2 + 1, c.start, c.end, c.row_span * 2 - 1, c.column_span * 2 - 1)
        for c in grid.cells
    )
    wide = SourceText(given.text, grids=(Grid(grid.start, grid.end, grid.name, moved),), set_aside=given.set_aside)
    first, second = (
        extractor.extract_source(s, "t", year=case["year"], area=case["area"]).figures for s in (given, wide)
    )
    if "header" not in case:
        assert _values(first, (*FIELDS, "start")) == _values(second, (*FIELDS, "start"))


CELLS = st.sampled_from(
    ["", "地区", "太原市", "PM2.5（微克/立方米）", "2022年", "2023", "12", "１２.5%", "—", "约30个", "下降3%", "5(H)", "態(tài)勢", "单位",
     "万吨", "合计", "1,200", "-3.2", "≥85", "备注", "🌳", "（", "全省建成12个站点。", "比上年增减（%）", "\ufffd", "9" * 30]
)  # fmt: skip


@given(
    st.lists(st.lists(CELLS, min_size=1, max_size=5), min_size=1, max_size=6),
    st.sampled_from(["", "表1 用水量\n单位：万吨\n"]),
)
@settings(max_examples=300, deadline=None)
def test_offsets_slice_the_raw_text(extractor, rows, before):
    given_source = source_of(rows, before=before)
    raw = given_source.text
    figures = extractor.extract_source(given_source, "t", year="2023", area="山西省").figures
    for figure in figures:
        assert raw[figure.start : figure.end] == figure.text
        assert figure.text in figure.quote
        assert raw[: figure.start].endswith(figure.prefix)
        assert raw[figure.end :].startswith(figure.suffix)
        assert figure.value_low <= figure.value <= figure.value_high
    assert [f.start for f in figures] == sorted({f.start for f in figures})


def test_the_mapping_reader_reads_the_same_values(extractor, registry):
    text = "地区,年份,数值\n北京市,2021,33.0\n天津市,2022,37.0\n"
    rows = scan_csv(text, where="t.csv")
    bindings = {
        "value": Binding("数值", None), "region": Binding("地区", None), "period": Binding("年份", None),
        "unit": Binding(None, "微克/立方米"), "indicator": Binding(None, "细颗粒物年均浓度"),
    }  # fmt: skip
    mapped = TableSource(registry).figures(
        TableText(text, rows, "", "t.csv"), TableMapping("", 1, ",", (), bindings, "source.yml"), "t"
    )
    cells = tuple(
        GridCell(r, c, cell.start, cell.end) for r, row in enumerate(rows) for c, cell in enumerate(row.cells)
    )
    before = "细颗粒物年均浓度（微克/立方米）\n"
    moved = tuple(GridCell(c.row, c.column, c.start + len(before), c.end + len(before)) for c in cells)
    grid = Grid(len(before), len(before) + len(text), "t.csv", moved)
    inferred = extractor.extract_source(SourceText(before + text, grids=(grid,)), "t", area="全国").figures
    fields = ("text", "value", "unit", "kind", "qualifier", "region", "period", "region_basis", "period_basis",
              "value_low", "value_high", "integrity")  # fmt: skip
    assert len(mapped) == 2
    assert _values(mapped, fields) == _values(inferred, fields)
    assert [is_cell(figure) for figure in (*mapped, *inferred)] == [True, True, False, False]


def test_a_figure_says_where_it_stands_and_how_it_was_read(extractor):
    figure = _read(extractor, [["城市", "用水量（万吨）"], ["太原市", "90"]], name="page 7, table 1")[0]
    assert (figure.locator, figure.quote, figure.reading) == ("page 7, table 1, row 2, column 2", "太原市\t90", "90")
    fields = [part.partition("=")[0] for part in figure.rules.split(";")]
    assert fields == ["number", "kind", "qualifier", "subject", "unit", "region", "period", "integrity", "table"]


def test_a_table_between_two_provinces_does_not_lend_its_places_to_the_prose_after_it(extractor):
    rows = [["地区", "用水量（万吨）"], ["北京市", "90"], ["天津市", "70"], ["天津市武清区", "7"]]
    figure = _read(extractor, rows, area="全国", after="建成12个监测站。\n")[-1]
    assert (figure.text, figure.region, figure.region_basis) == ("12个", "全国", "document")


def test_a_raised_note_is_no_digit_of_the_value(extractor):
    page = "<html><body><div><p>各市用水量</p><table><tr><th>地区</th><th>用水量（万吨）</th></tr><tr><td>太原市</td><td>35<sup>1</sup></td></tr></table></div></body></html>"
    cells = []
    for number, words in enumerate(["地区", "用水量（万吨）", "太原市", "35<sup>1</sup>"]):
        start = page.index(f">{words}<") + 1
        cells.append(GridCell(number // 2, number % 2, start, start + len(words)))
    grid = Grid(page.index("<table>"), page.index("</table>"), "table 1", tuple(cells))
    (figure,) = extractor.extract_source(SourceText(page, grids=(grid,)), "t", year="2023", area="山西省").figures
    assert (figure.text, figure.value, figure.region) == ("35", 350000, "太原市")


@pytest.mark.parametrize(
    "cells",
    [
        tuple(GridCell(r, c, 0, 2, 10**6, 10**6) for r in range(300) for c in range(300)),
        tuple(GridCell(r, r, 0, 2) for r in range(30_000)),
        (GridCell(0, 0, 0, 9, 10**9, 10**9), GridCell(10**9, 10**9, 10, 12)),
    ],
    ids=["spans over spans", "a diagonal", "far corners"],
)
def test_hostile_grids_end(extractor, cells):
    text = "12345678\t90\n"
    assert extractor.extract_source(SourceText(text, grids=(Grid(0, len(text), "t", cells),)), "t") is not None


@pytest.mark.parametrize(
    "text", ["9" * 20_000, "（" * 20_000, "1." * 10_000, "年" * 20_000, "单位：" * 8_000, "1、" * 10_000]
)
def test_hostile_cells_end(extractor, text):
    _read(extractor, [["地区", text], [text, "12"], ["太原市", text]], before=text[:300] + "\n")


# a first row of names and bare years -> (value, subject, period) of the table's numbers
YEAR_HEADS = {
    "指标,单位,2021,2022\n森林覆盖率,%,23.5,23.8\n用水总量,亿立方米,7.2,7.1\n": [
        ("23.5", "森林覆盖率", "2021"), ("23.8", "森林覆盖率", "2022"), ("7.2", "用水总量", "2021"), ("7.1", "用水总量", "2022"),
    ],
    "序号,指标,单位,2021,2022\n1,森林覆盖率,%,23.5,23.8\n2,用水总量,亿立方米,7.2,7.1\n": [
        ("23.5", "森林覆盖率", "2021"), ("23.8", "森林覆盖率", "2022"), ("7.2", "用水总量", "2021"), ("7.1", "用水总量", "2022"),
    ],
    "地区,指标,单位,2021,2022\n太原市,森林覆盖率,%,23.5,23.8\n大同市,森林覆盖率,%,23.6,23.9\n": [
        ("23.5", "森林覆盖率", "2021"), ("23.8", "森林覆盖率", "2022"), ("23.6", "森林覆盖率", "2021"), ("23.9", "森林覆盖率", "2022"),
    ],
    "站名,建成年,处理量（万吨）\n甲站,2001,23.5\n乙站,2002,23.8\n": [("23.5", "甲站处理量", "2023"), ("23.8", "乙站处理量", "2023")],
    "企业,产量（吨）,年份\n甲厂,2010,2022\n乙厂,2015,2023\n": [("2010", "甲厂", "2022"), ("2015", "乙厂", "2023")],
}  # fmt: skip


@pytest.mark.parametrize("text", YEAR_HEADS)
def test_years_beside_more_names_than_one_head_their_columns(text, extractor):
    from qingshan.readers.choose import read_source

    source = read_source(text.encode(), where="a.csv", name="a.csv")
    figures = extractor.extract_source(source, "a", year="2023").figures
    assert [(figure.text, figure.subject, figure.period) for figure in figures] == YEAR_HEADS[text]
