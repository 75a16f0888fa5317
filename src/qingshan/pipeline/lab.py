"""JupyterLab on working copies of the notebooks, and the way back from a working copy to a shipped notebook.

Flows in: the workspace's notebooks and the package's tutorials. Flows out: copies under ``data/work/lab`` and the
command that opens them; on the way back, stripped notebooks, without the tutorials. A person's edited copy is never
overwritten, and the server is never open to others.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from qingshan import files
from qingshan.model import InputError, Problem, Workspace
from qingshan.pipeline.plan import STAGES, notebook_file, read_json

Say = Callable[[str], object]

_NOTIFICATION = "@jupyterlab/apputils-extension/notification.jupyterlab-settings"
_NO_NEWS = {"checkForUpdates": False, "fetchNews": "false"}


@dataclass(frozen=True)
class LabCommand:
    """What starts JupyterLab: the program with its arguments, and the whole environment, which holds the token."""

    arguments: tuple[str, ...]
    environment: dict[str, str]


def prepare_lab(workspace: Workspace, say: Say = print) -> LabCommand:
    """Make or refresh the working copies and the settings, and return the command that opens them.

    A copy nobody changed follows the shipped notebook; a changed one stays, and a newer shipped one is named.
    """
    folder = _folder(workspace)
    settings = folder / ".jupyter" / "settings"
    for source in (*(notebook_file(stage, workspace) for stage in STAGES), *workspace.tutorials):
        _refresh(workspace, source, say)
    notification = settings / _NOTIFICATION
    chosen = read_json(notification) | _NO_NEWS  # what else a person set there stays
    files.write_atomic(notification, json.dumps(chosen, indent=1, sort_keys=True) + "\n")
    return LabCommand(_arguments(workspace, folder), _environment(folder, settings))


def lab(workspace: Workspace, say: Say = print) -> None:
    """Open JupyterLab in place of this process; it does not return."""
    command = prepare_lab(workspace, say)
    os.execve(command.arguments[0], list(command.arguments), command.environment)


def save_notebooks(workspace: Workspace) -> list[Path]:
    """Write the working copies back as shipped notebooks: no outputs, no counts, tags only. Return the changed files.

    They go to the workspace's own ``notebooks/``. Where it has none yet, all six are written, since from then on they
    stand in for the package's.

    Raises
    ------
    InputError
        A copy is no thin notebook with one parameters cell; nothing is written then, and every problem is named.
    """
    from qingshan.pipeline.shape import parse_notebook, shape_problems

    texts, problems = {}, []
    for name in _names():
        copy = _folder(workspace) / name
        source = copy if copy.is_file() else workspace.notebooks / name
        try:
            notebook = parse_notebook(source.read_text(encoding="utf-8"), name)
            problems.extend(shape_problems(notebook, name))
            texts[name] = _stripped(source)
        except (OSError, UnicodeDecodeError) as error:
            problems.append(Problem(name, type(error).__name__, "a notebook", "Run make lab to make the copies."))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    changed = []
    for name, text in texts.items():
        path = workspace.root / "notebooks" / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            changed.append(files.write_atomic(path, text))
        _remember(workspace, name, text)
    return changed


def _refresh(workspace: Workspace, source: Path, say: Say) -> None:
    name, copy = source.name, _folder(workspace) / source.name
    shipped = _stripped(source)
    if copy.is_file():
        edited = _edited(workspace, copy)
        if edited and _digest(shipped) != _remembered(workspace).get(name):
            say(f"{workspace.shown(copy)}: your edited copy is kept; notebooks/{name} is newer")
        if edited or _stripped(copy) == shipped:
            return
    files.write_atomic(copy, shipped)
    _remember(workspace, name, shipped)


def _edited(workspace: Workspace, copy: Path) -> bool:
    """Tell whether a person changed the copy; one that does not even parse was changed."""
    try:
        return _digest(_stripped(copy)) != _remembered(workspace).get(copy.name)
    except (InputError, UnicodeDecodeError):
        return True


def _stripped(path: Path) -> str:
    from qingshan.pipeline.shape import parse_notebook, stripped_text

    return stripped_text(parse_notebook(path.read_text(encoding="utf-8"), path.name))


def _arguments(workspace: Workspace, folder: Path) -> tuple[str, ...]:
    as_root = ("--allow-root",) if os.geteuid() == 0 else ()
    return (
        sys.executable, "-m", "jupyterlab", "--ip", "127.0.0.1", *as_root,
        f"--ServerApp.root_dir={workspace.root.resolve()}", f"--FileContentsManager.preferred_dir={folder.resolve()}",
    )  # fmt: skip


def _environment(folder: Path, settings: Path) -> dict[str, str]:
    """Return the environment for the server: a token always, no configuration of the person's other servers."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    own = {
        "JUPYTER_TOKEN": os.environ.get("JUPYTER_TOKEN", "").strip() or secrets.token_hex(24),
        "JUPYTER_CONFIG_DIR": str((folder / ".jupyter" / "config").resolve()),
        "JUPYTERLAB_SETTINGS_DIR": str(settings.resolve()),
        "JUPYTERLAB_WORKSPACES_DIR": str((folder / ".jupyter" / "workspaces").resolve()),
    }
    return inherited | own


def _folder(workspace: Workspace) -> Path:
    return workspace.work("lab")


def _names() -> list[str]:
    return [f"{stage.notebook}.ipynb" for stage in STAGES]


def _record(workspace: Workspace) -> Path:
    return _folder(workspace) / ".jupyter" / "shipped.json"


def _remembered(workspace: Workspace) -> dict[str, object]:
    """Return name -> sha256 of the stripped notebook that the working copy was made from."""
    return read_json(_record(workspace))


def _remember(workspace: Workspace, name: str, text: str) -> None:
    record = _remembered(workspace) | {name: _digest(text)}
    files.write_atomic(_record(workspace), json.dumps(record, indent=1, sort_keys=True) + "\n")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
