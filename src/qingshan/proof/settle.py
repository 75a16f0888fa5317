"""Settles the numbers of lines that layout broke: what was torn out of its row is looked for near its neighbours.

Flows in: the numbers of a file as `compare` judged them, and all sentences and rows of the edition in order. Flows
out: the numbers again. Only a number whose line is a fragment is settled, only by a number of the edition that no whole
line has claimed, and only between the lines around it: two values that changed places in whole lines stay wrong.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from qingshan.proof.blocks import Block
from qingshan.proof.compare import DIFFERS, LABEL, MATCHES, UNSOURCED, Checked, phrase_of
from qingshan.proof.tokens import PLACE, QUALIFIER, UNIT, Token

_NEIGHBOURS = 6  # whole lines on each side that say where in the edition we are
_REACH = 40  # numbers of the edition before the first and behind the last of them
_LONGEST_DATE_PART = 2
_LONGEST_ROW = 6  # numbers; more is a column read downwards


class Settler:
    """The numbers of an edition in their order; made once for one file."""

    def __init__(self, references: Sequence[Block]) -> None:
        self._numbers = [(block, token) for block in references for token in block.numbers]
        self._first: dict[tuple[str, int], int] = {}
        for at, (block, token) in enumerate(self._numbers):
            self._first.setdefault((block.text, token.start), at)

    def settle(self, checked: Sequence[Checked]) -> tuple[Checked, ...]:
        """Return the numbers with those of broken lines settled where the edition has them nearby."""
        sure = [
            (at, place) for at, one in enumerate(checked) if one.is_sure and (place := self._place(one)) is not None
        ]
        free = set(range(len(self._numbers))) - {place for _, place in sure}
        known = {(id(one.block), one.reference) for one in checked if _identifies(one)}
        return tuple(
            self._settled(one, at, sure, free) if _is_open(one, known) else one for at, one in enumerate(checked)
        )

    def _place(self, one: Checked) -> int | None:
        return self._first.get((one.reference, one.reference_start)) if one.verdict == MATCHES else None

    def _settled(self, one: Checked, at: int, sure: Sequence[tuple[int, int]], free: set[int]) -> Checked:
        near = self._near(at, sure)
        key = _key(one.block, one.token)
        for place in near:
            block, token = self._numbers[place]
            if place in free and _agree(key, _key(block, token)) and _may_hold(block, one.block):
                free.remove(place)
                return replace(one, verdict=MATCHES, what="", ours=phrase_of(block, token), reference=block.text)
        if _is_dates(one.block) and one.token.key in {self._numbers[place][1].key for place in near}:
            return replace(one, verdict=LABEL, what="", ours="", reference="")
        return one

    def _near(self, at: int, sure: Sequence[tuple[int, int]]) -> list[int]:
        """Return places of numbers around the whole lines nearest to a number, those in the middle first."""
        index = bisect_left(sure, (at, -1))
        places = sorted(place for _, place in sure[max(0, index - _NEIGHBOURS) : index + _NEIGHBOURS])
        if not places:
            return []
        middle = places[len(places) // 2]
        low, high = max(0, places[0] - _REACH), min(len(self._numbers), places[-1] + _REACH)
        if high - low > 6 * _REACH:  # a neighbour stands elsewhere: it is no guide
            low, high = max(0, middle - 2 * _REACH), min(len(self._numbers), middle + 2 * _REACH)
        return sorted(range(low, high), key=lambda place: abs(place - middle))


def _identifies(one: Checked) -> bool:
    """Tell whether a number shows which sentence its line is of: it agrees, and is no mark of a reference."""
    return one.verdict == MATCHES and len(one.token.key) > 1


def _is_open(one: Checked, known: set[tuple[int, str]]) -> bool:
    """Tell whether a number may be of another sentence than the one it was compared with."""
    if one.is_sure or not one.block.is_laid_out:
        return False
    if one.verdict == DIFFERS:
        return one.what == "number" and (id(one.block), one.reference) not in known
    return one.verdict == UNSOURCED


def _key(block: Block, token: Token) -> tuple[str, str, str]:
    """Return a number with its unit and qualifier, '' where none stands beside it."""
    at = block.tokens.index(token)
    behind = block.tokens[at + 1] if at + 1 < len(block.tokens) else None
    unit = behind.key if behind is not None and behind.kind == UNIT else ""
    beside = [other.key for other in block.tokens[max(0, at - 1) : at + 3] if other.kind == QUALIFIER]
    return token.key, unit, beside[0] if beside else ""


def _agree(printed: tuple[str, str, str], ours: tuple[str, str, str]) -> bool:
    """Tell whether two are one number; a unit may have gone to the next line."""
    return printed[0] == ours[0] and printed[2] == ours[2] and (printed[1] == ours[1] or not printed[1])


def _may_hold(reference: Block, line: Block) -> bool:
    """Tell whether a torn line can be of a row: one that names a place or a year is of that row as a whole."""
    places = {token.key for token in line.tokens if token.kind == PLACE}
    if not places <= {token.key for token in reference.tokens}:
        return False
    is_of_one_row = places or any(token.shape != "#" for token in line.numbers)
    return (
        not is_of_one_row
        or len(line.numbers) > _LONGEST_ROW
        or {token.key for token in line.numbers} <= {token.key for token in reference.numbers}
    )


def _is_dates(line: Block) -> bool:
    """Tell whether all numbers of a line are years, months and days."""
    return not any(token.kind == UNIT for token in line.tokens) and all(
        token.key.isdigit() and (len(token.key) <= _LONGEST_DATE_PART or token.shape != "#") for token in line.numbers
    )
