"""Finds indicators by what a person types: Han characters, an id, English words, or the initials of the pinyin.

Flows in: the registry, a query. Flows out: ids, the likeliest first. The initials are a generated table
(``initials.csv``): all of pypinyin would be 15 MB more in every environment for one letter a character.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from qingshan.curate.matching import fits_unit
from qingshan.model import Figure
from qingshan.registry import Indicator, Registry, folded

_TABLE = Path(__file__).with_name("initials.csv")
_MOST = 12


class IndicatorSearch:
    """Searches one registry; made once, used for every key typed."""

    def __init__(self, registry: Registry) -> None:
        self._indicators = registry.indicators
        self._names = {name: tuple(_names(indicator)) for name, indicator in registry.indicators.items()}
        self._initials = {name: tuple(map(initials, names)) for name, names in self._names.items()}

    def find(self, query: str, figure: Figure | None = None) -> list[str]:
        """Return at most twelve ids of indicators; those that admit the figure's unit come first among equals.

        Parameters
        ----------
        query
            Part of a name in Han characters, in English or of an id; or initials such as ``slfgl`` for 森林覆盖率.
            Empty, it finds the indicators that admit the figure's kind and unit.
        """
        wanted = folded(query.strip()).lower()
        ranked = []
        for indicator_id, indicator in self._indicators.items():
            fits = figure is not None and figure.kind in indicator.kinds and fits_unit(figure, indicator)
            rank = self._rank(indicator_id, wanted) if wanted else (0 if fits or figure is None else None)
            if rank is not None:
                ranked.append((rank, not fits, len(indicator.label["zh"]), indicator_id))
        return [indicator_id for *_, indicator_id in sorted(ranked)[:_MOST]]

    def _rank(self, indicator_id: str, wanted: str) -> int | None:
        """Return how well an indicator answers, 0 best; None when it does not."""
        names = self._names[indicator_id]
        if any(name.startswith(wanted) for name in names):
            return 0
        if any(wanted in name for name in names):
            return 1
        if not wanted.isascii():
            return None
        places = [_place(letters, wanted) for letters in self._initials[indicator_id]]
        if 0 in places:
            return 0
        return 2 if any(place is not None for place in places) else None


def initials(text: str) -> tuple[str, ...]:
    """Return for each character its possible initials; of what is not Han, the character itself in lower case."""
    table = _table()
    return tuple(table.get(character, character) for character in folded(text).lower() if not character.isspace())


def _names(indicator: Indicator) -> Iterator[str]:
    for name in (
        *indicator.label.values(),
        *indicator.aliases,
        indicator.indicator_id,
        indicator.indicator_id.replace("_", " "),
    ):
        yield folded(name).lower()


def _place(letters: tuple[str, ...], wanted: str) -> int | None:
    """Return the first place where each letter of `wanted` is one of the initials there."""
    for start in range(len(letters) - len(wanted) + 1):
        if all(letter in letters[start + at] for at, letter in enumerate(wanted)):
            return start
    return None


@lru_cache(maxsize=1)
def _table() -> dict[str, str]:
    """Return character -> the letters its readings begin with."""
    found: dict[str, str] = {}
    with _TABLE.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(line for line in file if not line.startswith("#"))
        next(rows)
        for letter, characters in rows:
            for character in characters:
                found[character] = found.get(character, "") + letter
    return found
