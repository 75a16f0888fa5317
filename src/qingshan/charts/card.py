"""What stands around a picture: its words in both languages and what it was drawn from.

Flows in: what the drawing stage computed. Flows out: ``<name>.card.json`` beside the pictures, which pages, the Word
file and the workbook read, so that a chart's words are made once and printed everywhere. No picture and no file here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from qingshan.model import StageError

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
SUFFIX = ".card.json"
_PER_LANGUAGE = ("title", "finding", "subtitle", "unit", "source", "alt")
_LISTS = ("notes", "missing")


@dataclass(frozen=True)
class Card:
    """The words of one chart; every mapping is language -> text, and '' or () says that there is nothing to say.

    Parameters
    ----------
    name
        File stem of the pictures: small letters, digits and underscores.
    number
        Place among the charts of the edition, from 1: printed as 图1, Figure 1.
    section
        A theme of the registry: the part of the edition it stands in.
    form
        Name of the drawing function's form.
    title
        What the chart shows, without a finding: 图题 in print.
    finding
        The sentence computed from the data: the title on the web.
    subtitle, unit, source, alt
        Line under the title; unit of all values where they share one; who says so; the picture in words.
    notes
        How to read it: breaks, methods, as-of dates.
    missing
        One sentence for each value that the chart would show and the sources lost or never stated.
    observations
        observation_ids in the order drawn.
    """

    name: str
    number: int
    section: str
    form: str
    title: Mapping[str, str]
    finding: Mapping[str, str]
    subtitle: Mapping[str, str]
    unit: Mapping[str, str]
    source: Mapping[str, str]
    alt: Mapping[str, str]
    notes: Mapping[str, tuple[str, ...]]
    missing: Mapping[str, tuple[str, ...]]
    observations: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the card as plain data."""
        data = {field.name: getattr(self, field.name) for field in fields(self)}
        data |= {name: dict(data[name]) for name in _PER_LANGUAGE}
        data |= {name: {key: list(texts) for key, texts in data[name].items()} for name in _LISTS}
        return data | {"observations": list(self.observations)}


def from_json(data: Mapping[str, Any]) -> Card:
    """Return the card that `Card.as_json` wrote.

    Raises
    ------
    StageError
        A field is missing or one too many.
    """
    names = {field.name for field in fields(Card)}
    if data.keys() != names:
        odd = sorted(names ^ data.keys())
        raise StageError(f"chart card: {', '.join(odd)} missing or unknown; run the stage chart again")
    lists = {name: {key: tuple(texts) for key, texts in data[name].items()} for name in _LISTS}
    return Card(**{**data, **lists, "observations": tuple(data["observations"])})
