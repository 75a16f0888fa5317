"""What all tests share: the real report beside the repository, a browser, a small workspace; no skip passes in CI."""

from __future__ import annotations

import atexit
import importlib.util
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

from qingshan.extract import Extractor
from qingshan.model import Workspace
from qingshan.registry import Registry, Vocabulary, load_registry

# speed belongs in tests/bench: a busy machine fails no property; on a clean checkout the same examples are drawn each time
settings.register_profile("here", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("here")

# every machine prints and shows pages with the same letters: a browser and an office program find the package's Chinese font
_FONTS = Path(tempfile.mkdtemp(prefix="qingshan-fonts-"))
atexit.register(shutil.rmtree, _FONTS, ignore_errors=True)
_SHIPPED = Path(importlib.util.find_spec("zhplot").origin).parent / "fonts"
(_FONTS / "fonts.conf").write_text(
    f"<fontconfig><dir>{_SHIPPED}</dir><dir>/usr/share/fonts</dir><cachedir>{_FONTS}/cache</cachedir></fontconfig>",
    encoding="utf-8",
)
os.environ["FONTCONFIG_FILE"] = str(_FONTS / "fonts.conf")

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Turn every skip into a failure in CI: there, everything a test needs is installed."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = (
            f"skipped in CI, where nothing may be: {call.excinfo.value if call.excinfo else report.longrepr}"
        )


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder beside the repository that holds the real report, its annotation and the scorer."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared, which holds the real report")
    return SHARED


@pytest.fixture(scope="session")
def real_report(shared) -> Path:
    return next((shared / "source").glob("*.txt"))


@pytest.fixture(scope="session")
def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        pytest.skip("needs Chromium (Debian package chromium)")
    return found


@pytest.fixture(scope="module")
def browser(chromium):
    """The machine's own Chromium; not for the session: its event loop would stand in the way of kernels."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(scope="session")
def registry() -> Registry:
    return load_registry(ROOT / "data" / "registry")


@pytest.fixture(scope="session")
def vocabulary(registry) -> Vocabulary:
    return registry.vocabulary


@pytest.fixture(scope="session")
def extractor(vocabulary) -> Extractor:
    return Extractor(vocabulary)


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    """An empty workspace."""
    from qingshan.register import init_workspace

    return init_workspace(tmp_path / "ws")
