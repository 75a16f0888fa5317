"""How names are set on a page: formulas with their subscripts.

Flows in: text of the registry and the charts. Flows out: markup in which every character of the text is escaped.
"""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from qingshan.model import visible

_PLAIN = str.maketrans("₀₁₂₃₄₅₆₇₈₉ₓ", "0123456789x")
_FORMULA = re.compile(
    r"(?<![A-Za-z])(?:(PM)(2\.5|10)|(C|S|N)?(O)([₂2₃3ₓx])|(N)([₂2])(O)|(CH)([₄4])|(NH)([₃3]))(?![A-Za-z0-9₀-₉])"
)
_LOW = re.compile(r"[₀-₉]+(?:\.[₀-₉]+)?")


def formulas(text: str) -> Markup:
    """Return text as markup with the subscripts of formulas set: ``PM<sub>2.5</sub>``, ``CO<sub>2</sub>``."""
    text = visible(text, line_end=" ")
    out, at = Markup(), 0
    for match in _FORMULA.finditer(text):
        out += _subscripts(text[at : match.start()])
        letters, digits = _halves([group for group in match.groups() if group])
        out += Markup("{}<sub>{}</sub>{}").format(letters, digits.translate(_PLAIN), _tail(match))
        at = match.end()
    return out + _subscripts(text[at:])


def without_formulas(text: str) -> str:
    """Return text without its formulas: what is left of 大气中的PM2.5 holds no numeral."""
    return _FORMULA.sub("\x00", text)


def _halves(groups: list[str]) -> tuple[str, str]:
    """Return the letters before the subscript and the subscript."""
    index = next(at for at, group in enumerate(groups) if not group.isalpha() or group == "x")
    return "".join(groups[:index]), groups[index]


def _tail(match: re.Match[str]) -> str:
    """Return what follows the subscript: the O of N₂O."""
    return match[8] or ""


def _subscripts(text: str) -> Markup:
    """Return text with any other subscript digits set as such."""
    out, at = Markup(), 0
    for match in _LOW.finditer(text):
        out += escape(text[at : match.start()]) + Markup("<sub>{}</sub>").format(match[0].translate(_PLAIN))
        at = match.end()
    return out + escape(text[at:])
