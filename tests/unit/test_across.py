"""Two columns that another tool read across: noticed, told, and no figure of them has a subject; other layouts are not."""

import pytest

from qingshan.readers.across import describe_across, find_across
from qingshan.readers.choose import read_source

LEFT = (
    "2023年全市优良天数比例为85.5%，同比提高1.2个百分点。细颗粒物年均浓度为29.5微克/立方米，连续五年下降。全市地表水国控断面优良水质"
    "比例达到92.3%，劣五类断面全部消除。全年完成清洁取暖改造12.6万户，淘汰老旧车辆3200辆。"
)
RIGHT = (
    "全市森林覆盖率为24.02%，湿地保护率达到56.1%。新建城市公园35个，建成绿道380公里。农村生活污水治理率为45.2%，比上年提高3.4个百"
    "分点。一般工业固体废物综合利用率为71.8%，危险废物处置量为2.31万吨。全年环保投诉办结率为99.1%。"
)


def halves(text, width):
    return [text[at : at + width] for at in range(0, len(text), width)]


def across(width, gap):
    pairs = list(zip(halves(LEFT, width), halves(RIGHT, width), strict=False))
    return "".join(f"{left}{gap}{right}\n" for left, right in pairs)


@pytest.mark.parametrize("width", [14, 16, 18, 22, 26])
@pytest.mark.parametrize("gap", ["    ", "  ", " ", "\u3000", "\t"])
def test_no_subject_is_invented(extractor, width, gap):
    text = across(width, gap)
    figures = extractor.extract(text, "a", year="2023", area="太原市").figures
    assert len(figures) > 8
    assert {figure.subject for figure in figures} == {""}
    assert "whole" not in {figure.integrity for figure in figures}
    assert all("across=columns" in figure.rules for figure in figures)
    assert all(text[figure.start : figure.end] == figure.text for figure in figures)


def test_it_is_told_with_its_lines_and_what_stands_around_is_read(extractor):
    text = f"公报\n2022年全市森林覆盖率为23.5%。\n{across(16, '  ')}\n2022年全市湿地保护率为55.1%。\n"
    (note,) = read_source(text.encode(), where="a.txt", name="a.txt").notes
    assert note.startswith(f"Two columns were read across: {across(16, '  ').count(chr(10))} lines from line 3 on")
    figures = {figure.text: figure for figure in extractor.extract(text, "a").figures}
    assert (figures["23.5%"].subject, figures["23.5%"].integrity) == ("森林覆盖率", "whole")
    assert (figures["55.1%"].subject, figures["55.1%"].integrity) == ("湿地保护率", "whole")


ROWS = "".join(
    f"{name}生态环境分局  优良天数比例目标值  {number}\n"
    for name, number in zip("甲乙丙丁戊", (84.5, 85.5, 91, 92, 93), strict=True)
)
NOT_ACROSS = {
    "one column": "\n".join(halves(LEFT, 16)),
    "three lines": "".join(f"{line}\n" for line in across(16, "  ").splitlines()[:3]),
    "a table of names and numbers": ROWS,
    "two lists side by side": "".join(f"{n}优良天数比例超过目标  {n}森林覆盖率超过目标\n" for n in "甲乙丙丁戊己"),
    "whole sentences side by side": "".join(f"全市优良天数比例，为8{n}.5%。  全市森林覆盖率，为2{n}.5%。\n" for n in range(6)),
    "blanks at odd places": "".join(f"{'优良天数比例达到目标，'[: 7 + n % 4]}{'全市' * (n * 3 % 7)} 森林覆盖率持续上升，比上年高\n" for n in range(9)),
    "a long line": across(16, "  ").replace("\n", " "),
}  # fmt: skip


@pytest.mark.parametrize("what", NOT_ACROSS)
def test_other_layouts_are_left_as_they_are(what):
    assert find_across(NOT_ACROSS[what]) == []
    assert describe_across(NOT_ACROSS[what]) == ""
