"""Draws the charts of an edition and puts them, with their words, lineage and data, under its work folder.

Flows in: the curated tables, the registry with its declared charts, and the edition. Flows out: files in
``work/<edition>/charts``. What a source marked internal says is left out here, because charts are public.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from qingshan import files, registry, sources, store
from qingshan.charts import declared, forms, picking, profiles, values
from qingshan.charts.card import SUFFIX, Card
from qingshan.charts.declared import ChartSpec
from qingshan.charts.forms import Context
from qingshan.charts.picking import Evidence, Picked
from qingshan.model import CURATED, LOST, OBSERVATION_FIGURES, OBSERVATIONS, Workspace

Row = Mapping[str, Any]


@dataclass(frozen=True)
class ChartFile:
    """One picture for the screen: its chart, language, place, and how many observations are drawn in it."""

    name: str
    language: str
    path: Path
    observations: int


@dataclass(frozen=True)
class Made:
    """The files of one chart: name -> bytes, and how many observations have a mark."""

    files: Mapping[str, bytes]
    observations: int


def build(
    workspace: Workspace, edition: str, *, width_cm: float = 24.0, folder: Path | None = None, for_review: bool = True
) -> list[ChartFile]:
    """Draw every chart of the edition that its observations allow, in both languages and both profiles.

    Writes for each ``<name>.<language>.svg`` and ``.png``, ``<name>.<language>.print.svg`` and ``.print.png``,
    ``<name>.card.json``, ``<name>.lineage.json`` and ``<name>.csv``, and one ``summary.json``, into
    ``work/<edition>/charts``; what stood there before is removed first.

    Parameters
    ----------
    width_cm
        Of the pictures for the screen; those for print are as wide as a page's text.
    folder
        Another place than ``work/<edition>/charts``.
    for_review
        Whether pictures bear the mark of a candidate: only those of a signed edition do not.

    Returns
    -------
    list of ChartFile
        In the edition's order. A chart with nothing to show is not among them: the summary names it.

    Raises
    ------
    InputError
        A table is missing or damaged, a declaration is wrong, or the edition lists a chart that is not declared.
    StageError
        A character has no glyph, or a numeral has no source.
    """
    loaded = sources.load_edition(workspace, edition)
    lists = registry.load_registry(workspace.registry)
    charts = declared.load_charts(workspace.registry, lists)
    chosen = declared.chosen(charts, workspace.edition_file(edition), f"data/raw/{edition}/edition.yml")
    # numbered as they are met: in the order of the edition's parts
    chosen = sorted(chosen, key=lambda spec: registry.THEMES.index(spec.section))
    observations, evidence = public_tables(workspace, loaded)
    context = context_of(workspace, loaded, lists, width_cm=width_cm, for_review=for_review)
    folder = folder or workspace.work(edition, "charts")
    if folder.exists():
        files.remove_tree(folder)
    made: list[ChartFile] = []
    idle: dict[str, str] = {}
    for spec in chosen:
        form = forms.form_of(spec.form)
        picked = picking.pick(observations, spec, lists, form, evidence)
        if sum(row["series"] not in form.aside for row in picked.rows) < form.least:
            idle[spec.name] = "; ".join(picking.sentences(picked.gaps, lists, "en")) or "nothing to show"
            continue
        number = len(made) // len(values.LANGUAGES) + 1
        chart = make(spec, picked, context, edition=edition, number=number)
        for name, data in chart.files.items():
            files.write_atomic(folder / name, data)
        made += [
            ChartFile(spec.name, language, folder / f"{spec.name}.{language}.svg", chart.observations)
            for language in values.LANGUAGES
        ]
    store.write_json(folder / "summary.json", {"text": _summary(made, idle), "not_drawn": idle}, sort=True)
    return made


def context_of(
    workspace: Workspace,
    edition: sources.Edition,
    lists: registry.Registry,
    *,
    width_cm: float = 0.0,
    for_review: bool = True,
) -> Context:
    """Return the context of an edition's charts, for the screen and in Chinese."""
    public = {source.source_id: source for source in edition.sources if source.access == "public"}
    return Context(
        lists,
        width_cm=width_cm,
        readings=primary_readings(workspace, edition.edition_id),
        sources={key: (source.publisher, source.title) for key, source in public.items()},
        edition=edition.title,
        demonstration=edition.status == "demonstration",
        for_review=for_review,
    )


def make(
    spec: ChartSpec, picked: Picked, context: Context, *, edition: str, number: int, is_sketch: bool = False
) -> Made:
    """Draw one chart in every language and profile and return its files.

    Parameters
    ----------
    is_sketch
        Only the SVG for the screen, to be looked at; every check is made all the same.

    Raises
    ------
    StageError
        A character has no glyph, or a numeral has no source.
    """
    from qingshan.charts import numerals, save, telling  # the drawing library takes half a second

    form, lists = forms.form_of(spec.form), context.registry
    context = replace(
        context,
        others=picked.others,
        gaps=picked.gaps,
        missing={language: picking.sentences(picked.gaps, lists, language) for language in values.LANGUAGES},
    )
    drawn = numerals.drawn_rows(picked.rows, form.aside)
    pictures: dict[str, bytes] = {}
    marks: set[str] = set()
    words = {}
    for language in values.LANGUAGES:
        here = replace(context, language=language)
        known = numerals.sourced(picked.rows, here, spec)
        words[language] = telling.words(picked.rows, spec, here, form)
        numerals.check_texts(words[language].texts, known)
        for profile in (profiles.WEB,) if is_sketch else profiles.PROFILES:
            width = context.width_cm if profile is profiles.WEB else 0.0
            figure = form.draw(picked.rows, chart=spec, context=replace(here, profile=profile, width_cm=width))
            numerals.check_figure(figure, known)
            stem = f"{spec.name}.{language}" + ("" if profile is profiles.WEB else f".{profile.name}")
            pictures[f"{stem}.svg"] = save.render_svg(figure, spec.name)
            if not is_sketch:
                pictures[f"{stem}.png"] = save.render_png(figure, profile.dpi)
            marks.update(save.gids(figure))
    told = [*(row for row in picked.rows if row not in drawn), *picked.others]
    beside = {
        f"{spec.name}{SUFFIX}": _json(_card(spec, words, drawn, number).as_json()),
        f"{spec.name}.lineage.json": _json(save.lineage(spec.name, drawn, edition, pictures, marks=marks, told=told)),
        f"{spec.name}.csv": save.data_csv(picked.rows, lists).encode(),
    }
    return Made({**pictures, **beside}, len(drawn))


def _card(spec: ChartSpec, words: Mapping[str, Any], drawn: list[Row], number: int) -> Card:
    def each(name: str) -> dict[str, Any]:
        return {language: getattr(said, name) for language, said in words.items()}

    return Card(
        name=spec.name,
        number=number,
        section=spec.section,
        form=spec.form,
        title=each("title"),
        finding=each("finding"),
        subtitle=each("subtitle"),
        unit=each("unit"),
        source=each("source"),
        alt=each("alt"),
        notes={language: (*said.notes, *said.remarks) for language, said in words.items()},
        missing=each("missing"),
        observations=tuple(row["observation_id"] for row in drawn),
    )


def _json(data: Any) -> bytes:
    return files.json_text(data, sort=True).encode()


def public_tables(workspace: Workspace, edition: sources.Edition) -> tuple[list[Row], Evidence]:
    """Return the observations of public sources, and what tells why others are not there."""
    public = {source.source_id for source in edition.sources if source.access == "public"}
    name = edition.edition_id

    def rows(stage: str, contract: Any) -> list[Row]:
        table = store.read_table(workspace.work(name, stage, f"{contract.name}.csv"), contract)
        return [row for row in table if row["source_id"] in public]

    return rows("curate", OBSERVATIONS), Evidence(rows("curate", CURATED), rows("extract", LOST))


def _summary(made: list[ChartFile], idle: Mapping[str, str]) -> str:
    count = len(made) // len(values.LANGUAGES)
    shown = sum(one.observations for one in made) // len(values.LANGUAGES)
    if not made:
        text = "no chart: " + ("no values for any declared chart" if idle else "the registry declares none")
    else:
        text = f"{count} chart{'' if count == 1 else 's'} in {len(values.LANGUAGES)} languages, {shown} observations"
    return text + (f"; not drawn: {', '.join(idle)}" if idle else "")


def primary_readings(workspace: Workspace, edition: str) -> dict[str, str]:
    """Return observation_id -> the clean form of the number in its primary figure."""
    curated = store.read_table(workspace.work(edition, "curate", "curated.csv"), CURATED)
    links = store.read_table(workspace.work(edition, "curate", "observation_figures.csv"), OBSERVATION_FIGURES)
    reading = {row["figure_id"]: row["reading"] for row in curated}
    return {row["observation_id"]: reading.get(row["figure_id"], "") for row in links if row["role"] == "primary"}
