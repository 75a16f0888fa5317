"""What changed between two editions: each kind of change, the largest first, and the command's exit codes."""

from __future__ import annotations

import csv
import dataclasses
import math

import pytest
import test_charts_support as support
import test_edition_support as editions
from hypothesis import given
from hypothesis import strategies as st

from qingshan import charts, edition, files
from qingshan.cli import main
from qingshan.edition.diff import DIFF, KINDS, counts, diff_rows
from qingshan.edition.published import Revision
from qingshan.model import OBSERVATIONS

REGISTRY = support.registry()
SEEN = [seen for _, seen in support.pairs()]


def _revision(name, seen):
    rows = [OBSERVATIONS.row(dataclasses.replace(one, edition=name[:4])) for one in seen]
    return Revision(name, rows, {}, {})


def _with(number, **other):
    """Return the observations with one of them otherwise."""
    return [*SEEN[:number], dataclasses.replace(SEEN[number], **other), *SEEN[number + 1 :]]


def _diff(after, before=None, names=("2022", "2023")):
    return diff_rows(_revision(names[0], SEEN if before is None else before), _revision(names[1], after), REGISTRY)


def _value(value):
    return {"obs_value": value, "obs_value_low": value, "obs_value_high": value}


def test_the_same_observations_are_no_change_although_every_id_is_new():
    assert _diff(SEEN) == []
    assert _diff(SEEN[::-1]) == []


CASES = [
    (_with(16, **_value(33.0)), "revised", "value", 0.1),
    (_with(16, qualifier="about"), "revised", "qualifier", 0.0),
    (_with(16, unit_measure="percent"), "revised", "unit", math.nan),
    (_with(16, source_id="src-z"), "re-sourced", "source", 0.0),
    (_with(16, source_id="src-z", **_value(33.0)), "revised", "value;source", 0.1),
    (SEEN[:-1], "removed", "", math.nan),
    ([*SEEN, dataclasses.replace(SEEN[16], time_period="2024")], "added", "", math.nan),
]


@pytest.mark.parametrize(("after", "kind", "fields", "difference"), CASES)
def test_each_kind_of_change(after, kind, fields, difference):
    (row,) = _diff(after)
    assert (row["change"], row["fields"]) == (kind, fields)
    assert row["difference"] == pytest.approx(difference, nan_ok=True)
    assert row["sentence_zh"]
    assert row["sentence_en"]


def test_between_years_another_period_is_another_fact_but_in_a_revision_it_is_a_correction():
    after = _with(16, time_period="2024")
    assert [row["change"] for row in _diff(after)] == ["removed", "added"]
    (row,) = _diff(after, names=("2023", "2023-r1"))
    assert (row["change"], row["fields"]) == ("revised", "period")


def test_the_largest_change_comes_first_then_what_is_gone_and_new():
    after = [
        dataclasses.replace(SEEN[0], **_value(SEEN[0].obs_value * 1.01)),
        dataclasses.replace(SEEN[1], **_value(SEEN[1].obs_value * 3)),
        dataclasses.replace(SEEN[2], unit_measure="tonne"),
        dataclasses.replace(SEEN[3], source_id="src-z"),
        *SEEN[5:],
        dataclasses.replace(SEEN[16], time_period="2024"),
    ]
    rows = _diff(after)
    assert [row["change"] for row in rows] == ["revised", "revised", "revised", "re-sourced", "removed", "added"]
    assert [row["difference"] for row in rows[:2]] == pytest.approx([2.0, 0.01])
    assert counts(rows) == {"revised": 3, "re-sourced": 1, "removed": 1, "added": 1}


@given(st.sets(st.integers(0, 16)), st.sets(st.integers(0, 16)))
def test_what_was_added_one_way_was_removed_the_other(left, right):
    one, other = ([SEEN[number] for number in sorted(which)] for which in (left, right))
    there, back = _diff(other, one), _diff(one, other)
    assert counts(there)["added"] == counts(back)["removed"] == len(right - left)
    assert counts(there)["removed"] == counts(back)["added"] == len(left - right)
    assert counts(there)["revised"] == 0


@pytest.fixture
def two(tmp_path, monkeypatch):
    """A workspace with two editions that stand in data/clean: one value differs and one row is gone."""
    made = editions.pairs()
    figure, seen = made[-1]
    changed = (figure, dataclasses.replace(seen, **_value(33.0)))
    for name, rows in (("2022", made), ("2023", [*made[:-2], changed])):
        workspace = editions.write_workspace(tmp_path / name, rows)
        charts.build(workspace, "2023")
        edition.build(workspace, "2023")
        files.copy_tree(workspace.staged("2023"), tmp_path / "ws" / "data" / "clean" / name)
    (tmp_path / "ws" / "data" / "raw").mkdir()
    monkeypatch.chdir(tmp_path / "ws")
    return tmp_path / "ws"


def test_the_command_tells_the_changes_and_writes_them(two, capsys):
    assert main(["diff", "2022", "2023", "--out", "changes.csv"]) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "2022 → 2023: 1 revised, 0 re-sourced, 1 removed, 0 added"
    assert told[1].startswith(
        "  revised    Changed: PM2.5 annual mean concentration, China (2023): value from 30 µg/m³ to"
    )
    assert told[2].startswith("  removed    Removed: Key emitting units")
    assert told[3] == "changes.csv: 2 changes"
    with (two / "changes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(DIFF.names)
    assert [row["change"] for row in rows] == [KINDS[0], KINDS[2]]
    assert main(["diff", "2022", "2023", "--top", "1"]) == 1
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_two_editions_that_say_the_same(two, capsys):
    files.remove_tree(two / "data" / "clean" / "2022")
    files.copy_tree(two / "data" / "clean" / "2023", two / "data" / "clean" / "2022")
    assert main(["diff", "2022", "2023"]) == 0
    assert capsys.readouterr().out == "2022 → 2023: 0 revised, 0 re-sourced, 0 removed, 0 added\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["2022", "2021"], "data/clean/2021: found no such edition"),
        (["2022", "last"], "edition: found 'last'"),
        (["2022", "2022"], "qingshan diff: found 2022 twice, expected two editions"),
    ],
)
def test_wrong_use_is_one_message(two, capsys, arguments, message):
    assert main(["diff", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_an_edition_whose_file_was_changed_is_not_compared(two, capsys):
    path = two / "data" / "clean" / "2022" / "observations.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",30,", ",31,"), encoding="utf-8")
    assert main(["diff", "2022", "2023"]) == 2
    assert "data/clean/2022/observations.csv" in capsys.readouterr().err
