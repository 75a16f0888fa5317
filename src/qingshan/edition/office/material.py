"""What the office files are made of: public rows with their words, the charts' cards and their print pictures.

Flows in: the edition, its registry, its public tables and the files of the stage chart. Flows out: `Material`, and of
it `Line`s in the order of the edition. Every printed number is an observation's, through `charts.values`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath

from qingshan.charts import values
from qingshan.charts.card import Card
from qingshan.edition.office.numerals import gbt15835
from qingshan.edition.office.wording import WORDS
from qingshan.edition.view import Row, Tables
from qingshan.edition.wording import WORDS as PAGE_WORDS
from qingshan.model import StageError, visible
from qingshan.registry import THEMES, Registry, Unit
from qingshan.signoff import Release
from qingshan.sources import Edition, Source

LANGUAGES = ("zh", "en")
TARGETS = ("target", "target_change")
_YEAR = re.compile(r"\d{4}")


@dataclass(frozen=True)
class Line:
    """One observation with its words in one language."""

    row: Row
    theme: str
    label: str
    place: str
    period: str
    value: str
    unit: Unit
    kind: str
    scope: str
    status: str
    source: Source
    is_as_of: bool


@dataclass(frozen=True)
class Material:
    """Everything of an edition that an office file may show; rows of internal sources are already out.

    Parameters
    ----------
    cards
        The charts' words, in the order of their numbers.
    pictures
        File name -> bytes of the print pictures.
    publishable
        Whether validation let the edition pass.
    release
        What people signed; None for a candidate, which says so on every page.
    sentences
        Language -> theme -> generated sentences that open the section; none where nothing is generated.
    """

    edition: Edition
    registry: Registry
    tables: Tables
    cards: tuple[Card, ...] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    publishable: bool = True
    release: Release | None = None
    sentences: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Public sources by id, in the order in which the rows cite them first; those that no row cites follow."""
        public = {one.source_id: one for one in self.edition.sources if one.access == "public"}
        cited = dict.fromkeys(row["source_id"] for row in self.rows.values())
        return {name: public[name] for name in (*cited, *sorted(public.keys() - cited.keys()))}

    @cached_property
    def source_numbers(self) -> dict[str, int]:
        """source_id -> its number in the list of references, from 1."""
        return {name: number for number, name in enumerate(self.sources, 1)}

    @cached_property
    def readings(self) -> dict[str, str]:
        """observation_id -> the clean form of the number in its primary figure."""
        reading = {row["figure_id"]: row["reading"] for row in self.tables.curated}
        return {
            link["observation_id"]: reading.get(link["figure_id"], "")
            for link in self.tables.links
            if link["role"] == "primary"
        }

    @cached_property
    def rows(self) -> dict[str, Row]:
        """observation_id -> row, in the order of the edition: theme, indicator, official order of places, time."""
        indicators = {name: place for place, name in enumerate(self.registry.indicators)}
        missing = sorted({row["indicator"] for row in self.tables.observations} - indicators.keys())
        if missing:
            raise StageError(f"publish: indicators {', '.join(missing)} are not in the registry")
        order = {code: region.order for code, region in self.registry.regions.items()}
        rows = sorted(
            self.tables.observations,
            key=lambda row: (
                THEMES.index(self.registry.indicators[row["indicator"]].theme),
                indicators[row["indicator"]],
                order.get(row["ref_area"], len(order)),
                row["scope"],
                row["measure"],
                values.interval(row)[1],
                row["base_period"],
                row["source_id"],
            ),
        )
        return {row["observation_id"]: row for row in rows}

    def lines(self, language: str) -> list[Line]:
        """Return every observation with its words, in order."""
        return [self.line(row, language) for row in self.rows.values()]

    def line(self, row: Row, language: str) -> Line:
        """Return one observation with its words."""
        indicator = self.registry.indicators[row["indicator"]]
        value = values.printed(row, language, self.registry, self.readings.get(row["observation_id"], ""))
        words = PAGE_WORDS[language]
        return Line(
            row=row,
            theme=indicator.theme,
            label=indicator.label[language],
            place=values.place(row, language, self.registry),
            period=short_period(row, language),
            value=gbt15835(value) if language == "zh" else value,
            unit=values.unit_of(row, self.registry),
            kind=words["measures"][row["measure"]],
            scope=self.scope(row["scope"], language),
            status=words["statuses"][row["obs_status"]],
            source=self.sources[row["source_id"]],
            is_as_of=row["time_basis"] == "as_published",
        )

    def scope(self, codes: str, language: str) -> str:
        """Return the names of scopes joined; a code that the registry lacks is printed as it is."""
        known = self.registry.scopes
        names = [
            code if code not in known else known[code].name if language == "zh" else known[code].en
            for code in codes.split(";")
        ]
        return WORDS[language]["join"].join(names)

    def printed_numbers(self, language: str) -> dict[str, str]:
        """Return observation_id -> its value as printed in a language."""
        return {line.row["observation_id"]: line.value for line in self.lines(language)}


def pictures_of(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the print pictures among the files of the stage chart, by file name."""
    return {PurePosixPath(name).name: data for name, data in files.items() if name.endswith(".print.png")}


def short_period(row: Row, language: str) -> str:
    """Return a period as a table cell holds it: 2013—2022年 / 2013–2022 for years, else as everywhere."""
    base, end = values.interval(row)
    if base and _YEAR.fullmatch(base) and _YEAR.fullmatch(end):
        return f"{base}—{end}年" if language == "zh" else f"{base}–{end}"
    return values.printed_period(row, language)


def plain(text: str) -> str:
    """Return text of a source as it may stand in a document: nothing hidden, no line break, nothing XML refuses."""
    return visible(text, line_end=" ")
