"""Which observations the chart of changes shows, in which order, and what its title may say of them.

Flows in: rows of the observations table and the registry. Flows out: rows, labels and sentences whose every number is
an observation's. Nothing is drawn here and nothing is averaged or added up.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from qingshan.charts import values
from qingshan.charts.wording import WORDS
from qingshan.model import visible
from qingshan.registry import GROUPS, Indicator, Registry

Row = Mapping[str, Any]
_HAN = re.compile(r"[\u4e00-\u9fff]")


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
        row["observation_id"]: values.label(row, language, registry)
        + (f" ({'; '.join(filter(None, (row['scope'], row['source_id'])))})" if times[row["indicator"]] > 1 else "")
        for row in rows
    }


def finding(rows: Sequence[Row], registry: Registry, language: str, *, known: Iterable[str] | None = None) -> str:
    """Return the title: how far pressures rose and pollution fell, with the exceptions named.

    A side is told only when at least two of its indicators moved that way and at most one did not; when more of its
    indicators are `known` than `rows` hold, it is told of those shown. With neither side told the title names place and
    period.

    Parameters
    ----------
    known
        Ids of the indicators that the chart would show; those of the rows if None.
    """
    words = WORDS[language]
    ids = {row["indicator"] for row in rows} if known is None else set(known)
    parts = (
        _side("pressures_rose", +1, rows, ids, registry, language),
        _side("pollution_fell", -1, rows, ids, registry, language),
    )
    told = words["and"].join(filter(None, parts))
    told = told or words["neutral_title"].format(**frame_words(rows, language, registry))
    return told[0].upper() + told[1:]


def _belongs(indicator: Indicator, side: str) -> bool:
    """Tell whether an indicator speaks for a side: any pressure, or a quality that is better when lower."""
    if side == "pressures_rose":
        return indicator.group == "pressure"
    return indicator.group == "quality" and indicator.good_direction == "down"


def _side(side: str, sign: int, rows: Sequence[Row], ids: Iterable[str], registry: Registry, language: str) -> str:
    words = WORDS[language]
    known = {name for name in ids if _belongs(registry.indicators[name], side)}
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
        told += words["aside"].format(
            labels=words["list"].join(_within_sentence(names[row["observation_id"]]) for row in others)
        )
    return told


def _within_sentence(label: str) -> str:
    """Return a label as it stands within a sentence: “total water use”, but GDP and PM2.5 as they are."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


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


def source_name(row: Row, sources: Mapping[str, tuple[str, str]], language: str) -> str:
    """Return publisher and title of a row's source; its id where nothing is known of it."""
    publisher, title = sources.get(row["source_id"], ("", ""))
    if not title:
        return str(row["source_id"])
    words = WORDS[language]
    publisher, title = in_language(publisher, language), in_language(title, language)
    # a title that brings its own marks keeps one pair
    name = words["source"].format(publisher=visible(publisher, line_end=" "), title=visible(title, line_end=" "))
    return name.replace("《《", "《").replace("》》", "》")


def in_language(name: str, language: str) -> str:
    """Return the part of a name written ``中文 · English`` that is of `language`; any other name is returned whole."""
    first, dot, second = name.partition(" · ")
    if not dot or not _HAN.search(first) or _HAN.search(second):
        return name
    return first if language == "zh" else second


def source_line(rows: Iterable[Row], sources: Mapping[str, tuple[str, str]], language: str) -> str:
    """Return who says so: publisher and title of each source of `rows`, each once, in the order of their ids.

    `sources` is source_id -> (publisher, title).
    """
    words = WORDS[language]
    of = {row["source_id"]: row for row in rows if row["source_id"] in sources}
    named = [source_name(of[key], sources, language) for key in sorted(of)]
    names = words["source_join"].join(named)
    return words["sources"].format(names=names) if named else ""
