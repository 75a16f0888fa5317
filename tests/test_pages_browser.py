"""The pages in a real browser: links resolve, nothing runs, nothing is asked of the network."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "unit"))  # the made-up edition of the unit tests
import test_charts_support as support
import test_edition_support as editions

from qingshan import charts, edition

PUBLISHED = Path(__file__).resolve().parents[1] / "data" / "clean" / "2023"
pytestmark = pytest.mark.slow
CANARY = "<script>document.title='fired'</script><img src=x onerror=\"document.title='fired'\">"


@pytest.fixture(scope="module")
def staged(tmp_path_factory):
    root = tmp_path_factory.mktemp("workspace")
    source = support.source(title=f"公报{CANARY}")
    lost = [{**support.lost_rows()[0], "quote": CANARY, "subject": CANARY}]
    sources = (source, editions.SECOND)
    long = support.figure_and_observation(
        "近3000.00万户", "3000.00万户", 3e7, "key_emitters", unit="household", qualifier="nearly", source_id="src-b",
        time_basis="as_published",
    )  # fmt: skip
    workspace = editions.write_workspace(root, [*editions.two_sources(), long], sources=sources, lost=lost)
    charts.build(workspace, "2023")
    edition.build(workspace, "2023")
    return workspace.staged("2023")


@pytest.fixture
def opened(browser, staged, request):
    """Open index.<language>.html at a width; collect what the browser complains about and asks for."""
    language, width = request.param
    page = browser.new_page(viewport={"width": width, "height": 900})
    heard: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda one: asked.append(one.url))
    page.goto((staged / f"index.{language}.html").as_uri())
    yield page, heard, asked
    page.close()


BOTH = pytest.mark.parametrize(
    "opened",
    [("zh", 1280), ("en", 1280), ("zh", 700), ("en", 700)],
    indirect=True,
    ids=lambda one: f"{one[0]}-{one[1]}",
)


@BOTH
def test_the_page_is_quiet_and_asks_for_nothing_else(opened):
    page, heard, asked = opened
    assert heard == []
    assert asked == [page.url]
    assert page.title() != "fired"


@BOTH
def test_every_number_leads_to_its_quote_and_back(opened):
    page, heard, _ = opened
    broken = page.eval_on_selector_all(
        "a[href^='#']", "all => all.map(a => a.getAttribute('href')).filter(h => !document.getElementById(h.slice(1)))"
    )
    assert broken == []
    first = page.locator("section table a.n >> visible=true").first
    target = first.get_attribute("href")
    first.click()
    quote = page.locator(target)
    assert quote.locator("mark").first.is_visible()
    quote.locator("p.back a").click()
    assert page.url.endswith(target.replace("#q-", "#o-"))
    assert heard == []


@BOTH
def test_the_page_is_no_wider_than_the_window(opened):
    page, _, _ = opened
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    box = page.locator("figure svg").bounding_box()
    assert box["width"] > 0.85 * min(page.viewport_size["width"], 960)


OVERFLOWING = """all => all.filter(cell => {
  const content = document.createRange();
  content.selectNodeContents(cell);
  const [inner, outer] = [content.getBoundingClientRect(), cell.getBoundingClientRect()];
  return inner.left < outer.left - 0.5 || inner.right > outer.right + 0.5;
}).map(cell => cell.innerText)"""


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("made", ["made up", "published"])
def test_no_cell_of_a_table_runs_into_the_next(browser, staged, made, language, width):
    folder = staged if made == "made up" else PUBLISHED
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto((folder / f"index.{language}.html").as_uri())
    page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")
    assert page.locator("table tbody tr").count() > 10
    assert page.eval_on_selector_all("th, td", OVERFLOWING) == []
    page.close()


@pytest.mark.parametrize("opened", [("zh", 1280)], indirect=True)
def test_the_languages_lead_to_each_other_and_the_keyboard_suffices(opened):
    page, heard, _ = opened
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/index.en.html")
    assert page.evaluate("document.documentElement.lang") == "en"
    page.locator(".language a").click()
    page.wait_for_url("**/index.zh.html")
    assert heard == []
