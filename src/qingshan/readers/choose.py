"""Chooses the reader of a file by what its bytes are and what its name says; reads it as a `SourceText`."""

from __future__ import annotations

from collections.abc import Callable

from qingshan.model import SourceText
from qingshan.readers import text as text_reader


def read_source(data: bytes, *, where: str, name: str, encoding: str = "") -> SourceText:
    """Read a file of any known format.

    Parameters
    ----------
    data
        The bytes as received.
    where
        The file as messages should show it.
    name
        The file's name: its ending says the format, and the bytes must agree.
    encoding
        Of a text file, when a person knows it; '' to find out.

    Raises
    ------
    InputError
        A format that no reader reads, a damaged, protected or mislabelled file, or one that is too large.
    """
    reader = _READERS.get(_ending(name), _read_text)
    return reader(data, where, encoding)


def _ending(name: str) -> str:
    return name.lower().rpartition(".")[2] if "." in name else ""


def _read_text(data: bytes, where: str, encoding: str) -> SourceText:
    decoded = text_reader.decode(data, where=where, encoding=encoding)
    return SourceText(decoded.text, decoded.encoding)


def _read_docx(data: bytes, where: str, encoding: str) -> SourceText:
    from qingshan.readers import docx  # only Word files pay for it

    return docx.read_docx(data, where=where)


def _read_pdf(data: bytes, where: str, encoding: str) -> SourceText:
    from qingshan.readers.pdf import read_pdf

    return read_pdf(data, where)


# file name's ending -> reader; a reader imports its library only when it is called
_READERS: dict[str, Callable[[bytes, str, str], SourceText]] = {
    "docm": _read_docx,
    "docx": _read_docx,
    "pdf": _read_pdf,
}
