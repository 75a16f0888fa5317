"""One page of a PDF: in flows the library's page, out flow its glyphs with their boxes and its ruled lines.

The only module, with `pdf_worker`, that touches the library; whatever a page declares, what is read of it is counted.
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from qingshan.readers.pdf_line import Glyph
from qingshan.readers.pdf_tables import Rule

MAX_PAGE_CHARACTERS = 100_000
_MOST_SEGMENTS = 60_000  # of a page's drawings; more is a map
_MOST_OBJECT_SEGMENTS = 6_000
_MOST_OBJECTS = 60_000
_DEEPEST_FORM = 8
_ASCENT, _DESCENT = 0.88, 0.12  # of the type size, as Chinese fonts have them: fonts' own numbers differ too much
_LINE_END_HYPHEN = 0x02  # the library's mark for a hyphen that parts a word at a line's end; no blank
_STRAIGHT = 0.6  # points a ruled line may lean
PICTURE = 0.6  # of a page's area: more is a picture of a page


class RefusedError(Exception):
    """The file cannot be read: what was found, what was expected, what to do."""


@dataclass
class Page:
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


# ---------------------------------------------------------------- a page


def read_page(document: Any, number: int) -> Page:
    """Return what page `number`, counted from 1, of an open document holds."""
    import pypdfium2

    try:
        page = document[number - 1]
    except pypdfium2.PdfiumError as error:
        raise RefusedError(f"a page {number} that cannot be read", "a whole PDF file",
                      "The file is damaged: get it again, or save it from a PDF viewer.") from error  # fmt: skip
    try:
        text = page.get_textpage()
        try:
            found = Page(page.get_bbox())
            count = text.count_chars()
            if count > MAX_PAGE_CHARACTERS:
                raise RefusedError(f"{count} characters on page {number}", f"at most {MAX_PAGE_CHARACTERS}",
                              "Leave that page out.")  # fmt: skip
            _read_glyphs(text, count, found)
            _read_objects(page, found)
            if found.picture > PICTURE:
                found.hidden = _count_hidden(text, count)
        finally:
            text.close()
    finally:
        page.close()
    return found


def _read_glyphs(text: Any, count: int, page: Page) -> None:
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
        if (
            (code <= 0x20 and code != _LINE_END_HYPHEN)
            or code in (0xA0, 0x3000, 0x200B, 0xFEFF)
            or 0x2000 <= code <= 0x200A
        ):
            spaced = spaced or not generated(handle, at)
            continue
        if 0xD800 <= code < 0xE000:  # half of a character beyond U+FFFF
            if code < 0xDC00:
                half = code
                continue
            code = 0x10000 + ((half - 0xD800) << 10) + (code - 0xDC00) if half else 0xFFFD
        half = 0
        if code in (0xFFFE, _LINE_END_HYPHEN):
            code = 0x2D
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


def turned_rule(rule: tuple[float, float, float, float], quarter: int, page: tuple[float, float, float, float]) -> Rule:
    """Return a ruled line in the coordinates in which text of a quarter turn stands upright."""
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


def _read_objects(page: Any, found: Page) -> None:
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
    for (x0, y0), (x1, y1) in pairwise(shape):
        if abs(y1 - y0) <= _STRAIGHT and abs(x1 - x0) > 3:
            yield min(x0, x1), (y0 + y1) / 2, max(x0, x1), (y0 + y1) / 2
        elif abs(x1 - x0) <= _STRAIGHT and abs(y1 - y0) > 3:
            yield (x0 + x1) / 2, min(y0, y1), (x0 + x1) / 2, max(y0, y1)
