"""What a heading says of the values under it: name, place, time, unit, change, target, or that none of them counts.

Flows in: the clean text of a heading, a caption or a line of units. Flows out: `Heading` and `UnitLine` records. Each
is read for itself; how the headings of one value join is `surroundings`' business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from qingshan.context.dates import Date, DateFinder
from qingshan.context.places import PlaceFinder
from qingshan.quantity.units import UnitFinder
from qingshan.registry import Region, Registry, Vocabulary
from qingshan.table_cells import CellReader, Unit
from qingshan.tabular import wording

_ONE = Decimal(1)
_LONGEST_UNIT = 24  # characters
_KEPT = 20_000  # answers kept; more are read again


@dataclass(frozen=True, slots=True)
class Heading:
    """What one heading says.

    Parameters
    ----------
    words
        Its words without note marks, unit and brackets around it: what a change or a target is told by.
    name
        What it measures; '' where it only says place, time or kind.
    region, is_known
        The place it names, and whether the registry knows it; '' for none.
    is_all
        It says "the whole": 合计, 全省.
    dates
        The dates in it; `months` are the first and last month or None.
    unit
        The unit it gives, None when it gives none; `is_unit` when the whole text is one, as a cell under 单位 is.
    is_change
        The values under it are changes; `is_relative` where they can only be in % or points.
    role
        What the line is where it holds no values: serial, rank, code, unit, period, date, region, note, group, grade.
    """

    text: str
    words: str = ""
    name: str = ""
    region: str = ""
    is_known: bool = False
    is_all: bool = False
    dates: tuple[Date, ...] = ()
    months: tuple[int, int] | None = None
    unit: Unit | None = None
    is_unit: Unit | None = None
    is_change: bool = False
    is_relative: bool = False
    is_target: bool = False
    role: str = ""

    @property
    def holds_no_values(self) -> bool:
        return self.role in wording.NO_VALUES and self.unit is None

    @property
    def is_ratio(self) -> bool:
        return bool(wording.RATIO.search(self.words))

    @property
    def is_index(self) -> bool:
        return bool(wording.INDEX.search(self.words))


@dataclass(frozen=True, slots=True)
class UnitLine:
    """The units of a line such as 单位：微克/立方米，CO为毫克/立方米: the general ones, and those of named subjects."""

    units: tuple[Unit, ...]
    of: tuple[tuple[str, Unit], ...]


class AspectReader:
    """Reads headings with one vocabulary for one document year; made once for many tables, its answers kept."""

    def __init__(self, vocabulary: Vocabulary, places: PlaceFinder, dates: DateFinder) -> None:
        self._cells = CellReader(Registry(vocabulary))
        self._finder = UnitFinder(vocabulary)
        self._places, self._dates = places, dates
        self._known: dict[tuple[str, str], Heading] = {}

    def heading(self, text: str, year: str) -> Heading:
        """Return what a heading says; `year` is the document's, '' if unknown."""
        key = (text, year)
        if key not in self._known:
            if len(self._known) > _KEPT:
                self._known.clear()
            self._known[key] = self._read(text, year)
        return self._known[key]

    def caption(self, text: str, year: str) -> Heading:
        """Return what the title of a table says: as a heading, without the words that only say it is a table."""
        plain = wording.TABLE.sub("", _joined(text)).strip()
        return self._read(plain, year, is_title=True)

    def unit(self, text: str) -> Unit | None:
        """Return the unit that a whole text is, with multiples before it; None when it is none.

        A compound that the registry does not list (吨/万元) is kept as written when it begins with a unit it does.
        """
        text = wording.DIGITLESS.sub("", text.strip())
        if not text or len(text) > _LONGEST_UNIT:
            return None
        if known := self._cells.known_unit(text):
            return known
        found = self._finder.find(text, 0)
        rest = text[found.end :] if found else ""
        is_compound = found is not None and found.kind in ("measure", "classifier") and wording.PER.fullmatch(rest)
        return Unit(text, "measure", _ONE) if is_compound else None

    def unit_line(self, text: str) -> UnitLine | None:
        """Return the units that a line gives after 单位, or in brackets at its end; None for none."""
        text = _joined(text)
        said = wording.UNITS_SAID.search(text)
        if said is None:
            brackets = wording.BRACKET.findall(text)
            unit = self.unit(brackets[-1]) if brackets else None
            return UnitLine((unit,), ()) if unit else None
        units: list[Unit] = []
        of: list[tuple[str, Unit]] = []
        given = wording.EXCEPTION.sub("，", said[1])  # 微克/立方米（CO：毫克/立方米）
        for part in filter(None, (part.strip(" ）)") for part in wording.PARTS.split(given))):
            if unit := self.unit(part):
                units.append(unit)
            elif (named := wording.OF.match(part)) and (unit := self.unit(named[2])):
                of.append((named[1].strip("（( "), unit))
        return UnitLine(tuple(units), tuple(of)) if units or of else None

    def _read(self, text: str, year: str, *, is_title: bool = False) -> Heading:
        words = wording.LEADING.sub("", wording.MARKS.sub("", _joined(text))).strip()
        words, unit = self._without_unit(words)
        role = "" if is_title else _role(words)
        months = _months(words)
        dates = tuple(self._find_dates(words, year))
        rest = _without(words, dates)
        aimed = wording.BRACKET.sub("", words).strip()
        is_target = bool(wording.TARGET.search(aimed)) and not wording.NOT_TARGET.search(words)
        is_change = bool(wording.SWING.search(rest)) or any(date.kind in ("base", "lastyear") for date in dates)
        region, is_known, is_all, rest = self._place(rest)
        name = _name(rest, is_title)
        is_unit = None if is_title else self.unit(text) or (None if words else unit)
        is_relative = bool(wording.RELATIVE.search(words))
        return Heading(
            text, words, name, region, is_known, is_all, dates, months, unit, is_unit, is_change, is_relative,
            is_target, role,
        )  # fmt: skip

    def _without_unit(self, words: str) -> tuple[str, Unit | None]:
        """Return a heading without the unit it gives, and the unit."""
        for bracket in reversed(list(wording.BRACKET.finditer(words))):
            inside = wording.UNIT_WORD.sub("", bracket[1].strip())
            if unit := self.unit(inside) or self.unit(wording.PARTS.split(inside)[0]):
                return (words[: bracket.start()] + words[bracket.end() :]).strip(" ,，"), unit
        if said := wording.UNITS_SAID.search(words):
            return words[: said.start()].strip(" ,，（("), self.unit(said[1])
        whole = self.unit(words)  # a heading that is nothing but a unit, under the name it belongs to
        if whole and whole.kind in ("measure", "ratio", "point") and words != "米":
            return "", whole
        for tail in wording.TAIL.finditer(words):
            if unit := self.unit(words[tail.end() :]):
                return words[: tail.start()].strip(), unit
        if (bare := wording.BARE_TAIL.search(words)) and bare.start():
            return words[: bare.start()].strip(), self.unit(bare[1])
        return words, None

    def _find_dates(self, words: str, year: str) -> Iterator[Date]:
        """Yield the dates of a heading; the finder's, and years without 年 that it does not take for dates."""
        if day := wording.DAY.search(words):
            yield Date(*day.span(), "day", f"{day[1]}-{int(day[3]):02d}-{int(day[4]):02d}", "")
            return
        if years := wording.YEARS.search(words):
            yield Date(years.start(), years.end(), "interval", f"{years[1]}/{years[2]}", "")
            return
        # 占全年比例: the year is a part of what is measured
        found = [date for date in self._dates.find(words, year) if words[max(0, date.start - 1) : date.start] != "占"]
        yield from found
        for bare in wording.BARE_YEAR.finditer(words):
            if not any(date.start <= bare.start() < date.end for date in found):
                end = bare.end() + (words[bare.end() : bare.end() + 1] == "年")
                yield Date(bare.start(), end, "year", bare.group(), "")

    def _place(self, words: str) -> tuple[str, bool, bool, str]:
        """Return the place a heading names, whether it is known, whether it says the whole, and the words left."""
        bare = words.strip(" 　:：、，,")
        if wording.ALL.fullmatch(bare):
            known = self._region(bare[:2])
            return (known.name if known else "", known is not None, True, "")
        base = wording.OF_REGION.sub("", bare)
        for text in (bare, base, wording.BRACKET.sub("", base)):
            if region := self._region(text):
                return region.name, True, False, ""
        known = (mention for mention in self._places.find(bare) if not mention.is_titled and mention.region.code)
        first = next(known, None)
        if first is not None and (first.start == 0 or bare[: first.start] in ("其中", "各")):
            return first.region.name, True, False, bare[first.end :].lstrip("的")
        if all_of := wording.ALL_BEFORE.match(bare):
            return "", False, True, bare[all_of.end() :]
        return "", False, False, bare

    def _region(self, text: str) -> Region | None:
        return self._places.region_of.get(text) if len(text) > 1 else None


def verb_of(heading: Heading) -> str:
    """Return the words of a heading up to the verb of change that ends it, for `KindReader`; '' where none can."""
    verb = wording.VERB_TAIL.sub("", wording.BRACKET.sub("", heading.words))
    return "" if wording.NO_VERB.search(verb) else verb


def is_swing(heading: Heading) -> bool:
    """Whether a heading says that its values rise and fall by their own sign: 增减, 同比."""
    return bool(wording.SWING.search(heading.words))


def _joined(text: str) -> str:
    return wording.GAP.sub("", text.strip())


def _role(words: str) -> str:
    plain = wording.BRACKET.sub("", words).strip(" :：")
    return next((role for role, pattern in wording.ROLES if pattern.fullmatch(plain) or pattern.fullmatch(words)), "")


def _months(words: str) -> tuple[int, int] | None:
    """Return the first and last month that a heading names; None for none or the whole year."""
    if wording.DAY.search(words):
        return None
    if of_year := wording.MONTH_OF_YEAR.search(words):
        first = last = int(of_year[1])
    elif month := wording.MONTHS.search(words):
        first, last = int(month[1]), int(month[2] or month[1])
    elif quarter := wording.QUARTER.search(words):
        half = {"上": (1, 6), "下": (7, 12)}.get(quarter[2] or "")
        number = "一二三四1234".find(quarter[1]) % 4 if quarter[1] else -1
        first, last = half or ((number * 3 + 1, number * 3 + 3) if number >= 0 else (1, 9))
    else:
        return None
    return (first, last) if 1 <= first <= last <= 12 and (first, last) != (1, 12) else None


def _without(words: str, dates: tuple[Date, ...]) -> str:
    for date in sorted(dates, key=lambda date: -date.start):
        words = words[: date.start] + words[date.end :]
    words = wording.QUARTER.sub("", wording.MONTHS.sub("", words)).strip("-.")
    rest = wording.LEFT_OF_DATES.sub("", words).strip(" 　、，,-—:：")
    return f"年{rest}" if rest.startswith("均") else rest  # 2023年均浓度


def _name(words: str, is_title: bool) -> str:
    """Return what the words left of a heading name, '' when they name nothing by themselves."""
    name = wording.BRACKET.sub(
        lambda b: "" if wording.GENERIC.fullmatch(b[1]) or not b[1].strip() else b.group(), words
    )
    if is_title:
        name = wording.TABLE_TAIL.sub("", wording.EVERY.sub("", wording.BRACKET.sub("", name)))
    name = wording.MOVED.sub("", wording.AIMED.sub("", name))
    name = name.strip(" 　:：、，,-—±/／的")
    if wording.GENERIC.fullmatch(name) or wording.ALL.fullmatch(name):
        return ""
    return name if re.search(r"[\u4e00-\u9fffA-Za-z]", name) else ""
