"""The shape of a suite file: which keys it has, and of which kind their values are.

Flows in: the content of a suite file. Flows out: problems with file and line. What the arguments of a rule mean is not
looked at here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from qingshan import documents
from qingshan.consistency import CONSISTENCY
from qingshan.curate.tables import STALE_DECISIONS
from qingshan.model import FIGURES, LOST, InputError, Problem, TableContract
from qingshan.validate.joins import COUNTS, CURATED, EDITION, FILLS, LINKS, OBSERVATIONS, SOURCES
from qingshan.validate.previous import PREVIOUS

TABLES: Mapping[str, TableContract] = {
    contract.name: contract
    for contract in (
        SOURCES, FIGURES, CURATED, OBSERVATIONS, LINKS, LOST, FILLS, STALE_DECISIONS, CONSISTENCY, PREVIOUS, COUNTS,
        EDITION,
    )
}  # fmt: skip
# tables that may have no rows when all is well; a rule that reads one says so in `meta.when_empty`
MAY_BE_EMPTY = (LOST.name, FILLS.name, STALE_DECISIONS.name, CONSISTENCY.name, PREVIOUS.name)
SEVERITIES = ("critical", "warning", "info")
_TEXT = {"type": "string", "pattern": r"\S", "description": "some text"}
_BOTH = {
    "type": "object",
    "required": ["zh", "en"],
    "additionalProperties": False,
    "properties": {"zh": _TEXT, "en": _TEXT},
}

SUITE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["name", "expectations"],
    "additionalProperties": False,
    "properties": {
        "name": _TEXT,
        "meta": {"type": "object"},
        "expectations": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["type", "kwargs", "severity", "meta"],
                "additionalProperties": False,
                "properties": {
                    "type": _TEXT,
                    "kwargs": {"type": "object"},
                    "severity": {"enum": list(SEVERITIES)},
                    "meta": {
                        "type": "object",
                        "required": ["rule", "sentence", "remedy"],
                        "additionalProperties": False,
                        "properties": {
                            "rule": {
                                "type": "string",
                                "pattern": r"^[a-z][a-z0-9_]*$",
                                "description": "small letters, digits and _",
                            },
                            "table": {"enum": list(TABLES)},
                            "sentence": _BOTH,
                            "remedy": _BOTH,
                            "when_empty": _BOTH,
                        },
                    },
                },
            },
        },
    },
}


def shape_problems(text: str, data: Any, document: documents.Document) -> Iterator[Problem]:
    """Yield what the schema finds; it sees every scalar as text, so real text is asked for separately."""
    try:
        documents.parse_yaml(text, SUITE_SCHEMA, name=document.name)
    except InputError as error:
        yield from error.problems
        return
    if not data["expectations"]:
        yield Problem(
            document.at("expectations"), "no expectations", "at least one", "An empty suite checks nothing: add a rule."
        )
    for where, value in _leaves(data):
        if not isinstance(value, str):
            shown = ".".join(str(part) for part in where)
            yield Problem(document.at(*where), json.dumps(value), f"text in {shown}", "Put it in quotes.")


def _leaves(data: dict[str, Any]) -> Iterator[tuple[documents.Where, Any]]:
    """Yield every scalar that must be text; only for data that fits the schema."""
    yield ("name",), data["name"]
    for index, entry in enumerate(data["expectations"]):
        here = ("expectations", index)
        yield (*here, "type"), entry["type"]
        yield (*here, "meta", "rule"), entry["meta"]["rule"]
        for part in ("sentence", "remedy", "when_empty"):
            for language, value in entry["meta"].get(part, {}).items():
                yield (*here, "meta", part, language), value
