"""What edition.yml and source.yml may say: JSON schemas over strings, as `documents.read_yaml` checks them."""

from __future__ import annotations

from typing import Any

from qingshan.expected import EXPECTED_SCHEMA
from qingshan.table_mapping import TABLE_SCHEMA

# a year, month or day of the calendar: the 29th, 30th and 31st only of months that have them
_LEAP = r"([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)"
DATE_FORM = (
    r"(?!0000)("
    r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|1[0-9]|2[0-8]))?)?"
    r"|[0-9]{4}-(0[13-9]|1[0-2])-(29|30)"
    r"|[0-9]{4}-(0[13578]|1[02])-31"
    rf"|{_LEAP}-02-29)"
)
END = r"(?!\n)$"  # `$` alone lets a line break follow
DATE: dict[str, Any] = {
    "type": "string",
    "pattern": rf"^({DATE_FORM})?{END}",
    "description": "YYYY, YYYY-MM or YYYY-MM-DD, of the calendar",
}
YEAR: dict[str, Any] = {"type": "string", "pattern": rf"^([0-9]{{4}})?{END}", "description": "YYYY"}
# '.' and '..' are no file but a folder with sources in it, and source.yml, however a file system spells it, is ours
FILE_NAME: dict[str, Any] = {
    "type": "string",
    "pattern": r"^(?!(\.|\.\.|(?i:source\.yml))$|[A-Za-z]:)[^/\\\x00]+$",
    "description": "a file name without folders, and not source.yml",
}
_SHA256 = r"^[0-9a-f]{64}$"
_TEXT = {"type": "string"}
_NAMES = {"type": "array", "items": _TEXT}
# who reads an edition before it is published, in their order (三审制: first, second and final reading)
ROLES = ("初审", "复审", "终审")

EDITION_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["title", "year", "status"],
    "additionalProperties": False,
    "properties": {
        "title": {
            "type": "object",
            "required": ["zh", "en"],
            "additionalProperties": False,
            "properties": {"zh": _TEXT, "en": _TEXT},
        },
        "year": {"type": "string", "pattern": rf"^(20[0-9]{{2}}|2100){END}", "description": "YYYY"},
        "status": {"enum": ["demonstration", "candidate"]},
        "published_on": DATE,
        "data_cutoff": DATE,
        "editors": _NAMES,
        # names of data/registry/charts.yml, in the order printed; every declared chart where nothing is said
        "charts": {**_NAMES, "uniqueItems": True},
        "signoff": {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"enum": list(ROLES)}},
        "headline": {"type": "array", "minItems": 1, "maxItems": 8, "uniqueItems": True, "items": _TEXT},
        "licence": _TEXT,
        "note": {"type": "object", "additionalProperties": False, "properties": {"zh": _TEXT, "en": _TEXT}},
        "expected": EXPECTED_SCHEMA,
    },
}

SOURCE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["title", "publisher", "file", "covers"],
    "additionalProperties": False,
    "properties": {
        "title": _TEXT,
        "publisher": _TEXT,
        "url": _TEXT,
        "published_on": DATE,
        "released_on": DATE,
        "accessed_on": DATE,
        "maturity": {"enum": ["flash", "preliminary", "final", "revised"]},
        "access": {"enum": ["public", "internal"]},
        "licence": {"type": "object", "additionalProperties": False, "properties": {"name": _TEXT, "url": _TEXT}},
        "file": {
            "type": "object",
            "required": ["path", "sha256"],
            "additionalProperties": False,
            "properties": {
                "path": FILE_NAME,
                "bytes": {"type": "string", "pattern": r"^\d+$", "description": "a number"},
                "sha256": {"type": "string", "pattern": _SHA256, "description": "64 hexadecimal digits"},
                "encoding": _TEXT,
                "layer": {
                    "type": "object",
                    "required": ["reader", "version", "sha256"],
                    "additionalProperties": False,
                    "properties": {
                        "reader": _TEXT,
                        "version": _TEXT,
                        "sha256": {"type": "string", "pattern": _SHA256, "description": "64 hexadecimal digits"},
                    },
                },
                "replaced": {"type": "array", "items": _TEXT},
            },
        },
        "covers": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"time_period": YEAR, "ref_area": _TEXT, "as_of": DATE},
        },
        "table": TABLE_SCHEMA,
        "note": _TEXT,
    },
}
