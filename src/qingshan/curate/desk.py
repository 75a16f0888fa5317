"""Turns what a person says about a figure into an entry of the decisions file, checked before it is written.

Flows in: one edition's tables, raw sources, registry and decisions. Flows out: the entry, which names its place by the
source's own characters. Nothing is written here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from qingshan import sources, store
from qingshan.curate.added import changed, is_added
from qingshan.curate.decisions import Anchor, Decision, parse_decisions
from qingshan.curate.rule import missing
from qingshan.curate.schema import ACTIONS
from qingshan.curate.tables import ADDED, to_figure
from qingshan.curate.writing import anchor_at, entry_text
from qingshan.model import CURATED, FIGURES, Figure, InputError, Problem, Workspace, format_number, nearest
from qingshan.registry import Registry

_PLACE = re.compile(r"(?P<source>[^@\s]+)@(?P<start>\d{1,12})(-(?P<end>\d{1,12}))?")
_GAP = 8  # raw characters before a lost value that stand for it
_MEND = {
    "unregistered": ("no indicator", "an id of the registry", "Add --indicator ID."),
    "unit": (
        "a unit that the indicator is not given in",
        "one of its units",
        "Use override with --unit UNIT, or another indicator.",
    ),
    "region": ("a place the registry does not know", "a region of it", "Add --region NAME."),
}


@dataclass(frozen=True)
class Word:
    """What a person says about one figure.

    Parameters
    ----------
    target
        A figure's id; ``SOURCE@START-END`` of a place the reader missed (add), ``SOURCE@POSITION`` of a lost value
        (fill), or the id of an earlier decision (withdraw).
    said
        Fields of the figure that the decision sets: indicator, region, period, value, unit, ...
    other
        The figure that a merge leads to or a fill takes from, '' in other actions.
    """

    target: str
    action: str
    reason: str
    by: str
    decided_on: str
    said: Mapping[str, str]
    other: str = ""


@dataclass(frozen=True)
class Hand:
    """What a desk has at hand.

    Parameters
    ----------
    figures
        figure_id -> figure as read, those that people added among them.
    raw_of
        source_id -> raw text.
    indicator_of
        figure_id -> the indicator it has after curation; '' where it has none or was not curated.
    """

    figures: Mapping[str, Figure]
    raw_of: Callable[[str], str]
    indicator_of: Callable[[str], str]


class LackingError(InputError):
    """An acceptance that could not become an observation; `what` is a code of `rule.missing`."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(Problem(where, *_MEND[what]))
        self.what = what


class Desk:
    """Turns what a person says into an entry, with all that one edition knows at hand."""

    def __init__(
        self, workspace: Workspace, edition: str, registry: Registry, known: list[str], decisions: list[Decision], *,
        hand: Hand | None = None,
    ) -> None:  # fmt: skip
        self._workspace, self._edition, self._registry = workspace, edition, registry
        self._known, self._decisions = known, decisions
        self._hand = _hand_from_files(workspace, edition) if hand is None else hand

    def entry(self, word: Word) -> dict[str, Any]:
        """Return the entry without an id, checked as the file's own entries are."""
        if word.action not in ACTIONS:
            raise InputError(
                Problem(f"action {word.action!r}", f"an unknown one{nearest(word.action, ACTIONS)}",
                        f"one of {', '.join(ACTIONS)}", "Correct the spelling.")
            )  # fmt: skip
        figure = self._hand.figures.get(word.target)
        anchor = self._anchor(word, figure)
        other = self._other(word)
        subject = self._hand.figures.get(word.other) if word.action == "fill" else figure
        said = self._coded(word, subject)
        entry = {
            "action": word.action,
            **_place(anchor),
            **said,
            **other,
            "expect": _expected(word.action, subject),
            "reason": word.reason,
            "by": word.by,
            "decided_on": word.decided_on,
        }
        entry = {name: value for name, value in entry.items() if value or name in said}
        self._check(entry, subject)
        return entry

    def _check(self, entry: Mapping[str, Any], figure: Figure | None) -> None:
        """Refuse an entry that the file would not admit, or an acceptance that could not become an observation."""
        where = f"{entry['action']} of {entry['text']!r}"
        try:
            (decision,) = parse_decisions(
                entry_text({"id": "d-0000", **entry}), self._registry, self._known, name=where
            )
        except InputError as error:
            raise InputError([replace(problem, where=where) for problem in error.problems]) from None
        if decision.action not in ("accept", "override", "fill", "add"):
            return
        blank = Figure(decision.source_id, 0, 1, decision.text, 0.0, "", "exact", "")
        lacking = missing(changed(figure or blank, decision, self._registry), self._registry)
        if lacking:
            raise LackingError(where, lacking)

    def _anchor(self, word: Word, figure: Figure | None) -> tuple[Anchor, int]:
        if figure is not None:
            return self._place_of(word.target, figure.source_id, figure.start, figure.end, figure.text)
        if word.action == "withdraw":
            for decision in self._decisions:
                if decision.decision_id == word.target:
                    return decision.anchor, decision.start
        place = _PLACE.fullmatch(word.target)
        if place and place["source"] in self._known:
            start, end = int(place["start"]), int(place["end"] or 0)
            if word.action == "add" and start < end:
                return self._place_of(word.target, place["source"], start, end)
            if word.action == "fill" and not end:
                return self._place_of(word.target, place["source"], max(0, start - _GAP), start)
        raise InputError(
            Problem(word.target, f"no such figure{nearest(word.target, self._hand.figures)}",
                    f"an id of edition {self._edition}'s figures",
                    f"Take one from: qingshan review {self._edition}.")
        )  # fmt: skip

    def _place_of(self, target: str, source_id: str, start: int, end: int, text: str = "") -> tuple[Anchor, int]:
        raw = self._hand.raw_of(source_id)
        if not raw[start:end] or (text and raw[start:end] != text):
            raise InputError(
                Problem(target, repr(raw[start:end]), repr(text) if text else f"a place in {len(raw)} characters",
                        f"The source changed: run qingshan run {self._edition} and look again.")
            )  # fmt: skip
        return anchor_at(raw, source_id, start, end), start

    def _other(self, word: Word) -> dict[str, Any]:
        key = {"merge": "into", "fill": "from"}.get(word.action)
        if key is None and not word.other:
            return {}
        figure = self._hand.figures.get(word.other)
        if key is None or figure is None:
            found = "no such figure" if key else f"another figure in {word.action}"
            raise InputError(
                Problem(f"--{key or 'into'} {word.other}", found, "a figure's id in merge (--into) and fill (--from)",
                        "Correct it, or choose another action.")
            )  # fmt: skip
        anchor, _ = self._place_of(word.other, figure.source_id, figure.start, figure.end, figure.text)
        return {key: _place((anchor, -1))}

    def _coded(self, word: Word, figure: Figure | None) -> dict[str, str]:
        """Return what was said in the registry's own spelling; an acceptance names the indicator it accepts."""
        said = dict(word.said)
        vocabulary, problems = self._registry.vocabulary, []
        if "unit" in said:
            unit = vocabulary.unit_of.get(said["unit"])
            if unit is None:
                problems.append(_unknown("unit", said["unit"], vocabulary.unit_of))
            said["unit"] = unit.canonical if unit else ""
        if "region" in said:
            region = vocabulary.region_of.get(said["region"]) or self._registry.regions.get(said["region"])
            if region is None:
                problems.append(_unknown("region", said["region"], vocabulary.region_of))
            said["region"] = region.name if region else ""
        if problems:
            raise InputError(problems)
        if figure and "indicator" not in said and word.action in ("accept", "override", "fill"):
            said["indicator"] = self._hand.indicator_of(figure.figure_id) or figure.indicator
        return {name: value for name, value in said.items() if value or name != "indicator"}


def _hand_from_files(workspace: Workspace, edition: str) -> Hand:
    folder = workspace.work(edition)

    def raw_of(source_id: str) -> str:
        source = sources.load_source(workspace, edition, source_id)
        return sources.read_raw(workspace, edition, source).text

    def indicator_of(figure_id: str) -> str:
        path = folder / "curate" / "curated.csv"
        rows = store.read_table(path, CURATED) if path.is_file() else []
        return next((row["indicator"] for row in rows if row["figure_id"] == figure_id), "")

    figures = {
        row["figure_id"]: to_figure(row)
        for path, contract in ((folder / "extract" / "figures.csv", FIGURES), (folder / "curate" / "added.csv", ADDED))
        if contract is FIGURES or path.is_file()
        for row in store.read_table(path, contract)
    }
    return Hand(figures, raw_of, indicator_of)


def _place(placed: tuple[Anchor, int]) -> dict[str, str]:
    anchor, start = placed
    said = {"source_id": anchor.source_id, "text": anchor.text, "prefix": anchor.prefix, "suffix": anchor.suffix}
    return said if start < 0 else {**said, "start": str(start)}


def _expected(action: str, figure: Figure | None) -> dict[str, str]:
    """Return what must still be read for the decision to hold; of a figure that people added, nothing was read."""
    if figure is None or action in ("flag", "withdraw") or is_added(figure):
        return {}
    read = {"value": format_number(figure.value), "unit": figure.unit, "kind": figure.kind}
    context = {name: getattr(figure, name) for name in ("region", "period", "base_period")}
    return {**read, **{name: text for name, text in context.items() if text}}


def _unknown(what: str, found: str, known: Mapping[str, Any]) -> Problem:
    return Problem(f"--{what}", f"unknown {what} {found!r}{nearest(found, known)}", "one of the registry",
                   "Correct the spelling, or add it to the registry.")  # fmt: skip
