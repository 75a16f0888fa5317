"""Loads the code lists of a workspace, all problems of all files at once.

Flows in: the registry folder. Flows out: a `Vocabulary` for reading figures, or the whole `Registry`.
"""

from __future__ import annotations

from pathlib import Path

from qingshan.model import InputError, Problem
from qingshan.registry.lists import (
    REGIONS,
    SCOPES,
    UNITS,
    WORDS,
    check_codes,
    check_places,
    check_unique,
    read_list,
)
from qingshan.registry.records import Registry, Vocabulary

WORD_LISTS = tuple(WORDS)


def load_vocabulary(folder: Path) -> Vocabulary:
    """Read the lists that the reading of figures needs.

    Raises
    ------
    InputError
        A file is missing or a row is wrong: every mistake, with file and line.
    """
    problems: list[Problem] = []
    vocabulary = _vocabulary(folder, problems)
    if problems:
        raise InputError(problems)
    return vocabulary


def load_registry(folder: Path) -> Registry:
    """Read every code list of `folder`, the registry folder of a workspace.

    Raises
    ------
    InputError
        Every mistake of every file, with file, line and the nearest right name.
    """
    from qingshan.registry.indicators import read_indicators  # YAML is not needed for reading figures
    from qingshan.registry.relations import read_relations
    from qingshan.registry.wording import read_wording

    problems: list[Problem] = []
    vocabulary = _vocabulary(folder, problems)
    wording = read_wording(folder, problems)
    indicators = read_indicators(folder, vocabulary, wording, problems)
    # an indicator that could not be read would be unknown there too: one mistake, one message
    is_whole = not problems
    relations = read_relations(folder, indicators, problems) if is_whole else ()
    if problems:
        raise InputError(problems)
    return Registry(vocabulary, indicators, wording, relations)


def _vocabulary(folder: Path, problems: list[Problem]) -> Vocabulary:
    units = read_list(folder, UNITS, problems)
    regions = [entry for file in REGIONS for entry in read_list(folder, file, problems)]
    scopes = read_list(folder, SCOPES, problems)
    words = {name: tuple(entry.record for entry in read_list(folder, file, problems)) for name, file in WORDS.items()}
    for what, listed in (("unit", units), ("region", regions), ("scope", scopes)):
        check_codes(what, listed, problems)
    check_unique("spelling", ((e.where, s, e.record.code) for e in units for s in e.record.spellings), problems)
    named = [(e.where, name, e.record.code) for e in regions for name in (e.record.name, *e.record.aliases)]
    check_unique("name", named, problems)
    named = [(e.where, name, e.record.code) for e in scopes for name in (e.record.name, *e.record.aliases)]
    check_unique("name", named, problems)
    check_places(regions, problems)
    return Vocabulary(
        tuple(entry.record for entry in units),
        tuple(entry.record for entry in regions),
        words,
        tuple(entry.record for entry in scopes),
    )
