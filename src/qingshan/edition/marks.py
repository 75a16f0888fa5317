"""Sets pictures into a page: every mark a link to its note, shapes of letters shared by all pictures of the page.

Flows in: SVG files of the charts, checked to be plain pictures. Flows out: markup. A mark is a group whose id is an
observation's, or ``calc-…`` for one that was computed from several; ``label-…`` before an id is the number printed
beside the mark.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from defusedxml import ElementTree as Defused  # type: ignore[import-untyped]
from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]

from qingshan.model import StageError, visible

# a link is ours to set, so that no picture brings one along
_FORBIDDEN = re.compile(r"<\s*(script|foreignObject|iframe|image|a)\b|\bon\w+\s*=|(?:xlink:)?href\s*=\s*\"(?!#)", re.I)
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_MARK = re.compile(r"(label-)?((?:[0-9a-f]{12}|calc-[A-Za-z0-9_-]+))")
_HREF = "{http://www.w3.org/1999/xlink}href"
_SPACE = re.compile(r"\s+")
_AROUND_COMMAND = re.compile(r" ?([A-Za-z]) ?")


class Letters:
    """The shapes of letters that the pictures of one page share, in the order of first use."""

    def __init__(self) -> None:
        self._ids: dict[tuple[str, str], str] = {}

    def shared(self, path: Element) -> str:
        """Return the id under which the page keeps a shape."""
        shape = (_short_path(path.get("d", "")), path.get("transform", ""))
        return self._ids.setdefault(shape, f"g{len(self._ids)}")

    def markup(self) -> str:
        """Return the element that holds them, to stand once on the page; '' where there are none."""
        if not self._ids:
            return ""
        shapes = "".join(
            f'<path id="{name}" d="{path}"' + (f' transform="{transform}"' if transform else "") + "/>"
            for (path, transform), name in self._ids.items()
        )
        hidden = 'class="letters" aria-hidden="true" focusable="false" width="0" height="0"'
        return f"<svg {hidden}><defs>{shapes}</defs></svg>"


def inline(
    svg: str,
    prefix: str,
    letters: Letters,
    link: Callable[[str], tuple[str, str]],
    known: Collection[str],
    *,
    label: str = "",
) -> str:
    """Return an SVG file's element for use inside a page, every mark a link.

    Parameters
    ----------
    prefix
        Put before ids that must stay, so that they are the page's only ones.
    link
        id of a mark -> (target, accessible name).
    known
        The ids that marks may have.
    label
        The picture in words.

    Raises
    ------
    StageError
        It holds a script, a link, an event attribute or a reference to the outside, is no SVG, or a mark is unknown.
    """
    root = _parsed(svg)
    shapes = {path.get("id", ""): letters.shared(path) for path in _letter_shapes(root)}
    kept = set(_REFERENCE.findall(svg)) | {value[1:] for value in _hrefs(root)}
    shapes_of_marks = {element.get("id", "") for element in root.iter()}
    seen: set[str] = set()
    for parent in list(root.iter()):
        parent.tail = None
        parent.text = parent.text if parent.tag.endswith("style") else None
        for index, child in enumerate(list(parent)):
            mark = _MARK.fullmatch(child.get("id", ""))
            if mark and not _inside_mark(parent):
                name = mark[2]
                if name not in known:
                    raise StageError(f"publish: a chart has a mark {name} that its observations do not hold")
                is_stop = name not in seen and not (mark[1] and name in shapes_of_marks)
                parent[index] = _linked(child, *link(name), is_stop=is_stop)
                seen.update([name] if is_stop else [])
    _drop_letter_shapes(root)
    for element in root.iter():
        _short(element, prefix, kept, shapes)
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    root.set("role", "group")
    root.set("aria-label", visible(label, line_end=" "))
    return ElementTree.tostring(root, encoding="unicode")


def _parsed(svg: str) -> Element:
    found = _FORBIDDEN.search(svg)
    if found:
        raise StageError(f"publish: a chart holds {found[0]!r}; charts must be plain pictures")
    try:
        root: Element = Defused.fromstring(svg[max(0, svg.find("<svg")) :])
    except (ElementTree.ParseError, DefusedXmlException) as error:
        raise StageError(f"publish: a chart is not SVG ({error})") from None
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    if root.tag != "svg":
        raise StageError("publish: a chart is not SVG")
    return root


def _letter_shapes(root: Element) -> list[Element]:
    return [path for defs in root.iter("defs") for path in defs.findall("path") if path.get("id") and _is_letter(path)]


def _is_letter(path: Element) -> bool:
    """Whether a shared shape is a letter's: matplotlib draws markers with a style of their own."""
    return not path.get("style") and set(path.keys()) <= {"id", "d", "transform"}


def _drop_letter_shapes(root: Element) -> None:
    for parent in list(root.iter()):
        for defs in parent.findall("defs"):
            for path in defs.findall("path"):
                if path.get("id") and _is_letter(path):
                    defs.remove(path)
            if len(defs) == 0:
                parent.remove(defs)


def _hrefs(root: Element) -> list[str]:
    return [value for element in root.iter() for value in (element.get(_HREF), element.get("href")) if value]


def _inside_mark(element: Element) -> bool:
    return element.tag == "a"


def _linked(mark: Element, target: str, name: str, *, is_stop: bool) -> Element:
    """Return a mark inside its link; what is drawn in several pieces, or labelled, is one stop for the keyboard."""
    link = Element("a", {"class": "m", "href": target, "aria-label": name})
    if not is_stop:
        link.set("tabindex", "-1")
    mark.attrib.pop("id")
    mark.attrib.pop("data-observation", None)
    link.append(mark)
    return link


def _short(element: Element, prefix: str, kept: set[str], shapes: dict[str, str]) -> None:
    """Rename what must have a name, drop the other names, and write paths without needless spaces."""
    name = element.attrib.pop("id", "")
    if name in kept:
        element.set("id", prefix + name)
    target = element.attrib.pop(_HREF, "") or (element.get("href", "") if element.tag != "a" else "")
    if target:
        element.set("href", "#" + shapes.get(target[1:], prefix + target[1:]))
    for key, value in element.attrib.items():
        if key == "d":
            element.set(key, _short_path(value))
        elif key in ("style", "clip-path"):
            element.set(key, _REFERENCE.sub(rf"url(#{prefix}\1)", value).replace(": ", ":").replace("; ", ";"))


def _short_path(path: str) -> str:
    return _AROUND_COMMAND.sub(r"\1", _SPACE.sub(" ", path)).strip()
