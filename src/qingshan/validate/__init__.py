"""Validation: runs the suites over an edition's tables, and says whether it may become a candidate.

Flows in: the tables of extraction and curation, the raw sources, the registry and the suites of rules. Flows out: a
`Verdict`, the comparisons of figures with each other, and the files and report page of both under
``data/work/<edition>/``. Nothing here changes a figure or a decision, or publishes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from qingshan import consistency, files, sources
from qingshan.model import Workspace
from qingshan.registry import load_registry
from qingshan.validate import background, report, verdict
from qingshan.validate.run import Outcome, run_suite
from qingshan.validate.suite import Rule, Suite, Text, load_suite
from qingshan.validate.suites import ALL, left_out, load_suites
from qingshan.validate.tables import Table, compare, load_tables
from qingshan.validate.verdict import RuleResult, Verdict

__all__ = ["Rule", "RuleResult", "Suite", "Text", "Verdict", "load_suite", "load_suites", "validate"]


def validate(
    workspace: Workspace,
    edition: str,
    *,
    suites: str = ALL,
    rows_shown: int = 50,
    coverage: Sequence[Mapping[str, Any]] = (),
) -> Verdict:
    """Run every rule of the suites over the tables of an edition, and write the one verdict and the report.

    Parameters
    ----------
    suites
        As in `load_suites`. When one of the four that an edition needs is left out, the verdict is no green one.
    rows_shown
        How many rows the report shows in each of its lists, and `RuleResult.rows` names; ``failures.csv`` has them all.
    coverage
        Rows of the table `coverage`, for the report.

    Raises
    ------
    InputError
        A suite, a table of an earlier stage, the registry or the edition's own description is missing or malformed.
        A rule that fails or cannot run raises nothing: it stands in the verdict.
    """
    loaded = load_suites(workspace, suites)
    head = sources.load_edition(workspace, edition)
    tables = load_tables(workspace, head)
    registry = load_registry(workspace.registry)
    compared = compare(tables["curated"], registry)
    tables[compared.contract.name] = compared
    rules = [rule for suite in loaded for rule in suite.rules]
    outcomes = run_suite(rules, tables, _parameters(workspace, head, tables))
    outcomes = _without_root(outcomes, workspace)
    judged = verdict.make_verdict(outcomes, tables, rows_shown=rows_shown, left_out=left_out(loaded))
    beside = background.gather(workspace, edition, judged, outcomes, tables, registry, coverage)
    page = report.render(judged, outcomes, tables, head, rows_shown=rows_shown, beside=beside)
    folder = workspace.work(edition, "validate")
    files.write_atomic(workspace.report(edition), page)
    files.write_atomic(folder / "consistency.csv", consistency.CONSISTENCY.csv_text(compared.rows))
    files.write_atomic(folder / "rules.csv", verdict.rules_csv(judged))
    files.write_atomic(folder / "failures.csv", verdict.failures_csv(outcomes, tables))
    files.write_atomic(folder / "summary.json", verdict.summary_json(judged))
    files.write_atomic(folder / "verdict.json", verdict.verdict_json(judged))  # last: a verdict has its report
    return judged


def _parameters(workspace: Workspace, head: sources.Edition, tables: Mapping[str, Table]) -> dict[str, Any]:
    """Return a value for each of `arguments.PARAMETERS`."""
    return {
        "raw_root": str(workspace.raw(head.edition_id).resolve()),
        "registry_root": str(workspace.registry.resolve()),
        "edition": [head.edition_id],  # a list, as every set of values is
        "source_ids": [source.source_id for source in head.sources],
        **{f"{name}_rows": len(table.rows) for name, table in tables.items()},
    }


def _without_root(outcomes: Sequence[Outcome], workspace: Workspace) -> tuple[Outcome, ...]:
    """Return the outcomes with paths relative to the workspace: messages of the system name whole paths."""
    roots = {str(workspace.root), str(workspace.root.resolve())} - {".", "/"}
    cleaned = []
    for outcome in outcomes:
        note = outcome.note
        for root in sorted(roots, key=len, reverse=True):
            note = note.replace(root + "/", "")
        cleaned.append(dataclasses.replace(outcome, note=note))
    return tuple(cleaned)
