"""Time from a key to the next figure in the review queue: 500 figures, real JupyterLab. Run: python tests/bench/review_queue.py."""

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from lab_server import open_queue, running_lab

from qingshan import stages
from qingshan.register import NewSource, add_source, init_workspace

COUNT, BUDGET = 500, 0.3
# measured on the page: from the key or click to the frame in which the next figure stands
WATCH = """() => {
  window.taken = [];
  let pressed = 0;
  const queue = document.querySelector(".qs-queue");
  for (const kind of ["keydown", "click"]) document.addEventListener(kind, () => { pressed = performance.now(); }, true);
  new MutationObserver(() => {
    const from = pressed;
    requestAnimationFrame(() => setTimeout(() => window.taken.push(performance.now() - from), 0));
  }).observe(queue, { attributes: true, attributeFilter: ["data-figure"] });
}"""


def _workspace(folder):
    made = init_workspace(folder / "ws")
    nouns = ("治理站点", "监测断面", "示范园区", "改造项目", "修复地块")
    text = "".join(
        f"2023年，第{n}批{nouns[n % 5]}达到{n + 3}个，优良比例为{n % 90}.{n % 10}%。\n" for n in range(COUNT // 2)
    )
    (folder / "a.txt").write_text(text, encoding="utf-8")
    add_source(made, folder / "a.txt", NewSource("2023", "a", "公报", "某部", year="2023", area="全国"))
    for stage in (stages.read, stages.extract, stages.curate):
        stage(made, "2023")
    return made


def _measure(page, queue, act, times):
    page.evaluate("() => { window.taken = []; }")
    for _ in range(times):
        before = queue.get_attribute("data-figure")
        act()
        page.wait_for_function("old => document.querySelector('.qs-queue').dataset.figure !== old", arg=before)
        page.wait_for_timeout(30)
    return [ms / 1000 for ms in page.evaluate("() => window.taken")]


def main():
    browser_path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    folder = Path(tempfile.mkdtemp())
    workspace = _workspace(folder)
    is_kept = True
    with running_lab(workspace, folder / "log") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        queue = open_queue(page, address)
        print(queue.locator(".qs-head").inner_text().replace("\n", " "))
        queue.focus()
        page.evaluate(WATCH)
        for what, taken in (
            ("next (key n)", _measure(page, queue, lambda: page.keyboard.press("n"), 60)),
            ("reject and save (key r)", _measure(page, queue, lambda: page.keyboard.press("r"), 60)),
            ("reject and save (click)", _measure(page, queue, queue.locator("button[data-name=reject]").click, 60)),
        ):
            median, worst = statistics.median(taken), max(taken)
            is_kept = is_kept and median < BUDGET
            print(f"{what:<26} median {median * 1000:6.0f} ms  worst {worst * 1000:6.0f} ms  of {len(taken)}  "
                  f"budget {BUDGET * 1000:.0f} ms  {'kept' if median < BUDGET else 'MISSED'}")  # fmt: skip
        if len(sys.argv) > 1:
            page.screenshot(path=sys.argv[1])
        browser.close()
    shutil.rmtree(folder, ignore_errors=True)
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
