"""What people do with a green edition: sign it, publish it when all have signed, and open a revision after that.

Flows in: the candidate in ``data/clean/<edition>``, the roles that edition.yml asks for, what a person says. Flows out:
one more entry in ``data/decisions/<edition>.signoff.yml``, the published edition, or the folder of a new revision. No
date is the clock's: a signature is dated by whoever gives it, or as the edition is.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from qingshan import files, signoff, sources
from qingshan.dataset import published_folder
from qingshan.edition import published
from qingshan.model import InputError, Problem, StageError, ValidationError, Workspace, visible
from qingshan.pipeline import publication
from qingshan.review import append_decision
from qingshan.source_schema import ROLES

Say = Callable[[str], object]


@dataclass(frozen=True)
class _Candidate:
    """A candidate as it stands in the public folder, its bytes checked."""

    edition: sources.Edition
    folder: Path
    shown: str
    manifest: str
    entries: list[signoff.Entry]

    @property
    def standing(self) -> signoff.Standing:
        return signoff.standing(self.entries, self.manifest, self.edition.signoff)


def sign(workspace: Workspace, edition: str, role: str, by: str, on: str = "", *, say: Say = print) -> None:
    """Record that a person signed the candidate as it stands; say what is still missing and what is stale.

    Parameters
    ----------
    on
        The date of the signature; '' for the edition's own `published_on`.

    Raises
    ------
    InputError
        No such role, or none that the edition asks for; a role before it is missing, it has signed already, or the same
        person has; no name, no date, or one before the last signature's; no candidate, or one whose files changed.
    """
    _refuse_notebooks("sign")
    found = _candidate(workspace, edition)
    on = on or found.edition.published_on
    by = by.strip()
    _check_signature(found, role, by, on)
    path = workspace.signoff_file(edition)
    entry = {"action": "sign", "manifest": found.manifest, "role": role, "by": by, "signed_on": on}
    entry_id = _append(workspace, edition, entry)
    say(f"{workspace.shown(path)}: {entry_id} {role} {by} {on}, manifest {found.manifest[:12]}…")
    standing = signoff.standing(signoff.load(workspace, edition), found.manifest, found.edition.signoff)
    missing = "、".join(standing.missing)
    say(f"still to sign: {missing}" if missing else f"all have signed. Next: qingshan publish {edition}")
    for line in _stale_lines(standing):
        say(line)


def publish(workspace: Workspace, edition: str, *, say: Say = print) -> int:
    """Make the signed candidate the published revision; return 0, also when it is published already.

    Raises
    ------
    InputError
        No candidate, changed files, no date of publication, or tables that give another edition than the signed one.
    ValidationError
        Roles have not signed this manifest.
    """
    _refuse_notebooks("publish")
    shown = workspace.shown(workspace.clean(edition))
    with files.run_lock(workspace.work(edition, "run.lock")):
        files.recover(workspace.clean(edition))
        record = signoff.publication(signoff.load(workspace, edition))
        if record and published.is_published(published_folder(workspace, edition)):
            check_published(workspace, edition)
            say(f"{shown}: published already, manifest {record.published[:12]}…")
            return 0
        found = _candidate(workspace, edition, to_publish=True)
        _check_ready(found, workspace)
        release = signoff.release(found.entries, found.manifest, found.edition.signoff)
        _check_tables(workspace, found)
        staged = publication.made(workspace, edition, release)
        made = published.manifest_hash(staged)
        _record(workspace, edition, found.manifest, made)  # first: a run that finds it finishes what a kill cut short
        publication.promote(workspace, edition, staged, say)
        files.remove_tree(staged.parent)
    for line in _stale_lines(found.standing):
        say(line)
    say(f"{shown}: published, manifest {made[:12]}…")
    return 0


def revise(workspace: Workspace, edition: str) -> str:
    """Open the next revision of a published edition: its sources and decisions, copied; return its name.

    Raises
    ------
    InputError
        The edition is not published, or a newer revision stands already.
    """
    record = signoff.publication(signoff.load(workspace, edition))
    folder = published_folder(workspace, edition)
    if record is None or not published.is_published(folder):
        raise InputError(
            Problem(workspace.shown(workspace.clean(edition)), "a candidate", "a published edition",
                    f"A candidate can still be changed: qingshan run {edition}.")
        )  # fmt: skip
    check_published(workspace, edition)
    year, _, number = edition.partition("-r")
    new = f"{year}-r{int(number or 0) + 1}"
    if workspace.raw(new).exists():
        raise InputError(
            Problem(workspace.shown(workspace.raw(new)), "a folder", "no such revision yet",
                    f"Work on it (qingshan run {new}), or revise it once it is published.")
        )  # fmt: skip
    for place in (workspace.decisions_file, workspace.proposed_file):
        if place(edition).is_file():
            files.copy_file(place(edition), place(new))
    incoming = files.incoming(workspace.raw(new))
    files.remove_tree(incoming)
    files.promote(files.copy_tree(workspace.raw(edition), incoming), workspace.raw(new))
    return new


def check_published(workspace: Workspace, edition: str) -> str:
    """Return the hash under which an edition was published, '' for a candidate, after comparing it with the folder.

    Raises
    ------
    InputError
        Files, manifest or record do not agree.
    """
    clean = workspace.clean(edition)
    folder, shown = files.current(clean), workspace.shown(clean)
    published.check(folder, shown)
    if problem := published.record_problem(workspace, edition):
        raise InputError(problem)
    return published.manifest_hash(folder) if published.is_published(folder) else ""


def _refuse_notebooks(command: str) -> None:
    """Refuse to work inside a notebook: the system's own mark of a kernel's processes is looked at."""
    if "JPY_PARENT_PID" in os.environ:
        raise InputError(
            Problem(f"qingshan {command}", "a notebook", "a terminal", "Nothing is signed or published by a notebook.")
        )


def _candidate(workspace: Workspace, edition: str, *, to_publish: bool = False) -> _Candidate:
    folder = published_folder(workspace, edition)
    shown = workspace.shown(workspace.clean(edition))
    loaded = sources.load_edition(workspace, edition)
    entries = signoff.load(workspace, edition)
    record = signoff.publication(entries)
    if published.is_published(folder) or (record and not to_publish):
        raise InputError(
            Problem(shown, "a published edition", "a candidate", f"Open a revision: qingshan revise {edition}.")
        )
    published.check(folder, shown)
    return _Candidate(loaded, folder, shown, published.manifest_hash(folder), entries)


def _check_signature(found: _Candidate, role: str, by: str, on: str) -> None:
    asked = found.edition.signoff
    problems = []
    if role not in asked:
        what = "a role that edition.yml does not ask for" if role in ROLES else "no such role"
        problems.append(Problem(f"--as {role}", what, f"one of {'、'.join(asked)}", "Correct it."))
    if not by or visible(by) != by:
        problems.append(Problem("--by", repr(by), "a name", "Say who signs."))
    if not on:
        where = f"data/raw/{found.edition.edition_id}/edition.yml"
        problems.append(Problem("--on", "no date", "YYYY-MM-DD", f"Add --on DATE, or published_on in {where}."))
    elif not re.match(signoff.DAY, on):
        problems.append(Problem(f"--on {on}", "no day", "YYYY-MM-DD, of the calendar", "Correct it, or add --on DATE."))
    if problems:
        raise InputError(problems)
    standing = found.standing
    problem = next((_against(one, role, by) for one in standing.signed if _against(one, role, by)), None)
    if problem is None and role != standing.missing[0]:
        told = "".join(f"; stale, and not counted: {one}" for one in standing.stale)
        expected = f"the roles in their order ({'、'.join(asked)})"
        lacking = f"no {standing.missing[0]} of manifest {found.manifest[:12]}…{told}"
        problem = Problem(f"--as {role}", lacking, expected, "Let the roles before it sign.")
    if problem is None and standing.signed and on < standing.signed[-1].signed_on:
        last = standing.signed[-1]
        problem = Problem(
            f"--on {on}", f"a day before {last.role} was signed", f"{last.signed_on} or later", "Correct it."
        )
    if problem:
        raise InputError(problem)


def _against(one: signoff.Entry, role: str, by: str) -> Problem | None:
    if one.role == role:
        return Problem(f"--as {role}", f"{one.entry_id}: {one.by} has signed this manifest", "one signature a role",
                       "Nothing is left to do for it.")  # fmt: skip
    if one.by == by:
        return Problem(f"--by {by}", f"{one.entry_id}: the same person as {one.role}", "another person for each role",
                       "No two readings are one person's.")  # fmt: skip
    return None


def _check_ready(found: _Candidate, workspace: Workspace) -> None:
    standing = found.standing
    if standing.missing:
        told = "".join(f"\n  stale, and not counted: {one}" for one in standing.stale)
        raise ValidationError(
            f"{found.shown}: not published: manifest {found.manifest[:12]}… is not signed as "
            f"{'、'.join(standing.missing)}. Sign it with: qingshan sign {found.edition.edition_id} "
            f"--as {standing.missing[0]} --by NAME.{told}"
        )
    where = workspace.shown(workspace.edition_file(found.edition.edition_id))
    if not re.match(signoff.DAY, found.edition.published_on):
        raise InputError(
            Problem(where, f"published_on {found.edition.published_on!r}", "the day of publication, YYYY-MM-DD",
                    "Write it there; the edition is then built and signed with its date.")
        )  # fmt: skip
    if published.about(found.folder).get("published_on") != found.edition.published_on:
        raise InputError(
            Problem(where, f"published_on {found.edition.published_on}", "the date that the signed candidate bears",
                    f"Run: qingshan run {found.edition.edition_id}, and have it signed.")
        )  # fmt: skip


def _check_tables(workspace: Workspace, found: _Candidate) -> None:
    """Refuse to publish from tables that give another candidate than the signed one."""
    edition = found.edition.edition_id
    expected = f"tables that give the signed manifest {found.manifest[:12]}…"
    remedy = f"Run: qingshan run {edition}; what it gives must be signed if it differs."
    where = workspace.shown(workspace.work(edition))
    try:
        made = published.manifest_hash(publication.made(workspace, edition, None))
    except StageError as error:
        raise InputError(Problem(where, str(error), expected, remedy)) from None
    if made != found.manifest:
        raise InputError(Problem(where, f"tables that give {made[:12]}…", expected, remedy))


def _record(workspace: Workspace, edition: str, manifest: str, made: str) -> None:
    record = signoff.publication(signoff.load(workspace, edition))
    if record is None:
        _append(workspace, edition, {"action": "publish", "manifest": manifest, "published": made})
    elif (record.manifest, record.published) != (manifest, made):
        raise InputError(
            Problem(workspace.shown(workspace.signoff_file(edition)), f"{record.entry_id}: another edition published",
                    "this one", "Put that edition back, and open a revision: qingshan revise.")
        )  # fmt: skip


def _append(workspace: Workspace, edition: str, entry: Mapping[str, str]) -> str:
    path = workspace.signoff_file(edition)
    lock = workspace.work(edition, "signoff.lock")
    return append_decision(path, entry, lock=lock, name=workspace.shown(path), letter="s")


def _stale_lines(standing: signoff.Standing) -> list[str]:
    return [f"stale, and not counted: {one}" for one in standing.stale]
