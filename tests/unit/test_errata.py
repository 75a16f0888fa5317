"""Errata: what changed between two revisions is found whatever changed, and nothing else is."""

from __future__ import annotations

import dataclasses

import pytest
import test_charts_support as support
from hypothesis import given
from hypothesis import strategies as st
from test_edition_pages import _render, _tables

from qingshan.edition import contracts, pages, view
from qingshan.edition.errata import FIELDS, errata_rows
from qingshan.edition.published import Revision
from qingshan.edition.wording import WORDS
from qingshan.model import OBSERVATIONS, StageError
from qingshan.registry import Registry
from qingshan.signoff import Release

REGISTRY = support.registry()
READINGS = {seen.observation_id: figure.reading for figure, seen in support.pairs()}
BEFORE = [OBSERVATIONS.row(seen) for _, seen in support.pairs()]


def _row(**other):
    """Return the observation of 30微克/立方米 in the revision, changed."""
    _, seen = support.pairs()[-1]
    return OBSERVATIONS.row(dataclasses.replace(seen, edition="2023-r1", **other))


def _errata(after, before=BEFORE, registry=REGISTRY, labels=None):
    revision = Revision("2023", before, READINGS, labels or {})
    readings = {row["observation_id"]: "" for row in after}
    return errata_rows(revision, after, readings, registry)


def _revised(rows=BEFORE):
    """Return rows as the revision has them: the edition is part of the key, so every id is another."""
    fields = [name for name in OBSERVATIONS.names if name != "observation_id"]
    return [
        OBSERVATIONS.row(support.Observation(**{**{name: row[name] for name in fields}, "edition": "2023-r1"}))
        for row in rows
    ]


def test_the_same_observations_have_no_errata_although_every_id_is_new():
    after = _revised()
    assert {row["observation_id"] for row in after}.isdisjoint(row["observation_id"] for row in BEFORE)
    assert _errata(after) == []
    assert _errata(after[::-1]) == []


@pytest.mark.parametrize(
    ("change", "fields", "zh", "en"),
    [
        (
            {"obs_value": 31.0, "obs_value_low": 30.5, "obs_value_high": 31.5}, "value",
            "数值由“30微克/立方米”改为“31微克/立方米”", "value from 30 µg/m³ to 31 µg/m³",
        ),
        ({"qualifier": "about"}, "qualifier", "数值由“30微克/立方米”改为“约30微克/立方米”", "value from 30 µg/m³ to about 30 µg/m³"),
        ({"time_period": "2022"}, "period", "时间由“2023年”改为“2022年”", "period from 2023 to 2022"),
        ({"ref_area": "640000"}, "place", "地区由“全国”改为“宁夏回族自治区”", "place from China to Ningxia"),
        ({"measure": "target"}, "measure", "性质由“水平”改为“目标”", "kind from level to target"),
        ({"obs_status": "P"}, "status", "状态由“无”改为“初步”", "status from none to provisional"),
        (
            {"obs_value": 29.0, "time_period": "2022"}, "value;period",
            "数值由“30微克/立方米”改为“29微克/立方米”；时间由“2023年”改为“2022年”", "value from 30 µg/m³ to 29 µg/m³; period from 2023 to 2022",
        ),
        ({"unit_measure": "tonne"}, "unit", "数值由“30微克/立方米”改为“30吨”", "value from 30 µg/m³ to 30 tonnes"),
        ({"time_basis": "as_published"}, "period", "时间由“2023年”改为“截至2023年（来源未写明时间）”", "period from 2023 to as of 2023"),
    ],
)  # fmt: skip
def test_what_changed_is_named(change, fields, zh, en):
    (found,) = _errata([*_revised(BEFORE[:-1]), _row(**change)])
    assert (found["change"], found["fields"]) == ("changed", fields)
    assert zh in found["sentence_zh"]
    assert en in found["sentence_en"]
    assert (found["observation_before"], found["value_before"]) == (BEFORE[-1]["observation_id"], 30.0)


def test_a_period_is_known_again_when_the_source_was_replaced():
    moved = _row(time_period="2022", raw_start=700, raw_end=708, quote="细颗粒物为30微克/立方米。")
    (found,) = _errata([*_revised(BEFORE[:-1]), moved])
    assert (found["fields"], found["period_before"], found["period"]) == ("period", "2023", "2022")


def test_added_and_removed():
    (removed,) = _errata(_revised(BEFORE[:-1]))
    assert (removed["change"], removed["observation_id"]) == ("removed", "")
    assert removed["sentence_zh"] == "撤下：全国PM2.5年均浓度（2023年），原为30微克/立方米。"
    assert removed["sentence_en"] == "Removed: Annual mean PM2.5 concentration, China (2023), which was 30 µg/m³."
    (added,) = _errata(_revised(), before=BEFORE[:-1])
    assert (added["change"], added["observation_before"]) == ("added", "")
    assert added["sentence_en"] == "Added: Annual mean PM2.5 concentration, China (2023): 30 µg/m³."


def test_what_the_registry_no_longer_holds_is_named_as_its_edition_named_it():
    gone = {name: one for name, one in REGISTRY.indicators.items() if name != "pm25_annual_mean"}
    units = tuple(unit for unit in support.UNITS if unit.code != "microgram_per_cubic_metre")
    registry = Registry(dataclasses.replace(REGISTRY.vocabulary, units=units), gone)
    labels = {
        "pm25_annual_mean": {"zh": "旧名", "en": "old name"},
        "microgram_per_cubic_metre": {"zh": "微克", "en": "micrograms"},
    }
    (found,) = [row for row in _errata(_revised(BEFORE[:-1]), registry=registry, labels=labels) if row["fields"] == ""]
    assert found["sentence_en"] == "Removed: old name, China (2023), which was 30 micrograms."


@given(
    st.lists(st.sampled_from(("same", "value", "gone", "period")), min_size=len(BEFORE), max_size=len(BEFORE)),
    st.randoms(),
)
def test_every_change_is_found_once_and_nothing_else(fates, random):
    """The promise of errata: no change of a published number goes untold."""
    after, expected = [], {"changed": 0, "removed": 0}
    for row, fate in zip(BEFORE, fates, strict=True):
        (new,) = _revised([row])
        if fate == "value":
            new = {**new, "obs_value": new["obs_value"] + 1}
        if fate == "period":
            (new,) = _revised([{**row, "time_period": "1999"}])
        if fate != "gone":
            after.append(new)
        expected["changed"] += fate in ("value", "period")
        expected["removed"] += fate == "gone"
    random.shuffle(after)
    found = _errata(after)
    assert {kind: sum(row["change"] == kind for row in found) for kind in expected} == expected
    assert len(found) == sum(expected.values())
    assert contracts.ERRATA.rows_of(contracts.ERRATA.csv_text(found)) is not None
    assert [row["erratum"] for row in found] == [f"e-{number:04d}" for number in range(1, len(found) + 1)]


def _page(language, rows, release=None):
    made = view.page(
        support.edition(), REGISTRY, _tables(), [], {"publishable": True, "reasons": []}, language,
        release=release, errata=view.Errata("2023", tuple(rows)),
    )  # fmt: skip
    return pages.render(made).decode("utf-8")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_tells_them_in_sentences_and_in_a_table(language):
    rows = [
        {**row, "observation_id": BEFORE[-1]["observation_id"]}
        for row in _errata([*_revised(BEFORE[:-1]), _row(obs_value=31.0)])
    ]
    page = _page(language, rows)
    section = page.split('id="errata"')[1].split("</section>")[0]
    assert rows[0][f"sentence_{language}"] in section
    assert rows[0][f"before_{language}"] in section
    assert f'href="#q-{BEFORE[-1]["observation_id"]}"' in section
    with pytest.raises(StageError, match="'77'"):  # the page's lint knows what errata may print
        _page(language, [*rows, {**rows[0], f"label_{language}": "x 77"}])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_revision_that_changes_nothing_says_so_and_a_first_edition_has_no_such_section(language):
    assert WORDS[language]["no_errata"] in _page(language, [])
    assert WORDS[language]["errata"] + "</h2>" not in _render(language)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_signed_page_bears_no_mark_and_names_the_readings(language):
    page = _page(language, [], Release("ab" * 32, (("初审", "2024-06-01"), ("终审", "2024-06-05"))))
    assert f"<strong>{WORDS[language]['review']}</strong>" not in page
    assert "ab" * 32 in page
    words = WORDS[language]
    day = '<time datetime="2024-06-05">2024-06-05</time>'
    assert words["roles"]["终审"] + words["left"] + day + words["right"] in page
    assert f"<strong>{WORDS[language]['review']}</strong>" in _render(language)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_field_has_a_wording(language):
    assert set(WORDS[language]["errata_fields"]) == set(FIELDS) - {"unit", "qualifier"}
