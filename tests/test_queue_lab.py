"""The review queue in a real JupyterLab in headless Chromium: keys, the mouse, an editor beside it, hostile quotes."""

from __future__ import annotations

import pytest
import yaml
from lab_server import PATIENCE, STARTED, menu, open_queue, running_lab, shown_queue

from qingshan import stages, store
from qingshan.model import CURATED, Workspace
from qingshan.register import NewSource, add_source, init_workspace

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("lab")]

CANARY = "<img src=x onerror=\"document.title='fired'\"><script>document.title='fired'</script>"
LINES = [
    "森林蓄积量为194.93亿立方米。",
    "2021年全国森林覆盖率为24.02%，自然保护地约占18%。",
    f"某市{CANARY}绿道达到35条。",
    "2023年，某项满意度达到91.2%，某项知晓率达到85.5%。",
    "单位国内生产总值能耗下降，",
    "另一类项目有12个，第三类项目有27处，第四类项目有31处。",
    "山地面积占去一多半。",
]  # fmt: skip


@pytest.fixture(scope="module")
def workspace(tmp_path_factory) -> Workspace:
    folder = tmp_path_factory.mktemp("queue")
    made = init_workspace(folder / "ws")
    (folder / "a.txt").write_text("\n".join(LINES) + "\n", encoding="utf-8")
    add_source(made, folder / "a.txt", NewSource("2023", "a", f"公报{CANARY}", "某部", year="2023", area="全国",
                                                 as_of="2023-12-31"))  # fmt: skip
    for stage in (stages.read, stages.extract, stages.curate):
        stage(made, "2023")
    return made


@pytest.fixture(scope="module")
def lab(workspace, tmp_path_factory):
    with running_lab(workspace, tmp_path_factory.mktemp("lab") / "log") as address:
        yield address


class Desk:
    """The queue as a person has it before them."""

    def __init__(self, page, workspace):
        self.page, self.workspace = page, workspace

    @property
    def queue(self):
        return self.page.locator(".qs-queue")

    @property
    def figure(self):
        return self.queue.get_attribute("data-figure")

    def entries(self):
        path = self.workspace.decisions_file("2023")
        return (yaml.safe_load(path.read_text(encoding="utf-8")) or []) if path.is_file() else []

    def take_up(self):
        """Click into the queue, once JupyterLab has run the last cell: until then it moves the focus about."""
        self.page.wait_for_function(STARTED, timeout=PATIENCE * 1000)
        self.page.wait_for_timeout(500)
        self.queue.locator(".qs-title").click()

    def answered(self, act):
        """Do something and wait for the kernel's answer."""
        serial = self.queue.get_attribute("data-serial")
        act()
        self.page.wait_for_function(
            "old => document.querySelector('.qs-queue').dataset.serial !== old", arg=serial, timeout=PATIENCE * 1000
        )

    def key(self, key):
        self.answered(lambda: self.page.keyboard.press(key))

    def go_to(self, text):
        """Press next until the figure of that text is shown."""
        for _ in range(40):
            if self.queue.locator(".qs-number").inner_text() == text:
                return self.figure
            self.key("n")
        raise AssertionError(f"{text} does not wait")


@pytest.fixture(scope="module")
def desk(browser, lab, workspace):
    page = browser.new_page(viewport={"width": 1440, "height": 1000})
    page.heard = []
    page.on("dialog", lambda dialog: _answer(dialog, page.heard))
    page.on("pageerror", lambda error: page.heard.append(str(error)))
    page.on("request", lambda one: page.heard.append(one.url) if not _is_own(one.url) else None)
    open_queue(page, lab)
    yield Desk(page, workspace)
    page.close()


def _answer(dialog, heard):
    if dialog.type != "beforeunload":  # that one is JupyterLab's own
        heard.append(dialog.message)
    dialog.accept()


def _is_own(url):
    return url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:"))


def _status(workspace, figure_id):
    stages.curate(workspace, "2023")
    rows = store.read_table(workspace.work("2023", "curate", "curated.csv"), CURATED)
    return next(row for row in rows if row["figure_id"] == figure_id)


def test_five_by_keyboard_one_by_mouse_one_taken_back_and_the_page_reloaded(desk, workspace):
    page, cells = desk.page, desk.page.locator(".jp-Notebook .jp-Cell").count()
    desk.take_up()
    assert page.evaluate("document.activeElement.className") == "qs-queue"
    assert not desk.queue.locator(".qs-idle").is_visible(), "the hint is gone once keys go to the queue"

    accepted = desk.go_to("18%")  # its key is complete but for the period
    page.keyboard.press("e")
    page.locator(".qs-form [data-name=period]").fill("2023")
    page.locator(".qs-form [data-name=indicator]").fill("")
    page.locator(".qs-form [data-name=indicator]").press_sequentially("zrbhd")
    page.locator(".qs-queue .qs-hits li").first.wait_for()
    desk.key("Enter")

    named = desk.go_to("85.5%")
    page.keyboard.press("i")
    page.keyboard.type("slfgl")
    page.locator(".qs-queue .qs-hits li.qs-chosen", has_text="森林覆盖率").wait_for()
    desk.key("Enter")
    assert desk.figure != named, "with the indicator it is complete"

    as_it_is = desk.go_to("194.93亿立方米")  # only the period is not in the text
    desk.key("a")
    rejected = desk.go_to("91.2%")
    desk.key("r")
    other = desk.go_to("12个")
    desk.key("r")
    by_mouse = desk.go_to("27处")
    desk.answered(page.locator(".qs-queue .qs-keys button[data-name=reject]").click)
    assert page.evaluate("document.activeElement.className") == "qs-queue", "the focus stays after a click"
    taken_back = desk.go_to("31处")
    desk.key("r")
    desk.key("u")
    assert desk.figure == taken_back
    assert "d-0007" in desk.queue.locator(".qs-notice").inner_text()

    menu(page, "File", "Save Notebook")
    page.locator(".jp-Document .jp-mod-dirty, .jp-DirtyIndicator").first.wait_for(
        state="detached", timeout=PATIENCE * 1000
    )
    before = desk.entries()
    left = desk.queue.locator("progress").get_attribute("value")
    page.reload()
    shown_queue(page)
    assert desk.figure == taken_back
    assert desk.queue.locator("progress").get_attribute("value") == left == "6"

    assert desk.entries() == before
    said = [(entry["id"], entry["action"], entry["text"]) for entry in before]
    assert said == [
        ("d-0001", "override", "18%"), ("d-0002", "indicator", "85.5%"), ("d-0003", "accept", "194.93亿立方米"),
        ("d-0004", "reject", "91.2%"), ("d-0005", "reject", "12个"), ("d-0006", "reject", "27处"),
        ("d-0007", "reject", "31处"), ("d-0008", "withdraw", "31处"),
    ]  # fmt: skip
    assert before[0]["period"] == "2023"
    assert {entry["by"] for entry in before} != {""}
    statuses = {
        name: _status(workspace, name)["status"]
        for name in (accepted, named, as_it_is, rejected, other, by_mouse, taken_back)
    }
    assert statuses == {
        accepted: "accepted", named: "accepted", as_it_is: "accepted", rejected: "rejected", other: "rejected", by_mouse: "rejected",
        taken_back: "undecided",
    }  # fmt: skip
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells, "no key of the queue reached the notebook"


def test_a_missed_figure_is_added_by_selecting_its_text(desk):
    page = desk.page
    desk.take_up()
    desk.key("m")
    assert "山地面积占去一多半" in desk.queue.locator(".qs-raw").inner_text()
    page.evaluate(
        """wanted => {
          const walker = document.createTreeWalker(document.querySelector('.qs-queue .qs-raw'), NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const at = walker.currentNode.data.indexOf(wanted);
            if (at < 0) continue;
            document.getSelection().setBaseAndExtent(walker.currentNode, at, walker.currentNode, at + wanted.length);
            return;
          }
        }""",
        "一多半",
    )
    page.keyboard.press("s")
    page.locator(".qs-queue .qs-form", has_text="一多半").wait_for()
    for name, text in (("value", "50"), ("unit", "座"), ("region", "全国"), ("indicator", "forest_cover")):
        page.locator(f".qs-form [data-name={name}]").fill(text)
    desk.key("Enter")
    assert "单位" in desk.queue.locator(".qs-notice.qs-error").inner_text()
    page.locator(".qs-form [data-name=unit]").fill("%")
    page.locator(".qs-form [data-name=kind]").select_option("share")
    desk.key("Enter")
    assert desk.entries()[-1]["action"] == "add"
    assert desk.entries()[-1]["text"] == "一多半"


def test_a_file_changed_in_an_editor_is_read_again_and_never_overwritten(desk, workspace):
    path = workspace.decisions_file("2023")
    desk.take_up()
    desk.go_to("31处")
    path.parent.mkdir(exist_ok=True)
    edited = (path.read_text(encoding="utf-8") if path.is_file() else "") + "# 编辑器里加的一行\n"
    path.write_text(edited, encoding="utf-8")
    desk.key("r")
    assert "重新读取" in desk.queue.locator(".qs-notice.qs-info").inner_text()
    assert path.read_text(encoding="utf-8") == edited
    desk.key("r")
    assert path.read_text(encoding="utf-8").startswith(edited)
    assert desk.entries()[-1]["action"] == "reject"
    path.write_text(edited + "- {id: 坏", encoding="utf-8")
    desk.key("u")
    assert path.read_text(encoding="utf-8") == edited + "- {id: 坏", "a file with mistakes is left to its editor"
    assert "data/decisions/2023.yml" in desk.queue.locator(".qs-notice.qs-error").inner_text()
    path.write_text(edited, encoding="utf-8")
    desk.key("n")


def test_source_text_is_text_and_nothing_left_the_machine(desk):
    desk.take_up()
    desk.go_to("35条")
    assert CANARY in desk.queue.locator(".qs-raw").inner_text()
    assert desk.queue.locator("img, script, a, iframe, svg").count() == 0
    assert "fired" not in desk.page.title()
    assert desk.page.heard == []
