"""What the last validation found between figures: for each figure, the comparisons in which it contradicts others.

Flows in: ``validate/consistency.csv`` of an edition, which need not be there yet. Flows out: rows of it by figure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from qingshan import store
from qingshan.consistency import CONSISTENCY
from qingshan.model import Workspace

Row = Mapping[str, Any]


def contradictions(workspace: Workspace, edition: str) -> dict[str, Sequence[Row]]:
    """Return figure_id -> the contradictions it takes part in; empty before the edition was validated.

    Raises
    ------
    InputError
        The table is damaged.
    """
    path = workspace.work(edition, "validate", "consistency.csv")
    found: dict[str, list[Row]] = defaultdict(list)
    for row in store.read_table(path, CONSISTENCY) if path.is_file() else ():
        if row["verdict"] == "inconsistent":
            for figure in row["figure_ids"].split():
                found[figure].append(row)
    return dict(found)


def others(row: Row, figure: str) -> list[str]:
    """Return the other figures of a comparison."""
    return [name for name in str(row["figure_ids"]).split() if name != figure]
