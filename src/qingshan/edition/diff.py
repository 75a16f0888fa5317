"""What changed between two editions: rows that were revised, come from another source, are gone or are new.

Flows in: the observations of two editions as published. Flows out: rows of `DIFF`, the largest change first. Pairs are
found and printed as the errata find and print them; nothing is written here.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from qingshan.edition import contracts, errata
from qingshan.edition.published import Revision
from qingshan.model import Column, TableContract
from qingshan.registry import Registry

REVISED, RESOURCED, REMOVED, ADDED = KINDS = ("revised", "re-sourced", "removed", "added")
DIFF = TableContract(
    "diff",
    (
        Column("change", str, "revised, re-sourced (the same, said by another source), removed or added"),
        Column("difference", float, "how far the value moved, as a share of the one before; empty where none can be"),
        *(replace(one, meaning=one.meaning.replace("revision before", "other edition"))
          for one in contracts.ERRATA.columns if one.name not in ("erratum", "change")),
    ),
    ("observation_before", "observation_id"),
)  # fmt: skip


def diff_rows(before: Revision, after: Revision, registry: Registry) -> list[dict[str, Any]]:
    """Return a row of `DIFF` for each observation that differs between two editions.

    Two revisions of one year are paired as errata are; of different years, an observation is the same when its key is,
    the source apart: another year's report may say the same fact.

    Returns
    -------
    list
        Revised rows first, the largest relative change first; then those re-sourced, removed, added.
    """
    same_year = before.edition.partition("-r")[0] == after.edition.partition("-r")[0]
    found = errata.errata_rows(before, after.observations, after.readings, registry, is_revision=same_year)
    return sorted((_row(one) for one in found), key=_order)


def counts(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Return how many rows there are of each kind, 0 included."""
    found = Counter(row["change"] for row in rows)
    return {kind: found[kind] for kind in KINDS}


def _row(erratum: Mapping[str, Any]) -> dict[str, Any]:
    kind = erratum["change"]
    if kind == "changed":
        kind = RESOURCED if erratum["fields"] == "source" else REVISED
    told = {name: value for name, value in erratum.items() if name != "erratum"}
    return {**told, "change": kind, "difference": _difference(erratum)}


def _difference(row: Mapping[str, Any]) -> float:
    before, after = row["value_before"], row["value"]
    if row["unit_before"] != row["unit_measure"] or math.isnan(before) or math.isnan(after) or not before:
        return math.nan
    return abs(after - before) / abs(before)


def _order(row: Mapping[str, Any]) -> Sequence[Any]:
    moved = row["difference"]
    key = (row["indicator"], row["ref_area"], row["period"] or row["period_before"])
    return (KINDS.index(row["change"]), math.inf if math.isnan(moved) else -moved, *key,
            row["observation_before"], row["observation_id"])  # fmt: skip
