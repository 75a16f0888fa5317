"""Proofreading the edition's own Word file as it comes back from layout: honest, and with twenty errors planted."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from proof_plants import PLAN, plant

from qingshan import edition as editions
from qingshan import stages
from qingshan.cli import main
from qingshan.edition.published import table
from qingshan.model import Workspace
from qingshan.proof.compare import DIFFERS, UNSOURCED
from qingshan.proof.known import Known
from qingshan.proof.make import check, own_texts
from qingshan.proof.tokens import Tokenizer, folded
from qingshan.readers.choose import read_source

ROOT = Path(__file__).resolve().parents[1]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def edition(tmp_path_factory) -> Workspace:
    """The demonstration edition in its public folder, without charts: words and tables are what is proofread."""
    made = Workspace(tmp_path_factory.mktemp("proof"))
    for folder in ("raw", "registry", "decisions"):
        shutil.copytree(ROOT / "data" / folder, made.root / "data" / folder)
    for stage in (stages.read, stages.extract, stages.curate):
        stage(made, "2023")
    editions.build(made, "2023", folder=made.clean("2023"))
    return made


@pytest.fixture(scope="module")
def judge(edition, registry):
    folder = edition.clean("2023")
    own, tokenizer = own_texts(folder), Tokenizer(registry)
    known = Known(table(folder, "observations")[1], registry)

    def judged(data: bytes, name: str):
        return check(read_source(data, where=name, name=name), own, tokenizer, known)

    return judged


def laid_out(data: bytes, ending: str, folder: Path) -> bytes:
    if ending == "docx":
        return data
    if shutil.which("soffice") is None:
        pytest.skip("needs LibreOffice, which prints the Word file as PDF")
    (folder / "laid.docx").write_bytes(data)
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", str(folder), str(folder / "laid.docx")], check=True, capture_output=True)
    return (folder / "laid.pdf").read_bytes()


def wrong(checked):
    return [one for one in checked if one.verdict in (DIFFERS, UNSOURCED)]


def squeezed(text):
    return folded(text).replace(" ", "").replace("|", "")


def touches(one, planted):
    """Tell whether a judged number stands where an error was planted: the changed characters are right beside it."""
    text, number = squeezed(one.block.text), len(squeezed(one.block.text[: one.token.start]))
    cells = zip(planted.before.split("|"), planted.after.split("|"), strict=True)
    before, after = next((squeezed(b), squeezed(a)) for b, a in cells if b != a)
    at = next(n for n, (a, b) in enumerate(zip(after + "\0", before + "\1", strict=False)) if a != b)
    sides = [after[max(0, at - 3) : at + behind].rstrip("\0") for behind in (1, 3)]  # a sentence may end right there
    return any(text.startswith(tuple(sides), place) for place in range(max(0, number - 40), number + 12))


@pytest.mark.parametrize("ending", ["docx", "pdf"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_edition_as_laid_out_raises_no_alarm(edition, judge, tmp_path, language, ending):
    data = (edition.clean("2023") / f"edition.{language}.docx").read_bytes()
    checked = judge(laid_out(data, ending, tmp_path), f"laid.{ending}")
    assert len(checked) > 1000
    alarms = wrong(checked)
    assert len(alarms) * 200 <= len(checked) if ending == "pdf" else not alarms


@pytest.mark.parametrize("ending", ["docx", "pdf"])
@pytest.mark.parametrize(("language", "seed"), [("zh", 1), ("zh", 2), ("en", 3)])
def test_twenty_planted_errors_are_found(edition, judge, tmp_path, language, seed, ending):
    data = (edition.clean("2023") / f"edition.{language}.docx").read_bytes()
    changed, planted = plant(data, seed)
    assert [one.kind for one in planted] == PLAN
    checked = judge(laid_out(changed, ending, tmp_path), f"laid.{ending}")
    alarms = wrong(checked)
    missed = [one for one in planted if not any(touches(alarm, one) for alarm in alarms)]
    false = [one for one in alarms if not any(touches(one, place) for place in planted)]
    # LibreOffice prints wide tables so that cells lie in each other's lines: of those, two in twenty may be lost
    assert len(missed) <= (2 if ending == "pdf" else 0)
    assert len(false) * 200 <= len(checked)


def test_the_command_prints_what_differs_and_writes_a_report_to_tick_off(edition, tmp_path, capsys):
    data, planted = plant((edition.clean("2023") / "edition.zh.docx").read_bytes(), 1)
    file = tmp_path / "排版 <稿>.docx"
    file.write_bytes(data)
    code = main(["--workspace", str(edition.root), "proof", str(file), "--edition", "2023"])
    out = capsys.readouterr().out
    assert code == 1
    assert out.count(": differs: ") + out.count(": unsourced: ") >= len(planted)
    report = (edition.work("2023", "proof") / f"{file.name}.html").read_text(encoding="utf-8")
    assert report.count('<input type="checkbox"') == out.count(": differs: ") + out.count(": unsourced: ")
    assert "<稿>" not in report
    assert "default-src 'none'" in report


@pytest.mark.parametrize(("name", "found"), [("none.docx", "no such file"), ("a.png", "a file named .png")])
def test_a_file_that_cannot_be_proofread_is_one_message(edition, tmp_path, capsys, name, found):
    code = main(["--workspace", str(edition.root), "proof", str(tmp_path / name), "--edition", "2023"])
    assert code == 2
    assert found in capsys.readouterr().err
