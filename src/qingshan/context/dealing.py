"""Deals out what a sentence says once for several numbers: listed names and years, the two ends of a movement.

Flows in: the readings of a list or a sentence, each read for itself. Flows out: the same readings, corrected together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from qingshan.context.along import Along
from qingshan.context.dates import Date
from qingshan.context.lists import Names
from qingshan.context.period import Period
from qingshan.context.reading import Reading
from qingshan.context.region import Place, RegionReader
from qingshan.quantity import Quantity

_MOVED_TO = re.compile(r"[^，。；]{0,8}?(?:到|至|为)(?:了|约|近|超过)?$")  # 由A提高到B
_REFERS = re.compile(r"前两者|后两者|前者|后者")
_REFERRED = {"前者": (0,), "后者": (-1,), "前两者": (0, 1), "后两者": (-2, -1)}
_LIST_JOINT = re.compile(r"[、和与及，]{1,2}|以及")
_REFERRED_REACH = 12  # numbers
_SENTENCE = re.compile(r"[。；！？\n]")
_BESIDE = re.compile(r"[，；]?(?!较|比|同比|环比)[^，。；\d]{0,8}")
_MOVED_FROM = re.compile(r"(?:由|从|自)[^，。；]{0,16}$")


def dealt_out(
    readings: Sequence[Reading], names: Names, topic: str, regions: RegionReader, tidy: Callable[[str], str]
) -> list[Reading]:
    """Return the readings of a list with its names: years, or subjects and places.

    Parameters
    ----------
    topic
        What is measured where the names are only places.
    tidy
        Takes what names nothing off a phrase.
    """
    if names.years:
        return [
            replace(
                reading,
                subject=readings[0].subject,
                period=Period(year, reading.period.base, "stated", "respective"),
            )
            for reading, year in zip(readings, names.years, strict=True)
        ]
    subjects = [tidy(name) for name in names.names]
    places = [regions.named(name) for name in names.names]
    shared = subjects[-1] or topic  # 上饶、鹰潭两市: the places are named, what is measured was said before
    return [
        replace(
            reading,
            subject=(subject if len(subject) >= 2 else shared) if place is None else (shared or subject),
            place=Place(place, "stated", "respective") if place else reading.place,
            rules=reading.rules.replace("subject=", "subject=respective/"),
        )
        for reading, subject, place in zip(readings, subjects, places, strict=True)
    ]


def at_places(readings: Sequence[Reading], places: Sequence[str], subject: str) -> list[Reading]:
    """Return the readings of a list, one for each place, all of one subject."""
    return [
        replace(reading, subject=subject, place=Place(name, "stated", "listed"))
        for reading, name in zip(readings, places, strict=True)
    ]


def referred(text: str, readings: list[Reading]) -> list[Reading]:
    """Give 前者, 后者 and 前两者 the subjects and places of the numbers they stand for.

    They stand for the numbers of the last list of states before them: 分别为42、33和40，前两者同比下降…，后者….
    """
    pending: list[Reading] = []
    result: list[Reading] = []
    for index, reading in enumerate(readings):
        start = readings[index - 1].quantity.end if index else max(0, reading.quantity.start - 60)
        between = text[start : reading.quantity.start]
        if found := _REFERS.search(between):
            states = _last_states(text, result[-_REFERRED_REACH:])
            pending = [states[at] for at in _REFERRED[found.group()] if -len(states) <= at < len(states)]
        elif _SENTENCE.search(between):
            pending = []
        if pending:
            meant = pending.pop(0)
            rules = reading.rules.replace("integrity=no-subject", "integrity=none") + ";referred=list"
            is_named = "integrity=no-subject" in reading.rules and meant.subject
            whole = "whole" if is_named else reading.integrity
            reading = replace(reading, subject=meant.subject, place=meant.place, integrity=whole, rules=rules)
        result.append(reading)
    return result


def _last_states(text: str, readings: Sequence[Reading]) -> list[Reading]:
    """Return the numbers of the last list that states no change; the last two such numbers where there is no list."""
    states = [reading for reading in readings if not reading.kind.is_change]
    listed = states[-1:]
    for reading in reversed(states[:-1]):
        if not _LIST_JOINT.fullmatch(text[reading.quantity.end : listed[0].quantity.start]):
            break
        listed.insert(0, reading)
    return listed if len(listed) > 1 else states[-2:]


def as_before(readings: list[Reading], earlier: Sequence[Reading], before: str) -> list[Reading]:
    """Deal the names of the list before out again: 分别为A和B，较上年增长C和D."""
    is_chained = (
        len(earlier) == len(readings) and len({r.subject for r in earlier} | {r.place.name for r in earlier}) > 2
    )
    if not is_chained or "\x00" not in before:
        return readings
    return [
        replace(reading, subject=other.subject, place=other.place)
        for reading, other in zip(readings, earlier, strict=True)
    ]


def with_ends(
    text: str, dates: Along[Date], low: int, numbers: Sequence[Quantity], readings: list[Reading]
) -> list[Reading]:
    """Give the two numbers of 由A提高到B their years, and a change beside them the first of these as its base.

    A movement without years of its own has those of the movement before in its sentence.
    """
    span: tuple[str, str] | None = None
    for index in range(len(readings)):
        since = text[numbers[index - 1].end : numbers[index].start] if index else ""
        if span and readings[index].kind.is_change and not readings[index].period.base and _BESIDE.fullmatch(since):
            readings[index] = replace(readings[index], period=replace(readings[index].period, base=span[0]))
        if index + 1 < len(readings) and _moves(text, numbers, readings, index):
            _date_ends(dates, low, numbers, readings, index)
            own = dates.between(numbers[index - 1].end if index else low, numbers[index + 1].start)
            if span and not own:
                for at, year in zip((index, index + 1), span, strict=True):
                    readings[at] = replace(readings[at], period=Period(year, "", "inherited", "movement"))
            first, second = (readings[at].period.time for at in (index, index + 1))
            span = (first[:4], second[:4]) if first and second and first < second else span
    return readings


def _moves(text: str, numbers: Sequence[Quantity], readings: Sequence[Reading], index: int) -> bool:
    """Whether the number at `index` and the next are the A and B of 由A提高到B."""
    start, end = numbers[index], numbers[index + 1]
    if readings[index].kind.is_change or readings[index + 1].kind.is_change:
        return False
    before = text[max(0, start.start - 20) : start.start]
    return bool(_MOVED_TO.fullmatch(text[start.end : end.start]) and _MOVED_FROM.search(before))


def _date_ends(dates: Along[Date], low: int, numbers: Sequence[Quantity], readings: list[Reading], index: int) -> None:
    """Deal an interval out to the two numbers of a movement, or date the first by what it is compared with."""
    first, second = readings[index], readings[index + 1]
    compared = [d for d in dates.between(low, numbers[index].start) if d.kind == "base"]
    if "/" in first.period.time:
        years = first.period.time.split("/")
        readings[index] = replace(first, period=Period(years[0], "", "stated", "from"))
        if second.period.time == first.period.time:
            readings[index + 1] = replace(second, period=Period(years[1], "", "stated", "to"))
    elif compared and first.period.rule != "origin":  # 与2015年相比，由A提高到B
        readings[index] = replace(first, period=Period(compared[-1].value, "", "stated", "from"))
