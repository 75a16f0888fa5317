"""Reads the CSV code lists: units, regions, scopes, words. Wrong cells become problems with file and line.

Flows in: the registry folder. Flows out: records with the line each stands on. No YAML is needed here, so that the
reading of figures starts fast.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from qingshan.model import QUALIFIERS, Problem, nearest
from qingshan.registry.records import Region, Scope, Unit, Word

UNIT_KINDS = ("measure", "ratio", "point", "classifier", "time", "place")
LEVELS = ("country", "world", "province", "area", "basin", "sea", "city", "county", "water", "site")
SCOPE_KINDS = ("cities", "dust", "gas", "prices", "sections", "coastal", "forest")
_CODE = {"unit": re.compile(r"[a-z0-9_]+"), "region": re.compile(r"\d{6}|CN|WORLD|(?:QS|SITE)-[A-Z0-9-]+")}
_SCOPE_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_UCUM = re.compile(r"[A-Za-z0-9_%./()\[\]]*")
_YEAR = re.compile(r"(?:\d{4}(?:-\d{2})?)?")

Row = dict[str, str]
_Record = TypeVar("_Record")


class WrongCellError(ValueError):
    """A cell that holds something else than it should: what was found and what was expected."""

    def __init__(self, found: str, expected: str) -> None:
        self.found, self.expected = found, expected
        super().__init__(found)


@dataclass(frozen=True)
class ListFile(Generic[_Record]):
    """How one CSV list is read.

    Parameters
    ----------
    columns
        The columns it must have, in order.
    optional
        Columns that may follow them; '' in every row where they are missing.
    is_needed
        Whether a registry without the file is wrong. Lists of places and scopes may be left out.
    """

    name: str
    columns: tuple[str, ...]
    make: Callable[[Row], _Record]
    optional: tuple[str, ...] = ()
    is_needed: bool = True


@dataclass(frozen=True, slots=True)
class Listed(Generic[_Record]):
    """A record and where it stands, as ``file:line``."""

    where: str
    record: _Record


def read_list(folder: Path, file: ListFile[_Record], problems: list[Problem]) -> list[Listed[_Record]]:
    """Return the records of one list; what is wrong goes to `problems`."""
    path = folder / file.name
    if not path.is_file():
        if file.is_needed:
            problems.append(Problem(file.name, "no such file", "a code list", "Put the file back."))
        return []
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        problems.append(
            Problem(file.name, f"a byte that is not UTF-8 at position {error.start}", "UTF-8 text", "Save it as UTF-8.")
        )
        return []
    reader = csv.reader(text.splitlines(keepends=True))
    header = tuple(next(reader, ()))
    if not _is_header(header, file):
        problems.append(_header_problem(header, file))
        return []
    found = []
    for cells in reader:
        where = f"{file.name}:{reader.line_num}"
        if len(cells) != len(header):
            problems.append(Problem(where, "a row of another length", f"{len(header)} cells", "Correct the row."))
            continue
        try:
            found.append(
                Listed(where, file.make(dict.fromkeys(file.optional, "") | dict(zip(header, cells, strict=True))))
            )
        except WrongCellError as error:
            problems.append(Problem(where, error.found, error.expected, "Correct the cell."))
    return found


def _is_header(header: tuple[str, ...], file: ListFile[_Record]) -> bool:
    size = len(file.columns)
    return header[:size] == file.columns and header[size:] == file.optional[: len(header) - size]


def _header_problem(header: tuple[str, ...], file: ListFile[_Record]) -> Problem:
    known = (*file.columns, *file.optional)
    hints = "".join(f" {name!r}{nearest(name, known)}" for name in header if name not in known and nearest(name, known))
    expected = ",".join(file.columns) + "".join(f"[,{name}]" for name in file.optional)
    return Problem(f"{file.name}:1", ",".join(header) + hints, expected, "Correct the header.")


def check_unique(what: str, pairs: Iterable[tuple[str, str, str]], problems: list[Problem]) -> None:
    """Add a problem for every key that two owners share; `pairs` are (where, key, owner)."""
    seen: dict[str, tuple[str, str]] = {}
    for where, key, owner in pairs:
        first_where, first = seen.setdefault(key, (where, owner))
        if first != owner:
            problems.append(
                Problem(where, f"{what} {key!r} of both {first!r} ({first_where}) and {owner!r}", "one owner",
                        "Remove one.")
            )  # fmt: skip


def check_codes(what: str, listed: Sequence[Listed], problems: list[Problem]) -> None:
    """Add a problem for every code that stands twice."""
    seen: dict[str, str] = {}
    for entry in listed:
        code = entry.record.code
        if code in seen:
            problems.append(
                Problem(entry.where, f"{what} code {code!r} again", f"each once ({seen[code]})", "Rename one.")
            )
        seen.setdefault(code, entry.where)


def check_places(listed: Sequence[Listed[Region]], problems: list[Problem]) -> None:
    """Add a problem for every parent, member or period of validity that cannot be."""
    codes = {entry.record.code for entry in listed}
    for entry in listed:
        region = entry.record
        for code in (*region.members, *((region.parent,) if region.parent else ())):
            if code not in codes:
                problems.append(
                    Problem(entry.where, f"unknown place {code!r}{nearest(code, codes)}", "a code of regions/",
                            "Correct the code or list the place.")
                )  # fmt: skip
        if region.valid_from and region.valid_to and region.valid_from > region.valid_to:
            problems.append(
                Problem(entry.where, f"valid from {region.valid_from} to {region.valid_to}", "the earlier year first",
                        "Correct the years.")
            )  # fmt: skip


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)


def one_of(what: str, value: str, known: Sequence[str]) -> str:
    """Return a cell's value if it is one of the known ones, else raise `WrongCellError` with the nearest."""
    if value not in known:
        raise WrongCellError(f"{what} {value!r}{nearest(value, known)}", f"one of {', '.join(known)}")
    return value


def _shaped(what: str, value: str, pattern: re.Pattern[str], example: str) -> str:
    if not pattern.fullmatch(value):
        raise WrongCellError(f"{what} {value!r}", f"a form such as {example}")
    return value


def _given(what: str, value: str) -> str:
    if not value.strip() or value != value.strip():
        raise WrongCellError(f"{what} {value!r}", "text without spaces around it")
    return value


def _unit(row: Row) -> Unit:
    spellings = (row["canonical"], *(s for s in _split(row["spellings"]) if s != row["canonical"]))
    return Unit(
        _shaped("code", row["code"], _CODE["unit"], "tonne"), _given("canonical", row["canonical"]), row["en"],
        row["symbol"], one_of("kind", row["kind"], UNIT_KINDS), spellings,
        _shaped("ucum", row["ucum"], _UCUM, "ug/m3"),
    )  # fmt: skip


def _region(row: Row) -> Region:
    if not row["order"].isdigit():
        raise WrongCellError(f"order {row['order']!r}", "a whole number")
    return Region(
        code=_shaped("code", row["code"], _CODE["region"], "140000, CN or QS-FW"),
        order=int(row["order"]),
        name=_given("name", row["name"]),
        en=_given("en", row["en"]),
        level=one_of("level", row["level"], LEVELS),
        aliases=_split(row["aliases"]),
        parent=row.get("parent", ""),
        members=_split(row.get("members", "")),
        valid_from=_shaped("valid_from", row.get("valid_from", ""), _YEAR, "2018 or 2018-09"),
        valid_to=_shaped("valid_to", row.get("valid_to", ""), _YEAR, "2018 or 2018-09"),
    )


def _scope(row: Row) -> Scope:
    return Scope(
        code=_shaped("code", row["code"], _SCOPE_CODE, "cities-339"),
        kind=one_of("kind", row["kind"], SCOPE_KINDS),
        name=_given("name", row["name"]),
        en=_given("en", row["en"]),
        valid_from=_shaped("valid_from", row["valid_from"], _YEAR, "2018 or 2018-09"),
        valid_to=_shaped("valid_to", row["valid_to"], _YEAR, "2018 or 2018-09"),
        aliases=_split(row["aliases"]),
    )


def _word(row: Row) -> Word:
    return Word(_given("word", row["word"]), row["role"], row["value"])


def _qualifier(row: Row) -> Word:
    return Word(_given("word", row["word"]), row["role"], one_of("value", row["value"], QUALIFIERS))


_PLACE = ("code", "order", "name", "en", "level", "aliases")
_WORDS = ("word", "role", "value")

UNITS = ListFile("units/units.csv", ("code", "canonical", "en", "symbol", "kind", "spellings"), _unit, ("ucum",))
REGIONS = (
    ListFile("regions/provinces.csv", _PLACE, _region),
    ListFile("regions/areas.csv", _PLACE, _region, ("members", "valid_from", "valid_to")),
    ListFile("regions/cities.csv", _PLACE, _region, ("parent",), is_needed=False),
    ListFile("regions/counties.csv", _PLACE, _region, ("parent",), is_needed=False),
    ListFile("regions/sites.csv", _PLACE, _region, ("parent",), is_needed=False),
)
SCOPES = ListFile(
    "scopes/scopes.csv", ("code", "kind", "name", "en", "valid_from", "valid_to", "aliases"), _scope, is_needed=False
)
WORDS = {
    name: ListFile(f"words/{name}.csv", _WORDS, _qualifier if name == "qualifiers" else _word)
    for name in ("qualifiers", "changes", "cues", "nouns", "periods", "subjects")
}
