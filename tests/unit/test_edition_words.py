"""The words around numbers: references of sources, formulas, locators, numerals, sentences and headline numbers."""

from __future__ import annotations

import dataclasses

import pytest
import test_charts_support as support
import test_edition_support as editions
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from qingshan.edition import lint, numerals, referring, sentences, typeset, view
from qingshan.edition.citation import citation, document_type
from qingshan.edition.sentences import Part
from qingshan.model import InputError, StageError
from qingshan.registry import Scope
from qingshan.table_mapping import TableMapping

REGISTRY = support.registry()
GOOD = {"publishable": True, "reasons": []}


def page(language="zh", made=None, edition=None, registry=REGISTRY, **other):
    from test_edition_pages import _tables

    return view.page(edition or support.edition(), registry, _tables(made), [], GOOD, language, **other)


# citations, after the examples of GB/T 7714—2015
@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"publisher": "生态环境部", "title": "2023中国生态环境状况公报", "released_on": "2024-06-05", "published_on": "2024-05-24",
             "url": "https://example.org/gb.pdf", "file": "gb.pdf", "accessed_on": "2024-07-01"},
            "生态环境部. 2023中国生态环境状况公报[R/OL]. (2024-06-05)[2024-07-01]. https://example.org/gb.pdf",
        ),
        (
            {"publisher": "测试署", "title": "公告。", "published_on": "2024-01-15", "url": "https://example.org/a", "file": "a.html"},
            "测试署. 公告[EB/OL]. (2024-01-15). https://example.org/a",
        ),
        ({"publisher": "测试署", "title": "《测试公报》", "published_on": ""}, "测试署. 测试公报[R]."),
        ({"publisher": "测试署", "title": "《甲》与《乙》", "published_on": "2024"}, "测试署. 《甲》与《乙》[R]. (2024)."),
        ({"publisher": "测试署 · Test office", "title": "年报 · Yearly report", "published_on": "2024"}, "测试署. 年报[R]. (2024)."),
        ({"publisher": "", "title": "年表", "published_on": "2024", "file": "y.xlsx"}, "年表[DS]. (2024)."),
        ({"publisher": "甲", "title": "a\u202eb", "published_on": ""}, "甲. a[U+202E]b[R]."),
    ],
)  # fmt: skip
def test_a_source_is_cited_in_the_national_form(fields, expected):
    assert citation(dataclasses.replace(support.source(), **fields), "zh") == expected
    whole = citation(dataclasses.replace(support.source(), **fields), "en")
    assert whole == expected.replace("测试署. 年报", "Test office. Yearly report")


@pytest.mark.parametrize(
    ("file", "url", "expected"),
    [
        ("r.txt", "", "R"), ("r.pdf", "https://x", "R/OL"), ("r.html", "", "R"), ("r.HTM", "https://x", "EB/OL"),
        ("r.csv", "", "DS"), ("r.csv", "https://x", "DS/OL"),
    ],
)  # fmt: skip
def test_the_type_of_a_document(file, url, expected):
    assert document_type(support.source(file=file, url=url)) == expected


def test_a_web_page_read_as_a_table_is_a_data_set():
    mapping = object.__new__(TableMapping)
    assert document_type(dataclasses.replace(support.source(file="r.html", url="https://x"), table=mapping)) == "DS/OL"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("细颗粒物（PM2.5）", "细颗粒物（PM<sub>2.5</sub>）"),
        ("PM10与CO₂、SO2", "PM<sub>10</sub>与CO<sub>2</sub>、SO<sub>2</sub>"),
        ("NOx, N2O, CH4, NH3, O₃", "NO<sub>x</sub>, N<sub>2</sub>O, CH<sub>4</sub>, NH<sub>3</sub>, O<sub>3</sub>"),
        ("H₂", "H<sub>2</sub>"),
        ("COP28 in CO, 10³ m³, SO2015, XPM2.5", "COP28 in CO, 10³ m³, SO2015, XPM2.5"),
        ("<b>PM2.5&", "&lt;b&gt;PM<sub>2.5</sub>&amp;"),
    ],
)
def test_formulas_are_set_with_subscripts(text, expected):
    assert str(typeset.formulas(text)) == expected


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_setting_formulas_loses_no_character_and_lets_no_markup_through(text):
    made = str(typeset.formulas(text)).replace("<sub>", "").replace("</sub>", "")
    plain = str.maketrans("₀₁₂₃₄₅₆₇₈₉ₓ", "0123456789x")
    assert made.translate(plain) == str(escape(text)).translate(plain)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("共17项", "17"), ("约1.6万", "1.6"), ("二十年", "二十"), ("三成", "三"), ("百分之五", "百分之五"), ("第五类", "第五"),
        ("Grade Ⅲ", "Ⅲ"), ("①", "①"), ("２个", "２"), ("Twelve cities", "Twelve"), ("it doubled", "doubled"),
        ("统一部署，一并考虑", ""), ("陆域与参考", ""), ("one of the many", ""), ("细颗粒物（PM2.5）", ""), ("立方米m³", ""),
        ("PM2.5和3", "3"),
    ],
)  # fmt: skip
def test_what_counts_as_a_typed_numeral(text, found):
    assert numerals.first_numeral(text, ["PM2.5"]) == found


@pytest.mark.parametrize(
    ("text", "forms", "found"),
    [
        ("60%和160%", ["60%"], ["60%"]), ("2013年与13", ["13"], ["13"]), ("30.5", ["30"], []), ("1,600", ["1"], []),
        ("−60%", ["60%", "−60%"], ["−60%"]), ("x", [], []),
    ],
)  # fmt: skip
def test_a_printed_number_is_never_a_part_of_a_longer_one(text, forms, found):
    assert numerals.whole(forms).findall(text) == found


def test_the_numerals_of_a_chart_s_words_become_references():
    shown = page().shown
    vehicles = next(one for one in shown if one.row["indicator"] == "civil_vehicles")
    parts = referring.Referrer([vehicles]).parts("2013至2022年上升165%，另有17")
    key = vehicles.observation_id
    assert parts == (
        Part("period", "2013", key), Part("text", "至"), Part("period", "2022年", key), Part("text", "上升"),
        Part("value", "165%", key), Part("text", "，另有17"),
    )  # fmt: skip


# sentences
@pytest.mark.parametrize(
    ("language", "key", "expected"),
    [
        ("zh", "pm25_annual_mean|CN", "2023年，全国PM2.5年均浓度为30微克/立方米；2022年比2013年下降60%。"),
        ("en", "pm25_annual_mean|CN", "Annual mean PM2.5 concentration in China came to 30 µg/m³ in 2023; from 2013 to "
         "2022 there was a fall of 60%."),
        ("zh", "civil_vehicles|CN", "全国民用汽车拥有量2022年比2013年上升165%。"),
        ("zh", "forest_cover|640000", "2023年，宁夏回族自治区森林覆盖率超10%。"),
        ("zh", "eco_counties|CN", "截至2023年12月31日（来源未写明时间），全国生态文明建设示范区为1.6万余个。"),
        ("en", "renewable_capacity|CN", "Installed renewable power capacity in China came to 1.213 billion kW at "
         "2022-12-31."),
        ("zh", "key_emitters|CN", "2023年，全国重点排放单位数量为2257家；2023年比2022年减少3家。"),
        ("en", "key_emitters|CN", "Key emitting units in the carbon market in China came to 2,257 in 2023; from 2022 to "
         "2023 there was a decrease of 3."),
        ("zh", "good_water_share|CN", "全国地表水优良断面比例2022年比2013年上升23%（相对变化）。"),
    ],
)  # fmt: skip
def test_a_sentence_for_each_form(language, key, expected):
    fewer = support.figure_and_observation(
        "减少3家", "3家", -3.0, "key_emitters", unit="enterprise", kind="change", base_period="2022"
    )
    said = {one.key: one for one in page(language, [*support.pairs(), fewer]).sentences}
    assert said[key].text == expected


def _target(value, year, **other):
    return support.figure_and_observation(
        f"{year}目标{value}%", f"{value}%", float(value), "forest_cover", unit="percent", kind="target", time_period=year,
        **other,
    )  # fmt: skip


def _cover(**other):
    return support.figure_and_observation(
        "覆盖率24.02%", "24.02%", 24.02, "forest_cover", unit="percent", kind="share", **other
    )


def _with_scopes():
    scopes = tuple(Scope(code, "forest", code, code, "", "", ()) for code in ("survey", "plan"))
    return dataclasses.replace(REGISTRY, vocabulary=dataclasses.replace(REGISTRY.vocabulary, scopes=scopes))


@pytest.mark.parametrize(
    ("scopes", "warned"), [(("survey", "plan"), True), (("survey", "survey"), False), (("survey", ""), False)]
)
def test_a_target_on_another_basis_says_so(scopes, warned):
    made = [_cover(scope=scopes[0]), _target(24.1, "2025", scope=scopes[1])]
    edition = dataclasses.replace(support.edition(), headline=("forest_cover",))
    shown = page("zh", made, edition, _with_scopes())
    assert ("（口径不同，不可直接比较）" in shown.sentences[0].text) is warned
    assert "2025年的目标为24.1%" in shown.sentences[0].text
    assert shown.headline[0].comparable is not warned


def test_a_basis_that_another_source_states_for_the_same_value_counts():
    other = _cover(scope="survey", source_id="src-b")
    made = [_cover(), other, _target(24.1, "2025"), _target(24.1, "2025", scope="plan", source_id="src-b")]
    edition = support.edition(support.source(), editions.SECOND)
    assert "口径不同" in page("zh", made, edition, _with_scopes()).sentences[0].text


def test_an_indicator_with_many_places_is_read_in_its_table():
    shown = page().shown[0]
    made = [
        sentences.Sentence(f"forest_cover|{number}", "ecology", (Part("name", shown.place),)) for number in range(5)
    ]
    assert sentences.told(made) == []
    assert sentences.told(made[:4]) == made[:4]
    country = dataclasses.replace(made[0], key="forest_cover|CN")
    assert sentences.told([country, *made]) == [country]
    edited = dataclasses.replace(made[0], by_editor=True)
    assert sentences.told([edited, *made[1:]]) == [edited]


# headline numbers
def test_the_headline_is_the_declared_one_in_its_order():
    edition = dataclasses.replace(support.edition(), headline=("key_emitters", "pm25_annual_mean", "gdp"))
    heads = page("zh", edition=edition).headline
    assert [one.result.value for one in heads] == ["2257家", "30微克/立方米"]  # a change is no headline
    assert heads[0].pieces == ("", "2257", "家")


def test_without_a_declaration_the_usual_indicators_stand_first():
    assert [one.result.row["indicator"] for one in page().headline] == ["pm25_annual_mean", "renewable_capacity"]


def test_an_unknown_indicator_in_the_headline_is_named():
    edition = dataclasses.replace(support.edition(), headline=("forrest_cover",))
    with pytest.raises(InputError, match=r"edition.yml: headline: found 'forrest_cover' \(did you mean 'forest_cover'"):
        page(edition=edition)


def test_the_nearest_target_ahead_stands_beside_its_result():
    made = [_cover(), _target(24.1, "2025"), _target(26, "2035"), _target(23, "2020")]
    edition = dataclasses.replace(support.edition(), headline=("forest_cover",))
    (head,) = page("zh", made, edition).headline
    assert (head.target.value, head.target.time) == ("24.1%", "2025年")


# the lint alone
KNOWN = lint.Known({"aa": {"60%"}}, {"aa": {"2022年"}}, {"7"}, {"PM2.5浓度", "SO₂"})


@pytest.mark.parametrize(
    "markup",
    [
        '<p>下降<a class="n" data-o="aa" href="#q-aa">60%</a></p>',
        '<p><span class="t" data-o="aa">2022年</span></p>',
        '<p><a class="n" data-o="aa"><small>6</small><b>0%</b></a></p>',
        '<p>PM<sub>2.5</sub>浓度，SO<sub>2</sub></p>',
        "<p><b>PM2.5</b>浓度</p>",
        '<p><time>2023-12-31</time> <time>2023年1月5日</time></p>',
        '<p>共<span class="count">7</span></p>',
        "<blockquote><q>有<mark>17</mark>项</q></blockquote>",
        '<p><code>ab12</code><span class="loc">第3行</span></p>',
        '<svg aria-label="下降60%，2022年"><a aria-label="SO₂"><path d="M1 2"/></a></svg>',
        "<style>p { margin: 2px }</style><script>1</script>",
    ],
)  # fmt: skip
def test_what_may_stand_on_a_page(markup):
    lint.check(f"<html><body>{markup}</body></html>", KNOWN)


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ("<p>下降60%</p>", "'60' in '下降60%' (<p>)"),
        ('<p><a class="n" data-o="aa">61%</a></p>', "'61%' in '61%' (observation aa)"),
        ('<p><a class="n" data-o="bb">60%</a></p>', "(observation bb)"),
        ('<p><a class="n">60%</a></p>', "(observation (none))"),
        ('<p><span class="t" data-o="aa">2021年</span></p>', "'2021年'"),
        ("<p><time>17</time></p>", "(a date)"),
        ('<p><span class="count">8</span></p>', "'8'"),
        ("<p>共<sub>17</sub>项</p>", "'17'"),
        ("<p>1<b>7</b>项</p>", "'17'"),
        ('<section id="x"><h2>3</h2></section>', "(<h2> in #x)"),
        ('<svg aria-label="下降61%"></svg>', "(aria-label of <svg>)"),
        ('<p title="十二项">x</p>', "(title of <p>)"),
        ("<table><tr><td>5</td></tr></table>", "'5'"),
        ("<p>三成</p>", "'三'"),
    ],
)  # fmt: skip
def test_what_may_not_is_named_with_its_place(markup, said):
    with pytest.raises(StageError) as error:
        lint.check(f"<html><body>{markup}</body></html>", KNOWN)
    assert said in str(error.value)


def test_many_numerals_are_counted():
    with pytest.raises(StageError, match="and 4 more"):
        lint.check("<p>1</p>" * 9, KNOWN)
