"""Tables of web pages: raw spans into the page's source, and what only lays out a page is none."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingshan.clean import clean_text
from qingshan.readers.choose import read_source
from qingshan.readers.html_tables import find_tables

SIMPLE = "<table><tr><td>地区</td><td>值</td></tr><tr><td>东川</td><td>1.5</td></tr></table>"


def _read(text, name="t.html"):
    return read_source(text.encode(), where=name, name=name)


def _page(body):
    return (
        f"<!DOCTYPE html>\n<html><head><title>公报</title></head>\n<body><p>正文。</p>{body}<p>末段。</p></body></html>"
    )


def _texts(source):
    """Return each table's cells as a reader of the cleaned page sees them, by name."""
    clean = clean_text(source.text)
    return {(grid.name, cell.name): clean.reading(cell.start, cell.end) for grid in source.grids for cell in grid.cells}


def _planted():
    rng = random.Random(5)
    wrap = [
        lambda text: f"<td>{text}</td>",
        lambda text: f"<TD align=right>\n  <p class='x'><span>{text}</span></p>\n</TD>",
        lambda text: f"<td><b>{text[:1]}</b>{text[1:]}",  # never closed
        lambda text: f"<td>&nbsp;{text}&ensp;</td>",
        lambda text: f"<td><!-- 旧值 9999 -->{text}<script>var x = 88;</script></td>",
        lambda text: f"<td>{''.join(f'&#{ord(char)};' for char in text)}</td>",
    ]
    expected, rows = {}, []
    rows.append('<thead><tr><td rowspan="2">地区</td><td colspan=2>2022年</td><td colspan="2">2023年</td></tr>')
    rows.append("<tr><th>排放量</th><th>占比</th><th>排放量</th><th>占比</th></tr></thead><tbody>")
    heads = {(1, 1): "地区", (1, 2): "2022年", (1, 4): "2023年"}
    heads |= {(2, column): ("排放量", "占比")[column % 2] for column in range(2, 6)}
    expected |= {("table 1", f"row {row}, column {column}"): text for (row, column), text in heads.items()}
    for row in range(3, 18):
        values = [
            f"第{row}区",
            f"{rng.randrange(10**6):,}",
            f"{rng.random() * 90:.1f}%",
            f"{rng.random():.3f}",
            f"{row}%",
        ]
        rows.append("<tr>" + "".join(wrap[(row + at) % 6](value) for at, value in enumerate(values)) + "</tr>")
        expected |= {("table 1", f"row {row}, column {at}"): value for at, value in enumerate(values, 1)}
    rows.append("<tr><td>合计<td colspan='4'>4711<sup>1</sup></tr></tbody>")
    expected |= {("table 1", "row 18, column 1"): "合计", ("table 1", "row 18, column 2"): "4711[1]"}
    first = "<table class=data><caption> <b>表1</b> 排放（单位：吨）</caption>" + "\n".join(rows) + "</table>"
    second = "<table><tr><td>PM<sub>2.5</sub>（μg/m<sup>3</sup>）<td>30</tr><tr><td>CO<sub>2</sub><td>4 </table>"
    expected |= {
        ("table 2", "row 1, column 1"): "PM2.5（μg/m3）", ("table 2", "row 1, column 2"): "30",
        ("table 2", "row 2, column 1"): "CO2", ("table 2", "row 2, column 2"): "4",
    }  # fmt: skip
    return _page(first + "<p>两表之间，共12家。</p>" + second), expected


@pytest.mark.parametrize("name", ["t.html", "T.HTM", "t.txt", "t.xls", "t"])
def test_every_planted_cell_comes_back_with_its_name(name):
    page, expected = _planted()
    source = _read(page, name)
    assert source.text == page
    assert _texts(source) == expected
    assert sum(any(char.isdigit() for char in text) for text in expected.values()) >= 50
    first, second = source.grids
    assert page[first.start :].startswith("<table class=data>")
    assert page[: first.end].endswith("</table>")
    assert page[slice(*first.caption)] == "表1</b> 排放（单位：吨）"
    assert second.caption == (0, 0)
    cells = {(cell.row, cell.column): cell for cell in first.cells}
    assert (cells[0, 0].row_span, cells[0, 1].column_span, cells[17, 1].column_span) == (2, 2, 4)
    assert {row for (row, _), cell in cells.items() if cell.is_header} == {0, 1}
    for outside in ("两表之间", "末段", "正文"):
        at = page.index(outside)
        assert not any(grid.start <= at < grid.end for grid in source.grids)


def test_a_cell_begins_and_ends_with_what_a_reader_sees():
    page = _page(
        "<table><tr><td> <p><b>85</b>.5%</p> </td><td>&nbsp;</td><td>1</td></tr><tr><td>a &lt; b</td><td>2</td></tr></table>"
    )
    (grid,) = _read(page).grids
    assert [page[cell.start : cell.end] for cell in grid.cells] == ["85</b>.5%", "", "1", "a &lt; b", "2"]


@pytest.mark.parametrize(
    "body",
    [
        "<table><tr><td>检索</td><td><form><input name=q></form></td></tr><tr><td>a</td><td>b</td></tr></table>",
        "<table role=presentation><tr><td>a</td><td>1</td></tr><tr><td>b</td><td>2</td></tr></table>",
        "<table><tr><td>a</td></tr><tr><td>1</td></tr></table>",  # one column
        "<table><tr><td>a</td><td>1</td></tr></table>",  # one row
        "<table><tr><td></td><td></td></tr><tr><td></td><td></td></tr></table>",
        f"<table><tr><td>左</td><td>{'全年处置12万吨，比上年增长。' * 30}</td></tr><tr><td>a</td><td>b</td></tr></table>",
        "<table><tr><td>栏目</td><td><h2>要闻</h2>处置12万吨</td></tr><tr><td>a</td><td>b</td></tr></table>",
        "<table><tr><td>栏目</td><td><ul><li>处置12万吨</li></ul></td></tr><tr><td>a</td><td>b</td></tr></table>",
        f"<table>{'全年处置12万吨，比上年增长。' * 6}<tr><td>a</td><td>1</td></tr><tr><td>b</td><td>2</td></tr></table>",
        "<!-- " + SIMPLE + " -->",
        "<script>var x = '" + SIMPLE.replace("</", "<\\/") + "';</script>",
        "<template>" + SIMPLE + "</template>",
        "<tr><td>a</td><td>1</td></tr><tr><td>b</td><td>2</td></tr>",
    ],
)  # fmt: skip
def test_what_lays_out_a_page_is_no_table(body):
    assert _read(_page(body)).grids == ()


def test_of_nested_tables_only_the_innermost_hold_data():
    page = _page(
        f"<table><tr><td>左栏</td><td><div>{SIMPLE}</div></td></tr><tr><td>x</td><td>{SIMPLE}</td></tr></table>"
    )
    source = _read(page)
    assert [page[grid.start : grid.end] for grid in source.grids] == [SIMPLE, SIMPLE]


def test_a_long_remark_makes_no_table_prose():
    rows = "".join(f"<tr><td>第{n}项</td><td>{n}</td><td>无</td></tr>" for n in range(8))
    remark = "<tr><td>第9项</td><td>9</td><td>" + "按上年口径折算后的数，" * 25 + "</td></tr>"
    assert len(_read(_page(f"<table>{rows}{remark}</table>")).grids) == 1


def test_a_form_around_the_page_makes_no_table_layout():
    assert len(_read(_page(f"<form id=aspnet>{SIMPLE}</form>")).grids) == 1


def test_titles_units_and_notes_inside_a_table_stand_outside_the_grid():
    page = _page(
        "<table><tr><td colspan=3>表2 用水量</td></tr><tr><td></td><td></td><td>单位：亿立方米</td></tr>"
        "<tr><td rowspan=2>地区</td><td colspan=2>用水量</td></tr><tr><td>2022年</td><td>2023年</td></tr>"
        "<tr><td rowspan=2>东川</td><td rowspan=2>1.5</td><td>1.6</td></tr><tr><td>1.7</td></tr>"
        "<tr><td colspan=3>注：按新口径，含12家。</td></tr></table>"
    )
    (grid,) = _read(page).grids
    assert [page[c.start : c.end] for c in grid.cells] == [
        "地区",
        "用水量",
        "2022年",
        "2023年",
        "东川",
        "1.5",
        "1.6",
        "1.7",
    ]
    assert [(c.row, c.row_span) for c in grid.cells][::4] == [(0, 2), (2, 2)]
    assert grid.cells[-1].name == "row 6, column 3"
    assert page[grid.start : grid.end].startswith("<tr><td rowspan=2>地区")
    assert page[: grid.end].endswith("<tr><td>1.7</td></tr>")


def test_many_cells_that_reach_far_down_cost_no_time():
    page = _page(
        f"<table><tr><td>a</td>{'<td rowspan=99999>1</td>' * 50_000}</tr>{'<tr><td>b</td></tr>' * 50_000}</table>"
    )
    assert len(_read(page).grids) == 1


def test_an_unclosed_table_is_prose_and_told():
    page = _page(SIMPLE.removesuffix("</table>"))
    source = _read(page)
    assert source.grids == ()
    assert source.notes == ("the table at line 3 is never closed and was read as running text",)


def test_spans_that_reach_too_far_end_with_the_table():
    page = _page(
        "<table><tr><td rowspan=99999999 colspan=0>地区</td><td rowspan='-1'>值</td><td colspan=1000>x</td></tr>"
        "<tr><td rowspan=0 colspan='2px'>1</td><td>2</td></tr><tr><td colspan='" + "9" * 5000 + "'>3</td></tr></table>"
    )
    (grid,) = _read(page).grids
    assert [(c.row, c.column, c.row_span, c.column_span) for c in grid.cells] == [
        (0, 0, 3, 1), (0, 1, 1, 1), (0, 2, 1, 2), (1, 1, 2, 2), (1, 3, 1, 1), (2, 3, 1, 1),
    ]  # fmt: skip


def test_a_text_that_is_no_page_has_no_tables():
    assert find_tables("浓度<5，" + "x" * 100 + SIMPLE[:12]) == ((), ())
    assert _read("一段话，含12家。", "t.txt").grids == ()


HOSTILE = [
    "<table><tr><td>", "<td rowspan=99999999>1", "<td rowspan=65534 colspan=1000>1", "<tr><td colspan=1000>1", "<!--", "<!--a>",
    "<a href='", "<a =", "<![CDATA[", "<![if", "</table>", "<table>", "<caption>", "<sup>1", "<sup>1</sup>", "<!", "&#", "<?x", "<",
    "<script>", "<td><p>",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_pages_end_soon(piece):
    page = _page("<table><tr><td>a<td>1<tr><td>b<td>2" + piece * 100_000)
    source = _read(page)
    clean_text(page)
    for grid in source.grids:
        assert all(cell.row_span <= 100_003 for cell in grid.cells)


def test_a_table_of_a_hundred_thousand_cells_is_read():
    rows = "".join(f"<tr><td>县{n}</td>{''.join(f'<td>{n * k}</td>' for k in range(9))}</tr>" for n in range(10_000))
    (grid,) = _read(_page(f"<table>{rows}</table>")).grids
    assert len(grid.cells) == 100_000


PARTS = [
    "<table>", "</table>", "<tr>", "</tr>", "<td>", "</td>", "<th colspan=2>", "<td rowspan=2>", "<caption>", "</caption>", "甲",
    "12.5%", "&nbsp;", "&#51;", "<b>", "</b>", "<sup>", "</sup>", "<!--", "-->", "<p>", "<", ">", "\n", "<thead>", "<script>", "</script>",
    "<![CDATA[", "]]>",
]  # fmt: skip


@given(st.lists(st.sampled_from(PARTS), max_size=60))
def test_offsets_hold_on_any_page(parts):
    page = "<p>甲</p><p>乙</p>" + "".join(parts)
    grids, _ = find_tables(page)
    at = 0
    clean = clean_text(page)
    for grid in grids:
        assert at <= grid.start < grid.end <= len(page)
        assert page.startswith(("<table", "<tr", "<td", "<th"), grid.start)
        at = grid.end
        taken = set()
        for cell in grid.cells:
            assert grid.start < cell.start <= cell.end < grid.end
            reading = clean.reading(cell.start, cell.end)
            assert reading == reading.strip() or "[" in reading
            assert (cell.row, cell.column) not in taken
            taken.add((cell.row, cell.column))
