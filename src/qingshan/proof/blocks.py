"""Cuts a read file into what is compared: sentences of prose, and rows of tables.

Flows in: a `SourceText` of any format. Flows out: `Block`s in the order of the file, each with where a person finds it.
Running heads, page numbers and navigation are left out, as the reader set them aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qingshan.clean import CleanText, clean_text
from qingshan.model import Grid, GridCell, SourceText
from qingshan.proof.tokens import NUMBER, Token, Tokenizer, folded

_END = re.compile(r"[。；！？;!?]|\.(?=\s*[\u4e00-\u9fff]|\s+[A-Z])|\.$|\n+", re.M)
_ENDS = "。；！？.;!?"
_LINE_END = re.compile(r"(?P<dash>[-‐])?[ \t]*[\r\n]+[ \t]*")


@dataclass(frozen=True)
class Block:
    """A sentence or a row: folded text, its tokens, and its place in the file.

    Parameters
    ----------
    is_row
        A row of a table, cells apart by " | ".
    is_laid_out
        It stands on a page, where the rest of a line may stand below, among other cells.
    """

    text: str
    tokens: tuple[Token, ...]
    locator: str
    is_row: bool = False
    is_laid_out: bool = False

    @property
    def may_be_torn(self) -> bool:
        """Whether it ends without a sentence's end on a page."""
        return self.is_laid_out and self.text[-1] not in _ENDS

    @property
    def numbers(self) -> tuple[Token, ...]:
        """The numbers, in order."""
        return tuple(token for token in self.tokens if token.kind == NUMBER)


def blocks(source: SourceText, tokenizer: Tokenizer) -> tuple[Block, ...]:
    """Return every sentence and row that holds a number."""
    clean = clean_text(source.text, source.set_aside)
    found = [*_rows(source, clean), *_sentences(source, clean)]
    made = (
        Block(text, tokenizer.tokens(text), locator, is_row, locator.startswith("page "))
        for _, text, locator, is_row in sorted(found)
        if any(character.isdigit() for character in text)
    )
    return tuple(block for block in made if block.numbers)


_Found = tuple[int, str, str, bool]  # clean offset, folded text, locator, whether a row


def _rows(source: SourceText, clean: CleanText) -> Iterator[_Found]:
    for grid in source.grids:
        for row, cells in _filled(grid).items():
            texts = [folded(clean.text[slice(*clean.to_clean(cell.start, cell.end))]) for cell in cells]
            start = min(clean.to_clean(cell.start, cell.end)[0] for cell in cells)
            yield start, " | ".join(text for text in texts if text), f"{grid.name}, row {row + 1}", True


def _filled(grid: Grid) -> dict[int, list[GridCell]]:
    """Return row -> its cells from left to right; one merged downwards stands in each of its rows."""
    rows: dict[int, list[GridCell]] = {}
    for cell in grid.cells:
        for row in range(cell.row, cell.row + cell.row_span):
            if cell.end > cell.start:
                rows.setdefault(row, []).append(cell)
    return {row: sorted(cells, key=lambda cell: cell.column) for row, cells in sorted(rows.items())}


# raw slices, cut where the clean text has sentences: cleaning takes blanks out of 31 800, which here are two cells
def _sentences(source: SourceText, clean: CleanText) -> Iterator[_Found]:
    aside = [(span.start, span.end) for span in clean.set_aside]
    aside += [clean.to_clean(grid.start, grid.end) for grid in source.grids]
    at = 0
    for low, high in [*sorted(aside), (len(clean.text), len(clean.text))]:
        yield from _split(source, clean, at, low)
        at = max(at, high)


def _joined(match: re.Match[str]) -> str:
    """Return what a line's end inside a sentence becomes; a blank beside Chinese is taken out later."""
    return match["dash"] or " "


def _split(source: SourceText, clean: CleanText, low: int, high: int) -> Iterator[_Found]:
    at = low
    for end in [*(match.end() for match in _END.finditer(clean.text, low, high)), high]:
        if clean.text[at:end].strip():
            start, stop = clean.to_raw(at, min(end, len(clean.text)))
            text = folded(_LINE_END.sub(_joined, clean.raw[start:stop]))
            yield at, text, source.place(start) or f"line {clean.raw.count(chr(10), 0, start) + 1}", False
        at = end
