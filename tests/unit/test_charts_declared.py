"""The declarations of charts: every mistake is found, with its line and the nearest right name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import test_charts_support as support

from qingshan import charts
from qingshan.charts import declared
from qingshan.model import InputError
from qingshan.registry import load_registry

ROOT = Path(__file__).resolve().parents[2]
REGISTRY = load_registry(ROOT / "data" / "registry")
GOOD = """\
pm25:
  form: timeline
  section: pollution
  title: {zh: 浓度, en: Concentration}
  series:
    - name: level
      indicators: [pm25_annual_mean]
      measures: [level]
      scopes: [cities-339]
      periods: ["2013", 2019..2021]
    - {name: reference, indicators: [pm25_who_interim_target_1], measures: [level], areas: [WORLD]}
  sources: [series]
  finding:
    - when: [level.last < reference.pm25_who_interim_target_1]
      zh: "{level.last.value}"
      en: "{level.last.value} in {level.last.period}"
"""


def _load(tmp_path, text):
    (tmp_path / "charts.yml").write_text(text, encoding="utf-8")
    return declared.load_charts(tmp_path, REGISTRY)


def test_a_good_declaration(tmp_path):
    chart = _load(tmp_path, GOOD)["pm25"]
    assert chart.series[0].periods == ("2013", "2019", "2020", "2021")
    assert chart.series[0].areas == ("CN",)
    assert chart.finding[0].when == ("level.last < reference.pm25_who_interim_target_1",)
    assert chart.indicators == ("pm25_annual_mean", "pm25_who_interim_target_1")


def test_no_file_declares_no_chart(tmp_path):
    assert declared.load_charts(tmp_path, REGISTRY) == {}


def test_provinces_stand_for_all_in_the_official_order(tmp_path):
    chart = _load(tmp_path, GOOD.replace("      scopes", "      areas: [provinces]\n      scopes"))["pm25"]
    assert chart.series[0].areas[:2] == ("110000", "120000")
    assert len(chart.series[0].areas) >= 34


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("form: timeline", "form: timelime", r"charts.yml:2: found unknown form of charts 'timelime'.*timeline"),
        ("section: pollution", "section: polution", r"charts.yml:3: .*'polution'.*pollution"),
        ("[pm25_annual_mean]", "[pm25_anual_mean]", r"charts.yml:7: found unknown indicator .*pm25_annual_mean"),
        ("measures: [level]", "measures: [levels]", r"charts.yml:8: .*levels"),
        ("[cities-339]", "[cities-340]", r"charts.yml:9: found unknown scope .*cities-3"),
        ("2019..2021", "2019-2021x", r"charts.yml:10: .*2019..2023"),
        ("_target_1]", "_target_9]", r"charts.yml:11: found unknown indicator 'pm25_who_interim_target_9'"),
        ("in {level.last.period}", "in 2023", r"charts.yml:16: .*without any digit"),
        ("in {level.last.period}", "in ２０", r"charts.yml:16: .*without any digit"),
        ("in {level.last.period}", "in {levels.last.period}", r"charts.yml:16: found unknown series .*level"),
        ("in {level.last.period}", "in {level.latest.period}", r"charts.yml:16: found unknown value 'latest'"),
        ("in {level.last.period}", "in {level.last.year}", r"charts.yml:16: found unknown field of a slot 'year'"),
        ("in {level.last.period}", "in {level}", r"charts.yml:16: .*words and slots"),
        ("level.last < ", "level.last below ", r"charts.yml:14: .*two values and a comparison"),
        ("level.last < ", "target.last < ", r"charts.yml:14: found unknown series of this chart 'target'"),
        ("title: {zh: 浓度, en: Concentration}", "title: {zh: 浓度}", r"charts.yml:4: found no 'en'"),
        ("  sources", "  references: []\n  sources", r"charts.yml:12: found unknown key 'references'"),
    ],
)
def test_each_mistake_has_its_line(tmp_path, old, new, said):
    assert old in GOOD
    with pytest.raises(InputError, match=said):
        _load(tmp_path, GOOD.replace(old, new))


def test_a_name_of_a_series_twice_is_refused(tmp_path):
    twice = GOOD.replace("  sources", "    - {name: level, indicators: [gdp], measures: [level]}\n  sources")
    with pytest.raises(InputError, match="series 'level' again"):
        _load(tmp_path, twice)


def _choose(workspace, names):
    path = workspace.edition_file("2023")
    path.write_text(json.dumps({**json.loads(path.read_text()), "charts": names}))


def test_an_edition_chooses_its_charts(tmp_path):
    workspace = support.write_workspace(tmp_path, support.pairs())
    _choose(workspace, ["decoupling"])
    assert {one.name for one in charts.build(workspace, "2023")} == {"decoupling"}


def test_an_edition_that_lists_an_unknown_chart_is_told_the_nearest(tmp_path):
    workspace = support.write_workspace(tmp_path, support.pairs())
    _choose(workspace, ["decuopling"])
    with pytest.raises(InputError, match=r"edition.yml:1: found unknown chart 'decuopling'.*decoupling"):
        charts.build(workspace, "2023")
