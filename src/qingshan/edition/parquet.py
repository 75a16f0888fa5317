"""Turns a table into the bytes of a Parquet file, the same bytes for the same rows.

Flows in: rows under a `TableContract`. Flows out: bytes; nothing is written here. The file repeats the CSV beside it
for programs that read columns: text stays text ('' for none), a missing number is null, an open bound is infinite.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Mapping

from qingshan.model import TableContract


def parquet_bytes(contract: TableContract, rows: Iterable[Mapping[str, object]]) -> bytes:
    """Return the rows as a Parquet file with the contract's columns as utf8, float64, int64 and bool."""
    # a small writer without pandas or pyarrow, which would change how pandas stores and matches text
    from arro3.core import Array, DataType, Table
    from arro3.io import write_parquet

    types = {str: DataType.utf8(), float: DataType.float64(), int: DataType.int64(), bool: DataType.bool()}
    listed = list(rows)
    columns = {
        column.name: Array([_cell(row[column.name]) for row in listed], types[column.type])
        for column in contract.columns
    }
    out = io.BytesIO()
    write_parquet(
        Table.from_pydict(columns), out, compression="zstd(3)", created_by="qingshan", skip_arrow_metadata=True
    )
    return out.getvalue()


def _cell(value: object) -> object:
    return None if isinstance(value, float) and math.isnan(value) else value
