"""Renders the page of an edition in one language.

Flows in: a `view.Page`. Flows out: the bytes of one self-contained HTML page that opens from a folder with no network.
All text is escaped, one small script is allowed by its hash, and no numeral passes that `lint` cannot trace.
"""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from typing import Any

from qingshan.edition import lint, marks, typeset
from qingshan.edition.referring import Referrer, time_forms, value_forms
from qingshan.edition.view import Drawn, Page, anchor
from qingshan.edition.wording import WORDS
from qingshan.model import visible

FILE_NAMES = {"zh": "index.zh.html", "en": "index.en.html"}


def render(page: Page) -> bytes:
    """Return the page as UTF-8 bytes, the same for the same page.

    Raises
    ------
    StageError
        A chart holds something that could act or load, or a numeral stands on the page that has no source.
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
    words = WORDS[page.language]
    letters, referrers = marks.Letters(), _referrers(page)
    pictures = {drawn.chart.card.name: Markup(_picture(drawn, page, letters)) for drawn in page.charts}
    script = resources.files("qingshan.edition").joinpath("templates/drawer.js").read_text(encoding="utf-8")
    environment.filters |= {
        "formulas": typeset.formulas,
        "note_id": note_id,
        "drawn_as": lambda mark: _drawn_as(mark, page.language),
        "anchor": lambda sentence: anchor(sentence.key),
        "title": lambda drawn: referrers[drawn.chart.card.name].parts(drawn.chart.card.title[page.language]),
        "remarks": lambda drawn: [
            [referrers[drawn.chart.card.name].parts(text) for text in texts] for texts in _remarks(drawn, page.language)
        ],
    }
    text = environment.get_template("index.html.j2").render(
        page=page,
        w=words,
        letters=Markup(letters.markup()),
        picture=lambda drawn: pictures[drawn.chart.card.name],
        script=Markup(script),
        script_hash=Markup(script_hash(script)),
    )
    lint.check(text, known(page))
    return text.encode("utf-8")


def script_hash(script: str) -> str:
    """Return the source expression by which the page's policy allows this script and no other."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def note_id(observation_id: str) -> str:
    """Return the id of the note that a number leads to; computed marks have notes of their own."""
    return f"k-{observation_id}" if observation_id.startswith("calc-") else f"q-{observation_id}"


def _drawn_as(mark: str, language: str) -> str:
    """Return what a mark made of observations is: an arrow, a whisker, a line; only the others are called computed."""
    words = WORDS[language]
    return str(words["drawn"].get(mark.split("-")[1], words["calculated"]))


def known(page: Page) -> lint.Known:
    """Return what may stand on a page: what its observations print, its counts and its names."""
    numbers: dict[str, set[str]] = {}
    times: dict[str, set[str]] = {}
    for one in page.shown:
        readings = (quote.reading for quote in one.quotes)
        numbers[one.observation_id] = {*map(_as_printed, (*one.printed, *value_forms(one), *readings))}
        times[one.observation_id] = {*map(_as_printed, time_forms(one))}
    for row in page.errata.rows if page.errata else ():
        said = (row[f"{name}_{page.language}"] for name in ("sentence", "before", "after"))
        numbers[f"erratum-{row['erratum']}"] = {*map(_as_printed, said)}
    counted = {str(count) for count in page.counts.values()}
    counted |= {str(len(cited.quotes)) for cited in page.sources} | {str(one.note) for one in page.shown}
    counted |= {str(drawn.chart.card.number) for drawn in page.charts}
    names = {*map(_as_printed, (*page.names, *page.reasons))}
    return lint.Known(numbers, times, counted, names)


def _as_printed(text: str) -> str:
    return " ".join(visible(text, line_end=" ").split())


def _visible(value: Any) -> Any:
    """Spell out invisible characters of every text the template prints; markup is left alone."""
    return visible(value, line_end=" ") if type(value) is str else value


def _picture(drawn: Drawn, page: Page, letters: marks.Letters) -> str:
    """Return a chart's markup: a group of links for whoever reads it with the keyboard or by ear."""
    words = WORDS[page.language]
    by_id = {one.observation_id: one for one in drawn.everything}

    def link(mark: str) -> tuple[str, str]:
        if mark in by_id:
            one = by_id[mark]
            name = words["mark"].format(indicator=one.indicator, place=one.place, period=one.period, value=one.value)
        else:
            name = _drawn_as(mark, page.language)
        return f"#{note_id(mark)}", name

    card = drawn.chart.card
    return marks.inline(
        drawn.chart.svg[page.language],
        f"c{card.number}-",
        letters,
        link,
        {*by_id, *drawn.calculated},
        label=card.alt[page.language],
    )


def _referrers(page: Page) -> dict[str, Referrer]:
    """Return chart -> what finds the observations in its words."""
    names = [name for name in page.names if any(map(str.isdecimal, name))]
    return {
        drawn.chart.card.name: Referrer(
            drawn.everything,
            names=names,
        )
        for drawn in page.charts
    }


def _remarks(drawn: Drawn, language: str) -> list[tuple[str, ...]]:
    """Return what a chart's card says below the picture: how to read it, then what it misses."""
    card = drawn.chart.card
    return [texts for texts in (card.notes.get(language, ()), card.missing.get(language, ())) if texts]
