"""Puts an edition together in its staged folder: tables, charts, pages, and the manifest last.

Flows in: what the earlier stages left under ``work/<edition>`` and the edition's own words. Flows out: the folder that
promotion may exchange for the published one. A source marked internal leaves its hash here and nothing else.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from qingshan import files, registry, sources, store
from qingshan.charts import card
from qingshan.edition import (
    contracts,
    datapackage,
    editor,
    manifest,
    office,
    pages,
    parquet,
    promises,
    published,
    tables,
    view,
)
from qingshan.edition.errata import errata_rows
from qingshan.edition.office import material
from qingshan.edition.view import Chart, Errata, Page, Tables
from qingshan.model import StageError, Workspace
from qingshan.signoff import Release

_AS_PARQUET = ("observations", "figures")  # also for programs that read columns
_REBUILT_PICTURES = (".png", ".print.svg")  # drawn again rather than kept
_NOT_VALIDATED = {"publishable": False, "reasons": ["校验没有运行 / validation did not run"]}


@dataclass(frozen=True)
class StagedFile:
    """One file of the staged edition: path relative to its folder, sha256 and length in bytes."""

    path: str
    sha256: str
    bytes: int


def build(
    workspace: Workspace,
    edition: str,
    *,
    release: Release | None = None,
    charts: Path | None = None,
    folder: Path | None = None,
) -> list[StagedFile]:
    """Build the staged folder of an edition from the work of its stages; what stood there before is removed.

    Nothing is promoted. An edition that validation refused is built too, as a draft that says so on every page. A
    verdict that is missing counts as a refusal. A revision is compared with the one it corrects.

    Parameters
    ----------
    release
        What people signed: the published form is built, which bears no mark of a candidate. None for a candidate.
    charts, folder
        Other places than ``work/<edition>/charts`` and ``work/<edition>/staged``.

    Returns
    -------
    list of StagedFile
        In the order written, ``manifest.json`` last.

    Raises
    ------
    InputError
        A table is missing or damaged, or the revision that this one corrects is not there.
    StageError
        A table does not fit together with the others, or the folder does not keep what it promises.
    """
    loaded = sources.load_edition(workspace, edition)
    lists = registry.load_registry(workspace.registry)
    rows = tables.page_tables(workspace, loaded)
    public = tables.public_tables(workspace, loaded, lists, rows)
    rows = replace(rows, decisions=next(table.rows for table in public if table.contract is contracts.DECISIONS))
    verdict = _verdict(workspace, edition)
    errata = _errata(workspace, edition, rows, lists)
    if errata:
        public.append(tables.PublicTable("errata.csv", contracts.ERRATA, errata.rows))
    public += tables.copies(loaded, lists, rows, public)
    rewritten = editor.load(workspace, edition)
    drawn, pictures = _charts(charts or workspace.work(edition, "charts"), rows)
    contents = {table.path: table.data for table in public}
    package = datapackage.describe(
        loaded, public, contents, is_publishable=bool(verdict["publishable"]), review=_review(release)
    )
    shown = {
        language: view.page(
            loaded, lists, rows, drawn, verdict, language, release=release, errata=errata, rewritten=rewritten
        )
        for language in pages.FILE_NAMES
    }
    contents |= {
        datapackage.NAME: _json(package),
        **{name: data for name, data in pictures.items() if not name.endswith(_REBUILT_PICTURES)},
        **{name: pages.render(shown[language]) for language, name in pages.FILE_NAMES.items()},
        "edition.json": _json(_about(loaded, rows, verdict, release)),
        office.STRUCTURE: _json(office.structure(loaded, lists, rows)),
    }
    rebuilt = {
        table.path.removesuffix(".csv") + ".parquet": parquet.parquet_bytes(table.contract, table.rows)
        for table in public
        if table.path.removesuffix(".csv") in _AS_PARQUET
    } | {name: data for name, data in pictures.items() if name.endswith(_REBUILT_PICTURES)}
    given = material.Material(
        loaded, lists, rows, tuple(chart.card for chart in drawn), material.pictures_of(pictures),
        publishable=bool(verdict["publishable"]), release=release,
        sentences={language: {part.theme: [one.text for one in part.sentences] for part in shown[language].parts}
                   for language in shown},
    )  # fmt: skip
    rebuilt |= office.documents(given)
    target = folder or workspace.staged(edition)
    staged = _stage(target, contents, rebuilt, loaded, release)
    promises.check(target)
    if folder:
        return staged
    stale = [str(one) for page in shown.values() for one in page.stale]
    files.write_atomic(workspace.work(edition, "publish", "sentences.csv"), _sentences(shown).encode())
    text = f"{len(staged)} files, {len(rows.observations)} observations"
    text += "".join(f"; {one}" for one in stale)
    text += "" if verdict["publishable"] else ", not publishable"
    files.write_atomic(workspace.work(edition, "publish", "summary.json"), _json({"text": text}))
    return staged


def _stage(
    folder: Path,
    contents: dict[str, bytes],
    rebuilt: dict[str, bytes],
    edition: sources.Edition,
    release: Release | None,
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
    made = manifest.make_manifest(
        folder,
        edition=edition.edition_id,
        inputs=inputs,
        rebuilt=rebuilt.keys(),
        reviewed=release.manifest if release else "",
    )
    last = manifest.manifest_bytes(made)
    files.write_atomic(folder / manifest.NAME, last)
    everything |= {manifest.REBUILT: beside, manifest.NAME: last}
    return [StagedFile(name, hashlib.sha256(data).hexdigest(), len(data)) for name, data in everything.items()]


def _sentences(shown: dict[str, Page]) -> str:
    """Return every sentence an editor may rewrite, by its key."""
    return contracts.SENTENCES.csv_text(
        {"key": one.key, "language": language, "text": one.text, "by": "editor" if one.by_editor else "template",
         "observations": ";".join(one.observations)}
        for language, page in shown.items()
        for one in page.sentences
    )  # fmt: skip


def _verdict(workspace: Workspace, edition: str) -> dict[str, Any]:
    path = workspace.work(edition, "validate", "verdict.json")
    return store.read_json(path) if path.is_file() else _NOT_VALIDATED


def _errata(workspace: Workspace, edition: str, rows: Tables, lists: registry.Registry) -> Errata | None:
    """Return what changed since the revision that this one corrects, None for an edition that corrects none."""
    previous = sources.previous_revision(edition)
    if not previous:
        return None
    reading = {row["figure_id"]: row["reading"] for row in rows.curated}
    readings = {link["observation_id"]: reading[link["figure_id"]] for link in rows.links if link["role"] == "primary"}
    before = published.open_revision(workspace, previous)
    return Errata(previous, tuple(errata_rows(before, rows.observations, readings, lists)))


def _charts(folder: Path, rows: Tables) -> tuple[list[Chart], dict[str, bytes]]:
    """Return the charts for the pages in the edition's order, and their files under ``charts/``."""
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
        chart = _chart(folder, Path(name).name.removesuffix(".lineage.json"))
        drawn = {*chart.card.observations, *chart.told, *(key for keys in chart.calculated.values() for key in keys)}
        if not known.issuperset(drawn):
            raise StageError(f"publish: {name} names observations that the table lacks; run the stage chart again")
        charts.append(chart)
    return sorted(charts, key=lambda chart: (chart.card.number, chart.card.name)), contents


def _chart(folder: Path, stem: str) -> Chart:
    lineage = store.read_json(folder / f"{stem}.lineage.json")
    for name, expected in lineage["sha256"].items():
        picture = folder / name
        data = picture.read_bytes() if picture.is_file() else b""
        if hashlib.sha256(data).hexdigest() != expected:
            raise StageError(f"publish: charts/{name} is not the picture its lineage names; run the stage chart again")
    svg = {language: (folder / f"{stem}.{language}.svg").read_text(encoding="utf-8") for language in pages.FILE_NAMES}
    words = card.from_json(store.read_json(folder / f"{stem}{card.SUFFIX}"))
    computed = {mark: tuple(keys) for mark, keys in lineage["computed"].items()}
    return Chart(words, svg, computed, tuple(lineage["told"]))


def _review(release: Release | None) -> str:
    return published.PUBLISHED if release else published.CANDIDATE


def _about(edition: sources.Edition, rows: Tables, verdict: dict[str, Any], release: Release | None) -> dict[str, Any]:
    signed = [{"role": role, "signed_on": date} for role, date in release.signed] if release else []
    return {
        "edition": edition.edition_id,
        "year": edition.year,
        "title": edition.title,
        "status": published.PUBLISHED if release and edition.status == "candidate" else edition.status,
        "review": _review(release),
        **({"reviewed_manifest": release.manifest, "signed": signed} if release else {}),
        "publishable": bool(verdict["publishable"]),
        "published_on": edition.published_on,
        "licence": edition.licence,
        "note": edition.note,
        "counts": view.counts(rows),
    }


def _json(data: Any) -> bytes:
    return files.json_text(data, sort=True).encode()
