"""The demonstration source is what its script makes of its text, and what a careful reader gets from it fits the registry."""

from __future__ import annotations

import csv
import importlib.util
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
import yaml
from opencc import OpenCC

from qingshan import registry, sources
from qingshan.curate.matching import folded
from qingshan.model import QUALIFIERS, Workspace

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "tests" / "demo"
CLEAN = (DEMO / "clean.txt").read_text(encoding="utf-8")
FACTS = ROOT.parent / "shared" / "facts" / "beautiful_china_indicators.csv"

_spec = importlib.util.spec_from_file_location("demo_damage", DEMO / "damage.py")
damage = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(damage)

REPORT = damage.REPORT.read_bytes().decode("utf-8")
BODY = damage.damage_body(CLEAN)

# The chart of twelve: indicator, group, change in percent from 2013 to 2022.
TWELVE = {
    "car_ownership": ("pressure", 165),
    "gdp": ("pressure", 106),
    "crude_steel_output": ("pressure", 25),
    "energy_consumption": ("pressure", 29),
    "water_use": ("pressure", -3),
    "energy_intensity": ("intensity", -25),
    "carbon_intensity": ("intensity", -23),
    "surface_water_good_share": ("quality", 23),
    "pm25_annual_mean": ("quality", -60),
    "so2_annual_mean": ("quality", -78),
    "heavy_pollution_days_share": ("quality", -90),
    "surface_water_worse_than_v_share": ("quality", -92),
}

# Where the lost lines cut: what a reader sees on both sides of each, in the order of the text.
CUTS = (
    "算。裝機", "超過3推動", "。超過3000", "例爲夏天", "例爲長江", "(qū)1.9各地", "例爲增加", "達到8安排", "達到草原", "賬要從更早算起。2005年",
    "量爲配額", "帶動138試行", "42個國污水", "10775研究", "1439孩子", "溼地城市的區(qū)域",
)  # fmt: skip

# The provinces in the order of the report, and those whose name the damage took from their own paragraph.
PROVINCES = (
    "山西", "江苏", "浙江", "福建", "江西", "山东", "四川", "北京", "河北", "辽宁", "吉林", "上海", "安徽", "湖南", "广东", "重庆",
    "兵团", "天津", "内蒙古", "黑龙江", "河南", "湖北", "广西", "海南", "贵州", "云南", "西藏", "陕西", "甘肃", "青海", "宁夏", "新疆",
)  # fmt: skip
HIDDEN = {"贵州", "西藏", "新疆"}

# Classes of the annotation guide for numerals that are no figures; a borderline count may be taken or left.
OTHER_CLASSES = {"date", "name", "doc_number", "ordinal", "structure", "borderline", "marker"}
CHINESE_VALUES = {"八年": 8, "四分之一": 25, "七省": 7, "一倍": 1}


def table(name: str) -> list[dict[str, str]]:
    with (DEMO / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


EXPECTED = table("expected.csv")  # every figure and every lost value, in the order of the text
OTHERS = table("others.csv")  # every other run of digits, and Chinese numerals that look like a count
FIGURES = [row for row in EXPECTED if row["integrity"] != "lost"]


def digits(text: str) -> list[int]:
    return [unicodedata.decimal(character) for character in text if character.isdecimal()]


def places() -> list[tuple[int, int]]:
    """Where each figure of expected.csv stands in the body, the first place after the one before."""
    found, position = [], 0
    for row in FIGURES:
        match = re.compile(r"(?<![\d.+-])" + re.escape(row["text"])).search(BODY, position)
        assert match, f"{row['text']} does not stand in the body after offset {position}"
        found.append(match.span())
        position = match.end()
    return found


# the damage


def test_report_is_exactly_the_output_of_the_script() -> None:
    assert damage.damage(CLEAN) == REPORT
    assert BODY in REPORT


def test_source_and_edition_files_hold_and_the_hash_is_right() -> None:
    edition = sources.check_sources(Workspace(ROOT), "2023")
    source = next(source for source in edition.sources if source.source_id == "qs-demo-2023")
    assert edition.status == "demonstration"
    assert (source.year, source.area, source.as_of) == ("2023", "全国", "2023-12-31")
    assert "not an official source" in source.publisher
    raw = sources.read_raw(Workspace(ROOT), "2023", source)
    assert (raw.text, raw.encoding) == (REPORT, "utf-8")


def test_recorded_size_is_right() -> None:
    recorded = yaml.safe_load(damage.SOURCE.read_text(encoding="utf-8"))["file"]["bytes"]
    assert recorded == damage.REPORT.stat().st_size


def test_no_digit_changes_outside_the_dropped_parts() -> None:
    assert digits(BODY) == digits(damage.dropped(CLEAN))
    assert len(digits(damage.dropped(CLEAN))) < len(digits(damage.undamaged(CLEAN)))  # the lost lines held some


def test_what_is_not_misread_can_be_undone() -> None:
    body = damage.damage_body(CLEAN.replace("⟨", "").replace("⟩", ""))
    without_readings = re.sub(r"\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]+\)", "", body)
    narrow = without_readings.translate(str.maketrans("０１２３４５６７８９", "0123456789"))
    marks = str.maketrans(",;:()", "，；：（）")
    assert OpenCC("t2s").convert(narrow).translate(marks) == damage.dropped(CLEAN)


def test_every_kind_of_damage_is_there() -> None:
    assert len(re.findall(r"[\u4e00-\u9fff]\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]+\)", BODY)) > 600
    assert len(re.findall("[０-９]+", BODY)) == 2
    assert BODY.count("?") == len(damage.MISREAD.findall(CLEAN)) == 12
    assert "▍" in BODY
    assert not set("⟦⟧⟨⟩⟪⟫") & set(REPORT)


def test_the_report_is_as_long_as_a_real_one() -> None:
    assert 24_000 <= len(REPORT) <= 33_000
    lines = CLEAN.splitlines()
    assert all(line == line.strip() and line for line in lines)  # one paragraph a line
    assert len(set(lines)) == len(lines)
    assert max(map(len, lines)) < 600


def test_lines_are_lost_at_known_places() -> None:
    assert len(damage.DROPPED.findall(CLEAN)) == len(CUTS)
    position = 0
    for cut in CUTS:
        position = BODY.index(cut, position) + len(cut)


def test_the_four_parts_stand_in_order() -> None:
    heads = ("一、战略和部署", "二、重点领域的进展", "三、地方的探索", "四、典型案例")
    lines = CLEAN.splitlines()
    assert [line for line in lines if line in heads] == list(heads)
    fields = lines[lines.index(heads[1]) + 1 : lines.index(heads[2])]
    assert sum(bool(re.match("（[一二三四]）", line)) for line in fields) == 4


def test_provinces_follow_one_another() -> None:
    part = damage.undamaged(CLEAN).split("三、地方的探索")[1].split("四、典型案例")[0].split("\n（五）")[0]
    opened = [re.search(f"[\n。]{name}", part).start() for name in PROVINCES]
    assert opened == sorted(opened)
    starts = "\n".join(line[:3] for line in damage.dropped(CLEAN).splitlines())
    assert {name for name in PROVINCES if name not in starts} == HIDDEN


def test_a_seam_makes_two_provinces_look_like_one() -> None:
    (line,) = (line for line in damage.dropped(CLEAN).splitlines() if line.startswith("宁夏"))
    assert re.findall("([0-9]+)个“两山”|基地([0-9]+)个", line) == [("5", ""), ("", "3")]
    assert "新疆" not in line
    regions = [row["region"] for row in FIGURES if row["subject"] == "“两山”实践创新基地"]
    assert regions[-2:] == ["宁夏回族自治区", ""]


def test_most_paragraphs_hold_no_numeral() -> None:
    lines = damage.undamaged(CLEAN).splitlines()
    bare = [line for line in lines if len(line) > 60 and not digits(line)]
    assert len(bare) > len(lines) / 3


def test_site_chrome_stands_at_both_ends_only() -> None:
    head, tail = REPORT.split(BODY)
    assert head.rstrip("\n").splitlines()[-1] == "文檔簡介"
    assert tail.splitlines()[0] == "溫馨提示"
    assert digits(tail)  # numbers that are nobody's figures


@pytest.mark.parametrize("text", ["一⟨二", "二〇二三", "甲(jia)乙", ""])
def test_unmarked_text_without_traditional_forms_stays(text: str) -> None:
    assert damage.damage_body(text) == text


def test_misread_text_is_gbk_read_one_byte_late() -> None:
    assert damage.damage_body("过筛⟨。“无⟩废") == "過篩?！盁o廢"


# what a careful reader gets


def test_expected_figures_and_other_digits_are_all_digits_of_the_body() -> None:
    spans = places()
    loose = [
        match.group()
        for match in re.finditer(r"\d+(?:\.\d+)?", BODY)
        if not any(start <= match.start() < end for start, end in spans)
    ]
    assert loose == [row["text"] for row in OTHERS if row["text"].isascii()]


def test_numerals_that_are_no_figures_have_a_class_of_the_guide() -> None:
    assert {row["class"] for row in OTHERS} <= OTHER_CLASSES
    years = [row for row in OTHERS if re.fullmatch(r"(?:19|20)\d\d", row["text"])]
    assert {row["class"] for row in years} <= {"date", "doc_number"}
    position = 0
    for row in OTHERS:
        position = BODY.index(row["text"], position) + len(row["text"])


def test_expected_values_are_those_of_the_characters() -> None:
    multiples = {"萬億": 10**12, "億": 10**8, "萬": 10**4, "": 1}
    for row in FIGURES:
        text = unicodedata.normalize("NFKC", row["text"])
        if text in CHINESE_VALUES:
            assert float(row["value"]) == CHINESE_VALUES[text]
            continue
        number, multiple = re.match(r"[+-]?([\d.]+)(萬億|億|萬|)", text).groups()
        assert abs(float(row["value"])) == pytest.approx(float(number) * multiples[multiple]), row


def test_expected_units_are_those_of_the_characters() -> None:
    simplify = OpenCC("t2s").convert
    for row in FIGURES:
        text = simplify(unicodedata.normalize("NFKC", row["text"]))
        if text in ("四分之一",):
            assert row["unit"] == "%"
            continue
        written = re.sub(r"^[+-]?(?:[\d.]+(?:万亿|亿|万)?|[一七八])[余多]?", "", text)
        assert row["unit"] == written, row
        assert (row["unit"] == "") == (row["integrity"] == "truncated"), row


def test_expected_shapes() -> None:
    integrity = Counter(row["integrity"] for row in EXPECTED)
    assert integrity == {"whole": 117, "orphan": 10, "truncated": 6, "lost": 5}
    assert sum(row["integrity"] == "whole" for row in FIGURES) >= 110
    assert {row["qualifier"] for row in FIGURES} == set(QUALIFIERS)
    assert {row["kind"] for row in FIGURES} == {"level", "count", "share", "change", "target", "target_change"}
    for row in EXPECTED:
        if row["integrity"] == "lost":
            assert not row["text"], row
            assert not row["value"], row
            assert row["subject"], row
        elif row["integrity"] == "whole":
            assert row["subject"], row
            assert row["region"], row


def test_expected_subjects_are_words_of_the_text() -> None:
    text = damage.undamaged(CLEAN)
    for row in EXPECTED:
        assert set(row["subject"]) <= set(text), row
        assert not re.search(r"\d{4}年|[\u4e00-\u9fff]省$", row["subject"]), row


def test_falls_are_negative_and_have_a_base() -> None:
    for row in FIGURES:
        if row["kind"] == "target_change" or (row["kind"] == "change" and row["integrity"] == "whole"):
            assert row["base_period"], row
            assert row["period"], row
        if float(row["value"]) < 0:
            assert row["kind"] in ("change", "target_change"), row


def test_targets_are_about_a_year_to_come_and_outcomes_are_not() -> None:
    for row in EXPECTED:
        if row["kind"] in ("target", "target_change"):
            assert row["period"] in ("2025", "2027", "2035", "2021/2025"), row
        else:
            assert row["period"][-10:][:4] <= "2023", row


def test_the_twelve_changes_are_there() -> None:
    changes = {
        row["indicator_id"]: float(row["value"])
        for row in FIGURES
        if row["kind"] == "change" and (row["period"], row["base_period"]) == ("2013/2022", "2013")
    }
    assert changes == {indicator: change for indicator, (_, change) in TWELVE.items()}
    twelve = [row for row in FIGURES if row["kind"] == "change" and row["period"] == "2013/2022"]
    assert [row["integrity"] for row in twelve] == ["whole"] * 12


# the indicators


@pytest.fixture(scope="module")
def indicators() -> dict[str, registry.Indicator]:
    return registry.load_registry(ROOT / "data" / "registry").indicators


def test_the_indicators_of_the_report_load(indicators: dict[str, registry.Indicator]) -> None:
    named = {row["indicator_id"] for row in EXPECTED} - {""}
    assert len(named) >= 26
    assert named <= set(indicators)


def test_an_alias_belongs_to_one_indicator(indicators: dict[str, registry.Indicator]) -> None:
    owners: dict[str, set[str]] = {}
    for name, indicator in indicators.items():
        assert indicator.aliases, name
        assert len(set(indicator.aliases)) == len(indicator.aliases), name
        for alias in (indicator.label["zh"], *indicator.aliases):
            owners.setdefault(folded(alias), set()).add(name)
    assert {alias: names for alias, names in owners.items() if len(names) > 1} == {}


def test_aliases_are_simplified_and_name_no_year(indicators: dict[str, registry.Indicator]) -> None:
    simplify = OpenCC("t2s").convert
    for indicator in indicators.values():
        for alias in indicator.aliases:
            assert alias == simplify(alias) == alias.strip()
            assert not re.search(r"\d{4}|自治区", alias), alias


def test_groups_are_those_of_the_chart(indicators: dict[str, registry.Indicator]) -> None:
    grouped = {name: indicator.group for name, indicator in indicators.items() if indicator.group}
    assert grouped == {name: group for name, (group, _) in TWELVE.items()}


def test_bounds_nest_and_labels_are_whole(indicators: dict[str, registry.Indicator]) -> None:
    for name, indicator in indicators.items():
        (lowest, highest), (low, high) = indicator.critical, indicator.warning
        assert lowest <= low < high <= highest, name
        if indicator.unit == "%":
            assert (lowest, highest) == (0, 100), name
        for text in (indicator.label, indicator.definition):
            assert re.search("[\u4e00-\u9fff]", text["zh"]), name
            assert not re.search("[\u4e00-\u9fff]", text["en"]), name
            assert text["en"].strip(), name
        assert indicator.definition["zh"].endswith("。"), name
        assert indicator.definition["en"].endswith("."), name


def test_official_ids_are_those_of_the_official_list(indicators: dict[str, registry.Indicator]) -> None:
    official = {name: indicator.official_id for name, indicator in indicators.items() if indicator.official_id}
    assert len(set(official.values())) == len(official)
    if not FACTS.is_file():
        pytest.skip("the official list is not in ../shared/facts")
    with FACTS.open(encoding="utf-8", newline="") as handle:
        listed = list(csv.DictReader(handle))
    assert set(official.values()) <= {row["official_id"] for row in listed}
    rows = [row for row in listed if row["indicator_id"]]
    assert {row["indicator_id"]: official.get(row["indicator_id"]) for row in rows} == {
        row["indicator_id"]: row["official_id"] for row in rows
    }
    assert all((indicators[row["indicator_id"]].good_direction or "none") == row["good_direction"] for row in rows)
    assert all(indicators[row["indicator_id"]].unit == row["unit"] for row in rows)


def test_expected_figures_fit_their_indicators(indicators: dict[str, registry.Indicator]) -> None:
    for row in FIGURES:
        if not row["indicator_id"] or row["integrity"] != "whole":
            continue
        indicator = indicators[row["indicator_id"]]
        assert row["kind"] in indicator.kinds, row
        is_change = row["kind"] in ("change", "target_change")
        assert row["unit"] in (("%",) if is_change else (indicator.unit, *indicator.other_units)), row
        if not is_change:
            assert indicator.warning[0] <= float(row["value"]) <= indicator.warning[1], row
