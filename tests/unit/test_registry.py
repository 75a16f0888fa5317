import shutil
from pathlib import Path

import pytest

from qingshan.model import InputError
from qingshan.registry import GROUPS, THEMES, load_registry, load_vocabulary

SHIPPED = Path(__file__).parents[2] / "data" / "registry"


@pytest.fixture
def copy(tmp_path):
    return Path(shutil.copytree(SHIPPED, tmp_path / "registry"))


def _problems(folder):
    with pytest.raises(InputError) as caught:
        load_registry(folder)
    return [str(problem) for problem in caught.value.problems]


def test_the_shipped_registry_loads(registry):
    assert len(registry.indicators) >= 80
    assert sum(region.level == "province" for region in registry.regions.values()) == 35  # 34 and the corps
    groups = [i.group for i in registry.indicators.values() if i.group]
    assert {group: groups.count(group) for group in set(groups)}.keys() == {*GROUPS}
    assert len(groups) == 12
    assert {i.theme for i in registry.indicators.values()} <= {*THEMES}


def test_provinces_stand_in_the_official_order(registry):
    provinces = sorted((r for r in registry.regions.values() if r.level == "province"), key=lambda r: r.order)
    assert [r.name for r in provinces[:3]] == ["北京市", "天津市", "河北省"]
    assert [r.name for r in provinces[-5:]] == [
        "新疆维吾尔自治区", "新疆生产建设兵团", "香港特别行政区", "澳门特别行政区", "台湾省",
    ]  # fmt: skip
    codes = [r.code for r in provinces if r.code.isdigit()]
    assert len(set(codes)) == 34
    assert codes[:-3] == sorted(codes[:-3])


def test_an_unknown_unit_is_named_with_the_nearest(copy):
    path = copy / "indicators" / "pollution.yml"
    path.write_text(path.read_text().replace("unit: 微克/立方米", "unit: 微克/立方", 1))
    (problem,) = _problems(copy)
    assert "indicators/pollution.yml:" in problem
    assert "unknown unit '微克/立方' (did you mean '微克/立方米'?)" in problem


def test_all_files_are_read_before_anything_is_said(copy):
    (copy / "indicators" / "carbon.yml").write_text("x: {label: {zh: a}}\n")
    (copy / "indicators" / "ecology.yml").write_text("a: [\n")
    problems = _problems(copy)
    assert any("indicators/carbon.yml:1: found no 'definition'" in p for p in problems)
    assert any("indicators/ecology.yml:2: found malformed YAML" in p for p in problems)


def test_a_missing_list_a_bad_header_and_a_short_row(copy):
    (copy / "regions" / "areas.csv").unlink()
    (copy / "words" / "nouns.csv").write_text("word,rolle,value\n")
    units = copy / "units" / "units.csv"
    units.write_text(units.read_text() + "short,row\n")
    text = "\n".join(_problems(copy))
    assert "regions/areas.csv: found no such file" in text
    assert "words/nouns.csv:1: found word,rolle,value 'rolle' (did you mean 'role'?), expected word,role,value" in text
    assert "a row of another length, expected 7 cells" in text


@pytest.mark.parametrize(
    ("file", "line", "message"),
    [
        ("units/units.csv", "ton,吨位,,,measure,吨,t", "spelling '吨' of both 'tonne' (units/units.csv:6) and 'ton'"),
        (
            "units/units.csv",
            "tonne,吨位,,,measure,,t",
            "unit code 'tonne' again, expected each once (units/units.csv:6)",
        ),
        ("units/units.csv", "ton,吨位,,,mesure,,t", "kind 'mesure' (did you mean 'measure'?), expected one of measure"),
        ("units/units.csv", "ton,吨位,,,measure,,吨", "ucum '吨', expected a form such as ug/m3"),
        ("units/units.csv", "ton,,,,measure,,t", "canonical '', expected text without spaces around it"),
        ("regions/cities.csv", "999900,1,某某市,Moumou,citty,,990000", "level 'citty' (did you mean 'city'?)"),
        ("regions/cities.csv", "999900,1,某某市,Moumou,city,,990000", "unknown place '990000'"),
        ("regions/cities.csv", "9999,1,某某市,Moumou,city,,110000", "code '9999', expected a form such as 140000"),
        ("regions/cities.csv", "999900,first,某某市,Moumou,city,,110000", "order 'first', expected a whole number"),
        (
            "regions/cities.csv",
            "999900,1,某某市,Moumou,city,苏州,110000",
            "name '苏州' of both '320500' (regions/cities.csv:",
        ),
        (
            "regions/areas.csv",
            "QS-XX,1,某地,Some,area,,110000|11000,,",
            "unknown place '11000' (did you mean",
        ),
        ("regions/areas.csv", "QS-XX,1,某地,Some,area,,,2023,2018", "valid from 2023 to 2018"),
        ("regions/areas.csv", "QS-XX,1,某地,Some,area,,,23,", "valid_from '23', expected a form such as 2018"),
        ("scopes/scopes.csv", "cities-1,citys,一,one,,,", "kind 'citys' (did you mean 'cities'?)"),
        ("scopes/scopes.csv", "Cities 1,cities,一,one,,,", "code 'Cities 1', expected a form such as cities-339"),
        ("scopes/scopes.csv", "cities-1,cities,一,one,,,现价", "name '现价' of both 'prices-current'"),
        ("words/qualifiers.csv", "大概,before,abot", "value 'abot' (did you mean 'about'?)"),
        ("words/cues.csv", ",share,", "word '', expected text without spaces around it"),
        ("indicators/wording.csv", "sam,甲,乙,", "role 'sam' (did you mean 'same'?)"),
        ("indicators/wording.csv", "prefix,甲,,", "means '' with role 'prefix'"),
        ("indicators/wording.csv", "same,细颗粒物,PM10,", "wording '细颗粒物' of both 'pm2.5'"),
    ],
)
def test_a_wrong_row_is_named_with_its_line(copy, file, line, message):
    path = copy / file
    path.write_text(path.read_text() + line + "\n")
    count = len(path.read_text().splitlines())
    assert any(p.startswith(f"{file}:{count}: found {message}") or (message in p and f"{file}:{count}:" in p)
               for p in _problems(copy))  # fmt: skip


ENTRY = """
x_days:
  label: {zh: 某天数, en: Some days}
  definition: {zh: 某天数。, en: Some days.}
  unit: 天
  kinds: [count]
  aliases: [某天数, 某某天数]
  bounds: {critical: ["0", "366"], warning: ["0", "90"]}
  good_direction: down
  theme: pollution
  source: 自拟
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("unit: 天", "unit: 毫克/立方", "unknown unit '毫克/立方' (did you mean '毫克/立方米'?)"),
        ("unit: 天", "unit: 天\n  other_units: [日日]", "unknown unit '日日'"),
        ("kinds: [count]", "kinds: [cuont]", "'cuont' (did you mean 'count'?)"),
        ("kinds: [count]", "kinds: [count, count]", "'count' again, expected it once"),
        ("某某天数", "某天数", "'某天数' again, expected it once"),
        ("theme: pollution", "theme: polution", "'polution' (did you mean 'pollution'?)"),
        (
            "theme: pollution",
            "theme: pollution\n  scopes: [cities-33]",
            "unknown scope 'cities-33' (did you mean 'cities-33",
        ),
        (
            "theme: pollution",
            "theme: pollution\n  prefixes: [citis]",
            "unknown prefix set 'citis' (did you mean 'cities'?)",
        ),
        (
            "theme: pollution",
            "theme: pollution\n  context: [空气]",
            "one of context and context_aliases, expected both or none",
        ),
        (
            "theme: pollution",
            "theme: pollution\n  official_id: BC01",
            "official id 'BC01' of both 'pm25_annual_mean' and 'x_days'",
        ),
        ("theme: pollution", "theme: pollution\n  aliasses: [某]", "unknown key 'aliasses' (did you mean 'aliases'?)"),
        (
            'warning: ["0", "90"]',
            'warning: ["0", "900"]',
            "warning 0 to 900, expected warning bounds inside critical ones",
        ),
        ('critical: ["0", "366"]', 'critical: ["0"]', "x.yml:8"),
        ("某某天数", "全国优良天数", "alias '优良天数' (folded) of both 'good_air_days'"),
        ("x_days:", "forest_cover:", "indicator 'forest_cover' again"),
    ],
)
def test_a_wrong_indicator_is_named_with_its_line(copy, old, new, message):
    assert old in ENTRY
    (copy / "indicators" / "x.yml").write_text(ENTRY.replace(old, new))
    (problem,) = _problems(copy)
    assert message in problem
    assert problem.startswith("indicators/x.yml:")


def test_a_name_may_be_shared_when_unit_or_kind_tells_its_owners_apart(copy):
    entry = ENTRY.replace("某某天数", "优良天数").replace("unit: 天", 'unit: "%"').replace("[count]", "[share]")
    (copy / "indicators" / "x.yml").write_text(entry)
    assert "x_days" in load_registry(copy).indicators


def test_all_mistakes_are_said_at_once(copy):
    for file in ("units/units.csv", "regions/cities.csv", "scopes/scopes.csv", "indicators/wording.csv"):
        (copy / file).write_text((copy / file).read_text() + "short\n")
    (copy / "indicators" / "x.yml").write_text(ENTRY.replace("unit: 天", "unit: 日日"))
    assert {p.split(":")[0] for p in _problems(copy)} == {
        "units/units.csv", "regions/cities.csv", "scopes/scopes.csv", "indicators/wording.csv", "indicators/x.yml",
    }  # fmt: skip


def test_a_registry_may_do_without_cities_counties_and_scopes(copy):
    for file in ("regions/cities.csv", "regions/counties.csv"):
        (copy / file).unlink()
    areas = copy / "regions" / "areas.csv"
    areas.write_text("".join(line for line in areas.read_text().splitlines(True) if "|" not in line.split(",")[6]))
    vocabulary = load_vocabulary(copy)
    assert {region.level for region in vocabulary.regions}.isdisjoint({"city", "county"})


def test_a_file_that_is_not_utf8_is_a_problem(copy):
    (copy / "scopes" / "scopes.csv").write_bytes("code,kind\n现价".encode("gb18030"))
    assert any("scopes/scopes.csv: found a byte that is not UTF-8" in p for p in _problems(copy))


def test_scopes_are_found_by_every_spelling(vocabulary, registry):
    assert vocabulary.scope_of["337 cities"].code == "cities-337"
    assert vocabulary.scope_of["扣除沙尘"].code == "dust-out"
    assert vocabulary.scope_of["可比价"] is registry.scopes["prices-constant"]


def test_two_definitions_of_one_area_are_two_places(registry):
    old, new = registry.regions["QS-JJJ-2-26"], registry.regions["QS-JJJ-2-36"]
    assert (len(old.members), len(new.members)) == (28, 38)
    assert (old.valid_to, new.valid_from) == ("2023", "2023")
    assert not set(old.members) <= set(new.members)  # Shanxi's cities moved to the Fenwei Plain
    assert len(registry.regions["QS-FW-11"].members) == 11
    assert registry.vocabulary.region_of["2+26城市"] is old


def test_measures_are_the_kinds(registry):
    assert registry.indicators["forest_cover"].measures == ("share", "change", "target", "target_change")
