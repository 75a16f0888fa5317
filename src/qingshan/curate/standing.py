"""Finds what each decision is about, and what people's last word on every figure is.

Flows in: decisions in file order, the figures and lost values of the sources, and the sources' raw text. Flows out:
figure_id -> `Standing`, the figures that people added, the fills, and the decisions that hold nowhere. A decision holds
where its text and context fit one place. When they fit none or several, or its guard fails, the figures it may have
been about are reopened: they wait for a person, whatever a rule says. No status is given here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from qingshan.curate.added import Raws, added_figure, places
from qingshan.curate.decisions import Anchor, Decision
from qingshan.curate.finding import Finder
from qingshan.model import Figure, LostValue
from qingshan.registry import Registry

_SILENT = ("flag", "withdraw")  # say nothing that could be reopened


@dataclass(frozen=True, slots=True)
class Standing:
    """What people said about one figure.

    Parameters
    ----------
    verdict
        Their last word; None when there is none or it was withdrawn.
    indicator
        The indicator they assigned, by the last word or by an earlier one, '' if none.
    notes
        The flags on it.
    is_reopened
        Whether the verdict no longer holds and is only shown.
    """

    verdict: Decision | None = None
    indicator: str = ""
    notes: tuple[Decision, ...] = ()
    is_reopened: bool = False


@dataclass(frozen=True, slots=True)
class Stale:
    """A decision that holds nowhere: why (a key of `WHY_STALE`), and the figures that are reopened because of it."""

    decision: Decision
    why: str
    figure_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """A value that a source lost, and the figure of another source that a person printed in its place."""

    decision: Decision
    lost: LostValue
    figure_id: str


@dataclass(frozen=True)
class Settled:
    """All figures, those that people added at the end, and what the decisions say about them.

    Parameters
    ----------
    targets
        decision_id of a merge -> the figure it leads to.
    """

    figures: tuple[Figure, ...]
    added: tuple[Figure, ...]
    standing: Mapping[str, Standing]
    targets: Mapping[str, str]
    filled: tuple[Filled, ...]
    stale: tuple[Stale, ...]


WHY_STALE = {
    "none": "its text and context stand nowhere now",
    "several": "its text and context fit several places",
    "expect": "the figure is read otherwise than it expects",
    "other": "the figure it leads to or takes from stands nowhere, or in several places",
    "overlap": "the reader finds another figure at the place it adds",
}


def settle(
    decisions: Sequence[Decision],
    figures: Sequence[Figure],
    registry: Registry,
    *,
    lost: Sequence[LostValue] = (),
    raws: Mapping[str, str] | None = None,
) -> Settled:
    """Find the place of every decision and return what stands.

    Parameters
    ----------
    figures
        As the reader found them; offsets are raw.
    raws
        source_id -> raw text. Without it, contexts are compared within a figure's own prefix and suffix only, and no
        figure can be added.
    """
    live, cancelling = _not_cancelled(decisions)
    added, refused = _added(live, figures, registry, raws or {})
    book = _Book(Finder((*figures, *added.values()), raws or {}), lost)
    for decision in live:
        if decision.decision_id in refused:
            book.refuse(decision, *refused[decision.decision_id])
        else:
            book.enter(decision)
    standing, stale = book.close(cancelling)
    kept = tuple(figure for name, figure in added.items() if name in standing and standing[name].verdict)
    return Settled((*figures, *kept), kept, standing, book.targets, tuple(book.filled), stale)


class _Book:
    """Takes decisions one after another; later words replace earlier ones."""

    def __init__(self, finder: Finder, lost: Sequence[LostValue]) -> None:
        self._finder, self._lost = finder, lost
        self._standing: dict[str, Standing] = {}
        self._spoken: dict[str, int] = {}  # figure_id -> which decision spoke last about it
        self._unheld: list[tuple[int, Decision, str, tuple[str, ...], bool]] = []
        self._turn = 0
        self.targets: dict[str, str] = {}
        self.filled: list[Filled] = []

    def enter(self, decision: Decision) -> None:
        """Find the decision's place and write down what it says."""
        if decision.action == "fill":
            self._fill(decision)
            return
        fitting = self._finder.fitting(decision.anchor)
        if len(fitting) > 1:
            self.refuse(decision, "several", [f.figure_id for f in fitting])
        elif not fitting:
            self._guess(decision)
        elif not decision.expects(fitting[0]):
            self.refuse(decision, "expect", [fitting[0].figure_id])
        elif decision.action == "merge" and not self._leads(decision, fitting[0]):
            self.refuse(decision, "other", [fitting[0].figure_id])
        else:
            self._say(decision, fitting[0].figure_id)

    def refuse(self, decision: Decision, why: str, figure_ids: Iterable[str], *, is_answerable: bool = True) -> None:
        """Write down that a decision holds nowhere, and which figures it may have been about.

        Parameters
        ----------
        is_answerable
            Whether later words on all of these figures settle the matter.
        """
        self._turn += 1
        self._unheld.append((self._turn, decision, why, tuple(figure_ids), is_answerable))

    def _guess(self, decision: Decision) -> None:
        alike = self._finder.resembling(decision)
        only = [] if alike else self._finder.only_one(decision)
        # what people say of a figure that merely has the same text is no answer to this decision
        self.refuse(decision, "none", [f.figure_id for f in alike or only], is_answerable=bool(alike))

    def close(self, cancelling: set[str]) -> tuple[dict[str, Standing], tuple[Stale, ...]]:
        """Reopen figures on which no later word was said; return what stands and what holds nowhere."""
        held = {name for name, standing in self._standing.items() if standing.verdict}
        stale = []
        for turn, decision, why, figure_ids, is_answerable in self._unheld:
            if decision.decision_id in cancelling:
                continue
            if decision.action in _SILENT:
                stale.append(Stale(decision, why, ()))
                continue
            open_ids = [name for name in figure_ids if self._spoken.get(name, 0) < turn]
            if is_answerable and figure_ids and not open_ids:
                continue  # a person has answered since
            # a guess does not overrule what people said about that very figure
            reopened = tuple(name for name in open_ids if why != "none" or name not in held)
            for name in reopened:
                notes = self._standing.get(name, Standing()).notes
                self._standing[name] = Standing(decision, "", notes, is_reopened=True)
            stale.append(Stale(decision, why, reopened))
        return self._standing, tuple(stale)

    def _say(self, decision: Decision, figure_id: str) -> None:
        self._turn += 1
        old = self._standing.get(figure_id, Standing())
        if decision.action == "flag":
            self._standing[figure_id] = replace(old, notes=(*old.notes, decision))
            return
        self._spoken[figure_id] = self._turn
        if decision.action == "withdraw":
            self._standing[figure_id] = Standing()
        else:
            self._standing[figure_id] = Standing(decision, decision.indicator or old.indicator, old.notes)

    def _leads(self, decision: Decision, figure: Figure) -> bool:
        fitting = self._finder.fitting(decision.other) if decision.other else []
        if len(fitting) != 1 or fitting[0].figure_id == figure.figure_id:
            return False
        self.targets[decision.decision_id] = fitting[0].figure_id
        return True

    def _fill(self, decision: Decision) -> None:
        raw = self._finder.raws.get(decision.source_id, "")
        gaps = [lost for lost in self._lost if decision.anchor.fits_lost(lost, raw)]
        fitting = self._finder.fitting(decision.other) if decision.other else []
        if len(gaps) != 1:
            self.refuse(decision, "several" if gaps else "none", ())
        elif len(fitting) != 1:
            self.refuse(decision, "other", ())
        elif not decision.expects(fitting[0]):
            self.refuse(decision, "expect", [fitting[0].figure_id])
        else:
            name = fitting[0].figure_id
            self.filled.append(Filled(decision, gaps[0], name))
            standing = self._standing.get(name, Standing()).verdict
            if standing is None or standing.action == "reject":  # what was accepted in another way stays so
                self._say(decision, name)


def live_decisions(decisions: Sequence[Decision], figure: Figure, raw: str) -> list[Decision]:
    """Return the decisions that speak about one figure now: after its last withdraw, in file order."""
    about: list[Decision] = []
    for decision in _not_cancelled(decisions)[0]:
        if decision.action != "fill" and decision.fits(figure, raw):
            about = [] if decision.action == "withdraw" else [*about, decision]
    return about


def _not_cancelled(decisions: Sequence[Decision]) -> tuple[list[Decision], set[str]]:
    """Return the decisions that no later withdraw names by the same words, and the ids of the withdraws that did.

    That is how a decision is taken back which fits no place any more, or which is about no figure of the reader.
    """
    said: dict[Anchor, list[int]] = defaultdict(list)
    cancelled: set[int] = set()
    cancelling: set[str] = set()
    for index, decision in enumerate(decisions):
        if decision.action == "withdraw":
            if earlier := said.pop(decision.anchor, None):
                cancelled.update(earlier)
                cancelling.add(decision.decision_id)
        else:
            said[decision.anchor].append(index)
    return [decision for index, decision in enumerate(decisions) if index not in cancelled], cancelling


def _added(
    live: Sequence[Decision], figures: Sequence[Figure], registry: Registry, raws: Mapping[str, str]
) -> tuple[dict[str, Figure], dict[str, tuple[str, list[str]]]]:
    """Return the figures that people added; for each such decision that holds nowhere, why and what is in its way."""
    added: dict[str, Figure] = {}
    refused: dict[str, tuple[str, list[str]]] = {}
    for decision in live:
        if decision.action != "add":
            continue
        found = list(places(decision.anchor, raws.get(decision.source_id, "")))
        if len(found) != 1:
            refused[decision.decision_id] = ("several" if found else "none", [])
            continue
        start, end = found[0], found[0] + len(decision.text)
        here = list(_overlapping((*figures, *added.values()), decision.source_id, start, end))
        if any((f.start, f.end) != (start, end) for f in here):
            refused[decision.decision_id] = ("overlap", [f.figure_id for f in here])
        elif not here:
            locator = raws.locate(decision.source_id, start) if isinstance(raws, Raws) else ""
            figure = added_figure(decision, raws[decision.source_id], start, registry, locator)
            added[figure.figure_id] = figure
    return added, refused


def _overlapping(figures: Iterable[Figure], source_id: str, start: int, end: int) -> Iterator[Figure]:
    return (f for f in figures if f.source_id == source_id and f.start < end and start < f.end)
