"""What curating one edition needs, read once: registry, sources, figures, lost values; decisions may then change.

Flows in: a workspace whose extract stage has run. Flows out: `Inputs`, which curates under any list of decisions.
Nothing is written here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qingshan import cutoff, sources, store
from qingshan.curate import Curated, Decision, curate, load_decisions
from qingshan.curate.added import Raws
from qingshan.curate.tables import to_figure
from qingshan.model import FIGURES, LOST, Figure, LostValue, Workspace
from qingshan.registry import Registry, load_registry


@dataclass(frozen=True)
class Inputs:
    """Everything that curation reads, apart from decisions and raw texts."""

    workspace: Workspace
    edition: sources.Edition
    registry: Registry
    figures: tuple[Figure, ...]
    lost: tuple[LostValue, ...]

    @property
    def source_ids(self) -> list[str]:
        return [source.source_id for source in self.edition.sources]

    def decisions(self) -> list[Decision]:
        """Read the edition's decisions file; none when there is none."""
        path = self.workspace.decisions_file(self.edition.edition_id)
        return load_decisions(path, self.registry, self.source_ids, name=self.workspace.shown(path))

    def raws(self, wanted: set[str]) -> Raws:
        """Return source_id -> raw text of some sources, with where things stand in them."""
        listed = [source for source in self.edition.sources if source.source_id in wanted]
        read = sources.read_raws(self.workspace, self.edition.edition_id, listed)
        return Raws({raw.source.source_id: raw.content for raw in read})

    def curated(self, decisions: Sequence[Decision], raws: Mapping[str, str]) -> Curated:
        """Give every figure its status under these decisions; `raws` holds the sources they are about."""
        return curate(
            self.figures,
            self.registry,
            decisions,
            edition=self.edition.edition_id,
            as_of={source.source_id: source.as_of or self.edition.year for source in self.edition.sources},
            lost=self.lost,
            raws=raws,
            is_late=cutoff.late_test(self.edition),
        )


def load_inputs(workspace: Workspace, edition: str) -> Inputs:
    """Read what the extract stage left, and the code lists.

    Raises
    ------
    InputError
        The edition was not extracted, or one of its files has mistakes.
    """
    registry = load_registry(workspace.registry)
    loaded = sources.load_edition(workspace, edition)
    folder = workspace.work(edition, "extract")
    figures = tuple(to_figure(row) for row in store.read_table(folder / "figures.csv", FIGURES))
    lost = tuple(LostValue(**row) for row in store.read_table(folder / "lost.csv", LOST))
    return Inputs(workspace, loaded, registry, figures, lost)
