"""Finds figures by the words of a decision: those it fits, and those it may once have fitted.

Flows in: figures and the raw text of their sources. Flows out: figures. What follows when none or several are found is
not settled here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from qingshan.curate.decisions import Anchor, Decision
from qingshan.model import Figure

_ENOUGH = 4  # characters of context that tell a place when the figure's own text has changed


def decided_figures(
    decisions: Sequence[Decision], figures: Sequence[Figure], raws: Mapping[str, str] | None = None
) -> dict[str, Figure | None]:
    """Return decision_id -> the one figure it fits; None when it fits none or several, and so holds nowhere.

    Decisions that add a figure or fill a lost value are about no figure of the reader, and are left out.
    """
    finder = Finder(figures, raws or {})
    return {
        decision.decision_id: fitting[0] if len(fitting := finder.fitting(decision.anchor)) == 1 else None
        for decision in decisions
        if decision.action not in ("add", "fill")
    }


class Finder:
    """Finds the figures that an anchor fits, or may once have fitted."""

    def __init__(self, figures: Iterable[Figure], raws: Mapping[str, str]) -> None:
        self.raws = raws
        self._by_text: dict[tuple[str, str], list[Figure]] = defaultdict(list)
        self._by_source: dict[str, list[Figure]] = defaultdict(list)
        for figure in figures:
            self._by_text[figure.source_id, figure.text].append(figure)
            self._by_source[figure.source_id].append(figure)

    def fitting(self, anchor: Anchor) -> list[Figure]:
        raw = self.raws.get(anchor.source_id, "")
        return [f for f in self._by_text.get((anchor.source_id, anchor.text), ()) if anchor.fits(f, raw)]

    def resembling(self, decision: Decision) -> list[Figure]:
        """Return the figures that a decision which fits none was probably about."""
        return [figure for figure in self._by_source.get(decision.source_id, ()) if _resembles(figure, decision)]

    def only_one(self, decision: Decision) -> list[Figure]:
        """Return the figure with the decision's text, in whatever context, if no other has it."""
        same_text = self._by_text.get((decision.source_id, decision.text), ())
        return list(same_text) if len(same_text) == 1 else []


def _resembles(figure: Figure, decision: Decision) -> bool:
    """Whether a figure stands in the old context with another text, or has the old text and half of the context."""
    before = figure.prefix.endswith(decision.prefix)
    after = figure.suffix.startswith(decision.suffix)
    if figure.text == decision.text:
        half = (before and len(decision.prefix) >= _ENOUGH) or (after and len(decision.suffix) >= _ENOUGH)
        return half or figure.start == decision.start
    if before and after:
        return len(decision.prefix + decision.suffix) >= _ENOUGH
    # the reader now takes more or fewer characters for the figure
    whole = decision.prefix + decision.text + decision.suffix
    return len(whole) > _ENOUGH + len(decision.text) and whole in figure.prefix + figure.text + figure.suffix
