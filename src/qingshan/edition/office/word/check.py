"""Reads a finished Word file with our own reader and refuses a numeral that came from nowhere.

Flows in: the bytes, and the material they were made of. Flows out: a StageError naming the first places, or nothing. A
numeral may be part of an observation's printed value or period, of a name (registry, source, edition), the number of a
figure, a table or a reference, or a date of the edition.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from qingshan.charts import values
from qingshan.edition.citation import citation
from qingshan.edition.numerals import whole
from qingshan.edition.office.material import Material, plain
from qingshan.edition.office.numerals import gbt15835
from qingshan.edition.office.word import formulas
from qingshan.edition.office.wording import WORDS
from qingshan.model import StageError
from qingshan.readers.docx import read_docx

_NUMERAL = re.compile(r"\d[\d,]*(?:\.\d+)?")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_SPACE = re.compile(r"\s+")
_MOST = 5
_SHOWN = 60


def check_numerals(data: bytes, material: Material, language: str) -> None:
    """Refuse a document that prints a numeral nobody states.

    Raises
    ------
    StageError
        Up to five numerals, each with the line it stands in.
    """
    text = read_docx(data, where="edition.docx").text
    alternative = [card.alt[language] for card in material.cards]
    found = unsourced((*text.splitlines(), *alternative), material, language)
    if found:
        told = "; ".join(f"{numeral!r} in {line[:_SHOWN]!r}" for numeral, line in found[:_MOST])
        raise StageError(
            f"publish: the Word file ({language}) prints what no observation, period or name holds: {told}; "
            "print only what the tables hold"
        )


def unsourced(lines: Iterable[str], material: Material, language: str) -> list[tuple[str, str]]:
    """Return (numeral, line) for every numeral of the lines that nothing allows."""
    stated = {_bare(text) for text in (*_names(material, language), *_times(material, language))}
    names = whole(text for text in stated if any(character.isdigit() for character in text))
    allowed = _allowed(material, language)
    structure = _structure(material, language)
    found = []
    for line in lines:
        rest = structure.sub("\x00", formulas.without(names.sub("\x00", _bare(line))))
        found += [(numeral, line) for numeral in _NUMERAL.findall(rest) if numeral.strip(",") not in allowed]
    return found


def _structure(material: Material, language: str) -> re.Pattern[str]:
    """Return what the numbers of figures, tables and references look like; only those that exist are let through."""
    words = WORDS[language]
    sources = "|".join(str(number) for number in material.source_numbers.values())
    caption = rf"^(?:{words['figure']}|{words['table']}) \d+(?=\D)"
    return re.compile(rf"{caption}|\[(?:{sources})\]")


def _allowed(material: Material, language: str) -> set[str]:
    """Return the numerals of printed values, and the years of periods: a table has both apart from their units."""
    numerals = {numeral for line in material.lines(language) for numeral in _NUMERAL.findall(line.value)}
    periods = [part for row in material.rows.values() for part in values.interval(row)]
    # a chart declares the years that it would show, and says which of them no source states
    periods += [sentence for card in material.cards for sentence in card.missing[language]]
    return {numeral.strip(",") for numeral in numerals} | {year for part in periods for year in _YEAR.findall(part)}


def _times(material: Material, language: str) -> Iterable[str]:
    """Return every date and period of the rows and of the edition, as printed."""
    days = [material.edition.published_on, *(row["period"] for row in material.tables.lost)]
    days += [date for _, date in material.release.signed] if material.release else []
    for row in material.rows.values():
        yield values.printed_period(row, language)
        days += values.interval(row)
    for day in dict.fromkeys(days):
        yield from (day, values.printed_period({"time_period": day, "base_period": "", "measure": "level"}, language))


def _names(material: Material, language: str) -> Iterable[str]:
    for indicator in material.registry.indicators.values():
        yield indicator.label[language]
    for scope in material.registry.scopes.values():
        yield scope.name if language == "zh" else scope.en
    for row in material.tables.observations:
        yield values.place(row, language, material.registry)
        yield row["scope"]
    for row in material.tables.lost:
        yield from (row["subject"], row["region"])
    for unit in material.registry.vocabulary.units:
        yield from (unit.canonical, unit.en, unit.symbol)
    for source in material.sources.values():
        yield from (citation(source, language), source.title, source.publisher)
        yield from (*source.title.split(" · "), *source.publisher.split(" · "))
    edition = material.edition
    yield from (edition.title[language], edition.licence, edition.note.get(language, ""))


def _bare(text: str) -> str:
    """Return text with plain digits and single blanks; what stands in two cells stays apart."""
    cells = gbt15835(formulas.levelled(text)).split("\t")
    return "\t".join(_SPACE.sub(" ", plain(cell)).strip() for cell in cells)
