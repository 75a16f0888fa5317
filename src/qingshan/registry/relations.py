"""Reads ``relations.yml``: what indicators have to do with each other, checked against a schema and the indicators.

Flows in: the registry folder and the indicators. Flows out: `Relation` records in file order. A registry without the
file has no relations; what is wrong in it is a problem with file and line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qingshan.documents import Document, read_yaml
from qingshan.model import InputError, Problem, nearest
from qingshan.registry.records import Indicator, Relation

FILE = "relations.yml"
_NUMBER = {"type": "string", "pattern": r"^\d+(\.\d+)?$", "description": "a number"}
_NAMES = {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}}
_TEXTS = {
    "type": "object",
    "required": ["zh", "en"],
    "additionalProperties": False,
    "properties": {"zh": {"type": "string", "minLength": 1}, "en": {"type": "string", "minLength": 1}},
}


@dataclass(frozen=True)
class _Form:
    """The fields of one kind of relation: those it must have, and those it may have."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


FORMS = {
    "parts": _Form(("whole", "parts"), ("complete",)),
    "hundred": _Form(("parts",)),
    "ratio": _Form(("result", "numerator", "denominator"), ("scale", "prices")),
    "product": _Form(("result", "factors"), ("constant",)),
    "accumulates": _Form(("indicators",)),
    "places": _Form(("indicators",)),
}
_FIELDS = {
    "whole": {"type": "string"},
    "result": {"type": "string"},
    "numerator": {"type": "string"},
    "denominator": {"type": "string"},
    "parts": _NAMES,
    "factors": _NAMES,
    "indicators": _NAMES,
    "complete": {"enum": ["yes", "no"]},
    "prices": {"enum": ["constant"]},
    "scale": _NUMBER,
    "constant": {
        "type": "object",
        "required": ["label", "low", "high"],
        "additionalProperties": False,
        "properties": {"label": _TEXTS, "low": _NUMBER, "high": _NUMBER},
    },
}
RELATIONS_SCHEMA = {
    "type": "object",
    "propertyNames": {"pattern": r"^[a-z][a-z0-9_]*$"},
    "additionalProperties": {
        "type": "object",
        "required": ["form", "why"],
        "additionalProperties": False,
        "properties": {"form": {"enum": list(FORMS)}, "why": _TEXTS, **_FIELDS},
    },
}
# fields that name indicators
_NAMING = ("whole", "result", "numerator", "denominator", "parts", "factors", "indicators")
_IN_PERCENT = "hundred"


def read_relations(folder: Path, indicators: Mapping[str, Indicator], problems: list[Problem]) -> tuple[Relation, ...]:
    """Return the relations of a registry folder; what is wrong goes to `problems`."""
    path = folder / FILE
    if not path.is_file():
        return ()
    try:
        document = read_yaml(path, RELATIONS_SCHEMA, name=FILE)
    except InputError as error:
        problems.extend(error.problems)
        return ()
    entries = document.data
    wrong = [one for name, entry in entries.items() for one in _problems(document, name, entry, indicators)]
    problems.extend(wrong)
    return () if wrong else tuple(_relation(name, entry) for name, entry in entries.items())


def _relation(name: str, entry: Mapping[str, Any]) -> Relation:
    constant = entry.get("constant")
    members = {
        "parts": entry.get("parts", ()),
        "hundred": entry.get("parts", ()),
        "ratio": (entry.get("numerator", ""), entry.get("denominator", "")),
        "product": entry.get("factors", ()),
    }.get(entry["form"], entry.get("indicators", ()))
    return Relation(
        relation_id=name,
        form=entry["form"],
        whole=entry.get("whole", entry.get("result", "")),
        members=tuple(members),
        is_complete=entry.get("complete") == "yes",
        scale=float(entry.get("scale", "1")),
        prices=entry.get("prices", ""),
        constant=(float(constant["low"]), float(constant["high"])) if constant else (),
        constant_label=constant["label"] if constant else {},
        why=entry["why"],
    )


def _problems(
    document: Document, name: str, entry: Mapping[str, Any], indicators: Mapping[str, Indicator]
) -> Iterator[Problem]:
    form = FORMS[entry["form"]]
    for field in form.required:
        if field not in entry:
            yield Problem(
                document.at(name), f"no {field!r}", f"{field!r} in a relation of form {entry['form']}",
                f"Add a line {field}: ...",
            )  # fmt: skip
    for field in sorted(entry.keys() & _FIELDS.keys() - {*form.required, *form.optional}):
        uses = ", ".join(other for other, said in FORMS.items() if field in (*said.required, *said.optional))
        yield Problem(
            document.at(name, field), f"{field!r} in a relation of form {entry['form']}", f"it only in: {uses}",
            "Remove the line, or choose another form.",
        )  # fmt: skip
    seen: dict[str, str] = {}
    for where, indicator_id in _named(document, name, entry):
        if indicator_id not in indicators:
            yield Problem(
                where, f"unknown indicator {indicator_id!r}{nearest(indicator_id, indicators)}",
                "an id of indicators/*.yml", "Correct the id, or add the indicator there.",
            )  # fmt: skip
        elif entry["form"] == _IN_PERCENT and indicators[indicator_id].unit != "%":
            yield Problem(where, f"{indicator_id!r} in {indicators[indicator_id].unit}", "shares in %", "Remove it.")
        if indicator_id in seen:
            yield Problem(where, f"indicator {indicator_id!r} again", f"it once ({seen[indicator_id]})", "Remove one.")
        seen.setdefault(indicator_id, where)
    constant = entry.get("constant")
    if constant and float(constant["low"]) > float(constant["high"]):
        yield Problem(
            document.at(name, "constant", "low"), f"low {constant['low']}, high {constant['high']}",
            "the lower bound first", "Correct the bounds.",
        )  # fmt: skip


def _named(document: Document, name: str, entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield every indicator that an entry names, with its place."""
    for field in _NAMING:
        value = entry.get(field, [])
        if isinstance(value, str):
            yield document.at(name, field), value
        else:
            yield from ((document.at(name, field, index), one) for index, one in enumerate(value))
