"""The sentences of a comparison, in Chinese and in English: numbers and names of the registry, no raw text."""

from __future__ import annotations

import math
import re

from qingshan.consistency.findings import Text
from qingshan.consistency.interval import Interval
from qingshan.consistency.statements import Statement
from qingshan.model import format_number
from qingshan.registry import Registry

_DIGITS = 4
VERDICT_WORDS = {
    "consistent": Text("一致", "they agree"),
    "within_rounding": Text("计入四舍五入后一致", "they agree within rounding"),
    "inconsistent": Text("不一致", "they contradict each other"),
    "not_comparable": Text("不可比", "they are not comparable"),
}
REASON_WORDS = {
    "scope": Text("范围不同", "their scopes differ"),
    "basis": Text("口径不同", "their bases differ"),
    "sentence": Text(
        "同一句里的两个数多半不是一回事，请核对各自的时间、地点和主语",
        "one sentence would hardly state two values of one thing",
    ),
}


def rounded(value: float) -> float:
    """Return a recomputed bound to four digits that count, six where it is large."""
    return float(f"{value:.{max(_DIGITS, min(6, len(str(int(abs(value))))))}g}") if math.isfinite(value) else value


def in_chinese(value: float) -> str:
    """Return a number as Chinese texts write it: 8360000000 is 83.6亿."""
    for size, word in ((1e8, "亿"), (1e4, "万")):
        if size * 10 <= abs(value) < math.inf or (size == 1e8 and size <= abs(value) < math.inf):
            return format_number(float(f"{value / size:.10g}")).replace("-", "−") + word
    return format_number(value).replace("-", "−")


def in_english(value: float) -> str:
    """Return a number with its thousands marked."""
    whole, point, rest = format_number(value).partition(".")
    return re.sub(r"(?<=\d)(?=(\d{3})+$)", ",", whole).replace("-", "−") + point + rest


class Wording:
    """Says comparisons with the names of one registry; made once."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._said: dict[str, Text] = {}  # a figure is told in many comparisons

    def compared(self, subject: Statement, what: Text, verdict: str, reason: str = "") -> Text:
        """Return the whole sentence: which indicator, where, what was compared, and how that ends."""
        name = self.indicator(subject.indicator)
        zh, en = VERDICT_WORDS[verdict].zh, VERDICT_WORDS[verdict].en
        if reason:
            zh, en = f"{REASON_WORDS[reason].zh}，{zh}", f"{en}, {REASON_WORDS[reason].en}"
        region = self.region(subject.region)
        return Text(f"{region.zh}{name.zh}：{what.zh}，{zh}。", f"{name.en}, {region.en}: {what.en}; {en}.")

    def indicator(self, indicator_id: str) -> Text:
        label = self._registry.indicators[indicator_id].label
        return Text(label["zh"], label["en"])

    def region(self, name: str) -> Text:
        region = self._registry.vocabulary.region_of.get(name)
        return Text(name, region.en if region else name or "no place stated")

    def unit(self, unit: str) -> Text:
        """Return a unit as it follows a number: a symbol, or a word after a space."""
        found = self._registry.units.get(unit)
        if not found:
            return Text(unit, unit and f" {unit}")
        short = found.symbol or found.en
        return Text(unit, short if short in ("%", "‰") else short and f" {short}")

    def value(self, statement: Statement) -> Text:
        """Return a figure as read: its value and unit, and of a change the sign."""
        sign = "+" if statement.kind == "change" and statement.value > 0 else ""
        unit = self.unit(statement.unit)
        value = statement.value
        return Text(f"{sign}{in_chinese(value)}{unit.zh}", f"{sign}{in_english(value)}{unit.en}")

    def said(self, statement: Statement) -> Text:
        """Return a figure with its time and, of a series, its scope: 29微克/立方米（2022，官方数列）."""
        key = f"{statement.figure_id} {statement.base}"
        if key not in self._said:
            value, notes = self.value(statement), self._notes(statement)
            zh, en = "，".join(note.zh for note in notes), ", ".join(note.en for note in notes)
            self._said[key] = Text(f"{value.zh}（{zh}）", f"{value.en} ({en})") if notes else value
        return self._said[key]

    def span(self, interval: Interval, unit: str) -> Text:
        """Return an interval in words."""
        bounds, name = (rounded(interval.low), rounded(interval.high)), self.unit(unit)
        (low, high), (least, most) = map(in_chinese, bounds), map(in_english, bounds)
        if interval.high == math.inf:
            return Text(f"不低于{low}{name.zh}", f"at least {least}{name.en}")
        if interval.low == -math.inf:
            return Text(f"不超过{high}{name.zh}", f"at most {most}{name.en}")
        if low == high:
            return Text(f"{low}{name.zh}", f"{least}{name.en}")
        return Text(f"{low}至{high}{name.zh}", f"{least} to {most}{name.en}")

    def scope(self, statement: Statement) -> Text:
        """Return the scopes that a figure is known to have; '' where there is a choice."""
        codes = [next(iter(allowed)) for allowed in statement.scope.values() if len(allowed) == 1]
        names = [self._registry.scopes[code] for code in sorted(codes)]
        return Text("、".join(scope.name for scope in names), ", ".join(scope.en for scope in names))

    def _notes(self, statement: Statement) -> list[Text]:
        notes = []
        if statement.period:
            when = f"{statement.base}→{statement.period}" if statement.base else statement.period
            notes.append(Text(when, when))
        if statement.is_witness:
            notes.append(Text("数列", "series"))
        scope = self.scope(statement)
        if scope.zh:
            notes.append(scope)
        return notes
