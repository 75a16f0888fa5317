"""What failed in the last run and in the last edition, to tell what is new, what is known and what is fixed.

Flows in: outcomes, tables, and the memory an earlier validation left under ``data/work``. Flows out: `Since`, and the
memory for the next. A failing row is known again by what people would know it by, not by its offsets: the rule and the
figure's raw text with its surroundings, an observation's key without the edition, the figures of a comparison.

One file holds two runs: the one whose inputs these are, and the last whose inputs were others. A rerun of the same
inputs is compared with the same run as before, and so writes the same report.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qingshan import files
from qingshan.model import OBSERVATIONS, Workspace
from qingshan.validate.previous import name_of_previous
from qingshan.validate.run import Outcome
from qingshan.validate.suite import Text
from qingshan.validate.tables import Row, Table
from qingshan.validate.views import cut

_FORMAT = 1
_WORDS = 60  # characters by which a person knows a row that is no longer there
_NAMED = 1000  # items of a rule that are kept with words: nobody reads more, and 100,000 may fail


@dataclass(frozen=True, slots=True)
class Item:
    """One failing row, or a rule that failed as a whole (`row` is then '').

    Parameters
    ----------
    identity
        16 hex digits, the same in every run in which the same thing fails; unique within its rule.
    words
        What a person knows it by; '' beyond the first `_NAMED` of its rule, and so is `row`.
    """

    rule: str
    identity: str
    row: str
    words: str


@dataclass(frozen=True)
class Run:
    """What failed in one validation: its items, and the sentence of every rule that had some."""

    inputs: str
    items: tuple[Item, ...]
    sentences: Mapping[str, Text]


@dataclass(frozen=True)
class Since:
    """What changed since an earlier validation.

    Parameters
    ----------
    name
        '' for the last run, else the edition.
    new, known
        (rule, identity) of what fails now: not then, or then too.
    fixed
        What failed then, and does not although its rule ran now.
    unchecked
        How many failed then whose rule did not run now, or is gone.
    sentences
        Rule -> its sentence, of the rules of `fixed`.
    """

    name: str
    new: frozenset[tuple[str, str]]
    known: frozenset[tuple[str, str]]
    fixed: tuple[Item, ...]
    unchecked: int
    sentences: Mapping[str, Text]


def items_of(outcome: Outcome, table: Table, curated: Mapping[str, Row]) -> tuple[Item, ...]:
    """Return the items of one rule in the order of its failing rows; one for the rule itself where it names no row.

    Parameters
    ----------
    curated
        figure_id -> row of the table curated: the figures that a comparison is of.
    """
    name = outcome.rule.name
    if outcome.state == "passed":
        return ()
    if not outcome.positions:
        return (Item(name, _hash((outcome.state,)), "", cut(outcome.note, _WORDS)),)
    seen: Counter[tuple[str, ...]] = Counter()
    items = []
    for position in outcome.positions:
        row = table.rows[position]
        known_by = _known_by(row, table, curated)
        seen[known_by] += 1  # cells of a table may have the same text and the same neighbours
        said = (table.row_id(row), _words(row)) if len(items) < _NAMED else ("", "")
        items.append(Item(name, _hash((*known_by, str(seen[known_by]))), *said))
    return tuple(items)


def since(name: str, now: Run, then: Run, checked: Iterable[str]) -> Since:
    """Return what changed between two runs; `checked` names the rules that ran now."""
    here = {(item.rule, item.identity) for item in now.items}
    there = {(item.rule, item.identity) for item in then.items}
    gone = [item for item in then.items if (item.rule, item.identity) not in here]
    ran = set(checked)
    fixed = tuple(item for item in gone if item.rule in ran)
    return Since(name, frozenset(here - there), frozenset(here & there), fixed, len(gone) - len(fixed), then.sentences)


def inputs_hash(workspace: Workspace, edition: str, made: Sequence[str]) -> str:
    """Return one sha256 over what a validation reads, and over texts made from it."""
    digest = hashlib.sha256()
    folders = (workspace.work(edition, "extract"), workspace.work(edition, "curate"), workspace.expectations)
    for path in (*(path for folder in folders for path in sorted(folder.glob("*"))), workspace.decisions_file(edition)):
        if path.is_file():
            digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    for text in made:
        digest.update(hashlib.sha256(text.encode()).digest())
    return digest.hexdigest()


def remember(path: Path, now: Run) -> Run | None:
    """Write this run into the memory, and return the last run whose inputs were others; None if there is none."""
    held = _read(path)
    current, previous = held.get("current"), held.get("previous")
    if current is not None and current.inputs != now.inputs:
        previous = current
    kept = {"format": _FORMAT, "current": _dump(now), "previous": _dump(previous) if previous else None}
    files.write_atomic(path, json.dumps(kept, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n")
    return previous


def recall(workspace: Workspace, edition: str) -> tuple[str, Run] | None:
    """Return the edition that this one is compared with, and what failed there when it last ran.

    None where there is no such edition, or where it was never validated in this workspace.
    """
    before = name_of_previous(workspace, edition)
    run = _read(memory_file(workspace, before)).get("current") if before else None
    return (before, run) if run else None


def memory_file(workspace: Workspace, edition: str) -> Path:
    """Return where an edition's memory is kept: beside the stages' folders, which a run empties."""
    return workspace.work(edition, "history", "validation.json")


def _known_by(row: Row, table: Table, curated: Mapping[str, Row]) -> tuple[str, ...]:
    """Return what makes a row the same one in another run, in which offsets may have moved."""
    if "figure_ids" in row:
        figures = [_place(curated.get(name, {"figure_id": name})) for name in str(row["figure_ids"]).split()]
        return (str(row.get("relation", "")), *(part for figure in figures for part in figure))
    if "text" in row:
        return _place(row)
    if table.contract.name == OBSERVATIONS.name:
        key = ("indicator", "ref_area", "time_period", "base_period", "measure", "scope", "source_id")
        return tuple(str(row.get(name, "")) for name in key)
    if "position" in row:
        return tuple(str(row.get(name, "")) for name in ("source_id", "subject", "region", "period", "quote"))
    return (table.row_id(row),)


def _place(row: Row) -> tuple[str, ...]:
    names = ("source_id", "text", "prefix", "suffix") if "text" in row else ("figure_id",)
    return tuple(str(row.get(name, "")) for name in names)


def _words(row: Row) -> str:
    if row.get("sentence_zh"):
        return cut(str(row["sentence_zh"]), _WORDS)
    if "text" in row:
        before, after = str(row.get("prefix", ""))[-12:], str(row.get("suffix", ""))[:12]
        return f"…{before}【{cut(str(row['text']), _WORDS)}】{after}…"
    return cut(str(row.get("quote", "")), _WORDS)


def _hash(parts: Iterable[str]) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _dump(run: Run) -> dict[str, Any]:
    of_rule: dict[str, list[Item]] = {rule: [] for rule in run.sentences}
    for item in run.items:
        of_rule[item.rule].append(item)
    return {
        "inputs": run.inputs,
        "rules": {
            rule: {
                "sentence": [text.zh, text.en],
                "identities": " ".join(item.identity for item in of_rule[rule]),
                "named": [[item.row, item.words] for item in of_rule[rule][:_NAMED]],
            }
            for rule, text in run.sentences.items()
        },
    }


def _read(path: Path) -> dict[str, Run]:
    """Return the runs a memory holds; one that is missing, damaged or of another format holds none."""
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        if held["format"] != _FORMAT:
            return {}
        return dict(_runs(held))
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return {}


def _runs(held: Mapping[str, Any]) -> Iterator[tuple[str, Run]]:
    for name in ("current", "previous"):
        if held[name]:
            rules = held[name]["rules"]
            items = tuple(item for rule, kept in rules.items() for item in _items(rule, kept))
            sentences = {rule: Text(*map(str, kept["sentence"])) for rule, kept in rules.items()}
            yield name, Run(str(held[name]["inputs"]), items, sentences)


def _items(rule: str, kept: Mapping[str, Any]) -> Iterator[Item]:
    named = iter(kept["named"])
    for identity in kept["identities"].split(" ") if kept["identities"] else ():
        row, words = next(named, ("", ""))
        yield Item(rule, identity, row, words)
