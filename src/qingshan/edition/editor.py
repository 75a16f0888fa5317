"""Sentences as an editor rewrote them: words of theirs, numerals that stay references to observations.

Flows in: ``data/raw/<edition>/sentences.yml``, the generated sentences and the observations as shown. Flows out: the
sentences to print and a list of those that went stale. The file looks like this::

    zh:
      pm25_annual_mean|CN: 全国城市PM2.5浓度从{pm25_annual_mean|CN|2013}降到{pm25_annual_mean|CN|2023}。
    en:
      pm25_annual_mean|CN: "{obs:132939b26ac0#period} ended at {obs:132939b26ac0}."

A reference names an observation by its id or by indicator, place and period, and where that is not one observation by
measure, scope and source too. ``#size`` prints a change without its sign, ``#period`` the time it is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from qingshan.charts import values
from qingshan.documents import Document, parse_yaml, read_yaml
from qingshan.edition.numerals import first_numeral
from qingshan.edition.sentences import Part, Sentence, preferred
from qingshan.edition.shown import TARGETS, Shown
from qingshan.model import InputError, Problem, Workspace, nearest
from qingshan.registry import Registry

NAME = "sentences.yml"
_TEXTS: dict[str, Any] = {"type": "object", "additionalProperties": {"type": "string"}}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {"zh": _TEXTS, "en": _TEXTS},
}
_PIECE = re.compile(r"\{([^{}]*)\}|([{}])")
_ID = re.compile(r"obs:([0-9a-f]{12})")
_TIME = re.compile(r"\d{4}(-\d{2}){0,2}(/\d{4}(-\d{2}){0,2})?")
_FORMS = ("value", "size", "period")
_KEY_FIELDS = ("indicator", "ref_area", "time_period", "measure", "scope", "source_id")


@dataclass(frozen=True)
class Stale:
    """An editor's sentence that was not printed: where it stands, and what is no longer there."""

    where: str
    key: str
    language: str
    missing: str

    def __str__(self) -> str:
        return f"{self.where}: the sentence {self.key} ({self.language}) is stale, there is no {self.missing} now"


def load(workspace: Workspace, edition: str) -> Document | None:
    """Return the editor's file of an edition, None where there is none.

    Raises
    ------
    InputError
        It is no YAML of that form.
    """
    path = workspace.raw(edition) / NAME
    return read_yaml(path, SCHEMA, name=f"data/raw/{edition}/{NAME}") if path.is_file() else None


def parse(text: str, name: str = NAME) -> Document:
    """Return a file's text as `load` returns the file."""
    return parse_yaml(text, SCHEMA, name=name)


def rewritten(
    document: Document | None, generated: Sequence[Sentence], shown: Sequence[Shown], registry: Registry, language: str
) -> tuple[list[Sentence], list[Stale]]:
    """Return the sentences with those of the editor in their places, and what went stale.

    A sentence whose reference is well made but finds no observation now is stale: the generated one is printed.

    Raises
    ------
    InputError
        A typed numeral, a reference that can never name an observation or that names several which differ, a key that
        no sentence can have: every mistake of the language at once.
    """
    texts: Mapping[str, str] = (document.data or {}).get(language, {}) if document else {}
    known = {one.key for one in generated}
    problems: list[Problem] = []
    stale: list[Stale] = []
    written: dict[str, tuple[Part, ...]] = {}
    for key, text in texts.items():
        where = document.at(language, key) if document else ""
        found = _key_problem(where, key, known, registry)
        if found:
            problems.append(found)
            continue
        parts, missing = _parts(where, text, shown, registry, problems)
        if key not in known:
            stale.append(Stale(where, key, language, "observation of that indicator and place"))
        elif missing:
            stale.append(Stale(where, key, language, missing))
        else:
            written[key] = parts
    if problems:
        raise InputError(problems)
    return [replace(one, parts=written[one.key], by_editor=True) if one.key in written else one
            for one in generated], stale  # fmt: skip


def _key_problem(where: str, key: str, known: Iterable[str], registry: Registry) -> Problem | None:
    indicator, _, area = key.partition("|")
    if key in known or (indicator in registry.indicators and area in registry.regions):
        return None
    return Problem(
        where, f"the key {key!r}{nearest(key, known)}", "indicator|place of a generated sentence",
        "Take the key from data/work/<edition>/publish/sentences.csv.",
    )  # fmt: skip


def _parts(
    where: str, text: str, shown: Sequence[Shown], registry: Registry, problems: list[Problem]
) -> tuple[tuple[Part, ...], str]:
    """Return the parts of an editor's text and the first reference that finds nothing now, '' where all do."""
    parts: list[Part] = []
    missing = ""
    at = 0
    names = {name for one in shown for name in (one.indicator, one.place)}
    for match in _PIECE.finditer(text):
        parts.append(Part("text", text[at : match.start()]))
        at = match.end()
        if match[2]:
            problems.append(Problem(where, f"a lone {match[2]!r}", "a reference in one pair of braces", "Close it."))
            continue
        part, absent = _reference(where, match[1].strip(), shown, registry, problems)
        parts.extend([part] if part else [])
        missing = missing or absent
    parts.append(Part("text", text[at:]))
    for part in parts:
        if part.kind == "text" and (numeral := first_numeral(part.text, names)):
            problems.append(
                Problem(
                    where, f"the typed numeral {numeral!r}", "a reference to an observation",
                    "Write {indicator|place|period} or {obs:ID}; for a year, {obs:ID#period}.",
                )
            )  # fmt: skip
    return tuple(part for part in parts if part.text), missing


def _reference(
    where: str, reference: str, shown: Sequence[Shown], registry: Registry, problems: list[Problem]
) -> tuple[Part | None, str]:
    """Return the part that a reference prints, or what it does not find; a mistake in it goes to `problems`."""
    name, _, form = reference.partition("#")
    form = form or "value"
    mistake = _mistake(name, form, registry)
    if mistake:
        problems.append(Problem(where, f"the reference {{{reference}}}{mistake[0]}", mistake[1], mistake[2]))
        return None, ""
    found = _found(name, shown)
    if not found:
        return None, f"observation {{{reference}}}"
    if len({(one.row["obs_value"], one.row["unit_measure"], one.row["qualifier"]) for one in found}) > 1:
        several = ", ".join(f"{{obs:{one.observation_id}}}" for one in found)
        problems.append(
            Problem(where, f"the reference {{{reference}}} to {several}", "one observation", "Write one of them.")
        )
        return None, ""
    one = preferred(found)[0]
    if form == "period":
        return Part("period", one.time, one.observation_id), ""
    text = one.size if form == "size" else one.value
    if not text:
        problems.append(Problem(where, f"{{{reference}}}", "#size of a change", f"Write {{{name}}}: it is no change."))
        return None, ""
    return Part("value", text, one.observation_id), ""


def _mistake(name: str, form: str, registry: Registry) -> tuple[str, str, str] | None:
    """Return (hint, expected, remedy) for a reference that can never name an observation."""
    if form not in _FORMS:
        return (f" with #{form}{nearest(form, _FORMS)}", "#value, #size or #period", "Correct the word after #.")
    if _ID.fullmatch(name):
        return None
    indicator, area, *rest = [*name.split("|"), ""]
    expected, remedy = "{obs:ID} or {indicator|place|period}", "Take it from observations.csv."
    if name.startswith("obs:") or "|" not in name or len(rest) < 2:
        return ("", expected, remedy)
    if indicator not in registry.indicators:
        return (nearest(indicator, registry.indicators), "an indicator of the registry", "Correct its name.")
    if area not in registry.regions:
        return (nearest(area, registry.regions), "the code of a place in the registry", "Correct the code.")
    return None if _TIME.fullmatch(rest[0]) else ("", f"{expected}, the period as 2023 or 2022-12-31", remedy)


def _found(name: str, shown: Sequence[Shown]) -> list[Shown]:
    """Return the observations a well-made reference names; results only, unless it names a measure."""
    by_id = _ID.fullmatch(name)
    if by_id:
        return [one for one in shown if one.observation_id == by_id[1]]
    wanted = dict(zip(_KEY_FIELDS, name.split("|"), strict=False))
    found = [one for one in shown if all(one.row[field] == value for field, value in wanted.items())]
    if "measure" in wanted:
        return found
    plain = [one for one in found if one.row["measure"] not in (*TARGETS, *values.CHANGES)]
    return plain or found
