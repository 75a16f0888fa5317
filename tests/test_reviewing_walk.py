"""The walk of docs/reviewing.md, taken step by step: its files are written, its commands run, what it claims compared."""

import html
import re
import shlex
from pathlib import Path

import pytest

from qingshan.cli import main
from qingshan.model import Workspace

DOCS = Path(__file__).resolve().parents[1] / "docs"
_BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.M | re.S)


def blocks_of(page):
    """Return the fenced blocks of a page as (what it is, content), in order."""
    return [(match[1], match[2]) for match in _BLOCK.finditer((DOCS / page).read_text(encoding="utf-8"))]


def steps_of(block):
    """Yield (arguments, exit code, lines claimed) for each command of a block."""
    for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
        command, _, claimed = part.partition("\n")
        code = re.search(r"# exit code (\d)", command)
        yield shlex.split(command, comments=True), int(code[1]) if code else 0, claimed.splitlines()


def pattern(line):
    """Return what a claimed line means: … stands for anything."""
    return ".*".join(re.escape(part) for part in line.rstrip().split("…"))


def missing(claimed, said):
    """Return the first claimed line that does not follow in what was said, '' if all do; … alone skips lines."""
    rest, may_skip = said.splitlines(), False
    for line in claimed:
        if line.strip() == "…":
            may_skip = True
            continue
        at = next((n for n, one in enumerate(rest) if re.fullmatch(pattern(line), one)), None)
        if at is None or (at > 0 and not may_skip):
            return line
        rest, may_skip = rest[at + 1 :], False
    return ""


def text_of(page):
    """Return the report's text, a line for each paragraph, heading, or item, with single spaces."""
    body = re.sub(r"</(p|h\d|li|q|label|td|option)>|<br>|<(ul|ol|q|p)\b", "\n\\g<0>", page[page.index("<main>") :])
    return [
        " ".join(html.unescape(re.sub(r"<[^>]+>", "", line)).split()) for line in body.replace("\n<", "\0<").split("\0")
    ]


@pytest.mark.slow
def test_the_walk_says_what_happens(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    ran = []
    for kind, content in blocks_of("reviewing.md"):
        if kind == "report":
            said = text_of(Workspace.find().report("2024").read_text(encoding="utf-8"))
            for line in content.splitlines():
                assert any(re.fullmatch(pattern(line), one) for one in said), f"not in the report: {line}"
        elif kind:
            Path(kind.split()[1]).write_text(content, encoding="utf-8")
        for arguments, code, claimed in steps_of(content) if not kind else ():
            if arguments[0] == "cd":
                monkeypatch.chdir(arguments[1])
                continue
            assert arguments[0] == "qingshan"
            found = main(arguments[1:])
            out, err = capsys.readouterr()
            assert found == code, out + err
            assert missing(claimed, out) == "", out
            ran.append(arguments[1])

    assert ran == [
        "init",
        "add",
        "run",
        "review",
        "decide",
        "run",
        "show",
        "decide",
        "run",
        "sheet",
        "sign",
        "publish",
        "verify",
    ]


def test_both_languages_take_the_same_walk():
    assert blocks_of("reviewing.zh.md") == blocks_of("reviewing.md")
    assert len(blocks_of("reviewing.md")) >= 10


@pytest.mark.parametrize(
    ("claimed", "said", "found"),
    [
        (["a", "b"], "a\nb\n", ""),
        (["a", "…", "c"], "a\nb\nc\n", ""),
        (["a…z"], "a lot of z\n", ""),
        (["a", "c"], "a\nb\nc\n", "c"),
        (["…", "b", "a"], "a\nb\n", "a"),
        (["a."], "ab\n", "a."),
        (["a"], "", "a"),
        ([], "a\n", ""),
    ],
)
def test_a_claim_that_is_wrong_is_noticed(claimed, said, found):
    assert missing(claimed, said) == found
