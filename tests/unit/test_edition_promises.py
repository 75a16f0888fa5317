"""What a finished folder promises is read back from its files: each promise broken once, and named."""

import json
import shutil
from pathlib import Path

import pytest

from qingshan.edition import promises
from qingshan.model import StageError

COMMITTED = Path(__file__).parents[2] / "data" / "clean" / "2023"


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(COMMITTED, tmp_path / "2023"))


def _count(folder, **changes):
    path = folder / "edition.json"
    about = json.loads(path.read_text(encoding="utf-8"))
    about["counts"].update(changes)
    path.write_text(json.dumps(about), encoding="utf-8")


def _without_last_row(folder, name):
    path = folder / name
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")


def _lineage(folder):
    path = next(folder.glob("charts/*.lineage.json"))
    lineage = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**lineage, "observations": [*lineage["observations"], "0" * 12]}), encoding="utf-8")


BROKEN = [
    (lambda f: _count(f, observations=1), "states 1 observations, observations.csv has"),
    (lambda f: _count(f, lost=0), "states 0 lost, lost.csv has"),
    (lambda f: _count(f, found=1), "states 1 figures found"),
    (lambda f: _count(f, accepted=1), "states 1 accepted, figures.csv has"),
    (lambda f: (f / "edition.json").unlink(), "states None"),
    (lambda f: _without_last_row(f, "lost.csv"), "lost.csv has"),
    (lambda f: _without_last_row(f, "observation_figures.csv"), "has no figure; accepted figure .* has no observation"),
    (lambda f: _without_last_row(f, "figures.csv"), "of which one is not there"),
    (_lineage, r"lineage\.json names 000000000000, which observations\.csv lacks"),
]


def test_the_committed_edition_keeps_its_promises(folder):
    promises.check(folder)


@pytest.mark.parametrize(("spoil", "message"), BROKEN)
def test_a_broken_promise_is_named(folder, spoil, message):
    spoil(folder)

    with pytest.raises(StageError, match=message):
        promises.check(folder)
