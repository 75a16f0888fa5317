"""Looks in the clauses around a broken figure for what it may have measured; it proposes and never applies.

Flows in: a figure whose subject a missing line took, its neighbours, the clean text, the registry. Flows out: a few
`Suggestion` records, the likeliest first, each with the reason why it is one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from qingshan.clean import CleanText
from qingshan.curate.matching import Matcher, misfit
from qingshan.model import Figure, LostValue
from qingshan.registry import Indicator, Registry, folded

_REACH = 160  # clean characters on each side in which a lost subject is looked for
_MOST = 5


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a figure may measure, and why, in Chinese and English; `indicator_id` is '' when no indicator has it."""

    subject: str
    indicator_id: str
    why_zh: str
    why_en: str


@dataclass(frozen=True, slots=True)
class _Found:
    suggestion: Suggestion
    rank: tuple[bool, bool, int]  # does not fit, stands after, how far


class Suggester:
    """Suggests with one registry; made once, used for many figures."""

    def __init__(self, registry: Registry, matcher: Matcher) -> None:
        self._registry, self._matcher = registry, matcher
        names = {
            folded(name): indicator.indicator_id
            for indicator in registry.indicators.values()
            for name in (*indicator.aliases, indicator.label.get("zh", ""))
            if len(name) > 1
        }
        self._names = sorted(names.items(), key=lambda item: (-len(item[0]), item[0]))  # the longest name first

    def suggest(
        self, figure: Figure, clean: CleanText, neighbours: Sequence[Figure] = (), lost: Sequence[LostValue] = ()
    ) -> tuple[Suggestion, ...]:
        """Return candidates for what a broken or unnamed figure measures; none for a figure that names it.

        Parameters
        ----------
        clean
            The clean text of its source.
        neighbours, lost
            Figures and lost values of the same source, in any order.
        """
        if figure.integrity == "whole" and figure.subject:
            return ()
        start, end = clean.to_clean(figure.start, figure.end)
        found = [
            *self._named(figure, clean.text[max(0, start - _REACH) : start], is_before=True),
            *self._named(figure, clean.text[end : end + _REACH], is_before=False),
            *self._beside(figure, neighbours, clean, start, end),
            *_announced(lost, clean, start),
        ]
        best: dict[str, _Found] = {}
        for one in sorted(found, key=lambda one: one.rank):
            best.setdefault(one.suggestion.indicator_id or one.suggestion.subject, one)
        return tuple(one.suggestion for one in list(best.values())[:_MOST])

    def _named(self, figure: Figure, text: str, *, is_before: bool) -> Iterator[_Found]:
        """Yield the indicators that stand by name in a stretch of text beside the figure."""
        text = folded(text)
        taken = [False] * len(text)
        for name, indicator_id in self._names:
            at = text.rfind(name) if is_before else text.find(name)
            if at < 0 or any(taken[at : at + len(name)]):
                continue
            taken[at : at + len(name)] = [True] * len(name)
            indicator = self._registry.indicators[indicator_id]
            distance = len(text) - at - len(name) if is_before else at
            fits, told_zh, told_en = _fit(figure, indicator)
            where_zh, where_en = ("前文", "before") if is_before else ("后文", "after")
            yield _Found(
                Suggestion(
                    name, indicator_id,
                    f"{where_zh}{distance}字处写有“{name}”，{told_zh}",
                    f"“{name}” stands {distance} characters {where_en} it; {told_en}",
                ),
                (not fits, not is_before, distance),
            )  # fmt: skip

    def _beside(
        self, figure: Figure, neighbours: Sequence[Figure], clean: CleanText, start: int, end: int
    ) -> Iterator[_Found]:
        """Yield what the whole figures beside it measure: a list often goes on with one subject."""
        for other in neighbours:
            if other.figure_id == figure.figure_id or other.integrity != "whole" or not other.subject:
                continue
            first, last = clean.to_clean(other.start, other.end)
            is_before = last <= start
            distance = start - last if is_before else first - end
            if not 0 <= distance <= _REACH:
                continue
            indicator_id = self._matcher.match(other).indicator_id
            same = other.unit == figure.unit and bool(figure.unit)
            unit_zh, unit_en = ("单位相同", "its unit is the same") if same else ("单位不同", "its unit is another")
            where_zh, where_en = ("前", "before") if is_before else ("后", "after")
            number = other.reading or other.text
            yield _Found(
                Suggestion(
                    other.subject, indicator_id,
                    f"{where_zh}{distance}字处的数字“{number}”说的是它，{unit_zh}",
                    f"the figure “{number}” {distance} characters {where_en} is about it; {unit_en}",
                ),
                (not same, not is_before, distance),
            )  # fmt: skip


def _announced(lost: Sequence[LostValue], clean: CleanText, start: int) -> Iterator[_Found]:
    """Yield what the text announced without giving a number: the lost number may be this one."""
    for value in lost:
        position = clean.to_clean(value.position, value.position)[0]
        if value.subject and 0 <= start - position <= _REACH:
            yield _Found(
                Suggestion(
                    value.subject, "",
                    f"前{start - position}字处提到它而没有给出数字",
                    f"the text announces it {start - position} characters before and gives no number",
                ),
                (False, False, start - position),
            )  # fmt: skip


def _fit(figure: Figure, indicator: Indicator) -> tuple[bool, str, str]:
    """Whether a figure could be one of an indicator, in words."""
    if not figure.unit:
        return True, f"其单位是{indicator.unit}", f"its unit is {indicator.unit}"
    wrong = misfit(figure, indicator)
    told: Mapping[str, tuple[str, str]] = {
        "": ("单位、类型相合", "unit and kind fit"),
        "unit": (f"但单位是{indicator.unit}", f"but its unit is {indicator.unit}"),
        "kind": ("但类型不符", "but the kind does not fit"),
    }
    return (not wrong, *told[wrong])
