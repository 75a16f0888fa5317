"""Every `qingshan …` and `make …` command that the documents name exists, with the options they give it."""

import argparse
import re
import shlex
from pathlib import Path

import pytest

from qingshan.cli import _parser

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*sorted(ROOT.glob("README*.md")), *sorted((ROOT / "docs").glob("*.md"))]
_FENCE = re.compile(r"^```[^\n]*\n(.*?)^```", re.M | re.S)
_INLINE = re.compile(r"(?<!`)`([^`]+)`(?!`)", re.S)
_PROGRAM = re.compile(r"^(?:\$ )?(qingshan|make)(?: (.*))?$", re.S)


def commands_of(text):
    """Return the argument lists of the commands in code blocks and code spans; comments and prompts are left out."""
    spans = [" ".join(span.split()) for span in _INLINE.findall(_FENCE.sub("", text))]
    return [*block_commands_of(text), *_commands(spans)]


def block_commands_of(text):
    """Return the argument lists of the commands in code blocks only: there, a whole command stands."""
    text = text.replace("\\\n", " ")
    return _commands(line for block in _FENCE.findall(text) for line in block.splitlines())


def _commands(lines):
    found = []
    for words in lines:
        match = _PROGRAM.match(words.strip())
        if match:
            found.append((match[1], shlex.split(match[2] or "", comments=True)))
    return found


def targets(makefile):
    """Return the targets of a Makefile."""
    return set(re.findall(r"^([a-z][a-z-]*):(?!=)", makefile, re.M))


def variables(makefile):
    """Return the variables that a person may set on the command line."""
    return set(re.findall(r"^([A-Z]+) \?=", makefile, re.M))


def subparsers(parser):
    """Return the parsers of the subcommands by name."""
    return next(a.choices for a in parser._actions if isinstance(a, argparse._SubParsersAction))


def options(parser):
    """Return every option string of a parser."""
    return {name for action in parser._actions for name in action.option_strings}


def cli_problem(arguments):
    """Return what is wrong with a documented call of the program, '' when nothing is."""
    parser = _parser()
    words = list(arguments)
    while words and words[0].startswith("-"):
        option = words.pop(0)
        if option not in options(parser):
            return f"no option {option}"
        if option == "--workspace":
            words.pop(0)
    if not words:
        return ""
    command = subparsers(parser).get(words[0])
    if command is None:
        return f"no command {words[0]}"
    given = {word.strip("[]").partition("=")[0] for word in words[1:] if re.match(r"\[?-[a-z-]", word)}
    unknown = sorted(given - options(command))
    return f"{words[0]} has no option {', '.join(unknown)}" if unknown else ""


def make_problem(arguments, makefile):
    """Return what is wrong with a documented call of make, '' when nothing is."""
    for word in arguments:
        name, is_variable, _ = word.partition("=")
        if name not in (variables(makefile) if is_variable else targets(makefile)):
            return f"no {'variable' if is_variable else 'target'} {name}"
    return ""


def problem(program, arguments):
    if program == "qingshan":
        return cli_problem(arguments)
    return make_problem(arguments, (ROOT / "Makefile").read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_command_named_exists_with_its_options(page):
    wrong = [
        f"{program} {' '.join(arguments)}: {problem(program, arguments)}"
        for program, arguments in commands_of(page.read_text(encoding="utf-8"))
        if problem(program, arguments)
    ]
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_command_in_a_block_can_be_given_as_it_stands(page, capsys):
    wrong = []
    for program, arguments in block_commands_of(page.read_text(encoding="utf-8")):
        if program == "qingshan":
            try:
                _parser().parse_args(arguments)
            except SystemExit:
                wrong.append((arguments, capsys.readouterr().err))
    assert wrong == []


def test_every_page_names_commands():
    named = {page.name: len(commands_of(page.read_text(encoding="utf-8"))) for page in PAGES}
    assert {"README.md", "README.zh.md", "yearly.md", "yearly.zh.md"} <= set(named)
    assert min(named.values()) >= 5


@pytest.mark.parametrize("name", ["README", "docs/yearly", "docs/reviewing"])
def test_both_languages_name_the_same_commands(name):
    def called(path):
        return {(program, *arguments[:1]) for program, arguments in commands_of(path.read_text(encoding="utf-8"))}

    english, chinese = called(ROOT / f"{name}.md"), called(ROOT / f"{name}.zh.md")
    if name == "README":  # the Chinese page is the shorter one
        assert chinese <= english
    else:
        assert chinese == english


def test_the_yearly_page_walks_through_every_command_of_a_year():
    steps = {arguments[0] for program, arguments in commands_of((ROOT / "docs/yearly.md").read_text(encoding="utf-8"))
             if program == "qingshan" and arguments}  # fmt: skip
    assert {
        "init",
        "extract",
        "add",
        "run",
        "review",
        "show",
        "decide",
        "lab",
        "notebooks-save",
        "verify",
        "sheet",
        "diff",
        "sign",
        "publish",
        "revise",
    } <= steps


def test_both_yearly_pages_have_the_same_numbered_steps():
    numbers = [re.findall(r"^## (\d+)\. ", page.read_text(encoding="utf-8"), re.M)
               for page in (ROOT / "docs/yearly.md", ROOT / "docs/yearly.zh.md")]  # fmt: skip
    assert numbers[0] == numbers[1] == [str(n) for n in range(1, len(numbers[0]) + 1)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("```\nqingshan run 2024   # [--only STAGE]\n```", [("qingshan", ["run", "2024"])]),
        ("```\n$ qingshan show 'a@1-2'\nfigure a\n```", [("qingshan", ["show", "a@1-2"])]),
        ("```\n$ qingshan add a.txt \\\n   --id a\n```", [("qingshan", ["add", "a.txt", "--id", "a"])]),
        ("see `make edition EDITION=2024`.", [("make", ["edition", "EDITION=2024"])]),
        ("see `qingshan run 2024\n--dry-run`.", [("qingshan", ["run", "2024", "--dry-run"])]),
        ("```\nqingshan: a.csv: found nothing\n```", []),
        ('`qingshan.load("2023")` and make sure', []),
    ],
)
def test_commands_are_found_in_blocks_and_spans(text, expected):
    assert commands_of(text) == expected


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["promote", "2024"], "no command promote"),
        (["run", "2024", "--onyl", "read"], "run has no option --onyl"),
        (["run", "2024", "[--title", "T]"], "run has no option --title"),
        (["--workspce", "w", "run"], "no option --workspce"),
        (["--workspace", "w", "run", "2024", "-p", "a=1"], ""),
    ],
)
def test_a_command_that_does_not_exist_is_noticed(arguments, told):
    assert cli_problem(arguments) == told


@pytest.mark.parametrize(("arguments", "told"), [(["tset"], "no target tset"), (["edition", "YEAR=1"], "no variable YEAR"),
                                                 (["edition", "EDITION=1"], ""), ([], "")])  # fmt: skip
def test_a_target_that_does_not_exist_is_noticed(arguments, told):
    assert make_problem(arguments, "EDITION ?= 1\nVENV := x\nedition: setup\ntest:\n") == told
