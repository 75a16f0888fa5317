"""Reads how exactly a number is meant: 约, 近, 超过, 不低于, 左右, 以上, 以内 and the like.

The word belongs to the magnitude as written; which bound that is for a signed change is `interval`'s business.
"""

from __future__ import annotations

import re

from qingshan.quantity.quantities import Quantity
from qingshan.registry import Vocabulary

_REACH = 24  # characters that 约占…的 may span before its number
_MORE = re.compile(r"多(?!出)|强(?![\u4e00-\u9fff])|强(?=的)")
_CLAUSE = re.compile(r"[，。；：！？\n\d]")


class QualifierReader:
    """Reads qualifiers with one vocabulary; made once, used for many texts."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._meaning = {
            role: {word.word: word.value for word in vocabulary.words["qualifiers"] if word.role == role}
            for role in ("before", "after", "inside", "distant")
        }
        words = vocabulary.roles("qualifiers")
        # a value may be announced between the qualifier and the number: 不低于, 超过了, 约为, 至少达到
        self._before = re.compile(f"({_any(words['before'])})(?:了|为|达到?|有)?$")
        self._after = re.compile(_any(words["after"]))
        self._next_word = re.compile(_any(words["next_word"]))  # 35艘以内河运输: begins like a qualifier and is none
        self._distant = re.compile(_any(words["distant"]))

    def read(self, text: str, quantity: Quantity, is_target: bool) -> tuple[str, str]:
        """Return the qualifier of a quantity and the rule that gave it.

        Parameters
        ----------
        text
            Clean text.
        is_target
            The number is required, so 以上 sets a lower limit instead of saying "more than".
        """
        if quantity.unit in ("倍", "年", "%") and _MORE.match(text, quantity.end):
            return "over", "after"  # 五倍多, 三分之一强
        after = self._match_after(text, quantity.end)
        if after:
            qualifier = self._meaning["after"][after.group()]
            before = self._word_before(text, quantity)
            if qualifier == "over" and (is_target or before == "at_least"):
                return "at_least", "after"
            if qualifier != "at_most" or before in ("", "at_most"):
                return qualifier, "after"
        before = self._word_before(text, quantity)
        if before:
            return before, "before"
        if quantity.particle:
            return self._meaning["inside"].get(quantity.particle, "over"), "inside"
        clause = _CLAUSE.split(text[max(0, quantity.start - _REACH) : quantity.start])[-1]
        if found := list(self._distant.finditer(clause)):
            return self._meaning["distant"][found[-1].group()], "distant"
        return "exact", "none"

    def after_end(self, text: str, end: int) -> int:
        """Return the clean offset after a qualifier that follows a number at `end`."""
        match = self._match_after(text, end)
        return match.end() if match else end

    def strip_before(self, phrase: str) -> str:
        """Return `phrase` without a qualifier at its end."""
        return self._before.sub("", phrase)

    def _match_after(self, text: str, end: int) -> re.Match[str] | None:
        return None if self._next_word.match(text, end) else self._after.match(text, end)

    def _word_before(self, text: str, quantity: Quantity) -> str:
        match = self._before.search(text[max(0, quantity.start - 8) : quantity.start].rstrip())
        return self._meaning["before"][match[1]] if match else ""


def _any(words: tuple[str, ...]) -> str:
    return "|".join(map(re.escape, words))
