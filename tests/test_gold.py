"""Reading scored against hand annotations: the real report's annotated part, and texts written and annotated for this.

The scorer lies beside the repository. Floors are what was reached; they are raised when a score rises, never lowered.
The texts under `held` are only scored: nobody who changes the reader reads them.
"""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from qingshan.cli import main
from qingshan.extract import Extractor
from qingshan.model import FIGURES
from qingshan.readers.choose import read_source

GOLD = Path(__file__).parent / "gold"
FLOORS = {
    "detection_f1": 0.97,
    "value_unit_f1": 0.97,
    "span_accuracy": 0.99,
    "qualifier_accuracy": 0.97,
    "kind_accuracy": 0.95,
    "subject_accuracy": 0.88,
    "region_accuracy": 0.93,
    "region_stated_accuracy": 0.85,
    "period_accuracy": 0.98,
    "period_stated_accuracy": 0.95,
    "base_period_stated_accuracy": 0.95,
    "integrity_recall": 0.90,
    "integrity_precision": 0.95,
    "full_row_f1": 0.82,
}
# folder -> detection, value and unit, full row; pooled over its texts
TEXT_FLOORS = {
    "dev": (0.98, 0.98, 0.85),
    "dev2": (0.97, 0.97, 0.72),
    "dev3": (0.98, 0.97, 0.76),
    "dev4": (0.98, 0.97, 0.79),
    "dev5": (0.98, 0.98, 0.87),
    "held": (0.97, 0.96, 0.70),
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


@pytest.fixture(scope="module")
def scorer(shared):
    spec = importlib.util.spec_from_file_location("score", shared / "gold" / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _counts(scorer, extractor, path):
    """Return gold, predicted, matched, right in value and unit, right in the whole row, for one annotated text."""
    text = next(path.with_suffix(suffix) for suffix in (".txt", ".html") if path.with_suffix(suffix).exists())
    meta = json.loads(path.with_suffix(".meta.json").read_text(encoding="utf-8"))
    source = read_source(text.read_bytes(), where=text.name, name=text.name)
    year, area = str(meta.get("year", "")), meta.get("area") or ""
    found = extractor.extract_source(source, path.stem, year=year, area=area).figures
    rows = [
        {name: value if isinstance(value, int) else str(value) for name, value in FIGURES.row(figure).items()}
        for figure in found
    ]
    by_class = scorer.load_gold(path)
    gold, borderline = by_class["figure"], by_class["borderline"]
    matched = scorer.match(gold, rows)
    used = {id(row) for _, row in matched}
    extra = [r for r in rows if id(r) not in used and not any(scorer.overlap(r, b) > 0 for b in borderline)]
    fields = {
        "unit": scorer.norm_unit,
        "region": scorer.norm_region,
        "period": scorer.norm_period,
        "kind": lambda t: t or "",
    }
    right = {name: scorer._field_test(name, norm) for name, norm in fields.items()}
    core = [
        (g, r) for g, r in matched if scorer.same_value(g["value"], scorer.number(r["value"])) and right["unit"](g, r)
    ]
    full = [
        pair
        for pair in core
        if all(right[n](*pair) for n in ("region", "period", "kind")) and scorer._subject_right(*pair)
    ]
    return len(gold), len(matched) + len(extra), len(matched), len(core), len(full)


@pytest.mark.parametrize("folder", TEXT_FLOORS)
def test_texts_written_for_this_stay_above_their_floors(scorer, vocabulary, folder):
    extractor = Extractor(vocabulary)
    paths = sorted((GOLD / folder).glob("*.jsonl"))
    assert len(paths) >= 5
    gold, predicted, *hits = (
        sum(column) for column in zip(*(_counts(scorer, extractor, p) for p in paths), strict=True)
    )
    reached = [2 * hit / (gold + predicted) for hit in hits]
    assert all(score >= floor for score, floor in zip(reached, TEXT_FLOORS[folder], strict=True)), reached


@pytest.mark.parametrize("path", sorted(GOLD.glob("*/*.jsonl")), ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_every_annotated_span_stands_in_its_text(path):
    text = next(path.with_suffix(suffix) for suffix in (".txt", ".html") if path.with_suffix(suffix).exists())
    raw = text.read_bytes().decode("utf-8")
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["class"] in ("figure", "borderline"):
            assert raw[row["start"] : row["end"]] == row["text"]
