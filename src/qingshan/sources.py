"""The sources of an edition: `edition.yml`, each `source.yml`, the hash of every file, and its raw text.

Flows in: the folder ``data/raw/<edition>``. Flows out: `Edition`, `Source` and `RawText` records. A source whose bytes
changed since it was registered stops everything before any work; nothing here changes a file that a person gave.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qingshan import documents, files
from qingshan.model import InputError, Problem, Workspace
from qingshan.readers import text as text_reader

EDITION_ID = r"^(20\d\d|2100)(-r[1-9]\d*)?$"
SOURCE_ID = r"^[a-z0-9][a-z0-9._-]{0,63}$"
_DATE = {"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$|^$", "description": "YYYY, YYYY-MM or YYYY-MM-DD"}
_ADD = "Register a source with: qingshan add FILE --edition {} --id ID --title TITLE --publisher NAME."
_TEXT = {"type": "string"}
_NAMES = {"type": "array", "items": _TEXT}

EDITION_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["title", "year", "status"],
    "additionalProperties": False,
    "properties": {
        "title": {
            "type": "object",
            "required": ["zh", "en"],
            "additionalProperties": False,
            "properties": {"zh": _TEXT, "en": _TEXT},
        },
        "year": {"type": "string", "pattern": r"^(20\d\d|2100)$", "description": "YYYY"},
        "revision": {"type": "string", "pattern": r"^\d*$", "description": "a number"},
        "status": {"enum": ["demonstration", "candidate"]},
        "published_on": _DATE,
        "data_cutoff": _DATE,
        "editors": _NAMES,
        "licence": _TEXT,
        "note": {"type": "object", "additionalProperties": False, "properties": {"zh": _TEXT, "en": _TEXT}},
    },
}

SOURCE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["title", "publisher", "file", "covers"],
    "additionalProperties": False,
    "properties": {
        "title": _TEXT,
        "publisher": _TEXT,
        "url": _TEXT,
        "published_on": _DATE,
        "released_on": _DATE,
        "accessed_on": _DATE,
        "maturity": {"enum": ["flash", "preliminary", "final", "revised"]},
        "access": {"enum": ["public", "internal"]},
        "licence": {"type": "object", "additionalProperties": False, "properties": {"name": _TEXT, "url": _TEXT}},
        "file": {
            "type": "object",
            "required": ["path", "sha256"],
            "additionalProperties": False,
            "properties": {
                "path": {"type": "string", "pattern": r"^[^/\\\x00]+$", "description": "a file name without folders"},
                "bytes": {"type": "string", "pattern": r"^\d+$", "description": "a number"},
                "sha256": {"type": "string", "pattern": r"^[0-9a-f]{64}$", "description": "64 hexadecimal digits"},
                "encoding": _TEXT,
                "replaced": {"type": "array", "items": _TEXT},
            },
        },
        "covers": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"time_period": _TEXT, "ref_area": _TEXT, "as_of": _DATE},
        },
        "note": _TEXT,
    },
}


@dataclass(frozen=True)
class Source:
    """One report as received. `area` is a region name and `year` four digits, both '' when the source covers no one."""

    source_id: str
    title: str
    publisher: str
    published_on: str
    file: str
    sha256: str
    encoding: str
    year: str
    area: str
    as_of: str
    access: str
    url: str


@dataclass(frozen=True)
class RawText:
    """The decoded text of a source: what every raw offset counts in."""

    source: Source
    text: str
    encoding: str


@dataclass(frozen=True)
class Edition:
    """What `edition.yml` says, and the sources beside it in the order of their ids."""

    edition_id: str
    year: str
    title: dict[str, str]
    status: str
    published_on: str
    data_cutoff: str
    editors: tuple[str, ...]
    licence: str
    note: dict[str, str]
    sources: tuple[Source, ...]


def load_edition(workspace: Workspace, edition: str) -> Edition:
    """Read `edition.yml` and every `source.yml` of an edition.

    Raises
    ------
    InputError
        No such edition, no sources, or mistakes in any of the files: all of them at once.
    """
    folder = workspace.raw(edition)
    if not folder.is_dir():
        have = sorted(path.name for path in workspace.root.joinpath("data", "raw").iterdir() if path.is_dir())
        raise InputError(
            Problem(
                f"data/raw/{edition}", "no such folder", f"an edition (there are: {', '.join(have) or 'none'})",
                _ADD.format(edition),
            )
        )  # fmt: skip
    problems: list[Problem] = []
    head = _collect(problems, documents.read_yaml, workspace.edition_file(edition), EDITION_SCHEMA,
                    name=f"data/raw/{edition}/edition.yml")  # fmt: skip
    sources = [
        _collect(problems, load_source, workspace, edition, path.name)
        for path in sorted(folder.iterdir())
        if path.is_dir() and not path.name.startswith(".")
    ]
    if not sources:
        problems.append(
            Problem(
                f"data/raw/{edition}", "no sources", "at least one source folder",
                _ADD.format(edition),
            )
        )  # fmt: skip
    if problems or head is None:
        raise InputError(problems)
    return _edition(edition, head.data, tuple(source for source in sources if source is not None))


def load_source(workspace: Workspace, edition: str, source_id: str) -> Source:
    """Read one `source.yml` without looking at the file it describes."""
    name = f"data/raw/{edition}/{source_id}/source.yml"
    data = documents.read_yaml(
        workspace.source_folder(edition, source_id) / "source.yml", SOURCE_SCHEMA, name=name
    ).data
    covers, file = data["covers"], data["file"]
    return Source(
        source_id=source_id,
        title=data["title"],
        publisher=data["publisher"],
        published_on=data.get("published_on", ""),
        file=file["path"],
        sha256=file["sha256"],
        encoding=file.get("encoding", ""),
        year=covers.get("time_period", ""),
        area=covers.get("ref_area", ""),
        as_of=covers.get("as_of", "") or data.get("published_on", ""),
        access=data.get("access", "public"),
        url=data.get("url", ""),
    )


def check_sources(workspace: Workspace, edition: str) -> Edition:
    """Load an edition and compare every source file with its registered hash, before any work.

    Raises
    ------
    InputError
        A file is missing or its bytes changed: all of them at once.
    """
    loaded = load_edition(workspace, edition)
    problems: list[Problem] = []
    for source in loaded.sources:
        _collect(problems, read_bytes, workspace, edition, source)
    if problems:
        raise InputError(problems)
    return loaded


def read_bytes(workspace: Workspace, edition: str, source: Source) -> bytes:
    """Return the bytes of a source as received, after comparing them with the registered hash."""
    where = f"data/raw/{edition}/{source.source_id}/{source.file}"
    path = workspace.source_folder(edition, source.source_id) / source.file
    if not path.is_file():
        raise InputError(
            Problem(
                where, "no such file", "the source that source.yml names", "Put the file back, or register it again."
            )
        )
    data = path.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != source.sha256:
        raise InputError(
            Problem(
                where, f"sha256 {found[:12]}…", f"{source.sha256[:12]}… as registered in source.yml",
                f"Put the registered file back, or register the new one with: qingshan add FILE --edition {edition} "
                f"--id {source.source_id} --replace.",
            )
        )  # fmt: skip
    return data


def read_raw(workspace: Workspace, edition: str, source: Source) -> RawText:
    """Return the raw text of a source; its offsets are the raw offsets of every table."""
    data = read_bytes(workspace, edition, source)
    where = f"data/raw/{edition}/{source.source_id}/{source.file}"
    decoded = text_reader.decode(data, where=where, encoding=source.encoding)
    return RawText(source, decoded.text, decoded.encoding)


def raw_path(workspace: Workspace, edition: str, source: Source) -> Path:
    """Return where the source's file lies, never outside its folder."""
    return files.inside(workspace.source_folder(edition, source.source_id), source.file)


def _edition(edition_id: str, data: dict[str, Any], sources: tuple[Source, ...]) -> Edition:
    return Edition(
        edition_id=edition_id,
        year=data["year"],
        title=data["title"],
        status=data["status"],
        published_on=data.get("published_on", ""),
        data_cutoff=data.get("data_cutoff", ""),
        editors=tuple(data.get("editors", ())),
        licence=data.get("licence", ""),
        note=data.get("note", {}),
        sources=sources,
    )


def _collect(problems: list[Problem], function: Any, *args: Any, **kwargs: Any) -> Any:
    """Call `function`; on an InputError add its problems to the list and return None."""
    try:
        return function(*args, **kwargs)
    except InputError as error:
        problems.extend(error.problems)
        return None
