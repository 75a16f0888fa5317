"""SDMX: every code used is in its list, the data message has the form of SDMX-CSV 2.0, the structure explains it."""

from __future__ import annotations

import dataclasses
import json
import re

import pytest
import test_charts_support as support
import test_edition_support as editions
import test_office_support as office

from qingshan.edition.office import codelists, sdmx
from qingshan.model import StageError

IDENTIFIER = re.compile(r"[A-Za-z0-9_@$\-]+")


@pytest.fixture(scope="module")
def made():
    """Rows of two sources, one of them of a joined scope and an interval of years."""
    pairs = editions.two_sources()
    figure, seen = pairs[-1]
    seen = dataclasses.replace(seen, scope="city_sets_339;gas.actual", time_period="2021/2022")
    rows = office.rows([*pairs[:-1], (figure, seen)])
    edition = support.edition(support.source(), editions.SECOND, support.source("src-in", access="internal"))
    return edition, rows, codelists.code_lists(edition, support.registry(), rows)


def test_every_code_used_is_in_its_list(made):
    _, rows, lists = made
    data = sdmx.data_rows(rows)
    assert set(lists) == {
        "INDICATOR",
        "REF_AREA",
        "MEASURE",
        "SCOPE",
        "SOURCE",
        "UNIT_MEASURE",
        "OBS_STATUS",
        "QUALIFIER",
        "TIME_BASIS",
    }
    for component, held in lists.items():
        assert {row[component] for row in data} <= held.codes.keys(), component
        assert all(IDENTIFIER.fullmatch(code) for code in held.codes), component
        assert all(zh and en for zh, en in held.codes.values()), component


def test_the_key_of_an_observation_is_the_key_of_a_row(made):
    _, rows, _ = made
    keys = {tuple(row[name] for name in sdmx.DIMENSIONS) for row in sdmx.data_rows(rows)}
    assert len(keys) == len(rows)
    assert all(all(key) for key in keys)  # SDMX knows no empty dimension


def test_the_message_begins_as_sdmx_csv_two_does(made):
    _, rows, _ = made
    text = sdmx.DATA.csv_text(sdmx.data_rows(rows))
    assert text.startswith(
        "STRUCTURE,STRUCTURE_ID,ACTION,INDICATOR,REF_AREA,BASE_PERIOD,MEASURE,SCOPE,SOURCE,TIME_PERIOD,OBS_VALUE,"
    )
    assert text.splitlines()[1].startswith("dataflow,QINGSHAN:DF_EDITION(1.0.0),I,")


def test_values_and_bounds_are_those_of_the_observations(made):
    _, rows, _ = made
    for row, given in zip(sdmx.data_rows(rows), rows, strict=True):
        assert (row["OBS_VALUE"], row["OBS_VALUE_LOW"], row["QUOTE"]) == (
            given["obs_value"],
            given["obs_value_low"],
            given["quote"],
        )


@pytest.mark.parametrize(
    ("period", "written"),
    [
        ("2023", "2023"),
        ("2023-12-31", "2023-12-31"),
        ("2023-06", "2023-06"),
        ("2021/2022", "2021-01-01/P2Y"),
        ("2013/2022", "2013-01-01/P10Y"),
    ],
)
def test_periods_have_sdmx_forms(period, written):
    assert sdmx.sdmx_time(period) == written


@pytest.mark.parametrize(
    ("code", "written"), [("a-b", "a-b"), ("a;b", "a__b"), ("a.b", "a@2Eb"), ("", "_Z"), ("甲", "@7532")]
)
def test_a_code_becomes_an_identifier(code, written):
    assert codelists.identifier(code) == written
    assert IDENTIFIER.fullmatch(written)


def test_a_code_that_no_list_knows_stops_the_stage(made):
    edition, rows, _ = made
    with pytest.raises(StageError, match="holds 'Q', which CL_OBS_STATUS lacks"):
        codelists.code_lists(edition, support.registry(), [{**rows[0], "obs_status": "Q"}])


def test_internal_sources_are_in_no_list(made):
    assert "src-in" not in made[2]["SOURCE"].codes


def test_the_structure_explains_every_column_and_every_reference_resolves(made):
    edition, _, lists = made
    message = sdmx.structure(edition, lists)
    json.dumps(message)
    data = message["data"]
    (dsd,), (flow,), (scheme,) = data["dataStructures"], data["dataflows"], data["conceptSchemes"]
    parts = dsd["dataStructureComponents"]
    components = [
        *parts["dimensionList"]["dimensions"], parts["dimensionList"]["timeDimension"],
        *parts["measureList"]["measures"], *parts["attributeList"]["attributes"],
    ]  # fmt: skip
    assert {one["id"] for one in components} == set(sdmx.DATA.names) - {"STRUCTURE", "STRUCTURE_ID", "ACTION"}
    held = {f"urn:sdmx:org.sdmx.infomodel.codelist.Codelist=QINGSHAN:{one['id']}(1.0.0)" for one in data["codelists"]}
    assert {one["localRepresentation"].get("enumeration") for one in components} - {None} == held
    assert {one["conceptIdentity"].rsplit(".", 1)[1] for one in components} == {one["id"] for one in scheme["concepts"]}
    assert flow["structure"].endswith("DataStructure=QINGSHAN:DSD_OBSERVATIONS(1.0.0)")
    assert dsd["id"] == "DSD_OBSERVATIONS"
    assert message["meta"]["prepared"] == "2024-06-05T00:00:00Z"  # the edition's own date, no clock
    listed = {(row["codelist"], row["code"]) for row in sdmx.code_rows(lists)}
    assert listed == {(one["id"], code["id"]) for one in data["codelists"] for code in one["codes"]}
