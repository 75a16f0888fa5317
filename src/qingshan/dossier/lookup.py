"""Clean contexts and suggestions for the figures of one edition, read from what its stages left.

Flows in: a workspace whose read and extract stages have run. Flows out: clean texts and suggestions. Each source is
read once, and only when something of it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from qingshan import sources, store
from qingshan.clean import CleanText, clean_text
from qingshan.curate import Matcher
from qingshan.curate.tables import to_figure
from qingshan.dossier.suggest import Suggester, Suggestion
from qingshan.model import FIGURES, LOST, Figure, LostValue, Workspace
from qingshan.registry import Registry


class Lookup:
    """What the stages of one edition left about its texts."""

    def __init__(self, workspace: Workspace, edition: str, registry: Registry) -> None:
        self._workspace, self._edition, self._registry = workspace, edition, registry
        self._cleans: dict[str, CleanText] = {}

    def raw(self, source_id: str) -> str:
        """Return the raw text of a source."""
        return self.clean(source_id).raw

    def clean(self, source_id: str) -> CleanText:
        """Return the clean text of a source as the read stage left it; of a table, cleaned as it stands."""
        if source_id not in self._cleans:
            source = sources.load_source(self._workspace, self._edition, source_id)
            raw = sources.read_raw(self._workspace, self._edition, source).text
            self._cleans[source_id] = load_clean(self._workspace, self._edition, source_id, raw)
        return self._cleans[source_id]

    def suggest(self, row: Mapping[str, Any]) -> tuple[Suggestion, ...]:
        """Return candidates for what the figure of a row measures; none when it names that itself."""
        if row["integrity"] == "whole" and row["subject"]:
            return ()
        source_id = row["source_id"]
        beside = [figure for figure in self._figures if figure.source_id == source_id]
        lost = [value for value in self._lost if value.source_id == source_id]
        return self._suggester.suggest(to_figure(row), self.clean(source_id), beside, lost)

    @cached_property
    def _suggester(self) -> Suggester:
        return Suggester(self._registry, Matcher(self._registry))

    @cached_property
    def _figures(self) -> list[Figure]:
        path = self._workspace.work(self._edition, "extract", "figures.csv")
        return [to_figure(row) for row in store.read_table(path, FIGURES)]

    @cached_property
    def _lost(self) -> list[LostValue]:
        path = self._workspace.work(self._edition, "extract", "lost.csv")
        return [LostValue(**row) for row in store.read_table(path, LOST)]


def load_clean(workspace: Workspace, edition: str, source_id: str, raw: str) -> CleanText:
    """Return the clean text that the read stage left of a raw text; one without is cleaned now."""
    path = workspace.work(edition, "read", f"{source_id}.clean.json")
    return CleanText.load(raw, store.read_json(path)) if path.is_file() else clean_text(raw)
