"""What people decided about figures: ``data/decisions/<edition>.yml``, a list that tools only append to.

Flows in: the file, the registry and the ids of the edition's sources. Flows out: `Decision` records in file order, each
with the line it stands on. Nothing is looked for in a source here; what a decision is about is found in `standing`.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qingshan.curate.schema import ACTIONS, DECISIONS_SCHEMA, FIELDS, SAID, fits_schema
from qingshan.documents import Document, parse_yaml, read_yaml
from qingshan.model import Figure, InputError, LostValue, Problem, nearest
from qingshan.registry import Registry


@dataclass(frozen=True, slots=True)
class Anchor:
    """How a place in a source is found again: its raw text and raw characters on each side of it."""

    source_id: str
    text: str
    prefix: str = ""
    suffix: str = ""

    def fits(self, figure: Figure, raw: str = "") -> bool:
        """Whether a figure is the one meant; with the raw text of its source, context of any length is compared."""
        if figure.source_id != self.source_id or figure.text != self.text:
            return False
        if not raw:
            return figure.prefix.endswith(self.prefix) and figure.suffix.startswith(self.suffix)
        before = figure.start - len(self.prefix)
        return before >= 0 and raw.startswith(self.prefix, before) and raw.startswith(self.suffix, figure.end)

    def fits_lost(self, lost: LostValue, raw: str = "") -> bool:
        """Whether a lost value is the one meant: `text` are the last raw characters before the gap."""
        if lost.source_id != self.source_id:
            return False
        whole = self.prefix + self.text
        if not raw:
            return lost.quote.endswith(whole)
        return raw[: lost.position].endswith(whole) and raw.startswith(self.suffix, lost.position)


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's recorded act on one figure.

    Parameters
    ----------
    action
        A key of `ACTIONS`.
    prefix, suffix
        Raw characters on each side of `text`; for the action fill `text` ends where the lost value should stand.
    start
        The raw offset at which it stood when it was decided, -1 if not recorded: a hint, never proof.
    changes
        The fields of the figure that the decision sets, as (name, text).
    other
        The figure that a merge leads to, or that a fill takes its value from.
    expect
        What the reader must have read for the decision to hold, as (name, text).
    where
        File and line of the entry.
    proposal
        Id of the proposal that it applied, '' if none.
    """

    decision_id: str
    action: str
    source_id: str
    text: str
    prefix: str
    suffix: str
    start: int
    changes: tuple[tuple[str, str], ...]
    other: Anchor | None
    expect: tuple[tuple[str, str], ...]
    reason: str
    by: str
    reviewed_by: str
    decided_on: str
    where: str
    proposal: str = ""

    @property
    def anchor(self) -> Anchor:
        return Anchor(self.source_id, self.text, self.prefix, self.suffix)

    @property
    def indicator(self) -> str:
        """The indicator it names, '' if none."""
        return dict(self.changes).get("indicator", "")

    @property
    def entry(self) -> dict[str, Any]:
        """The decision as it is written, without its id: what a tool appends to say the same again."""
        other = {"merge": "into", "fill": "from"}.get(self.action, "")
        said = {
            "action": self.action,
            "source_id": self.source_id,
            "text": self.text,
            "prefix": self.prefix,
            "suffix": self.suffix,
            "start": str(self.start) if self.start >= 0 else "",
            **dict(self.changes),
            other: asdict(self.other) if self.other else {},
            "expect": dict(self.expect),
            "reason": self.reason,
            "by": self.by,
            "reviewed_by": self.reviewed_by,
            "decided_on": self.decided_on,
        }
        return {name: value for name, value in said.items() if value or name in dict(self.changes)}

    def fits(self, figure: Figure, raw: str = "") -> bool:
        """Whether the figure is the one the decision was made about."""
        return self.anchor.fits(figure, raw)

    def expects(self, figure: Figure) -> bool:
        """Whether the figure is still read as the decision expects."""
        return all(
            figure.value == float(text) if name == "value" else getattr(figure, name) == text
            for name, text in self.expect
        )


def load_decisions(path: Path, registry: Registry, source_ids: Iterable[str], *, name: str) -> list[Decision]:
    """Read the decisions of an edition in file order; none when the file does not exist.

    Raises
    ------
    InputError
        The file does not fit the schema, repeats an id, says something its action has no use for, or names an unknown
        source, indicator or action: all of it at once, with lines.
    """
    if not path.is_file():
        return []
    with _without_collector():
        document = read_yaml(path, name=name)
        if not fits_schema(document.data):
            read_yaml(path, DECISIONS_SCHEMA, name=name)  # raises, with the schema's own words
        return _checked(document, registry, set(source_ids))


def parse_decisions(text: str, registry: Registry, source_ids: Iterable[str], *, name: str) -> list[Decision]:
    """Read decisions from text as `load_decisions` reads a file."""
    return _checked(parse_yaml(text, DECISIONS_SCHEMA, name=name), registry, set(source_ids))


def _checked(document: Document, registry: Registry, known: set[str]) -> list[Decision]:
    problems: list[Problem] = []
    decisions: list[Decision] = []
    seen: dict[str, str] = {}
    for index, entry in enumerate(document.data or []):
        decision = _decision(document, index, entry)
        problems.extend(_field_problems(document, index, entry))
        problems.extend(_name_problems(decision, registry, known))
        if decision.decision_id in seen:
            problems.append(
                Problem(decision.where, f"id {decision.decision_id!r} again", f"it once ({seen[decision.decision_id]})",
                        "Give the later decision a new id.")
            )  # fmt: skip
        seen.setdefault(decision.decision_id, decision.where)
        decisions.append(decision)
    if problems:
        raise InputError(problems)
    return decisions


def _decision(document: Document, index: int, entry: Mapping[str, Any]) -> Decision:
    other = entry.get("into") or entry.get("from")
    return Decision(
        decision_id=entry["id"],
        action=entry["action"],
        source_id=entry["source_id"],
        text=entry["text"],
        prefix=entry.get("prefix", ""),
        suffix=entry.get("suffix", ""),
        start=int(entry.get("start", -1)),
        changes=tuple((name, entry[name]) for name in FIELDS if name in entry),
        other=Anchor(**{"source_id": entry["source_id"], **other}) if other else None,
        expect=tuple((name, text) for name, text in entry.get("expect", {}).items()),
        reason=entry["reason"],
        by=entry["by"],
        reviewed_by=entry.get("reviewed_by", ""),
        decided_on=entry["decided_on"],
        where=document.at(index),
        proposal=entry.get("proposal", ""),
    )


def _field_problems(document: Document, index: int, entry: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield fields that the entry's action lacks or has no use for."""
    name, action = entry["action"], ACTIONS[entry["action"]]
    for field in action.required:
        if not entry.get(field):
            yield Problem(document.at(index), f"no {field!r}", f"{field!r} in every {name}", f"Add a line {field}: ...")
    for field in sorted(entry.keys() & SAID - {*action.fields}):
        uses = ", ".join(other for other, said in ACTIONS.items() if field in said.fields)
        yield Problem(
            document.at(index, field), f"{field!r} in a decision of action {name!r}", f"it only in: {uses}",
            "Remove the line, or choose another action.",
        )  # fmt: skip
    if name == "override" and not any(field in entry for field in action.optional):
        yield Problem(
            document.at(index), "an override of nothing", f"one of {', '.join(action.optional)}", "Say what changes."
        )


def _name_problems(decision: Decision, registry: Registry, known: set[str]) -> Iterator[Problem]:
    for source_id in dict.fromkeys((decision.source_id, decision.other.source_id if decision.other else "")):
        if source_id and source_id not in known:
            yield Problem(
                decision.where, f"unknown source {source_id!r}{nearest(source_id, known)}",
                "a source of this edition", "Correct the name, or remove the decision.",
            )  # fmt: skip
    names = registry.indicators
    if decision.indicator and decision.indicator not in names:
        yield Problem(
            decision.where, f"unknown indicator {decision.indicator!r}{nearest(decision.indicator, names)}",
            "an id of the registry", "Correct the id, or add the indicator.",
        )  # fmt: skip


@contextlib.contextmanager
def _without_collector() -> Iterator[None]:
    """Pause the cycle collector: over 5,000 decisions' nodes it takes three times as long as reading them."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
