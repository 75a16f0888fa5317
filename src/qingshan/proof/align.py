"""Finds for a sentence of the laid-out file the sentence of the edition that it was set from.

Flows in: blocks of both. Flows out: the best pair, or none, and which token stands against which.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Indel

from qingshan.proof.blocks import Block
from qingshan.proof.tokens import CRITICAL, NUMBER, PLACE, UNIT, Token

SAME = 74.0  # per cent of the words of two sentences that are one, before its numbers are looked at
REWRITTEN = 55.0  # below that, not even equal numbers make two sentences one
TORN = 25.0
WHOLE = 0.8  # of the edition's words; less is a fragment that a line's end left
_FIRST_LETTER = 0x10000


@dataclass(frozen=True)
class Aligned:
    """A sentence and the one it was set from: tokens side by side, None where one has no counterpart."""

    reference: Block
    pairs: tuple[tuple[Token | None, Token | None], ...]  # (printed, ours)

    @property
    def is_whole(self) -> bool:
        """Whether nearly all of the edition's sentence stands in the printed one."""
        both = sum(printed is not None and ours is not None for printed, ours in self.pairs)
        return both >= WHOLE * len(self.reference.tokens)


class Aligner:
    """Looks for sentences among those of one edition; made once."""

    def __init__(self, references: Sequence[Block]) -> None:
        self._letters: dict[str, str] = {}
        self._blocks = tuple(references)
        self._shapes = [self._shape(block) for block in self._blocks]

    def align(self, block: Block) -> Aligned | None:
        """Return the pair of `block`; None when the edition holds no such sentence."""
        found = process.extract(self._shape(block), self._shapes, scorer=fuzz.ratio, limit=None, score_cutoff=REWRITTEN)
        ranked = sorted(
            ((self._rank(block, self._blocks[index], score), -index) for _, score, index in found), reverse=True
        )
        best = next((-index for (_, is_same), index in ranked if is_same), None)
        if block.may_be_torn and (best is None or _shared(block, self._blocks[best], NUMBER) < 1):
            best = self._holder(block, best)
        if best is None:
            return None
        return Aligned(self._blocks[best], side_by_side(block.tokens, self._blocks[best].tokens))

    def _holder(self, block: Block, otherwise: int | None) -> int | None:
        """Return the row that holds every number and most words of a torn line, `otherwise` when none does."""
        if len(block.numbers) < 2:
            return otherwise
        shape, kinds = self._shape(block), {token.kind for token in block.tokens}
        is_placed, has_units = PLACE in kinds, UNIT in kinds
        holders = [
            (fuzz.partial_ratio(shape, self._shapes[index]), -index)
            for index, other in enumerate(self._blocks)
            if _shared(block, other, NUMBER) == 1
            and (not is_placed or _shared(block, other, PLACE) == 1)
            and (not has_units or _shared(block, other, UNIT) == 1)
        ]
        best = max(holders, default=(0.0, 0))
        return -best[1] if best[0] >= SAME else otherwise

    def _shape(self, block: Block) -> str:
        """Return the sentence with one letter of our own for each token, which is what the library compares fast."""
        return "".join(
            self._letters.setdefault(token.shape, chr(_FIRST_LETTER + len(self._letters))) for token in block.tokens
        )

    @staticmethod
    def _rank(block: Block, other: Block, score: float) -> tuple[float, bool]:
        """Return how good a pair is, and whether it is one."""
        shared = _shared(block, other, NUMBER)
        places = _shared(block, other, PLACE) if any(token.kind == PLACE for token in block.tokens) else 0.0
        same_kind = 4.0 if block.is_row == other.is_row else 0.0
        # of a torn row only the numbers may be left, and its name stands lines above
        whole = TORN if block.may_be_torn and shared == 1.0 and len(block.numbers) > 1 else 0.0
        return score + 10 * shared + 8 * places + same_kind + whole, score >= SAME or shared == 1.0


def _shared(block: Block, other: Block, kind: str) -> float:
    """Return the share of the tokens of one kind in `block` that `other` has too."""
    mine = Counter(token.key for token in block.tokens if token.kind == kind)
    theirs = Counter(token.key for token in other.tokens if token.kind == kind)
    return (mine & theirs).total() / max(1, mine.total())


def side_by_side(printed: Sequence[Token], ours: Sequence[Token]) -> tuple[tuple[Token | None, Token | None], ...]:
    """Return the tokens of two sentences side by side, numbers against numbers."""
    pairs: list[tuple[Token | None, Token | None]] = []
    shapes = [token.shape for token in printed], [token.shape for token in ours]
    for tag, low, high, ours_low, ours_high in Indel.opcodes(*shapes):
        if tag == "equal":
            pairs += zip(printed[low:high], ours[ours_low:ours_high], strict=True)
            continue
        pairs += [(token, None) for token in printed[low:high]]
        pairs += [(None, token) for token in ours[ours_low:ours_high]]
    return tuple(pairs)


def is_critical(token: Token) -> bool:
    """Tell whether a token other than a number makes a number right or wrong."""
    return token.kind in CRITICAL
