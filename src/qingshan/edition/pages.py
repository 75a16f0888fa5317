"""Renders the index page of an edition in one language.

Flows in: a `view.Page`. Flows out: the bytes of one self-contained HTML page without scripts, that opens from a folder
with no network. All text is escaped; numbers pass through one function of the template.
"""

from __future__ import annotations

import re
from typing import Any

from qingshan.edition.view import Chart, Page
from qingshan.edition.wording import WORDS
from qingshan.model import StageError, visible

FILE_NAMES = {"zh": "index.zh.html", "en": "index.en.html"}
_FORBIDDEN = re.compile(r"<\s*(script|foreignObject|iframe|image|a)\b|\bon\w+\s*=|(?:xlink:)?href\s*=\s*\"(?!#)", re.I)


def render(page: Page) -> bytes:
    """Return the page as UTF-8 bytes, the same for the same page.

    Raises
    ------
    StageError
        A chart holds something that could act or load.
    """
    import jinja2
    from markupsafe import Markup

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("qingshan.edition", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_visible,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    template = environment.get_template("index.html.j2")

    def picture(chart: Chart) -> Markup:
        return Markup(inline_svg(chart.svg[page.language]))

    text = template.render(page=page, w=WORDS[page.language], picture=picture)
    return text.encode("utf-8")


def _visible(value: Any) -> Any:
    """Spell out invisible characters of every text the template prints; markup is left alone."""
    return visible(value, line_end=" ") if type(value) is str else value


def inline_svg(svg: str) -> str:
    """Return an SVG file's element for use inside a page: no declaration, no fixed size.

    Raises
    ------
    StageError
        It holds a script, a link, an event attribute or a reference to the outside.
    """
    found = _FORBIDDEN.search(svg)
    if found:
        raise StageError(f"publish: a chart holds {found[0]!r}; charts must be plain pictures")
    start = svg.find("<svg")
    if start < 0:
        raise StageError("publish: a chart is not SVG")
    head, rest = svg[start:].split(">", 1)
    head = re.sub(r'\s(?:width|height)="[^"]*"', "", head)
    return f'{head} aria-hidden="true" focusable="false">{rest}'.strip()
