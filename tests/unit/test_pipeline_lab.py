"""Working copies in JupyterLab: edits are kept, the server is closed, and the way back strips and checks."""

import json
import sys
from pathlib import Path

import nbformat
import pytest

from qingshan.model import InputError, Workspace
from qingshan.pipeline import STAGES, prepare_lab, save_notebooks
from qingshan.pipeline.shape import parse_notebook

SHIPPED = Path(__file__).parents[2] / "notebooks"
NAMES = [f"{stage.notebook}.ipynb" for stage in STAGES]
TUTORIAL = "tutorial_chart.ipynb"


@pytest.fixture
def workspace(tmp_path):
    root = tmp_path / "ws"
    (root / "data" / "raw").mkdir(parents=True)
    (root / "notebooks").mkdir()
    for name in NAMES:
        (root / "notebooks" / name).write_bytes((SHIPPED / name).read_bytes())
    return Workspace(root)


def _lab(workspace):
    return workspace.root / "data" / "work" / "lab"


def _prepare(workspace):
    said = []
    return prepare_lab(workspace, said.append), said


def _edit(path, change):
    notebook = nbformat.read(path, as_version=4)
    change(notebook)
    nbformat.write(notebook, path)


def _as_run(notebook):
    """What JupyterLab leaves after a run: outputs, counts, metadata."""
    for count, cell in enumerate((c for c in notebook.cells if c.cell_type == "code"), 1):
        cell.execution_count = count
        cell.outputs = [nbformat.v4.new_output("stream", text="/home/someone/secret")]
        cell.metadata["execution"] = {"iopub.status.busy": "2024-01-01T00:00:00Z"}
    notebook.metadata["widgets"] = {}
    notebook.metadata.language_info["version"] = "3.11.9"


def _reword(notebook):
    notebook.cells[0].source += "\n\nA remark."


def test_copies_are_made_and_the_command_keeps_the_server_closed(workspace, monkeypatch):
    monkeypatch.setenv("JUPYTER_TOKEN", " ")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    command, said = _prepare(workspace)
    assert said == []
    assert sorted(path.name for path in _lab(workspace).glob("*.ipynb")) == [*NAMES, TUTORIAL]
    assert command.arguments[:5] == (sys.executable, "-m", "jupyterlab", "--ip", "127.0.0.1")
    assert f"--ServerApp.root_dir={workspace.root}" in command.arguments
    assert not any("token" in argument for argument in command.arguments)  # arguments can be seen by other users
    assert len(command.environment["JUPYTER_TOKEN"]) == 48
    assert "PYTHONDONTWRITEBYTECODE" not in command.environment
    settings = Path(command.environment["JUPYTERLAB_SETTINGS_DIR"])
    stored = settings / "@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    assert json.loads(stored.read_text())["fetchNews"] == "false"
    assert json.loads(stored.read_text())["checkForUpdates"] is False
    assert settings.is_relative_to(_lab(workspace))


def test_the_tutorial_is_the_packages_and_is_not_saved_as_a_notebook_of_the_workspace(workspace):
    _prepare(workspace)
    _edit(_lab(workspace) / TUTORIAL, _reword)
    assert _prepare(workspace)[1] == []
    assert "A remark." in (_lab(workspace) / TUTORIAL).read_text(encoding="utf-8")
    assert save_notebooks(workspace) == []
    assert not (workspace.root / "notebooks" / TUTORIAL).exists()


def test_a_token_of_the_person_is_used(workspace, monkeypatch):
    monkeypatch.setenv("JUPYTER_TOKEN", "chosen")
    assert _prepare(workspace)[0].environment["JUPYTER_TOKEN"] == "chosen"


def test_an_edited_copy_is_kept_and_a_newer_shipped_one_is_named(workspace):
    _prepare(workspace)
    copy = _lab(workspace) / NAMES[1]
    _edit(copy, _reword)
    kept = copy.read_bytes()
    assert _prepare(workspace)[1] == []
    _edit(workspace.root / "notebooks" / NAMES[1], lambda notebook: notebook.cells[0].update(source="# 2 新 · New"))
    said = _prepare(workspace)[1]
    assert said == [f"data/work/lab/{NAMES[1]}: your edited copy is kept; notebooks/{NAMES[1]} is newer"]
    assert copy.read_bytes() == kept


def test_a_copy_that_was_only_run_follows_the_shipped_notebook(workspace):
    _prepare(workspace)
    copy = _lab(workspace) / NAMES[0]
    _edit(copy, _as_run)
    ran = copy.read_bytes()
    _prepare(workspace)
    assert copy.read_bytes() == ran  # nothing newer: the outputs stay to be looked at
    _edit(workspace.root / "notebooks" / NAMES[0], _reword)
    _prepare(workspace)
    assert "A remark." in copy.read_text(encoding="utf-8")


def test_a_copy_that_does_not_parse_is_kept(workspace):
    _prepare(workspace)
    copy = _lab(workspace) / NAMES[0]
    copy.write_text("<<<<<<< a conflict")
    _prepare(workspace)
    assert copy.read_text() == "<<<<<<< a conflict"


def test_saving_strips_outputs_counts_and_metadata(workspace):
    _prepare(workspace)
    for name in NAMES:
        _edit(_lab(workspace) / name, _as_run)
    assert save_notebooks(workspace) == []  # run, but not changed
    _edit(_lab(workspace) / NAMES[2], _reword)
    assert save_notebooks(workspace) == [workspace.root / "notebooks" / NAMES[2]]
    text = (workspace.root / "notebooks" / NAMES[2]).read_text(encoding="utf-8")
    assert "A remark." in text
    assert "secret" not in text
    assert "3.11.9" not in text
    shipped = nbformat.read(SHIPPED / NAMES[2], as_version=4)
    assert [cell.id for cell in parse_notebook(text, "x").cells] == [cell.id for cell in shipped.cells]
    assert save_notebooks(workspace) == []
    assert _prepare(workspace)[1] == []  # what was saved is no longer an edit


def test_cells_without_ids_get_the_same_ones_every_time(workspace):
    _prepare(workspace)
    copy = _lab(workspace) / NAMES[0]
    old = json.loads(copy.read_text(encoding="utf-8"))
    old["nbformat_minor"] = 4
    for cell in old["cells"]:
        del cell["id"]
    copy.write_text(json.dumps(old), encoding="utf-8")
    (saved,) = save_notebooks(workspace)
    first = saved.read_bytes()
    assert save_notebooks(workspace) == []
    assert saved.read_bytes() == first
    nbformat.validate(nbformat.read(saved, as_version=4))


def test_saving_refuses_all_bad_notebooks_at_once_and_writes_none(workspace):
    _prepare(workspace)
    before = {name: (workspace.root / "notebooks" / name).read_bytes() for name in NAMES}

    def no_parameters(notebook):
        notebook.cells = [cell for cell in notebook.cells if "parameters" not in cell.metadata.get("tags", [])]

    _edit(_lab(workspace) / NAMES[0], _reword)
    _edit(_lab(workspace) / NAMES[1], no_parameters)
    _edit(
        _lab(workspace) / NAMES[2], lambda nb: nb.cells.append(nbformat.v4.new_code_cell("for x in y:\n    print(x)"))
    )
    (_lab(workspace) / NAMES[3]).write_text("{}")
    with pytest.raises(InputError) as caught:
        save_notebooks(workspace)
    text = str(caught.value)
    assert f"{NAMES[1]}: found 0 cells tagged parameters" in text
    assert "a loop in line 1" in text
    assert f"{NAMES[3]}: found " in text
    assert len(caught.value.problems) == 3
    assert {name: (workspace.root / "notebooks" / name).read_bytes() for name in NAMES} == before


def test_a_workspace_without_notebooks_gets_all_six_of_its_own(tmp_path):
    (tmp_path / "data" / "raw").mkdir(parents=True)
    workspace = Workspace(tmp_path)
    shipped = {name: (workspace.notebooks / name).read_bytes() for name in NAMES}
    _prepare(workspace)
    _edit(_lab(workspace) / NAMES[0], _reword)
    saved = save_notebooks(workspace)
    assert [path.name for path in saved] == NAMES
    assert all(path.parent == tmp_path / "notebooks" for path in saved)
    assert {name: (SHIPPED / name).read_bytes() for name in NAMES} == shipped  # the package's own stay
