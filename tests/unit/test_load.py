"""`qingshan.load`: tidy tables with labels of a published edition, or one clear message."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import test_charts_support as support
import test_edition_support as editions

import qingshan
from qingshan import charts, dataset, edition
from qingshan.model import InputError

TABLES = (
    "observations", "figures", "observation_figures", "decisions", "lost", "sources",
    "indicators", "units", "regions", "scopes",
)  # fmt: skip


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A workspace with one published edition of two sources; it is only read."""
    root = tmp_path_factory.mktemp("published")
    workspace = editions.write_workspace(root, editions.two_sources(), sources=(support.source(), editions.SECOND))
    charts.build(workspace, "2023")
    edition.build(workspace, "2023")
    shutil.copytree(workspace.staged("2023"), workspace.clean("2023"))
    return workspace


def test_every_table_is_there_typed_and_without_gaps_in_text(published):
    data = qingshan.load("2023", workspace=published.root)
    for name in TABLES:
        frame = getattr(data, name)
        assert isinstance(frame, pd.DataFrame)
        assert {str(kind) for kind in frame.dtypes} <= {"str", "float64", "int64", "bool"}, name
        assert not frame.select_dtypes("str").isna().any().any(), name
    assert (len(data.observations), len(data.figures), len(data.decisions)) == (18, 18, 1)
    assert data.observations["obs_value"].sum() == pytest.approx(
        sum(seen.obs_value for _, seen in editions.two_sources())
    )
    assert data.about["counts"]["observations"] == 18


@pytest.mark.parametrize(
    ("language", "indicator", "place", "unit", "measure"),
    [
        ("zh", "森林覆盖率", "宁夏回族自治区", "%", "占比"),
        ("en", "Forest cover", "Ningxia", "percent", "share"),
    ],
)
def test_labels_stand_beside_their_codes(published, language, indicator, place, unit, measure):
    data = qingshan.load("2023", workspace=published.root, language=language)
    (row,) = data.observations[data.observations["indicator"] == "forest_cover"].to_dict("records")
    assert (row["indicator_label"], row["ref_area_label"]) == (indicator, place)
    assert (row["unit_measure_label"], row["measure_label"], row["theme"]) == (unit, measure, "ecology")
    names = list(data.observations.columns)
    for code in ("indicator", "ref_area", "unit_measure", "measure", "scope"):
        assert names[names.index(code) + 1] == f"{code}_label"
    assert indicator in set(data.indicators["label"])


def test_scopes_are_labelled_and_one_without_a_label_stands_as_its_code():
    scopes = pd.DataFrame({"scope": ["a", "b", "own"], "label": ["first", "second", ""]})
    assert [dataset._joined(codes, scopes) for codes in ("", "b", "a;own")] == ["", "second", "first; own"]


def test_columns_are_explained(published):
    data = qingshan.load("2023", workspace=published.root)
    for name in TABLES:
        explained = data.columns(name)
        assert list(explained["column"]) == list(getattr(data, name).columns)
        assert (explained["meaning"] != "").all()
    with pytest.raises(InputError, match="did you mean 'figures'"):
        data.columns("figure")


def test_the_summary_names_edition_and_tables(published):
    shown = repr(qingshan.load("2023", workspace=published.root, language="en"))
    assert shown.startswith("Qingshan test edition 2023 · 2023 · demonstration, candidate\n")
    assert all(f".{name}" in shown for name in TABLES)
    assert str(published.root) not in shown


def test_the_workspace_is_found_upwards(published, monkeypatch):
    monkeypatch.chdir(published.raw("2023"))
    assert len(qingshan.load("2023").observations) == 18


def test_an_edition_without_rows_has_typed_empty_tables(tmp_path):
    workspace = editions.write_workspace(tmp_path, [], decisions=(), lost=[])
    edition.build(workspace, "2023")
    shutil.copytree(workspace.staged("2023"), workspace.clean("2023"))
    data = qingshan.load("2023", workspace=tmp_path)
    assert len(data.observations) == 0
    assert str(data.observations["obs_value"].dtype) == "float64"
    assert str(data.observations["indicator_label"].dtype) == "str"


def test_an_open_bound_is_infinite_and_a_missing_number_is_nan(tmp_path):
    figure, seen = support.figure_and_observation(
        "超10%", "10%", 10.0, "forest_cover", unit="percent", qualifier="over", obs_value_low=math.nan,
        obs_value_high=math.inf,
    )  # fmt: skip
    workspace = editions.write_workspace(tmp_path, [(figure, seen)], decisions=())
    edition.build(workspace, "2023")
    shutil.copytree(workspace.staged("2023"), workspace.clean("2023"))
    (row,) = qingshan.load("2023", workspace=tmp_path).observations.to_dict("records")
    assert math.isnan(row["obs_value_low"])
    assert row["obs_value_high"] == math.inf


def test_an_edition_with_other_columns_stays_readable(published, tmp_path):
    """What a later or earlier version published is read by its own descriptor."""
    root = tmp_path / "ws"
    shutil.copytree(published.root, root)
    folder = root / "data" / "clean" / "2023"
    path = folder / "lost.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([f"{header},weight", *(f"{row},0.5" for row in rows)]) + "\n", encoding="utf-8")
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    resource = next(one for one in package["resources"] if one["name"] == "lost")
    resource["schema"]["fields"].append({"name": "weight", "type": "number"})
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    rebuilt = [path.name for path in folder.glob("*.parquet")]
    made = edition.make_manifest(folder, edition="2023", rebuilt=rebuilt)
    (folder / "manifest.json").write_text(json.dumps(made), encoding="utf-8")
    assert list(qingshan.load("2023", workspace=root).lost["weight"]) == [0.5]


@pytest.mark.parametrize("wanted", ["2022", "2023-r1"])
def test_an_edition_that_is_not_there_names_those_that_are(published, wanted):
    with pytest.raises(InputError, match=r"there are: 2023\)"):
        qingshan.load(wanted, workspace=published.root)


@pytest.mark.parametrize("wanted", ["", "../2023", "23", "2023/charts"])
def test_a_name_that_is_no_edition_and_a_language_are_both_named(published, wanted):
    with pytest.raises(InputError) as caught:
        qingshan.load(wanted, workspace=published.root, language="fr")
    assert [problem.where for problem in caught.value.problems] == ["language", "edition"]


def test_a_changed_file_is_named(published, tmp_path):
    root = tmp_path / "ws"
    shutil.copytree(published.root, root)
    path = root / "data" / "clean" / "2023" / "observations.csv"
    path.write_bytes(path.read_bytes().replace(b"67.5", b"76.5") + b"\n")
    with pytest.raises(InputError, match=r"observations\.csv"):
        qingshan.load("2023", workspace=root)


def test_an_edition_from_before_the_descriptor_is_one_message(published, tmp_path):
    root = tmp_path / "ws"
    shutil.copytree(published.root, root)
    folder = root / "data" / "clean" / "2023"
    (folder / "datapackage.json").unlink()
    made = edition.make_manifest(folder, edition="2023", rebuilt=[path.name for path in folder.glob("*.parquet")])
    (folder / "manifest.json").write_text(json.dumps(made), encoding="utf-8")
    with pytest.raises(InputError, match=r"datapackage\.json: found no such file"):
        qingshan.load("2023", workspace=root)


def test_no_workspace_is_one_message(tmp_path):
    with pytest.raises(InputError, match="no workspace"):
        qingshan.load("2023", workspace=tmp_path)


def test_importing_the_package_imports_nothing_heavy():
    code = (
        "import sys, qingshan; assert 'load' in dir(qingshan); "
        "assert not {'pandas', 'yaml', 'qingshan.dataset'} & sys.modules.keys(); "
        "qingshan.load; assert 'pandas' not in sys.modules; assert callable(qingshan.load)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_another_name_is_still_an_error():
    with pytest.raises(AttributeError, match="laod"):
        qingshan.laod  # noqa: B018


def test_the_committed_edition_loads():
    root = Path(__file__).resolve().parents[2]
    data = qingshan.load("2023", workspace=root)
    assert len(data.observations) == data.about["counts"]["observations"] > 0
    assert (data.observations["indicator_label"] != "").all()
    assert (data.observations["ref_area_label"] != "").all()
