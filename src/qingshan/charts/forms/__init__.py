"""The forms of charts: each module of this folder draws one, and its file name is the form's name in ``charts.yml``.

Flows in: rows of a tidy table, the chart's declaration and a `Context`. Flows out: a matplotlib Figure whose marks
carry their lineage. A form reads no file, writes none and touches no pyplot state.

How to add a form
-----------------
1. Add ``charts/forms/<name>.py`` with ``draw_<name>(table, *, chart=None, context) -> Figure`` and ``FORM =
   Form(...)``. Nothing else names it: `names` lists the folder. ``FORM`` says how it draws and, where the defaults do
   not do, how it chooses rows (`pick`), which finding, subtitle and notes it makes, and which names of series it
   understands.
2. Declare a chart of it in ``data/registry/charts.yml``; `declared.CHARTS_SCHEMA` is the format. What a form needs
   besides goes into ``options`` (texts only).
3. In ``draw_<name>``::

       rows, chart, words = forms.ready(table, chart, context, FORM)  # DataFrame or rows; all words of the chart
       with theme.settings():
           sheet = frame.Sheet.of(context)                 # sizes in points, measured and wrapped text
           ...                                             # arrange all in points: sheet.measure, sheet.wrapped
           page = frame.compose(sheet, words, depth)       # head, foot, marks; `depth` points are yours
           axes = page.axes(left, top, width, depth)       # points from the upper left corner of your part
           ...
           return page.figure

   `frame.Labels` places direct labels where they meet nothing. Bars and points take ``**theme.face(row, colour)``:
   full, hollow (about, over, nearly ...) or hatched (flagged). Targets take `theme.TARGET` and a shape of their own
   (`frame.target_marker`), never that of results. Print numbers with `values.printed` and `values.printed_number`,
   names with `values.label` (PM₂.₅, CO₂) and `values.place`; sentences come from `wording.WORDS` or the declaration.
4. Lineage: each mark's gid is its row's ``observation_id``, each text about one row has ``label-<observation_id>``,
   and a mark made of several rows ``calc-<what>-<observation_id>-...`` (`save.computed_gid`). Parts of one mark, or a
   number and its smaller unit, are one `groups.Group`. Every row of the table must be drawn, or have a `series` of
   `Form.aside`, which says that it only supports another mark.
5. Print no numeral but an observation's value or period, a registry name, a tick at its place: `save.check_numerals`
   refuses any other before a picture is saved.
6. Tests: rows inline and what is drawn of them; and add the form's rows to ``tests/unit/test_charts_forms.py``
   (`CASES`), which draws every form and every declared chart in both languages and profiles, 8 to 40 cm wide, and
   looks for texts that overlap or leave the sheet, for gids, numerals and contrast. Then look at the PNGs.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from qingshan.charts.profiles import WEB, Profile
from qingshan.model import StageError, nearest
from qingshan.registry import Registry

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from qingshan.charts.declared import ChartSpec
    from qingshan.charts.picking import Gap

Row = Mapping[str, Any]
Told = Callable[[Sequence[Row], "ChartSpec", "Context"], Any]


@dataclass(frozen=True)
class Context:
    """All that a picture depends on besides its rows and its declaration.

    Parameters
    ----------
    width_cm
        0 for the profile's own width. Letters shrink with the width down to two thirds.
    readings
        observation_id -> the source's clean form of the value, which keeps its precision.
    sources
        source_id -> (publisher, title) for the source line.
    edition
        Language -> title of the edition, for the line at the foot; empty for none.
    missing
        Language -> sentences about values that the chart would show and the sources do not give.
    gaps
        The same values as records, for forms that keep their place free.
    others
        Rows that say something else of a value shown: told beside the picture, not drawn.
    demonstration, for_review
        Whether the picture bears the mark "demonstration text", and that of everything that nobody has signed.
    """

    registry: Registry
    language: str = "zh"
    profile: Profile = WEB
    width_cm: float = 0.0
    readings: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    edition: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    gaps: tuple[Gap, ...] = ()
    others: tuple[Row, ...] = ()
    demonstration: bool = False
    for_review: bool = True


@dataclass(frozen=True)
class Form:
    """How one form of chart draws and what it says.

    Parameters
    ----------
    draw
        ``draw_<name>``.
    pick
        (rows, chart, registry, observations) -> the rows it shows, in their order, out of those `picking.pick` chose;
        it may add rows of `observations` that support a mark, with a `series` of `aside`.
    finding, subtitle
        (rows, chart, context) -> a sentence, '' for none: where the declaration gives none.
    notes
        (rows, chart, context) -> sentences printed at the foot, before those of the declaration.
    remarks
        The same for those that stand only beside the picture.
    unit
        (rows, chart, context) -> the unit of all values, '' where they share none; the default asks the rows.
    series
        Names of series that it understands; empty for any.
    aside
        Names of series whose rows are not drawn themselves but support another mark.
    least
        With fewer rows of their own mark there is nothing to draw.
    has_time_axis
        Whether rows whose period is only that of publication are left out.
    """

    draw: Callable[..., Figure]
    pick: Callable[[Sequence[Row], ChartSpec, Registry, Sequence[Row]], list[Row]] | None = None
    finding: Told | None = None
    subtitle: Told | None = None
    notes: Told | None = None
    remarks: Told | None = None
    unit: Told | None = None
    series: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    least: int = 1
    has_time_axis: bool = False


@cache
def names() -> tuple[str, ...]:
    """Return the names of all forms: the modules of this folder."""
    return tuple(sorted(one.name for one in pkgutil.iter_modules(__path__) if not one.name.startswith("_")))


def form_of(name: str) -> Form:
    """Return a form by its name.

    Raises
    ------
    StageError
        There is no such form.
    """
    if name not in names():
        raise StageError(f"chart: no form {name!r}{nearest(name, names())}; there are: {', '.join(names())}")
    found: Form = importlib.import_module(f"{__name__}.{name}").FORM
    return found


def ready(table: Any, chart: ChartSpec | None, context: Context, form: Form) -> tuple[list[Row], ChartSpec, Any]:
    """Return rows, declaration and words for drawing: what every ``draw_<name>`` asks first.

    Parameters
    ----------
    table
        A DataFrame or a sequence of rows with the columns of the observations table and, unless all play one part,
        `series`.
    chart
        None for a chart that nobody declared: it is named after its first indicator.

    Raises
    ------
    StageError
        The table is empty.
    """
    from qingshan.charts import declared, telling

    rows = [dict(row) for row in (table.to_dict("records") if hasattr(table, "to_dict") else table)]
    if not rows:
        raise StageError("chart: the table has no rows; there is nothing to draw")
    first = form.series[0] if form.series else "values"
    rows = [{"series": first, **row} for row in rows]
    if chart is None:
        chart = declared.ad_hoc(rows, form, context.registry)
    return rows, chart, telling.words(rows, chart, context, form)
