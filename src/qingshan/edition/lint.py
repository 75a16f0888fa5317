"""Looks at a finished page for numerals that came from nowhere: the last gate before a page is kept.

Flows in: the page's markup and what may stand on it. Flows out: a StageError naming the first places, or nothing. A
numeral may stand in a quote; in a number or time that carries its observation and reads as that observation prints; in
a count of rows; in a date, a place in a source, a hash; or in a name of the registry or a source. No other may.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

from qingshan.edition import typeset
from qingshan.edition.numerals import ANY_YEAR, first_numeral, whole
from qingshan.model import StageError

_VOID = {"meta", "br", "link", "img", "input", "hr", "path", "use", "rect", "circle", "line", "polyline", "polygon"}
_SILENT = {"style", "script", "q", "code"}  # no words of ours: styles, quotes of sources, hashes
_INLINE = {"span", "b", "small", "a", "strong"}
_CHECKED = {"n", "t", "count", "ordinal"}
_FREE = {"loc", "cite"}  # where in a source, and how to cite it: written by the reader and by source.yml
_DATE = re.compile(r"\d{4}(-\d{2}){0,2}|\d{4}年(\d{1,2}月(\d{1,2}日)?)?")
_ATTRIBUTES = ("aria-label", "title", "alt")
_LETTERS = re.compile(r"[^\W\d_].*[^\W\d_]")  # a name is more than its numeral
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉ₓ", "0123456789x")
_MOST = 5  # places named in the message


@dataclass(frozen=True)
class Known:
    """What a page may print.

    Parameters
    ----------
    numbers, times
        observation_id (or the id of a calculated mark) -> the forms in which its value, its time is printed.
    counts
        What counts of rows and numbers of charts may read.
    names
        Names of the registry, titles and notes of people.
    """

    numbers: Mapping[str, Collection[str]]
    times: Mapping[str, Collection[str]]
    counts: Collection[str]
    names: Collection[str]


@dataclass
class _Open:  # an element whose end tag has not come
    tag: str
    classes: frozenset[str]
    observation: str
    where: str
    text: list[str] = field(default_factory=list)


def _has_own_rule(element: _Open) -> bool:
    return element.tag in _SILENT or element.tag == "time" or bool(element.classes & (_FREE | _CHECKED))


def check(page: str, known: Known) -> None:
    """Refuse a page that prints a numeral with no source.

    Raises
    ------
    StageError
        Names the numerals, the sentences they stand in and their sections.
    """
    reader = _Reader(known)
    reader.feed(page)
    reader.close()
    if reader.found:
        places = "; ".join(reader.found[:_MOST])
        more = f"; and {len(reader.found) - _MOST} more" if len(reader.found) > _MOST else ""
        raise StageError(f"publish: numerals without a source on the page: {places}{more}")


def _plain(text: str) -> str:
    """Return text with one space between words, and subscripts as the digits they are."""
    return " ".join(text.translate(_SUBSCRIPTS).split())


class _Reader(HTMLParser):
    """Reads a page block by block; a block's words are looked at together, so that names may hold markup."""

    def __init__(self, known: Known) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._known = known
        names = {_plain(name) for name in known.names if first_numeral(_plain(name)) and _LETTERS.search(name)}
        self._names = sorted(names, key=len, reverse=True)
        forms = {form for kind in (known.numbers, known.times) for some in kind.values() for form in some}
        self._forms = whole(forms)
        self._open: list[_Open] = []
        self._section = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {key: value or "" for key, value in attrs}
        self._section = found.get("id", self._section) if tag in ("section", "article", "figure") else self._section
        for name in _ATTRIBUTES:
            if found.get(name):
                self._words(self._without_values(found[name]), f"{name} of <{tag}>")
        if tag not in _VOID:
            classes = frozenset(found.get("class", "").split())
            self._open.append(_Open(tag, classes, found.get("data-o", ""), self._section))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1].text.append(data)

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            closed = self._open.pop()
            self._close(closed)
            if closed.tag == tag:
                return

    def _close(self, closed: _Open) -> None:
        """Look at an element's own words; those of an inline name join the words around it."""
        text = "".join(closed.text)
        if self._open and (closed.tag == "sub" or any(map(_has_own_rule, self._open))):
            self._open[-1].text.append(text)  # judged with what is around it
            return
        if closed.tag in _SILENT or closed.classes & _FREE:
            return
        if closed.tag == "time":
            if text.strip() and not _DATE.fullmatch(text.strip()):
                self._note(text, text, "a date")
            return
        if closed.classes & _CHECKED:
            self._checked(closed, text)
            return
        if closed.tag in _INLINE and self._open:
            self._open[-1].text.append(text)
            return
        self._words(text, f"<{closed.tag}>")

    def _checked(self, closed: _Open, text: str) -> None:
        text = " ".join(text.split())
        if closed.classes & {"count", "ordinal"}:
            allowed: Collection[str] = self._known.counts
        else:
            forms = self._known.numbers if "n" in closed.classes else self._known.times
            allowed = forms.get(closed.observation, ())
        if text and text not in allowed:
            self._note(text, text, f"observation {closed.observation or '(none)'}")

    def _without_values(self, text: str) -> str:
        """Return an attribute's text without what observations print: the names of marks and the words of charts."""
        return ANY_YEAR.sub("\x00", self._forms.sub("\x00", text))

    def _words(self, text: str, where: str) -> None:
        text = _plain(text)
        for name in self._names:
            text = text.replace(name, "\x00")
        numeral = first_numeral(typeset.without_formulas(text))
        if numeral:
            self._note(numeral, text, where)

    def _note(self, numeral: str, text: str, what: str) -> None:
        shown = " ".join(text.replace("\x00", "…").split())
        section = f" in #{self._section}" if self._section else ""
        self.found.append(f"{numeral!r} in {shown[:60]!r} ({what}{section})")
