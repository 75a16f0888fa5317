"""The records of the code lists, and how they are looked up. They hold what the files say and read nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

# in the order of the report, and of the decoupling chart
THEMES = ("strategy", "transition", "pollution", "ecology", "carbon", "provinces", "cases")
GROUPS = ("pressure", "intensity", "quality")


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
    ucum
        Its code in the Unified Code for Units of Measure; '' where UCUM has none (亩, 元, classifiers).
    """

    code: str
    canonical: str
    en: str
    symbol: str
    kind: str
    spellings: tuple[str, ...]
    ucum: str = ""


@dataclass(frozen=True)
class Region:
    """A place with a code: order is the official one, `name` the full official name.

    Parameters
    ----------
    level
        country, world, province, area, basin, sea, city or county.
    parent
        Code of the place it lies in; '' for provinces and named areas.
    members
        Codes of the places that make up a named area; empty when its limits are not those of places.
    valid_from, valid_to
        Years between which a definition of a named area was in force, '' where open.
    """

    code: str
    order: int
    name: str
    en: str
    level: str
    aliases: tuple[str, ...]
    parent: str = ""
    members: tuple[str, ...] = ()
    valid_from: str = ""
    valid_to: str = ""


@dataclass(frozen=True)
class Scope:
    """What a number covers or rests on: a set of cities, a network of sections, a price basis, a method.

    Observations of different scopes of one kind never join in a series.

    Parameters
    ----------
    kind
        cities, dust, gas, prices, sections, coastal or forest.
    valid_from, valid_to
        Year (or month) in which it came into use and went out of it, '' where open.
    """

    code: str
    kind: str
    name: str
    en: str
    valid_from: str
    valid_to: str
    aliases: tuple[str, ...]


@dataclass(frozen=True)
class Word:
    """A word of one of the word lists, with what it means there."""

    word: str
    role: str
    value: str


@dataclass(frozen=True)
class Wording:
    """What reviewers settled about the wording of subjects, for matching.

    Parameters
    ----------
    same
        Pairs of folded words: the first is written for the second and means the same.
    tails
        Folded words that may end a counted subject without changing it (户数, 总数).
    sets
        Name of a set -> words that may stand before an alias of an indicator that names the set.
    local
        Words for "the whole of this place" (全省): they contradict a figure placed in the whole country.
    national
        Words for the whole country: they contradict a figure placed in a part of it.
    """

    same: tuple[tuple[str, str], ...] = ()
    tails: tuple[str, ...] = ()
    sets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    local: tuple[str, ...] = ()
    national: tuple[str, ...] = ()


@dataclass(frozen=True)
class Indicator:
    """A defined quantity.

    Parameters
    ----------
    unit
        Canonical spelling of the unit its levels are given in; changes are in % or 百分点.
    kinds
        Kinds of figures it admits; the measures of its observations.
    critical, warning
        Bounds of plausible levels, lowest and highest.
    good_direction
        "up", "down" or "" when neither is better.
    theme
        Part of the report it belongs to, one of `THEMES`.
    group
        One of `GROUPS`; '' outside the decoupling chart.
    other_units
        Classifiers that count the same things one by one (地 for 个), so that no factor lies between them.
    prefixes
        Sets of `Wording.sets` whose words may stand before its aliases.
    context, context_aliases
        Names so short that they count only when the sentence or its heading holds one of the words of `context`.
    damaged_aliases
        Names as a copy leaves them that lost a subscript (PM浓度): what is so named waits for a person.
    not_with
        Words of the subject, or of the number's own clause before it, that make it another quantity.
    not_in_sentence
        Words that do so from anywhere in the sentence before the number (秋冬季).
    scopes
        Codes of the scopes its observations may have; empty when none is known to matter.
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
    other_units: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    context_aliases: tuple[str, ...] = ()
    damaged_aliases: tuple[str, ...] = ()
    not_with: tuple[str, ...] = ()
    not_in_sentence: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()

    @property
    def measures(self) -> tuple[str, ...]:
        """The measures of its observations: figures' kinds are named so that both are the same words."""
        return self.kinds

    @property
    def units(self) -> tuple[str, ...]:
        """Every unit its levels and counts may be given in."""
        return (self.unit, *self.other_units)


@dataclass(frozen=True)
class Relation:
    """What some indicators have to do with each other, for checking figures against each other.

    Parameters
    ----------
    form
        parts: `members` lie in `whole`, and make it up when `is_complete`. hundred: shares of one total, together at
        most 100. ratio: `whole` is the first member over the second, times `scale`. product: `whole` is the members
        multiplied, and times `constant`. accumulates: each of `members` counts what was done so far. places: each of
        `members` is, of a part of a country, a part of the country's.
    prices
        "constant" when money in the denominator is counted at constant prices; '' otherwise.
    constant
        Lowest and highest value of a number that no source need state; empty if there is none.
    """

    relation_id: str
    form: str
    whole: str
    members: tuple[str, ...]
    why: dict[str, str]
    is_complete: bool = False
    scale: float = 1.0
    prices: str = ""
    constant: tuple[float, ...] = ()
    constant_label: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Vocabulary:
    """What the reading of figures needs: units, regions, words and scopes; no indicators."""

    units: tuple[Unit, ...]
    regions: tuple[Region, ...]
    words: dict[str, tuple[Word, ...]]
    scopes: tuple[Scope, ...] = ()

    @cached_property
    def unit_of(self) -> dict[str, Unit]:
        """Spelling -> unit."""
        return {spelling: unit for unit in self.units for spelling in unit.spellings}

    @cached_property
    def region_of(self) -> dict[str, Region]:
        """Name or alias -> region."""
        return {name: region for region in self.regions for name in (region.name, *region.aliases)}

    @cached_property
    def scope_of(self) -> dict[str, Scope]:
        """Code, name, English name or alias -> scope."""
        return {name: scope for scope in self.scopes for name in (scope.code, scope.name, scope.en, *scope.aliases)}

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
    wording: Wording = field(default_factory=Wording)
    relations: tuple[Relation, ...] = ()

    @cached_property
    def units(self) -> dict[str, Unit]:
        """Canonical spelling -> unit."""
        return {unit.canonical: unit for unit in self.vocabulary.units}

    @cached_property
    def regions(self) -> dict[str, Region]:
        """Code -> region."""
        return {region.code: region for region in self.vocabulary.regions}

    @cached_property
    def scopes(self) -> dict[str, Scope]:
        """Code -> scope."""
        return {scope.code: scope for scope in self.vocabulary.scopes}
