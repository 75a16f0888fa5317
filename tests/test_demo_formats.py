"""The demonstration's sources of every format: what their scripts write, and that every figure a reader sees comes back."""

from __future__ import annotations

import csv
import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from qingshan import sources
from qingshan.model import FIGURES, Figure, SourceText, Workspace

ROOT = Path(__file__).resolve().parents[1]
sys.path += [str(ROOT / "tests"), str(ROOT / "tests" / "formats")]

from demo.make_sources import SOURCES  # noqa: E402
from formats_score import Score, align, score  # noqa: E402

WORKSPACE = Workspace(ROOT)
# the layout of what these write depends on the library's version, the text does not
BY_LIBRARY = ("ministry-table-2023", "brief-2023")


@dataclass(frozen=True)
class Read:
    """One source as read: its text with figures, and the rows a careful reader wrote down before."""

    source: sources.Source
    content: SourceText
    figures: tuple[Figure, ...]
    lost: tuple[object, ...]
    expected: tuple[dict[str, object], ...]

    @property
    def score(self) -> Score:
        return score(self.expected, self.figures)


def expected(source_id: str) -> tuple[dict[str, object], ...]:
    """Rows by hand; where two readings are right, both stand in a cell, divided by |."""
    with (ROOT / "tests" / "demo" / f"{source_id}.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    either = ("subject", "region", "period", "kind")
    return tuple(row | {name: row[name].split("|") for name in either} for row in rows)


@pytest.fixture(scope="module")
def read(extractor):
    """Return a function that gives a source as the stages read it, read once."""
    edition = sources.check_sources(WORKSPACE, "2023")
    known: dict[str, Read] = {}

    def of(source_id: str) -> Read:
        if source_id not in known:
            source = next(one for one in edition.sources if one.source_id == source_id)
            content = sources.read_raw(WORKSPACE, "2023", source).content
            found = extractor.extract_source(content, source_id, year=source.year, area=source.area)
            known[source_id] = Read(source, content, found.figures, found.lost, expected(source_id))
        return known[source_id]

    return of


@pytest.mark.parametrize("source_id", SOURCES)
def test_the_file_is_what_its_script_writes(source_id, read):
    module = SOURCES[source_id]
    committed = (WORKSPACE.source_folder("2023", source_id) / module.NAME).read_bytes()
    written = module.write()
    assert written == module.write()
    assert len(committed) < 60_000
    if written != committed and source_id in BY_LIBRARY:  # another version of the library: the text must be the same
        from qingshan.readers.choose import read_source

        assert read_source(written, where=module.NAME, name=module.NAME).text == read(source_id).content.text
        return
    assert hashlib.sha256(written).hexdigest() == hashlib.sha256(committed).hexdigest()


@pytest.mark.parametrize("source_id", SOURCES)
def test_every_figure_comes_back_with_value_and_unit(source_id, read):
    found = read(source_id).score
    print(found, *found.misses, sep="\n    ")
    assert (found.matched, found.found) == (found.gold, found.gold), found.misses
    assert found.value_unit_f1 == 1.0, found.misses


@pytest.mark.parametrize("source_id", SOURCES)
def test_every_figure_comes_back_with_its_whole_row(source_id, read):
    found = read(source_id).score
    assert found.full_row_f1 == 1.0, found.misses


@pytest.mark.parametrize("source_id", SOURCES)
def test_every_figure_is_found_where_a_person_looks_for_it(source_id, read):
    one = read(source_id)
    rows = [FIGURES.row(figure) for figure in one.figures]
    pairs = align([_digits(row["text"]) for row in one.expected], [_digits(row["reading"]) for row in rows])
    wrong = [
        (one.expected[at]["text"], one.expected[at]["locator"], rows[to]["locator"])
        for at, to in pairs
        if one.expected[at]["locator"] != rows[to]["locator"]
    ]
    assert wrong == []
    assert all(one.content.text[figure.start : figure.end] == figure.text for figure in one.figures)


def _digits(text: str) -> str:
    digits = "".join(char for char in str(text) if char.isdigit() or char == ".")
    return digits or str(text)
