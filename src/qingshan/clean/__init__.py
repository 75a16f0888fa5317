"""Cleaning: in flows raw text as decoded, out flows a `CleanText` that maps every clean span to its raw one and back.

Repairs, in order: markup of web pages, bracketed pinyin, full-width forms, traditional characters. Then mojibake is
marked and site chrome set aside. No digit of the text is ever created or destroyed.
"""

from dataclasses import replace

from qingshan.clean.chrome import find_chrome
from qingshan.clean.damage import find_damage
from qingshan.clean.layers import CleanText, Edit, Layer, Span
from qingshan.clean.markup import clean_markup
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
    around: list[Span] = []
    if page := clean_markup(raw):
        layers.append(page[0])
        around = page[1]
    layer = clean_pinyin(layers[-1].text if layers else raw)
    if layer:
        layers.append(layer)
    unread = text = layers[-1].text if layers else raw
    for clean in (clean_width, clean_script):
        layer = clean(text)
        if layer:
            layers.append(layer)
            text = layer.text
    # damage is judged by the bytes behind the characters as they were; the layers above keep every offset
    cleaned = CleanText(raw, tuple(layers), find_damage(unread), find_chrome(text))
    return cleaned if not around else replace(cleaned, set_aside=_joined(cleaned, around))


def _joined(cleaned: CleanText, around: list[Span]) -> tuple[Span, ...]:
    """Return the clean spans set aside by wording and, for a page, by markup, sorted and apart from each other."""
    spans = [*cleaned.set_aside, *(Span(*cleaned.to_clean(span.start, span.end)) for span in around)]
    joined: list[Span] = []
    for span in sorted(span for span in spans if span.start < span.end):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(joined)
