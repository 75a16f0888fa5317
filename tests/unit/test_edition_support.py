"""The made-up edition of the chart tests, with the decision that one of its observations rests on; holds no tests."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import test_charts_support as support

from qingshan.curate.tables import FILLS
from qingshan.model import Figure, Observation, Workspace

DECISION = {
    "id": "d-0001", "action": "accept", "source_id": "src-a", "text": "30微克/立方米", "reason": "对照表格确认。",
    "by": "李编者", "decided_on": "2024-03-02",
}  # fmt: skip
SECOND = support.source("src-b", title="统计年表2023", sha256="ba" * 32)


def pairs() -> list[tuple[Figure, Observation]]:
    """Return the figures and observations of the chart tests; a person accepted the last."""
    *made, (figure, seen) = support.pairs()
    return [*made, (figure, dataclasses.replace(seen, decision_id="d-0001"))]


def two_sources() -> list[tuple[Figure, Observation]]:
    """Return `pairs` and what a table says of the same indicator, place and year, for other cities."""
    row = "pm25_annual_mean,2023,31,city_sets_339"
    other = support.figure_and_observation(
        row, "31", 31.0, "pm25_annual_mean", unit="microgram_per_cubic_metre", source_id="src-b", scope="city_sets_339",
        decision_id="rule:table@1",
    )  # fmt: skip
    return [*pairs(), other]


def write_workspace(root: Path, made=None, decisions=(DECISION,), fills=(), **other) -> Workspace:
    """Write what the stages chart and publish read, the decisions of people and what they filled too."""
    workspace = support.write_workspace(root, pairs() if made is None else made, **other)
    workspace.work("2023", "curate", "fills.csv").write_text(FILLS.csv_text(fills), encoding="utf-8")
    path = workspace.decisions_file("2023")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(list(decisions), ensure_ascii=False), encoding="utf-8")  # JSON is YAML
    return workspace
