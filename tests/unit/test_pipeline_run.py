"""The runner on six tiny notebooks: order, reuse, failures, promotion, and nothing left behind.

`run` also checks sources; its checks are tested where they end before the sources, everything else through `run_stages`.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import pytest

from qingshan import files
from qingshan.model import InputError, Workspace
from qingshan.pipeline import STAGES, kernels, plan, run, run_stages
from qingshan.pipeline.parameters import check_all

NAMES = [stage.name for stage in STAGES]
TEXT = "the air\n"

# Each tiny stage reads what the real one reads and writes where the real one writes.
CODE = {
    "read": "text = (root / 'data/raw' / edition / 'gov/text.txt').read_text()\nleave('read/text.txt', text, '1 source')",
    "extract": "leave('extract/figures.txt', made('read/text.txt').upper(), f'{context_characters} characters')",
    "curate": (
        "decided = (root / 'data/decisions' / f'{edition}.yml').read_text()\n"
        "leave('curate/rows.txt', made('extract/figures.txt') + decided.split('#')[0])"
    ),
    "validate": (
        "bad = 'BROKEN' in made('curate/rows.txt')\n"
        "verdict = {'publishable': not bad, 'reasons': ['a broken row'] if bad else []}\n"
        "leave('validate/verdict.json', json.dumps(verdict))\nleave('report/index.html', 'report')"
    ),
    "chart": "leave('charts/one.svg', '<svg/>' + made('curate/rows.txt'))",
    "publish": "leave('staged/index.html', made('curate/rows.txt'))\nleave('staged/charts/one.svg', made('charts/one.svg'))",
}
HELP = """
import json, pathlib, time
root = pathlib.Path(workspace)
work = root / 'data/work' / edition
def made(name):
    return (work / name).read_text()
def leave(name, text, summary=''):
    path = work / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    if summary:
        (path.parent / 'summary.json').write_text(json.dumps({'text': summary}))
"""


def _notebook(stage, code):
    extra = {"extract": "context_characters = 16", "validate": "suites = ''\nrows_shown = 1", "chart": "width_cm = 1.0"}
    parameters = nbformat.v4.new_code_cell(f"workspace = ''\nedition = ''\n{extra.get(stage, '')}")
    parameters.metadata["tags"] = ["parameters"]
    cells = [nbformat.v4.new_markdown_cell("title"), parameters, *map(nbformat.v4.new_code_cell, (HELP, code))]
    return nbformat.v4.new_notebook(cells=cells)


def _put(workspace, stage, code):
    path = workspace.root / "notebooks" / f"{next(s.notebook for s in STAGES if s.name == stage)}.ipynb"
    path.parent.mkdir(exist_ok=True)
    nbformat.write(_notebook(stage, code), path)


def _workspace(root):
    for path, text in {
        "data/raw/2023/gov/text.txt": TEXT,
        "data/raw/2023/gov/source.yml": "title: t\n",
        "data/raw/2023/edition.yml": "year: 2023\n",
        "data/decisions/2023.yml": "accept\n",
        "data/registry/units/units.yml": "x\n",
        "expectations/figures.json": "{}\n",
    }.items():
        files.write_atomic(root / path, text)
    workspace = Workspace(root)
    for stage, code in CODE.items():
        _put(workspace, stage, code)
    return workspace


def _go(workspace, *, given=None, **options):
    lines = []
    values = check_all({"edition": "2023", **(given or {})}, workspace=workspace)
    code = run_stages(workspace, "2023", values, say=lines.append, **options)
    return code, lines


def _ran(lines):
    """Names of the stages that ran, from the progress lines."""
    return [line.split()[1] for line in lines if line.startswith("[") and "reused" not in line]


def _bytes(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def _children():
    return set(Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split())


@pytest.fixture(scope="module", autouse=True)
def _package_stands_still():
    """Someone may edit the package while the tests run, and would rightly find every stage stale."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan, "package_hash", lambda: "the same")
        yield


@pytest.fixture(scope="module", autouse=True)
def _own_temporary_folder(tmp_path_factory):
    """Sockets of these tests only, so that one left behind is seen; its path is short, as sockets need it."""
    tmp_path_factory.getbasetemp()  # pytest's own folder must not lie in this one
    with tempfile.TemporaryDirectory(prefix="t-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", folder)
        patch.setattr(tempfile, "tempdir", folder)
        yield


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A workspace, in a folder with a hostile name, after one whole run; what it said and what it left behind."""
    workspace = _workspace(tmp_path_factory.mktemp("run") / "a {b} 青山")
    before = _children()
    code, lines = _go(workspace)
    left = _children() - before, [path.name for path in Path(tempfile.gettempdir()).iterdir()]
    return workspace, code, lines, left


@pytest.fixture
def again(finished, tmp_path):
    """A copy of the finished workspace, elsewhere: its stages are still fresh."""
    shutil.copytree(finished[0].root, tmp_path / "ws")
    return Workspace(tmp_path / "ws")


@pytest.mark.slow
class TestWholeRun:
    def test_runs_all_in_order_and_says_so(self, finished):
        _, code, lines, _ = finished
        assert code == 0
        assert [line.split()[:2] for line in lines[:6]] == [[f"[{n}/6]", name] for n, name in enumerate(NAMES, 1)]
        assert "[2/6] extract   16 characters   " in lines[1]
        assert lines[-2] == "data/clean/2023: promoted, 2 files"
        assert lines[-1] == "data/work/2023/report/index.html"

    def test_promotes_the_staged_bytes_and_keeps_the_staged_folder(self, finished):
        workspace = finished[0]
        assert _bytes(workspace.clean("2023")) == _bytes(workspace.staged("2023"))
        assert (workspace.clean("2023") / "index.html").read_text() == "THE AIR\naccept\n"
        assert [path.name for path in workspace.clean("2023").parent.iterdir()] == ["2023"]

    def test_keeps_executed_copies_that_name_no_folder_of_the_machine(self, finished):
        workspace = finished[0]
        copies = sorted(workspace.work("2023", "runs").iterdir())
        assert [path.stem for path in copies] == [stage.notebook for stage in STAGES]
        for path in copies:
            notebook = nbformat.read(path, as_version=4)
            assert all(c.execution_count for c in notebook.cells if c.cell_type == "code")
            assert str(workspace.root.parent) not in path.read_text(encoding="utf-8")

    def test_leaves_no_process_no_socket_and_no_litter(self, finished):
        workspace, _, _, (processes, sockets) = finished
        assert (processes, sockets) == (set(), [])
        assert [path for path in workspace.root.rglob("*") if path.suffix == ".qstmp"] == []

    def test_records_have_no_time_and_no_place(self, finished):
        workspace = finished[0]
        text = "".join(path.read_text() for path in workspace.work("2023", "stages").iterdir())
        assert str(workspace.root) not in text
        assert json.loads(workspace.work("2023", "stages", "read.json").read_text())["outputs"]


class TestReuse:
    def test_nothing_changed_nothing_runs_even_in_another_folder(self, again):
        code, lines = _go(again)
        assert (code, _ran(lines)) == (0, [])
        assert "16 characters (unchanged, reused)" in lines[1]
        assert lines[-2:] == ["data/clean/2023: unchanged", "data/work/2023/report/index.html"]

    @pytest.mark.slow
    def test_a_changed_decision_runs_what_depends_on_it(self, again):
        files.write_atomic(again.decisions_file("2023"), "accept\n# a remark the stage does not carry on")
        files.write_atomic(again.work("2023", "charts", "one.svg"), "altered by hand")
        code, lines = _go(again)
        # curate made the same rows; the chart was altered; the report and the edition tell of the decisions
        assert (code, _ran(lines)) == (0, ["curate", "validate", "chart", "publish"])
        assert (again.clean("2023") / "charts" / "one.svg").read_text() == "<svg/>THE AIR\naccept\n"

    @pytest.mark.parametrize(
        ("change", "stale"),
        [
            ("data/raw/2023/gov/text.txt", ["read", "validate", "publish"]),
            ("data/raw/2023/gov/source.yml", NAMES),
            ("data/registry/units/units.yml", ["extract", "curate", "validate", "chart", "publish"]),
            ("data/decisions/2023.yml", ["curate", "validate", "publish"]),
            ("data/decisions/2023.signoff.yml", []),  # notebooks make candidates, whoever signed
            ("expectations/figures.json", ["validate", "publish"]),
            ("notebooks/5_chart.ipynb", ["chart"]),
            ("data/work/2023/extract/figures.txt", ["extract", "curate", "validate", "publish"]),
            ("data/work/2023/staged/index.html", ["publish"]),
            ("data/work/2023/report/index.html", ["validate"]),
            ("data/clean/2023/index.html", []),
        ],
    )
    def test_what_is_stale_after_one_change(self, again, monkeypatch, change, stale):
        path = again.root / change
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((path.read_bytes() if path.exists() else b"") + b" ")
        assert _stale(again) == stale

    def test_a_changed_parameter_makes_its_own_stage_stale(self, again):
        assert _stale(again, {"width_cm": "30"}) == ["chart"]
        assert _stale(again, {"context_characters": "20"}) == ["extract"]

    def test_changed_code_makes_every_stage_stale(self, again, monkeypatch):
        monkeypatch.setattr(plan, "package_hash", lambda: "another")
        assert _stale(again) == NAMES

    def test_a_missing_output_makes_its_stage_stale(self, again):
        (again.work("2023", "curate", "rows.txt")).unlink()
        assert "curate" in _stale(again)

    @pytest.mark.slow
    def test_force_runs_although_fresh(self, again):
        assert _ran(_go(again, only="read", force=True)[1]) == ["read"]


def _stale(workspace, given=None):
    lines = []
    _dry(workspace, lines, given or {})
    return [line.split()[1] for line in lines if "would run" in line]


def _dry(workspace, lines, given):
    from qingshan.pipeline.run import _dry_run

    before = _bytes(workspace.root)
    values = check_all({"edition": "2023", **given}, workspace=workspace)
    assert _dry_run(workspace, "2023", values, "", False, lines.append) == 0
    assert _bytes(workspace.root) == before  # a dry run writes nothing


@pytest.mark.slow
class TestFailures:
    def test_red_validation_builds_the_draft_promotes_nothing_and_exits_1(self, again):
        old = _bytes(again.clean("2023"))
        files.write_atomic(again.root / "data/raw/2023/gov/text.txt", "broken")
        code, lines = _go(again)
        assert (code, _ran(lines)) == (1, NAMES)
        assert lines[6] == "not published: 1 reason(s); a watermarked draft is in data/work/2023/staged"
        assert lines[7:] == ["  - a broken row", "data/work/2023/report/index.html"]
        assert _bytes(again.clean("2023")) == old
        assert (again.staged("2023") / "index.html").read_text() == "BROKENaccept\n"
        # a second run reuses everything and is still red
        code, lines = _go(again)
        assert (code, _ran(lines)) == (1, [])

    def test_a_missing_verdict_is_not_green(self, again):
        _put(again, "validate", "leave('report/index.html', 'no verdict here')")
        code, lines = _go(again)
        assert code == 1
        assert "  - validation left no verdict" in lines

    @pytest.mark.parametrize(
        ("code", "exit_code", "message"),
        [
            ("{}['missing key']", 1, "stage extract, 2_extract.ipynb, cell In [4]: KeyError: 'missing key'"),
            ("raise ValueError('first\\nsecond')", 1, "stage extract, 2_extract.ipynb, cell In [4]: ValueError: first"),
            ("raise SystemExit(0)", 1, "stage extract, 2_extract.ipynb: ended in its cell 5"),
            ("import os; os._exit(9)", 1, "stage extract, 2_extract.ipynb: the kernel died"),
            (
                "from qingshan.model import InputError, Problem\n"
                "raise InputError([Problem('a.yml:3', 'x', 'y', 'Do z.'), Problem('b.yml', 'x', 'y', 'Do z.')])",
                2,
                "a.yml:3: found x, expected y. Do z.\nb.yml: found x, expected y. Do z.",
            ),
        ],
    )
    def test_a_stage_that_raises_stops_the_run(self, again, code, exit_code, message):
        old = _bytes(again.clean("2023"))
        _put(again, "extract", code)
        got, lines = _go(again)
        text = "\n".join(lines)
        assert (got, _ran(lines)) == (exit_code, ["extract"])
        assert message in text
        assert "Traceback" not in text
        assert "executed copy: data/work/2023/runs/2_extract.ipynb" in lines
        assert lines[-1] == "data/work/2023/report/index.html"
        assert "Run stopped" in again.report("2023").read_text(encoding="utf-8")
        nbformat.validate(nbformat.read(again.work("2023", "runs", "2_extract.ipynb"), as_version=4))
        assert _bytes(again.clean("2023")) == old
        assert not again.work("2023", "stages", "extract.json").exists()

    def test_the_message_is_text_in_the_failure_page(self, again):
        _put(again, "read", "raise ValueError('<script>alert(1)</script>')")
        assert _go(again)[0] == 1
        page = again.report("2023").read_text(encoding="utf-8")
        assert "<script" not in page
        assert "&lt;script&gt;" in page

    def test_a_broken_notebook_file_is_named(self, again):
        (again.root / "notebooks" / "1_read.ipynb").write_text("{ not json")
        code, lines = _go(again)
        assert code == 2
        assert any("1_read.ipynb: found" in line for line in lines)

    def test_a_report_that_stands_outlives_a_later_failure(self, again):
        _put(again, "chart", "1 / 0")
        code, lines = _go(again)
        assert (code, _ran(lines)) == (1, ["chart"])
        assert again.report("2023").read_text() == "report"


class TestOnly:
    def test_refuses_stages_before_it_that_are_stale(self, again):
        files.write_atomic(again.decisions_file("2023"), "reject\n")
        with pytest.raises(InputError, match="stage curate: found input changed: decisions") as caught:
            _go(again, only="chart")
        assert [problem.where for problem in caught.value.problems] == ["stage curate", "stage validate"]

    @pytest.mark.slow
    def test_runs_that_one_and_promotes_nothing(self, again):
        files.write_atomic(again.decisions_file("2023"), "reject\n")
        old = _bytes(again.clean("2023"))
        code, lines = _go(again, only="curate")
        assert (code, _ran(lines), len(lines)) == (0, ["curate"], 2)
        assert _bytes(again.clean("2023")) == old

    def test_publish_alone_promotes_when_all_before_is_fresh(self, again):
        shutil.rmtree(again.clean("2023"))
        code, lines = _go(again, only="publish")
        assert (code, _ran(lines)) == (0, [])
        assert _bytes(again.clean("2023")) == _bytes(again.staged("2023"))


class TestBeforeAnything:
    """`run` refuses before it writes a byte or starts a kernel."""

    def _refused(self, workspace, edition="2023", **options):
        before = _bytes(workspace.root)
        with pytest.raises(InputError) as caught:
            run(workspace, edition, say=pytest.fail, **options)
        assert _bytes(workspace.root) == before
        return [str(problem) for problem in caught.value.problems]

    def test_all_problems_of_names_and_values_at_once(self, tmp_path):
        given = {"widthcm": "3", "rows_shown": "0", "suite": "../x", "edition": "2022"}
        problems = self._refused(_workspace(tmp_path / "ws"), "23", only="extrct", parameters=given)
        assert len(problems) == 6
        text = "\n".join(problems)
        assert "did you mean 'width_cm'" in text
        assert "did you mean 'extract'" in text

    @pytest.mark.parametrize("edition", ["../2023", "2023/..", "/etc", "", "1999", "2023\n"])
    def test_editions_that_are_no_edition(self, tmp_path, edition):
        assert self._refused(_workspace(tmp_path / "ws"), edition)

    def test_missing_notebooks_are_named_all_at_once(self, tmp_path):
        workspace = _workspace(tmp_path / "ws")
        for name in ("2_extract", "5_chart"):
            (workspace.root / "notebooks" / f"{name}.ipynb").unlink()
        problems = self._refused(workspace)
        assert [problem.split(":")[0] for problem in problems] == [
            "notebooks/2_extract.ipynb",
            "notebooks/5_chart.ipynb",
        ]

    def test_links_that_lead_the_writing_out(self, tmp_path):
        workspace = _workspace(tmp_path / "ws")
        (tmp_path / "outside").mkdir()
        (workspace.root / "data" / "work").symlink_to(tmp_path / "outside")
        assert self._refused(workspace)

    def test_a_changed_source(self, tmp_path):
        workspace = _workspace(tmp_path / "ws")
        source = f"title: t\npublisher: p\ncovers: {{}}\nfile:\n  path: text.txt\n  sha256: {'0' * 64}\n"
        files.write_atomic(workspace.root / "data/raw/2023/gov/source.yml", source)
        files.write_atomic(workspace.edition_file("2023"), "title: {zh: 甲, en: A}\nyear: 2023\nstatus: candidate\n")
        problems = self._refused(workspace)
        assert hashlib.sha256(TEXT.encode()).hexdigest() in "".join(problems) or "sha256" in "".join(problems)

    def test_another_run_under_way(self, again):
        with files.run_lock(again.work("2023", "run.lock")), pytest.raises(InputError, match="one run at a time"):
            _go(again)


class TestInterrupted:
    @pytest.mark.slow
    def test_a_killed_run_leaves_a_whole_notebook_and_no_kernel_and_can_be_repeated(self, again):
        _put(again, "read", "leave('read/pid', str(__import__('os').getpid()))\ntime.sleep(600)")
        code = (
            "import sys; from pathlib import Path; from qingshan.model import Workspace\n"
            "from qingshan.pipeline import run_stages; from qingshan.pipeline.parameters import check_all\n"
            "run_stages(Workspace(Path(sys.argv[1])), '2023', check_all({'edition': '2023'}))"
        )
        runner = subprocess.Popen([sys.executable, "-c", code, str(again.root)])
        pid = again.work("2023", "read", "pid")
        assert _wait(lambda: pid.is_file() and pid.read_text())
        kernel = Path("/proc") / pid.read_text()
        assert kernel.exists()
        runner.kill()
        runner.wait()
        nbformat.validate(nbformat.read(again.work("2023", "runs", "1_read.ipynb"), as_version=4))
        assert _bytes(again.clean("2023")) == _bytes(again.staged("2023"))
        _put(again, "read", CODE["read"])
        code, lines = _go(again)
        assert (code, _ran(lines)) == (0, ["read"])
        assert _wait(lambda: not kernel.exists())

    def test_a_cut_promotion_is_finished_first(self, again):
        target = again.clean("2023")
        target.rename(target.with_name(".2023.outgoing"))
        shutil.copytree(again.staged("2023"), files.incoming(target))
        (target.parent / ".2023.journal").write_text(json.dumps({"new": ".2023.incoming"}))
        code, lines = _go(again)
        assert (code, lines[0]) == (0, "data/clean/2023: finished a promotion that had been cut short")
        assert _bytes(target) == _bytes(again.staged("2023"))
        assert [path.name for path in target.parent.iterdir()] == ["2023"]


def _wait(condition):
    """Poll until the condition holds, for 30 s at most; return whether it did."""
    for _ in range(300):
        if condition():
            return True
        time.sleep(0.1)
    return False


def test_the_pipeline_is_light_until_a_notebook_runs():
    code = "import sys, qingshan.pipeline; print(*{name.split('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"papermill", "nbformat", "pandas", "jupyter_client", "great_expectations", "matplotlib"} & set(loaded)


class TestKernels:
    def test_the_environment_is_cleaned_and_the_time_zone_stays(self):
        given = {"PYTHONDONTWRITEBYTECODE": "1", "MPLBACKEND": "agg", "TZ": "Asia/Shanghai", "HOME": "/h"}
        got = kernels.kernel_environment(given)
        assert {"TZ": "Asia/Shanghai", "HOME": "/h"}.items() <= got.items()
        assert not {"PYTHONDONTWRITEBYTECODE", "MPLBACKEND"} & set(got)

    def test_a_long_temporary_folder_is_not_used_for_sockets(self, monkeypatch):
        monkeypatch.setattr(tempfile, "tempdir", "/tmp/" + "x" * 100)
        folder = kernels.socket_folder()
        assert len(str(folder)) < 40
        assert folder.stat().st_mode & 0o777 == 0o700
        folder.rmdir()

    @pytest.mark.slow
    def test_the_kernel_is_this_python_in_the_workspace_without_traces(self, again, monkeypatch):
        monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
        monkeypatch.setenv("MPLBACKEND", "no-such-backend")
        code = (
            "import os, sys\nimport IPython\n"
            "seen = {'python': sys.executable, 'folder': os.getcwd(), 'bytecode': sys.dont_write_bytecode,\n"
            "        'backend': os.environ['MPLBACKEND'], 'history': IPython.get_ipython().history_manager.hist_file}\n"
            "leave('read/seen.json', json.dumps(seen))\nleave('read/text.txt', 'x')"
        )
        _put(again, "read", code)
        assert _go(again, only="read")[0] == 0
        seen = json.loads(again.work("2023", "read", "seen.json").read_text())
        assert seen == {
            "python": sys.executable,
            "folder": str(again.root),
            "bytecode": False,
            "backend": "module://matplotlib_inline.backend_inline",
            "history": ":memory:",
        }
