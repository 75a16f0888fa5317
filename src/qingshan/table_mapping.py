"""The `table:` part of a source.yml: which column, or which constant, says what about each value of a table.

Flows in: the checked YAML of a source. Flows out: a `TableMapping`. It knows neither the table nor the registry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qingshan.documents import Document
from qingshan.model import InputError, Problem
from qingshan.readers.rows import Row

TABLE_SUFFIXES = (".csv", ".tsv", ".xlsx")
REQUIRED = ("value", "unit", "indicator", "region", "period")
OPTIONAL = ("subject", "kind", "qualifier", "base_period", "scope", "status")
OF_THE_BASE = ("base_value", "base_scope", "base_status")
ASPECTS = (*REQUIRED, *OPTIONAL, *OF_THE_BASE)
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}

_TEXT = {"type": "string"}
_BINDING = {
    "type": ["string", "object"],
    "additionalProperties": False,
    "properties": {
        "column": _TEXT,
        "const": _TEXT,
        "codes": {"type": "object", "additionalProperties": _TEXT},
        "otherwise": _TEXT,
    },
}
TABLE_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": list(REQUIRED),
    "additionalProperties": False,
    "properties": {
        "sheet": _TEXT,
        "header": {"type": "string", "pattern": r"^[1-9]\d*$", "description": "the number of a row"},
        "delimiter": {"enum": list(DELIMITERS)},
        "no_value": {"type": "array", "items": _TEXT},
        **dict.fromkeys(ASPECTS, _BINDING),
    },
}
MAPPING_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["table"],
    "additionalProperties": False,
    "properties": {"table": TABLE_SCHEMA},
}
# column names that need no explanation; the first that a table has is taken
_USUAL_NAMES = {
    "value": ("value", "obs_value", "数值", "值", "指标值"),
    "unit": ("unit", "unit_measure", "单位", "计量单位"),
    "indicator": ("indicator", "indicator_id", "指标", "指标名称"),
    "region": ("region", "ref_area", "地区", "区域", "省份"),
    "period": ("period", "time_period", "year", "年份", "年度", "时间", "时期"),
    "subject": ("subject", "indicator_zh"),
    "kind": ("kind",),
    "qualifier": ("qualifier",),
    "base_period": ("base_period", "基期"),
    "scope": ("scope", "口径"),
    "status": ("status", "obs_status"),
}


@dataclass(frozen=True)
class Binding:
    """Where one aspect of a value comes from: a column, or the same constant for all.

    Parameters
    ----------
    column, const
        One of them; the other is None.
    codes
        Cell -> what it means in the registry's words, for cells that say it otherwise. A cell is looked up trimmed.
    otherwise
        What every cell means that is not in `codes`; None: what the cell itself says.
    where
        File and line, for messages.
    """

    column: str | None
    const: str | None
    codes: dict[str, str] = field(default_factory=dict)
    otherwise: str | None = None
    where: str = ""

    def meaning(self, cell: str) -> str:
        """Return what a cell of the column says."""
        if cell in self.codes:
            return self.codes[cell]
        return cell if self.otherwise is None else self.otherwise


@dataclass(frozen=True)
class TableMapping:
    """How a table is read.

    Parameters
    ----------
    sheet
        Name of a workbook's sheet; '' for a workbook's only one, and for CSV.
    header
        Number of the row that names the columns.
    delimiter
        Between the cells of CSV text; '' to take it from the file's name.
    no_value
        What stands in value cells that hold no number, such as … or —.
    bindings
        Aspect (`ASPECTS`) -> where it comes from.
    where
        File and line, for messages.
    """

    sheet: str
    header: int
    delimiter: str
    no_value: tuple[str, ...]
    bindings: dict[str, Binding]
    where: str


def is_table(file_name: str) -> bool:
    """Whether a file of that name is read as a table."""
    return file_name.lower().endswith(TABLE_SUFFIXES)


def parse_mapping(document: Document, file_name: str, *, key: str = "table") -> TableMapping | None:
    """Return the mapping of a source.yml that fits its schema, None for a source that has none.

    A table without one is read by inference from its headings.

    Raises
    ------
    InputError
        A mapping without table, or a binding that names both or neither of column and const.
    """
    entry = document.data.get(key)
    if entry is None:
        return None
    if not is_table(file_name):
        raise InputError(
            Problem(document.at(key), f"a {key!r} for {file_name}", f"one only for {', '.join(TABLE_SUFFIXES)}",
                    "Remove the mapping, or register the table itself.")
        )  # fmt: skip
    problems = list(_problems(document, entry, key))
    if problems:
        raise InputError(problems)
    bindings = {aspect: _binding(entry[aspect], document.at(key, aspect)) for aspect in ASPECTS if aspect in entry}
    return TableMapping(
        sheet=entry.get("sheet", ""),
        header=int(entry.get("header", "1")),
        delimiter=DELIMITERS.get(entry.get("delimiter", ""), ""),
        no_value=tuple(entry.get("no_value", ())),
        bindings=bindings,
        where=document.at(key),
    )


def propose_mapping(sheets: Mapping[str, Sequence[Row]], file_name: str) -> dict[str, Any]:
    """Return a mapping for a table whose columns have usual names; its only sheet is meant, its first row the header.

    Raises
    ------
    InputError
        There are several sheets in use, or no column for something that every value needs.
    """
    used = {name: rows for name, rows in sheets.items() if rows}
    if len(used) != 1:
        raise InputError(
            Problem(file_name, f"{len(used)} sheets in use", "one, or a mapping that names one",
                    "Write the mapping in a YAML file and give it with --table FILE.")
        )  # fmt: skip
    ((sheet, rows),) = used.items()
    columns = [cell.text.strip() for cell in rows[0].cells]
    found = {
        aspect: next((name for name in names if columns.count(name) == 1), "") for aspect, names in _USUAL_NAMES.items()
    }
    missing = [aspect for aspect in REQUIRED if not found[aspect]]
    if missing:
        raise InputError(
            Problem(file_name, f"columns {', '.join(name for name in columns if name)}",
                    f"one each for {', '.join(missing)} that can be told by its name",
                    "Say which column or constant each is in a YAML file (table: {value: 数值, region: {const: 全国}, "
                    "...}) and give it with --table FILE.")
        )  # fmt: skip
    head = {"sheet": sheet} if sheet else {}
    if rows[0].number != 1:
        head["header"] = str(rows[0].number)
    return head | {aspect: name for aspect, name in found.items() if name}


def _problems(document: Document, entry: dict[str, Any], key: str) -> Iterable[Problem]:
    for aspect in ASPECTS:
        bound = entry.get(aspect)
        where = document.at(key, aspect)
        if isinstance(bound, dict) and ("column" in bound) == ("const" in bound):
            found = "both column and const" if "column" in bound else "neither column nor const"
            yield Problem(where, f"{found} in {aspect}", "one of them", "Name a column or give a constant.")
        elif isinstance(bound, dict) and "const" in bound and len(bound) > 1:
            yield Problem(where, f"codes for the constant {aspect}", "codes for columns only", "Remove them.")
        elif bound == "":
            yield Problem(where, f"no column for {aspect}", "the name of a column", "Name it, or remove the line.")
    for aspect in ("value", "base_value"):
        bound = entry.get(aspect)
        if isinstance(bound, dict) and ("const" in bound or "codes" in bound or "otherwise" in bound):
            yield Problem(document.at(key, aspect), f"{aspect} with const or codes", "the name of a column",
                          "A value must stand in the table.")  # fmt: skip
    if "base_value" in entry and "base_period" not in entry:
        yield Problem(document.at(key, "base_value"), "base_value without base_period", "both",
                      "Say which period the base belongs to.")  # fmt: skip
    for aspect in OF_THE_BASE[1:]:
        if aspect in entry and "base_value" not in entry:
            yield Problem(document.at(key, aspect), f"{aspect} without base_value", "both", "Remove the line.")


def _binding(bound: str | dict[str, Any], where: str) -> Binding:
    if isinstance(bound, str):
        return Binding(bound, None, where=where)
    codes = {cell.strip(): meaning for cell, meaning in bound.get("codes", {}).items()}
    return Binding(bound.get("column"), bound.get("const"), codes, bound.get("otherwise"), where)
