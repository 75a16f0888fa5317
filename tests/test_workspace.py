"""Whole-workspace runs: by hand in JupyterLab's way, a failed rule, a misspelt one, other people's workspaces."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from qingshan import pipeline
from qingshan.cli import main
from qingshan.model import Workspace
from qingshan.pipeline.lab import prepare_lab

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.slow


@pytest.fixture
def small(tmp_path) -> Workspace:
    """A workspace with the demonstration's tables only: quick to run."""
    root = tmp_path / "ws"
    for name in ("national-series", "targets"):
        shutil.copytree(ROOT / "data" / "raw" / "2023" / name, root / "data" / "raw" / "2023" / name)
    edition = (ROOT / "data" / "raw" / "2023" / "edition.yml").read_text(encoding="utf-8")
    (root / "data" / "raw" / "2023" / "edition.yml").write_text(f"{edition}charts: [pm25]\n", encoding="utf-8")
    return Workspace(root)


@pytest.fixture
def suite(small) -> Path:
    """The workspace's own copy of the suite, to be changed by a test."""
    shutil.copytree(ROOT / "expectations", small.root / "expectations")
    return small.root / "expectations" / "figures.json"


@pytest.mark.xdist_group("by-hand")
def test_each_notebook_runs_by_hand_from_its_working_copy(small):
    """As an analyst does it: open the copy in JupyterLab, run all cells, go on with the next."""
    prepare_lab(small, say=lambda _: None)
    folder = small.work("lab")
    copies = sorted(folder.glob("[0-9]_*.ipynb"))
    assert [path.name[0] for path in copies] == list("123456")
    for path in copies:
        notebook = nbformat.read(path, as_version=4)
        NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
        outputs = [out for cell in notebook.cells if cell.cell_type == "code" for out in cell.outputs]
        assert any(out.output_type in ("execute_result", "display_data") for out in outputs), path.name
        assert not any(out.output_type == "error" for out in outputs), path.name
    assert (small.staged("2023") / "manifest.json").is_file()
    assert not small.clean("2023").exists()  # a notebook publishes nothing


def test_a_failed_critical_rule_stops_publication(small, suite, monkeypatch, capsys):
    content = json.loads(suite.read_text(encoding="utf-8"))
    rule = next(e for e in content["expectations"] if e["type"] == "expect_column_values_to_be_in_set")
    rule["kwargs"]["value_set"] = ["nothing is like this"]
    suite.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    monkeypatch.chdir(small.root)
    assert main(["run", "2023"]) == 1
    out = capsys.readouterr().out
    assert out.rstrip().endswith("data/work/2023/report/index.html")
    assert not small.clean("2023").exists()
    verdict = json.loads(small.work("2023", "validate", "verdict.json").read_text(encoding="utf-8"))
    assert verdict["publishable"] is False
    assert rule["meta"]["rule"] in json.dumps(verdict)
    report = small.report("2023").read_text(encoding="utf-8")
    assert rule["meta"]["sentence"]["zh"] in report
    draft = (small.staged("2023") / "index.zh.html").read_text(encoding="utf-8")
    assert "校验未通过" in draft


def test_a_misspelt_expectation_is_named_and_exits_2(small, suite, monkeypatch, capsys):
    text = suite.read_text(encoding="utf-8")
    suite.write_text(text.replace("expect_text_at_raw_offsets", "expect_text_at_raw_ofsets", 1), encoding="utf-8")
    monkeypatch.chdir(small.root)
    assert main(["run", "2023"]) == 2
    shown = "".join(capsys.readouterr())
    assert "did you mean 'expect_text_at_raw_offsets'" in shown
    assert "figures.json:" in shown
    assert "Traceback" not in shown
    assert not small.clean("2023").exists()


def test_a_second_run_reuses_and_a_changed_source_does_not(small, suite):
    said: list[str] = []
    assert pipeline.run(small, "2023", say=said.append) == 0
    said.clear()
    assert pipeline.run(small, "2023", say=said.append) == 0
    assert sum("reused" in line for line in said) == 6
    edition = small.edition_file("2023")
    edition.write_text(edition.read_text(encoding="utf-8").replace("CC-BY-4.0", "CC0-1.0"), encoding="utf-8")
    said.clear()
    assert pipeline.run(small, "2023", dry_run=True, say=said.append) == 0
    assert not all("reused" in line or "unchanged" in line for line in said if line.startswith("["))
