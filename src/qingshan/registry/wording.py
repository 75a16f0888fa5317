"""How names of quantities are compared: what reviewers settled about wording, and the folding that applies it.

Flows in: ``indicators/wording.csv``. Flows out: `Wording`, and a `Folder` that brings every way of writing a name to
one form. Two names with one folded form name the same quantity, so every rule here must be safe for that.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from qingshan.model import Problem
from qingshan.registry.lists import Listed, ListFile, Row, WrongCellError, check_unique, one_of, read_list
from qingshan.registry.records import Indicator, Wording

ROLES = ("same", "tail", "national", "local", "prefix")
_PASSES = 2  # a meaning may be part of another wording: the idea's full name, then the bases named after it
_NOT_WORDS = re.compile(r"[\s()、,“”\"《》·•的—–―－‐-]|~")


@dataclass(frozen=True, slots=True)
class _Entry:
    role: str
    word: str
    means: str


def _entry(row: Row) -> _Entry:
    role = one_of("role", row["role"], ROLES)
    if not row["word"].strip():
        raise WrongCellError("an empty word", "a word")
    if bool(row["means"]) != (role in ("same", "prefix")):
        raise WrongCellError(f"means {row['means']!r} with role {role!r}", "a meaning for same and prefix, else none")
    return _Entry(role, row["word"], row["means"])


WORDING = ListFile("indicators/wording.csv", ("role", "word", "means", "note"), _entry, is_needed=False)


def read_wording(folder: Path, problems: list[Problem]) -> Wording:
    """Return the settled wording of a registry folder; what is wrong goes to `problems`."""
    listed: list[Listed[_Entry]] = read_list(folder, WORDING, problems)
    same = [(e.where, folded(e.record.word), folded(e.record.means)) for e in listed if e.record.role == "same"]
    check_unique("wording", same, problems)
    sets: dict[str, list[str]] = {}
    for entry in listed:
        if entry.record.role == "prefix":
            sets.setdefault(entry.record.means, []).append(entry.record.word)
    words = {
        role: tuple(e.record.word for e in listed if e.record.role == role) for role in ("tail", "local", "national")
    }
    return Wording(
        same=tuple((word, means) for _, word, means in same if word != means),
        tails=tuple(map(folded, words["tail"])),
        sets={name: tuple(members) for name, members in sets.items()},
        local=tuple(map(folded, words["local"])),
        national=tuple(map(folded, words["national"])),
    )


@lru_cache(maxsize=4096)
def folded(subject: str) -> str:
    """Return a subject in one width and case, without brackets, dashes, spaces, quotation marks and 的."""
    return _NOT_WORDS.sub("", unicodedata.normalize("NFKC", subject)).lower()


class Folder:
    """Brings names to one form by one registry's wording; made once, used for many names."""

    def __init__(self, wording: Wording) -> None:
        self._means = dict(wording.same)
        longest = sorted(self._means, key=lambda word: (-len(word), word))
        self._pattern = re.compile("|".join(map(re.escape, longest))) if longest else None
        extent = sorted((*wording.national, *wording.local), key=lambda word: (-len(word), word))
        self._extent = re.compile("|".join(map(re.escape, extent))) if extent else None
        self._tails = tuple(sorted(wording.tails, key=len, reverse=True))
        self._sets = wording.sets

    def fold(self, name: str) -> str:
        """Return the form under which names of one quantity meet."""
        text = folded(name)
        for _ in range(_PASSES if self._pattern else 0):
            text = self._pattern.sub(lambda match: self._means[match.group()], text)
        # "X as a share of Y" with and without the word for share at its end
        return text.removesuffix("比例") if "占" in text else text

    def core(self, name: str) -> tuple[str, str]:
        """Return the part of a folded name that says the quantity, and the word of extent (全省) before it or ''."""
        match = self._extent.match(name) if self._extent else None
        extent = match.group() if match and match.end() < len(name) else ""
        name = name.removeprefix(extent)
        tail = next((tail for tail in self._tails if name.endswith(tail) and len(name) > len(tail) + 1), "")
        return (name.removesuffix(tail) if tail else name), extent

    def names(self, indicator: Indicator) -> dict[str, bool]:
        """Return every folded name of an indicator, and whether it counts only in the indicator's context."""
        words = ("", *(word for name in indicator.prefixes for word in self._sets.get(name, ())))
        plain = {
            self.core(self.fold(word + alias))[0]
            for alias in (indicator.label["zh"], *indicator.aliases)
            for word in words
        }
        short = {self.core(self.fold(alias))[0] for alias in indicator.context_aliases}
        return dict.fromkeys(short - plain, True) | dict.fromkeys(plain, False)

    def damaged(self, indicator: Indicator) -> set[str]:
        """Return every folded name that a damaged copy leaves of an indicator's names."""
        return {self.core(self.fold(alias))[0] for alias in indicator.damaged_aliases}
