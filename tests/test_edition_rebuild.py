"""The edition is the same to the byte wherever it is built: folder, time zone, locale and hash seed change nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from qingshan.edition import verify
from qingshan.model import Workspace

ROOT = Path(__file__).resolve().parents[1]
EDITION = "2023"
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("rebuild")]

# the notebooks' calls with the notebooks' values, without papermill
STAGES = """
import sys
from pathlib import Path
from qingshan import stages
from qingshan.model import Workspace
workspace = Workspace(Path(sys.argv[1]))
for stage in (stages.read, stages.extract, stages.curate, stages.validate, stages.chart, stages.publish):
    stage(workspace, sys.argv[2])
"""
# an old locale without UTF-8 beside the one of a person's machine
SURROUNDINGS = {
    "east": {"TZ": "Asia/Shanghai", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"},
    "west/西 side": {"TZ": "America/New_York", "LC_ALL": "C", "PYTHONHASHSEED": "4242", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Build the edition in two surroundings at once, from copies of what people gave; return the staged folders."""
    running = []
    for name, surroundings in SURROUNDINGS.items():
        root = tmp_path_factory.mktemp("rebuild") / name
        for part in ("raw", "registry", "decisions"):
            shutil.copytree(ROOT / "data" / part, root / "data" / part)
        shutil.copytree(ROOT / "expectations", root / "expectations")
        process = subprocess.Popen(
            [sys.executable, "-c", STAGES, str(root), EDITION], cwd=root, env={**os.environ, **surroundings},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        running.append((process, Workspace(root).staged(EDITION)))
    for process, _ in running:
        _, errors = process.communicate()
        assert process.returncode == 0, errors.decode("utf-8", "replace")
    return [folder for _, folder in running]


REBUILT = (".parquet", ".png", ".print.svg", ".xlsx", ".docx")


def _content(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_two_builds_agree_to_the_byte(built):
    one, two = map(_content, built)
    assert sorted(one) == sorted(two)
    assert [name for name in one if one[name] != two[name]] == []
    assert {
        "observations.csv",
        "observations.parquet",
        "edition.xlsx",
        "edition.zh.docx",
        "edition.en.docx",
        "datapackage.json",
        "charts/pm25.zh.svg",
        "charts/pm25.en.print.png",
    } <= one.keys()


def test_the_build_verifies_and_names_no_machine(built, tmp_path_factory):
    for folder in built:
        assert verify(folder) == []
        for name, data in _content(folder).items():
            assert str(tmp_path_factory.getbasetemp()).encode() not in data, name


def test_the_committed_edition_is_what_is_built(built):
    built_now = _content(built[0])
    committed = _content(Workspace(ROOT).clean(EDITION))
    kept = {name for name in built_now if not name.endswith(REBUILT)}
    assert {name for name in committed if not name.endswith(REBUILT)} == kept
    assert [name for name in sorted(committed) if committed[name] != built_now[name]] == []
