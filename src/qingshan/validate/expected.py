"""What a rule asks of a row and what the row holds instead, in the words of the report.

Flows in: a rule and a row. Flows out: field names and short texts. A rule whose arguments say nothing a person could
read (a comparison with the raw file, a list of every id) is left to its own sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from qingshan.model import format_number
from qingshan.validate.suite import Rule, Text
from qingshan.validate.tables import Row

# the fields that people know by name; others stand by their column
FIELDS = {
    "value": Text("数值", "value"),
    "unit": Text("单位", "unit"),
    "kind": Text("类型", "kind"),
    "qualifier": Text("修饰", "qualifier"),
    "subject": Text("主语", "subject"),
    "indicator": Text("指标", "indicator"),
    "region": Text("地区", "region"),
    "period": Text("时间", "period"),
    "base_period": Text("基期", "base period"),
    "scope": Text("范围", "scope"),
    "integrity": Text("完整", "integrity"),
    "decision": Text("决定", "decision"),
    "place": Text("位置与原句", "place and quote"),
    "agreement": Text("数字间的比较", "comparison"),
    "table": Text("整张表", "whole table"),
}
_FIELD_OF = {
    "obs_value": "value", "value_low": "value", "value_high": "value", "obs_value_low": "value",
    "obs_value_high": "value", "unit_measure": "unit", "measure": "kind", "ref_area": "region",
    "time_period": "period", "time_basis": "period", "obs_status": "qualifier", "decision_id": "decision",
    "status": "decision", "reason": "decision", "figure_id": "place", "observation_id": "place", "source_id": "place",
    "start": "place", "end": "place", "text": "place", "quote": "place", "locator": "place", "verdict": "agreement",
}  # fmt: skip
# expectations that name first what a row is judged by, and not what is judged
_JUDGED = {
    "expect_value_within_bounds": "value", "expect_sign_fits_verb": "value", "expect_periods_in_order": "period",
    "expect_date_by_cutoff": "period", "expect_codes_in_force": "period",
}  # fmt: skip
# what keeps a figure waiting -> the field a person would have to settle
REASON_FIELDS = {
    "unit": "unit", "kind": "kind", "region": "region", "period": "period", "bounds": "value", "conflict": "value",
    "broken": "integrity", "unregistered": "indicator", "ambiguous": "indicator", "inexact": "indicator",
    "inferred": "place", "reopened": "decision", "unmerged": "decision",
}  # fmt: skip
_SHOWN = 60  # characters of a cell: a quote is shown anyway
_SET = 12  # members of a set


def columns_of(rule: Rule) -> tuple[str, ...]:
    """Return the columns a rule asks about, the one that is judged first; none of a rule about a whole table."""
    kwargs = rule.kwargs
    named = [kwargs[name] for name in ("column", "column_A", "column_B") if isinstance(kwargs.get(name), str)]
    for name in ("column_list", "column_set"):
        named.extend(column for column in kwargs.get(name) or () if isinstance(column, str))
    return tuple(dict.fromkeys(named))


def field_of(rule: Rule) -> str:
    """Return the field that a failure of the rule is about: a key of `FIELDS`, or a column's own name."""
    columns = columns_of(rule)
    if not columns:
        return "table"
    if rule.type in _JUDGED:
        return _JUDGED[rule.type]
    return _FIELD_OF.get(columns[0], columns[0])


def observed(rule: Rule, row: Row) -> str:
    """Return what the row holds in the rule's columns, as ``unit "公顷"``; '' where the quote says it better."""
    cells = [(name, _cell(row[name])) for name in columns_of(rule) if name in row and name != "quote"]
    return "，".join(f"{name} {cell}" for name, cell in cells if len(cell) <= _SHOWN)


def expected(rule: Rule, row: Row) -> Text:
    """Return what the rule asks for in this row; '' in both languages where only its sentence can say it."""
    say = _SAID.get(rule.type)
    return say(rule.kwargs, row) if say else Text("", "")


def _set(kwargs: Mapping[str, Any], _row: Row) -> Text:
    members = kwargs.get("value_set")
    if not isinstance(members, Sequence) or not members:  # a parameter: every id there is
        return Text("", "")
    named = [_cell(member) for member in members[:_SET]] + (["…"] if len(members) > _SET else [])
    return Text("、".join(named) + (" 之一" if len(members) > 1 else ""), "")


def _not_in_set(kwargs: Mapping[str, Any], row: Row) -> Text:
    named = _set(kwargs, row).zh.removesuffix(" 之一")
    return Text(f"不是 {named}", f"not {named}") if named else Text("", "")


def _between(kwargs: Mapping[str, Any], _row: Row) -> Text:
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    return Text(f"{_bound(low, '−∞')} 至 {_bound(high, '∞')}", f"{_bound(low, '−∞')} to {_bound(high, '∞')}")


def _lengths(kwargs: Mapping[str, Any], row: Row) -> Text:
    if kwargs.get("min_value") == 1 and kwargs.get("max_value") is None:
        return Text("不为空", "not empty")
    said = _between(kwargs, row)
    return Text(f"长度 {said.zh}", f"a length of {said.en}")


def _pair(kwargs: Mapping[str, Any], row: Row) -> Text:
    if "$PARAMETER" in str(kwargs.get("column_B")):
        return Text("", "")
    other, sign = str(kwargs.get("column_B", "")), "≥" if kwargs.get("or_equal") else ">"
    return Text(f"{sign} {other} {_cell(row.get(other, ''))}", "")


def _regex(kwargs: Mapping[str, Any], _row: Row) -> Text:
    if kwargs.get("regex") == r"\S":
        return Text("不为空", "not empty")
    return Text(f"符合 {kwargs.get('regex')}", f"matching {kwargs.get('regex')}")


def _no_regex(kwargs: Mapping[str, Any], _row: Row) -> Text:
    return Text(f"不符合 {kwargs.get('regex')}", f"not matching {kwargs.get('regex')}")


_SAID: Mapping[str, Callable[[Mapping[str, Any], Row], Text]] = {
    "expect_column_values_to_be_in_set": _set,
    "expect_column_values_to_not_be_in_set": _not_in_set,
    "expect_column_values_to_be_between": _between,
    "expect_column_value_lengths_to_be_between": _lengths,
    "expect_column_pair_values_a_to_be_greater_than_b": _pair,
    "expect_column_values_to_match_regex": _regex,
    "expect_column_values_to_not_match_regex": _no_regex,
    "expect_column_values_to_not_be_null": lambda _kwargs, _row: Text("有值", "a value"),
    "expect_column_values_to_be_unique": lambda _kwargs, _row: Text("只出现一次", "to stand once"),
}


def _bound(value: Any, open_end: str) -> str:
    return open_end if value is None else _cell(value)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return format_number(value) or "（空）"
    return f"“{value}”" if str(value) else "（空）"
