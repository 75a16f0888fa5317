"""One observation as the pages show it: printed value, quote with its lit characters, source, decision.

Flows in: rows of the tables, the registry and the sources. Flows out: `Shown` records, in the order of the registry.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qingshan.charts import values
from qingshan.edition.citation import citation
from qingshan.edition.wording import WORDS
from qingshan.model import StageError, place_in_quote, said_place, without_markup
from qingshan.registry import Registry
from qingshan.sources import Source

Row = Mapping[str, Any]
AROUND = 16
TARGETS = ("target", "target_change")
# a few characters that simplified writing never has: only a hint to the browser which font to take
_TRADITIONAL = frozenset("國個為與於會現實業態環達處體發對這來時後從動開關產區縣億萬點機電運過還進農減")


@dataclass(frozen=True)
class Quote:
    """The characters around and of one figure, how they were read, what people noted. Offsets are raw.

    The characters are the raw ones; of a page of the web, those that a person sees there.
    """

    figure_id: str
    lang: str
    before: str
    text: str
    after: str
    reading: str
    start: int
    end: int
    locator: str
    section: str
    repeats: bool
    notes: tuple[str, ...]

    @property
    def nearby(self) -> tuple[str, str]:
        """The characters just before and just after it: enough to tell two places apart."""
        return self.before[-AROUND:], self.after[:AROUND]


@dataclass(frozen=True)
class Shown:
    """One observation as a page shows it.

    `value` is the printed value, `size` the same without direction and sign ('' where it has none), and `original` what
    the reader had read, '' unless a person changed it; `number` in the template is the only reader of the three.

    Parameters
    ----------
    row
        The observation itself.
    period
        As printed in tables.
    time, base
        The time it is about, a change without its base; the base of a change, '' where there is none.
    as_of
        Date the source's statements hold for, '' where it says none.
    decision
        The public row of the decision behind it; None where a rule accepted it, or the tables name none.
    note
        Place among the notes, from 1.
    """

    observation_id: str
    row: Row
    indicator: str
    value: str
    size: str
    original: str
    place: str
    period: str
    time: str
    base: str
    kind: str
    is_target: bool
    scope: str
    status: str
    as_of: str
    source: Source
    citation: str
    decision_id: str
    by_rule: bool
    decision: Row | None
    quotes: tuple[Quote, ...]
    note: int

    @property
    def printed(self) -> frozenset[str]:
        """Every form in which this value may stand on a page."""
        return frozenset({self.value, self.size, self.original} - {""})


def shown(
    observations: Sequence[Row],
    support: Mapping[str, Sequence[tuple[Row, str]]],
    registry: Registry,
    sources: Mapping[str, Source],
    decisions: Mapping[str, Row],
    language: str,
) -> list[Shown]:
    """Return every observation as shown, in the order of indicators, places and periods.

    Parameters
    ----------
    support
        As `supporting` returns it.
    decisions
        decision_id -> row of `contracts.DECISIONS`.
    """
    return [
        _shown(number, row, support[row["observation_id"]], registry, sources, decisions, language)
        for number, row in enumerate(_in_order(observations, registry), 1)
    ]


def supporting(observations: Sequence[Row], curated: Sequence[Row], links: Sequence[Row]) -> dict[str, list[Any]]:
    """Return observation_id -> (figure, role), the primary figure first.

    Raises
    ------
    StageError
        An observation has no primary figure.
    """
    figures = {figure["figure_id"]: figure for figure in curated}
    support: dict[str, list[tuple[Row, str]]] = {}
    for link in sorted(links, key=lambda link: (link["role"] != "primary", link["figure_id"])):
        if link["figure_id"] in figures:
            support.setdefault(link["observation_id"], []).append((figures[link["figure_id"]], link["role"]))
    for row in observations:
        found = support.get(row["observation_id"])
        if not found or found[0][1] != "primary":
            raise StageError(
                f"publish: observation {row['observation_id']} has no primary figure; run the stage curate again"
            )
    return support


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
    number: int,
    row: Row,
    figures: Sequence[tuple[Row, str]],
    registry: Registry,
    sources: Mapping[str, Source],
    decisions: Mapping[str, Row],
    language: str,
) -> Shown:
    words = WORDS[language]
    period = values.printed_period(row, language)
    base, end = values.interval(row)
    is_change = row["measure"] in values.CHANGES
    source = sources[row["source_id"]]
    return Shown(
        observation_id=row["observation_id"],
        row=row,
        indicator=registry.indicators[row["indicator"]].label[language],
        value=values.printed(row, language, registry, figures[0][0]["reading"]),
        size=_size(row, figures[0][0]["reading"], language, registry),
        original=_original(row, language, registry),
        place=values.place(row, language, registry),
        period=words["as_of"].format(period=period) if row["time_basis"] == "as_published" else period,
        time=said_time(end, language) if is_change else period,
        base=said_time(base, language) if is_change and base else "",
        kind=_word("measures", row["measure"], language),
        is_target=row["measure"] in TARGETS,
        scope=_scope(row["scope"], language, registry),
        status=_word("statuses", row["obs_status"], language),
        as_of=source.as_of or source.released_on,
        source=source,
        citation=citation(source, language),
        decision_id=row["decision_id"],
        by_rule=row["decision_id"].startswith("rule:"),
        decision=decisions.get(row["decision_id"]),
        quotes=tuple(
            _quote(figure, role != "primary", sources[figure["source_id"]], language) for figure, role in figures
        ),
        note=number,
    )


def _word(what: str, code: str, language: str) -> str:
    words = WORDS[language][what]
    if code not in words:
        raise StageError(f"publish: an observation holds {code!r}, for which the {language} {what} have no wording")
    return str(words[code])


def _scope(codes: str, language: str, registry: Registry) -> str:
    """Return the names of scopes; a code that the registry lacks is printed as it is."""
    known = registry.scopes
    names = [
        code if code not in known else known[code].name if language == "zh" else known[code].en
        for code in codes.split(";")
    ]
    return ("；" if language == "zh" else "; ").join(names)


def _size(row: Row, reading: str, language: str, registry: Registry) -> str:
    """Return how large a change is, its direction left to words; '' for what is no change."""
    if row["measure"] not in values.CHANGES:
        return ""
    return values.printed({**row, "measure": "level", "obs_value": abs(row["obs_value"])}, language, registry, reading)


def _original(row: Row, language: str, registry: Registry) -> str:
    """Return the value that the reader had read, as printed; '' where nobody changed it."""
    before = row["original_value"]
    return "" if math.isnan(before) else values.printed({**row, "obs_value": before}, language, registry)


def _quote(figure: Row, repeats: bool, source: Source, language: str) -> Quote:
    quote, text = figure["quote"], figure["text"]
    start = place_in_quote(quote, text, figure["prefix"], figure["suffix"])
    if start is None:
        raise StageError(
            f"publish: the quote of figure {figure['figure_id']} does not hold {text!r} where its context says; "
            "run the stage extract again"
        )
    end = start + len(text)
    parts: Iterable[str] = (quote[:start], quote[start:end], quote[end:])
    if source.file.lower().endswith((".html", ".htm")):
        parts = map(without_markup, parts)  # a person sees the page's words; the tables keep its characters
    before, lit, after = parts
    return Quote(
        figure_id=figure["figure_id"],
        lang=language_tag(quote),
        before=before,
        text=lit,
        after=after,
        reading=figure["reading"],
        start=figure["start"],
        end=figure["end"],
        locator=said_place(figure["locator"], source.file)[language == "en"],
        section=figure["section"],
        repeats=repeats,
        notes=tuple(figure.get("note", "").splitlines()),
    )


def said_time(time: str, language: str) -> str:
    """Return a year, month or day as printed: ``2013年`` / ``2013``."""
    return values.printed_period({"time_period": time, "base_period": "", "measure": "level"}, language)


def language_tag(text: str) -> str:
    """Return the language tag for a raw quote: ``zh-Hant`` when it holds a character of traditional writing only."""
    return "zh-Hant" if _TRADITIONAL.intersection(text) else "zh"
