"""Sentences about the observations: one for each indicator and place, each numeral a reference to an observation.

Flows in: observations as shown. Flows out: `Sentence` records made of parts, so that a number keeps its observation
until it stands on the page. An editor's text takes the place of a generated one in `editor`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from string import Formatter

from qingshan.charts import values
from qingshan.edition.phrases import PHRASES
from qingshan.edition.shown import TARGETS, Shown
from qingshan.registry import Registry

COUNTRY = "CN"
WORLD = "WORLD"
GUIDELINES = ("pm25_who_interim_target_1",)  # said to all, measured nowhere
MANY_PLACES = 4  # an indicator told of more places than this is read in its table
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Part:
    """A piece of a sentence.

    Parameters
    ----------
    kind
        ``text`` (words), ``name`` (of the registry), ``value`` (a number), ``period`` (a time).
    observation_id
        Whose number or time it is; '' for words and names.
    """

    kind: str
    text: str
    observation_id: str = ""


@dataclass(frozen=True)
class Sentence:
    """One sentence.

    Parameters
    ----------
    key
        ``indicator|ref_area``: how an editor's file names it.
    theme
        The part of the report it stands in.
    by_editor
        Whether an editor wrote it.
    """

    key: str
    theme: str
    parts: tuple[Part, ...]
    by_editor: bool = False

    @property
    def text(self) -> str:
        """The sentence as plain text."""
        return "".join(part.text for part in self.parts)

    @property
    def observations(self) -> tuple[str, ...]:
        """The observations it rests on, each once."""
        return tuple(dict.fromkeys(part.observation_id for part in self.parts if part.observation_id))


def generate(shown: Sequence[Shown], registry: Registry, language: str) -> list[Sentence]:
    """Return a sentence for each indicator and place, in the order of `shown`.

    The newest result comes first, then the newest change, then every target; of several sources that speak of one
    period, running text comes before tables, as `preferred` orders them.
    """
    groups: dict[tuple[str, str], list[Shown]] = {}
    for one in shown:
        groups.setdefault((one.row["indicator"], one.row["ref_area"]), []).append(one)
    return [
        Sentence(f"{indicator}|{area}", registry.indicators[indicator].theme, _parts(members, registry, language))
        for (indicator, area), members in groups.items()
    ]


def told(made: Sequence[Sentence]) -> list[Sentence]:
    """Return the sentences a page prints.

    Of an indicator with many places that of the whole country is, and those that an editor wrote.
    """
    places = Counter(one.key.partition("|")[0] for one in made)
    return [
        one
        for one in made
        if one.by_editor or one.key.endswith(f"|{COUNTRY}") or places[one.key.partition("|")[0]] <= MANY_PLACES
    ]


def preferred(found: Iterable[Shown]) -> list[Shown]:
    """Return observations that could stand for one another, the one to print first: running text before tables."""
    return sorted(
        found, key=lambda one: (one.source.table is not None, one.row["source_id"], one.row["scope"], one.note)
    )


def results(shown: Iterable[Shown]) -> list[Shown]:
    """Return what was measured or counted, the newest first, neither changes nor targets."""
    found = preferred(one for one in shown if one.row["measure"] not in (*TARGETS, *values.CHANGES))
    return sorted(found, key=lambda one: values.interval(one.row)[1], reverse=True)


def targets(shown: Iterable[Shown]) -> list[Shown]:
    """Return one target for each year and base, the nearest first."""
    found = preferred(one for one in shown if one.is_target)
    distinct: dict[tuple[str, ...], Shown] = {}
    for one in found:
        distinct.setdefault((*values.interval(one.row)[::-1], one.row["measure"]), one)
    return [distinct[key] for key in sorted(distinct)]


def another_basis(one: Shown, other: Shown, about: Sequence[Shown], registry: Registry) -> bool:
    """Whether two observations rest on different bases: other cities, another method, dust days in or out.

    A source often leaves its basis unsaid where another says the same value with it; what any of `about` says counts.
    """
    mine, theirs = (_bases(each, about, registry) for each in (one, other))
    return any(mine[kind].isdisjoint(theirs[kind]) for kind in mine.keys() & theirs.keys())


def _bases(one: Shown, about: Sequence[Shown], registry: Registry) -> dict[str, set[str]]:
    """Return kind of scope -> the scopes of that kind under which this value is stated."""
    same = ("indicator", "ref_area", "time_period", "measure", "obs_value")
    bases: dict[str, set[str]] = {}
    for each in about:
        if all(each.row[column] == one.row[column] for column in same):
            for code in filter(None, str(each.row["scope"]).split(";")):
                if code in registry.scopes:
                    bases.setdefault(registry.scopes[code].kind, set()).add(code)
    return bases


def _parts(members: Sequence[Shown], registry: Registry, language: str) -> tuple[Part, ...]:
    phrases = PHRASES[language]
    changes = preferred(one for one in members if one.row["measure"] == "change")
    changes.sort(key=lambda one: values.interval(one.row)[::-1], reverse=True)
    chosen = [*results(members)[:1], *changes[:1], *targets(members)]
    parts: list[Part] = []
    for number, one in enumerate(chosen):
        form = one.row["measure"] if one.row["measure"] in ("change", *TARGETS) else "level"
        name = f"{form}_first" if number == 0 and form != "level" else form
        parts.extend([Part("text", str(phrases["join"]))] if number else [])
        parts.extend(_filled(str(phrases[name]), one, registry, language))
        if number and one.is_target and another_basis(chosen[0], one, members, registry):
            parts.append(Part("text", str(phrases["another_basis"])))
    parts.append(Part("text", str(phrases["end"])))
    return tuple(parts)


def _filled(phrase: str, one: Shown, registry: Registry, language: str) -> Iterable[Part]:
    """Yield the parts of one phrase; only fields that an observation fills become numbers."""
    phrases = PHRASES[language]
    key = one.observation_id
    rises = (one.row["obs_value"] > 0) - (one.row["obs_value"] < 0)
    place = "" if _names_its_place(one, registry, language) else one.place
    for words, field, _, _ in Formatter().parse(phrase):
        if words:
            yield Part("text", words)
        if field == "value":
            yield Part("value", one.value, key)
        elif field == "size":
            yield Part("value", one.size, key)
        elif field == "base":
            yield Part("period", one.base, key)
        elif field == "period":
            yield from _time(one, language)
        elif field in ("place", "indicator"):
            yield Part("name", place if field == "place" else one.indicator)
        elif field == "in_place" and place:
            yield from (Part("text", str(phrases["in"])), Part("name", place))
        elif field == "direction":
            is_rate = values.unit_of(one.row, registry).canonical in ("%", "‰", "百分点")
            yield Part("text", phrases["directions" if is_rate else "amounts"][rises + 1])
        elif field == "relative" and _is_relative(one, registry):
            yield Part("text", str(phrases["relative"]))
        elif field == "is_" and one.value[:1].isdigit():
            yield Part("text", str(phrases["is"]))


def _names_its_place(one: Shown, registry: Registry, language: str) -> bool:
    """Whether the indicator says the place itself, as China's share of what the world did, or a guideline has none."""
    world = registry.regions.get(WORLD)
    names = [one.place, *([world.name if language == "zh" else world.en] if world else [])]
    return one.row["indicator"] in GUIDELINES or any(one.indicator.startswith(name) for name in names)


def _time(one: Shown, language: str) -> Iterable[Part]:
    """Yield when a value holds, in the words of the language; of a change or a target only the year itself."""
    phrases = PHRASES[language]
    if one.row["measure"] in ("change", *TARGETS):
        yield Part("period", one.time, one.observation_id)
        return
    time = str(one.row["time_period"])
    if one.row["time_basis"] == "as_published":
        form = "as_published"
    elif _DAY.fullmatch(time):
        form = "day"
    else:
        form = "interval" if "/" in time else "period"
    for words, field, _, _ in Formatter().parse(str(phrases[form])):
        if words:
            yield Part("text", words)
        if field:
            yield Part("period", one.time, one.observation_id)


def _is_relative(one: Shown, registry: Registry) -> bool:
    """Whether a change in percent is one of a quantity that is itself a percentage: it must say so."""
    in_percent = values.unit_of(one.row, registry).canonical == "%"
    return in_percent and registry.indicators[one.row["indicator"]].unit == "%"
