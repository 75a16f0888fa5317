"""Makes figures of what people say: one that the reader missed, and one whose reading a decision changes.

Flows in: a decision, the raw text of its source or the figure as read. Flows out: a `Figure` at raw offsets. Nothing is
looked up in other figures, and no status is given.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from qingshan.clean import clean_text
from qingshan.curate.decisions import Anchor, Decision
from qingshan.model import Figure, SourceText, format_number
from qingshan.quantity import Quantity, bounds
from qingshan.registry import Registry

_SENTENCE_END = re.compile(r"[。！？!?\r\n]")
_WINDOW = 240  # raw characters of a quote on each side: a text may hold no sentence end
_CONTEXT = 16
_ADDED = "added="


class Raws(dict[str, str]):
    """source_id -> raw text, with what its reader knows of where each character stands."""

    def __init__(self, contents: Mapping[str, SourceText]) -> None:
        super().__init__({source_id: content.text for source_id, content in contents.items()})
        self._contents = contents

    def locate(self, source_id: str, position: int) -> str:
        """Return the locator of the character at a raw offset."""
        return self._contents[source_id].locate(position)


def places(anchor: Anchor, raw: str) -> Iterator[int]:
    """Yield every raw offset at which the anchor's text stands in its context."""
    whole = anchor.prefix + anchor.text + anchor.suffix
    at = raw.find(whole)
    while at >= 0:
        yield at + len(anchor.prefix)
        at = raw.find(whole, at + 1)


def added_figure(decision: Decision, raw: str, start: int, registry: Registry, locator: str = "") -> Figure:
    """Return the figure that a person found at raw offset `start`, with what they say it means.

    `locator` is where the reader of its format says that it stands; its line where that is not known.
    """
    end = start + len(decision.text)
    breaks = [match.end() for match in _SENTENCE_END.finditer(raw, max(0, start - _WINDOW), start)]
    closing = _SENTENCE_END.search(raw, end, end + _WINDOW)
    low = breaks[-1] if breaks else max(0, start - _WINDOW)
    high = closing.end() if closing else min(len(raw), end + _WINDOW)
    figure = Figure(
        source_id=decision.source_id,
        start=start,
        end=end,
        text=decision.text,
        value=0.0,
        unit="",
        qualifier="exact",
        kind="",
        reading=clean_text(decision.text).text,
        quote=raw[low:high].strip("\r\n"),
        prefix=raw[max(0, start - _CONTEXT) : start],
        suffix=raw[end : end + _CONTEXT],
        locator=locator or f"line {raw.count(chr(10), 0, start) + 1}",
        rules=f"{_ADDED}{decision.decision_id}",
    )
    return changed(figure, decision, registry)


def is_added(figure: Figure) -> bool:
    """Whether a person found the figure, not the reader."""
    return figure.rules.startswith(_ADDED)


def changed(figure: Figure, decision: Decision, registry: Registry) -> Figure:
    """Return the figure as the decision says it is; a changed value allows what its own digits and qualifier allow."""
    said = dict(decision.changes)
    value = Decimal(said.pop("value")) if "value" in said else None
    figure = replace(figure, **said)
    if value is not None:
        figure = replace(figure, value=float(value))
    if value is None and "qualifier" not in said:
        return figure
    low, high = _interval(Decimal(format_number(figure.value)) if value is None else value, figure, registry)
    return replace(figure, value_low=low, value_high=high)


def original(figure: Figure, after: Figure, decision: Decision) -> str:
    """Return what the reader had read in the fields that a decision changed, as a JSON object; '' if none changed."""
    before = {
        name: getattr(figure, name)
        for name, _ in decision.changes
        if getattr(after, name) != getattr(figure, name) and not is_added(figure)
    }
    return json.dumps(before, ensure_ascii=False) if before else ""


def _interval(value: Decimal, figure: Figure, registry: Registry) -> tuple[float, float]:
    exponent = value.as_tuple().exponent
    place = Decimal(1).scaleb(min(exponent, 0)) if isinstance(exponent, int) else Decimal(1)
    unit = registry.units.get(figure.unit)
    written = Quantity(
        start=0,
        end=0,
        value=value,
        upper=value,
        place=place,
        is_plain=place == 1,
        unit=figure.unit,
        unit_kind=unit.kind if unit else "",
        particle="",
        form="arabic",
        is_signed=value < 0,
    )
    return bounds(written, figure.qualifier)
