"""The Word file for the layout editor: sections in the edition's order, each with its charts and tables.

Flows in: `Material` and a language. Flows out: the bytes of a .docx, the same for the same material; nothing is
written here. Captions are fields, headings real headings, so that lists of figures and contents can be made in Word.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from qingshan.charts.card import Card
from qingshan.charts.wording import MARKS
from qingshan.edition.citation import citation
from qingshan.edition.office.material import LANGUAGES, Material, plain
from qingshan.edition.office.numerals import gbt15835
from qingshan.edition.office.word import check, oxml, styles
from qingshan.edition.office.word.archive import rewritten
from qingshan.edition.office.word.tables import Printed, lost_table, section_tables
from qingshan.edition.office.wording import WORDS
from qingshan.edition.wording import WORDS as PAGE_WORDS
from qingshan.registry import THEMES

PARAGRAPH = 5  # generated sentences in a paragraph
SHORT = 12  # rows of a table that is not broken over two pages
NAMES = {language: f"edition.{language}.docx" for language in LANGUAGES}


def docx_bytes(material: Material, language: str) -> bytes:
    """Return the Word file of one language.

    Raises
    ------
    StageError
        It would print a numeral that no observation, period or name holds; the message names where.
    """
    writer = _Writer(material, language)
    writer.front()
    for theme in THEMES:
        writer.section(theme)
    writer.lost()
    writer.about()
    writer.references()
    out = io.BytesIO()
    writer.document.save(out)
    data = rewritten(out.getvalue())
    check.check_numerals(data, material, language)
    return data


class _Writer:
    """Puts the parts of the edition into a document, and counts its figures and tables."""

    def __init__(self, material: Material, language: str) -> None:
        self.material, self.language = material, language
        self.words, self.page_words = WORDS[language], PAGE_WORDS[language]
        edition = material.edition
        self.document = styles.new_document(
            language,
            title=self.text(edition.title[language]),
            keywords=self.words["keywords"],
            marks=marks(material, language),
            page=self.words["page"],
            date=edition.published_on,
        )
        self.lines = material.lines(language)
        self.pictures = self.tables = self.bookmarks = 0

    def text(self, text: str) -> str:
        """Return text as this document prints it: visible, with the numbers of its language."""
        shown = plain(text)
        return gbt15835(shown) if self.language == "zh" else shown

    def add(self, text: str, style: str) -> Any:
        """Add a paragraph."""
        paragraph = self.document.add_paragraph(style=style)
        oxml.write(paragraph, text, self.language)
        return paragraph

    def heading(self, text: str, *, is_numbered: bool = True) -> None:
        paragraph = self.add(text, "Heading 1")
        if not is_numbered:
            oxml.unnumbered(paragraph)

    def front(self) -> None:
        """Write title, date, marks of what is not reviewed, and the edition's note."""
        edition, colon = self.material.edition, self.page_words["colon"]
        self.add(self.text(edition.title[self.language]), styles.TITLE)
        under = (
            [self.words["issued"].format(date=date_words(edition.published_on, self.language))]
            if edition.published_on
            else []
        )
        if edition.licence:
            under.append(f"{self.page_words['licence']}{colon}{edition.licence}")
        self.add("　".join(under) if self.language == "zh" else "    ".join(under), "Subtitle")
        standing = marks(self.material, self.language)
        if standing:
            self.add(" · ".join(standing), "Subtitle")
        if edition.note.get(self.language):
            self.add(self.text(edition.note[self.language]), styles.NOTICE)

    def section(self, theme: str) -> None:
        """Write a part of the edition: opening sentences, charts, tables; a part with none of them is left out."""
        lines = [line for line in self.lines if line.theme == theme]
        cards = [card for card in self.material.cards if card.section == theme]
        sentences = self.material.sentences.get(self.language, {}).get(theme, ())
        if not (lines or cards or sentences):
            return
        name = self.page_words["themes"][theme]
        self.heading(name)
        between = "" if self.language == "zh" else " "
        for first in range(0, len(sentences), PARAGRAPH):
            self.add(self.text(between.join(sentences[first : first + PARAGRAPH])), styles.BODY)
        for card in cards:
            self.figure(card)
        for table in section_tables(self.material, name, lines, self.language):
            self.table(table)

    def figure(self, card: Card) -> None:
        """Write a chart: picture, caption below, then who says so, how to read it and what is missing."""
        from docx.shared import Cm

        self.pictures += 1
        data = self.material.pictures.get(f"{card.name}.{self.language}.print.png")
        paragraph = self.document.add_paragraph(style=styles.FIGURE)
        if data:
            shape = paragraph.add_run().add_picture(io.BytesIO(data), width=Cm(styles.WIDTH_CM))
            oxml.describe_picture(shape, self.pictures, f"{card.name}.png", plain(card.alt[self.language]))
        else:
            oxml.write(paragraph, self.words["missing_picture"], self.language)
        caption = self.caption("figure", self.pictures, self.text(card.title[self.language]))
        notes, missing = card.notes.get(self.language, ()), card.missing.get(self.language, ())
        source = card.source.get(self.language, "")
        caption.paragraph_format.keep_with_next = bool(notes or missing or source)
        below = [*self.notes(notes), *(self.add(self.text(text), styles.NOTE) for text in (*missing, source) if text)]
        for paragraph in below[:-1]:  # how to read it, what is missing and who says so stay on one page
            paragraph.paragraph_format.keep_with_next = True

    def caption(self, kind: str, number: int, title: str) -> Any:
        """Write the caption of a figure or a table; its number is a field of the kind's own sequence."""
        label = self.words[kind]
        paragraph = self.document.add_paragraph(style=styles.CAPTION)
        oxml.write(paragraph, f"{label} ", self.language)
        oxml.field(paragraph, f"SEQ {label} \\* ARABIC", str(number), self.language)
        self.bookmarks += 1
        oxml.bookmark(paragraph, f"_Ref_{kind}_{number}", self.bookmarks)
        oxml.write(paragraph, f"　{title}" if self.language == "zh" else f". {title}", self.language)
        return paragraph

    def table(self, printed: Printed) -> None:
        """Write a three-line table: number and title above, unit at the top right, notes below."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        self.tables += 1
        caption = self.caption("table", self.tables, printed.title)
        caption.paragraph_format.keep_with_next = True
        caption.paragraph_format.space_before = 152400  # twelve points, in EMU
        if printed.unit:
            self.add(printed.unit, styles.UNIT)
        table = self.document.add_table(rows=len(printed.rows) + 1, cols=len(printed.heads))
        for number, (row, texts) in enumerate(zip(table.rows, (printed.heads, *printed.rows), strict=True)):
            is_below = number > 0 and bool(printed.starts) and not printed.starts[number - 1]
            for cell, text, is_number in zip(
                row.cells, ("", *texts[1:]) if is_below else texts, printed.is_number, strict=True
            ):
                paragraph = cell.paragraphs[0]
                paragraph.style = self.document.styles[styles.CELL if number else styles.HEAD]
                oxml.write(paragraph, self.text(text), self.language)
                if is_number:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        for number, is_start in enumerate(printed.starts, 1):
            if not is_start or not all(printed.starts[number : number + 1]):
                oxml.merge_down(table.rows[number].cells[0], is_first=is_start)
        oxml.three_lines(table, printed.widths)
        self._keep_together(table, printed)
        self.notes(printed.notes, is_below_table=True)

    def _keep_together(self, table: Any, printed: Printed) -> None:
        """Break no short table over two pages, no rows of one label, and leave no row or two alone."""
        starts = [*printed.starts, True]
        last = len(printed.rows)
        for number, row in enumerate(table.rows):
            is_followed = number < last or bool(printed.notes)  # a note stands under its table, not on the next page
            if number and is_followed and (last <= SHORT or not starts[number] or not 2 < number < last - 2):
                for cell in row.cells:
                    cell.paragraphs[0].paragraph_format.keep_with_next = True

    def notes(self, notes: Iterable[str], *, is_below_table: bool = False) -> list[Any]:
        """Write notes as one paragraph; return it, nothing where there are none."""
        end = self.words["period_end"]
        whole = [text for note in notes if (text := self.text(note).strip().rstrip("。."))]
        if whole:
            text = self.words["note"] + (end if self.language == "zh" else f"{end} ").join(whole) + end
            paragraph = self.add(text, styles.NOTE)
            if is_below_table:
                paragraph.paragraph_format.space_before = 38100  # three points, in EMU
            return [paragraph]
        return []

    def lost(self) -> None:
        """Write what the sources lost."""
        if self.material.tables.lost:
            self.heading(self.words["lost_title"])
            self.add(self.words["lost_intro"], styles.BODY).paragraph_format.keep_with_next = True
            self.table(lost_table(self.material, self.language))

    def about(self) -> None:
        """Write how the numbers are meant, and who signed."""
        self.heading(self.words["about"], is_numbered=False)
        for key in self.words["notes"]:
            self.add(self.page_words[key], styles.BODY)
        if self.material.release:
            signed = [
                self.words["signature"].format(
                    role=self.page_words["roles"][role], date=date_words(date, self.language)
                )
                for role, date in self.material.release.signed
            ]
            self.add(
                self.words["signed"].format(signatures=self.page_words["signature_join"].join(signed)), styles.BODY
            )

    def references(self) -> None:
        """Write the numbered references."""
        self.heading(self.words["references"], is_numbered=False)
        for name, number in self.material.source_numbers.items():
            entry = citation(self.material.sources[name], self.language)
            paragraph = self.add(f"[{number}]\t{entry}", styles.REFERENCE)
            self.bookmarks += 1
            oxml.bookmark(paragraph, f"_Ref_source_{number}", self.bookmarks)


def marks(material: Material, language: str) -> list[str]:
    """Return what each page says of the edition: for review, a demonstration, refused by validation."""
    standing = [] if material.release else [MARKS[language]["review"]]
    if material.edition.status == "demonstration":
        standing.append(MARKS[language]["demonstration"])
    return standing if material.publishable else [*standing, WORDS[language]["draft"]]


def date_words(date: str, language: str) -> str:
    """Return a date as print has it: 2026年11月23日; the ISO form in English."""
    parts = date.split("-")
    if language == "en" or len(parts) != 3:
        return date
    return f"{parts[0]}年{int(parts[1])}月{int(parts[2])}日"
