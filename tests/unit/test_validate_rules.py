"""Every rule that ships: one row that breaks it, and exactly that rule fails and names the row."""

import hashlib
import json
import re
from pathlib import Path

import nbformat
import pytest
from validation_bench import RAW, Bench

from qingshan.model import InputError
from qingshan.validate import run as runs
from qingshan.validate.shape import TABLES
from qingshan.validate.suites import NEEDED

SHIPPED = Path(__file__).parents[2] / "expectations"
NAN = float("nan")


@pytest.fixture(scope="module", autouse=True)
def gx():
    """Great Expectations takes seconds to import: once for the module."""
    return pytest.importorskip("great_expectations")


@pytest.fixture(scope="module")
def remembered():
    """Results by rules, table and parameters: a table that a test leaves alone is not asked again."""
    return {}


@pytest.fixture
def bench(tmp_path, monkeypatch, remembered):
    def evaluate(rules, table, parameters):
        paths = ("raw_root", "registry_root")
        given = {name: value for name, value in parameters.items() if name not in paths}
        state = _state(Path(parameters["raw_root"]))
        key = hashlib.sha256(repr((rules, table, given, state)).encode()).hexdigest()
        if key not in remembered:
            remembered[key] = really(rules, table, parameters)
        return remembered[key]

    really = runs._evaluate
    monkeypatch.setattr(runs, "_evaluate", evaluate)
    return Bench(tmp_path)


def _state(folder):
    return [(path.name, path.read_bytes()) for path in sorted(folder.rglob("*")) if path.is_file()]


def _add(rows, row, **more):
    rows.append({**row, **more})


def _everywhere(bench, **more):
    """Change the first figure in every table that has it: as found, as curated."""
    bench.figures[0].update(more)
    bench.curated[0].update(more)


def _target_as_outcome(bench):
    bench.figures[0].update(kind="target")
    bench.curated[0].update(kind="target")


def _not_observed(bench):
    bench.curated[3].update(status="accepted", decision_id="d-0001", indicator="forest_area", reason="decision")


def _observed_though_waiting(bench):
    bench.observation_figures.append(
        {"observation_id": bench.observations[0]["observation_id"], "figure_id": bench.figures[3]["figure_id"],
         "role": "repeats"}
    )  # fmt: skip


def _twice(bench):
    """Let two sources state one quantity with two values."""
    said = {"indicator": "pm25_annual_mean", "region": "北京市", "period": "2023"}
    bench.curated[5].update(said, value=31.0, value_low=30.5, value_high=31.5)


def _stale(bench):
    bench.stale_decisions = [
        {"decision_id": "d-0001", "action": "accept", "source_id": "demo", "text": "3", "prefix": "", "suffix": "",
         "why": "gone", "figures": "", "reason": "甲", "by": "a", "decided_on": "2023-01-01", "where": "x:1"}
    ]  # fmt: skip


def _unread_source(bench):
    bench.sources.append(bench.register("third", "什么数字也没有。\n"))


def _gone(bench):
    """Leave a source in the table that the edition no longer has."""
    _add(bench.sources, bench.sources[1], source_id="gone")


def _without_figure(bench):
    bench.observation_figures[0].update(role="repeats")


# rule -> what spoils the tables, the row it names (None: a rule about a whole table), and what else must fail then
FAULTS = {
    # sources
    "source_once": (lambda b: b.sources.append(b.sources[0]), "demo", []),
    "source_registered": (_gone, "gone", ["source_file_as_registered", "source_access_known", "source_gives_figures"]),
    "source_file_as_registered": (lambda b: b.sources[0].update(sha256="0" * 64), "demo", []),
    "source_has_text": (lambda b: b.sources[0].update(characters=0), "demo", []),
    "source_titled": (lambda b: b.sources[0].update(title=" "), "demo", []),
    "source_publisher_named": (lambda b: b.sources[0].update(publisher=""), "demo", []),
    "source_dated": (lambda b: b.sources[0].update(published_on=""), "demo", []),
    "source_reader_recorded": (lambda b: b.sources[0].update(encoding=""), "demo", []),
    "source_access_known": (_gone, "gone", ["source_file_as_registered", "source_registered", "source_gives_figures"]),
    "source_licence_named": (lambda b: b.edit("demo/source.yml", "licence: {name: CC0-1.0}\n", ""), "demo", []),
    "source_by_cutoff": (
        lambda b: b.edit("demo/source.yml", "published_on:", "released_on: '2024-01-02'\npublished_on:"), "demo", [],
    ),
    "source_gives_figures": (_unread_source, "third", []),
    # figures
    "figure_id_form": (lambda b: _everywhere(b, figure_id="Demo 1"), "Demo 1", [
        "accepted_is_observed", "link_figure_accepted", "target_stays_target",
    ]),
    "figure_id_unique": (lambda b: b.figures[3].update(figure_id=b.figures[4]["figure_id"]), "demo@{4}", [
        "curated_was_found",
    ]),
    "offsets_in_order": (lambda b: b.figures[3].update(end=b.figures[3]["start"]), "demo@{3}", [
        "text_at_raw_offsets", "quote_at_raw_offsets",
    ]),
    "text_at_raw_offsets": (lambda b: b.figures[3].update(start=b.figures[3]["start"] + 1), "demo@{3}", []),
    "quote_at_raw_offsets": (lambda b: b.figures[3].update(quote="2257家单位，别的句子"), "demo@{3}", []),
    "text_within_quote": (lambda b: b.figures[3].update(text="别的"), "demo@{3}", ["text_at_raw_offsets"]),
    "kind_known": (lambda b: b.figures[3].update(kind="levl"), "demo@{3}", []),
    "qualifier_known": (lambda b: b.figures[3].update(qualifier=""), "demo@{3}", []),
    "integrity_known": (lambda b: b.figures[3].update(integrity="broken"), "demo@{3}", []),
    "value_present": (lambda b: b.figures[3].update(value=NAN), "demo@{3}", [
        "value_not_below_lowest", "value_not_above_highest",
    ]),
    "value_not_below_lowest": (lambda b: b.figures[3].update(value_low=2258.0), "demo@{3}", []),
    "value_not_above_highest": (lambda b: b.figures[3].update(value_high=2256.0), "demo@{3}", []),
    "share_within_hundred": (
        lambda b: b.figures[2].update(indicator="", value=130.0, value_high=130.0), "demo@{2}", [],
    ),
    "share_in_percent": (lambda b: b.figures[2].update(unit="倍"), "demo@{2}", []),
    "whole_has_unit": (lambda b: b.figures[3].update(unit=""), "demo@{3}", []),
    "unit_known": (lambda b: b.figures[3].update(unit="斗"), "demo@{3}", []),
    "region_known": (lambda b: b.figures[3].update(region="无此市"), "demo@{3}", []),
    "scope_known": (lambda b: b.figures[3].update(scope="cities-338;cities-1"), "demo@{3}", []),
    "period_form": (lambda b: b.figures[3].update(period="2023-13"), "demo@{3}", []),
    "base_before_period": (lambda b: b.figures[1].update(base_period="2023"), "demo@{1}", []),
    "sign_fits_verb": (lambda b: b.figures[1].update(value=3.1, value_low=3.1, value_high=3.1), "demo@{1}", []),
    "figure_within_bounds": (lambda b: b.figures[0].update(value=3e4, value_low=3e4, value_high=3e4), "demo@{0}", []),
    "nothing_vanishes": (lambda b: b.curated.pop(), None, ["counts_agree"]),
    "curated_once": (lambda b: b.curated[3].update(figure_id=b.curated[4]["figure_id"]), "demo@{4}", []),
    "curated_was_found": (lambda b: b.curated[3].update(figure_id="demo@1-2"), "demo@1-2", []),
    "status_known": (lambda b: b.curated[3].update(status="maybe"), "demo@{3}", ["counts_agree"]),
    "accepted_has_decision": (lambda b: b.curated[0].update(decision_id=""), "demo@{0}", []),
    "accepted_has_indicator": (lambda b: b.curated[0].update(indicator=""), "demo@{0}", []),
    "broken_needs_person": (lambda b: b.curated[0].update(integrity="orphan"), "demo@{0}", []),
    "accepted_share_within_hundred": (lambda b: b.curated[2].update(value=130.0), "demo@{2}", []),
    "accepted_sign_fits_verb": (lambda b: b.curated[1].update(value=3.1), "demo@{1}", []),
    "accepted_is_observed": (_not_observed, "demo@{3}", ["counts_agree"]),
    "others_are_not_observed": (_observed_though_waiting, "demo@{3}", ["link_figure_accepted"]),
    "figures_agree": (_twice, "", []),
    "decisions_hold": (_stale, "d-0001", []),
    # observations
    "observation_id_unique": (
        lambda b: _add(b.observations, b.observations[0], time_period="2022"), "[0]", ["counts_agree"],
    ),
    "observation_key_unique": (
        lambda b: _add(b.observations, b.observations[0], observation_id="0" * 12), "[0]",
        ["counts_agree", "observation_has_figure"],
    ),
    "observation_of_this_edition": (lambda b: b.observations[0].update(edition="2022"), "[0]", []),
    "observation_source_registered": (lambda b: b.observations[0].update(source_id="gone"), "[0]", [
        "observation_quote_at_raw_offsets",
    ]),
    "observation_indicator_known": (lambda b: b.observations[0].update(indicator="pm"), "[0]", []),
    "observation_indicator_given": (lambda b: b.observations[0].update(indicator=""), "[0]", []),
    "observation_unit_known": (lambda b: b.observations[0].update(unit_measure="ug"), "[0]", []),
    "observation_unit_given": (lambda b: b.observations[0].update(unit_measure=""), "[0]", []),
    "observation_area_known": (lambda b: b.observations[0].update(ref_area="北京市"), "[0]", []),
    "observation_area_given": (lambda b: b.observations[0].update(ref_area=""), "[0]", []),
    "observation_scope_known": (lambda b: b.observations[0].update(scope="gas-actual;74"), "[0]", []),
    "scope_in_force": (lambda b: b.observations[0].update(scope="cities-74"), "[0]", []),
    "area_in_force": (lambda b: b.observations[0].update(ref_area="QS-JJJ-2-36", time_period="2020"), "[0]", []),
    "time_period_form": (lambda b: b.observations[0].update(time_period=""), "[0]", []),
    "base_period_form": (lambda b: b.observations[0].update(base_period="2022年"), "[0]", []),
    "observation_base_before_period": (lambda b: b.observations[1].update(base_period="2024"), "[1]", []),
    "outcome_by_cutoff": (lambda b: b.observations[0].update(time_period="2024"), "[0]", []),
    "measure_known": (lambda b: b.observations[0].update(measure="mean"), "[0]", ["target_stays_target"]),
    "obs_status_known": (lambda b: b.observations[0].update(obs_status="T"), "[0]", []),
    "time_basis_known": (lambda b: b.observations[0].update(time_basis=""), "[0]", []),
    "observation_qualifier_known": (lambda b: b.observations[0].update(qualifier="most"), "[0]", []),
    "observation_value_present": (lambda b: b.observations[0].update(obs_value=NAN), "[0]", [
        "observation_not_below_lowest", "observation_not_above_highest",
    ]),
    "observation_not_below_lowest": (lambda b: b.observations[0].update(obs_value_low=30.1), "[0]", []),
    "observation_not_above_highest": (lambda b: b.observations[0].update(obs_value_high=29.9), "[0]", []),
    "observation_within_critical_bounds": (
        lambda b: b.observations[0].update(obs_value=3e4, obs_value_low=3e4, obs_value_high=3e4), "[0]",
        ["observation_within_usual_bounds"],
    ),
    "observation_within_usual_bounds": (
        lambda b: b.observations[0].update(obs_value=160.0, obs_value_low=160.0, obs_value_high=160.0), "[0]", [],
    ),
    "observation_has_decision": (lambda b: b.observations[0].update(decision_id=""), "[0]", []),
    "observation_has_figure": (_without_figure, "[0]", []),
    "observation_has_quote": (lambda b: b.observations[0].update(quote="\r\n"), "[0]", [
        "observation_quote_at_raw_offsets",
    ]),
    "observation_quote_at_raw_offsets": (
        lambda b: b.observations[0].update(raw_end=RAW.index("天津市") + 3), "[0]", [],
    ),
    "link_observation_exists": (
        lambda b: b.observation_figures[0].update(observation_id="0" * 12), "0" * 12 + "@demo@{0}",
        ["observation_has_figure", "target_stays_target"],
    ),
    "link_figure_accepted": (
        lambda b: _add(b.observation_figures, b.observation_figures[0], figure_id="demo@1-2", role="repeats"),
        "[0]@demo@1-2", [],
    ),
    "link_role_known": (
        lambda b: b.observation_figures[0].update(role="second"), "[0]@demo@{0}", ["observation_has_figure"],
    ),
    "target_stays_target": (_target_as_outcome, "[0]@demo@{0}", []),
    # edition
    "edition_year_fits_id": (lambda b: b.edit("edition.yml", "year: '2023'", "year: '2022'"), "2023", []),
    "edition_titled_zh": (lambda b: b.edit("edition.yml", "zh: 示范, en: Demonstration", "zh: '', en: D"), "2023", []),
    "edition_titled_en": (lambda b: b.edit("edition.yml", "en: Demonstration", "en: ''"), "2023", []),
    "edition_cutoff_stated": (lambda b: b.edit("edition.yml", "data_cutoff: '2023-12-31'\n", ""), "2023", []),
    "edition_licence_stated": (lambda b: b.edit("edition.yml", "licence: CC0-1.0\n", ""), "2023", []),
    "demonstration_says_so": (lambda b: b.edit("edition.yml", "zh: 示范, en: A", "zh: '', en: A"), "2023", []),
    "counts_agree": (
        lambda b: b.summaries.update(extract="7 figures, 1 lost at the source"), "extract@figure", [],
    ),
    "lost_once": (lambda b: b.lost.append(b.lost[0]), "demo@{lost}", []),
    "lost_source_registered": (lambda b: b.lost[0].update(source_id="gone"), "gone@{lost}", []),
    "lost_has_quote": (lambda b: b.lost[0].update(quote=""), "demo@{lost}", []),
    "fill_of_lost_value": (lambda b: b.fill(position=1), "demo@1", []),
    "fill_source_registered": (
        lambda b: b.fill(figure_id="gone@1-2", observation_id=""), "demo@{lost}", [],
    ),
    "fill_is_observed": (lambda b: b.fill(observation_id=b.observations[1]["observation_id"]), "demo@{lost}", []),
    "fill_has_decision": (lambda b: b.fill(decision_id="rule:fill@1"), "demo@{lost}", []),
    "coverage_not_shrunk": (
        lambda b: b.before({}, {"indicator": "forest_area"}),
        "forest_area@110000@level@@microgram_per_cubic_metre", [],
    ),
    "series_continued": (
        lambda b: b.before({}, {"ref_area": "120000"}),
        "pm25_annual_mean@120000@level@@microgram_per_cubic_metre", [],
    ),
    "magnitude_not_jumped": (
        lambda b: b.before({"obs_value": 3.0}), "pm25_annual_mean@110000@level@@microgram_per_cubic_metre", [],
    ),
}  # fmt: skip


def _not_passed(verdict):
    return {rule.rule for rule in verdict.rules if rule.state != "passed"}


def test_the_clean_tables_pass_every_rule(bench):
    verdict = bench.run()

    assert _not_passed(verdict) == set()
    assert verdict.publishable


def test_every_rule_that_ships_has_a_planted_fault():
    shipped = [
        entry["meta"]["rule"]
        for name in NEEDED
        for entry in json.loads((SHIPPED / f"{name}.json").read_text(encoding="utf-8"))["expectations"]
    ]

    assert len(shipped) == len(set(shipped))
    assert set(FAULTS) == set(shipped)


@pytest.mark.parametrize("name", FAULTS)
def test_a_rule_finds_its_planted_fault_and_no_other_rule_fails(bench, name):
    spoil, row, also = FAULTS[name]
    ids = [observation["observation_id"] for observation in bench.observations]
    named = {str(number): one["figure_id"].partition("@")[2] for number, one in enumerate(bench.figures)}
    named["lost"] = str(bench.lost[0]["position"])
    spoil(bench)

    verdict = bench.run()

    assert _not_passed(verdict) == {name, *also}
    rule = next(rule for rule in verdict.rules if rule.rule == name)
    assert rule.state == "failed"
    assert any(name in reason for reason in verdict.reasons) == (rule.severity == "critical")
    failed = [row for row in bench.written("failures.csv").splitlines() if row.startswith(f"{name},")]
    if row is None:
        assert rule.error, "a rule about a whole table says what it found"
        assert (rule.rows, rule.unexpected, failed) == ((), 1, [])
    else:
        wanted = row.format(*[named[str(number)] for number in range(len(bench.figures))], **named)
        for number, observation_id in enumerate(ids):
            wanted = wanted.replace(f"[{number}]", observation_id)
        assert rule.unexpected == len(failed) == (2 if "once" in name or "unique" in name else 1)
        assert wanted in rule.rows or not wanted


def test_a_person_may_accept_what_no_rule_may(bench):
    """Bounds and signs stop a rule, never a person: the warning stays for the reader of the report."""
    bench.curated[1].update(value=3.1, decision_id="d-0001")
    bench.observations[0].update(obs_value=3e4, obs_value_low=3e4, obs_value_high=3e4, decision_id="d-0002")

    verdict = bench.run()

    assert _not_passed(verdict) == {"observation_within_usual_bounds"}
    assert verdict.publishable


def test_a_rule_with_nothing_to_compare_says_so_and_is_not_one_that_did_not_run(bench):
    verdict = bench.run()

    rules = {rule.rule: rule for rule in verdict.rules}
    for name in ("coverage_not_shrunk", "magnitude_not_jumped", "fill_is_observed", "decisions_hold"):
        assert (rules[name].state, rules[name].observed) == ("passed", 0)
        assert rules[name].nothing.zh
        assert rules[name].nothing.en
        assert not rules[name].blocks
    assert rules["figure_id_form"].nothing is None
    assert "There is no earlier edition to compare with" in bench.written("rules.csv")
    written = {rule["rule"]: rule for rule in json.loads(bench.written("verdict.json"))["rules"]}
    assert written["coverage_not_shrunk"]["nothing"]["zh"] == "没有上一版可以比较"
    assert written["figure_id_form"]["nothing"] is None


def test_a_rule_that_does_not_say_why_there_may_be_no_row_did_not_run(bench, tmp_path):
    folder = tmp_path / "expectations"
    _copy(folder)
    path = folder / "edition.json"
    text = path.read_text(encoding="utf-8")
    entries = json.loads(text)
    for entry in entries["expectations"]:
        if entry["meta"]["rule"] in ("fill_is_observed", "demonstration_says_so"):
            del entry["meta"]["when_empty"]
    path.write_text(json.dumps(entries, ensure_ascii=False), encoding="utf-8")
    bench.edit("edition.yml", "status: demonstration", "status: candidate")

    verdict = bench.run()

    assert _not_passed(verdict) == {"fill_is_observed", "demonstration_says_so"}
    states = {rule.rule: rule for rule in verdict.rules}
    assert states["fill_is_observed"].state == states["demonstration_says_so"].state == "not_run"
    assert "meta.when_empty" in states["fill_is_observed"].error
    assert not verdict.publishable, "a warning that could not run blocks too"


def _copy(folder):
    folder.mkdir()
    for path in SHIPPED.glob("*.json"):
        (folder / path.name).write_bytes(path.read_bytes())


# the edition before
def test_a_revision_is_compared_with_the_one_it_corrects_and_a_year_with_the_last_of_the_year_before(bench):
    from qingshan.validate.previous import name_of_previous

    names = ("2021", "2022", "2022-r1", "2022-r10", "2022-r2", "2023", "2024")
    for name in names:
        path = bench.workspace.clean(name) / "observations.csv"
        path.parent.mkdir(parents=True)
        path.write_text("", encoding="utf-8")

    found = {edition: name_of_previous(bench.workspace, edition) for edition in ("2023", "2023-r1", "2023-r2", "2026")}

    assert found == {"2023": "2022-r10", "2023-r1": "2023", "2023-r2": "", "2026": ""}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("observation_id,edition\na,2022\n", r"data/clean/2022/observations\.csv: found no column 'indicator'"),
        ("observation_id,nothing\na,2022\n", r"data/clean/2022/observations\.csv: found column 'nothing'"),
        ("\xff", r"data/clean/2022/observations\.csv: found column 'ÿ'"),
    ],
)
def test_a_damaged_edition_before_is_one_message_without_a_folder_of_the_machine(bench, tmp_path, content, message):
    bench.before({})
    (bench.workspace.clean("2022") / "observations.csv").write_text(content, encoding="utf-8")

    with pytest.raises(InputError, match=message) as caught:
        bench.run()

    assert str(tmp_path) not in str(caught.value)


def test_an_edition_that_went_on_passes_and_says_what_it_compared(bench):
    bench.before({}, {"measure": "change", "obs_value": -300.0, "unit_measure": "percent", "time_period": "2021"})

    rules = {rule.rule: rule for rule in bench.run().rules}

    assert (rules["coverage_not_shrunk"].state, rules["coverage_not_shrunk"].observed) == ("passed", 2)
    assert (rules["magnitude_not_jumped"].state, rules["magnitude_not_jumped"].observed) == ("passed", 1), "no change"
    assert rules["magnitude_not_jumped"].nothing is None


# which suites run
def test_a_part_of_the_suites_makes_no_green_verdict(bench):
    verdict = bench.run(suites="figures, edition.json")

    assert {rule.suite for rule in verdict.rules} == {"figures", "edition"}
    assert not verdict.publishable
    assert verdict.reasons == (
        "只核验了一部分：规则组 sources、observations 没有执行 / "
        "Only a part was checked: the suites sources, observations were not run",
    )


def test_every_rule_tells_its_suite_file_and_line(bench):
    for rule in bench.run().rules:
        file, _, line = rule.place.rpartition(":")
        assert file == f"expectations/{rule.suite}.json"
        text = (SHIPPED / f"{rule.suite}.json").read_text(encoding="utf-8").splitlines()[int(line) - 1]
        assert f'"rule": "{rule.rule}"' in text


# what an analyst does in JupyterLab
def _example():
    """Return the rule that the notebook shows to copy."""
    cells = nbformat.read(SHIPPED.parent / "notebooks" / "4_validate.ipynb", as_version=4).cells
    (text,) = [cell.source for cell in cells if cell.id == "suites-heading"]
    return json.loads(text.partition("```json\n")[2].partition("```")[0])


def test_the_rule_that_the_notebook_shows_runs_once_it_is_copied_into_a_suite(bench, tmp_path):
    folder = tmp_path / "expectations"
    _copy(folder)
    path = folder / "observations.json"
    suite = json.loads(path.read_text(encoding="utf-8"))
    suite["expectations"].append(_example())
    path.write_text(json.dumps(suite, ensure_ascii=False, indent=2), encoding="utf-8")
    bench.observations[0].update(obs_value=301.0, obs_value_low=301.0, obs_value_high=301.0)

    verdict = bench.run()

    rule = verdict.rules[-1 - sum(rule.suite == "edition" for rule in verdict.rules)]
    assert (rule.rule, rule.state, rule.observed) == ("my_pm25_plausible", "failed", 1)
    assert "my_pm25_plausible,observations,warning,failed,1,1,PM2.5 年均浓度不超过 300" in bench.written("rules.csv")
    assert bench.written("failures.csv").count("my_pm25_plausible,") == 1
    assert "my_pm25_plausible" in bench.workspace.report("2023").read_text(encoding="utf-8")


def test_the_notebook_names_every_table_that_a_rule_can_read():
    cells = nbformat.read(SHIPPED.parent / "notebooks" / "4_validate.ipynb", as_version=4).cells
    (text,) = [cell.source for cell in cells if cell.id == "suites-heading"]
    (line,) = [line for line in text.splitlines() if line.startswith("- `table`:")]

    assert set(re.findall(r"`([a-z_]+)`", line)) == {"table", *TABLES}
