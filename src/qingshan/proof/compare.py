"""Judges every number of a laid-out sentence: as the edition has it, different, or without a source.

Flows in: a sentence and the one of the edition that it was set from. Flows out: a `Checked` for each number. One is
right only when the words that belong to it are right too: unit, about or over, up or down, place, target.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qingshan.proof.align import Aligned, is_critical
from qingshan.proof.blocks import Block
from qingshan.proof.known import Known
from qingshan.proof.tokens import DIRECTION, GOAL, NUMBER, PLACE, QUALIFIER, UNIT, Token

MATCHES, DIFFERS, UNSOURCED, LABEL = "matches", "differs", "unsourced", "label"
# what moves about in a sentence without changing it: 超过30个 and 30个以上
_MOVABLE = frozenset({QUALIFIER, DIRECTION, GOAL, UNIT})
_LABEL_BEFORE = re.compile(r"(?:[图表第附注]|[Ff]igure|[Tt]able|[Cc]hapter|[Ss]ection|[Nn]ote|[Pp]age|[Nn]o\.)\s*$")
_LABEL_AFTER = re.compile(r"^\s*(?:年|月|日|号|页|章|节|条|[.、)）\]]\s*(?=[\u4e00-\u9fffA-Z]))")
_ENUMERATED = re.compile(r"[\[（(〔]\s*$")
_COUNTED = re.compile(r"(?:[^\W\d]{0,2})")
_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d[-./]\d{1,2}(?:[-./]\d{1,2})?(?!\d)")


@dataclass(frozen=True)
class Checked:
    """One number of the laid-out file and what became of it.

    Parameters
    ----------
    printed, ours
        The number with the words that belong to it, as laid out and as the edition has it; '' where it has none.
    verdict
        matches, differs, unsourced or label (a figure's number, a date: no figure).
    what
        In what it differs: number, unit, qualifier, direction, place, name, goal; new for an unsourced one.
    start, end
        Offsets in `block.text`.
    observations
        observation_ids that the number can be.
    """

    block: Block
    start: int
    end: int
    printed: str
    ours: str
    verdict: str
    what: str = ""
    reference: str = ""
    observations: tuple[str, ...] = ()


def compare(block: Block, aligned: Aligned | None, known: Known) -> tuple[Checked, ...]:
    """Return the numbers of a sentence, judged; `aligned` None: the edition has no such sentence."""
    if aligned is None:
        return tuple(_alone(block, token, known) for token in block.numbers)
    wrong = _wrong_words(aligned)
    return tuple(_judged(block, aligned, at, wrong, known) for at in _numbers(aligned))


def _numbers(aligned: Aligned) -> Iterator[int]:
    for at, (token, _) in enumerate(aligned.pairs):
        if token is not None and token.kind == NUMBER:
            yield at


def _judged(block: Block, aligned: Aligned, at: int, wrong: dict[int, str], known: Known) -> Checked:
    token, ours = aligned.pairs[at]
    assert token is not None
    if ours is None:
        return _alone(block, token, known)
    what = "number" if token.key != ours.key else wrong.get(at, "")
    return Checked(
        block, token.start, token.end, _phrase(block, token), _phrase(aligned.reference, ours),
        DIFFERS if what else MATCHES, what, aligned.reference.text, known.find(aligned.reference, ours),
    )  # fmt: skip


def _alone(block: Block, token: Token, known: Known) -> Checked:
    """Judge a number by the observations alone: the sentence is not the edition's."""
    phrase = _phrase(block, token)
    if found := known.find(block, token):
        return Checked(block, token.start, token.end, phrase, phrase, MATCHES, "", "", found)
    before, after = block.text[: token.start], block.text[token.end :]
    is_label = bool(
        _LABEL_BEFORE.search(before)
        or (_LABEL_AFTER.match(after) and "." not in token.text)
        or (_ENUMERATED.search(before) and re.match(r"\s*[\]）)〕]", after))
        or any(match.start() <= token.start < match.end() for match in _DATE.finditer(block.text))
    )
    verdict, what = (LABEL, "") if is_label else (UNSOURCED, "new")
    return Checked(block, token.start, token.end, phrase, "", verdict, what)


def _phrase(block: Block, token: Token) -> str:
    """Return a number with the words that belong to it: direction and qualifier before, unit and qualifier behind."""
    low = high = block.tokens.index(token)
    while low and block.tokens[low - 1].kind in (QUALIFIER, DIRECTION):
        low -= 1
    while high + 1 < len(block.tokens) and block.tokens[high + 1].kind in (QUALIFIER, UNIT):
        high += 1
    end = block.tokens[high].end
    if high == block.tokens.index(token):  # no unit that we know: a character or two say what is counted
        end = _COUNTED.match(block.text, end).end()
    return block.text[block.tokens[low].start : end]


def _wrong_words(aligned: Aligned) -> dict[int, str]:
    """Return index of a number's pair -> what is wrong beside it."""
    odd = [
        (at, token)
        for at, (printed, ours) in enumerate(aligned.pairs)
        if (printed is None) != (ours is None) and (token := printed or ours) and is_critical(token)
    ]
    moved = _moved(aligned, odd)
    numbers = list(_numbers(aligned))
    movable = _MOVABLE | (
        {PLACE} if len({token.key for token in _both(aligned) if token.kind == PLACE}) == 1 else set()
    )
    wrong: dict[int, str] = {}
    for at, token in odd:
        if token.key in moved and moved[token.key] > 0 and token.kind in movable:
            moved[token.key] -= 1
            continue
        if numbers:
            wrong.setdefault(_owner(at, token, numbers, aligned), token.kind)
    return wrong


def _both(aligned: Aligned) -> Iterator[Token]:
    for pair in aligned.pairs:
        yield from (token for token in pair if token is not None)


def _moved(aligned: Aligned, odd: Sequence[tuple[int, Token]]) -> Counter[str]:
    """Return key -> how many odd tokens of it are the two ends of one that only moved."""
    printed = Counter(token.key for at, token in odd if aligned.pairs[at][0] is not None)
    ours = Counter(token.key for at, token in odd if aligned.pairs[at][1] is not None)
    both = printed & ours
    return both + both


def _owner(at: int, token: Token, numbers: Sequence[int], aligned: Aligned) -> int:
    """Return the number that a word belongs to: a unit's stands before it, any other word's behind it."""
    before = [number for number in numbers if number < at]
    after = [number for number in numbers if number > at]
    if token.kind == UNIT:
        return before[-1] if before else after[0]
    if token.kind == QUALIFIER and before and at - before[-1] <= 2 and not (after and after[0] - at <= 1):
        return before[-1]  # 30个以上
    return after[0] if after else before[-1]
