"""Changes against the levels they lead from and to, and against other changes from the same base.

Flows in: statements. Flows out: findings. A change in percent, percentage points, multiples or the indicator's own unit
is recomputed from every pair of levels that may be meant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

from qingshan.consistency.findings import Finding, Hint, Member, Text, best, judge
from qingshan.consistency.interval import EVERYTHING, Interval, factor, growth
from qingshan.consistency.statements import Statement, by_key, difference, distinct
from qingshan.consistency.wording import Wording
from qingshan.registry import Registry

_MOST = 3  # levels of one key that are tried: more are no evidence but noise
_MOST_CLAIMS = 12  # changes of one key that are tried
Pair = tuple[Statement, Statement]


@dataclass(frozen=True)
class _Reading:
    """One way to read a change: what a pair of levels then gives, in the claim's unit."""

    recomputed: Interval
    point: float


class Changes:
    """Compares changes with one registry; made once for a list of statements."""

    def __init__(self, listed: Sequence[Statement], registry: Registry, wording: Wording) -> None:
        self._listed, self._registry, self._say = listed, registry, wording
        self._states = by_key(listed)
        self._beside: dict[tuple[str, ...], list[Statement]] = {}
        for one in listed:
            if one.is_state and one.period:
                self._beside.setdefault((one.source_id, one.quote, one.indicator, one.region), []).append(one)

    def check(self) -> Iterator[Finding]:
        """Yield what comes of every change with levels, and of changes that imply the level they start from."""
        implied: dict[tuple[str, str, str], list[tuple[Statement, Statement, Interval, float]]] = {}
        told: Counter[tuple[str, ...]] = Counter()
        for claim in map(self._with_base, self._listed):
            if claim.kind != "change" or not claim.period or not claim.base:
                continue
            key = (claim.indicator, claim.region, claim.period, claim.base)
            told[key] += 1
            if told[key] > _MOST_CLAIMS:
                continue
            bases, ends = self._at(claim, claim.base), self._at(claim, claim.period)
            yield from self._against_levels(claim, bases, ends)
            if not any(not difference(claim, base) for base in bases):
                for end in ends:
                    base = _base_of(claim, end)
                    if base and not difference(claim, end):
                        implied.setdefault((claim.indicator, claim.region, claim.base), []).append((claim, end, *base))
        for found in implied.values():
            yield from self._implied(found[:_MOST])

    def _with_base(self, claim: Statement) -> Statement:
        """Return a change whose text names no base with that of its sentence: 由83.6增至93.9，增长12.3%."""
        if claim.kind != "change" or claim.has_own_base:
            return claim
        beside = self._beside.get((claim.source_id, claim.quote, claim.indicator, claim.region), [])
        earlier = [one for one in beside if one.start < claim.start and one.period < claim.period]
        ends = [one for one in beside if one.start < claim.start and one.period == claim.period]
        return replace(claim, base=earlier[0].period) if len(earlier) == 1 and ends else claim

    def _at(self, claim: Statement, period: str) -> list[Statement]:
        indicator = self._registry.indicators[claim.indicator]
        found = self._states.get((claim.indicator, claim.region, period), [])
        return distinct((one for one in found if one.unit in indicator.units), _MOST)

    def _against_levels(self, claim: Statement, bases: list[Statement], ends: list[Statement]) -> Iterator[Finding]:
        pairs = list(product(bases, ends))
        usable = [pair for pair in pairs if not _why_not(claim, pair)]
        alike: dict[tuple[Interval, Interval], list[Pair]] = {}
        for pair in usable:
            alike.setdefault((pair[0].interval, pair[1].interval), []).append(pair)
        for first, *others in alike.values():
            found = self._finding(claim, first, pairs)
            also = {one.figure_id: one for other in others for one in other if one not in first}
            yield replace(found, members=(*found.members, *(Member("also", one) for one in also.values())))
        if not usable and pairs:
            pair = pairs[0]
            reading = _readings(claim, pair)[0]
            yield self._told(claim, pair, reading.recomputed, "not_comparable", _why_not(claim, pair), None, ())

    def _finding(self, claim: Statement, pair: Pair, pairs: list[Pair]) -> Finding:
        readings = _readings(claim, pair)
        verdicts = [judge(claim.interval, reading.recomputed, point=reading.point) for reading in readings]
        verdict = best(verdicts)
        recomputed = readings[verdicts.index(verdict)].recomputed
        if verdict != "inconsistent":
            return self._told(claim, pair, recomputed, verdict, "", None, ())
        near = self._near(claim, pair)
        hint = self._hint(claim, pair, pairs, near)
        return self._told(claim, pair, recomputed, verdict, "", hint, [p for p in near if not _fits(claim, p)])

    def _told(
        self, claim: Statement, pair: Pair, recomputed: Interval, verdict: str, reason: str, hint: Hint | None,
        near: Sequence[Pair],
    ) -> Finding:  # fmt: skip
        said = [self._say.said(one) for one in (*pair, claim)]
        span = self._say.span(recomputed, claim.unit)
        also = [self._also(claim, other) for other in near]
        what = Text(
            f"由{said[0].zh}到{said[1].zh}，变化应为{span.zh}，而所述变化是{said[2].zh}" + "".join(a.zh for a in also),
            f"from {said[0].en} to {said[1].en} is a change of {span.en}, the change stated is {said[2].en}"
            + "".join(a.en for a in also),
        )
        members = [Member("claim", claim), Member("base", pair[0]), Member("end", pair[1])]
        members += [Member("near", one) for other in near for one in other if one not in pair]
        text = self._say.compared(claim, what, verdict, reason)
        return Finding("change", verdict, tuple(members), claim.interval, recomputed, claim.unit, text, reason, hint)

    def _also(self, claim: Statement, pair: Pair) -> Text:
        said = [self._say.said(one) for one in pair]
        span = self._say.span(_readings(claim, pair)[0].recomputed, claim.unit)
        return Text(
            f"；由{said[0].zh}到{said[1].zh}是{span.zh}，也不符",
            f"; from {said[0].en} to {said[1].en} is {span.en} and fits no better",
        )

    def _near(self, claim: Statement, pair: Pair) -> list[Pair]:
        """Return pairs one of whose levels is of the year before or after: a claim may be a year out of step."""
        near = []
        for step in (1, -1):
            near += [(pair[0], end) for end in self._at(claim, _year(claim.period, step))]
            near += [(base, pair[1]) for base in self._at(claim, _year(claim.base, step))]
        # of texts only: the claim was written beside them
        return [p for p in near if not _why_not(claim, p) and p[0].period < p[1].period and _is_of_text(p, pair)]

    def _hint(self, claim: Statement, pair: Pair, pairs: list[Pair], near: list[Pair]) -> Hint | None:
        for other in pairs:
            if other != pair and _why_not(claim, other) and _fits(claim, other):
                return self._hinted("scope_would_fit", claim, other, Text("两端范围不同", "its ends differ in scope"))
        for other in near:
            if _fits(claim, other):
                return self._hinted("period_would_fit", claim, other, Text("时间不同", "at another time"))
        readings = _readings(claim, pair)
        opposite = Interval(-claim.interval.high, -claim.interval.low)
        if any(opposite.meets(reading.recomputed) for reading in readings):
            return Hint(
                "sign_would_fit",
                Text(
                    "方向相反就相符：升降可能读反了。",
                    "With the opposite sign it would fit: rise and fall may be swapped.",
                ),
            )
        other_unit = _in_other_unit(claim, pair, self._registry)
        if other_unit and claim.interval.meets(other_unit):
            return Hint(
                "unit_would_fit",
                Text(
                    "把%换成百分点（或反过来）就相符。",
                    "Read as percentage points instead of % (or the reverse) it would fit.",
                ),
            )
        return None

    def _hinted(self, code: str, claim: Statement, pair: Pair, why: Text) -> Hint:
        said = [self._say.said(one) for one in pair]
        span = self._say.span(_readings(claim, pair)[0].recomputed, claim.unit)
        text = Text(
            f"由{said[0].zh}到{said[1].zh}是{span.zh}，与所述变化相符，但{why.zh}：请核对所述变化用的是哪一个。",
            f"From {said[0].en} to {said[1].en} is {span.en}, which fits, but {why.en}: look which one is meant.",
        )
        return Hint(code, text, (Member("hint_base", pair[0]), Member("hint_end", pair[1])))

    def _implied(self, found: list[tuple[Statement, Statement, Interval, float]]) -> Iterator[Finding]:
        for (claim, end, base, _), (other, other_end, other_base, point) in combinations(found, 2):
            statements = (claim, end, other, other_end)
            if claim.period == other.period or any(difference(*two) for two in combinations(statements, 2)):
                continue
            verdict = judge(base, other_base, point=point)
            said = [self._say.said(one) for one in statements]
            spans = [self._say.span(one, end.unit) for one in (base, other_base)]
            what = Text(
                f"由{said[1].zh}和{said[0].zh}推得{claim.base}年为{spans[0].zh}，由{said[3].zh}和{said[2].zh}推得{spans[1].zh}",
                f"{said[1].en} after {said[0].en} implies {spans[0].en} in {claim.base},"
                f" {said[3].en} after {said[2].en} implies {spans[1].en}",
            )
            roles = ("claim", "end", "other_claim", "other_end")
            members = tuple(Member(role, one) for role, one in zip(roles, statements, strict=True))
            text = self._say.compared(claim, what, verdict)
            yield Finding("implied_base", verdict, members, base, other_base, end.unit, text)


def _why_not(claim: Statement, pair: Pair) -> str:
    """Return why a claim and two levels cannot be compared, '' if they can."""
    return difference(*pair) or difference(claim, pair[0]) or difference(claim, pair[1])


def _fits(claim: Statement, pair: Pair) -> bool:
    return any(claim.interval.meets(reading.recomputed) for reading in _readings(claim, pair))


def _readings(claim: Statement, pair: Pair) -> list[_Reading]:
    """Return the ways to read a change, the likeliest first."""
    base, end = pair
    if claim.is_yearly:
        years = _years(base, end)
        return [_yearly(base, end, years) if claim.unit == "%" and years > 0 else _Reading(EVERYTHING, claim.value)]
    relative = _Reading(growth(base.interval, end.interval), (end.value / base.value - 1) * 100 if base.value else 0.0)
    absolute = _Reading(end.interval - base.interval, end.value - base.value)
    if claim.unit == "%":
        # of a share, "23 % more" is said of both
        return [relative, absolute] if base.unit == "%" else [relative]
    if claim.unit == "倍":  # 增长到3倍 and 增长3倍 are both written for a factor
        grown = relative.recomputed.scaled(0.01)
        return [_Reading(grown, relative.point / 100), _Reading(grown.shifted(1), relative.point / 100 + 1)]
    return [absolute] if claim.unit in ("百分点", base.unit) else [_Reading(EVERYTHING, claim.value)]


def _yearly(base: Statement, end: Statement, years: int) -> _Reading:
    """Return the mean yearly change in percent that leads from one level to another."""
    times, point = end.interval / base.interval, end.value / base.value if base.value else 0.0
    if times.low <= 0 or point <= 0:
        return _Reading(EVERYTHING, 0.0)
    low, high = times.low ** (1 / years), times.high ** (1 / years)
    return _Reading(Interval(low, high).shifted(-1).scaled(100), (point ** (1 / years) - 1) * 100)


def _years(base: Statement, end: Statement) -> int:
    return int(end.period) - int(base.period) if base.period.isdigit() and end.period.isdigit() else 0


def _in_other_unit(claim: Statement, pair: Pair, registry: Registry) -> Interval | None:
    if registry.indicators[claim.indicator].unit != "%" or claim.unit != "百分点":
        return None
    return growth(pair[0].interval, pair[1].interval)


def _base_of(claim: Statement, end: Statement) -> tuple[Interval, float] | None:
    """Return the level that a change and its end imply, and the same of the numbers as written."""
    if claim.is_yearly:
        return None
    if claim.unit == "%" and end.unit != "%" and claim.value > -100:
        return end.interval / factor(claim.interval), end.value / (1 + claim.value / 100)
    if claim.unit in ("百分点", end.unit):
        return end.interval - claim.interval, end.value - claim.value
    return None


def _is_of_text(pair: Pair, beside: Pair) -> bool:
    return not any(one.is_witness for one in pair if one not in beside)


def _year(period: str, step: int) -> str:
    return str(int(period) + step) if len(period) == 4 and period.isdigit() else ""
