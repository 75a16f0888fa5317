"""Reads a suite of rules strictly: what stands in the file is what will run, or nothing runs.

Flows in: one JSON file in the shape of Great Expectations, with our names and sentences in `meta`. Flows out: a frozen
`Suite`. Great Expectations leaves out a rule whose type it does not know and calls the rest a success; here every
mistake is an error, all of them at once, and nothing is validated.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qingshan import documents
from qingshan.model import InputError, Problem, nearest
from qingshan.validate.arguments import entry_problems, quiet
from qingshan.validate.shape import shape_problems

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite


@dataclass(frozen=True)
class Text:
    """One thing said in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True)
class Rule:
    """One rule of a suite.

    Parameters
    ----------
    name
        Stable and unique in the suite; what results, reports and people call it by.
    table
        The table it reads: a key of `shape.TABLES`.
    type, kwargs
        As Great Expectations takes them; ``{"$PARAMETER": name}`` stands for a value known when it runs.
    sentence, remedy
        What the rule protects, and what to do when it fails.
    when_empty
        Why there may be no row for it to read; None when that means that it could not run.
    suite, place
        The suite it belongs to, and file and line of it.
    """

    name: str
    table: str
    type: str
    kwargs: Mapping[str, Any]
    severity: str
    sentence: Text
    remedy: Text
    when_empty: Text | None = None
    suite: str = ""
    place: str = ""

    @property
    def conditional(self) -> bool:
        """Whether it reads only some rows, so that none at all may be right."""
        return "row_condition" in self.kwargs


@dataclass(frozen=True)
class Suite:
    """The rules of one file, in its order; never none."""

    name: str
    rules: tuple[Rule, ...]


def load_suite(path: Path, *, name: str = "") -> Suite:
    """Read a suite and make sure that every rule in it can be built.

    Parameters
    ----------
    name
        The file as messages should show it.

    Raises
    ------
    InputError
        Malformed JSON, a key, type, column, argument or parameter that is not known, a rule without name or sentence, a
        name used twice, or no rules: every mistake with file and line.
    """
    name = name or path.name
    text = _read_text(path, name)
    data = _parse_json(text, name)
    document = documents.parse_yaml(text, name=name)  # JSON is YAML: this tells the lines and refuses repeated keys
    problems = list(shape_problems(text, data, document))
    entries = data.get("expectations") if isinstance(data, dict) else None
    if isinstance(entries, list):
        problems.extend(entry_problems(entries, document))
    if problems:
        raise InputError(problems)
    rules = tuple(
        _rule(entry, data["name"], document.at("expectations", index, "meta", "rule"))
        for index, entry in enumerate(entries)
    )
    build_suite(data["name"], rules)
    return Suite(data["name"], rules)


def build_suite(name: str, rules: Sequence[Rule]) -> ExpectationSuite:
    """Return the Great Expectations suite of `rules`, after counting that none was left out.

    Raises
    ------
    InputError
        Great Expectations kept fewer rules than it was given.
    """
    import great_expectations

    with quiet():
        suite = great_expectations.ExpectationSuite(
            name=name,
            expectations=[
                {
                    "type": rule.type,
                    "kwargs": dict(rule.kwargs),
                    "severity": rule.severity,
                    "meta": {"rule": rule.name},
                }
                for rule in rules
            ],
        )
    kept = {(expectation.meta or {}).get("rule") for expectation in suite.expectations}
    left_out = [rule.name for rule in rules if rule.name not in kept]
    if len(suite.expectations) != len(rules) or left_out:
        raise InputError(
            Problem(
                name,
                f"{len(suite.expectations)} of {len(rules)} rules kept by Great Expectations",
                f"all of them (left out: {', '.join(left_out)})",
                "Correct the type of the rules left out.",
            )
        )
    return suite


def _read_text(path: Path, name: str) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except (FileNotFoundError, IsADirectoryError):
        have = sorted(entry.name for entry in path.parent.glob("*.json"))
        raise InputError(
            Problem(
                name,
                f"no such file{nearest(path.name, have)}",
                f"a suite (there are: {', '.join(have) or 'none'})",
                "Name one of them, or put the file there.",
            )
        ) from None
    except UnicodeDecodeError as error:
        raise InputError(
            Problem(name, f"a byte that is not UTF-8 at position {error.start}", "UTF-8 text", "Save it as UTF-8.")
        ) from None


def _parse_json(text: str, name: str) -> Any:
    def refuse(constant: str) -> None:
        raise InputError(Problem(name, constant, "a number that JSON knows", "Leave the bound out if there is none."))

    try:
        return json.loads(text, parse_constant=refuse)
    except json.JSONDecodeError as error:
        raise InputError(
            Problem(
                f"{name}:{error.lineno}",
                f"malformed JSON ({error.msg}, column {error.colno})",
                "valid JSON",
                "Correct the line or the one before it.",
            )
        ) from None
    except RecursionError:
        raise InputError(Problem(name, "JSON nested too deeply", "a suite", "Write the file anew.")) from None


def _rule(entry: dict[str, Any], suite: str, place: str) -> Rule:
    meta = entry["meta"]
    return Rule(
        name=meta["rule"],
        table=meta.get("table", "figures"),
        type=entry["type"],
        kwargs=entry["kwargs"],
        severity=entry["severity"],
        sentence=Text(**meta["sentence"]),
        remedy=Text(**meta["remedy"]),
        when_empty=Text(**meta["when_empty"]) if "when_empty" in meta else None,
        suite=suite,
        place=place,
    )
