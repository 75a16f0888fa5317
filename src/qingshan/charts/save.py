"""Turns a drawn figure into bytes, and says what it was drawn from.

Flows in: a Figure and the rows drawn in it. Flows out: SVG bytes that are the same on every run, lineage, the data as
CSV. A figure in which a numeral has no source is refused; no file is written here.
"""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from qingshan.charts import theme, values
from qingshan.charts.selection import Row
from qingshan.model import Column, StageError, TableContract, visible
from qingshan.registry import Registry

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DATA = TableContract(
    "chart",
    tuple(
        Column(name, float if name == "obs_value" else str, "")
        for name in (
            "observation_id", "indicator", "label_zh", "label_en", "group", "ref_area", "base_period", "time_period",
            "obs_value", "unit_measure", "qualifier", "scope", "source_id",
        )
    ),
    ("observation_id",),
)  # fmt: skip
_NUMERAL = re.compile(r"\d[\d,]*(?:\.\d+)?")
_COMMENT = re.compile(rb"\s*<!--.*?-->", re.S)
_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}


def render_svg(figure: Figure) -> bytes:
    """Return the figure as SVG: text as paths, no date, no name of a tool; the same bytes for the same figure.

    Raises
    ------
    StageError
        A character has no glyph.
    """
    out = io.BytesIO()
    with theme.settings():
        figure.savefig(out, format="svg", metadata=_NO_METADATA, facecolor=theme.PAPER)
    # every text drawn as paths is repeated in a comment: words of a source have no business in markup
    return _COMMENT.sub(b"", out.getvalue())


def check_numerals(figure: Figure, rows: Iterable[Row], *, registry: Registry, names: Iterable[str] = ()) -> None:
    """Refuse a figure that prints a numeral with no source.

    A numeral may be the size of an observation's value, part of its period, a tick label at the place it names, or part
    of a name: a registry label, 百分点, or one of `names` (titles and publishers of sources). Numerals in Chinese
    characters count too.

    Raises
    ------
    StageError
        Names the text and the numeral.
    """
    rows = list(rows)
    known = [name for indicator in registry.indicators.values() for name in indicator.label.values()]
    known += [part for row in rows for part in (row["source_id"], row["scope"], values.place(row, "zh", registry))]
    known += [visible(name, line_end=" ") for name in names]
    known += [spelling for unit in registry.vocabulary.units if unit.kind == "point" for spelling in unit.spellings]
    allowed = {abs(Decimal(repr(float(row["obs_value"])))) for row in rows}
    for row in rows:
        allowed.update(Decimal(part) for part in re.findall(r"\d+", f"{row['base_period']} {row['time_period']}"))
    for text, tick in _texts(figure):
        numeral = _unsourced(text, known, allowed | ({abs(Decimal(repr(float(tick))))} if tick is not None else set()))
        if numeral:
            raise StageError(
                f"chart: the numeral {numeral!r} in the text {text!r} is no observation's value or period; "
                "print only what the table holds"
            )


def _texts(figure: Figure) -> Iterable[tuple[str, float | None]]:
    """Yield every text of the figure, lines joined, with the tick value where it labels a tick."""
    from matplotlib.text import Text

    ticks: dict[int, float] = {}
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
                ticks[id(tick.label1)] = tick.get_loc()
    for artist in figure.findobj(Text):
        if artist.get_visible() and artist.get_text().strip():
            yield artist.get_text(), ticks.get(id(artist))


def _unsourced(text: str, names: Sequence[str], allowed: set[Decimal]) -> str:
    """Return the first numeral of `text` that no name holds and no allowed value equals, or ''."""
    text = _bare(text)
    for name in sorted({_bare(name) for name in names if name}, key=len, reverse=True):
        text = text.replace(name, "\x00")
    for numeral in _NUMERAL.findall(text):
        if Decimal(numeral.replace(",", "")) not in allowed:
            return str(numeral)
    rest = _NUMERAL.sub("", text)
    return next((character for character in rest if unicodedata.numeric(character, None) is not None), "")


def _bare(text: str) -> str:
    """Return `text` without white space: line breaks must not hide a name."""
    return re.sub(r"\s+", "", text)


def lineage(name: str, rows: Iterable[Row], edition: str, pictures: Mapping[str, bytes]) -> dict[str, Any]:
    """Return what a chart was drawn from; `pictures` is file name -> bytes."""
    return {
        "chart": name,
        "edition": edition,
        "observations": sorted(row["observation_id"] for row in rows),
        "sha256": {file: hashlib.sha256(data).hexdigest() for file, data in sorted(pictures.items())},
    }


def data_csv(rows: Iterable[Row], registry: Registry) -> str:
    """Return the chart's data as CSV text, in the order drawn, with labels in both languages."""

    def labelled(row: Row) -> Row:
        indicator = registry.indicators[row["indicator"]]
        return {**row, "label_zh": indicator.label["zh"], "label_en": indicator.label["en"], "group": indicator.group}

    return DATA.csv_text(labelled(row) for row in rows)
