"""What our expectations ask of one row, in plain Python: true when the row is as it should be.

Flows in: the cells of a row and what was looked up for all of them. Flows out: true or false. A question that has
nothing to go by (no period, no verb, an indicator nobody knows) is answered with true: other rules ask for those.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Collection, Mapping
from pathlib import Path

from qingshan.clean import clean_text
from qingshan.cutoff import last_day
from qingshan.registry import Registry

Limits = Mapping[str, tuple[float, float]]
InUse = Mapping[str, tuple[str, str]]
_CHANGES = ("change", "target_change")
_DENIED = tuple("负負不未没沒无無非难難")  # 负增长, 未下降: the verb says the opposite, or nothing
_SIGNED = re.compile(r"\s*[+＋\-－−–—]")
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}(/[0-9]{4}(-[0-9]{2}){0,2})?")


def stands_at(raw: str | None, start: int, end: int, text: str) -> bool:
    """Return whether ``raw[start:end] == text`` for raw offsets that lie in `raw` and hold something."""
    return raw is not None and 0 <= start < end <= len(raw) and raw[start:end] == text


def stands_around(raw: str | None, start: int, end: int, quote: str) -> bool:
    """Return whether `quote` stands in `raw` and holds the raw span from `start` to `end`."""
    if raw is None or not 0 <= start < end <= len(raw) or not quote:
        return False
    return quote in raw[max(0, end - len(quote)) : start + len(quote)]


def has_hash(raw_root: Path, source_id: str, file: str, sha256: str) -> bool:
    """Return whether the file in the source's own folder has that hash; a file that is not there has none."""
    path = raw_root / source_id / file
    is_inside = path.resolve().parent == (raw_root / source_id).resolve()
    return is_inside and path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def within_bounds(limits: Limits, indicator: str, measure: str, value: float) -> bool:
    """Return whether a value lies within its indicator's bounds; changes have none."""
    if measure in _CHANGES or indicator not in limits or math.isnan(value):
        return True
    low, high = limits[indicator]
    return low <= value <= high


class Signs:
    """The sign of a change against the verb that stands right before its number."""

    def __init__(self, registry: Registry) -> None:
        words = registry.vocabulary.roles("changes")
        signs = {word: sign for role, sign in (("fall", -1), ("rise", 1)) for word in words.get(role, ())}
        # one character says too little: 少 is also in 至少, 高 in 最高
        self._signs = {word: sign for word, sign in signs.items() if len(word) > 1}
        verbs = "|".join(sorted(map(re.escape, self._signs), key=len, reverse=True))
        before = registry.vocabulary.roles("qualifiers").get("before", ())
        between = "|".join(map(re.escape, (*before, "达到", "达", "为", "了")))
        self._verb = re.compile(rf"({verbs})(?:{between}|\s)*\Z") if verbs else None

    def fit(self, kind: str, value: float, text: str, prefix: str) -> bool:
        """Return whether a change has the sign of its verb; `text` and `prefix` are raw."""
        if kind not in _CHANGES or self._verb is None or not value or math.isnan(value) or _SIGNED.match(text):
            return True
        before = clean_text(prefix).text
        found = self._verb.search(before)
        if found is None or before[: found.start()].endswith(_DENIED):
            return True
        return (value > 0) == (self._signs[found[1]] > 0)


def in_order(earlier: str, later: str) -> bool:
    """Return whether the first period ends before the second does."""
    if not (_DATE.fullmatch(earlier) and _DATE.fullmatch(later)):
        return True
    return last_day(earlier) < last_day(later)


def by_cutoff(date: str, cutoff: str, day: str) -> bool:
    """Return whether a date is not after the cut-off; of a year or month its first or last `day` counts."""
    if not (_DATE.fullmatch(date) and _DATE.fullmatch(cutoff)):
        return True
    return (last_day(date) if day == "last" else date) <= last_day(cutoff)


def codes(registry: Registry, code_list: str) -> frozenset[str]:
    """Return the codes of a code list, '' among them: whether a code must be given is another rule's matter."""
    lists: dict[str, Collection[str]] = {
        "indicators": registry.indicators,
        "units": {unit.code for unit in registry.vocabulary.units},
        "unit_names": {unit.canonical for unit in registry.vocabulary.units},
        "regions": {region.code for region in registry.vocabulary.regions},
        "region_names": registry.vocabulary.region_of,
        "scopes": {scope.code for scope in registry.vocabulary.scopes},
    }
    return frozenset({"", *lists[code_list]})


def in_use(registry: Registry, code_list: str) -> InUse:
    """Return from when to when each code of a list holds, '' where open."""
    listed = registry.vocabulary.scopes if code_list == "scopes" else registry.vocabulary.regions
    return {one.code: (one.valid_from, one.valid_to) for one in listed if one.valid_from or one.valid_to}


def in_force(used: InUse, cell: str, period: str) -> bool:
    """Return whether every code of a cell was in use at some time of the period."""
    if not _DATE.fullmatch(period):
        return True
    first, last = period.partition("/")[0], last_day(period)
    for code in cell.split(";"):
        start, end = used.get(code, ("", ""))
        if (start and last < start) or (end and first > last_day(end)):
            return False
    return True
