"""What becomes of the decisions about a source whose file is replaced: found by quote in the old text and in the new.

Flows in: the registered source before and after. Flows out: `Replaced`. Nothing is written, and an old file that is
gone or changed is no obstacle: a new one is registered for that very reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qingshan import sources
from qingshan.model import Figure, InputError, Workspace
from qingshan.registry import load_registry
from qingshan.tables_source import TableSource

if TYPE_CHECKING:
    from qingshan.curate import Decision


@dataclass(frozen=True)
class Replaced:
    """What became of the decisions about a source whose file was replaced: ids by outcome.

    Parameters
    ----------
    uncompared
        All of them where the old text cannot be had; the next run looks them up in the new one.
    reason
        Why it cannot be had; '' where it can.
    """

    unchanged: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    reopened: tuple[str, ...] = ()
    uncompared: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Standing:
    """The decisions about a source and, for each, the figure it stands for before the file is replaced.

    Parameters
    ----------
    before
        None for a decision that stands for no figure.
    reason
        Why the old text cannot be had; '' where it can.
    """

    decisions: tuple[Decision, ...]
    before: dict[str, Figure | None]
    reason: str = ""


def find_standing(workspace: Workspace, edition: str, old: sources.Source) -> Standing:
    """Return what the decisions about a source stand for, before its file is replaced.

    Raises
    ------
    InputError
        The decisions or the registry hold mistakes. An old file that cannot be read is a `reason`, no error.
    """
    decisions = _decisions(workspace, edition, old.source_id)
    try:
        sources.read_bytes(workspace, edition, old)  # to be told of a changed file also where nothing was decided
        return Standing(decisions, _decided(workspace, edition, old, decisions))
    except InputError as error:
        first = error.problems[0]
        return Standing(decisions, {}, f"{first.where}: found {first.found}, expected {first.expected}")


def compare(workspace: Workspace, edition: str, standing: Standing, new: sources.Source) -> Replaced:
    """Return what became of the decisions, once the new file is registered."""
    if standing.reason:
        ids = tuple(decision.decision_id for decision in standing.decisions)
        return Replaced(uncompared=ids, reason=standing.reason)
    before, after = standing.before, _decided(workspace, edition, new, standing.decisions)

    def having(test: Any) -> tuple[str, ...]:
        return tuple(name for name in before if test(before[name], after.get(name)))

    return Replaced(
        unchanged=having(lambda old, now: now is not None and old is not None and now.start == old.start),
        moved=having(lambda old, now: now is not None and (old is None or now.start != old.start)),
        reopened=having(lambda old, now: now is None),
    )


def describe(replaced: Replaced) -> Sequence[str]:
    """Return what a person is told after a replacement, a line each."""
    if replaced.reason:
        return [
            f"the old text was not compared with the new one ({replaced.reason})",
            _told(replaced.uncompared, "kept: the next run looks for their text in the new file"),
        ]
    return [
        _told(replaced.unchanged, "hold where they were"),
        _told(replaced.moved, "moved with their text"),
        _told(replaced.reopened, "reopened: their text is gone or no longer unique"),
    ]


def _told(ids: Sequence[str], what: str) -> str:
    return f"{len(ids)} decisions {what}" + (f": {', '.join(ids)}" if ids else "")


def _decisions(workspace: Workspace, edition: str, source_id: str) -> tuple[Decision, ...]:
    from qingshan.curate import load_decisions

    known = [path.name for path in workspace.raw(edition).iterdir() if path.is_dir()]
    path, name = workspace.decisions_file(edition), f"data/decisions/{edition}.yml"
    decisions = load_decisions(path, load_registry(workspace.registry), known, name=name)
    return tuple(decision for decision in decisions if decision.source_id == source_id)


def _decided(
    workspace: Workspace, edition: str, source: sources.Source, decisions: Sequence[Decision]
) -> dict[str, Figure | None]:
    """Return, for each decision about a source, the figure it stands for now, None if it stands for none."""
    from qingshan.curate import decided_figures

    return decided_figures(decisions, _figures(workspace, edition, source)) if decisions else {}


def _figures(workspace: Workspace, edition: str, source: sources.Source) -> Sequence[Figure]:
    from qingshan.extract import Extractor

    registry = load_registry(workspace.registry)
    if source.table is not None:
        table = sources.read_table(workspace, edition, source)
        return TableSource(registry).figures(table, source.table, source.source_id)
    raw = sources.read_raw(workspace, edition, source)
    extractor = Extractor(registry.vocabulary)
    return extractor.extract_source(raw.content, source.source_id, year=source.year, area=source.area).figures


__all__ = ["Replaced", "Standing", "compare", "describe", "find_standing"]
