"""Splits a printed sentence into the words that make a number right or wrong, and all other words.

Flows in: a sentence, in Chinese or English, and the registry. Flows out: `Token`s with keys: two spellings of one thing
have one key (12.13亿 and 121300万; 超 and 超过), and two things never share one (9亿 and 9万).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import ahocorasick_rs

from qingshan.proof.wording import DIRECTIONS, GOALS, QUALIFIERS
from qingshan.registry import Registry

NUMBER, UNIT, QUALIFIER, DIRECTION, PLACE, NAME, GOAL, WORD = (
    "number", "unit", "qualifier", "direction", "place", "name", "goal", "word",
)  # fmt: skip
CRITICAL = frozenset({UNIT, QUALIFIER, DIRECTION, PLACE, NAME, GOAL})
_SCALES = {
    "万亿": 12, "亿": 8, "万": 4, "trillion": 12, "billion": 9, "million": 6, "thousand": 3,
}  # fmt: skip
_DASH = r"[-‐‑–—―−－~～〜]{1,2}"
_NUMBER = re.compile(
    r"(?P<sign>(?<![\d%A-Za-z个亿万])[-−－+＋]\s?(?=\d))?(?P<digits>\d{1,3}(?:[,，]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:\s?(?P<scale>万亿|亿|万(?!元户)|trillion|billion|million|thousand))?"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_MARK = re.compile(r"\[\d{1,3}\]")
_LATIN = re.compile(r"[A-Za-z]+(?:[-‐‑][A-Za-z]+)*(?:\d+(?:\.\d+)?)?")
_DASHES = re.compile(_DASH)
_GLUED = re.compile(r"(?<=\d{4}-\d\d-\d\d)(?=\d)")  # dates of two cells
_SPACE = re.compile(r"\s+")
_NARROW = str.maketrans({chr(0xFF01 + n): chr(0x21 + n) for n in range(0x5E)} | {"\u3000": " ", "₂": "2", "₅": "5"}
                        | dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₃₄", "01234567890134", strict=True)))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a sentence: what it is, as printed, and what must agree. Offsets are those of the folded sentence."""

    kind: str
    text: str
    key: str
    start: int
    end: int

    @property
    def shape(self) -> str:
        """What two sentences are aligned by: numbers are alike, so that a wrong one meets the right one, and years."""
        return self.key if self.kind != NUMBER else "#year" if _YEAR.fullmatch(self.text) else "#"


def folded(text: str) -> str:
    """Return `text` with half-width digits and letters, subscripts as digits and no white space beside Chinese."""
    text = _GLUED.sub(" ", _SPACE.sub(" ", text.translate(_NARROW)).strip())
    text = re.sub(r"(?<=[\u2e80-\u9fff，。、；：]) | (?=[\u2e80-\u9fff，。、；：])", "", text)
    # a hyphen at a line's end may have been the word's own
    return re.sub(r"(?<=[A-Za-z])[-‐‑](?=[A-Za-z])", " ", re.sub(r"(?<=\d) (?=[%‰])", "", text))


class Tokenizer:
    """Reads sentences with the words of one registry; made once."""

    def __init__(self, registry: Registry) -> None:
        self._known: dict[str, tuple[str, str]] = {}
        for kind, key, words in _vocabulary(registry):
            for word in words:
                if word:
                    self._known.setdefault(folded(word).lower(), (kind, key))
        self._words = sorted(self._known)
        self._finder = ahocorasick_rs.AhoCorasick(self._words, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)

    def tokens(self, sentence: str) -> tuple[Token, ...]:
        """Return the tokens of a folded sentence in order; white space and most punctuation are none."""
        return tuple(self._tokens(sentence))

    def _tokens(self, text: str) -> Iterator[Token]:
        found = {start: (self._words[index], end) for index, start, end in self._matches(text)}
        at = 0
        while at < len(text):
            word, end = found.get(at, ("", 0))
            if word:
                kind, key = self._known[word]
                yield Token(kind, text[at:end], f"{kind}:{key}", at, end)
            elif mark := _MARK.match(text, at):  # of a reference: no figure
                end = mark.end()
                yield Token(WORD, mark.group(), mark.group(), at, end)
            elif number := _NUMBER.match(text, at):
                end = number.end()
                yield Token(NUMBER, number.group(), _number_key(number), at, end)
            elif latin := _LATIN.match(text, at):
                end = latin.end()
                kind = NAME if latin.group()[-1].isdigit() else WORD
                yield Token(kind, latin.group(), latin.group().lower(), at, end)
            elif dash := _DASHES.match(text, at):
                end = dash.end()
                yield Token(WORD, dash.group(), "~", at, end)
            else:
                end = at + 1
                if text[at].isalnum() or text[at] in "%‰":
                    yield Token(WORD, text[at], text[at], at, end)
            at = end

    def _matches(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Yield the known words; one of Latin letters only where no letter goes on before or behind it."""
        lower = text.lower()
        for index, start, end in self._finder.find_matches_as_indexes(lower):
            before, after = lower[start - 1 : start], lower[end : end + 1]
            inside = (_is_latin(before) and _is_latin(lower[start])) or (_is_latin(after) and _is_latin(lower[end - 1]))
            if not inside:
                yield index, start, end


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _number_key(match: re.Match[str]) -> str:
    value = Decimal(match["digits"].replace(",", "").replace("，", ""))
    if match["scale"]:
        value = value.scaleb(_SCALES[match["scale"]])
    sign = "-" if match["sign"] and match["sign"][0] in "-−－" else ""
    return f"{sign}{value.normalize():f}"


def _vocabulary(registry: Registry) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield kind, key and the words of everything that makes a number right or wrong."""
    for indicator in registry.indicators.values():
        for label in indicator.label.values():
            if any(character.isdigit() for character in label):  # digits of a name are no numbers
                yield NAME, label, tuple(re.findall(r"[A-Za-z]+[\d.₀-₉]+", label))
    for region in registry.regions.values():
        yield PLACE, region.code, (region.name, region.en, *region.aliases)
    for unit in registry.vocabulary.units:
        spellings = [name for name in (unit.canonical, *unit.spellings) if len(name) > 1 or not name.isalpha()]
        yield UNIT, unit.code, (*spellings, *(word for word in (unit.en, unit.symbol) if len(word) > 1))
    for role in ("before", "after", "distant"):
        for word in registry.vocabulary.words["qualifiers"]:
            if word.role == role:
                yield QUALIFIER, word.value, (word.word,)
    for word in registry.vocabulary.words["changes"]:
        yield DIRECTION, word.role, (word.word,)
    for kind, words in ((QUALIFIER, QUALIFIERS), (DIRECTION, DIRECTIONS), (GOAL, GOALS)):
        for key, spellings in words.items():
            yield kind, key, spellings
