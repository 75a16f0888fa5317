"""The pages: what stands on them, that source text is never markup, and that no numeral stands there unsourced."""

from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
import test_charts_support as support
import test_edition_support as editions

from qingshan.charts.card import Card
from qingshan.edition import marks, pages, view
from qingshan.edition.phrases import PHRASES
from qingshan.edition.wording import WORDS
from qingshan.model import NUMBER_KINDS, OBSERVATIONS, StageError, place_in_quote, without_markup
from qingshan.registry import THEMES, Scope
from qingshan.table_cells import OBS_STATUSES

REGISTRY = support.registry()
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


def svg(*marks):
    """Return a picture with a group for each mark."""
    groups = "".join(f'<g id="{mark}"><path d="M 0 0 L 1 1 z"/></g>' for mark in marks)
    return (
        '<?xml version="1.0"?>\n<!DOCTYPE svg>\n<svg width="9pt" height="9pt" viewBox="0 0 9 9" '
        f'xmlns="http://www.w3.org/2000/svg"><g id="axes_1">{groups}</g></svg>\n'
    )


def card(drawn, **other):
    """Return the card of a chart of the first part."""
    both = {"zh": "", "en": ""}
    fields = {
        "name": "decoupling", "number": 1, "section": "transition", "form": "changes",
        "title": {"zh": "各项变化", "en": "Changes"}, "finding": both, "subtitle": both, "unit": both, "source": both,
        "alt": {"zh": "图", "en": "chart"}, "notes": {}, "missing": {}, "observations": tuple(drawn),
    }  # fmt: skip
    return Card(**{**fields, **other})


def chart(tables, calculated=None, **words):
    drawn = tuple(row["observation_id"] for row in tables.observations[:12])
    calculated = calculated or {}
    picture = svg(*drawn, *calculated)
    return view.Chart(card(drawn, **words), {"zh": picture, "en": picture}, calculated)


def _render(language="zh", tables=None, edition=None, verdict=GOOD, charts=True):
    tables = tables or _tables()
    made = view.page(
        edition or support.edition(), REGISTRY, tables, [chart(tables)] if charts and len(tables.observations) > 12 else [],
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
def test_each_number_and_each_mark_leads_to_its_note_and_back(language):
    tree = _tree(_render(language))
    assert len(set(tree.ids)) == len(tree.ids)
    inside = [link[1:] for link in tree.links if link.startswith("#")]
    assert set(inside) <= set(tree.ids)
    for _, seen in support.pairs():
        assert f"#q-{seen.observation_id}" in tree.links
        assert f"#o-{seen.observation_id}" in tree.links
    assert [link for link in tree.links if not link.startswith("#")] == [WORDS[language]["other_page"]]
    marks = re.findall(r'<a class="m" href="#q-(\w+)" aria-label="([^"]+)"', _render(language))
    assert [key for key, _ in marks] == [row["observation_id"] for row in _tables().observations[:12]]
    assert "+165%" in marks[0][1]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_note_leads_to_every_place_where_its_number_stands(language):
    page = _render(language)
    vehicles = _tables().observations[0]["observation_id"]
    note = page.split(f'id="q-{vehicles}"')[1].split("</article>")[0]
    assert re.findall(r'href="#([^"]+)"', note) == [
        f"o-{vehicles}", "s-src-a", f"o-{vehicles}", "t-civil_vehicles-CN", "chart-decoupling",
    ]  # fmt: skip
    listed = page.split('id="s-src-a"')[1].split("</details>")[0]
    assert f'href="#q-{vehicles}"><q' in listed
    assert 'href="#chart-decoupling"' in listed


def test_the_lit_characters_are_the_figures_own():
    lit = [
        data
        for data, around in _tree(_render()).texts
        if around and around[-1][0] == "mark" and "cards" in {attributes.get("class") for _, attributes in around}
    ]
    assert sorted(lit) == sorted(figure.text for figure, _ in support.pairs())


def test_the_second_of_two_equal_numbers_is_lit():
    page = _render()
    assert "其中約10%在西部、超<mark>10%</mark>在東部" in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_values_are_printed_in_the_form_of_the_language(language):
    tree = _tree(_render(language))
    shown = {data for data, around in tree.texts if around and around[-1][1].get("class") == "n"}
    expected = {
        "zh": {"12.13亿千瓦", "1.6万余个", "超10%", "2257家", "30微克/立方米", "+165%", "−60%", "60%"},
        "en": {"1.213 billion kW", "over 16,000", "over 10%", "2,257", "30 µg/m³", "+165%", "−60%", "60%"},
    }
    assert expected[language] <= shown


def test_no_digit_in_the_template_text_or_words():
    for name in ("index.html.j2", "parts.html.j2"):
        source = (Path(pages.__file__).parent / "templates" / name).read_text(encoding="utf-8")
        assert not re.search(r"\d", re.sub(r"\{%.*?%\}|\{\{.*?\}\}|</?[a-z][^>]*>", "", source, flags=re.S))
    assert not re.search(r"\d", str(WORDS))
    assert not re.search(r"\d", str(PHRASES))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ({"note_target": "目标共17项。"}, "'17' in '目标共17项。' (<li> in #notes)"),
        ({"note_target": "目标共十七项。"}, "'十七' in"),
        ({"headline": "两个要点"}, "'两' in '两个要点' (<h2> in #headline)"),
        ({"no_lost": "无", "notes": "说明 Ⅲ"}, "'Ⅲ' in"),
        ({"close": "关闭2"}, "'2' in"),
    ],
)
def test_a_typed_numeral_in_the_words_fails_the_build_and_is_named(monkeypatch, words, found):
    monkeypatch.setitem(WORDS, "zh", {**WORDS["zh"], **words})
    with pytest.raises(StageError, match="numerals without a source on the page") as error:
        _render()
    assert found in str(error.value)


def test_a_typed_numeral_in_a_phrase_fails_the_build(monkeypatch):
    monkeypatch.setitem(PHRASES, "en", {**PHRASES["en"], "level": "{indicator} in {place}: {value} of 99 {period}"})
    with pytest.raises(StageError, match="'99' in"):
        _render("en")


def test_a_typed_numeral_in_a_template_fails_the_build(monkeypatch, tmp_path):
    import jinja2

    for path in (Path(pages.__file__).parent / "templates").iterdir():
        text = path.read_text(encoding="utf-8").replace("<p>{{ w.no_lost }}</p>", "<p>{{ w.no_lost }} 42</p>")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(jinja2, "PackageLoader", lambda *_: jinja2.FileSystemLoader(tmp_path))
    with pytest.raises(StageError, match=r"'42' in '没有发现。 42' \(<p> in #lost\)"):
        _render(tables=_tables(lost=[]))


def test_a_number_under_another_observation_fails_the_build(monkeypatch):
    made = _tables()
    tables = dataclasses.replace(made)
    page = view.page(support.edition(), REGISTRY, tables, [], GOOD, "zh")
    wrong = dataclasses.replace(page.shown[0], observation_id=page.shown[1].observation_id)
    part = dataclasses.replace(page.parts[0], tables=((wrong,),))
    with pytest.raises(StageError, match=r"'\+165%' in .*observation " + page.shown[1].observation_id):
        pages.render(dataclasses.replace(page, parts=(part,)))


def test_a_chart_s_words_are_references_and_one_without_a_source_fails_the_build():
    tables = _tables()
    said = chart(tables, title={"zh": "民用汽车2022年比2013年上升165%", "en": "x"})
    page = pages.render(view.page(support.edition(), REGISTRY, tables, [said], GOOD, "zh")).decode()
    first = tables.observations[0]["observation_id"]
    assert f'上升<span class="n" data-o="{first}">165%</span></h3>' in page
    assert f'民用汽车<span class="t" data-o="{first}">2022年</span>' in page
    wrong = chart(tables, missing={"zh": ("缺17项",)})
    with pytest.raises(StageError, match="'17' in '缺17项'"):
        pages.render(view.page(support.edition(), REGISTRY, tables, [wrong], GOOD, "zh"))


def test_what_a_chart_misses_stands_below_it():
    tables = _tables()
    said = chart(tables, missing={"zh": ("来源缺少二氧化氮的变化。",)}, notes={"zh": ("空心条为约数。",)})
    page = pages.render(view.page(support.edition(), REGISTRY, tables, [said], GOOD, "zh")).decode()
    caption = page.split("<figcaption>")[1].split("</figcaption>")[0]
    assert caption.index("空心条为约数。") < caption.index("来源缺少二氧化氮的变化。")


def test_a_computed_mark_leads_to_all_its_observations():
    tables = _tables()
    members = tuple(row["observation_id"] for row in tables.observations[12:14])
    made = chart(tables, calculated={"calc-sum": members})
    page = pages.render(view.page(support.edition(), REGISTRY, tables, [made], GOOD, "zh")).decode()
    assert '<a class="m" href="#k-calc-sum" aria-label="由多个指标值算得">' in page
    note = page.split('id="k-calc-sum"')[1].split("</article>")[0]
    assert re.findall(r'class="n" href="#q-(\w+)"', note) == list(members)
    assert 'href="#chart-decoupling"' in note


@pytest.mark.parametrize(
    ("mark", "language", "name"),
    [
        ("calc-open-0123456789ab", "zh", "箭头：原文只给出一端的界限"),
        ("calc-interval-0123456789ab", "en", "Whisker: the range of one value"),
        ("calc-line-0123456789ab-0123456789ac", "en", "Line: joins these observations"),
    ],
)
def test_a_mark_that_computes_nothing_is_called_what_it_is(mark, language, name):
    tables = _tables()
    made = chart(tables, calculated={mark: (tables.observations[12]["observation_id"],)})
    page = pages.render(view.page(support.edition(), REGISTRY, tables, [made], GOOD, language)).decode()
    assert f'href="#k-{mark}" aria-label="{name}"' in page
    assert "由多个指标值算得" not in page
    assert "Computed from several" not in page


def test_raw_damage_is_printed_in_quotes_only():
    for data, around in _tree(_render()).texts:
        if "(wǎ)" in data or "裝機" in data:
            assert "q" in {tag for tag, _ in around}


def test_quotes_carry_their_script():
    page = _render()
    assert '<blockquote><q lang="zh-Hant">到二〇二二年末' in page
    assert '<blockquote><q lang="zh">用水总量' in page


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
    assert WORDS["zh"]["no_lost"] in page


def test_themes_stand_in_the_order_of_the_report():
    page = _render("en")
    found = [
        page.index(f'<section class="part" id="{theme}" aria-labelledby="h-{theme}"><h2')
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
    rows = re.findall(r'<tr id="o-(\w+)"[^>]*>(.*?)</tr>', page, flags=re.S)
    ids = [key for key, _ in rows]
    first, second = (seen.observation_id for _, seen in made[-2:])
    assert ids.index(second) == ids.index(first) + 1
    cells = dict(rows)
    assert 'href="#s-src-a"' in cells[first]
    assert 'href="#s-src-b"' in cells[second]
    assert "city_sets_339" in cells[second]
    assert "city_sets_339" not in cells[first]


@pytest.mark.parametrize(("language", "names"), [("zh", "示例城市；own-basis"), ("en", "sample cities; own-basis")])
def test_scopes_are_printed_by_name_and_one_without_a_name_by_its_code(language, names):
    known = Scope("cities-9", "cities", "示例城市", "sample cities", "2013", "", ())
    registry = dataclasses.replace(REGISTRY, vocabulary=dataclasses.replace(REGISTRY.vocabulary, scopes=(known,)))
    *made, (figure, seen) = support.pairs()
    tables = _tables([*made, (figure, dataclasses.replace(seen, scope="cities-9;own-basis"))])
    page = view.page(support.edition(), registry, tables, [], GOOD, language)
    assert [one.scope for one in page.shown if one.scope] == [names]


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
    assert re.search(r'first read as <span class="n" data-o="\w+">30 µg/m³</span>', page)
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
    source = support.source(title=text, publisher=text, sha256=text, url=text)
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
        _inline(svg)


def _inline(picture, known=(), letters=None):
    return marks.inline(
        picture, "c1-", letters or marks.Letters(), lambda mark: (f"#q-{mark}", "名"), known, label="图"
    )


def test_a_picture_is_inlined_without_declaration_size_and_needless_names():
    made = _inline(svg())
    assert made == '<svg viewBox="0 0 9 9" role="group" aria-label="图"><g /></svg>'


def test_a_mark_in_two_pieces_is_one_stop_for_the_keyboard():
    made = _inline(svg("a" * 12, "a" * 12), {"a" * 12})
    assert made.count('class="m"') == 2
    assert made.count('tabindex="-1"') == 1


def test_a_shape_inside_a_mark_keeps_its_name_and_a_label_is_no_stop_of_its_own():
    key = "a" * 12
    mark = f'<g id="{key}"><defs><path id="m1" d="M 0 0" style="stroke: red"/></defs><use xlink:href="#m1"/></g>'
    label = f'<g id="label-{key}" data-observation="{key}"/>'
    made = _inline(LETTERED.replace("</svg>", f"{label}{mark}</svg>"), {key})
    assert made.count(f'href="#q-{key}"') == 2
    assert f'href="#q-{key}" aria-label="名" tabindex="-1"><g /></a>' in made
    assert '<path d="M0 0" style="stroke:red" id="c1-m1" />' in made
    assert "data-observation" not in made


def test_a_label_without_a_mark_is_a_stop():
    key = "a" * 12
    made = _inline(svg(f"label-{key}", "label-level"), {key})
    assert made.count('class="m"') == 1
    assert "tabindex" not in made


def test_a_mark_of_no_observation_is_refused():
    with pytest.raises(StageError, match="a mark bbbbbbbbbbbb that its observations do not hold"):
        _inline(svg("b" * 12), {"a" * 12})


LETTERED = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'
    '<defs><clipPath id="p1"><rect width="1" height="1"/></clipPath><path id="m1" d="M 0 0" style="stroke: red"/></defs>'
    '<g clip-path="url(#p1)"><defs><path id="Font-1" d="M 1 2 \nL 3 4 \nz\n" transform="scale(0.1)"/></defs>'
    '<use xlink:href="#Font-1"/><use xlink:href="#m1"/></g></svg>'
)


def test_letters_are_shared_by_the_pictures_of_a_page_and_other_names_are_the_pictures_own():
    letters = marks.Letters()
    one = _inline(LETTERED, letters=letters)
    two = marks.inline(LETTERED.replace("Font-1", "Font-9"), "c2-", letters, lambda mark: ("", ""), ())
    assert letters.markup().count("<path") == 1
    assert 'd="M1 2L3 4z"' in letters.markup()
    for made, prefix in ((one, "c1-"), (two, "c2-")):
        assert 'href="#g0"' in made
        assert f'href="#{prefix}m1"' in made
        assert f'id="{prefix}p1"' in made
        assert f'clip-path="url(#{prefix}p1)"' in made
        assert "M1 2" not in made


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
    script = page.split("<script>")[1].split("</script>")[0]
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src"
    assert f"{policy} '{pages.script_hash(script)}'" in page
    assert page.count("<script") == 1
    assert '<html lang="en">' in page
    assert 'class="skip" href="#main"' in page
    assert 'role="group" aria-label="chart"' in page


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
