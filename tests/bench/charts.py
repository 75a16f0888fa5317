"""What a chart costs once everything is loaded: seconds for one SVG and one PNG of every declared chart.

Run: PYTHONPATH=src python tests/bench/charts.py. Flows in: the rows of tests/unit/test_charts_forms.py. Flows out: a table,
and exit code 1 if a warm picture takes longer than the issue allows. Never part of the suite: machines differ.
"""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit"))

import test_charts_forms as cases

from qingshan.charts import profiles, save

SVG, PNG = 0.2, 0.35  # seconds
_ROUNDS = 7


def _seconds(action) -> float:
    taken = []
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        action()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken[1:])  # the first round warms


def main() -> int:
    """Print the table; return 1 if a picture is too slow."""
    slow = 0
    print(f"{'chart':<20}{'language':<10}{'profile':<9}{'svg s':>8}{'png s':>8}{'svg kB':>8}")
    for name in cases.CHARTS:
        for language in ("zh", "en"):
            for profile in profiles.PROFILES:
                context = cases._context(language, profile=profile)
                svg = _seconds(lambda c=context: save.render_svg(cases._draw(name, c), name))  # noqa: B023
                png = _seconds(lambda c=context, d=profile.dpi: save.render_png(cases._draw(name, c), d))  # noqa: B023
                size = len(save.render_svg(cases._draw(name, context), name)) / 1000
                slow += svg > SVG or png > PNG
                print(f"{name:<20}{language:<10}{profile.name:<9}{svg:>8.3f}{png:>8.3f}{size:>8.0f}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
