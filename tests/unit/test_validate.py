"""Validation as a whole: planted faults in small tables, what the verdict says of them, and what is written."""

import json
from dataclasses import replace

import pytest
from validation_bench import RAW, Bench, figures

from qingshan import validate
from qingshan.model import CURATED, FIGURES, LOST, OBSERVATIONS, InputError
from qingshan.validate.suite import Rule, Suite, Text
from qingshan.validate.tables import Table, read_table


@pytest.fixture(scope="module")
def gx():
    """Great Expectations takes seconds to import: once for the module."""
    return pytest.importorskip("great_expectations")


@pytest.fixture
def bench(tmp_path, gx):
    return Bench(tmp_path)


def _by_name(verdict):
    return {rule.rule: rule for rule in verdict.rules}


def _not_passed(verdict):
    return {rule.rule for rule in verdict.rules if rule.state != "passed"}


def test_sound_tables_are_publishable(bench):
    verdict = bench.run()

    assert _not_passed(verdict) == set()
    assert verdict.publishable
    assert verdict.reasons == ()
    assert verdict.counts == {
        "figures": 6, "accepted": 3, "rejected": 0, "undecided": 3,
        "truncated": 1, "orphan": 0, "lost": 1, "observations": 3,
    }  # fmt: skip
    assert _by_name(verdict)["text_at_raw_offsets"].observed == 6
    assert _by_name(verdict)["share_within_hundred"].observed == 1, "the condition selects the one share"
    assert verdict.summary.startswith(f"{len(verdict.rules)} rules, 0 failed, ")
    assert verdict.summary.endswith(" with nothing to check")


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda row: row.update(start=row["start"] + 1), "first character left out"),
        (lambda row: row.update(end=row["end"] - 1), "last character left out"),
        (lambda row: row.update(start=row["start"] - 1), "one character too many"),
        (lambda row: row.update(text=row["text"][:-1] + "！"), "text of another place"),
        (lambda row: row.update(source_id="other"), "another source's text"),
        (lambda row: row.update(source_id="nobody"), "a source the edition has not"),
        (lambda row: row.update(start=row["start"] - len(RAW), end=row["end"] - len(RAW)), "offsets from the end"),
        (lambda row: row.update(start=0, end=0, text=""), "nothing at all"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_text_that_does_not_stand_at_its_offsets_is_named(bench, spoil, why):
    spoil(bench.figures[1])

    verdict = bench.run()

    rule = _by_name(verdict)["text_at_raw_offsets"]
    assert rule.state == "failed", why
    assert rule.rows == (bench.figures[1]["figure_id"],)
    assert (rule.observed, rule.unexpected) == (6, 1)
    assert not verdict.publishable


def test_offsets_count_in_the_raw_text_with_bom_and_untranslated_newlines(bench):
    assert bench.figures[4]["start"] == RAW.index("5\r\n"), "after a BOM and three CR LF"

    assert _by_name(bench.run())["text_at_raw_offsets"].state == "passed"


def test_a_source_that_changed_after_extraction_fails_the_rule(bench):
    bench.register("demo", RAW.replace("示范文本", "示范的文本"))

    rule = _by_name(bench.run())["text_at_raw_offsets"]

    assert (rule.state, rule.unexpected) == ("failed", 5)
    assert bench.figures[5]["figure_id"] not in rule.rows, "the other source did not change"


def test_a_source_whose_bytes_are_not_the_registered_ones_cannot_be_vouched_for(bench, tmp_path):
    bench.workspace.source_folder("2023", "demo").joinpath("report.txt").write_bytes(RAW.encode() + b" ")

    verdict = bench.run()

    rule = _by_name(verdict)["text_at_raw_offsets"]
    assert rule.state == "not_run"
    assert "data/raw/2023/demo/report.txt" in rule.error
    assert not verdict.publishable
    for name in ("verdict.json", "rules.csv", "failures.csv", "summary.json"):
        assert str(tmp_path) not in bench.written(name), "no folder of this machine in what is written"


def _twice(bench, value):
    """Let two sources state one quantity, the second of them as `value`."""
    said = {"indicator": "pm25_annual_mean", "region": "北京市", "period": "2023"}
    bench.curated[5].update(said, value=value, value_low=value - 0.5, value_high=value + 0.5)


def test_a_person_may_accept_a_broken_figure(bench):
    bench.curated[4].update(status="accepted", decision_id="d-0001", indicator="spending")

    assert _by_name(bench.run())["broken_needs_person"].state == "passed"


def test_a_missing_column_is_a_critical_failure_of_every_rule_that_reads_it(bench):
    bench.save()
    _save_without(bench, FIGURES, "kind")
    verdict = validate.validate(bench.workspace, "2023")

    rules = _by_name(verdict)
    for name in ("kind_known", "share_within_hundred"):
        assert (rules[name].state, rules[name].observed) == ("not_run", 0)
        assert "kind" in rules[name].error
    assert rules["kind_known"].severity == "critical"
    assert rules["qualifier_known"].state == "passed"
    assert not verdict.publishable
    assert any("share_within_hundred" in reason for reason in verdict.reasons), "a warning that could not run blocks"
    assert "not run" in bench.written("summary.json")


def test_figures_that_contradict_each_other_are_listed_with_both_quotes(bench):
    _twice(bench, 31.0)

    verdict = bench.run()

    rule = _by_name(verdict)["figures_agree"]
    assert (rule.state, rule.observed, rule.unexpected) == ("failed", 1, 1)
    assert rule.rows[0] in bench.written("consistency.csv")
    assert rule.rows[0] in bench.written("failures.csv")
    page = bench.workspace.report("2023").read_text(encoding="utf-8")
    section = page[page.index('id="consistency"') : page.index('id="lost"')]
    for row in (bench.curated[0], bench.curated[5]):
        assert row["figure_id"] in section
        assert f"<mark>{row['text']}</mark>" in section


@pytest.mark.parametrize("value", [30.0, 30.4])
def test_figures_that_agree_are_no_fault(bench, value):
    _twice(bench, value)

    verdict = bench.run()

    assert _by_name(verdict)["figures_agree"].state == "passed"
    assert _by_name(verdict)["figures_agree"].observed == 1


def test_figures_that_could_not_be_compared_are_a_failure(bench):
    bench.save()
    _save_without(bench, CURATED, "base_period")

    rule = _by_name(validate.validate(bench.workspace, "2023"))["figures_agree"]

    assert rule.state == "not_run"
    assert rule.blocks


def _save_without(bench, contract, column):
    kept = replace(contract, columns=tuple(c for c in contract.columns if c.name != column))
    bench.table(contract).write_bytes(kept.csv_text(getattr(bench, contract.name)).encode())


@pytest.mark.parametrize("name", ["figures", "observations"])
def test_no_rows_is_nothing_to_publish(bench, name):
    setattr(bench, name, [])

    verdict = bench.run()

    assert not verdict.publishable
    assert any("Nothing to publish" in reason and "没有可发布的内容" in reason for reason in verdict.reasons)
    states = {rule.state for rule in verdict.rules if rule.table == name}
    assert states == {"not_run"}, "no rule passes on a table without rows"


def test_no_lost_values_is_no_fault(bench):
    bench.lost = []

    verdict = bench.run()

    assert verdict.publishable
    assert verdict.counts["lost"] == 0


def test_a_rule_that_evaluates_no_value_did_not_run(bench):
    for row in bench.figures:
        row["value"] = float("nan")

    assert _by_name(bench.run())["share_within_hundred"].state == "not_run"


def test_a_rule_without_a_result_did_not_run(gx):
    from qingshan.validate.run import _outcome

    rule = Rule(
        "odd", "figures", "expect_column_to_exist", {"column": "value"}, "info", Text("甲", "a"), Text("乙", "b")
    )

    outcome = _outcome(rule, None, Table(FIGURES, tuple(FIGURES.names), ()))

    assert outcome.state == "not_run"


def test_no_more_rows_are_named_than_asked_for_but_all_are_counted(bench):
    for row in bench.figures:
        row["qualifier"] = "?"

    verdict = bench.run(rows_shown=2)

    rule = _by_name(verdict)["qualifier_known"]
    assert len(rule.rows) == 2
    assert rule.unexpected == 6
    assert bench.written("failures.csv").count("qualifier_known,") == 6
    page = bench.workspace.report("2023").read_text(encoding="utf-8")
    assert "前 2 行，共 6 行" in page


def test_what_is_written_is_the_same_every_time_and_everywhere(tmp_path, gx):
    written = []
    for folder in ("a", "b"):
        bench = Bench(tmp_path / folder)
        bench.figures[1]["kind"] = "levl"
        bench.run()
        files = sorted(path for path in bench.workspace.work("2023").rglob("*") if path.is_file())
        written.append({path.relative_to(bench.workspace.root): path.read_bytes() for path in files})

    assert written[0] == written[1]
    assert {path.name for path in written[0]} >= {
        "verdict.json", "rules.csv", "failures.csv", "summary.json", "index.html", "consistency.csv", "validation.json",
    }  # fmt: skip


def test_nothing_but_our_files_is_written(bench, tmp_path):
    bench.run()

    made = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert made == {
        "report.txt", "source.yml", "edition.yml", "figures.csv", "lost.csv", "curated.csv", "observations.csv",
        "sources.csv", "observation_figures.csv", "fills.csv", "stale_decisions.csv",
        "verdict.json", "rules.csv", "failures.csv", "summary.json", "index.html", "consistency.csv", "validation.json",
    }  # fmt: skip


def test_the_verdict_file_is_what_later_stages_read(bench):
    bench.curated.pop()

    bench.run()

    verdict = json.loads(bench.written("verdict.json"))
    assert verdict["publishable"] is False
    assert any("found 5, expected 6" in reason for reason in verdict["reasons"])
    assert json.loads(bench.written("summary.json"))["text"].startswith(f"{len(verdict['rules'])} rules, 2 failed, ")


def test_missing_tables_are_all_named_at_once(bench):
    bench.save()
    bench.table(LOST).unlink()
    bench.table(OBSERVATIONS).unlink()

    with pytest.raises(InputError) as caught:
        validate.validate(bench.workspace, "2023")

    assert [problem.where for problem in caught.value.problems] == [
        "data/work/2023/extract/lost.csv",
        "data/work/2023/curate/observations.csv",
    ]


@pytest.mark.parametrize("suite", ["../figures.json", "/etc/passwd", ""])
def test_a_suite_outside_the_folder_is_refused(bench, suite):
    bench.save()

    with pytest.raises(InputError):
        validate.validate(bench.workspace, "2023", suites=suite)


def test_a_misspelt_suite_is_answered_with_the_nearest(bench):
    bench.save()

    with pytest.raises(InputError, match=r"did you mean 'figures\.json'"):
        validate.validate(bench.workspace, "2023", suites="figure.json")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"source_id,position,subject,region,period,quote,extra\n", "extra"),
        (b"source_id,position,source_id\n", "source_id"),
        (b"source_id,position,subject,region,period,quote\na,1,b\n", ":2: found 3 cells"),
        (b"source_id,position,subject,region,period,quote\na,one,b,c,d,e\n", "one"),
        (b"source_id,position\n\xff,1\n", "utf-8"),
    ],
)
def test_a_damaged_table_is_an_error(tmp_path, content, message):
    path = tmp_path / "lost.csv"
    path.write_bytes(content)

    with pytest.raises(InputError, match=message):
        read_table(LOST, path)


def test_frames_have_plain_columns_and_keep_empty_text(gx):
    figure = figures()[3]

    frame = Table(FIGURES, tuple(FIGURES.names), (FIGURES.row(figure),)).frame()
    empty = Table(FIGURES, tuple(FIGURES.names), ()).frame()

    assert {str(dtype) for dtype in frame.dtypes} == {"str", "float64", "int64"}
    assert list(frame.dtypes) == list(empty.dtypes)
    assert frame["indicator"].to_list() == [""]
    assert not frame["indicator"].isna().any()


def test_great_expectations_dropping_a_rule_is_caught(gx):
    from qingshan.validate.suite import build_suite

    known = Rule(
        "known", "figures", "expect_column_to_exist", {"column": "value"}, "info", Text("甲", "a"), Text("乙", "b")
    )

    with pytest.raises(InputError, match=r"1 of 2 rules kept.*left out: gone"):
        build_suite("figures", Suite("figures", (known, replace(known, name="gone", type="expect_nothing"))).rules)
