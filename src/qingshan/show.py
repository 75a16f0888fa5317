"""Shows one figure as text: its quote in context, how it was read and by which rules, its status and its decision.

Where the edition was validated, it also names the rules that the figure fails and the figures it contradicts. Of a
figure that lost its subject it also shows what might be meant, as the review queue does; nothing is applied.
"""

from __future__ import annotations

from qingshan import sources, store
from qingshan.clean import CleanText
from qingshan.curate import REASONS
from qingshan.dossier import Lookup, contradictions, others
from qingshan.model import CURATED, FIGURES, InputError, Problem, Workspace, format_number, said_place, visible
from qingshan.registry import load_registry
from qingshan.validate.verdict import FAILURES

_CONTEXT = 80


def show_figure(workspace: Workspace, wanted: str, edition: str = "") -> str:
    """Return what is known of a figure, found by its id or by the id of the observation it supports.

    Raises
    ------
    InputError
        No edition that was run holds it.
    """
    editions = [edition] if edition else sources.editions_run(workspace)
    for name in editions:
        for row in _rows(workspace, name):
            if wanted in (row["figure_id"], row.get("observation_id")):
                return _shown(workspace, name, row)
    raise InputError(
        Problem(
            wanted, "no such figure", f"an id of the tables of {', '.join(editions) or 'an edition that was run'}",
            "Take the id from figures.csv or from the report, and run the edition first.",
        )
    )  # fmt: skip


def _rows(workspace: Workspace, edition: str) -> list[store.Row]:
    curated = workspace.work(edition, "curate", "curated.csv")
    if curated.is_file():
        return store.read_table(curated, CURATED)
    return store.read_table(workspace.work(edition, "extract", "figures.csv"), FIGURES)


def _shown(workspace: Workspace, edition: str, row: store.Row) -> str:
    source = sources.load_source(workspace, edition, row["source_id"])
    registry = load_registry(workspace.registry)
    lookup = Lookup(workspace, edition, registry)
    raw = lookup.raw(row["source_id"])
    start, end = row["start"], row["end"]
    before, after = raw[max(0, start - _CONTEXT) : start], raw[end : end + _CONTEXT]
    standing = (
        "stands at its offsets" if raw[start:end] == row["text"] else f"DIFFERS: the source has {raw[start:end]!r}"
    )
    lines = [
        ("figure", row["figure_id"]),
        (
            "source",
            f"{source.title}, {source.publisher} (raw {start}-{end}, sha256 {source.sha256[:12]}…)",
        ),
        ("place", _place(row["locator"], source.file)),
        ("quote", f"…{before}【{raw[start:end]}】{after}…"),
        ("cleaned", _cleaned(lookup.clean(row["source_id"]), start, end)),
        ("text", f"{row['text']}  ({standing})"),
        ("reading", row["reading"]),
        ("value", f"{format_number(row['value'])} {row['unit']}".rstrip()),
        ("interval", f"{format_number(row['value_low'])} to {format_number(row['value_high'])}"),
        *(
            (name, row[name] or "-")
            for name in ("qualifier", "kind", "subject", "region", "period", "base_period", "integrity")
        ),
        ("indicator", row["indicator"] or "-"),
        *(("rule", f"{name} by {rule}") for name, _, rule in (part.partition("=") for part in row["rules"].split(";"))),
    ]
    if "status" in row:
        zh, en = REASONS[row["reason"]]
        lines.append(("status", f"{row['status']} ({row['reason']}: {zh} · {en})"))
        lines.append(("decision", row["decision_id"] or "-"))
        lines.append(("observation", row["observation_id"] or "-"))
    lines += _checks(workspace, edition, row)
    for one in lookup.suggest(row):
        lines.append(("maybe", f"{one.indicator_id or one.subject}: {one.why_zh} · {one.why_en}"))
    return "\n".join(f"{label:<12}{visible(value)}" for label, value in lines)


def _place(locator: str, file: str) -> str:
    said = " · ".join(part for part in said_place(locator, file) if part)
    return f"{file}: {said}" if said else file


def _checks(workspace: Workspace, edition: str, row: store.Row) -> list[tuple[str, str]]:
    """Return what the last validation found: the rules that a figure or its observation fails, and contradictions."""
    figure = row["figure_id"]
    path = workspace.work(edition, "validate", "failures.csv")
    failing = store.read_table(path, FAILURES) if path.is_file() else []
    ids = {figure, row.get("observation_id") or figure}
    lines = [("fails", f"{one['rule']} ({one['severity']})") for one in failing if one["row"] in ids]
    for found in contradictions(workspace, edition).get(figure, ()):
        lines.append(
            ("contradicts", f"{', '.join(others(found, figure))}: {found['sentence_zh']} · {found['sentence_en']}")
        )
        if found["hint_zh"]:
            lines.append(("hint", f"{found['hint_zh']} · {found['hint_en']}"))
    return lines


def _cleaned(clean: CleanText, start: int, end: int) -> str:
    first, last = clean.to_clean(start, end)
    before, after = clean.text[max(0, first - _CONTEXT) : first], clean.text[last : last + _CONTEXT]
    return f"…{before}【{clean.text[first:last]}】{after}…"
