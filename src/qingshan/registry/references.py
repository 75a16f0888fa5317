"""Reads ``references.yml``: values that other bodies set, each with the document that sets it.

Flows in: the registry folder, its units and indicators. Flows out: `Reference` records in file order. A registry
without the file has none; what is wrong in it is a problem with file and line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from qingshan.documents import Document, read_yaml
from qingshan.model import InputError, Problem, nearest
from qingshan.registry.records import Indicator, Reference, Unit

FILE = "references.yml"
_TEXTS = {
    "type": "object",
    "required": ["zh", "en"],
    "additionalProperties": False,
    "properties": {"zh": {"type": "string", "minLength": 1}, "en": {"type": "string", "minLength": 1}},
}
REFERENCES_SCHEMA = {
    "type": "object",
    "propertyNames": {"pattern": r"^[a-z][a-z0-9_]*$"},
    "additionalProperties": {
        "type": "object",
        "required": ["label", "indicator", "value", "unit", "source"],
        "additionalProperties": False,
        "properties": {
            "label": _TEXTS,
            "indicator": {"type": "string"},
            "value": {"type": "string", "pattern": r"^-?\d+(\.\d+)?$", "description": "a number"},
            "unit": {"type": "string"},
            "source": _TEXTS,
            "url": {"type": "string", "pattern": "^https://", "description": "https://…"},
        },
    },
}


def read_references(
    folder: Path, units: Mapping[str, Unit], indicators: Mapping[str, Indicator], problems: list[Problem]
) -> dict[str, Reference]:
    """Return reference id -> record; what is wrong goes to `problems`."""
    path = folder / FILE
    if not path.is_file():
        return {}
    try:
        document = read_yaml(path, REFERENCES_SCHEMA, name=FILE)
    except InputError as error:
        problems.extend(error.problems)
        return {}
    wrong = [
        one for name, entry in document.data.items() for one in _problems(document, name, entry, units, indicators)
    ]
    problems.extend(wrong)
    if wrong:
        return {}
    return {
        name: Reference(name, entry["label"], entry["indicator"], entry["value"], entry["unit"], entry["source"])
        for name, entry in document.data.items()
    }


def _problems(
    document: Document, name: str, entry: Mapping[str, Any], units: Mapping[str, Unit], known: Mapping[str, Indicator]
) -> Iterator[Problem]:
    indicator, unit = entry["indicator"], entry["unit"]
    if indicator not in known:
        yield Problem(
            document.at(name, "indicator"), f"unknown indicator {indicator!r}{nearest(indicator, known)}",
            "an id of indicators/*.yml", "Correct the id, or add the indicator there.",
        )  # fmt: skip
    elif unit not in known[indicator].units:
        yield Problem(
            document.at(name, "unit"), f"{unit!r}", f"a unit of {indicator}: {', '.join(known[indicator].units)}",
            "Give the value in the indicator's unit.",
        )  # fmt: skip
    if unit not in units:
        yield Problem(
            document.at(name, "unit"), f"unknown unit {unit!r}{nearest(unit, units)}",
            "the canonical spelling of a unit of units/units.csv", "Correct the spelling.",
        )  # fmt: skip
