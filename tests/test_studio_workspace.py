"""An analyst's own chart from the working copy of a notebook to the published edition, and gone again; the tutorial."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest

from qingshan import files
from qingshan.cli import main
from qingshan.model import Workspace
from qingshan.pipeline import prepare_lab
from qingshan.pipeline.notebooks import run_notebook

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.slow
CELL = """
forest = desk.observations.query("indicator == 'forest_cover' and ref_area == 'CN' and measure == 'share'")
drawing = desk.draw_timeline(forest, title={"zh": "全国森林覆盖率", "en": "Forest cover in China"})
drawing.save(
    "my_forest",
    finding={
        "zh": "{level.last.period}森林覆盖{level.last.value}的国土",
        "en": "Forests covered {level.last.value} of the land in {level.last.period}",
    },
)
"""
FILES = [
    f"my_forest.{end}"
    for end in ("card.json", "csv", "en.png", "en.print.png", "en.print.svg", "en.svg", "lineage.json",
                "zh.png", "zh.print.png", "zh.print.svg", "zh.svg")
]  # fmt: skip


@pytest.fixture
def small(tmp_path) -> Workspace:
    """A workspace with the demonstration's tables only: quick to run."""
    root = tmp_path / "ws"
    for name in ("national-series", "targets", "who-guideline"):
        shutil.copytree(ROOT / "data" / "raw" / "2023" / name, root / "data" / "raw" / "2023" / name)
    edition = (ROOT / "data" / "raw" / "2023" / "edition.yml").read_text(encoding="utf-8")
    (root / "data" / "raw" / "2023" / "edition.yml").write_text(f"{edition}charts: [pm25]\n", encoding="utf-8")
    return Workspace(root)


def _with_cell(workspace, source):
    """Add a code cell at the end of the working copy, or take it out again, and save the notebooks, as in JupyterLab."""
    prepare_lab(workspace, lambda _: None)
    copy = workspace.work("lab", "5_chart.ipynb")
    notebook = nbformat.read(copy, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if cell.id != "mine"]
    if source:
        notebook.cells.append(nbformat.v4.new_code_cell(source.strip(), id="mine"))
    nbformat.write(notebook, copy)
    assert main(["notebooks-save"]) == 0


def _clean(workspace):
    return workspace.clean("2023")


def _own_files(workspace):
    return sorted(path.name for path in (_clean(workspace) / "charts").glob("my_forest.*"))


def test_a_cell_in_the_working_copy_becomes_a_chart_of_the_edition_and_goes_with_it(small, monkeypatch, capsys):
    monkeypatch.chdir(small.root)
    _with_cell(small, CELL)
    capsys.readouterr()
    assert main(["run", "2023"]) == 0
    assert "saved in the notebook: my_forest" in capsys.readouterr().out
    assert _own_files(small) == FILES
    cards = [json.loads(path.read_text(encoding="utf-8")) for path in (_clean(small) / "charts").glob("*.card.json")]
    card = next(card for card in cards if card["name"] == "my_forest")
    assert sorted(card["number"] for card in cards) == list(range(1, len(cards) + 1))
    assert card["number"] == len(cards)
    value = json.loads((small.work("2023", "charts", "my_forest.lineage.json")).read_text(encoding="utf-8"))
    assert sorted(card["observations"]) == value["observations"]
    for language, page in (("zh", "index.zh.html"), ("en", "index.en.html")):
        text = (_clean(small) / page).read_text(encoding="utf-8")
        assert card["finding"][language] in text
        assert 'href="#chart-my_forest"' in text
        assert all(f'class="m" href="#q-{key}"' in text for key in card["observations"])
    assert "森林覆盖24.02%的国土" in card["finding"]["zh"]

    first = {name: (_clean(small) / "charts" / name).read_bytes() for name in FILES}
    assert main(["run", "2023", "--force", "--only", "chart"]) == 0
    again = {name: small.work("2023", "charts", name).read_bytes() for name in FILES}
    assert again == first

    _with_cell(small, "")
    assert main(["run", "2023"]) == 0
    assert _own_files(small) == []
    assert "my_forest" not in (_clean(small) / "index.zh.html").read_text(encoding="utf-8")
    assert card["finding"]["zh"] not in (_clean(small) / "index.zh.html").read_text(encoding="utf-8")


def test_an_own_chart_is_published_without_the_mark_of_a_candidate(small, monkeypatch, capsys):
    monkeypatch.chdir(small.root)
    _with_cell(small, CELL)
    assert main(["run", "2023"]) == 0
    candidate = (_clean(small) / "charts" / "my_forest.zh.svg").read_bytes()
    for role, name in (("初审", "甲"), ("复审", "乙"), ("终审", "丙")):
        assert main(["sign", "2023", "--as", role, "--by", name, "--on", "2026-01-01"]) == 0
    assert main(["publish", "2023"]) == 0, "".join(capsys.readouterr())
    assert _own_files(small) == FILES
    published = (_clean(small) / "charts" / "my_forest.zh.svg").read_bytes()
    assert published != candidate
    assert len(published) < len(candidate)  # one mark less
    assert main(["run", "2023"]) == 0  # a run finds it as published
    assert (_clean(small) / "charts" / "my_forest.zh.svg").read_bytes() == published


def test_a_typed_number_stops_the_run_with_one_message(small, monkeypatch, capsys):
    monkeypatch.chdir(small.root)
    _with_cell(small, CELL.replace("{level.last.value}的国土", "百分之24的国土"))
    capsys.readouterr()
    assert main(["run", "2023"]) == 2
    out = "".join(capsys.readouterr())
    assert "chart, finding.0.zh: found '24' in '{level.last.period}森林覆盖百分之24的国土'" in out
    assert "Traceback" not in out
    assert not _clean(small).exists()


def _everything(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_tutorial_runs_on_the_demonstration_edition_and_leaves_nothing_outside_work(tmp_path):
    root = tmp_path / "ws"
    (root / "data" / "raw").mkdir(parents=True)
    files.copy_tree(ROOT / "data" / "clean" / "2023", root / "data" / "clean" / "2023")
    before = _everything(root)
    target = root / "data" / "work" / "2023" / "runs" / "tutorial_chart.ipynb"
    run_notebook(ROOT / "notebooks" / "tutorial_chart.ipynb", target, {"workspace": "."}, root)
    made = {path: data for path, data in _everything(root).items() if path not in before}
    assert {**before, **made} == _everything(root)
    assert {path.parts[:3] for path in made} == {("data", "work", "2023")}
    assert len([path for path in made if path.name.startswith("air_tutorial.")]) == 11

    notebook = nbformat.read(target, as_version=4)
    outputs = {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}
    for name in ("draw", "form", "finding"):
        (output,) = outputs[name]
        assert output.data["text/html"].count("data:image/svg+xml;base64,") == 2
    assert "title.zh: found '2023' in '2023年PM₂.₅降到30'" in outputs["refused"][0].data["text/plain"]
    assert outputs["declare"][0].data["text/plain"].startswith("air_tutorial:\n  form: timeline\n")
    assert "no page shows it" in outputs["save"][0].data["text/plain"]
    assert "2023年PM₂.₅年均浓度30微克/立方米，2022年为29微克/立方米" in outputs["finding"][0].data["text/plain"]
