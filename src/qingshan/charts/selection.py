"""Which observations the chart of changes shows, in which order, and what its title may say of them.

Flows in: rows of the observations table and the registry. Flows out: rows, labels and sentences whose every number is
an observation's. Nothing is drawn here and nothing is averaged or added up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from qingshan.charts import values
from qingshan.charts.wording import WORDS
from qingshan.model import visible
from qingshan.registry import GROUPS, Indicator, Registry

Row = Mapping[str, Any]


def changes_rows(observations: Iterable[Row], registry: Registry) -> list[Row]:
    """Return the relative changes over one common period and area, group by group, largest rise first.

    Parameters
    ----------
    observations
        Rows of the observations contract.

    Returns
    -------
    list
        Rows of measure ``change`` in percent whose indicator has a group, whose period is known (not as published) and
        shared: of all (area, base, end) the one with most indicators, the later one when two have as many.
    """
    rows = [row for row in observations if _is_drawable(row, registry)]
    if not rows:
        return []
    indicators: dict[tuple[str, str, str], set[str]] = {}
    for row in rows:
        indicators.setdefault(_frame(row), set()).add(row["indicator"])
    frame = max(indicators, key=lambda key: (len(indicators[key]), key[2], key[1], key[0] == "CN", key[0]))
    return sorted(
        (row for row in rows if _frame(row) == frame),
        key=lambda row: (
            GROUPS.index(registry.indicators[row["indicator"]].group),
            -row["obs_value"],
            row["indicator"],
            row["observation_id"],
        ),
    )


def _is_drawable(row: Row, registry: Registry) -> bool:
    indicator = registry.indicators.get(row["indicator"])
    base, end = values.interval(row)
    return (
        row["measure"] == "change"
        and indicator is not None
        and indicator.group in GROUPS
        and bool(base and end)
        and row["time_basis"] != "as_published"
        and values.unit_of(row, registry).canonical == "%"
    )


def _frame(row: Row) -> tuple[str, str, str]:
    return (row["ref_area"], *values.interval(row))


def labels(rows: Sequence[Row], registry: Registry, language: str) -> dict[str, str]:
    """Return observation_id -> label; when an indicator stands there twice, its scope and source tell the two apart."""
    times = Counter(row["indicator"] for row in rows)
    return {
        row["observation_id"]: registry.indicators[row["indicator"]].label[language]
        + (f" ({'; '.join(filter(None, (row['scope'], row['source_id'])))})" if times[row["indicator"]] > 1 else "")
        for row in rows
    }


def finding(rows: Sequence[Row], registry: Registry, language: str) -> str:
    """Return the title: how far pressures rose and pollution fell, with the exceptions named.

    A side is told only when at least two of its indicators moved that way and at most one did not; when the registry
    knows more of its indicators than `rows` hold, it is told of those shown. With neither side told the title names
    place and period.
    """
    words = WORDS[language]
    parts = (
        _side("pressures_rose", +1, rows, registry, language),
        _side("pollution_fell", -1, rows, registry, language),
    )
    told = words["and"].join(filter(None, parts))
    told = told or words["neutral_title"].format(**frame_words(rows, language, registry))
    return told[0].upper() + told[1:]


def missing(rows: Sequence[Row], registry: Registry, language: str) -> list[str]:
    """Return the labels of the registry's grouped indicators that `rows` do not hold."""
    held = {row["indicator"] for row in rows}
    absent = (one for one in registry.indicators.values() if one.group in GROUPS and one.indicator_id not in held)
    return [one.label[language] for one in sorted(absent, key=lambda one: GROUPS.index(one.group))]


def _belongs(indicator: Indicator, side: str) -> bool:
    """Tell whether an indicator speaks for a side: any pressure, or a quality that is better when lower."""
    if side == "pressures_rose":
        return indicator.group == "pressure"
    return indicator.group == "quality" and indicator.good_direction == "down"


def _group(row: Row, registry: Registry) -> str:
    return registry.indicators[row["indicator"]].group


def _side(side: str, sign: int, rows: Sequence[Row], registry: Registry, language: str) -> str:
    words = WORDS[language]
    known = {name for name, indicator in registry.indicators.items() if _belongs(indicator, side)}
    rows = [row for row in rows if row["indicator"] in known]
    sentence = words[side if known <= {row["indicator"] for row in rows} else f"shown_{side}"]
    moved = sorted((row for row in rows if row["obs_value"] * sign > 0), key=lambda row: abs(row["obs_value"]))
    others = [row for row in rows if row["obs_value"] * sign <= 0]
    if len(moved) < 2 or len(others) > 1:
        return ""
    ends = list(dict.fromkeys(bare_value(row, language, registry) for row in (moved[0], moved[-1])))
    about = words["about"] if any(row["qualifier"] != "exact" for row in moved) else ""
    told = sentence.format(range=about + words["to"].join(ends))
    names = labels(rows, registry, language)
    if others:
        told += words["aside"].format(labels=words["list"].join(names[row["observation_id"]] for row in others))
    return told


def bare_value(row: Row, language: str, registry: Registry) -> str:
    """Return the size of a change without sign and qualifier: ``60%``."""
    return values.printed({**row, "qualifier": "exact", "measure": "level", "obs_value": abs(row["obs_value"])},
                          language, registry)  # fmt: skip


def frame_words(rows: Sequence[Row], language: str, registry: Registry) -> dict[str, str]:
    """Return area, base and end of the rows' common period, as printed."""
    base, end = values.interval(rows[0])
    year = "年" if language == "zh" else ""
    return {
        "area": values.place(rows[0], language, registry),
        "base": base + (year if base.isdigit() else ""),
        "end": end + (year if end.isdigit() else ""),
    }


def subtitle(rows: Sequence[Row], registry: Registry, language: str) -> str:
    """Return the line under the title: place, period and base."""
    return WORDS[language]["subtitle"].format(**frame_words(rows, language, registry))


def alt_text(rows: Sequence[Row], registry: Registry, language: str, *, readings: Mapping[str, str] = {}) -> str:
    """Return what the chart shows, in words: its title and every value, for people who do not see it."""
    words, names = WORDS[language], labels(rows, registry, language)
    groups = ""
    for group in GROUPS:
        items = [
            words["alt_item"].format(
                label=names[row["observation_id"]],
                value=values.printed(row, language, registry, readings.get(row["observation_id"], "")),
            )
            for row in rows
            if _group(row, registry) == group
        ]
        if items:
            groups += words["alt_group"].format(group=words[group], items=words["alt_join"].join(items))
    return (
        words["alt"]
        .format(title=finding(rows, registry, language), subtitle=subtitle(rows, registry, language), groups=groups)
        .strip()
    )


def source_line(rows: Iterable[Row], sources: Mapping[str, tuple[str, str]], language: str) -> str:
    """Return who says so: publisher and title of each source of `rows`, each once, in the order of their ids.

    `sources` is source_id -> (publisher, title).
    """
    words = WORDS[language]
    named = [
        words["source"].format(publisher=visible(publisher, line_end=" "), title=visible(title, line_end=" "))
        for publisher, title in (sources[key] for key in sorted({row["source_id"] for row in rows}) if key in sources)
    ]
    # a title that brings its own marks keeps one pair
    names = words["source_join"].join(named).replace("《《", "《").replace("》》", "》")
    return words["sources"].format(names=names) if named else ""
