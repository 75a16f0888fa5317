"""Marks of emphasis around words and numbers: in flows clean text, out flows it without them.

Markdown and what is pasted from it writes **85.5%** and `1.2`; its readers see neither mark. Marks that stand behind a
number are flags of a table and stay.
"""

from __future__ import annotations

import re
from array import array

from qingshan.clean.layers import Layer

RULE = "emphasis"

_MARKED = re.compile(
    r"(?<![0-9A-Za-z%*_`])(?P<mark>\*\*|__|`)(?=[^\s*_`])[^*_`\n]{1,120}(?<=\S)(?P=mark)(?![0-9A-Za-z*_`])"
)


def clean_emphasis(text: str) -> Layer | None:
    """Return the layer without the pairs of marks, or None when there are none."""
    if "**" not in text and "__" not in text and "`" not in text:
        return None
    starts, ends = array("I"), array("I")
    for match in _MARKED.finditer(text):
        width = len(match["mark"])
        starts.extend((match.start(), match.end() - width))
        ends.extend((match.start() + width, match.end()))
    return Layer.replace(RULE, text, starts, ends, [""] * len(starts)) if starts else None
