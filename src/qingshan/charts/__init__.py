"""The charts of an edition: observations flow in, SVG pictures with their lineage flow out.

Drawing functions are pure functions of a table; `build` alone touches files, and writes through `qingshan.files`. The
drawing library is imported only when something is drawn, so that pages can print values without it.
"""

from qingshan.charts.make import ChartFile, build
from qingshan.charts.own import redraw

__all__ = ["ChartFile", "build", "redraw"]
