"""The manifest of an edition: which files it has, byte for byte, and which sources it was made from.

Flows in: a finished folder. Flows out: the manifests, or the list of what does not agree with them. Nothing is written
here, and nothing outside the folder is read. Files that are built again rather than kept have a manifest of their own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from qingshan import files
from qingshan.model import Problem

NAME = "manifest.json"
REBUILT = "manifest.rebuilt.json"
SCHEMA = 1
_RESTORE = "Put the published file back, or build the edition again."


def make_manifest(
    folder: Path,
    *,
    edition: str = "",
    inputs: Iterable[Mapping[str, str]] = (),
    rebuilt: Collection[str] = (),
    reviewed: str = "",
) -> dict[str, Any]:
    """Return the manifest of everything in `folder` but the manifest itself and the files that are rebuilt.

    Parameters
    ----------
    inputs
        What the edition was made from: mappings with ``sha256`` and, unless the source is internal, ``source_id``.
    rebuilt
        Files that `make_rebuilt_manifest` lists. That manifest is itself one of the files of this one.
    reviewed
        Of a published edition: the sha256 of the candidate's manifest that people signed.
    """
    return {
        "schema": SCHEMA,
        "edition": edition,
        **({"review": "published", "reviewed_manifest": reviewed} if reviewed else {}),
        "inputs": sorted((dict(one) for one in inputs), key=lambda one: (one.get("source_id", ""), one["sha256"])),
        "files": {name: describe(folder / name) for name in _names(folder) if name not in rebuilt},
    }


def make_rebuilt_manifest(folder: Path, names: Iterable[str], *, edition: str = "") -> dict[str, Any]:
    """Return the manifest of the files that are built again and not kept: a copy without them is whole."""
    return {"schema": SCHEMA, "edition": edition, "files": {name: describe(folder / name) for name in names}}


def manifest_bytes(manifest: Mapping[str, Any]) -> bytes:
    """Return the one way a manifest is written."""
    return files.json_text(manifest, sort=True).encode()


def describe(path: Path) -> dict[str, Any]:
    """Return a file's sha256 and its length in bytes."""
    data = path.read_bytes()
    return {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def verify(folder: Path) -> list[Problem]:
    """Compare a folder with its manifests; an empty list means that every byte is as published.

    A missing file, a file that no manifest knows, and a changed file (its first changed property) are named. A file of
    the manifest of rebuilt files may be missing, but not changed.
    """
    manifest, problem = _read(folder, NAME)
    if problem:
        return [problem]
    kept, rebuilt = manifest["files"], {}
    problems: list[Problem] = []
    names = set(_names(folder))
    if REBUILT in kept and REBUILT in names:
        also, problem = _read(folder, REBUILT)
        problems.extend([problem] if problem else [])
        rebuilt = also.get("files", {})
    for name, expected in sorted({**rebuilt, **kept}.items()):
        if name in names:
            problems.extend(_changes(name, describe(folder / name), expected))
        elif name in kept:
            problems.append(Problem(name, "no such file", f"{expected['bytes']} bytes as published", _RESTORE))
    for name in sorted(names - {*kept, *rebuilt}):
        problems.append(Problem(name, "a file the manifest does not know", "only published files", "Remove it."))
    return problems


def _changes(name: str, found: Mapping[str, Any], expected: Mapping[str, Any]) -> Iterable[Problem]:
    """Yield the first property of a file that differs."""
    if found["bytes"] != expected["bytes"]:
        yield Problem(name, f"{found['bytes']} bytes", f"{expected['bytes']} bytes as published", _RESTORE)
    elif found["sha256"] != expected["sha256"]:
        yield Problem(name, f"sha256 {found['sha256'][:12]}…", f"{expected['sha256'][:12]}… as published", _RESTORE)


def _names(folder: Path) -> list[str]:
    """Return every file below `folder` but its manifest, as sorted paths with slashes; links count as files."""
    names = (
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()
    )
    return sorted(name for name in names if name != NAME)


def _read(folder: Path, name: str) -> tuple[dict[str, Any], Problem | None]:
    again = "Build the edition again."
    try:
        manifest = json.loads((folder / name).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}, Problem(name, "no such file", "the manifest of a published edition", again)
    except (UnicodeDecodeError, json.JSONDecodeError):
        return {}, Problem(name, "something that is not JSON", "the manifest of a published edition", again)
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA or not _well_formed(manifest.get("files")):
        return {}, Problem(name, "another form", f"a manifest of schema {SCHEMA}", again)
    return manifest, None


def _well_formed(entries: object) -> bool:
    return isinstance(entries, dict) and all(
        isinstance(entry, dict) and {"sha256", "bytes"} <= entry.keys() for entry in entries.values()
    )
