"""How an observation's value, period and place are printed, in Chinese and in English.

Flows in: rows of the observations table, the source's own reading of the number, and the registry. Flows out: text.
Digits are never made up here: they are those of the value, at the precision that the source wrote.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from qingshan.model import StageError
from qingshan.registry import Registry, Unit

LANGUAGES = ("zh", "en")
CHANGES = ("change", "target_change")
TARGETS = ("target", "target_change")
QUALIFIER_WORDS = {
    "zh": {"exact": "", "about": "约", "over": "超", "nearly": "近", "at_least": "不低于", "at_most": "不超过"},
    "en": {
        "exact": "",
        "about": "about",
        "over": "over",
        "nearly": "nearly",
        "at_least": "at least",
        "at_most": "at most",
    },
}
MINUS = "−"
_DIRECTIONS = {"zh": ("下降", "上升"), "en": ("down", "up")}
_NUMERAL = re.compile(r"\d[\d,]*(?:\.\d+)?")
_RANGE = re.compile(rf"({_NUMERAL.pattern})\D{{0,3}}?[-–—−~～至到]+({_NUMERAL.pattern})")
_BARE = re.compile(r"[\d.,]+[十百千万亿]*")
_PARTICLES = re.compile(r"[余多]|左右|上下|以上|以下|以内|之内|[约超近]|不低于|不少于|不超过")
_LOW = str.maketrans("0123456789x", "₀₁₂₃₄₅₆₇₈₉ₓ")
_HIGH = str.maketrans("₀₁₂₃₄₅₆₇₈₉ₓ", "0123456789x")
_FORMULA = re.compile(r"(?<![A-Za-z])(?:PM(?:2\.5|10|1)|[CSN]O2|NOx|N2O|O3|NH3|CH4|SF6|H2O)(?![A-Za-z0-9])")
_MULTIPLES = {0: "", 2: "百", 3: "千", 4: "万", 6: "百万", 7: "千万", 8: "亿", 12: "万亿"}
_SCALES = ((12, "trillion"), (9, "billion"), (6, "million"))


def unit_of(row: Mapping[str, object], registry: Registry) -> Unit:
    """Return the unit whose code is the row's `unit_measure`.

    Raises
    ------
    StageError
        The registry has no unit of that code.
    """
    code = row["unit_measure"]
    for unit in registry.vocabulary.units:
        if unit.code == code:
            return unit
    raise StageError(f"observation {row['observation_id']}: unit {code!r} is not in units/units.csv")


def printed(row: Mapping[str, object], language: str, registry: Registry, reading: str = "") -> str:
    """Return the value of an observation as it is printed: qualifier, number and unit.

    Parameters
    ----------
    row
        A row of the observations table.
    reading
        The clean form of the source's text for this number, ``12.13亿千瓦``; it keeps form, scale and precision. It is
        not used when it says another number than `obs_value` (a decision changed the value).

    Returns
    -------
    str
        ``12.13亿千瓦`` / ``1.213 billion kW``; ``+106%``; ``下降超10%`` / ``down over 10%``; ``67.5微克/立方米``.
    """
    unit = unit_of(row, registry)
    value = Decimal(repr(float(row["obs_value"])))  # type: ignore[arg-type]
    reading = reading.strip().lstrip("+-−－﹣–")
    if not _says(reading, abs(value), unit):
        reading = ""
    core = _chinese(abs(value), unit, reading) if language == "zh" else _english(abs(value), unit, reading)
    word = QUALIFIER_WORDS[language][str(row["qualifier"])]
    if language == "zh" and _PARTICLES.search(reading):
        word = ""  # the reading carries its own qualifier, as in 1.6万余个
    change = row["measure"] in CHANGES
    if change and row["qualifier"] == "exact":
        return ("" if value == 0 else MINUS if value < 0 else "+") + core
    direction = _DIRECTIONS[language][value > 0] if change and value != 0 else ""
    if not change and value < 0:
        core = MINUS + core
    return ("" if language == "zh" else " ").join(part for part in (direction, word, core) if part)


def _says(reading: str, value: Decimal, unit: Unit) -> bool:
    """Tell whether `reading` can stand for `value`: its first numeral times a power of ten, or a number in words."""
    found = _NUMERAL.search(reading)
    if not found:
        return bool(reading)
    if "成" in reading and unit.canonical == "%":
        return Decimal(found[0].replace(",", "")) * 10 == value
    return _power(found[0], value) is not None


def _power(numeral: str, value: Decimal) -> int | None:
    """Return k with numeral × 10^k == value, or None."""
    number = Decimal(numeral.replace(",", ""))
    if number == 0:
        return 0 if value == 0 else None
    ratio = (value / number).normalize()
    whole = ratio.as_tuple()
    return int(whole.exponent) if whole.digits == (1,) and number.scaleb(int(whole.exponent)) == value else None


def _chinese(value: Decimal, unit: Unit, reading: str) -> str:
    if reading and not _BARE.fullmatch(reading):
        return reading
    multiple = _multiple(value, reading)
    if multiple is not None:
        return reading + multiple + unit.canonical
    for power, word in ((8, "亿"), (4, "万")):
        if value >= 10**power:
            return f"{value.scaleb(-power).normalize():f}{word}{unit.canonical}"
    return f"{value.normalize():f}{unit.canonical}"


def _multiple(value: Decimal, reading: str) -> str | None:
    """Return what a bare number leaves to the unit of its table: 万 of 360 under 万公顷; None where no word says it."""
    found = _NUMERAL.fullmatch(reading)
    if found is None:
        return "" if reading else None  # 1.9万 says its own
    power = _power(found[0], value)
    return None if power is None else _MULTIPLES.get(power)


def _english(value: Decimal, unit: Unit, reading: str) -> str:
    numerals = [found.replace(",", "") for found in _NUMERAL.findall(reading)]
    power = _power(numerals[0], value) if numerals else None
    if power is None:
        return _scaled(value, None) + _english_unit(unit)
    number = _scaled(value, _decimals(numerals[0], power))
    both = _RANGE.search(reading)
    if both:
        high = both[2].replace(",", "")
        number += "–" + _scaled(Decimal(high).scaleb(power), _decimals(high, power))
    return number + _english_unit(unit)


def _decimals(numeral: str, power: int) -> int | None:
    """Return how many decimals of numeral × 10^power were written; None for a whole one: 200万 claims no 2.00."""
    _, point, fraction = numeral.partition(".")
    return len(fraction) - power if point else None


def _scaled(value: Decimal, decimals: int | None) -> str:
    """Return ``1.213 billion`` or ``16,000``; `decimals` of the unscaled value were written, None: those it needs."""
    for power, word in _SCALES:
        if value >= 10**power:
            return f"{_digits(value.scaleb(-power), None if decimals is None else decimals + power)} {word}"
    return _digits(value, decimals)


def _digits(value: Decimal, decimals: int | None) -> str:
    if decimals is None:
        return f"{value.normalize():,f}"
    shortest = max(0, -int(value.normalize().as_tuple().exponent))
    return f"{value:,.{max(decimals, shortest)}f}"


def _english_unit(unit: Unit) -> str:
    if unit.canonical in ("%", "‰"):
        return unit.symbol
    # single letters are easily misread: "420 million tonnes", not "420 million t"
    word = unit.symbol if unit.kind in ("measure", "ratio") and len(unit.symbol) > 1 else unit.en
    return f" {word}" if word else ""


def printed_number(row: Mapping[str, object], language: str, registry: Registry, reading: str = "") -> str:
    """Return the value as `printed` does, without its unit where that stands apart: beside an axis that names it."""
    return _without_unit(printed(row, language, registry, reading), unit_of(row, registry), language)


def unit_name(unit: Unit, language: str) -> str:
    """Return a unit's name as it stands after 单位 or Unit."""
    return unit.canonical if language == "zh" else _english_unit(unit).strip()


def _without_unit(text: str, unit: Unit, language: str) -> str:
    if unit.canonical in ("%", "‰"):
        return text
    return text.removesuffix(unit.canonical if language == "zh" else _english_unit(unit))


def label(row: Mapping[str, object], language: str, registry: Registry) -> str:
    """Return the name of a row's indicator as a chart prints it."""
    return subscripted(registry.indicators[str(row["indicator"])].label[language])


def scope_names(codes: str, language: str, registry: Registry) -> str:
    """Return the names of scopes, ``;`` between codes; a code that the registry lacks is printed as it is."""
    known = registry.scopes
    names = [
        code if code not in known else known[code].name if language == "zh" else known[code].en
        for code in codes.split(";")
    ]
    return ("，" if language == "zh" else ", ").join(filter(None, names))


def subscripted(text: str) -> str:
    """Return `text` with the digits of chemical names set low: PM₂.₅, CO₂, SO₂.

    Only names of the table are touched: the 3 of O3 in another word stays what it was.
    """
    return _FORMULA.sub(lambda match: match[0].translate(_LOW), text)


def plain(text: str) -> str:
    """Return `text` with low digits set on the line again, for comparison with names and numerals."""
    return text.translate(_HIGH)


def interval(row: Mapping[str, object]) -> tuple[str, str]:
    """Return (base, end) of a row's period; base is '' when the row is about one period only."""
    time, base = str(row["time_period"]), str(row["base_period"])
    if "/" in time:
        start, _, time = time.partition("/")
        base = base or start
    return base, time


def printed_period(row: Mapping[str, object], language: str) -> str:
    """Return the period as printed: ``2022年，比2013年`` / ``2022, against 2013`` for a change; dates keep every digit.

    What is counted or measured over an interval is printed as such: ``2021年至2023年`` / ``2021 to 2023``.
    """
    base, time = interval(row)
    if not row["base_period"] and row["measure"] not in CHANGES and base:
        return f"{_chinese_time(base)}至{_chinese_time(time)}" if language == "zh" else f"{base} to {time}"
    if language == "zh":
        return _chinese_time(time) + (f"，比{_chinese_time(base)}" if base else "")
    return time + (f", against {base}" if base else "")


def printed_end(row: Mapping[str, object], language: str) -> str:
    """Return the end of a row's period only: ``2025年`` / ``2025``."""
    end = interval(row)[1]
    return _chinese_time(end) if language == "zh" else end


def _chinese_time(time: str) -> str:
    parts = time.split("-")
    if len(parts) > 3 or not all(part.isdigit() for part in parts):
        return time
    return "".join(part + word for part, word in zip(parts, "年月日", strict=False))


def place(row: Mapping[str, object], language: str, registry: Registry) -> str:
    """Return the printed name of a row's area; a code that the registry lacks is printed as it is."""
    region = registry.regions.get(str(row["ref_area"]))
    if region is None:
        return str(row["ref_area"])
    return region.name if language == "zh" else region.en
