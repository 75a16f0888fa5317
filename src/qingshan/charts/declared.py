"""Reads ``charts.yml``: what each chart of an edition would show, and the wording of what it may say.

Flows in: the registry folder, the registry and the forms. Flows out: `ChartSpec` records in file order. Every mistake
is a problem with file and line. A template holds no digit outside its slots, so that every number comes from an
observation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter
from typing import Any

from qingshan.charts import forms
from qingshan.charts.card import NAME
from qingshan.charts.facts import CONDITION, FIELDS, PICKS
from qingshan.documents import Document, parse_yaml, read_yaml
from qingshan.model import InputError, Problem, nearest
from qingshan.registry import THEMES, Registry

FILE = "charts.yml"
PROVINCES = "provinces"  # instead of codes: every province in the official order
MEASURES = ("level", "count", "share", "change", "target", "target_change")
_NAME = {"type": "string", "pattern": r"^[a-z][a-z0-9_]{0,39}$", "description": "small letters, digits, underscores"}
_NAMES = {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"type": "string", "minLength": 1}}
_TEMPLATE = {
    "type": "string",
    "minLength": 1,
    "pattern": r"^(?:[^\d{}]|\{[a-z0-9_]+(?:\.[a-z0-9_]+){2}\})*$",
    "description": "words and slots like {level.last.value}, without any digit outside a slot",
}
_WORDING = {
    "type": "object",
    "required": ["zh", "en"],
    "additionalProperties": False,
    "properties": {"zh": _TEMPLATE, "en": _TEMPLATE},
}
_CONDITIONAL = {
    "type": "array",
    "minItems": 1,
    "items": {
        **_WORDING,
        "properties": {
            "zh": _TEMPLATE,
            "en": _TEMPLATE,
            "when": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "string",
                    "pattern": CONDITION,
                    "description": "two values and a comparison: level.last < target.last",
                },
            },
        },
    },
}
_SERIES = {
    "type": "object",
    "required": ["name", "indicators", "measures"],
    "additionalProperties": False,
    "properties": {
        "name": _NAME,
        "indicators": _NAMES,
        "measures": {**_NAMES, "items": {"enum": list(MEASURES)}},
        "areas": _NAMES,
        "scopes": _NAMES,
        "periods": {
            **_NAMES,
            "items": {
                "type": "string",
                "pattern": r"^\d{4}(-\d{2}){0,2}(/\d{4}(-\d{2}){0,2})?$|^\d{4}\.\.\d{4}$",
                "description": "2013, 2023-06-30, 2021/2023 or 2019..2023",
            },
        },
        "base": {"type": "string", "pattern": r"^\d{4}(-\d{2}){0,2}$", "description": "2013"},
        "latest": {"enum": ["yes", "no"]},
        "optional": {"enum": ["yes", "no", "unstated"]},
    },
}
CHARTS_SCHEMA = {
    "type": "object",
    "propertyNames": {"pattern": rf"^{NAME.pattern}$"},
    "additionalProperties": {
        "type": "object",
        "required": ["form", "section", "title", "series"],
        "additionalProperties": False,
        "properties": {
            "form": {"type": "string"},
            "section": {"enum": list(THEMES)},
            "title": _WORDING,
            "subtitle": _WORDING,
            "series": {"type": "array", "minItems": 1, "items": _SERIES},
            "sources": _NAMES,
            "group_by": {"enum": ["group", "indicator", "area", "scope", "series"]},
            "finding": _CONDITIONAL,
            "notes": _CONDITIONAL,
            "options": {"type": "object", "additionalProperties": {"type": "string"}},
        },
    },
}


@dataclass(frozen=True)
class Wording:
    """A template in both languages, and what must hold for it: comparisons of `facts.CONDITION`'s form."""

    text: Mapping[str, str]
    when: tuple[str, ...] = ()


@dataclass(frozen=True)
class SeriesSpec:
    """The observations that play one part in a chart.

    Parameters
    ----------
    name
        The part, by which the form and the templates know it.
    areas
        Codes; the whole country where nothing is said.
    scopes
        Codes, the preferred first. A row with none of them is taken only if it states no scope at all and nothing else
        fills its place. Empty: every scope, each for itself.
    periods
        Every period it would show; empty for whatever there is.
    base
        Base period of changes, '' for any.
    latest
        Only the last period of each indicator and area.
    optional
        Whether it says nothing when such a value is not there.
    quiet
        Whether it says so only of what the sources lost or what waits (``optional: unstated``).
    """

    name: str
    indicators: tuple[str, ...]
    measures: tuple[str, ...]
    areas: tuple[str, ...] = ("CN",)
    scopes: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    base: str = ""
    latest: bool = False
    optional: bool = False
    quiet: bool = False


@dataclass(frozen=True)
class ChartSpec:
    """What a chart would show and may say; of a declared chart, one entry of ``charts.yml``.

    Parameters
    ----------
    sources
        source_ids, the preferred first, where several speak of one value; others come after them.
    finding, notes
        Of the findings the first that holds is told; of the notes each that holds.
    options
        What the form understands besides; see its module.
    """

    name: str
    form: str
    section: str
    title: Mapping[str, str]
    series: tuple[SeriesSpec, ...]
    subtitle: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    group_by: str = ""
    finding: tuple[Wording, ...] = ()
    notes: tuple[Wording, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def indicators(self) -> tuple[str, ...]:
        """Every indicator that it would show, once each, in the order of the series."""
        return tuple(dict.fromkeys(name for one in self.series for name in one.indicators))


def load_charts(folder: Path, registry: Registry) -> dict[str, ChartSpec]:
    """Return name -> chart of a registry folder, in file order; a folder without the file declares none.

    Raises
    ------
    InputError
        Every mistake of the file, with its line and the nearest right name.
    """
    path = folder / FILE
    if not path.is_file():
        return {}
    return _charts(read_yaml(path, CHARTS_SCHEMA, name=FILE), registry)


def parse_charts(text: str, registry: Registry, *, name: str) -> dict[str, ChartSpec]:
    """Return name -> chart of declarations that stand in no file yet, after the same checks.

    Parameters
    ----------
    name
        What messages call the text.

    Raises
    ------
    InputError
        Every mistake of the text.
    """
    return _charts(parse_yaml(text, CHARTS_SCHEMA, name=name), registry)


def _charts(document: Document, registry: Registry) -> dict[str, ChartSpec]:
    problems = [one for name, entry in document.data.items() for one in _problems(document, name, entry, registry)]
    if problems:
        raise InputError(problems)
    return {name: _spec(name, entry, registry) for name, entry in document.data.items()}


def chosen(charts: Mapping[str, ChartSpec], edition_file: Path, shown: str) -> list[ChartSpec]:
    """Return the charts of an edition in its own order: those its ``edition.yml`` lists, all where it lists none.

    Raises
    ------
    InputError
        A name in the list is no declared chart.
    """
    document = read_yaml(edition_file, name=shown)
    names = document.data.get("charts") or list(charts)
    problems = [
        Problem(
            document.at("charts", index), f"unknown chart {name!r}{nearest(name, charts)}",
            f"a name declared in {FILE}", "Correct the name, or declare the chart there.",
        )
        for index, name in enumerate(names)
        if name not in charts
    ]  # fmt: skip
    if problems:
        raise InputError(problems)
    return [charts[name] for name in names]


def expand_periods(periods: Iterable[str]) -> tuple[str, ...]:
    """Return every period by itself: 2019..2021 is 2019, 2020, 2021."""
    found: list[str] = []
    for period in periods:
        first, dots, last = period.partition("..")
        found += [str(year) for year in range(int(first), int(last) + 1)] if dots else [period]
    return tuple(dict.fromkeys(found))


def _spec(name: str, entry: Mapping[str, Any], registry: Registry) -> ChartSpec:
    return ChartSpec(
        name=name,
        form=entry["form"],
        section=entry["section"],
        title=entry["title"],
        subtitle=entry.get("subtitle", {}),
        series=tuple(_series(one, registry) for one in entry["series"]),
        sources=tuple(entry.get("sources", ())),
        group_by=entry.get("group_by", ""),
        finding=_wordings(entry.get("finding", ())),
        notes=_wordings(entry.get("notes", ())),
        options=entry.get("options", {}),
    )


def _series(entry: Mapping[str, Any], registry: Registry) -> SeriesSpec:
    return SeriesSpec(
        name=entry["name"],
        indicators=tuple(entry["indicators"]),
        measures=tuple(entry["measures"]),
        areas=_areas(entry.get("areas", ("CN",)), registry),
        scopes=tuple(entry.get("scopes", ())),
        periods=expand_periods(entry.get("periods", ())),
        base=entry.get("base", ""),
        latest=entry.get("latest") == "yes",
        optional=entry.get("optional") == "yes",
        quiet=entry.get("optional") == "unstated",
    )


def _areas(names: Sequence[str], registry: Registry) -> tuple[str, ...]:
    provinces = [one.code for one in sorted(registry.regions.values(), key=lambda one: one.order)
                 if one.level == "province"]  # fmt: skip
    return tuple(code for name in names for code in (provinces if name == PROVINCES else [name]))


def _wordings(entries: Iterable[Mapping[str, Any]]) -> tuple[Wording, ...]:
    return tuple(
        Wording({"zh": one["zh"], "en": one["en"]}, tuple(" ".join(text.split()) for text in one.get("when", ())))
        for one in entries
    )


def _problems(document: Document, name: str, entry: Mapping[str, Any], registry: Registry) -> Iterator[Problem]:
    yield from _unknown(document, (name, "form"), [entry["form"]], forms.names(), "form of charts", bare=True)
    for index, one in enumerate(entry["series"]):
        at = (name, "series", index)
        yield from _unknown(document, (*at, "indicators"), one["indicators"], registry.indicators, "indicator")
        yield from _unknown(document, (*at, "areas"), one.get("areas", ()), {*registry.regions, PROVINCES}, "area")
        yield from _unknown(document, (*at, "scopes"), one.get("scopes", ()), registry.scopes, "scope")
    yield from _twice(document, name, entry)
    parts = {one["name"] for one in entry["series"]}
    for where, slot in _slots(name, entry):
        part, pick, *rest = slot.split(".")
        if part not in parts:
            yield from _unknown(document, where, [part], parts, "series of this chart", bare=True)
        elif pick not in {*PICKS, *registry.indicators}:
            yield from _unknown(document, where, [pick], {*PICKS, *registry.indicators}, "value", bare=True)
        yield from _unknown(document, where, rest, FIELDS, "field of a slot", bare=True)


def _twice(document: Document, name: str, entry: Mapping[str, Any]) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, one in enumerate(entry["series"]):
        if one["name"] in seen:
            where, found = document.at(name, "series", index, "name"), f"series {one['name']!r} again"
            yield Problem(where, found, "each name once in a chart", "Give it another name.")
        seen.add(one["name"])


def _slots(name: str, entry: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield every slot of an entry's templates and both sides of its conditions, with their places."""
    for field_name in ("title", "subtitle"):
        for language, text in entry.get(field_name, {}).items():
            yield from (((name, field_name, language), slot) for slot in slots_of(text))
    for field_name in ("finding", "notes"):
        for index, one in enumerate(entry.get(field_name, ())):
            for language in ("zh", "en"):
                yield from (((name, field_name, index, language), slot) for slot in slots_of(one[language]))
            for place, condition in enumerate(one.get("when", ())):
                left, _, right = condition.split()
                yield from (((name, field_name, index, "when", place), side) for side in (left, right))


def slots_of(template: str) -> list[str]:
    """Return the names of a template's slots."""
    return [name for _, name, _, _ in Formatter().parse(template) if name]


def _unknown(
    document: Document,
    where: tuple[str | int, ...],
    names: Iterable[str],
    known: Iterable[str],
    what: str,
    *,
    bare: bool = False,
) -> Iterator[Problem]:
    known = list(known)
    for index, one in enumerate(names):
        if one not in known:
            place = document.at(*where) if bare else document.at(*where, index)
            found = f"unknown {what} {one!r}{nearest(one, known)}"
            yield Problem(place, found, f"a known {what}", "Correct the name, or add it to its list first.")


def ad_hoc(rows: Sequence[Mapping[str, Any]], form: Any, registry: Registry) -> ChartSpec:
    """Return the declaration of a chart that nobody declared: it would show what its rows show."""
    parts = {
        name: SeriesSpec(
            name,
            tuple(dict.fromkeys(row["indicator"] for row in rows if row["series"] == name)),
            tuple(dict.fromkeys(row["measure"] for row in rows if row["series"] == name)),
        )
        for name in dict.fromkeys(row["series"] for row in rows)
    }
    first = registry.indicators[rows[0]["indicator"]]
    name = form.draw.__name__.removeprefix("draw_")
    title = {language: label.replace("{", "(").replace("}", ")") for language, label in first.label.items()}
    return ChartSpec(name, name, first.theme, title, tuple(parts.values()))
