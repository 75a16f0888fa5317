"""Tells web pages from other text, and parses them: what the cleaning of pages and the finding of their tables share.

In flows decoded text. The parser is the standard library's with raw offsets, and in time linear in the length of the
page however broken it is: what can no longer be closed is text.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

_TAG = re.compile(
    r"</?(?:html|head|body|div|p|br|span|td|tr|table|h[1-6]|a|li|ul|strong|em|meta|section|article)\b[^<>]{0,400}>",
    re.I,
)
_ENOUGH = 3  # tags that make a text a page
_COMMENT_END = re.compile(r"--\s*+>")
VOID = frozenset(
    ("br", "hr", "img", "input", "meta", "link", "source", "wbr", "col", "area", "base", "embed", "track", "param")
)
UNSEEN = frozenset(("script", "style", "noscript", "template", "svg", "iframe", "object"))


def is_markup(text: str) -> bool:
    """Whether a text is a web page, or holds one: at least a few known tags near its beginning."""
    if "<" not in text[:20_000]:
        return False
    return sum(1 for _, _ in zip(range(_ENOUGH), _TAG.finditer(text, 0, 60_000), strict=False)) >= _ENOUGH


class PageParser(HTMLParser):
    """Parses one page; the handlers of a subclass ask `raw_offset` where in the raw text they are."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.text = text
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._last_close = text.rfind(">")
        self._last_comment_end = max((match.start() for match in _COMMENT_END.finditer(text)), default=-1)
        self._last_cdata_end = text.rfind("]]>")

    def read(self) -> None:
        """Parse the whole page in one pass, so that the parser's own offsets are raw ones."""
        self.rawdata = self.text
        self.close()

    def raw_offset(self) -> int:
        """Return the raw offset of what is being handled."""
        line, column = self.getpos()
        return self._line_starts[line - 1] + column

    def tag_end(self, start: int) -> int:
        """Return the raw offset after the tag that begins at `start`."""
        end = self.text.find(">", start)
        return len(self.text) if end < 0 else end + 1

    def reference_end(self, start: int, name: str) -> int:
        """Return the raw offset after the character reference at `start`; `name` is without its semicolon."""
        end = start + len(name)
        return end + (self.text[end : end + 1] == ";")

    # each of these would search the rest of the page for its end, once for every opening
    def parse_starttag(self, i: int) -> int:
        return super().parse_starttag(i) if i < self._last_close else self._as_text(i)

    def parse_endtag(self, i: int) -> int:
        return super().parse_endtag(i) if i < self._last_close else self._as_text(i)

    def parse_pi(self, i: int) -> int:
        return super().parse_pi(i) if i < self._last_close else self._as_text(i)

    def parse_html_declaration(self, i: int) -> int:
        return super().parse_html_declaration(i) if i < self._last_close else self._as_text(i)

    def parse_comment(self, i: int, report: int = 1) -> int:
        return super().parse_comment(i, report) if i < self._last_comment_end else self._as_text(i)

    def parse_marked_section(self, i: int, report: int = 1) -> int:
        if self.text.startswith("<![CDATA[", i) and i < self._last_cdata_end:
            end = self.text.index("]]>", i) + 3
        else:
            end = self.tag_end(i)
        self.handle_marked(i, end)
        return end

    def handle_marked(self, start: int, end: int) -> None:
        """Take a marked section, such as an old browser's condition: its raw span."""

    def _as_text(self, i: int) -> int:
        self.handle_data("<")
        return i + 1
