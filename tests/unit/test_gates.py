"""Two regexes look for one class of first characters before they try their alternatives: nothing may be lost by that."""

import re
from pathlib import Path

import pytest

from qingshan.clean import clean_text
from qingshan.context.dates import DateFinder
from qingshan.quantity import scan

TEXTS = sorted((Path(__file__).parents[1] / "gold").glob("dev*/*.txt"))


def _ungated(pattern: re.Pattern[str]) -> re.Pattern[str]:
    gate = re.match(r"\(\?=\[(?:[^\]\\]|\\.)*\]\)", pattern.pattern)
    assert gate, "the pattern has no gate"
    return re.compile(pattern.pattern[gate.end() :])


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
def test_a_gate_loses_no_match(vocabulary, path):
    text = clean_text(path.read_text(encoding="utf-8")).text
    text += "翻了一番，翻近两番，壹仟贰佰万元，“十四五”期间，相比2020年，以2015年为基期，好于上年，“绿盾2023”，年底"
    for pattern in (scan._NUMBER, DateFinder(vocabulary)._pattern):
        assert [m.span() for m in pattern.finditer(text)] == [m.span() for m in _ungated(pattern).finditer(text)]
