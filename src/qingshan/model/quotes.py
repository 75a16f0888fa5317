"""Where in its raw quote a figure stands, which may hold its characters more than once; and a quote as it is read."""

from __future__ import annotations

import html
import re

# whole tags and comments of a page, and a tag that the quote's end cuts off; a sign between numbers is none: a < b
_MARKUP = re.compile(r"<!--.*?-->|</?[a-zA-Z][^<>]*>|</?[a-zA-Z][^<>\n]*$", re.DOTALL)


def place_in_quote(quote: str, text: str, prefix: str, suffix: str) -> int | None:
    """Return where in `quote` the figure `text` stands: of the places that its context allows, the best attested.

    Parameters
    ----------
    prefix, suffix
        The raw characters on each side of the figure; of a side that leaves the quote only the part inside counts.

    Returns
    -------
    int or None
        The first place of those whose surroundings agree on most characters; None where none agrees.
    """
    places = [match.start() for match in re.finditer(f"(?={re.escape(text)})", quote)] if text else []
    attested = {start: _agreement(quote, start, start + len(text), prefix, suffix) for start in places}
    best = max(attested, key=attested.__getitem__, default=None)
    return best if best is not None and attested[best] >= 0 else None


def without_markup(text: str) -> str:
    """Return a piece of a page's raw text as its reader saw it: tags left out, entities as characters.

    Cells, which only tags part, stay apart by a space. Tables keep the raw text; this is for a person's eyes.
    """
    if "<" not in text and "&" not in text:
        return text
    shown = re.sub(r"</t[dh]>|<br\s*/?>|</tr>", " ", text, flags=re.IGNORECASE)
    return html.unescape(_MARKUP.sub("", shown))


def _agreement(quote: str, start: int, end: int, prefix: str, suffix: str) -> int:
    """Return how many characters around a place are those of the context, -1 when one is another."""
    before, after = quote[max(0, start - len(prefix)) : start], quote[end : end + len(suffix)]
    agrees = prefix.endswith(before) and suffix.startswith(after)
    return len(before) + len(after) if agrees else -1
