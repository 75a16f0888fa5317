"""What touches the PDF library: in flows a PDF, out flow its pages' glyphs and ruled lines, then the text layer.

Runs as a process of its own (`python -m qingshan.readers.pdf_worker`), PDF on standard input and JSON on standard
output, for a hostile file may crash or hang the library, which is written in C++: the reader then tells of it, and
lives. Page by page, each freed before the next.
"""

from __future__ import annotations

import ctypes
import dataclasses
import json
import math
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from qingshan.model import SourceText
from qingshan.readers.pdf_flow import build
from qingshan.readers.pdf_heads import PageBlocks
from qingshan.readers.pdf_layout import lay_out
from qingshan.readers.pdf_line import Glyph
from qingshan.readers.pdf_tables import Rule

MAX_PAGES = 3_000
MAX_CHARACTERS = 8_000_000
MAX_PAGE_CHARACTERS = 100_000
MAX_MEMORY = 2 << 30  # bytes of address space
MAX_PAGE_SECONDS = 30

_MOST_SEGMENTS = 60_000  # of a page's drawings; more is a map
_MOST_OBJECT_SEGMENTS = 6_000
_MOST_OBJECTS = 60_000
_DEEPEST_FORM = 8
_ASCENT, _DESCENT = 0.88, 0.12  # of the type size, as Chinese fonts have them: fonts' own numbers differ too much
_STRAIGHT = 0.6  # points a ruled line may lean
_FEW_GLYPHS = 20  # on a page that a picture fills: a stamp, no text
_PICTURE = 0.6  # of a page's area
_UNREAD = 0.2  # of all characters; more is no reading


class Refused(Exception):
    """The file cannot be read: what was found, what was expected, what to do."""


@dataclass
class _Page:
    """What one page holds: glyphs by the quarter turn they are read at, ruled lines in the page's own coordinates."""

    box: tuple[float, float, float, float]
    turns: dict[int, list[Glyph]] = field(default_factory=dict)
    rules: list[tuple[float, float, float, float]] = field(default_factory=list)
    slanted: list[str] = field(default_factory=list)
    picture: float = 0.0
    drawings: int = 0
    unread: int = 0
    glyphs: int = 0
    hidden: int = 0


# ---------------------------------------------------------------- the document


def read(data: bytes) -> SourceText:
    """Return the text layer of a PDF.

    Raises
    ------
    Refused
        Encrypted, damaged, too large, or without text.
    """
    import pypdfium2

    document = _open(data)
    try:
        count = len(document)
        if not count:
            raise Refused("a PDF without pages", "pages with text", "Save the document as PDF again.")
        if count > MAX_PAGES:
            raise Refused(f"{count} pages", f"at most {MAX_PAGES}", "Split the PDF and give the parts.")
        pages: list[PageBlocks] = []
        said = _Said()
        for number in range(1, count + 1):
            print(number, file=sys.stderr, flush=True)  # names the page if the library dies of it
            _limit_page()
            pages.append(_lay_out(_read_page(document, number), number, said))
    finally:
        document.close()
    said.refuse(count)
    layer = build(pages, reader="pypdfium2", version=pypdfium2.version.PYPDFIUM_INFO.version, notes=said.notes())
    return layer


def _open(data: bytes) -> Any:
    import pypdfium2
    import pypdfium2.raw as raw

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD or "assword" in str(error):
            raise Refused("an encrypted PDF", "one that opens without a password",
                          "Save it without password protection.") from error  # fmt: skip
        if "ecurity" in str(error):
            raise Refused("a PDF protected in a way that is not supported", "one without protection",
                          "Print it to PDF without protection.") from error  # fmt: skip
        raise Refused("a damaged PDF, or a file that is none", "a whole PDF file",
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
            what = "pictures" if self.bare else "drawings" if self.drawn else "nothing"
            raise Refused(f"no text layer: its {count} page(s) hold {what} only", "a PDF with text",
                          "Run OCR on it and give the PDF with text, or give the text itself.")  # fmt: skip
        if self.unread_glyphs > _UNREAD * self.glyphs:
            raise Refused(f"{self.unread_glyphs} of {self.glyphs} characters that the file's fonts do not name",
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


def _lay_out(page: _Page, number: int, said: _Said) -> PageBlocks:
    said.glyphs += page.glyphs
    if said.glyphs > MAX_CHARACTERS:
        raise Refused(f"more than {MAX_CHARACTERS} characters", "fewer", "Split the PDF and give the parts.")
    if page.picture > _PICTURE and page.glyphs < _FEW_GLYPHS:
        said.bare.append(number)
    elif not page.glyphs and (page.picture or page.drawings > 50):
        (said.bare if page.picture else said.drawn).append(number)
    if page.picture > _PICTURE and 2 * page.hidden > page.glyphs > 0:
        said.hidden.append(number)
    if page.unread:
        said.unread.append(number)
        said.unread_glyphs += page.unread
    blocks = []
    height = page.box[3] - page.box[1]
    # the way most of the page is read comes first; a table turned on its side follows
    for turn in sorted(page.turns, key=lambda turn: (-len(page.turns[turn]), turn)):
        rules = [_turned_rule(rule, turn, page.box) for rule in page.rules]
        found = lay_out(page.turns[turn], rules)
        if not blocks and turn % 2:
            height = page.box[2] - page.box[0]
        blocks += found.blocks
        if found.is_doubtful and number not in said.doubtful:
            said.doubtful.append(number)
    return PageBlocks(number, height, tuple(blocks), tuple(page.slanted))


# ---------------------------------------------------------------- a page


def _read_page(document: Any, number: int) -> _Page:
    import pypdfium2

    try:
        page = document[number - 1]
    except pypdfium2.PdfiumError as error:
        raise Refused(f"a page {number} that cannot be read", "a whole PDF file",
                      "The file is damaged: get it again, or save it from a PDF viewer.") from error  # fmt: skip
    try:
        text = page.get_textpage()
        try:
            found = _Page(page.get_bbox())
            count = text.count_chars()
            if count > MAX_PAGE_CHARACTERS:
                raise Refused(f"{count} characters on page {number}", f"at most {MAX_PAGE_CHARACTERS}",
                              "Leave that page out.")  # fmt: skip
            _read_glyphs(text, count, found)
            _read_objects(page, found)
            if found.picture > _PICTURE:
                found.hidden = _count_hidden(text, count)
        finally:
            text.close()
    finally:
        page.close()
    return found


def _read_glyphs(text: Any, count: int, page: _Page) -> None:
    """Read the characters of a page with their boxes; blanks only mark the glyph after them."""
    import pypdfium2.raw as raw

    handle = text.raw
    matrix = raw.FS_MATRIX()
    matrix_of, size_of = raw.FPDFText_GetMatrix, raw.FPDFText_GetFontSize
    box, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    unicode_of, box_of, origin_of = raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox, raw.FPDFText_GetCharOrigin
    angle_of, generated, unmapped = raw.FPDFText_GetCharAngle, raw.FPDFText_IsGenerated, raw.FPDFText_HasUnicodeMapError
    left, bottom, right, top = page.box
    spaced = False
    half = 0
    slanted: list[str] = []
    for at in range(count):
        code = unicode_of(handle, at)
        if code <= 0x20 or code in (0xA0, 0x3000, 0x200B, 0xFEFF) or 0x2000 <= code <= 0x200A:
            spaced = spaced or not generated(handle, at)
            continue
        if 0xD800 <= code < 0xE000:  # half of a character beyond U+FFFF
            if code < 0xDC00:
                half = code
                continue
            code = 0x10000 + ((half - 0xD800) << 10) + (code - 0xDC00) if half else 0xFFFD
        half = 0
        if code in (0xFFFE, 0x02):
            code = 0x2D  # the library's mark for a hyphen at a line's end
        is_unread = unmapped(handle, at) == 1 or code == 0xFFFD or 0xE000 <= code <= 0xF8FF or code > 0x10FFFF
        page.unread += is_unread
        box_of(handle, at, box)
        origin_of(handle, at, x, y)
        if not (left - 1 <= x.value <= right + 1 and bottom - 1 <= y.value <= top + 1) or math.isnan(box.left):
            continue  # outside what is shown
        turn = angle_of(handle, at) / (math.pi / 2)
        quarter = round(turn) % 4
        page.glyphs += 1
        char = "\ufffd" if is_unread else chr(code)
        if abs(turn - round(turn)) > 0.05:
            slanted.append(char)
            continue
        matrix_of(handle, at, matrix)
        size = size_of(handle, at) * math.hypot(matrix.c, matrix.d)
        x0, _, x1, _ = _turned((box.left, box.bottom, box.right, box.top), quarter, page.box)
        base = _turned((x.value, y.value, x.value, y.value), quarter, page.box)[1]
        size = size if 0.5 < size < 2000 else max(x1 - x0, 0.5)
        held = page.turns.setdefault(quarter, [])
        if held and (held[-1].x0, held[-1].x1, held[-1].base) == (x0, x1, base) and held[-1].text != char:
            whole = held.pop()  # two letters of one glyph
            char, spaced = whole.text + char, whole.spaced
        held.append(Glyph(char, x0, x1, base - _ASCENT * size, base + _DESCENT * size, base, size, spaced))
        spaced = False
    if slanted:
        page.slanted.append("".join(slanted))


def _turned(
    box: tuple[float, float, float, float], quarter: int, page: tuple[float, float, float, float]
) -> tuple[float, float, float, float]:
    """Return a box (left, bottom, right, top) as x0, top, x1, bottom of the page turned so that its text is upright."""
    left, bottom, right, top = page
    if quarter == 0:
        return box[0] - left, top - box[3], box[2] - left, top - box[1]
    if quarter == 1:
        return top - box[3], right - box[2], top - box[1], right - box[0]
    if quarter == 2:
        return right - box[2], box[1] - bottom, right - box[0], box[3] - bottom
    return box[1] - bottom, box[0] - left, box[3] - bottom, box[2] - left


def _turned_rule(
    rule: tuple[float, float, float, float], quarter: int, page: tuple[float, float, float, float]
) -> Rule:
    return Rule(*_turned(rule, quarter, page))


def _count_hidden(text: Any, count: int) -> int:
    """Return how many characters are printed invisibly, as OCR puts them behind the picture of a page."""
    import pypdfium2.raw as raw

    step = max(1, count // 50)
    places = range(0, count, step)
    modes = Counter(
        raw.FPDFTextObj_GetTextRenderMode(found) for at in places if (found := raw.FPDFText_GetTextObject(text.raw, at))
    )
    return modes[raw.FPDF_TEXTRENDERMODE_INVISIBLE] * step


# ---------------------------------------------------------------- drawings


def _read_objects(page: Any, found: _Page) -> None:
    """Read the ruled lines and pictures of a page, those inside its forms too."""
    import pypdfium2.raw as raw

    width, height = found.box[2] - found.box[0], found.box[3] - found.box[1]
    area = max(width * height, 1.0)
    segments = 0
    rects: set[tuple[float, float, float, float]] = set()
    for number, (item, kind, matrix) in enumerate(_objects(page.raw)):
        if number > _MOST_OBJECTS or segments > _MOST_SEGMENTS:
            break
        if kind == raw.FPDF_PAGEOBJ_IMAGE:
            found.picture += _image_area(item, matrix) / area
        elif kind == raw.FPDF_PAGEOBJ_PATH:
            found.drawings += 1
            count = raw.FPDFPath_CountSegments(item)
            if 2 <= count <= _MOST_OBJECT_SEGMENTS:
                segments += count
                rects.update(_path_rules(item, count, matrix))
    found.rules = sorted(rects)


def _objects(page: Any) -> Iterator[tuple[Any, int, tuple[float, ...]]]:
    """Yield every object of a page with its kind and the matrix that puts it on the page."""
    import pypdfium2.raw as raw

    def walk(count: int, item_at: Any, outer: tuple[float, ...], depth: int) -> Iterator[Any]:
        for at in range(count):
            item = item_at(at)
            if not item:
                continue
            kind = raw.FPDFPageObj_GetType(item)
            own = raw.FS_MATRIX()
            raw.FPDFPageObj_GetMatrix(item, own)
            matrix = _times((own.a, own.b, own.c, own.d, own.e, own.f), outer)
            if kind == raw.FPDF_PAGEOBJ_FORM:
                if depth < _DEEPEST_FORM:
                    yield from walk(
                        max(0, raw.FPDFFormObj_CountObjects(item)),
                        lambda n, form=item: raw.FPDFFormObj_GetObject(form, n),
                        matrix,
                        depth + 1,
                    )
            elif kind != raw.FPDF_PAGEOBJ_TEXT:
                yield item, kind, matrix

    one = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    yield from walk(raw.FPDFPage_CountObjects(page), lambda n: raw.FPDFPage_GetObject(page, n), one, 0)


def _times(a: tuple[float, ...], b: tuple[float, ...]) -> tuple[float, ...]:
    return (
        a[0] * b[0] + a[1] * b[2],
        a[0] * b[1] + a[1] * b[3],
        a[2] * b[0] + a[3] * b[2],
        a[2] * b[1] + a[3] * b[3],
        a[4] * b[0] + a[5] * b[2] + b[4],
        a[4] * b[1] + a[5] * b[3] + b[5],
    )


def _image_area(item: Any, matrix: tuple[float, ...]) -> float:
    return abs(matrix[0] * matrix[3] - matrix[1] * matrix[2])


def _path_rules(item: Any, count: int, matrix: tuple[float, ...]) -> Iterator[tuple[float, float, float, float]]:
    """Yield the level and upright stretches of a path as boxes; a filled box as thin as a line is one line."""
    import pypdfium2.raw as raw

    x, y = ctypes.c_float(), ctypes.c_float()
    shape: list[tuple[float, float]] = []
    curved = False
    for at in range(count + 1):
        kind = raw.FPDF_SEGMENT_MOVETO
        if at < count:
            segment = raw.FPDFPath_GetPathSegment(item, at)
            kind = raw.FPDFPathSegment_GetType(segment)
            raw.FPDFPathSegment_GetPoint(segment, x, y)
        if kind == raw.FPDF_SEGMENT_MOVETO:
            if len(shape) > 1 and not curved:
                yield from _shape_rules(shape)
            shape, curved = [], False
        curved = curved or kind == raw.FPDF_SEGMENT_BEZIERTO
        if at < count:
            point = (
                matrix[0] * x.value + matrix[2] * y.value + matrix[4],
                matrix[1] * x.value + matrix[3] * y.value + matrix[5],
            )
            shape.append(point)
            if raw.FPDFPathSegment_GetClose(segment) and len(shape) > 2:
                shape.append(shape[0])


def _shape_rules(shape: list[tuple[float, float]]) -> Iterator[tuple[float, float, float, float]]:
    left, right = min(x for x, _ in shape), max(x for x, _ in shape)
    bottom, top = min(y for _, y in shape), max(y for _, y in shape)
    if not all(math.isfinite(value) and abs(value) < 1e6 for value in (left, right, bottom, top)):
        return
    if len(shape) > 2 and min(right - left, top - bottom) < 3.0:
        if right - left > top - bottom:
            bottom = top = (bottom + top) / 2
        else:
            left = right = (left + right) / 2
        yield left, bottom, right, top
        return
    for (x0, y0), (x1, y1) in zip(shape, shape[1:], strict=False):
        if abs(y1 - y0) <= _STRAIGHT and abs(x1 - x0) > 3:
            yield min(x0, x1), (y0 + y1) / 2, max(x0, x1), (y0 + y1) / 2
        elif abs(x1 - x0) <= _STRAIGHT and abs(y1 - y0) > 3:
            yield (x0 + x1) / 2, min(y0, y1), (x0 + x1) / 2, max(y0, y1)


# ---------------------------------------------------------------- the process


def main() -> None:
    """Read a PDF from standard input and write its text layer, or why there is none, as JSON."""
    _limit_memory()
    try:
        answer: dict[str, Any] = {"layer": dataclasses.asdict(read(sys.stdin.buffer.read()))}
    except Refused as refused:
        answer = {"refused": refused.args}
    except MemoryError:
        answer = {"refused": (f"a PDF that takes more than {MAX_MEMORY >> 30} GB of memory to read", "less",
                              "Split the PDF, or save it again from a PDF viewer.")}  # fmt: skip
    sys.stdout.write(json.dumps(answer))


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
