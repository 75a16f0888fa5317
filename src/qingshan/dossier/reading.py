"""How a figure was read, field by field, with the rule that gave each.

Flows in: a row of the table curated (or figures). Flows out: `ReadField` records in the order in which a person checks
them. Nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from qingshan.curate import Match
from qingshan.model import format_number

# field -> its name in Chinese and English, and the name under which the reader records its rule
_FIELDS = {
    "value": ("数值", "value", "number"),
    "unit": ("单位", "unit", "number"),
    "qualifier": ("修饰", "qualifier", "qualifier"),
    "kind": ("类型", "kind", "kind"),
    "subject": ("主语", "subject", "subject"),
    "indicator": ("指标", "indicator", "indicator"),
    "region": ("地区", "region", "region"),
    "period": ("时间", "period", "period"),
    "base_period": ("基期", "base period", "base_period"),
    "scope": ("范围", "scope", "scope"),
    "integrity": ("完整", "integrity", "integrity"),
}
_BASES = {"region": "region_basis", "period": "period_basis"}


@dataclass(frozen=True, slots=True)
class ReadField:
    """One field of a reading: what was read, '' if nothing, and by which rule, '' where no rule is recorded."""

    name: str
    zh: str
    en: str
    value: str
    rule: str


def reading(row: Mapping[str, Any], match: Match | None = None) -> Iterator[ReadField]:
    """Yield the fields of a row; then, under its own name, what else the reader recorded.

    Parameters
    ----------
    match
        What the figure's words say of its indicator, when that was looked up.
    """
    rules = {name: rule for name, _, rule in (part.partition("=") for part in row["rules"].split(";")) if name}
    rules.setdefault("indicator", match.quality if match else "")
    if match and match.misfit:
        rules["indicator"] += f", {match.misfit} does not fit"
    used = {rule_name for _, _, rule_name in _FIELDS.values()}
    for name, (zh, en, rule_name) in _FIELDS.items():
        rule = rules.get(rule_name, "")
        basis = row.get(_BASES.get(name, ""), "")
        yield ReadField(name, zh, en, _value(row, name), f"{rule} ({basis})" if basis else rule)
    for name, rule in rules.items():
        if name not in used:
            yield ReadField(name, name, "", "", rule)


def _value(row: Mapping[str, Any], name: str) -> str:
    if name != "value":
        return str(row[name])
    low, high = format_number(row["value_low"]), format_number(row["value_high"])
    return f"{format_number(row['value'])}  [{low}, {high}]"
