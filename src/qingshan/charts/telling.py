"""Makes all words of a chart in one language: those in the picture, those beside it, and the picture in words.

Flows in: the rows shown, the declaration, the form and the context. Flows out: `Words`. Every number in them is an
observation's or part of a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from qingshan.charts import facts, selection, values
from qingshan.charts.declared import ChartSpec
from qingshan.charts.forms import Context, Form
from qingshan.charts.wording import WORDS

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Words:
    """The words of one chart in one language; '' and () where there is nothing to say.

    Parameters
    ----------
    notes
        Printed at the foot of a picture that has one; `remarks` stand beside it only.
    missing
        One sentence a value; `gaps` is all of them as one line for the foot.
    marks
        What the picture says of itself as long as nobody reviewed it.
    """

    title: str
    finding: str
    subtitle: str
    unit: str
    notes: tuple[str, ...]
    remarks: tuple[str, ...]
    missing: tuple[str, ...]
    source: str
    edition: str
    marks: tuple[str, ...]
    alt: str

    @property
    def texts(self) -> tuple[str, ...]:
        """Every text that stands beside the picture."""
        one = (self.title, self.finding, self.subtitle, self.unit, self.source, self.alt)
        return (*one, *self.notes, *self.remarks, *self.missing)


def words(rows: Sequence[Row], chart: ChartSpec, context: Context, form: Form) -> Words:
    """Return the words of a chart for the rows it shows."""
    language, own = context.language, WORDS[context.language]
    title = facts.fill(chart.title[language], rows, context) or values.label(rows[0], language, context.registry)
    found = facts.told(chart.finding, rows, context)
    finding = found[0] if found else (form.finding(rows, chart, context) if form.finding else "") or title
    subtitle = facts.fill(chart.subtitle[language], rows, context) if chart.subtitle else None
    if subtitle is None:
        subtitle = form.subtitle(rows, chart, context) if form.subtitle else ""
    unit = form.unit(rows, chart, context) if form.unit else shared_unit(rows, context)
    notes = [*(form.notes(rows, chart, context) if form.notes else ()), *facts.told(chart.notes, rows, context)]
    remarks = [*(form.remarks(rows, chart, context) if form.remarks else ()), *_others(rows, context)]
    marks = [own[name] for name, is_due in
             (("review", context.for_review), ("demonstration", context.demonstration)) if is_due]  # fmt: skip
    return Words(
        title=title,
        finding=finding[:1].upper() + finding[1:],
        subtitle=subtitle,
        unit=unit,
        notes=tuple(dict.fromkeys(notes)),
        remarks=tuple(dict.fromkeys(remarks)),
        missing=tuple(context.missing.get(language, ())),
        source=selection.source_line(rows, context.sources, context.language),
        edition=context.edition.get(language, ""),
        marks=tuple(marks),
        alt=_alt(finding, subtitle, rows, chart, context, form),
    )


def shared_unit(rows: Iterable[Row], context: Context) -> str:
    """Return the unit of all rows as it stands after 单位, '' where they share none."""
    units = {row["unit_measure"] for row in rows}
    if len(units) != 1:
        return ""
    code = next(iter(units))
    return next(
        (values.unit_name(unit, context.language) for unit in context.registry.vocabulary.units if unit.code == code),
        "",
    )


def _alt(finding: str, subtitle: str, rows: Sequence[Row], chart: ChartSpec, context: Context, form: Form) -> str:
    """Return the picture in words: its form, what it says, and every value drawn, indicator by indicator."""
    language, own = context.language, WORDS[context.language]
    drawn = [row for row in rows if row.get("series") not in form.aside]
    is_one_time = len({values.interval(row) for row in drawn}) == 1
    groups = []
    for _, members in groupby(drawn, key=lambda row: row["indicator"]):
        listed = list(members)
        items = own["alt_join"].join(_item(row, context, with_period=not is_one_time) for row in listed)
        groups.append(own["alt_group"].format(group=values.label(listed[0], language, context.registry), items=items))
    kind = own["forms"].get(chart.form, own["forms"][""])
    said = own["sentence_join"].join(part.rstrip("。. ") for part in (finding, subtitle) if part)
    return own["alt"].format(kind=kind, said=said, groups=own["group_join"].join(groups))


def _item(row: Row, context: Context, *, with_period: bool) -> str:
    """Return one row in words: where unless it is the whole country, when, how much; a target says so."""
    language, registry, own = context.language, context.registry, WORDS[context.language]
    value = values.printed(row, language, registry, context.readings.get(row["observation_id"], ""))
    if row["measure"] in values.TARGETS:
        value = own["alt_target"].format(value=value)
    place = "" if row["ref_area"] == "CN" else values.place(row, language, registry)
    period = values.printed_period(row, language) if with_period else ""
    when = own["alt_place"].join(filter(None, (place, period)))
    return own["alt_item"].format(when=when, value=value) if when else value


def _others(rows: Sequence[Row], context: Context) -> list[str]:
    """Return what other sources say of values that are shown."""
    language, registry, own = context.language, context.registry, WORDS[context.language]
    return [
        own["other_value"].format(
            label=values.label(row, language, registry),
            period=values.printed_period(row, language),
            value=values.printed(row, language, registry, context.readings.get(row["observation_id"], "")),
            scope=values.scope_names(row["scope"], language, registry) or own["no_scope"],
            source=selection.source_name(row, context.sources, language),
        )
        for row in context.others
    ]
