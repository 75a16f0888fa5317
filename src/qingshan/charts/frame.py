"""The sheet that every form draws on: sizes in points, head and foot, marks of what is not reviewed, and direct labels.

Flows in: the words of a chart and a context. Flows out: a Figure with its head and foot written and room for the form's
own part. Nothing is drawn over anything: texts are measured and broken before a figure exists.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qingshan.charts import theme
from qingshan.charts.forms import Context
from qingshan.charts.profiles import Profile
from qingshan.charts.telling import Words
from qingshan.charts.values import subscripted
from qingshan.charts.wording import WORDS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.path import Path
    from matplotlib.transforms import Transform

POINTS_PER_CM = 72 / 2.54
BACKDROP = {"facecolor": theme.PAPER, "edgecolor": "none", "pad": 1.0}  # grid lines stop at the words
_CLAUSE = re.compile(r".*?[，；：]|.*?[,;:](?=\s)|.+?$", re.S)
LINE = 1.3  # of the size of letters, from line to line


@dataclass(frozen=True)
class Sheet:
    """Sizes in points, and how wide a text is at a size; make it inside `theme.settings`."""

    width: float
    body: float
    profile: Profile
    language: str
    measure: Callable[[str, float], float]

    @classmethod
    def of(cls, context: Context) -> Sheet:
        """Return the sheet of a context."""
        profile = context.profile
        width_cm = context.width_cm or profile.width_cm
        body = profile.body * min(1.2, max(2 / 3, width_cm / profile.width_cm))
        return cls(width_cm * POINTS_PER_CM, body, profile, context.language, theme.text_measure())

    @property
    def small(self) -> float:
        """Size of ticks, notes and sources."""
        return self.body * 0.84

    @property
    def title(self) -> float:
        """Size of the finding."""
        return self.body * 1.5

    @property
    def margin(self) -> float:
        """White around everything: a figure of a page has the page's."""
        return self.body * (1.6 if self.profile.is_titled else 0.4)

    @property
    def inner(self) -> float:
        """Width between the margins."""
        return self.width - 2 * self.margin

    def wrapped(self, text: str, size: float, width: float = 0.0) -> str:
        """Return `text` in lines that fit `width`, the inner width if that is 0."""
        return theme.wrap(text, width or self.inner, lambda line: self.measure(line, size))

    def balanced(self, text: str, size: float, width: float = 0.0) -> str:
        """Return `text` in as few lines as fit: broken after commas if that takes no more, else in lines alike."""
        width = width or self.inner
        best = self.wrapped(text, size, width)
        clauses = self._by_clause(text, size, width)
        if clauses and clauses.count("\n") <= best.count("\n"):
            return clauses
        for tenths in range(9, 4, -1):
            tighter = self.wrapped(text, size, width * tenths / 10)
            if tighter.count("\n") > best.count("\n"):
                break
            best = tighter
        return best

    def _by_clause(self, text: str, size: float, width: float) -> str:
        """Return `text` broken after commas and the like only, '' where a clause is too long for that."""
        lines = [""]
        for clause in _CLAUSE.findall(text):
            if lines[-1] and self.measure((lines[-1] + clause).strip(), size) > width:
                lines.append("")
            lines[-1] += clause if lines[-1] else clause.lstrip()
        is_fitting = all(self.measure(line.strip(), size) <= width for line in lines)
        return "\n".join(line.rstrip() for line in lines) if is_fitting else ""

    def height(self, text: str, size: float) -> float:
        """Return the height of a text of one or more lines."""
        return size * LINE * (text.count("\n") + 1)


@dataclass(frozen=True)
class Page:
    """A figure with its head and foot; the form's part begins `top` points below the upper edge, at the left margin."""

    figure: Figure
    sheet: Sheet
    top: float
    depth: float
    height: float

    def axes(self, left: float = 0.0, top: float = 0.0, width: float = 0.0, depth: float = 0.0) -> Axes:
        """Return bare axes in the form's part, in points from its upper left corner; 0 is as wide or deep as it is."""
        width, depth = width or self.sheet.inner - left, depth or self.depth - top
        axes = self.figure.add_axes(
            (
                (self.sheet.margin + left) / self.sheet.width,
                1 - (self.top + top + depth) / self.height,
                width / self.sheet.width,
                depth / self.height,
            )
        )
        axes.patch.set_visible(False)
        for spine in axes.spines.values():
            spine.set_visible(False)
        axes.set_xticks([])
        axes.set_yticks([])
        return axes

    def points(self) -> Transform:
        """Return the transform from points, rightwards and downwards from the corner of the form's part."""
        from matplotlib.transforms import Affine2D

        corner = self.sheet.margin / 72, (self.height - self.top) / 72
        return Affine2D().scale(1 / 72, -1 / 72).translate(*corner) + self.figure.dpi_scale_trans

    def text(self, left: float, top: float, text: str, size: float, colour: str = theme.INK, **other: object) -> None:
        """Write a text whose upper left corner stands there, in points as in `axes`."""
        x, y = (self.sheet.margin + left) / self.sheet.width, 1 - (self.top + top) / self.height
        options = {"va": "top", "ha": "left", "linespacing": LINE, "parse_math": False, **other}
        self.figure.text(x, y, text, size=size, color=colour, **options)  # type: ignore[arg-type]


_Line = tuple[str, float, str]  # text with its line breaks, size, colour


def compose(sheet: Sheet, words: Words, depth: float, *, notes: Sequence[str] = ()) -> Page:
    """Return a figure with head and foot around a part of `depth` points.

    Parameters
    ----------
    notes
        Sentences about what could not be labelled in the picture: they come first at its foot, in print too, because
        nothing else explains them there.
    """
    from matplotlib.figure import Figure

    head, foot = _head(words, sheet), _foot(words, notes, sheet)
    top = sheet.margin + _depth(head) + (sheet.body * 0.6 if head else 0.0)
    foot_gap = sheet.body * 0.8 if foot else 0.0
    height = top + depth + foot_gap + _depth(foot) + sheet.margin
    figure = Figure(figsize=(sheet.width / 72, height / 72), dpi=72, facecolor=theme.PAPER)
    page = Page(figure, sheet, top, depth, height)
    _write(page, head, sheet.margin - top)
    _write(page, foot, depth + foot_gap)
    if not sheet.profile.is_titled and words.unit:
        unit = WORDS[sheet.language]["unit"].format(unit=words.unit)
        x, y = 1 - sheet.margin / sheet.width, 1 - sheet.margin / height
        figure.text(x, y, unit, size=sheet.small, color=theme.QUIET, va="top", ha="right", parse_math=False)
    return page


def _head(words: Words, sheet: Sheet) -> list[_Line]:
    own = WORDS[sheet.language]
    marked = own["mark_join"].join(words.marks)
    if not sheet.profile.is_titled:
        room = sheet.measure(own["unit"].format(unit=words.unit), sheet.small) + sheet.body if words.unit else 0.0
        text = sheet.wrapped(marked, sheet.small, sheet.inner - room)
        return [(text, sheet.small, theme.MARK_COLOUR)] if marked or words.unit else []
    lines = [
        (sheet.wrapped(marked, sheet.body), sheet.body, theme.MARK_COLOUR),
        (sheet.balanced(subscripted(words.finding), sheet.title), sheet.title, theme.INK),
        (sheet.wrapped(subscripted(words.subtitle), sheet.body), sheet.body, theme.QUIET),
    ]
    return [line for line in lines if line[0]]


def _foot(words: Words, notes: Sequence[str], sheet: Sheet) -> list[_Line]:
    own = WORDS[sheet.language]
    texts = [*notes]
    if sheet.profile.is_titled:
        texts += [_gaps(words.missing, own), *words.notes]
        texts += [words.source, words.edition]
    return [(sheet.wrapped(subscripted(text), sheet.small), sheet.small, theme.QUIET) for text in texts if text]


def _gaps(missing: Sequence[str], own: dict[str, str]) -> str:
    """Return the sentences about missing values as one line."""
    items = [sentence.rstrip("。.") for sentence in missing]
    return own["missing"].format(labels=own["gap_join"].join(items)) if items else ""


def _depth(lines: Iterable[_Line]) -> float:
    return sum(size * 1.45 * (text.count("\n") + 1) + size * 0.35 for text, size, _ in lines)


def _write(page: Page, lines: Iterable[_Line], top: float) -> None:
    for text, size, colour in lines:
        page.text(0.0, top, text, size, colour)
        top += _depth([(text, size, colour)])


@dataclass(frozen=True)
class Box:
    """A rectangle in points, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether the two share more than an edge."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


@dataclass
class Labels:
    """Places texts in a part of a sheet where they meet neither each other nor what is blocked.

    All in points from the part's upper left corner, y downwards: it knows no axes, so that what did not fit is known
    before a figure exists.
    """

    sheet: Sheet
    width: float
    depth: float
    taken: list[Box] = field(default_factory=list)
    placed: list[tuple[str, Box, str, str, str]] = field(default_factory=list)  # text, box, align, colour, gid
    sizes: list[float] = field(default_factory=list)

    def block(self, left: float, top: float, right: float, bottom: float) -> None:
        """Keep a rectangle free of texts: a mark stands there."""
        self.taken.append(Box(left, top, right, bottom))

    def block_line(self, x0: float, y0: float, x1: float, y1: float, *, around: float = 2.0) -> None:
        """Keep a straight line free of texts."""
        steps = max(1, int(max(abs(x1 - x0), abs(y1 - y0)) / (2 * around)))
        for step in range(steps + 1):
            x, y = x0 + (x1 - x0) * step / steps, y0 + (y1 - y0) * step / steps
            self.block(x - around, y - around, x + around, y + around)

    def place(
        self,
        text: str,
        x: float,
        y: float,
        *,
        size: float,
        sides: Sequence[str] = ("above", "below", "right", "left"),
        gap: float = 0.0,
        colour: str = theme.INK,
        gid: str = "",
        widths: Sequence[float] = (),
    ) -> bool:
        """Place a text beside a point on the first side that is free; return whether there was one.

        Parameters
        ----------
        sides
            above, below, right, left, or two of them: ``above-right``.
        widths
            Widths to break the text at, tried in this order; in one line if empty.
        """
        for width in widths or (0.0,):
            lines = self.sheet.balanced(text, size, width) if width else text
            for side in sides:
                box, align = self._beside(lines, x, y, size, side, gap or self.sheet.body * 0.45)
                if self._is_free(box):
                    self.taken.append(box)
                    self.placed.append((lines, box, align, colour, gid))
                    self.sizes.append(size)
                    return True
        return False

    def draw(self, axes: Axes) -> None:
        """Write what was placed on axes that cover the part."""
        for (text, box, align, colour, gid), size in zip(self.placed, self.sizes, strict=True):
            x = {"left": box.left, "right": box.right, "center": (box.left + box.right) / 2}[align]
            axes.text(
                x / self.width, 1 - (box.top + box.bottom) / 2 / self.depth, text, transform=axes.transAxes, size=size,
                color=colour, ha=align, va="center", multialignment=align, linespacing=LINE * 0.92, parse_math=False,
                gid=gid or None, zorder=6, bbox=BACKDROP,
            )  # fmt: skip

    def _beside(self, text: str, x: float, y: float, size: float, side: str, gap: float) -> tuple[Box, str]:
        width, height = self.sheet.measure(text, size) + 1, self.sheet.height(text, size)
        align = "left" if "right" in side else "right" if "left" in side else "center"
        left = {"left": x + (gap if side == "right" else 0.0), "center": x - width / 2}.get(
            align, x - width - (gap if side == "left" else 0.0)
        )
        top = y - gap - height if "above" in side else y + gap if "below" in side else y - height / 2
        if align == "center":  # a label at the edge moves inside rather than away
            left = min(max(left, 0.0), max(0.0, self.width - width))
        return Box(left, top, left + width, top + height), align

    def _is_free(self, box: Box) -> bool:
        inside = box.left >= -0.5 and box.right <= self.width + 0.5 and box.top >= 0 and box.bottom <= self.depth
        apart = Box(box.left - 3, box.top, box.right + 3, box.bottom)
        return inside and not any(apart.meets(other) for other in self.taken)


def tick_values(numbers: Iterable[float], *, most: int = 6) -> list[int]:
    """Return whole multiples of one round step that lie within the numbers and zero: at most one more than `most`."""
    numbers = list(numbers)
    low, high = min(0.0, *numbers, 0.0), max(0.0, *numbers, 0.0)
    step, rounds = 1, (1, 2, 5)
    power = 0
    while (high - low) / step > most:
        power += 1
        step = rounds[power % 3] * 10 ** (power // 3)
    return [index * step for index in range(int(low / step), int(high / step) + 1)]


def target_marker(qualifier: str) -> Path:
    """Return the shape of a target: a cap that results stay below or above, a diamond where it is one value."""
    from matplotlib.path import Path

    if qualifier in ("at_most", "at_least"):
        sign = -1 if qualifier == "at_most" else 1
        points = [(-1, 0), (1, 0), (0, 0), (0, sign * 1.6), (-0.5, sign * 1.0), (0, sign * 1.6), (0.5, sign * 1.0)]
        codes = [Path.MOVETO, Path.LINETO, Path.MOVETO, Path.LINETO, Path.MOVETO, Path.LINETO, Path.LINETO]
        return Path(points, codes)
    return Path([(0, 1), (1, 0), (0, -1), (-1, 0), (0, 1)], [Path.MOVETO, *[Path.LINETO] * 3, Path.CLOSEPOLY])
