"""Which indicators the values speak of that a source announces and lost.

Flows in: rows of the table `lost` and the registry. Flows out: places in the sources. Nothing is guessed: a lost value
belongs to an indicator when its subject names it as a figure's would.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from qingshan.curate.matching import Matcher
from qingshan.model import Figure
from qingshan.registry import Indicator, Registry

Row = Mapping[str, Any]


def lost_rows(registry: Registry, indicators: Sequence[Indicator], lost: Iterable[Row]) -> dict[str, list[Row]]:
    """Return indicator id -> rows of lost values whose subject names it.

    A lost value has neither number nor unit, so each indicator is asked with its own unit and kind.
    """
    matcher = Matcher(registry)
    found: dict[str, list[Row]] = {}
    for row in lost:
        for indicator in indicators:
            probe = Figure(
                source_id=row["source_id"], start=row["position"], end=row["position"], text="", value=0.0,
                unit=indicator.unit, qualifier="exact", kind=indicator.kinds[0], subject=row["subject"],
                region=row["region"], period=row["period"], quote=row["quote"],
            )  # fmt: skip
            if matcher.match(probe).indicator_id == indicator.indicator_id:
                found.setdefault(indicator.indicator_id, []).append(row)
    return found


def lost_places(registry: Registry, indicators: Sequence[Indicator], lost: Iterable[Row]) -> dict[str, list[str]]:
    """Return indicator id -> ``<source_id>@<raw offset>`` of its lost values."""
    rows = lost_rows(registry, indicators, lost)
    return {name: [f"{row['source_id']}@{row['position']}" for row in listed] for name, listed in rows.items()}
