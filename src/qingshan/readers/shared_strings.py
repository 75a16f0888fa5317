"""The texts that the cells of a workbook share: in flows their part of the package, out flows each as a text.

Raised characters stand as in documents, for 85.5%² is 85.5% with a note: see `docx_marks`.
"""

from __future__ import annotations

from typing import IO, Any
from xml.parsers import expat

from qingshan.readers.docx_marks import raised_text

_NS = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main ", "http://purl.oclc.org/ooxml/spreadsheetml/main ")
_NAMES = {f"{space}{name}": name for space in _NS for name in ("si", "t", "r", "rPr", "rPh", "vertAlign")}
_PIECE = 1 << 16  # bytes read at a time


def read_strings(source: IO[bytes]) -> list[str]:
    """Return the shared strings of a workbook in their order, without how they are said.

    Raises
    ------
    ValueError
        A document type.
    expat.ExpatError
        XML that is not well formed, or ends early.
    """
    handler = _Handler()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.StartElementHandler, parser.EndElementHandler = handler.start, handler.end
    parser.CharacterDataHandler = handler.data
    while piece := source.read(_PIECE):
        parser.Parse(piece, False)
    parser.Parse(b"", True)
    return handler.strings


def _refuse(*_: Any) -> None:
    raise ValueError("a document type among the strings of a workbook")


class _Handler:
    """Collects strings as the parser meets them."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._pieces: list[tuple[str, bool]] = []
        self._text: list[str] | None = None
        self._is_raised = False
        self._phonetic = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        match _NAMES.get(tag):
            case "si":
                self._pieces = []
            case "r":
                self._is_raised = False
            case "vertAlign":
                self._is_raised = attributes.get("val") == "superscript"
            case "rPh":
                self._phonetic += 1
            case "t":
                self._text = None if self._phonetic else []

    def data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def end(self, tag: str) -> None:
        match _NAMES.get(tag):
            case "si":
                self.strings.append(raised_text(self._pieces).replace("x005F_", ""))
            case "r":
                self._is_raised = False
            case "rPh":
                self._phonetic -= 1
            case "t":
                if self._text is not None:
                    self._pieces.append(("".join(self._text), self._is_raised))
                self._text = None
