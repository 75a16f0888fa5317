"""Which tables a section of the Word file holds: results, changes and targets apart, one unit above where all share it.

Flows in: the lines of a section. Flows out: `Section` tables as text, ready to be set. A target is never in one table
with results.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qingshan.charts import values
from qingshan.edition.office.material import TARGETS, Line, Material, plain
from qingshan.edition.office.numerals import gbt15835
from qingshan.edition.office.word import styles
from qingshan.edition.office.wording import WORDS

_KINDS = ("results", "changes", "targets")
_COLUMNS = ("label", "place", "period", "value", "source")
# in centimetres: how far a column may follow its longest text, the first to take room first; labels have the rest
_WIDEST = {"source": 2.0, "period": 4.2, "value": 4.2, "place": 3.6}
_NARROWEST = {"source": 1.2, "period": 2.4, "value": 2.2, "place": 2.0}
_ENGLISH = {"place": 3.0, "period": 3.0, "value": 3.4, "source": 1.3}
_LABEL, _PADDING, _SIZE = 4.3, 0.45, 9  # room that labels keep, white in a cell, points
_REFERENCE = re.compile(r"\[\d+\]")
LONGEST_GROUP = 8  # rows under one label that are kept on one page; then the label stands again


@dataclass(frozen=True)
class Printed:
    """One table as printed.

    Parameters
    ----------
    unit
        What stands at the top right: the unit that all values share, or that units stand with the values.
    rows
        A cell for each column.
    starts
        Of each row, whether its first cell is printed: not where it would repeat the one above.
    is_number
        Which columns are set at the right.
    """

    title: str
    unit: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    is_number: tuple[bool, ...]
    notes: tuple[str, ...]
    starts: tuple[bool, ...] = ()


def section_tables(material: Material, theme_name: str, lines: Sequence[Line], language: str) -> list[Printed]:
    """Return the tables of one section; kinds without lines have none."""
    groups = {kind: [line for line in lines if _kind(line) == kind] for kind in _KINDS}
    return [_table(material, kind, theme_name, held, language) for kind, held in groups.items() if held]


def lost_table(material: Material, language: str) -> Printed:
    """Return the values that the sources lost: subjects as the source has them, no quote."""
    words = WORDS[language]
    names = ("label", "place", "period", "source")
    rows = tuple(
        (
            row["subject"] or "…",
            row["region"],
            _day(row["period"], language),
            f"[{material.source_numbers[row['source_id']]}]",
        )
        for row in material.tables.lost
    )
    widths = (7.6, 2.6, 3.4, 1.4)
    heads = tuple(words["lost_columns"][name] for name in names)
    return Printed(words["lost_title"], "", heads, rows, widths, (False,) * 4, ())


def _kind(line: Line) -> str:
    if line.row["measure"] in TARGETS:
        return "targets"
    return "changes" if line.row["measure"] in values.CHANGES else "results"


def _table(material: Material, kind: str, theme_name: str, lines: Sequence[Line], language: str) -> Printed:
    words = WORDS[language]
    units = {line.unit.code for line in lines}
    shared = _unit_name(lines[0], language) if len(units) == 1 else ""
    places = {line.place for line in lines}
    names = [name for name in _COLUMNS if name != "place" or len(places) > 1]
    cells = _merged([_cells(material, line, language, shared) for line in lines])
    title = words[kind].format(theme=theme_name)
    if len(places) == 1:
        title += words["of_area"].format(area=places.pop())
    heads = dict(words["columns"]) | ({"period": words["target_period"]} if kind == "targets" else {})
    return Printed(
        title=title,
        unit=words["unit"].format(unit=shared or words["units_within"]),
        heads=tuple(heads[name] for name in names),
        rows=tuple(tuple(cell[name] for name in names) for cell in cells),
        widths=_widths(names, [heads, *cells], language),
        is_number=tuple(name == "value" for name in names),
        notes=tuple(_notes(lines, language)),
        starts=tuple(_starts([cell["label"] for cell in cells])),
    )


def _widths(names: Sequence[str], rows: Sequence[dict[str, str]], language: str) -> tuple[float, ...]:
    """Return the width of each column: as its longest text wants it while the labels keep their room."""
    if language == "en":  # long scopes want the same columns everywhere: proofs of a PDF are read by them
        fixed = [_ENGLISH.get(name, 0.0) for name in names]
        return (styles.WIDTH_CM - sum(fixed), *fixed[1:])
    room = styles.WIDTH_CM - _LABEL - sum(width for name, width in _NARROWEST.items() if name in names)
    taken: dict[str, float] = {}
    for name in filter(names.__contains__, _WIDEST):
        texts = (gbt15835(plain(row[name])) if language == "zh" else plain(row[name]) for row in rows)
        wanted = max(styles.width_cm(text, _SIZE) for text in texts) + _PADDING
        more = min(max(0.0, wanted - _NARROWEST[name]), _WIDEST[name] - _NARROWEST[name], room)
        taken[name] = round(_NARROWEST[name] + more, 2)
        room -= more
    return tuple(taken.get(name, round(styles.WIDTH_CM - sum(taken.values()), 2)) for name in names)


def _merged(cells: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Return rows in which sources that say the same stand together: [1][2]."""
    rows: dict[tuple[str, ...], dict[str, str]] = {}
    for cell in cells:
        key = tuple(text for name, text in cell.items() if name != "source")
        if key not in rows:
            rows[key] = dict(cell)
        elif cell["source"] not in rows[key]["source"]:
            rows[key]["source"] += cell["source"]
    return [row | {"source": "".join(sorted(_REFERENCE.findall(row["source"]), key=_number))} for row in rows.values()]


def _number(reference: str) -> int:
    return int(reference.strip("[]"))


def _starts(labels: Sequence[str]) -> Iterator[bool]:
    run = 0
    for number, label in enumerate(labels):
        run = run + 1 if number and label == labels[number - 1] and run < LONGEST_GROUP else 1
        yield run == 1


def _cells(material: Material, line: Line, language: str, shared: str) -> dict[str, str]:
    words = WORDS[language]
    label = line.label + (words["scope"].format(scope=line.scope) if line.scope else "")
    value = line.value
    if shared:
        for ending in (shared, line.unit.canonical, line.unit.symbol, line.unit.en):
            if ending and value.endswith(ending):
                value = value.removesuffix(ending).rstrip()
                break
    return {
        "label": label,
        "place": line.place,
        "period": words["as_of"].format(period=line.period) if line.is_as_of else line.period,
        "value": value,
        "source": f"[{material.source_numbers[line.source.source_id]}]",
    }


def _unit_name(line: Line, language: str) -> str:
    """Return the unit as it stands above a table; '' where a count has a classifier that English does not print."""
    if language == "zh":
        return line.unit.canonical
    return line.unit.symbol if line.unit.kind in ("ratio", "measure") and line.unit.symbol else line.unit.en


def _notes(lines: Sequence[Line], language: str) -> list[str]:
    words = WORDS[language]
    notes = [words["as_of_note"]] if any(line.is_as_of for line in lines) else []
    by_status: dict[str, list[str]] = {}
    for line in lines:
        # an estimate that prints its own “about” needs no second word
        if line.status and not (line.row["obs_status"] == "E" and line.row["qualifier"] != "exact"):
            by_status.setdefault(line.status, []).append(f"{line.label}{words['scope'].format(scope=line.period)}")
    return notes + [
        f"{status[0].upper()}{status[1:]}{words['colon']}{words['list'].join(dict.fromkeys(told))}"
        for status, told in by_status.items()
    ]


def _day(period: str, language: str) -> str:
    return (
        values.printed_period({"time_period": period, "base_period": "", "measure": "level"}, language)
        if period
        else ""
    )
