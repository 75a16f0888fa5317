"""Builds the validation report: one page that a reviewer opens in a browser, offline and without scripts.

Flows in: the verdict, the outcomes with the positions of failing rows, the tables and the edition's description. Flows
out: HTML text. Text of the sources is only ever text: escaped, with control characters made visible.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import markupsafe

from qingshan.curate.status import REASONS
from qingshan.model import format_number, place_in_quote, visible
from qingshan.sources import Edition
from qingshan.validate.comparisons import Comparison, comparisons
from qingshan.validate.run import Outcome
from qingshan.validate.suite import Text
from qingshan.validate.tables import Row, Table
from qingshan.validate.verdict import STATUSES, RuleResult, Verdict

_TEMPLATES = Path(__file__).parent / "templates"
_AROUND = 160  # characters of a quote shown on each side of the figure: more is no help, and a cell can be a whole page


@dataclass(frozen=True)
class Marked:
    """A quote in three parts, so that the figure's own characters can be marked in it."""

    before: str
    text: str
    after: str


@dataclass(frozen=True)
class RowView:
    """One row as the report shows it: every field is text of a source or computed from it.

    Parameters
    ----------
    sentence
        What was compared, of a row of the table `consistency`; '' in both languages for others.
    """

    row_id: str
    text: str
    reading: str
    value: str
    unit: str
    place: str
    quote: Marked
    subject: str
    region: str
    period: str
    reason: Text
    sentence: Text


@dataclass(frozen=True)
class ComparisonView:
    """Figures that contradict each other: what was compared, a hint, and each figure with its quote."""

    row_id: str
    sentence: Text
    hint: Text
    figures: tuple[RowView, ...]


@dataclass(frozen=True)
class Failure:
    """A rule that failed or could not run, with the rows to show and how many there are."""

    result: RuleResult
    rows: tuple[RowView, ...]
    total: int


def render(
    verdict: Verdict, outcomes: Sequence[Outcome], tables: Mapping[str, Table], edition: Edition, *, rows_shown: int
) -> str:
    """Return the report page; every list shows at most `rows_shown` rows and says how many there are."""
    shown = {outcome.rule.name: outcome for outcome in outcomes}
    failures = [
        _failure(result, shown[result.rule], tables, rows_shown)
        for result in verdict.rules
        if result.state != "passed"
    ]  # fmt: skip
    undecided = [row for row in tables["curated"].rows if row.get("status") == "undecided"]
    lost = tables["lost"].rows
    compared = comparisons(tables["consistency"].rows, tables["curated"].rows, rows_shown)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            edition=edition,
            verdict=verdict,
            counts=verdict.counts,
            balanced=verdict.counts["figures"] == sum(verdict.counts[status] for status in STATUSES),
            failures=sorted(failures, key=lambda failure: not failure.result.blocks),
            compared=compared,
            contradictions=[_comparison_view(one, tables["curated"]) for one in compared.shown],
            lost=[_view(row, tables["lost"], {}) for row in lost[:rows_shown]],
            lost_total=len(lost),
            undecided=[_view(row, tables["curated"], {}) for row in undecided[:rows_shown]],
            undecided_total=len(undecided),
        )
    )


def mark_in_quote(quote: str, text: str, prefix: str, suffix: str) -> Marked:
    """Return a raw quote, cut, in three parts around a figure's raw text; one that has no place there is not marked."""
    start = place_in_quote(quote, text, prefix, suffix)
    if start is None:
        return Marked(_cut(quote, 2 * _AROUND), "", "")
    before, after = quote[:start], quote[start + len(text) :]
    return Marked("…" + before[-_AROUND:] if len(before) > _AROUND else before, text, _cut(after, _AROUND))


@functools.cache
def _environment() -> jinja2.Environment:
    """Return the template environment: everything printed is made visible, then escaped."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )


def _finalize(value: Any) -> Any:
    """Make text visible before it is escaped; the output of macros is already escaped and passes."""
    return visible(value) if isinstance(value, str) and not isinstance(value, markupsafe.Markup) else value


def _failure(result: RuleResult, outcome: Outcome, tables: Mapping[str, Table], rows_shown: int) -> Failure:
    table = tables[result.table]
    rows = [table.rows[position] for position in outcome.positions[:rows_shown]]
    figures: dict[str, Row] = {}
    if result.table == "observations" and rows:
        figures = {str(row.get("figure_id")): row for row in tables["figures"].rows}
    return Failure(result, tuple(_view(row, table, figures) for row in rows), len(outcome.positions))


def _view(row: Row, table: Table, figures: Mapping[str, Row]) -> RowView:
    """Return what the report shows of a row; an observation borrows text and reading from its figure."""
    start = row.get("start", row.get("raw_start", row.get("position", "")))
    end = row.get("end", row.get("raw_end", ""))
    figure = figures.get(f"{row.get('source_id')}@{start}-{end}", {}) if "raw_start" in row else row
    text = str(figure.get("text", ""))
    return RowView(
        row_id=table.row_id(row),
        text=text,
        reading=str(figure.get("reading", "")),
        value=_number(row.get("value", row.get("obs_value", math.nan))),
        unit=str(row.get("unit", row.get("unit_measure", ""))),
        place=f"{row.get('source_id', '')} {start}–{end}" if end != "" else f"{row.get('source_id', '')} {start}",
        quote=mark_in_quote(
            str(row.get("quote", "")), text, str(figure.get("prefix", "")), str(figure.get("suffix", ""))
        ),
        subject=str(row.get("subject", row.get("indicator", ""))),
        region=str(row.get("region", row.get("ref_area", ""))),
        period=str(row.get("period", row.get("time_period", ""))),
        reason=_reason(str(row.get("reason", ""))),
        sentence=Text(str(row.get("sentence_zh", "")), str(row.get("sentence_en", ""))),
    )


def _comparison_view(one: Comparison, curated: Table) -> ComparisonView:
    return ComparisonView(one.finding_id, one.sentence, one.hint, tuple(_view(row, curated, {}) for row in one.figures))


def _reason(code: str) -> Text:
    """Return a reason in words; a code that curation does not name stands for itself."""
    return Text(*REASONS.get(code, (code, code)))


def _number(value: float) -> str:
    whole, point, rest = format_number(value).partition(".")
    return re.sub(r"(?<=\d)(?=(\d{3})+$)", ",", whole).replace("-", "−") + point + rest


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[:length] + "…"
