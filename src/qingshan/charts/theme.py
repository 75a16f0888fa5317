"""One theme for all charts: the font the package brings along, colours, and text measured and broken into lines.

Nothing flows in but text; out come settings for `matplotlib.rc_context` and line breaks. No global setting is changed
beyond the font list, and fonts carry private names, so that a font of the same name on the machine is never taken.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from qingshan.model import StageError

INK = "#1f2328"
QUIET = "#57606a"
GRID = "#d8dee4"
PAPER = "#ffffff"
MARK_COLOUR = "#9a3412"
# orange, grey and blue stay apart for every common kind of colour blindness, and each has 4.5:1 on white
GROUP_COLOURS = {"pressure": "#b04a00", "intensity": "#6b6b6b", "quality": "#0067a3"}

CHINESE_FONT = "Qingshan Chinese"  # Noto Sans SC of the package zhplot
OTHER_FONT = "Qingshan Other"  # DejaVu Sans of matplotlib: subscripts, thin spaces
_TOKEN = re.compile(
    r"[（《“‘]*[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef][，。；：、）》”’！？%]*"
    r"|[（《“‘]*[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef（《]+[，。；：、）》”’！？]*|\s+|."
)


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
    from matplotlib.backends.backend_agg import RendererAgg
    from matplotlib.font_manager import FontProperties

    renderer = RendererAgg(8, 8, 72)  # at 72 dots to the inch a pixel is a point

    def measure(text: str, size: float) -> float:
        return max(
            renderer.get_text_width_height_descent(line, FontProperties(size=size), ismath=False)[0]
            for line in text.split("\n")
        )

    return measure


def wrap(text: str, width: float, measure: Callable[[str], float]) -> str:
    """Return `text` with line breaks so that each line is at most `width` wide where its words allow it.

    Chinese breaks between characters, never before closing or after opening punctuation; other writing at spaces.
    """
    lines: list[str] = []
    line = ""
    for token in _TOKEN.findall(text):
        if line.strip() and not token.isspace() and measure(line + token) > width:
            lines.append(line.rstrip())
            line = ""
        line = line + token if line else token.lstrip()
    return "\n".join([*lines, line.rstrip()] if line.strip() else lines)
