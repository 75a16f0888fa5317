"""Puts an edition together in its staged folder: tables, charts, pages, and the manifest last.

Flows in: what the earlier stages left under ``work/<edition>`` and the edition's own words. Flows out: the folder that
promotion may exchange for the published one. A source marked internal leaves its hash here and nothing else.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qingshan import files, registry, sources
from qingshan.edition import manifest, pages, view
from qingshan.edition.view import Chart, Row, Tables
from qingshan.model import (
    CURATED,
    FIGURES,
    LOST,
    OBSERVATION_FIGURES,
    OBSERVATIONS,
    SOURCES,
    StageError,
    TableContract,
    Workspace,
)

_NOT_VALIDATED = {"publishable": False, "reasons": ["校验没有运行 / validation did not run"]}


@dataclass(frozen=True)
class StagedFile:
    """One file of the staged edition: path relative to its folder, sha256 and length in bytes."""

    path: str
    sha256: str
    bytes: int


def build(workspace: Workspace, edition: str) -> list[StagedFile]:
    """Build the staged folder of an edition from the work of its stages; what stood there before is removed.

    Nothing is promoted. An edition that validation refused is built too, as a draft that says so on every page. A
    verdict that is missing counts as a refusal.

    Returns
    -------
    list of StagedFile
        In the order written, ``manifest.json`` last.

    Raises
    ------
    StageError
        A table is missing or does not fit together with the others.
    """
    loaded = sources.load_edition(workspace, edition)
    lists = registry.load_registry(workspace.registry)
    public = {source.source_id for source in loaded.sources if source.access == "public"}
    tables = _tables(workspace, edition, public)
    verdict = _verdict(workspace, edition)
    charts, pictures = _charts(workspace, edition, tables)
    contents = {
        **_csv_files(workspace, edition, tables, public),
        **pictures,
        **{
            name: pages.render(view.page(loaded, lists, tables, charts, verdict, language))
            for language, name in pages.FILE_NAMES.items()
        },
        "edition.json": _json(_about(loaded, tables, verdict)),
    }
    staged = _stage(workspace.staged(edition), contents, loaded)
    text = f"{len(staged)} files, {len(tables.observations)} observations"
    text += "" if verdict["publishable"] else ", not publishable"
    files.write_atomic(workspace.work(edition, "publish", "summary.json"), _json({"text": text}))
    return staged


def _stage(folder: Path, contents: dict[str, bytes], edition: sources.Edition) -> list[StagedFile]:
    if folder.exists():
        files.remove_tree(folder)
    for name, data in contents.items():
        files.write_atomic(folder / name, data)
    inputs = [
        {"source_id": source.source_id, "sha256": source.sha256}
        if source.access == "public"
        else {"access": source.access, "sha256": source.sha256}
        for source in edition.sources
    ]
    last = manifest.manifest_bytes(manifest.make_manifest(folder, edition=edition.edition_id, inputs=inputs))
    files.write_atomic(folder / manifest.NAME, last)
    return [
        StagedFile(name, hashlib.sha256(data).hexdigest(), len(data))
        for name, data in (*contents.items(), (manifest.NAME, last))
    ]


def _tables(workspace: Workspace, edition: str, public: set[str]) -> Tables:
    """Read the tables of the stages, without the rows of internal sources."""
    observations = _of(public, _read(workspace, edition, "curate/observations.csv", OBSERVATIONS))
    kept = {row["observation_id"] for row in observations}
    curated = _of(public, _read(workspace, edition, "curate/curated.csv", CURATED))
    known = {row["figure_id"] for row in curated}
    links = [
        row
        for row in _read(workspace, edition, "curate/observation_figures.csv", OBSERVATION_FIGURES)
        if row["observation_id"] in kept and row["figure_id"] in known
    ]
    return Tables(observations, curated, links, _of(public, _read(workspace, edition, "extract/lost.csv", LOST)))


def _of(public: set[str], rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row["source_id"] in public]


def _read(workspace: Workspace, edition: str, name: str, contract: TableContract) -> list[dict[str, Any]]:
    path = workspace.work(edition, name)
    if not path.is_file():
        stage = name.partition("/")[0]
        raise StageError(f"publish: {workspace.shown(path)} is missing; run the stage {stage} first")
    return contract.rows_of(path.read_bytes().decode("utf-8"))


def _verdict(workspace: Workspace, edition: str) -> dict[str, Any]:
    path = workspace.work(edition, "validate", "verdict.json")
    return json.loads(path.read_bytes()) if path.is_file() else _NOT_VALIDATED


def _csv_files(workspace: Workspace, edition: str, tables: Tables, public: set[str]) -> dict[str, bytes]:
    """Return the public tables: figures are the accepted ones; rejected readings stay in the work folder."""
    by_status = {
        status: [row for row in tables.curated if row["status"] == status] for status in ("accepted", "undecided")
    }
    about_sources = _of(public, _read(workspace, edition, "read/sources.csv", SOURCES))
    named = (
        ("observations.csv", OBSERVATIONS, tables.observations),
        ("figures.csv", FIGURES, by_status["accepted"]),
        ("observation_figures.csv", OBSERVATION_FIGURES, tables.links),
        ("undecided.csv", CURATED, by_status["undecided"]),
        ("lost.csv", LOST, tables.lost),
        ("sources.csv", SOURCES, about_sources),
    )
    return {name: contract.csv_text(rows).encode() for name, contract, rows in named}


def _charts(workspace: Workspace, edition: str, tables: Tables) -> tuple[list[Chart], dict[str, bytes]]:
    """Return the charts for the pages, and their files under ``charts/``."""
    folder = workspace.work(edition, "charts")
    contents = {
        f"charts/{path.name}": path.read_bytes()
        for path in sorted(folder.glob("*"))
        if path.is_file() and path.name != "summary.json" and not path.name.startswith(".")
    }
    known = {row["observation_id"] for row in tables.observations}
    charts = []
    for name in contents:
        if not name.endswith(".lineage.json"):
            continue
        chart = _chart(name.removesuffix(".lineage.json"), contents)
        if not known.issuperset(chart.observations):
            raise StageError(f"publish: {name} names observations that the table lacks; run the stage chart again")
        charts.append(chart)
    return charts, contents


def _chart(stem: str, contents: dict[str, bytes]) -> Chart:
    lineage = json.loads(contents[f"{stem}.lineage.json"])
    svg = {}
    for language in pages.FILE_NAMES:
        file = f"{stem}.{language}.svg"
        data = contents.get(file, b"")
        if hashlib.sha256(data).hexdigest() != lineage["sha256"][Path(file).name]:
            raise StageError(f"publish: {file} is not the picture its lineage names; run the stage chart again")
        svg[language] = data.decode("utf-8")
    return Chart(
        lineage["chart"], svg, json.loads(contents[f"{stem}.alt.json"]), tuple(_drawn(contents[f"{stem}.csv"]))
    )


def _drawn(data: bytes) -> list[str]:
    """Return the ids of a chart's data in the order drawn."""
    return [row["observation_id"] for row in csv.DictReader(io.StringIO(data.decode("utf-8")))]


def _about(edition: sources.Edition, tables: Tables, verdict: dict[str, Any]) -> dict[str, Any]:
    return {
        "edition": edition.edition_id,
        "year": edition.year,
        "title": edition.title,
        "status": edition.status,
        "review": "candidate",
        "publishable": bool(verdict["publishable"]),
        "published_on": edition.published_on,
        "licence": edition.licence,
        "note": edition.note,
        "counts": view.counts(tables),
    }


def _json(data: Any) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
