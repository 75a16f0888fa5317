"""The code lists of an edition as tables: what each indicator, unit, region and scope code in its rows means.

Flows in: the registry and the observations. Flows out: rows. Indicators, units and scopes are listed whole, so that
editions can be compared; of the regions, the country, the provinces and the places that the edition speaks of.
"""

from __future__ import annotations

from collections.abc import Sequence

from qingshan.edition.view import Row
from qingshan.model import StageError
from qingshan.registry import Registry

_ALWAYS = ("country", "province")


def indicators(registry: Registry) -> list[Row]:
    """Return a row of `contracts.INDICATORS` for every indicator, in registry order."""
    return [
        {
            "indicator": one.indicator_id,
            "label_zh": one.label["zh"],
            "label_en": one.label["en"],
            "definition_zh": one.definition["zh"],
            "definition_en": one.definition["en"],
            "unit_measure": registry.units[one.unit].code,
            "good_direction": one.good_direction,
            "theme": one.theme,
            "official_id": one.official_id,
            "defined_by": one.source,
        }
        for one in registry.indicators.values()
    ]


def units(registry: Registry) -> list[Row]:
    """Return a row of `contracts.UNITS` for every unit, in registry order."""
    return [
        {
            "unit_measure": unit.code,
            "label_zh": unit.canonical,
            "label_en": unit.en,
            "symbol": unit.symbol,
            "kind": unit.kind,
            "ucum": unit.ucum,
        }
        for unit in registry.vocabulary.units
    ]


def regions(registry: Registry, observations: Sequence[Row]) -> list[Row]:
    """Return a row of `contracts.REGIONS` for the country, the provinces and every observed place, in official order.

    Raises
    ------
    StageError
        An observation names a place that the registry lacks.
    """
    used = {row["ref_area"] for row in observations}
    unknown = sorted(used - registry.regions.keys())
    if unknown:
        raise StageError(f"publish: places {', '.join(unknown)} are not in the registry; run the stage curate again")
    listed = [one for one in registry.regions.values() if one.level in _ALWAYS or one.code in used]
    return [
        {
            "ref_area": region.code,
            "official_order": region.order,
            "label_zh": region.name,
            "label_en": region.en,
            "level": region.level,
            "members": ";".join(region.members),
            "valid_from": region.valid_from,
            "valid_to": region.valid_to,
        }
        for region in sorted(listed, key=lambda region: (region.order, region.code))
    ]


def scopes(registry: Registry, observations: Sequence[Row]) -> list[Row]:
    """Return a row of `contracts.SCOPES` for every scope, those that only a source of this edition has at the end."""
    listed = [
        {
            "scope": scope.code,
            "label_zh": scope.name,
            "label_en": scope.en,
            "kind": scope.kind,
            "valid_from": scope.valid_from,
            "valid_to": scope.valid_to,
        }
        for scope in registry.scopes.values()
    ]
    used = {code for row in observations for code in row["scope"].split(";") if code}
    own = dict.fromkeys(("label_zh", "label_en", "kind", "valid_from", "valid_to"), "")
    return [*listed, *({"scope": code, **own} for code in sorted(used - registry.scopes.keys()))]
