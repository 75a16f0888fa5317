"""The sources of an edition: `edition.yml`, each `source.yml`, the hash of every file, and its raw text.

Flows in: the folder ``data/raw/<edition>``. Flows out: `Edition`, `Source` and `RawText` records. A source whose bytes
changed since it was registered stops everything before any work; nothing here changes a file that a person gave.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qingshan import documents, files
from qingshan.expected import Expected, parse_expected
from qingshan.model import InputError, Problem, SourceText, Workspace, nearest
from qingshan.readers import csv_table, workbook
from qingshan.readers import text as text_reader
from qingshan.readers.choose import read_source
from qingshan.readers.rows import TableText
from qingshan.source_schema import EDITION_SCHEMA, ROLES, SOURCE_SCHEMA
from qingshan.table_mapping import TableMapping, parse_mapping

EDITION_ID = r"^(20[0-9]{2}|2100)(-r[1-9][0-9]{0,3})?\Z"
SOURCE_ID = r"^[a-z0-9][a-z0-9._-]{0,63}\Z"
_ADD = "Register a source with: qingshan add FILE --edition {} --id ID --title TITLE --publisher NAME."


@dataclass(frozen=True)
class Source:
    """One report or table as received.

    Parameters
    ----------
    year, area
        Four digits and a region's name; '' when the source covers no one.
    released_on
        When its data were released, '' where they were at different times; `published_on` is the document's own date.
    maturity
        flash, preliminary, final or revised; '' where it is not said.
    table
        How a table is read; None for running text.
    layer_sha256
        Of a workbook's text layer, as registered; '' for text.
    reader
        The reader of a document or workbook and its version, as registered; '' for text.
    licence
        The name of the licence it may be quoted under; '' where none is named.
    accessed_on
        The day a person fetched it, '' where nobody noted it.
    """

    source_id: str
    title: str
    publisher: str
    published_on: str
    file: str
    sha256: str
    encoding: str
    year: str
    area: str
    as_of: str
    access: str
    url: str
    released_on: str = ""
    maturity: str = ""
    table: TableMapping | None = None
    layer_sha256: str = ""
    reader: str = ""
    licence: str = ""
    accessed_on: str = ""


@dataclass(frozen=True)
class RawText:
    """A source as its reader gives it: the decoded file, or the text layer of a document, workbook or PDF."""

    source: Source
    content: SourceText

    @property
    def text(self) -> str:
        """What every raw offset counts in."""
        return self.content.text

    @property
    def encoding(self) -> str:
        """How a text file was decoded; '' for other formats."""
        return self.content.encoding


@dataclass(frozen=True)
class Edition:
    """What `edition.yml` says, and the sources beside it in the order of their ids.

    Parameters
    ----------
    signoff
        The roles that must sign before it is published, in the order of `ROLES`; all of them where nothing is said.
    expected
        The sources that should come this year, as a person listed them.
    headline
        Indicators whose numbers stand first on the pages, in their order; () for the usual ones.
    """

    edition_id: str
    year: str
    title: dict[str, str]
    status: str
    published_on: str
    data_cutoff: str
    licence: str
    note: dict[str, str]
    sources: tuple[Source, ...]
    signoff: tuple[str, ...] = ROLES
    expected: tuple[Expected, ...] = ()
    headline: tuple[str, ...] = ()


def load_edition(workspace: Workspace, edition: str, *, is_begun: bool = True) -> Edition:
    """Read `edition.yml` and every `source.yml` of an edition.

    Parameters
    ----------
    is_begun
        Whether it must have a source; one that only says what it expects has none yet.

    Raises
    ------
    InputError
        No such edition, no sources, or mistakes in any of the files: all of them at once.
    """
    folder = workspace.raw(edition)
    if not folder.is_dir():
        have = in_order(path.name for path in workspace.root.joinpath("data", "raw").iterdir() if path.is_dir())
        raise InputError(
            Problem(
                f"data/raw/{edition}", "no such folder", f"an edition (there are: {', '.join(have) or 'none'})",
                _ADD.format(edition),
            )
        )  # fmt: skip
    problems: list[Problem] = []
    head = _collect(problems, documents.read_yaml, workspace.edition_file(edition), EDITION_SCHEMA,
                    name=f"data/raw/{edition}/edition.yml")  # fmt: skip
    sources = [
        _collect(problems, load_source, workspace, edition, path.name)
        for path in sorted(folder.iterdir())
        if path.is_dir() and not path.name.startswith(".")
    ]
    if not sources and is_begun:
        problems.append(
            Problem(
                f"data/raw/{edition}", "no sources", "at least one source folder",
                _ADD.format(edition),
            )
        )  # fmt: skip
    expected = _collect(problems, parse_expected, head) if head else None
    if problems or head is None:
        raise InputError(problems)
    return _edition(edition, head.data, tuple(source for source in sources if source is not None), expected)


def in_order(editions: Iterable[str]) -> list[str]:
    """Return names of editions from the oldest to the newest, 2023-r10 after 2023-r2; other names are left out."""
    found = (match for name in editions if (match := re.fullmatch(EDITION_ID, name)))
    return [match[0] for match in sorted(found, key=lambda match: (match[1], int((match[2] or "-r0")[2:])))]


def previous_revision(edition: str) -> str:
    """Return the revision that an edition's name says it corrects: 2023-r1 for 2023-r2, 2023 for 2023-r1, else ''."""
    year, _, number = edition.partition("-r")
    if not number:
        return ""
    return year if number == "1" else f"{year}-r{int(number) - 1}"


def editions_run(workspace: Workspace) -> list[str]:
    """Return the editions whose figures were extracted, the newest first."""
    return in_order(path.parent.name for path in workspace.work("").glob("*/extract"))[::-1]


def load_source(workspace: Workspace, edition: str, source_id: str) -> Source:
    """Read one `source.yml` without looking at the file it describes."""
    name = f"data/raw/{edition}/{source_id}/source.yml"
    path = workspace.source_folder(edition, source_id) / "source.yml"
    return source_of(documents.read_yaml(path, SOURCE_SCHEMA, name=name), source_id)


def source_of(document: documents.Document, source_id: str) -> Source:
    """Return the source that a source.yml describes, once it fits `SOURCE_SCHEMA`."""
    data = document.data
    covers, file = data["covers"], data["file"]
    layer = file.get("layer", {})
    return Source(
        source_id=source_id,
        title=data["title"],
        publisher=data["publisher"],
        published_on=data.get("published_on", ""),
        file=file["path"],
        sha256=file["sha256"],
        encoding=file.get("encoding", ""),
        year=covers.get("time_period", ""),
        area=covers.get("ref_area", ""),
        as_of=covers.get("as_of", "") or data.get("published_on", ""),
        access=data.get("access", "public"),
        url=data.get("url", ""),
        released_on=data.get("released_on", ""),
        maturity=data.get("maturity", ""),
        table=parse_mapping(document, file["path"]),
        layer_sha256=layer.get("sha256", ""),
        reader=f"{layer['reader']} {layer['version']}" if layer else "",
        licence=data.get("licence", {}).get("name", ""),
        accessed_on=data.get("accessed_on", ""),
    )


def check_sources(workspace: Workspace, edition: str) -> Edition:
    """Load an edition and compare every source file with its registered hash, before any work.

    Raises
    ------
    InputError
        A file is missing or its bytes changed: all of them at once.
    """
    loaded = load_edition(workspace, edition)
    problems: list[Problem] = []
    for source in loaded.sources:
        _collect(problems, read_bytes, workspace, edition, source)
    if problems:
        raise InputError(problems)
    return loaded


def read_bytes(workspace: Workspace, edition: str, source: Source) -> bytes:
    """Return the bytes of a source as received, after comparing them with the registered hash."""
    where = f"data/raw/{edition}/{source.source_id}/{source.file}"
    remedy = "Put the file back, or register it again with --replace."
    path = raw_path(workspace, edition, source)
    if not path.is_file():
        raise InputError(Problem(where, "no such file", "the source that source.yml names", remedy))
    data = documents.read_given(path, "a source file", where=where)
    found = hashlib.sha256(data).hexdigest()
    if found != source.sha256:
        raise InputError(
            Problem(
                where, f"sha256 {found[:12]}…", f"{source.sha256[:12]}… as registered in source.yml",
                f"Put the registered file back, or register the new one with: qingshan add FILE --edition {edition} "
                f"--id {source.source_id} --replace.",
            )
        )  # fmt: skip
    return data


def read_raw(workspace: Workspace, edition: str, source: Source) -> RawText:
    """Return the raw text of a source; its offsets are the raw offsets of every table."""
    where = f"data/raw/{edition}/{source.source_id}/{source.file}"
    return raw_of(read_bytes(workspace, edition, source), source, where)


def raw_of(data: bytes, source: Source, where: str) -> RawText:
    """Return the raw text of a source's bytes, as `read_raw` does for the registered ones."""
    if source.table is None:
        content = read_source(data, where=where, name=source.file, encoding=source.encoding)
        _check_layer(content.text, f"{content.reader} {content.version}", source, where)
        return RawText(source, content)
    if is_workbook(source.file):
        return RawText(source, SourceText(_read_layer(data, source, where).text))
    decoded = text_reader.decode(data, where=where, encoding=source.encoding)
    return RawText(source, SourceText(decoded.text, decoded.encoding))


def read_raws(workspace: Workspace, edition: str, wanted: Iterable[Source]) -> list[RawText]:
    """Return the raw texts of some sources, in their order.

    Raises
    ------
    InputError
        Files are missing, changed or cannot be decoded: all of them at once.
    """
    problems: list[Problem] = []
    raws = [_collect(problems, read_raw, workspace, edition, source) for source in wanted]
    if problems:
        raise InputError(problems)
    return raws


def read_table(workspace: Workspace, edition: str, source: Source) -> TableText:
    """Return the raw text and the rows of a source that has a `table`.

    Raises
    ------
    InputError
        The file changed, is no table, or its workbook has no such sheet.
    """
    where = f"data/raw/{edition}/{source.source_id}/{source.file}"
    return table_of(read_bytes(workspace, edition, source), source, where)


def table_of(data: bytes, source: Source, where: str) -> TableText:
    """Return the raw text and the rows of a table's bytes, as `read_table` does for a registered one."""
    if source.table is None:
        raise InputError(Problem(where, "no 'table' in source.yml", "a mapping of columns", "Add one."))
    if not is_workbook(source.file):
        raw = text_reader.decode(data, where=where, encoding=source.encoding).text
        delimiter = source.table.delimiter or delimiter_of(source.file)
        return TableText(raw, csv_table.scan_csv(raw, where=where, delimiter=delimiter), "", where)
    layer = _read_layer(data, source, where)
    sheet = source.table.sheet or _only_sheet(layer, source.table)
    if sheet not in layer.sheets:
        raise InputError(
            Problem(source.table.where, f"no sheet {sheet!r}{nearest(sheet, layer.sheets)}",
                    f"one of {', '.join(layer.sheets)}", "Correct the name of the sheet.")
        )  # fmt: skip
    return TableText(layer.text, layer.sheets[sheet], sheet, where)


def delimiter_of(file_name: str) -> str:
    """Return what divides the cells of a text table of that name, unless its mapping says otherwise."""
    return "\t" if file_name.lower().endswith(".tsv") else ","


def is_workbook(file_name: str) -> bool:
    """Whether a file of that name is read as a workbook."""
    return file_name.lower().endswith(".xlsx")


def _read_layer(data: bytes, source: Source, where: str) -> workbook.Layer:
    """Return a workbook's text layer; one that differs from the registered hash counts as a changed source."""
    layer = workbook.read_workbook(data, where=where)
    _check_layer(layer.text, f"{layer.reader} {layer.version}", source, where)
    return layer


def _check_layer(text: str, reader: str, source: Source, where: str) -> None:
    found = hashlib.sha256(text.encode()).hexdigest()
    if source.layer_sha256 and found != source.layer_sha256:
        raise InputError(
            Problem(where, f"text layer {found[:12]}… (by {reader})",
                    f"{source.layer_sha256[:12]}… as registered in source.yml",
                    "The file is read differently now: register it again with qingshan add ... --replace.")
        )  # fmt: skip


def _only_sheet(layer: workbook.Layer, mapping: TableMapping) -> str:
    used = [name for name, rows in layer.sheets.items() if rows]
    if len(used) != 1:
        raise InputError(
            Problem(mapping.where, f"no 'sheet' for a workbook with {', '.join(used) or 'nothing in it'}",
                    "the name of one sheet", "Add a line sheet: ... to the mapping.")
        )  # fmt: skip
    return used[0]


def raw_path(workspace: Workspace, edition: str, source: Source) -> Path:
    """Return where the source's file lies, never outside its folder.

    Raises
    ------
    InputError
        Its name, or a link of that name, leads out of the folder.
    """
    try:
        return files.inside(workspace.source_folder(edition, source.source_id), source.file)
    except InputError:
        raise InputError(
            Problem(f"data/raw/{edition}/{source.source_id}/{source.file}", "a name or link that leads elsewhere",
                    "a file in the source's own folder",
                    "Put the file itself there, or register it again with --replace.")
        ) from None  # fmt: skip


def _edition(
    edition_id: str, data: dict[str, Any], sources: tuple[Source, ...], expected: tuple[Expected, ...]
) -> Edition:
    return Edition(
        edition_id=edition_id,
        year=data["year"],
        title=data["title"],
        status=data["status"],
        published_on=data.get("published_on", ""),
        data_cutoff=data.get("data_cutoff", ""),
        licence=data.get("licence", ""),
        note=data.get("note", {}),
        sources=sources,
        signoff=tuple(role for role in ROLES if role in data.get("signoff", ROLES)),
        expected=expected,
        headline=tuple(data.get("headline", ())),
    )


def _collect(problems: list[Problem], function: Any, *args: Any, **kwargs: Any) -> Any:
    """Call `function`; on an InputError add its problems to the list and return None."""
    try:
        return function(*args, **kwargs)
    except InputError as error:
        problems.extend(error.problems)
        return None
