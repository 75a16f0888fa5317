"""What a page shows, taken from the tables and put in order: no markup, no file.

Flows in: the edition, its registry and the rows of its tables (public sources only). Flows out: `Page`, a frozen tree
that the template walks. Every number in it is an observation's or a count of rows.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qingshan.charts import values
from qingshan.charts.card import Card
from qingshan.edition.wording import WORDS
from qingshan.model import StageError, place_in_quote, without_markup
from qingshan.registry import THEMES, Registry
from qingshan.signoff import Release
from qingshan.sources import Edition, Source

Row = Mapping[str, Any]
# a few characters that simplified writing never has: only a hint to the browser which font to take
_TRADITIONAL = frozenset("國個為與於會現實業態環達處體發對這來時後從動開關產區縣億萬點機電運過還進農減")


@dataclass(frozen=True)
class Tables:
    """The rows a page is made of, those of internal sources already taken out.

    Parameters
    ----------
    fills
        Which observation of another source people chose to print where a source lost a value.
    """

    observations: Sequence[Row]
    curated: Sequence[Row]
    links: Sequence[Row]
    lost: Sequence[Row]
    fills: Sequence[Row] = ()


@dataclass(frozen=True)
class Chart:
    """A picture and its words: `svg` is markup made by us, `alt` language -> text, `card` all that stands around it."""

    name: str
    svg: Mapping[str, str]
    alt: Mapping[str, str]
    observations: tuple[str, ...]
    card: Card | None = None


@dataclass(frozen=True)
class Quote:
    """The raw characters around and of one figure, how they were read, what people noted. Offsets are raw."""

    figure_id: str
    lang: str
    before: str
    text: str
    after: str
    reading: str
    start: int
    end: int
    repeats: bool
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """One observation as a page shows it.

    `value` is the printed value and `original` what the reader had read, '' unless a person changed it; `number` in the
    template is the only reader of both.
    """

    observation_id: str
    indicator: str
    value: str
    original: str
    place: str
    period: str
    kind: str
    is_target: bool
    scope: str
    status: str
    source: Source
    decision_id: str
    by_rule: bool
    quotes: tuple[Quote, ...]


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
    themes: tuple[tuple[str, tuple[Shown, ...]], ...]
    charts: tuple[tuple[Chart, tuple[Shown, ...]], ...]
    lost: tuple[tuple[Row, str, Shown | None], ...]
    sources: tuple[Source, ...]
    release: Release | None = None
    errata: Errata | None = None


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
) -> Page:
    """Return the page of one language.

    Parameters
    ----------
    verdict
        ``{"publishable": bool, "reasons": [...]}`` of the stage validate.

    Raises
    ------
    StageError
        An observation has no figure, no indicator or no source, or a quote does not hold its figure's characters.
    """
    sources = {source.source_id: source for source in edition.sources if source.access == "public"}
    support = _support(tables)
    shown = [
        _shown(row, support[row["observation_id"]], registry, sources, language)
        for row in _in_order(tables.observations, registry)
    ]
    by_id = {one.observation_id: one for one in shown}
    theme_of = {row["observation_id"]: registry.indicators[row["indicator"]].theme for row in tables.observations}
    words = WORDS[language]["themes"]
    fills = {(row["source_id"], row["position"]): by_id[row["observation_id"]] for row in tables.fills}
    return Page(
        edition=edition,
        language=language,
        publishable=bool(verdict["publishable"]),
        reasons=tuple(str(reason) for reason in verdict["reasons"]),
        counts=counts(tables),
        themes=tuple(
            (words[theme], tuple(one for one in shown if theme_of[one.observation_id] == theme))
            for theme in THEMES
            if theme in theme_of.values()
        ),
        charts=tuple((chart, tuple(by_id[key] for key in chart.observations)) for chart in charts),
        lost=tuple(
            (row, language_tag(row["quote"]), fills.get((row["source_id"], row["position"]))) for row in tables.lost
        ),
        sources=tuple(sources[key] for key in sorted(sources)),
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


def _in_order(rows: Sequence[Row], registry: Registry) -> list[Row]:
    indicators = {name: index for index, name in enumerate(registry.indicators)}
    missing = sorted({row["indicator"] for row in rows} - indicators.keys())
    if missing:
        raise StageError(f"publish: indicators {', '.join(missing)} are not in the registry")
    regions = {code: region.order for code, region in registry.regions.items()}
    return sorted(
        rows,
        key=lambda row: (
            indicators[row["indicator"]],
            regions.get(row["ref_area"], len(regions)),
            row["time_period"],
            row["base_period"],
            row["measure"],
            row["scope"],
            row["source_id"],
        ),
    )


def _shown(
    row: Row,
    figures: Sequence[tuple[Row, str]],
    registry: Registry,
    sources: Mapping[str, Source],
    language: str,
) -> Shown:
    words = WORDS[language]
    period = values.printed_period(row, language)
    return Shown(
        observation_id=row["observation_id"],
        indicator=registry.indicators[row["indicator"]].label[language],
        value=values.printed(row, language, registry, figures[0][0]["reading"]),
        original=_original(row, language, registry),
        place=values.place(row, language, registry),
        period=words["as_of"].format(period=period) if row["time_basis"] == "as_published" else period,
        kind=_word("measures", row["measure"], language),
        is_target=row["measure"] in ("target", "target_change"),
        scope=_scope(row["scope"], language, registry),
        status=_word("statuses", row["obs_status"], language),
        source=sources[row["source_id"]],
        decision_id=row["decision_id"],
        by_rule=row["decision_id"].startswith("rule:"),
        quotes=tuple(_quote(figure, role != "primary", sources) for figure, role in figures),
    )


def _word(what: str, code: str, language: str) -> str:
    words = WORDS[language][what]
    if code not in words:
        raise StageError(f"publish: an observation holds {code!r}, for which the {language} {what} have no wording")
    return words[code]


def _scope(codes: str, language: str, registry: Registry) -> str:
    """Return the names of scopes; a code that the registry lacks is printed as it is."""
    known = registry.scopes
    names = [
        code if code not in known else known[code].name if language == "zh" else known[code].en
        for code in codes.split(";")
    ]
    return ("；" if language == "zh" else "; ").join(names)


def _original(row: Row, language: str, registry: Registry) -> str:
    """Return the value that the reader had read, as printed; '' where nobody changed it."""
    before = row["original_value"]
    return "" if math.isnan(before) else values.printed({**row, "obs_value": before}, language, registry)


def _support(tables: Tables) -> dict[str, list[tuple[Row, str]]]:
    """Return observation_id -> (figure, role), the primary figure first."""
    figures = {figure["figure_id"]: figure for figure in tables.curated}
    support: dict[str, list[tuple[Row, str]]] = {}
    for link in sorted(tables.links, key=lambda link: (link["role"] != "primary", link["figure_id"])):
        if link["figure_id"] in figures:
            support.setdefault(link["observation_id"], []).append((figures[link["figure_id"]], link["role"]))
    for row in tables.observations:
        found = support.get(row["observation_id"])
        if not found or found[0][1] != "primary":
            raise StageError(
                f"publish: observation {row['observation_id']} has no primary figure; run the stage curate again"
            )
    return support


def _quote(figure: Row, repeats: bool, sources: Mapping[str, Source]) -> Quote:
    quote, text = figure["quote"], figure["text"]
    start = place_in_quote(quote, text, figure["prefix"], figure["suffix"])
    if start is None:
        raise StageError(
            f"publish: the quote of figure {figure['figure_id']} does not hold {text!r} where its context says; "
            "run the stage extract again"
        )
    end = start + len(text)
    parts: Iterable[str] = (quote[:start], quote[start:end], quote[end:])
    if sources[figure["source_id"]].file.lower().endswith((".html", ".htm")):
        parts = map(without_markup, parts)  # a person sees the page's words; the tables keep its characters
    return Quote(
        figure["figure_id"], language_tag(quote), *parts, figure["reading"],
        figure["start"], figure["end"], repeats, tuple(figure.get("note", "").splitlines()),
    )  # fmt: skip


def language_tag(text: str) -> str:
    """Return the language tag for a raw quote: ``zh-Hant`` when it holds a character of traditional writing only."""
    return "zh-Hant" if _TRADITIONAL.intersection(text) else "zh"
