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
    token
        Its token in `block`.
    reference, reference_start
        The sentence of the edition it was compared with, and where in it the edition's number begins.
    is_sure
        Whether the line is whole: nearly all of the edition's sentence stands in it.
    observations
        observation_ids that the number can be.
    """

    block: Block
    token: Token
    printed: str
    ours: str
    verdict: str
    what: str = ""
    reference: str = ""
    reference_start: int = -1
    is_sure: bool = False
    observations: tuple[str, ...] = ()


def compare(block: Block, aligned: Aligned | None, known: Known) -> tuple[Checked, ...]:
    """Return the numbers of a sentence, judged; `aligned` None: the edition has no such sentence."""
    if aligned is None:
        return tuple(_alone(block, token, known) for token in block.numbers)
    wrong = _wrong_words(block, aligned)
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
    if token.key != ours.key and block.is_laid_out:
        ours = _left_over(block, aligned, token) or ours
    what = "number" if token.key != ours.key else wrong.get(at, "")
    return Checked(
        block, token, phrase_of(block, token), phrase_of(aligned.reference, ours),
        DIFFERS if what else MATCHES, what, aligned.reference.text, ours.start, aligned.is_whole,
        known.find(aligned.reference, ours),
    )  # fmt: skip


def _left_over(block: Block, aligned: Aligned, token: Token) -> Token | None:
    """Return the same number elsewhere in the edition's sentence, where a torn line lost one before it."""
    claimed = {ours.start for printed, ours in aligned.pairs if printed and ours and printed.key == ours.key}
    phrase = phrase_of(block, token)
    left = (ours for ours in aligned.reference.numbers if ours.key == token.key and ours.start not in claimed)
    return next((ours for ours in left if phrase_of(aligned.reference, ours) == phrase), None)


def _alone(block: Block, token: Token, known: Known) -> Checked:
    """Judge a number by the observations alone: the sentence is not the edition's."""
    phrase = phrase_of(block, token)
    if found := known.find(block, token):
        return Checked(block, token, phrase, phrase, MATCHES, observations=found)
    before, after = block.text[: token.start], block.text[token.end :]
    is_label = bool(
        _LABEL_BEFORE.search(before)
        or (_LABEL_AFTER.match(after) and "." not in token.text)
        or (_ENUMERATED.search(before) and re.match(r"\s*[\]）)〕]", after))
        or any(match.start() <= token.start < match.end() for match in _DATE.finditer(block.text))
    )
    verdict, what = (LABEL, "") if is_label else (UNSOURCED, "new")
    return Checked(block, token, phrase, "", verdict, what)


def phrase_of(block: Block, token: Token) -> str:
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


def _wrong_words(block: Block, aligned: Aligned) -> dict[int, str]:
    """Return index of a number's pair -> what is wrong beside it."""
    is_torn = block.may_be_torn or (block.is_laid_out and not aligned.is_whole)
    odd = [
        (at, token)
        for at, (printed, ours) in enumerate(aligned.pairs)
        if (printed is None) != (ours is None)
        and (token := printed or ours)
        and is_critical(token)
        and not (is_torn and (_is_cut(token, aligned) if printed else not _is_missed(aligned, at, token)))
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


def _is_missed(aligned: Aligned, at: int, token: Token) -> bool:
    """Tell whether a word that a torn line lacks must stand in it: 约 and 下降 right before a number that it holds."""
    behind = aligned.pairs[at + 1] if at + 1 < len(aligned.pairs) else (None, None)
    return token.kind in (QUALIFIER, DIRECTION) and None not in behind and behind[0].kind == NUMBER


def _is_cut(token: Token, aligned: Aligned) -> bool:
    """Tell whether a place is what a line's end left of a longer name: 新疆 of 新疆生产建设兵团."""
    longer = (ours for printed, ours in aligned.pairs if printed is None and ours is not None)
    return token.kind == PLACE and any(ours.kind == PLACE and token.text in ours.text for ours in longer)


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
