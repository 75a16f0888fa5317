"""The pages: what stands on them, that source text is never markup, and that no numeral stands there unsourced."""

from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
import test_charts_support as support
import test_edition_support as editions

from qingshan.edition import pages, view
from qingshan.edition.wording import WORDS
from qingshan.model import NUMBER_KINDS, OBSERVATIONS, StageError, place_in_quote, without_markup
from qingshan.registry import THEMES, Scope
from qingshan.table_cells import OBS_STATUSES

REGISTRY = support.registry()
SVG = '<?xml version="1.0"?>\n<!DOCTYPE svg>\n<svg width="9pt" height="9pt" viewBox="0 0 9 9" xmlns="http://www.w3.org/2000/svg"><g id="x"/></svg>\n'
GOOD = {"publishable": True, "reasons": []}
VOID = {"meta", "br", "link", "img", "input", "hr"}


def _tables(made=None, lost=None, extra=(), links=()):
    made = support.pairs() if made is None else made
    pairs = [{"observation_id": o.observation_id, "figure_id": f.figure_id, "role": "primary"} for f, o in made]
    return view.Tables(
        [OBSERVATIONS.row(seen) for _, seen in made],
        [*support.curated_rows(made), *extra],
        [*pairs, *links],
        support.lost_rows() if lost is None else lost,
    )


def _chart(tables):
    drawn = tuple(row["observation_id"] for row in tables.observations[:12])
    return view.Chart("decoupling", {"zh": SVG, "en": SVG}, {"zh": "图", "en": "chart"}, drawn)


def _render(language="zh", tables=None, edition=None, verdict=GOOD, charts=True):
    tables = tables or _tables()
    made = view.page(
        edition or support.edition(), REGISTRY, tables, [_chart(tables)] if charts and len(tables.observations) > 12 else [],
        verdict, language,
    )  # fmt: skip
    return pages.render(made).decode("utf-8")


class _Tree(HTMLParser):
    """Collects elements with attributes, and text with the elements around it."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, dict[str, str]]] = []
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.texts: list[tuple[str, list[tuple[str, dict[str, str]]]]] = []
        self.ids: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.elements.append((tag, tuple(sorted(found))))
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "a":
            self.links.append(found["href"])
        if tag not in VOID:
            self.open.append((tag, found))

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, tuple(sorted(dict(attrs)))))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        self.texts.append((data, list(self.open)))


def _tree(text):
    tree = _Tree()
    tree.feed(text)
    tree.close()
    assert tree.open == []
    return tree


@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_number_links_to_its_quote_and_back(language):
    tree = _tree(_render(language))
    assert len(set(tree.ids)) == len(tree.ids)
    inside = [link[1:] for link in tree.links if link.startswith("#")]
    assert set(inside) <= set(tree.ids)
    for _, seen in support.pairs():
        assert f"#q-{seen.observation_id}" in tree.links
        assert f"#o-{seen.observation_id}" in tree.links
    assert [link for link in tree.links if not link.startswith("#")] == [WORDS[language]["other_page"]]


def test_the_marked_characters_are_the_figures_own():
    tree = _tree(_render())
    marked = [data for data, around in tree.texts if around and around[-1][0] == "mark"]
    assert sorted(marked) == sorted(figure.text for figure, _ in support.pairs())


def test_the_second_of_two_equal_numbers_is_marked():
    page = _render()
    assert "其中約10%在西部、超<mark>10%</mark>在東部" in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_values_are_printed_in_the_form_of_the_language(language):
    tree = _tree(_render(language))
    shown = {data for data, around in tree.texts if around and around[-1][1].get("class") == "n"}
    expected = {
        "zh": {"12.13亿千瓦", "1.6万余个", "超10%", "2257家", "30微克/立方米", "+165%", "−60%"},
        "en": {"1.213 billion kW", "over 16,000", "over 10%", "2,257", "30 µg/m³", "+165%", "−60%"},
    }
    assert expected[language] <= shown


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_numeral_stands_outside_numbers_counts_names_and_quotes(language):
    allowed = {"n", "count", "name"}
    for data, around in _tree(_render(language)).texts:
        if re.search(r"\d", data):
            tags = {tag for tag, _ in around}
            classes = {attributes.get("class") for _, attributes in around}
            assert classes & allowed or tags & {"q", "style", "title"}, data


def test_no_digit_in_the_template_text_or_words():
    source = Path(pages.__file__).parent / "templates" / "index.html.j2"
    template = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", "", source.read_text(encoding="utf-8"), flags=re.S)
    assert not re.search(r"\d", template)
    assert not re.search(r"\d", str(WORDS))


def test_raw_damage_is_printed_in_quotes_only():
    for data, around in _tree(_render()).texts:
        if "(wǎ)" in data or "裝機" in data:
            assert "q" in {tag for tag, _ in around}


def test_quotes_carry_their_script():
    page = _render()
    assert '<q lang="zh-Hant">到二〇二二年末' in page
    assert '<q lang="zh">用水总量' in page


def test_as_published_is_worded_as_of():
    assert "截至2023年12月31日（来源未写明时间）" in _render("zh")
    assert "as of 2023-12-31 (the source gives no time)" in _render("en")


@pytest.mark.parametrize(("language", "mark"), [("zh", "送审稿"), ("en", "For review")])
def test_marks_and_notes(language, mark):
    page = _render(language)
    assert f"<strong>{mark}</strong>" in page
    assert WORDS[language]["demonstration"] in page
    assert WORDS[language]["failed"] not in page
    assert ("台湾省" if language == "zh" else "Taiwan Province") in page


def test_a_candidate_is_no_demonstration_and_a_refused_one_says_why():
    edition = support.edition(status="candidate")
    page = _render(edition=edition, verdict={"publishable": False, "reasons": ["规则一 / rule one"]})
    assert WORDS["zh"]["demonstration"] not in page
    assert WORDS["zh"]["failed"] in page
    assert "规则一 / rule one" in page


def test_counts_are_those_of_the_tables():
    extra = [
        {**support.curated_rows(support.pairs())[0], "status": status}
        for status in ("undecided", "undecided", "rejected")
    ]
    assert view.counts(_tables(extra=extra)) == {
        "found": 20, "accepted": 17, "undecided": 2, "rejected": 1, "observations": 17, "lost": 1,
    }  # fmt: skip


def test_an_edition_without_observations_still_has_a_page():
    page = _render(tables=_tables(made=[], lost=[]))
    assert WORDS["zh"]["no_table"] in page
    assert WORDS["zh"]["no_chart"] in page
    assert WORDS["zh"]["no_lost"] in page


def test_themes_stand_in_the_order_of_the_report():
    page = _render("en")
    found = [
        page.index(f"<h3>{WORDS['en']['themes'][theme]}</h3>")
        for theme in ("transition", "pollution", "ecology", "carbon")
    ]
    assert found == sorted(found)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_code_has_a_wording(language):
    words = WORDS[language]
    assert words.keys() == WORDS["zh"].keys()
    assert tuple(words["themes"]) == THEMES
    assert tuple(words["measures"]) == NUMBER_KINDS
    assert set(words["statuses"]) == set(OBS_STATUSES)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_two_sources_of_one_indicator_stand_side_by_side_with_scope_and_source(language):
    made = editions.two_sources()
    page = _render(language, _tables(made), support.edition(support.source(), editions.SECOND), charts=False)
    rows = re.findall(r'<tr id="o-(\w+)">(.*?)</tr>', page, flags=re.S)
    ids = [key for key, _ in rows]
    first, second = (seen.observation_id for _, seen in made[-2:])
    assert ids.index(second) == ids.index(first) + 1
    cells = dict(rows)
    assert 'href="#s-src-a"' in cells[first]
    assert 'href="#s-src-b"' in cells[second]
    assert WORDS[language]["scope"] in cells[second]
    assert "city_sets_339" in cells[second]
    assert "city_sets_339" not in cells[first]


@pytest.mark.parametrize(("language", "names"), [("zh", "示例城市；own-basis"), ("en", "sample cities; own-basis")])
def test_scopes_are_printed_by_name_and_one_without_a_name_by_its_code(language, names):
    known = Scope("cities-9", "cities", "示例城市", "sample cities", "2013", "", ())
    registry = dataclasses.replace(REGISTRY, vocabulary=dataclasses.replace(REGISTRY.vocabulary, scopes=(known,)))
    *made, (figure, seen) = support.pairs()
    tables = _tables([*made, (figure, dataclasses.replace(seen, scope="cities-9;own-basis"))])
    page = view.page(support.edition(), registry, tables, [], GOOD, language)
    assert [one.scope for _, shown in page.themes for one in shown if one.scope] == [names]


def test_one_source_is_not_repeated_in_every_row():
    assert all("#s-" not in row for row in re.findall(r'<tr id="o-.*?</tr>', _render(), flags=re.S))


def test_the_order_of_the_rows_does_not_hang_on_the_order_of_the_tables():
    made, edition = editions.two_sources(), support.edition(support.source(), editions.SECOND)
    pages_of = {_render("en", _tables(listed), edition, charts=False) for listed in (made, made[::-1])}
    assert len(pages_of) == 1


def test_a_repeat_is_shown_under_its_observation():
    made = support.pairs()
    figure, seen = made[0]
    twin = support.curated_rows([(dataclasses.replace(figure, start=900, end=905), seen)])[0]
    link = {"observation_id": seen.observation_id, "figure_id": twin["figure_id"], "role": "repeats"}
    page = _render(tables=_tables(extra=[twin], links=[link]))
    assert page.count(WORDS["zh"]["repeats"]) == 1
    assert "原文第900至905字符" in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_lost_value_is_shown_with_what_another_source_says(language):
    made = editions.two_sources()
    lost = support.lost_rows()[0]
    fill = {**lost, "figure_id": "", "observation_id": made[-1][1].observation_id, "decision_id": "d-0002"}
    tables = dataclasses.replace(_tables(made), fills=[fill])
    edition = support.edition(support.source(), editions.SECOND)
    shown = _render(language, tables, edition, charts=False).split('id="lost"')[1].split("</ul>")[0]
    assert WORDS[language]["filled"] in shown
    assert f'href="#q-{made[-1][1].observation_id}"' in shown
    assert 'href="#s-src-b"' in shown
    without = _render(language, _tables(made), edition, charts=False)
    assert WORDS[language]["filled"] not in without


def test_notes_of_people_and_the_value_before_a_change_are_shown():
    *made, (figure, seen) = support.pairs()
    made.append((figure, dataclasses.replace(seen, obs_value=31.0, original_value=30.0)))
    tables = _tables(made)
    noted = [{**row, "note": "与公报不同\n待查"} if row["text"] == figure.text else row for row in tables.curated]
    page = _render("en", dataclasses.replace(tables, curated=noted))
    assert "31 µg/m³</a>" in page
    assert re.search(r'first read as <span class="n">30 µg/m³</span>', page)
    assert page.count(WORDS["en"]["note"] + "</b>") == 2
    assert WORDS["en"]["original"] not in _render("en")


def test_a_decided_value_is_printed_instead_of_the_reading():
    made = support.pairs()
    figure, seen = made[-1]
    made[-1] = (figure, dataclasses.replace(seen, obs_value=31.0))
    assert "31微克/立方米</a>" in _render(tables=_tables(made))


HOSTILE = [
    "<script>alert(7)</script>",
    "<img src=x onerror=alert(7)>",
    "</script></style></q></title>",
    "{{7*7}}{% raw %}",
    "]]>",
    "javascript:alert(7)",
    '" onmouseover="alert(7)" x=\'',
    "a\u2028b\u202ec\x00d",
    "&lt;b&gt;<!-- ",
]


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_source_text_is_never_markup(hostile, language):
    plain = _tree(_hostile_page("x", language))
    harmed = _hostile_page(hostile, language)
    assert _tree(harmed).elements == plain.elements
    assert not re.search("[\x00\u2028\u202e]", harmed)
    assert "49" not in {data for data, _ in _tree(harmed).texts}


def _hostile_page(text, language):
    """Return a page with `text` in every field that comes from people or sources."""
    raw = f"甲{text}5%{text}"
    figure, seen = support.figure_and_observation(
        raw, "5%", 5.0, "forest_cover", unit="percent", scope=text, decision_id=text, ref_area=text, time_period=text
    )
    figure = dataclasses.replace(figure, reading=f"5%{text}", quote=raw)
    source = support.source(title=text, publisher=text, sha256=text, published_on=text)
    edition = dataclasses.replace(
        support.edition(source), title={"zh": text, "en": text}, note={"zh": text, "en": text}, licence=text
    )
    lost = [{**support.lost_rows()[0], "quote": text, "subject": text, "region": text, "period": text}]
    made = [(figure, dataclasses.replace(seen, quote=raw))]
    return _render(language, _tables(made, lost), edition, {"publishable": False, "reasons": [text]}, charts=False)


@pytest.mark.parametrize(
    "svg",
    [
        "<svg><script>1</script></svg>",
        '<svg onload="x()"></svg>',
        '<svg><use xlink:href="http://example.org/#a"/></svg>',
        "<svg><foreignObject/></svg>",
        '<svg><image href="#a"/></svg>',
        "no picture",
    ],
)
def test_a_picture_that_could_act_is_refused(svg):
    with pytest.raises(StageError):
        pages.inline_svg(svg)


def test_a_picture_is_inlined_without_declaration_and_size():
    assert pages.inline_svg(SVG).startswith('<svg viewBox="0 0 9 9"')


@pytest.mark.parametrize(
    ("quote", "text", "prefix", "suffix", "place"),
    [
        ("甲10%乙10%丙", "10%", "甲10%乙", "丙", 5),
        ("甲10%乙10%丙", "10%", "前文甲", "乙10%丙后", 1),
        ("10%", "10%", "前", "后", 0),
        ("甲10%乙", "10%", "丁", "乙", None),
        ("甲10%乙", "11%", "甲", "乙", None),
        ("甲乙", "", "甲", "乙", None),
        ("甲10%10%乙", "10%", "甲10%", "乙", 4),
        ("10%，乙10%", "10%", "乙", "", 5),
        ("10%10%10%", "10%", "10%", "10%", 3),
    ],
)
def test_the_place_of_a_figure_in_its_quote(quote, text, prefix, suffix, place):
    assert place_in_quote(quote, text, prefix, suffix) == place


def _other_suffix():
    made = support.pairs()
    made[0] = (dataclasses.replace(made[0][0], prefix="别处"), made[0][1])
    return _tables(made)


def _no_link():
    tables = _tables()
    return dataclasses.replace(tables, links=tables.links[1:])


def _other(**cells):
    def tables():
        made = _tables()
        return dataclasses.replace(made, observations=[{**made.observations[0], **cells}, *made.observations[1:]])

    return tables


def _no_indicator():
    tables = _tables()
    return dataclasses.replace(tables, observations=[{**tables.observations[0], "indicator": "nameless"}])


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        (_other_suffix, "run the stage extract"),
        (_no_link, "no primary figure"),
        (_no_indicator, "nameless"),
        (_other(obs_status="X"), "'X', for which the zh statuses have no wording"),
        (_other(measure="sum"), "'sum', for which the zh measures have no wording"),
    ],
)
def test_tables_that_do_not_fit_together_stop_the_stage(tables, said):
    with pytest.raises(StageError, match=said):
        _render(tables=tables(), charts=False)


def test_csp_languages_and_landmarks():
    page = _render("en")
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in page
    assert '<html lang="en">' in page
    assert 'class="skip" href="#main"' in page
    assert "<script" not in page
    assert 'role="img" aria-label="chart"' in page


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("森林蓄积量为<b>194.93</b>&nbsp;亿立方米", "森林蓄积量为194.93\xa0亿立方米"),
        ("<tr><th>2021年</th><td>", "2021年 "),
        ("水土流失面积<br>（万平方公里）", "水土流失面积 （万平方公里）"),
        ("同期<!-- 草稿 86 -->持平", "同期持平"),
        ("浓度<35微克，且>10微克", "浓度<35微克，且>10微克"),
        ("A&amp;B，占5 < 6", "A&B，占5 < 6"),
        ("没有标记的一句话。", "没有标记的一句话。"),
    ],
)
def test_a_quote_of_a_page_is_read_without_its_markup(raw, seen):
    assert without_markup(raw) == seen
