"""Judges what was read of the bulletin against its annotation; figures meet by order, for offsets differ by format."""

from __future__ import annotations

import importlib.util
import math
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from qingshan.model import FIGURES, Figure

_SHARED = Path(__file__).resolve().parents[3] / "shared" / "gold" / "score.py"


@dataclass(frozen=True)
class Score:
    """What came back: figures annotated, figures read, those that meet, and of these the right ones."""

    gold: int
    found: int
    matched: int
    value_unit: int
    full: int
    misses: tuple[str, ...]

    @property
    def value_unit_f1(self) -> float:
        return 2 * self.value_unit / (self.gold + self.found)

    @property
    def full_row_f1(self) -> float:
        return 2 * self.full / (self.gold + self.found)

    def __str__(self) -> str:
        return (
            f"read {self.found:>3}  matched {self.matched:>3}  value_unit_f1 {self.value_unit_f1:.3f}"
            f"  full_row_f1 {self.full_row_f1:.3f}"
        )


class Comparison:
    """When two fields say the same, in short; `house` is the scorer of the annotated report where it is at hand."""

    def same_value(self, left: float, right: float) -> bool:
        return math.isclose(left, right, rel_tol=1e-6, abs_tol=1e-9)

    def norm_unit(self, unit: str | None) -> str:
        known = {"μg/m³": "微克/立方米", "％": "%"}
        return known.get((unit or "").strip(), (unit or "").strip())

    def norm_region(self, region: str | None) -> str:
        return re.sub(r"(?:[省市]|自治区)$", "", (region or "").strip())

    def norm_period(self, period: str | None) -> str:
        return "/".join(part[:4] for part in (period or "").strip().split("/"))

    def subject_f1(self, left: str | None, right: str | None) -> float:
        """Return how much two subjects share, by pairs of neighbouring characters."""
        a, b = (_pairs(re.sub(r"[\s（）()、，,“”\"《》的]", "", text or "")) for text in (left, right))
        total = sum(a.values()) + sum(b.values())
        return 2 * sum((a & b).values()) / total if total else 1.0


def _pairs(text: str) -> Counter[str]:
    return Counter(text[at : at + 2] for at in range(max(len(text) - 1, 1))) if text else Counter()


def house() -> ModuleType | None:
    """Return the scorer that lies beside the repository; None where it does not."""
    if not _SHARED.exists():
        return None
    spec = importlib.util.spec_from_file_location("score", _SHARED)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def score(gold: list[dict] | tuple[dict, ...], figures: list[Figure] | tuple[Figure, ...]) -> Score:
    """Return the score of figures, in the order of their text."""
    rules = house() or Comparison()
    rows = [FIGURES.row(figure) for figure in figures]
    pairs = align([_key(one["text"]) for one in gold], [_key(row["reading"]) for row in rows])
    misses = [f"missed {gold[at]['text']} {gold[at].get('subject')}" for at in _without(len(gold), pairs, 0)]
    misses += [f"extra {rows[at]['text']} {rows[at]['quote'][:40]}" for at in _without(len(rows), pairs, 1)]
    core = full = 0
    for left, right in pairs:
        wrong = _wrong(gold[left], rows[right], rules)
        core += not {"value", "unit"} & set(wrong)
        full += not wrong
        misses += [f"{name} {gold[left]['text']} {gold[left].get(name)} / {rows[right][name]}" for name in wrong]
    return Score(len(gold), len(rows), len(pairs), core, full, tuple(misses))


def _wrong(gold: dict, row: dict, rules: ModuleType | Comparison) -> list[str]:
    """Return the fields that are wrong, of those that the house counts."""
    wrong = [] if rules.same_value(float(gold["value"]), float(row["value"])) else ["value"]
    norms = {"unit": rules.norm_unit, "region": rules.norm_region, "period": rules.norm_period, "kind": lambda t: t}
    for name, norm in norms.items():
        if norm(str(row[name])) not in {norm(one) for one in _any_of(gold[name])}:
            wrong.append(name)
    if not any(rules.subject_f1(one, str(row["subject"])) >= 0.6 for one in _any_of(gold["subject"])):
        wrong.append("subject")
    return wrong


def _any_of(wanted: object) -> list:
    return wanted if isinstance(wanted, list) else [wanted]


def _without(count: int, pairs: list[tuple[int, int]], side: int) -> list[int]:
    met = {pair[side] for pair in pairs}
    return [at for at in range(count) if at not in met]


def _key(text: str) -> str:
    """Return the number of a figure: its digits and point, or its characters where it has none."""
    text = re.sub(r"[\s,，]", "", text)
    number = re.search(r"\d+(?:\.\d+)?", text)
    return number[0] if number else text


def align(gold: list[str], found: list[str]) -> list[tuple[int, int]]:
    """Return the places of equal keys in both lists, in order and as many as can be: a longest common subsequence."""
    longest = [[0] * (len(found) + 1) for _ in range(len(gold) + 1)]
    for left in reversed(range(len(gold))):
        for right in reversed(range(len(found))):
            longest[left][right] = (
                longest[left + 1][right + 1] + 1
                if gold[left] == found[right]
                else max(longest[left + 1][right], longest[left][right + 1])
            )
    pairs, left, right = [], 0, 0
    while left < len(gold) and right < len(found):
        if gold[left] == found[right]:
            pairs.append((left, right))
            left, right = left + 1, right + 1
        elif longest[left + 1][right] >= longest[left][right + 1]:
            left += 1
        else:
            right += 1
    return pairs
