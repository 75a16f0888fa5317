"""Whatever a source says, the report shows it as text: no element, attribute, script or request beyond the template's."""

import base64
import hashlib
import re
import shutil
from dataclasses import fields
from html.parser import HTMLParser

import jinja2
import pytest

from qingshan import stages
from qingshan.consistency import CONSISTENCY
from qingshan.coverage import COVERAGE
from qingshan.curate.decisions import Decision
from qingshan.model import CURATED, FIGURES, LOST, OBSERVATIONS, visible
from qingshan.register import NewSource, add_source, init_workspace
from qingshan.sources import Edition, Source
from qingshan.validate import memory, report, verdict
from qingshan.validate.memory import Item, Run
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
_IN_SET = ("expect_column_values_to_be_in_set", lambda text: {"column": "unit", "value_set": [text]})
_REGEX = ("expect_column_values_to_match_regex", lambda text: {"column": "quote", "regex": text})
_RULES = (
    ("broken_rule", "figures", "failed", _IN_SET),
    ("dead_rule", "curated", "not_run", _REGEX),
    ("other_than", "curated", "failed", ("expect_column_values_to_not_be_in_set", lambda text: {"column": "period", "value_set": [text]})),
    ("matches", "observations", "failed", _REGEX),
    ("own_column", "lost", "failed", ("expect_of_ours", lambda text: {"column_list": ["subject", text]})),
    ("other_rule", "consistency", "failed", ("expect_column_values_to_not_be_in_set", lambda text: {"column": "verdict", "value_set": [text]})),
)  # fmt: skip


def _row(contract, text, **more):
    plain = {"str": text, "float": 30.0, "int": 3}
    return {column.name: plain[column.type.__name__] for column in contract.columns} | more


def _decisions(text):
    said = {field.name: text for field in fields(Decision)}
    said |= {"start": 1, "changes": (), "other": None, "expect": ()}
    return [Decision(**said | {"action": "accept"}), Decision(**said | {"decision_id": f"{text}2", "action": "flag"})]


def _beside(text, items):
    """Return a background in which every text is `text`: decisions, coverage, what was fixed since when."""
    now = Run("b", tuple(item for found in items.values() for item in found), {})
    before = Run("a", (*now.items[:1], Item("broken_rule", "gone", text, text)), {"broken_rule": Text(text, text)})
    return report.Beside(
        decisions=_decisions(text),
        coverage=[_row(COVERAGE, text, observation_ids=text, status="absent"), _row(COVERAGE, text)],
        items=items,
        since=[memory.since(name, now, before, ["broken_rule"]) for name in ("", text)],
        earlier=text,
    )


def _page(text, curated=1, figure_id=""):
    """Return a report in which every field that comes from a source, a person, a registry or a message is `text`."""
    figure_id = figure_id or f"{text}@1-3"
    place = {"figure_id": figure_id, "start": 1, "end": 3, "quote": f"甲{text}乙", "prefix": "甲", "suffix": "乙"}
    rows = {
        "figures": (FIGURES, [_row(FIGURES, text, **place)]),
        "curated": (CURATED, [_row(CURATED, text, status="undecided", **place)] * curated),
        "consistency": (CONSISTENCY, [_row(CONSISTENCY, text, verdict="inconsistent", witnesses="", figure_ids=figure_id)]),
        "observations": (OBSERVATIONS, [_row(OBSERVATIONS, text, raw_start=1, raw_end=3)]),
        "lost": (LOST, [_row(LOST, text)]),
    }  # fmt: skip
    tables = {name: Table(contract, tuple(contract.names), tuple(found)) for name, (contract, found) in rows.items()}
    outcomes = tuple(
        Outcome(
            Rule(name, table, kind, kwargs(text), "critical", Text(text, text), Text(text, text)),
            state, 1, tuple(range(len(tables[table].rows))), text,
        )
        for name, table, state, (kind, kwargs) in _RULES
    )  # fmt: skip
    source = Source(**{field.name: text for field in fields(Source)})
    edition = Edition(
        edition_id=text, year=text, title={"zh": text, "en": text}, status="demonstration", published_on=text,
        data_cutoff=text, licence=text, note={"zh": text, "en": text}, sources=(source,),
    )  # fmt: skip
    judged = verdict.make_verdict(outcomes, tables, rows_shown=5)
    items = {one.rule.name: memory.items_of(one, tables[one.rule.table], {}) for one in outcomes}
    return report.render(judged, outcomes, tables, edition, rows_shown=5, beside=_beside(text, items))


class _Shape(HTMLParser):
    """Collects elements with their attributes, and the text."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.elements = []
        self.text = ""
        self.style = ""
        self._is_style = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        self._is_style = tag == "style"
        self.elements.append((tag, tuple(attributes)))

    def handle_endtag(self, tag):
        self._is_style = False

    def handle_data(self, data):
        if self._is_style:
            self.style += data
        else:
            self.text += data

    def handle_comment(self, data):
        self.elements.append(("comment", data))


def _tamed(text):
    """Return text that falls into the same words and lists and holds no character that a page could take for markup."""
    return re.sub(r"[<>&\"'{}=%!/#-]", "字", text)


@pytest.mark.parametrize("text", HOSTILE)
def test_source_text_adds_no_element_and_no_attribute(text):
    page = _Shape(_page(text))

    assert page.elements == _Shape(_page(_tamed(text))).elements
    assert page.style == _Shape(_page(_tamed(text))).style
    assert page.text.count(visible(text)) >= 60, "it is all there to read"


@pytest.mark.parametrize("text", HOSTILE)
def test_quotes_of_figures_that_contradict_each_other_are_text(text):
    page = _Shape(_page(text, figure_id="s@1-3"))

    assert page.elements == _Shape(_page(_tamed(text), figure_id="s@1-3")).elements
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
    digest = base64.b64encode(hashlib.sha256(shape.style.encode()).digest()).decode()
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert "style" not in {name for _, attributes in shape.elements for name, _ in attributes}
    assert ("meta", (("http-equiv", "Content-Security-Policy"), ("content", policy))) in shape.elements
    assert ("html", (("lang", "zh-Hans"),)) in shape.elements
    assert not any(name.startswith("on") for _, attributes in shape.elements for name, _ in attributes)


def test_the_figures_own_characters_are_marked_in_its_quote():
    assert "甲<mark>&lt;i&gt;</mark>乙" in _page("<i>")


def test_the_first_screen_says_whether_it_may_be_published_and_why_not():
    text = _Shape(_page("平常的文字")).text
    first = text[: text.index("未通过的规则")]

    assert "不得发布" in first
    assert "may not be published" in first
    assert "5 条关键规则未通过（5 行），1 条规则未能执行；未能执行等同于未通过。" in first
    for name, _, _, _ in _RULES:
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


def _workspace(root):
    """Return a small workspace whose report has failures, contradictions, lost values and a decision on one of them."""
    workspace = init_workspace(root)
    text = (
        "2021年全国森林覆盖率为24.02%。\n综述：2021年全国森林覆盖率为25.1%。\n2023年浙江省某项满意度占125%。\n"
        "2023年，北京市细颗粒物年均浓度为32微克/立方米。\n地表水优良水质断面比例为海洋生态总体稳定。\n"
    )
    path = root / "practice.txt"
    path.write_text(text, encoding="utf-8")
    add_source(
        workspace, path, NewSource("2023", "practice", "年报", "某部", year="2023", area="全国", as_of="2023-12-31")
    )
    for stage in (stages.read, stages.extract, stages.curate, stages.validate):
        stage(workspace, "2023")
    return workspace


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return _workspace(tmp_path_factory.mktemp("report") / "ws")


def _cut_off(browser, **more):
    """Return a page of a browser whose network is cut, and what it asked for or complained of."""
    context = browser.new_context(offline=True, **more)
    page, seen = context.new_page(), []
    page.on("request", lambda request: seen.append(request.url))
    page.on("console", lambda message: seen.append(message.text))
    page.on("pageerror", lambda error: seen.append(str(error)))
    return page, seen


def _choose(page, label, option):
    page.get_by_label(label).select_option(label=next(
        text for text in page.get_by_label(label).locator("option").all_inner_texts() if text.startswith(option)
    ))  # fmt: skip


@pytest.mark.slow
def test_the_report_is_narrowed_without_a_script_and_prints_whole(built, browser):
    page, seen = _cut_off(browser, viewport={"width": 1280, "height": 900}, java_script_enabled=False)
    page.goto(built.report("2023").as_uri())
    rows = page.locator("li.fl")
    whole = rows.count()
    shown = rows.filter(visible=True)
    assert shown.count() == whole > 5

    _choose(page, "规则 Rule", "占比在 0 与 100 之间")
    assert shown.all_inner_texts() != []
    assert all("125%" in text for text in shown.all_inner_texts())
    assert page.get_by_text("有些行没有显示").is_visible()
    _choose(page, "规则 Rule", "全部")
    assert shown.count() == whole
    assert not page.get_by_text("有些行没有显示").is_visible()

    _choose(page, "地区 Region", "浙江省")
    assert all("浙江" in text for text in shown.all_inner_texts())
    assert 0 < shown.count() < whole
    _choose(page, "地区 Region", "全部")

    _choose(page, "主题 Theme", "生态保护")
    assert any("森林覆盖率" in text for text in shown.all_inner_texts())
    assert 0 < shown.count() < whole
    _choose(page, "字段 Field", "数值")  # two filters at once
    assert not any("不一致" in text for text in shown.all_inner_texts())
    page.emulate_media(media="print")
    assert shown.count() == whole, "what is printed is the whole report"
    page.emulate_media(media="screen")
    for label in ("主题 Theme", "字段 Field"):
        _choose(page, label, "全部")

    page.get_by_label("只看未通过").check()
    assert not page.get_by_role("heading", name="待定的数字").is_visible()
    assert page.get_by_role("heading", name="互相矛盾的数字").is_visible()
    assert seen == [built.report("2023").as_uri()]
    page.context.close()


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_fits_its_window_and_its_letters_stand_out(built, browser, width):
    page, _ = _cut_off(browser, viewport={"width": width, "height": 900})
    page.goto(built.report("2023").as_uri())

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(_FAINT) == [], "WCAG AA: 4.5 to 1"
    page.context.close()


_FAINT = """() => {
  const light = c => { const [r, g, b] = c.match(/[\\d.]+/g).map(v => v / 255)
    .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
  const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
    if (c !== 'rgba(0, 0, 0, 0)') return c; } return 'rgb(255, 255, 255)'; };
  return [...document.querySelectorAll('body *')].filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
    .map(e => [e, light(getComputedStyle(e).color), light(ground(e))])
    .filter(([e, a, b]) => (Math.max(a, b) + .05) / (Math.min(a, b) + .05) < 4.5).map(([e]) => e.outerHTML.slice(0, 80));
}"""


@pytest.mark.slow
def test_the_report_of_the_real_reports_edition_needs_no_network(tmp_path, real_report, browser):
    """Needs ../shared, which holds the real report; skips, and says so, where it is missing."""
    workspace = init_workspace(tmp_path / "ws")
    add_source(
        workspace, real_report, NewSource("2023", "real", "实", "实", year="2023", area="全国", as_of="2023-12-31")
    )
    series = sorted((real_report.parents[1] / "facts").glob("national_series.csv"))
    assert series, "the official series lie beside the real report"
    shutil.copytree(
        stages.__file__.rpartition("/src/")[0] + "/data/raw/2023/national-series",
        workspace.source_folder("2023", "national-series"),
    )
    for stage in (stages.read, stages.extract, stages.curate, stages.validate):
        stage(workspace, "2023")
    page, seen = _cut_off(browser, viewport={"width": 1280, "height": 900})
    page.goto(workspace.report("2023").as_uri())

    assert seen == [workspace.report("2023").as_uri()]
    assert page.get_by_role("heading", level=2).first.inner_text().startswith("校验")
    assert "67.5" in page.locator("section", has=page.locator("#consistency")).inner_text()
    assert page.locator("#coverage ~ table tbody tr").count() == 22
    assert page.locator("q").count() > 50
    assert workspace.report("2023").stat().st_size <= report.MOST_BYTES
    page.context.close()
