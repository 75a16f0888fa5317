"""The form of a decisions file: what each action needs and may say, and the schema every entry must fit.

Everything is text, because every YAML scalar is read as text; what a text must look like stands here, once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from qingshan.model import NUMBER_KINDS, QUALIFIERS
from qingshan.source_schema import DATE_FORM, END

# what of a figure's key the text may not say, and what of its reading may be wrong
KEY_FIELDS = ("indicator", "region", "period", "base_period", "scope")
READING_FIELDS = ("value", "unit", "kind", "qualifier", "subject")


@dataclass(frozen=True)
class Action:
    """What an action needs and what else it may say."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        return (*self.required, *self.optional)


ACTIONS = {
    "accept": Action((), KEY_FIELDS),
    "reject": Action(),
    "override": Action((), KEY_FIELDS + READING_FIELDS),
    "merge": Action(("into",)),
    "flag": Action(),
    "withdraw": Action(),
    "add": Action(("value", "unit", "kind"), (*KEY_FIELDS, "qualifier", "subject")),
    "fill": Action(("from",), KEY_FIELDS),
    "indicator": Action(("indicator",)),
}
EXPECTABLE = ("value", "unit", "kind", "qualifier", "subject", "region", "period", "base_period", "integrity")

_TEXT: dict[str, Any] = {"type": "string"}
_NOT_EMPTY: dict[str, Any] = {"type": "string", "minLength": 1}
_NUMBER = {"type": "string", "pattern": r"^-?\d+(\.\d+)?(e[+-]?\d{1,2})?$", "description": "a number such as -24.02"}
_PERIOD = {
    "type": "string",
    "pattern": rf"^({DATE_FORM}(/{DATE_FORM})?)?{END}",
    "description": "2023, 2023-12-31 or 2013/2022, of the calendar",
}
_DAY = {"type": "string", "pattern": rf"^(?=.{{10}}){DATE_FORM}{END}", "description": "YYYY-MM-DD, of the calendar"}
# a text may misprint its date, and a guard says what was read there
_PERIOD_READ = {**_PERIOD, "pattern": r"^[0-9/-]*$", "description": "2023, 2023-12-31 or 2013/2022"}
FIELDS: dict[str, dict[str, Any]] = {
    "value": _NUMBER,
    "unit": _TEXT,
    "kind": {"type": "string", "enum": list(NUMBER_KINDS)},
    "qualifier": {"type": "string", "enum": list(QUALIFIERS)},
    "subject": _TEXT,
    "indicator": _TEXT,
    "region": _TEXT,
    "period": _PERIOD,
    "base_period": _PERIOD,
    "scope": _TEXT,
}
_READ = {**FIELDS, "period": _PERIOD_READ, "base_period": _PERIOD_READ}


def _object(required: Iterable[str], properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": [*required], "additionalProperties": False, "properties": {**properties}}


_PLACE = {"source_id": _TEXT, "text": _NOT_EMPTY, "prefix": _TEXT, "suffix": _TEXT}
_ENTRY = _object(
    ("id", "action", "source_id", "text", "reason", "by", "decided_on"),
    {
        "id": {"type": "string", "pattern": r"^d-\d{4,}$", "description": "d-0001"},
        "action": {"type": "string", "enum": list(ACTIONS)},
        **_PLACE,
        "start": {"type": "string", "pattern": r"^\d{1,15}$", "description": "a raw offset"},
        **FIELDS,
        "into": _object(("text",), _PLACE),
        "from": _object(("source_id", "text"), _PLACE),
        "expect": _object((), {name: _READ.get(name, _TEXT) for name in EXPECTABLE}),
        "reason": _NOT_EMPTY,
        "by": _NOT_EMPTY,
        "reviewed_by": _NOT_EMPTY,
        "decided_on": _DAY,
        "proposal": {"type": "string", "pattern": r"^p-\d{4,}$", "description": "p-0001"},
    },
)
SAID = {*FIELDS, "into", "from"}
DECISIONS_SCHEMA: dict[str, Any] = {"type": ["array", "null"], "items": _ENTRY}


def _predicate(schema: Mapping[str, Any]) -> Callable[[Any], bool]:
    """Return a fast test for the part of JSON schema used here; the slow one then only has to word the mistakes.

    Of the second that reading 5,000 decisions may take, jsonschema alone would take more than half, this takes 0.05 s.
    """
    if schema["type"] == "string":
        pattern = re.compile(schema.get("pattern", ""))
        enum, length = schema.get("enum"), schema.get("minLength", 0)
        return lambda data: (
            isinstance(data, str)
            and len(data) >= length
            and (enum is None or data in enum)
            and pattern.search(data) is not None
        )
    if schema["type"] == "object":
        properties = {name: _predicate(part) for name, part in schema["properties"].items()}
        required = set(schema["required"])
        return lambda data: (
            isinstance(data, dict)
            and required <= data.keys()
            and data.keys() <= properties.keys()
            and all(properties[name](part) for name, part in data.items())
        )
    item = _predicate(schema["items"])
    return lambda data: data is None or (isinstance(data, list) and all(map(item, data)))


fits_schema = _predicate(DECISIONS_SCHEMA)
