"""Puts an edition into the public folder: a candidate as it was staged, or the published form of what people signed.

Flows in: the tables under ``work/<edition>`` and the signatures. Flows out: ``data/clean/<edition>``, exchanged whole.
The published form is made here and in no notebook; it is the candidate without its marks, and made again it has the
same bytes, so that a run can put it back and can tell what differs from it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from qingshan import files, signoff, sources
from qingshan.edition import published
from qingshan.model import InputError, Problem, StageError, Workspace
from qingshan.pipeline import plan

Say = Callable[[str], object]
_NAMES_SHOWN = 5


def is_recorded(workspace: Workspace, edition: str) -> bool:
    """Whether an edition was published: its signatures say so, or the edition that stands in the public folder does."""
    return signoff.publication(signoff.load(workspace, edition)) is not None or published.is_published(
        files.current(workspace.clean(edition))
    )


def promote(workspace: Workspace, edition: str, staged: Path, say: Say) -> None:
    """Make a copy of a finished folder stand as the edition, unless it stands there already.

    Raises
    ------
    StageError
        The copy differs from the folder; nothing was promoted.
    """
    target = workspace.clean(edition)
    wanted = plan.hashes({"": staged})
    if plan.hashes({"": target}) == wanted:
        say(f"{workspace.shown(target)}: unchanged")
        return
    # a copy goes there, the staged folder stays: the record of stage 6 holds and the next run can reuse it
    copy = files.copy_tree(staged, files.incoming(target))
    if plan.hashes({"": copy}) != wanted:
        raise StageError("the copy of the staged edition differs from it; nothing was promoted")
    files.promote(copy, target)
    say(f"{workspace.shown(target)}: promoted, {len(wanted)} files")


def made(workspace: Workspace, edition: str, release: signoff.Release | None) -> Path:
    """Build an edition from the tables of the stages as a candidate or in its published form; return the folder.

    The folder is ``work/<edition>/release/staged``; what stood there before is removed.

    Raises
    ------
    InputError
        The stages have not run, or a table is damaged.
    """
    from qingshan import charts  # the drawing library takes half a second
    from qingshan import edition as editions

    folder = workspace.work(edition, "release")
    files.remove_tree(folder)
    drawn, staged = folder / "charts", folder / "staged"
    given = {**_chart_parameters(workspace, edition), "for_review": release is None}
    charts.build(workspace, edition, **given, folder=drawn)
    charts.redraw(workspace, edition, drawn, **given)
    editions.build(workspace, edition, release=release, charts=drawn, folder=staged)
    return staged


def restore(workspace: Workspace, edition: str, say: Say) -> int:
    """Put a published edition back as it was published, when the tables are still those that people signed.

    Returns
    -------
    int
        0 when it stands as published; 1 when the tables or the program give something else: nothing is replaced then.
    """
    entries = signoff.load(workspace, edition)
    record = signoff.publication(entries)
    clean, target = workspace.clean(edition), workspace.shown(workspace.clean(edition))
    if record is None:
        name = workspace.shown(workspace.signoff_file(edition))
        raise InputError(
            Problem(target, "a published edition", f"its record in {name}", "Put that file back from version control.")
        )
    staged = workspace.staged(edition)
    if published.manifest_hash(staged) == record.manifest:
        roles = sources.load_edition(workspace, edition).signoff
        again = made(workspace, edition, signoff.release(entries, record.manifest, roles))
        if published.manifest_hash(again) == record.published:
            say(f"{target}: the published revision")
            promote(workspace, edition, again, say)
            files.remove_tree(again.parent)
            return 0
        staged = again
    say(f"{target}: published, and not replaced: this run gives another edition ({_differing(clean, staged)})")
    say(f"  a change of a published edition is a new revision: qingshan revise {edition}")
    return 1


def _differing(clean: Path, staged: Path) -> str:
    """Name the tables of a published edition that a build gives otherwise."""
    before, after = plan.hashes({"": files.current(clean)}), plan.hashes({"": staged})
    names = sorted(
        name.lstrip("/") for name in {*before, *after} if name.endswith(".csv") and before.get(name) != after.get(name)
    )
    more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
    return ", ".join(names[:_NAMES_SHOWN]) + more if names else "the same tables, other pages or pictures"


def _chart_parameters(workspace: Workspace, edition: str) -> dict[str, Any]:
    """Return the values that the notebook of the charts ran with, but the edition."""
    chart = next(stage for stage in plan.STAGES if stage.name == "chart")
    fingerprint = plan.read_json(chart.record(workspace, edition)).get("fingerprint")
    values = fingerprint.get("parameters") if isinstance(fingerprint, dict) else None
    return {name: value for name, value in (values or {}).items() if name not in ("edition", "workspace")}
