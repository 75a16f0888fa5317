"""Who signed which manifest of an edition, and which was published: ``data/decisions/<edition>.signoff.yml``.

Flows in: that file, a list that tools only append to, and the hash of a manifest. Flows out: `Entry` records in file
order, and what of them counts. A signature is for one manifest: on another hash it is stale. Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qingshan.documents import Document, read_yaml
from qingshan.model import InputError, Problem, Workspace
from qingshan.source_schema import DATE_FORM, END, ROLES

DAY = rf"^(?=.{{10}}){DATE_FORM}{END}"
_HASH = {"type": "string", "pattern": rf"^[0-9a-f]{{64}}{END}", "description": "64 hexadecimal digits"}
_FIELDS = {"sign": ("role", "by", "signed_on"), "publish": ("published",)}
_SCHEMA: dict[str, Any] = {
    "type": ["array", "null"],
    "items": {
        "type": "object",
        "required": ["id", "action", "manifest"],
        "additionalProperties": False,
        "properties": {
            "id": {"type": "string", "pattern": rf"^s-\d{{4,}}{END}", "description": "s-0001"},
            "action": {"type": "string", "enum": list(_FIELDS)},
            "manifest": _HASH,
            "role": {"type": "string", "enum": list(ROLES)},
            "by": {"type": "string", "pattern": r"\S", "description": "a name"},
            "signed_on": {"type": "string", "pattern": DAY, "description": "YYYY-MM-DD, of the calendar"},
            "published": _HASH,
        },
    },
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One signature, or the record of a publication.

    Parameters
    ----------
    manifest
        sha256 of the candidate's ``manifest.json``: what was signed, or what the published edition was made from.
    role, by, signed_on
        Of a signature; '' in the record of a publication.
    published
        sha256 of the published edition's ``manifest.json``; '' in a signature.
    """

    entry_id: str
    action: str
    manifest: str
    role: str
    by: str
    signed_on: str
    published: str

    def __str__(self) -> str:
        return f"{self.entry_id} {self.role} {self.by} {self.signed_on}, manifest {self.manifest[:12]}…"


@dataclass(frozen=True)
class Standing:
    """What the signatures say about one manifest: those that count, the roles still missing, those on other hashes."""

    signed: tuple[Entry, ...]
    missing: tuple[str, ...]
    stale: tuple[Entry, ...]


@dataclass(frozen=True)
class Release:
    """What a published edition says of its review: the signed manifest, and (role, date) of each signature.

    Names stay inside.
    """

    manifest: str
    signed: tuple[tuple[str, str], ...]


def load(workspace: Workspace, edition: str) -> list[Entry]:
    """Read the signatures of an edition in file order; none when nobody signed.

    Raises
    ------
    InputError
        The file does not fit the schema, repeats an id, or an entry lacks what its action needs: all at once.
    """
    path = workspace.signoff_file(edition)
    return _read(path, workspace.shown(path)) if path.is_file() else []


def standing(entries: Sequence[Entry], manifest: str, roles: Iterable[str]) -> Standing:
    """Return what counts for one manifest.

    A role counts when all roles before it had signed the same manifest, and not by somebody who counts already: no two
    readings are one person's (三审责任制 of 图书质量保障体系, 1997).
    """
    here = [entry for entry in entries if entry.action == "sign" and entry.manifest == manifest]
    wanted = list(roles)
    signed: list[Entry] = []
    for entry in here:
        is_next = len(signed) < len(wanted) and entry.role == wanted[len(signed)]
        if is_next and entry.by not in {one.by for one in signed}:
            signed.append(entry)
    stale = tuple(entry for entry in entries if entry.action == "sign" and entry.manifest != manifest)
    return Standing(tuple(signed), tuple(wanted[len(signed) :]), stale)


def publication(entries: Iterable[Entry]) -> Entry | None:
    """Return the record of the publication, None for a candidate; the first stands, since a revision is another one."""
    return next((entry for entry in entries if entry.action == "publish"), None)


def release(entries: Sequence[Entry], manifest: str, roles: Iterable[str]) -> Release:
    """Return what the published edition made from a manifest says of its review."""
    signed = standing(entries, manifest, roles).signed
    return Release(manifest, tuple((entry.role, entry.signed_on) for entry in signed))


def _read(path: Path, name: str) -> list[Entry]:
    document = read_yaml(path, _SCHEMA, name=name)
    problems = list(_problems(document))
    if problems:
        raise InputError(problems)
    texts = ("manifest", "role", "by", "signed_on", "published")
    return [
        Entry(entry["id"], entry["action"], *(entry.get(text, "") for text in texts)) for entry in document.data or []
    ]


def _problems(document: Document) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, entry in enumerate(document.data or []):
        needed, action = _FIELDS[entry["action"]], entry["action"]
        for name in needed:
            if name not in entry:
                yield Problem(
                    document.at(index), f"no {name!r}", f"{name!r} in every {action}", f"Add a line {name}: ..."
                )
        for name in sorted(entry.keys() - {"id", "action", "manifest", *needed}):
            yield Problem(
                document.at(index, name), f"{name!r} in a {action}", "it in no such entry", "Remove the line."
            )
        if entry["id"] in seen:
            yield Problem(document.at(index), f"id {entry['id']!r} again", "it once", "Give the later entry a new id.")
        seen.add(entry["id"])
