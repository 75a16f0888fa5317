"""Matches a figure to an indicator by its subject, unit, kind and the words around it; never by its value.

Flows in: figures and the registry's names of each indicator. Flows out: which indicator a figure may be, and how sure
that is. Exact means that the subject is one of the indicator's names once both are folded by the registry's wording.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from qingshan.clean import clean_text
from qingshan.model import Figure
from qingshan.registry import Folder, Indicator, Registry, folded

__all__ = ["Match", "Matcher", "folded", "misfit"]

_CLAUSE_END = re.compile(r"[，,；;。：:！!？?\n]")
_SENTENCE_END = re.compile(r"[；;。！!？?\n]")
_BRACKET = re.compile(r"[（(]([^（）()]{1,16})[)）]")
_JOINTS = ("和", "与", "及", "或", "跟")
_SHORTEST_END = 4  # characters that a name needs to be looked for at the end of a longer subject


@dataclass(frozen=True, slots=True)
class Match:
    """What a figure's subject says: `indicator_id` ('' if none), and how sure that is.

    Parameters
    ----------
    quality
        exact: the subject is a name of the indicator; within: such a name ends it, or its words contradict its region,
        or it is a name that lost characters; none; ambiguous: several indicators fit equally.
    misfit
        '' or which of unit and kind does not fit the indicator.
    """

    indicator_id: str
    quality: str
    misfit: str


_NONE = Match("", "none", "")


@dataclass(frozen=True, slots=True)
class _Words:
    """Folded words around a figure that rule an indicator out, by where they count, or that a short name needs."""

    clause: tuple[str, ...]
    sentence: tuple[str, ...]
    context: tuple[str, ...]

    @classmethod
    def of(cls, indicator: Indicator) -> _Words:
        fields = (indicator.not_with, indicator.not_in_sentence, indicator.context)
        return cls(*(tuple(map(folded, words)) for words in fields))


class Matcher:
    """Matches with one registry; made once, used for many figures."""

    def __init__(self, registry: Registry) -> None:
        self._indicators = registry.indicators
        self._folder = Folder(registry.wording)
        self._local = frozenset(registry.wording.local)
        self._level = {name: region.level for name, region in registry.vocabulary.region_of.items()}
        self._scopes = registry.vocabulary.scope_of.keys()
        self._names: dict[str, list[tuple[str, bool]]] = {}
        self._damaged: dict[str, list[str]] = {}
        for indicator in registry.indicators.values():
            for name, is_short in self._folder.names(indicator).items():
                self._names.setdefault(name, []).append((indicator.indicator_id, is_short))
        for indicator in registry.indicators.values():
            for name in self._folder.damaged(indicator) - self._names.keys():
                self._damaged.setdefault(name, []).append(indicator.indicator_id)
        self._words = {name: _Words.of(indicator) for name, indicator in registry.indicators.items()}

    def match(self, figure: Figure) -> Match:
        """Return the indicator that the figure's subject names, if one does."""
        # 国内生产总值（当年价）: a scope in brackets is the figure's `scope`, and no part of the name
        words = _BRACKET.sub(lambda bracket: "" if bracket[1] in self._scopes else bracket[0], figure.subject)
        subject, extent = self._folder.core(self._folder.fold(words))
        if not subject:
            return _NONE
        if subject in self._names:
            quality = "within" if extent and self._contradicts(extent, figure.region) else "exact"
            return self._among(self._possible(subject, figure), figure, quality)
        if subject in self._damaged:
            return self._among(self._damaged[subject], figure, "within")
        ends = (subject[at:] for at in range(1, len(subject) - _SHORTEST_END + 1))
        end = next((end for end in ends if end in self._names), "")
        if subject.removesuffix(end).endswith(_JOINTS):  # the number is of both things that are joined
            return _NONE
        found = self._among(self._possible(end, figure), figure, "within") if end else _NONE
        return _NONE if found.misfit else found

    def _contradicts(self, extent: str, region: str) -> bool:
        """Whether a word of extent says that the subject reaches further, or less far, than the figure's region."""
        is_wide = self._level.get(region, "country") in ("country", "world")
        return is_wide if extent in self._local else not is_wide

    def _possible(self, name: str, figure: Figure) -> list[str]:
        """Return the indicators of a name that the words around the figure allow."""
        possible = []
        for indicator_id, is_short in self._names[name]:
            words = self._words[indicator_id]
            if words.clause and _holds_any(_clause(figure), words.clause):
                continue
            if words.sentence and _holds_any(_sentence(figure), words.sentence):
                continue
            if is_short and not _holds_any(_around(figure), words.context):
                continue
            possible.append(indicator_id)
        return possible

    def _among(self, candidates: list[str], figure: Figure, quality: str) -> Match:
        if not candidates:
            return _NONE
        fitting = [name for name in candidates if not misfit(figure, self._indicators[name])] or candidates
        if len(fitting) > 1:
            return Match("", "ambiguous", "")
        return Match(fitting[0], quality, misfit(figure, self._indicators[fitting[0]]))


def misfit(figure: Figure, indicator: Indicator) -> str:
    """Return '' when unit and kind of a figure fit an indicator, else which of them does not."""
    if figure.kind not in indicator.kinds:
        return "kind"
    return "" if fits_unit(figure, indicator) else "unit"


def fits_unit(figure: Figure, indicator: Indicator) -> bool:
    """Whether an indicator can be given in a figure's unit, for a change also relatively."""
    if figure.unit in indicator.units:
        return True
    # only what is itself a percentage changes by percentage points
    relative = ("%", "百分点", "倍") if indicator.unit == "%" else ("%", "倍")
    return figure.kind in ("change", "target_change") and figure.unit in relative


def _holds_any(text: str, words: Iterable[str]) -> bool:
    return any(word in text for word in words)


def _clause(figure: Figure) -> str:
    """Return subject and own clause up to the number, folded."""
    return f"{folded(figure.subject)}|{folded(_CLAUSE_END.split(_before(figure))[-1])}"


def _sentence(figure: Figure) -> str:
    """Return subject and sentence up to the number, folded."""
    return f"{folded(figure.subject)}|{folded(_SENTENCE_END.split(_before(figure))[-1])}"


def _around(figure: Figure) -> str:
    """Return subject, whole sentence and heading, folded."""
    return "|".join(folded(part) for part in (figure.subject, _clean(figure.quote), _clean(figure.section)))


def _before(figure: Figure) -> str:
    """Return the clean quote up to the number; all of it when the number cannot be found there."""
    for size in (16, 8, 4, 0):
        before = figure.prefix[len(figure.prefix) - size :] if len(figure.prefix) >= size else figure.prefix
        at = figure.quote.find(before + figure.text) if figure.text else -1
        if at >= 0:
            return _clean(figure.quote[: at + len(before)])
    return _clean(figure.quote)


@lru_cache(maxsize=1024)
def _clean(raw: str) -> str:
    """Return raw text in simplified Chinese, repaired."""
    return clean_text(raw).text if raw else ""
