"""Plants relations between figures: true values rounded as texts round them, and the same with one digit changed.

Flows in: a random number generator. Flows out: rows of the table `curated`. Whether a changed digit can still be excused
by rounding is decided here by trying the corners of every other figure, without the arithmetic that is tested.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from qingshan.model import CURATED
from qingshan.quantity import bounds
from qingshan.quantity.quantities import Quantity

_KINDS = {"个": "classifier", "%": "ratio", "百分点": "point", "倍": "ratio"}
_EMPTY = {"str": "", "float": math.nan, "int": 0}


@dataclass(frozen=True)
class Number:
    """A number as a text writes it: `written` in `unit`, the last written place worth `place`."""

    written: Decimal
    place: Decimal
    indicator: str
    kind: str
    unit: str
    period: str
    base: str = ""
    region: str = "甘肃省"
    prefix: str = ""

    @property
    def interval(self) -> tuple[float, float]:
        quantity = Quantity(
            0, 0, self.written, self.written, self.place, self.place == 1, self.unit,
            _KINDS.get(self.unit, "measure"), "", "arabic", self.written < 0,
        )  # fmt: skip
        return bounds(quantity, "exact")

    def row(self, start: int) -> dict[str, object]:
        low, high = self.interval
        plain = {column.name: _EMPTY[column.type.__name__] for column in CURATED.columns}
        return plain | {
            "figure_id": f"planted@{start}-{start + 2}", "source_id": "planted", "start": start, "end": start + 2,
            "value": float(self.written), "value_low": low, "value_high": high, "unit": self.unit, "kind": self.kind,
            "indicator": self.indicator, "period": self.period, "base_period": self.base, "region": self.region,
            "integrity": "whole", "status": "undecided", "reason": "period", "quote": f"quote {start}",
            "prefix": self.prefix, "qualifier": "exact", "region_basis": "stated",
        }  # fmt: skip


@dataclass(frozen=True)
class Planted:
    """A relation: its figures, and for each what it must be when the others are known (None: not an equation)."""

    form: str
    numbers: tuple[Number, ...]
    solve: tuple[Callable[..., float], ...] = ()

    @property
    def rows(self) -> list[dict[str, object]]:
        return [number.row(10 * index) for index, number in enumerate(self.numbers)]


def rounded(rng: random.Random, true: float, places: int, **fields: str) -> Number:
    """Return a true value rounded to so many decimal places, halves either way."""
    place = Decimal(1).scaleb(-places)
    written = Decimal(repr(true)).quantize(place, rng.choice((ROUND_HALF_UP, ROUND_HALF_EVEN)))
    return Number(written, place, **fields)


def _level(rng: random.Random, true: float, digits: int, **fields: str) -> Number:
    return rounded(rng, true, digits - 1 - math.floor(math.log10(abs(true))), **fields)


def _amount(rng: random.Random) -> float:
    return 10 ** rng.uniform(1, 4)


def change(rng: random.Random) -> Planted:
    base, factor = _amount(rng), rng.uniform(0.15, 3)
    fields = {"indicator": "energy_consumption", "unit": "吨标准煤"}
    numbers = (
        _level(rng, base, rng.randint(2, 5), kind="level", period="2015", **fields),
        _level(rng, base * factor, rng.randint(2, 5), kind="level", period="2022", **fields),
        rounded(rng, (factor - 1) * 100, rng.randint(0, 2), indicator="energy_consumption", unit="%", kind="change",
                period="2022", base="2015"),
    )  # fmt: skip
    return Planted("change", numbers, (
        lambda e, c: e / (1 + c / 100), lambda b, c: b * (1 + c / 100), lambda b, e: (e / b - 1) * 100,
    ))  # fmt: skip


def yearly(rng: random.Random) -> Planted:
    base, times = _amount(rng), rng.uniform(0.9, 1.3)
    fields = {"indicator": "energy_consumption", "unit": "吨标准煤"}
    numbers = (
        _level(rng, base, rng.randint(3, 5), kind="level", period="2015", **fields),
        _level(rng, base * times**5, rng.randint(3, 5), kind="level", period="2020", **fields),
        rounded(rng, (times - 1) * 100, 1, indicator="energy_consumption", unit="%", kind="change", period="2020",
                base="2015", prefix="，年均增长"),
    )  # fmt: skip
    return Planted("yearly", numbers, (
        lambda e, c: e / (1 + c / 100) ** 5, lambda b, c: b * (1 + c / 100) ** 5, lambda b, e: ((e / b) ** 0.2 - 1) * 100,
    ))  # fmt: skip


def points(rng: random.Random) -> Planted:
    base, end = rng.uniform(5, 95), rng.uniform(5, 95)
    fields = {"indicator": "forest_cover", "unit": "%", "kind": "share"}
    numbers = (
        rounded(rng, base, rng.randint(1, 2), period="2015", **fields),
        rounded(rng, end, rng.randint(1, 2), period="2022", **fields),
        rounded(rng, end - base, rng.randint(1, 2), indicator="forest_cover", unit="百分点", kind="change",
                period="2015/2022", base="2015"),
    )  # fmt: skip
    return Planted("points", numbers, (lambda e, c: e - c, lambda b, c: b + c, lambda b, e: e - b))


def multiples(rng: random.Random) -> Planted:
    base, factor = _amount(rng), rng.uniform(2.2, 9)
    fields = {"indicator": "nev_output", "unit": "辆"}
    numbers = (
        _level(rng, base, rng.randint(3, 5), kind="level", period="2015", **fields),
        _level(rng, base * factor, rng.randint(3, 5), kind="level", period="2022", **fields),
        rounded(rng, factor - 1, rng.randint(1, 2), indicator="nev_output", unit="倍", kind="change", period="2022",
                base="2015"),
    )  # fmt: skip
    return Planted("multiples", numbers, (lambda e, c: e / (1 + c), lambda b, c: b * (1 + c), lambda b, e: e / b - 1))


def twice(rng: random.Random) -> Planted:
    true = _amount(rng)
    fields = {"indicator": "water_use", "unit": "立方米", "kind": "level", "period": "2022"}
    numbers = tuple(_level(rng, true, rng.randint(2, 5), **fields) for _ in range(2))
    return Planted("twice", numbers, (lambda other: other, lambda other: other))


def ratio_growth(rng: random.Random) -> Planted:
    over, under = rng.uniform(-40, 150), rng.uniform(-30, 150)
    true = ((1 + over / 100) / (1 + under / 100) - 1) * 100
    names = ("energy_intensity", "energy_consumption", "gdp")
    numbers = tuple(
        rounded(rng, value, rng.randint(0, 2), indicator=name, unit="%", kind="change", period="2013/2022", base="2013")
        for name, value in zip(names, (true, over, under), strict=True)
    )
    return Planted("ratio_growth", numbers, (
        lambda n, d: ((1 + n / 100) / (1 + d / 100) - 1) * 100, lambda r, d: ((1 + r / 100) * (1 + d / 100) - 1) * 100,
        lambda r, n: ((1 + n / 100) / (1 + r / 100) - 1) * 100,
    ))  # fmt: skip


def ratio(rng: random.Random) -> Planted:
    over, under = _amount(rng) * 1e6, _amount(rng) * 1e10
    units = {"energy_intensity": "吨标准煤/万元", "energy_consumption": "吨标准煤", "gdp": "元"}
    values = (over / under * 10_000, over, under)
    numbers = tuple(
        _level(rng, value, rng.randint(2, 4), indicator=name, unit=unit, kind="level", period="2022")
        for (name, unit), value in zip(units.items(), values, strict=True)
    )
    return Planted("ratio", numbers, (
        lambda n, d: n / d * 10_000, lambda r, d: r * d / 10_000, lambda r, n: n / r * 10_000
    ))  # fmt: skip


def share_of_total(rng: random.Random) -> Planted:
    share = rng.uniform(2, 12)
    numbers = (
        _level(rng, share * 96_000, rng.randint(2, 4), indicator="acid_rain_area", unit="平方公里", kind="level",
               period="2022"),
        rounded(rng, share, 1, indicator="acid_rain_area_share", unit="%", kind="share", period="2022"),
    )  # fmt: skip
    return Planted("share_of_total", numbers)


def total(rng: random.Random) -> Planted:
    zones, bases = rng.randint(2, 60), rng.randint(2, 60)
    names = ("eco_zones_and_bases", "eco_civilization_zones", "two_mountains_bases")
    numbers = tuple(
        rounded(rng, float(value), 0, indicator=name, unit="个", kind="count", period="2022")
        for name, value in zip(names, (zones + bases, zones, bases), strict=True)
    )
    return Planted("total", numbers, (lambda a, b: a + b, lambda w, b: w - b, lambda w, a: w - a))


def implied_base(rng: random.Random) -> Planted:
    base, first, second = _amount(rng), rng.uniform(0.3, 2), rng.uniform(0.3, 2)
    fields = {"indicator": "crude_steel_output", "base": "2010"}
    numbers = []
    for factor, year in ((first, "2015"), (second, "2020")):
        numbers += [
            _level(rng, base * factor, rng.randint(3, 5), indicator="crude_steel_output", unit="吨", kind="level", period=year),
            rounded(rng, (factor - 1) * 100, rng.randint(1, 2), unit="%", kind="change", period=year, **fields),
        ]  # fmt: skip
    return Planted("implied_base", tuple(numbers), (
        lambda c, o, d: o / (1 + d / 100) * (1 + c / 100), lambda e, o, d: (e * (1 + d / 100) / o - 1) * 100,
        lambda e, c, d: e / (1 + c / 100) * (1 + d / 100), lambda e, c, o: (o * (1 + c / 100) / e - 1) * 100,
    ))  # fmt: skip


def bounded(rng: random.Random) -> Planted:
    """Inequalities: a part in its whole, shares of one hundred, a total that grows, a province in the country."""
    whole = _amount(rng) * 1e6
    part = whole * rng.random()
    share = rng.uniform(1, 99)
    later = whole * (1 + rng.random())
    small = {"kind": "level", "unit": "千瓦", "period": "2022"}
    grown = {"indicator": "steel_capacity_retired", "kind": "level", "unit": "吨"}
    numbers = (
        _level(rng, whole, rng.randint(2, 4), indicator="renewable_capacity", **small),
        _level(rng, part, rng.randint(2, 4), indicator="wind_capacity", **small),
        _level(rng, (whole - part) * rng.uniform(0.5, 1), rng.randint(2, 4), indicator="solar_capacity", **small),
        _level(rng, whole * 1.5, rng.randint(2, 4), indicator="renewable_capacity", region="全国", **small),
        rounded(rng, share, 1, indicator="coal_share", unit="%", kind="share", period="2022"),
        rounded(
            rng, (100 - share) * rng.random(), 1, indicator="nonfossil_share", unit="%", kind="share", period="2022"
        ),
        _level(rng, whole, rng.randint(2, 4), period="2020", **grown),
        _level(rng, later, rng.randint(2, 4), period="2022", **grown),
    )
    return Planted("bounded", numbers)


EQUATIONS = (change, yearly, points, multiples, twice, ratio_growth, ratio, total, implied_base)
FORMS = (*EQUATIONS, share_of_total, bounded)


def with_a_digit_changed(rng: random.Random, planted: Planted) -> Planted | None:
    """Return the relation with one digit of one figure changed beyond what rounding excuses; None if that was excused."""
    index = rng.randrange(len(planted.numbers))
    number = planted.numbers[index]
    digits = [at for at, sign in enumerate(str(number.written)) if sign.isdigit()]
    at = rng.choice(digits)
    text = str(number.written)
    other = rng.choice([digit for digit in "0123456789" if digit != text[at]])
    changed = replace(number, written=Decimal(text[:at] + other + text[at + 1 :]))
    if changed.written == number.written or (changed.kind != "change" and changed.written <= 0):
        return None
    others = [one.interval for place, one in enumerate(planted.numbers) if place != index]
    corners = [planted.solve[index](*corner) for corner in itertools.product(*others)]
    low, high = changed.interval
    slack = 1e-6 * max(abs(low), abs(high), 1e-3)
    if low <= max(corners) + slack and min(corners) - slack <= high:
        return None
    numbers = (*planted.numbers[:index], changed, *planted.numbers[index + 1 :])
    return replace(planted, numbers=numbers)
