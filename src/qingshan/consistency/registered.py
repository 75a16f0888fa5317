"""Figures of several indicators against each other, where the registry says what they have to do with each other.

Flows in: statements and the relations of the registry. Flows out: findings. Only figures of one place, time and basis
are taken together; of several figures of one key, the first that the source itself states.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations

from qingshan.consistency.findings import Finding, Hint, Member, Text, judge
from qingshan.consistency.interval import Interval, factor
from qingshan.consistency.statements import Statement, difference, distinct
from qingshan.consistency.wording import Wording
from qingshan.registry import Registry, Relation

_MOST = 2  # figures of one key that are tried in a relation
_HUNDRED = Interval(-math.inf, 100.0)
_PRICES = "prices"

Keyed = Mapping[tuple[str, str, str, str, str], list[Statement]]


class Registered:
    """Compares by the relations of one registry; made once for a list of statements."""

    def __init__(self, listed: Sequence[Statement], registry: Registry, wording: Wording) -> None:
        self._registry, self._say = registry, wording
        self._keyed = _keyed(listed)
        self._keys: dict[str, list[tuple[str, str, str, str]]] = {}
        for indicator, *rest in self._keyed:
            self._keys.setdefault(indicator, []).append(tuple(rest))

    def check(self) -> Iterator[Finding]:
        """Yield what comes of every relation wherever its figures stand together."""
        forms: dict[str, Callable[[Relation], Iterator[Finding]]] = {
            "parts": self._parts,
            "hundred": self._hundred,
            "product": self._product,
            "ratio": self._ratio,
        }
        for relation in self._registry.relations:
            if relation.form in forms:
                yield from forms[relation.form](relation)

    def _at(self, indicator: str, key: tuple[str, ...]) -> list[Statement]:
        units = self._registry.indicators[indicator].units
        found = self._keyed.get((indicator, *key), [])
        return distinct((one for one in found if one.kind == "change" or one.unit in units), _MOST)

    def _together(self, relation: Relation, form: str) -> Iterator[tuple[Statement, tuple[Statement, ...]]]:
        """Yield the figure of `whole` with one of each member, all of one key, however they differ in basis."""
        for key in self._keys.get(relation.whole, []):
            if key[2] != form:
                continue
            members = [self._at(name, key) for name in relation.members]
            if all(members):
                chosen = tuple(found[0] for found in members)
                for whole in self._at(relation.whole, key):
                    yield whole, tuple(_nearest(found, whole) for found in members) if whole.scope else chosen

    # parts of a whole
    def _parts(self, relation: Relation) -> Iterator[Finding]:
        for key in self._keys.get(relation.whole, []):
            if key[2] != "state":
                continue
            for whole in self._at(relation.whole, key):
                parts = [_nearest(found, whole) for name in relation.members if (found := self._at(name, key))]
                parts = [part for part in parts if not difference(part, whole)]
                yield from (self._part(part, whole, relation) for part in parts)
                if len(parts) > 1 and not any(difference(*pair) for pair in combinations(parts, 2)):
                    yield self._total(parts, whole, relation)

    def _part(self, part: Statement, whole: Statement, relation: Relation) -> Finding:
        most = Interval(-math.inf, whole.interval.high)
        verdict = judge(part.interval, most, point=min(part.value, whole.value))
        said, span = [self._say.said(one) for one in (part, whole)], self._say.span(most, whole.unit)
        name = self._say.indicator(whole.indicator)
        what = Text(
            f"{name.zh}为{said[1].zh}，其中的部分应{span.zh}，而所述为{said[0].zh}",
            f"the whole, {name.en}, is {said[1].en}, so the part is {span.en}, and {said[0].en} is stated",
        )
        members = (Member("part", part), Member("whole", whole))
        text = self._say.compared(part, what, verdict)
        hint = _why(relation, verdict)
        return Finding("part", verdict, members, part.interval, most, part.unit, text, hint=hint)

    def _total(self, parts: list[Statement], whole: Statement, relation: Relation) -> Finding:
        total = _sum(parts)
        value = sum(part.value for part in parts)
        is_complete = relation.is_complete and len(parts) == len(relation.members)
        if not is_complete:
            total = Interval(total.low, math.inf)  # what is not stated comes on top
            value = max(value, whole.value)
        verdict = judge(whole.interval, total, point=value)
        return self._summed("parts_total", whole, parts, total, verdict, relation)

    def _hundred(self, relation: Relation) -> Iterator[Finding]:
        first = relation.members[0]
        for key in self._keys.get(first, []):
            if key[2] != "state":
                continue
            shares = [found[0] for name in relation.members if (found := self._at(name, key))]
            if len(shares) < 2 or any(difference(*pair) for pair in combinations(shares, 2)):
                continue
            total = _sum(shares)
            verdict = judge(_HUNDRED, total, point=sum(share.value for share in shares))
            yield self._summed("hundred", shares[0], shares, total, verdict, relation, stated=_HUNDRED)

    def _summed(
        self, code: str, whole: Statement, parts: list[Statement], total: Interval, verdict: str, relation: Relation,
        stated: Interval | None = None,
    ) -> Finding:  # fmt: skip
        said = [self._named(part) for part in parts]
        span = self._say.span(total, whole.unit)
        against = Text("总和不应超过100%", "together they are at most 100%")
        if stated is None:
            value = self._say.said(whole)
            against = Text(f"而总数是{value.zh}", f"and the total stated is {value.en}")
        what = Text(
            f"{'，'.join(one.zh for one in said)}，合计{span.zh}，{against.zh}",
            f"{', '.join(one.en for one in said)} add up to {span.en}, {against.en}",
        )
        members = [] if stated else [Member("whole", whole)]
        members += [Member("part", part) for part in parts]
        text = self._say.compared(whole, what, verdict)
        hint = _why(relation, verdict)
        return Finding(code, verdict, tuple(members), stated or whole.interval, total, whole.unit, text, hint=hint)

    # products and ratios
    def _product(self, relation: Relation) -> Iterator[Finding]:
        for whole, factors in self._together(relation, "state"):
            if any(difference(*pair) for pair in combinations((whole, *factors), 2)):
                continue
            fixed = Interval(*relation.constant) if relation.constant else Interval(1.0, 1.0)
            made, point = fixed, (fixed.low + fixed.high) / 2
            for one in factors:
                share = 0.01 if one.unit == "%" else 1.0
                made, point = made * one.interval.scaled(share), point * one.value * share
            yield self._made("product", whole, factors, made, point, relation)

    def _ratio(self, relation: Relation) -> Iterator[Finding]:
        for whole, (over, under) in self._together(relation, "state"):
            if under.value:
                made = (over.interval / under.interval).scaled(relation.scale)
                yield self._made(
                    "ratio", whole, (over, under), made, over.value / under.value * relation.scale, relation
                )
        for whole, (over, under) in self._together(relation, "change"):
            if {one.unit for one in (whole, over, under)} == {"%"} and under.value > -100:
                made = (factor(over.interval) / factor(under.interval)).shifted(-1).scaled(100)
                point = ((1 + over.value / 100) / (1 + under.value / 100) - 1) * 100
                yield self._made("ratio_growth", whole, (over, under), made, point, relation)

    def _made(
        self, code: str, whole: Statement, of: Sequence[Statement], made: Interval, point: float, relation: Relation
    ) -> Finding:
        reason = next((why for pair in combinations((whole, *of), 2) if (why := difference(*pair))), "")
        if relation.prices and code.startswith("ratio"):
            reason = reason or _other_prices(relation, (whole, *of))
        verdict = "not_comparable" if reason else judge(whole.interval, made, point=point)
        hint = _why(relation, verdict) and (self._price_hint(relation, whole, of, code) or _why(relation, verdict))
        said = [self._named(one) for one in of]
        if relation.constant_label:
            said.append(Text(relation.constant_label["zh"], relation.constant_label["en"]))
        value, span = self._say.said(whole), self._say.span(made, whole.unit)
        what = Text(
            f"由{'、'.join(one.zh for one in said)}推得{span.zh}，而所述为{value.zh}",
            f"{' and '.join(one.en for one in said)} imply {span.en}, and {value.en} is stated",
        )
        members = (Member("claim", whole), *(Member("of", one) for one in of))
        text = self._say.compared(whole, what, verdict, reason)
        return Finding(code, verdict, members, whole.interval, made, whole.unit, text, reason, hint)

    def _price_hint(self, relation: Relation, whole: Statement, of: Sequence[Statement], code: str) -> Hint | None:
        """Return what the denominator would have to be: nominal GDP is often printed beside real ratios."""
        if not relation.prices or code != "ratio_growth" or _PRICES in of[1].scope:
            return None
        fitting = (factor(of[0].interval) / factor(whole.interval)).shifted(-1).scaled(100)
        span, said = self._say.span(fitting, "%"), self._named(of[1])
        return Hint(
            "price_basis",
            Text(
                f"这个比率按可比价计算：分母增长{span.zh}才相符；{said.zh}没有写明价格口径，可能是现价（名义值）。",
                f"This ratio is at constant prices, for which the denominator would have changed by {span.en};"
                f" {said.en} does not state its prices and may be nominal (current prices).",
            ),
            (Member("hint", of[1]),),
        )

    def _named(self, one: Statement) -> Text:
        name, said = self._say.indicator(one.indicator), self._say.said(one)
        return Text(f"{name.zh}{said.zh}", f"{name.en} {said.en}")


def _keyed(listed: Sequence[Statement]) -> Keyed:
    """Return statements by indicator, region, time, form and base."""
    found: dict[tuple[str, str, str, str, str], list[Statement]] = {}
    for one in listed:
        if one.is_state:
            found.setdefault((one.indicator, one.region, one.when, "state", ""), []).append(one)
        elif one.kind == "change" and one.period and one.base and not one.is_yearly:
            found.setdefault((one.indicator, one.region, one.period, "change", one.base), []).append(one)
    return found


def _nearest(found: Sequence[Statement], beside: Statement) -> Statement:
    """Return the first figure that can be compared with another, else the first."""
    return next((one for one in found if not difference(one, beside)), found[0])


def _why(relation: Relation, verdict: str) -> Hint | None:
    """Return why the figures of a relation must fit, where they do not."""
    return Hint("relation", Text(relation.why["zh"], relation.why["en"])) if verdict == "inconsistent" else None


def _sum(parts: Sequence[Statement]) -> Interval:
    return Interval(sum(part.interval.low for part in parts), sum(part.interval.high for part in parts))


def _other_prices(relation: Relation, statements: Sequence[Statement]) -> str:
    stated = frozenset({f"prices-{relation.prices}"})
    return next(("basis" for one in statements if _PRICES in one.scope and one.scope[_PRICES] != stated), "")
