"""Markdown as a source: the file is the text, its pipe tables are tables."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingshan.readers.choose import read_source


def _read(text, name="t.md"):
    return read_source(text.encode(), where=name, name=name)


def _cells(source):
    return {(grid.name, cell.name): source.text[cell.start : cell.end] for grid in source.grids for cell in grid.cells}


def test_every_planted_cell_comes_back_with_its_name():
    rng = random.Random(3)
    lines, expected = ["# 某市2023年公报", "", "优良天数比例为85.5%。", "", "单位：万吨", ""], {}
    heads = ["地区", "2022年", "2023年", "占比"]
    lines += ["| " + " | ".join(heads) + " |", "|:--|--:|:-:|---|"]
    expected |= {("table 1", f"line 7, column {at}"): head for at, head in enumerate(heads, 1)}
    for count in range(16):
        values = [f"第{count}区", f"{rng.randrange(10**6):,}", f"{rng.random() * 90:.2f}", f"{rng.randrange(99)}%"]
        written = list(values)
        written[1] = f"**{written[1]}**" if count % 3 else written[1]
        line = "|".join(f"  {value} " for value in written)
        lines.append(f"|{line}|" if count % 2 else line)
        expected |= {("table 1", f"line {len(lines)}, column {at}"): value for at, value in enumerate(values, 1)}
    lines += ["注：统计口径有调整，含12家。", "", "断面 | 类别", "--- | ---", r"河口\|桥头 | `Ⅱ`", "末尾 |"]
    base = len(lines)
    expected |= {
        ("table 2", f"line {base - 3}, column 1"): "断面", ("table 2", f"line {base - 3}, column 2"): "类别",
        ("table 2", f"line {base - 1}, column 1"): r"河口\|桥头", ("table 2", f"line {base - 1}, column 2"): "Ⅱ",
        ("table 2", f"line {base}, column 1"): "末尾",
    }  # fmt: skip
    for end in ("\n", "\r\n"):
        text = end.join(lines)
        source = _read(text)
        assert source.text == text
        assert _cells(source) == expected
        assert {cell.row for cell in source.grids[0].cells if cell.is_header} == {0}
        assert not any(":-:" in value for value in _cells(source).values())
        for outside in ("单位：万吨", "注：统计口径"):
            at = text.index(outside)
            assert not any(grid.start <= at < grid.end for grid in source.grids)
    assert sum(any(char.isdigit() for char in value) for value in expected.values()) >= 50


@pytest.mark.parametrize(
    "text",
    [
        "甲 | 乙\n丙 | 丁\n",  # no dashes
        "```\n| a | b |\n|---|---|\n| 1 | 2 |\n```\n",  # code
        "~~~\n| a | b |\n|---|---|\n| 1 | 2 |\n",  # code that never ends
        "| a | b | c |\n|---|---|\n| 1 | 2 |\n",  # the dashes are of another table
        "| a | b |\n|---|---|\n",  # nothing under the heads
        "| a |\n|---|\n| 1 |\n",  # one column
        "标题\n---\n正文 | 含竖线 12 个\n",
        "",
    ],
)
def test_what_is_no_pipe_table(text):
    assert _read(text + "正文。").grids == ()


def test_code_before_a_table_hides_it_not():
    source = _read("```sh\nx | y\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n")
    assert list(_cells(source).values()) == ["a", "b", "1", "2"]


def test_a_page_inside_markdown_gives_its_tables():
    text = "# 题\n\n<table><tr><th>地区</th><th>值</th></tr>\n<tr><td>东川</td><td>1</td></tr></table>\n"
    assert list(_cells(_read(text)).values()) == ["地区", "值", "东川", "1"]


@pytest.mark.parametrize("piece", ["|", "|-", "| a | b |\n", "|---|---|\n", "`", "\\|", "*|", "```\n", "- | -\n"])
def test_hostile_text_ends_soon(piece):
    _read("x" + piece * 60_000)


@given(
    st.lists(
        st.sampled_from(["|", "---", "甲", "1.5", "\n", "\r\n", " ", "**", "`", "\\", "```", "\ufeff"]), max_size=40
    )
)
def test_offsets_hold_on_any_text(parts):
    text = "甲" + "".join(parts)
    source = _read(text)
    at = 0
    for grid in source.grids:
        assert at <= grid.start < grid.end <= len(text)
        at = grid.end
        for cell in grid.cells:
            assert grid.start <= cell.start <= cell.end <= grid.end
            assert "\n" not in text[cell.start : cell.end]


def test_comments_are_set_aside(extractor):
    text = "共建成驿站35座。\n\n<!-- 去年 99座 -->\n\n| 站 | 座数（座） |\n| --- | --- |\n| 甲 | 12 |\n"
    source = _read(text)
    assert [text[start:end] for start, end in source.set_aside] == ["<!-- 去年 99座 -->"]
    assert [figure.text for figure in extractor.extract_source(source, "t").figures] == ["35座", "12"]
    assert _read("共35座 <!-- 没有结束 99座").set_aside == ()


FRONT = "---\ntitle: 公报\nviews: 1234次\n---\n\n优良天数比例为**85.5%**，提高 `1.2` 个百分点。[1]\n\n> 森林覆盖率达24.02%。\n\n[1]: https://example.org/12.5%25\n"


def test_head_matter_links_and_marks_are_no_figures(extractor):
    source = read_source(FRONT.encode(), where="a.md", name="a.md")
    figures = extractor.extract_source(source, "a").figures
    assert [(figure.text, figure.subject) for figure in figures] == [
        ("85.5%", "优良天数比例"), ("1.2` 个百分点", "优良天数比例"), ("24.02%", "森林覆盖率"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "---\n比例为85.5%。\n",
        "比例为85.5%。\n---\n一\n---\n",
        "---\n" + "a: 1\n" * 80 + "---\n比例为85.5%。\n",
        "[1] 比例为85.5%：见附表\n",
    ],
)
def test_what_only_looks_like_head_matter_is_read(text, extractor):
    source = read_source(text.encode(), where="a.md", name="a.md")
    assert [figure.text for figure in extractor.extract_source(source, "a").figures if figure.unit] == ["85.5%"]
