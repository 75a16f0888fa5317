"""What others propose about figures: ``data/decisions/<edition>.proposed.yml``, a list that tools only append to.

Flows in: replies, or that file. Flows out: entries, or `Proposal` records. A proposal is no decision: it changes
nothing until the analyst applies it, and its place is named by the source's own characters, as a decision's is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from qingshan.charts.values import CHANGES, QUALIFIER_WORDS
from qingshan.curate.decisions import Decision
from qingshan.curate.schema import FIELDS, READING_FIELDS
from qingshan.documents import read_yaml
from qingshan.model import InputError, Problem, Workspace, format_number
from qingshan.quantity import Scanner
from qingshan.sheet.replies import Reply
from qingshan.source_schema import END

ACTIONS = ("accept", "override", "flag")
AGREED = frozenset(("无误", "核实无误", "属实", "同意", "正确", "确认", "一致", "已核实", "ok", "无意见"))
_DOWN, _UP = ("下降", "减少", "降低", "−", "-", "－", "—"), ("上升", "增长", "增加", "提高", "+", "＋")
_SCALE = re.compile(r"[百千万亿]")
_DIGIT = re.compile(r"\d")
_TEXT = {"type": "string"}
_SAID = (*FIELDS,)
_SCHEMA: dict[str, Any] = {
    "type": ["array", "null"],
    "items": {
        "type": "object",
        "required": ["id", "action", "figure_id", "text", "reason", "signed_by"],
        "additionalProperties": False,
        "properties": {
            "id": {"type": "string", "pattern": rf"^p-\d{{4,}}{END}", "description": "p-0001"},
            "action": {"type": "string", "enum": list(ACTIONS)},
            **dict.fromkeys(("figure_id", "observation_id", "text", "prefix", "suffix"), _TEXT),
            **FIELDS,
            **dict.fromkeys(("reason", "signed_by", "sheet", "manifest"), _TEXT),
        },
    },
}


@dataclass(frozen=True)
class Proposal:
    """What somebody outside proposes about one figure.

    Parameters
    ----------
    text, prefix, suffix
        Raw characters of the figure and beside it, by which a changed source is noticed.
    said
        The fields that the decision would set.
    """

    proposal_id: str
    action: str
    figure_id: str
    text: str
    prefix: str
    suffix: str
    said: Mapping[str, str]
    reason: str
    signed_by: str


def load_proposals(workspace: Workspace, edition: str) -> list[Proposal]:
    """Read the proposals of an edition in file order; none when nobody proposed anything.

    Raises
    ------
    InputError
        The file does not fit the schema, or repeats an id.
    """
    return [
        Proposal(
            entry["id"], entry["action"], entry["figure_id"], entry["text"], entry.get("prefix", ""),
            entry.get("suffix", ""), {name: entry[name] for name in _SAID if name in entry}, entry["reason"],
            entry["signed_by"],
        )
        for entry in load_entries(workspace, edition)
    ]  # fmt: skip


def load_entries(workspace: Workspace, edition: str) -> list[dict[str, str]]:
    """Read the entries of the file as they stand in it."""
    path = workspace.proposed_file(edition)
    if not path.is_file():
        return []
    document = read_yaml(path, _SCHEMA, name=workspace.shown(path))
    entries = document.data or []
    seen: set[str] = set()
    for index, entry in enumerate(entries):
        if entry["id"] in seen:
            raise InputError(
                Problem(document.at(index), f"id {entry['id']!r} again", "it once", "Give the later entry a new id.")
            )
        seen.add(entry["id"])
    return entries


def entries_of(
    replies: Iterable[Reply], scanner: Scanner, decisions: Mapping[str, Decision], manifest: str
) -> list[dict[str, str]]:
    """Return the entry that each reply proposes, without ids.

    A new value proposes an override; agreement proposes an acceptance; any other opinion a note. What an earlier
    decision had set for the figure is set again, since the last word on a figure replaces those before it.

    Parameters
    ----------
    decisions
        decision_id -> decision, of the edition.
    manifest
        The hash of the manifest of the edition that was looked at.

    Raises
    ------
    InputError
        New values that cannot be read as a number of that form: all at once.
    """
    problems: list[Problem] = []
    made = []
    for reply in replies:
        said: dict[str, str] = {}
        if reply.value:
            try:
                said = _said(reply, scanner)
            except InputError as error:
                problems.extend(error.problems)
                continue
        made.append(_entry(reply, said, decisions, manifest))
    if problems:
        raise InputError(problems)
    return made


def _entry(reply: Reply, said: dict[str, str], decisions: Mapping[str, Decision], manifest: str) -> dict[str, str]:
    figure = reply.row.figure
    earlier = decisions.get(reply.row.observation["decision_id"])
    opinion = reply.opinion
    is_note = not reply.value and opinion.strip(" 。.").casefold() not in AGREED
    said = {} if is_note else {**(dict(earlier.changes) if earlier else {}), **said}
    action = "flag" if is_note else "override" if any(name in said for name in READING_FIELDS) else "accept"
    reason = "；".join(part for part in (opinion, f"依据：{reply.basis}" if reply.basis else "") if part)
    entry = {
        "action": action,
        "figure_id": figure["figure_id"],
        "observation_id": reply.row.observation["observation_id"],
        **{name: figure[name] for name in ("text", "prefix", "suffix")},
        **said,
        "reason": reason or "核实后改值",
        "signed_by": reply.name,
        "sheet": reply.where,
        "manifest": manifest,
    }
    return {name: text for name, text in entry.items() if text or name in said}


def _said(reply: Reply, scanner: Scanner) -> dict[str, str]:
    """Return value, unit and qualifier that a reply gives, as far as they differ from the observation's."""
    row, figure = reply.row.observation, reply.row.figure
    text = reply.value.replace("−", "-").replace(" ", "")
    qualifier, text = _qualifier(text)
    sign, text = _sign(text, is_change=row["measure"] in CHANGES, reply=reply)
    quantity = scanner.number_at(text, 0) if _DIGIT.match(text) else None
    if quantity is None or quantity.end != len(text) or quantity.upper != quantity.value:
        raise _unreadable(reply, "a number with its unit")
    if not quantity.unit and _SCALE.search(reply.row.fixed[5].removesuffix(figure["unit"])):
        raise _unreadable(reply, "a number with 万, 亿 and unit")  # 12.15 for 12.13亿千瓦 may be either
    value, unit = sign * quantity.value, quantity.unit or figure["unit"]
    same = value == Decimal(repr(float(row["obs_value"]))) and unit == figure["unit"] and qualifier == row["qualifier"]
    if same:
        return {}
    said = {"value": format_number(float(value))}
    if unit != figure["unit"]:
        said["unit"] = unit
    if qualifier != figure["qualifier"]:
        said["qualifier"] = qualifier
    return said


def _qualifier(text: str) -> tuple[str, str]:
    for code, word in QUALIFIER_WORDS["zh"].items():
        if word and text.startswith(word):
            return code, text.removeprefix(word)
        if word and text.startswith(tuple(direction + word for direction in (*_DOWN, *_UP))):
            return code, text.replace(word, "", 1)
    return "exact", text


def _sign(text: str, *, is_change: bool, reply: Reply) -> tuple[int, str]:
    """Return 1 or -1 and the text without what said so; a change must say its direction."""
    for sign, words in ((-1, _DOWN), (1, _UP)):
        for word in words:
            if text.startswith(word) and (is_change or word in "-－−+＋"):
                return sign, text.removeprefix(word)
    if is_change:
        raise _unreadable(reply, "a change with its direction")
    return 1, text


def _unreadable(reply: Reply, expected: str) -> InputError:
    printed = reply.row.fixed[5]
    return InputError(
        Problem(f"{reply.where}, 修改值", repr(reply.value), f"{expected}, in the form of {printed}",
                "Ask for it in that form, or write it so.")
    )  # fmt: skip


def told(entry_id: str, entry: Mapping[str, str], printed: str) -> str:
    """Return one line about a proposal."""
    changes = ", ".join(f"{name} {entry[name]}" for name in _SAID if name in entry)
    return f"{entry_id} {entry['action']} {entry['figure_id']} ({printed}){': ' if changes else ''}{changes}"


def not_yet(entries: Iterable[dict[str, str]], known: Iterable[Mapping[str, str]]) -> Iterator[dict[str, str]]:
    """Yield the entries that the file does not hold already: a sheet may be imported twice."""
    about = ("action", "figure_id", *_SAID, "reason", "signed_by")
    seen = {tuple(entry.get(name, "") for name in about) for entry in known}
    for entry in entries:
        key = tuple(entry.get(name, "") for name in about)
        if key not in seen:
            seen.add(key)
            yield entry
