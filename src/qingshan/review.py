"""What waits for a person, as lines; and the one way a tool adds to what people decided.

Flows in: the tables of the stages, the raw sources, what a person says. Flows out: lines of text, and one more entry at
the end of ``data/decisions/<edition>.yml``. Nothing is decided here, and no table is changed: the next run does that.
"""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qingshan import files, signoff, sources, store
from qingshan.curate import WHY_STALE, load_decisions
from qingshan.curate.consequence import Waiting, most_consequential_first
from qingshan.curate.desk import Desk, Word
from qingshan.curate.tables import STALE_DECISIONS
from qingshan.curate.writing import appended_all
from qingshan.dossier import Lookup, contradictions, others
from qingshan.model import CURATED, InputError, Problem, Workspace, said_place, visible
from qingshan.registry import load_registry
from qingshan.validate.verdict import FAILURES

_AROUND = 20  # raw characters of a quote on each side of the figure, in a line of the list
_SUGGESTED = 3  # candidates for a lost subject, in a line of the list
_PATIENCE = 5.0  # seconds to wait for another tool that is writing the same file


# the list
def waiting(workspace: Workspace, edition: str) -> list[Waiting]:
    """Return the figures of an edition that wait for a person, most consequential first.

    Raises
    ------
    InputError
        The edition was not curated yet.
    """
    rows = store.read_table(workspace.work(edition, "curate", "curated.csv"), CURATED)
    return most_consequential_first(rows, load_registry(workspace.registry), failing_checks(workspace, edition))


def review_lines(workspace: Workspace, edition: str) -> Iterator[str]:
    """Yield a line for each figure that waits, one for each decision that holds nowhere, and a line that sums up."""
    listed = waiting(workspace, edition)
    files_of = {source.source_id: source.file for source in sources.load_edition(workspace, edition).sources}
    lookup = Lookup(workspace, edition, load_registry(workspace.registry))
    against = contradictions(workspace, edition)
    for one in listed:
        maybe = [suggestion.indicator_id or suggestion.subject for suggestion in lookup.suggest(one.row)]
        noted = one.row["note"].replace("\n", "; ")
        figure = one.row["figure_id"]
        named = list(dict.fromkeys(other for found in against.get(figure, ()) for other in others(found, figure)))
        yield (
            _line(one, files_of.get(one.row["source_id"], ""))
            + visible(f"  maybe: {', '.join(maybe[:_SUGGESTED])}" if maybe else "")
            + visible(f"  note: {noted}" if noted else "")
            + visible(f"  contradicts: {', '.join(named)}" if named else "")
        )
    path = workspace.work(edition, "curate", "stale_decisions.csv")
    stale = [row for row in store.read_table(path, STALE_DECISIONS) if not row["figures"]] if path.is_file() else []
    for row in stale:
        words = f"…{row['prefix']}【{row['text']}】{row['suffix']}…"
        yield visible(f"{row['decision_id']}  {row['action']}: {WHY_STALE[row['why']]}  {words}  ({row['where']})")
    reasons = Counter(one.row["reason"] for one in listed)
    told = ", ".join(f"{number} {reason}" for reason, number in sorted(reasons.items(), key=lambda r: (-r[1], r[0])))
    yield (
        f"{edition}: {len(listed)} undecided"
        + (f" ({told})" if told else "")
        + (f"; {len(stale)} decisions hold nowhere" if stale else "")
    )


def _line(one: Waiting, file: str) -> str:
    row = one.row
    place = " · ".join(part for part in said_place(row["locator"], file) if part)
    reason = row["reason"] + (f" (was {row['decision_id']})" if row["decision_id"] else "")
    about = row["indicator"] or row["subject"] or "?"
    needed = f"  [{', '.join(one.needed_by)}]" if one.needed_by else ""
    before, after = row["prefix"][-_AROUND:], row["suffix"][:_AROUND]
    quoted = f"…{before}【{row['text']}】{after}…"
    return visible(f"{row['figure_id']}  {reason}  {about}{needed}  {quoted}" + (f"  ({place})" if place else ""))


def failing_checks(workspace: Workspace, edition: str) -> dict[str, int]:
    """Return how many checks of the last validation fail on each figure."""
    path = workspace.work(edition, "validate", "failures.csv")
    if not path.is_file():
        return {}
    return Counter(row["row"] for row in store.read_table(path, FAILURES) if row["table"] in ("figures", "curated"))


# one more decision
def decide(workspace: Workspace, word: Word, edition: str = "", *, proposal: str = "") -> tuple[str, Path]:
    """Append a person's decision; return its id and the file.

    Parameters
    ----------
    edition
        '' for the newest edition that holds the figure's source.
    proposal
        Id of the proposal that the person applies, '' where the decision is their own.

    Raises
    ------
    InputError
        No such figure, a misspelt name, a field the action has no use for, an acceptance that could not become an
        observation, a source that changed since the last run, a published edition, or a decisions file with mistakes.
    """
    edition = edition or _edition_of(workspace, word.target)
    path = workspace.decisions_file(edition)
    name = workspace.shown(path)
    if signoff.publication(signoff.load(workspace, edition)):  # it could not be built again as it was published
        raise InputError(
            Problem(f"edition {edition}", "a published one", "an edition that is still worked on",
                    f"Open a revision (qingshan revise {edition}), and name it with --edition.")
        )  # fmt: skip
    registry = load_registry(workspace.registry)
    known = [source.source_id for source in sources.load_edition(workspace, edition).sources]
    decisions = load_decisions(path, registry, known, name=name)  # a file with mistakes is mended first
    entry = Desk(workspace, edition, registry, known, decisions).entry(word)
    entry |= {"proposal": proposal} if proposal else {}
    lock = workspace.work(edition, "decisions.lock")
    return append_decision(path, entry, lock=lock, name=name), path


def append_decision(path: Path, entry: Mapping[str, Any], *, lock: Path, name: str, letter: str = "d") -> str:
    """Append one entry to a decisions file as `append_entries` does; return its id."""
    return append_entries(path, [entry], lock=lock, name=name, letter=letter).ids[0]


def append_all(
    path: Path, entries: Sequence[Mapping[str, Any]], *, lock: Path, name: str, letter: str = "d"
) -> list[str]:
    """Append entries as `append_entries` does; return their ids."""
    return [*append_entries(path, entries, lock=lock, name=name, letter=letter).ids]


@dataclass(frozen=True)
class Appended:
    """What an append did: the ids its entries got, and the file before and after it."""

    ids: tuple[str, ...]
    before: bytes
    after: bytes


def append_entries(
    path: Path, entries: Sequence[Mapping[str, Any]], *, lock: Path, name: str, letter: str = "d"
) -> Appended:
    """Append entries to a decisions file in one write, under the next free ids, whatever others save meanwhile.

    The file that was replaced is kept beside the lock, as `kept_file` says. Without entries nothing is written.

    Parameters
    ----------
    entries
        Without ids; strings, and mappings of strings.
    lock
        A file that tools hold while they write. An editor holds none: what it saved before our write is read again and
        appended to, what it saves during our write is put back (`files.replace_unchanged`).
    letter
        What the file's ids begin with; signatures and proposals stand in such files too.
    """
    with _held(lock):
        while True:
            before = path.read_bytes() if path.is_file() else None
            after, ids = appended_all(before or b"", entries, name=name, letter=letter)
            if not entries or files.replace_unchanged(path, after, before, kept=kept_file(path, lock)):
                return Appended(tuple(ids), before or b"", after)


def kept_file(path: Path, lock: Path) -> Path:
    """Return where a decisions file stays that the last append replaced."""
    return lock.with_name(f"{path.stem}.kept{path.suffix}")


@contextlib.contextmanager
def _held(lock: Path) -> Iterator[None]:
    """Hold a lock, waiting a little for whoever holds it."""
    deadline = time.monotonic() + _PATIENCE
    with contextlib.ExitStack() as stack:
        while True:
            try:
                stack.enter_context(files.run_lock(lock))
                break
            except InputError as error:
                # only a lock that is held is worth waiting for, a folder that cannot be written is not
                if not isinstance(error.__context__, BlockingIOError) or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
        yield


def _edition_of(workspace: Workspace, target: str) -> str:
    """Return the newest edition that was run and holds the source of a place."""
    source_id = target.partition("@")[0]
    for edition in sources.editions_run(workspace):
        if source_id and (workspace.source_folder(edition, source_id) / "source.yml").is_file():
            return edition
    raise InputError(
        Problem(target, "no source of that name", "a figure of an edition that was run", "Name it with --edition YEAR.")
    )


__all__ = [
    "Appended",
    "Word",
    "append_all",
    "append_decision",
    "append_entries",
    "decide",
    "failing_checks",
    "kept_file",
    "review_lines",
    "waiting",
]
