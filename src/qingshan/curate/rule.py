"""The rules that accept a figure without a person, and why they do not.

Flows in: a figure with its match. Flows out: the name of the rule that judges it and '' or the reason for its doubt, a
key of `status.REASONS`. A rule sees one figure; what other figures say is compared in `status`.
"""

from __future__ import annotations

from qingshan.curate.matching import Match, Matcher, fits_unit, misfit
from qingshan.model import Figure
from qingshan.registry import Registry

RULE = "rule:whole-exact@1"
TABLE_RULE = "rule:table@1"
INFERRED = "table=inferred"  # what `tabular` writes among the rules of a figure whose table no person mapped


def is_cell(figure: Figure) -> bool:
    """Whether a figure is a cell of a table that `source.yml` maps: indicator, region and period are then stated."""
    return figure.rules.startswith("table")


def rule_of(figure: Figure) -> str:
    """Return the rule that judges a figure: of a mapped table, or of a text."""
    return TABLE_RULE if is_cell(figure) else RULE


def match_of(figure: Figure, matcher: Matcher, registry: Registry) -> Match:
    """Return a figure's match: a table's mapping names the indicator, a text is matched by its words."""
    return assigned(figure, figure.indicator, registry) if is_cell(figure) else matcher.match(figure)


def assigned(figure: Figure, indicator_id: str, registry: Registry) -> Match:
    """Return the match of a figure whose indicator is named outright."""
    indicator = registry.indicators.get(indicator_id)
    return Match(indicator_id, "exact", misfit(figure, indicator)) if indicator else Match("", "none", "")


def own_scope(figure: Figure, registry: Registry) -> str:
    """Return a figure's scope without what is only part of its indicator's name: 点位比例 of groundwater says no basis.

    What a mapped table gives is kept, and so is every scope that the indicator lists.
    """
    indicator = registry.indicators.get(figure.indicator)
    if indicator is None or not figure.scope or is_cell(figure):
        return figure.scope
    names = "|".join((indicator.label["zh"], *indicator.aliases))
    return ";".join(
        code
        for code in figure.scope.split(";")
        if code in indicator.scopes or not any(word in names for word in _words_of(code, registry))
    )


def _words_of(code: str, registry: Registry) -> tuple[str, ...]:
    scope = registry.scopes.get(code)
    return tuple(word for word in (scope.name, *scope.aliases) if not word.isascii()) if scope else ()


def missing(figure: Figure, registry: Registry) -> str:
    """Return what an observation cannot do without, even when a person accepts: indicator, its unit, coded region."""
    if figure.indicator not in registry.indicators:
        return "unregistered"
    if figure.unit not in registry.units or not fits_unit(figure, registry.indicators[figure.indicator]):
        return "unit"
    return "" if figure.region in registry.vocabulary.region_of else "region"


def doubt(figure: Figure, match: Match, registry: Registry) -> str:
    """Return why no rule may accept a figure, '' when one may."""
    if figure.integrity != "whole":
        return "broken"
    if match.quality != "exact":
        return {"none": "unregistered", "ambiguous": "ambiguous", "within": "inexact"}[match.quality]
    if match.misfit:
        return match.misfit
    if not (figure.region and figure.region_basis):
        return "region"
    if not (figure.period and figure.period_basis):
        return "period"
    if reason := missing(figure, registry) or ("bounds" if _is_implausible(figure, registry) else ""):
        return reason
    return "inferred" if INFERRED in figure.rules else ""


def _is_implausible(figure: Figure, registry: Registry) -> bool:
    low, high = registry.indicators[figure.indicator].critical
    return figure.kind not in ("change", "target_change") and not low <= figure.value <= high
