"""The command line as a person meets it: exit codes, one clear message for each mistake, never a traceback."""

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from qingshan.cli import main

ROOT = Path(__file__).resolve().parents[1]
TEXT = "2021年全国森林覆盖率为24.02%，自然保护地约占18%。\n"


@pytest.fixture
def qingshan(workspace, capsys, monkeypatch):
    """Run a command in the workspace; return exit code, output and messages."""
    monkeypatch.chdir(workspace.root)

    def run(*arguments):
        try:
            code = main(list(arguments))
        except SystemExit as end:  # argparse's own mistakes
            code = end.code
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return run


@pytest.fixture
def registered(qingshan, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    code, out, _ = qingshan(
        "add", str(path), "--edition", "2023", "--id", "a", "--title", "公报", "--publisher", "某部", "--area", "全国"
    )
    assert code == 0
    assert out == "data/raw/2023/a: registered a.txt\n"
    return path


def test_an_area_that_no_list_holds_is_told(qingshan, tmp_path):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    source = ["add", str(tmp_path / "a.txt"), "--edition", "2023", "--title", "公报", "--publisher", "某部"]
    code, out, _ = qingshan(*source, "--id", "a", "--area", "山溪省")
    assert code == 0
    assert "--area: found '山溪省' (did you mean '山西省'?)" in out
    assert "--area" not in qingshan(*source, "--id", "b", "--area", "山西")[1]


def test_extract_prints_the_columns_of_the_contract(qingshan, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    code, out, _ = qingshan("extract", str(path), "--year", "2023", "--area", "全国")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0
    assert [(row["text"], row["value"], row["unit"], row["qualifier"]) for row in rows] == [
        ("24.02%", "24.02", "%", "exact"), ("18%", "18", "%", "about"),
    ]  # fmt: skip
    assert all(TEXT[int(row["start"]) : int(row["end"])] == row["text"] for row in rows)
    code, out, _ = qingshan("extract", str(path), "--out", str(tmp_path / "out.csv"))
    assert out.endswith("out.csv: 2 figures; 0 values lost at the source\n")


def test_extract_needs_no_table_library():
    code = (
        "import sys; from qingshan.cli import main; main(['extract', sys.argv[1]]); "
        "print([m for m in ('pandas', 'numpy', 'great_expectations', 'matplotlib', 'papermill', 'jsonschema') if m in sys.modules], file=sys.stderr)"
    )
    source = ROOT / "data" / "raw" / "2023" / "qs-demo-2023" / "report.txt"
    done = subprocess.run(
        [sys.executable, "-c", code, str(source)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stderr.strip() == "[]"


ADD = ["add", "--edition", "2023", "--id", "a", "--title", "t", "--publisher", "p"]

# (arguments, what the message says); {dir} is a folder with the files below
MISTAKES = [
    (["run", "2023"], "data/raw/2023: found no such folder, expected an edition"),
    (["run", "twenty"], "'twenty'"),
    (["run", "../2023"], "'../2023'"),
    (["extract", "{dir}/missing.txt"], "missing.txt: found no such file"),
    (["extract", "{dir}"], "found a folder"),
    (["extract", "{dir}/good.txt/below"], "good.txt/below: found no such file"),
    ([*ADD, "{dir}/good.txt/below"], "good.txt/below: found no such file, expected a source file"),
    ([*ADD, "{dir}/good.txt", "--table", "{dir}/m.yml"], "--table: found a mapping for good.txt, which is no table"),
    ([*ADD, "{dir}/source.yml"], "source.yml: found 'source.yml', expected a file name without folders"),
    ([*ADD, "{dir}"], "found a folder, expected a source file"),
    ([*ADD, "{dir}/table.csv", "--table", "{dir}"], "found a folder, expected a YAML file"),
    ([*ADD, "{dir}/table.csv", "--table", "{dir}/good.txt/below"], "below: found no such file, expected a YAML file"),
    (["extract", "{dir}/empty.txt"], "empty.txt: found"),
    (["extract", "{dir}/report.pdf"], "PDF"),
    (["extract", "{dir}/nul.txt"], "nul.txt"),
    (["extract", "{dir}/ambiguous.txt"], "--encoding"),
    (["extract", "{dir}/good.txt", "--encoding", "klingon"], "klingon"),
    (["extract", "{dir}/good.txt", "--year", "2O23"], "--year: found '2O23'"),
    (
        ["add", "{dir}/good.txt", "--edition", "2023", "--id", "A B", "--title", "t", "--publisher", "p"],
        "--id: found 'A B'",
    ),
    (["add", "{dir}/good.txt", "--edition", "2023", "--id", "a"], "no --title or no --publisher"),
    *(
        (
            [
                "add",
                "{dir}/good.txt",
                "--edition",
                "2023",
                "--id",
                "a",
                "--title",
                "t",
                "--publisher",
                "p",
                option,
                value,
            ],
            f"{option}: found {value!r}",
        )
        for option, value in (
            ("--year", "2O23"),
            ("--as-of", "2023-13-01"),
            ("--published-on", "2023年5月"),
            ("--released-on", "2023/05/01"),
        )
    ),
    (["show", "a@1-2"], "a@1-2: found no such figure"),
    (["verify", "2023"], "data/clean/2023: found no such edition, expected a published one (there are: none)"),
    (["verify", ".."], "edition: found '..', expected a year such as 2023, or 2023-r1"),
    (["run", "2023", "-p", "rows_shown"], "NAME=VALUE"),
    (["--workspace", "/", "run", "2023"], "no workspace"),
    (["rnu", "2023"], "rnu"),
    ([], "COMMAND"),
]


@pytest.mark.parametrize(("arguments", "message"), MISTAKES, ids=[" ".join(m[0])[:40] for m in MISTAKES])
def test_a_mistake_is_named_once_and_exits_2(qingshan, tmp_path, arguments, message):
    (tmp_path / "good.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "table.csv").write_text("指标,地区,年份,数值,单位\n森林覆盖率,全国,2021,24.02,%\n", encoding="utf-8")
    (tmp_path / "source.yml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\x00")
    (tmp_path / "nul.txt").write_bytes(b"abc\x00\x00\x01def" * 30)
    (tmp_path / "ambiguous.txt").write_bytes(AMBIGUOUS)
    code, out, err = qingshan(*(argument.format(dir=tmp_path) for argument in arguments))
    assert code == 2
    assert message in err
    assert out == ""


@pytest.mark.parametrize(
    "arguments", [ADD, ["run", "2023"], ["verify", "2023"], ["extract"], ["init"]], ids=lambda a: a[0]
)
def test_a_closed_folder_is_one_message(qingshan, tmp_path, monkeypatch, arguments):
    def refuse(path):  # root, who runs some test machines, may look into every folder
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "good.txt").write_text(TEXT, encoding="utf-8")
    given = [str(tmp_path / "good.txt")] if arguments[0] in ("add", "extract", "init") else []
    monkeypatch.setattr(Path, "is_dir", refuse)
    code, out, err = qingshan(*arguments, *given)
    assert (code, out) == (2, "")
    assert re.fullmatch(r"qingshan: \S+: found permission denied, expected leave to use it\. .*\n", err)


# eight double bytes that are common characters in GB18030 and in Big5 alike
AMBIGUOUS = bytes.fromhex("b5f1b2e7bbabb5adc5d8c3d8c4d7c0d3")


PARAMETERS = [
    ("context_charcters=8", "context_charcters' (did you mean 'context_characters'?)"),
    ("colour=red", "'colour'"),
    ("rows_shown=many", "'many'"),
    ("rows_shown=0", "rows_shown"),
    ("context_characters=65", "context_characters"),
    ("width_cm=1e9", "width_cm"),
    ("suites=../../secret.json", "suites"),
    ("suites=/etc/passwd", "suites"),
    ("suites=missing.json", "missing.json"),
    ("__import__('os')=1", "__import__"),
    ("edition=2024", "edition"),
]


@pytest.mark.parametrize(("given", "message"), PARAMETERS, ids=[p[0] for p in PARAMETERS])
def test_a_wrong_parameter_stops_before_any_kernel(qingshan, registered, workspace, given, message):
    code, _, err = qingshan("run", "2023", "-p", given)
    assert code == 2
    assert message in err
    assert not workspace.work("2023", "runs").exists()


def test_mistakes_in_files_are_named_with_their_line(qingshan, registered, workspace):
    good = workspace.edition_file("2023").read_text(encoding="utf-8")
    workspace.edition_file("2023").write_text(good + "statuss: final\n", encoding="utf-8")
    source = workspace.source_folder("2023", "a") / "source.yml"
    source.write_text(source.read_text(encoding="utf-8") + "covers: [\n", encoding="utf-8")
    code, _, err = qingshan("run", "2023")
    assert code == 2
    assert re.search(r"data/raw/2023/edition\.yml:\d+: found unknown key 'statuss' \(did you mean 'status'\?\)", err)
    assert re.search(r"data/raw/2023/a/source\.yml:\d+: found malformed YAML", err)


def test_a_changed_byte_is_named(qingshan, registered, workspace):
    stored = workspace.source_folder("2023", "a") / "a.txt"
    stored.write_bytes(stored.read_bytes().replace(b"24.02", b"24.03"))
    code, _, err = qingshan("run", "2023")
    assert code == 2
    assert "data/raw/2023/a/a.txt: found sha256" in err
    assert "--replace" in err
    code, out, err = qingshan("add", str(registered), "--edition", "2023", "--id", "a", "--replace")
    assert (code, err) == (0, "")
    assert "the old text was not compared with the new one (data/raw/2023/a/a.txt: found sha256" in out


def test_a_removed_source_is_named(qingshan, registered, workspace):
    (workspace.source_folder("2023", "a") / "a.txt").unlink()
    code, _, err = qingshan("run", "2023")
    assert code == 2
    assert "data/raw/2023/a/a.txt: found no such file" in err


def test_verify_finds_an_edition_whose_promotion_was_cut(qingshan, workspace):
    """Between two renames nothing stands at the edition's own place; what does is as published."""
    clean = workspace.clean("2023")
    away = clean.with_name(".2023.outgoing")
    shutil.copytree(ROOT / "data" / "clean" / "2023", away)
    clean.with_name(".2023.journal").write_text(json.dumps({"new": "gone"}), encoding="utf-8")
    assert not clean.exists()
    code, out, err = qingshan("verify", "2023")
    assert (code, err) == (0, "")
    assert ": every file is as its manifest says\n" in out
    assert out.endswith("no source file is here to hold its quotes against\n")
    (away / "edition.json").write_bytes(b"{}")
    code, _, err = qingshan("verify", "2023")
    assert code == 1
    assert "edition.json: found 2 bytes" in err


def test_verify_needs_no_table_library():
    code = (
        "import sys; from qingshan.cli import main; assert main(['verify', '2023']) == 0; "
        "print([m for m in ('pandas', 'great_expectations', 'matplotlib', 'jinja2') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "[]"
