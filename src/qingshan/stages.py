"""The six stages as the notebooks call them: each reads what the one before wrote, writes its own tables, shows them.

Every function takes the workspace and the edition. Nothing is kept in memory between stages, so any notebook can be run
by hand after those before it have run.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from qingshan import sources, store
from qingshan.model import (
    CURATED,
    FIGURES,
    LOST,
    OBSERVATION_FIGURES,
    OBSERVATIONS,
    SOURCES,
    Column,
    Figure,
    InputError,
    Problem,
    TableContract,
    Workspace,
)

if TYPE_CHECKING:
    import pandas as pd

    from qingshan.registry import Registry

REPAIRS = TableContract(
    "repairs",
    (
        Column("source_id", str, "the source"),
        Column("rule", str, "which repair"),
        Column("count", int, "how often"),
        Column("example_before", str, "one raw place"),
        Column("example_after", str, "what it became"),
    ),
    ("source_id", "rule"),
)
NOTES = TableContract(
    "notes",
    (Column("source_id", str, "the source"), Column("note", str, "what its reader tells of it")),
    ("source_id", "note"),
)
BALANCE = TableContract(
    "balance",
    (
        Column("status", str, "accepted, rejected or undecided"),
        Column("reason", str, "why"),
        Column("figures", int, "how many"),
    ),
    ("status", "reason"),
)
ACCEPTED = TableContract(
    "accepted",
    (
        Column("accepted_by", str, "rule:<name>@<version>, or person"),
        Column("figures", int, "how many figures it accepted"),
        Column("observations", int, "how many observations they support"),
        Column("indicators", int, "of how many indicators"),
    ),
    ("accepted_by",),
)
_WAITING_SHOWN = ("figure_id", "text", "subject", "region", "period", "kind", "unit", "indicator", "quote")
WAITING = TableContract(
    "waiting",
    (
        Column("reason", str, "why it waits, a code of `curate.REASONS`"),
        Column("why", str, "the same in words"),
        *(column for column in CURATED.columns if column.name in _WAITING_SHOWN),
    ),
    ("figure_id",),
)


RULES = TableContract(
    "rules",
    (
        Column("place", str, "file and line"),
        Column("rule", str, "its name"),
        Column("severity", str, "critical, warning or info"),
        Column("table", str, "the table it reads"),
        Column("type", str, "the expectation"),
        Column("sentence_zh", str, "what it protects, in Chinese"),
        Column("sentence_en", str, "the same in English"),
    ),
    ("rule",),
)
MISTAKES = TableContract(
    "mistakes",
    (
        Column("where", str, "file and line"),
        Column("found", str, "what stands there"),
        Column("expected", str, "what should stand there"),
        Column("remedy", str, "what to do"),
    ),
    ("where", "found"),
)


def open_workspace(workspace: str = "") -> Workspace:
    """Return the workspace at or above the folder `workspace`; '' means the one this notebook lies in."""
    return Workspace.find(workspace)


# 1 read
def read(workspace: Workspace, edition: str) -> pd.DataFrame:
    """Decode and clean every source; write the cleaned texts and the tables `sources` and `repairs`."""
    from qingshan.clean import clean_text

    rows: list[store.Row] = []
    repaired: list[store.Row] = []
    raws = sources.read_raws(workspace, edition, sources.load_edition(workspace, edition).sources)
    for raw in raws:
        source = raw.source
        if source.table is not None:
            rows.append(_source_row(raw))  # its cells are read as they stand
            continue
        clean = clean_text(raw.text, raw.content.set_aside)
        edits = list(clean.edits())
        store.write_json(workspace.work(edition, "read", f"{source.source_id}.clean.json"), clean.dump())
        repaired.extend(_repairs_of(source.source_id, edits))
        rows.append(
            _source_row(raw)
            | {
                "edits": len(edits),
                "damaged": sum(span.end - span.start for span in clean.damaged),
                "set_aside": sum(span.end - span.start for span in clean.set_aside),
            }
        )
    store.write_table(workspace.work(edition, "read", "sources.csv"), SOURCES, rows)
    store.write_table(workspace.work(edition, "read", "repairs.csv"), REPAIRS, repaired)
    told = [{"source_id": raw.source.source_id, "note": note} for raw in raws for note in raw.content.notes]
    store.write_table(workspace.work(edition, "read", "notes.csv"), NOTES, told)
    characters = sum(row["characters"] for row in rows)
    _summary(workspace, edition, "read", f"{_some(len(rows), 'source')}, {characters} characters")
    return store.frame(SOURCES, rows)


def _source_row(raw: sources.RawText) -> store.Row:
    """Return the row of a source whose text was not cleaned."""
    return {
        **{name: getattr(raw.source, name) for name in SOURCES.names if hasattr(raw.source, name)},
        "encoding": raw.encoding,
        "characters": len(raw.text),
        "edits": 0,
        "damaged": 0,
        "set_aside": 0,
    }


def notes(workspace: Workspace, edition: str) -> pd.DataFrame:
    """Return what a person should know of how each file was read: hidden sheets, pages without text."""
    return _show(workspace, edition, "read", NOTES)


def repairs(workspace: Workspace, edition: str) -> pd.DataFrame:
    """Return what cleaning repaired, by source and rule."""
    return _show(workspace, edition, "read", REPAIRS)


# 2 extract
def extract(workspace: Workspace, edition: str, *, context_characters: int = 16) -> pd.DataFrame:
    """Find the figures of every source; write `figures` and `lost`."""
    from qingshan.clean import CleanText
    from qingshan.extract import Extractor
    from qingshan.registry import load_registry

    registry = load_registry(workspace.registry)
    extractor = Extractor(registry.vocabulary)
    figures: list[store.Row] = []
    lost_rows: list[store.Row] = []
    loaded = sources.load_edition(workspace, edition)
    of_tables = _table_figures(workspace, registry, loaded, context_characters)
    for source in loaded.sources:
        if source.table is not None:
            figures.extend(FIGURES.row(figure) for figure in of_tables[source.source_id])
            continue
        raw = sources.read_raw(workspace, edition, source)
        dumped = store.read_json(workspace.work(edition, "read", f"{source.source_id}.clean.json"))
        found = extractor.extract_source(
            raw.content,
            source.source_id,
            year=source.year,
            area=source.area,
            context_characters=context_characters,
            clean=CleanText.load(raw.text, dumped),
        )
        figures.extend(FIGURES.row(figure) for figure in found.figures)
        lost_rows.extend(LOST.row(value) for value in found.lost)
    store.write_table(workspace.work(edition, "extract", "figures.csv"), FIGURES, figures)
    store.write_table(workspace.work(edition, "extract", "lost.csv"), LOST, lost_rows)
    _summary(workspace, edition, "extract", f"{_some(len(figures), 'figure')}, {len(lost_rows)} lost at the source")
    return store.frame(FIGURES, figures)


def _table_figures(
    workspace: Workspace, registry: Registry, edition: sources.Edition, context: int
) -> dict[str, tuple[Figure, ...]]:
    """Return the figures of every table by source_id; the mistakes of all tables are raised together."""
    from qingshan.tables_source import TableSource

    reader = TableSource(registry)
    found: dict[str, tuple[Figure, ...]] = {}
    problems: list[Problem] = []
    for source in edition.sources:
        if source.table is None:
            continue
        try:
            table = sources.read_table(workspace, edition.edition_id, source)
            found[source.source_id] = reader.figures(table, source.table, source.source_id, context_characters=context)
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    return found


def lost(workspace: Workspace, edition: str) -> pd.DataFrame:
    """Return the values that the sources announce and do not hold."""
    return _show(workspace, edition, "extract", LOST)


# 3 curate
def curate(workspace: Workspace, edition: str) -> pd.DataFrame:
    """Match, decide and map every figure; write `curated`, `observations`, `observation_figures`.

    Beside them `added` (figures that people added), `fills` (lost values and what is printed for them) and
    `stale_decisions` (what people decided and what holds nowhere now).
    """
    from qingshan.curate import tables
    from qingshan.curation import load_inputs

    inputs = load_inputs(workspace, edition)
    decisions = inputs.decisions()
    curated = inputs.curated(decisions, inputs.raws({decision.source_id for decision in decisions}))
    rows = list(tables.curated_rows(curated))
    observations = [OBSERVATIONS.row(observation) for observation in curated.observations]
    links = [dict(zip(OBSERVATION_FIGURES.names, link, strict=True)) for link in curated.links]
    folder = workspace.work(edition, "curate")
    store.write_table(folder / "curated.csv", CURATED, rows)
    store.write_table(folder / "observations.csv", OBSERVATIONS, observations)
    store.write_table(folder / "observation_figures.csv", OBSERVATION_FIGURES, links)
    store.write_table(folder / "added.csv", tables.ADDED, map(FIGURES.row, curated.added))
    store.write_table(folder / "fills.csv", tables.FILLS, map(tables.FILLS.row, curated.fills))
    store.write_table(folder / "stale_decisions.csv", tables.STALE_DECISIONS, tables.stale_rows(curated))
    counts = {status: curated.count(status) for status in ("accepted", "rejected", "undecided")}
    told = ", ".join(f"{number} {status}" for status, number in counts.items())
    _summary(workspace, edition, "curate", f"{len(rows)} figures = {told}; {_some(len(observations), 'observation')}")
    return store.frame(OBSERVATIONS, observations)


def balance(workspace: Workspace, edition: str) -> pd.DataFrame:
    """Return how many figures have which status, and why; together they are all figures."""
    rows = store.read_table(workspace.work(edition, "curate", "curated.csv"), CURATED)
    counts = Counter((row["status"], row["reason"]) for row in rows)
    return store.frame(
        BALANCE,
        [
            {"status": status, "reason": reason, "figures": number}
            for (status, reason), number in sorted(counts.items())
        ],
    )


def accepted(workspace: Workspace, edition: str) -> pd.DataFrame:
    """Return how much was accepted by which rule, and by people."""
    by: dict[str, list[store.Row]] = {}
    for row in store.read_table(workspace.work(edition, "curate", "curated.csv"), CURATED):
        if row["status"] == "accepted":
            is_rule = row["decision_id"].startswith("rule:")
            by.setdefault(row["decision_id"] if is_rule else "person", []).append(row)
    counts = [
        {
            "accepted_by": name,
            "figures": len(rows),
            "observations": len({row["observation_id"] for row in rows}),
            "indicators": len({row["indicator"] for row in rows}),
        }
        for name, rows in sorted(by.items())
    ]
    return store.frame(ACCEPTED, counts)


def waiting(workspace: Workspace, edition: str) -> pd.DataFrame:
    """Return the figures that wait for a person, with the reason, most consequential first."""
    from qingshan.curate import REASONS
    from qingshan.curate.consequence import most_consequential_first
    from qingshan.registry import load_registry

    rows = store.read_table(workspace.work(edition, "curate", "curated.csv"), CURATED)
    ordered = [one.row for one in most_consequential_first(rows, load_registry(workspace.registry))]
    return store.frame(WAITING, [{**row, "why": " · ".join(REASONS[row["reason"]])} for row in ordered])


def queue(workspace: Workspace, edition: str) -> Any:
    """Return the review queue when this notebook is open in JupyterLab; else the line that says where to decide.

    A notebook that is run by the pipeline or by papermill has nobody to ask, and gets the line.
    """
    import os

    if os.environ.get("JPY_SESSION_NAME"):  # set by the server for the kernels it starts, and only for those
        from qingshan.queue.widget import open_queue

        return open_queue(workspace, edition)
    rows = store.read_table(workspace.work(edition, "curate", "curated.csv"), CURATED)
    number = sum(row["status"] == "undecided" for row in rows)
    return f"{number} undecided; decide in JupyterLab (make lab), or in a terminal with: qingshan review {edition}"


def stale_decisions(workspace: Workspace, edition: str) -> pd.DataFrame:
    """Return the decisions that hold nowhere now, why, and the figures they reopened."""
    from qingshan.curate.tables import STALE_DECISIONS

    return _show(workspace, edition, "curate", STALE_DECISIONS)


def coverage(workspace: Workspace, edition: str) -> pd.DataFrame:
    """Return which of the official indicators the edition covers, and the reason for each gap."""
    from qingshan import coverage as official

    return store.frame(official.COVERAGE, official.build(workspace, edition))


# 4 validate
def check_suites(workspace: Workspace, edition: str, *, suites: str = "all") -> pd.DataFrame:
    """Return the rules of the suites with file and line; where there are mistakes, return those, one a row.

    Nothing is run and nothing is written. A mistake shown here stops `validate`.
    """
    from qingshan.validate.suites import load_suites

    try:
        loaded = load_suites(workspace, suites)
    except InputError as error:
        return store.frame(MISTAKES, [MISTAKES.row(problem) for problem in error.problems])
    rows = [
        {
            "place": rule.place, "rule": rule.name, "severity": rule.severity, "table": rule.table, "type": rule.type,
            "sentence_zh": rule.sentence.zh, "sentence_en": rule.sentence.en,
        }
        for suite in loaded
        for rule in suite.rules
    ]  # fmt: skip
    return store.frame(RULES, rows)


def validate(workspace: Workspace, edition: str, *, suites: str = "all", rows_shown: int = 50) -> pd.DataFrame:
    """Run the suites over the tables; write verdict, report and coverage; return the rules with their results."""
    from qingshan import coverage as official
    from qingshan.validate import validate as run_validation

    covered = official.build(workspace, edition)
    official.write(workspace, edition, covered)
    run_validation(workspace, edition, suites=suites, rows_shown=rows_shown, coverage=covered)
    return _validation_table(workspace, edition, "rules")


def failures(workspace: Workspace, edition: str) -> pd.DataFrame:
    """Return every row that failed a rule."""
    return _validation_table(workspace, edition, "failures")


def consistency(workspace: Workspace, edition: str) -> pd.DataFrame:
    """Return the comparisons of figures with each other, contradictions first."""
    from qingshan.consistency import CONSISTENCY

    return _show(workspace, edition, "validate", CONSISTENCY)


def _validation_table(workspace: Workspace, edition: str, name: str) -> pd.DataFrame:
    import pandas as pd

    return pd.read_csv(workspace.work(edition, "validate", f"{name}.csv"), dtype=str, keep_default_na=False)


# 5 chart
def chart(workspace: Workspace, edition: str, *, width_cm: float = 24.0) -> pd.DataFrame:
    """Draw the charts of the edition, each with its lineage; return what was drawn from how many observations."""
    import pandas as pd

    from qingshan import charts

    drawn = charts.build(workspace, edition, width_cm=width_cm)
    return pd.DataFrame(
        [
            {
                "chart": file.name,
                "language": file.language,
                "observations": file.observations,
                "file": workspace.shown(file.path),
            }
            for file in drawn
        ],
        columns=["chart", "language", "observations", "file"],
    )


def picture(workspace: Workspace, edition: str, name: str, language: str) -> Any:
    """Return a drawn chart to look at, or the sentence that says why there is none."""
    from IPython.display import SVG

    path = workspace.work(edition, "charts", f"{name}.{language}.svg")
    if path.is_file():
        return SVG(path.read_text(encoding="utf-8"))
    return store.read_json(workspace.work(edition, "charts", "summary.json"))["text"]


# 6 publish
def publish(workspace: Workspace, edition: str) -> pd.DataFrame:
    """Put the candidate edition together in the staging folder; return its files with their hashes."""
    import pandas as pd

    from qingshan import edition as editions

    staged = editions.build(workspace, edition)
    return pd.DataFrame(
        [{"file": file.path, "bytes": file.bytes, "sha256": file.sha256} for file in staged],
        columns=["file", "bytes", "sha256"],
    )


def _repairs_of(source_id: str, edits: list[Any]) -> list[store.Row]:
    counts: Counter[str] = Counter(edit.rule for edit in edits)
    first = {edit.rule: edit for edit in reversed(edits)}
    return [
        {
            "source_id": source_id,
            "rule": rule,
            "count": number,
            "example_before": first[rule].before,
            "example_after": first[rule].after,
        }
        for rule, number in sorted(counts.items())
    ]


def _show(workspace: Workspace, edition: str, stage: str, contract: TableContract) -> pd.DataFrame:
    return store.frame(contract, store.read_table(workspace.work(edition, stage, f"{contract.name}.csv"), contract))


def _summary(workspace: Workspace, edition: str, stage: str, text: str) -> None:
    store.write_json(workspace.work(edition, stage, "summary.json"), {"text": text})


def _some(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
