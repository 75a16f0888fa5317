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
_SENTENCE = re.compile(r"[。；！？\n]")
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
            states = _last_states(text, result)
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
    """Give the two numbers of 由A提高到B the first and the last year of the interval they stand in."""
    for index in range(len(readings) - 1):
        first, second = readings[index], readings[index + 1]
        start, end = numbers[index], numbers[index + 1]
        if first.kind.is_change or second.kind.is_change:
            continue
        compared = [d for d in dates.between(low, start.start) if d.kind == "base"]
        if "/" not in first.period.time and (first.period.rule == "origin" or not compared):
            continue
        moved = _MOVED_TO.fullmatch(text[start.end : end.start])
        if moved and _MOVED_FROM.search(text[max(0, start.start - 20) : start.start]):
            years = first.period.time.split("/")
            if len(years) < 2:  # 与2015年相比，由A提高到B
                readings[index] = replace(first, period=Period(compared[-1].value, "", "stated", "from"))
                continue
            readings[index] = replace(first, period=Period(years[0], "", "stated", "from"))
            if second.period.time == first.period.time:
                readings[index + 1] = replace(second, period=Period(years[1], "", "stated", "to"))
    return readings
