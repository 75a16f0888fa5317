"""A stretch of text around a figure as people may see it, and the way back from what they see to the text's offsets.

Flows in: a text, spans in it. Flows out: pieces to show, one of them lit. No character hides in a piece; a selection in
what is shown is mapped back here, so that no offset is ever taken from a screen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from qingshan.clean import CleanText
from qingshan.model import visible

_LINE_END = "↵\n"
Spans = Iterable[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Piece:
    """Visible text and what it is: "this" figure, an "other" figure, or plain text ''."""

    text: str
    role: str = ""


@dataclass(frozen=True)
class Window:
    """A stretch [low, high) of a text, cut into pieces.

    Parameters
    ----------
    pieces
        In order; their texts joined are what is shown.
    at
        For each character shown, the offset it stands for; several may stand for one.
    """

    low: int
    high: int
    length: int
    pieces: tuple[Piece, ...]
    at: tuple[int, ...]

    @property
    def is_cut(self) -> tuple[bool, bool]:
        """Whether the text goes on before and after."""
        return self.low > 0, self.high < self.length

    def span(self, first: int, last: int) -> tuple[int, int] | None:
        """Return the offsets of the characters shown from `first` to before `last`; None when that is no selection."""
        if not 0 <= first < last <= len(self.at):
            return None
        return self.at[first], self.at[last - 1] + 1


def raw_window(text: str, start: int, end: int, size: int, others: Spans = ()) -> Window:
    """Return the window of `size` characters on each side of the figure [start, end).

    Parameters
    ----------
    others
        Spans of other figures of the same text, in any order.
    """
    low, high = max(0, start - size), min(len(text), end + size)
    if text[low - 1 : low + 1] == "\r\n":
        low += 1  # a line end is shown whole or not at all
    roles = [""] * (high - low)
    for first, last in others:
        for position in range(max(first, low), min(last, high)):
            roles[position - low] = "other"
    roles[start - low : end - low] = ["this"] * (end - start)
    pieces, at = [], []
    for first, last, role in _runs(roles):
        shown, offsets = _shown(text, low + first, low + last)
        pieces.append(Piece(shown, role))
        at.extend(offsets)
    return Window(low, high, len(text), tuple(pieces), tuple(at))


def clean_window(clean: CleanText, start: int, end: int, size: int) -> Window:
    """Return the window of clean text around the raw span [start, end)."""
    first, last = clean.to_clean(start, end)
    return raw_window(clean.text, first, last, size)


def _runs(roles: list[str]) -> Iterator[tuple[int, int, str]]:
    first = 0
    for at in range(1, len(roles) + 1):
        if at == len(roles) or roles[at] != roles[first]:
            yield first, at, roles[first]
            first = at


def _shown(text: str, start: int, end: int) -> tuple[str, list[int]]:
    """Return a span as people may see it, and the offset of each character shown."""
    shown, offsets = [], []
    for position in range(start, end):
        if text[position] == "\r" and text[position + 1 : position + 2] == "\n":
            continue
        piece = visible(text[position], line_end=_LINE_END)
        shown.append(piece)
        offsets.extend([position] * len(piece))
    return "".join(shown), offsets
