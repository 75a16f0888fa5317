"""Reads an edition that stands in the public folder: its tables as typed rows, with nothing but the folder at hand.

Flows in: the folder and its data package descriptor, so that older editions stay readable. Flows out: rows. Nothing is
written here; whether the bytes are as published is `manifest.verify`'s matter, which `open_revision` asks first.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from qingshan import files, signoff
from qingshan.edition import manifest
from qingshan.model import Column, InputError, Problem, TableContract, Workspace

PACKAGE = "datapackage.json"
CANDIDATE, PUBLISHED = "candidate", "published"  # what an edition says of its review

Row = Mapping[str, Any]
_TYPES = {"string": str, "number": float, "integer": int, "boolean": bool}


@dataclass(frozen=True)
class Revision:
    """A published edition as another one is compared with it.

    Parameters
    ----------
    readings
        observation_id -> the clean form of the number in its primary figure.
    labels
        Code of an indicator or a unit -> language -> its name in that edition.
    """

    edition: str
    observations: Sequence[Row]
    readings: Mapping[str, str]
    labels: Mapping[str, Mapping[str, str]]


def table(folder: Path, name: str) -> tuple[TableContract, list[dict[str, Any]]]:
    """Return the columns and the typed rows of one table of an edition, as its own descriptor says."""
    package = json.loads((folder / PACKAGE).read_text(encoding="utf-8"))
    resource = next(one for one in package["resources"] if one["name"] == name)
    columns = tuple(
        Column(field["name"], _TYPES[field["type"]], field.get("description", ""))
        for field in resource["schema"]["fields"]
    )
    contract = TableContract(resource["path"], columns, ())
    return contract, contract.rows_of((folder / resource["path"]).read_bytes().decode("utf-8"))


def about(folder: Path) -> dict[str, Any]:
    """Return what ``edition.json`` says, {} where there is none or it is something else."""
    try:
        found = json.loads((folder / "edition.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def is_published(folder: Path) -> bool:
    """Whether the edition in a folder is a published one, and no candidate."""
    return about(folder).get("review") == PUBLISHED


def manifest_hash(folder: Path) -> str:
    """Return the sha256 of the folder's manifest: the one number that names every byte of the edition."""
    return hashlib.sha256((folder / manifest.NAME).read_bytes()).hexdigest()


def check(folder: Path, shown: str) -> None:
    """Refuse a folder that is not as its manifests say.

    Raises
    ------
    InputError
        Every file that differs, by its place in the workspace.
    """
    problems = [replace(problem, where=f"{shown}/{problem.where}") for problem in manifest.verify(folder)]
    if problems:
        raise InputError(problems)


def record_problem(workspace: Workspace, edition: str) -> Problem | None:
    """Return how the edition in the public folder and the record of its publication disagree, None when they agree."""
    clean = workspace.clean(edition)
    folder, shown = files.current(clean), workspace.shown(clean)
    record = signoff.publication(signoff.load(workspace, edition))
    name = workspace.shown(workspace.signoff_file(edition))
    is_public = is_published(folder)
    if record is None:
        gone = Problem(shown, "a published edition", f"its record in {name}", "Put that file back.")
        return gone if is_public else None
    if not is_public:
        expected = f"the published edition ({name}, {record.entry_id})"
        return Problem(shown, "a candidate", expected, f"Finish with: qingshan publish {edition}.")
    found = manifest_hash(folder)
    if found == record.published:
        return None
    return Problem(
        f"{shown}/manifest.json", f"sha256 {found[:12]}…", f"{record.published[:12]}… as published ({name}, "
        f"{record.entry_id})", "Put the published files back, or run again what builds them.",
    )  # fmt: skip


def open_revision(workspace: Workspace, edition: str) -> Revision:
    """Return a published edition, after a look at its bytes.

    Raises
    ------
    InputError
        There is none, it is only a candidate, or its files are not as published.
    """
    clean = workspace.clean(edition)
    folder, shown = files.current(clean), workspace.shown(clean)
    if not is_published(folder):
        found = "a candidate" if folder.is_dir() else "no such edition"
        raise InputError(
            Problem(shown, found, "the published revision that this one corrects",
                    f"Put it back, or build and publish it: qingshan run {edition}, qingshan publish {edition}.")
        )  # fmt: skip
    check(folder, shown)
    return read(folder, edition)


def read(folder: Path, edition: str) -> Revision:
    """Return the edition that stands in a folder, candidate or published, without a look at its bytes."""
    figures = {row["figure_id"]: row["reading"] for row in table(folder, "figures")[1]}
    links = table(folder, "observation_figures")[1]
    named = [*table(folder, "indicators")[1], *table(folder, "units")[1]]
    return Revision(
        edition=edition,
        observations=table(folder, "observations")[1],
        readings={
            row["observation_id"]: figures.get(row["figure_id"], "") for row in links if row["role"] == "primary"
        },
        labels={
            row.get("indicator") or row["unit_measure"]: {"zh": row["label_zh"], "en": row["label_en"]} for row in named
        },
    )
