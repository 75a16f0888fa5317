"""The manifest of an edition: which files it has, byte for byte, and which sources it was made from.

Flows in: a finished folder. Flows out: the manifest, or the list of what does not agree with it. Nothing is written
here, and nothing outside the folder is read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from qingshan.model import Problem

NAME = "manifest.json"
SCHEMA = 1


def make_manifest(folder: Path, *, edition: str = "", inputs: Iterable[Mapping[str, str]] = ()) -> dict[str, Any]:
    """Return the manifest of everything in `folder` but the manifest itself.

    Parameters
    ----------
    inputs
        What the edition was made from: mappings with ``sha256`` and, unless the source is internal, ``source_id``.
    """
    return {
        "schema": SCHEMA,
        "edition": edition,
        "inputs": sorted((dict(one) for one in inputs), key=lambda one: (one.get("source_id", ""), one["sha256"])),
        "files": {name: describe(folder / name) for name in _names(folder)},
    }


def manifest_bytes(manifest: Mapping[str, Any]) -> bytes:
    """Return the one way a manifest is written."""
    return (json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def describe(path: Path) -> dict[str, Any]:
    """Return a file's sha256 and its length in bytes."""
    data = path.read_bytes()
    return {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}


def verify(folder: Path) -> list[Problem]:
    """Compare a folder with its manifest; an empty list means that every byte is as published.

    A missing file, a file that the manifest does not know, and a changed file (its first changed property) are named.
    """
    manifest, problem = _read(folder)
    if problem:
        return [problem]
    problems: list[Problem] = []
    names = set(_names(folder))
    restore = "Put the published file back, or build the edition again."
    for name, expected in sorted(manifest["files"].items()):
        if name not in names:
            problems.append(Problem(name, "no such file", f"{expected['bytes']} bytes as published", restore))
            continue
        found = describe(folder / name)
        if found["bytes"] != expected["bytes"]:
            problems.append(
                Problem(name, f"{found['bytes']} bytes", f"{expected['bytes']} bytes as published", restore)
            )
        elif found["sha256"] != expected["sha256"]:
            problems.append(
                Problem(name, f"sha256 {found['sha256'][:12]}…", f"{expected['sha256'][:12]}… as published", restore)
            )
    for name in sorted(names - set(manifest["files"])):
        problems.append(Problem(name, "a file the manifest does not know", "only published files", "Remove it."))
    return problems


def _names(folder: Path) -> list[str]:
    """Return every file below `folder` but its manifest, as sorted paths with slashes; links count as files."""
    names = (
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()
    )
    return sorted(name for name in names if name != NAME)


def _read(folder: Path) -> tuple[dict[str, Any], Problem | None]:
    again = "Build the edition again."
    try:
        manifest = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}, Problem(NAME, "no such file", "the manifest of a published edition", again)
    except (UnicodeDecodeError, json.JSONDecodeError):
        return {}, Problem(NAME, "something that is not JSON", "the manifest of a published edition", again)
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA or not _well_formed(manifest.get("files")):
        return {}, Problem(NAME, "another form", f"a manifest of schema {SCHEMA}", again)
    return manifest, None


def _well_formed(entries: object) -> bool:
    return isinstance(entries, dict) and all(
        isinstance(entry, dict) and {"sha256", "bytes"} <= entry.keys() for entry in entries.values()
    )
