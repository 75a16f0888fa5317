"""Chooses the reader of a file by what its bytes are and what its name says; reads it as a `SourceText`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

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
    """Read a text file; one that holds a web page has that page's tables, whatever its name says."""
    from qingshan.readers.across import describe_across
    from qingshan.readers.html_tables import find_tables
    from qingshan.readers.text_tables import find_tab_tables
    from qingshan.webpage import is_markup

    decoded = text_reader.decode(data, where=where, encoding=encoding)
    grids, notes = find_tables(decoded.text)
    if not grids and not is_markup(decoded.text):
        grids = find_tab_tables(decoded.text)
    across = "" if grids else describe_across(decoded.text)
    return SourceText(decoded.text, decoded.encoding, grids=grids, notes=(*notes, across) if across else notes)


def _read_markdown(data: bytes, where: str, encoding: str) -> SourceText:
    from qingshan.readers.markdown_tables import find_pipe_tables, find_unseen
    from qingshan.webpage import is_markup

    page = _read_text(data, where, encoding)
    if is_markup(page.text):
        return page if page.grids else replace(page, grids=find_pipe_tables(page.text))
    tables = find_pipe_tables(page.text)
    return replace(page, grids=tables or page.grids, set_aside=find_unseen(page.text))


def _read_csv(data: bytes, where: str, encoding: str, is_tab: bool = False) -> SourceText:
    from qingshan.readers.csv_table import read_csv
    from qingshan.webpage import is_markup

    decoded = text_reader.decode(data, where=where, encoding=encoding)
    if is_markup(decoded.text):  # a page that was saved under the name of a table
        return _read_text(data, where, encoding)
    return read_csv(decoded.text, decoded.encoding, where=where, is_tab=is_tab)


def _read_tsv(data: bytes, where: str, encoding: str) -> SourceText:
    return _read_csv(data, where, encoding, is_tab=True)


def _read_workbook(data: bytes, where: str, encoding: str) -> SourceText:
    from qingshan.readers.workbook_grids import read_workbook_source

    return read_workbook_source(data, where=where)


def _read_docx(data: bytes, where: str, encoding: str) -> SourceText:
    from qingshan.readers import docx  # only Word files pay for it

    return docx.read_docx(data, where=where)


def _read_pdf(data: bytes, where: str, encoding: str) -> SourceText:
    from qingshan.readers.pdf import read_pdf

    return read_pdf(data, where)


# file name's ending -> reader; a reader imports its library only when it is called
_READERS: dict[str, Callable[[bytes, str, str], SourceText]] = {
    "csv": _read_csv,
    "docm": _read_docx,
    "docx": _read_docx,
    "htm": _read_text,
    "html": _read_text,
    "md": _read_markdown,
    "pdf": _read_pdf,
    "tsv": _read_tsv,
    "xlsx": _read_workbook,
}
