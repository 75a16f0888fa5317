"""The expectations that Great Expectations has not; importing this module registers them, and nowhere else are any.

Flows in: rows of a table, and the folders of the raw sources and of the registry. Flows out: one truth value for each
row. The raw text is read again from ``data/raw``, so that nothing extraction kept can vouch for itself. What each row
is asked stands in `questions`, in plain Python.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, ClassVar, Literal

import pandas as pd
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import ColumnMapExpectation, MulticolumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider import (
    ColumnMapMetricProvider,
    MulticolumnMapMetricProvider,
    column_condition_partial,
    multicolumn_condition_partial,
)

from qingshan.validate import questions
from qingshan.validate.lookup import raw_texts_at, registry_at

_Given = str | dict  # a dict until the suite parameter is filled in


def _ask(rows: pd.DataFrame, question: Callable[..., bool]) -> pd.Series:
    """Return the answer for each row; the question takes the cells of the row, in the order of the columns."""
    answers: Iterable[bool] = (question(*row) for row in rows.itertuples(index=False, name=None))
    return pd.Series(list(answers), index=rows.index, dtype=bool)


class TextAtRawOffsets(MulticolumnMapMetricProvider):
    """Says for each row (source_id, start, end, text) whether the text stands in the raw source at these offsets."""

    condition_metric_name = "multicolumn_values.text_at_raw_offsets"
    condition_value_keys = ("raw_root",)

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list: pd.DataFrame, *, raw_root: str, **_: Any) -> pd.Series:  # noqa: N805
        texts = raw_texts_at(raw_root)
        return _ask(column_list, lambda source, *place: questions.stands_at(texts.get(source), *place))


class ExpectTextAtRawOffsets(MulticolumnMapExpectation):
    """Expect that ``raw[start:end] == text`` in every row.

    Parameters
    ----------
    column_list
        The columns that hold source id, start, end and text, in this order; offsets are raw.
    raw_root
        The folder ``data/raw/<edition>``, given at run time as a suite parameter.
    """

    map_metric: ClassVar[str] = "multicolumn_values.text_at_raw_offsets"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", "raw_root")

    raw_root: _Given


class QuoteAroundRawOffsets(MulticolumnMapMetricProvider):
    """Says for each row (source_id, start, end, quote) whether the raw source has the quote around the offsets."""

    condition_metric_name = "multicolumn_values.quote_around_raw_offsets"
    condition_value_keys = ("raw_root",)

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list: pd.DataFrame, *, raw_root: str, **_: Any) -> pd.Series:  # noqa: N805
        texts = raw_texts_at(raw_root)
        return _ask(column_list, lambda source, *place: questions.stands_around(texts.get(source), *place))


class ExpectQuoteAroundRawOffsets(MulticolumnMapExpectation):
    """Expect that the quote stands in the raw source, and around the offsets.

    Parameters
    ----------
    column_list
        The columns that hold source id, start, end and quote, in this order; offsets are raw.
    raw_root
        The folder ``data/raw/<edition>``, given at run time as a suite parameter.
    """

    map_metric: ClassVar[str] = "multicolumn_values.quote_around_raw_offsets"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", "raw_root")

    raw_root: _Given


class TextWithinQuote(MulticolumnMapMetricProvider):
    """Says for each row (text, quote) whether the quote holds the text."""

    condition_metric_name = "multicolumn_values.text_within_quote"

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list: pd.DataFrame, **_: Any) -> pd.Series:  # noqa: N805
        return _ask(column_list, lambda text, quote: text in quote)


class ExpectTextWithinQuote(MulticolumnMapExpectation):
    """Expect that the second column, a quote, holds the first, a text, in every row."""

    map_metric: ClassVar[str] = "multicolumn_values.text_within_quote"


class FileAsRegistered(MulticolumnMapMetricProvider):
    """Says for each row (source_id, file, sha256) whether the file in the source's folder has that hash."""

    condition_metric_name = "multicolumn_values.file_as_registered"
    condition_value_keys = ("raw_root",)

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list: pd.DataFrame, *, raw_root: str, **_: Any) -> pd.Series:  # noqa: N805
        return _ask(column_list, lambda *row: questions.has_hash(Path(raw_root), *row))


class ExpectFileAsRegistered(MulticolumnMapExpectation):
    """Expect that the bytes of every source's file have the hash recorded for it.

    Parameters
    ----------
    column_list
        The columns that hold source id, file name and sha256, in this order.
    raw_root
        The folder ``data/raw/<edition>``, given at run time as a suite parameter.
    """

    map_metric: ClassVar[str] = "multicolumn_values.file_as_registered"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", "raw_root")

    raw_root: _Given


class ValueWithinBounds(MulticolumnMapMetricProvider):
    """Says for each row (indicator, measure, value) whether the value lies within the indicator's bounds."""

    condition_metric_name = "multicolumn_values.value_within_bounds"
    condition_value_keys = ("bounds", "registry_root")

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(
        cls,  # noqa: N805
        column_list: pd.DataFrame,
        *,
        bounds: str,
        registry_root: str,
        **_: Any,
    ) -> pd.Series:
        limits = {name: getattr(one, bounds) for name, one in registry_at(registry_root).indicators.items()}
        return _ask(column_list, lambda *row: questions.within_bounds(limits, *row))


class ExpectValueWithinBounds(MulticolumnMapExpectation):
    """Expect that a value lies within the bounds that the registry gives for its indicator.

    A change has no bounds, and neither has an indicator that the registry does not know.

    Parameters
    ----------
    column_list
        The columns that hold indicator, measure (or kind) and value, in this order.
    bounds
        Which of the two: critical or warning.
    registry_root
        The folder of the registry, given at run time as a suite parameter.
    """

    map_metric: ClassVar[str] = "multicolumn_values.value_within_bounds"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", "bounds", "registry_root")

    bounds: Literal["critical", "warning"]
    registry_root: _Given


class SignFitsVerb(MulticolumnMapMetricProvider):
    """Says for each row (kind, value, text, prefix) whether a change has the sign of the verb right before it."""

    condition_metric_name = "multicolumn_values.sign_fits_verb"
    condition_value_keys = ("registry_root",)

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list: pd.DataFrame, *, registry_root: str, **_: Any) -> pd.Series:  # noqa: N805
        return _ask(column_list, questions.Signs(registry_at(registry_root)).fit)


class ExpectSignFitsVerb(MulticolumnMapExpectation):
    """Expect that a change that stands right behind 下降 is negative and one behind 增长 positive.

    The verbs are those of ``words/changes.csv``. A row says nothing, and passes, when it is no change, when no verb of
    two characters or more stands right before the number, and when the verb is denied (负增长).

    Parameters
    ----------
    column_list
        The columns that hold kind, value, text and prefix, in this order; text and prefix are raw.
    registry_root
        The folder of the registry, given at run time as a suite parameter.
    """

    map_metric: ClassVar[str] = "multicolumn_values.sign_fits_verb"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", "registry_root")

    registry_root: _Given


class PeriodsInOrder(MulticolumnMapMetricProvider):
    """Says for each row (earlier, later) whether the first period ends before the second does."""

    condition_metric_name = "multicolumn_values.periods_in_order"

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list: pd.DataFrame, **_: Any) -> pd.Series:  # noqa: N805
        return _ask(column_list, questions.in_order)


class ExpectPeriodsInOrder(MulticolumnMapExpectation):
    """Expect that the period of the first column ends before that of the second; '' in either of them passes."""

    map_metric: ClassVar[str] = "multicolumn_values.periods_in_order"


class DateByCutoff(MulticolumnMapMetricProvider):
    """Says for each row (date, cutoff) whether the date, or the end of the period, is not after the cut-off."""

    condition_metric_name = "multicolumn_values.date_by_cutoff"
    condition_value_keys = ("day",)

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list: pd.DataFrame, *, day: str, **_: Any) -> pd.Series:  # noqa: N805
        return _ask(column_list, lambda date, last: questions.by_cutoff(date, last, day))


class ExpectDateByCutoff(MulticolumnMapExpectation):
    """Expect that the date of the first column is not after the cut-off in the second; '' in either passes.

    Parameters
    ----------
    column_list
        The columns that hold a date or period and a cut-off, in this order.
    day
        The day of a year, month or interval that counts: first (a release may have been in time) or last.
    """

    map_metric: ClassVar[str] = "multicolumn_values.date_by_cutoff"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", "day")

    day: Literal["first", "last"]


class CodesKnown(ColumnMapMetricProvider):
    """Says for each cell of codes, joined by ``;``, whether a code list of the registry has all of them."""

    condition_metric_name = "column_values.codes_known"
    condition_value_keys = ("code_list", "registry_root")

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: pd.Series, *, code_list: str, registry_root: str, **_: Any) -> pd.Series:  # noqa: N805
        known = questions.codes(registry_at(registry_root), code_list)
        return column.map(lambda cell: known.issuperset(cell.split(";"))).astype(bool)


class ExpectCodesKnown(ColumnMapExpectation):
    """Expect that every code, several of them joined by ``;``, is in a code list of the registry; '' is none.

    Parameters
    ----------
    column
        The column that holds the codes.
    code_list
        indicators, units, unit_names (as figures spell them), regions, region_names (as figures name them) or scopes.
    registry_root
        The folder of the registry, given at run time as a suite parameter.
    """

    map_metric: ClassVar[str] = "column_values.codes_known"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", "code_list", "registry_root")

    code_list: Literal["indicators", "units", "unit_names", "regions", "region_names", "scopes"]
    registry_root: _Given


class CodesInForce(MulticolumnMapMetricProvider):
    """Says for each row (codes, period) whether the codes were in use at that time."""

    condition_metric_name = "multicolumn_values.codes_in_force"
    condition_value_keys = ("code_list", "registry_root")

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(
        cls,  # noqa: N805
        column_list: pd.DataFrame,
        *,
        code_list: str,
        registry_root: str,
        **_: Any,
    ) -> pd.Series:
        in_use = questions.in_use(registry_at(registry_root), code_list)
        return _ask(column_list, lambda cell, period: questions.in_force(in_use, cell, period))


class ExpectCodesInForce(MulticolumnMapExpectation):
    """Expect that the codes of the first column were in use in the period of the second; unknown codes pass.

    Parameters
    ----------
    column_list
        The columns that hold codes (joined by ``;``) and a period, in this order.
    code_list
        regions or scopes: the lists that say from when to when an entry holds.
    registry_root
        The folder of the registry, given at run time as a suite parameter.
    """

    map_metric: ClassVar[str] = "multicolumn_values.codes_in_force"
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", "code_list", "registry_root")

    code_list: Literal["regions", "scopes"]
    registry_root: _Given
