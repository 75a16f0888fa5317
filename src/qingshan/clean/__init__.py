"""Cleaning: in flows raw text as decoded, out flows a `CleanText` that maps every clean span to its raw one and back.

Repairs, in order: bracketed pinyin, full-width forms, traditional characters; then mojibake is marked and site chrome
set aside. No digit is ever created or destroyed, and no file is opened but the tables beside this module.
"""

from qingshan.clean.chrome import find_chrome
from qingshan.clean.damage import find_damage
from qingshan.clean.layers import CleanText, Edit, Layer, Span
from qingshan.clean.pinyin import clean_pinyin
from qingshan.clean.script import clean_script
from qingshan.clean.width import clean_width

__all__ = ["CleanText", "Edit", "Layer", "Span", "clean_text"]


def clean_text(raw: str) -> CleanText:
    """Clean a decoded text.

    Parameters
    ----------
    raw
        The decoded source: any text, as long as one likes, with its byte order mark and line ends as they were.

    Returns
    -------
    CleanText
        Its `damaged` and `set_aside` are in clean offsets.
    """
    layers: list[Layer] = []
    layer = clean_pinyin(raw)
    if layer:
        layers.append(layer)
    unread = text = layers[-1].text if layers else raw
    for clean in (clean_width, clean_script):
        layer = clean(text)
        if layer:
            layers.append(layer)
            text = layer.text
    # damage is judged by the bytes behind the characters as they were; the layers above keep every offset
    return CleanText(raw, tuple(layers), find_damage(unread), find_chrome(text))
