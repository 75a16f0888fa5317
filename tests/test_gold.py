"""The annotated part of the real report, scored by the scorer that lies beside it."""

import subprocess
import sys

import pytest

from qingshan.cli import main

# never lowered; raise them when the score rises
FLOORS = {
    "detection_f1": 0.97,
    "value_unit_f1": 0.97,
    "span_accuracy": 0.99,
    "qualifier_accuracy": 0.95,
    "kind_accuracy": 0.93,
    "subject_accuracy": 0.74,
    "region_accuracy": 0.85,
    "period_accuracy": 0.82,
    "full_row_f1": 0.50,
}


@pytest.fixture(scope="module")
def scores(shared, real_report, tmp_path_factory):
    out = tmp_path_factory.mktemp("gold") / "figures.csv"
    assert main(["extract", str(real_report), "--year", "2023", "--area", "全国", "--out", str(out)]) == 0
    gold = shared / "gold" / f"{real_report.stem}.jsonl"
    done = subprocess.run(
        [sys.executable, str(shared / "gold" / "score.py"), str(gold), str(out)],
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(line.split() for line in done.stdout.splitlines() if len(line.split()) == 2)


@pytest.mark.parametrize("measure", FLOORS)
def test_score_stays_above_its_floor(scores, measure):
    assert float(scores[measure]) >= FLOORS[measure]
