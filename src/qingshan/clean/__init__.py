"""Cleaning: in flows raw text as decoded, out flows a `CleanText` that maps every clean span to its raw one and back.

Repairs, in order: markup of web pages, marks of emphasis, bracketed pinyin, full-width forms, traditional characters,
line ends and spaces inside a number or a wrapped sentence. Mojibake is marked and site chrome set aside. No digit of
the text is ever created or destroyed.
"""

from collections.abc import Iterable
from dataclasses import replace

from qingshan.clean.chrome import find_chrome
from qingshan.clean.damage import find_damage
from qingshan.clean.emphasis import clean_emphasis
from qingshan.clean.layers import CleanText, Edit, Layer, Span, joined
from qingshan.clean.markup import clean_markup
from qingshan.clean.pinyin import clean_pinyin
from qingshan.clean.script import clean_script
from qingshan.clean.width import clean_width
from qingshan.clean.wraps import clean_wraps

__all__ = ["CleanText", "Edit", "Layer", "Span", "clean_text"]


def clean_text(raw: str, aside: Iterable[tuple[int, int]] = ()) -> CleanText:
    """Clean a decoded text.

    Parameters
    ----------
    raw
        The decoded source: any text, as long as one likes, with its byte order mark and line ends as they were.
    aside
        Raw spans that the reader of the file knows to be no part of its article.

    Returns
    -------
    CleanText
        Its `damaged` and `set_aside` are in clean offsets.
    """
    layers: list[Layer] = []
    around = [Span(*span) for span in aside]
    if page := clean_markup(raw):
        layers.append(page[0])
        around += page[1]
    for clean in (clean_emphasis, clean_pinyin):
        if layer := clean(layers[-1].text if layers else raw):
            layers.append(layer)
    unread = text = layers[-1].text if layers else raw
    for clean in (clean_width, clean_script):
        layer = clean(text)
        if layer:
            layers.append(layer)
            text = layer.text
    # damage is judged by the bytes behind the characters as they were; the two layers above keep every offset
    damaged, chrome = find_damage(unread), find_chrome(text)
    if wraps := clean_wraps(text):  # last, for chrome is judged by whole lines
        layers.append(wraps)
        damaged, chrome = _above(wraps, damaged), _above(wraps, chrome)
    cleaned = CleanText(raw, tuple(layers), damaged, chrome)
    if not around:
        return cleaned
    aside = (Span(*cleaned.to_clean(span.start, span.end)) for span in around)
    return replace(cleaned, set_aside=joined([*chrome, *aside]))


def _above(layer: Layer, spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans of the text below a layer as spans of its text."""
    return joined(Span(*layer.to_above(span.start, span.end)) for span in spans)
