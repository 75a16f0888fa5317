"""Writes one decision as text at the end of a decisions file, and leaves every byte before it as it is.

Flows in: the bytes of the file, the raw text of a source, an entry. Flows out: bytes and text. No file is opened here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from qingshan.curate.added import places
from qingshan.curate.decisions import Anchor
from qingshan.model import InputError, Problem

# files are long, so the searches begin with plain characters; what only looks like an id makes the next one higher
_ID = r"id['\"]?\s*:\s*['\"]?{}-(\d{{4,}})"
_SECOND_DOCUMENT = re.compile(r"\n(?:---|\.\.\.)(?=\s|$)")
_FIRST_LINE = re.compile(
    r"\ufeff?(?:[ \t]*(?:#[^\n]*)?\r?\n)*(?:---[ \t]*(?:#[^\n]*)?\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*)?"
)
_CONTEXT = 8  # characters on each side: enough to tell apart all figures of the annotated report


class _Dumper(yaml.SafeDumper):
    """Writes text with line breaks on one line, and mappings inside an entry on one line."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = '"' if not text.isprintable() else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _represent_mapping(dumper: yaml.SafeDumper, mapping: dict[str, Any]) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", mapping, flow_style="id" not in mapping)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(dict, _represent_mapping)


def entry_text(entry: Mapping[str, Any]) -> str:
    """Return one entry as it is written: strings and mappings of strings, with an ``id``; reads back as it was."""
    return yaml.dump([dict(entry)], Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100_000)


def next_id(text: str, letter: str = "d") -> str:
    """Return an id that no entry of a file has: one more than the highest, d-0001 in an empty one.

    Parameters
    ----------
    letter
        What ids begin with: d in decisions, s in signatures, p in proposals.
    """
    found = re.findall(_ID.format(letter), text)
    return f"{letter}-{max(map(int, found), default=0) + 1:04d}"


def appended(data: bytes, entry: Mapping[str, Any], *, name: str, letter: str = "d") -> tuple[bytes, str]:
    """Return a decisions file with one more entry at its end, and the id the entry got.

    Raises
    ------
    InputError
        The file is not UTF-8, or not a list written with one ``- `` for each entry.
    """
    new, (entry_id,) = appended_all(data, [entry], name=name, letter=letter)
    return new, entry_id


def appended_all(
    data: bytes, entries: Iterable[Mapping[str, Any]], *, name: str, letter: str = "d"
) -> tuple[bytes, list[str]]:
    """Return a file with more entries at its end, as `appended` adds one, and the ids they got."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            Problem(name, f"a byte that is not UTF-8 at position {error.start}", "UTF-8 text", "Save it as UTF-8.")
        ) from None
    indent = _indent(text, name)
    first = int(next_id(text, letter).partition("-")[2])
    newline = "\r\n" if "\r\n" in text else "\n"
    given = {f"{letter}-{number:04d}": entry for number, entry in enumerate(entries, first)}
    lines = [line for name, entry in given.items() for line in entry_text({"id": name, **entry}).splitlines()]
    joint = "" if not lines or not text or text.endswith("\n") else newline
    return data + (joint + "".join(f"{indent}{line}{newline}" for line in lines)).encode(), list(given)


def _indent(text: str, name: str) -> str:
    """Return how far the list of a file is indented."""
    head = _FIRST_LINE.match(text if text.endswith("\n") else f"{text}\n")
    begin = head.end() if head else 0
    first, _, _ = text[begin : begin + 200].partition("\n")
    if not first.strip():
        return ""
    item = re.match(r"( *)-(?=\s|$)", first)
    if item is None or _SECOND_DOCUMENT.search(text, begin):
        raise InputError(
            Problem(name, repr(first[:40]), "one list, each entry begun with '- '", "Write the file as such a list.")
        )
    return item.group(1)


def anchor_at(raw: str, source_id: str, start: int, end: int) -> Anchor:
    """Return the words by which the place [start, end) of a raw text is found again: as few as tell it apart."""
    length = _CONTEXT
    while True:
        anchor = Anchor(source_id, raw[start:end], raw[max(0, start - length) : start], raw[end : end + length])
        found = places(anchor, raw)
        next(found)
        if next(found, None) is None:
            return anchor
        length *= 2
