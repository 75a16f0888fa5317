"""The suites of a workspace: which there are, which run, and every mistake in any of them at once.

Flows in: the JSON files of ``expectations/``. Flows out: `Suite` records in the order in which the report shows them,
or one list of problems. What a rule may say is `suite`'s matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from qingshan import files
from qingshan.model import InputError, Problem, Workspace, nearest
from qingshan.validate.suite import Rule, Suite, load_suite

NEEDED = ("sources", "figures", "observations", "edition")  # without these four no edition becomes a candidate
ALL = "all"


def load_suites(workspace: Workspace, suites: str = ALL) -> tuple[Suite, ...]:
    """Read the suites that `suites` names.

    Parameters
    ----------
    suites
        ``all``: the four that an edition needs, then every other file of ``expectations/`` by name. Else names of
        files, with or without ``.json``, divided by commas.

    Raises
    ------
    InputError
        A file is missing, or has a mistake that `load_suite` finds, or two suites have a rule of one name.
    """
    folder = workspace.expectations
    problems: list[Problem] = []
    loaded: list[Suite] = []
    for name in _all(folder) if suites.strip() == ALL else _named(suites):
        try:
            path = files.inside(folder, name)
            if not path.is_file():
                raise InputError(_missing(folder, name))
            loaded.append(_called(load_suite(path, name=f"expectations/{name}"), name))
        except InputError as error:
            problems.extend(error.problems)
    problems.extend(_shared_names(loaded))
    if problems:
        raise InputError(problems)
    return tuple(loaded)


def left_out(suites: Sequence[Suite]) -> list[str]:
    """Return the suites that an edition needs and that are not among these."""
    have = {suite.name for suite in suites}
    return [name for name in NEEDED if name not in have]


def _all(folder: Path) -> list[str]:
    needed = [f"{name}.json" for name in NEEDED]
    return [*needed, *sorted(path.name for path in folder.glob("*.json") if path.name not in needed)]


def _named(suites: str) -> list[str]:
    names = [name.strip() for name in suites.split(",")]
    return list(dict.fromkeys(name if name.endswith(".json") else f"{name}.json" for name in names))


def _missing(folder: Path, name: str) -> Problem:
    have = sorted(path.name for path in folder.glob("*.json"))
    return Problem(
        f"expectations/{name}",
        f"no such file{nearest(name, have)}",
        f"a suite (there are: {', '.join(have) or 'none'})",
        "Put the file back, or name another one.",
    )


def _called(suite: Suite, file: str) -> Suite:
    """Return a suite that is named as its file: verdict and report name it by either."""
    if f"{suite.name}.json" != file:
        expected = f'"name": "{file.removesuffix(".json")}", as the file is called'
        raise InputError(Problem(f"expectations/{file}", f'"name": "{suite.name}"', expected, "Correct the name."))
    return suite


def _shared_names(suites: Sequence[Suite]) -> Iterator[Problem]:
    """Yield names of rules that two suites use."""
    rules: dict[str, Rule] = {}
    for rule in (rule for suite in suites for rule in suite.rules):
        if rule.name in rules:
            expected = f"a name of its own (it is used at {rules[rule.name].place})"
            yield Problem(rule.place, f"rule {rule.name!r} again", expected, "Rename one of the two.")
        rules.setdefault(rule.name, rule)
