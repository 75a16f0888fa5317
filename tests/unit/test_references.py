"""Reference values: each with a source, in its indicator's unit."""

from __future__ import annotations

from pathlib import Path

import pytest

from qingshan.registry import load_registry
from qingshan.registry.references import read_references

REGISTRY = load_registry(Path(__file__).resolve().parents[2] / "data" / "registry")
GOOD = """\
line:
  label: {zh: 线, en: line}
  indicator: pm25_annual_mean
  value: "35"
  unit: 微克/立方米
  source: {zh: 书, en: book}
"""


def _read(tmp_path, text):
    (tmp_path / "references.yml").write_text(text, encoding="utf-8")
    problems = []
    return read_references(tmp_path, REGISTRY.units, REGISTRY.indicators, problems), [str(one) for one in problems]


def test_a_good_file(tmp_path):
    found, problems = _read(tmp_path, GOOD)
    assert problems == []
    assert (found["line"].value, found["line"].source["en"]) == ("35", "book")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("pm25_annual_mean", "pm25_annual", "references.yml:3: found unknown indicator 'pm25_annual'"),
        ('"35"', '"about 35"', "references.yml:4"),
        ("微克/立方米", "毫克/升", "references.yml:5"),
        ("  source: {zh: 书, en: book}\n", "", "no 'source'"),
    ],
)
def test_each_mistake_has_its_line(tmp_path, old, new, said):
    found, problems = _read(tmp_path, GOOD.replace(old, new))
    assert found == {}
    assert any(said in one for one in problems), problems
