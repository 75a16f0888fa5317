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
from qingshan.edition.office.material import Material, plain
from qingshan.edition.office.numerals import gbt15835
from qingshan.edition.office.word import formulas
from qingshan.edition.office.wording import WORDS
from qingshan.model import StageError
from qingshan.readers.docx import read_docx

_NUMERAL = re.compile(r"\d[\d,]*(?:\.\d+)?")
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
    names = sorted({_bare(name) for name in _names(material, language)} - {""}, key=len, reverse=True)
    names = [name for name in names if any(character.isdigit() for character in name)]
    allowed = _allowed(material, language)
    structure = _structure(material, language)
    found = []
    for line in lines:
        rest = _bare(line)
        for name in names:
            rest = rest.replace(name, "\x00")
        rest = structure.sub("\x00", formulas.without(rest))
        found += [(numeral, line) for numeral in _NUMERAL.findall(rest) if numeral.strip(",") not in allowed]
    return found


def _structure(material: Material, language: str) -> re.Pattern[str]:
    """Return what the numbers of figures, tables and references look like; only those that exist are let through."""
    words = WORDS[language]
    sources = "|".join(str(number) for number in material.source_numbers.values())
    caption = rf"^(?:{words['figure']}|{words['table']}) \d+(?=\D)"
    return re.compile(rf"{caption}|\[(?:{sources})\]")


def _allowed(material: Material, language: str) -> set[str]:
    """Return the numerals of printed values, periods and the edition's own date."""
    texts = [line.value for line in material.lines(language)]
    for row in material.rows.values():
        texts += [*values.interval(row), values.printed_period(row, language)]
    for row in material.tables.lost:
        texts.append(row["period"])
    dates = [material.edition.published_on, *(date for _, date in material.release.signed)] if material.release else [
        material.edition.published_on
    ]  # fmt: skip
    parts = {part for text in (*texts, *dates) for part in re.findall(r"\d+", text)}
    whole = {numeral.strip(",") for text in texts for numeral in _NUMERAL.findall(text)}
    return whole | parts | {str(int(part)) for part in parts}


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
    for reference in material.registry.references.values():
        yield from (reference.label[language], reference.source[language])
        yield values.printed_reference(reference, language, material.registry)
    edition = material.edition
    yield from (edition.title[language], edition.licence, edition.note.get(language, ""))


def _bare(text: str) -> str:
    """Return text with plain digits and single blanks; what stands in two cells stays apart."""
    cells = gbt15835(formulas.levelled(text)).split("\t")
    return "\t".join(_SPACE.sub(" ", plain(cell)).strip() for cell in cells)
