"""The registry's relations between indicators: the shipped ones load, and every mistake is named with its line."""

import shutil
from pathlib import Path

import pytest

from qingshan.model import InputError
from qingshan.registry import load_registry
from qingshan.registry.relations import FORMS

SHIPPED = Path(__file__).parents[2] / "data" / "registry"
GOOD = """\
water_grades:
  form: hundred
  parts: [surface_water_good_share, surface_water_worse_than_v_share]
  why: {zh: 同一批断面, en: the same sections}
"""


@pytest.fixture
def copy(tmp_path):
    return Path(shutil.copytree(SHIPPED, tmp_path / "registry"))


def _problems(folder, text):
    (folder / "relations.yml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_registry(folder)
    return [str(problem) for problem in caught.value.problems]


def test_the_shipped_relations_use_every_form(registry):
    assert {relation.form for relation in registry.relations} == set(FORMS)
    assert all(relation.why["zh"].endswith("。") for relation in registry.relations)
    assert all(name in registry.indicators for relation in registry.relations for name in relation.members)


def test_a_ratio_is_the_first_member_over_the_second(registry):
    (ratio,) = [relation for relation in registry.relations if relation.relation_id == "energy_per_gdp"]
    assert (ratio.whole, ratio.members) == ("energy_intensity", ("energy_consumption", "gdp"))
    assert (ratio.scale, ratio.prices) == (10_000.0, "constant")


def test_members_of_one_relation_are_given_in_units_that_add_up(registry):
    for relation in registry.relations:
        if relation.form in ("parts", "hundred"):
            names = [name for name in (relation.whole, *relation.members) if name]
            assert len({registry.indicators[name].unit for name in names}) == 1, relation.relation_id


def test_a_registry_without_the_file_has_no_relations(copy):
    (copy / "relations.yml").unlink()
    assert load_registry(copy).relations == ()


def test_a_workspace_may_have_its_own(copy):
    (copy / "relations.yml").write_text(GOOD, encoding="utf-8")
    (relation,) = load_registry(copy).relations
    assert (relation.relation_id, relation.form, len(relation.members)) == ("water_grades", "hundred", 2)


@pytest.mark.parametrize(
    ("change", "to", "said"),
    [
        ("form: hundred", "form: hundreds", "relations.yml:2: found 'hundreds' (did you mean 'hundred'?), expected one of"),
        ("worse_than_v_share", "worse_than_v", "relations.yml:3: found unknown indicator 'surface_water_worse_than_v'"),
        ("worse_than_v_share", "good_share", "again, expected it once (relations.yml:3)"),
        ("surface_water_worse_than_v_share", "gdp", "found 'gdp' in 元, expected shares in %"),
        ("  parts:", "  part:", "unknown key 'part' (did you mean 'parts'?)"),
        ("form: hundred", "form: parts", "relations.yml:1: found no 'whole', expected 'whole' in a relation of form parts"),
        ("why:", "complete: 'yes'\n  why:", "found 'complete' in a relation of form hundred, expected it only in: parts"),
        ("form: hundred", "scale: ten\n  form: hundred", "scale in the form a number"),
        (", en: the same sections", "", "no 'en'"),
        ("water_grades:", "Water:", "Water"),
        ("  form", " form: [\n  form", "malformed YAML"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(copy, change, to, said):
    assert change in GOOD
    problems = _problems(copy, GOOD.replace(change, to))
    assert any(said in problem for problem in problems), problems


def test_an_empty_file_is_a_mistake(copy):
    assert _problems(copy, "")[0].startswith("relations.yml: found nothing")


def test_all_mistakes_are_named_at_once(copy):
    bad = "a: {form: ratio, result: gpd, why: {zh: 甲, en: a}}\nb: {form: accumulates, indicators: [nothing], why: {zh: 乙, en: b}}\n"
    problems = _problems(copy, bad)
    assert len(problems) == 4
    assert "unknown indicator 'gpd' (did you mean 'gdp'?)" in " ".join(problems)


def test_bounds_of_a_constant_stand_in_order(copy):
    bad = (
        "a:\n  form: product\n  result: acid_rain_area\n  factors: [acid_rain_area_share]\n"
        "  constant: {label: {zh: 甲, en: a}, low: '3', high: '2'}\n  why: {zh: 甲, en: a}\n"
    )
    (problem,) = _problems(copy, bad)
    assert problem.startswith("relations.yml:5: found low 3, high 2, expected the lower bound first.")
