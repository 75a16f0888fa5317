"""The manifest: what it lists, and every way in which a folder can differ from it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from qingshan.edition import make_manifest, manifest, verify


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "charts").mkdir()
    (tmp_path / "observations.csv").write_bytes(b"a,b\n1,2\n")
    (tmp_path / "charts" / "图.svg").write_bytes(b"<svg/>")
    (tmp_path / "manifest.json").write_bytes(manifest.manifest_bytes(make_manifest(tmp_path, edition="2023")))
    return tmp_path


def test_a_published_folder_verifies(folder):
    assert verify(folder) == []


def test_the_manifest_lists_files_and_inputs(folder):
    inputs = [
        {"source_id": "b", "sha256": "22"},
        {"source_id": "a", "sha256": "11"},
        {"access": "internal", "sha256": "0"},
    ]
    made = make_manifest(folder, edition="2023", inputs=inputs)
    assert sorted(made["files"]) == ["charts/图.svg", "observations.csv"]
    assert made["files"]["observations.csv"]["bytes"] == 8
    assert [one["sha256"] for one in made["inputs"]] == ["0", "11", "22"]


def _remove(folder):
    (folder / "observations.csv").unlink()


def _change(folder):
    (folder / "observations.csv").write_bytes(b"a,b\n1,3\n")


def _shorten(folder):
    (folder / "observations.csv").write_bytes(b"a")


def _add(folder):
    (folder / "charts" / "extra.txt").write_bytes(b"")


def _hide(folder):
    (folder / ".hidden").write_bytes(b"")


@pytest.mark.parametrize(
    ("harm", "where", "found"),
    [
        (_remove, "observations.csv", "no such file"),
        (_change, "observations.csv", "sha256 "),
        (_shorten, "observations.csv", "1 bytes"),
        (_add, "charts/extra.txt", "does not know"),
        (_hide, ".hidden", "does not know"),
    ],
)
def test_harm_is_named(folder, harm, where, found):
    harm(folder)
    (problem,) = verify(folder)
    assert problem.where == where
    assert found in problem.found


@pytest.fixture
def with_rebuilt(folder):
    """The folder with a file that is built again, and both manifests."""
    (folder / "observations.parquet").write_bytes(b"PAR1")
    rebuilt = manifest.make_rebuilt_manifest(folder, ["observations.parquet"], edition="2023")
    (folder / "manifest.rebuilt.json").write_bytes(manifest.manifest_bytes(rebuilt))
    made = make_manifest(folder, edition="2023", rebuilt=["observations.parquet"])
    (folder / "manifest.json").write_bytes(manifest.manifest_bytes(made))
    return folder


def test_a_rebuilt_file_stands_in_its_own_manifest(with_rebuilt):
    listed = json.loads((with_rebuilt / "manifest.json").read_text())["files"]
    assert "observations.parquet" not in listed
    assert "manifest.rebuilt.json" in listed
    assert verify(with_rebuilt) == []


def test_a_rebuilt_file_may_be_missing_but_not_changed(with_rebuilt):
    (with_rebuilt / "observations.parquet").write_bytes(b"PAR2")
    (problem,) = verify(with_rebuilt)
    assert (problem.where, problem.found[:7]) == ("observations.parquet", "sha256 ")
    (with_rebuilt / "observations.parquet").unlink()
    assert verify(with_rebuilt) == []


def test_another_manifest_of_rebuilt_files_excuses_nothing(with_rebuilt):
    (with_rebuilt / "extra.parquet").write_bytes(b"PAR1")
    rebuilt = manifest.make_rebuilt_manifest(with_rebuilt, ["observations.parquet", "extra.parquet"], edition="2023")
    (with_rebuilt / "manifest.rebuilt.json").write_bytes(manifest.manifest_bytes(rebuilt))
    assert [problem.where for problem in verify(with_rebuilt)] == ["manifest.rebuilt.json"]


def test_a_broken_manifest_of_rebuilt_files_is_named(with_rebuilt):
    (with_rebuilt / "manifest.rebuilt.json").write_bytes(b"{")
    where = [problem.where for problem in verify(with_rebuilt)]
    assert set(where) == {"manifest.rebuilt.json", "observations.parquet"}


def test_all_harm_is_named_at_once(folder):
    _remove(folder)
    _add(folder)
    assert len(verify(folder)) == 2


@pytest.mark.parametrize(
    "content", [None, b"{", b"\xff", b"[]", b'{"schema": 9}', b'{"schema": 1, "files": {"a": 1}}', b'{"schema": 1}']
)
def test_a_broken_manifest_is_one_problem(folder, content):
    (folder / "manifest.json").unlink()
    if content is not None:
        (folder / "manifest.json").write_bytes(content)
    (problem,) = verify(folder)
    assert problem.where == "manifest.json"


def test_a_folder_that_is_not_there(tmp_path):
    assert [problem.where for problem in verify(tmp_path / "none")] == ["manifest.json"]


def test_verify_needs_no_heavy_library():
    code = (
        "import sys; from qingshan.edition import verify; "
        "print(sorted({'matplotlib', 'pandas', 'jinja2', 'numpy', 'yaml'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
