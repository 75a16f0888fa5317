"""The specification of reading, case by case: flows in tests/specs, flows out one test a case; it holds no case itself.

A case that the extractor does not read yet carries `todo`, the reason: it runs, must fail, and turns the suite red on
the day it passes, so that the mark is taken away. Where a field lists several answers, each of them is right; a field
that is not named is not asked. `about` names what a case is about, `trap` a case whose words invite a wrong answer.
"""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

SPECS = Path(__file__).parents[1] / "specs"
NUMERAL = re.compile("[0-9０-９一二三四五六七八九十百千万亿两半Ⅰ-Ⅻ①-⑳]")
BOUNDS = ("value", "value_low", "value_high")
SUBJECT_ALIKE = 0.6  # the scorer of the annotated report calls two subjects the same from here on


def _load(name):
    """The cases of one file, each with its place: a test's name leads to the line."""
    lines = (SPECS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [{**json.loads(line), "place": f"{name}.jsonl:{number}"} for number, line in enumerate(lines, 1)]


NUMBERS, CONTEXT, INTEGRITY = _load("numbers2"), _load("context"), _load("integrity")
ALL = [*_load("quantity"), *NUMBERS, *CONTEXT, *INTEGRITY]


def _params(cases):
    """One parameter a case; a strict xfail where the case says what is still to do."""
    return [
        pytest.param(
            case,
            id=f"{case['place']} {case['about']}",
            marks=[pytest.mark.xfail(strict=True, raises=AssertionError, reason=case["todo"])]
            if "todo" in case
            else [],
        )
        for case in cases
    ]


def _bigrams(subject):
    text = re.sub(r"[\s（）()、，,“”\"《》的]", "", subject)
    return Counter([text] if len(text) == 1 else [text[i : i + 2] for i in range(len(text) - 1)])


def subject_f1(left, right):
    """How alike two subjects are, 0 to 1: F1 of their character pairs, brackets, commas and 的 left out."""
    ours, theirs = _bigrams(left), _bigrams(right)
    total = ours.total() + theirs.total()
    return 2 * (ours & theirs).total() / total if total else 1.0


def _accepts(field, wanted, found):
    """Whether `found` is one of the accepted answers: subjects by likeness, numbers nearly, all else exactly."""
    accepted = wanted if isinstance(wanted, list) else [wanted]
    if field == "subject":
        return any(found == answer or subject_f1(answer, found) >= SUBJECT_ALIKE for answer in accepted)
    if field in BOUNDS:
        return any(found == pytest.approx(answer, rel=1e-6) for answer in accepted)
    return found in accepted


@pytest.mark.parametrize("case", _params(NUMBERS))
def test_numbers(extractor, case):
    found = [
        [figure.text, pytest.approx(figure.value, rel=1e-6), figure.unit, figure.qualifier]
        for figure in extractor.extract(case["text"], "t").figures
    ]
    assert found == case["found"]


@pytest.mark.parametrize("case", _params(CONTEXT))
def test_context(extractor, case):
    figures = extractor.extract(case["text"], "t", year=case["year"], area=case["area"]).figures
    assert [figure.text for figure in figures] == [wanted["text"] for wanted in case["found"]]
    wrong = [
        f"{figure.text}: {field} is {getattr(figure, field)!r}, not {answer!r}"
        for figure, wanted in zip(figures, case["found"], strict=True)
        for field, answer in wanted.items()
        if not _accepts(field, answer, getattr(figure, field))
    ]
    assert wrong == []


@pytest.mark.parametrize("case", _params(INTEGRITY))
def test_integrity(extractor, case):
    read = extractor.extract(case["text"], "t")
    assert [[figure.text, figure.integrity] for figure in read.figures] == case["found"]
    lost = [value.subject for value in read.lost]
    assert len(lost) == len(case["lost"]), lost
    unlike = [
        (one, other) for one, other in zip(lost, case["lost"], strict=True) if not _accepts("subject", other, one)
    ]
    assert unlike == []


@pytest.mark.parametrize(
    ("left", "right", "alike"),
    [
        ("森林覆盖率", "森林覆盖率", 1.0),
        ("细颗粒物（PM2.5）的浓度", "细颗粒物PM2.5浓度", 1.0),
        ("优良天数比例", "优良天数", 0.75),
        ("用水量", "发电量", 0.0),
        ("", "", 1.0),
        ("水", "", 0.0),
    ],
)
def test_subjects_are_compared_by_character_pairs(left, right, alike):
    assert subject_f1(left, right) == pytest.approx(alike)


def _is_negative_or_mixed(case):
    """Whether a case holds what must not be read, or must not be flagged, beside or instead of what must."""
    if "lost" in case:
        return not case["lost"] and all(integrity == "whole" for _, integrity in case["found"])
    rest = case["text"]
    for figure in case["found"]:
        rest = rest.replace(figure["text"] if isinstance(figure, dict) else figure[0], "", 1)
    return bool(not case["found"] or case.get("trap") or NUMERAL.search(rest))


def test_the_specification_is_large_and_half_of_it_negative_or_mixed():
    assert len(ALL) >= 420
    assert sum(map(_is_negative_or_mixed, ALL)) * 2 >= len(ALL)


def test_no_case_stands_twice():
    asked = Counter((case["text"], case.get("year", ""), case.get("area", ""), "lost" in case) for case in ALL)
    assert [key for key, times in asked.items() if times > 1] == []
