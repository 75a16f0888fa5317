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

# Every run of digits of the body that is no figure, in order, with the character after it: dates, names, numbers of
# documents and pictures. With the figures of expected.csv these are all digits that the text has.
NOT_FIGURES = (
    "2023年 2023年 7月 5年 2027年 2035年 11月 2023〕 24號 2025年 2.5濃 2020年 2013年 2022年 1, 2.5年 2013年 2014年 2015年 2016年 2017年 "
    "2018年 2019年 2020年 2021年 2022年 2.5) 2013年 2023年 2023年 2023年 2021年 15) 2022年 2021— 2022年 1+"
)


def expected() -> list[dict[str, str]]:
    with (DEMO / "expected.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


FIGURES = [row for row in expected() if row["integrity"] != "lost"]


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
    assert len(re.findall(r"[\u4e00-\u9fff]\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]+\)", BODY)) > 40
    assert len(re.findall("[０-９]+", BODY)) == 2
    assert BODY.count("?") == len(damage.MISREAD.findall(CLEAN)) == 4
    assert "▍" in BODY
    assert len(damage.DROPPED.findall(CLEAN)) == 3
    for cut in ("例爲長江", "(qū)1.9各地", "。超過3000"):
        assert cut in BODY
    assert not set("⟦⟧⟨⟩⟪⟫") & set(REPORT)


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
    others = [
        BODY[match.start() : match.end() + 1]
        for match in re.finditer(r"\d+(?:\.\d+)?", BODY)
        if not any(start <= match.start() < end for start, end in spans)
    ]
    assert " ".join(others) == NOT_FIGURES


def test_expected_values_are_those_of_the_characters() -> None:
    multiples = {"萬": 10**4, "億": 10**8}
    for row in FIGURES:
        text = unicodedata.normalize("NFKC", row["text"])
        number = float(re.match(r"[+-]?[\d.]+", text).group())
        for character, factor in multiples.items():
            number *= factor if character in text else 1
        assert abs(float(row["value"])) == pytest.approx(abs(number)), row


def test_expected_shapes() -> None:
    integrity = Counter(row["integrity"] for row in expected())
    assert integrity == {"whole": 29, "orphan": 1, "truncated": 1, "lost": 1}
    assert {row["qualifier"] for row in FIGURES} == set(QUALIFIERS)
    assert {row["kind"] for row in FIGURES} == {"level", "count", "share", "change", "target", "target_change"}
    (lost,) = (row for row in expected() if row["integrity"] == "lost")
    assert not lost["text"]
    assert not lost["value"]


def test_the_twelve_changes_are_there() -> None:
    changes = {
        row["indicator_id"]: float(row["value"])
        for row in FIGURES
        if row["kind"] == "change" and row["integrity"] == "whole"
    }
    assert changes == {indicator: change for indicator, (_, change) in TWELVE.items()}
    assert {(row["period"], row["base_period"]) for row in FIGURES if row["kind"] == "change"} == {
        ("2013/2022", "2013")
    }


# the indicators


@pytest.fixture(scope="module")
def indicators() -> dict[str, registry.Indicator]:
    return registry.load_registry(ROOT / "data" / "registry").indicators


def test_between_26_and_36_indicators_load(indicators: dict[str, registry.Indicator]) -> None:
    assert 26 <= len(indicators) <= 36


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
            assert not re.search(r"\d{4}|省|自治区", alias), alias


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
            assert text["en"].isascii(), name
            assert text["en"].strip(), name
        assert indicator.definition["zh"].endswith("。"), name
        assert indicator.definition["en"].endswith("."), name


def test_official_ids_are_those_of_the_official_list(indicators: dict[str, registry.Indicator]) -> None:
    official = {name: indicator.official_id for name, indicator in indicators.items() if indicator.official_id}
    assert len(set(official.values())) == len(official)
    if not FACTS.is_file():
        pytest.skip("the official list is not in ../shared/facts")
    with FACTS.open(encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row["indicator_id"]]
    assert official == {row["indicator_id"]: row["official_id"] for row in rows}
    assert all((indicators[row["indicator_id"]].good_direction or "none") == row["good_direction"] for row in rows)
    assert all(indicators[row["indicator_id"]].unit == row["unit"] for row in rows)


def test_expected_figures_fit_their_indicators(indicators: dict[str, registry.Indicator]) -> None:
    for row in FIGURES:
        if not row["indicator_id"] or row["integrity"] != "whole":
            continue
        indicator = indicators[row["indicator_id"]]
        assert row["kind"] in indicator.kinds, row
        is_change = row["kind"] in ("change", "target_change")
        assert row["unit"] == ("%" if is_change else indicator.unit), row
        if not is_change:
            assert indicator.warning[0] <= float(row["value"]) <= indicator.warning[1], row
