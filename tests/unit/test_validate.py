"""Validation as a whole: planted faults in small tables, what the verdict says of them, and what is written."""

import json
from dataclasses import replace

import pytest

from qingshan import validate
from qingshan.model import (
    CURATED,
    FIGURES,
    LOST,
    OBSERVATIONS,
    Figure,
    InputError,
    LostValue,
    Observation,
    Workspace,
)
from qingshan.validate.suite import Rule, Suite, Text
from qingshan.validate.tables import Table, read_table

RAW = (
    "\ufeff示范文本\r\n"
    "甲市空气中细颗粒物浓度为30微克/立方米，比前一年下降3.1%。\r\n"
    "甲市林地约占三成，另有2257家单位，支出超过5\r\n"
    "乙市的比例为\r\n"
)
OTHER = "另一份文本：细颗粒物浓度为31微克/立方米。\n"


@pytest.fixture(scope="module")
def gx():
    """Great Expectations takes seconds to import: once for the module."""
    return pytest.importorskip("great_expectations")


def _figure(text, value, unit, kind, source="demo", raw=RAW, **more):
    start = raw.index(text)
    quote = next(line for line in raw.splitlines(keepends=True) if text in line)
    return Figure(
        source_id=source, start=start, end=start + len(text), text=text, value=value, unit=unit, qualifier="exact",
        kind=kind, reading=text, quote=quote, prefix=raw[max(0, start - 16) : start], value_low=value, value_high=value,
        suffix=raw[start + len(text) : start + len(text) + 16], **more,
    )  # fmt: skip


def _figures():
    return [
        _figure("30微克/立方米", 30.0, "微克/立方米", "level", indicator="pm25", period="2023", region="甲市"),
        _figure("3.1%", -3.1, "%", "change", indicator="pm25"),
        _figure("三成", 30.0, "%", "share", indicator="forest"),
        _figure("2257家", 2257.0, "家", "count"),
        replace(_figure("5\r\n", 5.0, "", "level"), end=RAW.index("5\r\n") + 1, text="5", integrity="truncated"),
        _figure("31微克/立方米", 31.0, "微克/立方米", "level", source="other", raw=OTHER),
    ]


def _curated(figures):
    """One row a figure: those with an indicator accepted by a rule, the others undecided."""
    return [
        {
            **FIGURES.row(figure),
            "status": "accepted" if figure.indicator else "undecided",
            "reason": "rule" if figure.indicator else "unregistered",
            "decision_id": "rule:whole-exact@1" if figure.indicator else "",
            "observation_id": "0123456789ab" if figure.indicator else "",
        }
        for figure in figures
    ]


def _observation(figure):
    return Observation(
        edition="2023", indicator=figure.indicator, ref_area="CN", time_period="2023", base_period="",
        measure=figure.kind, scope="", source_id=figure.source_id, obs_value=figure.value,
        obs_value_low=figure.value_low, obs_value_high=figure.value_high, unit_measure="ug_m3", obs_status="A",
        time_basis="stated", qualifier="exact", decision_id="rule:whole-exact@1", raw_start=figure.start,
        raw_end=figure.end, quote=figure.quote,
    )  # fmt: skip


class Bench:
    """A workspace with sources and tables; its tables are lists of rows that a test may spoil before it runs."""

    def __init__(self, root):
        self.workspace = Workspace(root)
        for source_id, text in (("demo", RAW), ("other", OTHER)):
            self.register(source_id, text)
        self.workspace.edition_file("2023").write_text(
            "title: {zh: 示范, en: Demonstration}\nyear: '2023'\nstatus: demonstration\n", encoding="utf-8"
        )
        figures = _figures()
        self.figures = [FIGURES.row(figure) for figure in figures]
        self.curated = _curated(figures)
        self.observations = [OBSERVATIONS.row(_observation(figure)) for figure in figures if figure.indicator]
        self.lost = [LOST.row(LostValue("demo", RAW.index("比例为") + 3, "比例", "乙市", "", "乙市的比例为"))]

    def register(self, source_id, text):
        import hashlib

        folder = self.workspace.source_folder("2023", source_id)
        folder.mkdir(parents=True, exist_ok=True)
        data = text.encode()
        (folder / "report.txt").write_bytes(data)
        (folder / "source.yml").write_text(
            f"title: 文本\npublisher: 示范\ncovers: {{time_period: '2023'}}\n"
            f"file: {{path: report.txt, sha256: {hashlib.sha256(data).hexdigest()}, encoding: utf-8}}\n",
            encoding="utf-8",
        )

    def table(self, contract):
        stage = "extract" if contract.name in ("figures", "lost") else "curate"
        return self.workspace.work("2023", stage, f"{contract.name}.csv")

    def save(self):
        for contract in (FIGURES, CURATED, OBSERVATIONS, LOST):
            path = self.table(contract)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(contract.csv_text(getattr(self, contract.name)).encode())

    def run(self, **kwargs):
        self.save()
        return validate.validate(self.workspace, "2023", **kwargs)

    def written(self, name):
        return self.workspace.work("2023", "validate", name).read_text(encoding="utf-8")


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
    assert verdict.summary == f"{len(verdict.rules)} rules, 0 failed"


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
    said = {"indicator": "pm25_annual_mean", "region": "甲市", "period": "2023"}
    bench.curated[0].update(said)
    bench.curated[5].update(said, value=value, value_low=value - 0.5, value_high=value + 0.5)


FAULTS = [
    ("figure_id_unique", lambda b: b.figures[1].update(figure_id=b.figures[0]["figure_id"]), True),
    ("figure_id_form", lambda b: b.figures[1].update(figure_id=""), True),
    ("offsets_in_order", lambda b: b.figures[1].update(end=b.figures[1]["start"]), True),
    ("text_within_quote", lambda b: b.figures[1].update(quote="别的句子"), True),
    ("kind_known", lambda b: b.figures[1].update(kind="levl"), True),
    ("qualifier_known", lambda b: b.figures[1].update(qualifier=""), True),
    ("integrity_known", lambda b: b.figures[1].update(integrity="broken"), True),
    ("value_present", lambda b: b.figures[1].update(value=float("nan")), True),
    ("value_not_below_lowest", lambda b: b.figures[1].update(value_low=-3.0), True),
    ("value_not_above_highest", lambda b: b.figures[1].update(value_high=-3.2), True),
    ("value_not_above_highest", lambda b: b.figures[1].update(value_high=float("nan")), True),
    ("share_within_hundred", lambda b: b.figures[2].update(value=130.0, value_high=130.0), False),
    ("share_in_percent", lambda b: b.figures[2].update(unit="倍"), False),
    ("whole_has_unit", lambda b: b.figures[2].update(unit=""), False),
    ("nothing_vanishes", lambda b: b.curated.pop(), True),
    ("curated_once", lambda b: b.curated[3].update(figure_id=b.curated[4]["figure_id"]), True),
    ("curated_was_found", lambda b: b.curated[3].update(figure_id="demo@1-2"), True),
    ("status_known", lambda b: b.curated[3].update(status="maybe"), True),
    ("accepted_has_decision", lambda b: b.curated[0].update(decision_id=""), True),
    ("accepted_has_indicator", lambda b: b.curated[0].update(indicator=""), True),
    ("broken_needs_person", lambda b: b.curated[0].update(integrity="orphan"), True),
    ("accepted_share_within_hundred", lambda b: b.curated[2].update(value=130.0), True),
    ("observation_id_unique", lambda b: b.observations.append(b.observations[0]), True),
    ("figures_agree", lambda b: _twice(b, 31.0), False),
    ("observation_has_quote", lambda b: b.observations[0].update(quote=" \n"), True),
]


@pytest.mark.parametrize(("rule", "spoil", "blocks"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_each_rule_finds_its_planted_fault(bench, rule, spoil, blocks):
    spoil(bench)

    verdict = bench.run()

    found = _by_name(verdict)[rule]
    assert found.state == "failed"
    assert found.unexpected > 0
    assert rule in bench.written("verdict.json")
    assert any(rule in reason for reason in verdict.reasons) == blocks
    if not blocks:
        assert verdict.publishable, "a warning is listed and does not stop the edition"


def test_every_rule_of_the_suite_has_a_planted_fault(bench):
    named = {fault[0] for fault in FAULTS} | {"text_at_raw_offsets"}

    assert {rule.rule for rule in bench.run().rules} == named


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
        "verdict.json", "rules.csv", "failures.csv", "summary.json", "index.html", "consistency.csv",
    }  # fmt: skip


def test_nothing_but_our_files_is_written(bench, tmp_path):
    bench.run()

    made = {path.name for path in tmp_path.rglob("*") if path.is_file()}
    assert made == {
        "report.txt", "source.yml", "edition.yml", "figures.csv", "lost.csv", "curated.csv", "observations.csv",
        "verdict.json", "rules.csv", "failures.csv", "summary.json", "index.html", "consistency.csv",
    }  # fmt: skip


def test_the_verdict_file_is_what_later_stages_read(bench):
    bench.curated.pop()

    bench.run()

    verdict = json.loads(bench.written("verdict.json"))
    assert verdict["publishable"] is False
    assert "found 5, expected 6" in verdict["reasons"][0]
    assert json.loads(bench.written("summary.json")) == {"text": f"{len(verdict['rules'])} rules, 1 failed"}


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
        validate.validate(bench.workspace, "2023", suite=suite)


def test_a_misspelt_suite_is_answered_with_the_nearest(bench):
    bench.save()

    with pytest.raises(InputError, match=r"did you mean 'figures\.json'"):
        validate.validate(bench.workspace, "2023", suite="figure.json")


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
    figure = _figures()[3]

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
