"""What changed between two revisions of an edition, found in their tables: rows, and a sentence in each language.

Flows in: the observations of the revision before and of this one. Flows out: rows of `contracts.ERRATA`. An
observation is the same when its key is, the edition's name apart; one whose key changed is known again by the
characters it was read from, or by saying the same of another period. Every number printed is an observation's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from qingshan.charts import values
from qingshan.edition.published import Revision
from qingshan.edition.view import Row
from qingshan.edition.wording import WORDS
from qingshan.model import StageError, format_number
from qingshan.registry import Registry

_KEY = ("indicator", "ref_area", "time_period", "base_period", "measure", "scope", "source_id")
# how one whose key changed is known again, the surest way first
_KNOWN_BY: tuple[tuple[str, ...], ...] = (
    ("source_id", "raw_start", "raw_end", "quote"),
    ("source_id", "indicator", "ref_area", "measure", "scope", "obs_value", "unit_measure"),
    ("source_id", "indicator", "quote"),
)
_KNOWN_BY_YEARS = (tuple(name for name in _KEY if name != "source_id"),)
# what may have changed: name of the field in errata.csv -> columns of observations
FIELDS = {
    "value": ("obs_value",),
    "unit": ("unit_measure",),
    "qualifier": ("qualifier",),
    "period": ("time_period", "base_period", "time_basis"),
    "place": ("ref_area",),
    "indicator": ("indicator",),
    "measure": ("measure",),
    "scope": ("scope",),
    "status": ("obs_status",),
    "source": ("source_id",),
}
_SAID_BY_VALUE = ("value", "unit", "qualifier")  # one printed value says all three

_Pair = tuple[Row | None, Row | None]


def errata_rows(
    before: Revision,
    observations: Sequence[Row],
    readings: Mapping[str, str],
    registry: Registry,
    *,
    is_revision: bool = True,
) -> list[dict[str, Any]]:
    """Return a row of `contracts.ERRATA` for each observation that was changed, removed or added, in that order.

    Parameters
    ----------
    observations
        The rows of this revision, public ones only.
    readings
        observation_id -> the clean form of the number in its primary figure, of this revision.
    is_revision
        Whether both are of one year. Of two years, rows whose key differs are the same only if the source alone does.
    """
    known_by = _KNOWN_BY if is_revision else _KNOWN_BY_YEARS
    pairs = sorted(_pairs(before.observations, observations, known_by), key=_order)
    told = _Teller(registry, {**before.readings, **readings}, before.labels)
    return [_row(number, old, new, told) for number, (old, new) in enumerate(pairs, 1)]


def _pairs(before: Sequence[Row], after: Sequence[Row], known_by: Sequence[tuple[str, ...]]) -> Iterable[_Pair]:
    """Yield (old, new) for what differs; None where there is no old or no new one."""
    old, new = list(before), list(after)
    for names in (_KEY, *known_by):
        found = _same(old, new, names)
        yield from ((a, b) for a, b in found if changed(a, b))
        seen = {row["observation_id"] for pair in found for row in pair}
        old = [row for row in old if row["observation_id"] not in seen]
        new = [row for row in new if row["observation_id"] not in seen]
    yield from ((row, None) for row in old)
    yield from ((None, row) for row in new)


def _same(old: Iterable[Row], new: Iterable[Row], names: tuple[str, ...]) -> list[tuple[Row, Row]]:
    """Return the pairs that agree in some columns; what agrees with several is no pair."""
    groups: dict[tuple[Any, ...], tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
    for which, rows in enumerate((old, new)):
        for row in rows:
            groups[tuple(row[name] for name in names)][which].append(row)
    return [(a[0], b[0]) for a, b in groups.values() if len(a) == len(b) == 1]


def changed(old: Row, new: Row) -> list[str]:
    """Return which of `FIELDS` differ."""
    return [name for name, columns in FIELDS.items() if any(old[column] != new[column] for column in columns)]


def _order(pair: _Pair) -> tuple[Any, ...]:
    old, new = pair
    row = old or new or {}
    return (("changed", "removed", "added").index(_kind(pair)), *(row[name] for name in _KEY))


def _kind(pair: _Pair) -> str:
    old, new = pair
    return "added" if old is None else "removed" if new is None else "changed"


class _Teller:
    """Prints rows of either revision; what the registry no longer holds is named as its own edition named it."""

    def __init__(
        self, registry: Registry, readings: Mapping[str, str], labels: Mapping[str, Mapping[str, str]]
    ) -> None:
        self._registry, self._readings, self._labels = registry, readings, labels

    def of(self, name: str, row: Row, language: str) -> str:
        """Return one of `FIELDS` as it is printed."""
        words = WORDS[language]
        printed: dict[str, Callable[[], str]] = {
            "period": lambda: self._period(row, language),
            "place": lambda: values.place(row, language, self._registry),
            "indicator": lambda: self._indicator(row, language),
            "measure": lambda: words["measures"][row["measure"]],
            "scope": lambda: self._scope(row["scope"], language) or words["nothing"],
            "status": lambda: words["statuses"][row["obs_status"]] or words["nothing"],
            "source": lambda: str(row["source_id"]),
        }
        return printed.get(name, lambda: self._value(row, language))()

    def both(self, row: Row, language: str) -> str:
        """Return value and period of a row as the table of corrections prints them."""
        return f"{self._value(row, language)} · {self._period(row, language)}"

    def _period(self, row: Row, language: str) -> str:
        period = values.printed_period(row, language)
        as_published = row["time_basis"] == "as_published"
        return WORDS[language]["as_of"].format(period=period) if as_published else period

    def _indicator(self, row: Row, language: str) -> str:
        code = row["indicator"]
        known = self._registry.indicators.get(code)
        return known.label[language] if known else self._labels.get(code, {}).get(language, code)

    def _scope(self, codes: str, language: str) -> str:
        known = self._registry.scopes
        named = (known[code].name if language == "zh" else known[code].en for code in codes.split(";") if code in known)
        return WORDS[language]["errata_join"].join(named) or codes

    def _value(self, row: Row, language: str) -> str:
        try:
            return values.printed(row, language, self._registry, self._readings.get(row["observation_id"], ""))
        except StageError:  # its unit is no longer in the registry
            code = row["unit_measure"]
            return f"{format_number(row['obs_value'])} {self._labels.get(code, {}).get(language, code)}"


def _row(number: int, old: Row | None, new: Row | None, told: _Teller) -> dict[str, Any]:
    nan = float("nan")
    fields = changed(old, new) if old and new else []
    row = new or old or {}
    return {
        "erratum": f"e-{number:04d}",
        "change": _kind((old, new)),
        "fields": ";".join(fields),
        "indicator": row["indicator"],
        "label_zh": told.of("indicator", row, "zh"),
        "label_en": told.of("indicator", row, "en"),
        "ref_area": row["ref_area"],
        "place_zh": told.of("place", row, "zh"),
        "place_en": told.of("place", row, "en"),
        "observation_before": old["observation_id"] if old else "",
        "observation_id": new["observation_id"] if new else "",
        "period_before": old["time_period"] if old else "",
        "period": new["time_period"] if new else "",
        "value_before": old["obs_value"] if old else nan,
        "value": new["obs_value"] if new else nan,
        "unit_before": old["unit_measure"] if old else "",
        "unit_measure": new["unit_measure"] if new else "",
        **{
            f"{side}_{language}": told.both(one, language) if one else ""
            for language in values.LANGUAGES
            for side, one in (("before", old), ("after", new))
        },
        "sentence_zh": _sentence(old, new, fields, told, "zh"),
        "sentence_en": _sentence(old, new, fields, told, "en"),
    }


def _sentence(old: Row | None, new: Row | None, fields: Sequence[str], told: _Teller, language: str) -> str:
    words = WORDS[language]
    row = old or new or {}
    about = {name: told.of(name, row, language) for name in ("indicator", "place", "period", "value")}
    if not (old and new):
        return words["erratum_removed" if old else "erratum_added"].format(**about)
    by_value = [name for name in fields if name in _SAID_BY_VALUE]
    said = (["value"] if by_value else []) + [name for name in fields if name not in _SAID_BY_VALUE]
    changes = []
    for name in said:
        pair = {"before": told.of(name, old, language), "after": told.of(name, new, language)}
        field = words["errata_fields"][name]
        if pair["before"] == pair["after"]:  # the same in print: only codes or the basis differ
            changes.append(words["erratum_recoded"].format(field=field))
        else:
            changes.append(words["erratum_change"].format(field=field, **pair))
    return words["erratum_changed"].format(changes=words["errata_join"].join(changes), **about)
