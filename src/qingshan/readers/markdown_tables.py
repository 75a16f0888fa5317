"""The tables of Markdown text: in flows the text, out flow its pipe tables, with raw spans into it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qingshan.model import Grid, GridCell

_ALIGNMENT = re.compile(r"\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_COMMENT = re.compile(r"<!--(?:(?!-->).)*+-->", re.DOTALL)
_HEAD_MATTER = re.compile(r"\ufeff?---[ \t]*\r?\n(?:(?!---[ \t]*\r?\n)[^\n]{0,500}\n){1,60}---[ \t]*(?=\r?\n)")
_LINK = re.compile(r"^ {0,3}\[[^\]\n]{1,80}\]:[ \t]*<?(?:https?://|mailto:|[./#])[^\n]*", re.M)
_PIPE = re.compile(r"\\.|\|")
_MARKS = ("**", "__", "*", "_", "`")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")

_Line = tuple[int, int, int]  # number from 1, raw span without line end


def find_pipe_tables(text: str) -> tuple[Grid, ...]:
    """Return the pipe tables of a text: heads are marked, the row of dashes below them is dropped.

    A table ends at a line without a bar. What stands between fences is code and holds none. Marks of emphasis around a
    whole cell are outside its span.
    """
    tables = [rows for rows in _tables(text) if len(rows) > 1]
    return tuple(
        Grid(rows[0][1], rows[-1][2], f"table {count}" if len(tables) > 1 else "table", tuple(_cells(text, rows)))
        for count, rows in enumerate(tables, 1)
    )


def find_unseen(text: str) -> tuple[tuple[int, int], ...]:
    """Return the raw spans of what no one sees who reads the page: its head matter, comments, where links lead to."""
    head = _HEAD_MATTER.match(text)
    start = head.end() if head else 0
    found = (match.span() for pattern in (_COMMENT, _LINK) for match in pattern.finditer(text, start))
    spans = [head.span()] if head else []
    for span in sorted(found):
        if not spans or span[0] >= spans[-1][1]:
            spans.append(span)
    return tuple(spans)


def _tables(text: str) -> Iterator[list[_Line]]:
    """Yield the lines of each table: its head, then its rows."""
    rows: list[_Line] = []
    before: _Line | None = None
    fence = ""
    for line in _lines(text):
        written = text[line[1] : line[2]]
        mark = _FENCE.match(written)
        if fence or mark:
            if mark and (not fence or mark[1].startswith(fence)):
                fence = "" if fence else mark[1]
            is_row, before = False, None
        else:
            is_row = "|" in written
        if rows and is_row:
            rows.append(line)
            continue
        if rows:
            yield rows
            rows = []
        if is_row and before and _ALIGNMENT.fullmatch(written) and _is_head(text, before, line):
            rows, before = [before], None
        else:
            before = line if is_row else None
    if rows:
        yield rows


def _is_head(text: str, head: _Line, dashes: _Line) -> bool:
    count = len(_split(text, dashes))
    return count > 1 and len(_split(text, head)) == count


def _lines(text: str) -> Iterator[_Line]:
    start = 1 if text.startswith("\ufeff") else 0
    number = 0
    while start < len(text):
        number += 1
        match = _LINE.match(text, start)
        yield number, start, start + len(match[0].rstrip("\r\n"))
        start = match.end()


def _cells(text: str, rows: list[_Line]) -> Iterator[GridCell]:
    for row, line in enumerate(rows):
        for column, (start, end) in enumerate(_split(text, line)):
            name = f"line {line[0]}, column {column + 1}"
            yield GridCell(row, column, *_bare(text, start, end), is_header=row == 0, name=name)


def _split(text: str, line: _Line) -> list[tuple[int, int]]:
    """Return the raw spans between the bars of a line; a bar after a backslash divides nothing."""
    _, start, end = line
    written = text[start:end]
    start += len(written) - len(written.lstrip())
    end = start + len(written.strip())
    start += text.startswith("|", start)
    spans = []
    for match in _PIPE.finditer(text, start, end):
        if match[0] == "|":
            spans.append((start, match.start()))
            start = match.end()
    if text[start:end].strip():
        spans.append((start, end))
    return spans


def _bare(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a cell's span without the spaces and the marks of emphasis around it."""
    written = text[start:end]
    start += len(written) - len(written.lstrip())
    written = written.strip()
    for mark in _MARKS:
        inner = written[len(mark) : -len(mark)]
        if len(written) > 2 * len(mark) and written == mark + inner + mark and mark[0] not in inner:
            return _bare(text, start + len(mark), start + len(mark) + len(inner))
    return start, start + len(written)
