"""The studio: what it draws is a declared chart's equal, and what it refuses is told in one message each."""

from __future__ import annotations

import dataclasses
import json
import re

import pandas as pd
import pytest
import test_charts_support as support
import test_edition_support as editions
import yaml

from qingshan import charts, store, studio
from qingshan.charts import asking, declared, forms, own, picking
from qingshan.model import OBSERVATIONS, InputError, StageError
from qingshan.registry import load_registry

TITLE = {"zh": "某值", "en": "A value"}


def _years():
    """A series of three years, a second source's word on one of them, the twelve changes and more."""
    row = "pm25_annual_mean,{year},{value}"
    made = []
    for year, value in (("2019", "36"), ("2020", "33"), ("2022", "29")):
        raw = row.format(year=year, value=value)
        made.append(
            support.figure_and_observation(
                raw, value, float(value), "pm25_annual_mean", unit="microgram_per_cubic_metre", source_id="src-b",
                time_period=year, decision_id="rule:table@1",
            )
        )  # fmt: skip
    return [*editions.two_sources(), *made]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    root = tmp_path_factory.mktemp("studio")
    made = editions.write_workspace(root, _years(), sources=(support.source(), editions.SECOND))
    charts.build(made, "2023")
    return made


@pytest.fixture
def desk(workspace):
    return studio.open_edition(workspace, "2023")


@pytest.fixture
def series(desk):
    rows = desk.observations
    return rows[(rows["indicator"] == "pm25_annual_mean") & (rows["source_id"] == "src-b")]


@pytest.fixture
def changes(desk):
    return desk.observations[desk.observations["measure"] == "change"]


def _told(error):
    return [str(problem) for problem in error.value.problems]


# the tables
def test_the_tables_are_those_of_the_running_edition_with_labels(desk, workspace):
    rows = store.read_table(workspace.work("2023", "curate", "observations.csv"), OBSERVATIONS)
    assert list(desk.observations["observation_id"]) == [row["observation_id"] for row in rows]
    assert {"indicator_label", "ref_area_label", "unit_measure_label", "theme"} <= set(desk.observations.columns)
    assert set(desk.observations.loc[desk.observations["ref_area"] == "640000", "ref_area_label"]) == {"宁夏回族自治区"}
    assert "label" in desk.indicators.columns
    english = studio.open_edition(workspace, "2023", language="en")
    assert set(english.observations.loc[english.observations["ref_area"] == "640000", "ref_area_label"]) == {"Ningxia"}
    assert ".observations" in repr(desk)


def test_every_form_has_a_drawing_function_by_its_name(desk):
    names = set(desk.forms()["form"])
    assert {"timeline", "changes"} <= names
    assert {f"draw_{name}" for name in names} <= set(dir(desk))
    with pytest.raises(AttributeError):
        desk.paint_timeline  # noqa: B018


# what is drawn
def test_a_chart_drawn_by_hand_has_the_bytes_of_a_declared_one(tmp_path, changes):
    """Same rows, same wording: the same function draws, and nothing but number and name can differ."""
    workspace = editions.write_workspace(tmp_path, editions.pairs())
    charts.build(workspace, "2023")
    desk = studio.open_edition(workspace, "2023")
    saved = desk.draw_changes(changes, title=support.DECLARED["title"]).save("mine")
    folder = workspace.work("2023", "charts")
    for end in ("zh.png", "en.png", "zh.print.png", "en.print.png", "csv"):
        assert (folder / f"mine.{end}").read_bytes() == (folder / f"{support.DECOUPLING}.{end}").read_bytes(), end
    ours, theirs = (json.loads((folder / f"{name}.card.json").read_text()) for name in ("mine", support.DECOUPLING))
    assert {key for key in ours if ours[key] != theirs[key]} <= {"name", "number", "missing", "section"}
    assert (theirs["number"], ours["number"], saved.number) == (1, 2, 2)
    assert len(saved.files) == 11


def test_it_shows_itself_in_both_languages_and_keeps_nothing(desk, series, workspace):
    before = sorted(workspace.root.rglob("*"))
    shown = desk.draw_timeline(series, title=TITLE)._repr_mimebundle_()
    assert shown["text/html"].count("data:image/svg+xml;base64,") == 2
    assert 'lang="zh"' in shown["text/html"]
    assert sorted(workspace.root.rglob("*")) == before


def test_rows_that_are_not_drawn_are_named(desk):
    """A value that both sources give is drawn once; the words beside the picture tell of what differs."""
    rows = desk.observations[
        (desk.observations["indicator"] == "pm25_annual_mean") & (desk.observations["measure"] == "level")
    ]
    twice = rows[rows["time_period"] == "2023"]
    assert len(twice) == 2
    told = desk.draw_timeline(rows, title=TITLE)
    shown = json.loads(told.pictures["sketch.card.json"])
    drawn = set(shown["observations"])
    for key in set(rows["observation_id"]) - drawn:
        value = rows.set_index("observation_id").loc[key, "obs_value"]
        assert key in repr(told) or f"{value:g}" in "".join(shown["notes"]["zh"])


def test_names_get_their_low_digits_and_slots_their_values(desk, series):
    drawing = desk.draw_timeline(
        series,
        title={"zh": "PM2.5浓度", "en": "PM2.5"},
        finding={"zh": "{level.last.period}为{level.last.value}", "en": "{level.last.value} in {level.last.period}"},
    )
    assert repr(drawing).startswith("2023年为31微克/立方米\n31 µg/m³ in 2023\n")
    card = json.loads(drawing.pictures["sketch.card.json"])
    assert card["title"] == {"zh": "PM₂.₅浓度", "en": "PM₂.₅"}


# what is refused
WRONG_TEXTS = [
    (
        {"title": {"zh": "2023年的值", "en": "Value"}},
        "chart, title.zh: found '2023' in '2023年的值', expected words and slots",
    ),
    ({"title": {"zh": "值", "en": "Down by 30%"}}, "chart, title.en: found '30' in 'Down by 30%'"),
    ({"title": {"zh": "值", "en": "Down by ３０"}}, "chart, title.en: found '３０' in 'Down by ３０'"),
    ({"finding": {"zh": "值为30", "en": "x"}}, "chart, finding.0.zh: found '30' in '值为30'"),
    ({"notes": [{"zh": "据7个城市", "en": "x"}]}, "chart, notes.0.zh: found '7' in '据7个城市'"),
    ({"subtitle": {"zh": "1", "en": "x"}}, "chart, subtitle.zh: found '1' in '1'"),
    ({"title": {"zh": "值", "en": "Twelve values"}}, "chart, title.en: found 'Twelve' in 'Twelve values'"),
    ({"title": {"zh": "降了百分之三", "en": "x"}}, "chart, title.zh: found '百分之三' in '降了百分之三'"),
    ({"title": {"zh": "一个半", "en": "Half of it"}}, "chart, title.en: found 'Half' in 'Half of it'"),
    ({"title": "值"}, "title: found '值', expected title={"),
    ({"title": {"zh": "值"}}, "title: found {'zh': '值'}, expected title="),
    ({"finding": {"zh": "{level.last.valu}", "en": "x"}}, "unknown field of a slot 'valu' (did you mean 'value'?)"),
    ({"finding": {"zh": "{levels.last.value}", "en": "x"}}, "unknown series of this chart 'levels'"),
    ({"finding": {"zh": "{level.previous.value}", "en": "x"}}, "no value for {level.previous.value}"),
    ({"section": "weather"}, "found 'weather'"),
    ({"options": {"size": 3}}, None),
    ({"titel": TITLE}, "titel=: found no such text (did you mean 'title'?)"),
]


@pytest.mark.parametrize(("texts", "message"), WRONG_TEXTS, ids=[str(one[0])[:40] for one in WRONG_TEXTS])
def test_a_text_is_refused_with_one_message(desk, series, texts, message):
    drawing = desk.draw_timeline(series, title=TITLE)
    told = drawing.refusals(**texts)
    if message is None:
        assert told == ""
        return
    assert message in told
    assert told.count("\n") == 0
    with pytest.raises(InputError, match=re.escape(message)):
        drawing.reworded(**texts)


def test_a_missing_glyph_is_one_message(desk, series):
    with pytest.raises(StageError, match="Glyph"):
        desk.draw_timeline(series, title={"zh": "值\U0001f95d", "en": "x"})


def _without_id(rows):
    return rows.drop(columns="observation_id")


def _other_value(rows):
    return rows.assign(obs_value=rows["obs_value"].where(rows["time_period"] != "2020", 3.0))


WRONG_TABLES = [
    (_without_id, ["no column observation_id"]),
    (lambda rows: rows.iloc[:0], ["no rows"]),
    (_other_value, ["obs_value 3.0, expected 33.0, as curated"]),
    (lambda rows: rows.assign(obs_value=rows["obs_value"] * 2), ["72.0", "66.0", "58.0", "62.0"]),
    (lambda rows: rows.assign(time_period="2021"), ["time_period '2021'"] * 3),
    (lambda rows: rows.assign(unit_measure="tonne"), ["unit_measure 'tonne'"] * 3),
    (lambda rows: rows.assign(observation_id="0" * 12), ["observation '000000000000', expected an observation of"]),
    (lambda rows: pd.concat([rows, rows]), ["twice, expected each row once"] * 3),
    (lambda rows: rows.assign(series="levle"), ["series 'levle' (did you mean 'level'?)"]),
    (lambda rows: rows.groupby("indicator", as_index=False)["obs_value"].mean(), ["no column observation_id"]),
]


@pytest.mark.parametrize(("edit", "messages"), WRONG_TABLES)
def test_a_table_that_is_not_the_observations_is_refused(desk, series, edit, messages):
    with pytest.raises(InputError) as error:
        desk.draw_timeline(edit(series), title=TITLE)
    told = _told(error)
    assert len(told) >= len(messages)
    assert all(any(message in line for line in told) for message in messages)
    assert all(line.startswith("draw_timeline, table") for line in told)


def test_rows_that_a_form_would_hide_are_refused(desk, series):
    """A table has one row for a place: of four years it would show one."""
    with pytest.raises(InputError, match=r"draw_table, table: found 3 of 4 rows without a mark \([0-9a-f]{12}, "):
        desk.draw_table(series, title=TITLE)
    assert desk.draw_table(series[series["time_period"] == "2022"], title=TITLE).pictures


@pytest.mark.parametrize("keep", [["observation_id"], ["observation_id", "obs_value", "indicator_label"]])
def test_columns_may_be_left_out_and_labels_changed(desk, series, keep):
    kept = series[keep].assign(indicator_label="甲")
    assert desk.draw_timeline(kept, title=TITLE).pictures == desk.draw_timeline(series, title=TITLE).pictures


def test_rows_of_an_internal_source_are_refused_by_name(tmp_path):
    inside = dataclasses.replace(editions.SECOND, access="internal")
    workspace = editions.write_workspace(tmp_path, _years(), sources=(support.source(), inside))
    charts.build(workspace, "2023")
    desk = studio.open_edition(workspace, "2023")
    assert "src-b" not in set(desk.observations["source_id"])
    everything = pd.read_csv(workspace.work("2023", "curate", "observations.csv"), dtype={"time_period": str})
    mine = everything[everything["source_id"] == "src-b"]
    with pytest.raises(InputError) as error:
        desk.draw_timeline(mine, title=TITLE)
    assert len(_told(error)) == len(mine)
    assert "of the internal source src-b, expected rows of public sources" in _told(error)[0]


NAMES = [("Mine", "'Mine', expected small letters"), ("", "small letters"), ("../x", "small letters"),
         (support.DECOUPLING, "the name of a chart of charts.yml")]  # fmt: skip


@pytest.mark.parametrize(("name", "message"), NAMES)
def test_a_name_that_is_none_or_taken_is_refused(desk, series, name, message):
    drawing = desk.draw_timeline(series, title=TITLE)
    with pytest.raises(InputError) as error:
        drawing.save(name)
    assert message in _told(error)[0]


def test_a_form_that_is_none_names_the_nearest(desk, series):
    with pytest.raises(InputError, match="'timelines' \\(did you mean 'timeline'"):
        desk.draw_timelines(series)


# what is saved
def test_numbers_follow_the_declared_and_a_second_save_replaces(tmp_path):
    workspace = editions.write_workspace(tmp_path, _years(), sources=(support.source(), editions.SECOND))
    charts.build(workspace, "2023")
    desk = studio.open_edition(workspace, "2023")
    rows = desk.observations[desk.observations["source_id"] == "src-b"]
    drawing = desk.draw_timeline(rows, title=TITLE)
    assert [drawing.save(name).number for name in ("b_one", "a_two", "b_one")] == [2, 3, 2]
    shown = desk.charts()
    assert list(shown["number"]) == [1, 2, 3]
    assert list(shown["chart"]) == [support.DECOUPLING, "b_one", "a_two"]
    assert list(shown["own"]) == [False, True, True]
    text = store.read_json(workspace.work("2023", "charts", "summary.json"))["text"]
    assert text.endswith("; saved in the notebook: b_one, a_two")
    folder = tmp_path / "again"
    charts.build(workspace, "2023", folder=folder)
    assert charts.redraw(workspace, "2023", folder) == ["b_one", "a_two"]
    for path in workspace.work("2023", "charts").iterdir():
        assert (folder / path.name).read_bytes() == path.read_bytes(), path.name
    charts.build(workspace, "2023")
    assert list(desk.charts()["chart"]) == [support.DECOUPLING]


def test_before_the_stage_has_drawn_there_is_one_message(tmp_path):
    workspace = editions.write_workspace(tmp_path, editions.pairs())
    desk = studio.open_edition(workspace, "2023")
    rows = desk.observations[desk.observations["measure"] == "change"]
    with pytest.raises(InputError, match=r"charts/summary.json: found no such file.*qingshan run 2023"):
        desk.draw_changes(rows).save("mine")


def test_a_saved_row_that_became_internal_stops_the_publication(tmp_path):
    workspace = editions.write_workspace(tmp_path, _years(), sources=(support.source(), editions.SECOND))
    charts.build(workspace, "2023")
    desk = studio.open_edition(workspace, "2023")
    desk.draw_timeline(desk.observations[desk.observations["source_id"] == "src-b"], title=TITLE).save("mine")
    path = workspace.raw("2023") / "src-b" / "source.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("public", "internal"), encoding="utf-8")
    folder = tmp_path / "again"
    charts.build(workspace, "2023", folder=folder)
    with pytest.raises(InputError, match=r"mine: found observation [0-9a-f]{12}, which is not public"):
        charts.redraw(workspace, "2023", folder)


# what is declared for next year
def test_the_declaration_draws_the_same_rows(desk, series, workspace):
    series = series[series["scope"] == ""]
    drawing = desk.draw_timeline(series, title=TITLE, finding={"zh": "{level.last.value}", "en": "{level.last.value}"})
    text = str(drawing.declaration("mine"))
    assert not text.startswith("#")
    lists = load_registry(workspace.registry)
    assert declared.parse_charts(text, lists, name="charts.yml")["mine"].form == "timeline"
    (entry,) = yaml.safe_load(text).values()
    assert entry["series"][0]["indicators"] == ["pm25_annual_mean"]
    _, picked = own.compose(drawing.asked, "mine", desk.material)
    again = picking.pick(
        desk.material.observations, declared.parse_charts(text, lists, name="x")["mine"], lists,
        forms.form_of("timeline"),
    )  # fmt: skip
    assert [row["observation_id"] for row in again.rows] == [row["observation_id"] for row in picked.rows]


def test_a_declaration_that_must_differ_says_so(tmp_path):
    """No series can say: the country in one year and a province in another."""
    elsewhere = support.figure_and_observation(
        "pm25_annual_mean,宁夏,2019,30", "30", 30.0, "pm25_annual_mean", unit="microgram_per_cubic_metre",
        source_id="src-b", time_period="2019", ref_area="640000", decision_id="rule:table@1",
    )  # fmt: skip
    made = [*_years(), elsewhere]
    desk = studio.open_edition(
        editions.write_workspace(tmp_path, made, sources=(support.source(), editions.SECOND)), "2023"
    )
    rows = desk.observations[desk.observations["source_id"] == "src-b"]
    wanted = rows[(rows["ref_area"] == "640000") | (rows["time_period"] == "2020")]
    assert len(wanted) == 2
    text = desk.draw_timeline(wanted, title=TITLE).declaration("mine")
    assert text.startswith("# 与图中不同：多1行，少0行 · differs from the picture, rows: 1 more, 0 fewer\nmine:\n")


# a published edition
def test_a_published_edition_is_drawn_from_and_not_written_to(tmp_path):
    from qingshan import edition, files

    workspace = editions.write_workspace(tmp_path, editions.pairs())
    charts.build(workspace, "2023")
    edition.build(workspace, "2023")
    files.copy_tree(workspace.staged("2023"), workspace.clean("2023"))
    before = {path: path.read_bytes() for path in workspace.clean("2023").rglob("*") if path.is_file()}
    desk = studio.open_published("2023", workspace=workspace.root)
    running = studio.open_edition(workspace, "2023")
    assert asking_rows(desk) == asking_rows(running)
    mine = desk.observations[desk.observations["measure"] == "change"]
    assert desk.draw_changes(mine).pictures == running.draw_changes(mine).pictures
    saved = desk.draw_changes(mine).save("mine")
    assert not saved.is_running
    assert {file.rpartition("/")[0] for file in saved.files} == {"data/work/2023/studio"}
    assert {path: path.read_bytes() for path in workspace.clean("2023").rglob("*") if path.is_file()} == before


def asking_rows(desk):
    return [{name: asking._bare(value) for name, value in row.items()} for row in desk.material.observations]
