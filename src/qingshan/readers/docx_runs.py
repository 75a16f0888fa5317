"""What the runs of a Word paragraph say: in flows the paragraph's element, out flows its text as a person reads it.

Inserted text is in and deleted text out; results of fields are in, their codes out; hidden text is out, and so is
a reading beside a character (pinyin). A text box is handed back, for it stands after the paragraph.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from qingshan.readers.docx_marks import raised_text

SOFT_BREAK = "\v"  # in the text of a paragraph; XML holds no such character, so none of the file's own is meant

# elements of which nothing is read: properties, deletions, codes and readings
_SILENT = frozenset((
    "pPr", "rPr", "sdtPr", "sdtEndPr", "rubyPr", "rt", "smartTagPr", "customXmlPr", "del", "moveFrom", "delText",
    "delInstrText", "fldData", "sectPr", "tblPr", "tblGrid", "trPr", "tcPr", "ffData", "footnoteRef", "endnoteRef",
    "annotationRef", "m:rPr", "m:ctrlPr",
))  # fmt: skip
_SIGNS = {"tab": "\t", "ptab": "\t", "br": SOFT_BREAK, "cr": SOFT_BREAK, "noBreakHyphen": "-", "m:den": "/"}
_NOTES = {"footnoteReference": "footnote", "endnoteReference": "endnote"}
# what stands in the text only as a picture or in another part of the file -> how a note calls it
_UNREAD = {
    "~blip": "pictures", "~imagedata": "pictures", "~chart": "charts", "~relIds": "diagrams",
    "~OLEObject": "embedded objects", "~t": "texts in drawings",
}  # fmt: skip
# the font Symbol writes signs of units under private codes
_SYMBOLS = {
    0x2D: "−", 0x44: "Δ", 0x57: "Ω", 0x61: "α", 0x62: "β", 0x67: "γ", 0x6D: "μ", 0x72: "ρ", 0x73: "σ", 0x7E: "~",
    0xA3: "≤", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB7: "·", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈",
}  # fmt: skip
_RAISE = 0.25  # of its size by which a character stands higher when it is raised; less adjusts a font
_USUAL = 21  # half points of a character where the run does not say
_BREAKS = re.compile(r"[\r\n\x1c-\x1e\x85\u2028\u2029]")
_CONTENTS_STYLES = ("toc ", "table of figures")
_PAGE_NUMBER = re.compile(r"[\t.…·]\s{0,4}\d{1,4}\s{0,4}$")
_TOGGLED_OFF = frozenset(("0", "false", "off"))


@dataclass(frozen=True, slots=True)
class Style:
    """What is read of a style: its name in lower case, and how its characters stand; None where it does not say."""

    name: str = ""
    is_hidden: bool | None = None
    is_raised: bool | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: its text, the text boxes that hang on it, and how it stands to its neighbours.

    Parameters
    ----------
    text
        One line, but for `SOFT_BREAK` where the file breaks it.
    is_contents
        Whether it belongs to a table of contents.
    joins_next
        Whether its end is deleted, so that the next paragraph goes on in it.
    """

    text: str
    boxes: tuple[Element, ...]
    style: str
    is_contents: bool
    joins_next: bool


def read_styles(blocks: Iterable[Element]) -> dict[str, Style]:
    """Return the styles of a styles part by their ids, each with what it takes over from those it is based on."""
    own: dict[str, tuple[Style, str]] = {}
    for block in blocks:
        if block.tag == "style":
            hidden, raised = _standing(block.find("rPr"))
            style = Style(_value(block, "name").lower(), hidden, raised)
            own[block.get("styleId", "")] = style, _value(block, "basedOn")
    styles = {}
    for key, (style, base) in own.items():
        hidden, raised, seen = style.is_hidden, style.is_raised, {key}
        while base in own and base not in seen and (hidden is None or raised is None):
            seen.add(base)
            above, base = own[base]
            hidden = above.is_hidden if hidden is None else hidden
            raised = above.is_raised if raised is None else raised
        styles[key] = Style(style.name, hidden, raised)
    return styles


def is_on(parent: Element | None, name: str) -> bool | None:
    """Return whether a property that is on or off is on; None where it is not given."""
    found = None if parent is None else parent.find(name)
    return None if found is None else found.get("val", "true").lower() not in _TOGGLED_OFF


def _standing(properties: Element | None) -> tuple[bool | None, bool | None]:
    """Return whether characters are hidden and whether they are raised."""
    if properties is None:
        return None, None
    align = properties.find("vertAlign")
    if align is not None:
        raised = align.get("val") == "superscript"
    else:  # LibreOffice and some people raise by half points
        raised = _half_points(properties, "position", 0) >= _RAISE * _half_points(properties, "sz", _USUAL) or None
    return is_on(properties, "vanish"), raised


def _half_points(properties: Element, name: str, default: int) -> int:
    text = _value(properties, name)
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 5 else default


def _value(parent: Element | None, name: str) -> str:
    found = None if parent is None else parent.find(name)
    return "" if found is None else found.get("val", "")


@dataclass(slots=True)
class _Field:
    """A field that is open: its code so far, and whether its result has begun."""

    code: str = ""
    has_result: bool = False


@dataclass
class Runs:
    """Reads paragraphs in order; keeps what goes on from one to the next, and counts what is left out.

    Parameters
    ----------
    notes
        (kind, id) of each note in the order of its first reference -> its number; each kind counts its own.
    left_out
        What a person should know -> how often.
    """

    styles: dict[str, Style]
    notes: dict[tuple[str, str], int] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    _counted: Counter[str] = field(default_factory=Counter)
    _fields: list[_Field] = field(default_factory=list)
    _pieces: list[tuple[str, bool]] = field(default_factory=list)
    _boxes: list[Element] = field(default_factory=list)
    _is_hidden: bool = False
    _is_raised: bool = False

    def read(self, paragraph: Element) -> Paragraph:
        """Read one paragraph."""
        self._pieces, self._boxes = [], []
        properties = paragraph.find("pPr")
        style = self.styles.get(_value(properties, "pStyle"), Style())
        self._is_hidden, self._is_raised = bool(style.is_hidden), bool(style.is_raised)
        is_in_contents = self._is_in_contents()
        self._walk(paragraph)
        text = raised_text(self._pieces)
        is_contents = style.name.startswith(_CONTENTS_STYLES) or (
            bool(_PAGE_NUMBER.search(text)) and (is_in_contents or self._is_in_contents())
        )
        codes = [at for at, field in enumerate(self._fields) if not field.has_result]
        del self._fields[codes[0] if codes else len(self._fields) :]  # never closed: shall not swallow the rest
        mark = None if properties is None else properties.find("rPr")
        joins = mark is not None and (mark.find("del") is not None or mark.find("moveFrom") is not None)
        return Paragraph(text, tuple(self._boxes), style.name, is_contents, joins)

    def _is_in_contents(self) -> bool:
        return any(field.code.lstrip().upper().startswith("TOC") for field in self._fields)

    def _walk(self, node: Element) -> None:
        for child in node:
            tag = child.tag
            if tag == "t":
                self._add(child.text or "", child.get("space") == "preserve")
            elif tag == "r":
                self._run(child)
            elif tag in _SIGNS:
                self._add(_SIGNS[tag], True)
                self._walk(child)
            elif tag == "txbxContent":
                self._boxes.append(child)
            elif tag == "mc:AlternateContent":
                self._alternative(child)
            elif tag in _NOTES:
                self._refer(child)
            elif tag == "fldChar":
                self._mark_field(child.get("fldCharType", ""))
            elif tag == "instrText":
                if self._fields and not self._fields[-1].has_result:
                    self._fields[-1].code += (child.text or "")[:40]
            elif tag == "sym":
                self._add(self._symbol(child), True)
            elif tag == "m:sup":
                self._raised(child)
            elif tag in _SILENT:
                self.left_out["deletions"] += tag in ("del", "moveFrom")
            elif tag != "sdt" or not is_on(child.find("sdtPr"), "showingPlcHdr"):  # else a prompt nobody has answered
                self.left_out["insertions"] += tag in ("ins", "moveTo")
                if tag in _UNREAD and not self._is_hidden:
                    self.left_out[_UNREAD[tag]] += 1
                self._walk(child)

    def _run(self, run: Element) -> None:
        before = self._is_hidden, self._is_raised
        properties = run.find("rPr")
        if properties is not None:
            style = self.styles.get(_value(properties, "rStyle"), Style())
            own = _standing(properties)
            self._is_hidden = _first(own[0], style.is_hidden, before[0])
            self._is_raised = _first(own[1], style.is_raised, before[1])
        self._walk(run)
        self._is_hidden, self._is_raised = before

    def _raised(self, node: Element) -> None:
        before, self._is_raised = self._is_raised, True
        self._walk(node)
        self._is_raised = before

    def _add(self, text: str, is_exact: bool) -> None:
        """Add text, unless it is hidden or in the code of a field."""
        text = _BREAKS.sub(" ", text if is_exact else text.strip(" \t\r\n"))
        if not text or not all(field.has_result for field in self._fields):
            return
        if self._is_hidden:
            self.left_out["hidden characters"] += len(text.strip())
            return
        self._pieces.append((text, self._is_raised))

    def _alternative(self, node: Element) -> None:
        """Read the first form of what a file gives in several, or a later one when that says nothing."""
        before = len(self._pieces), len(self._boxes)
        for at, form in enumerate(node):
            left_out = self.left_out.copy() if at else None
            self._walk(form)
            if left_out is not None:
                self.left_out = left_out  # counted in the first form
            if (len(self._pieces), len(self._boxes)) != before:
                return

    def _refer(self, reference: Element) -> None:
        if self._is_hidden or not all(field.has_result for field in self._fields):
            return
        kind = _NOTES[reference.tag]
        key = kind, reference.get("id", "")
        if key not in self.notes:
            self._counted[kind] += 1
            self.notes[key] = self._counted[kind]
        if (reference.get("customMarkFollows") or "0").lower() in _TOGGLED_OFF:  # else its mark stands in the text
            self._pieces.append((f"[{self.notes[key]}]", False))

    def _mark_field(self, mark: str) -> None:
        if mark == "begin":
            self._fields.append(_Field())
        elif mark == "separate" and self._fields:
            self._fields[-1].has_result = True
        elif mark == "end" and self._fields:
            self._fields.pop()

    def _symbol(self, symbol: Element) -> str:
        """Return the character of a symbol that is given by a font and a code; a box for a picture."""
        try:
            code = int(symbol.get("char", ""), 16)
        except ValueError:
            return ""
        if symbol.get("font", "").lower() == "symbol" and code & 0xFF in _SYMBOLS:
            return _SYMBOLS[code & 0xFF]
        if 0x20 <= code < 0xD800 or 0xF900 <= code < 0x110000:
            return chr(code)
        self.left_out["signs of a picture font (each stands as □)"] += 1
        return "□"


def _first(*given: bool | None) -> bool:
    return next((value for value in given if value is not None), False)
