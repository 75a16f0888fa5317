"""The elements of WordprocessingML that python-docx has no call for: fonts of both scripts, fields, rules, numbering.

Flows in: paragraphs, styles and tables of python-docx. They are changed in place.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qingshan.edition.office.word.formulas import pieces

_EIGHTHS = 8  # borders are measured in eighths of a point
_TWIPS = 567  # to a centimetre


def make(tag: str, **attributes: str) -> Any:
    """Return an element of the namespace w with attributes of the same."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def fonts(properties: Any, latin: str, east_asian: str, language: str) -> None:
    """Set the fonts of both scripts in run properties, and drop those of a theme."""
    for old in properties.findall(_q("rFonts")):
        properties.remove(old)
    names = {"ascii": latin, "hAnsi": latin, "eastAsia": east_asian, "cs": latin}
    # quotation marks and dashes belong to both scripts: in Chinese they are Chinese
    hint = {"hint": "eastAsia"} if language == "zh" else {}
    properties.insert(0, make("rFonts", **names, **hint))


def defaults(document: Any, latin: str, east_asian: str, language: str) -> None:
    """Set the fonts and languages that hold where no style says otherwise, and that the file is no old Word's."""
    root = document.styles.element
    properties = root.find(f"{_q('docDefaults')}/{_q('rPrDefault')}/{_q('rPr')}")
    fonts(properties, latin, east_asian, language)
    for old in properties.findall(_q("lang")):
        properties.remove(old)
    properties.append(make("lang", val="en-GB", eastAsia="zh-CN", bidi="ar-SA"))
    settings = document.settings.element
    for old in settings.findall(_q("compat")):
        settings.remove(old)
    compat = make("compat")
    uri = "http://schemas.microsoft.com/office/word"
    compat.append(make("compatSetting", name="compatibilityMode", uri=uri, val="15"))
    anchor = settings.find(_q("rsids"))
    if anchor is not None:
        anchor.addprevious(compat)
    else:
        settings.append(compat)


def write(paragraph: Any, text: str, language: str) -> None:
    """Add text to a paragraph, the low parts of formulas as subscripts."""
    for piece, is_low in pieces(text):
        run = paragraph.add_run(piece)
        if is_low:
            run.font.subscript = True
        _hint(run, language)


def field(paragraph: Any, code: str, shown: str, language: str) -> None:
    """Add a field with its last result, which Word recounts: PAGE, SEQ."""
    for kind, text in (("begin", ""), ("", code), ("separate", ""), (None, shown), ("end", "")):
        run = paragraph.add_run(text if kind is None else "")
        _hint(run, language)
        if kind:
            run._r.append(make("fldChar", fldCharType=kind))
        elif kind == "":
            instruction = make("instrText")
            instruction.text = f" {text} "
            instruction.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            run._r.append(instruction)


def number_headings(document: Any, form: str, text: str, styles: Iterable[str]) -> None:
    """Give the paragraphs of these styles numbers: 一、 or 1., as `form` and `text` say."""
    numbering = document.part.numbering_part.element
    abstract = make("abstractNum", abstractNumId="90")
    abstract.append(make("multiLevelType", val="multilevel"))
    level = make("lvl", ilvl="0")
    behind = "space" if form == "decimal" else "nothing"
    for tag, value in (("start", "1"), ("numFmt", form), ("suff", behind), ("lvlText", text), ("lvlJc", "left")):
        level.append(make(tag, val=value))
    abstract.append(level)
    first = numbering.find(_q("num"))
    if first is not None:
        first.addprevious(abstract)
    else:
        numbering.append(abstract)
    number = make("num", numId="90")
    number.append(make("abstractNumId", val="90"))
    numbering.append(number)
    for name in styles:
        properties = document.styles[name].element.get_or_add_pPr()
        _numbered(properties, "90")


def unnumbered(paragraph: Any) -> None:
    """Take a heading out of the numbering."""
    _numbered(paragraph._p.get_or_add_pPr(), "0")


def _numbered(properties: Any, number: str) -> None:
    element = properties.get_or_add_numPr()
    element.get_or_add_numId().val = int(number)


def bookmark(paragraph: Any, name: str, number: int) -> None:
    """Put a bookmark around what a paragraph holds so far."""
    start, end = make("bookmarkStart", id=str(number), name=name), make("bookmarkEnd", id=str(number))
    first = next((child for child in paragraph._p if child.tag != _q("pPr")), None)
    if first is None:
        paragraph._p.append(start)
    else:
        first.addprevious(start)
    paragraph._p.append(end)


def describe_picture(shape: Any, number: int, name: str, text: str) -> None:
    """Give a picture its alternative text."""
    properties = shape._inline.docPr
    properties.set("id", str(number))
    properties.set("name", name)
    properties.set("descr", text)
    for inner in shape._inline.iter("{http://schemas.openxmlformats.org/drawingml/2006/picture}cNvPr"):
        inner.set("name", name)


def three_lines(table: Any, widths_cm: Iterable[float]) -> None:
    """Give a table the rules of a three-line table: 1.5 pt above and below, 0.75 pt under its head, none upright."""
    properties = table._tbl.tblPr
    for old in (
        *properties.findall(_q("tblStyle")),
        *properties.findall(_q("tblBorders")),
        *properties.findall(_q("tblW")),
    ):
        properties.remove(old)
    widths = [round(width * _TWIPS) for width in widths_cm]
    table.alignment = 1  # in the middle
    table.autofit = False
    properties.insert(0, make("tblW", w=str(sum(widths)), type="dxa"))
    borders = make("tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        outer = side in ("top", "bottom")
        borders.append(
            make(side, val="single", sz=str(int(1.5 * _EIGHTHS)), space="0", color="000000")
            if outer
            else make(side, val="nil")
        )
    properties.find(_q("tblLayout")).addprevious(borders)
    for column, width in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
        column.set(_q("w"), str(width))
    for row in table.rows:
        row_properties = row._tr.get_or_add_trPr()
        row_properties.append(make("cantSplit"))
        for cell, width in zip(row._tr.tc_lst, widths, strict=True):
            cell_properties = cell.get_or_add_tcPr()
            for old in cell_properties.findall(_q("tcW")):
                cell_properties.remove(old)
            cell_properties.insert(0, make("tcW", w=str(width), type="dxa"))
    head = table.rows[0]._tr
    head.get_or_add_trPr().append(make("tblHeader"))
    for cell in head.tc_lst:
        rule = make("tcBorders")
        rule.append(make("bottom", val="single", sz=str(int(0.75 * _EIGHTHS)), space="0", color="000000"))
        cell.get_or_add_tcPr().append(rule)


def rule_below(paragraph: Any) -> None:
    """Draw a thin rule under a paragraph."""
    borders = make("pBdr")
    borders.append(make("bottom", val="single", sz="4", space="1", color="808080"))
    properties = paragraph._p.get_or_add_pPr()
    anchor = next((child for child in properties if child.tag in (_q("tabs"), _q("spacing"), _q("jc"))), None)
    if anchor is not None:
        anchor.addprevious(borders)
    else:
        properties.append(borders)


def drop_template(style: Any) -> None:
    """Take the template's rules and tab stops out of a style."""
    properties = style.get_or_add_pPr()
    for old in (*properties.findall(_q("pBdr")), *properties.findall(_q("tabs"))):
        properties.remove(old)


def merge_down(cell: Any, *, is_first: bool) -> None:
    """Make a cell part of one that reaches over several rows."""
    properties = cell._tc.get_or_add_tcPr()
    properties.append(make("vMerge", val="restart") if is_first else make("vMerge"))


def tab_stop(paragraph: Any, at_cm: float) -> None:
    """Let what follows a tab end at `at_cm`."""
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Cm

    paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(at_cm), WD_TAB_ALIGNMENT.RIGHT)


def indent_characters(style: Any, count: int) -> None:
    """Indent the first line by so many characters, whatever their size."""
    indent = style.get_or_add_pPr().get_or_add_ind()
    indent.set(_q("firstLineChars"), str(count * 100))
    indent.set(_q("firstLine"), "420")


def _hint(run: Any, language: str) -> None:
    if language == "zh":
        properties = run._r.get_or_add_rPr()
        properties.insert(0, make("rFonts", hint="eastAsia"))


def _q(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(f"w:{name}"))
