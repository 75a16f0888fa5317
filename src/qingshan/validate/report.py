"""Builds the validation report: one page that a reviewer opens in a browser, offline and without scripts.

Flows in: the verdict, the outcomes with the positions of failing rows, the tables, the edition's description and what
stands beside them (registry, decisions, coverage, what failed before). Flows out: HTML text, never more than
`MOST_BYTES`. Text of the sources is only ever text: escaped, with control characters made visible, and no part of an
attribute or of the style sheet, whose hash is the only style the page's policy allows.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import markupsafe

from qingshan.curate.decisions import Decision
from qingshan.model import visible
from qingshan.registry import Registry
from qingshan.sources import Edition
from qingshan.validate import expected, facets
from qingshan.validate.comparisons import Comparison, comparisons
from qingshan.validate.memory import Item, Since
from qingshan.validate.run import Outcome
from qingshan.validate.suite import Text
from qingshan.validate.tables import Row, Table
from qingshan.validate.verdict import STATUSES, RuleResult, Verdict
from qingshan.validate.views import NOBODY, RowView, Viewer

MOST_BYTES = 2_000_000
_MOST_ROWS = 600  # failing rows of all rules together; failures.csv has them all
_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Beside:
    """What the report shows beside the verdict; all of it may be missing.

    Parameters
    ----------
    coverage
        Rows of the table `coverage`: one for each official indicator.
    items
        Rule -> what fails by it, in the order of the failing rows.
    since
        What changed since the last run, then since the last edition: those of them that are known.
    earlier
        Name of the edition before this one, '' if there is none.
    """

    registry: Registry = NOBODY
    decisions: Sequence[Decision] = ()
    coverage: Sequence[Row] = ()
    items: Mapping[str, Sequence[Item]] | None = None
    since: Sequence[Since] = ()
    earlier: str = ""


@dataclass(frozen=True)
class FailingRow:
    """A row that fails a rule: what it is, what the rule asked, what became of it since, and its filters' marks."""

    view: RowView
    observed: str
    expected: Text
    states: tuple[str, ...]
    marks: str
    link: str


@dataclass(frozen=True)
class Failure:
    """A rule that failed or could not run, with the rows to show, how many there are, and of which state."""

    result: RuleResult
    rows: tuple[FailingRow, ...]
    total: int
    counts: Mapping[str, int]
    marks: str


@dataclass(frozen=True)
class Listed:
    """A row that fails no rule and is listed all the same, with its filters' marks."""

    view: RowView
    marks: str


@dataclass(frozen=True)
class ComparisonView:
    """Figures that contradict each other: what was compared, a hint, and each figure with its quote."""

    row_id: str
    sentence: Text
    hint: Text
    figures: tuple[RowView, ...]
    marks: str


@dataclass(frozen=True)
class CoverageView:
    """One official indicator: its status, why, and the values it rests on."""

    official_id: str
    label: Text
    status: str
    reason: Text
    values: tuple[str, ...]
    waiting: tuple[str, ...]
    lost: tuple[str, ...]


def render(
    verdict: Verdict,
    outcomes: Sequence[Outcome],
    tables: Mapping[str, Table],
    edition: Edition,
    *,
    rows_shown: int,
    beside: Beside | None = None,
) -> str:
    """Return the report page; every list shows at most `rows_shown` rows and says how many there are.

    A page that would grow beyond `MOST_BYTES` is made again with half as many rows.
    """
    made = _Page(verdict, outcomes, tables, edition, beside or Beside())
    most = _MOST_ROWS
    while True:
        page = made.html(rows_shown, most)
        if len(page.encode("utf-8", "replace")) <= MOST_BYTES or rows_shown <= 1:
            return page
        rows_shown, most = rows_shown // 2, most // 2


class _Page:
    """One report in the making."""

    def __init__(
        self,
        verdict: Verdict,
        outcomes: Sequence[Outcome],
        tables: Mapping[str, Table],
        edition: Edition,
        beside: Beside,
    ) -> None:
        self._verdict, self._tables, self._edition, self._beside = verdict, tables, edition, beside
        self._outcomes = {outcome.rule.name: outcome for outcome in outcomes}
        self._viewer = Viewer(tables, edition, beside.registry, beside.decisions)
        self._sentences = {result.rule: result.sentence for result in verdict.rules}

    def html(self, rows_shown: int, most: int) -> str:
        """Return the page with at most `most` failing rows."""
        self._facets = facets.Facets(self._beside.registry, self._sentences)
        verdict, tables = self._verdict, self._tables
        compared = comparisons(tables["consistency"].rows, tables["curated"].rows, rows_shown)
        anchors = {one.finding_id: f"c{place}" for place, one in enumerate(compared.shown, 1)}
        failing = [result for result in verdict.rules if result.state != "passed"]
        failing.sort(key=lambda result: (not result.blocks, ("critical", "warning", "info").index(result.severity)))
        shown = _shares([len(self._outcomes[result.rule].positions) for result in failing], rows_shown, most)
        failures = [self._failure(result, part, anchors) for result, part in zip(failing, shown, strict=True)]
        undecided = [row for row in tables["curated"].rows if row.get("status") == "undecided"]
        lost = tables["lost"].rows
        since = [_Told(one, one.fixed[:rows_shown]) for one in self._beside.since]
        content = {
            "edition": self._edition,
            "verdict": verdict,
            "blocking": [result for result in verdict.rules if result.blocks],
            "tally": _tally(verdict),
            "counts": verdict.counts,
            "balanced": verdict.counts["figures"] == sum(verdict.counts[status] for status in STATUSES),
            "failures": failures,
            "state_counts": self._state_counts(),
            "states": facets.STATES,
            "since": since,
            "earlier": self._beside.earlier,
            "compared": compared,
            "contradictions": [self._comparison(one) for one in compared.shown],
            "anchors": anchors,
            "lost": [self._listed(row, tables["lost"], "value") for row in lost[:rows_shown]],
            "lost_total": len(lost),
            "coverage": [self._coverage(row) for row in self._beside.coverage],
            "covered": Counter(str(row["status"]) for row in self._beside.coverage),
            "undecided": [
                self._listed(
                    row,
                    tables["curated"],
                    expected.REASON_FIELDS.get(str(row.get("reason", "")), str(row.get("reason", ""))),
                )
                for row in undecided[:rows_shown]
            ],
            "undecided_total": len(undecided),
        }
        return _page(content | {"filters": self._facets.options()})

    def _failure(self, result: RuleResult, most: int, anchors: Mapping[str, str]) -> Failure:
        outcome, table = self._outcomes[result.rule], self._tables[result.table]
        field = expected.field_of(outcome.rule)
        items = (self._beside.items or {}).get(result.rule, ())
        rows = []
        for place, position in enumerate(outcome.positions[:most]):
            row = table.rows[position]
            view = self._viewer.view(row, table)
            # a word that a critical rule stands against settles nothing: it may be why the rule fails
            states = self._states(items[place] if place < len(items) else None, bool(view.words) and not result.blocks)
            about = row if "figure_ids" in row else self._viewer.curated_of(row) or row
            rows.append(
                FailingRow(
                    view,
                    "" if view.sentence.zh else expected.observed(outcome.rule, row),
                    Text("", "") if view.sentence.zh else expected.expected(outcome.rule, row),
                    states,
                    self._facets.marks(about, field=field, rule=result.rule, states=states),
                    anchors.get(view.row_id, ""),
                )
            )
        own = "" if rows else self._facets.marks({}, field=field, rule=result.rule, states=self._rule_states(items))
        marks = " ".join(dict.fromkeys(" ".join([own, *(row.marks for row in rows)]).split()))
        return Failure(result, tuple(rows), len(outcome.positions), self._counts(items), marks)

    def _states(self, item: Item | None, is_accepted: bool) -> tuple[str, ...]:
        states = self._rule_states([item] if item else ())
        return (*states, "accepted") if is_accepted else states

    def _rule_states(self, items: Sequence[Item]) -> tuple[str, ...]:
        counts = self._counts(items[:1])
        return tuple(state for state in ("new", "known") if counts[state])

    def _counts(self, items: Sequence[Item]) -> dict[str, int]:
        """Return how many items are new and known since the last run; none of either where there was no run."""
        last = next((one for one in self._beside.since if not one.name), None)
        if last is None:
            return {"new": 0, "known": 0}
        keys = [(item.rule, item.identity) for item in items]
        return {"new": sum(key in last.new for key in keys), "known": sum(key in last.known for key in keys)}

    def _state_counts(self) -> dict[str, int]:
        """Return how many rows that fail and do not block have a person's word, over all rules."""
        rows = (
            self._tables[outcome.rule.table].rows[position]
            for outcome in self._outcomes.values()
            if outcome.state == "failed" and outcome.rule.severity != "critical"
            for position in outcome.positions
        )
        return {"accepted": sum(bool(self._viewer.words_on(row)) for row in rows)}

    def _listed(self, row: Row, table: Table, field: str) -> Listed:
        return Listed(self._viewer.view(row, table), self._facets.marks(row, field=field))

    def _comparison(self, one: Comparison) -> ComparisonView:
        curated = self._tables["curated"]
        views = tuple(self._viewer.view(row, curated) for row in one.figures)
        about = one.figures[0] if one.figures else {}
        return ComparisonView(
            one.finding_id, one.sentence, one.hint, views, self._facets.marks(about, field="agreement")
        )

    def _coverage(self, row: Row) -> CoverageView:
        wanted = set(filter(None, str(row["observation_ids"]).split(";")))
        table = self._tables["observations"]
        found = [self._viewer.view(one, table) for one in table.rows if one.get("observation_id") in wanted]
        return CoverageView(
            str(row["official_id"]),
            Text(str(row["label_zh"]), str(row["label_en"])),
            str(row["status"]),
            Text(str(row["reason_zh"]), str(row["reason_en"])),
            tuple(f"{view.value} {view.unit}（{view.region} {view.period}，{view.source}）" for view in found),
            tuple(filter(None, str(row["waiting"]).split(";"))),
            tuple(filter(None, str(row["lost"]).split(";"))),
        )


@dataclass(frozen=True)
class _Told:
    """What changed since an earlier validation, with as much of the list of what was fixed as is shown."""

    since: Since
    fixed: tuple[Item, ...]


def _tally(verdict: Verdict) -> dict[str, int]:
    """Return how many rules stopped the edition, could not run, or only warn; and how many rows they name."""
    failed = [rule for rule in verdict.rules if rule.state == "failed"]
    return {
        "critical": sum(rule.severity == "critical" for rule in failed),
        "critical_rows": sum(rule.unexpected for rule in failed if rule.severity == "critical"),
        "not_run": sum(rule.state == "not_run" for rule in verdict.rules),
        "warning": sum(rule.severity == "warning" for rule in failed),
        "warning_rows": sum(rule.unexpected for rule in failed if rule.severity == "warning"),
        "info": sum(rule.severity == "info" for rule in failed),
        "nothing": sum(rule.nothing is not None for rule in verdict.rules),
        "rules": len(verdict.rules),
    }


def _shares(totals: Sequence[int], rows_shown: int, most: int) -> list[int]:
    """Return how many rows each rule shows: `rows_shown`, or fewer where all together would be more than `most`."""
    while rows_shown > 1 and sum(min(total, rows_shown) for total in totals) > most:
        rows_shown -= 1
    return [min(total, rows_shown) for total in totals]


def _page(content: Mapping[str, Any]) -> str:
    """Return the page with its style sheet, and the policy that allows this one and nothing else."""
    marks = [option.mark for options in content["filters"].values() for option in options]
    style = _environment().get_template("report.css.j2").render(marks=marks, tags=sorted({mark[0] for mark in marks}))
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    template = _environment().get_template("report.html.j2")
    return template.render(**content, style=markupsafe.Markup(style), style_hash=digest)


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
