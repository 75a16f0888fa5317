"""Puts figures that wait for a person in the order in which deciding them matters.

Flows in: rows of the table `curated`, the registry, and how many checks fail on a figure. Flows out: the same rows with
what depends on each. Nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from qingshan.registry import Registry

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Waiting:
    """A figure that waits, and in a few words each what depends on it."""

    row: Row
    needed_by: tuple[str, ...]


def most_consequential_first(
    rows: Iterable[Row], registry: Registry, failing: Mapping[str, int] | None = None
) -> list[Waiting]:
    """Return the undecided rows: charted indicators, registered ones, broken figures, unregistered ones.

    Within each of these come first the figures on which most charts, official indicators and checks depend, then those
    that a person had decided before, then the order of the sources.

    Parameters
    ----------
    failing
        figure_id -> how many checks fail on it.
    """
    waiting = [Waiting(row, _needed_by(row, registry, failing or {})) for row in rows if row["status"] == "undecided"]
    return sorted(
        waiting,
        key=lambda one: (
            _rank(one.row, registry),
            -len(one.needed_by),
            one.row["reason"] != "reopened",
            one.row["source_id"],
            one.row["start"],
        ),
    )


def _rank(row: Row, registry: Registry) -> int:
    indicator = registry.indicators.get(row["indicator"])
    if indicator:
        return 0 if indicator.group else 1
    return 2 if row["integrity"] != "whole" else 3


def _needed_by(row: Row, registry: Registry, failing: Mapping[str, int]) -> tuple[str, ...]:
    indicator = registry.indicators.get(row["indicator"])
    needed = []
    if indicator and indicator.group and row["kind"] == "change":
        needed.append("1 chart")
    if indicator and indicator.official_id:
        needed.append(f"official indicator {indicator.official_id}")
    if number := failing.get(row["figure_id"], 0):
        needed.append(f"{number} failing check{'s' if number > 1 else ''}")
    return tuple(needed)
