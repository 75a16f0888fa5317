"""A chart in a notebook: shown inline, reworded, saved beside the declared charts, turned into a declaration.

Flows in: what was asked for and the pictures of it. Flows out: HTML for the notebook, files, text to read.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any

from qingshan import store
from qingshan.charts import asking, declaring, own, values
from qingshan.charts.asking import Own
from qingshan.charts.card import SUFFIX
from qingshan.edition.numerals import first_numeral
from qingshan.model import InputError, Problem, StageError, nearest
from qingshan.registry import Registry

if TYPE_CHECKING:
    from qingshan.studio.desk import Desk

_NOT_DRAWN = (
    "表中另有{count}行未画出（同一数值再次出现、没有自己的时期，或此图式不画） · "
    "{count} more rows of the table are not drawn (the same value again, no period of their own, or not of this form): "
    "{named}"
)
_DIFFERS = "# 与图中不同：多{more}行，少{less}行 · differs from the picture, rows: {more} more, {less} fewer\n"
_ASIDE = re.compile(r"\{[^{}]*\}|[₀-₉ₓ](?:\.[₀-₉])?")  # slots, and the low digits of chemical names
_SHOWN = 5  # ids of rows that are not drawn
_TEXTS = ("title", "finding", "subtitle", "notes", "section", "group_by", "options")


class Told(str):
    """Text that a notebook shows as it stands."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


@dataclass(frozen=True, repr=False)
class Drawing:
    """A chart as drawn in a notebook; it shows itself in both languages, and nothing of it is kept until `save`."""

    desk: Desk
    asked: Own
    pictures: Mapping[str, bytes]

    def reworded(self, **texts: Any) -> Drawing:
        """Return the same rows drawn with other texts.

        Parameters
        ----------
        texts
            title, finding, subtitle, notes, section, group_by, options, as in `Desk.draw`.

        Raises
        ------
        InputError
            A numeral outside a slot, a slot that means nothing, one language only.
        """
        _check_names(texts)
        asked = self._reworded(texts)
        return Drawing(self.desk, asked, own.drawn(asked, own.SKETCH, self.desk.material, is_sketch=True).files)

    def refusals(self, **texts: Any) -> Told:
        """Return what `reworded` would refuse in these texts, one mistake a line, '' for nothing."""
        try:
            self.reworded(**texts)
        except InputError as error:
            return Told("\n".join(map(str, error.problems)))
        except StageError as error:
            return Told(error)
        return Told()

    def save(self, name: str, **texts: Any) -> Saved:
        """Write the chart in both languages and profiles, with words, lineage and data, and give it its number.

        Parameters
        ----------
        name
            Small letters, digits, underscores. A chart saved under this name before is replaced.
        texts
            As in `reworded`.

        Raises
        ------
        InputError
            No name, or one that a declared chart has; see `reworded`.
        StageError
            A character has no glyph, or a numeral has no source.
        """
        _check_names(texts)
        asked, desk = self._reworded(texts), self.desk
        if not desk.is_running and not (desk.folder / own.SUMMARY).is_file():
            store.write_json(desk.folder / own.SUMMARY, {"text": "for yourself: no page shows these", "not_drawn": {}})
        number, paths = own.save(asked, name, desk.material, desk.folder)
        section = str(asked.entry["section"])
        return Saved(name, number, section, tuple(desk.workspace.shown(path) for path in paths), desk.is_running)

    def declaration(self, name: str) -> Told:
        """Return the entry for ``data/registry/charts.yml`` that draws this chart again in every edition.

        Where no declaration chooses just these rows, its first line says how many it would draw besides or leave out.
        """
        text, more, less = declaring.declaration(self.asked, name, self.desk.material)
        return Told((_DIFFERS.format(more=len(more), less=len(less)) if more or less else "") + text.rstrip())

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """Return both pictures for a notebook, each an image of its own; their words as plain text."""
        card = self._card()
        shown = "".join(self._image(language, card) for language in values.LANGUAGES)
        lines = [escape(line) for line in self._beside(card)]
        beside = "".join(f'<p style="margin:.2rem 0">{line}</p>' for line in lines)
        html = f'<div style="display:flex;flex-wrap:wrap;gap:1rem">{shown}</div>{beside}'
        return {"text/html": html, "text/plain": repr(self)}

    def __repr__(self) -> str:
        card = self._card()
        titles = [card["finding"][language] for language in values.LANGUAGES]
        return "\n".join([*titles, *self._beside(card)])

    def _reworded(self, texts: Mapping[str, Any]) -> Own:
        asked = replace(self.asked, entry=asking.reworded(self.asked.entry, texts))
        return checked(asked, self.desk.material.registry)

    def _card(self) -> dict[str, Any]:
        return dict(json.loads(self.pictures[f"{own.SKETCH}{SUFFIX}"]))

    def _image(self, language: str, card: Mapping[str, Any]) -> str:
        data = base64.b64encode(self.pictures[f"{own.SKETCH}.{language}.svg"]).decode()
        alt = escape(card["alt"][language], quote=True)
        style = "flex:1 1 28rem;min-width:0;max-width:60rem;width:100%"
        return f'<img lang="{language}" style="{style}" alt="{alt}" src="data:image/svg+xml;base64,{data}">'

    def _beside(self, card: Mapping[str, Any]) -> list[str]:
        """Return what the picture does not show: remarks of the card, and rows of the table that are left out."""
        _, picked = own.compose(self.asked, own.SKETCH, self.desk.material)
        gone = own.left_out(self.asked, picked)
        named = ", ".join(gone[:_SHOWN]) + (" …" if len(gone) > _SHOWN else "")
        return [
            *card["notes"][self.desk.language],
            *([_NOT_DRAWN.format(count=len(gone), named=named)] if gone else []),
        ]


@dataclass(frozen=True, repr=False)
class Saved:
    """What `Drawing.save` wrote: the files, and where the chart will be seen."""

    name: str
    number: int
    section: str
    files: tuple[str, ...]
    is_running: bool

    def __repr__(self) -> str:
        where = (
            [
                f"图{self.number} · Figure {self.number}: {self.name}, {self.section}",
                "下一步“成稿”把它放进页面和文件 · notebook 6 puts it into the pages and files of the edition",
            ]
            if self.is_running
            else [f"{self.name}: 自用，不进任何页面 · for yourself, no page shows it"]
        )
        return "\n".join([*where, *(f"  {file}" for file in self.files)])


def checked(asked: Own, lists: Registry) -> Own:
    """Return what was asked for, once its texts are seen to hold no number, in words neither: "twelve", 百分之三.

    The pages will look for the same, too late for the one who wrote it.

    Raises
    ------
    InputError
        Every text that does.
    """
    names = [name for one in lists.indicators.values() for name in one.label.values()]
    problems = []
    for field, text in _texts(asked.entry):
        numeral = first_numeral(_ASIDE.sub("\x00", text), names)
        if numeral:
            expected = "words and slots like {level.last.value}, without any number"
            remedy = "Write a slot where a number of the data belongs, or say it without a number."
            problems.append(Problem(f"chart, {field}", f"{numeral!r} in {text!r}", expected, remedy))
    if problems:
        raise InputError(problems)
    return asked


def _texts(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for field in ("title", "subtitle", "finding", "notes"):
        given = entry.get(field, ())
        for index, one in enumerate([given] if isinstance(given, Mapping) else given):
            place = field if isinstance(given, Mapping) else f"{field}.{index}"
            yield from ((f"{place}.{language}", one[language]) for language in values.LANGUAGES)


def _check_names(texts: Mapping[str, Any]) -> None:
    problems = [
        Problem(f"{name}=", f"no such text{nearest(name, _TEXTS)}", ", ".join(_TEXTS), "Correct the name.")
        for name in texts
        if name not in _TEXTS
    ]
    if problems:
        raise InputError(problems)
