"""One theme for all charts: the font the package brings along, colours, and text measured and broken into lines.

Nothing flows in but text; out come settings for `matplotlib.rc_context` and line breaks. No global setting is changed
beyond the font list, and fonts carry private names, so that a font of the same name on the machine is never taken.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from qingshan.model import StageError

# what text is printed in: at least 4.5:1 on paper
INK = "#1f2328"
QUIET = "#57606a"
MARK_COLOUR = "#9a3412"
GRID = "#d8dee4"  # guides the eye and says nothing
TRACK = "#eef1f4"  # the whole that a bar is part of, behind it
PAPER = "#ffffff"
# what marks are drawn in: at least 3:1 on paper, apart for every common kind of colour blindness, and apart in grey
GROUP_COLOURS = {"pressure": "#b84c00", "intensity": "#8c8c8c", "quality": "#00467f"}
GROUP_TEXT = {"pressure": "#a34300", "intensity": "#5f5f5f", "quality": "#00467f"}
SERIES = ("#00467f", "#b84c00", "#3d8fc9", "#4a1a5c")
TARGET = "#7b4ea3"  # of targets only, which also have shapes of their own
REFERENCE = "#57606a"
TEXT_COLOURS = (INK, QUIET, MARK_COLOUR, *GROUP_TEXT.values(), SERIES[0], TARGET, REFERENCE)
MARK_COLOURS = (*GROUP_COLOURS.values(), *SERIES, TARGET, REFERENCE)

# official classes, the best first: (colour, pattern). Yellow and green are under 3:1 on paper and close to one another
# for the colour-blind, so a class is always drawn with its pattern, an edge of INK and its name.
CLASSES = {
    # HJ 633—2012, table 2: 优 良 轻度 中度 重度 严重污染
    "air": (
        ("#00e400", ""), ("#ffff00", ".."), ("#ff7e00", "//"), ("#ff0000", "xx"), ("#99004c", "||"), ("#7e0023", "++"),
    ),
    # 环办〔2011〕22号 names blue, green, yellow, orange and red for Ⅰ–Ⅱ, Ⅲ, Ⅳ, Ⅴ and 劣Ⅴ; the shades are those of
    # HJ 633, which has no blue: that one is ours
    "water": (("#00ccff", ""), ("#00e400", "--"), ("#ffff00", ".."), ("#ff7e00", "//"), ("#ff0000", "xx")),
}  # fmt: skip
HATCH = "////"
_FLAGGED = ("U", "V")  # obs_status: low reliability, unvalidated

CHINESE_FONT = "Qingshan Chinese"  # Noto Sans SC of the package zhplot
OTHER_FONT = "Qingshan Other"  # DejaVu Sans of matplotlib: subscripts, thin spaces
_SURE = 1.15  # tokens measured one by one are together at most this much narrower than their line
_TOKEN = re.compile(
    r"\(?\bGrades?\s[IVX]+\b[,.;:)]*"  # a grade and its number stay in one line
    r"|[（《“‘]*(?![（《“‘])[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef][，。；：、）》”’！？%]*"
    r"|[（《“‘]*[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef（《]+[，。；：、）》”’！？]*|\s+|."
)


def face(row: Mapping[str, Any], colour: str) -> dict[str, Any]:
    """Return how a bar or patch of one observation is filled: full, hollow where not exact, hatched where flagged."""
    if row["obs_status"] in _FLAGGED:
        return {"facecolor": PAPER, "edgecolor": colour, "hatch": HATCH}
    return {"facecolor": colour if row["qualifier"] == "exact" else PAPER, "edgecolor": colour}


def class_face(index: int, classes: str) -> dict[str, Any]:
    """Return how the class at a place of `CLASSES` is filled."""
    colour, pattern = CLASSES[classes][index]
    return {"facecolor": colour, "edgecolor": INK, "hatch": pattern or None}


def point(row: Mapping[str, Any], colour: str) -> dict[str, Any]:
    """Return how a point of one observation is filled: full, hollow where not exact, half full where flagged."""
    if row["obs_status"] in _FLAGGED:
        return {"fillstyle": "left", "markerfacecolor": colour, "markerfacecoloralt": PAPER}
    return {"markerfacecolor": colour if row["qualifier"] == "exact" else PAPER}


def is_hollow(row: Mapping[str, Any]) -> bool:
    """Tell whether a row's mark is hollow: its value has a qualifier."""
    return row["qualifier"] != "exact" and row["obs_status"] not in _FLAGGED


def is_flagged(row: Mapping[str, Any]) -> bool:
    """Tell whether a row's mark is hatched: its value is flagged or of low reliability."""
    return row["obs_status"] in _FLAGGED


@contextmanager
def settings() -> Iterator[None]:
    """Draw inside this: the theme's settings hold, and a missing glyph is an error.

    Raises
    ------
    StageError
        A character has no glyph in either font; the message names it.
    """
    import warnings

    import matplotlib

    _register_fonts()
    with matplotlib.rc_context(), warnings.catch_warnings():
        matplotlib.rcdefaults()  # a matplotlibrc of the machine must not change the bytes
        matplotlib.rcParams.update(_rc())
        warnings.filterwarnings("error", message=r"Glyph .* missing from font")
        try:
            yield
        except UserWarning as warning:
            raise StageError(f"chart: {warning}") from None


def _rc() -> dict[str, Any]:
    return {
        "font.family": [CHINESE_FONT, OTHER_FONT],
        "svg.hashsalt": "qingshan",
        "svg.fonttype": "path",
        "text.color": INK,
        "axes.unicode_minus": True,
        "hatch.linewidth": 0.8,
    }


def _register_fonts() -> None:
    from matplotlib import font_manager, ft2font

    known = {entry.name for entry in font_manager.fontManager.ttflist}
    for name, path in ((CHINESE_FONT, _zhplot_font()), (OTHER_FONT, _dejavu_font())):
        if name not in known:
            entry = font_manager.ttfFontProperty(ft2font.FT2Font(str(path)))
            font_manager.fontManager.ttflist.append(dataclasses.replace(entry, name=name))


@cache
def _zhplot_font() -> Path:
    """Return the font file inside the package zhplot without importing it: importing changes matplotlib's settings."""
    spec = importlib.util.find_spec("zhplot")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / "fonts" / "NotoSansSC-Regular.ttf"
        if path.is_file():
            return path
    raise StageError("chart: the font NotoSansSC-Regular.ttf of the package zhplot is not installed")


def _dejavu_font() -> Path:
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"


def text_measure() -> Callable[[str, float], float]:
    """Return a function (text, size in points) -> width in points; call it inside `settings`."""
    return lambda text, size: max(_line_width(line, size) for line in text.split("\n"))


@lru_cache(maxsize=20_000)
def _line_width(line: str, size: float) -> float:
    """Return the width of one line in points; the fonts are always the shipped ones, so it never changes."""
    from matplotlib.font_manager import FontProperties

    family = [CHINESE_FONT, OTHER_FONT]
    return float(_renderer().get_text_width_height_descent(line, FontProperties(family=family, size=size), False)[0])


@cache
def _renderer() -> Any:
    from matplotlib.backends.backend_agg import RendererAgg

    return RendererAgg(8, 8, 72)  # at 72 dots to the inch a pixel is a point


def wrap(text: str, width: float, measure: Callable[[str], float]) -> str:
    """Return `text` with line breaks so that each line is at most `width` wide where its words allow it.

    Chinese breaks between characters, never before closing or after opening punctuation; other writing at spaces.
    """
    lines: list[str] = []
    line, about = "", 0.0
    for token in _TOKEN.findall(text):
        # tokens come again and again and are measured once; a line is only where they nearly fill it
        step = measure(token)
        is_near = (about + step) * _SURE > width
        if line.strip() and not token.isspace() and is_near and measure(line + token) > width:
            lines.append(line.rstrip())
            line, about = "", 0.0
        line = line + token if line else token.lstrip()
        about += step
    return "\n".join([*lines, line.rstrip()] if line.strip() else lines)
