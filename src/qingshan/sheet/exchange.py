"""The three commands about sheets: write one, import the replies, apply one proposal.

Flows in: a workspace, an edition, a workbook, what the analyst says. Flows out: a workbook, entries of
``data/decisions/<edition>.proposed.yml``, and by the analyst's word alone one decision.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from qingshan import documents, files, sources, store
from qingshan.curate import load_decisions
from qingshan.curate.decisions import Decision
from qingshan.curate.tables import ADDED
from qingshan.dataset import published_folder
from qingshan.edition import published
from qingshan.model import FIGURES, InputError, Problem, Workspace, nearest
from qingshan.quantity import Scanner
from qingshan.registry import Registry, load_registry
from qingshan.review import Word, append_all, decide
from qingshan.sheet.proposals import Proposal, entries_of, load_entries, load_proposals, not_yet, told
from qingshan.sheet.replies import Expected, read_replies
from qingshan.sheet.rows import BY, Group, groups
from qingshan.sheet.workbook import workbook_bytes

Say = Callable[[str], object]


def write_sheet(workspace: Workspace, edition: str, by: str, out: Path | None = None) -> tuple[Path, list[Group]]:
    """Write the sheet for confirmation of an edition; return where, and its groups.

    Parameters
    ----------
    by
        province or theme.
    out
        None for ``data/work/<edition>/sheets/<edition>-<by>.xlsx``.

    Raises
    ------
    InputError
        No such edition or grouping, changed files, or an edition without observations.
    """
    if by not in BY:
        raise InputError(Problem(f"--by {by}", f"unknown{nearest(by, BY)}", " or ".join(BY), "Correct it."))
    folder = _checked(workspace, edition)
    made = groups(folder, _earlier(workspace, edition), load_registry(workspace.registry), by)
    if not made:
        where = workspace.shown(workspace.clean(edition))
        raise InputError(Problem(where, "no observations", "numbers to confirm", "Decide figures first."))
    path = out or workspace.work(edition, "sheets", f"{edition}-{by}.xlsx")
    files.write_atomic(path, workbook_bytes(made, edition=edition, manifest=published.manifest_hash(folder)))
    return path, made


def import_sheet(workspace: Workspace, edition: str, file: Path, *, say: Say = print) -> list[str]:
    """Turn the replies of a sheet into proposals; return their ids. Nothing is decided.

    Raises
    ------
    InputError
        As `read_replies` and `entries_of`, or a file of proposals with mistakes.
    """
    data = documents.read_given(file, "a filled-in sheet")
    folder = _checked(workspace, edition)
    lists = load_registry(workspace.registry)
    expected = _expected(workspace, edition, folder, lists)
    replies = read_replies(data, expected, where=file.name)
    decisions = {decision.decision_id: decision for decision in _decisions(workspace, edition, lists)}
    entries = entries_of(replies, Scanner(lists.vocabulary), decisions, expected.manifest)
    new = list(not_yet(entries, load_entries(workspace, edition)))
    path = workspace.proposed_file(edition)
    lock = workspace.work(edition, "proposed.lock")
    ids = append_all(path, new, lock=lock, name=workspace.shown(path), letter="p")
    for entry_id, entry in zip(ids, new, strict=True):
        say(told(entry_id, entry, expected.rows[entry["observation_id"]].fixed[5]))
    known = f", {len(entries) - len(new)} known already" if len(entries) > len(new) else ""
    say(f"{workspace.shown(path)}: {len(new)} of {len(expected.rows)} numbers have a new proposal{known}")
    if new:
        say(f"nothing is decided. To apply one: qingshan decide --from-proposed {ids[0]} --edition {edition}")
    return ids


@dataclass(frozen=True)
class Applied:
    """What applying a proposal wrote: the decision's id and file, and what it says."""

    decision_id: str
    path: Path
    proposal: Proposal


def apply_proposal(
    workspace: Workspace, edition: str, proposal_id: str, *, by: str, decided_on: str, reason: str = ""
) -> Applied:
    """Append the decision that a proposal proposes, in the name of the analyst who applies it.

    Parameters
    ----------
    edition
        '' for the newest edition that has proposals.
    reason
        '' for the proposal's own.

    Raises
    ------
    InputError
        No such proposal, one applied already, a figure that no longer stands as it was, or a decision that the file
        would not admit.
    """
    edition = edition or _newest_with_proposals(workspace)
    known = {one.proposal_id: one for one in load_proposals(workspace, edition)}
    name = workspace.shown(workspace.proposed_file(edition))
    if proposal_id not in known:
        raise InputError(
            Problem(f"--from-proposed {proposal_id}", f"no such proposal{nearest(proposal_id, known)}",
                    f"an id of {name}", "Correct it, or name the edition with --edition.")
        )  # fmt: skip
    proposal = known[proposal_id]
    for decision in _decisions(workspace, edition, load_registry(workspace.registry)):
        if decision.proposal == proposal_id:
            raise InputError(
                Problem(f"--from-proposed {proposal_id}", f"{decision.decision_id}, which applied it",
                        "one that nobody applied", "Nothing is left to do; another word is a decision of its own.")
            )  # fmt: skip
    _check_place(workspace, edition, proposal, name)
    word = Word(
        target=proposal.figure_id,
        action=proposal.action,
        reason=reason or proposal.reason,
        by=by,
        decided_on=decided_on,
        said=proposal.said,
    )
    decision_id, path = decide(workspace, word, edition, proposal=proposal_id)
    return Applied(decision_id, path, proposal)


def _check_place(workspace: Workspace, edition: str, proposal: Proposal, name: str) -> None:
    """Refuse a proposal about characters that stand elsewhere now."""
    rows = [
        row
        for path, contract in (("extract/figures.csv", FIGURES), ("curate/added.csv", ADDED))
        if contract is FIGURES or workspace.work(edition, path).is_file()
        for row in store.read_table(workspace.work(edition, path), contract)
    ]
    here = next((row for row in rows if row["figure_id"] == proposal.figure_id), {})
    said = (proposal.text, proposal.prefix, proposal.suffix)
    if tuple(here.get(name, "") for name in ("text", "prefix", "suffix")) != said:
        raise InputError(
            Problem(f"{name}, {proposal.proposal_id}", f"{proposal.figure_id} with other characters, or none",
                    repr(proposal.text), "The source changed since: decide about the figure itself.")
        )  # fmt: skip


def _checked(workspace: Workspace, edition: str) -> Path:
    folder = published_folder(workspace, edition)
    published.check(folder, workspace.shown(workspace.clean(edition)))
    return folder


def _earlier(workspace: Workspace, edition: str) -> Path | None:
    """Return the folder of the newest edition of an earlier year, its bytes checked; None if there is none."""
    names = sources.in_order(path.name for path in workspace.clean(edition).parent.iterdir())
    before = [name for name in names if name[:4] < edition[:4]]
    return _checked(workspace, before[-1]) if before else None


def _expected(workspace: Workspace, edition: str, folder: Path, lists: Registry) -> Expected:
    earlier = _earlier(workspace, edition)
    made = {by: groups(folder, earlier, lists, by) for by in BY}
    rows = {row.fixed[0]: row for group in made["province"] for row in group.rows}
    titles: Mapping[str, list[str]] = {
        group.title: [row.fixed[0] for row in group.rows] for found in made.values() for group in found
    }
    return Expected(edition, published.manifest_hash(folder), rows, titles)


def _decisions(workspace: Workspace, edition: str, lists: Registry) -> list[Decision]:
    path = workspace.decisions_file(edition)
    known = [source.source_id for source in sources.load_edition(workspace, edition).sources]
    return load_decisions(path, lists, known, name=workspace.shown(path))


def _newest_with_proposals(workspace: Workspace) -> str:
    folder = workspace.decisions_file("").parent
    names = sources.in_order(path.name.removesuffix(".proposed.yml") for path in folder.glob("*.proposed.yml"))
    if not names:
        raise InputError(
            Problem("data/decisions", "no proposals", "the file of an edition's proposals",
                    "Import a sheet first: qingshan sheet --import FILE --edition YEAR.")
        )  # fmt: skip
    return names[-1]
