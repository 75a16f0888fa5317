"""The comparisons of figures as the report shows them: what was compared, how that ends, and every quote.

Flows in: rows of the tables `consistency` and `curated`. Flows out: frozen joins. Text of the sources stays text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qingshan.consistency import VERDICTS
from qingshan.validate.suite import Text
from qingshan.validate.tables import Row


@dataclass(frozen=True)
class Comparison:
    """One contradiction: its sentence, its hint ('' in both languages if there is none) and the ids of its figures."""

    finding_id: str
    sentence: Text
    hint: Text
    figures: tuple[Row, ...]


@dataclass(frozen=True)
class Comparisons:
    """How many comparisons came to which verdict, and those that contradict each other, as many as are shown."""

    counts: Mapping[str, int]
    shown: tuple[Comparison, ...]

    @property
    def total(self) -> int:
        """How many contradict each other."""
        return self.counts["inconsistent"]


def comparisons(rows: Sequence[Row], curated: Sequence[Row], most: int) -> Comparisons:
    """Return what the report shows of the table `consistency`, at most `most` contradictions."""
    counts = Counter(str(row["verdict"]) for row in rows)
    wrong = [row for row in rows if row["verdict"] == "inconsistent"][:most]
    wanted = {figure for row in wrong for figure in _figures(row)}
    figures = {str(row["figure_id"]): row for row in curated if row.get("figure_id") in wanted}
    return Comparisons(
        {verdict: counts[verdict] for verdict in VERDICTS},
        tuple(
            Comparison(
                str(row["finding_id"]),
                Text(str(row["sentence_zh"]), str(row["sentence_en"])),
                Text(str(row["hint_zh"]), str(row["hint_en"])),
                tuple(figures[figure] for figure in _figures(row) if figure in figures),
            )
            for row in wrong
        ),
    )


def _figures(row: Row) -> list[str]:
    """Return the figures of a comparison and of its hint, each once."""
    return list(dict.fromkeys(f"{row['figure_ids']} {row['hint_figure_ids']}".split()))
