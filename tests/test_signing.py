"""One whole workspace from candidate to published edition, and through a correction to its first revision."""

import csv
import io
import re
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest
import yaml

from qingshan.cli import main
from qingshan.edition.published import is_published
from qingshan.model import Workspace
from qingshan.sheet.rows import COLUMNS
from qingshan.sheet.workbook import HEAD

ROOT = Path(__file__).resolve().parents[1]
MARKS = ("送审稿", "For review")
PICTURES = (
    "lineage.json",
    *(f"{stem}.{kind}" for stem in ("zh", "en", "zh.print", "en.print") for kind in ("svg", "png")),
)
REJECTED = """- id: d-9000
  action: reject
  source_id: qs-demo-2023
  text: 20%
  prefix: 比2020年下降
  suffix: ',汾渭平原下降1'
  reason: 试
  by: 丁
  decided_on: '2027-01-02'
"""
pytestmark = pytest.mark.slow


@pytest.fixture
def demo(tmp_path):
    """The demonstration's sources and decisions in a workspace of their own."""
    root = tmp_path / "ws"
    shutil.copytree(ROOT / "data" / "raw" / "2023", root / "data" / "raw" / "2023")
    with (root / "data" / "raw" / "2023" / "edition.yml").open("a", encoding="utf-8") as edition:
        edition.write("charts: [pm25, decoupling]\n")  # twelve say no more about signing than two
    (root / "data" / "decisions").mkdir()
    shutil.copy(ROOT / "data" / "decisions" / "2023.yml", root / "data" / "decisions" / "2023.yml")
    return Workspace(root)


@pytest.fixture
def qingshan(demo, capsys, monkeypatch):
    """Run a command in the workspace; return exit code, output and messages."""
    monkeypatch.chdir(demo.root)

    def run(*arguments):
        code = main(list(arguments))
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return run


def _bytes(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _marked(folder):
    """Return the pages and documents that bear the mark of a candidate; a picture's letters are paths."""
    files = _bytes(folder)
    texts = {name: data.decode("utf-8") for name, data in files.items() if name.endswith(".html")}
    for name in (name for name in files if name.endswith((".docx", ".xlsx"))):
        with zipfile.ZipFile(io.BytesIO(files[name])) as package:
            texts[name] = "".join(
                package.read(one).decode("utf-8") for one in package.namelist() if one.endswith(".xml")
            )
    return sorted(name for name, text in texts.items() if any(mark in text for mark in MARKS))


def _sign_all(qingshan, name, day):
    for role, person in zip(("初审", "复审", "终审"), ("甲", "乙", "丙"), strict=True):
        code, out, err = qingshan("sign", name, "--as", role, "--by", person, "--on", day)
        assert (code, err) == (0, "")
    assert out.endswith(f"all have signed. Next: qingshan publish {name}\n")


def test_from_candidate_to_published_and_through_a_correction_to_a_revision(demo, qingshan, tmp_path):
    # a candidate, which nobody may publish yet
    assert qingshan("run", "2023")[0] == 0
    clean = demo.clean("2023")
    candidate = _bytes(clean)
    assert _marked(clean) == ["edition.en.docx", "edition.xlsx", "edition.zh.docx", "index.en.html", "index.zh.html"]
    code, _, err = qingshan("publish", "2023")
    assert code == 1
    assert "is not signed as 初审、复审、终审" in err
    assert _bytes(clean) == candidate

    # three signatures; published; a run puts the very same edition back
    _sign_all(qingshan, "2023", "2026-11-25")
    assert qingshan("publish", "2023")[0] == 0
    published = _bytes(clean)
    assert _marked(clean) == []
    charts = [name[len("charts/") : -len(".card.json")] for name in candidate if name.endswith(".card.json")]
    assert "pm25" in charts
    assert {name for name in candidate if candidate[name] != published[name]} == {
        "index.zh.html", "index.en.html", "edition.json", "datapackage.json", "manifest.json",
        "manifest.rebuilt.json", "edition.xlsx", "edition.zh.docx", "edition.en.docx",
        *(f"charts/{chart}.{end}" for chart in charts for end in PICTURES),
    }  # fmt: skip
    assert "published, manifest " in qingshan("verify", "2023")[1]
    shutil.rmtree(clean)
    assert qingshan("run", "2023")[0] == 0
    assert _bytes(clean) == published

    # a sheet goes out and comes back; the analyst alone applies what it proposes
    sheet = tmp_path / "sheet.xlsx"
    assert qingshan("sheet", "2023", "--by", "theme", "--out", str(sheet))[0] == 0
    printed = _reply(sheet)
    code, out, _ = qingshan("sheet", "--import", str(sheet), "--edition", "2023")
    assert code == 0
    assert f"p-0001 override qs-demo-2023@1995-2003 ({printed}): value 27" in out
    assert demo.decisions_file("2023").read_bytes() == (ROOT / "data" / "decisions" / "2023.yml").read_bytes()

    # what changes after publication replaces nothing, and says what to do
    code, _, err = qingshan("decide", "--from-proposed", "p-0001", "--by", "丁", "--edition", "2023")
    assert code == 2
    assert "edition 2023: found a published one" in err
    decided = demo.decisions_file("2023").read_bytes()
    demo.decisions_file("2023").write_bytes(decided + REJECTED.encode())
    code, out, _ = qingshan("run", "2023")
    assert code == 1
    assert re.search(r"published, and not replaced: this run gives another edition \(.*observations\.csv", out)
    assert "qingshan revise 2023" in out
    assert _bytes(clean) == published
    demo.decisions_file("2023").write_bytes(decided)

    # so a revision: proposals go with it, decisions are made there, and the errata come from the tables
    assert qingshan("revise", "2023")[0] == 0
    path = demo.edition_file("2023-r1")
    path.write_text(re.sub(r"published_on: .*", 'published_on: "2027-01-10"', path.read_text("utf-8")), "utf-8")
    assert qingshan("run", "2023-r1")[0] == 0
    revision = demo.clean("2023-r1")
    assert (revision / "errata.csv").read_text("utf-8").count("\n") == 1  # nothing is corrected yet
    assert qingshan("decide", "--from-proposed", "p-0001", "--by", "丁", "--edition", "2023-r1")[0] == 0
    said = ["--reason", "对照原件", "--by", "丁", "--edition", "2023-r1"]
    assert qingshan("decide", "qs-demo-2023@3456-3459", "reject", *said)[0] == 0
    assert qingshan("decide", "qs-demo-2023@3446-3449", "override", "--period", "2026", *said)[0] == 0
    code, _, err = qingshan("decide", "--from-proposed", "p-0001", "--by", "丁", "--edition", "2023-r1")
    assert code == 2
    assert "which applied it" in err
    assert qingshan("run", "2023-r1")[0] == 0
    assert not is_published(revision)
    errata = list(csv.DictReader(io.StringIO((revision / "errata.csv").read_text("utf-8"))))
    assert [(row["change"], row["fields"]) for row in errata] == [
        ("changed", "value"), ("changed", "period"), ("removed", ""),
    ]  # fmt: skip
    assert "由“不超过28微克/立方米”改为“不超过27微克/立方米”" in errata[0]["sentence_zh"]
    for language in ("zh", "en"):
        page = (revision / f"index.{language}.html").read_text("utf-8")
        assert all(row[f"sentence_{language}"] in page for row in errata)

    # the signatures of 2023 are none of 2023-r1; signed and published, both verify, and the old one is untouched
    assert qingshan("publish", "2023-r1")[0] == 1
    _sign_all(qingshan, "2023-r1", "2027-01-09")
    assert qingshan("publish", "2023-r1")[0] == 0
    for name in ("2023", "2023-r1"):
        code, out, err = qingshan("verify", name)
        assert (code, err) == (0, "")
        assert f"data/clean/{name}: published, manifest " in out
    assert _bytes(clean) == published
    assert _marked(revision) == []
    entries = yaml.safe_load(demo.signoff_file("2023-r1").read_text("utf-8"))
    assert [entry["action"] for entry in entries] == ["sign"] * 3 + ["publish"]


def _reply(path):
    """Fill in a new value for the target of 28; return the number as it is printed there."""
    book = openpyxl.load_workbook(path)
    for one in book.worksheets:
        for number in range(HEAD + 1, one.max_row + 1):
            cells = {name: one.cell(number, column) for column, name in enumerate(COLUMNS, 1)}
            if "降到【28微克/立方米】" in str(cells["原文"].value):
                cells["修改值"].value, cells["依据"].value = "不超过27微克/立方米", "意见原件"
                cells["签字"].value = "王某"
                book.save(path)
                return cells["本版数值"].value
    raise AssertionError("no such number")
