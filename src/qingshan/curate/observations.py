"""The one function that maps an accepted figure to an observation."""

from __future__ import annotations

import math

from qingshan.model import Figure, Observation
from qingshan.registry import Registry


def to_observation(
    figure: Figure,
    *,
    registry: Registry,
    edition: str,
    as_of: str,
    decision_id: str,
    is_period_decided: bool = False,
    original_value: float = math.nan,
) -> Observation:
    """Return the observation that an accepted figure states; its indicator, unit and region are known to the registry.

    Parameters
    ----------
    as_of
        The source's own date: it dates a figure whose text gives no period, and `time_basis` then says so.
    is_period_decided
        Whether a person gave the period.
    original_value
        What the reader had read, where a person changed the value; else NaN.
    """
    decided = is_period_decided and bool(figure.period)
    return Observation(
        edition=edition,
        indicator=figure.indicator,
        ref_area=registry.vocabulary.region_of[figure.region].code,
        time_period=figure.period or as_of,
        base_period=figure.base_period,
        measure=figure.kind,
        scope=figure.scope,
        source_id=figure.source_id,
        obs_value=figure.value,
        obs_value_low=figure.value_low,
        obs_value_high=figure.value_high,
        unit_measure=registry.units[_unit(figure, registry)].code,
        obs_status=_status(figure),
        time_basis="decided" if decided else (figure.period_basis if figure.period else "") or "as_published",
        qualifier=figure.qualifier,
        decision_id=decision_id,
        raw_start=figure.start,
        raw_end=figure.end,
        quote=figure.quote,
        original_value=original_value,
    )


def _unit(figure: Figure, registry: Registry) -> str:
    """Return the indicator's own unit where the text counts in another classifier (12地 for 12个)."""
    indicator = registry.indicators[figure.indicator]
    return indicator.unit if figure.unit in indicator.other_units else figure.unit


def _status(figure: Figure) -> str:
    """Return E (estimated) for what is said roughly, else A (normal), unless a table gives the status."""
    said = dict(part.partition("=")[::2] for part in figure.rules.split(";"))
    return said.get("obs_status") or ("E" if figure.qualifier == "about" else "A")
