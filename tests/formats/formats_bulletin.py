"""The bulletin of 80 figures: read from its one file, as blocks that any writer can write and as rows that judge."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

PATH = Path(__file__).with_name("bulletin.yml")
MARK = re.compile(r"\[\[(.+?)\]\]")
_HIGH = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
PIECES = re.compile(r"~(.+?)~|\^(.+?)\^")


@dataclass(frozen=True)
class Cell:
    """One cell of a table, at its first row and column; text with marks for what stands low or high."""

    row: int
    column: int
    text: str
    down: int = 1
    across: int = 1


@dataclass(frozen=True)
class Table:
    cells: tuple[Cell, ...]
    rows: int
    columns: int
    heads: int


@dataclass(frozen=True)
class Block:
    """`kind` is title, heading, caption, text or table."""

    kind: str
    text: str = ""
    table: Table | None = None


@dataclass(frozen=True)
class Bulletin:
    year: str
    area: str
    blocks: tuple[Block, ...]
    figures: tuple[dict, ...]


def pieces(text: str) -> list[tuple[str, str]]:
    """Return a text cut where it stands low or high: ("", "PM"), ("low", "2.5"), ("high", "3")."""
    found, at = [], 0
    for mark in PIECES.finditer(text):
        found += [("", text[at : mark.start()]), ("low", mark[1]) if mark[1] else ("high", mark[2])]
        at = mark.end()
    return [piece for piece in (*found, ("", text[at:])) if piece[1]]


def plain(text: str) -> str:
    """Return a text as a file without type sizes shows it: 10⁴, PM2.5, m3."""
    shown = ""
    for how, piece in pieces(text):
        shown += piece.translate(_HIGH) if how == "high" and shown.endswith("×10") else piece
    return shown


def load(path: Path = PATH) -> Bulletin:
    """Read the bulletin; every row says all its fields, and its `text` as a plain text shows it."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    blocks, rows = [], []
    for block in data["blocks"]:
        if "table" in block:
            table = _table(block["table"])
            blocks.append(Block("table", table=table))
            rows += _of_table(block["table"], table)
            continue
        ((kind, text),) = [(key, block[key]) for key in ("title", "heading", "caption", "text") if key in block]
        text = re.sub(r"(?<=[。；，：、\]])\s+", "", text)  # where YAML folded a line
        shown = [plain(mark) for mark in MARK.findall(text)]
        rows += [{"text": one} | row for one, row in zip(shown, block.get("figures", []), strict=True)]
        blocks.append(Block(kind, MARK.sub(r"\1", text)))
    rows = [data["defaults"] | row for row in rows]
    return Bulletin(data["year"], data["area"], tuple(blocks), tuple(rows))


def _table(data: dict) -> Table:
    lines = [*data["head"], *data["rows"]]
    taken: set[tuple[int, int]] = set()
    cells = []
    for row, line in enumerate(lines):
        column = 0
        for one in line:
            while (row, column) in taken:
                column += 1
            cell = Cell(row, column, **one) if isinstance(one, dict) else Cell(row, column, one)
            cells.append(cell)
            taken |= {(row + y, column + x) for y in range(cell.down) for x in range(cell.across)}
            column += cell.across
    return Table(tuple(cells), len(lines), 1 + max(column for _, column in taken), len(data["head"]))


def _of_table(data: dict, table: Table) -> list[dict]:
    """Return the rows of a table's figures in reading order, from what is said of its columns and of its cells."""
    said = {(one["row"], one["column"]): one for one in data.get("cells", ())}
    rows = []
    for cell in table.cells:
        at = (cell.row - table.heads, cell.column)
        column = data.get("columns", {}).get(cell.column, {})
        if at[0] < 0 or not (column or at in said):
            continue
        row = {"text": cell.text, "value": float(cell.text.replace(",", ""))} | column | said.get(at, {})
        if data.get("rows_are") == "region":
            row["region"] = data["rows"][at[0]][0]
        rows.append({key: value for key, value in row.items() if key not in ("row", "column")})
    return rows
