"""The look of the Word file: page, fonts, paragraph styles, numbered headings, header and footer.

Flows in: a language and the marks of the edition. Flows out: an empty document of python-docx with these settings.
Chinese stands in 宋体 and headings in 黑体, Latin letters and digits in Times New Roman, in both languages' files.
Sizes are those of Chinese book typesetting: 五号 10.5 pt, 小五 9 pt.
"""

from __future__ import annotations

import datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from qingshan.edition.office.word import oxml

if TYPE_CHECKING:
    from docx.document import Document

LATIN, SONG, HEI = "Times New Roman", "宋体", "黑体"
WIDTH_CM = 15.0  # of the text, of pictures and of tables
_CM_PER_POINT = 2.54 / 72
TITLE, BODY, FIGURE, CAPTION = "Title", "Body Text", "Figure", "Caption"
NOTE, UNIT, CELL, HEAD, REFERENCE, NOTICE = (
    "Figure Note",
    "Unit Line",
    "Table Text",
    "Table Head",
    "Reference",
    "Notice",
)
# name -> (East Asian font, points, alignment, space before, space after, further properties)
_STYLES: dict[str, tuple[str, float, str, float, float, dict[str, Any]]] = {
    "Normal": (SONG, 10.5, "left", 0, 0, {"line": 1.3}),
    TITLE: (HEI, 20, "center", 24, 12, {"bold": True}),
    "Subtitle": (SONG, 10.5, "center", 0, 6, {}),
    "Heading 1": (HEI, 16, "left", 22, 10, {"bold": True, "next": True}),
    "Heading 2": (HEI, 13, "left", 14, 6, {"bold": True, "next": True}),
    BODY: (SONG, 10.5, "both", 0, 4, {"line": 1.5}),
    NOTICE: (SONG, 10.5, "both", 6, 6, {}),
    FIGURE: (SONG, 10.5, "center", 10, 2, {"next": True, "line": 1.0}),
    CAPTION: (HEI, 9, "center", 4, 4, {"bold": False}),
    NOTE: (SONG, 9, "both", 0, 2, {}),
    UNIT: (SONG, 9, "right", 0, 2, {"next": True}),
    CELL: (SONG, 9, "left", 1.5, 1.5, {"exactly": 13}),
    HEAD: (HEI, 9, "left", 2.5, 2.5, {"exactly": 13, "next": True}),
    REFERENCE: (SONG, 9, "left", 0, 3, {}),
    "Header": (SONG, 8.5, "left", 0, 0, {"line": 1.0}),
    "Footer": (SONG, 9, "center", 0, 0, {"line": 1.0}),
}
_NUMBERED = ("Heading 1",)


def new_document(language: str, *, title: str, keywords: str, marks: list[str], page: str, date: str) -> Document:
    """Return an empty document.

    Parameters
    ----------
    marks
        What stands at the right of each page's head: for review, demonstration.
    page
        The foot, ``第 {page} 页``.
    date
        YYYY-MM-DD: the only date that the file bears.
    """
    import docx

    document = docx.Document()
    _core(document, title, keywords, language, date)
    _strip(document)
    _page(document)
    for name, look in _STYLES.items():
        _style(document, name, look, language)
    oxml.defaults(document, LATIN, SONG, language)
    oxml.number_headings(document, "chineseCountingThousand" if language == "zh" else "decimal",
                         "%1、" if language == "zh" else "%1.", _NUMBERED)  # fmt: skip
    section = document.sections[0]
    head = section.header.paragraphs[0]
    standing = " · ".join(marks)
    # a head too long for one line is set in two, not broken wherever it runs full
    between = "\t" if width_cm(f"{title}　{standing}", _STYLES["Header"][1]) <= WIDTH_CM else "\n"
    oxml.write(head, between.join(filter(None, (title, standing))), language)
    oxml.tab_stop(head, WIDTH_CM)
    oxml.rule_below(head)
    before, _, behind = page.partition("{page}")
    foot = section.footer.paragraphs[0]
    oxml.write(foot, before, language)
    oxml.field(foot, "PAGE", "1", language)
    oxml.write(foot, behind, language)
    return document


def width_cm(text: str, points: float) -> float:
    """Return about how wide a text is set, in cm.

    Chinese characters and dashes take a square, others two thirds of one, as the widest letters that stand in for
    Times do; where the scripts meet, programs leave a quarter of a square.
    """
    wide = [character >= "\u2e80" or character == "—" for character in text]
    meetings = sum(one != other for one, other in pairwise(wide))
    return (sum(1.0 if one else 0.65 for one in wide) + 0.25 * meetings) * points * _CM_PER_POINT


def _core(document: Any, title: str, keywords: str, language: str, date: str) -> None:
    core = document.core_properties
    day = datetime.datetime.fromisoformat(f"{date or '2000-01-01'}T00:00:00")
    core.title, core.author, core.last_modified_by, core.comments = title, "Qingshan", "Qingshan", ""
    core.keywords, core.language, core.revision = keywords, "zh-CN" if language == "zh" else "en-GB", 1
    core.created = core.modified = core.last_printed = day


def _strip(document: Any) -> None:
    """Take out what the library's template brings along: a thumbnail, and table styles that nobody uses."""
    package = document.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):
            del package.rels[key]
    root = document.styles.element
    for style in list(root.style_lst):
        if style.type is not None and "TABLE" in str(style.type) and style.name_val != "Normal Table":
            root.remove(style)


def _page(document: Any) -> None:
    from docx.shared import Cm

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(3)
    section.top_margin, section.bottom_margin = Cm(2.8), Cm(2.5)
    section.header_distance, section.footer_distance = Cm(1.6), Cm(1.4)


def _style(document: Any, name: str, look: tuple[str, float, str, float, float, dict[str, Any]], language: str) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt, RGBColor

    font, points, alignment, before, after, further = look
    names = {style.name for style in document.styles}
    style = document.styles[name] if name in names else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.quick_style, style.hidden = True, False
    if name not in ("Normal",):
        style.base_style = document.styles["Normal"]
    oxml.fonts(style.element.get_or_add_rPr(), LATIN, font, language)
    style.font.size, style.font.bold, style.font.italic = Pt(points), further.get("bold", False), False
    style.font.color.rgb = RGBColor(0, 0, 0)
    form = style.paragraph_format
    form.alignment = {"left": WD_ALIGN_PARAGRAPH.LEFT, "right": WD_ALIGN_PARAGRAPH.RIGHT,
                      "center": WD_ALIGN_PARAGRAPH.CENTER, "both": WD_ALIGN_PARAGRAPH.JUSTIFY}[alignment]  # fmt: skip
    form.space_before, form.space_after = Pt(before), Pt(after)
    form.keep_with_next = further.get("next", False)
    # one height for every row of a table, whatever scripts its cells hold
    form.line_spacing = Pt(further["exactly"]) if "exactly" in further else further.get("line", 1.2)
    oxml.drop_template(style.element)
    if name == BODY and language == "zh":
        oxml.indent_characters(style.element, 2)
    if name == REFERENCE:
        form.left_indent, form.first_line_indent = Cm(0.8), Cm(-0.8)
