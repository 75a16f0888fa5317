"""Proofreading: a laid-out sentence against the edition's own."""

from pathlib import Path

import pytest

from qingshan.model import Grid, GridCell, SourceText, Workspace
from qingshan.proof.compare import DIFFERS, LABEL, MATCHES, UNSOURCED
from qingshan.proof.known import Known
from qingshan.proof.make import check
from qingshan.proof.tokens import NUMBER, Tokenizer, folded
from qingshan.registry import load_registry


@pytest.fixture(scope="module")
def registry():
    return load_registry(Workspace(Path(__file__).parents[2]).registry)


@pytest.fixture(scope="module")
def tokenizer(registry):
    return Tokenizer(registry)


NOTHING = ()
OURS = [
    "2023年，全国PM2.5年均浓度为30微克/立方米。",
    "2023年，海南省PM2.5年均浓度为12微克/立方米。",
    "到2025年，全国非化石能源占能源消费总量比重目标约20%。",
    "2022年，单位GDP能耗比2013年下降25%。",
    "可再生能源发电装机达12.13亿千瓦，占总装机的47.3%。",
    "全国有1.6万余个行政村完成环境整治，超过200万户散煤得到治理。",
    "浙江省有国家生态文明建设示范区42个，江苏省有26个。",
    "碳排放配额成交量为9亿~16亿吨。",
    "氨氮排放总量下降超过8%，比上年提高1.5个百分点。",
    "In 2023, Hainan had 12 Two Mountains bases, about 3% of all.",
]

# what was set instead of one of OURS, and what its numbers are; one letter each: m, d, u, l
RIGHT = [
    ("2023年，全国PM2.5年均浓度为30微克/立方米。", "mm"),
    ("2023 年,全国 PM2.5 年均浓度为 30 微克 / 立方米。", "mm"),
    ("2023年，全国PM₂.₅年均浓度为３０μg/m³。", "mm"),
    ("2023年，我国PM2.5年均浓度为30微克/立方米。", "mm"),
    ("可再生能源发电装机达121300万千瓦，占总装机的47.3%。", "mm"),
    ("可再生能源发电装机已达12.13亿千瓦，占到总装机的47.3 %。", "mm"),
    ("全国有1.6万余个行政村完成环境整治，200万户以上散煤得到治理。", "mm"),
    ("全国有1.6万余个行政村完成环境整治，超200万户散煤得到治理。", "mm"),
    ("2022年，单位GDP能耗比2013年降低25%。", "mmm"),
    ("碳排放配额成交量为9亿—16亿吨。", "mm"),
    ("In 2023, Hainan had 12 Two Mountains bases, around 3% of all.", "mmm"),
]
WRONG = [
    ("2023年，全国PM2.5年均浓度为39微克/立方米。", "md"),
    ("2022年，全国PM2.5年均浓度为30微克/立方米。", "dm"),
    ("2023年，全国PM2.5年均浓度为30毫克/立方米。", "md"),
    ("2023年，海南省PM10年均浓度为12微克/立方米。", "md"),
    ("2023年，海口市PM2.5年均浓度为12微克/立方米。", "md"),
    ("2023年，全国PM2.5年均浓度升至30微克/立方米。", "md"),
    ("到2025年，全国非化石能源占能源消费总量比重目标20%。", "md"),
    ("到2025年，全国非化石能源占能源消费总量比重约20%。", "md"),
    ("2022年，单位GDP能耗比2013年上升25%。", "mmd"),
    ("2022年，单位GDP能耗比2013年下降25个百分点。", "mmd"),
    ("可再生能源发电装机达12.13万千瓦，占总装机的47.3%。", "dm"),
    ("可再生能源发电装机达12.13亿千瓦，占总装机的43.7%。", "md"),
    ("可再生能源发电装机达12.13亿千瓦，占总装机的47.3‰。", "md"),
    ("全国有1.6万个行政村完成环境整治，不到200万户散煤得到治理。", "md"),
    ("江苏省有国家生态文明建设示范区42个，浙江省有26个。", "dd"),
    ("碳排放配额成交量为9亿~19亿吨。", "md"),
    ("氨氮排放总量下降超过8%，比上年提高1.5%。", "md"),
    ("In 2023, Hainan had 12 Two Mountains bases, over 3% of all.", "mmd"),
    ("今年新建气象站317座，面积没有统计。", "u"),
]
LABELS = [
    ("图12 各地的示范区", "l"),
    ("见表3和第4章，发布于2024年5月6日。", "lllll"),
    ("参考文献 [7] 生态环境部公报（7）", "l"),
    ("更新时间 2024-05-06", "lll"),
]
LETTER = {MATCHES: "m", DIFFERS: "d", UNSOURCED: "u", LABEL: "l"}


def judged(texts, registry, tokenizer, ours=OURS, rows=NOTHING):
    found = check(SourceText("\n".join(texts)), [SourceText("\n".join(ours))], tokenizer, Known(rows, registry))
    return "".join(LETTER[one.verdict] for one in found)


@pytest.mark.parametrize(("text", "expected"), [*RIGHT, *WRONG, *LABELS])
def test_a_sentence_is_judged(text, expected, registry, tokenizer):
    assert judged([text], registry, tokenizer) == expected


def test_the_edition_against_itself_is_right(registry, tokenizer):
    assert set(judged(OURS, registry, tokenizer)) == {"m"}


def test_a_sentence_of_the_editors_own_is_known_by_its_values(registry, tokenizer):
    row = {
        "observation_id": "0123456789ab", "indicator": "pm25_annual_mean", "ref_area": "CN",
        "obs_value": 29.0, "unit_measure": "microgram_per_cubic_metre",
    }  # fmt: skip
    codes = {unit.code: unit for unit in registry.vocabulary.units}
    row["unit_measure"] = next(code for code, unit in codes.items() if unit.canonical == "微克/立方米")
    own = "说到空气，细颗粒物（PM2.5）年均浓度已经只有29微克/立方米"
    assert judged([own], registry, tokenizer, rows=[row]) == "m"
    assert judged([own.replace("29", "28")], registry, tokenizer, rows=[row]) == "u"
    assert judged([own.replace("微克", "毫克")], registry, tokenizer, rows=[row]) == "u"
    assert judged([own.replace("说到空气", "说到海南省")], registry, tokenizer, rows=[row]) == "u"


def table(rows):
    text, cells, at = "", [], 0
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            cells.append(GridCell(r, c, at, at + len(cell)))
            text += cell + "\t"
            at = len(text)
        text = text[:-1] + "\n"
        at = len(text)
    return SourceText(text, grids=(Grid(0, len(text), "table 1", tuple(cells)),))


TABLE = [["地区", "示范区", "基地"], ["浙江省", "42", "12"], ["江苏省", "26", "9"], ["湖北省", "26", "7"]]


@pytest.mark.parametrize(
    ("row", "column", "put", "expected"),
    [(1, 1, "42", "mmmmmm"), (1, 1, "43", "dmmmmm"), (2, 2, "6", "mmmdmm"), (1, 0, "湖南省", "dmmmmm")],
)
def test_a_row_of_a_table_is_judged(row, column, put, expected, registry, tokenizer):
    changed = [list(cells) for cells in TABLE]
    changed[row][column] = put
    found = check(table(changed), [table(TABLE)], tokenizer, Known((), registry))
    assert "".join(LETTER[one.verdict] for one in found) == expected
    assert {one.block.locator for one in found} == {f"table 1, row {n}" for n in (2, 3, 4)}


def test_rows_swapped_between_provinces_are_found(registry, tokenizer):
    changed = [TABLE[0], ["江苏省", "42", "12"], ["浙江省", "26", "9"], TABLE[3]]
    found = check(table(changed), [table(TABLE)], tokenizer, Known((), registry))
    assert "".join(LETTER[one.verdict] for one in found) == "ddddmm"


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("1,234.50吨", ["1234.5"]),
        ("2013—2022年", ["2013", "2022"]),
        ("−60%到+5%", ["-60", "5"]),
        ("1.213 billion kW", ["1213000000"]),
        ("3万亿元", ["3000000000000"]),
        ("12千米", ["12"]),
        ("PM2.5和COP15", []),
    ],
)
def test_numbers_have_keys(text, keys, tokenizer):
    found = tokenizer.tokens(folded(text))
    assert [token.key for token in found if token.kind == NUMBER] == keys
