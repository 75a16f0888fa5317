"""The observations as SDMX: an SDMX-CSV 2.0 data message, and the structure message (SDMX-JSON 2.0) that explains it.

Flows in: observations and their code lists. Flows out: a public table and the structure as plain data; nothing is
written here. The dimensions are the key of an observation, the edition apart, which is the dataflow's. A dimension that
a row has no value of holds _Z. There is no FREQ: most figures of a report are no regular series.

The forms are those of the SDMX technical working group (SDMX 3.0): sdmx-csv, field guide of version 2.0; sdmx-json,
structure message 2.0.0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from qingshan.edition.office.codelists import NOT_APPLICABLE, CodeList, column_of, identifier
from qingshan.edition.view import Row
from qingshan.model import Column, TableContract
from qingshan.sources import Edition

FOLDER = "sdmx"
AGENCY, DATAFLOW, STRUCTURE, VERSION = "QINGSHAN", "DF_EDITION", "DSD_OBSERVATIONS", "1.0.0"
DIMENSIONS = {
    "INDICATOR": ("指标", "Indicator"),
    "REF_AREA": ("地区", "Reference area"),
    "BASE_PERIOD": ("基期", "Base period of a change"),
    "MEASURE": ("数值性质", "Kind of value"),
    "SCOPE": ("口径", "Scope"),
    "SOURCE": ("来源", "Source"),
    "TIME_PERIOD": ("时间", "Time period"),
}
ATTRIBUTES = {
    "UNIT_MEASURE": ("计量单位", "Unit of measure"),
    "OBS_STATUS": ("观测值状态", "Observation status"),
    "QUALIFIER": ("限定词", "Qualifier"),
    "OBS_VALUE_LOW": ("写法所容许的下限", "Lowest value the written form allows"),
    "OBS_VALUE_HIGH": ("写法所容许的上限", "Highest value the written form allows"),
    "TIME_BASIS": ("时间依据", "Basis of the time period"),
    "EDITION": ("版本", "Edition"),
    "OBSERVATION_ID": ("指标值编号", "Identifier of the observation"),
    "DECISION_ID": ("采纳依据", "Rule or decision that accepted it"),
    "RAW_START": ("原文起", "First raw character"),
    "RAW_END": ("原文止", "After the last raw character"),
    "QUOTE": ("原文", "Quote"),
}
_TYPES = {"OBS_VALUE_LOW": "Double", "OBS_VALUE_HIGH": "Double", "RAW_START": "Integer", "RAW_END": "Integer"}
_PYTHON = {"Double": float, "Integer": int}
_YEARS = re.compile(r"(\d{4})/(\d{4})")

DATA = TableContract(
    "sdmx",
    (
        Column("STRUCTURE", str, "what STRUCTURE_ID names: a dataflow"),
        Column("STRUCTURE_ID", str, "agency, dataflow and version"),
        Column("ACTION", str, "I: for information"),
        *(Column(name, str, english) for name, (_, english) in DIMENSIONS.items()),
        Column("OBS_VALUE", float, "the value in UNIT_MEASURE"),
        *(
            Column(name, _PYTHON.get(_TYPES.get(name, ""), str), english)
            for name, (_, english) in ATTRIBUTES.items()
        ),
    ),
    tuple(DIMENSIONS),
)  # fmt: skip
CODES = TableContract(
    "sdmx_codelists",
    (
        Column("codelist", str, "code list, as the structure message names it"),
        Column("code", str, "code, as the data message holds it"),
        Column("label_zh", str, "name in Chinese"),
        Column("label_en", str, "name in English"),
    ),
    ("codelist", "code"),
)


def data_rows(observations: Sequence[Row]) -> list[dict[str, Any]]:
    """Return a row of `DATA` for each observation, in the same order."""
    head = {"STRUCTURE": "dataflow", "STRUCTURE_ID": f"{AGENCY}:{DATAFLOW}({VERSION})", "ACTION": "I"}
    return [
        {**head, **{name: _cell(name, row) for name in DIMENSIONS}, "OBS_VALUE": row["obs_value"]}
        | {name: row[column_of(name)] for name in ATTRIBUTES}
        for row in observations
    ]


def code_rows(lists: Mapping[str, CodeList]) -> list[dict[str, str]]:
    """Return a row of `CODES` for each code of each list."""
    return [
        {"codelist": held.list_id, "code": code, "label_zh": zh, "label_en": en}
        for held in lists.values()
        for code, (zh, en) in held.codes.items()
    ]


def _cell(dimension: str, row: Row) -> str:
    text = str(row[column_of(dimension)])
    if dimension == "TIME_PERIOD":
        return sdmx_time(text)
    return (text or NOT_APPLICABLE) if dimension == "BASE_PERIOD" else identifier(text)


def sdmx_time(period: str) -> str:
    """Return a time_period as SDMX writes it: an interval of years 2021/2022 is the time range 2021-01-01/P2Y."""
    years = _YEARS.fullmatch(period)
    return f"{years[1]}-01-01/P{int(years[2]) - int(years[1]) + 1}Y" if years else period


def structure(edition: Edition, lists: Mapping[str, CodeList]) -> dict[str, Any]:
    """Return the structure message: dataflow, data structure, concepts and code lists."""
    parts = {
        "dataflows": [_maintainable(DATAFLOW, (edition.title["zh"], edition.title["en"])) | {
            "structure": _urn("datastructure.DataStructure", STRUCTURE)
        }],
        "dataStructures": [_data_structure(lists)],
        "conceptSchemes": [
            _maintainable("CS_OBSERVATIONS", ("指标值的概念", "Concepts of an observation"))
            | {"concepts": [_named(name, both) for name, both in _concepts().items()]}
        ],
        "codelists": [
            _maintainable(held.list_id, held.name)
            | {"codes": [_named(code, both) for code, both in held.codes.items()]}
            for held in lists.values()
        ],
    }  # fmt: skip
    meta = {
        "schema": "https://json.sdmx.org/2.0.0/sdmx-json-structure-schema.json",
        "id": f"qingshan-{edition.edition_id}",
        "prepared": f"{edition.published_on}T00:00:00Z",
        "contentLanguages": ["zh", "en"],
        "sender": {"id": AGENCY},
    }
    return {"meta": meta, "data": parts}


def _data_structure(lists: Mapping[str, CodeList]) -> dict[str, Any]:
    dimensions = [
        {"id": name, "position": place, **_represented(name, lists)}
        for place, name in enumerate((name for name in DIMENSIONS if name != "TIME_PERIOD"), 1)
    ]
    components = {
        "dimensionList": {
            "id": "DimensionDescriptor",
            "dimensions": dimensions,
            "timeDimension": {"id": "TIME_PERIOD", **_represented("TIME_PERIOD", lists)},
        },
        "measureList": {
            "id": "MeasureDescriptor",
            "measures": [{"id": "OBS_VALUE", "usage": "optional", **_represented("OBS_VALUE", lists)}],
        },
        "attributeList": {
            "id": "AttributeDescriptor",
            "attributes": [
                {"id": name, "usage": "optional", "attributeRelationship": {"observation": {}}}
                | _represented(name, lists)
                for name in ATTRIBUTES
            ],
        },
    }
    named = _maintainable(STRUCTURE, ("指标值", "Observations"))
    return named | {"dataStructureComponents": components}


def _represented(name: str, lists: Mapping[str, CodeList]) -> dict[str, Any]:
    """Return which concept a component is, and what it may hold."""
    concept = f"urn:sdmx:org.sdmx.infomodel.conceptscheme.Concept={AGENCY}:CS_OBSERVATIONS({VERSION}).{name}"
    if name in lists:
        held: dict[str, Any] = {"enumeration": _urn("codelist.Codelist", lists[name].list_id)}
    else:
        kind = {"TIME_PERIOD": "ObservationalTimePeriod", "OBS_VALUE": "Double"}.get(name, _TYPES.get(name, "String"))
        held = {"format": {"dataType": kind}}
    return {"conceptIdentity": concept, "localRepresentation": held}


def _concepts() -> dict[str, tuple[str, str]]:
    return {**DIMENSIONS, "OBS_VALUE": ("数值", "Value"), **ATTRIBUTES}


def _maintainable(own_id: str, name: tuple[str, str]) -> dict[str, Any]:
    return {"agencyID": AGENCY, "version": VERSION, "isExternalReference": False, **_named(own_id, name)}


def _named(own_id: str, name: tuple[str, str]) -> dict[str, Any]:
    return {"id": own_id, "name": name[1], "names": {"zh": name[0], "en": name[1]}}


def _urn(kind: str, own_id: str) -> str:
    return f"urn:sdmx:org.sdmx.infomodel.{kind}={AGENCY}:{own_id}({VERSION})"
