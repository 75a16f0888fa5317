"""The order of editions: revisions are numbers, not text."""

from qingshan import sources


def test_a_tenth_revision_is_newer_than_a_second():
    names = ["2023-r10", ".DS_Store", "2024", "2023", "2023-r2", "notes"]
    assert sources.in_order(names) == ["2023", "2023-r2", "2023-r10", "2024"]


def test_editions_run_are_those_with_figures_newest_first(workspace):
    assert sources.editions_run(workspace) == []
    for name in ("2023", "2023-r2", "2023-r10"):
        workspace.work(name, "extract").mkdir(parents=True)
    workspace.work("2024", "read").mkdir(parents=True)
    assert sources.editions_run(workspace) == ["2023-r10", "2023-r2", "2023"]
