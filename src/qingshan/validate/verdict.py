"""Turns the outcomes of rules into a verdict: may this edition be published, and if not, why not.

Flows in: outcomes and tables. Flows out: a frozen `Verdict` and the text of its files, the same on every run: no ids,
times or folders of a machine. A rule that could not run counts as a failed critical one, whatever its severity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from qingshan import files
from qingshan.model import Column, TableContract
from qingshan.validate.run import Outcome
from qingshan.validate.suite import Text
from qingshan.validate.tables import Table

STATUSES = ("accepted", "rejected", "undecided")
BROKEN = ("truncated", "orphan")


@dataclass(frozen=True)
class RuleResult:
    """What a rule found.

    Parameters
    ----------
    state
        "passed", "failed" or "not_run".
    observed
        Rows evaluated.
    unexpected
        Rows that fail; for a rule about a whole table 1 or 0.
    rows
        Ids of rows that fail, as many as were asked for.
    error
        Why it could not run, or what a rule about a whole table found; '' otherwise.
    suite, place
        The suite it belongs to, and file and line of the rule.
    nothing
        Why a rule that "passed" had nothing to read (no earlier edition, no share among the figures); None when it
        read rows. It is not a rule that could not run: the rule itself says when there may be nothing.
    """

    rule: str
    table: str
    severity: str
    state: str
    observed: int
    unexpected: int
    rows: tuple[str, ...]
    sentence: Text
    remedy: Text
    error: str
    suite: str = ""
    place: str = ""
    nothing: Text | None = None

    @property
    def blocks(self) -> bool:
        """Whether this result alone forbids publication."""
        return self.state == "not_run" or (self.state == "failed" and self.severity == "critical")


@dataclass(frozen=True)
class Verdict:
    """Whether an edition may become a candidate, and what was counted and found.

    Parameters
    ----------
    blockers
        Why not, in both languages; empty when it may.
    counts
        Rows by name: figures, accepted, rejected, undecided, truncated, orphan, lost, observations.
    """

    blockers: tuple[Text, ...]
    rules: tuple[RuleResult, ...]
    counts: Mapping[str, int]

    @property
    def publishable(self) -> bool:
        return not self.blockers

    @property
    def reasons(self) -> tuple[str, ...]:
        """The blockers as one line each, Chinese first."""
        return tuple(f"{blocker.zh} / {blocker.en}" for blocker in self.blockers)

    @property
    def summary(self) -> str:
        failed = sum(rule.state == "failed" for rule in self.rules)
        not_run = sum(rule.state == "not_run" for rule in self.rules)
        nothing = sum(rule.nothing is not None for rule in self.rules)
        told = f"{len(self.rules)} rules, {failed} failed" + (f", {not_run} not run" if not_run else "")
        return told + (f", {nothing} with nothing to check" if nothing else "")


RULES = TableContract(
    "rules",
    (
        Column("rule", str, "name of the rule"),
        Column("table", str, "the table it reads"),
        Column("severity", str, "critical, warning or info"),
        Column("state", str, "passed, failed or not_run"),
        Column("observed", int, "rows evaluated"),
        Column("unexpected", int, "rows that fail"),
        Column("sentence_zh", str, "what it protects, in Chinese"),
        Column("sentence_en", str, "what it protects, in English"),
        Column("remedy_zh", str, "what to do, in Chinese"),
        Column("remedy_en", str, "what to do, in English"),
        Column("error", str, "why it could not run, or what it found"),
        Column("suite", str, "the suite it belongs to"),
        Column("place", str, "file and line of the rule"),
        Column("nothing_zh", str, "why it had nothing to check, in Chinese; '' when it had"),
        Column("nothing_en", str, "the same in English"),
    ),
    ("rule",),
)

FAILURES = TableContract(
    "failures",
    (
        Column("rule", str, "name of the rule"),
        Column("severity", str, "critical, warning or info"),
        Column("table", str, "the table of the row"),
        Column("row", str, "id of the row that fails"),
        Column("text", str, "raw[start:end]; '' for rows that are no figures"),
        Column("reading", str, "the clean form of text"),
        Column("value", float, "the value in `unit`"),
        Column("unit", str, "unit of measure"),
        Column("quote", str, "raw sentence or cell; of a comparison what was compared"),
    ),
    ("rule", "row"),
)


def make_verdict(
    outcomes: Sequence[Outcome], tables: Mapping[str, Table], *, rows_shown: int, left_out: Sequence[str] = ()
) -> Verdict:
    """Judge an edition by the outcomes of its rules and by whether there is anything to publish.

    Parameters
    ----------
    left_out
        The suites that an edition needs and that were not run.
    """
    rules = tuple(_rule_result(outcome, tables[outcome.rule.table], rows_shown) for outcome in outcomes)
    counts = count(tables)
    return Verdict(
        (*_nothing(counts), *_left_out(left_out), *(_blocker(rule) for rule in rules if rule.blocks)), rules, counts
    )


def count(tables: Mapping[str, Table]) -> dict[str, int]:
    """Return how many rows there are of everything the first screen of the report states."""
    statuses = [row.get("status") for row in tables["curated"].rows]
    integrities = [row.get("integrity") for row in tables["figures"].rows]
    return {
        "figures": len(integrities),
        **{status: statuses.count(status) for status in STATUSES},
        **{integrity: integrities.count(integrity) for integrity in BROKEN},
        "lost": len(tables["lost"].rows),
        "observations": len(tables["observations"].rows),
    }


def verdict_json(verdict: Verdict) -> str:
    """Return ``verdict.json``."""
    return files.json_text(
        {
            "publishable": verdict.publishable,
            "reasons": list(verdict.reasons),
            "counts": dict(verdict.counts),
            "rules": [
                {
                    "rule": rule.rule,
                    "table": rule.table,
                    "severity": rule.severity,
                    "state": rule.state,
                    "observed": rule.observed,
                    "unexpected": rule.unexpected,
                    "rows": list(rule.rows),
                    "error": rule.error,
                    "suite": rule.suite,
                    "nothing": {"zh": rule.nothing.zh, "en": rule.nothing.en} if rule.nothing else None,
                }
                for rule in verdict.rules
            ],
        }
    )


def summary_json(verdict: Verdict) -> str:
    """Return ``summary.json``, the line that the pipeline prints for this stage."""
    return files.json_text({"text": verdict.summary})


def rules_csv(verdict: Verdict) -> str:
    """Return ``rules.csv``: one row for each rule."""
    return RULES.csv_text(
        {
            **{name: getattr(rule, name) for name in ("rule", "table", "severity", "state", "observed", "unexpected")},
            "sentence_zh": rule.sentence.zh,
            "sentence_en": rule.sentence.en,
            "remedy_zh": rule.remedy.zh,
            "remedy_en": rule.remedy.en,
            "error": rule.error,
            "suite": rule.suite,
            "place": rule.place,
            "nothing_zh": rule.nothing.zh if rule.nothing else "",
            "nothing_en": rule.nothing.en if rule.nothing else "",
        }
        for rule in verdict.rules
    )


def failures_csv(outcomes: Sequence[Outcome], tables: Mapping[str, Table]) -> str:
    """Return ``failures.csv``: every row that fails a rule, not only those the report shows."""
    return FAILURES.csv_text(_failures(outcomes, tables))


def _failures(outcomes: Sequence[Outcome], tables: Mapping[str, Table]) -> Iterator[dict[str, object]]:
    for outcome in outcomes:
        table = tables[outcome.rule.table]
        for position in outcome.positions:
            row = table.rows[position]
            yield {
                "rule": outcome.rule.name,
                "severity": outcome.rule.severity,
                "table": outcome.rule.table,
                "row": table.row_id(row),
                "text": row.get("text", ""),
                "reading": row.get("reading", ""),
                "value": row.get("value", row.get("obs_value", float("nan"))),
                "unit": row.get("unit", row.get("unit_measure", "")),
                "quote": row.get("quote", row.get("sentence_zh", "")),
            }


def _rule_result(outcome: Outcome, table: Table, rows_shown: int) -> RuleResult:
    rule = outcome.rule
    return RuleResult(
        rule=rule.name,
        table=rule.table,
        severity=rule.severity,
        state=outcome.state,
        observed=outcome.observed,
        unexpected=len(outcome.positions) or int(outcome.state == "failed"),
        rows=tuple(table.row_id(table.rows[position]) for position in outcome.positions[:rows_shown]),
        sentence=rule.sentence,
        remedy=rule.remedy,
        error=outcome.note,
        suite=rule.suite,
        place=rule.place,
        nothing=outcome.nothing,
    )


def _nothing(counts: Mapping[str, int]) -> Iterator[Text]:
    if not counts["figures"]:
        yield Text("没有可发布的内容：来源中没有找到任何数字", "Nothing to publish: no figure was found in the sources")
    if not counts["observations"]:
        yield Text("没有可发布的内容：没有一个数字被采纳", "Nothing to publish: no figure was accepted")


def _left_out(suites: Sequence[str]) -> Iterator[Text]:
    if suites:
        yield Text(
            f"只核验了一部分：规则组 {'、'.join(suites)} 没有执行",
            f"Only a part was checked: the suites {', '.join(suites)} were not run",
        )


def _blocker(rule: RuleResult) -> Text:
    if rule.state == "not_run":
        return Text(
            f"规则 {rule.rule} 未能执行（{rule.error}）：{rule.sentence.zh}",
            f"Rule {rule.rule} could not run ({rule.error}): {rule.sentence.en}",
        )
    found = rule.error or ("1 row" if rule.unexpected == 1 else f"{rule.unexpected} rows")
    return Text(
        f"规则 {rule.rule} 未通过（{rule.error or f'{rule.unexpected} 行'}）：{rule.sentence.zh}",
        f"Rule {rule.rule} failed ({found}): {rule.sentence.en}",
    )
