"""Reads a web page as text: tags and entities become what a reader sees, offsets stay those of the page's own source.

In flows decoded text; out flow a layer of edits over it and the raw spans of what surrounds the article (navigation,
footers, lists of other pages). Text without markup passes untouched. Digits inside tags and entities are markup.
"""

from __future__ import annotations

import html
import re
from array import array

from qingshan.clean.layers import Layer, Span, joined
from qingshan.webpage import UNSEEN, VOID, PageParser, is_markup

_BLOCK_NAMES = (
    "address article aside blockquote body br caption dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 "
    "h5 h6 head header hr html li main nav ol option p pre section select table tbody td tfoot th thead title tr ul"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())  # elements whose tags stand for a line end
_AROUND = frozenset(("nav", "footer", "aside", "form", "button", "select", "menu"))
_AROUND_NAME = re.compile(
    r"(?:^|[-_\s])(?:nav|navbar|menu|footer|foot|sidebar|side|related|relate|recommend|share|breadcrumb|crumb|crumbs|copyright|comment|comments|pager|pagination|hot|"
    r"rank|toolbar|tool|tools|meta|info|byline|links|link|top|bottom|search|login|advert|ads?|banner|tags?|more|header)(?:$|[-_\s])",
    re.I,
)
_WRAPPED = re.compile(r"[ \t\r]*\n[ \t\r\n]*")
_HAN = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_INLINE = re.compile(rf"\s*<(?!/?(?:{_BLOCK_NAMES.replace(' ', '|')})\b)[^<>]{{0,400}}>\s*")
# a raised number: what stands before it says whether it is a note mark, 85.5%<sup>1</sup>, m<sup>3</sup>
_RAISED = re.compile(r"<sup\b[^<>]{0,200}>((?:[^<]|<(?!/?sup\b)[^<>]{0,400}>){1,60}?)</sup\s*>", re.I)
_INNER_TAG = re.compile(r"<[^<>]*>")
_NOTE = re.compile(r"\d{1,3}(?:\s*[,，、-]\s*\d{1,3})*[)）]?")
_TAKES_NOTES = re.compile(r"[\d%％‰℃°）)》」』”’\]\u3007\u3400-\u4dbf\u4e00-\u9fff]$")
_RAISES = re.compile(r"(?:(?<![\d.,，．])10|(?<![方立])[米里])$")  # 10<sup>4</sup>, 米<sup>3</sup>
_TIMES_TEN = re.compile(r"(?<![\d.,，．])10$")
_POWER = re.compile(r"[-−–+]?\d{1,2}")
_HIGH = str.maketrans("0123456789-−–+", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁻⁺")
_HIDES = re.compile(r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden)\s*(?:!important\s*)?(?:;|$)", re.I)
_SEEN = 8  # characters kept of what a reader has seen
_MOST_TAGS = 8  # tags that may stand between a line end and the next character a reader sees


def clean_markup(text: str) -> tuple[Layer, list[Span]] | None:
    """Return the layer that reads a page as text, and the raw spans around its article; None for other texts."""
    if not is_markup(text):
        return None
    reader = _Page(text)
    reader.read()
    reader.finish()
    edits = sorted(reader.edits)
    starts, ends = array("I", (edit[0] for edit in edits)), array("I", (edit[1] for edit in edits))
    return Layer.replace("markup", text, starts, ends, [edit[2] for edit in edits]), reader.around


def is_note_mark(before: str, raised: str) -> bool:
    """Whether a raised number marks a note, by what stands before it; else it is an exponent or part of a unit.

    After digits, percent signs, Han characters and closing marks it does, but not after 10 or 米; after Latin letters,
    which write units, only a number that no unit is raised to.
    """
    if not _NOTE.fullmatch(raised):
        return False
    if _RAISES.search(before):
        return raised == "1"
    if _TAKES_NOTES.search(before):
        return True
    return bool(before) and before[-1].isascii() and before[-1].isalpha() and raised not in ("2", "3")


def _is_hidden(tag: str, attrs: list[tuple[str, str | None]]) -> bool:
    """Whether no browser shows an element; or it is the head or foot of pages, as LibreOffice marks them."""
    said = dict(attrs)
    is_head = tag == "div" and said.get("title") in ("header", "footer")
    return is_head or "hidden" in said or bool(_HIDES.search(said.get("style") or ""))


class _Page(PageParser):
    """Collects the edits of one page; offsets are raw."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.edits: list[tuple[int, int, str]] = []
        self.around: list[Span] = []
        self._open: list[tuple[str, int, bool]] = []  # tag, where its content begins, whether it is around the article
        self._unseen = 0
        self._seen = ""  # the last characters a reader has seen in this block
        self._is_note = False  # whether a note mark is open
        self._is_power = False  # whether a power of ten is open: 1.2×10<sup>4</sup>

    def _edit_tag(self, tag: str, start: int, end: int) -> None:
        if tag in _BLOCKS:
            self._seen = ""
        self._edit(start, end, "\n" if tag in _BLOCKS else self._bracket(tag, start))

    def _bracket(self, tag: str, start: int) -> str:
        """Return what stands for an inline tag: brackets for those of a note mark, which is no digit of a figure."""
        if tag != "sup" or self._unseen:
            return ""
        self._is_power = False
        if self._is_note:
            self._is_note = False
            return "]"
        match = _RAISED.match(self.text, start)
        if match is None:
            return ""
        raised = html.unescape(_INNER_TAG.sub("", match[1])).strip()
        self._is_power = bool(_TIMES_TEN.search(self._seen) and _POWER.fullmatch(raised))
        self._is_note = not self._is_power and is_note_mark(self._seen, raised)
        return "[" if self._is_note else ""

    def _edit(self, start: int, end: int, new: str) -> None:
        if start < end and (not self.edits or start >= self.edits[-1][1]):
            self.edits.append((start, end, new))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start = self.raw_offset()
        end = start + len(self.get_starttag_text() or "")
        self._edit_tag(tag, start, end)
        if tag in VOID:
            return
        names = " ".join(value or "" for name, value in attrs if name in ("class", "id", "role"))
        is_around = tag in _AROUND or (
            tag not in ("body", "html", "table", "td", "tr")
            and bool(_AROUND_NAME.search(names) or _is_hidden(tag, attrs))
        )
        self._unseen += tag in UNSEEN
        self._open.append((tag, end, is_around))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start = self.raw_offset()
        self._edit_tag(tag, start, start + len(self.get_starttag_text() or ""))

    def handle_endtag(self, tag: str) -> None:
        start = self.raw_offset()
        self._edit_tag(tag, start, self.tag_end(start))
        at = next(
            (i for i in range(len(self._open) - 1, max(-1, len(self._open) - 64), -1) if self._open[i][0] == tag), -1
        )
        if at >= 0:
            self._close(at, start)

    def _close(self, at: int, end: int) -> None:
        for tag, start, is_around in reversed(self._open[at:]):
            self._unseen -= tag in UNSEEN
            if is_around and start < end:
                self.around.append(Span(start, end))
        del self._open[at:]

    def handle_data(self, data: str) -> None:
        start = self.raw_offset()
        if self._unseen:
            self._edit(start, start + len(data), "")
            return
        if self._is_power:
            self._edit(start, start + len(data), data.translate(_HIGH))
            return
        for match in _WRAPPED.finditer(data):  # a line end inside a paragraph is a space, and none between Chinese
            left = data[match.start() - 1] if match.start() else self._seen[-1:]
            right = data[match.end()] if match.end() < len(data) else self._next_seen(start + len(data))
            is_space = bool(left.strip() and right.strip()) and not (_HAN.match(left) or _HAN.match(right))
            self._edit(start + match.start(), start + match.end(), " " if is_space else "")
        self._seen = (self._seen + data.rstrip()[-_SEEN:])[-_SEEN:]

    def _next_seen(self, at: int) -> str:
        """Return the character a reader sees next after raw offset `at`, '' when a block begins or ends before it."""
        for _ in range(_MOST_TAGS):
            tag = _INLINE.match(self.text, at)
            if tag is None:
                break
            at = tag.end()
        found = self.text[at : at + 1]
        return "" if found == "<" else found

    def handle_entityref(self, name: str) -> None:
        self._reference(f"&{name}")

    def handle_charref(self, name: str) -> None:
        self._reference(f"&#{name}")

    def _reference(self, written: str) -> None:
        start = self.raw_offset()
        end = self.reference_end(start, written)
        shown = html.unescape(self.text[start:end])
        if self._unseen:
            shown = ""
        self._seen = (self._seen + shown.rstrip())[-_SEEN:]
        self._edit(start, end, " " if shown.isspace() else shown)

    def handle_comment(self, data: str) -> None:
        start = self.raw_offset()
        end = self.text.find("-->", start)
        self._edit(start, len(self.text) if end < 0 else end + 3, "")

    def handle_decl(self, decl: str) -> None:
        start = self.raw_offset()
        self._edit(start, self.tag_end(start), "")

    def handle_pi(self, data: str) -> None:
        self.handle_decl(data)

    def handle_marked(self, start: int, end: int) -> None:
        self._edit(start, end, "")

    def finish(self) -> None:
        """Close what the page left open, and join the spans around its article."""
        self._close(0, len(self.text))
        self.around = list(joined(self.around))
