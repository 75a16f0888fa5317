"""Draws the charts of an edition and puts them, with their lineage and data, under its work folder.

Flows in: the curated tables, the registry and the edition. Flows out: files in ``work/<edition>/charts``. What a source
marked internal says is left out here, because charts are public.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qingshan import files, registry, sources
from qingshan.charts import selection, values
from qingshan.charts.selection import Row
from qingshan.model import CURATED, OBSERVATION_FIGURES, OBSERVATIONS, StageError, TableContract, Workspace

NAME = "decoupling"
LEAST = 2


@dataclass(frozen=True)
class ChartFile:
    """One picture: its chart, language, place, and how many observations are drawn in it."""

    name: str
    language: str
    path: Path
    observations: int


def build(workspace: Workspace, edition: str, *, width_cm: float = 24.0) -> list[ChartFile]:
    """Draw every chart the edition's observations allow, in both languages.

    Writes ``<name>.<language>.svg``, ``<name>.lineage.json``, ``<name>.csv``, ``<name>.alt.json`` and ``summary.json``
    into ``work/<edition>/charts``; what stood there before is removed first.

    Returns
    -------
    list of ChartFile
        Empty when the observations hold fewer than two changes over one common period: the summary says so.

    Raises
    ------
    StageError
        A table is missing, a character has no glyph, or a numeral has no source.
    """
    loaded = sources.load_edition(workspace, edition)
    lists = registry.load_registry(workspace.registry)
    public = {source.source_id: source for source in loaded.sources if source.access == "public"}
    observations = [
        row for row in read_table(workspace, edition, "observations", OBSERVATIONS) if row["source_id"] in public
    ]
    folder = workspace.work(edition, "charts")
    if folder.exists():
        files.remove_tree(folder)
    rows = selection.changes_rows(observations, lists)
    if len(rows) < LEAST:
        _write_json(folder / "summary.json", {"text": "no chart: no changes over one common period"})
        return []
    named = {key: (source.publisher, source.title) for key, source in public.items()}
    charts = _draw(folder, rows, lists, loaded, named, readings=primary_readings(workspace, edition), width_cm=width_cm)
    _write_json(
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
) -> list[ChartFile]:
    from qingshan.charts import changes, save  # the drawing library takes half a second

    pictures: dict[str, bytes] = {}
    for language in values.LANGUAGES:
        figure = changes.draw_changes(
            rows, registry=lists, language=language, sources=named, readings=readings,
            demonstration=edition.status == "demonstration", width_cm=width_cm,
        )  # fmt: skip
        names = [name for pair in named.values() for name in pair]
        save.check_numerals(figure, rows, registry=lists, names=names)
        pictures[f"{NAME}.{language}.svg"] = save.render_svg(figure)
    for name, data in pictures.items():
        files.write_atomic(folder / name, data)
    alt = {language: selection.alt_text(rows, lists, language, readings=readings) for language in values.LANGUAGES}
    _write_json(folder / f"{NAME}.alt.json", alt)
    _write_json(folder / f"{NAME}.lineage.json", save.lineage(NAME, rows, edition.edition_id, pictures))
    files.write_atomic(folder / f"{NAME}.csv", save.data_csv(rows, lists).encode())
    return [ChartFile(NAME, language, folder / f"{NAME}.{language}.svg", len(rows)) for language in values.LANGUAGES]


def read_table(workspace: Workspace, edition: str, name: str, contract: TableContract) -> list[Row]:
    """Return the rows of one of the curate stage's tables.

    Raises
    ------
    StageError
        The table is not there: the stage has not run.
    """
    path = workspace.work(edition, "curate", f"{name}.csv")
    if not path.is_file():
        raise StageError(f"chart: {workspace.shown(path)} is missing; run the stage curate first")
    return contract.rows_of(path.read_bytes().decode("utf-8"))  # bytes: a quote may hold any line ending


def primary_readings(workspace: Workspace, edition: str) -> dict[str, str]:
    """Return observation_id -> the clean form of the number in its primary figure."""
    reading = {row["figure_id"]: row["reading"] for row in read_table(workspace, edition, "curated", CURATED)}
    links = read_table(workspace, edition, "observation_figures", OBSERVATION_FIGURES)
    return {row["observation_id"]: reading.get(row["figure_id"], "") for row in links if row["role"] == "primary"}


def _write_json(path: Path, data: Any) -> None:
    files.write_atomic(path, (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode())
