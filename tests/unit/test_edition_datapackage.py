"""The data package: an outside validator reads every column from it, and notices when a cell does not fit."""

from __future__ import annotations

import json

import frictionless
import pytest
import test_charts_support as support
import test_edition_support as editions

from qingshan import charts, edition


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The staged edition of two sources; no test changes it for good."""
    root = tmp_path_factory.mktemp("package")
    workspace = editions.write_workspace(
        root, editions.two_sources(), sources=(support.source(), editions.SECOND), status="candidate"
    )
    charts.build(workspace, "2023")
    edition.build(workspace, "2023")
    return workspace.staged("2023")


def _errors(folder):
    """Return (table, kind of error) for everything frictionless objects to."""
    report = frictionless.Package(str(folder / "datapackage.json")).validate()
    return sorted({(task.name, error.type) for task in report.tasks for error in task.errors}) + report.errors


def test_frictionless_finds_nothing_wrong(folder):
    assert _errors(folder) == []


def test_the_descriptor_is_of_version_one_and_names_every_table(folder):
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert package["profile"] == "tabular-data-package"
    assert (package["name"], package["version"], package["review"]) == ("qingshan-2023", "2023", "candidate")
    assert {"name": "CC-BY-4.0"} in package["licenses"]
    paths = {resource["path"] for resource in package["resources"]}
    assert paths == {
        path.relative_to(folder).as_posix() for path in folder.rglob("*.csv") if path.parent.name != "charts"
    }
    for resource in package["resources"]:
        header = (folder / resource["path"]).read_text(encoding=resource["encoding"]).splitlines()[0].split(",")
        assert [field["name"] for field in resource["schema"]["fields"]] == header
        assert all(field["description"] for field in resource["schema"]["fields"])


@pytest.mark.parametrize(
    ("path", "old", "new", "error"),
    [
        ("observations.csv", b",forest_cover,", b",forest_over,", ("observations", "foreign-key")),
        ("observations.csv", b",src-b,31,", b",src-b,many,", ("observations", "type-error")),
        ("sources.csv", b"src-b,", b"src-x,", ("observations", "foreign-key")),
        ("codes/units.csv", b"percent,%", b"tonne,%", ("units", "primary-key")),
        ("decisions.csv", b"d-0001,", b",", ("decisions", "constraint-error")),
        ("spreadsheet/observations.csv", b",src-b,31,", b",src-b,many,", ("spreadsheet-observations", "type-error")),
        ("sdmx/codelists.csv", b"CL_MEASURE,share,", b"CL_MEASURE,level,", ("sdmx-codelists", "primary-key")),
    ],
)
def test_frictionless_notices_what_does_not_fit(folder, path, old, new, error):
    file = folder / path
    kept = file.read_bytes()
    assert old in kept
    try:
        file.write_bytes(kept.replace(old, new))
        assert error in _errors(folder)
    finally:
        file.write_bytes(kept)


def test_an_open_bound_is_no_number_for_the_validator(tmp_path):
    figure, seen = support.figure_and_observation(
        "超10%", "10%", 10.0, "forest_cover", unit="percent", kind="share", qualifier="over",
        obs_value_low=10.0, obs_value_high=float("inf"),
    )  # fmt: skip
    workspace = editions.write_workspace(tmp_path, [(figure, seen)], decisions=())
    edition.build(workspace, "2023")
    folder = workspace.staged("2023")
    assert ",10,10,inf," in (folder / "observations.csv").read_text(encoding="utf-8")
    assert _errors(folder) == []
