"""The expectations that Great Expectations has not; importing this module registers them.

Flows in: rows of a table, and the folder of an edition's raw sources. Flows out: one truth value for each row. The raw
text is read again from ``data/raw``, so that nothing extraction kept can vouch for itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import MulticolumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider import (
    MulticolumnMapMetricProvider,
    multicolumn_condition_partial,
)

from qingshan import sources
from qingshan.model import Workspace


def read_raw_texts(raw_root: Path) -> dict[str, str]:
    """Return the raw text of every source of an edition by source id, read from its folder ``data/raw/<edition>``.

    Raises
    ------
    InputError
        The edition or a source cannot be read, or a file changed since it was registered.
    """
    workspace = Workspace.find(raw_root)
    edition = sources.load_edition(workspace, raw_root.name)
    return {source.source_id: sources.read_raw(workspace, raw_root.name, source).text for source in edition.sources}


def stands_at(raw: str | None, start: int, end: int, text: str) -> bool:
    """Return whether ``raw[start:end] == text`` for raw offsets that lie in `raw` and hold something."""
    return raw is not None and 0 <= start < end <= len(raw) and raw[start:end] == text


class TextAtRawOffsets(MulticolumnMapMetricProvider):
    """Says for each row (source_id, start, end, text) whether the text stands in the raw source at these offsets."""

    condition_metric_name = "multicolumn_values.text_at_raw_offsets"
    condition_value_keys = ("raw_root",)

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list: pd.DataFrame, *, raw_root: str, **_: Any) -> pd.Series:  # noqa: N805
        texts = read_raw_texts(Path(raw_root))
        rows = column_list.itertuples(index=False, name=None)
        found = [stands_at(texts.get(source_id), start, end, text) for source_id, start, end, text in rows]
        return pd.Series(found, index=column_list.index, dtype=bool)


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

    raw_root: str | dict  # a dict until the suite parameter is filled in


class TextWithinQuote(MulticolumnMapMetricProvider):
    """Says for each row (text, quote) whether the quote holds the text."""

    condition_metric_name = "multicolumn_values.text_within_quote"

    @multicolumn_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column_list: pd.DataFrame, **_: Any) -> pd.Series:  # noqa: N805
        rows = column_list.itertuples(index=False, name=None)
        return pd.Series([text in quote for text, quote in rows], index=column_list.index, dtype=bool)


class ExpectTextWithinQuote(MulticolumnMapExpectation):
    """Expect that the second column, a quote, holds the first, a text, in every row."""

    map_metric: ClassVar[str] = "multicolumn_values.text_within_quote"
