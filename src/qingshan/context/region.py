"""Reads which place a figure is about: the nearest place of its sentence, else the section's, else the document's.

A sentence that opens with a province's name hands that province on to the sentences after it, until another sentence
opens with a place; reports list provinces one after another without headings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from qingshan.registry import Region, Vocabulary

_LIST_AFTER = re.compile(r"[、和及]")
_NOT_A_PLACE_AFTER = ("牢牢把握",)
_TITLE = re.compile(r"《[^》\n]{1,60}》?|“[^”\n]{1,30}”")


@dataclass(frozen=True, slots=True)
class Place:
    """A figure's region: full official name, basis (stated, inherited, document or ''), and the rule that gave it."""

    name: str
    basis: str
    rule: str


class RegionReader:
    """Reads regions of one text, in order; `document` is the area the whole text is about, '' if unknown."""

    def __init__(self, vocabulary: Vocabulary, document: str) -> None:
        self._region_of = vocabulary.region_of
        names = sorted(self._region_of, key=lambda name: (-len(name), name))
        self._pattern = re.compile("|".join(map(re.escape, names)))
        self._document = self._region_of[document].name if document in self._region_of else document
        self._section = ""

    def enter(self, sentence: str) -> None:
        """Take note of a sentence; one that opens with a place governs those after it."""
        match = self._pattern.match(sentence.lstrip(" 　“—"))
        if match is None or _LIST_AFTER.match(sentence.lstrip(" 　“—"), match.end()):
            return
        region = self._region_of[match.group()]
        self._section = (
            "" if region.level in ("country", "world") else region.name if region.level == "province" else ""
        )

    def read(self, before: str, after: str) -> Place:
        """Return the region of a number, given its sentence up to it and after it (clean)."""
        stated = self._last(before)
        if stated is None and (match := self._pattern.match(after)):
            stated = self._region_of[match.group()]
        if stated is not None:
            return Place(stated.name, "stated", "sentence")
        if self._section:
            return Place(self._section, "inherited", "section")
        return Place(self._document, "document" if self._document else "", "document" if self._document else "none")

    def strip(self, phrase: str) -> str:
        """Return a phrase without a place's name at its beginning."""
        match = self._pattern.match(phrase)
        return phrase[match.end() :].lstrip("的") if match else phrase

    def _last(self, before: str) -> Region | None:
        found = None
        masked = _TITLE.sub(lambda match: "□" * len(match.group()), before)
        for match in self._pattern.finditer(masked):
            found = self._region_of[match.group()]
        return found
