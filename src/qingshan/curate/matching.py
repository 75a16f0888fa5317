"""Matches a figure to an indicator by its subject, unit and kind; never by its value."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qingshan.model import Figure
from qingshan.registry import Indicator, Registry

_NOT_WORDS = re.compile(r"[\s（）()、，,“”\"《》·的]")
_CHANGE_UNITS = ("%", "百分点", "倍")


@dataclass(frozen=True, slots=True)
class Match:
    """What a figure's subject says: `indicator_id` ('' if none), and how sure that is.

    Parameters
    ----------
    quality
        exact: the subject is an alias; within: an alias ends it; none; ambiguous: several indicators fit equally.
    misfit
        '' or which of unit and kind does not fit the indicator.
    """

    indicator_id: str
    quality: str
    misfit: str


def folded(subject: str) -> str:
    """Return a subject without brackets, spaces, quotation marks and 的, in lower case: how aliases are compared."""
    return _NOT_WORDS.sub("", subject).lower()


class Matcher:
    """Matches with one registry; made once, used for many figures."""

    def __init__(self, registry: Registry) -> None:
        self._indicators = registry.indicators
        self._aliases: dict[str, set[str]] = {}
        for indicator in registry.indicators.values():
            for alias in (indicator.label["zh"], *indicator.aliases):
                self._aliases.setdefault(folded(alias), set()).add(indicator.indicator_id)

    def match(self, figure: Figure) -> Match:
        """Return the indicator that the figure's subject names, if one does."""
        subject = folded(figure.subject)
        if not subject:
            return Match("", "none", "")
        if subject in self._aliases:
            return self._among(self._aliases[subject], figure, "exact")
        ends = [alias for alias in self._aliases if len(alias) >= 3 and subject.endswith(alias)]
        if not ends:
            return Match("", "none", "")
        return self._among(self._aliases[max(ends, key=len)], figure, "within")

    def _among(self, candidates: set[str], figure: Figure, quality: str) -> Match:
        fitting = {name for name in candidates if not misfit(figure, self._indicators[name])}
        if len(fitting or candidates) > 1:
            return Match("", "ambiguous", "")
        name = next(iter(fitting or candidates))
        return Match(name, quality, misfit(figure, self._indicators[name]))


def misfit(figure: Figure, indicator: Indicator) -> str:
    """Return '' when unit and kind of a figure fit an indicator, else which of them does not."""
    if figure.kind not in indicator.kinds:
        return "kind"
    if figure.kind in ("change", "target_change"):
        return "" if figure.unit in (*_CHANGE_UNITS, indicator.unit) else "unit"
    return "" if figure.unit == indicator.unit else "unit"
