"""Turns a chart of a notebook into the entry of ``charts.yml`` that draws it again in every edition.

Flows in: the chart as it was asked for. Flows out: YAML text, and the rows by which the two differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from qingshan.charts import forms, own, picking, values
from qingshan.charts.asking import Material, Own
from qingshan.charts.picking import Evidence, Picked

Row = Mapping[str, Any]
_DECLARED = re.compile(r"\d{4}(-\d{2}){0,2}(/\d{4}(-\d{2}){0,2})?")  # a period as a declaration may name it


def declaration(asked: Own, name: str, given: Material) -> tuple[str, list[Row], list[Row]]:
    """Return the entry that declares a chart in ``charts.yml``, and what it would draw besides or not draw.

    Of the ways to narrow its series down, the shortest is taken that chooses the same rows: nothing, the last period,
    scopes, the preferred sources, the periods.

    Returns
    -------
    tuple
        The YAML text; rows that the declaration draws and the chart does not; rows of the chart that it leaves out.
    """
    spec, shown = own.compose(asked, name, given)
    form = forms.form_of(spec.form)
    wanted = {row["observation_id"] for row in shown.rows}
    best: tuple[int, dict[str, Any], tuple[Row, ...]] | None = None
    for entry in _narrowed(asked, shown, given.registry.scopes):
        picked = picking.pick(
            given.observations, own.specified(entry, name, given), given.registry, form, Evidence()
        ).rows
        differing = len(wanted ^ {row["observation_id"] for row in picked})
        if best is None or differing < best[0]:
            best = differing, entry, picked
        if not differing:
            break
    assert best is not None  # the first entry is always tried
    found = {row["observation_id"] for row in best[2]}
    more = [row for row in best[2] if row["observation_id"] not in wanted]
    return own.as_yaml(best[1], name), more, [row for row in shown.rows if row["observation_id"] not in found]


def _narrowed(asked: Own, shown: Picked, known: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """Yield the entry narrowed down in more and more ways."""
    scopes, periods, latest = "scopes", "periods", "latest"
    ordered = list(dict.fromkeys(row["source_id"] for row in shown.rows))
    for ways in ((), (latest,), (scopes,), (scopes, latest), (periods,), (scopes, periods)):
        series = []
        for one in asked.entry["series"]:
            rows = [row for row in shown.rows if row["series"] == one["name"]]
            found = list(dict.fromkeys(_period(row) for row in rows))
            said = {
                scopes: list(dict.fromkeys(code for row in rows for code in row["scope"].split(";") if code in known)),
                periods: found if all(map(_DECLARED.fullmatch, found)) else [],
                latest: "yes",
            }
            series.append(one | {way: said[way] for way in ways if rows and said[way]})
        for source in ({}, {"sources": ordered}):
            yield {**asked.entry, "series": series, **source}


def _period(row: Row) -> str:
    base, end = values.interval(row)
    return f"{base}/{end}" if base and row["measure"] not in values.CHANGES else end
