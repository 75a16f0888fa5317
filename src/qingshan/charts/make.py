"""Draws the charts of an edition and puts them, with their lineage and data, under its work folder.

Flows in: the curated tables, the registry and the edition. Flows out: files in ``work/<edition>/charts``. What a source
marked internal says is left out here, because charts are public.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qingshan import files, registry, sources, store
from qingshan.charts import selection, values
from qingshan.charts.selection import Row
from qingshan.model import CURATED, OBSERVATION_FIGURES, OBSERVATIONS, Workspace

NAME = "decoupling"
LEAST = 2  # one bar compares nothing


@dataclass(frozen=True)
class ChartFile:
    """One picture: its chart, language, place, and how many observations are drawn in it."""

    name: str
    language: str
    path: Path
    observations: int


def build(
    workspace: Workspace, edition: str, *, width_cm: float = 24.0, folder: Path | None = None, for_review: bool = True
) -> list[ChartFile]:
    """Draw every chart the edition's observations allow, in both languages.

    Writes ``<name>.<language>.svg``, ``<name>.lineage.json``, ``<name>.csv``, ``<name>.alt.json`` and ``summary.json``
    into ``work/<edition>/charts``; what stood there before is removed first.

    Parameters
    ----------
    folder
        Another place than ``work/<edition>/charts``.
    for_review
        Whether pictures bear the mark of a candidate: only those of a signed edition do not.

    Returns
    -------
    list of ChartFile
        Empty when the observations hold fewer than two changes over one common period: the summary says so.

    Raises
    ------
    InputError
        A table is missing or damaged.
    StageError
        A character has no glyph, or a numeral has no source.
    """
    loaded = sources.load_edition(workspace, edition)
    lists = registry.load_registry(workspace.registry)
    public = {source.source_id: source for source in loaded.sources if source.access == "public"}
    table = store.read_table(workspace.work(edition, "curate", "observations.csv"), OBSERVATIONS)
    observations = [row for row in table if row["source_id"] in public]
    folder = folder or workspace.work(edition, "charts")
    if folder.exists():
        files.remove_tree(folder)
    rows = selection.changes_rows(observations, lists)
    if len(rows) < LEAST:
        store.write_json(folder / "summary.json", {"text": "no chart: no changes over one common period"})
        return []
    named = {key: (source.publisher, source.title) for key, source in public.items()}
    charts = _draw(folder, rows, lists, loaded, named, readings=primary_readings(workspace, edition),
                   width_cm=width_cm, for_review=for_review)  # fmt: skip
    store.write_json(
        folder / "summary.json", {"text": f"1 chart in {len(values.LANGUAGES)} languages, {len(rows)} observations"}
    )
    return charts


def _draw(
    folder: Path,
    rows: list[Row],
    lists: registry.Registry,
    edition: sources.Edition,
    named: dict[str, tuple[str, str]],
    *,
    readings: dict[str, str],
    width_cm: float,
    for_review: bool,
) -> list[ChartFile]:
    from qingshan.charts import changes, save  # the drawing library takes half a second

    pictures: dict[str, bytes] = {}
    for language in values.LANGUAGES:
        figure = changes.draw_changes(
            rows, registry=lists, language=language, sources=named, readings=readings,
            demonstration=edition.status == "demonstration", for_review=for_review, width_cm=width_cm,
        )  # fmt: skip
        names = [name for pair in named.values() for name in pair]
        save.check_numerals(figure, rows, registry=lists, names=names)
        pictures[f"{NAME}.{language}.svg"] = save.render_svg(figure)
    for name, data in pictures.items():
        files.write_atomic(folder / name, data)
    alt = {language: selection.alt_text(rows, lists, language, readings=readings) for language in values.LANGUAGES}
    store.write_json(folder / f"{NAME}.alt.json", alt, sort=True)
    store.write_json(folder / f"{NAME}.lineage.json", save.lineage(NAME, rows, edition.edition_id, pictures), sort=True)
    files.write_atomic(folder / f"{NAME}.csv", save.data_csv(rows, lists).encode())
    return [ChartFile(NAME, language, folder / f"{NAME}.{language}.svg", len(rows)) for language in values.LANGUAGES]


def primary_readings(workspace: Workspace, edition: str) -> dict[str, str]:
    """Return observation_id -> the clean form of the number in its primary figure."""
    curated = store.read_table(workspace.work(edition, "curate", "curated.csv"), CURATED)
    links = store.read_table(workspace.work(edition, "curate", "observation_figures.csv"), OBSERVATION_FIGURES)
    reading = {row["figure_id"]: row["reading"] for row in curated}
    return {row["observation_id"]: reading.get(row["figure_id"], "") for row in links if row["role"] == "primary"}
