"""One page of each format beside what was read from it, as pictures to look at.

Run: python tests/bench/beside.py FOLDER [FILE ...]. Flows in: files of any format that is read; without them the
demonstration's sources of every format. Flows out: a PNG for each in FOLDER, its pages at the left and at the right
every figure with its place. Word files and workbooks are drawn by LibreOffice, web pages by Chromium. Never part of the
suite.
"""

from __future__ import annotations

import base64
import html
import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests"))

from demo.make_sources import SOURCES  # noqa: E402

from qingshan import sources  # noqa: E402
from qingshan.extract import Extractor  # noqa: E402
from qingshan.model import Figure, Workspace  # noqa: E402
from qingshan.readers.choose import read_source  # noqa: E402
from qingshan.registry import load_vocabulary  # noqa: E402

_STYLE = """
body { margin: 0; font: 13px/1.45 "Noto Sans SC", sans-serif; color: #1f2328; background: #eceff1; }
main { display: flex; align-items: flex-start; gap: 16px; padding: 16px; }
section { background: #fff; flex: none; } .pages { width: 760px; } .read { width: 980px; padding: 8px 12px; }
img { width: 100%; display: block; border-bottom: 8px solid #eceff1; }
table { border-collapse: collapse; width: 100%; } td, th { text-align: left; padding: 2px 6px; vertical-align: top;
border-bottom: 1px solid #d8dee4; } td:nth-child(2) { background: #fff3c4; white-space: nowrap; }
.odd { color: #b42318; } h1 { font-size: 15px; margin: 4px 0; } p { margin: 2px 0; color: #57606a; }
"""
_HEADS = ("place", "raw characters", "value", "unit", "kind", "subject", "region", "period")


def main(folder: Path, files: list[Path]) -> None:
    """Write the pictures."""
    from playwright.sync_api import sync_playwright

    folder.mkdir(parents=True, exist_ok=True)
    reader = Extractor(load_vocabulary(ROOT / "data" / "registry"))
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for path, year, area in _known(files):
            content = read_source(path.read_bytes(), where=path.name, name=path.name)
            found = reader.extract_source(content, "s", year=year, area=area)
            page = browser.new_page(viewport={"width": 1800, "height": 900})
            page.set_content(_beside(path.name, _pages(path, browser), found.figures, content.notes))
            page.screenshot(path=str(folder / f"{path.parent.name}.{path.name}.png"), full_page=True)
            page.close()
            print(folder / f"{path.parent.name}.{path.name}.png", len(found.figures), "figures")
        browser.close()


def _known(files: list[Path]) -> list[tuple[Path, str, str]]:
    """Return files with the year and place they are about: those given, else the demonstration's."""
    if files:
        return [(path, "", "") for path in files]
    edition = sources.load_edition(Workspace(ROOT), "2023")
    return [
        (Workspace(ROOT).source_folder("2023", source.source_id) / source.file, source.year, source.area)
        for source in edition.sources
        if source.source_id in SOURCES
    ]


def _pages(path: Path, browser: Any) -> list[bytes]:
    """Return the pages of a file as pictures."""
    ending = path.suffix.lower()
    if ending in (".html", ".htm"):
        page = browser.new_page(viewport={"width": 760, "height": 600})
        page.goto(path.resolve().as_uri())
        picture = page.screenshot(full_page=True)
        page.close()
        return [picture]
    if ending == ".pdf":
        return _printed(path)
    with tempfile.TemporaryDirectory() as temporary:
        profile = f"-env:UserInstallation={(Path(temporary) / 'profile').as_uri()}"
        command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", temporary, str(path)]
        subprocess.run(command, check=True, capture_output=True, timeout=240)
        return _printed(Path(temporary) / f"{path.stem}.pdf")


def _printed(path: Path) -> list[bytes]:
    import pypdfium2

    pictures = []
    document = pypdfium2.PdfDocument(path)
    for page in document:
        out = io.BytesIO()
        page.render(scale=1.6).to_pil().save(out, "PNG")
        pictures.append(out.getvalue())
    document.close()
    return pictures


def _beside(name: str, pages: list[bytes], figures: tuple[Figure, ...], notes: tuple[str, ...]) -> str:
    pictures = "".join(f'<img src="data:image/png;base64,{base64.b64encode(page).decode()}">' for page in pages)
    rows = "".join(
        f'<tr class="{"" if one.integrity == "whole" else "odd"}">'
        + "".join(f"<td>{html.escape(str(field))}</td>" for field in _fields(one))
        + "</tr>"
        for one in figures
    )
    heads = "".join(f"<th>{head}</th>" for head in _HEADS)
    said = "".join(f"<p>{html.escape(note)}</p>" for note in notes)
    return (
        f'<!DOCTYPE html><meta charset="utf-8"><style>{_STYLE}</style><main><section class="pages">{pictures}</section>'
        f'<section class="read"><h1>{html.escape(name)}: {len(figures)} figures</h1>{said}<table><tr>{heads}</tr>{rows}'
        "</table></section></main>"
    )


def _fields(one: Figure) -> tuple[object, ...]:
    period = f"{one.base_period} → {one.period}" if one.base_period else one.period
    return one.locator, one.text, f"{one.value:,.15g}", one.unit, one.kind, one.subject, one.region, period


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("FOLDER [FILE ...]")
    main(Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
