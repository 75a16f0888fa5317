"""Turns a drawn figure into bytes, and says what it was drawn from.

Flows in: a Figure and the rows drawn in it. Flows out: SVG and PNG bytes that are the same on every run, lineage, the
data as CSV. No file is written here.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from qingshan.charts import theme
from qingshan.model import Column, TableContract
from qingshan.registry import Registry

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Row = Mapping[str, Any]

DATA = TableContract(
    "chart",
    tuple(
        Column(name, float if name == "obs_value" else str, "")
        for name in (
            "observation_id", "series", "indicator", "label_zh", "label_en", "group", "ref_area", "base_period",
            "time_period", "measure", "obs_value", "unit_measure", "qualifier", "obs_status", "scope", "source_id",
        )
    ),
    ("observation_id",),
)  # fmt: skip
_FINER = 16  # letters come in 1/64 of a hundredth of their size, a sixteenth of which no eye sees
_LETTER = re.compile(r' d="([^"]*)" transform="scale\(0\.015625\)"')
_OUTLINE = re.compile(r' d="([^"]*)"')
_MOVED = re.compile(r"translate\((-?[\d.]+) (-?[\d.]+)\)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
_AROUND = re.compile(r" ?([A-Za-z]) ?")
_COMMENT = re.compile(rb"\s*<!--.*?-->", re.S)
_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
_OBSERVATION = "[0-9a-f]{12}"
_MARK = re.compile(rf"(?:label-)?({_OBSERVATION})")
_KEPT = re.compile(rf"(?:label-)?{_OBSERVATION}|calc-[a-z0-9_-]+")
_ID = re.compile(r' id="([^"]*)"')
_USE = re.compile(r'(?:xlink:href="#|url\(#)([^")]*)')
_POINTER = re.compile(r'((?:xlink:href="#)|(?:url\(#))([^")]*)')


def render_svg(figure: Figure, name: str = "chart") -> bytes:
    """Return the figure as SVG: text as paths, no date, no name of a tool; the same bytes for the same figure.

    Ids that say what a mark is stay: ``<observation_id>``, ``label-…``, ``calc-…``; marks and labels of one
    observation carry ``data-observation`` too. Those that shapes and clip paths need begin with `name`, so that two
    charts can stand in one page; all others are left out.

    Raises
    ------
    StageError
        A character has no glyph.
    """
    out = io.BytesIO()
    with theme.settings():
        figure.savefig(out, format="svg", metadata=_NO_METADATA, facecolor=theme.PAPER)
    # every text drawn as paths is repeated in a comment: words of a source have no business in markup
    return _short(_own_ids(_COMMENT.sub(b"", out.getvalue()).decode("utf-8"), name)).encode("utf-8")


def _short(svg: str) -> str:
    """Return the picture with its coordinates to a hundredth of a point, letters to a fortieth at 10 points.

    Paths are most of the bytes. A pixel of a screen is 0.75 points: even in the largest letters less than a twentieth
    of it is left out.
    """
    svg = _LETTER.sub(lambda match: f' d="{_path(match[1], 1 / _FINER, 0)}" transform="scale({_FINER / 64:g})"', svg)
    svg = _OUTLINE.sub(lambda match: f' d="{_path(match[1], 1, 2)}"', svg)
    return _MOVED.sub(lambda match: f"translate({_rounded(match[1], 1, 2)} {_rounded(match[2], 1, 2)})", svg)


@lru_cache(maxsize=20_000)  # the same letters in every picture
def _path(outline: str, scale: float, digits: int) -> str:
    """Return a path with its numbers scaled and rounded, without spaces that say nothing."""
    numbers = _NUMBER.sub(lambda match: _rounded(match[0], scale, digits), outline)
    return _AROUND.sub(r"\1", " ".join(numbers.split()))


def _rounded(number: str, scale: float, digits: int) -> str:
    text = f"{float(number) * scale:.{digits}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _own_ids(svg: str, name: str) -> str:
    needed = {key: f"{name}-{index}" for index, key in enumerate(dict.fromkeys(_USE.findall(svg)))}

    def renamed(match: re.Match[str]) -> str:
        key = match[1]
        if _KEPT.fullmatch(key):
            mark = _MARK.fullmatch(key)
            return match[0] + (f' data-observation="{mark[1]}"' if mark else "")
        return f' id="{needed[key]}"' if key in needed else ""

    return _POINTER.sub(lambda match: match[1] + needed[match[2]], _ID.sub(renamed, svg))


def render_png(figure: Figure, dpi: int) -> bytes:
    """Return the figure as PNG at `dpi` dots to the inch; the same bytes for the same figure.

    Raises
    ------
    StageError
        A character has no glyph.
    """
    out = io.BytesIO()
    with theme.settings():
        figure.savefig(
            out,
            format="png",
            dpi=dpi,
            metadata={"Software": None},
            facecolor=theme.PAPER,
            pil_kwargs={"compress_level": 4},  # half the time of 6 for a tenth more bytes
        )
    return out.getvalue()


def computed_gid(what: str, rows: Iterable[Row]) -> str:
    """Return the gid of a mark made of several observations: it names them all, in order.

    Parameters
    ----------
    what
        What was made of them, in small letters: line, range, sum.
    """
    return "-".join(["calc", what, *(row["observation_id"] for row in rows)])


def gids(figure: Figure) -> list[str]:
    """Return the gid of every artist that has one, in drawing order."""
    return [str(artist.get_gid()) for artist in figure.findobj(lambda artist: artist.get_gid() is not None)]


def lineage(
    name: str,
    rows: Iterable[Row],
    edition: str,
    pictures: Mapping[str, bytes],
    *,
    marks: Iterable[str] = (),
    told: Iterable[Row] = (),
) -> dict[str, Any]:
    """Return what a chart was drawn from.

    Parameters
    ----------
    rows
        Those that have a mark.
    pictures
        File name -> bytes.
    marks
        Every gid of the pictures: of ``calc-…`` marks the observations are listed.
    told
        Rows that support a mark, or whose values only the words beside the picture tell.
    """
    marks = sorted(set(marks))
    return {
        "chart": name,
        "edition": edition,
        "observations": sorted(row["observation_id"] for row in rows),
        "told": sorted({row["observation_id"] for row in told}),
        "computed": {mark: re.findall(_OBSERVATION, mark) for mark in marks if mark.startswith("calc-")},
        "sha256": {file: hashlib.sha256(data).hexdigest() for file, data in sorted(pictures.items())},
    }


def data_csv(rows: Sequence[Row], registry: Registry) -> str:
    """Return the chart's data as CSV text, in the order drawn, with labels in both languages."""

    def labelled(row: Row) -> Row:
        indicator = registry.indicators[row["indicator"]]
        label = {"label_zh": indicator.label["zh"], "label_en": indicator.label["en"], "group": indicator.group}
        return {"series": "", **row, **label}

    return DATA.csv_text(labelled(row) for row in rows)
