"""The one function that maps an accepted figure to an observation."""

from __future__ import annotations

from qingshan.model import Figure, Observation
from qingshan.registry import Registry


def to_observation(
    figure: Figure, *, indicator: str, registry: Registry, edition: str, as_of: str, decision_id: str, time_basis: str
) -> Observation:
    """Return the observation that an accepted figure states.

    Parameters
    ----------
    as_of
        The source's own date: it dates a figure whose text gives no period, and `time_basis` then says so.
    time_basis
        stated, inherited, as_published or decided.
    """
    region = registry.vocabulary.region_of[figure.region]
    return Observation(
        edition=edition,
        indicator=indicator,
        ref_area=region.code,
        time_period=figure.period or as_of,
        base_period=figure.base_period,
        measure=figure.kind,
        scope=figure.scope,
        source_id=figure.source_id,
        obs_value=figure.value,
        obs_value_low=figure.value_low,
        obs_value_high=figure.value_high,
        unit_measure=registry.units[figure.unit].code,
        obs_status="E" if figure.qualifier == "about" else "A",
        time_basis=time_basis,
        qualifier=figure.qualifier,
        decision_id=decision_id,
        raw_start=figure.start,
        raw_end=figure.end,
        quote=figure.quote,
    )
