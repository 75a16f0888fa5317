"""The code lists: indicators, units, regions, scopes and the words that say how a number is meant.

Flows in: the reviewed files under ``data/registry``. Flows out: frozen records, looked up by id or by spelling. Every
mistake of every file is reported at once. The lists that reading needs are CSV, because it must start fast.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from qingshan.model import NUMBER_KINDS, QUALIFIERS, InputError, Problem, nearest


@dataclass(frozen=True)
class Unit:
    """A unit of measure or a classifier.

    Parameters
    ----------
    code
        Stable id, used as `unit_measure` in the published tables.
    canonical
        The one spelling used in figures.
    kind
        measure (tonnes), ratio (%, times), point (percentage points), classifier (个), time (年), place (县).
    spellings
        Every way texts write it, the canonical one included.
    """

    code: str
    canonical: str
    en: str
    symbol: str
    kind: str
    spellings: tuple[str, ...]


@dataclass(frozen=True)
class Region:
    """A place with a code: order is the official one, `name` the full official name."""

    code: str
    order: int
    name: str
    en: str
    level: str
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Word:
    """A word of one of the word lists, with what it means there."""

    word: str
    role: str
    value: str


@dataclass(frozen=True)
class Indicator:
    """A defined quantity.

    Parameters
    ----------
    unit
        Canonical spelling of the unit its levels are given in; changes are in % or 百分点.
    kinds
        Kinds of figures it admits.
    critical, warning
        Bounds of plausible levels, lowest and highest.
    good_direction
        "up", "down" or "" when neither is better.
    theme
        Part of the report it belongs to.
    group
        "pressure", "intensity" or "quality"; '' outside the decoupling chart.
    """

    indicator_id: str
    label: dict[str, str]
    definition: dict[str, str]
    unit: str
    kinds: tuple[str, ...]
    aliases: tuple[str, ...]
    critical: tuple[float, float]
    warning: tuple[float, float]
    good_direction: str
    theme: str
    group: str
    source: str
    official_id: str


@dataclass(frozen=True)
class Vocabulary:
    """What the reading of figures needs: units, regions and words; no indicators."""

    units: tuple[Unit, ...]
    regions: tuple[Region, ...]
    words: dict[str, tuple[Word, ...]]

    @cached_property
    def unit_of(self) -> dict[str, Unit]:
        """Spelling -> unit."""
        return {spelling: unit for unit in self.units for spelling in unit.spellings}

    @cached_property
    def region_of(self) -> dict[str, Region]:
        """Name or alias -> region."""
        return {name: region for region in self.regions for name in (region.name, *region.aliases)}

    def roles(self, name: str) -> dict[str, tuple[str, ...]]:
        """Return one word list as role -> words, longest first."""
        roles: dict[str, list[str]] = {}
        for word in self.words[name]:
            roles.setdefault(word.role, []).append(word.word)
        return {role: tuple(sorted(words, key=lambda word: (-len(word), word))) for role, words in roles.items()}


@dataclass(frozen=True)
class Registry:
    """All code lists of a workspace."""

    vocabulary: Vocabulary
    indicators: dict[str, Indicator] = field(default_factory=dict)

    @cached_property
    def units(self) -> dict[str, Unit]:
        """Canonical spelling -> unit."""
        return {unit.canonical: unit for unit in self.vocabulary.units}

    @cached_property
    def regions(self) -> dict[str, Region]:
        """Code -> region."""
        return {region.code: region for region in self.vocabulary.regions}


_Row = TypeVar("_Row")
WORD_LISTS = ("qualifiers", "changes", "cues", "nouns", "periods")


def load_vocabulary(folder: Path) -> Vocabulary:
    """Read the lists that the reading of figures needs.

    Raises
    ------
    InputError
        A file is missing or a row is wrong: every mistake, with file and line.
    """
    problems: list[Problem] = []
    units = _rows(
        folder, "units/units.csv", ("code", "canonical", "en", "symbol", "kind", "spellings"), _unit, problems
    )
    regions = [
        region
        for name in ("regions/provinces.csv", "regions/areas.csv")
        for region in _rows(folder, name, ("code", "order", "name", "en", "level", "aliases"), _region, problems)
    ]
    words = {
        name: tuple(_rows(folder, f"words/{name}.csv", ("word", "role", "value"), _word, problems))
        for name in WORD_LISTS
    }
    _check_unique("units/units.csv", "spelling", ((s, u.code) for u in units for s in u.spellings), problems)
    _check_unique("regions", "name", ((n, r.code) for r in regions for n in (r.name, *r.aliases)), problems)
    problems.extend(
        Problem(
            f"words/qualifiers.csv: {word.word}", repr(word.value), f"one of {', '.join(QUALIFIERS)}", "Correct it."
        )
        for word in words["qualifiers"]
        if word.value not in QUALIFIERS
    )
    if problems:
        raise InputError(problems)
    return Vocabulary(tuple(units), tuple(regions), words)


def load_registry(folder: Path) -> Registry:
    """Read every code list of `folder`, the registry folder of a workspace.

    Raises
    ------
    InputError
        Every mistake of every file, with file, line and the nearest right name.
    """
    vocabulary = load_vocabulary(folder)
    problems: list[Problem] = []
    indicators: dict[str, Indicator] = {}
    units = {unit.canonical for unit in vocabulary.units}
    for path in sorted((folder / "indicators").glob("*.yml")):
        try:
            found = list(_indicators(path, units, problems))
        except InputError as error:
            problems.extend(error.problems)
            continue
        for where, indicator in found:
            if indicator.indicator_id in indicators:
                problems.append(
                    Problem(where, f"indicator {indicator.indicator_id!r} again", "each id once", "Rename one.")
                )
            indicators[indicator.indicator_id] = indicator
    if not indicators and not problems:
        problems.append(Problem("indicators/", "no indicators", "at least one *.yml file", "Add one."))
    if problems:
        raise InputError(problems)
    return Registry(vocabulary, indicators)


_TEXTS = {
    "type": "object",
    "required": ["zh", "en"],
    "additionalProperties": False,
    "properties": {"zh": {"type": "string"}, "en": {"type": "string"}},
}
_BOUND = {
    "type": "array",
    "minItems": 2,
    "maxItems": 2,
    "items": {"type": "string", "pattern": r"^-?\d+(\.\d+)?(e\d+)?$", "description": "a number"},
}
INDICATORS_SCHEMA = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["label", "definition", "unit", "kinds", "aliases", "bounds", "good_direction", "theme", "source"],
        "additionalProperties": False,
        "properties": {
            "label": _TEXTS,
            "definition": _TEXTS,
            "unit": {"type": "string"},
            "kinds": {"type": "array", "minItems": 1, "items": {"enum": list(NUMBER_KINDS)}},
            "aliases": {"type": "array", "items": {"type": "string"}},
            "bounds": {
                "type": "object",
                "required": ["critical", "warning"],
                "additionalProperties": False,
                "properties": {"critical": _BOUND, "warning": _BOUND},
            },
            "good_direction": {"enum": ["up", "down", "none"]},
            "theme": {"enum": ["strategy", "transition", "pollution", "ecology", "carbon", "provinces", "cases"]},
            "group": {"enum": ["pressure", "intensity", "quality"]},
            "source": {"type": "string"},
            "official_id": {"type": "string", "pattern": r"^BC\d\d$", "description": "BC01"},
        },
    },
}


def _indicators(path: Path, units: set[str], problems: list[Problem]) -> Iterator[tuple[str, Indicator]]:
    from qingshan import documents  # YAML and its schema are not needed for reading figures

    document = documents.read_yaml(path, INDICATORS_SCHEMA, name=f"indicators/{path.name}")
    for indicator_id, entry in (document.data or {}).items():
        if entry["unit"] not in units:
            problems.append(
                Problem(
                    document.at(indicator_id, "unit"), f"unknown unit {entry['unit']!r}{nearest(entry['unit'], units)}",
                    "a canonical spelling of units/units.csv", "Add the unit there or correct the spelling.",
                )
            )  # fmt: skip
        bounds = {name: tuple(float(text) for text in entry["bounds"][name]) for name in ("critical", "warning")}
        yield (
            document.at(indicator_id),
            Indicator(
                indicator_id=indicator_id,
                label=entry["label"],
                definition=entry["definition"],
                unit=entry["unit"],
                kinds=tuple(entry["kinds"]),
                aliases=tuple(entry["aliases"]),
                critical=bounds["critical"],
                warning=bounds["warning"],
                good_direction=entry["good_direction"].replace("none", ""),
                theme=entry["theme"],
                group=entry.get("group", ""),
                source=entry["source"],
                official_id=entry.get("official_id", ""),
            ),
        )


def _rows(
    folder: Path, name: str, header: tuple[str, ...], make: Callable[[dict[str, str]], _Row], problems: list[Problem]
) -> list[_Row]:
    path = folder / name
    if not path.is_file():
        problems.append(Problem(name, "no such file", "a code list", "Put the file back."))
        return []
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        if tuple(reader.fieldnames or ()) != header:
            problems.append(
                Problem(f"{name}:1", ",".join(reader.fieldnames or ()), ",".join(header), "Correct the header.")
            )
            return []
        made = []
        for row in reader:
            if None in row or None in row.values():
                problems.append(
                    Problem(
                        f"{name}:{reader.line_num}",
                        "a row of another length",
                        f"{len(header)} cells",
                        "Correct the row.",
                    )
                )
                continue
            try:
                made.append(make(row))
            except ValueError as error:
                problems.append(
                    Problem(f"{name}:{reader.line_num}", str(error), "a value of its kind", "Correct the cell.")
                )
        return made


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)


def _unit(row: dict[str, str]) -> Unit:
    if row["kind"] not in ("measure", "ratio", "point", "classifier", "time", "place"):
        raise ValueError(f"kind {row['kind']!r}")
    spellings = (row["canonical"], *(s for s in _split(row["spellings"]) if s != row["canonical"]))
    return Unit(row["code"], row["canonical"], row["en"], row["symbol"], row["kind"], spellings)


def _region(row: dict[str, str]) -> Region:
    return Region(row["code"], int(row["order"]), row["name"], row["en"], row["level"], _split(row["aliases"]))


def _word(row: dict[str, str]) -> Word:
    if not row["word"]:
        raise ValueError("an empty word")
    return Word(row["word"], row["role"], row["value"])


def _check_unique(name: str, what: str, pairs: Iterator[tuple[str, str]], problems: list[Problem]) -> None:
    seen: dict[str, str] = {}
    for key, owner in pairs:
        if key in seen and seen[key] != owner:
            problems.append(
                Problem(name, f"{what} {key!r} of both {seen[key]!r} and {owner!r}", "one owner", "Remove one.")
            )
        seen[key] = owner
