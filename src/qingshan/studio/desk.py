"""The desk of the studio: an edition's tables, and drawing from them by the name of a form.

Flows in: the edition in the making, or one that is published. Flows out: `Desk`, whose `Desk.draw` gives a `Drawing`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qingshan import dataset, registry, sources, store
from qingshan.charts import asking, declared, forms, own, values
from qingshan.charts.asking import Material
from qingshan.charts.card import SUFFIX
from qingshan.charts.forms import Context
from qingshan.charts.own import SUMMARY
from qingshan.edition import codes, contracts, published
from qingshan.model import (
    LOST,
    OBSERVATIONS,
    SOURCES,
    InputError,
    Problem,
    TableContract,
    Workspace,
    nearest,
)
from qingshan.studio.drawing import Drawing, checked

if TYPE_CHECKING:
    import pandas as pd

Texts = Mapping[str, str]
_TABLES = ("observations", "indicators", "units", "regions", "scopes", "sources", "lost")


@dataclass(frozen=True, repr=False)
class Desk:
    """The tables of one edition and the means to draw from them; made by `open_edition` or `open_published`.

    ``desk.draw_<form>(table, …)`` draws by the form's name: `forms` lists them. See `draw`.

    Parameters
    ----------
    observations
        One row per observation of a public source, with labels beside the codes, as `qingshan.load` gives them.
    indicators, units, regions, scopes
        Code lists with a column `label`.
    sources, lost
        The sources, and the values that a source announces and does not hold.
    folder
        Where `Drawing.save` writes.
    is_running
        Whether that is the edition in the making; else the pictures are for yourself, and no page shows them.
    """

    edition: str
    language: str
    observations: pd.DataFrame
    indicators: pd.DataFrame
    units: pd.DataFrame
    regions: pd.DataFrame
    scopes: pd.DataFrame
    sources: pd.DataFrame
    lost: pd.DataFrame
    folder: Path
    is_running: bool
    material: Material = field(repr=False)
    workspace: Workspace = field(repr=False)

    def draw(
        self,
        form: str,
        table: pd.DataFrame,
        *,
        title: Texts | None = None,
        finding: Texts | list[Texts] | None = None,
        subtitle: Texts | None = None,
        notes: Texts | list[Texts] | None = None,
        section: str | None = None,
        group_by: str | None = None,
        options: Texts | None = None,
    ) -> Drawing:
        """Draw rows of the observations by the name of a form; the result shows itself in both languages.

        Parameters
        ----------
        form
            Its name: see `forms`.
        table
            Rows of `observations`, filtered with ordinary pandas. A column `series` says which part a row plays where
            the measure does not say it. Of several sources that speak of one value one is drawn, as in ``charts.yml``.
        title
            {"zh": …, "en": …}; the first indicator's name if None.
        finding
            The sentence that stands as title on the web, with slots for every number: ``{level.last.value}`` is series,
            pick (first, last, previous, highest, lowest or an indicator) and field (value, number, period, place,
            label, scope).
        subtitle, notes
            In the same way.
        section
            The theme of the registry under which pages show it; that of the first indicator if None.
        group_by, options
            What the form understands besides.

        Raises
        ------
        InputError
            No such form; a table that was edited, or rows of internal sources; a text with a numeral.
        StageError
            A character has no glyph, or the form cannot draw these rows.
        """
        if form not in forms.names():
            found = f"{form!r}{nearest(form, forms.names())}"
            raise InputError(Problem("draw", found, f"one of {', '.join(forms.names())}", "Correct the name."))
        texts = {"title": title, "finding": finding, "subtitle": subtitle, "notes": notes, "section": section,
                 "group_by": group_by, "options": options}  # fmt: skip
        asked = checked(asking.asked(form, table, self.material, texts), self.material.registry)
        return Drawing(self, asked, own.drawn(asked, own.SKETCH, self.material, is_sketch=True).files)

    def __getattr__(self, name: str) -> Callable[..., Drawing]:
        """Return `draw` with the form that ``draw_<form>`` names."""
        if name.startswith("draw_"):
            return partial(self.draw, name.removeprefix("draw_"))
        raise AttributeError(f"{type(self).__name__!r} has no attribute {name!r}")

    def __dir__(self) -> list[str]:
        """Name a drawing function for each form too, so that the Tab key offers them."""
        return sorted({*super().__dir__(), *(f"draw_{name}" for name in forms.names())})

    def forms(self) -> pd.DataFrame:
        """Return the forms of charts: what each draws, the series it tells apart, the fewest rows it needs."""
        import pandas as pd

        rows = []
        for name in forms.names():
            form = forms.form_of(name)
            what = (form.draw.__doc__ or "").strip().partition("\n")[0]
            rows.append((name, what, ", ".join(one for one in form.series if one not in form.aside), form.least))
        return pd.DataFrame(rows, columns=["form", "draws", "series", "least"])

    def charts(self) -> pd.DataFrame:
        """Return the charts in the folder as it stands: number, name, section, title, and whether they are own ones."""
        import pandas as pd

        saved = {one["name"] for one in _summary(self.folder).get("saved", [])}
        cards = [store.read_json(path) for path in sorted(self.folder.glob(f"*{SUFFIX}"))]
        rows = [
            (card["number"], card["name"], card["section"], card["title"][self.language], card["name"] in saved)
            for card in sorted(cards, key=lambda card: (card["number"], card["name"]))
        ]
        return pd.DataFrame(rows, columns=["number", "chart", "section", "title", "own"])

    def __repr__(self) -> str:
        """Name the edition and its tables with their rows."""
        lines = [f"{self.material.context.edition.get(self.language, '')} · {self.edition}"]
        return "\n".join([*lines, *(f"  .{name:<14}{len(getattr(self, name)):>6} rows" for name in _TABLES)])


def open_edition(workspace: Workspace, edition: str, *, width_cm: float = 24.0, language: str = "zh") -> Desk:
    """Open the edition in the making: what curation left, and the folder that the pages take their charts from.

    Parameters
    ----------
    width_cm
        Of the pictures for the screen.
    language
        Of the labels: zh or en.

    Raises
    ------
    InputError
        A stage before has not run, or a table is damaged.
    """
    _check_language(language)
    given = own.material(workspace, edition, width_cm=width_cm)
    loaded = sources.load_edition(workspace, edition)
    public = {source.source_id for source in loaded.sources if source.access == "public"}
    rows: dict[str, tuple[TableContract, list[Any]]] = {
        "observations": (OBSERVATIONS, list(given.observations)),
        "indicators": (contracts.INDICATORS, codes.indicators(given.registry)),
        "units": (contracts.UNITS, codes.units(given.registry)),
        "regions": (contracts.REGIONS, codes.regions(given.registry, given.observations)),
        "scopes": (contracts.SCOPES, codes.scopes(given.registry, given.observations)),
    }
    for name, stage, contract in (("sources", "read", SOURCES), ("lost", "extract", LOST)):
        table = store.read_table(workspace.work(edition, stage, f"{name}.csv"), contract)
        rows[name] = contract, [row for row in table if row["source_id"] in public]
    tables = {name: store.frame(*content) for name, content in rows.items()}
    for name in ("indicators", "units", "regions", "scopes"):
        tables[name] = tables[name].assign(label=tables[name][f"label_{language}"])
    tables["observations"] = dataset.labelled(tables, language)
    return Desk(edition, language, **tables, folder=workspace.work(edition, "charts"), is_running=True,
                material=given, workspace=workspace)  # fmt: skip


def open_published(edition: str, *, workspace: Path | str = "", language: str = "zh") -> Desk:
    """Open an edition of the public folder, as `qingshan.load` reads it: to look, to compare, to try a chart.

    What is saved goes to ``data/work/<edition>/studio`` and into no page: a published edition stays as it is.

    Raises
    ------
    InputError
        No such edition or language, or its files are not as published.
    """
    found = dataset.load(edition, workspace=workspace, language=language)
    space = Workspace.find(workspace)
    lists = registry.load_registry(space.registry)
    figures = dict(zip(found.figures["figure_id"], found.figures["reading"], strict=True))
    links = found.observation_figures
    primary = links[links["role"] == "primary"]
    named = found.sources
    context = Context(
        lists,
        width_cm=24.0,
        readings={
            key: figures.get(figure, "")
            for key, figure in zip(primary["observation_id"], primary["figure_id"], strict=True)
        },
        sources=dict(zip(named["source_id"], zip(named["publisher"], named["title"], strict=True), strict=True)),
        edition=found.about["title"],
        demonstration=found.about["status"] == "demonstration",
        for_review=found.about["review"] != published.PUBLISHED,
    )
    own_columns = [name for name in OBSERVATIONS.names if name in found.observations.columns]
    rows = tuple(found.observations[own_columns].to_dict("records"))
    names = tuple(declared.load_charts(space.registry, lists))
    tables = {name: getattr(found, name) for name in _TABLES}
    return Desk(edition, language, **tables, folder=space.work(edition, "studio"), is_running=False,
                material=Material(edition, rows, {}, names, context), workspace=space)  # fmt: skip


def _check_language(language: str) -> None:
    if language not in values.LANGUAGES:
        raise InputError(Problem("language", repr(language), " or ".join(values.LANGUAGES), "Give one of them."))


def _summary(folder: Path) -> dict[str, Any]:
    path = folder / SUMMARY
    return dict(store.read_json(path)) if path.is_file() else {}
