import shutil
from pathlib import Path

import pytest

from qingshan.model import InputError
from qingshan.registry import load_registry

SHIPPED = Path(__file__).parents[2] / "data" / "registry"


@pytest.fixture
def copy(tmp_path):
    return Path(shutil.copytree(SHIPPED, tmp_path / "registry"))


def _problems(folder):
    with pytest.raises(InputError) as caught:
        load_registry(folder)
    return [str(problem) for problem in caught.value.problems]


def test_the_shipped_registry_loads(registry):
    assert len(registry.indicators) >= 30
    assert sum(region.level == "province" for region in registry.regions.values()) == 35  # 34 and the corps
    groups = [i.group for i in registry.indicators.values() if i.group]
    assert {group: groups.count(group) for group in set(groups)}.keys() == {"pressure", "intensity", "quality"}
    assert len(groups) == 12


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
    assert "words/nouns.csv:1: found word,rolle,value, expected word,role,value" in text
    assert "a row of another length" in text


def test_one_spelling_has_one_owner(copy):
    units = copy / "units" / "units.csv"
    units.write_text(units.read_text() + "ton,吨位,,,measure,吨\n")
    assert any("spelling '吨' of both 'tonne' and 'ton'" in p for p in _problems(copy))


def test_qualifiers_come_from_the_guide(copy):
    words = copy / "words" / "qualifiers.csv"
    words.write_text(words.read_text() + "大概,before,abot\n")
    assert any("found 'abot'" in p for p in _problems(copy))
