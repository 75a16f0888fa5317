"""The code lists of the SDMX files: which codes each coded dimension and attribute may hold, named in two languages.

Flows in: the registry and the observations. Flows out: `CodeList` records. A code of ours that SDMX's identifiers do
not admit (two scopes joined, a dot in a source's id) gets an identifier by one rule, and the list keeps what it means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qingshan.edition import codes
from qingshan.edition.view import Row
from qingshan.edition.wording import WORDS
from qingshan.model import StageError
from qingshan.registry import Registry
from qingshan.sources import Edition

NOT_APPLICABLE = "_Z"  # SDMX's own code for a dimension that a row has no value of
LANGUAGES = ("zh", "en")
_NOT_IN_IDS = re.compile(r"[^A-Za-z0-9_\-]")
# the codes of SDMX CL_OBS_STATUS that observations use, with the names SDMX gives them
_STATUS_NAMES = {
    "A": ("正常值", "Normal value"),
    "B": ("时间序列中断", "Time series break"),
    "D": ("定义不同", "Definition differs"),
    "E": ("估算值", "Estimated value"),
    "P": ("初步值", "Provisional value"),
    "U": ("可靠性低", "Low reliability"),
    "V": ("未核实值", "Unvalidated value"),
}
QUALIFIERS = {
    "exact": ("确数", "exact"),
    "about": ("约数", "about"),
    "over": ("超过", "over"),
    "nearly": ("接近", "nearly"),
    "at_least": ("不低于", "at least"),
    "at_most": ("不超过", "at most"),
}
TIME_BASES = {
    "stated": ("来源写明", "stated by the source"),
    "inherited": ("承上文", "inherited from the text before"),
    "as_published": ("来源未写明，按其截止日", "not stated: the source's as-of date"),
    "decided": ("由人判定", "decided by a person"),
}


@dataclass(frozen=True)
class CodeList:
    """A code list: SDMX identifier, name and code -> name, each in Chinese and English."""

    list_id: str
    name: tuple[str, str]
    codes: dict[str, tuple[str, str]]


def identifier(text: str) -> str:
    """Return `text` as an SDMX identifier: ';' becomes '__', another character it may not hold '@' and its number."""
    return _NOT_IN_IDS.sub(lambda found: f"@{ord(found[0]):X}", text.replace(";", "__")) or NOT_APPLICABLE


def code_lists(edition: Edition, registry: Registry, observations: Sequence[Row]) -> dict[str, CodeList]:
    """Return component -> its code list.

    Raises
    ------
    StageError
        Two codes would have one identifier, or an observation holds a code that no list knows.
    """
    regions = codes.regions(registry, observations)
    sources = {one.source_id: (one.title, one.title) for one in edition.sources if one.access == "public"}
    measures = {code: (WORDS["zh"]["measures"][code], name) for code, name in WORDS["en"]["measures"].items()}
    named = {scope.code: (scope.name, scope.en) for scope in registry.scopes.values()}
    lists = {
        "INDICATOR": _list(
            "CL_INDICATOR",
            ("指标", "Indicator"),
            {key: (one.label["zh"], one.label["en"]) for key, one in registry.indicators.items()},
        ),
        "REF_AREA": _list(
            "CL_REF_AREA",
            ("地区", "Reference area"),
            {str(row["ref_area"]): (row["label_zh"], row["label_en"]) for row in regions},
        ),
        "MEASURE": _list("CL_MEASURE", ("数值性质", "Kind of value"), measures),
        "SCOPE": _list(
            "CL_SCOPE",
            ("口径", "Scope"),
            {"": ("不适用", "Not applicable"), **named, **_joined(observations, named)},
        ),
        "SOURCE": _list("CL_SOURCE", ("来源", "Source"), sources),
        "UNIT_MEASURE": _list(
            "CL_UNIT_MEASURE",
            ("计量单位", "Unit of measure"),
            {unit.code: (unit.canonical, unit.en or unit.canonical) for unit in registry.vocabulary.units},
        ),
        "OBS_STATUS": _list("CL_OBS_STATUS", ("观测值状态", "Observation status"), _STATUS_NAMES),
        "QUALIFIER": _list("CL_QUALIFIER", ("限定词", "Qualifier"), QUALIFIERS),
        "TIME_BASIS": _list("CL_TIME_BASIS", ("时间依据", "Basis of the time period"), TIME_BASES),
    }  # fmt: skip
    _check(lists, observations)
    return lists


def column_of(component: str) -> str:
    """Return the column of observations that holds a component."""
    return {"SOURCE": "source_id"}.get(component, component.lower())


def _joined(observations: Iterable[Row], named: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Return the scopes of the rows that are several, or that only a source has."""
    made = {}
    for scope in sorted({row["scope"] for row in observations} - named.keys() - {""}):
        parts = [named.get(part, (part, part)) for part in scope.split(";")]
        made[scope] = ("；".join(zh for zh, _ in parts), "; ".join(en for _, en in parts))
    return made


def _list(list_id: str, name: tuple[str, str], names: dict[str, tuple[str, str]]) -> CodeList:
    made = {identifier(code): both for code, both in names.items()}
    if len(made) != len(names):
        raise StageError(f"publish: two codes of {list_id} have one SDMX identifier; rename one of them")
    return CodeList(list_id, name, made)


def _check(lists: dict[str, CodeList], observations: Iterable[Row]) -> None:
    for row in observations:
        for component, held in lists.items():
            code = row[column_of(component)]
            if identifier(code) not in held.codes:
                raise StageError(
                    f"publish: observation {row['observation_id']} holds {code!r}, which {held.list_id} lacks; "
                    "run the stage curate again"
                )
