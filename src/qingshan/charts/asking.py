"""What an analyst asks to be drawn, checked: a table against the observations, wording as ``charts.yml`` has it.

Flows in: a table, texts, and the observations of an edition. Flows out: `Own`, a chart's entry and its rows. Every
mistake is one message, all of them at once; nothing is drawn here and no file is touched.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qingshan.charts import forms, values
from qingshan.charts.forms import Context, Form
from qingshan.model import InputError, Problem, nearest
from qingshan.registry import Registry

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Material:
    """What charts of one edition may be drawn from.

    Parameters
    ----------
    observations
        Rows of public sources, as curated.
    internal
        observation_id -> source_id of the rows that stay inside.
    declared
        Names of the charts of ``charts.yml``.
    """

    edition: str
    observations: tuple[Row, ...]
    internal: Mapping[str, str]
    declared: tuple[str, ...]
    context: Context

    @property
    def registry(self) -> Registry:
        return self.context.registry


@dataclass(frozen=True)
class Own:
    """One chart as it was asked for.

    Parameters
    ----------
    entry
        What would stand under its name in ``charts.yml``.
    rows
        (observation_id, series) in the order of the table.
    """

    entry: Mapping[str, Any]
    rows: tuple[tuple[str, str], ...]


def asked(form_name: str, table: Any, given: Material, texts: Mapping[str, Any]) -> Own:
    """Return the chart that a table and texts ask for, every row of it compared with the observations.

    Parameters
    ----------
    table
        A DataFrame or rows with a column `observation_id`. Any other column of the observations must hold what the
        observation holds. A column `series` names the part a row plays; without it, its measure does.
    texts
        title, subtitle (language -> template), finding, notes (one such, or a list of them), section, group_by,
        options; None where the default is wanted.

    Raises
    ------
    InputError
        Every mistake of the table, and a text without both languages.
    """
    form = forms.form_of(form_name)
    listed = [dict(row) for row in (table.to_dict("records") if hasattr(table, "to_dict") else table)]
    where = f"draw_{form_name}, table"
    rows, problems = _checked(listed, given, form, where)
    if problems:
        raise InputError(problems)
    return Own(reworded(_entry(form_name, rows, given.registry), texts), tuple(_pairs(rows)))


def reworded(entry: Mapping[str, Any], texts: Mapping[str, Any]) -> dict[str, Any]:
    """Return an entry with other texts; chemical names get their low digits: PM2.5 is no numeral.

    Raises
    ------
    InputError
        A text that is not given in both languages.
    """
    problems: list[Problem] = []
    changed = dict(entry)
    for name, text in texts.items():
        if text is None:
            continue
        if name in ("title", "subtitle"):
            changed[name] = _both(text, name, problems)
        elif name in ("finding", "notes"):
            listed = [text] if isinstance(text, (str, Mapping)) else list(text)
            changed[name] = [_both(one, name, problems) for one in listed]
        else:
            changed[name] = text
    if problems:
        raise InputError(problems)
    return {name: value for name, value in changed.items() if value not in ("", {}, [])}


def _checked(listed: Sequence[Row], given: Material, form: Form, where: str) -> tuple[list[Row], list[Problem]]:
    """Return the observations that a table's rows name, with their series, and everything that is wrong with it."""
    if not listed:
        return [], [Problem(where, "no rows", "rows of the observations", "Look at the filter that made it.")]
    if "observation_id" not in listed[0]:
        remedy = "Filter the observations; averages and sums of your own are no observation and cannot be drawn."
        return [], [Problem(where, "no column observation_id", "rows of the observations", remedy)]
    by_id = {row["observation_id"]: row for row in given.observations}
    rows: list[Row] = []
    problems: list[Problem] = []
    seen: set[str] = set()
    for row in listed:
        key = row["observation_id"]
        if key in given.internal:
            found = f"observation {key} of the internal source {given.internal[key]}"
            problems.append(Problem(where, found, "rows of public sources", "Leave it out: charts are public."))
        elif key not in by_id:
            remedy = "Take rows from the tables of this edition as they are."
            problems.append(
                Problem(where, f"observation {key!r}", f"an observation of edition {given.edition}", remedy)
            )
        elif key in seen:
            problems.append(Problem(where, f"observation {key} twice", "each row once", "Leave one of them out."))
        else:
            seen.add(key)
            problems += _edited(row, by_id[key], where)
            series = row.get("series") or _series_of(by_id[key], form)
            if form.series and series not in form.series:
                found = f"series {series!r}{nearest(str(series), form.series)}"
                problems.append(Problem(where, found, f"one of {', '.join(form.series)}", "Correct the column series."))
            rows.append({**by_id[key], "series": str(series)})
    return rows, list(dict.fromkeys(problems))


def _edited(row: Row, observation: Row, where: str) -> Iterable[Problem]:
    """Yield what a row says otherwise than its observation."""
    for name, own in observation.items():
        if name in row and not _same(row[name], own):
            yield Problem(
                f"{where}, observation {observation['observation_id']}", f"{name} {_bare(row[name])!r}",
                f"{own!r}, as curated", "Take the row as it is; a value is corrected by a decision: qingshan decide.",
            )  # fmt: skip


def _same(one: Any, other: Any) -> bool:
    return bool(_bare(one) == _bare(other))


def _bare(value: Any) -> Any:
    """Return a cell as plain data; '' stands for nothing."""
    value = value.item() if hasattr(value, "item") else value
    return "" if value is None or (isinstance(value, float) and math.isnan(value)) else value


def _series_of(row: Row, form: Form) -> str:
    """Return the part that a row plays where nobody says so: that of its measure's name, targets together."""
    measure = row["measure"]
    if measure in form.series:
        return str(measure)
    if measure in values.TARGETS and "target" in form.series:
        return "target"
    return form.series[0] if form.series else "values"


def _pairs(rows: Iterable[Row]) -> Iterable[tuple[str, str]]:
    return ((row["observation_id"], row["series"]) for row in rows)


def _entry(form_name: str, rows: Sequence[Row], lists: Registry) -> dict[str, Any]:
    """Return the entry of `charts.yml` for rows: its title names the first indicator, its section is that theme."""
    series = []
    for name in dict.fromkeys(row["series"] for row in rows):
        part = [row for row in rows if row["series"] == name]
        said = {"indicators": "indicator", "measures": "measure", "areas": "ref_area"}
        one = {"name": name, **{key: list(dict.fromkeys(row[of] for row in part)) for key, of in said.items()}}
        series.append(one | ({"scopes": scopes} if (scopes := _scopes(part, lists)) else {}))
    first = rows[0]
    title = f"{{{first['series']}.{first['indicator']}.label}}"
    return {
        "form": form_name,
        "section": lists.indicators[first["indicator"]].theme,
        "title": dict.fromkeys(values.LANGUAGES, title),
        "series": series,
    }


def _scopes(rows: Sequence[Row], lists: Registry) -> list[str]:
    """Return the scopes to prefer, the rarest first: it tells most. A row without one gives way.

    None where one value is there in two scopes, or a scope is the source's own: then each is drawn for itself.
    """
    at: dict[tuple[str, ...], set[str]] = {}
    for row in rows:
        if row["scope"]:
            key = (row["indicator"], row["ref_area"], *values.interval(row), row["measure"])
            at.setdefault(key, set()).add(row["scope"])
    is_own = any(row["scope"] and not lists.scopes.keys() & set(row["scope"].split(";")) for row in rows)
    if is_own or any(len(scopes) > 1 for scopes in at.values()):
        return []
    counts = Counter(code for row in rows for code in row["scope"].split(";") if code in lists.scopes)
    return sorted(counts, key=lambda code: (counts[code], code))


def _both(text: Any, name: str, problems: list[Problem]) -> dict[str, Any]:
    if not isinstance(text, Mapping) or not set(values.LANGUAGES) <= text.keys():
        found = repr(text if isinstance(text, str) else text and dict(text))
        problems.append(Problem(name, found, f'{name}={{"zh": "…", "en": "…"}}', "Give it in both languages."))
        return {}
    return {key: values.subscripted(one) if isinstance(one, str) else one for key, one in text.items()}
