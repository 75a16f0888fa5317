"""What touches the PDF library: in flows a PDF, out flow its pages' glyphs and ruled lines, then the text layer.

Runs as a process of its own (`python -m qingshan.readers.pdf_worker`), PDF on standard input and JSON on standard
output, for a hostile file may crash or hang the library, which is written in C++: the reader then tells of it, and
lives. Page by page, each freed before the next.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from dataclasses import dataclass, field
from typing import Any

from qingshan.model import SourceText
from qingshan.readers.pdf_flow import build
from qingshan.readers.pdf_heads import PageBlocks
from qingshan.readers.pdf_layout import lay_out
from qingshan.readers.pdf_pages import PICTURE, Page, RefusedError, read_page, turned_rule

MAX_PAGES = 3_000
MAX_CHARACTERS = 8_000_000
MAX_MEMORY = 1 << 30  # bytes of address space, and the file twice over
MAX_PAGE_SECONDS = 30
_FEW_GLYPHS = 20  # on a page that a picture fills: a stamp, no text
_UNREAD = 0.2  # of all characters; more is no reading


# ---------------------------------------------------------------- the document


def read(data: bytes) -> SourceText:
    """Return the text layer of a PDF.

    Raises
    ------
    RefusedError
        Encrypted, damaged, too large, or without text.
    """
    import pypdfium2

    document = _open(data)
    try:
        count = len(document)
        if not count:
            raise RefusedError("a PDF without pages", "pages with text", "Save the document as PDF again.")
        if count > MAX_PAGES:
            raise RefusedError(f"{count} pages", f"at most {MAX_PAGES}", "Split the PDF and give the parts.")
        pages: list[PageBlocks] = []
        said = _Said()
        for number in range(1, count + 1):
            print(number, file=sys.stderr, flush=True)  # names the page if the library dies of it
            _limit_page()
            pages.append(_lay_out(read_page(document, number), number, said))
    finally:
        document.close()
    said.refuse(count)
    return build(pages, reader="pypdfium2", version=pypdfium2.version.PYPDFIUM_INFO.version, notes=said.notes())


def _open(data: bytes) -> Any:
    import pypdfium2
    import pypdfium2.raw as raw

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD or "assword" in str(error):
            raise RefusedError("an encrypted PDF", "one that opens without a password",
                          "Save it without password protection.") from error  # fmt: skip
        if "ecurity" in str(error):
            raise RefusedError("a PDF protected in a way that is not supported", "one without protection",
                          "Print it to PDF without protection.") from error  # fmt: skip
        raise RefusedError("a damaged PDF, or a file that is none", "a whole PDF file",
                      "Get the file again, or open it in a PDF viewer and save it.") from error  # fmt: skip


def _limit_page() -> None:
    """Let the system end this process when one page takes too long: the library does not hear of exceptions."""
    import signal

    if hasattr(signal, "alarm"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(MAX_PAGE_SECONDS)


@dataclass
class _Said:
    """What the pages make worth saying."""

    bare: list[int] = field(default_factory=list)
    drawn: list[int] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)
    doubtful: list[int] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)
    unread_glyphs: int = 0
    glyphs: int = 0

    def refuse(self, count: int) -> None:
        if len(self.bare) + len(self.drawn) == count or not self.glyphs:
            what = "only pictures" if self.bare else "only drawings" if self.drawn else "nothing that can be read"
            raise RefusedError(f"no text layer: its {count} page(s) hold {what}", "a PDF with text",
                          "Run OCR on it and give the PDF with text, or give the text itself.")  # fmt: skip
        if self.unread_glyphs > _UNREAD * self.glyphs:
            raise RefusedError(f"{self.unread_glyphs} of {self.glyphs} characters that the file's fonts do not name",
                          "text that can be copied from the PDF",
                          "Print it to PDF from its first program, or run OCR on it.")  # fmt: skip

    def notes(self) -> list[str]:
        found = [
            (self.bare, "no text but a picture: run OCR on it if it holds figures"),
            (self.drawn, "no text but drawings: its letters may be drawn as shapes"),
            (self.hidden, "text recognised from a picture (OCR): its digits may be wrong"),
            (self.doubtful, "lines with wide gaps: columns may have been read across"),
            (self.unread, "characters that the file's fonts do not name; they stand as U+FFFD"),
        ]
        return [f"{_page_list(pages)}: {what}" for pages, what in found if pages]


def _page_list(pages: list[int]) -> str:
    """Return page numbers as people write them: "pages 3-5, 9"."""
    spans: list[list[int]] = []
    for page in pages:
        if spans and page == spans[-1][1] + 1:
            spans[-1][1] = page
        else:
            spans.append([page, page])
    shown = [f"{a}" if a == b else f"{a}–{b}" for a, b in spans[:20]]
    more = ", …" if len(spans) > 20 else ""
    return f"page{'s' if len(pages) > 1 else ''} {', '.join(shown)}{more}"


def _lay_out(page: Page, number: int, said: _Said) -> PageBlocks:
    said.glyphs += page.glyphs
    if said.glyphs > MAX_CHARACTERS:
        raise RefusedError(f"more than {MAX_CHARACTERS} characters", "fewer", "Split the PDF and give the parts.")
    if page.picture > PICTURE and page.glyphs < _FEW_GLYPHS:
        said.bare.append(number)
    elif not page.glyphs and (page.picture or page.drawings > 50):
        (said.bare if page.picture else said.drawn).append(number)
    if page.picture > PICTURE and 2 * page.hidden > page.glyphs > 0:
        said.hidden.append(number)
    if page.unread:
        said.unread.append(number)
        said.unread_glyphs += page.unread
    blocks = []
    height = page.box[3] - page.box[1]
    # the way most of the page is read comes first; a table turned on its side follows
    for turn in sorted(page.turns, key=lambda turn: (-len(page.turns[turn]), turn)):
        rules = [turned_rule(rule, turn, page.box) for rule in page.rules]
        found = lay_out(page.turns[turn], rules)
        if not blocks and turn % 2:
            height = page.box[2] - page.box[0]
        blocks += found.blocks
        if found.is_doubtful and number not in said.doubtful:
            said.doubtful.append(number)
    return PageBlocks(number, height, tuple(blocks), tuple(page.slanted))


# ---------------------------------------------------------------- the process


def main() -> None:
    """Read a PDF from standard input and write its text layer, or why there is none, as JSON."""
    data = sys.stdin.buffer.read()
    _limit_memory(2 * len(data))
    try:
        answer: dict[str, Any] = {"layer": dataclasses.asdict(read(data))}
    except RefusedError as refused:
        answer = {"refused": refused.args}
    except MemoryError:
        answer = {"refused": (f"a PDF that takes more than {MAX_MEMORY >> 30} GB of memory to read", "less",
                              "Split the PDF, or save it again from a PDF viewer.")}  # fmt: skip
    sys.stdout.write(json.dumps(answer))


def _limit_memory(more: int) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY + more, MAX_MEMORY + more))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
