"""What a page shows, taken from the tables and put in order: no markup, no file.

Flows in: the edition, its registry, the rows of its tables (public sources only), its charts and its editor's
sentences. Flows out: `Page`, a frozen tree that the template walks. Every number in it is an observation's or a count
of rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qingshan.charts.card import Card
from qingshan.charts.selection import in_language
from qingshan.documents import Document
from qingshan.edition import editor
from qingshan.edition.citation import citation
from qingshan.edition.headline import Headline, headline
from qingshan.edition.sentences import Sentence, generate, told
from qingshan.edition.shown import Quote, Row, Shown, language_tag, shown, supporting
from qingshan.edition.wording import WORDS
from qingshan.registry import THEMES, Registry
from qingshan.signoff import Release
from qingshan.sources import Edition, Source

__all__ = ["Chart", "Errata", "Page", "Quote", "Row", "Shown", "Tables", "counts", "page"]


Use = tuple[str, str, int]


@dataclass(frozen=True)
class Tables:
    """The rows a page is made of, those of internal sources already taken out.

    Parameters
    ----------
    fills
        Which observation of another source people chose to print where a source lost a value.
    decisions
        Rows of `contracts.DECISIONS`.
    """

    observations: Sequence[Row]
    curated: Sequence[Row]
    links: Sequence[Row]
    lost: Sequence[Row]
    fills: Sequence[Row] = ()
    decisions: Sequence[Row] = ()


@dataclass(frozen=True)
class Chart:
    """A picture and its words.

    Parameters
    ----------
    card
        Its words, its place and what was drawn.
    svg
        Language -> markup made by us.
    calculated
        Id of a mark that was computed, ``calc-…`` -> the observations it was computed from.
    told
        Observations that support a mark, or that only the words beside the picture tell.
    """

    card: Card
    svg: Mapping[str, str]
    calculated: Mapping[str, tuple[str, ...]]
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Drawn:
    """A chart in its part: the observations in the order drawn, those behind computed marks and those told."""

    chart: Chart
    shown: tuple[Shown, ...]
    calculated: Mapping[str, tuple[Shown, ...]]
    told: tuple[Shown, ...] = ()

    @property
    def everything(self) -> tuple[Shown, ...]:
        """Every observation it shows or computes with, each once."""
        members = (one for group in self.calculated.values() for one in group)
        return tuple({one.observation_id: one for one in (*self.shown, *members, *self.told)}.values())


@dataclass(frozen=True)
class Part:
    """One part of the report: its sentences, its charts, and its observations by indicator."""

    theme: str
    title: str
    sentences: tuple[Sentence, ...]
    charts: tuple[Drawn, ...]
    tables: tuple[tuple[Shown, ...], ...]


@dataclass(frozen=True)
class Cited:
    """A source and every quote of it that the edition uses, in the order of its text."""

    source: Source
    citation: str
    quotes: tuple[tuple[Shown, Quote], ...]


@dataclass(frozen=True)
class Errata:
    """What changed since the revision before: its name, and the rows of `contracts.ERRATA` (none: nothing did)."""

    previous: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Page:
    """All that one page shows, in one language.

    Parameters
    ----------
    sentences
        Every sentence that an editor may rewrite, those of indicators with many places too.
    shown
        Every observation, in the order of the notes.
    uses
        observation_id -> where it stands besides its table: (anchor, what that is, number of the chart or 0).
    names
        Names and titles that may hold numerals.
    stale
        Sentences of the editor that find an observation no more.
    release
        What it says of its review; None for a candidate, which bears the mark of one.
    errata
        Of a revision only.
    """

    edition: Edition
    language: str
    publishable: bool
    reasons: tuple[str, ...]
    counts: Mapping[str, int]
    headline: tuple[Headline, ...]
    parts: tuple[Part, ...]
    sentences: tuple[Sentence, ...]
    shown: tuple[Shown, ...]
    uses: Mapping[str, tuple[Use, ...]]
    lost: tuple[tuple[Row, str, Shown | None], ...]
    sources: tuple[Cited, ...]
    names: frozenset[str]
    stale: tuple[editor.Stale, ...] = ()
    release: Release | None = None
    errata: Errata | None = None

    @property
    def charts(self) -> tuple[Drawn, ...]:
        """The charts of all parts, in their order."""
        return tuple(drawn for part in self.parts for drawn in part.charts)

    @property
    def computed(self) -> tuple[tuple[str, tuple[Shown, ...], str], ...]:
        """Each computed mark once: its id, what it was computed from, the first chart that has it."""
        found: dict[str, tuple[str, tuple[Shown, ...], str]] = {}
        for drawn in self.charts:
            for mark, members in drawn.calculated.items():
                found.setdefault(mark, (mark, members, drawn.chart.card.name))
        return tuple(found.values())


def page(
    edition: Edition,
    registry: Registry,
    tables: Tables,
    charts: Sequence[Chart],
    verdict: Mapping[str, Any],
    language: str,
    *,
    release: Release | None = None,
    errata: Errata | None = None,
    rewritten: Document | None = None,
) -> Page:
    """Return the page of one language.

    Parameters
    ----------
    verdict
        ``{"publishable": bool, "reasons": [...]}`` of the stage validate.
    rewritten
        The editor's sentences, as `editor.load` reads them.

    Raises
    ------
    StageError
        An observation has no figure, no indicator or no source, or a quote does not hold its figure's characters.
    InputError
        The editor's sentences or the declared headline hold a mistake.
    """
    sources = {source.source_id: source for source in edition.sources if source.access == "public"}
    support = supporting(tables.observations, tables.curated, tables.links)
    decisions = {row["decision_id"]: row for row in tables.decisions}
    every = tuple(shown(tables.observations, support, registry, sources, decisions, language))
    by_id = {one.observation_id: one for one in every}
    generated = generate(every, registry, language)
    said, stale = editor.rewritten(rewritten, generated, every, registry, language)
    parts = _parts(every, told(said), [_drawn(chart, by_id) for chart in charts], registry, language)
    heads = headline(edition, every, registry)
    fills = {(row["source_id"], row["position"]): by_id[row["observation_id"]] for row in tables.fills}
    return Page(
        edition=edition,
        language=language,
        publishable=bool(verdict["publishable"]),
        reasons=tuple(str(reason) for reason in verdict["reasons"]),
        counts=counts(tables),
        headline=heads,
        parts=parts,
        sentences=tuple(said),
        shown=every,
        uses=_uses(heads, parts, language),
        lost=tuple(
            (row, language_tag(row["quote"]), fills.get((row["source_id"], row["position"]))) for row in tables.lost
        ),
        sources=_cited(sources, every, language),
        names=frozenset(_names(edition, registry, tables, every)),
        stale=tuple(stale),
        release=release,
        errata=errata,
    )  # fmt: skip


def counts(tables: Tables) -> dict[str, int]:
    """Return how many figures were found, and what became of them: arithmetic on the tables only."""
    status = Counter(row["status"] for row in tables.curated)
    return {
        "found": len(tables.curated),
        "accepted": status["accepted"],
        "undecided": status["undecided"],
        "rejected": status["rejected"],
        "observations": len(tables.observations),
        "lost": len(tables.lost),
    }


def _drawn(chart: Chart, by_id: Mapping[str, Shown]) -> Drawn:
    return Drawn(
        chart,
        tuple(by_id[key] for key in chart.card.observations),
        {name: tuple(by_id[key] for key in keys) for name, keys in chart.calculated.items()},
        tuple(by_id[key] for key in chart.told),
    )


def _parts(
    every: Sequence[Shown], said: Sequence[Sentence], charts: Sequence[Drawn], registry: Registry, language: str
) -> tuple[Part, ...]:
    """Return the parts of the report that have anything to show, in its order."""
    tables: dict[str, dict[str, list[Shown]]] = {theme: {} for theme in THEMES}
    for one in every:
        indicator = registry.indicators[one.row["indicator"]]
        tables[indicator.theme].setdefault(indicator.indicator_id, []).append(one)
    parts = (
        Part(
            theme=theme,
            title=str(WORDS[language]["themes"][theme]),
            sentences=tuple(one for one in said if one.theme == theme),
            charts=tuple(sorted((one for one in charts if one.chart.card.section == theme),
                                key=lambda one: (one.chart.card.number, one.chart.card.name))),
            tables=tuple(tuple(rows) for rows in tables[theme].values()),
        )
        for theme in THEMES
    )  # fmt: skip
    return tuple(part for part in parts if part.tables or part.charts)


def _uses(heads: Iterable[Headline], parts: Iterable[Part], language: str) -> dict[str, tuple[Use, ...]]:
    """Return where each observation stands: among the first numbers, in sentences, in charts."""
    words = WORDS[language]
    uses: dict[str, dict[Use, None]] = {}
    for head in heads:
        for one in (head.result, head.target):
            if one:
                uses.setdefault(one.observation_id, {})["headline", words["headline"], 0] = None
    for part in parts:
        for said in part.sentences:
            for key in said.observations:
                uses.setdefault(key, {})[anchor(said.key), f"{part.title}{words['of_sentence']}", 0] = None
        for drawn in part.charts:
            card = drawn.chart.card
            for one in drawn.everything:
                uses.setdefault(one.observation_id, {})[f"chart-{card.name}", words["figure"], card.number] = None
    return {key: tuple(found) for key, found in uses.items()}


def anchor(sentence_key: str) -> str:
    """Return the id of a sentence on the page."""
    return "t-" + sentence_key.replace("|", "-")


def _cited(sources: Mapping[str, Source], every: Sequence[Shown], language: str) -> tuple[Cited, ...]:
    quotes: dict[str, list[tuple[Shown, Quote]]] = {key: [] for key in sources}
    for one in every:
        for quote in one.quotes:
            quotes[quote.figure_id.rpartition("@")[0]].append((one, quote))
    return tuple(
        Cited(sources[key], citation(sources[key], language), tuple(sorted(quotes[key], key=_in_text)))
        for key in sorted(sources)
    )


def _in_text(pair: tuple[Shown, Quote]) -> tuple[int, int]:
    one, quote = pair
    return quote.start, one.note


def _names(edition: Edition, registry: Registry, tables: Tables, every: Sequence[Shown]) -> Iterable[str]:
    """Yield every name, title and note of a person that a page may print with the numerals in it."""
    yield from edition.title.values()
    yield from edition.note.values()
    yield edition.licence
    for source in edition.sources:
        yield source.source_id
        for name in (source.title, source.publisher):
            yield from (name, *(in_language(name, language) for language in WORDS))
    for indicator in registry.indicators.values():
        yield from indicator.label.values()
    for unit in registry.vocabulary.units:
        yield from (unit.canonical, unit.en, unit.symbol)
    for scope in registry.scopes.values():
        yield from (scope.name, scope.en)
    for one in every:
        yield from (one.place, one.scope)
        yield from (note for quote in one.quotes for note in quote.notes)
        yield from (quote.section for quote in one.quotes)
    for row in tables.decisions:
        yield str(row["reason"])
    for row in tables.lost:
        yield from (row["subject"], row["region"])
