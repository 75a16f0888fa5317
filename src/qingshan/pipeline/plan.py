"""The six stages: their order, what each reads and what each writes, and the record that tells whether one is fresh.

Flows in: a workspace and an edition. Flows out: paths, hashes and stage records. It runs nothing.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import qingshan
from qingshan import files, sources
from qingshan.edition import manifest
from qingshan.model import InputError, Problem, Workspace
from qingshan.validate.memory import memory_file
from qingshan.validate.previous import name_of_previous, place_of_previous

Places = Mapping[str, Path]

# libraries whose version can change what a stage writes
_LIBRARIES = (
    "ahocorasick-rs", "arro3-core", "arro3-io", "great-expectations", "ipykernel", "jinja2", "jsonschema", "matplotlib",
    "nbformat", "numpy", "openpyxl", "pandas", "papermill", "pyyaml", "zhplot",
)  # fmt: skip
_NOT_CONTENT = {"__pycache__", ".ipynb_checkpoints", ".DS_Store"}


@dataclass(frozen=True)
class Stage:
    """One notebook and its place in the flow.

    Parameters
    ----------
    reads, writes
        Functions of workspace and edition: role -> file or folder, which need not exist. A stage owns what it writes:
        the runner empties these places before the stage runs, and no other stage may write there. The first of them
        holds its ``summary.json``.
    """

    name: str
    number: int
    notebook: str
    reads: Callable[[Workspace, str], Places]
    writes: Callable[[Workspace, str], Places]

    def record(self, workspace: Workspace, edition: str) -> Path:
        """Return the place of the stage's record: what it read and what it wrote when it last ran."""
        return workspace.work(edition, "stages", f"{self.name}.json")

    def summary(self, workspace: Workspace, edition: str) -> str:
        """Return the one line the notebook left about its result in ``summary.json``, '' if there is none."""
        first = next(iter(self.writes(workspace, edition).values()))
        return str(read_json(first / "summary.json").get("text", ""))


def _descriptions(workspace: Workspace, edition: str) -> Places:
    """`edition.yml` and every `source.yml`: small, and every stage may ask them (cut-off date, coverage, access)."""
    folder = workspace.raw(edition)
    found = {f"source.yml/{path.parent.name}": path for path in sorted(folder.glob("*/source.yml"))}
    return {"edition.yml": workspace.edition_file(edition), **found}


def _read_inputs(workspace: Workspace, edition: str) -> Places:
    return {"raw": workspace.raw(edition)}


def _extract_inputs(workspace: Workspace, edition: str) -> Places:
    own = {"read": workspace.work(edition, "read"), "registry": workspace.registry}
    return own | _descriptions(workspace, edition)


def _curate_inputs(workspace: Workspace, edition: str) -> Places:
    own = {
        "extract": workspace.work(edition, "extract"),
        "registry": workspace.registry,
        "decisions": workspace.decisions_file(edition),
    }
    return own | _descriptions(workspace, edition)


def _validate_inputs(workspace: Workspace, edition: str) -> Places:
    own = {**_checked_inputs(workspace, edition), "decisions": workspace.decisions_file(edition)}
    before = name_of_previous(workspace, edition)  # the report says what failed there
    return own | ({"before": memory_file(workspace, before)} if before else {})


def _checked_inputs(workspace: Workspace, edition: str) -> Places:
    return {
        "raw": workspace.raw(edition),
        "read": workspace.work(edition, "read"),
        "extract": workspace.work(edition, "extract"),
        "curate": workspace.work(edition, "curate"),
        "expectations": workspace.expectations,
        "registry": workspace.registry,
        **_compared(workspace, edition),
    }


def _compared(workspace: Workspace, edition: str) -> Places:
    """Return the table of the edition before, which validation compares this one with, if there is one."""
    place = place_of_previous(workspace, edition)
    return {"compared": place} if place else {}


def _chart_inputs(workspace: Workspace, edition: str) -> Places:
    own = {
        "curate": workspace.work(edition, "curate"),
        "verdict": workspace.work(edition, "validate", "verdict.json"),  # a failed edition's charts are watermarked
        "registry": workspace.registry,
    }
    return own | _descriptions(workspace, edition)


def _publish_inputs(workspace: Workspace, edition: str) -> Places:
    return {
        **_checked_inputs(workspace, edition),
        "decisions": workspace.decisions_file(edition),
        "validate": workspace.work(edition, "validate"),
        "charts": workspace.work(edition, "charts"),
        **_previous(workspace, edition),
    }


def _previous(workspace: Workspace, edition: str) -> Places:
    """Return the manifest of the revision that this one corrects: its errata are made from both."""
    previous = sources.previous_revision(edition)
    return {"previous": workspace.clean(previous) / manifest.NAME} if previous else {}


def _writes(*folders: str) -> Callable[[Workspace, str], Places]:
    return lambda workspace, edition: {folder: workspace.work(edition, folder) for folder in folders}


STAGES = (
    Stage("read", 1, "1_read", _read_inputs, _writes("read")),
    Stage("extract", 2, "2_extract", _extract_inputs, _writes("extract")),
    Stage("curate", 3, "3_curate", _curate_inputs, _writes("curate")),
    Stage("validate", 4, "4_validate", _validate_inputs, _writes("validate", "report")),
    Stage("chart", 5, "5_chart", _chart_inputs, _writes("charts")),
    Stage("publish", 6, "6_publish", _publish_inputs, _writes("publish", "staged")),
)


def fingerprint(
    stage: Stage, workspace: Workspace, edition: str, parameters: Mapping[str, object], package: str
) -> dict[str, object]:
    """Return everything that can change what the stage writes; the stage is unchanged when this is.

    Parameters
    ----------
    parameters
        Of the stage's notebook, without `workspace`: moving a workspace changes no result.
    package
        From `package_hash`.
    """
    return {
        "package": package,
        "notebook": _file_hash(notebook_file(stage, workspace)),
        "parameters": dict(parameters),
        "versions": versions(),
        "inputs": hashes(stage.reads(workspace, edition)),
    }


def why_run(stage: Stage, workspace: Workspace, edition: str, current: Mapping[str, object]) -> str:
    """Return in a few words why the stage must run, '' when its record says that it need not."""
    record = read_json(stage.record(workspace, edition))
    before = record.get("fingerprint")
    if not isinstance(before, dict):
        return "has not run yet"
    changed = [name for name in current if before.get(name) != current[name]]
    if "inputs" in changed:
        then, now = dict(before.get("inputs") or {}), dict(current["inputs"])
        names = sorted(name for name in {*then, *now} if then.get(name) != now.get(name))
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        return f"input changed: {names[0]}{more}"
    if changed:
        return f"changed: {', '.join(changed)}"
    if record.get("outputs") != hashes(stage.writes(workspace, edition)):
        return "output missing or altered"
    return ""


def write_record(stage: Stage, workspace: Workspace, edition: str, fingerprint_before: Mapping[str, object]) -> None:
    """Record what a stage that has just ended well had read and has written."""
    record = {
        "fingerprint": fingerprint_before,
        "outputs": hashes(stage.writes(workspace, edition)),
        "stage": stage.name,
    }
    text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True)
    files.write_atomic(stage.record(workspace, edition), text + "\n")


def notebook_file(stage: Stage, workspace: Workspace) -> Path:
    """Return the notebook that a run of the stage executes.

    Raises
    ------
    InputError
        The workspace has a folder of notebooks without this one.
    """
    path = workspace.notebooks / f"{stage.notebook}.ipynb"
    if not path.is_file():
        remedy = "Put it back, or remove the folder to use the notebooks of the package."
        raise InputError(Problem(f"notebooks/{path.name}", "no such file", "all six notebooks", remedy))
    return path


def hashes(places: Places) -> dict[str, str]:
    """Return the sha256 of every file of some places, named ``role/path inside it``; a missing place has none."""
    found = {}
    for role, place in places.items():
        if place.is_file():
            found[role] = _file_hash(place)
        for path in _content(place):
            found[f"{role}/{path.relative_to(place).as_posix()}"] = _file_hash(path)
    return dict(sorted(found.items()))


def package_hash() -> str:
    """Return one sha256 over the package's own files: changed code makes every stage stale."""
    here = Path(qingshan.__file__).parent
    listing = json.dumps(hashes({"qingshan": here}), sort_keys=True)
    return hashlib.sha256(listing.encode()).hexdigest()


def versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that can change what a stage writes."""
    return {"python": platform.python_version(), **{name: importlib.metadata.version(name) for name in _LIBRARIES}}


def read_json(path: Path) -> dict[str, object]:
    """Return the JSON object a file holds, {} when there is no such file or it holds something else."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _content(folder: Path) -> Iterable[Path]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if path.is_file() and not _NOT_CONTENT.intersection(inside) and path.suffix != ".pyc":
            yield path


def _file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
