"""A text that knows where every character came from: raw text, the cleaners' edits over it, and what they marked.

In flow the raw text and the layers that cleaners made; out flow clean spans for raw ones, raw spans for clean ones, and
the list of edits. Nothing here decides what to clean, and nothing here opens a file.
"""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from qingshan.model import InputError, Problem

_VERSION = 1


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open stretch [start, end) of a text."""

    start: int
    end: int


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the spans that hold something, sorted, those that touch or overlap joined."""
    apart: list[Span] = []
    for span in sorted(span for span in spans if span.start < span.end):
        if apart and span.start <= apart[-1].end:
            apart[-1] = Span(apart[-1].start, max(apart[-1].end, span.end))
        else:
            apart.append(span)
    return tuple(apart)


@dataclass(frozen=True, slots=True)
class Edit:
    """What cleaning did to one stretch of the raw text: ``raw[start:end] == before`` became `after`."""

    start: int
    end: int
    before: str
    after: str
    rule: str


def _offsets() -> array[int]:
    return array("I")


@dataclass(frozen=True, slots=True)
class Layer:
    """One cleaner's edits over the text below it.

    Edit k turned ``below[starts[k]:ends[k]]`` into ``text[at[k]:stop[k]]``; edits are sorted, never empty below and
    never overlap. A layer that changes one character for one has no edits listed: offsets are the same on both sides.

    Parameters
    ----------
    rule
        Name of the cleaner.
    text
        The text above the edits.
    """

    rule: str
    text: str
    starts: array[int] = field(default_factory=_offsets)
    ends: array[int] = field(default_factory=_offsets)
    at: array[int] = field(default_factory=_offsets)
    stop: array[int] = field(default_factory=_offsets)

    @classmethod
    def replace(cls, rule: str, below: str, starts: array[int], ends: array[int], put: Iterable[str]) -> Layer:
        """Return the layer that puts the strings of `put` in place of the spans [starts, ends) of `below`."""
        pieces, at, stop, done, length = [], _offsets(), _offsets(), 0, 0
        for start, end, new in zip(starts, ends, put, strict=True):
            pieces += (below[done:start], new)
            length += start - done
            at.append(length)
            length += len(new)
            stop.append(length)
            done = end
        pieces.append(below[done:])
        return cls(rule, "".join(pieces), starts, ends, at, stop)

    def to_below(self, start: int, end: int) -> tuple[int, int]:
        """Map a span of this layer's text to the text below: first character's start to last character's end."""
        if start >= end:
            below = self._below(start)[0]
            return below, below
        return self._below(start)[0], self._below(end - 1)[1]

    def _below(self, char: int) -> tuple[int, int]:
        k = bisect_right(self.at, char) - 1
        if k < 0:
            return char, char + 1
        if char < self.stop[k]:
            return self.starts[k], self.ends[k]
        below = self.ends[k] + char - self.stop[k]
        return below, below + 1

    def to_above(self, start: int, end: int) -> tuple[int, int]:
        """Map a span of the text below to the smallest span of this layer's text that covers what is left of it."""
        k = bisect_right(self.starts, start) - 1
        if k < 0:
            first = start
        elif start < self.ends[k]:
            first = self.at[k]
        else:
            first = self.stop[k] + start - self.ends[k]
        if start >= end:
            return first, first
        k = bisect_left(self.starts, end) - 1
        if k < 0:
            return first, end
        return first, self.stop[k] + max(0, end - self.ends[k])


def changed_runs(below: str, above: str) -> Iterator[tuple[int, int]]:
    """Yield the maximal stretches in which two texts of one length differ."""
    start = -1
    for at, (old, new) in enumerate(zip(below, above, strict=True)):
        if old != new:
            if start < 0:
                start = at
        elif start >= 0:
            yield start, at
            start = -1
    if start >= 0:
        yield start, len(above)


@dataclass(frozen=True, slots=True)
class CleanText:
    """Cleaned text that still knows where each character came from.

    Parameters
    ----------
    raw
        The decoded source, unchanged.
    layers
        What the cleaners did, lowest first.
    damaged
        Mojibake, marked and never repaired: spans in clean offsets, sorted, apart from each other.
    set_aside
        Site chrome: spans in clean offsets, sorted, apart from each other. Nothing of it is removed.
    """

    raw: str
    layers: tuple[Layer, ...] = ()
    damaged: tuple[Span, ...] = ()
    set_aside: tuple[Span, ...] = ()

    @property
    def text(self) -> str:
        """The clean text."""
        return self.layers[-1].text if self.layers else self.raw

    def to_raw(self, start: int, end: int) -> tuple[int, int]:
        """Map a clean span to raw offsets: from the start of its first character to the end of its last.

        What cleaning removed inside the span is inside, what it removed after the last character is outside. An empty
        span maps to an empty one.

        Raises
        ------
        ValueError
            The span does not lie in the clean text.
        """
        _check(start, end, len(self.text))
        for layer in reversed(self.layers):
            start, end = layer.to_below(start, end)
        return start, end

    def to_clean(self, start: int, end: int) -> tuple[int, int]:
        """Map a raw span to the smallest clean span that covers what is left of it; empty if nothing is.

        Raises
        ------
        ValueError
            The span does not lie in the raw text.
        """
        _check(start, end, len(self.raw))
        for layer in self.layers:
            start, end = layer.to_above(start, end)
        return start, end

    def reading(self, start: int, end: int) -> str:
        """Return the clean text of a raw span."""
        start, end = self.to_clean(start, end)
        return self.text[start:end]

    def edits(self) -> Iterator[Edit]:
        """Yield every change in raw offsets and order; where cleaners met in one place, one edit names them all."""
        marks = sorted(
            (start, end, level) for level in range(len(self.layers)) for start, end in self._raw_edits(level)
        )
        k = 0
        while k < len(marks):
            start, end, level = marks[k]
            levels = {level}
            k += 1
            while k < len(marks) and marks[k][0] < end:
                end = max(end, marks[k][1])
                levels.add(marks[k][2])
                k += 1
            before, after = self.raw[start:end], self.reading(start, end)
            if before != after:
                rule = "+".join(self.layers[level].rule for level in sorted(levels))
                yield Edit(start, end, before, after, rule)

    def _raw_edits(self, level: int) -> Iterator[tuple[int, int]]:
        """Yield the raw spans of one layer's edits."""
        layer = self.layers[level]
        below = self.layers[level - 1].text if level else self.raw
        if layer.starts:
            for start, end in zip(layer.starts, layer.ends, strict=True):
                yield self._down(start, end, level)
        elif len(below) == len(layer.text):
            for start, end in changed_runs(below, layer.text):
                raw = self._down(start, end, level)
                if raw[1] - raw[0] == end - start:
                    yield raw
                else:  # something was removed between these characters: keep it a change of its own
                    yield from (self._down(at, at + 1, level) for at in range(start, end))

    def _down(self, start: int, end: int, level: int) -> tuple[int, int]:
        for layer in reversed(self.layers[:level]):
            start, end = layer.to_below(start, end)
        return start, end

    def dump(self) -> dict[str, Any]:
        """Return all but the raw text as plain lists, strings and numbers, for `load`."""
        below, layers = self.raw, []
        for layer in self.layers:
            if layer.starts:
                above = zip(layer.at, layer.stop, strict=True)
                spans = {"starts": list(layer.starts), "ends": list(layer.ends)}
            else:
                above = list(changed_runs(below, layer.text))
                spans = {"starts": [start for start, _ in above]}
            layers.append({"rule": layer.rule, **spans, "put": [layer.text[start:end] for start, end in above]})
            below = layer.text
        return {
            "version": _VERSION,
            "raw_sha256": _digest(self.raw),
            "layers": layers,
            "damaged": [[span.start, span.end] for span in self.damaged],
            "set_aside": [[span.start, span.end] for span in self.set_aside],
        }

    @classmethod
    def load(cls, raw: str, dumped: dict[str, Any]) -> CleanText:
        """Return the clean text that `dump` described.

        Raises
        ------
        InputError
            `dumped` was made from another raw text or by another version of this package.
        """
        if dumped.get("version") != _VERSION or dumped.get("raw_sha256") != _digest(raw):
            raise InputError(
                Problem(
                    "clean text",
                    f"version {dumped.get('version')}, made from text {str(dumped.get('raw_sha256'))[:12]}",
                    f"version {_VERSION}, made from text {_digest(raw)[:12]}",
                    "The source or the package changed: run the read stage again.",
                )
            )
        below, layers = raw, []
        for given in dumped["layers"]:
            starts, put = array("I", given["starts"]), given["put"]
            same_length = "ends" not in given
            ends = array("I", (s + len(p) for s, p in zip(starts, put, strict=True)) if same_length else given["ends"])
            layer = Layer.replace(given["rule"], below, starts, ends, put)
            layers.append(Layer(layer.rule, layer.text) if same_length else layer)
            below = layer.text
        marks = (tuple(Span(*pair) for pair in dumped[name]) for name in ("damaged", "set_aside"))
        return cls(raw, tuple(layers), *marks)


def _check(start: int, end: int, length: int) -> None:
    if not 0 <= start <= end <= length:
        raise ValueError(f"span {start}-{end} does not lie in a text of {length} characters")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
