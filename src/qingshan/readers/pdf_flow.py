"""The text layer of a PDF: in flow its pages as laid out, out flows a `SourceText`.

Lines of one paragraph are joined, over columns and pages too. What stands between two halves of a paragraph - running
heads, footnotes, a table at the head of a page - follows it in the layer, under the place of its own page.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median_low

from qingshan.model import SourceText
from qingshan.readers.pdf_continued import rest_of
from qingshan.readers.pdf_heads import PageBlocks, find_heads
from qingshan.readers.pdf_layer import Layer
from qingshan.readers.pdf_layout import Line
from qingshan.readers.pdf_line import join_lines
from qingshan.readers.pdf_tables import Table

_OTHER_SIZE = 1.09  # type sizes that differ by more are no one paragraph
_GAP = 1.4  # of the usual distance of lines; more parts paragraphs
_INDENT = 1.2  # type sizes
_LONG = 12  # type sizes; of shorter lines it is chance that they end alike
_MOST_HELD = 400  # lines and tables that may wait for a paragraph to end

_ENDS = re.compile(r"[。！？!?；;：:]['”’」』）)\]】]*(?:\[\d{1,3}(?:[,，、–-]\d{1,3})*\])?$")
_MARK = re.compile(
    r"第[一二三四五六七八九十百\d]{1,4}[章节条部编]|[（(][一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十]{1,3}[、.．]"
    r"|\d{1,2}(?:\.\d{1,2}){0,3}[、.．)）\s](?!\d)|[①-⑳●•·■◆▪◎○★*]|[-–—]\s"
)
_CAPTION = re.compile(r"(?:续?[表图]|附[表图]|Table|Figure|Fig\.)\s*[A-Z]?\s*[\d一二三四五六七八九十]")
_BARE_MARK = re.compile(r"(\d{1,2})(?![\d.,，、%年月日])\s?")  # of a footnote, in the note's own size
_NOTE_START = re.compile(r"\d{1,2}(?![\d.,，、%年月日])|\[\d{1,2}\]|[①-⑳*＊†]|注[:：\d]|说明[:：]|数据来源|资料来源")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A line or table on its way into the layer: its page, its column's edges, and what it is.

    `more` are the parts of a table on later pages or in later columns, each with its page.
    """

    page: int
    line: Line | None = None
    table: Table | None = None
    left: float = 0.0
    right: float = 0.0
    column: tuple[int, int] = (0, 0)  # page and block: lines of one column may be compared by height
    role: str = "text"  # text, note, caption, head
    path: str = ""  # of a table's column
    more: tuple[tuple[int, Table], ...] = ()


def build(pages: Sequence[PageBlocks], *, reader: str, version: str, notes: Sequence[str] = ()) -> SourceText:
    """Return the text layer of laid out pages."""
    pieces = _with_whole_tables(list(_pieces(pages)))
    usual = _usual_distances(pieces)
    layer = Layer()
    paragraph: list[_Piece] = []
    held: list[_Piece] = []
    following = _following(pieces)
    for at, piece in enumerate(pieces):
        if piece.role == "text" and piece.line is not None:
            if not paragraph or not _goes_on(paragraph[-1], piece, usual):
                _flush(layer, paragraph, held, usual)
            paragraph.append(piece)
            continue
        after = following[at]
        is_inside = after is not None and len(held) < _MOST_HELD
        if paragraph and not (is_inside and _goes_on(paragraph[-1], pieces[after], usual)):
            _flush(layer, paragraph, held, usual)
        held.append(piece)
    _flush(layer, paragraph, held, usual)
    return SourceText(
        "".join(layer.parts), reader=reader, version=version, places=tuple(layer.places), grids=tuple(layer.grids),
        set_aside=tuple(layer.aside), notes=tuple(notes),
    )  # fmt: skip


def _flush(layer: Layer, paragraph: list[_Piece], held: list[_Piece], usual: dict[float, float]) -> None:
    if paragraph:
        _put_paragraph(layer, paragraph)
    _emit(layer, held, usual)
    paragraph.clear()
    held.clear()


# ---------------------------------------------------------------- pieces


def _pieces(pages: Sequence[PageBlocks]) -> Iterator[_Piece]:
    heads = find_heads(pages)
    edges = _usual_edges(pages, heads)
    body = _body_size(pages)
    for page, aside in zip(pages, heads, strict=True):
        above = [line for block in page.blocks for line in block.lines if line in aside]
        for line in sorted(above, key=lambda line: line.base):
            if line.base < page.height / 2:
                yield _Piece(page.number, line, role="head")
        for number, block in enumerate(page.blocks):
            if block.table is not None:
                yield _Piece(page.number, table=block.table, path=block.path)
                continue
            lines = [line for line in block.lines if line not in aside]
            if not lines:
                continue
            left, right = _edges(lines, edges.get((page.number % 2, block.path)))
            first_note = _first_note(lines, body)
            ends = _line_ends(lines, right)
            for at, line in enumerate(lines):
                role = "caption" if line.is_caption else "note" if at >= first_note else "text"
                if role == "note" and (mark := _BARE_MARK.match(line.text)):
                    line = replace(line, text=f"[{mark[1]}]{line.text[mark.end() :]}")
                yield _Piece(page.number, line, None, left, ends[at], (page.number, number), role)
        for line in sorted(above, key=lambda line: line.base):
            if line.base >= page.height / 2:
                yield _Piece(page.number, line, role="head")
        for text in page.aside:
            yield _Piece(page.number, Line(text, 0, 0, 0, 0, 0, 1), role="head")


def _with_whole_tables(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Return pieces with the tables joined that only heads stand between, over pages and columns."""
    kept: list[_Piece] = []
    open_at = None  # where the last table stands in `kept`, while nothing but heads came after it
    last = None  # its last part
    for piece in pieces:
        if piece.table is not None:
            if open_at is not None and last is not None and (rest := _continued(last, piece)) is not None:
                whole = kept[open_at]
                kept[open_at] = replace(whole, more=(*whole.more, (piece.page, rest)))
            else:
                open_at = len(kept)
                kept.append(piece)
            last = piece
            continue
        if piece.role != "head":
            open_at = None
        kept.append(piece)
    return kept


def _continued(before: _Piece, after: _Piece) -> Table | None:
    """Return what a table adds to the one before it; None where it stands below it or is another."""
    is_next = after.page == before.page + 1 or (after.page == before.page and after.path != before.path)
    if not is_next or before.table is None or after.table is None:
        return None
    return rest_of(before.table, after.table)


def _usual_edges(pages: Sequence[PageBlocks], heads: Sequence[set[Line]]) -> dict[tuple[int, str], tuple[float, float]]:
    """Return the left and right edge most lines of each column keep, on odd and on even pages."""
    lefts: dict[tuple[int, str], Counter[float]] = defaultdict(Counter)
    rights: dict[tuple[int, str], Counter[float]] = defaultdict(Counter)
    for page, aside in zip(pages, heads, strict=True):
        for block in page.blocks:
            for line in block.lines:
                if line not in aside:
                    lefts[page.number % 2, block.path][round(line.x0 / 3) * 3.0] += 1
                    rights[page.number % 2, block.path][round(line.x1 / 3) * 3.0] += 1
    return {key: (_mode(lefts[key], least=True), _mode(rights[key], least=False)) for key in lefts}


def _mode(places: Counter[float], *, least: bool) -> float:
    """Return the outermost place among those as common as a third of the commonest."""
    most = max(places.values())
    common = [place for place, count in places.items() if 3 * count >= most and count > 1] or list(places)
    return min(common) if least else max(common)


def _edges(lines: Sequence[Line], usual: tuple[float, float] | None) -> tuple[float, float]:
    left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
    if usual is not None:
        left, right = min(left, usual[0]), max(right, usual[1])
    return left, right


def _line_ends(lines: Sequence[Line], right: float) -> list[float]:
    """Return where each line could have ended: at its column's edge, or where three long lines near it end before."""
    size = median_low([line.size for line in lines])
    ends = Counter(round(line.x1 / size * 2) for line in lines if line.x1 - line.x0 > _LONG * line.size)
    found = []
    for at, line in enumerate(lines):
        near = {round(other.x1 / size * 2) for other in lines[max(0, at - 3) : at + 4]}
        edges = [e * size / 2 for e in near if ends[e] >= 3 and e * size / 2 > line.x1 - 0.5 * size]
        found.append(min([*edges, right]))
    return found


def _body_size(pages: Sequence[PageBlocks]) -> float:
    sizes: Counter[float] = Counter()
    for page in pages:
        for block in page.blocks:
            for line in block.lines:
                sizes[round(line.size, 1)] += len(line.text)
    return max(sizes, key=lambda size: (sizes[size], size), default=0.0)


def _first_note(lines: Sequence[Line], body: float) -> int:
    """Return where the footnotes of a column begin: its last lines in a smaller type, from the first note mark on."""
    at = len(lines)
    while at and lines[at - 1].size < 0.95 * body:
        at -= 1
    while at < len(lines) and not _NOTE_START.match(lines[at].text):
        at += 1
    return at


def _usual_distances(pieces: Sequence[_Piece]) -> dict[float, float]:
    """Return, for each type size, the usual distance of two lines of one column."""
    distances: dict[float, list[float]] = defaultdict(list)
    for before, after in pairwise(pieces):
        if before.line and after.line and before.column == after.column and before.role == after.role != "head":
            distance = after.line.base - before.line.base
            if 0 < distance < 4 * after.line.size:
                distances[round(after.line.size)].append(distance)
    return {size: median_low(found) for size, found in distances.items()}


def _following(pieces: Sequence[_Piece]) -> list[int | None]:
    """Return, for each piece, the next line of running text after it."""
    following: list[int | None] = [None] * len(pieces)
    after: int | None = None
    for at in range(len(pieces) - 1, -1, -1):
        following[at] = after
        if pieces[at].role == "text" and pieces[at].line is not None:
            after = at
    return following


# ---------------------------------------------------------------- paragraphs


def _goes_on(before: _Piece, after: _Piece, usual: dict[float, float]) -> bool:
    """Whether two lines that follow each other are of one paragraph."""
    one, two = before.line, after.line
    if one is None or two is None or before.role != after.role or after.page - before.page > 1:
        return False
    if one.is_parted or two.is_parted:
        return False
    size = max(one.size, two.size)
    if size > _OTHER_SIZE * min(one.size, two.size):
        return False
    is_ended = _ENDS.search(one.text) is not None
    if before.column == after.column:
        distance = two.base - one.base
        if not 0 < distance <= _GAP * usual.get(round(two.size), 2 * size):
            return False
    elif is_ended and before.role == "text" and before.right - one.x1 > 0.5 * size:
        return False
    is_short = before.right - one.x1 > two.first + 1.2 * size
    if is_short or (is_ended and _MARK.match(two.text)):
        return False
    indent, before_indent = two.x0 - after.left, one.x0 - before.left
    if indent >= _INDENT * size:
        is_hanging = _MARK.match(one.text) is not None and indent > before_indent
        is_block = abs(indent - before_indent) < 0.5 * size
        return (is_hanging or is_block) and not is_ended
    return not _CAPTION.match(two.text) or not is_ended


def _put_paragraph(layer: Layer, pieces: Sequence[_Piece]) -> None:
    """Write the lines of one paragraph and a line end."""
    last = ""
    page = 0
    for piece in pieces:
        if piece.line is None:
            continue
        text = piece.line.text
        layer.put(join_lines(last, text)[: -len(text) or None] if last else "")
        if piece.page != page:
            layer.go_to(piece.page)
            page = piece.page
        last = text
    layer.put(last + "\n")


def _emit(layer: Layer, pieces: Sequence[_Piece], usual: dict[float, float]) -> None:
    """Write what is no running text: footnotes, titles of tables, tables, heads."""
    note: list[_Piece] = []
    for piece in pieces:
        is_more = note and piece.role == "note" and _goes_on(note[-1], piece, usual)
        starts = piece.line is not None and _NOTE_START.match(piece.line.text)
        if note and (not is_more or starts):
            _put_paragraph(layer, note)
            note.clear()
        if piece.role == "note":
            note.append(piece)
        elif piece.table is not None:
            layer.put_table([(piece.page, piece.table), *piece.more])
        elif piece.line is not None:
            layer.go_to(piece.page)
            start = layer.length
            layer.put(piece.line.text + "\n")
            if piece.role == "head":
                layer.aside.append((start, layer.length - 1))
            elif piece.line.text.startswith(("表", "续表", "附表", "Table")):
                layer.caption = (start, layer.length - 1, piece.page)
    if note:
        _put_paragraph(layer, note)
