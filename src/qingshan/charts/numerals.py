"""Refuses a numeral that has no source: in a drawn figure, in the words beside it.

Flows in: a Figure or texts, and what they were made from. Flows out: nothing, or one message that names the text. What
counts as a source: the value or period of an observation shown or told, a name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from qingshan.charts import values
from qingshan.charts.forms import Context
from qingshan.charts.selection import in_language
from qingshan.model import StageError, visible
from qingshan.registry import Registry

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from qingshan.charts.declared import ChartSpec

Row = Mapping[str, Any]

_NUMERAL = re.compile(r"\d[\d,]*(?:\.\d+)?")
_LAND = re.compile("(?<![壹贰叁肆伍柒捌玖拾佰仟])陆(?![拾佰仟万亿元])")  # also the six of cheques
_LOW = re.compile(r"[A-Z][A-Za-z]*(?:[₀-₉ₓ.]+[A-Z]?)*[₀-₉ₓ]")  # a chemical name set with low digits


@dataclass(frozen=True)
class Sourced:
    """What may be printed: whole phrases, and numbers by their size."""

    phrases: re.Pattern[str] | None
    allowed: frozenset[Decimal]

    def first_unsourced(self, text: str, tick: float | None = None) -> str:
        """Return the first numeral of `text` without a source, or ''; `tick` is the place that the text labels."""
        text = _bare(text)
        allowed = self.allowed | ({_size(tick)} if tick is not None else set())
        rest = self.phrases.sub("\x00", text) if self.phrases else text
        rest = _LOW.sub("\x00", rest)
        for numeral in _NUMERAL.findall(rest):
            if Decimal(numeral.replace(",", "")) not in allowed:
                return str(numeral)
        rest = _LAND.sub("", _NUMERAL.sub("", rest))
        return next((character for character in rest if _is_numeral(character)), "")


def sourced(rows: Iterable[Row], context: Context, chart: ChartSpec | None = None) -> Sourced:
    """Return what a chart of `rows` may print.

    Values as `values.printed` prints them, their parts of periods, names of the registry, of the sources and of the
    edition.
    """
    rows, registry, language = [*rows, *context.others], context.registry, context.language
    phrases = set(_names(registry))
    phrases.update(
        visible(part, line_end=" ")
        for pair in context.sources.values() for name in pair for part in (name, in_language(name, language))
    )  # fmt: skip
    phrases.update(context.edition.values())
    allowed: set[Decimal] = set()
    for row in rows:
        reading = context.readings.get(row["observation_id"], "")
        phrases.update(
            print_it(row, tongue, registry, reading)
            for print_it in (values.printed, values.printed_number)
            for tongue in dict.fromkeys((language, *values.LANGUAGES))
        )
        phrases.update((row["source_id"], *row["scope"].split(";"), values.place(row, language, registry)))
        allowed.add(_size(row["obs_value"]))
        allowed.update(Decimal(part) for part in re.findall(r"\d+", f"{row['base_period']} {row['time_period']}"))
    if chart is not None:
        areas = {area for one in chart.series for area in one.areas}
        phrases.update(values.place({"ref_area": area}, language, registry) for area in areas)
        # a period that the chart would show and no source has is named among what is missing
        allowed.update(Decimal(part) for one in chart.series for part in re.findall(r"\d+", " ".join(one.periods)))
    return Sourced(_pattern(phrases), frozenset(allowed))


def check_figure(figure: Figure, known: Sourced) -> None:
    """Refuse a figure that prints a numeral with no source.

    Raises
    ------
    StageError
        Names the text and the numeral.
    """
    for text, tick in figure_texts(figure):
        _refuse(text, known.first_unsourced(text, tick))


def check_texts(texts: Iterable[str], known: Sourced) -> None:
    """Refuse words beside a picture in the same way."""
    for text in texts:
        _refuse(text, known.first_unsourced(text))


def figure_texts(figure: Figure) -> Iterable[tuple[str, float | None]]:
    """Yield every text of a figure with the tick value where it labels a tick; the texts of a group as one."""
    from matplotlib.text import Text

    from qingshan.charts.groups import Group

    groups = [one for one in figure.findobj(Group) if one.get_visible() and one.texts]
    grouped = {id(text) for one in groups for text in one.texts}
    yield from ((one.phrase, None) for one in groups)
    ticks: dict[int, float] = {}
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
                ticks[id(tick.label1)] = tick.get_loc()
    for artist in figure.findobj(Text):
        if id(artist) not in grouped and artist.get_visible() and artist.get_text().strip():
            yield artist.get_text(), ticks.get(id(artist))


def _refuse(text: str, numeral: str) -> None:
    if numeral:
        raise StageError(
            f"chart: the numeral {numeral!r} in the text {text!r} is no observation's value or period; "
            "print only what the table holds"
        )


def _names(registry: Registry) -> Iterable[str]:
    """Yield every name of the registry that may hold a numeral."""
    for indicator in registry.indicators.values():
        yield from indicator.label.values()
    for scope in registry.vocabulary.scopes:
        yield from (scope.name, scope.en)
    for unit in registry.vocabulary.units:
        yield from (unit.canonical, unit.symbol, unit.en)
        if unit.kind == "point":
            yield from unit.spellings


def _pattern(phrases: Iterable[str]) -> re.Pattern[str] | None:
    """Return a pattern that finds whole phrases, the longest first: 30 is not found in 300 or 30.5."""
    bare = {_bare(form) for phrase in phrases for form in (phrase, values.subscripted(phrase))}
    bare = {phrase for phrase in bare if any(map(_is_numeral, phrase))}
    listed = sorted(bare, key=lambda phrase: (-len(phrase), phrase))
    parts = [
        (r"(?<![\d.,])" if phrase[0].isdecimal() else "")
        + re.escape(phrase)
        + (r"(?!\d|[.,]\d)" if phrase[-1].isdecimal() else "")
        for phrase in listed
    ]
    return re.compile("|".join(parts)) if parts else None


def _is_numeral(character: str) -> bool:
    return unicodedata.numeric(character, None) is not None


def _size(number: float) -> Decimal:
    return abs(Decimal(repr(float(number))))


def _bare(text: str) -> str:
    """Return `text` without white space, but between digits: line breaks must not hide a name, nor join two numbers."""
    return re.sub(r"\s+", "", re.sub(r"(?<=[\d.,])\s+(?=\d)", "\x01", text))


def drawn_rows(rows: Sequence[Row], aside: Sequence[str]) -> list[Row]:
    """Return the rows that have a mark of their own."""
    return [row for row in rows if row.get("series") not in aside]
