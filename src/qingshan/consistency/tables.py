"""The table of comparisons: its columns, and a finding as its row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from qingshan.consistency.findings import RELATIONS, VERDICTS, Finding
from qingshan.model import Column, TableContract

CONSISTENCY = TableContract(
    "consistency",
    (
        Column("finding_id", str, "12 hex digits of the sha256 of relation and figures"),
        Column("relation", str, ", ".join(RELATIONS)),
        Column("verdict", str, ", ".join(VERDICTS)),
        Column("reason", str, "why figures are not comparable: scope, basis, period or sentence"),
        Column("indicator", str, "registry id of the figure that is checked"),
        Column("region", str, "what place it is about"),
        Column("period", str, "of the figure that is checked"),
        Column("base_period", str, "what a change is measured from"),
        Column("value", float, "the figure that is checked, in `unit`"),
        Column("stated_low", float, "lowest value that figure allows"),
        Column("stated_high", float, "highest value that figure allows"),
        Column("recomputed_low", float, "lowest value the other figures leave open, in `unit`"),
        Column("recomputed_high", float, "highest value the other figures leave open"),
        Column("unit", str, "unit of the figure that is checked"),
        Column("figure_ids", str, "every figure compared, joined by a space; the checked one first"),
        Column("roles", str, "as what each of `figure_ids` takes part, joined by a space"),
        Column("witnesses", str, "those of `figure_ids` that are cells of a table, joined by a space"),
        Column("quotes", str, "the raw quote of each of `figure_ids`, as a JSON list"),
        Column("sentence_zh", str, "what was compared and how that ends, in Chinese"),
        Column("sentence_en", str, "the same in English"),
        Column("hint", str, "code of a hint where else to look, '' if there is none"),
        Column("hint_zh", str, "the hint in Chinese"),
        Column("hint_en", str, "the hint in English"),
        Column("hint_figure_ids", str, "the figures the hint speaks of, joined by a space"),
    ),
    ("finding_id",),
)


def finding_rows(findings: Iterable[Finding], quotes: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the rows of the table `consistency`, worst verdicts first and otherwise in the order of the findings.

    Parameters
    ----------
    quotes
        figure_id -> raw quote.
    """
    order = ("inconsistent", "within_rounding", "not_comparable", "consistent")
    yield from (_row(one, quotes) for one in sorted(findings, key=lambda one: order.index(one.verdict)))


def _printed(value: float) -> float:
    """Return a recomputed bound without the last binary digits, which no source could bear out."""
    return float(f"{value:.10g}")


def _row(finding: Finding, quotes: Mapping[str, str]) -> dict[str, Any]:
    claim, hint = finding.members[0].statement, finding.hint
    roles: dict[str, str] = {}
    for member in finding.members:
        roles.setdefault(member.statement.figure_id, member.role)
    witnesses = {member.statement.figure_id for member in finding.members if member.statement.is_witness}
    key = "\x1f".join((finding.relation, *(f"{role}={figure}" for figure, role in roles.items())))
    return {
        "finding_id": hashlib.sha256(key.encode()).hexdigest()[:12],
        "relation": finding.relation,
        "verdict": finding.verdict,
        "reason": finding.reason,
        "indicator": claim.indicator,
        "region": claim.region,
        "period": claim.period,
        "base_period": claim.base,
        "value": claim.value,
        "stated_low": finding.stated.low,
        "stated_high": finding.stated.high,
        "recomputed_low": _printed(finding.recomputed.low),
        "recomputed_high": _printed(finding.recomputed.high),
        "unit": finding.unit,
        "figure_ids": " ".join(roles),
        "roles": " ".join(roles.values()),
        "witnesses": " ".join(figure for figure in roles if figure in witnesses),
        "quotes": json.dumps([quotes.get(figure, "") for figure in roles], ensure_ascii=False),
        "sentence_zh": finding.text.zh,
        "sentence_en": finding.text.en,
        "hint": hint.code if hint else "",
        "hint_zh": hint.text.zh if hint else "",
        "hint_en": hint.text.en if hint else "",
        "hint_figure_ids": " ".join(member.statement.figure_id for member in hint.members) if hint else "",
    }
