"""Reads single table cells in the registry's terms: numbers, periods, units, places, indicators, scopes and codes.

Flows in: one trimmed text. Flows out: its canonical form, or a `CellError` that says what would have been right.
Nothing is guessed: what no code list knows is an error, never a new code.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from qingshan.model import NUMBER_KINDS, QUALIFIERS, Problem, nearest
from qingshan.quantity.numerals import LONGEST, MULTIPLES, Numeral, parse_arabic
from qingshan.quantity.units import FoundUnit, UnitFinder
from qingshan.registry import Registry

OBS_STATUSES = tuple("AEBDPUV")
LEVELS = ("level", "count", "share")

_WIDE = {0xFF10 + n: str(n) for n in range(10)} | dict(zip(map(ord, "．，％－−＋"), ".,%--+", strict=True))
_NUMBER = re.compile(
    r"([+-]?)(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*((?:百(?!分)|千(?![瓦米克])|万|亿){0,3})\s*(.*)", re.DOTALL
)
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?|年(?:(\d{1,2})月(?:(\d{1,2})日)?)?)?")
_YEARS = re.compile(r"(\d{4})年?\s*(?:[-—–~～至]|——)\s*(\d{4})年?")


class CellError(ValueError):
    """A cell that says nothing the registry knows: what was found, what was expected, what to do."""

    def __init__(self, found: str, expected: str, remedy: str) -> None:
        self.found, self.expected, self.remedy = found, expected, remedy
        super().__init__(f"{found}, expected {expected}. {remedy}")


class Faults:
    """Collects the mistakes of a table: the same one of many rows once, with its first place."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, str, str, str], dict[str, None]] = {}

    def __len__(self) -> int:
        return len(self._places)

    def note(self, where: str, error: CellError, place: str) -> None:
        """Add a mistake; `place` is what differs between rows, '' for a constant of source.yml."""
        self._places.setdefault((where, error.found, error.expected, error.remedy), {})[place] = None

    def problems(self) -> Iterator[Problem]:
        """Yield every mistake in the order of its first place."""
        for (where, found, expected, remedy), places in self._places.items():
            first, more = next(iter(places)), len(places) - 1
            yield Problem(f"{where} {first}{f' and {more} more' if more else ''}".rstrip(), found, expected, remedy)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as a table writes it: its canonical spelling, its kind, and the multiple before it (万吨: 10000)."""

    name: str
    kind: str
    factor: Decimal


class CellReader:
    """Reads cells with one registry; made once, used for many tables."""

    def __init__(self, registry: Registry) -> None:
        self._units = UnitFinder(registry.vocabulary)
        self._spellings = tuple(registry.vocabulary.unit_of)
        self._regions = registry.vocabulary.region_of
        self._region_codes = registry.regions
        self._indicators: dict[str, set[str]] = {}
        for indicator in registry.indicators.values():
            for name in (indicator.indicator_id, indicator.label["zh"], *indicator.aliases):
                self._indicators.setdefault(name, set()).add(indicator.indicator_id)
        self._scopes = registry.vocabulary.scope_of

    def unit(self, text: str) -> Unit:
        """Return the unit that a whole cell names; multiples may stand before it."""
        if (unit := self.known_unit(text)) is None:
            raise _unknown("unit", text, self._spellings, "a spelling of the registry's units")
        return unit

    def known_unit(self, text: str) -> Unit | None:
        """Return what `unit` does, None for what is no unit: for texts that need not be one."""
        rest, factor = text.translate(_WIDE), Decimal(1)
        while True:
            if found := self._whole_unit(rest):
                return Unit(found.name, found.kind, factor)
            if rest[:1] not in MULTIPLES:
                return None
            factor *= MULTIPLES[rest[0]]
            rest = rest[1:]

    def _whole_unit(self, text: str) -> FoundUnit | None:
        found = self._units.find(text, 0)
        return found if found is not None and found.end == len(text) else None

    def number(self, text: str, unit: Unit) -> Numeral:
        """Return the number of a whole cell in its unit; the unit itself may stand after it (85.5%)."""
        match = _NUMBER.fullmatch(text.translate(_WIDE))
        tail = self._whole_unit(match[4]) if match and match[4] else None
        if match is None or (match[4] and (tail is None or tail.name != unit.name)) or len(match[2]) > LONGEST:
            raise CellError(
                f"{_shown(text)} as a value", f"a number{f' of {unit.name}' if unit.name else ''}",
                "Correct the cell, or list it under no_value if it stands for no number.",
            )  # fmt: skip
        numeral = parse_arabic(match[2], match[3])
        sign = -1 if match[1] == "-" else 1
        # 85.5% says the unit itself, so a multiple of the unit column does not apply again
        factor = Decimal(1) if tail is not None else unit.factor
        return Numeral(numeral.value * sign * factor, numeral.place * factor, numeral.is_plain and factor == 1)

    def indicator(self, text: str) -> str:
        """Return the registry id of an indicator named by its id, its Chinese label or an alias."""
        found = self._indicators.get(text)
        if not found:
            raise _unknown("indicator", text, self._indicators, "an id, label or alias of the registry")
        if len(found) > 1:
            raise CellError(
                f"{_shown(text)}, which fits {' and '.join(sorted(found))}", "one indicator", "Give its id under codes."
            )
        return next(iter(found))

    def region(self, text: str) -> str:
        """Return the official name of a place given by its name, an alias or its code."""
        found = self._regions.get(text) or self._region_codes.get(text)
        if found is None:
            raise _unknown("region", text, self._regions, "a place of the registry")
        return found.name

    def scope(self, text: str) -> str:
        """Return the ids of scopes named by id, name or alias and divided by ';', in order and divided by ';' again."""
        parts = [part for part in (part.strip() for part in re.split("[;；]", text)) if part]
        for part in parts:
            if part not in self._scopes:
                raise _unknown("scope", part, self._scopes, "scopes of the registry, divided by ';'")
        return ";".join(sorted({self._scopes[part].code for part in parts}))

    def period(self, text: str) -> str:
        """Return a period in the model's form: 2023, 2023-06, 2022-12-31, or an interval of two such."""
        if years := _YEARS.fullmatch(text):
            text = f"{years[1]}/{years[2]}"
        ends = [_date(part.strip()) for part in text.split("/")]
        if not all(ends) or len(ends) > 2 or ends != sorted(ends):
            raise CellError(
                f"{_shown(text)} as a period", "a year, a month, a day or an interval such as 2013/2022",
                "Write it so, or give its meaning under codes.",
            )  # fmt: skip
        return "/".join(ends)

    def kind(self, text: str) -> str:
        """Return a kind of the annotation guide."""
        return _one_of("kind", text, NUMBER_KINDS)

    def qualifier(self, text: str) -> str:
        """Return a qualifier of the annotation guide; an empty cell means that the number is exact."""
        return _one_of("qualifier", text, QUALIFIERS) if text else "exact"

    def status(self, text: str) -> str:
        """Return an observation status, '' for an empty cell."""
        return _one_of("status", text, OBS_STATUSES) if text else ""


def _date(text: str) -> str:
    """Return a date in ISO form, '' when it is none."""
    match = _DATE.fullmatch(text)
    if match is None:
        return ""
    year, month, day = match[1], match[2] or match[4], match[3] or match[5]
    if month and not 1 <= int(month) <= 12:
        return ""
    if day and not 1 <= int(day) <= calendar.monthrange(int(year), int(month))[1]:
        return ""
    return "-".join([year, *(f"{int(part):02}" for part in (month, day) if part)])


def _one_of(what: str, text: str, known: Iterable[str]) -> str:
    if text not in known:
        raise _unknown(what, text, known, f"one of {', '.join(known)}")
    return text


def _unknown(what: str, text: str, known: Iterable[str], expected: str) -> CellError:
    if not text:
        return CellError(f"no {what}", expected, "Fill the cell, or bind a constant in source.yml.")
    return CellError(
        f"unknown {what} {_shown(text)}{nearest(text, known)}", expected,
        "Correct it, give its meaning under codes in source.yml, or add it to the registry.",
    )  # fmt: skip


def _shown(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:39] + "…")
