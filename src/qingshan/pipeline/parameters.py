"""The declared parameters of the six notebooks, and the check of what a person gives against the declaration.

Flows in: names and values as text, from the command line. Flows out: typed values per notebook, before any kernel
starts. It never guesses a type from a value: ``007`` given for a text stays ``007``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from qingshan import files
from qingshan.model import InputError, Problem, Workspace, nearest
from qingshan.sources import EDITION_ID

Value = str | int | float

_NAME = re.compile(
    r"[A-Za-z_]\w*", re.ASCII
)  # papermill writes names into the notebook as they are: they could execute
_INT = re.compile(r"[+-]?[0-9]{1,18}")
_FLOAT = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")


@dataclass(frozen=True)
class Parameter:
    """One parameter of a notebook.

    Parameters
    ----------
    default
        What stands in the notebook for a person who runs it by hand.
    minimum, maximum
        Closed bounds of a number.
    pattern
        What the whole text must match.
    within
        The workspace folder of whose JSON files the text names some, with commas between: ``expectations``. Its default
        names them all.
    required
        Whether the runner insists on a value instead of taking the default.
    given_by_runner
        Whether only the runner may set it.
    """

    name: str
    type: type
    default: Value
    meaning: str
    minimum: float = -math.inf
    maximum: float = math.inf
    pattern: str = ""
    within: str = ""
    required: bool = False
    given_by_runner: bool = False


WORKSPACE = Parameter("workspace", str, "", "the folder that holds data/raw; '' is the one around the notebook",
                      given_by_runner=True)  # fmt: skip
EDITION = Parameter("edition", str, "2023", "the edition: a year, or a year and a revision such as 2023-r1",
                    pattern=EDITION_ID, required=True)  # fmt: skip
_COMMON = (WORKSPACE, EDITION)

PARAMETERS: Mapping[str, tuple[Parameter, ...]] = {
    "1_read": _COMMON,
    "2_extract": (
        *_COMMON,
        Parameter("context_characters", int, 16, "raw characters kept on each side of a figure", 8, 64),
    ),
    "3_curate": _COMMON,
    "4_validate": (
        *_COMMON,
        Parameter(
            "suites",
            str,
            "all",
            "the suites of rules: all, or names of files in expectations/ with commas between",
            within="expectations",
        ),
        Parameter("rows_shown", int, 50, "failing rows shown for each rule", 1, 1000),
    ),
    "5_chart": (*_COMMON, Parameter("width_cm", float, 24.0, "width of the charts in centimetres", 8, 40)),
    "6_publish": _COMMON,
}


def check_all(given: Mapping[str, str], *, workspace: Workspace | None = None) -> dict[str, dict[str, Value]]:
    """Return the typed values for every notebook, defaults filled in, without those only the runner gives.

    Parameters
    ----------
    given
        Name -> text as typed; a name is known when any of the six notebooks declares it.
    workspace
        Where files named by parameters must lie; without it only their spelling is checked.

    Raises
    ------
    InputError
        Every problem once: unknown or misspelt name, missing value, wrong type, out of range, escaping path.
    """
    everything = {parameter.name: parameter for declared in PARAMETERS.values() for parameter in declared}
    problems = [_unknown(name, everything) for name in given if name not in everything]
    values, more = _typed(everything, given, workspace)
    if problems or more:
        raise InputError([*problems, *more])
    return {
        notebook: {parameter.name: values[parameter.name] for parameter in declared if not parameter.given_by_runner}
        for notebook, declared in PARAMETERS.items()
    }


def _typed(
    declared: Mapping[str, Parameter], given: Mapping[str, str], workspace: Workspace | None
) -> tuple[dict[str, Value], list[Problem]]:
    values: dict[str, Value] = {}
    problems = []
    for name, parameter in declared.items():
        if parameter.given_by_runner:
            if name in given:
                remedy = "Name the workspace with the command's own option."
                problems.append(Problem(f"parameter {name}", "a value", "none: the runner gives it", remedy))
        elif name in given:
            value = _convert(parameter, given[name], workspace)
            if isinstance(value, Problem):
                problems.append(value)
            else:
                values[name] = value
        elif parameter.required:
            remedy = "It has no default on the command line."
            problems.append(Problem(f"parameter {name}", "no value", parameter.meaning, remedy))
        else:
            values[name] = parameter.default
    return values, problems


def _unknown(name: str, declared: Mapping[str, Parameter]) -> Problem:
    if not _NAME.fullmatch(name):
        found, expected = _short(name), "a name of letters, digits and _"
    else:
        found = f"{_short(name)}{nearest(name, declared)}"
        expected = "a declared parameter"
    known = ", ".join(name for name, parameter in declared.items() if not parameter.given_by_runner)
    return Problem(f"parameter {_short(name)}", f"unknown name {found}", expected, f"Declared are: {known}.")


def _convert(parameter: Parameter, text: str, workspace: Workspace | None) -> Value | Problem:
    """Return the value of the declared type, or what is wrong with the text."""
    where, remedy = f"parameter {parameter.name}", f"It is {parameter.meaning}."
    value: Value = text
    if parameter.type is int:
        if not _INT.fullmatch(text):
            return Problem(where, _short(text), "a whole number in digits", remedy)
        value = int(text)
    elif parameter.type is float:
        if not _FLOAT.fullmatch(text):
            return Problem(where, _short(text), "a number such as 24 or 24.5", remedy)
        value = float(text)
    if parameter.pattern and not re.fullmatch(parameter.pattern, text):
        return Problem(where, _short(text), "2000 to 2100, or such a year with -r1, -r2 and so on", remedy)
    if not isinstance(value, str) and not parameter.minimum <= value <= parameter.maximum:
        expected = f"{parameter.minimum:g} to {parameter.maximum:g}"
        return Problem(where, _short(text), expected, remedy)
    if parameter.within and text != parameter.default:
        problems = (_file_within(parameter, name.strip(), workspace) for name in text.split(","))
        return next((problem for problem in problems if problem), value)
    return value


def _file_within(parameter: Parameter, text: str, workspace: Workspace | None) -> Problem | None:
    """Return what is wrong with a text that must name a file inside a folder, None when nothing is."""
    where, remedy = f"parameter {parameter.name}", f"It is {parameter.meaning}."
    folder = workspace.expectations if workspace else Path(parameter.within)
    if text and not text.endswith(".json"):
        text += ".json"
    try:
        path = files.inside(folder, text)
    except InputError as error:
        return Problem(where, error.problems[0].found, error.problems[0].expected, error.problems[0].remedy)
    if workspace and not path.is_file():
        have = sorted(entry.relative_to(folder).as_posix() for entry in folder.rglob("*") if entry.is_file())
        found = f"{_short(text)}, which is not there{nearest(text, have)}"
        return Problem(where, found, f"a file in {parameter.within}/", remedy)
    return None


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:57]}...")
