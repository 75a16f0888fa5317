"""The staged folder: what is in it, what never is, and that two builds agree to the byte."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import test_charts_support as support
import test_edition_support as editions
from arro3.io import read_parquet

from qingshan import charts, edition
from qingshan.edition import codes, verify
from qingshan.model import InputError, StageError
from qingshan.registry import Scope

SECRET = "内部测算的句子"


def _internal():
    """Return a figure and observation of an internal source."""
    return support.figure_and_observation(
        f"{SECRET}99家。", "99家", 99.0, "key_emitters", unit="enterprise", kind="count", source_id="src-in"
    )


def _build(root: Path, **other):
    workspace = editions.write_workspace(root, **other)
    charts.build(workspace, "2023")
    return workspace, edition.build(workspace, "2023")


def _texts(folder):
    """Yield the name and the text of every file; of a Parquet file its cells, of an Office file its parts."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        if path.suffix == ".png":
            continue
        if path.suffix == ".parquet":
            table = read_parquet(path.read_bytes()).read_all()
            yield path.name, str([table[name].to_pylist() for name in table.column_names])
        elif path.suffix in (".xlsx", ".docx"):
            with zipfile.ZipFile(path) as package:
                for part in package.namelist():
                    if part.endswith((".xml", ".rels")):
                        yield f"{path.name}/{part}", package.read(part).decode("utf-8")
        else:
            yield path.name, path.read_text(encoding="utf-8")


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
        "observations.csv", "figures.csv", "observation_figures.csv", "decisions.csv", "lost.csv", "sources.csv",
        "codes/indicators.csv", "codes/units.csv", "codes/regions.csv", "codes/scopes.csv", "datapackage.json",
        "observations.parquet", "figures.parquet", "manifest.rebuilt.json", "edition.json", "index.zh.html", "index.en.html", "charts/decoupling.zh.svg", "charts/decoupling.lineage.json",
        "spreadsheet/observations.csv", "spreadsheet/figures.csv", "sdmx/data.csv", "sdmx/codelists.csv",
        "sdmx/structure.json", "edition.xlsx", "edition.zh.docx", "edition.en.docx",
    } <= {one.path for one in staged}  # fmt: skip
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["inputs"] == [{"source_id": "src-a", "sha256": "ab" * 32}]
    rebuilt = json.loads((folder / "manifest.rebuilt.json").read_text())["files"]
    assert {"edition.xlsx", "edition.zh.docx", "edition.en.docx"} <= rebuilt.keys()
    assert not {name for name in rebuilt if name.endswith((".csv", ".json"))}
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


def test_rejected_and_undecided_readings_stay_out_and_are_counted(tmp_path):
    base = support.curated_rows(support.pairs())[0]
    extra = tuple(
        {**base, "figure_id": f"src-a@{n}-{n + 2}", "start": n, "end": n + 2, "status": status, "observation_id": "",
         "decision_id": decision, "quote": f"{status} quote"}
        for n, status, decision in ((900, "undecided", ""), (910, "rejected", "d-0002"))
    )  # fmt: skip
    reject = {**editions.DECISION, "id": "d-0002", "action": "reject", "reason": "rejected quote, doubtful"}
    workspace, _ = _build(tmp_path, extra_curated=extra, decisions=(editions.DECISION, reject))
    folder = workspace.staged("2023")
    assert len(_rows(folder, "figures.csv")) == 17
    assert [row["decision_id"] for row in _rows(folder, "decisions.csv")] == ["d-0001"]
    for name, text in _texts(folder):
        assert "rejected quote" not in text, name
        assert "undecided quote" not in text, name
    counts = json.loads((folder / "edition.json").read_text())["counts"]
    assert (counts["rejected"], counts["undecided"]) == (1, 1)


def test_decisions_are_public_without_names(tmp_path):
    workspace, _ = _build(tmp_path)
    folder = workspace.staged("2023")
    figure = next(row["figure_id"] for row in _rows(folder, "figures.csv") if row["text"] == "30微克/立方米")
    assert _rows(folder, "decisions.csv") == [
        {"decision_id": "d-0001", "action": "accept", "figure_id": figure, "reason": "对照表格确认。", "by": "person",
         "decided_on": "2024-03-02"}
    ]  # fmt: skip
    assert not [name for name, text in _texts(folder) if "李编者" in text]


def test_a_demonstration_decision_says_so(tmp_path):
    workspace, _ = _build(tmp_path, decisions=({**editions.DECISION, "by": "demo"},))
    assert [row["by"] for row in _rows(workspace.staged("2023"), "decisions.csv")] == ["demo"]


def test_every_decision_behind_an_observation_resolves(tmp_path):
    with pytest.raises(StageError, match="d-0001 are gone; run the stage curate again"):
        _build(tmp_path, decisions=())


def test_what_people_filled_is_among_the_decisions(tmp_path):
    made = editions.two_sources()
    figure, seen = made[-1]
    fill = {
        "source_id": "src-a", "position": 9, "figure_id": figure.figure_id, "observation_id": seen.observation_id,
        "decision_id": "d-0002",
    }  # fmt: skip
    decision = {
        **editions.DECISION, "id": "d-0002", "action": "fill", "text": "達標比例為",
        "from": {"source_id": "src-b", "text": "31"},
    }  # fmt: skip
    workspace, _ = _build(
        tmp_path, made=made, sources=(support.source(), editions.SECOND), fills=[fill],
        decisions=(editions.DECISION, decision),
    )  # fmt: skip
    rows = {row["decision_id"]: row for row in _rows(workspace.staged("2023"), "decisions.csv")}
    assert (rows["d-0002"]["action"], rows["d-0002"]["figure_id"]) == ("fill", figure.figure_id)


def test_an_internal_source_leaves_its_hash_only(tmp_path):
    inside = support.source("src-in", access="internal", sha256="cd" * 32, title="内部台账", publisher="内部处")
    lost = [*support.lost_rows(), {**support.lost_rows()[0], "source_id": "src-in", "quote": SECRET}]
    decision = {**editions.DECISION, "id": "d-0002", "source_id": "src-in", "text": "99家", "reason": SECRET}
    figure, seen = _internal()
    internal = (figure, dataclasses.replace(seen, decision_id="d-0002"))
    workspace, _ = _build(
        tmp_path, made=[*editions.pairs(), internal], sources=(support.source(), inside), lost=lost,
        decisions=(editions.DECISION, decision),
    )  # fmt: skip
    folder = workspace.staged("2023")
    for name, text in _texts(folder):
        for secret in (SECRET, "99家", "src-in", "内部台账", "内部处"):
            assert secret not in text, name
    manifest = json.loads((folder / "manifest.json").read_text())
    assert {"access": "internal", "sha256": "cd" * 32} in manifest["inputs"]


def test_code_lists_hold_every_code_of_the_rows(tmp_path):
    workspace, _ = _build(tmp_path, made=editions.two_sources(), sources=(support.source(), editions.SECOND))
    folder = workspace.staged("2023")
    used = _rows(folder, "observations.csv")
    for column, name in (
        ("indicator", "indicators"), ("unit_measure", "units"), ("ref_area", "regions"), ("scope", "scopes"),
    ):  # fmt: skip
        listed = [row[column] for row in _rows(folder, f"codes/{name}.csv")]
        assert {row[column] for row in used} - {""} <= set(listed)
        assert len(listed) == len(set(listed))
    regions = _rows(folder, "codes/regions.csv")
    assert [row["official_order"] for row in regions] == ["0", "30"]
    assert {row["label_en"] for row in regions} == {"China", "Ningxia"}


def test_every_scope_of_the_registry_is_listed_and_those_of_a_source_after_them():
    known = Scope("cities-9", "cities", "示例城市", "sample cities", "2013", "2018", ())
    plain = support.registry()
    lists = dataclasses.replace(plain, vocabulary=dataclasses.replace(plain.vocabulary, scopes=(known,)))
    rows = codes.scopes(lists, [{"scope": "own-basis;cities-9"}, {"scope": ""}])
    assert [(row["scope"], row["label_zh"], row["label_en"], row["valid_to"]) for row in rows] == [
        ("cities-9", "示例城市", "sample cities", "2018"),
        ("own-basis", "", "", ""),
    ]


def test_a_place_that_the_registry_lacks_stops_the_stage(tmp_path):
    *made, (figure, seen) = editions.pairs()
    with pytest.raises(StageError, match="places 999999 are not in the registry"):
        _build(tmp_path, made=[*made, (figure, dataclasses.replace(seen, ref_area="999999"))])


@pytest.mark.parametrize("verdict", [{"publishable": False, "reasons": ["规则 / rule"]}, None])
def test_a_refused_or_unvalidated_edition_is_a_draft(tmp_path, verdict):
    workspace = editions.write_workspace(tmp_path, verdict=verdict)
    if verdict is None:
        workspace.work("2023", "validate", "verdict.json").unlink()
    edition.build(workspace, "2023")
    assert "校验未通过" in (workspace.staged("2023") / "index.zh.html").read_text()
    assert json.loads((workspace.staged("2023") / "edition.json").read_text())["publishable"] is False
    assert "not publishable" in workspace.work("2023", "publish", "summary.json").read_text()


@pytest.mark.parametrize("name", ["curate/observations.csv", "extract/lost.csv", "read/sources.csv"])
def test_a_missing_table_is_named(tmp_path, name):
    workspace = editions.write_workspace(tmp_path)
    workspace.work("2023", name).unlink()
    with pytest.raises(InputError, match=f"2023/{name}: found no such file.*qingshan run 2023"):
        edition.build(workspace, "2023")


def test_a_picture_changed_after_drawing_is_refused(tmp_path):
    workspace, _ = _build(tmp_path)
    picture = workspace.work("2023", "charts", "decoupling.en.svg")
    picture.write_bytes(picture.read_bytes() + b" ")
    with pytest.raises(StageError, match="is not the picture its lineage names"):
        edition.build(workspace, "2023")


@pytest.mark.parametrize("content", [None, b"\xff"])
@pytest.mark.parametrize("name", ["decoupling.card.json"])
def test_a_chart_s_file_missing_or_damaged_is_named(tmp_path, name, content):
    workspace, _ = _build(tmp_path)
    path = workspace.work("2023", "charts", name)
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=f"charts/{name}"):
        edition.build(workspace, "2023")


def test_a_picture_of_rows_that_are_gone_is_refused(tmp_path):
    workspace, _ = _build(tmp_path)
    editions.write_workspace(tmp_path, editions.pairs()[1:])
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
        workspace = editions.write_workspace(root)
        environment = {**os.environ, "TZ": zone, "LANG": lang, "LC_ALL": lang, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", code, str(root)], cwd=root, env=environment, check=True)
        folders.append(workspace.staged("2023"))
    one, two = ({path.relative_to(f): path.read_bytes() for path in f.rglob("*") if path.is_file()} for f in folders)
    assert one.keys() == two.keys()
    assert [str(name) for name in one if one[name] != two[name]] == []
    assert not any(str(tmp_path).encode() in data for data in one.values())
