"""Arithmetic between figures: which of them agree, which only within rounding, which contradict each other.

Flows in: rows of the table `curated`, decided and undecided, and the registry. Flows out: findings, and their rows. All
of it is pure: no figure or decision is changed, and an official series is a witness that never replaces what is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from qingshan.consistency.changes import Changes
from qingshan.consistency.findings import RELATIONS, VERDICTS, Finding, Hint, Member, Text
from qingshan.consistency.interval import Interval
from qingshan.consistency.pairs import accumulations, places, repeats
from qingshan.consistency.registered import Registered
from qingshan.consistency.statements import Statement, missing_columns, statements
from qingshan.consistency.tables import CONSISTENCY, finding_rows
from qingshan.consistency.wording import Wording
from qingshan.registry import Registry

__all__ = [
    "CONSISTENCY",
    "RELATIONS",
    "VERDICTS",
    "Finding",
    "Hint",
    "Interval",
    "Member",
    "Statement",
    "Text",
    "check",
    "compare",
    "finding_rows",
    "missing_columns",
    "statements",
]


def check(rows: Iterable[Mapping[str, Any]], registry: Registry) -> list[dict[str, Any]]:
    """Return the rows of the table `consistency` for rows of the table `curated`.

    Returns
    -------
    list of dict
        Under the contract `CONSISTENCY`: what contradicts itself first.
    """
    listed = list(rows)
    quotes = {row["figure_id"]: row["quote"] for row in listed}
    return list(finding_rows(compare(statements(listed, registry), registry), quotes))


def compare(listed: Iterable[Statement], registry: Registry) -> list[Finding]:
    """Return every comparison that the statements allow, each once, relation by relation."""
    given, say = list(listed), Wording(registry)
    found = [
        *repeats(given, registry, say),
        *Changes(given, registry, say).check(),
        *accumulations(given, registry, say),
        *places(given, registry, say),
        *Registered(given, registry, say).check(),
    ]
    return [one for one in found if _is_worth_telling(one)]


def _is_worth_telling(finding: Finding) -> bool:
    """Whether a comparison excluded anything, and is not that of a series that agrees with itself."""
    if not (finding.recomputed.says_something and finding.stated.says_something):
        return False
    is_of_texts = any(not member.statement.is_witness for member in finding.members)
    return is_of_texts or finding.verdict == "inconsistent"
