"""How the sources of an edition stand: what is registered and read, what was expected and has not come.

Flows in: edition.yml, each source.yml, the files themselves, the tables of the last run. Flows out: a `State`, and the
lines that print it. Nothing is written, and no clock is read: overdue is measured against the edition's own day.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from qingshan import files, sources, store
from qingshan.cutoff import last_day
from qingshan.expected import Expected
from qingshan.model import FIGURES, SOURCES, InputError, Problem, Workspace, visible

# what may be long stands last
_HELD_HEADS = ("source", "file", "figures", "format", "reader", "released", "maturity", "access", "publisher")
_DUE_HEADS = ("expected", "month", "source", "document", "publisher", "note")
_GAP = "  "


@dataclass(frozen=True)
class Held:
    """A registered source.

    Parameters
    ----------
    reader
        The library that reads it and its version, or how a text file is decoded.
    figures
        How many the last run read from this very file; None when no run has.
    file
        ok, changed (not the bytes that were registered) or missing.
    """

    source_id: str
    format: str
    reader: str
    publisher: str
    title: str
    released_on: str
    maturity: str
    access: str
    figures: int | None
    file: str


@dataclass(frozen=True)
class Awaited:
    """An expected source: `state` is arrived, not arrived, or overdue; `arrived_as` names what answers it."""

    expected: Expected
    state: str
    arrived_as: tuple[str, ...]


@dataclass(frozen=True)
class State:
    """How the sources of one edition stand.

    Parameters
    ----------
    measure, day
        What overdue is measured against: `data_cutoff` or `published_on` of edition.yml; '' where it has neither.
    problems
        What is wrong with files: a changed hash, a missing file.
    """

    edition: str
    measure: str
    day: str
    held: tuple[Held, ...]
    awaited: tuple[Awaited, ...]
    problems: tuple[Problem, ...]

    def unexpected(self) -> tuple[str, ...]:
        """Return the registered sources that no entry expects."""
        arrived = {source_id for one in self.awaited for source_id in one.arrived_as}
        return tuple(one.source_id for one in self.held if one.source_id not in arrived)


def source_state(workspace: Workspace, edition: str) -> State:
    """Return how the sources of an edition stand.

    Raises
    ------
    InputError
        No such edition, or mistakes in edition.yml or any source.yml.
    """
    loaded = sources.load_edition(workspace, edition, is_begun=False)
    counts = _figures_read(workspace, edition)
    held: list[Held] = []
    problems: list[Problem] = []
    for source in loaded.sources:
        state, found = _file_state(workspace, edition, source)
        problems += found
        held.append(_held(source, counts.get((source.source_id, source.sha256)), state))
    measure = "data_cutoff" if loaded.data_cutoff else "published_on" if loaded.published_on else ""
    day = last_day(loaded.data_cutoff or loaded.published_on) if measure else ""
    return State(edition, measure, day, tuple(held), _awaited(loaded, day), tuple(problems))


def _held(source: sources.Source, figures: int | None, file: str) -> Held:
    return Held(
        source_id=source.source_id,
        format=source.file.rpartition(".")[2].lower() if "." in source.file else "text",
        reader=source.reader or source.encoding,
        publisher=source.publisher,
        title=source.title,
        released_on=source.released_on,
        maturity=source.maturity,
        access=source.access,
        figures=figures,
        file=file,
    )


def _file_state(workspace: Workspace, edition: str, source: sources.Source) -> tuple[str, tuple[Problem, ...]]:
    try:
        sources.read_bytes(workspace, edition, source)
    except InputError as error:
        folder = workspace.source_folder(edition, source.source_id)
        return ("changed" if (folder / source.file).exists() else "missing"), error.problems
    return "ok", ()


def _figures_read(workspace: Workspace, edition: str) -> dict[tuple[str, str], int]:
    """Return how many figures the last run read, by source and the hash of the file it read."""
    read, extracted = workspace.work(edition, "read", "sources.csv"), workspace.work(edition, "extract", "figures.csv")
    if not read.is_file() or not extracted.is_file():
        return {}
    counts = Counter(row["source_id"] for row in store.read_table(extracted, FIGURES))
    rows = store.read_table(read, SOURCES)
    return {(row["source_id"], row["sha256"]): counts[row["source_id"]] for row in rows}


def _awaited(edition: sources.Edition, day: str) -> tuple[Awaited, ...]:
    """Return what is expected; a source answers one entry: the one with its id, else the first that fits it."""
    answers: dict[int, list[str]] = {}
    for source in edition.sources:
        fitting = [
            (not one.source_id, index)
            for index, one in enumerate(edition.expected)
            if one.fits(source.source_id, source.publisher, source.title)
        ]
        if fitting:
            answers.setdefault(min(fitting)[1], []).append(source.source_id)
    found = []
    for index, one in enumerate(edition.expected):
        is_due = bool(day) and last_day(one.month) <= day
        state = "arrived" if index in answers else "overdue" if is_due else "not arrived"
        found.append(Awaited(one, state, tuple(answers.get(index, ()))))
    return tuple(sorted(found, key=lambda one: one.expected.month))


def state_json(state: State) -> str:
    """Return the state as JSON: `edition`, `measure`, `day`, `held`, `awaited`, `problems`."""
    content: dict[str, Any] = asdict(state)
    content["problems"] = [str(problem) for problem in state.problems]
    return files.json_text(content)


def state_lines(state: State) -> Iterator[str]:
    """Yield the state as two aligned tables and a line that sums up; Chinese characters count two columns."""
    yield from _table(_HELD_HEADS, [_held_cells(one) for one in state.held])
    if state.held and state.awaited:
        yield ""
    yield from _table(_DUE_HEADS, [_due_cells(one) for one in state.awaited])
    if state.held or state.awaited:
        yield ""
    yield _summed(state)


def _held_cells(one: Held) -> tuple[str, ...]:
    figures = "not read yet" if one.figures is None else str(one.figures)
    said = (one.format, one.reader, one.released_on, one.maturity, one.access, one.publisher)
    return (one.source_id, one.file, figures, *said)


def _due_cells(one: Awaited) -> tuple[str, ...]:
    expected = one.expected
    document = " · ".join(part for part in (expected.kind_zh, expected.kind_en) if part) or expected.title
    known = ", ".join(one.arrived_as) or expected.source_id
    return (one.state, expected.month, known, document, expected.publisher, expected.note)


def _summed(state: State) -> str:
    parts = [f"{len(state.held)} registered"]
    if unread := sum(one.figures is None for one in state.held):
        parts.append(f"{unread} not read yet")
    if broken := [one for one in state.held if one.file != "ok"]:
        parts.append(", ".join(f"{number} {file}" for file, number in sorted(Counter(o.file for o in broken).items())))
    if not state.awaited:
        return f"{state.edition}: {'; '.join(parts)}; edition.yml expects none by name"
    told = Counter(one.state for one in state.awaited)
    due = f"{told['overdue']} overdue" + (f" by {state.measure} {state.day}" if state.measure else "")
    parts.append(f"{len(state.awaited)} expected: {told['arrived']} arrived, {told['not arrived']} not arrived, {due}")
    if unexpected := state.unexpected():
        parts.append(f"not expected: {', '.join(unexpected)}")
    return f"{state.edition}: {'; '.join(parts)}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield aligned lines; a column that is empty in every row is left out."""
    if not rows:
        return
    lines = [heads, *([visible(cell) or "-" for cell in row] for row in rows)]
    used = [column for column in range(len(heads)) if any(row[column] for row in rows)]
    widths = {column: max(_width(line[column]) for line in lines) for column in used}
    for line in lines:
        yield _GAP.join(line[column] + " " * (widths[column] - _width(line[column])) for column in used).rstrip()


def _width(text: str) -> int:
    """Return how many columns a terminal gives a text: two to each wide character, none to a combining one."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(unicodedata.combining(character) > 0 for character in text)
