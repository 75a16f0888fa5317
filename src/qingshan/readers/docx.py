"""Word documents: in flow the bytes of a .docx, out flows its text layer with places, tables and notes.

The layer holds the body in order, a line for each paragraph and each row of a table, then the footnotes and endnotes.
Headers, footers and comments are no part of it: they repeat titles and page numbers, or speak about the text.

The standard library reads the XML (`ooxml`): python-docx leaves out tracked insertions and text
boxes, so that its walk would have to be written over in any case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from qingshan.model import Grid, InputError, Place, Problem, SourceText
from qingshan.readers.archive import DOCUMENT, check_archive
from qingshan.readers.docx_runs import SOFT_BREAK, Paragraph, Runs, Style, is_on, read_styles
from qingshan.readers.docx_tables import MAX_CHARACTERS, Cell, columns_of, lay_out, rows_of, too_long
from qingshan.readers.ooxml import Package

READER, VERSION = "qingshan docx", "1"  # raise it when the same file gives another layer

_SOFT = re.compile(rf"(?<![ \t])[ \t]*+{SOFT_BREAK}[ \t{SOFT_BREAK}]*+")
_HAN = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_BLANKS = re.compile(rf"[ \t{SOFT_BREAK}]+")
_TITLE = re.compile(r"(?:附|续)?表\s*[\dA-Za-z一二三四五六七八九十]")
_UNITS = re.compile(r"[（(]?\s*(?:计量)?单位\s*[:：]")
_TITLE_STYLES = ("caption", "题注", "表题", "表标题", "表格标题", "表名", "table caption")
_LONGEST_TITLE = 80
_BLOCKS = frozenset(("p", "tbl", "altChunk"))
_SILENT = frozenset(("sectPr", "tcPr", "sdtPr", "sdtEndPr", "customXmlPr", "del", "moveFrom"))
_BODY = ""  # the place whose paragraphs are counted


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that may be a caption: its raw span, its text and its style's name."""

    start: int
    end: int
    text: str
    style: str


def read_docx(data: bytes, *, where: str) -> SourceText:
    """Read a Word document as a text layer.

    A table whose rows have one cell each is a frame: its paragraphs are lines like those of the body. Every other table
    is a grid; one inside a cell stands after the table that holds it. Places are counted from 1, paragraphs by those
    that hold text outside tables.

    Parameters
    ----------
    data
        The bytes as received.
    where
        The file as messages should show it.

    Raises
    ------
    InputError
        No Word document, one that is protected, damaged or hostile, one without text, or one that is too large.
    """
    check_archive(data, where, DOCUMENT)
    package = Package(data, where)
    main = next((target for kind, target in package.relations() if kind == "officeDocument"), "")
    if not package.has(main):
        main = "word/document.xml"
    parts = package.relations(main)
    named = {kind: target for kind, target in parts if kind in ("styles", "footnotes", "endnotes")}
    styles = read_styles(package.blocks(named.get("styles", ""), 1))
    document = _Document(where, styles)
    document.read_body(package.blocks(main, 2))
    for kind in ("footnote", "endnote"):
        document.read_notes(kind, package.blocks(named.get(f"{kind}s", ""), 1))
    return document.finish([kind for kind, _ in parts])


class _Document:
    """Writes the layer, line after line."""

    def __init__(self, where: str, styles: dict[str, Style]) -> None:
        self._where = where
        self._runs = Runs(styles)
        self._lines: list[str] = []
        self._position = 0
        self._places: list[Place] = []
        self._grids: list[Grid] = []
        self._aside: list[tuple[int, int]] = []
        self._paragraphs = self._tables = self._boxes = 0
        self._carried: tuple[str, tuple[Element, ...]] = ("", ())  # of paragraphs whose end is deleted
        self._recent: list[_Line] = []

    def read_body(self, blocks: Iterable[Element]) -> None:
        """Add the paragraphs and tables of the body."""
        self._container(blocks, _BODY)

    def read_notes(self, kind: str, blocks: Iterator[Element]) -> None:
        """Add the notes of one kind that the text refers to, in the order of their numbers."""
        wanted = {key: number for (of, key), number in self._runs.notes.items() if of == kind}
        found = {wanted[key]: block for block in blocks if (key := block.get("id", "")) in wanted and block.tag == kind}
        for number, block in sorted(found.items()):
            self._container(block, f"{kind} {number}")
        missing = len(wanted) - len(found)
        self._runs.left_out[f"{kind}s that the file refers to and does not hold"] += missing

    def _container(self, nodes: Iterable[Element], place: str) -> None:
        for block in _blocks_of(nodes):
            self._block(block, place)
        self._close(place)

    def _block(self, block: Element, place: str) -> None:
        if block.tag == "p":
            self._paragraph(self._runs.read(block), place)
            return
        self._close(place)
        if block.tag == "tbl":
            self._table(block)
        else:
            self._runs.left_out["embedded documents"] += 1

    def _paragraph(self, paragraph: Paragraph, place: str) -> None:
        text, boxes = self._carried
        text, boxes = text + paragraph.text, boxes + paragraph.boxes
        if paragraph.joins_next:
            self._carried = text, boxes
            return
        self._carried = "", ()
        text = _SOFT.sub(_soft_break, text).strip()
        if not (text or paragraph.joins_next) and place != _BODY:
            self._add_boxes(boxes)  # an empty line says something between paragraphs of the body only
            return
        self._paragraphs += bool(text) and place == _BODY
        start = self._add(text, (place or f"paragraph {self._paragraphs}") if text else "")
        if paragraph.is_contents and text:
            self._aside.append((start, self._position))
        if text:
            self._recent = [*self._recent[-1:], _Line(start, start + len(text), text, paragraph.style)]
        self._add_boxes(boxes)

    def _close(self, place: str) -> None:
        """End the paragraph whose own end is deleted when nothing follows it."""
        if self._carried[0] or self._carried[1]:
            self._paragraph(Paragraph("", (), "", False, False), place)

    def _add_boxes(self, boxes: tuple[Element, ...]) -> None:
        for box in boxes:
            self._boxes += 1
            self._container(box, f"text box {self._boxes}")
            self._recent = []

    def _table(self, table: Element) -> None:
        self._tables += 1
        name = f"table {self._tables}"
        rows = rows_of(table)
        if columns_of(rows) <= 1:
            for number, row in enumerate(rows, 1):
                for cell in row.cells:
                    self._container(cell.element, f"{name}, row {number}")
            return
        caption, start = self._caption(), self._position
        later: list[Element] = []
        lines, cells = lay_out(rows, start, lambda cell: self._cell_text(cell, later), self._where)
        said = {cell.start: f"{name}, {cell.name}" for cell in cells if cell.start < cell.end}
        for number, line in enumerate(lines, 1):
            said.setdefault(self._add(line, ""), f"{name}, row {number}")
        self._places += (Place(at, said[at]) for at in sorted(said))
        if lines:
            self._grids.append(Grid(start, self._position - 1, name, tuple(cells), caption))
        self._recent = []
        for inner in later:
            if inner.tag in _BLOCKS:
                self._block(inner, name)
            else:
                self._add_boxes((inner,))

    def _cell_text(self, cell: Cell, later: list[Element]) -> str:
        """Return what a cell says in one line; what cannot stand in a line goes to `later`."""
        texts: list[str] = []
        open_end = False
        for block in _blocks_of(cell.element):
            if block.tag != "p":
                later.append(block)
                continue
            paragraph = self._runs.read(block)
            later += paragraph.boxes
            if open_end and texts:
                texts[-1] += paragraph.text
            else:
                texts.append(paragraph.text)
            open_end = paragraph.joins_next
        return _BLANKS.sub(" ", " ".join(text for text in texts if text)).strip()

    def _caption(self) -> tuple[int, int]:
        """Return the raw span of the title above the table that comes now, with the line of units between them."""
        if not self._recent:
            return 0, 0
        last = self._recent[-1]
        if _is_title(last):
            return last.start, last.end
        if not _UNITS.match(last.text):
            return 0, 0
        first = self._recent[0]
        return first.start if _is_title(first) else last.start, last.end

    def _add(self, text: str, place: str) -> int:
        """Add one line, and return where it starts."""
        start = self._position
        if place:
            self._places.append(Place(start, place))
        self._lines.append(text + "\n")
        self._position += len(text) + 1
        if self._position > MAX_CHARACTERS:
            raise too_long(self._where)
        return start

    def finish(self, parts: list[str]) -> SourceText:
        """Return the layer; `parts` are the kinds of part that the document refers to."""
        text = "".join(self._lines)
        if not text.strip():
            found = f"a document without text ({_listed(self._runs.left_out) or 'empty'})"
            raise InputError(Problem(self._where, found, "text", "Give the text that it shows; pictures are not read."))
        notes = _notes(self._runs.left_out, parts)
        return SourceText(
            text, "", READER, VERSION, tuple(self._places), tuple(self._grids), _joined(self._aside), notes
        )


def _blocks_of(nodes: Iterable[Element]) -> Iterator[Element]:
    """Yield the paragraphs, tables and embedded documents among elements, whatever wraps them."""
    for node in nodes:
        if node.tag in _BLOCKS:
            yield node
        elif node.tag == "mc:AlternateContent":
            yield from _blocks_of(node[:1])  # the same in several forms
        elif node.tag not in _SILENT and not (node.tag == "sdt" and is_on(node.find("sdtPr"), "showingPlcHdr")):
            yield from _blocks_of(node)


def _soft_break(match: re.Match[str]) -> str:
    """Return what stands for a line break inside a paragraph: nothing beside Chinese, else a space."""
    left, right = match.string[max(0, match.start() - 1) : match.start()], match.string[match.end() : match.end() + 1]
    return " " if left and right and not (_HAN.match(left) or _HAN.match(right)) else ""


def _is_title(line: _Line) -> bool:
    if len(line.text) > _LONGEST_TITLE or line.text.endswith(("。", "；")) or line.text.startswith("图"):
        return False
    return line.style in _TITLE_STYLES or bool(_TITLE.match(line.text))


def _joined(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and joined[-1][1] == start:
            start = joined.pop()[0]
        joined.append((start, end))
    return tuple(joined)


def _listed(left_out: dict[str, int]) -> str:
    kept = sorted(
        (what, count) for what, count in left_out.items() if count and what not in ("insertions", "deletions")
    )
    return ", ".join(f"{count} {what}" for what, count in kept)


def _notes(left_out: dict[str, int], parts: list[str]) -> tuple[str, ...]:
    notes = []
    inserted, deleted = left_out.get("insertions", 0), left_out.get("deletions", 0)
    if inserted or deleted:
        notes.append(
            f"Tracked changes are read as accepted: {inserted} insertions are in, {deleted} deletions are out."
        )
    if listed := _listed(left_out):
        notes.append(f"Not read: {listed}.")
    running = sum(kind in ("header", "footer") for kind in parts)
    if running:
        notes.append(f"Headers and footers are not read ({running} parts).")
    if "comments" in parts:
        notes.append("Comments are not read.")
    return tuple(notes)
