"""verify holds every quote against its source and names what was flipped, in the edition or in the source."""

from __future__ import annotations

import hashlib

import pytest
import test_charts_support as support
import test_edition_support as editions

from qingshan import edition
from qingshan.edition.recheck import verify_quotes


@pytest.fixture
def built(tmp_path):
    """Return a workspace with the source the figures were read from, and its staged edition."""
    data = support.RAW.encode()
    source = support.source(sha256=hashlib.sha256(data).hexdigest())
    workspace = editions.write_workspace(tmp_path, sources=(source,))
    (workspace.source_folder("2023", "src-a") / "report.txt").write_bytes(data)
    edition.build(workspace, "2023")
    return workspace, workspace.staged("2023")


def _harm(path, old, new):
    data = path.read_bytes()
    assert data.count(old.encode()) >= 1
    path.write_bytes(data.replace(old.encode(), new.encode(), 1))


def test_every_quote_is_held_against_its_source(built):
    assert verify_quotes(built[0], "2023", built[1]) == ([], 17)


def test_without_the_source_nothing_is_held(built):
    workspace, folder = built
    (workspace.source_folder("2023", "src-a") / "report.txt").unlink()
    assert verify_quotes(workspace, "2023", folder) == ([], 0)


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("figures.csv", ",+165%,", ",+166%,", "text '+166%' of figure src-a@"),
        ("figures.csv", "2257家", "2258家", "2258家"),
        ("observations.csv", ",165,", ",166,", "obs_value 166"),
        ("sources.csv", "report.txt,", "report.txt,0", "data/raw/2023/src-a/report.txt: found sha256"),
    ],
)
def test_one_flipped_digit_of_the_edition_is_named(built, name, old, new, said):
    workspace, folder = built
    _harm(folder / name, old, new)
    problems, _ = verify_quotes(workspace, "2023", folder)
    assert any(said in str(problem) for problem in problems)


def test_one_flipped_digit_of_a_source_is_named_with_its_figure(built):
    workspace, folder = built
    _harm(workspace.source_folder("2023", "src-a") / "report.txt", "+165%", "+195%")
    first, second, *_ = map(str, verify_quotes(workspace, "2023", folder)[0])
    assert first.startswith("data/raw/2023/src-a/report.txt: found sha256")
    assert "figures.csv:2: found text '+165%'" in second
    assert "'+195%', which stands there in the source" in second


@pytest.mark.parametrize("name", ["figures.csv", "observations.csv", "sources.csv"])
def test_a_table_that_is_gone_is_one_problem(built, name):
    workspace, folder = built
    (folder / name).unlink()
    (problem,), held = verify_quotes(workspace, "2023", folder)
    assert held == 0
    assert "cannot be read" in problem.found


def test_a_span_that_is_not_its_figure_s_is_named(built):
    workspace, folder = built
    start = support.RAW.index("+165%")
    _harm(folder / "observations.csv", f",{start},{start + 5},", f",{start + 1},{start + 5},")
    ((problem,), _) = verify_quotes(workspace, "2023", folder)
    assert (problem.where, problem.found) == ("observations.csv:2", f"characters {start + 1} to {start + 5}")
