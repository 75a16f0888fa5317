"""Reads a sheet that came back: what people replied, after a look at whether anything else was changed.

Flows in: the bytes of a workbook, and the rows that the edition gives now. Flows out: `Reply` records. All mistakes of
a workbook are told at once, each by its sheet and cell; nothing is taken from a workbook that has one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from qingshan.model import InputError, Problem, visible
from qingshan.readers import workbook as reader
from qingshan.readers.rows import Row, column_letters
from qingshan.sheet.rows import CODE, COLUMNS, FIXED, REPLIES, SheetRow, code_of, plain
from qingshan.sheet.workbook import HEAD, MARK

_SHOWN = 40  # characters of a cell in a message
_IDS_SHOWN = 5


@dataclass(frozen=True)
class Reply:
    """What people wrote in one row: 核实意见, 修改值, 依据, 签字. `where` names workbook, sheet and row."""

    row: SheetRow
    opinion: str
    value: str
    basis: str
    name: str
    where: str


@dataclass(frozen=True)
class Expected:
    """The edition as it stands: its name, the hash of its manifest, and its rows by observation_id."""

    edition: str
    manifest: str
    rows: Mapping[str, SheetRow]
    groups: Mapping[str, Sequence[str]]  # title of a group -> ids of its rows


def read_replies(data: bytes, expected: Expected, *, where: str) -> list[Reply]:
    """Return the rows in which people wrote something, in the order of the workbook; sheets may have been taken out.

    Raises
    ------
    InputError
        No workbook, or none of ours; another edition's; columns, ids or fixed cells changed, rows removed or doubled; a
        row that the edition no longer holds as it is printed; a reply without a name, a new value without its basis.
    """
    sheets = reader.read_workbook(data, where=where).sheets
    problems: list[Problem] = []
    replies: list[Reply] = []
    seen: dict[str, str] = {}
    used = {title: rows for title, rows in sheets.items() if any(cell.text for row in rows for cell in row.cells)}
    for title, rows in used.items():
        sheet = _Sheet(f"{where}, {title}", rows, expected, seen)
        found = list(sheet.read())
        problems += [one for one in found if isinstance(one, Problem)]
        replies += [one for one in found if isinstance(one, Reply)]
    if not used:
        problems.append(Problem(where, "nothing", f"a sheet that begins with {MARK}", "Import the filled-in workbook."))
    if problems:
        raise InputError(problems)
    return replies


class _Sheet:
    """One sheet of a workbook that came back."""

    def __init__(self, where: str, rows: Sequence[Row], expected: Expected, seen: dict[str, str]) -> None:
        self._where, self._expected, self._seen = where, expected, seen
        self._lines = {row.number: [plain(cell.text) for cell in row.cells] for row in rows}

    def read(self) -> Iterator[Problem | Reply]:
        head = self._head()
        if head:
            yield head
            return
        ids = []
        for number in sorted(self._lines):
            cells = self._cells(number)
            if number > HEAD and any(cells):
                ids.append(cells[0])
                yield from self._row(number, cells)
        yield from self._missing([name for name in ids if name])

    def _cells(self, number: int) -> list[str]:
        cells = self._lines.get(number, [])
        return [*cells, *[""] * (len(COLUMNS) - len(cells))][: len(COLUMNS)]

    def _head(self) -> Problem | None:
        about = self._cells(1)
        if about[0] != MARK:
            return Problem(self._at(1, 0), _told(about[0]), MARK, "Import a workbook that qingshan sheet wrote.")
        if about[1] != self._expected.edition:
            return Problem(self._at(1, 1), f"edition {_told(about[1])}", repr(self._expected.edition),
                           "Name the edition of the sheet with --edition.")  # fmt: skip
        names = self._cells(HEAD)
        for column, name in enumerate(COLUMNS):
            if names[column] != name:
                return Problem(self._at(HEAD, column), _told(names[column]), name, "Put the columns back in order.")
        return None

    def _row(self, number: int, cells: list[str]) -> Iterator[Problem | Reply]:
        name, fixed = cells[0], cells[: len(FIXED)]
        row = self._expected.rows.get(name)
        if not name:
            yield Problem(self._at(number, 0), "no id", f"the row's {FIXED[0]}", "Put it back from the sheet sent out.")
        elif name in self._seen:
            yield Problem(
                self._at(number, 0), f"{name} again", f"it once ({self._seen[name]})", "Leave one of the rows."
            )
        elif code_of(fixed) != cells[COLUMNS.index(CODE)]:
            yield from self._altered(number, cells, row)
        elif row is None or [plain(cell) for cell in row.fixed] != fixed:
            if any(self._replies(cells)):
                remedy = "The edition has changed since: write a new sheet and ask for this row again."
                found = f"{name} as an earlier build gave it"
                yield Problem(self._at(number, 0), found, "the edition as it stands now", remedy)
        elif any(self._replies(cells)):
            yield from self._reply(number, cells, row)
        if name:
            self._seen.setdefault(name, self._at(number, 0))

    def _altered(self, number: int, cells: list[str], row: SheetRow | None) -> Iterator[Problem]:
        expected = [*map(plain, row.fixed), *cells[len(FIXED) : -1], row.code] if row else cells
        differing = [column for column in range(len(COLUMNS)) if cells[column] != expected[column]]
        remedy = "Put it back as it was sent out; a new value goes into 修改值."
        for column in differing:
            wanted = f"{_told(expected[column])} (column {COLUMNS[column]} is not to be changed)"
            yield Problem(self._at(number, column), _told(cells[column]), wanted, remedy)
        if not differing:
            yield Problem(self._at(number, 0), f"a changed row {_told(cells[0])}", "a row as it was sent out", remedy)

    def _reply(self, number: int, cells: list[str], row: SheetRow) -> Iterator[Problem | Reply]:
        opinion, value, basis, name = (visible(cell) for cell in self._replies(cells))
        first = len(FIXED)
        if not name:
            yield Problem(
                self._at(number, first + 3), "no name", "who replies (签字)", "Ask who replied, and fill it in."
            )
        if value and not basis:
            yield Problem(self._at(number, first + 2), "no 依据", f"what {_told(value)} rests on", "Ask for it.")
        if not (opinion or value):
            yield Problem(self._at(number, first), "neither 核实意见 nor 修改值", "one of them", "Ask what was meant.")
        yield Reply(row, opinion, value, basis, name, f"{self._where}, row {number}")

    def _replies(self, cells: list[str]) -> list[str]:
        return cells[len(FIXED) : len(FIXED) + len(REPLIES)]

    def _missing(self, ids: Sequence[str]) -> Iterator[Problem]:
        about = self._cells(1)
        group, count, manifest = about[2], about[3], about[4]
        if count == str(len(ids)) or (count.isdigit() and int(count) < len(ids)):
            return
        told = ""
        if manifest == self._expected.manifest:
            gone = [name for name in self._expected.groups.get(group, ()) if name not in ids]
            told = f" (missing: {', '.join(gone[:_IDS_SHOWN])}{' …' if len(gone) > _IDS_SHOWN else ''})"
        yield Problem(self._where, f"{len(ids)} rows{told}", f"{_told(count)} as sent out",
                      "Put the rows back; one that nobody answers stays empty.")  # fmt: skip

    def _at(self, number: int, column: int) -> str:
        return f"{self._where}!{column_letters(column)}{number}"


def _told(text: str) -> str:
    shown = visible(text)
    return repr(shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…") if text else "nothing"
