"""Which characters of a name are set low: PM2.5, CO2, SO₂.

Flows in: text. Flows out: its pieces, each with whether it is a subscript; put together they are the text again, with
plain digits for Unicode's small ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_FORMULA = re.compile(
    r"(?<![A-Za-z])(?:(?P<pm>PM)(?P<size>2\.5|10)|(?P<gas>[CSN]O(?=2)|NO(?=x)|O(?=3)|NH(?=3)|CH(?=4)|SF(?=6))(?P<atoms>[2346x]))(?![0-9A-Za-df-z]|\.[0-9])"
    r"|(?<![A-Za-z])(?P<laughing>N)(?P<two>2)(?=O(?![A-Za-z0-9]))"
    r"|(?P<small>[₀-₉ₓ]+(?:\.[₀-₉]+)?)"
)
_SMALL = str.maketrans("₀₁₂₃₄₅₆₇₈₉ₓ", "0123456789x")


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """Yield (piece, whether it is set low), in order; no piece is empty."""
    at = 0
    for match in _FORMULA.finditer(text):
        letters = match["pm"] or match["gas"] or match["laughing"] or ""
        low = match["size"] or match["atoms"] or match["two"] or match["small"]
        if before := text[at : match.start()] + letters:
            yield before, False
        yield low.translate(_SMALL), True
        at = match.end()
    if at < len(text):
        yield text[at:], False


def levelled(text: str) -> str:
    """Return text with plain digits for Unicode's small ones."""
    return text.translate(_SMALL)


def without(text: str) -> str:
    """Return text without its formulas: the 2.5 of PM2.5 is part of a name."""
    return _FORMULA.sub("\x00", text)
