"""Runs the rules of the suites over the tables with Great Expectations, in memory only.

Flows in: the rules of the suites, the tables and the values of their parameters. Flows out: one `Outcome` for each
rule, also for one that could not run. Nothing is written and nothing is fetched; Great Expectations keeps no files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qingshan.validate.arguments import quiet
from qingshan.validate.shape import MAY_BE_EMPTY, TABLES
from qingshan.validate.suite import Rule, Text, build_suite
from qingshan.validate.tables import Table

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult

_RESULT_FORMAT = {
    "result_format": "COMPLETE",
    "exclude_unexpected_values": True,
    "partial_unexpected_count": 0,
    "include_unexpected_rows": False,
}


_NO_ROW = "no row to evaluate, and no meta.when_empty that says why there may be none"


@dataclass(frozen=True)
class Outcome:
    """What came of one rule.

    Parameters
    ----------
    state
        "passed", "failed" or "not_run".
    observed
        Rows evaluated; for a rule about a whole table, its rows.
    positions
        Rows that fail, as positions in the table; empty for a rule about a whole table.
    note
        Why it could not run, or what a rule about a whole table found; '' otherwise.
    nothing
        Why there was no row to read and none is missing, in the rule's own words; None when it read rows or failed.
    """

    rule: Rule
    state: str
    observed: int
    positions: tuple[int, ...] = ()
    note: str = ""
    nothing: Text | None = None


def run_suite(rules: Sequence[Rule], tables: Mapping[str, Table], parameters: Mapping[str, Any]) -> tuple[Outcome, ...]:
    """Evaluate every rule and return the outcomes in their order.

    Parameters
    ----------
    parameters
        A value for each of `arguments.PARAMETERS`.
    """
    outcomes: dict[str, Outcome] = {}
    for name in TABLES:
        of_table = [rule for rule in rules if rule.table == name]
        if of_table:
            results = _evaluate(of_table, tables[name], parameters)
            outcomes |= {rule.name: _outcome(rule, results.get(rule.name), tables[name]) for rule in of_table}
    return tuple(outcomes[rule.name] for rule in rules)


def _evaluate(
    rules: Sequence[Rule], table: Table, parameters: Mapping[str, Any]
) -> dict[str, ExpectationValidationResult]:
    """Return Great Expectations' results by rule name."""
    import great_expectations
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    import qingshan.validate.expectations  # noqa: F401  registers ours

    suite = build_suite(table.contract.name, rules)
    with quiet():
        # without a configuration of ours, it would make a folder for a documentation site
        config = DataContextConfig(
            store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
            progress_bars=ProgressBarsConfig(globally=False),
        )
        context = great_expectations.get_context(mode="ephemeral", project_config=config)
        asset = context.data_sources.add_pandas("tables").add_dataframe_asset(table.contract.name)
        batch = asset.add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": table.frame()})
        results = batch.validate(suite, result_format=_RESULT_FORMAT, expectation_parameters=dict(parameters)).results
    return {result.expectation_config.meta["rule"]: result for result in results}


def _outcome(rule: Rule, result: ExpectationValidationResult | None, table: Table) -> Outcome:
    if result is None:
        return Outcome(rule, "not_run", 0, note="Great Expectations gave no result")
    if error := _error(result.exception_info or {}):
        return Outcome(rule, "not_run", 0, note=error)
    found = result.result
    rows = found.get("element_count", len(table.rows))
    observed = rows - (found.get("missing_count") or 0)
    if observed == 0 and rule.when_empty and _may_be_empty(rule, table, selected=rows):
        return Outcome(rule, "passed", 0, nothing=rule.when_empty)
    if observed == 0:
        return Outcome(rule, "not_run", 0, note=_NO_ROW)
    if result.success:
        return Outcome(rule, "passed", observed)
    note = "" if "element_count" in found else f"found {found.get('observed_value')}{_expected(result)}"
    return Outcome(rule, "failed", observed, tuple(sorted(found.get("unexpected_index_list") or ())), note)


def _may_be_empty(rule: Rule, table: Table, *, selected: int) -> bool:
    """Whether no row may be right: the table is one that may be empty, or the condition selects none of its rows.

    Rows that are there and hold no value never are: their column is empty, and nothing was checked.
    """
    return selected == 0 and (table.contract.name in MAY_BE_EMPTY if not table.rows else rule.conditional)


def _expected(result: ExpectationValidationResult) -> str:
    value = result.expectation_config.kwargs.get("value")
    return "" if value is None else f", expected {value}"


def _error(info: Mapping[str, Any]) -> str:
    """Return the message of whatever was raised inside a rule, '' if nothing was: one entry, or one for each metric."""
    entries = [info] if "raised_exception" in info else [entry for entry in info.values() if isinstance(entry, dict)]
    raised = {str(entry.get("exception_message")) for entry in entries if entry.get("raised_exception")}
    return " ".join(" ".join(sorted(raised)).split())
