"""Reads the indicators: YAML files under ``indicators/``, checked against a schema and against the other lists.

Flows in: the registry folder, its vocabulary and its wording. Flows out: indicators by id. What needs more than one
entry to see (an alias of two indicators, an id twice) is checked here too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

from qingshan.documents import Document, read_yaml
from qingshan.model import NUMBER_KINDS, InputError, Problem, nearest
from qingshan.registry.records import GROUPS, THEMES, Indicator, Vocabulary, Wording
from qingshan.registry.wording import Folder

CHANGES = ("change", "target_change")

_TEXTS = {
    "type": "object",
    "required": ["zh", "en"],
    "additionalProperties": False,
    "properties": {"zh": {"type": "string", "minLength": 1}, "en": {"type": "string", "minLength": 1}},
}
_NAMES = {"type": "array", "items": {"type": "string", "minLength": 1}}
_BOUND = {
    "type": "array",
    "minItems": 2,
    "maxItems": 2,
    "items": {"type": "string", "pattern": r"^-?\d+(\.\d+)?(e\d+)?$", "description": "a number"},
}
INDICATORS_SCHEMA = {
    "type": "object",
    "propertyNames": {"pattern": r"^[a-z][a-z0-9_]*$"},
    "additionalProperties": {
        "type": "object",
        "required": ["label", "definition", "unit", "kinds", "aliases", "bounds", "good_direction", "theme", "source"],
        "additionalProperties": False,
        "properties": {
            "label": _TEXTS,
            "definition": _TEXTS,
            "unit": {"type": "string"},
            "other_units": _NAMES,
            "kinds": {"type": "array", "minItems": 1, "items": {"enum": list(NUMBER_KINDS)}},
            "aliases": _NAMES,
            "prefixes": _NAMES,
            "context": _NAMES,
            "context_aliases": _NAMES,
            "damaged_aliases": _NAMES,
            "not_with": _NAMES,
            "not_in_sentence": _NAMES,
            "scopes": _NAMES,
            "bounds": {
                "type": "object",
                "required": ["critical", "warning"],
                "additionalProperties": False,
                "properties": {"critical": _BOUND, "warning": _BOUND},
            },
            "good_direction": {"enum": ["up", "down", "none"]},
            "theme": {"enum": list(THEMES)},
            "group": {"enum": list(GROUPS)},
            "source": {"type": "string", "minLength": 1},
            "official_id": {"type": "string", "pattern": r"^BC\d\d$", "description": "BC01"},
        },
    },
}


def read_indicators(
    folder: Path, vocabulary: Vocabulary, wording: Wording, problems: list[Problem]
) -> dict[str, Indicator]:
    """Return the indicators of a registry folder; what is wrong goes to `problems`."""
    known = {
        "unit": {unit.canonical for unit in vocabulary.units},
        "scope": {scope.code for scope in vocabulary.scopes},
        "prefix set": set(wording.sets),
    }
    indicators: dict[str, Indicator] = {}
    places: dict[str, str] = {}
    paths = sorted((folder / "indicators").glob("*.yml"))
    for path in paths:
        try:
            document = read_yaml(path, INDICATORS_SCHEMA, name=f"indicators/{path.name}")
        except InputError as error:
            problems.extend(error.problems)
            continue
        for indicator_id, entry in (document.data or {}).items():
            where = document.at(indicator_id)
            if indicator_id in indicators:
                problems.append(
                    Problem(where, f"indicator {indicator_id!r} again", f"each id once ({places[indicator_id]})",
                            "Rename one.")
                )  # fmt: skip
                continue
            indicators[indicator_id], places[indicator_id] = _indicator(indicator_id, entry), where
            problems.extend(_wrong_names(document, indicator_id, entry, known))
            problems.extend(_wrong_bounds(document, indicators[indicator_id]))
    if not paths:
        problems.append(Problem("indicators/", "no indicators", "at least one *.yml file", "Add one."))
    problems.extend(_shared_official_ids(indicators, places))
    problems.extend(_shared_names(indicators, places, Folder(wording)))
    return indicators


def _indicator(indicator_id: str, entry: Mapping[str, Any]) -> Indicator:
    low, high = (tuple(float(text) for text in entry["bounds"][name]) for name in ("critical", "warning"))
    lists = (
        "other_units",
        "prefixes",
        "context",
        "context_aliases",
        "damaged_aliases",
        "not_with",
        "not_in_sentence",
        "scopes",
    )
    return Indicator(
        indicator_id=indicator_id,
        label=entry["label"],
        definition=entry["definition"],
        unit=entry["unit"],
        kinds=tuple(entry["kinds"]),
        aliases=tuple(entry["aliases"]),
        critical=low,
        warning=high,
        good_direction=entry["good_direction"].replace("none", ""),
        theme=entry["theme"],
        group=entry.get("group", ""),
        source=entry["source"],
        official_id=entry.get("official_id", ""),
        **{name: tuple(entry.get(name, ())) for name in lists},
    )


def _wrong_names(
    document: Document, indicator_id: str, entry: Mapping[str, Any], known: Mapping[str, set[str]]
) -> Iterator[Problem]:
    """Yield names that no list has, names given twice, and context without the names it is for."""
    fields = (("unit", "unit"), ("other_units", "unit"), ("scopes", "scope"), ("prefixes", "prefix set"))
    for field, what in fields:
        names = [entry[field]] if field == "unit" else entry.get(field, [])
        for index, name in enumerate(names):
            if name not in known[what]:
                where = document.at(indicator_id, field, *(() if field == "unit" else (index,)))
                yield Problem(
                    where, f"unknown {what} {name!r}{nearest(name, known[what])}", _EXPECTED[what],
                    f"Add the {what} there or correct the spelling.",
                )  # fmt: skip
    for field in ("aliases", "context_aliases", "damaged_aliases", "kinds", "not_with", "other_units", "scopes"):
        names = entry.get(field, [])
        for index, name in enumerate(names):
            if name in names[:index]:
                yield Problem(document.at(indicator_id, field, index), f"{name!r} again", "it once", "Remove one.")
    if bool(entry.get("context")) != bool(entry.get("context_aliases")):
        yield Problem(
            document.at(indicator_id), "one of context and context_aliases", "both or none",
            "Add the words that the short names need around them, or the short names.",
        )  # fmt: skip


_EXPECTED = {
    "unit": "a canonical spelling of units/units.csv",
    "scope": "a code of scopes/scopes.csv",
    "prefix set": "a set of indicators/wording.csv",
}


def _wrong_bounds(document: Document, indicator: Indicator) -> Iterator[Problem]:
    (lowest, highest), (low, high) = indicator.critical, indicator.warning
    if not (lowest <= low <= high <= highest and lowest < highest):
        yield Problem(
            document.at(indicator.indicator_id, "bounds"),
            f"critical {lowest:g} to {highest:g}, warning {low:g} to {high:g}",
            "warning bounds inside critical ones, the lower first", "Correct the bounds.",
        )  # fmt: skip


def _shared_official_ids(indicators: Mapping[str, Indicator], places: Mapping[str, str]) -> Iterator[Problem]:
    owner: dict[str, str] = {}
    for name, indicator in indicators.items():
        if not indicator.official_id:
            continue
        first = owner.setdefault(indicator.official_id, name)
        if first != name:
            yield Problem(
                places[name], f"official id {indicator.official_id!r} of both {first!r} and {name!r}", "one owner",
                "Remove one.",
            )  # fmt: skip


def _shared_names(indicators: Mapping[str, Indicator], places: Mapping[str, str], folder: Folder) -> Iterator[Problem]:
    """Yield names of two indicators that neither unit nor kind tells apart: only a value could, and that may not."""
    owners: dict[str, list[tuple[str, bool]]] = {}
    for name, indicator in indicators.items():
        for alias, is_short in folder.names(indicator).items():
            owners.setdefault(alias, []).append((name, is_short))
    for alias, sharing in owners.items():
        for (first, first_short), (second, second_short) in combinations(sharing, 2):
            one, other = indicators[first], indicators[second]
            if _overlap(one, other) and not _told_apart(one, first_short, other, second_short):
                yield Problem(
                    places[second], f"alias {alias!r} (folded) of both {first!r} ({places[first]}) and {second!r}",
                    "one owner, or units or kinds that tell them apart", "Remove it from one, or make it longer.",
                )  # fmt: skip


def _told_apart(one: Indicator, one_short: bool, other: Indicator, other_short: bool) -> bool:
    """Whether the words around a shared name decide: a short name's context rules the other indicator out."""
    return bool(
        (one_short and set(one.context) <= set(other.not_with))
        or (other_short and set(other.context) <= set(one.not_with))
        or (one_short and other_short and not set(one.context) & set(other.context))
    )


def _overlap(one: Indicator, other: Indicator) -> bool:
    """Whether some figure fits both in unit and kind. A change in % fits every indicator that admits changes."""
    both = set(one.kinds) & set(other.kinds)
    return any(kind in CHANGES for kind in both) or bool(both and set(one.units) & set(other.units))
