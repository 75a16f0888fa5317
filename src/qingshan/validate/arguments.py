"""The arguments of the rules in a suite file: expectation types, columns, parameters and conditions, all known.

Flows in: the rules of a suite file, of any shape. Flows out: problems with file and line; Great Expectations is asked
to build each rule, and nothing is run.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import warnings
from collections.abc import Iterator, Mapping
from typing import Any

from qingshan import documents
from qingshan.model import Problem, nearest
from qingshan.validate.shape import TABLES

PARAMETERS = (
    "raw_root",
    "registry_root",
    "edition",
    "source_ids",
    *(f"{table}_rows" for table in TABLES),
)
_COLUMN_KWARGS = ("column", "column_A", "column_B", "column_list", "column_set")
_OF_NUMBERS = tuple(
    f"expect_column_{name}_to_be_between" for name in ("values", "mean", "median", "stdev", "sum", "min", "max")
)
_CONDITION = "an object with type, column, operator and parameter"  # GX's own words list every kind it tried


def entry_problems(entries: list[Any], document: documents.Document) -> Iterator[Problem]:
    """Yield what is wrong with each rule beyond its shape, for the rules whose shape allows to ask."""
    seen: dict[str, int] = {}
    for index, entry in enumerate(entries):
        if not isinstance(entry, dict):
            continue
        meta = entry.get("meta")
        rule = meta.get("rule") if isinstance(meta, dict) else None
        if isinstance(rule, str):
            if rule in seen:
                yield Problem(
                    document.at("expectations", index, "meta", "rule"),
                    f"rule {rule!r} again",
                    f"a name of its own (it is used at {document.at('expectations', seen[rule], 'meta', 'rule')})",
                    "Rename one of the two.",
                )
            seen.setdefault(rule, index)
        if isinstance(entry.get("type"), str) and isinstance(entry.get("kwargs"), dict):
            table = meta.get("table", "figures") if isinstance(meta, dict) else "figures"
            yield from _kwargs_problems(entry, table, index, document)


def _kwargs_problems(
    entry: dict[str, Any], table: object, index: int, document: documents.Document
) -> Iterator[Problem]:
    known = _known_types()
    kind, kwargs = entry["type"], entry["kwargs"]
    here = ("expectations", index, "kwargs")
    if kind not in known:
        yield Problem(
            document.at("expectations", index, "type"),
            f"unknown expectation type {kind!r}{nearest(kind, known)}",
            "a type of Great Expectations or of Qingshan",
            "Correct the spelling.",
        )
        return
    arguments = _arguments(known[kind])
    for unknown in sorted(set(kwargs) - arguments):
        yield Problem(
            document.at(*here, unknown),
            f"unknown argument {unknown!r}{nearest(unknown, arguments)}",
            f"an argument of {kind} ({', '.join(sorted(arguments))})",
            "Correct the spelling or remove it.",
        )
    yield from _name_problems(kwargs, table, here, document)
    yield from _number_problems(kind, kwargs, table, here, document)
    yield from _value_problems(known[kind], {key: kwargs[key] for key in kwargs if key in arguments}, here, document)


def _name_problems(
    kwargs: dict[str, Any], table: object, here: documents.Where, document: documents.Document
) -> Iterator[Problem]:
    """Yield columns that the table has not, parameters that no run gives, and conditions written as code."""
    contract = TABLES.get(table) if isinstance(table, str) else None
    for key, column in _columns(kwargs):
        if contract and column not in contract.names:
            yield Problem(
                document.at(*here, key),
                f"unknown column {column!r}{nearest(column, contract.names)}",
                f"a column of the table {contract.name}",
                "Correct the spelling, or name the right table in meta.table.",
            )
    for key, value in kwargs.items():
        if isinstance(value, dict) and "$PARAMETER" in value and value["$PARAMETER"] not in PARAMETERS:
            given = str(value["$PARAMETER"])
            yield Problem(
                document.at(*here, key),
                f"unknown parameter {given!r}{nearest(given, PARAMETERS)}",
                f"one of {', '.join(PARAMETERS)}",
                "Correct the spelling.",
            )
    yield from _regex_problems(kwargs, here, document)
    condition = kwargs.get("row_condition")
    if isinstance(condition, str) or (isinstance(condition, dict) and condition.get("type") == "pass_through"):
        yield Problem(
            document.at(*here, "row_condition"),
            "a condition written as code",
            _CONDITION,
            "Write the condition as an object.",
        )


def _regex_problems(kwargs: dict[str, Any], here: documents.Where, document: documents.Document) -> Iterator[Problem]:
    """Yield regular expressions that are none: Great Expectations finds out while it runs, after everything else."""
    for key in ("regex", "regex_list"):
        value = kwargs.get(key)
        for pattern in value if isinstance(value, list) else [value]:
            try:
                re.compile(pattern if isinstance(pattern, str) else "")
            except re.error as error:
                found = f"{json.dumps(pattern, ensure_ascii=False)[:60]} ({error})"
                yield Problem(document.at(*here, key), found, "a regular expression of Python", "Correct the pattern.")


def _number_problems(
    kind: str, kwargs: dict[str, Any], table: object, here: documents.Where, document: documents.Document
) -> Iterator[Problem]:
    """Yield columns of text where the expectation counts."""
    contract = TABLES.get(table) if isinstance(table, str) else None
    types = {column.name: column.type for column in contract.columns} if contract else {}
    column = kwargs.get("column")
    if kind in _OF_NUMBERS and isinstance(column, str) and types.get(column) is str:
        numbers = ", ".join(name for name, type_ in types.items() if type_ in (int, float))
        expected = f"a column of numbers ({numbers})"
        yield Problem(document.at(*here, "column"), f"{column!r}, a column of text", expected, "Name another column.")


def _value_problems(
    kind: Any, kwargs: dict[str, Any], here: documents.Where, document: documents.Document
) -> Iterator[Problem]:
    """Yield what Great Expectations itself says about the arguments: one problem for each of them."""
    from great_expectations.compatibility import pydantic

    try:
        with quiet():
            kind(**kwargs)
    except pydantic.ValidationError as error:
        said: dict[str, str] = {}
        for entry in error.errors():
            argument = str(entry["loc"][0])
            said.setdefault(argument, _CONDITION if argument == "row_condition" else str(entry["msg"]))
        for argument, message in said.items():
            missing = argument not in kwargs
            yield Problem(
                document.at(*here) if missing else document.at(*here, argument),
                f"no argument {argument!r}" if missing else f"{json.dumps(kwargs[argument], ensure_ascii=False)[:60]}",
                f"{argument!r} as {kind.expectation_type} takes it ({message})",
                "Correct the argument.",
            )


def _columns(kwargs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield every column that the arguments name, with the argument that names it."""
    for key in _COLUMN_KWARGS:
        value = kwargs.get(key)
        for column in value if isinstance(value, list) else [value]:
            if isinstance(column, str):
                yield key, column
    waiting = [kwargs.get("row_condition")]
    while waiting:
        condition = waiting.pop()
        if isinstance(condition, dict):
            column = condition.get("column")
            if isinstance(column, dict) and isinstance(column.get("name"), str):
                yield "row_condition", column["name"]
            if isinstance(condition.get("conditions"), list):
                waiting.extend(condition["conditions"])


def _known_types() -> dict[str, Any]:
    """Return the expectation types that can run, ours included, by name."""
    import great_expectations.expectations  # noqa: F401  registers the core types
    from great_expectations.expectations.registry import (
        get_expectation_impl,
        list_registered_expectation_implementations,
    )

    import qingshan.validate.expectations  # noqa: F401  registers ours

    names = list_registered_expectation_implementations()
    return {name: get_expectation_impl(name) for name in names if re.match("expect_", name)}


def _arguments(kind: Any) -> set[str]:
    """Return the arguments of a type that a suite may set: not what every rule has, nor conditions as strings."""
    from great_expectations.expectations.expectation import Expectation

    return set(kind.__fields__) - set(Expectation.__fields__) - {"condition_parser", "batch_id"}


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Silence what Great Expectations logs and warns about; our own messages say it with file and line."""
    logger = logging.getLogger("great_expectations")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)
