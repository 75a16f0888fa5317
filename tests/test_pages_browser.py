"""The pages in a real browser, from file:// with the network cut: every mark, number and cell answers where it is from.

By pointer, by keyboard and without script; that nothing a source says runs, that no cell runs over, and that axe-core
finds nothing serious.
"""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import shutil
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageChops

sys.path.insert(0, str(Path(__file__).parent / "unit"))  # the made-up edition of the unit tests
import test_charts_support as support
import test_edition_support as editions

from qingshan import charts, edition, sources, stages
from qingshan.model import Workspace, visible, without_markup

ROOT = Path(__file__).resolve().parents[1]
PUBLISHED = ROOT / "data" / "clean" / "2023"
pytestmark = pytest.mark.slow
CANARY = "<script>document.title='fired'</script><img src=x onerror=\"document.title='fired'\">"
LANGUAGES = ("zh", "en")
MOST_BYTES = 3_000_000


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory):
    """The edition of the sources in the repository, built now; nobody waits for its validation."""
    root = tmp_path_factory.mktemp("demonstration")
    for part in ("raw", "registry", "decisions"):
        shutil.copytree(ROOT / "data" / part, root / "data" / part)
    workspace = Workspace(root)
    for stage in (stages.read, stages.extract, stages.curate, stages.chart, stages.publish):
        stage(workspace, "2023")
    return workspace


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    root = tmp_path_factory.mktemp("workspace")
    source = support.source(title=f"公报{CANARY}")
    lost = [{**support.lost_rows()[0], "quote": CANARY, "subject": CANARY}]
    long = support.figure_and_observation(
        "近3000.00万户", "3000.00万户", 3e7, "key_emitters", unit="household", qualifier="nearly", source_id="src-b",
        time_basis="as_published",
    )  # fmt: skip
    workspace = editions.write_workspace(
        root, [*editions.two_sources(), long], sources=(source, editions.SECOND), lost=lost
    )
    charts.build(workspace, "2023")
    edition.build(workspace, "2023")
    return workspace.staged("2023")


@pytest.fixture(scope="module")
def offline(browser):
    context = browser.new_context(offline=True)
    yield context
    context.close()


class Opened:
    """A page, what the browser complained about and what it asked for."""

    def __init__(self, context, path, width=1280):
        self.page = context.new_page()
        self.page.set_viewport_size({"width": width, "height": 900})
        self.heard: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.heard.append(message.text))
        self.page.on("pageerror", lambda error: self.heard.append(str(error)))
        self.page.on("request", lambda one: self.asked.append(one.url))
        self.page.goto(path.as_uri())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.page.close()


def expected_quotes(workspace):
    """Return observation_id -> the (lit characters, hash of the source) of its figures, from the sources themselves."""
    folder = workspace.staged("2023")
    loaded = sources.load_edition(workspace, "2023")
    raws = {raw.source.source_id: raw for raw in sources.read_raws(workspace, "2023", loaded.sources)}
    rows = {row["figure_id"]: row for row in _rows(folder / "figures.csv")}
    quotes: dict[str, list[tuple[str, str]]] = {}
    for link in _rows(folder / "observation_figures.csv"):
        row = rows[link["figure_id"]]
        raw = raws[row["source_id"]]
        lit = raw.text[int(row["start"]) : int(row["end"])]
        assert lit == row["text"]
        seen = without_markup(lit) if raw.source.file.endswith(".html") else lit
        quotes.setdefault(link["observation_id"], []).append((visible(seen, line_end=" "), raw.source.sha256))
    return quotes


def _rows(path):
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8"))))


# what stands in a note: lit characters, characters around them, hash; HTML is read as a person would see it
NOTE = """note => ({
  id: note.id.slice(2),
  lit: [...note.querySelectorAll('blockquote mark')].map(one => one.textContent),
  quoted: [...note.querySelectorAll('blockquote q')].map(one => one.textContent),
  hash: [...note.querySelectorAll('.hash code')].map(one => one.textContent),
  members: [...note.querySelectorAll('.members a.n')].map(one => one.dataset.o),
})"""
WALK = f"""selector => {{
  const read = {NOTE};
  return [...document.querySelectorAll(selector)].map(stop => {{
    stop.dispatchEvent(new MouseEvent('click', {{ bubbles: true, cancelable: true }}));
    const open = [...document.querySelectorAll('.note-card.open')].filter(one => getComputedStyle(one).display !== 'none');
    const found = {{
      wanted: stop.closest('tr[data-q]') && stop.tagName === 'TD' ? stop.closest('tr').dataset.q
        : stop.getAttribute('href').slice(3),
      open: open.map(read),
      focused: document.activeElement === open[0],
    }};
    document.dispatchEvent(new KeyboardEvent('keydown', {{ key: 'Escape', bubbles: true }}));
    found.closed = !document.querySelector('.note-card.open');
    return found;
  }});
}}"""


def check_note(note, quotes):
    """The lit characters are the raw ones, in their order, inside the quote shown; the hash is the source's."""
    if note["id"] in quotes:
        assert sorted(note["lit"]) == sorted(lit for lit, _ in quotes[note["id"]]), note
        assert set(note["hash"]) == {quotes[note["id"]][0][1]}
        assert all(lit in quoted for lit, quoted in zip(note["lit"], note["quoted"], strict=True))
    else:
        assert note["id"].startswith("calc-"), note["id"]
        assert set(note["members"]) <= quotes.keys()
        assert bool(note["members"]) is note["id"].startswith("calc-")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mark_number_and_cell_opens_the_raw_characters_it_came_from(offline, demonstration, language):
    quotes = expected_quotes(demonstration)
    folder = demonstration.staged("2023")
    with Opened(offline, folder / f"index.{language}.html") as opened:
        opened.page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")
        for selector in ("a.m", "a.n[href]", "tr[data-q] td"):
            found = opened.page.evaluate(WALK, selector)
            assert len(found) > 10
            for one in found:
                assert [note["id"] for note in one["open"]] == [one["wanted"]], selector
                assert one["focused"]
                assert one["closed"]
                check_note(one["open"][0], quotes)
            if selector != "a.m":
                assert {one["wanted"] for one in found} >= quotes.keys() & _observations(folder)
        assert opened.heard == []
        assert opened.asked == [(folder / f"index.{language}.html").as_uri()]


def _observations(folder):
    return {row["observation_id"] for row in _rows(folder / "observations.csv")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_observation_that_a_chart_draws_has_a_mark(offline, demonstration, language):
    folder = demonstration.staged("2023")
    with Opened(offline, folder / f"index.{language}.html") as opened:
        lineages = sorted((folder / "charts").glob("*.lineage.json"))
        assert lineages
        for path in lineages:
            lineage = json.loads(path.read_text(encoding="utf-8"))
            marks = opened.page.eval_on_selector_all(
                f"#chart-{lineage['chart']} a.m", "all => all.map(a => a.getAttribute('href').slice(3))"
            )
            computed = lineage.get("computed", {})
            assert set(marks) >= {*lineage["observations"], *computed}, path.name
            labels = opened.page.eval_on_selector_all(
                f"#chart-{lineage['chart']} a.m", "all => all.filter(a => !a.getAttribute('aria-label')).length"
            )
            assert labels == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_picture_in_the_page_looks_as_its_file_does(offline, demonstration, language):
    """Shared letters, links and new names change no pixel."""
    folder = demonstration.staged("2023")
    page = offline.new_page()
    page.set_viewport_size({"width": 960, "height": 1200})
    with Opened(offline, folder / f"index.{language}.html") as opened:
        letters = opened.page.locator("svg.letters").evaluate("one => one.outerHTML")
        for path in sorted((folder / "charts").glob("*.lineage.json")):
            name = path.name.removesuffix(".lineage.json")
            inlined = opened.page.locator(f"#chart-{name} .picture svg").evaluate("one => one.outerHTML")
            svg = (folder / "charts" / f"{name}.{language}.svg").read_text(encoding="utf-8")
            original = svg[svg.index("<svg") :]
            shots = []
            for markup in (original, letters + inlined):
                style = "<style>body{margin:0}svg:not(.letters){width:960px;height:auto;display:block}.letters{position:absolute}</style>"
                page.set_content(style + markup)
                shots.append(Image.open(io.BytesIO(page.screenshot())).convert("RGB"))
            assert len(shots[0].getcolors(1 << 20)) > 10
            assert ImageChops.difference(*shots).getbbox() is None, name
    page.close()


def test_the_keyboard_reaches_every_number_and_comes_back(offline, demonstration):
    quotes = expected_quotes(demonstration)
    with Opened(offline, demonstration.staged("2023") / "index.zh.html") as opened:
        page = opened.page
        stops = "a.m:not([tabindex]), main > section:not(.cards) a.n[href]"
        page.evaluate(
            "selector => { window.stops = [...document.querySelectorAll(selector)].filter(one => one.checkVisibility()); window.seen = new Set(); }",
            stops,
        )
        wanted = page.evaluate("window.stops.length")
        at = """() => {
          const at = window.stops.indexOf(document.activeElement);
          if (at >= 0) window.seen.add(at);
          return [at, window.seen.size];
        }"""
        idle, seen = 0, 0
        while idle < 60:  # other links lie between the numbers, and after the last of them the notes' own do not
            page.keyboard.press("Tab")
            where, now = page.evaluate(at)
            idle, seen = (0, now) if now > seen else (idle + 1, seen)
            if idle:
                continue
            page.keyboard.press("Enter")
            check_note(page.evaluate(f"({NOTE})(document.activeElement)"), quotes)
            page.keyboard.press("Escape")
            assert page.evaluate(at)[0] == where
        assert page.evaluate("window.seen.size") == wanted > 50
        assert opened.heard == []


def test_tab_stays_in_the_open_note_and_its_links_lead_on(offline, demonstration):
    with Opened(offline, demonstration.staged("2023") / "index.en.html") as opened:
        page = opened.page
        page.locator("a.m").first.focus()
        page.keyboard.press("Enter")
        inside = "document.querySelector('.note-card.open').contains(document.activeElement)"
        for key in ["Tab"] * 9 + ["Shift+Tab"] * 12:
            page.keyboard.press(key)
            assert page.evaluate(inside)
        page.locator(".note-card.open .uses a").last.click()
        assert page.locator(".note-card.open").count() == 0
        assert page.evaluate("document.querySelector(':target').id").startswith("chart-")


def test_a_link_to_a_note_opens_it_and_a_click_beside_closes_it(offline, demonstration):
    folder = demonstration.staged("2023")
    key = sorted(_observations(folder))[0]
    with Opened(offline, folder / "index.zh.html") as opened:
        opened.page.goto((folder / "index.zh.html").as_uri() + f"#q-{key}")
        opened.page.reload()
        assert opened.page.locator(f"#q-{key}.open").is_visible()
        opened.page.mouse.click(5, 5)
        assert opened.page.locator(".note-card.open").count() == 0
        opened.page.locator("a.n[href]").first.click()
        assert opened.page.locator(".note-card.open").count() == 1
        opened.page.locator(".note-card.open .close").click()
        assert opened.page.evaluate("document.activeElement === document.querySelector('a.n[href]')")
        assert opened.heard == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_script_every_link_shows_its_note(browser, demonstration, language):
    quotes = expected_quotes(demonstration)
    context = browser.new_context(offline=True, java_script_enabled=False)
    with Opened(context, demonstration.staged("2023") / f"index.{language}.html") as opened:
        page = opened.page
        assert page.evaluate("document.documentElement.className") == ""
        found = page.evaluate(f"""() => {{
          const read = {NOTE};
          return [...document.querySelectorAll('a.m, a.n[href]')].map(link => {{
            link.dispatchEvent(new MouseEvent('click', {{ bubbles: true, cancelable: true }}));
            const open = [...document.querySelectorAll('.note-card:target')].filter(one => getComputedStyle(one).display !== 'none');
            return {{ wanted: link.getAttribute('href').slice(3), open: open.map(read) }};
          }});
        }}""")
        assert len(found) > 100
        for one in found:
            assert [note["id"] for note in one["open"]] == [one["wanted"]]
            check_note(one["open"][0], quotes)
        page.locator("article:target .close").click()
        assert page.locator("article:target").count() == 0
    context.close()


@pytest.mark.parametrize("width", [1280, 768, 390])
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_wider_than_the_window_and_no_cell_runs_into_the_next(
    offline, demonstration, hostile, language, width
):
    for folder in (demonstration.staged("2023"), hostile):
        with Opened(offline, folder / f"index.{language}.html", width) as opened:
            page = opened.page
            page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            assert page.locator("table tbody tr").count() > 10
            assert page.eval_on_selector_all("th, td", OVERFLOWING) == []
            page.locator("a.n[href]").first.click()
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            box = page.locator(".note-card.open").bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width + 1


OVERFLOWING = """all => all.filter(cell => {
  const content = document.createRange();
  content.selectNodeContents(cell);
  const [inner, outer] = [content.getBoundingClientRect(), cell.getBoundingClientRect()];
  return inner.left < outer.left - 0.5 || inner.right > outer.right + 0.5;
}).map(cell => cell.innerText)"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_paper_charts_are_whole_and_notes_stand_at_the_end(offline, demonstration, language):
    with Opened(offline, demonstration.staged("2023") / f"index.{language}.html", 680) as opened:
        page = opened.page
        page.emulate_media(media="print")
        heights = page.eval_on_selector_all(".picture svg", "all => all.map(one => one.getBoundingClientRect().height)")
        assert heights
        assert max(heights) < 261 / 25.4 * 96  # A4 less its margins
        notes = page.eval_on_selector_all(".note-card", "all => all.filter(one => one.checkVisibility()).length")
        assert notes == page.locator(".note-card").count() > 50
        assert not page.locator("nav").is_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_source_runs_nothing_and_asks_for_nothing(offline, hostile, language):
    with Opened(offline, hostile / f"index.{language}.html") as opened:
        opened.page.eval_on_selector_all("a.n[href]", "all => all.forEach(one => one.click())")
        assert opened.heard == []
        assert opened.asked == [(hostile / f"index.{language}.html").as_uri()]
        assert opened.page.title() != "fired"
        assert opened.page.evaluate("document.querySelectorAll('script').length") == 1


def test_a_script_put_into_the_page_is_refused(offline, hostile, tmp_path):
    text = (hostile / "index.zh.html").read_text(encoding="utf-8")
    path = tmp_path / "index.zh.html"
    path.write_text(text.replace("</main>", "</main><script>document.title='fired'</script>"), encoding="utf-8")
    with Opened(offline, path) as opened:
        assert opened.page.title() != "fired"
        assert "Content Security Policy" in "".join(opened.heard)


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_resolve_names_are_unique_and_the_page_is_small(offline, demonstration, language):
    path = demonstration.staged("2023") / f"index.{language}.html"
    assert path.stat().st_size <= MOST_BYTES
    with Opened(offline, path) as opened:
        broken = opened.page.eval_on_selector_all(
            "[href^='#']",
            "all => all.map(a => a.getAttribute('href')).filter(h => !document.getElementById(h.slice(1)))",
        )
        assert broken == []
        twice = opened.page.eval_on_selector_all(
            "[id]", "all => all.map(one => one.id).filter((id, at, ids) => ids.indexOf(id) !== at)"
        )
        assert twice == []


def test_the_languages_lead_to_each_other(offline, demonstration):
    with Opened(offline, demonstration.staged("2023") / "index.zh.html") as opened:
        page = opened.page
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.locator(".language a").click()
        page.wait_for_url("**/index.en.html")
        assert page.evaluate("document.documentElement.lang") == "en"
        page.locator(".language a").click()
        page.wait_for_url("**/index.zh.html")


@pytest.fixture(scope="module")
def axe():
    """The text of axe-core, which a package carries; its Python side is not used."""
    found = importlib.util.find_spec("axe_playwright_python")
    if not found:
        pytest.skip("needs axe-playwright-python, which carries axe-core")
    return (Path(found.submodule_search_locations[0]) / "axe.min.js").read_text(encoding="utf-8")


@pytest.mark.parametrize(("language", "width", "selector"), [("zh", 1280, "a.m"), ("en", 390, "section.part a.n")])
def test_axe_finds_nothing_serious(offline, demonstration, axe, language, width, selector):
    with Opened(offline, demonstration.staged("2023") / f"index.{language}.html", width) as opened:
        page = opened.page
        page.evaluate(axe)
        page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")
        page.locator(selector).first.dispatch_event("click")
        done = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        assert len(done["passes"]) > 15
        serious = [
            (one["id"], one["nodes"][0]["html"][:200], len(one["nodes"]))
            for one in done["violations"]
            if one["impact"] in ("serious", "critical")
        ]
        assert serious == []
