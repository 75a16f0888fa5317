"""Fifty figures planted in every place of every format, by two writers: what comes back, where, and what must not."""

import pytest
from formats_plant import PLACES, SECOND, UNSEEN, WRITERS, by_libreoffice, compare, extras, make_plan

from qingshan.readers.choose import read_source

# what a format or its writer cannot give back, per place: how many come back with value, unit and locator.
# ×10⁴ is no multiple to the reader of quantities yet (one of the superscripts, everywhere)
EXPECTED = {"superscript": 4}
LESS = {
    "xlsx xlsxwriter": {"text box": 0},  # told in a note
    "xlsx LibreOffice": {"text box": 0},
    "csv LibreOffice": {"text box": 0},  # LibreOffice leaves them out
    "pdf LibreOffice": {"text box": 2},  # two lines beside running text are read across; their unit is lost, and told
}
# LibreOffice writes hidden cells into csv as any other, and into html hides only the Chinese of a hidden line
UNHIDDEN = ("csv LibreOffice", "html LibreOffice")


@pytest.fixture(scope="module")
def plan():
    return make_plan()


@pytest.fixture(scope="module")
def second(plan, tmp_path_factory):
    return by_libreoffice(plan, tmp_path_factory.mktemp("office"))


@pytest.mark.parametrize("what", [*WRITERS, *SECOND])
def test_planted_figures_come_back(what, plan, extractor, request):
    if what in WRITERS:
        name, data = WRITERS[what][0], WRITERS[what][1](plan)
    else:
        name, data = request.getfixturevalue("second")[what]
    source = read_source(data, where=name, name=name)
    figures = extractor.extract_source(source, "p", year="2023", area="太原市").figures
    found = compare(plan, what, source, figures)
    for place in PLACES:
        least = (EXPECTED | LESS.get(what, {})).get(place, found[place].planted)
        assert found[place].placed >= least, (place, found[place].wrong)
    for place in UNSEEN:
        if place == "head" or what not in UNHIDDEN:
            assert found[place].right == 0, found[place].wrong
    assert extras(plan, figures) == ([] if what != "csv LibreOffice" else ["104吨"])  # it has no raised characters
    assert all(source.text[figure.start : figure.end] == figure.text for figure in figures)


def test_there_are_fifty_and_each_number_stands_once(plan):
    seen = [plant for plant in plan.plants if plant.place in PLACES]
    assert len(seen) == 50
    assert len({plant.number for plant in plan.plants}) == len(plan.plants)
    assert all(plan.of(place) for place in (*PLACES, *UNSEEN))


def test_a_text_box_over_cells_is_told(plan):
    name, write = WRITERS["xlsx xlsxwriter"]
    notes = read_source(write(plan), where=name, name=name).notes
    assert notes[-1] == "Not read: 4 text boxes over the cells; copy what they say into cells."


def test_a_figure_that_is_not_there_or_wrong_is_not_counted(plan, extractor):
    name, write = WRITERS["txt by hand"]
    data = write(plan).decode()
    changed = data.replace("237.01吨", "237.01公里").replace("374.02吨", "374.03吨").encode()
    source = read_source(changed, where=name, name=name)
    found = compare(plan, "txt by hand", source, extractor.extract_source(source, "p", year="2023").figures)
    assert (found["body"].planted, found["body"].right) == (16, 14)
    assert len(found["body"].wrong) == 2
