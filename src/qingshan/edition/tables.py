"""Which rows of an edition are public, and as which tables.

Flows in: what the earlier stages left under ``work/<edition>``, the decisions and the registry. Flows out: rows and
public tables. Rows of internal sources, rejected readings, undecided figures and names of people stop here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from qingshan import curate, store
from qingshan.curate.tables import FILLS
from qingshan.edition import codes, contracts
from qingshan.edition.office import codelists, sdmx, spreadsheets
from qingshan.edition.view import Row, Tables
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
from qingshan.registry import Registry
from qingshan.sources import Edition

DEMO = "demo"  # decisions shipped with demonstration sources: nobody reviewed them
PERSON = "person"


@dataclass(frozen=True)
class PublicTable:
    """One CSV file of the edition.

    Parameters
    ----------
    path
        Relative to the edition's folder.
    references
        (column, table, column there): every cell of the first stands in the second.
    for_spreadsheets
        Written with a byte order mark and without cells that could be formulas: a copy of the table of that name.
    """

    path: str
    contract: TableContract
    rows: Sequence[Row]
    references: tuple[tuple[str, str, str], ...] = ()
    for_spreadsheets: bool = False

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        if self.for_spreadsheets:
            return spreadsheets.csv_bytes(self.contract, self.rows)
        return self.contract.csv_text(self.rows).encode()


def public_sources(edition: Edition) -> set[str]:
    """Return the ids of the sources that may be quoted."""
    return {source.source_id for source in edition.sources if source.access == "public"}


def page_tables(workspace: Workspace, edition: Edition) -> Tables:
    """Return the rows of the stages, without those of internal sources.

    Raises
    ------
    InputError
        A table is missing or damaged.
    """
    public = public_sources(edition)
    name = edition.edition_id
    observations = _of(public, _read(workspace, name, "curate/observations.csv", OBSERVATIONS))
    kept = {row["observation_id"] for row in observations}
    curated = _of(public, _read(workspace, name, "curate/curated.csv", CURATED))
    known = {row["figure_id"] for row in curated}
    links = [
        row
        for row in _read(workspace, name, "curate/observation_figures.csv", OBSERVATION_FIGURES)
        if row["observation_id"] in kept and row["figure_id"] in known
    ]
    fills = [
        row
        for row in _of(public, _read(workspace, name, "curate/fills.csv", FILLS))
        if row["observation_id"] in kept and row["figure_id"] in known
    ]
    lost = _of(public, _read(workspace, name, "extract/lost.csv", LOST))
    return Tables(observations, curated, links, lost, fills)


def public_tables(workspace: Workspace, edition: Edition, registry: Registry, rows: Tables) -> list[PublicTable]:
    """Return every table of the edition; the figures among them are the accepted ones.

    Raises
    ------
    InputError
        The table of sources is missing or damaged.
    StageError
        A row names a place or a decision that nobody knows.
    """
    sources = _of(public_sources(edition), _read(workspace, edition.edition_id, "read/sources.csv", SOURCES))
    by_source = ("source_id", "sources", "source_id")
    by_figure = ("figure_id", "figures", "figure_id")
    return [
        PublicTable(
            "observations.csv",
            OBSERVATIONS,
            rows.observations,
            (
                by_source,
                ("indicator", "indicators", "indicator"),
                ("unit_measure", "units", "unit_measure"),
                ("ref_area", "regions", "ref_area"),
            ),
        ),
        PublicTable("figures.csv", FIGURES, _accepted(rows), (by_source,)),
        PublicTable(
            "observation_figures.csv",
            OBSERVATION_FIGURES,
            rows.links,
            (("observation_id", "observations", "observation_id"), by_figure),
        ),
        PublicTable("decisions.csv", contracts.DECISIONS, _decisions(workspace, edition, registry, rows), (by_figure,)),
        PublicTable("lost.csv", LOST, rows.lost, (by_source,)),
        PublicTable("sources.csv", SOURCES, sources),
        PublicTable("codes/indicators.csv", contracts.INDICATORS, codes.indicators(registry)),
        PublicTable("codes/units.csv", contracts.UNITS, codes.units(registry)),
        PublicTable("codes/regions.csv", contracts.REGIONS, codes.regions(registry, rows.observations)),
        PublicTable("codes/scopes.csv", contracts.SCOPES, codes.scopes(registry, rows.observations)),
    ]


def copies(edition: Edition, registry: Registry, rows: Tables, tables: Sequence[PublicTable]) -> list[PublicTable]:
    """Return what repeats the tables in another form: copies for spreadsheet programs, SDMX-CSV with its code lists.

    Raises
    ------
    StageError
        A row holds a code that no list knows.
    """
    lists = codelists.code_lists(edition, registry, rows.observations)
    by_name = {table.contract.name: table for table in tables}
    return [
        *(
            PublicTable(f"{spreadsheets.FOLDER}/{name}.csv", by_name[name].contract, by_name[name].rows,
                        for_spreadsheets=True)
            for name in spreadsheets.TABLES
        ),
        PublicTable(
            f"{sdmx.FOLDER}/data.csv", sdmx.DATA, sdmx.data_rows(rows.observations),
            (("OBSERVATION_ID", "observations", "observation_id"),),
        ),
        PublicTable(f"{sdmx.FOLDER}/codelists.csv", sdmx.CODES, sdmx.code_rows(lists)),
    ]  # fmt: skip


def _decisions(workspace: Workspace, edition: Edition, registry: Registry, rows: Tables) -> list[Row]:
    """Return the decisions that public rows rest on; what was rejected or withdrawn is no part of an edition."""
    held = {
        decision.decision_id: decision
        for decision in curate.load_decisions(
            workspace.decisions_file(edition.edition_id),
            registry,
            [source.source_id for source in edition.sources],
            name=f"data/decisions/{edition.edition_id}.yml",
        )
    }
    pairs = {
        (row["decision_id"], row["figure_id"])
        for row in (*_accepted(rows), *rows.fills)
        if not row["decision_id"].startswith("rule:")
    }
    unknown = sorted({decision_id for decision_id, _ in pairs} - held.keys())
    if unknown:
        raise StageError(f"publish: decisions {', '.join(unknown)} are gone; run the stage curate again")
    return [
        {
            "decision_id": decision_id,
            "action": held[decision_id].action,
            "figure_id": figure_id,
            "reason": held[decision_id].reason,
            "by": DEMO if held[decision_id].by == DEMO else PERSON,
            "decided_on": held[decision_id].decided_on,
        }
        for decision_id, figure_id in sorted(pairs)
    ]


def _accepted(rows: Tables) -> list[Row]:
    return [row for row in rows.curated if row["status"] == "accepted"]


def _of(public: set[str], rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row["source_id"] in public]


def _read(workspace: Workspace, edition: str, name: str, contract: TableContract) -> list[dict[str, Any]]:
    return store.read_table(workspace.work(edition, name), contract)
