"""What people decided about figures: ``data/decisions/<edition>.yml``, a list that tools only append to.

A decision is found by the figure's text and the characters around it, in the source it names; the offset is a hint. One
place fits: it holds there. None or several: the figure stays open and the old decision is named. The last word wins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qingshan.documents import Document, read_yaml
from qingshan.model import Figure, InputError, Problem, nearest
from qingshan.registry import Registry

ACTIONS = ("accept", "reject", "withdraw")
_TEXT = {"type": "string"}
DECISIONS_SCHEMA: dict[str, Any] = {
    "type": ["array", "null"],
    "items": {
        "type": "object",
        "required": ["id", "action", "source_id", "text", "reason", "by", "decided_on"],
        "additionalProperties": False,
        "properties": {
            "id": {"type": "string", "pattern": r"^d-\d{4,}$", "description": "d-0001"},
            "action": {"enum": list(ACTIONS)},
            "source_id": _TEXT,
            "text": {"type": "string", "minLength": 1},
            "prefix": _TEXT,
            "suffix": _TEXT,
            "start": {"type": "string", "pattern": r"^\d+$", "description": "a raw offset"},
            "indicator": _TEXT,
            "reason": {"type": "string", "minLength": 1},
            "by": {"type": "string", "minLength": 1},
            "decided_on": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$", "description": "YYYY-MM-DD"},
        },
    },
}


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's recorded act on one figure; `prefix` and `suffix` are raw characters on each side of `text`."""

    decision_id: str
    action: str
    source_id: str
    text: str
    prefix: str
    suffix: str
    indicator: str
    reason: str
    by: str
    decided_on: str
    where: str

    def fits(self, figure: Figure) -> bool:
        """Whether the figure is the one the decision was made about."""
        return (
            figure.source_id == self.source_id
            and figure.text == self.text
            and figure.prefix.endswith(self.prefix)
            and figure.suffix.startswith(self.suffix)
        )


def load_decisions(path: Path, registry: Registry, source_ids: Iterable[str], *, name: str) -> list[Decision]:
    """Read the decisions of an edition in file order; none when the file does not exist.

    Raises
    ------
    InputError
        The file does not fit the schema, repeats an id, or names an unknown source, indicator or action.
    """
    if not path.is_file():
        return []
    document = read_yaml(path, DECISIONS_SCHEMA, name=name)
    known = set(source_ids)
    problems: list[Problem] = []
    decisions = [_decision(document, index, entry) for index, entry in enumerate(document.data or [])]
    seen: dict[str, str] = {}
    for decision in decisions:
        problems.extend(_problems(decision, registry, known))
        if decision.decision_id in seen:
            problems.append(
                Problem(decision.where, f"id {decision.decision_id!r} again", f"it once ({seen[decision.decision_id]})",
                        "Give the later decision a new id.")
            )  # fmt: skip
        seen.setdefault(decision.decision_id, decision.where)
    if problems:
        raise InputError(problems)
    return decisions


def standing(decisions: Sequence[Decision], figures: Sequence[Figure]) -> dict[str, Decision]:
    """Return figure_id -> the decision that stands for it: the last one, unless it withdraws.

    A decision that fits no figure or several stands nowhere.
    """
    found: dict[str, Decision] = {}
    anchored = decided_figures(decisions, figures)
    for decision in decisions:
        figure = anchored[decision.decision_id]
        if figure is None:
            continue
        if decision.action == "withdraw":
            found.pop(figure.figure_id, None)
        else:
            found[figure.figure_id] = decision
    return found


def decided_figures(decisions: Sequence[Decision], figures: Sequence[Figure]) -> dict[str, Figure | None]:
    """Return decision_id -> the one figure it fits; None when it fits none or several, and so stands nowhere."""
    by_text: dict[tuple[str, str], list[Figure]] = {}
    for figure in figures:
        by_text.setdefault((figure.source_id, figure.text), []).append(figure)
    anchored: dict[str, Figure | None] = {}
    for decision in decisions:
        fitting = [f for f in by_text.get((decision.source_id, decision.text), ()) if decision.fits(f)]
        anchored[decision.decision_id] = fitting[0] if len(fitting) == 1 else None
    return anchored


def _decision(document: Document, index: int, entry: dict[str, str]) -> Decision:
    return Decision(
        decision_id=entry["id"],
        action=entry["action"],
        source_id=entry["source_id"],
        text=entry["text"],
        prefix=entry.get("prefix", ""),
        suffix=entry.get("suffix", ""),
        indicator=entry.get("indicator", ""),
        reason=entry["reason"],
        by=entry["by"],
        decided_on=entry["decided_on"],
        where=document.at(index),
    )


def _problems(decision: Decision, registry: Registry, known: set[str]) -> Iterable[Problem]:
    if decision.source_id not in known:
        yield Problem(
            decision.where, f"unknown source {decision.source_id!r}{nearest(decision.source_id, known)}",
            "a source of this edition", "Correct the name, or remove the decision.",
        )  # fmt: skip
    names = registry.indicators
    if decision.indicator and decision.indicator not in names:
        yield Problem(
            decision.where, f"unknown indicator {decision.indicator!r}{nearest(decision.indicator, names)}",
            "an id of the registry", "Correct the id, or add the indicator.",
        )  # fmt: skip
