"""Whatever a source says, the report shows it as text: no element, attribute, script or request beyond the template's."""

from dataclasses import fields
from html.parser import HTMLParser

import jinja2
import pytest

from qingshan.consistency import CONSISTENCY
from qingshan.model import CURATED, FIGURES, LOST, OBSERVATIONS, visible
from qingshan.sources import Edition, Source
from qingshan.validate import report, verdict
from qingshan.validate.run import Outcome
from qingshan.validate.suite import Rule, Text
from qingshan.validate.tables import Table

HOSTILE = [
    "<script>document.title='fired'</script>",
    "<img src=x onerror=\"document.title='fired'\">",
    "</script><svg onload=\"document.title='fired'\">",
    "{{7*7}}{% for x in y %}",
    "]]><b>bold</b>",
    "javascript:document.title='fired'",
    '" onmouseover="document.title=\'fired\'" x="',
    "' autofocus onfocus='document.title=1' x='",
    "\u2028\u2029\u202e\x00\x1b",
    "<!-- <style>*{display:none}</style> -->",
    "&lt;script&gt;&#60;script&#62;",
    "<meta http-equiv=refresh content='0;url=https://example.org/'>",
]
_RULES = (
    ("broken_rule", "figures", "failed"),
    ("dead_rule", "curated", "not_run"),
    ("empty_rule", "observations", "failed"),
    ("other_rule", "consistency", "failed"),
)


def _page(text, curated=1, figure_id=""):
    """Return a report in which every field that comes from a source, a registry or a message is `text`."""

    def row(contract, **more):
        plain = {"str": text, "float": 30.0, "int": 3}
        return {column.name: plain[column.type.__name__] for column in contract.columns} | more

    figure = row(FIGURES, start=1, end=3, quote=f"甲{text}乙", prefix="甲", suffix="乙")
    decided = row(CURATED, status="undecided", figure_id=figure_id or text)
    compared = row(CONSISTENCY, verdict="inconsistent", figure_ids=figure_id, hint_figure_ids=figure_id)
    tables = {
        "figures": Table(FIGURES, tuple(FIGURES.names), (figure,)),
        "curated": Table(CURATED, tuple(CURATED.names), (decided,) * curated),
        "consistency": Table(CONSISTENCY, tuple(CONSISTENCY.names), (compared,) * curated),
        "observations": Table(OBSERVATIONS, tuple(OBSERVATIONS.names), (row(OBSERVATIONS),)),
        "lost": Table(LOST, tuple(LOST.names), (row(LOST),)),
    }
    outcomes = tuple(
        Outcome(
            Rule(name, table, text, {}, "critical", Text(text, text), Text(text, text)), state, 1, (0,) * curated, text
        )
        for name, table, state in _RULES
    )
    source = Source(**{field.name: text for field in fields(Source)})
    edition = Edition(
        edition_id=text, year=text, title={"zh": text, "en": text}, status="demonstration", published_on=text,
        data_cutoff=text, licence=text, note={"zh": text, "en": text}, sources=(source,),
    )  # fmt: skip
    judged = verdict.make_verdict(outcomes, tables, rows_shown=5)
    return report.render(judged, outcomes, tables, edition, rows_shown=5)


class _Shape(HTMLParser):
    """Collects elements with their attributes, and the text."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.elements = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, tuple(attributes)))

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        self.elements.append(("comment", data))


@pytest.mark.parametrize("text", HOSTILE)
def test_source_text_adds_no_element_and_no_attribute(text):
    page = _Shape(_page(text))

    assert page.elements == _Shape(_page("平常的文字")).elements
    assert page.text.count(visible(text)) >= 20, "it is all there to read"


@pytest.mark.parametrize("text", HOSTILE)
def test_quotes_of_figures_that_contradict_each_other_are_text(text):
    page = _Shape(_page(text, figure_id="s@1-3"))

    assert page.elements == _Shape(_page("平常的文字", figure_id="s@1-3")).elements
    assert len(page.elements) > len(_Shape(_page(text)).elements), "the quote is shown"
    section = page.text[page.text.index("互相矛盾的数字") : page.text.index("来源中遗失的数值")]
    assert section.count(visible(text)) >= 5, "sentence, hint and quote are all there to read"


def test_every_field_is_escaped_not_only_those_tested_by_name():
    assert _page("平常的文字").count("平常的文字") == _page("<i>").count("&lt;i&gt;")
    assert "<i>" not in _page("<i>")


def test_a_name_that_the_template_was_not_given_is_an_error():
    with pytest.raises(jinja2.UndefinedError, match="nothing"):
        report._environment().from_string("{{ nothing }}").render()


def test_the_page_is_one_file_that_fetches_and_runs_nothing():
    page = _page("平常的文字")
    shape = _Shape(page)

    tags = {tag for tag, _ in shape.elements}
    assert not tags & {"script", "link", "img", "iframe", "object", "embed", "base", "form", "svg", "comment"}
    assert "http:" not in page
    assert "https:" not in page
    assert "url(" not in page
    links = [value for _, attributes in shape.elements for name, value in attributes if name in ("href", "src")]
    anchors = [value for _, attributes in shape.elements for name, value in attributes if name == "id"]
    assert links
    assert {link.removeprefix("#") for link in links} <= set(anchors)
    assert len(anchors) == len(set(anchors))
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert ("meta", (("http-equiv", "Content-Security-Policy"), ("content", policy))) in shape.elements
    assert ("html", (("lang", "zh-Hans"),)) in shape.elements
    assert not any(name.startswith("on") for _, attributes in shape.elements for name, _ in attributes)


def test_the_figures_own_characters_are_marked_in_its_quote():
    assert "甲<mark>&lt;i&gt;</mark>乙" in _page("<i>")


def test_the_first_screen_says_whether_it_may_be_published_and_why_not():
    text = _Shape(_page("平常的文字")).text
    first = text[: text.index("规则 Rules")]

    assert "不得发布" in first
    assert "may not be published" in first
    for name, _, _ in _RULES:
        assert name in first
    assert "=" in first
    assert "≠" not in first


def test_the_first_screen_says_when_figures_vanished():
    assert "≠" in _Shape(_page("平常的文字", curated=0)).text


@pytest.mark.slow
def test_nothing_fires_in_a_browser(tmp_path, browser):
    seen = []
    page = browser.new_page(viewport={"width": 1280, "height": 1600})
    page.on("request", lambda request: seen.append(request.url))
    page.on("dialog", lambda dialog: seen.append(dialog.message))
    page.on("console", lambda message: seen.append(message.text))
    page.on("pageerror", lambda error: seen.append(str(error)))
    for number, text in enumerate(HOSTILE):
        path = tmp_path / f"{number}.html"
        path.write_text(_page(text), encoding="utf-8")
        page.goto(path.as_uri())
        title = page.title()
        page.hover("mark")
        page.wait_for_timeout(50)
        assert page.title() == title != "fired"
        assert page.locator("script, img, svg, iframe, b b, [onerror], [onload], [onmouseover]").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert page.url == path.as_uri()
        seen.remove(path.as_uri())
    page.close()

    assert seen == [], "no request, dialog, console message or policy violation"
