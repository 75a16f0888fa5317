"""Says what a change is measured against: 同比, 环比, a year, a total since, a goal, a schedule, an average.

Pure functions of clean text and of the dates around a number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qingshan.context.dates import Date
from qingshan.context.kind import Kind
from qingshan.context.period import Period

_PREVIOUS = re.compile(r"环比|[比较]上[月季周期]")
_GOAL = re.compile(r"目标|要求|任务|期望值|限值|标准")
_SCHEDULE = re.compile(r"进度")
_RUNNING = re.compile(r"累计|[两三四五六七八九十]年(?:来|间)")


def read_comparison(own: str, kind: Kind, period: Period, dates: Sequence[Date]) -> str:
    """Return the code of what a change is measured against, '' for what is no change or says nothing of it.

    Parameters
    ----------
    own
        The number's own words.
    dates
        The dates of its sentence before it, in order.

    Returns
    -------
    str
        to_schedule, to_target, to_average, period_on_period, year_on_year, fixed_base or cumulative.
    """
    if not kind.is_change:
        return ""
    if kind.rule == "distance":
        return "to_schedule" if _SCHEDULE.search(own) else "to_target" if _GOAL.search(own) else "to_average"
    if _PREVIOUS.search(own):
        return "period_on_period"
    compared = next((date.kind for date in reversed(dates) if date.kind in ("base", "lastyear")), "")
    if compared == "lastyear" or period.rule == "growth":
        return "year_on_year"
    if compared == "base":
        return "fixed_base"
    if _RUNNING.search(own) or (period.base and "/" in period.time):
        return "cumulative"
    return "fixed_base" if period.base else ""
