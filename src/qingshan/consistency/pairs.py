"""Figures of one indicator against each other: the same quantity said twice, totals that grow, a place in its country.

Flows in: statements and the relations of the registry. Flows out: findings.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from qingshan.consistency.findings import Finding, Hint, Member, Text, best, judge
from qingshan.consistency.interval import Interval
from qingshan.consistency.statements import Statement, by_key, difference, distinct
from qingshan.consistency.wording import Wording
from qingshan.registry import Registry

_MOST = 3  # different values of one key that are compared with each other: more are noise
_MANY = 12  # from so many different values on, a further one is compared with the first only
_COUNTRY = "CN"
_LOST = (1, 2, 3, 4, 5, 8)  # powers of ten that a lost 十, 百, 千, 万 or 亿 makes


def repeats(listed: Sequence[Statement], registry: Registry, say: Wording) -> Iterator[Finding]:
    """Yield a finding for every two figures that state one quantity; for equal ones only with the first of them."""
    groups: dict[tuple[str, ...], list[Statement]] = {}
    for one in listed:
        key = _key(one, registry)
        if key:
            groups.setdefault(key, []).append(one)
    for group in groups.values():
        heads: dict[object, Statement] = {}
        for one in group:
            first = heads.get(one.form)
            if first:
                yield _same(first, one, say)
                continue
            for other in list(heads.values())[: _MOST if len(heads) < _MANY else 1]:
                if found := _repeated(other, one, say):
                    yield found
            heads[one.form] = one


def _key(one: Statement, registry: Registry) -> tuple[str, ...] | None:
    indicator = registry.indicators[one.indicator]
    if one.is_state:
        # classifiers that count the same things are one unit
        return (one.indicator, one.region, "state", one.when, "", "") if one.unit in indicator.units else None
    if one.kind == "target":
        return (one.indicator, one.region, "target", one.period, one.base, "") if one.period else None
    if one.kind in ("change", "target_change") and one.period and one.base:
        return (
            one.indicator,
            one.region,
            f"yearly {one.kind}" if one.is_yearly else one.kind,
            one.period,
            one.base,
            one.unit,
        )
    return None


def _repeated(one: Statement, other: Statement, say: Wording) -> Finding | None:
    why = difference(one, other)
    if not why and not (_stand_together(one, other) and not one.interval.meets(other.interval)):
        return _same(one, other, say)
    why = why or "sentence"
    # two rows of tables with other scopes are two series by their own word
    if one.interval.meets(other.interval) or (one.is_witness and other.is_witness):
        return None
    return _told(one, other, "not_comparable", say, reason=why)


def _stand_together(one: Statement, other: Statement) -> bool:
    """Whether a text gives both in one sentence: it would not contradict itself there, they are different things."""
    return not one.is_witness and bool(one.quote) and (one.source_id, one.quote) == (other.source_id, other.quote)


def _same(one: Statement, other: Statement, say: Wording) -> Finding:
    verdict = best(
        (judge(one.interval, other.interval, point=other.value), judge(other.interval, one.interval, point=one.value))
    )
    return _told(one, other, verdict, say, hint=_hint(one, other, say) if verdict == "inconsistent" else None)


def _told(
    one: Statement, other: Statement, verdict: str, say: Wording, *, reason: str = "", hint: Hint | None = None
) -> Finding:
    said, span = [say.said(each) for each in (one, other)], say.span(one.interval, one.unit)
    what = Text(
        f"同一个量说了两次，{said[0].zh}和{said[1].zh}，前者只容得下{span.zh}",
        f"one quantity is stated twice, as {said[0].en} and as {said[1].en}, the first of which allows {span.en}",
    )
    members = (Member("claim", other), Member("repeat", one))
    text = say.compared(one, what, verdict, reason)
    return Finding("repeat", verdict, members, other.interval, one.interval, one.unit, text, reason, hint)


def _hint(one: Statement, other: Statement, say: Wording) -> Hint | None:
    if one.source_id == other.source_id and (one.is_inherited or other.is_inherited) and not one.is_witness:
        region = say.region(one.region)
        return Hint(
            "place_inherited",
            Text(
                f"至少一个数字的地点“{region.zh}”承自上文：两处之间若缺了行，后一个可能说的是另一个地方。",
                f"At least one takes its place, {region.en}, from the text before it: where lines are missing between"
                " the two, the later one may be about another place.",
            ),
            (Member("hint_first", min(one, other, key=_start)), Member("hint_later", max(one, other, key=_start))),
        )
    if one.value and other.value and (tens := _tens(one.value / other.value)):
        return Hint(
            "scale_would_fit",
            Text(
                f"相差10的{tens}次方：可能丢了或多了“万”“亿”一类的字。",
                f"They differ by ten to the power {tens}: a 万 or 亿 may be lost or doubled.",
            ),
        )
    if one.is_inexact or other.is_inexact:
        return Hint(
            "part_of_it",
            Text(
                "其中一个的主语比指标的名称长：它可能只是一部分。",
                "The subject of one is longer than the indicator's name: it may be only a part of it.",
            ),
        )
    if one.scope.keys() != other.scope.keys():
        return Hint(
            "scope_unstated",
            Text(
                "其中一个没有写明范围：范围不同就不能这样比。",
                "One of them does not state its scope: if the scopes differ, they cannot be compared.",
            ),
        )
    return None


def _start(one: Statement) -> int:
    return one.start


def _tens(ratio: float) -> int:
    """Return the power of ten between two numbers, 0 if there is none."""
    if ratio <= 0:
        return 0
    power = round(math.log10(ratio))
    return abs(power) if abs(power) in _LOST and math.isclose(ratio, 10.0**power, rel_tol=0.01) else 0


def accumulations(listed: Sequence[Statement], registry: Registry, say: Wording) -> Iterator[Finding]:
    """Yield a finding for every two totals so far that follow each other in time."""
    growing = {name for relation in registry.relations if relation.form == "accumulates" for name in relation.members}
    series: dict[tuple[str, str], list[Statement]] = {}
    for (indicator, region, _), states in by_key(listed).items():
        if indicator in growing and states[0].period:
            series.setdefault((indicator, region), []).extend(distinct(states, _MOST))
    for states in series.values():
        ordered = sorted(states, key=lambda one: _ends(one.period))
        for index, later in enumerate(ordered):
            before = [one for one in ordered[:index] if _ends(one.period) < _ends(later.period)]
            comparable = [one for one in before if not difference(one, later) and one.unit == later.unit]
            if comparable:
                yield _grown(max(comparable, key=lambda one: one.interval.low), later, say)


def _ends(period: str) -> str:
    return period.rpartition("/")[2]


def _grown(earlier: Statement, later: Statement, say: Wording) -> Finding:
    least = Interval(earlier.interval.low, math.inf)
    verdict = judge(later.interval, least, point=max(earlier.value, later.value))
    said, span = [say.said(one) for one in (earlier, later)], say.span(least, earlier.unit)
    what = Text(
        f"累计数只增不减，先是{said[0].zh}，其后应为{span.zh}，而后来是{said[1].zh}",
        f"a total so far never falls: after {said[0].en} it is {span.en}, and it is stated as {said[1].en}",
    )
    members = (Member("claim", later), Member("earlier", earlier))
    text = say.compared(later, what, verdict)
    return Finding("accumulation", verdict, members, later.interval, least, later.unit, text)


def places(listed: Sequence[Statement], registry: Registry, say: Wording) -> Iterator[Finding]:
    """Yield a finding for every figure of a place and the figure of the country that holds it."""
    summing = {name for relation in registry.relations if relation.form == "places" for name in relation.members}
    of = registry.vocabulary.region_of
    keyed = by_key(one for one in listed if one.indicator in summing)
    for (indicator, region, when), states in keyed.items():
        country = registry.regions.get(_COUNTRY)
        place = of.get(region)
        if not country or not place or place.level not in ("province", "city", "county"):
            continue
        wholes = distinct(keyed.get((indicator, country.name, when), []), _MOST)
        for part in distinct(states, _MOST):
            for whole in (one for one in wholes if one.unit == part.unit and not difference(part, one)):
                yield _within(part, whole, say)


def _within(part: Statement, whole: Statement, say: Wording) -> Finding:
    most = Interval(-math.inf, whole.interval.high)
    verdict = judge(part.interval, most, point=min(part.value, whole.value))
    said, span = [say.said(one) for one in (part, whole)], say.span(most, whole.unit)
    where = say.region(whole.region)
    what = Text(
        f"{where.zh}为{said[1].zh}，一地应{span.zh}，而所述为{said[0].zh}",
        f"{where.en} has {said[1].en}, so one place has {span.en}, and {said[0].en} is stated",
    )
    members = (Member("claim", part), Member("whole", whole))
    text = say.compared(part, what, verdict)
    return Finding("place", verdict, members, part.interval, most, part.unit, text)
