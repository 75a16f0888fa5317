"""The day after which nothing is drawn: `data_cutoff` of edition.yml against what each figure is about.

Flows in: figures, the cut-off date, when each source was released. Flows out: which figures come too late. Curation
rejects them by the rule named here, whatever people decided: they stay in its tables, so that nothing vanishes, and
nothing later reaches a chart, a page or an observation.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping

from qingshan.model import Figure
from qingshan.sources import Edition

RULE = "rule:after-cutoff@1"
REASON = "after_cutoff"
_TARGETS = ("target", "target_change")


def late_test(edition: Edition) -> Callable[[Figure], bool]:
    """Return the test that tells whether a figure comes after the edition's cut-off."""
    released_on = {source.source_id: source.released_on for source in edition.sources}
    return lambda figure: is_after_cutoff(figure, edition.data_cutoff, released_on)


def is_after_cutoff(figure: Figure, cutoff: str, released_on: Mapping[str, str]) -> bool:
    """Whether a figure was released after the cut-off, or cannot have been released by then.

    A source with a `released_on` decides for all its figures. Beside that, an outcome of a period that ends after the
    cut-off cannot have been known on that day; a target may be about any later year.

    Parameters
    ----------
    cutoff
        YYYY, YYYY-MM or YYYY-MM-DD, that day included; '' for none.
    released_on
        source_id -> the date its data were released, in the same forms; '' where it is not known.
    """
    if not cutoff:
        return False
    last = last_day(cutoff)
    released = released_on.get(figure.source_id, "")
    # of a release known by year or month, the first day counts: it may have been in time
    if released and released > last:
        return True
    return bool(figure.period) and figure.kind not in _TARGETS and last_day(figure.period) > last


def last_day(period: str) -> str:
    """Return the last day of a year, month, day or interval, as YYYY-MM-DD."""
    year, month, day = [*period.rpartition("/")[2].split("-"), "", ""][:3]
    month = month or "12"
    # a text may print a month that is none, and nobody here can correct it: as printed it can still be compared
    last = calendar.monthrange(int(year), int(month))[1] if "01" <= month <= "12" else 31
    return f"{year}-{month}-{day or last}"
