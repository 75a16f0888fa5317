"""The curate stage's own tables as rows: every figure with its status, fills, and decisions that hold nowhere.

Flows in: `Curated`. Flows out: rows under the contracts of `model.tables` and of this module. Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qingshan.curate.standing import WHY_STALE
from qingshan.curate.status import Curated
from qingshan.model import FIGURES, Column, Figure, TableContract

FILLS = TableContract(
    "fills",
    (
        Column("source_id", str, "the source that lost the value"),
        Column("position", int, "raw offset where it should stand"),
        Column("figure_id", str, "the figure of another source printed in its place"),
        Column("observation_id", str, "the observation that figure supports"),
        Column("decision_id", str, "who said so"),
    ),
    ("source_id", "position"),
)
STALE_DECISIONS = TableContract(
    "stale_decisions",
    (
        Column("decision_id", str, "the decision that holds nowhere"),
        Column("action", str, "what it said"),
        Column("source_id", str, "the source it is about"),
        Column("text", str, "the raw text it was about"),
        Column("prefix", str, "raw characters before"),
        Column("suffix", str, "raw characters after"),
        Column("why", str, ", ".join(WHY_STALE)),
        Column("figures", str, "ids of the figures it reopens, joined by a space"),
        Column("reason", str, "the decision's own reason"),
        Column("by", str, "who decided"),
        Column("decided_on", str, "when"),
        Column("where", str, "file and line"),
    ),
    ("decision_id",),
)
ADDED = TableContract("added", FIGURES.columns, FIGURES.key)


def curated_rows(curated: Curated) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table `curated`."""
    for item in curated.figures:
        yield {
            **FIGURES.row(item.figure),
            "status": item.status,
            "reason": item.reason,
            "decision_id": item.decision_id,
            "observation_id": item.observation_id,
            "original": item.original,
            "note": item.note,
        }


def stale_rows(curated: Curated) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table `stale_decisions`, in file order."""
    for stale in curated.stale:
        decision = stale.decision
        said = {name: getattr(decision, name) for name in STALE_DECISIONS.names if hasattr(decision, name)}
        yield {**said, "why": stale.why, "figures": " ".join(stale.figure_ids)}


def to_figure(row: Mapping[str, Any]) -> Figure:
    """Return the figure of a row of the tables figures, added or curated."""
    return Figure(**{name: value for name, value in row.items() if name in Figure.__dataclass_fields__})
