"""The shipped code lists: complete, in the official order, in agreement with the official facts, safe to read with."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from pathlib import Path

import yaml
from opencc import OpenCC

from qingshan.registry import Folder

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "data" / "registry"
# the 34 of GB/T 2260 in its order, the corps between Xinjiang and Hong Kong
PROVINCES = [
    "110000", "120000", "130000", "140000", "150000", "210000", "220000", "230000", "310000", "320000", "330000",
    "340000", "350000", "360000", "370000", "410000", "420000", "430000", "440000", "450000", "460000", "500000",
    "510000", "520000", "530000", "540000", "610000", "620000", "630000", "640000", "650000", "QS-XPCC", "810000",
    "820000", "710000",
]  # fmt: skip
IDS_IN_USE = {
    "pm25_annual_mean", "forest_cover", "surface_water_good_share", "surface_water_worse_than_v_share",
    "eco_civilization_counties", "gdp", "carbon_market_key_emitters", "cod_emissions",
    "ammonia_nitrogen_emissions", "water_use_intensity",
}  # fmt: skip


def _facts(shared: Path, name: str) -> list[dict[str, str]]:
    with (shared / "facts" / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_there_are_enough_indicators_of_every_theme(registry):
    themes = [indicator.theme for indicator in registry.indicators.values()]
    assert len(themes) >= 80
    assert {"transition", "pollution", "ecology", "carbon", "provinces", "cases"} == set(themes)
    assert registry.indicators.keys() >= IDS_IN_USE


def test_the_official_indicators_are_all_there_and_agree(registry, shared):
    official = {one.official_id: one for one in registry.indicators.values() if one.official_id}
    assert sorted(official) == [f"BC{number:02}" for number in range(1, 23)]
    for row in _facts(shared, "beautiful_china_indicators.csv"):
        one = official[row["official_id"]]
        assert one.unit == row["unit"], row
        assert one.good_direction == row["good_direction"], row
        assert row["indicator_id"] in ("", one.indicator_id), row
        folder = Folder(registry.wording)
        name = folder.core(folder.fold(row["indicator_zh"]))[0]
        assert name in folder.names(one), row


def test_targets_and_series_speak_of_known_indicators_units_and_scopes(registry, shared):
    for row in (*_facts(shared, "targets.csv"), *_facts(shared, "national_series.csv")):
        one = registry.indicators[row["indicator_id"]]
        assert row["unit"] in (one.unit, "%", ""), row
        for scope in filter(None, map(str.strip, row.get("scope", "").split(";"))):
            found = registry.vocabulary.scope_of.get(scope)
            assert found is not None, row
            assert found.code in one.scopes, row


def test_provinces_stand_in_the_official_order(registry):
    provinces = [region for region in registry.vocabulary.regions if region.level == "province"]
    assert [region.code for region in provinces] == PROVINCES
    assert [region.order for region in provinces] == list(range(1, 36))
    names = {region.code: region.en for region in provinces}
    assert (names["540000"], names["820000"], names["710000"]) == ("Xizang", "Macao", "Taiwan Province")


def test_cities_and_counties_lie_in_their_provinces(registry):
    regions = registry.regions
    cities = [region for region in regions.values() if region.level == "city"]
    divisions = [region for region in cities if region.code.startswith("QS-")]
    assert len(divisions) == 14  # the production corps' divisions have no GB/T 2260 code of their own
    assert all(division.parent == "QS-XPCC" for division in divisions)
    prefectures = [region for region in cities if region not in divisions]
    assert len(prefectures) == 333
    assert all(city.parent == city.code[:2] + "0000" for city in prefectures)
    counties = [region for region in regions.values() if region.level == "county"]
    assert len(counties) >= 200
    assert all(county.parent in regions and county.parent[:2] == county.code[:2] for county in counties)
    assert not [
        region.name for region in (*cities, *counties) if not region.en.isprintable() or not region.en[0].isupper()
    ]


def test_no_short_place_name_hides_in_common_words(vocabulary):
    """Sentences of the field in which a careless short name would be found: each is told with the places it names."""
    sentences = {
        "建设美丽江苏": {"江苏"}, "其中山西省": {"山西省"}, "全国一、二类海域": {"全国"}, "推广安全生产": set(), "保山水之美": set(),
        "扩大理论宣传": set(), "创新乡村治理": set(), "复合肥施用量": set(), "平衡水资源": set(), "黄河源头": {"黄河"},
        "新增城区绿地": set(), "健康县城建设": set(), "创新县域治理": set(), "生态环境部会同县级政府": set(), "新建区域站": set(),
        "稳定西部生态": {"西部"}, "境内江段": set(), "集中卫生整治": set(), "巩固原有成果": set(), "日照时数": set(),
        "划定海区": set(), "平安区域": set(), "住房县级统筹": set(), "改善人居环境": set(), "城镇江河": set(), "普通化肥": set(),
        "确保定期监测": set(), "长治久安": set(), "四平方公里": set(), "美丽水乡": set(), "浙江门户": {"浙江"}, "三明治": set(),
    }  # fmt: skip
    names = sorted(vocabulary.region_of, key=lambda name: (-len(name), name))
    pattern = re.compile("|".join(map(re.escape, names)))
    assert {text: set(pattern.findall(text)) for text in sentences} == sentences


def test_members_are_given_where_a_number_of_cities_is_in_the_name(registry):
    for region in registry.regions.values():
        if match := re.search(r"(\d+)个城市", region.name):
            assert len(region.members) == int(match[1]), region.name
        if match := re.search(r"2\+(\d+)", region.name):
            assert len(region.members) == 2 + int(match[1]), region.name


def test_units_have_the_codes_of_ucum_where_it_has_any(registry):
    codes = {unit.code: unit.ucum for unit in registry.vocabulary.units}
    assert (codes["microgram_per_cubic_metre"], codes["kilowatt_hour"], codes["hectare"]) == ("ug/m3", "kW.h", "har")
    assert codes["percentage_point"] == codes["mu"] == codes["yuan"] == ""  # UCUM has none
    used = [ucum for ucum in codes.values() if ucum]
    assert len(set(used)) == len(used) >= 40
    assert not [
        unit.canonical
        for unit in registry.vocabulary.units
        if unit.canonical[0] in "百千万亿" and unit.canonical[1:] in codes
    ]


def test_names_are_simplified_and_labels_whole(registry):
    simplify = OpenCC("t2s").convert
    for name, one in registry.indicators.items():
        words = (*one.label.values(), *one.definition.values(), *one.aliases, *one.context_aliases, *one.not_with)
        assert [word for word in words if word != simplify(word) or word != word.strip()] == [], name
        assert re.search("[\u4e00-\u9fff]", one.label["zh"]), name
        assert one.label["en"].isascii(), name
        assert one.definition["zh"].endswith("。"), name
        assert one.definition["en"].isascii(), name
        assert one.definition["en"].endswith("."), name
        assert one.aliases, name


def test_no_name_holds_a_year_or_a_value(registry):
    """Words of number are allowed where they are part of the name (500米, 第90百分位数); a year or a percentage is not."""
    for name, one in registry.indicators.items():
        for alias in (*one.aliases, *one.context_aliases):
            assert not re.search(r"(?:19|20)\d\d|\d%", alias), (name, alias)


def test_shares_are_bounded_by_their_definition(registry):
    for name, one in registry.indicators.items():
        if one.unit == "%":
            assert one.critical == (0, 100), name
        assert one.critical[0] <= one.warning[0] < one.warning[1] <= one.critical[1], name


def test_other_units_count_one_by_one(registry):
    """A unit that needs a factor (亩 for 公顷) is never another unit of an indicator."""
    kinds = {unit.canonical: unit.kind for unit in registry.vocabulary.units}
    per_head = {("平方米", "平方米/人"), ("立方米/万元", "立方米"), ("吨", "吨二氧化碳")}
    for name, one in registry.indicators.items():
        for unit in one.other_units:
            assert {kinds[one.unit], kinds[unit]} <= {"classifier", "place"} or (one.unit, unit) in per_head, name


def test_every_yaml_of_the_registry_is_plain(registry):
    for path in FOLDER.rglob("*.yml"):
        assert isinstance(yaml.safe_load(path.read_text(encoding="utf-8")), dict), path
    for path in FOLDER.rglob("*.csv"):
        assert b"\r" not in path.read_bytes(), path


def test_reading_the_vocabulary_needs_no_yaml():
    code = (
        "import sys; from pathlib import Path; from qingshan.registry import load_vocabulary;"
        f"load_vocabulary(Path({str(FOLDER)!r}));"
        "print(sorted({'yaml', 'jsonschema', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
