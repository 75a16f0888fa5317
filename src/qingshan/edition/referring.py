"""Finds the observations behind the numerals of a chart's words, so that these become references too.

Flows in: a text of a chart's card and the observations it draws. Flows out: parts, as a sentence has them. A numeral
that no observation prints stays among the words, where the page's lint finds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from qingshan.edition.numerals import ANY_YEAR, whole
from qingshan.edition.sentences import Part
from qingshan.edition.shown import Shown

_NUMERAL = re.compile(r"\d[\d,]*(?:\.\d+)?")
_YEAR = re.compile(r"\d{4}(?:-\d{2}){0,2}年?")


class Referrer:
    """Finds what the observations of one chart print.

    Parameters
    ----------
    shown
        Of several that print the same, the first is referred to.
    names
        What is no number though it holds one: it stays words.
    """

    def __init__(self, shown: Sequence[Shown], *, names: Iterable[str] = ()) -> None:
        self._forms = {**_forms(shown), **dict.fromkeys(names, ("name", ""))}
        self._pattern = whole(self._forms)

    def parts(self, text: str) -> tuple[Part, ...]:
        """Return a text in parts, every form that an observation prints a reference to it."""
        return _parts(text, self._pattern, self._forms)


def _parts(text: str, pattern: re.Pattern[str], forms: Mapping[str, tuple[str, str]]) -> tuple[Part, ...]:
    parts, at = [], 0
    for match in pattern.finditer(text):
        kind, key = forms[match[0]]
        parts.extend([Part("text", text[at : match.start()])] if match.start() > at else [])
        parts.append(Part(kind, match[0], key))
        at = match.end()
    parts.extend([Part("text", text[at:])] if at < len(text) else [])
    return tuple(piece for part in parts for piece in (_dates(part) if part.kind == "text" else [part]))


def _dates(part: Part) -> list[Part]:
    """Return words with the years among them apart: a chart may name a year for which it has no value."""
    pieces, at = [], 0
    for match in ANY_YEAR.finditer(part.text):
        pieces += [Part("text", part.text[at : match.start()]), Part("date", match[0])]
        at = match.end()
    return [piece for piece in (*pieces, Part("text", part.text[at:])) if piece.text]


def value_forms(one: Shown) -> list[str]:
    """Return how a value may stand in running words: as printed, its size, its numerals alone, the number itself."""
    printed = [form for form in (one.value, one.size) if form]
    number = f"{abs(Decimal(repr(float(one.row['obs_value'])))).normalize():f}"  # 85 where the source wrote 85.0
    return [*printed, *(numeral for form in printed for numeral in _bare(form)), number]


def time_forms(one: Shown) -> list[str]:
    """Return how its time may stand in running words: as printed, and each year or day of it."""
    printed = [form for form in (one.period, one.time, one.base) if form]
    years = [year for form in printed for year in _YEAR.findall(form)]
    return [*printed, *years, *(year.removesuffix("年") for year in years)]


def _bare(form: str) -> list[str]:
    """Return the numerals of a printed value, with their percent sign or multiplier and without."""
    found = []
    for match in _NUMERAL.finditer(form):
        rest = form[match.end() :]
        tail = re.match(r"[余多]?[十百千万亿]*[%‰]?", rest)
        found += [match[0] + (tail[0] if tail else ""), match[0]]
    return found


def _forms(shown: Sequence[Shown]) -> dict[str, tuple[str, str]]:
    """Return form -> (kind of part, observation); the first to print a form keeps it, values before times."""
    forms: dict[str, tuple[str, str]] = {}
    for one in shown:
        for form in value_forms(one):
            if _NUMERAL.search(form):
                forms.setdefault(form, ("value", one.observation_id))
    for one in shown:
        for form in time_forms(one):
            forms.setdefault(form, ("period", one.observation_id))
    return forms
