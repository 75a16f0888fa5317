"""Parts of a Word package as trees: in flow its bytes, out flow XML elements, block by block, and its relations.

The standard library's own parser reads them, with document types refused: no entity is ever declared, so none resolves.
Words of the Word namespaces stand without prefix, in the transitional and the strict form alike.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from typing import NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from qingshan.model import InputError, Problem

MAX_ELEMENTS = 4_000_000  # of one part; two hundred pages hold a hundred thousand or two
MAX_AT_ONCE = 2_000_000  # of one block, which is held whole: a table of two hundred thousand cells
MAX_DEPTH = 200  # of elements in each other; Word's own stay below 60

_WORD = frozenset((
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
))  # fmt: skip
_MATH = frozenset((
    "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "http://purl.oclc.org/ooxml/officeDocument/math",
))  # fmt: skip
_COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_SPOKEN = frozenset(("t", "instrText"))  # the elements whose characters are read
# the elements whose attributes are read; the others are half of a part's memory
_SAYING = frozenset((
    "br", "endnote", "endnoteReference", "fldChar", "fldSimple", "footnote", "footnoteReference", "gridAfter",
    "gridBefore", "gridSpan", "hMerge", "position", "pStyle", "rStyle", "style", "sym", "sz", "t", "tblHeader",
    "vMerge", "vanish", "vertAlign", "name", "basedOn", "showingPlcHdr", "~Relationship",
))  # fmt: skip


class Package:
    """The parts of one package that `check_archive` has passed.

    Parameters
    ----------
    data
        The file as received.
    where
        Its name, for messages.
    """

    def __init__(self, data: bytes, where: str) -> None:
        self._where = where
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        self._names = {name.lower(): name for name in self._archive.namelist()}  # names differ in case only by mistake

    def has(self, part: str) -> bool:
        """Whether the package holds a part."""
        return part.lower() in self._names

    def relations(self, part: str = "") -> list[tuple[str, str]]:
        """Return what a part refers to inside the package, '' for the package itself: the last word of its type, name.

        Raises
        ------
        InputError
            The list is damaged.
        """
        folder, _, name = part.rpartition("/")
        found = []
        for block in self.blocks(posixpath.join(folder, "_rels", f"{name}.rels"), 1):
            if block.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, block.get("Target", ""))).lstrip("/")
                found.append((block.get("Type", "").rpartition("/")[2], target))
        return found

    def blocks(self, part: str, depth: int) -> Iterator[Element]:
        """Yield the elements that lie `depth` deep in a part, one at a time; nothing when the part is missing.

        Raises
        ------
        InputError
            The part is no sound XML, declares a document type, or is too large.
        """
        name = self._names.get(part.lower())
        if name is None:
            return
        reader = _Reader(f"{self._where}: {name}", depth)
        try:
            with self._archive.open(name, mode="r") as handle:
                while piece := handle.read(1 << 16):
                    reader.feed(piece)
                    yield from reader.finished()
                reader.feed(b"", True)
                yield from reader.finished()
        except (expat.ExpatError, zipfile.BadZipFile, zlib.error, EOFError, ValueError, LookupError) as error:
            raise InputError(
                Problem(f"{self._where}: {name}", f"damaged XML ({error})", "a sound document",
                        "Open the file in Word or WPS, let it repair it, and save it again.")
            ) from error  # fmt: skip


class _Reader:
    """Builds the elements at one depth of a part, and forgets what surrounds them."""

    def __init__(self, where: str, depth: int) -> None:
        self._where = where
        self._outer = depth
        self._depth = self._count = self._held = 0
        self._is_spoken = False
        self._builder = TreeBuilder()
        self._done: list[Element] = []
        self._known: dict[str, str] = {}
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        self._parser = parser

    def feed(self, piece: bytes, is_last: bool = False) -> None:
        self._parser.Parse(piece, is_last)

    def finished(self) -> Iterator[Element]:
        while self._done:
            done, self._done = self._done, []
            yield from done

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        self._count += 1
        if self._depth > MAX_DEPTH or self._count > MAX_ELEMENTS or self._held > MAX_AT_ONCE:
            self._refuse_size()
        if self._depth <= self._outer:
            return
        self._held += 1
        name = self._known.get(tag) or self._named(tag)
        said = {key.rpartition(" ")[2]: value for key, value in attributes.items()} if name in _SAYING else {}
        self._builder.start(name, said)
        self._is_spoken = name in _SPOKEN

    def _end(self, tag: str) -> None:
        self._is_spoken = False
        self._depth -= 1
        if self._depth < self._outer:
            return
        block = self._builder.end(self._known[tag])
        if self._depth == self._outer:
            self._done.append(block)
            self._builder = TreeBuilder()
            self._held = 0

    def _characters(self, text: str) -> None:
        if self._is_spoken:
            self._builder.data(text)

    def _named(self, tag: str) -> str:
        """Return a short name of an element: Word's own words as they are, others with a sign before."""
        space, _, local = tag.rpartition(" ")
        if space in _WORD or (space in _MATH and local == "t"):
            name = local
        elif space == _COMPATIBILITY:
            name = f"mc:{local}"
        else:
            name = f"m:{local}" if space in _MATH else f"~{local}"
        self._known[tag] = name
        return name

    def _refuse_doctype(self, *_: object) -> NoReturn:
        raise InputError(
            Problem(self._where, "a document type, which can declare entities", "XML without one, as Word writes it",
                    "Do not open it; ask its sender for a document that Word or WPS saved.")
        )  # fmt: skip

    def _refuse_size(self) -> NoReturn:
        raise InputError(
            Problem(self._where, "too many elements, or elements too deep in each other",
                    f"at most {MAX_ELEMENTS} elements, {MAX_AT_ONCE} in one block, {MAX_DEPTH} deep",
                    "Give the document in parts.")
        )  # fmt: skip
