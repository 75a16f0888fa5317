"""In flows the name of a table beside this module, out flow its rows; nothing here writes or judges them.

The tables are reviewed or generated text: see the first line of each.
"""

from __future__ import annotations

import csv
from pathlib import Path

_HERE = Path(__file__).resolve().parent


def read_table(name: str) -> list[list[str]]:
    """Return the rows of a table without its header; lines that begin with ``#`` are notes."""
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        rows = csv.reader(line for line in file if not line.startswith("#"))
        next(rows)
        return list(rows)
