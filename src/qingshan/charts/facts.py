"""Fills the slots of a chart's templates from the rows that it shows.

Flows in: a template such as ``{level.last.period}: {level.last.value}`` and the rows. Flows out: the sentence, or None
where a slot has no value or a condition does not hold. A slot is ``series.pick.field``; nothing is computed.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from qingshan.charts import values
from qingshan.registry import Registry

if TYPE_CHECKING:
    from qingshan.charts.declared import Wording
    from qingshan.charts.forms import Context

Row = Mapping[str, Any]

PICKS = ("first", "last", "previous", "highest", "lowest")  # or the id of an indicator: its last row
FIELDS = ("value", "number", "period", "place", "label", "scope")
CONDITION = r"^\s*[a-z0-9_]+\.[a-z0-9_]+\s+(<|<=|=|>|>=)\s+[a-z0-9_]+\.[a-z0-9_]+\s*$"
_COMPARE = {"<": operator.lt, "<=": operator.le, "=": operator.eq, ">": operator.gt, ">=": operator.ge}
_SLOT = re.compile(r"\{([a-z0-9_.]+)\}")


def told(wordings: Sequence[Wording], rows: Sequence[Row], context: Context) -> list[str]:
    """Return the sentences of every wording that holds and whose slots all have a value, in their order."""
    found = (
        fill(one.text[context.language], rows, context)
        for one in wordings
        if all(_holds(condition, rows) for condition in one.when)
    )
    return [text for text in found if text is not None]


def fill(template: str, rows: Sequence[Row], context: Context) -> str | None:
    """Return the template with its slots filled, None if one of them has no value."""
    texts = {slot: _text(slot, rows, context) for slot in _SLOT.findall(template)}
    if None in texts.values():
        return None
    return _SLOT.sub(lambda match: texts[match[1]] or "", template)


def named(template: str, rows: Sequence[Row], registry: Registry) -> list[Row]:
    """Return the rows whose values a template's slots print."""
    picked = (pick(*slot.split(".")[:2], rows=rows) for slot in _SLOT.findall(template))
    return [row for row in picked if row is not None]


def pick(part: str, which: str, *, rows: Sequence[Row]) -> Row | None:
    """Return the row that a slot means, None if there is none.

    `previous` is the row before the last that has its indicator, place and scope, and there is none where the last has
    no scope: values of different scopes are never compared.
    """
    found = sorted((row for row in rows if row["series"] == part), key=_time)
    if which not in PICKS:
        found, which = [row for row in found if row["indicator"] == which], "last"
    if not found:
        return None
    if which in ("highest", "lowest"):
        return (max if which == "highest" else min)(found, key=lambda row: row["obs_value"])
    if which == "previous":
        last = found[-1]
        keys = ("indicator", "ref_area", "scope", "measure")
        before = [row for row in found[:-1] if all(row[key] == last[key] for key in keys) and last["scope"]]
        return before[-1] if before else None
    return found[0 if which == "first" else -1]


def _time(row: Row) -> tuple[str, str]:
    return values.interval(row)[1], values.interval(row)[0]


def _text(slot: str, rows: Sequence[Row], context: Context) -> str | None:
    part, which, field = slot.split(".")
    registry, language = context.registry, context.language
    row = pick(part, which, rows=rows)
    if row is None:
        return None
    reading = context.readings.get(row["observation_id"], "")
    return {
        "value": lambda: values.printed(row, language, registry, reading),
        "number": lambda: values.printed_number(row, language, registry, reading),
        "period": lambda: values.printed_period(row, language),
        "place": lambda: values.place(row, language, registry),
        "label": lambda: values.label(row, language, registry),
        "scope": lambda: values.scope_names(row["scope"], language, registry),
    }[field]()


def _holds(condition: str, rows: Sequence[Row]) -> bool:
    """Tell whether a comparison holds; values of different units, or one that is not there, hold nothing."""
    left, sign, right = condition.split()
    sides = [_comparable(side, rows) for side in (left, right)]
    if None in sides or sides[0][0] != sides[1][0]:  # type: ignore[index]
        return False
    return bool(_COMPARE[sign](sides[0][1], sides[1][1]))  # type: ignore[index]


def _comparable(side: str, rows: Sequence[Row]) -> tuple[tuple[str, bool], float] | None:
    part, which = side.split(".")
    row = pick(part, which, rows=rows)
    return None if row is None else ((row["unit_measure"], row["measure"] in values.CHANGES), float(row["obs_value"]))
