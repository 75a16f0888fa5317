"""Puts an edition together in its staged folder: tables, charts, pages, and the manifest last.

Flows in: what the earlier stages left under ``work/<edition>`` and the edition's own words. Flows out: the folder that
promotion may exchange for the published one. A source marked internal leaves its hash here and nothing else.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qingshan import files, registry, sources
from qingshan.edition import datapackage, manifest, pages, parquet, tables, view
from qingshan.edition.view import Chart, Tables
from qingshan.model import StageError, Workspace

_AS_PARQUET = ("observations", "figures")  # also for programs that read columns
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
    rows = tables.page_tables(workspace, loaded)
    public = tables.public_tables(workspace, loaded, lists, rows)
    verdict = _verdict(workspace, edition)
    charts, pictures = _charts(workspace, edition, rows)
    contents = {table.path: table.contract.csv_text(table.rows).encode() for table in public}
    package = datapackage.describe(loaded, public, contents, is_publishable=bool(verdict["publishable"]))
    contents |= {
        datapackage.NAME: _json(package),
        **pictures,
        **{
            name: pages.render(view.page(loaded, lists, rows, charts, verdict, language))
            for language, name in pages.FILE_NAMES.items()
        },
        "edition.json": _json(_about(loaded, rows, verdict)),
    }
    rebuilt = {
        table.path.removesuffix(".csv") + ".parquet": parquet.parquet_bytes(table.contract, table.rows)
        for table in public
        if table.contract.name in _AS_PARQUET
    }
    staged = _stage(workspace.staged(edition), contents, rebuilt, loaded)
    text = f"{len(staged)} files, {len(rows.observations)} observations"
    text += "" if verdict["publishable"] else ", not publishable"
    files.write_atomic(workspace.work(edition, "publish", "summary.json"), _json({"text": text}))
    return staged


def _stage(
    folder: Path, contents: dict[str, bytes], rebuilt: dict[str, bytes], edition: sources.Edition
) -> list[StagedFile]:
    """Write every file, those that are rebuilt after those that are kept, and the two manifests last."""
    if folder.exists():
        files.remove_tree(folder)
    everything = {**contents, **rebuilt}
    for name, data in everything.items():
        files.write_atomic(folder / name, data)
    beside = manifest.manifest_bytes(manifest.make_rebuilt_manifest(folder, rebuilt, edition=edition.edition_id))
    files.write_atomic(folder / manifest.REBUILT, beside)
    inputs = [
        {"source_id": source.source_id, "sha256": source.sha256}
        if source.access == "public"
        else {"access": source.access, "sha256": source.sha256}
        for source in edition.sources
    ]
    made = manifest.make_manifest(folder, edition=edition.edition_id, inputs=inputs, rebuilt=rebuilt.keys())
    last = manifest.manifest_bytes(made)
    files.write_atomic(folder / manifest.NAME, last)
    everything |= {manifest.REBUILT: beside, manifest.NAME: last}
    return [StagedFile(name, hashlib.sha256(data).hexdigest(), len(data)) for name, data in everything.items()]


def _verdict(workspace: Workspace, edition: str) -> dict[str, Any]:
    path = workspace.work(edition, "validate", "verdict.json")
    return json.loads(path.read_bytes()) if path.is_file() else _NOT_VALIDATED


def _charts(workspace: Workspace, edition: str, rows: Tables) -> tuple[list[Chart], dict[str, bytes]]:
    """Return the charts for the pages, and their files under ``charts/``."""
    folder = workspace.work(edition, "charts")
    contents = {
        f"charts/{path.name}": path.read_bytes()
        for path in sorted(folder.glob("*"))
        if path.is_file() and path.name != "summary.json" and not path.name.startswith(".")
    }
    known = {row["observation_id"] for row in rows.observations}
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


def _about(edition: sources.Edition, rows: Tables, verdict: dict[str, Any]) -> dict[str, Any]:
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
        "counts": view.counts(rows),
    }


def _json(data: Any) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
