"""The sources that an edition expects this year, as `edition.yml` lists them under `expected:`.

Flows in: the document of edition.yml. Flows out: `Expected` records. What has arrived is told in `source_state`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from qingshan.documents import Document
from qingshan.model import InputError, Problem

_TEXT = {"type": "string"}
_MONTH = {
    "type": "string",
    "pattern": r"^(?!0000)[0-9]{4}-(0[1-9]|1[0-2])(?!\n)$",
    "description": "YYYY-MM, the month it is expected in",
}
EXPECTED_SCHEMA: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["publisher", "month"],
        "additionalProperties": False,
        "properties": {
            "id": {"type": "string", "pattern": r"^[a-z0-9][a-z0-9._-]{0,63}(?!\n)$", "description": "a source's id"},
            "publisher": {"type": "string", "pattern": r"\S", "description": "a name"},
            "title": {"type": "string", "pattern": r"[^\s*]", "description": "words of the title"},
            "kind": {
                "type": "object",
                "required": ["zh", "en"],
                "additionalProperties": False,
                "properties": {"zh": _TEXT, "en": _TEXT},
            },
            "month": _MONTH,
            "note": _TEXT,
        },
    },
}


@dataclass(frozen=True)
class Expected:
    """One source that should come this year.

    Parameters
    ----------
    source_id
        The id it will be registered under; '' where its publisher and title tell it.
    publisher
        As `source.yml` will name it.
    title
        Words that its title holds, `*` for any others between them; '' where the id tells it.
    kind_zh, kind_en
        What document it is; both or neither.
    month
        YYYY-MM.
    """

    source_id: str
    publisher: str
    title: str
    kind_zh: str
    kind_en: str
    month: str
    note: str

    def fits(self, source_id: str, publisher: str, title: str) -> bool:
        """Whether a source of this id, publisher and title is the one expected: by the id where one is given."""
        if self.source_id:
            return source_id == self.source_id
        words = ".*".join(re.escape(_even(part)) for part in self.title.split("*"))
        return _even(publisher) == _even(self.publisher) and re.search(words, _even(title)) is not None


def parse_expected(document: Document) -> tuple[Expected, ...]:
    """Return what an edition.yml that fits its schema expects, in the order it is written.

    Raises
    ------
    InputError
        An entry that nothing could answer, having neither id nor title, or an id that stands twice: all at once.
    """
    found: list[Expected] = []
    problems: list[Problem] = []
    first: dict[str, str] = {}
    for index, entry in enumerate(document.data.get("expected", ())):
        where = document.at("expected", index)
        source_id, kind = entry.get("id", ""), entry.get("kind", {})
        if not source_id and not entry.get("title"):
            problems.append(
                Problem(where, "neither 'id' nor 'title'", "one of them, by which to know the source when it arrives",
                        "Add the id it will be registered under, or words of its title.")
            )  # fmt: skip
        elif source_id and source_id in first:
            problems.append(
                Problem(where, f"id {source_id!r} again", f"it once ({first[source_id]})", "Remove one of the two.")
            )
        first.setdefault(source_id, where)
        found.append(
            Expected(source_id, entry["publisher"], entry.get("title", ""), kind.get("zh", ""), kind.get("en", ""),
                     entry["month"], entry.get("note", ""))
        )  # fmt: skip
    if problems:
        raise InputError(problems)
    return tuple(found)


def _even(text: str) -> str:
    """Return text as names are compared: spaces say nothing in Chinese, and full-width brackets are brackets."""
    return re.sub(r"\s+", "", text).translate(_BRACKETS).casefold()


_BRACKETS = str.maketrans("（）", "()")
