"""The records of the two main tables, and how their ids are made."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

NUMBER_KINDS = ("level", "count", "share", "change", "target", "target_change")
QUALIFIERS = ("exact", "about", "over", "nearly", "at_least", "at_most")


def figure_id(source_id: str, start: int, end: int) -> str:
    """Return the id of the figure at raw offsets [start, end): its place, so the same on every run."""
    return f"{source_id}@{start}-{end}"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number found in a source: a candidate, not yet a row of the dataset.

    All offsets are raw: ``raw[start:end] == text``. `reading`, `subject`, `region` are clean simplified Chinese;
    `text`, `quote`, `prefix`, `suffix` are raw slices. '' means that the text does not say.

    Parameters
    ----------
    value
        The number in `unit`, multiples (万, 亿) applied, negative for a fall; NaN never.
    value_low, value_high
        What the written precision and the qualifier allow, both closed; infinite where open.
    unit
        Canonical spelling of the unit of measure or classifier; '' when a missing line took it.
    qualifier, kind
        Words of the annotation guide: see `QUALIFIERS`, `NUMBER_KINDS`.
    integrity
        "whole"; "truncated" or "orphan" where a missing line took a part of the number, or its subject.
    period, base_period
        "2023", "2022-12-31" (state at that date), "2013/2022" (interval).
    period_basis
        How the period is known: "stated" beside the number, "inherited" from its context, or ''.
    region_basis
        The same for `region`; "document" when only the source's own area gives it.
    scope
        Which cities or which basis the number covers, as registry ids joined by ';'.
    comparison
        What a change is measured against: year_on_year (同比), period_on_period (环比), fixed_base (较2015年),
        cumulative (累计), to_target, to_schedule, to_average; '' where nothing says so.
    rules
        Which rule gave which field, as ``field=rule`` joined by ';'.
    """

    source_id: str
    start: int
    end: int
    text: str
    value: float
    unit: str
    qualifier: str
    kind: str
    subject: str = ""
    region: str = ""
    period: str = ""
    base_period: str = ""
    integrity: str = "whole"
    value_low: float = -math.inf
    value_high: float = math.inf
    scope: str = ""
    comparison: str = ""
    indicator: str = ""
    reading: str = ""
    quote: str = ""
    prefix: str = ""
    suffix: str = ""
    locator: str = ""
    section: str = ""
    period_basis: str = ""
    region_basis: str = ""
    rules: str = ""

    @property
    def figure_id(self) -> str:
        return figure_id(self.source_id, self.start, self.end)


@dataclass(frozen=True, slots=True)
class LostValue:
    """A value that the source announces and does not hold: its line is missing. `position` is a raw offset."""

    source_id: str
    position: int
    subject: str
    region: str
    period: str
    quote: str


@dataclass(frozen=True, slots=True)
class Observation:
    """One row of the dataset: an accepted figure with a full key. Names are SDMX concepts in lower case.

    Parameters
    ----------
    original_value
        What the reader had read, where a person changed the value; else NaN.
    """

    edition: str
    indicator: str
    ref_area: str
    time_period: str
    base_period: str
    measure: str
    scope: str
    source_id: str
    obs_value: float
    obs_value_low: float
    obs_value_high: float
    unit_measure: str
    obs_status: str
    time_basis: str
    qualifier: str
    decision_id: str
    raw_start: int
    raw_end: int
    quote: str
    original_value: float = math.nan

    @property
    def observation_id(self) -> str:
        return observation_id(
            self.edition, self.indicator, self.ref_area, self.time_period,
            self.base_period, self.measure, self.scope, self.source_id,
        )  # fmt: skip


def observation_id(*key: str) -> str:
    """Return the id of an observation: the first 12 hex digits of the sha256 of its eight key columns.

    The columns, in order: edition, indicator, ref_area, time_period, base_period, measure, scope, source_id.
    """
    return hashlib.sha256("\x1f".join(key).encode()).hexdigest()[:12]
