"""The geometry behind the PDF reader, with boxes made up here: no PDF is read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingshan.readers.pdf_aligned import find_aligned
from qingshan.readers.pdf_flow import build
from qingshan.readers.pdf_heads import PageBlocks
from qingshan.readers.pdf_layout import Block, Line, lay_out
from qingshan.readers.pdf_line import Glyph, cell_lines, glyphs_text, join_lines, plain
from qingshan.readers.pdf_tables import Rule, Table, TableCell, find_tables

SIZE = 10.0


def put(text: str, x: float, base: float, size: float = SIZE, gap: float = 0.0) -> list[Glyph]:
    """Set a line: Chinese one size wide, others half; a blank makes room and marks the glyph after it."""
    glyphs: list[Glyph] = []
    spaced = False
    for char in text:
        if char == " ":
            x, spaced = x + size / 4, True
            continue
        width = size if char > "\u2e7f" else size / 2
        glyphs.append(Glyph(char, x, x + width, base - 0.88 * size, base + 0.12 * size, base, size, spaced))
        x, spaced = x + width + gap, False
    return glyphs


def texts(blocks: tuple[Block, ...]) -> list[str]:
    return [line.text for block in blocks for line in block.lines]


# ---------------------------------------------------------------- one line


@pytest.mark.parametrize(
    ("text", "gap"),
    [("比例为85.5%", 0.0), ("比例为85.5%", 2.5), ("比例为85.5%", 4.0), ("1,234.5吨", 3.0), ("rate85.5", 0.5)],
)
def test_justified_numbers_get_no_space(text: str, gap: float) -> None:
    assert glyphs_text(put(text, 0, 100, gap=gap)) == text


def test_a_number_spread_within_a_tight_line_gets_no_space() -> None:
    glyphs = put("全市优良天数比例为", 0, 100)
    glyphs += put("85.5%", glyphs[-1].x1 + 2.5, 100, gap=3.0)
    assert glyphs_text(glyphs) == "全市优良天数比例为85.5%"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2022 2023", "2022 2023"),
        ("The rate rose", "The rate rose"),
        ("12 km", "12 km"),
        ("2023 年", "2023年"),
        ("表1 全国情况", "表1 全国情况"),
        ("1.2 水环境", "1.2 水环境"),
        ("第一章 总则", "第一章 总则"),
    ],
)
def test_spaces_of_the_file(text: str, shown: str) -> None:
    assert glyphs_text(put(text, 0, 100)) == shown


def test_letters_without_space_characters_are_parted_by_their_gaps() -> None:
    glyphs = put("rate", 0, 100) + put("rose", 22.5, 100)
    assert glyphs_text(glyphs) == "rate rose"


@pytest.mark.parametrize(
    ("before", "raised", "after", "shown"),
    [
        ("85.5%", "2", "，上升", "85.5%[2]，上升"),
        ("1250", "3", "个", "1250[3]个"),
        ("排放量", "1,2", "为", "排放量[1,2]为"),
        ("118km", "2", "。", "118km2。"),
        ("49μg/m", "3", "，", "49μg/m3，"),
        ("3.2×10", "4", "立方米", "3.2×10⁴立方米"),
        ("10", "4", "kW", "10⁴kW"),
        ("mg·m", "-3", "，", "mg·m-3，"),
        ("", "1", "与上年相比", "[1]与上年相比"),
    ],
)
def test_raised_digits(before: str, raised: str, after: str, shown: str) -> None:
    glyphs = put(before, 0, 100)
    glyphs += put(raised, glyphs[-1].x1 if glyphs else 0, 96.5, 6)
    glyphs += put(after, glyphs[-1].x1, 100)
    assert glyphs_text(glyphs) == shown


def test_lowered_digits_stay_plain() -> None:
    glyphs = put("PM", 0, 100) + put("2.5", 10, 101, 6) + put("为30", 19, 100)
    assert glyphs_text(glyphs) == "PM2.5为30"


def test_radicals_and_ligatures_are_plain_characters() -> None:
    assert plain("⽤") == "用"
    assert plain("⻅") == "见"
    assert plain("ﬁ") == "fi"
    assert plain("³") == "³"
    assert plain("％") == "％"


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("比例为", "85.5%", "比例为85.5%"),
        ("比例为85.", "5%", "比例为85.5%"),
        ("面积1,2", "76.5公顷", "面积1,276.5公顷"),
        ("比例为85.5", "%，", "比例为85.5%，"),
        ("the rate", "rose by", "the rate rose by"),
        ("envi-", "ronment", "environment"),
        ("PM2.5-", "related", "PM2.5- related"),
        ("30微克/", "立方米", "30微克/立方米"),
        ("about 85", "kW", "about 85 kW"),
    ],
)
def test_lines_join(before: str, after: str, joined: str) -> None:
    assert join_lines(before, after) == joined


# ---------------------------------------------------------------- columns


def prose(x: float, bases: list[float], mark: str, characters: int = 20) -> list[Glyph]:
    return [
        glyph for number, base in enumerate(bases) for glyph in put(mark * (characters - 1) + str(number % 10), x, base)
    ]


def rows(first: float, count: int) -> list[float]:
    return [first + 15 * number for number in range(count)]


def order(glyphs: list[Glyph], rules: list[Rule] | None = None) -> str:
    """Return the first characters of the lines in reading order, without repeats."""
    marks = [text[0] for text in texts(lay_out(glyphs, rules or []).blocks)]
    return "".join(mark for at, mark in enumerate(marks) if not at or marks[at - 1] != mark)


def test_two_columns_are_read_one_after_the_other() -> None:
    assert order(prose(50, rows(100, 10), "左") + prose(270, rows(100, 10), "右")) == "左右"


def test_the_order_in_the_file_does_not_matter() -> None:
    lines = [(prose(50, [base], "左"), prose(270, [base], "右")) for base in rows(100, 10)]
    assert order([glyph for pair in lines for line in pair for glyph in line]) == "左右"


def test_columns_whose_lines_are_not_level() -> None:
    assert order(prose(50, rows(100, 10), "左") + prose(270, rows(107, 9), "右")) == "左右"


def test_columns_of_unequal_length() -> None:
    assert order(prose(50, rows(100, 20), "左") + prose(270, rows(100, 4), "右")) == "左右"


def test_a_heading_across_stands_before_both_columns_and_a_caption_between_them() -> None:
    glyphs = put("题" * 42, 50, 60) + prose(50, rows(100, 6), "左") + prose(270, rows(100, 6), "右")
    glyphs += put("图" * 20, 150, 220) + prose(50, rows(260, 6), "下") + prose(270, rows(260, 6), "末")
    assert order(glyphs) == "题左右图下末"


def test_a_short_heading_below_both_columns_is_read_after_them() -> None:
    glyphs = prose(50, rows(100, 8), "左") + prose(270, rows(100, 8), "右")
    glyphs += put("题" * 6, 50, 245) + put("全" * 42, 50, 262) + put("全" * 42, 50, 277)
    assert order(glyphs) == "左右题全"


def test_three_columns() -> None:
    glyphs = [glyph for x, mark in ((50, "一"), (200, "二"), (350, "三")) for glyph in prose(x, rows(100, 9), mark, 13)]
    assert order(glyphs) == "一二三"


def test_a_table_that_begins_a_little_before_its_column_parts_no_column() -> None:
    rules = grid([264, 360, 460], [115, 135, 155])
    glyphs = [g for r in range(2) for c in range(2) for g in put(f"表{r}{c}", 270 + 96 * c, 130 + 20 * r)]
    right = prose(270, rows(100, 1), "右") + glyphs + prose(270, rows(175, 5), "右")
    found = lay_out(prose(50, rows(100, 10), "左") + right, rules)
    assert order(prose(50, rows(100, 10), "左") + right, rules) == "左右"
    assert [block.path for block in found.blocks if block.table] == ["R"]


def test_a_table_across_both_columns_parts_them() -> None:
    glyphs = prose(50, rows(100, 5), "左") + prose(270, rows(100, 5), "右")
    glyphs += [g for r in range(2) for c in range(2) for g in put(f"表{r}{c}", 55 + 200 * c, 200 + 20 * r)]
    glyphs += prose(50, rows(260, 5), "下") + prose(270, rows(260, 5), "末")
    assert order(glyphs, grid([50, 250, 470], [185, 205, 225])) == "左右下末"


def test_rows_of_a_table_are_no_columns() -> None:
    glyphs = [glyph for base in rows(100, 6) for glyph in (*put("东山县区", 50, base), *put("85.5", 300, base))]
    found = lay_out(glyphs, [])
    assert [block.table is not None for block in found.blocks] == [True]
    assert [(cell.row, cell.column, cell.text) for cell in found.blocks[0].table.cells[:2]] == [
        (0, 0, "东山县区"),
        (0, 1, "85.5"),
    ]


def test_prose_in_two_columns_is_no_table() -> None:
    found = lay_out(prose(50, rows(100, 10), "左") + prose(270, rows(100, 10), "右"), [])
    assert all(block.table is None for block in found.blocks)
    assert not found.is_doubtful


def test_lines_with_wide_gaps_that_are_no_columns_are_told_of() -> None:
    glyphs = [g for base in rows(100, 6) for g in (*put("左文左文", 50, base), *put("右文右文", 150, base))]
    assert lay_out(glyphs, []).is_doubtful


# ---------------------------------------------------------------- tables


def grid(xs: list[float], ys: list[float]) -> list[Rule]:
    return [Rule(xs[0], y, xs[-1], y) for y in ys] + [Rule(x, ys[0], x, ys[-1]) for x in xs]


def test_a_ruled_table() -> None:
    glyphs = [g for r in range(3) for c in range(3) for g in put(f"{r}{c}", 55 + 50 * c, 115 + 20 * r)]
    found = find_tables([*glyphs, *put("文", 50, 300)], grid([50, 100, 150, 200], [100, 120, 140, 160]))
    assert [cell.text for cell in found.boxes[0].cells] == [f"{r}{c}" for r in range(3) for c in range(3)]
    assert [glyph.text for glyph in found.rest] == ["文"]


def test_merged_cells_where_no_line_stands() -> None:
    rules = [r for r in grid([50, 100, 150, 200], [100, 120, 140, 160]) if (r.x0, r.y0) not in {(50, 120), (150, 100)}]
    rules += [Rule(100, 120, 200, 120), Rule(150, 120, 150, 160)]
    glyphs = put("县", 55, 125) + put("排放", 130, 115) + put("氮", 105, 135) + put("磷", 155, 135)
    glyphs += put("甲", 55, 155) + put("1.5", 105, 155) + put("2.5", 155, 155)
    cells = {cell.text: cell for cell in find_tables(glyphs, rules).boxes[0].cells}
    assert (cells["县"].row_span, cells["县"].column_span) == (2, 1)
    assert (cells["排放"].row_span, cells["排放"].column_span) == (1, 2)
    assert (cells["氮"].row, cells["氮"].column) == (1, 1)


def test_open_sides_and_rows_without_lines() -> None:
    rules = [Rule(50, y, 200, y) for y in (100, 120, 180)] + [Rule(100, 100, 100, 180), Rule(150, 100, 150, 180)]
    glyphs = [g for c, t in enumerate(("区", "量", "比")) for g in put(t, 55 + 50 * c, 115)]
    glyphs += [
        g for r in range(3) for c, t in enumerate(("甲", f"{r}.5", "3%")) for g in put(t, 55 + 50 * c, 135 + 18 * r)
    ]
    cells = find_tables(glyphs, rules).boxes[0].cells
    assert [(cell.row, cell.text) for cell in cells if cell.column == 1] == [
        (0, "量"),
        (1, "0.5"),
        (2, "1.5"),
        (3, "2.5"),
    ]


def test_a_frame_around_prose_is_no_table() -> None:
    glyphs = prose(60, rows(115, 4), "文")
    blocks = lay_out(glyphs, grid([50, 300], [100, 180])).blocks
    assert all(block.table is None for block in blocks)
    assert len(texts(blocks)) == 4


def test_an_empty_lattice_such_as_a_chart_has_is_no_table() -> None:
    rules = grid([50 + 10 * n for n in range(12)], [100 + 10 * n for n in range(12)])
    assert find_tables(put("图1", 52, 108), rules).boxes == ()


def test_frames_within_frames_end() -> None:
    rules = [rule for n in range(60) for rule in grid([10 + 4 * n, 590 - 4 * n], [10 + 4 * n, 590 - 4 * n])]
    assert texts(lay_out(put("文", 300, 300), rules).blocks) == ["文"]


def test_a_list_of_contents_is_no_table() -> None:
    lines = [put(f"第{n}章", 50, 100 + 15 * n) + put(str(3 * n), 300, 100 + 15 * n) for n in range(1, 7)]
    assert find_aligned(lines) == []


def test_two_rows_of_numbers_without_lines_are_no_table() -> None:
    lines = [put("甲", 50, 100 + 15 * n) + put("8.5", 300, 100 + 15 * n) for n in range(2)]
    assert find_aligned(lines) == []
    assert len(find_aligned(lines, [Rule(50, 85, 320, 85), Rule(50, 120, 320, 120)])) == 1


def test_cell_lines_keep_raised_digits_with_their_line() -> None:
    glyphs = put("5.1", 0, 100) + put("2", 15, 96.5, 6) + put("吨", 0, 115)
    assert [text for _, text in cell_lines(glyphs)] == ["5.1[2]", "吨"]


# ---------------------------------------------------------------- pages


def line(text: str, base: float, x0: float = 50, x1: float = 450, size: float = SIZE) -> Line:
    return Line(text, x0, x1, base - size, base, base, size, size)


def page(number: int, *lines: Line) -> PageBlocks:
    return PageBlocks(number, 800, (Block(lines),))


def test_heads_feet_and_page_numbers_are_set_aside() -> None:
    body = [f"第{n}页的正文有一些不同的话" for n in range(4)]
    pages = [
        page(
            n + 1,
            line("简报2023年增长9%", 50),
            line(body[n], 100),
            line("全页的正文。", 115, x1=200),
            line(f"— {n + 7} —", 770),
        )
        for n in range(4)
    ]
    source = build(pages, reader="", version="")
    aside = [source.text[start:end] for start, end in source.set_aside]
    assert aside == [text for n in range(4) for text in ("简报2023年增长9%", f"— {n + 7} —")]
    assert all(source.text.count(text) == 1 for text in body)


def test_a_body_line_that_repeats_by_chance_is_kept() -> None:
    pages = [
        page(
            n,
            line("重复的正文一行。", 80),
            line(f"其后{n}正文一行", 95),
            line(f"再后{n}正文一行。", 110),
            line("末行。", 125),
        )
        for n in range(1, 4)
    ]
    pages += [page(n, line("甲乙丙丁戊己庚辛壬"[n] + "另一行。", 80), line(f"其后{n}一行。", 95)) for n in range(4, 9)]
    assert build(pages, reader="", version="").set_aside == ()


def test_a_sentence_over_a_page_break_is_whole_and_heads_and_notes_follow_it() -> None:
    one = [
        line("简报", 50, x1=80),
        line("全市优良天数比例为85.", 600),
        line("[1] 注释30%。", 740, x1=200, size=8),
        line("1", 780, x1=55),
    ]
    two = [
        line("简报", 50, x1=80),
        line("5%，同比上升。", 100, x1=200),
        line("又一段长长的文字", 115, x0=70),
        line("2", 780, x1=55),
    ]
    source = build([page(1, line("长" * 30, 585), *one), page(2, *two)], reader="", version="")
    assert "全市优良天数比例为85.5%，同比上升。\n" in source.text
    assert source.place(source.text.index("比例")) == "page 1"
    assert source.place(source.text.index("同比")) == "page 2"
    assert source.place(source.text.index("注释")) == "page 1"


def test_an_indent_a_gap_a_short_line_and_a_heading_part_paragraphs() -> None:
    lines = [
        line("大题", 100, x1=90, size=16),
        line("甲" * 40, 130, x0=70),
        line("乙" * 40, 145),
        line("丙。", 160, x1=70),
    ]
    lines += [line("丁" * 40, 175, x0=70), line("戊" * 40, 190), line("己" * 40, 230)]
    got = build([page(1, *lines)], reader="", version="").text.splitlines()
    assert got == ["大题", "甲" * 40 + "乙" * 40 + "丙。", "丁" * 40 + "戊" * 40, "己" * 40]


def table(*rows: tuple[str, ...], x1: float = 450) -> Block:
    cells = tuple(TableCell(r, c, text) for r, row in enumerate(rows) for c, text in enumerate(row))
    return Block(table=Table(50, x1, 100, 200, cells))


HEADS = ("指标", "2022年", "2023年")


@pytest.mark.parametrize(
    ("second", "grids"),
    [
        (table(("氮", "3", "4")), 1),  # no headings
        (table(HEADS, ("氮", "3", "4")), 1),  # the same headings
        (table(("指标", "2021年", "2022年"), ("氮", "3", "4")), 2),  # other headings
        (table(("地区", "面积", "人口"), ("东", "3", "4")), 2),
        (table(("氮", "3", "4"), x1=300), 2),  # another width
        (table(("氮", "4")), 2),  # other columns
    ],
)
def test_a_table_over_a_page_break_is_one(second: Block, grids: int) -> None:
    first = table(HEADS, ("磷", "1", "2"))
    one = PageBlocks(1, 800, (Block((line("正文一行。", 80, x1=200),)), first, Block((line("1", 780, x1=55),))))
    two = PageBlocks(2, 800, (second, Block((line("后文。", 300, x1=200),)), Block((line("2", 780, x1=55),))))
    source = build([one, two, page(3, line("末。", 100, x1=200), line("3", 780, x1=55))], reader="", version="")
    assert len(source.grids) == grids
    cells = {source.text[cell.start : cell.end]: (grid_.name, cell) for grid_ in source.grids for cell in grid_.cells}
    name, cell = cells["4"]
    if grids == 1:
        assert (name, cell.row, cell.column) == ("page 1, table 1", 2, 2)
        assert cell.name == f"row {len(second.table.cells) // 3}, column 3 on page 2"
        assert source.text.count("指标") == 1
    elif len(second.table.cells) % 3 == 0:
        assert (name, cell.name) == ("page 2, table 1", f"row {len(second.table.cells) // 3}, column 3")
    assert source.place(cell.start) == "page 2"
    assert source.place(source.text.index("后文")) == "page 2"


def test_text_between_two_tables_keeps_them_apart() -> None:
    first, second = table(HEADS, ("磷", "1", "2")), table(("氮", "3", "4"))
    one = PageBlocks(1, 800, (first, Block((line("正文一行。", 300, x1=200),))))
    source = build([one, PageBlocks(2, 800, (second,))], reader="", version="")
    assert [grid_.name for grid_ in source.grids] == ["page 1, table 1", "page 2, table 1"]
    below = build([PageBlocks(1, 800, (first, second))], reader="", version="")
    assert len(below.grids) == 2


def test_lines_with_wide_gaps_are_not_joined() -> None:
    lines = [replace(line(f"第{n}章 {n}", 100 + 15 * n), is_parted=True) for n in range(4)]
    assert len(build([page(1, *lines)], reader="", version="").text.splitlines()) == 4


glyph_lists = st.lists(
    st.tuples(
        st.sampled_from("水量85.%，ab"), st.floats(0, 500), st.floats(0, 700), st.sampled_from([6.0, 10.0, 14.0])
    ),
    max_size=60,
)
rule_lists = st.lists(st.tuples(st.floats(0, 500), st.floats(0, 700), st.floats(5, 300), st.booleans()), max_size=25)


@settings(max_examples=150, deadline=None)
@given(glyph_lists, rule_lists)
def test_nothing_vanishes_and_every_cell_is_its_slice(glyphs: list, rules: list) -> None:
    made = [Glyph(c, x, x + s, y - 0.88 * s, y + 0.12 * s, y, s) for c, x, y, s in glyphs]
    drawn = [Rule(x, y, x + n, y) if level else Rule(x, y, x, y + n) for x, y, n, level in rules]
    found = lay_out(made, drawn)
    source = build([PageBlocks(1, 800, found.blocks)], reader="", version="")
    kept = [char for char in source.text if char not in " \n\t[]"]
    assert set(kept) == {glyph.text for glyph in made}
    assert len(kept) <= len(made)
    for grid_ in source.grids:
        whole = source.text[grid_.start : grid_.end]
        assert whole.endswith("\n")
        for cell in grid_.cells:
            assert grid_.start <= cell.start <= cell.end < grid_.end
            assert not set(source.text[cell.start : cell.end]) & set("\t\n")
        assert [cell.start for cell in grid_.cells] == sorted(cell.start for cell in grid_.cells)
        assert sum(cell.end - cell.start for cell in grid_.cells) == len(whole.replace("\t", "").replace("\n", ""))
