"""Sentences that an editor rewrote: references follow the data, mistakes are named by line, the stale are reported."""

from __future__ import annotations

import dataclasses

import pytest
import test_charts_support as support
import test_edition_support as editions
from test_edition_words import page

from qingshan import charts, edition
from qingshan.edition import editor, pages
from qingshan.model import InputError

KEY = "pm25_annual_mean|CN"


def _page(text, language="zh", made=None):
    return page(language, made, rewritten=editor.parse(text))


def _said(shown, key=KEY):
    return next(one for one in shown.sentences if one.key == key)


def _id(indicator, measure="level"):
    return next(
        one.observation_id for _, one in support.pairs() if (one.indicator, one.measure) == (indicator, measure)
    )


def test_a_rewritten_sentence_prints_its_references():
    level, change = _id("pm25_annual_mean"), _id("pm25_annual_mean", "change")
    text = f"""
zh:
  {KEY}: PM2.5年均浓度到{{obs:{level}#period}}降至{{{KEY}|2023}}，降幅{{obs:{change}#size}}（{{obs:{change}}}）。
"""
    shown = _page(text)
    said = _said(shown)
    assert said.text == "PM2.5年均浓度到2023年降至30微克/立方米，降幅60%（−60%）。"
    assert said.by_editor
    assert said.observations == (level, change)
    markup = pages.render(shown).decode()
    assert f'降至<a class="n" href="#q-{level}" data-o="{level}">30微克/立方米</a>' in markup
    assert "PM<sub>2.5</sub>年均浓度到" in markup
    assert [one.key for one in shown.sentences] == [one.key for one in page().sentences]


def test_a_rewritten_sentence_follows_the_data():
    *made, (figure, seen) = support.pairs()
    made.append((dataclasses.replace(figure, text="28微克/立方米", reading="28微克/立方米", quote="细颗粒物28微克/立方米", prefix="细颗粒物", suffix=""),
                 dataclasses.replace(seen, obs_value=28.0)))  # fmt: skip
    text = f"zh:\n  {KEY}: 浓度为{{{KEY}|2023}}。\n"
    assert _said(_page(text)).text == "浓度为30微克/立方米。"
    assert _said(_page(text, made=made)).text == "浓度为28微克/立方米。"


def test_the_other_language_stays_generated():
    shown = _page(f"en:\n  {KEY}: 'Now {{{KEY}|2023}}.'\n")
    assert not any(one.by_editor for one in shown.sentences)


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ("浓度为30。", "sentences.yml:3", "the typed numeral '30'"),
        ("三成左右。", "sentences.yml:3", "the typed numeral '三'"),
        (f"到2023年为{{{KEY}|2023}}。", "sentences.yml:3", "the typed numeral '2023'"),
        ("x{pm25_anual_mean|CN|2023}", "sentences.yml:3", "did you mean 'pm25_annual_mean'"),
        ("x{pm25_annual_mean|64000|2023}", "sentences.yml:3", "did you mean '640000'"),
        ("x{pm25_annual_mean|CN}", "sentences.yml:3", "{obs:ID} or {indicator|place|period}"),
        ("x{pm25_annual_mean|CN|last year}", "sentences.yml:3", "the period as 2023"),
        ("x{obs:12}", "sentences.yml:3", "{obs:ID}"),
        ("x{foo}", "sentences.yml:3", "{obs:ID}"),
        (f"x{{{KEY}|2023#seize}}", "sentences.yml:3", "did you mean 'size'"),
        (f"x{{{KEY}|2023#size}}", "sentences.yml:3", "it is no change"),
        ("x{", "sentences.yml:3", "a lone '{'"),
        ("x}y", "sentences.yml:3", "a lone '}'"),
    ],
)
def test_a_mistake_is_named_by_its_line(text, where, said):
    with pytest.raises(InputError) as error:
        _page(f"# 编者的句子\nzh:\n  {KEY}: {text}\n")
    assert error.value.exit_code == 2
    (problem,) = error.value.problems
    assert problem.where == where
    assert said in str(problem)
    assert problem.remedy


def test_all_mistakes_come_at_once():
    with pytest.raises(InputError) as error:
        _page("zh:\n  pm25_annual_mean|CN: 三成3。\n  gdp|CN: 'x{foo}'\n  nothing|CN: x\n")
    assert [one.where for one in error.value.problems] == [f"sentences.yml:{line}" for line in (2, 3, 4)]


@pytest.mark.parametrize("text", ["zh:\n  - x\n", "fr:\n  a|CN: x\n", "zh:\n  gdp|CN: {gdp|CN|2023}\n", "zh: ["])
def test_another_form_is_an_error(text):
    with pytest.raises(InputError, match=r"sentences\.yml"):
        _page(text)


def test_a_reference_to_several_values_names_them():
    made = editions.two_sources()
    text = f"zh:\n  {KEY}: 为{{{KEY}|2023}}。\n"
    with pytest.raises(InputError) as error:
        page("zh", made, support.edition(support.source(), editions.SECOND), rewritten=editor.parse(text))
    assert all(f"{{obs:{seen.observation_id}}}" in str(error.value) for _, seen in made[-2:])
    one = f"zh:\n  {KEY}: 为{{{KEY}|2023|level|city_sets_339}}。\n"
    shown = page("zh", made, support.edition(support.source(), editions.SECOND), rewritten=editor.parse(one))
    assert _said(shown).text == "为31微克/立方米。"


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (KEY, "x{obs:000000000000}"),
        (KEY, f"x{{{KEY}|1999}}"),
        ("forest_cover|CN", "森林"),
    ],
)
def test_a_sentence_whose_reference_is_gone_is_stale_and_the_generated_one_printed(key, text):
    shown = _page(f"zh:\n  {key}: {text}\n")
    (stale,) = shown.stale
    assert (stale.where, stale.key) == ("sentences.yml:2", key)
    assert "is stale, there is no " in str(stale)
    assert [one.text for one in shown.sentences] == [one.text for one in page().sentences]


def test_a_broken_sentence_stops_the_stage_and_a_stale_one_is_reported(tmp_path):
    workspace = editions.write_workspace(tmp_path)
    charts.build(workspace, "2023")
    path = workspace.raw("2023") / "sentences.yml"
    path.write_text(f"zh:\n  {KEY}: 约30\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"data/raw/2023/sentences\.yml:2: found the typed numeral '30'"):
        edition.build(workspace, "2023")
    path.write_text(
        f"zh:\n  {KEY}: x{{obs:000000000000}}\n  gdp|CN: 增幅{{obs:{_id('gdp', 'change')}#size}}。\n", encoding="utf-8"
    )
    edition.build(workspace, "2023")
    assert f"the sentence {KEY} (zh) is stale" in workspace.work("2023", "publish", "summary.json").read_text()
    listed = workspace.work("2023", "publish", "sentences.csv").read_text(encoding="utf-8")
    assert "gdp|CN,zh,增幅106%。,editor," in listed
    assert f"{KEY},en," in listed
