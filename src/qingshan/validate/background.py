"""Gathers what the report shows beside the verdict: decisions, coverage, and what failed before.

Flows in: a workspace and what this validation found. Flows out: `report.Beside`, and the memory for the next run under
``data/work/<edition>/history``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qingshan import sources
from qingshan.curate import load_decisions
from qingshan.model import Workspace
from qingshan.registry import Registry
from qingshan.validate import memory, verdict
from qingshan.validate.memory import Run
from qingshan.validate.previous import name_of_previous
from qingshan.validate.report import Beside
from qingshan.validate.run import Outcome
from qingshan.validate.tables import Row, Table
from qingshan.validate.verdict import Verdict


def gather(
    workspace: Workspace,
    edition: str,
    judged: Verdict,
    outcomes: Sequence[Outcome],
    tables: Mapping[str, Table],
    registry: Registry,
    coverage: Sequence[Row],
) -> Beside:
    """Return what stands beside the verdict, and write this run into the edition's memory.

    Raises
    ------
    InputError
        The decisions file has mistakes.
    """
    curated = {str(row.get("figure_id", "")): row for row in tables["curated"].rows}
    items = {
        outcome.rule.name: memory.items_of(outcome, tables[outcome.rule.table], curated)
        for outcome in outcomes
        if outcome.state != "passed"
    }
    sentences = {outcome.rule.name: outcome.rule.sentence for outcome in outcomes if outcome.rule.name in items}
    inputs = memory.inputs_hash(workspace, edition, (verdict.verdict_json(judged), verdict.rules_csv(judged)))
    now = Run(inputs, tuple(item for found in items.values() for item in found), sentences)
    last = memory.remember(memory.memory_file(workspace, edition), now)
    before = memory.recall(workspace, edition)
    ran = [outcome.rule.name for outcome in outcomes if outcome.state != "not_run"]
    since = [memory.since("", now, last, ran)] if last else []
    since += [memory.since(before[0], now, before[1], ran)] if before else []
    known = [source.source_id for source in sources.load_edition(workspace, edition).sources]
    path = workspace.decisions_file(edition)
    return Beside(
        registry=registry,
        decisions=load_decisions(path, registry, known, name=workspace.shown(path)),
        coverage=coverage,
        items=items,
        since=since,
        earlier=name_of_previous(workspace, edition),
    )
