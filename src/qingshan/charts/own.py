"""An analyst's own charts: what was asked for flows in, the same files as a declared chart's flow out.

`make.make` draws, as it does for the declared charts. What was saved is noted in the charts' ``summary.json``, so that
the published form of an edition is drawn from the same rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from qingshan import files, registry, sources, store
from qingshan.charts import declared, facts, forms, make, picking, values
from qingshan.charts.asking import Material, Own
from qingshan.charts.card import NAME, SUFFIX
from qingshan.charts.declared import ChartSpec
from qingshan.charts.picking import Picked
from qingshan.model import OBSERVATIONS, InputError, Problem, Workspace

Row = Mapping[str, Any]
SUMMARY = "summary.json"
SKETCH = "sketch"  # the name of a chart that has none yet
_SAVED = "saved"
_SHOWN = 5  # ids named in a message
_JOIN = "; saved in the notebook: "
_LINE = re.compile(r":\d+$")  # of an entry that stands in no file


class _Dumper(yaml.SafeDumper):
    """Writes lists of names in one line, everything else line by line, as people write ``charts.yml``."""


_Dumper.add_representer(
    list,
    lambda dumper, data: dumper.represent_sequence(
        "tag:yaml.org,2002:seq", data, flow_style=all(isinstance(one, str) for one in data)
    ),
)


def material(workspace: Workspace, edition: str, *, width_cm: float = 24.0, for_review: bool = True) -> Material:
    """Return what the charts of the running edition are drawn from: the tables that curation left.

    Raises
    ------
    InputError
        A stage before has not run, or a table is damaged.
    """
    loaded = sources.load_edition(workspace, edition)
    lists = registry.load_registry(workspace.registry)
    shown, _ = make.public_tables(workspace, loaded)
    public = {row["observation_id"] for row in shown}
    everything = store.read_table(workspace.work(edition, "curate", "observations.csv"), OBSERVATIONS)
    return Material(
        edition,
        tuple(shown),
        {row["observation_id"]: row["source_id"] for row in everything if row["observation_id"] not in public},
        tuple(declared.load_charts(workspace.registry, lists)),
        make.context_of(workspace, loaded, lists, width_cm=width_cm, for_review=for_review),
    )


def compose(own: Own, name: str, given: Material) -> tuple[ChartSpec, Picked]:
    """Return the declaration and the rows of a chart: what a declared chart would show of these rows.

    Raises
    ------
    InputError
        A text with a numeral or a slot that means nothing; fewer rows than the form needs.
    """
    spec = specified(own.entry, name, given)
    form = forms.form_of(spec.form)
    by_id = {row["observation_id"]: row for row in given.observations}
    alone = replace(form, pick=None)
    rows: list[Row] = []
    others: list[Row] = []
    for series in spec.series:
        part = [by_id[key] for key, series_name in own.rows if series_name == series.name]
        picked = picking.pick(part, replace(spec, series=(series,)), given.registry, alone)
        rows += picked.rows
        others += picked.others
    if form.pick:
        usable = [row for row in given.observations if not (form.has_time_axis and row["time_basis"] == "as_published")]
        rows = form.pick(rows, spec, given.registry, usable)
    if len(rows) < form.least:
        raise InputError(
            Problem(
                f"draw_{spec.form}, table",
                f"{len(rows)} of {len(own.rows)} row{'' if len(own.rows) == 1 else 's'} that this form can draw",
                f"at least {form.least}", f"Choose other rows, or another form: {', '.join(forms.names())}.",
            )
        )  # fmt: skip
    _check_slots(spec, rows, given)
    drawn = {row["observation_id"] for row in rows}
    return spec, Picked(tuple(rows), tuple(row for row in others if row["observation_id"] not in drawn))


def left_out(own: Own, picked: Picked) -> list[str]:
    """Return the ids of rows that the table holds and neither the picture nor the words beside it show."""
    shown = {row["observation_id"] for row in (*picked.rows, *picked.others)}
    return [key for key, _ in own.rows if key not in shown]


def drawn(own: Own, name: str, given: Material, *, number: int = 1, is_sketch: bool = False) -> make.Made:
    """Draw a chart in both languages, with every check of a declared one.

    Raises
    ------
    InputError
        See `compose`.
    StageError
        A character has no glyph, a numeral has no source, or the form cannot draw these rows.
    """
    spec, picked = compose(own, name, given)
    made = make.make(spec, picked, given.context, edition=given.edition, number=number, is_sketch=is_sketch)
    _check_marks(spec, picked, made)
    return made


def _check_marks(spec: ChartSpec, picked: Picked, made: make.Made) -> None:
    """Refuse rows that the form takes and does not show: two that meet at one place, and only one is seen."""
    aside = forms.form_of(spec.form).aside
    picture = made.files[f"{spec.name}.{values.LANGUAGES[0]}.svg"]
    hidden = [
        row for row in picked.rows if row["series"] not in aside and row["observation_id"].encode() not in picture
    ]
    if hidden:
        named = ", ".join(row["observation_id"] for row in hidden[:_SHOWN]) + (" …" if len(hidden) > _SHOWN else "")
        raise InputError(
            Problem(f"draw_{spec.form}, table", f"{len(hidden)} of {len(picked.rows)} rows without a mark ({named})",
                    "rows that this form shows beside each other", "Choose fewer rows, or another form.")
        )  # fmt: skip


def save(own: Own, name: str, given: Material, folder: Path) -> tuple[int, list[Path]]:
    """Draw a chart whole, write its files beside the declared ones, and note it; return its number and its files.

    Parameters
    ----------
    folder
        Of the charts; a chart of this name saved before is replaced and keeps its number.

    Raises
    ------
    InputError
        A name that is none or that a declared chart has; see `compose`.
    StageError
        See `drawn`.
    """
    problem = _name_problem(name, given)
    if problem:
        raise InputError(problem)
    summary = store.read_json(folder / SUMMARY)
    before = summary.get(_SAVED, [])
    names = [one["name"] for one in before]
    place = names.index(name) if name in names else len(names)
    others = {path.name.removesuffix(SUFFIX) for path in folder.glob(f"*{SUFFIX}")} - {*names, name}
    number = len(others) + place + 1
    made = drawn(own, name, given, number=number)
    paths = [files.write_atomic(folder / file, data) for file, data in made.files.items()]
    note = {"name": name, "entry": dict(own.entry), "rows": [list(pair) for pair in own.rows]}
    saved = [*before[:place], note, *before[place + 1 :]]
    text = summary["text"].partition(_JOIN)[0] + _JOIN + ", ".join(one["name"] for one in saved)
    store.write_json(folder / SUMMARY, {**summary, "text": text, _SAVED: saved}, sort=True)
    return number, paths


def redraw(
    workspace: Workspace, edition: str, folder: Path, *, width_cm: float = 24.0, for_review: bool = True
) -> list[str]:
    """Draw what the notebook saved again into another folder; return the names.

    Raises
    ------
    InputError
        A row that was saved is no longer an observation of a public source.
    """
    before = store.read_json(workspace.work(edition, "charts", SUMMARY)).get(_SAVED, [])
    if not before:
        return []
    given = material(workspace, edition, width_cm=width_cm, for_review=for_review)
    known = {row["observation_id"] for row in given.observations}
    for one in before:
        gone = [key for key, _ in one["rows"] if key not in known]
        if gone:
            where = f"data/work/{edition}/charts/{SUMMARY}: {one['name']}"
            raise InputError(
                Problem(where, f"observation {gone[0]}, which is not public", "rows of the observations",
                        f"Run: qingshan run {edition}.")
            )  # fmt: skip
        save(Own(one["entry"], tuple((key, series) for key, series in one["rows"])), one["name"], given, folder)
    return [one["name"] for one in before]


def specified(entry: Mapping[str, Any], name: str, given: Material) -> ChartSpec:
    """Return an entry as `charts.yml` would declare it, after the same checks.

    Raises
    ------
    InputError
        Every mistake, without the line of a file.
    """
    try:
        return declared.parse_charts(as_yaml(entry, name), given.registry, name=_shown(name))[name]
    except InputError as error:
        found = (_without_line(one, name) for one in error.problems)
        raise InputError(tuple(dict.fromkeys(found))) from None


def _without_line(problem: Problem, name: str) -> Problem:
    """Return a problem of an entry that stands in no file: where is the text that it is about."""
    where = _LINE.sub("", problem.where)
    form = re.fullmatch(rf"{name}\.(\S+) in the form (.*)", problem.expected)
    if not form:
        return replace(problem, where=where)
    remedy = "Write a slot where a number of the data belongs, or say it without a number."
    return Problem(f"{where}, {form[1]}", problem.found, form[2], remedy)


def as_yaml(entry: Mapping[str, Any], name: str) -> str:
    """Return an entry as it would stand in ``charts.yml``."""
    return str(yaml.dump({name: dict(entry)}, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110))


def _check_slots(spec: ChartSpec, rows: Sequence[Row], given: Material) -> None:
    """Refuse a text whose slots these rows cannot fill: it would silently not be told."""
    texts = [*spec.title.values(), *spec.subtitle.values()]
    texts += [text for one in (*spec.finding, *spec.notes) if not one.when for text in one.text.values()]
    problems = [
        Problem(_shown(spec.name), f"no value for {{{slot}}} in {text!r}", "slots that the rows drawn can fill",
                "Name a series and a value that the picture shows.")
        for text in texts
        for slot in declared.slots_of(text)
        if facts.fill(f"{{{slot}}}", rows, given.context) is None
    ]  # fmt: skip
    if problems:
        raise InputError(tuple(dict.fromkeys(problems)))


def _shown(name: str) -> str:
    return "chart" if name == SKETCH else f"chart {name}"


def _name_problem(name: str, given: Material) -> Problem | None:
    where = f"save({name!r})"
    if not NAME.fullmatch(name):
        return Problem(where, repr(name), "small letters, digits, underscores, a letter first", "Give another name.")
    if name in given.declared:
        return Problem(where, f"the name of a chart of {declared.FILE}", "a name of its own", "Give another name.")
    return None
