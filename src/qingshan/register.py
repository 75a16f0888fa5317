"""Makes workspaces and registers sources: copies the file as received and writes its `source.yml` beside it.

Flows in: a file a person names and what they say about it. Flows out: ``data/raw/<edition>/<source_id>``. A file that
cannot be read is refused before anything is written.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from qingshan import documents, files, replacement, sources
from qingshan.model import InputError, Problem, Workspace, nearest
from qingshan.readers import csv_table, workbook
from qingshan.readers import text as text_reader
from qingshan.readers.choose import read_source
from qingshan.readers.rows import Row
from qingshan.registry import load_registry
from qingshan.source_schema import DATE, FILE_NAME, YEAR
from qingshan.table_mapping import MAPPING_SCHEMA, TABLE_SUFFIXES, is_table, parse_mapping, propose_mapping
from qingshan.tables_source import TableSource

_GITIGNORE = (
    "data/work/\ndata/clean/**/*.parquet\ndata/clean/**/charts/*.png\ndata/clean/**/charts/*.print.svg\n"
    ".ipynb_checkpoints/\n"
)


@dataclass(frozen=True)
class NewSource:
    """What a person says about a source they register; '' where they say nothing.

    Parameters
    ----------
    table
        A YAML file with the mapping of a table, as it will stand under `table:` in source.yml; None to have it
        proposed from the names of the columns.
    """

    edition: str
    source_id: str
    title: str
    publisher: str
    published_on: str = ""
    year: str = ""
    area: str = ""
    as_of: str = ""
    url: str = ""
    encoding: str = ""
    released_on: str = ""
    maturity: str = ""
    table: Path | None = None


def init_workspace(folder: Path) -> Workspace:
    """Make an empty workspace; notebooks, registry and suites fall back to the package's.

    Raises
    ------
    InputError
        The folder holds something already, other than a workspace.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(Problem(str(folder), "a file", "a new or empty folder", "Name another folder."))
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "data" / "raw").is_dir():
        raise InputError(
            Problem(str(folder), "a folder with other files", "a new or empty folder", "Name another folder.")
        )
    for part in ("data/raw", "data/decisions", "data/clean"):
        files.write_atomic(folder / part / ".gitkeep", "")
    if not (folder / ".gitignore").exists():
        files.write_atomic(folder / ".gitignore", _GITIGNORE)
    return Workspace(folder.resolve())


def add_source(
    workspace: Workspace, file: Path, new: NewSource, *, is_replacement: bool = False
) -> replacement.Replaced | None:
    """Register a file as a source of an edition; return what became of its decisions when it replaces one.

    Raises
    ------
    InputError
        A bad edition or id, no such file, a file that cannot be read, a table whose columns no mapping explains, an id
        already taken (without `is_replacement`) or not there (with it), anything that source.yml may not say.
    """
    _check_options(workspace, new, is_replacement)
    data = documents.read_given(file, "a source file")
    _check_name(file, new.table)
    content = _read(data, file.name, new.encoding)
    folder = workspace.source_folder(new.edition, new.source_id)
    entry: dict[str, Any] = {}
    old = sources.load_source(workspace, new.edition, new.source_id) if is_replacement else None
    standing = replacement.find_standing(workspace, new.edition, old) if old else None
    if old:
        entry = _kept(folder / "source.yml", old)
    entry = _source_entry(entry, new, file.name, data, content)
    if is_table(file.name):
        mapping = _mapping(entry.get("table"), new.table, file.name, content)
        entry |= {"table": mapping} if mapping else {}
    source = _parsed(entry, new)
    if source.table is not None:
        _check_table(workspace, source, new, data)
    _write(workspace, new, source.file, data, entry)
    if old is None or standing is None:
        return None
    if old.file != source.file:
        _remove_old(folder / old.file, folder / source.file)
    return replacement.compare(workspace, new.edition, standing, source)


def describe_area(workspace: Workspace, area: str) -> list[str]:
    """Return what to tell of an area that no list of the registry holds; such a place may be right, or misspelt."""
    known = load_registry(workspace.registry).vocabulary.region_of
    if not area or area in known:
        return []
    return [
        f"--area: found {area!r}{nearest(area, known)}, a place the registry does not list: figures that take their "
        "region from it will wait for a person. If it is misspelt, add the source again with --replace."
    ]


def describe_reading(workspace: Workspace, edition: str, source_id: str) -> list[str]:
    """Return what to tell of how a registered file is read: its reader's notes, and whether a table is inferred."""
    source = sources.load_source(workspace, edition, source_id)
    told = list(sources.read_raw(workspace, edition, source).content.notes)
    if is_table(source.file) and source.table is None:
        told.append(
            "no mapping names its columns: its figures are inferred from their headings and wait for a person. To say "
            "what each column is, write a mapping and add the file again with --replace --table FILE."
        )
    return told


@dataclass(frozen=True)
class _Content:
    """What reading a file gave: the encoding of text, or the layer of a workbook; and the rows of a table by sheet."""

    encoding: str
    layer: dict[str, str]
    sheets: dict[str, tuple[Row, ...]]
    notes: tuple[str, ...] = ()


def _read(data: bytes, name: str, encoding: str) -> _Content:
    """Read a file as far as registering needs it.

    Raises
    ------
    InputError
        It cannot be read.
    """
    if sources.is_workbook(name):
        layer = workbook.read_workbook(data, where=name)
        return _Content("", _layer(layer.text, layer.reader, layer.version), layer.sheets)
    if not is_table(name):
        content = read_source(data, where=name, name=name, encoding=encoding)
        return _Content(content.encoding, _layer(content.text, content.reader, content.version), {}, content.notes)
    decoded = text_reader.decode(data, where=name, encoding=encoding)
    rows = csv_table.scan_csv(decoded.text, where=name, delimiter=sources.delimiter_of(name))
    return _Content(decoded.encoding, {}, {"": rows})


def _layer(text: str, reader: str, version: str) -> dict[str, str]:
    """Return what source.yml keeps of a text layer; nothing where the text is the file itself."""
    if not reader:
        return {}
    return {"reader": reader, "version": version, "sha256": hashlib.sha256(text.encode()).hexdigest()}


def _mapping(kept: dict[str, Any] | None, given: Path | None, name: str, content: _Content) -> dict[str, Any] | None:
    """Return the mapping of a table: the one given, else the one it had, else one proposed from its column names.

    None where its columns have no usual names: its figures are then inferred from headings, and wait for a person.
    """
    if given is not None:
        document = documents.read_yaml(given, MAPPING_SCHEMA, name=given.name)
        parse_mapping(document, name)  # for messages that name this file
        return document.data["table"]
    if kept:
        return kept
    try:
        return propose_mapping(content.sheets, name)
    except InputError:
        return None


def _write(workspace: Workspace, new: NewSource, name: str, data: bytes, entry: dict[str, Any]) -> None:
    """Write the file and its source.yml; edition.yml too for the first source of an edition."""
    if not workspace.edition_file(new.edition).exists():
        files.write_atomic(workspace.edition_file(new.edition), _yaml(_edition_entry(new.edition)))
    folder = workspace.source_folder(new.edition, new.source_id)
    # the file first: a kill in between leaves a hash that does not fit, which the next run reports
    files.write_atomic(folder / name, data)  # a plain name, and a link that has it is replaced, not followed
    files.write_atomic(folder / "source.yml", _yaml(entry))


def _remove_old(old: Path, new: Path) -> None:
    """Remove the file that `new` replaces: a file or a link, never a folder, whatever source.yml names."""
    if old.is_symlink() or (old.is_file() and not old.samefile(new)):  # A.txt and a.txt are one file on some systems
        files.remove_tree(old)


def _parsed(entry: dict[str, Any], new: NewSource) -> sources.Source:
    """Read a source.yml before it is written: nothing is written that would be refused later."""
    name = f"data/raw/{new.edition}/{new.source_id}/source.yml"
    return sources.source_of(documents.parse_yaml(_yaml(entry), sources.SOURCE_SCHEMA, name=name), new.source_id)


def _check_table(workspace: Workspace, source: sources.Source, new: NewSource, data: bytes) -> None:
    """Read the whole table as the stages will, so that its mistakes are told before anything is written."""
    if new.table is not None:  # messages name the lines a person wrote
        given = documents.read_yaml(new.table, MAPPING_SCHEMA, name=new.table.name)
        source = replace(source, table=parse_mapping(given, source.file))
    table = sources.table_of(data, source, source.file)
    TableSource(load_registry(workspace.registry)).figures(table, source.table, source.source_id)


def _check_options(workspace: Workspace, new: NewSource, is_replacement: bool) -> None:
    problems = []
    if not re.match(sources.EDITION_ID, new.edition):
        problems.append(Problem("--edition", repr(new.edition), "a year such as 2023, or 2023-r1", "Correct it."))
    if not re.match(sources.SOURCE_ID, new.source_id):
        problems.append(
            Problem("--id", repr(new.source_id), "lower-case letters, digits, '.', '_' and '-'",
                    "Choose a short name such as mee-2023-bulletin.")
        )  # fmt: skip
    said = (
        ("--year", new.year, YEAR),
        ("--as-of", new.as_of, DATE),
        ("--published-on", new.published_on, DATE),
        ("--released-on", new.released_on, DATE),
    )
    problems += [
        Problem(option, repr(value), rule["description"], "Correct it.")
        for option, value, rule in said
        if not re.match(rule["pattern"], value)
    ]
    if problems:
        raise InputError(problems)
    _check_place(workspace, new)
    exists = (workspace.source_folder(new.edition, new.source_id) / "source.yml").exists()
    if exists and not is_replacement:
        raise InputError(
            Problem(
                f"data/raw/{new.edition}/{new.source_id}",
                "a source of that id",
                "a new id",
                "Add --replace to replace its file.",
            )
        )
    if is_replacement and not exists:
        raise InputError(
            Problem(
                f"data/raw/{new.edition}/{new.source_id}",
                "no source of that id",
                "one to replace",
                "Leave --replace out.",
            )
        )


def _check_place(workspace: Workspace, new: NewSource) -> None:
    """Refuse a source's folder that a link leads elsewhere; data/raw as a whole may lie on another disk."""
    home = workspace.raw("")
    try:
        files.inside(home, f"{new.edition}/{new.source_id}")
    except InputError:
        raise InputError(
            Problem(f"data/raw/{new.edition}/{new.source_id}", "a link that leads out of data/raw", "a folder in it",
                    "Remove the link, or put the folder itself there.")
        ) from None  # fmt: skip


def _check_name(file: Path, table: Path | None) -> None:
    """Refuse a file by its name: one that cannot stand in the source's folder, or a mapping for what is no table."""
    if not re.match(FILE_NAME["pattern"], file.name):
        raise InputError(Problem(str(file), repr(file.name), FILE_NAME["description"], "Rename the file."))
    if table is not None and not is_table(file.name):
        raise InputError(
            Problem("--table", f"a mapping for {file.name}, which is no table",
                    f"a source file that ends in one of {', '.join(TABLE_SUFFIXES)}",
                    "Leave --table out, or name the table itself.")
        )  # fmt: skip


def _kept(path: Path, old: sources.Source) -> dict[str, Any]:
    """Return the old source.yml, its hash moved to the list of replaced ones."""
    entry = documents.read_yaml(path, sources.SOURCE_SCHEMA).data
    entry["file"]["replaced"] = [*entry["file"].get("replaced", ()), old.sha256]
    return entry


def _source_entry(entry: dict[str, Any], new: NewSource, name: str, data: bytes, content: _Content) -> dict[str, Any]:
    said = {
        "title": new.title,
        "publisher": new.publisher,
        "url": new.url,
        "published_on": new.published_on,
        "released_on": new.released_on,
        "maturity": new.maturity,
    }
    covers = {"time_period": new.year, "ref_area": new.area, "as_of": new.as_of}
    file = {
        "path": name,
        "bytes": str(len(data)),
        "sha256": hashlib.sha256(data).hexdigest(),
        "encoding": content.encoding,
        "layer": content.layer,
        "replaced": entry.get("file", {}).get("replaced"),
    }
    merged = {**entry, **_given(said)}
    merged["file"] = _given(file)
    merged["covers"] = {**entry.get("covers", {}), **_given(covers)}
    return merged


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}


def _edition_entry(edition: str) -> dict[str, Any]:
    year = edition[:4]
    return {"title": {"zh": f"{year}年版", "en": f"Edition {year}"}, "year": year, "status": "candidate"}


def _yaml(entry: dict[str, Any]) -> str:
    return yaml.safe_dump(entry, allow_unicode=True, sort_keys=False, width=120)


__all__ = ["NewSource", "add_source", "describe_area", "describe_reading", "init_workspace"]
