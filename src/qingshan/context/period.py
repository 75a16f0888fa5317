"""Reads when a figure holds, and what a change is measured from, from the dates of its sentence.

Dates inside 《titles》 name documents and date nothing. A period is never guessed: '' when the sentence gives none.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from qingshan.registry import Vocabulary

_TITLE = re.compile(r"《[^》\n]{1,60}》?")
_Y = r"((?:19|20)\d\d)"
_DASH = r"[-—–~～至到]"
_MENTION = re.compile(
    rf"(?P<since>(?:比|较|与|同|相比于?|相对于?)\s*{_Y}年(?:相比|同期|底|末)?)"
    rf"|(?P<interval>{_Y}年?{_DASH}{_Y}年(?:间|期间)?)"
    rf"|(?P<origin>(?:从|由|自){_Y}年)"
    rf"|(?P<until>到{_Y}年底?)"
    rf"|(?P<day>{_Y}年(\d{{1,2}})月(\d{{1,2}})日)"
    rf"|(?P<end>{_Y}年(?:底|末|年底))"
    rf"|(?P<year>{_Y}年)"
    r"|(?P<lastyear>同比|(?:比|较)(?:上年|去年)(?:同期)?)"
    r"|(?P<named>NAMED)"
)
_AXIS = re.compile(rf"(?:{_Y}年?[、，\s]*){{3,}}")
_LABEL_GAP = re.compile(r"[^。；！？\n\d]{0,24}")


@dataclass(frozen=True, slots=True)
class Period:
    """A figure's period and base period; `basis` is stated, inherited or ''; `rule` says what decided."""

    time: str
    base: str
    basis: str
    rule: str


@dataclass(frozen=True, slots=True)
class _Mention:
    start: int
    kind: str
    value: str


class PeriodReader:
    """Reads periods with one vocabulary; made once, used for many texts."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        words = vocabulary.words["periods"]
        self._named = {word.word: (word.role, word.value) for word in words}
        names = "|".join(sorted(map(re.escape, self._named), key=lambda name: (-len(name), name)))
        self._mention = re.compile(_MENTION.pattern.replace("NAMED", names))

    def read(self, text: str, low: int, position: int, year: str, is_change: bool) -> Period:
        """Return the period of the number at clean offset `position`, in the sentence that starts at `low`.

        Parameters
        ----------
        year
            The document's year, which 今年 and 上年 count from; '' leaves them unread.
        """
        mentions = self._mentions(text, low, position, year)
        base = next((m.value for m in reversed(mentions) if m.kind == "since"), "")
        times = [m for m in mentions if m.kind not in ("since", "lastyear", "origin", "named")]
        origin = mentions[-1] if mentions and mentions[-1].kind == "origin" else None
        if origin and not re.search(r"[，。；]|至|到", text[origin.start : position]):
            return Period(origin.value, "", "stated", "origin")
        time = times[-1].value if times else ""
        if not is_change:
            return Period(
                time.split("/")[-1] if times and times[-1].kind == "until" else time, "", _basis(time), "mention"
            )
        if "/" in time and not base:
            return Period(time, time.split("/")[0], "stated", "interval")
        if any(m.kind == "lastyear" for m in mentions) and not base and len(time) >= 4:
            base = str(int(time[:4]) - 1)
        if base and time and times[-1].kind in ("year", "end", "day"):
            return Period(f"{base}/{time[:4]}" if int(time[:4]) - int(base) != 1 else time, base, "stated", "compared")
        return Period(time, base, _basis(time or base), "mention")

    def _mentions(self, text: str, low: int, position: int, year: str) -> list[_Mention]:
        titles = [match.span() for match in _TITLE.finditer(text, low, position)]
        return [
            mention
            for match in self._mention.finditer(text, low, position)
            if not any(start <= match.start() < end for start, end in titles)
            and (mention := self._mention_of(match, year)) is not None
        ]

    def _mention_of(self, match: re.Match[str], year: str) -> _Mention | None:
        kind = match.lastgroup or ""
        years = re.findall(_Y, match.group())
        if kind == "interval":
            return _Mention(match.start(), kind, "/".join(years))
        if kind == "day":
            month, day = re.findall(r"(\d{1,2})[月日]", match.group())
            return _Mention(match.start(), kind, f"{years[0]}-{int(month):02d}-{int(day):02d}")
        if kind == "end":
            return _Mention(match.start(), kind, f"{years[0]}-12-31")
        if kind == "lastyear":
            return _Mention(match.start(), kind, "")
        if kind == "named":
            return self._named_mention(match, year)
        return _Mention(match.start(), kind, years[0])

    def _named_mention(self, match: re.Match[str], year: str) -> _Mention | None:
        role, value = self._named[match.group()]
        if role == "relative":
            return _Mention(match.start(), "year", str(int(year) + int(value))) if year else None
        return _Mention(match.start(), "plan" if role == "plan" else "year", value)


def axis_interval(text: str, position: int) -> str:
    """Return "2013/2022" when the years of a chart's axis follow at clean offset `position`, else ''."""
    gap = _LABEL_GAP.match(text, position)
    match = _AXIS.match(text, gap.end()) if gap else None
    if match is None:
        return ""
    years = re.findall(_Y, match.group())
    rising = all(int(b) == int(a) + 1 for a, b in itertools.pairwise(years))
    return f"{years[0]}/{years[-1]}" if rising else ""


def _basis(value: str) -> str:
    return "stated" if value else ""
