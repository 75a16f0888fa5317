"""The staged folder: what is in it, what never is, and that two builds agree to the byte."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import test_charts_support as support

from qingshan import charts, edition
from qingshan.edition import verify
from qingshan.model import StageError

SECRET = "内部测算的句子"


def _internal():
    """Return a figure and observation of an internal source."""
    return support.figure_and_observation(
        f"{SECRET}99家。", "99家", 99.0, "key_emitters", unit="enterprise", kind="count", source_id="src-in"
    )


def _build(root: Path, **other):
    made = other.pop("made", None) or support.pairs()
    workspace = support.write_workspace(root, made, **other)
    charts.build(workspace, "2023")
    return workspace, edition.build(workspace, "2023")


def _rows(folder, name):
    return list(csv.DictReader(io.StringIO((folder / name).read_bytes().decode("utf-8"))))


def test_the_staged_folder_is_whole_and_verifies(tmp_path):
    workspace, staged = _build(tmp_path)
    folder = workspace.staged("2023")
    assert [one.path for one in staged][-1] == "manifest.json"
    assert sorted(one.path for one in staged) == sorted(
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    )
    assert verify(folder) == []
    assert {
        "observations.csv", "figures.csv", "observation_figures.csv", "undecided.csv", "lost.csv", "sources.csv",
        "edition.json", "index.zh.html", "index.en.html", "charts/decoupling.zh.svg", "charts/decoupling.lineage.json",
    } <= {one.path for one in staged}  # fmt: skip
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["inputs"] == [{"source_id": "src-a", "sha256": "ab" * 32}]
    about = json.loads((folder / "edition.json").read_text())
    assert about["review"] == "candidate"
    assert about["counts"]["observations"] == 17
    summary = json.loads(workspace.work("2023", "publish", "summary.json").read_text())
    assert summary["text"] == f"{len(staged)} files, 17 observations"


def test_old_staged_content_is_gone(tmp_path):
    workspace, _ = _build(tmp_path)
    (workspace.staged("2023") / "old.csv").write_text("old")
    edition.build(workspace, "2023")
    assert verify(workspace.staged("2023")) == []


def test_rejected_readings_stay_out_and_undecided_are_listed(tmp_path):
    base = support.curated_rows(support.pairs())[0]
    extra = tuple(
        {**base, "figure_id": f"src-a@{n}-{n + 2}", "start": n, "end": n + 2, "status": status, "observation_id": "",
         "quote": f"{status} quote"}
        for n, status in ((900, "undecided"), (910, "rejected"))
    )  # fmt: skip
    workspace, _ = _build(tmp_path, extra_curated=extra)
    folder = workspace.staged("2023")
    assert [row["figure_id"] for row in _rows(folder, "undecided.csv")] == ["src-a@900-902"]
    assert len(_rows(folder, "figures.csv")) == 17
    assert not any("rejected quote" in path.read_text() for path in folder.rglob("*.*") if path.is_file())
    assert json.loads((folder / "edition.json").read_text())["counts"]["rejected"] == 1


def test_an_internal_source_leaves_its_hash_only(tmp_path):
    inside = support.source("src-in", access="internal", sha256="cd" * 32, title="内部台账", publisher="内部处")
    lost = [*support.lost_rows(), {**support.lost_rows()[0], "source_id": "src-in", "quote": SECRET}]
    workspace, _ = _build(tmp_path, made=[*support.pairs(), _internal()], sources=(support.source(), inside), lost=lost)
    folder = workspace.staged("2023")
    for path in (path for path in folder.rglob("*") if path.is_file()):
        text = path.read_text(encoding="utf-8")
        for secret in (SECRET, "99家", "src-in", "内部台账", "内部处"):
            assert secret not in text, path.name
    manifest = json.loads((folder / "manifest.json").read_text())
    assert {"access": "internal", "sha256": "cd" * 32} in manifest["inputs"]


@pytest.mark.parametrize("verdict", [{"publishable": False, "reasons": ["规则 / rule"]}, None])
def test_a_refused_or_unvalidated_edition_is_a_draft(tmp_path, verdict):
    workspace = support.write_workspace(tmp_path, support.pairs(), verdict=verdict)
    if verdict is None:
        workspace.work("2023", "validate", "verdict.json").unlink()
    edition.build(workspace, "2023")
    assert "校验未通过" in (workspace.staged("2023") / "index.zh.html").read_text()
    assert json.loads((workspace.staged("2023") / "edition.json").read_text())["publishable"] is False
    assert "not publishable" in workspace.work("2023", "publish", "summary.json").read_text()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("curate/observations.csv", "run the stage curate first"),
        ("extract/lost.csv", "run the stage extract first"),
        ("read/sources.csv", "run the stage read first"),
    ],
)
def test_a_missing_table_names_the_stage(tmp_path, name, said):
    workspace = support.write_workspace(tmp_path, support.pairs())
    workspace.work("2023", name).unlink()
    with pytest.raises(StageError, match=said):
        edition.build(workspace, "2023")


def test_a_picture_changed_after_drawing_is_refused(tmp_path):
    workspace, _ = _build(tmp_path)
    picture = workspace.work("2023", "charts", "decoupling.en.svg")
    picture.write_bytes(picture.read_bytes() + b" ")
    with pytest.raises(StageError, match="is not the picture its lineage names"):
        edition.build(workspace, "2023")


def test_a_picture_of_rows_that_are_gone_is_refused(tmp_path):
    workspace, _ = _build(tmp_path)
    support.write_workspace(tmp_path, support.pairs()[1:])
    with pytest.raises(StageError, match="run the stage chart again"):
        edition.build(workspace, "2023")


def test_two_builds_in_two_places_agree_to_the_byte(tmp_path):
    code = (
        "import sys; from pathlib import Path; from qingshan.model import Workspace; "
        "from qingshan import charts, edition; w = Workspace(Path(sys.argv[1])); "
        "charts.build(w, '2023'); edition.build(w, '2023')"
    )
    folders = []
    for name, zone, lang, seed in (("one", "Asia/Shanghai", "C", "1"), ("two/二", "America/New_York", "C.UTF-8", "7")):
        root = tmp_path / name
        workspace = support.write_workspace(root, support.pairs())
        environment = {**os.environ, "TZ": zone, "LANG": lang, "LC_ALL": lang, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", code, str(root)], cwd=root, env=environment, check=True)
        folders.append(workspace.staged("2023"))
    one, two = ({path.relative_to(f): path.read_bytes() for path in f.rglob("*") if path.is_file()} for f in folders)
    assert one.keys() == two.keys()
    assert [str(name) for name in one if one[name] != two[name]] == []
    assert not any(str(tmp_path).encode() in data for data in one.values())
