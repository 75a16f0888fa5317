"""Text of sources as people may see it: no character hides, and none turns the line around."""

from __future__ import annotations

import unicodedata

_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def visible(text: str, *, line_end: str = "␤") -> str:
    """Return `text` with every character that cannot be seen, or that turns the line around, spelt out as [U+202E].

    Tabs become spaces and line ends `line_end`: a line break inside a figure may be why it was misread, while the
    public pages let their text flow. Ordinary text is returned unchanged.
    """
    if text.isprintable():  # true of nearly every text, and fast
        return text
    return "".join(_spelt_out(character, line_end) for character in text.replace("\r\n", "\n"))


def _spelt_out(character: str, line_end: str) -> str:
    if character == "\n":
        return line_end
    if character == "\t":
        return " "
    return f"[U+{ord(character):04X}]" if unicodedata.category(character) in _HIDDEN else character
