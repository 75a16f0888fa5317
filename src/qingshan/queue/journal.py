"""The decisions file as one session at the queue knows it: what was read of it, and whether somebody saved it since.

Flows in: the file, entries to append. Flows out: decisions in file order. `review.append_entries` is
the only way it writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from qingshan.curate import Decision
from qingshan.curate.decisions import parse_decisions
from qingshan.curate.writing import entry_text
from qingshan.curation import Inputs
from qingshan.review import append_entries, kept_file


class Journal:
    """One edition's decisions file; `decisions` are those in it when it was last read or appended to."""

    def __init__(self, inputs: Inputs) -> None:
        """Read the file.

        Raises
        ------
        InputError
            It has mistakes.
        """
        workspace, edition = inputs.workspace, inputs.edition.edition_id
        self._inputs, self._file = inputs, workspace.decisions_file(edition)
        self._lock = workspace.work(edition, "decisions.lock")
        self.name = workspace.shown(self._file)
        self._bytes = b""
        self._displaced: bytes | None = None
        self.decisions: list[Decision] = []
        self.read()

    def read(self) -> None:
        """Read the file again; one with mistakes leaves everything as it was, to be read again later."""
        data = self._on_disk()
        self.decisions = self._inputs.decisions()
        self._bytes = data

    def is_changed(self) -> bool:
        """Whether somebody saved the file since it was read."""
        return self._on_disk() != self._bytes

    def written_late(self) -> str:
        """Return where a text is that an editor wrote into the file we had just replaced, '' if none did; told once."""
        kept = kept_file(self._file, self._lock)
        if self._displaced is None or not kept.is_file() or kept.read_bytes() == self._displaced:
            return ""
        self._displaced = None
        return self._inputs.workspace.shown(kept)

    def append(self, entries: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
        """Append entries in one write and return their ids; what somebody saved just before is read as well."""
        appended = append_entries(self._file, entries, lock=self._lock, name=self.name)
        self._displaced = appended.before
        if appended.before != self._bytes:
            self.read()
            return appended.ids
        for decision_id, entry in zip(appended.ids, entries, strict=True):
            self.decisions += self._parsed(decision_id, entry)
        self._bytes = appended.after
        return appended.ids

    def _parsed(self, decision_id: str, entry: Mapping[str, Any]) -> list[Decision]:
        text = entry_text({"id": decision_id, **entry})
        read = parse_decisions(text, self._inputs.registry, self._inputs.source_ids, name=self.name)
        return [replace(decision, where=self.name) for decision in read]

    def _on_disk(self) -> bytes:
        return self._file.read_bytes() if self._file.is_file() else b""
