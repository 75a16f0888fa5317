"""Notices where a line of the source is missing: a number or unit cut off, a subject gone, a value lost.

The text says nothing of a missing line: two sentences simply run into each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qingshan.quantity import Quantity

_HAN = re.compile(r"[\u4e00-\u9fff]")
# a share or value announced, and then no number: the next words begin something else
_ANNOUNCED = re.compile(
    r"(?P<subject>[^，。；：！？\n]{2,40}?(?:比例|比重|占比|覆盖率|达标率|浓度|总量|面积|比率|合格率|利用率|率))"
    r"(?P<verb>为|达到|达|占|约为|分别为)(?=(?P<next>[^\d，。；、\s]{1,6}))"
)
_VALUE_FOLLOWS = re.compile(
    r"[^，。；：！？\n]{0,24}?(?:\d|[零〇一二两三四五六七八九十百千万亿半]+(?:成|分之|倍|个百分点))"
    r"|历史|目标|世界|全国(?!近岸)|国家|优|良|核心|约束|主|首|正|负|重点|基础|依据|标准"
)


@dataclass(frozen=True, slots=True)
class Gap:
    """A value announced and lost: clean offset where it should stand, and clean span of its subject."""

    position: int
    subject_start: int
    subject: str


def integrity(text: str, quantity: Quantity, subject: str) -> tuple[str, str]:
    """Return whole, truncated or orphan for a quantity, and the rule that says so."""
    after = text[quantity.end : quantity.end + 1]
    if not quantity.unit and (_HAN.match(after) or after in ("》", ")", "）", "|")):
        return "truncated", "no-unit"
    if not quantity.unit and not subject:
        return "truncated", "no-unit"
    if not subject:
        return "orphan", "no-subject"
    return "whole", "none"


def find_gaps(text: str) -> Iterator[Gap]:
    """Yield the places where a value is announced and does not follow."""
    for match in _ANNOUNCED.finditer(text):
        if not _VALUE_FOLLOWS.match(text[match.end() : match.end() + 40]):
            yield Gap(match.end(), match.start("subject"), match["subject"])
