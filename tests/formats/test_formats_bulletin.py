"""One bulletin of 80 figures in every format: what is read of it is nearly the same, whoever wrote the file."""

from pathlib import Path

import pytest
import yaml
from formats_bulletin import PATH, load, plain
from formats_score import Comparison, align, house, score
from formats_write import FLOWING, FORMATS, OWN, by_libreoffice

from qingshan.readers.choose import read_source

# value and unit, full row: what was reached, rounded down; raised when a score rises
FLOORS = (0.98, 0.94)
APART = 0.03  # what the flowing formats may differ by


@pytest.fixture(scope="module")
def bulletin():
    return load()


@pytest.fixture(scope="module")
def other(bulletin, tmp_path_factory):
    return by_libreoffice(bulletin, tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def scores(bulletin, extractor):
    """Return a function that gives the score of a named file, read once."""
    known = {}

    def of(what, name, data):
        if what not in known:
            source = read_source(data, where=name, name=name)
            found = extractor.extract_source(source, "b", year=bulletin.year, area=bulletin.area).figures
            assert all(source.text[figure.start : figure.end] == figure.text for figure in found)
            known[what] = score(bulletin.figures, found)
            print(f"{what:<28}{known[what]}", *known[what].misses, sep="\n    ")
        return known[what]

    return of


def _file(what, bulletin, request):
    if what in OWN:
        name, write = OWN[what]
        return name, write(bulletin)
    return request.getfixturevalue("other")[what]


@pytest.mark.parametrize("what", FORMATS)
def test_the_figures_of_a_bulletin_come_back(what, bulletin, scores, request):
    found = scores(what, *_file(what, bulletin, request))
    assert found.value_unit_f1 >= FLOORS[0], found.misses
    assert found.full_row_f1 >= FLOORS[1], found.misses


def test_the_flowing_formats_are_near_each_other(bulletin, scores, request):
    found = [scores(what, *_file(what, bulletin, request)) for what in FLOWING]
    for measure in ("value_unit_f1", "full_row_f1"):
        reached = [getattr(one, measure) for one in found]
        assert max(reached) - min(reached) <= APART, dict(zip(FLOWING, reached, strict=True))


def test_the_annotation_says_all_that_is_judged(bulletin):
    assert len(bulletin.figures) == 80
    fields = {"value", "unit", "qualifier", "kind", "subject", "region", "period", "base_period", "integrity"}
    assert all(fields <= set(row) for row in bulletin.figures)
    shown = "\n".join(plain(block.text) for block in bulletin.blocks if block.table is None)
    cells = {cell.text for block in bulletin.blocks if block.table for cell in block.table.cells}
    assert all(row["text"] in cells or row["text"] in shown for row in bulletin.figures)
    assert sum(row["text"] in cells for row in bulletin.figures) == 24
    assert yaml.safe_load(Path(PATH).read_text(encoding="utf-8"))["area"] == "澜川市"


def test_figures_meet_in_order_and_what_is_wrong_counts(bulletin, extractor):
    assert align(["1", "2", "2", "3"], ["2", "3", "9"]) in ([(1, 0), (3, 1)], [(2, 0), (3, 1)])
    assert align(["1"], []) == []
    source = read_source(OWN["txt"][1](bulletin), where="b.txt", name="b.txt")
    found = extractor.extract_source(source, "b", year=bulletin.year, area=bulletin.area).figures
    whole = score(bulletin.figures, found)
    half = score(bulletin.figures, found[:40])
    assert (half.found, half.matched) == (40, 40)
    assert half.value_unit_f1 == pytest.approx(80 / 120)
    elsewhere = extractor.extract_source(source, "b", year="2019", area="太原市").figures
    assert score(bulletin.figures, elsewhere).full_row_f1 < whole.full_row_f1 - 0.3


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("norm_unit", ["μg/m³", "μg/m3", " % ", "个", None]),
        ("norm_region", ["澜川市", "山西省", "宁夏自治区", "石浦区", None]),
        ("norm_period", ["2023", "2023-12-31", "2022/2023", None]),
    ],
)
def test_the_short_comparison_is_the_house_s(name, values):
    scorer = house()
    if scorer is None:
        pytest.skip("needs ../shared, which holds the scorer")
    assert [getattr(Comparison(), name)(value) for value in values] == [
        getattr(scorer, name)(value) for value in values
    ]


def test_the_short_comparison_of_subjects_is_the_house_s():
    scorer = house()
    if scorer is None:
        pytest.skip("needs ../shared, which holds the scorer")
    for pair in (("优良天数比例", "优良天数"), ("森林覆盖率", "湿地面积"), ("", ""), ("PM2.5", "细颗粒物（PM2.5）")):
        assert Comparison().subject_f1(*pair) == pytest.approx(scorer.subject_f1(*pair))
