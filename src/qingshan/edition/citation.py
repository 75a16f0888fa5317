"""References to sources in the form of GB/T 7714—2015, as a Chinese publication prints them.

Flows in: a source as registered. Flows out: one line of text. Nothing is invented: what `source.yml` does not say is
left out, and the day of access is printed only where a person noted it.
"""

from __future__ import annotations

from qingshan.charts.selection import in_language
from qingshan.model import visible
from qingshan.sources import Source

_PAGES = (".html", ".htm")
_DATA = (".csv", ".tsv", ".xlsx", ".ods")


def citation(source: Source, language: str) -> str:
    """Return the reference of a source; of names written ``中文 · English`` the part in `language`.

    The form is 主要责任者. 题名[文献类型/载体]. (更新或修改日期)[引用日期]. 获取和访问路径, as GB/T 7714—2015 has it
    for electronic resources (4.8 and annex B).
    R stands for a report, DS for a data set, EB for a page of the web, ``/OL`` for what is found online. The date is
    that of the release; where the data came out at different times, that of the document.
    """
    date = source.released_on or source.published_on
    place = visible(source.url, line_end=" ").strip()
    accessed = f"[{source.accessed_on}]" if source.accessed_on else ""
    parts = [
        _sentence(in_language(source.publisher, language)),
        f"{_sentence(in_language(source.title, language))}[{document_type(source)}]" if source.title else "",
        (f"({date})" if date else "") + accessed,
        place,
    ]
    text = ". ".join(part for part in parts if part)
    return text if place else f"{text}."


def document_type(source: Source) -> str:
    """Return the identifier of document type and carrier: ``R``, ``R/OL``, ``DS``, ``DS/OL``, ``EB/OL``."""
    name = source.file.lower()
    if source.table is not None or name.endswith(_DATA):
        kind = "DS"
    elif name.endswith(_PAGES) and source.url:
        kind = "EB"
    else:
        kind = "R"
    return f"{kind}/OL" if source.url else kind


def _sentence(text: str) -> str:
    """Return a part of a reference without the full stop that the form puts after it, and without title marks."""
    text = visible(text, line_end=" ").strip().rstrip(".。")
    whole = text.startswith("《") and text.endswith("》") and text.count("《") == 1
    return text[1:-1] if whole else text
