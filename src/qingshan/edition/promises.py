"""What a finished folder promises, read back from its files: its counts, its charts' lineage, its links.

Flows in: the folder of an edition as it was just written. Flows out: what does not hold. Validation runs before there
are charts and pages, so this is where their promises are checked; a folder that breaks one is never promoted.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qingshan.edition import published
from qingshan.model import StageError


def check(folder: Path) -> None:
    """Refuse a folder that does not keep its promises.

    Raises
    ------
    StageError
        All that does not hold: a mistake of the program, or a file changed between stages; never of the data.
    """
    broken = list(_broken(folder))
    if broken:
        raise StageError(f"publish: {'; '.join(broken)}; run the stages again: qingshan run --force")


def _broken(folder: Path) -> Iterator[str]:
    rows = {name: _rows(folder, name) for name in ("observations", "figures", "observation_figures", "lost")}
    known = {row["observation_id"] for row in rows["observations"]}
    figures = {row["figure_id"] for row in rows["figures"]}
    stated = published.about(folder).get("counts", {})
    for what, table in (("accepted", "figures"), ("observations", "observations"), ("lost", "lost")):
        if stated.get(what) != len(rows[table]):
            yield f"edition.json states {stated.get(what)} {what}, {table}.csv has {len(rows[table])}"
    parts = [stated.get(status, 0) for status in ("accepted", "rejected", "undecided")]
    if sum(parts) != stated.get("found"):
        yield f"edition.json states {stated.get('found')} figures found, {sum(parts)} with a status"
    for path in sorted(folder.glob("charts/*.lineage.json")):
        gone = sorted(set(json.loads(path.read_text(encoding="utf-8"))["observations"]) - known)
        if gone:
            yield f"charts/{path.name} names {gone[0]}, which observations.csv lacks"
    linked = {(row["observation_id"], row["figure_id"]) for row in rows["observation_figures"]}
    for observation_id, figure_id in sorted(linked):
        if observation_id not in known or figure_id not in figures:
            yield f"observation_figures.csv links {observation_id} and {figure_id}, of which one is not there"
    for name in sorted(known - {observation for observation, _ in linked}):
        yield f"observation {name} has no figure"
    for name in sorted(figures - {figure for _, figure in linked}):
        yield f"accepted figure {name} has no observation"


def _rows(folder: Path, name: str) -> list[dict[str, Any]]:
    return published.table(folder, name)[1]
