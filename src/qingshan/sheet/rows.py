"""What stands in a sheet for confirmation: one row for each observation of an edition, in groups.

Flows in: the public folder of an edition, that of an earlier year's, and the registry. Flows out: `Group`s of rows.
Only public tables are read, so nothing internal can leave in a sheet.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qingshan.charts import values
from qingshan.edition import published
from qingshan.edition.wording import WORDS
from qingshan.model import place_in_quote, visible
from qingshan.registry import THEMES, Registry
from qingshan.sheet.change import printed_change

FIXED = ("编号", "指标", "地区", "时间", "性质", "本版数值", "原文", "出处", "上年数值", "变化")
REPLIES = ("核实意见", "修改值", "依据", "签字")
CODE = "校验码"
COLUMNS = (*FIXED, *REPLIES, CODE)
NUMBER = "本版数值"
BY = ("province", "theme")
_AROUND = 400  # characters of a quote on each side of its number: a cell holds 32,767, a reader far fewer
_SAME = ("indicator", "ref_area", "base_period", "measure", "scope")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class SheetRow:
    """One observation in a sheet.

    Parameters
    ----------
    fixed
        The cells that are not to be changed, in the order of `FIXED`; the first is the observation's id.
    figure
        The row of its primary figure in ``figures.csv``.
    observation
        Its row in ``observations.csv``.
    """

    fixed: tuple[str, ...]
    figure: Row
    observation: Row

    @property
    def code(self) -> str:
        return code_of(self.fixed)


@dataclass(frozen=True)
class Group:
    """The rows of one province or theme."""

    title: str
    rows: tuple[SheetRow, ...]


def code_of(fixed: Iterable[str]) -> str:
    """Return the short hash by which a change in the fixed cells of a row is noticed: against slips, not fraud."""
    return hashlib.sha256("\x1f".join(plain(cell) for cell in fixed).encode()).hexdigest()[:8]


def plain(cell: str) -> str:
    """Return a cell as it reads back from a workbook: line breaks and runs of spaces are one space."""
    return " ".join(cell.split())


def groups(folder: Path, earlier: Path | None, registry: Registry, by: str) -> list[Group]:
    """Return the rows of an edition by province or by theme, both in their official order.

    Parameters
    ----------
    folder, earlier
        Public folders; the second of an earlier year's edition, None if there is none.
    by
        One of `BY`.
    """
    last = _last_year(published.table(earlier, "observations")[1]) if earlier else {}
    figures = {row["figure_id"]: row for row in published.table(folder, "figures")[1]}
    primary = {
        row["observation_id"]: figures[row["figure_id"]]
        for row in published.table(folder, "observation_figures")[1]
        if row["role"] == "primary"
    }
    titles = {row["source_id"]: row["title"] for row in published.table(folder, "sources")[1]}
    found: dict[tuple[int, str], list[SheetRow]] = {}
    order = {name: index for index, name in enumerate(registry.indicators)}
    rows = published.table(folder, "observations")[1]
    for row in sorted(rows, key=lambda row: (order[row["indicator"]], *_order(row, registry))):
        figure = primary[row["observation_id"]]
        fixed = _fixed(row, figure, titles, _before(row, last), registry)
        group = _province(row["ref_area"], registry) if by == "province" else _theme(row["indicator"], registry)
        found.setdefault(group, []).append(SheetRow(fixed, figure, row))
    return [Group(title, tuple(rows)) for (_, title), rows in sorted(found.items(), key=lambda item: item[0])]


def _fixed(row: Row, figure: Row, titles: Mapping[str, str], before: Row | None, registry: Registry) -> tuple[str, ...]:
    words = WORDS["zh"]
    period = values.printed_period(row, "zh")
    cells = (
        row["observation_id"],
        registry.indicators[row["indicator"]].label["zh"],
        values.place(row, "zh", registry),
        words["as_of"].format(period=period) if row["time_basis"] == "as_published" else period,
        words["measures"][row["measure"]],
        values.printed(row, "zh", registry, figure["reading"]),
        _quoted(figure),
        f"{titles[row['source_id']]} · {figure['locator'] or figure['start']}",
        f"{values.printed_period(before, 'zh')}：{values.printed(before, 'zh', registry)}" if before else "",
        printed_change(before, row, registry) if before else "",
    )
    return tuple(visible(cell, line_end=" ") for cell in cells)


def _quoted(figure: Row) -> str:
    """Return the quote with the number in 【】, shortened where it is long."""
    quote, text = figure["quote"], figure["text"]
    start = place_in_quote(quote, text, figure["prefix"], figure["suffix"])
    if start is None:
        return quote[: 2 * _AROUND]
    end = start + len(text)
    before, after = quote[max(0, start - _AROUND) : start], quote[end : end + _AROUND]
    head, tail = "…" if start > _AROUND else "", "…" if len(quote) - end > _AROUND else ""
    return f"{head}{before}【{text}】{after}{tail}"


def _last_year(observations: Sequence[Row]) -> dict[tuple[Any, ...], list[Row]]:
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in observations:
        found.setdefault(tuple(row[name] for name in _SAME), []).append(row)
    return found


def _before(row: Row, last: Mapping[tuple[Any, ...], list[Row]]) -> Row | None:
    """Return what the earlier edition says last of the same thing, for an earlier time; None where it says two things.

    A source that speaks in both editions is preferred to others.
    """
    rows = [one for one in last.get(tuple(row[name] for name in _SAME), ()) if one["time_period"] < row["time_period"]]
    rows = [one for one in rows if one["source_id"] == row["source_id"]] or rows
    newest = max((one["time_period"] for one in rows), default="")
    rows = [one for one in rows if one["time_period"] == newest]
    said = {(one["obs_value"], one["unit_measure"], one["qualifier"]) for one in rows}
    return rows[0] if len(said) == 1 else None


def _order(row: Row, registry: Registry) -> tuple[Any, ...]:
    region = registry.regions.get(row["ref_area"])
    rest = (row["time_period"], row["base_period"], row["measure"], row["scope"], row["source_id"])
    return (region.order if region else len(registry.regions), *rest)


def _province(code: str, registry: Registry) -> tuple[int, str]:
    """Return official order and name of the province that a place lies in; places in none come last."""
    for region in _upwards(code, registry):
        if region.level in ("province", "country"):
            return region.order, region.name
    return len(registry.regions), "其他地区"


def _upwards(code: str, registry: Registry) -> Iterator[Any]:
    seen: set[str] = set()
    while code in registry.regions and code not in seen:
        seen.add(code)
        yield registry.regions[code]
        code = registry.regions[code].parent


def _theme(indicator: str, registry: Registry) -> tuple[int, str]:
    theme = registry.indicators[indicator].theme
    return THEMES.index(theme), WORDS["zh"]["themes"][theme]
