"""Strict loading of a suite: every mistake is one message that names file and line, and nothing is left out."""

import copy
import json
import subprocess
import sys
from pathlib import Path

import pytest

from qingshan import stages
from qingshan.model import InputError, Workspace
from qingshan.validate.shape import TABLES
from qingshan.validate.suite import load_suite
from qingshan.validate.suites import NEEDED, load_suites

SHIPPED = Path(__file__).parents[2] / "expectations"
RULE = {
    "type": "expect_column_values_to_be_in_set",
    "kwargs": {"column": "kind", "value_set": ["level", "share"]},
    "severity": "critical",
    "meta": {
        "rule": "kind_known",
        "sentence": {"zh": "类型已标明", "en": "The kind is known"},
        "remedy": {"zh": "再运行一次", "en": "Run it again"},
    },
}


@pytest.fixture(scope="module", autouse=True)
def gx():
    """Great Expectations takes seconds to import: once for the module."""
    return pytest.importorskip("great_expectations")


def _write(tmp_path, *rules, name="figures", **more):
    path = tmp_path / "figures.json"
    data = {"name": name, "expectations": list(rules), **more}
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def _changed(*where, to=None, remove=False):
    rule = copy.deepcopy(RULE)
    place = rule
    for key in where[:-1]:
        place = place[key]
    if remove:
        del place[where[-1]]
    else:
        place[where[-1]] = to
    return rule


@pytest.mark.parametrize("name", NEEDED)
def test_a_shipped_suite_loads_whole(name):
    path = SHIPPED / f"{name}.json"
    suite = load_suite(path)

    assert suite.name == name
    assert len(suite.rules) == len(json.loads(path.read_text(encoding="utf-8"))["expectations"])


def test_the_shipped_suites_read_every_table_and_every_expectation_of_ours():
    from qingshan.validate import expectations

    rules = [rule for name in NEEDED for rule in load_suite(SHIPPED / f"{name}.json").rules]

    assert {rule.table for rule in rules} == set(TABLES)
    ours = {
        one.expectation_type
        for one in vars(expectations).values()
        if getattr(one, "__module__", "") == expectations.__name__ and hasattr(one, "expectation_type")
    }
    assert len(ours) == 10
    assert ours <= {rule.type for rule in rules}, "an expectation that no rule uses is never tried"
    assert any(rule.type == "expect_text_at_raw_offsets" and rule.severity == "critical" for rule in rules)


@pytest.mark.parametrize("name", NEEDED)
def test_a_shipped_suite_names_no_id_and_no_version(name):
    text = (SHIPPED / f"{name}.json").read_text(encoding="utf-8")

    assert '"id"' not in text
    assert "great_expectations_version" not in text


def test_a_rule_reads_figures_unless_it_says_otherwise(tmp_path):
    rule = load_suite(_write(tmp_path, RULE)).rules[0]

    assert (rule.name, rule.table, rule.conditional) == ("kind_known", "figures", False)
    assert rule.sentence.zh == "类型已标明"


_REGEX = {"type": "expect_column_values_to_match_regex"}
_OURS = {
    "type": "expect_codes_known",
    "kwargs": {"column": "unit", "code_list": "unit_names", "registry_root": {"$PARAMETER": "registry_root"}},
}
BAD = [
    # what is wrong, the rule, what the message says
    (
        "misspelt type",
        _changed("type", to="expect_column_value_to_be_in_set"),
        r":5: .*did you mean 'expect_column_values_to_be_in_set'",
    ),
    (
        "our type misspelt",
        _changed("type", to="expect_text_at_raw_offset"),
        r"did you mean 'expect_text_at_raw_offsets'",
    ),
    ("type without an engine", _changed("type", to="unexpected_rows_expectation"), r"unknown expectation type"),
    ("type not text", _changed("type", to=3), r":5: found 3, expected text"),
    ("misspelt argument", _changed("kwargs", to={"column": "kind", "value_sets": []}), r"did you mean 'value_set'"),
    ("missing argument", _changed("kwargs", to={"value_set": []}), r"no argument 'column'"),
    ("wrong argument", _changed("kwargs", "value_set", to=3), r"found 3, expected 'value_set'"),
    ("argument of every rule", _changed("kwargs", to={**RULE["kwargs"], "meta": {}}), r"unknown argument 'meta'"),
    ("misspelt column", _changed("kwargs", "column", to="kinds"), r"unknown column 'kinds' \(did you mean 'kind'\?\)"),
    ("column of another table", _changed("kwargs", "column", to="obs_status"), r"a column of the table figures"),
    ("unknown parameter", _changed("kwargs", "value_set", to={"$PARAMETER": "raw_roots"}), r"did you mean 'raw_root'"),
    ("parameter that computes", _changed("kwargs", "value_set", to={"$PARAMETER": "1 + 1"}), r"unknown parameter"),
    (
        "condition as code",
        _changed("kwargs", to={**RULE["kwargs"], "row_condition": "kind == 'share'"}),
        r"a condition written as code",
    ),
    (
        "condition passed through",
        _changed(
            "kwargs", to={**RULE["kwargs"], "row_condition": {"type": "pass_through", "pass_through_filter": "1"}}
        ),
        r"a condition written as code",
    ),
    (
        "condition on a column that is not there",
        _changed(
            "kwargs",
            to={
                **RULE["kwargs"],
                "row_condition": {
                    "type": "and",
                    "conditions": [
                        {"type": "comparison", "column": {"name": "unit"}, "operator": "==", "parameter": "%"},
                        {"type": "comparison", "column": {"name": "stauts"}, "operator": "==", "parameter": "x"},
                    ],
                },
            },
        ),
        r"unknown column 'stauts'",
    ),
    (
        "condition with an unknown operator",
        _changed(
            "kwargs",
            to={
                **RULE["kwargs"],
                "row_condition": {"type": "comparison", "column": {"name": "kind"}, "operator": "=", "parameter": "x"},
            },
        ),
        r"an object with type, column, operator and parameter",
    ),
    ("misspelt severity", _changed("severity", to="critcal"), r"did you mean 'critical'"),
    ("no severity", _changed("severity", remove=True), r"no 'severity'"),
    ("no name", _changed("meta", "rule", remove=True), r"no 'rule'"),
    ("name in capitals", _changed("meta", "rule", to="Kind known"), r"small letters, digits and _"),
    ("name not text", _changed("meta", "rule", to=None), r"found null, expected text"),
    ("unknown table", _changed("meta", "table", to="figure"), r"did you mean 'figures'"),
    ("no sentence", _changed("meta", "sentence", remove=True), r"no 'sentence'"),
    ("sentence in one language", _changed("meta", "sentence", "en", remove=True), r"no 'en'"),
    ("empty sentence", _changed("meta", "sentence", "zh", to=" "), r"some text"),
    ("no remedy", _changed("meta", "remedy", remove=True), r"no 'remedy'"),
    ("unknown key", {**RULE, "id": "8d1c"}, r"unknown key 'id'"),
    ("unknown key in meta", _changed("meta", "ruel", to="x"), r"unknown key 'ruel' \(did you mean 'rule'\?\)"),
    (
        "a pattern that is none",
        {**RULE, **_REGEX, "kwargs": {"column": "kind", "regex": "^(a"}},
        r":8: found \"\^\(a\" \(missing",
    ),
    (
        "patterns of which one is none",
        {
            **RULE,
            "type": "expect_column_values_to_match_regex_list",
            "kwargs": {"column": "kind", "regex_list": ["a", "["]},
        },
        r"a regular expression of Python",
    ),
    ("more than all rows", _changed("kwargs", to={**RULE["kwargs"], "mostly": 1.5}), r"found 1.5, expected 'mostly'"),
    ("fewer than none", _changed("kwargs", to={**RULE["kwargs"], "mostly": -0.1}), r"found -0.1, expected 'mostly'"),
    (
        "more than all rows, ours",
        {**RULE, **_OURS, "kwargs": {**_OURS["kwargs"], "mostly": 2}},
        r"'mostly' as expect_codes",
    ),
    (
        "a code list that is none",
        {**RULE, **_OURS, "kwargs": {**_OURS["kwargs"], "code_list": "unit"}},
        r"found \"unit\"",
    ),
    (
        "counting in a column of text",
        {**RULE, "type": "expect_column_values_to_be_between", "kwargs": {"column": "unit", "max_value": 1}},
        r"found 'unit', a column of text, expected a column of numbers \(start, end, value",
    ),
    ("why empty in one language", _changed("meta", "when_empty", to={"zh": "没有"}), r"no 'en'"),
    ("why empty with no words", _changed("meta", "when_empty", to={"zh": " ", "en": "none"}), r"some text"),
    (
        "why empty misspelt",
        _changed("meta", "when_emty", to={"zh": "没有", "en": "none"}),
        r"did you mean 'when_empty'",
    ),
    ("not an object", "expect_column_values_to_be_in_set", r"found 'expect_column"),
]


@pytest.mark.parametrize(("rule", "message"), [case[1:] for case in BAD], ids=[case[0] for case in BAD])
def test_a_mistake_in_a_rule_is_one_message(tmp_path, rule, message):
    with pytest.raises(InputError, match=message) as caught:
        load_suite(_write(tmp_path, rule), name="expectations/figures.json")

    assert all(problem.where.startswith("expectations/figures.json:") for problem in caught.value.problems)
    assert caught.value.exit_code == 2


def test_a_name_used_twice_is_a_mistake(tmp_path):
    with pytest.raises(InputError, match=r"rule 'kind_known' again.*used at figures\.json:"):
        load_suite(_write(tmp_path, RULE, _changed("kwargs", "column", to="text")))


def test_an_empty_suite_is_a_mistake(tmp_path):
    with pytest.raises(InputError, match=r"figures\.json:3: found no expectations"):
        load_suite(_write(tmp_path))


def test_all_mistakes_are_reported_at_once(tmp_path):
    second = _changed("kwargs", "column", to="kinds")
    second["meta"]["rule"] = "second"
    second["severity"] = "loud"

    with pytest.raises(InputError) as caught:
        load_suite(_write(tmp_path, _changed("type", to="expect_nothing"), second))

    found = " ".join(problem.found for problem in caught.value.problems)
    assert "expect_nothing" in found
    assert "kinds" in found
    assert "loud" in found


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"name": "figures",\n "expectations": [\n  {"type": }\n ]}', r"figures\.json:3: found malformed JSON"),
        ('{"name": "figures",\n "name": "again", "expectations": []}', r"figures\.json:2: found key 'name' again"),
        ("", r"figures\.json:1: found malformed JSON"),
        ("[]", r"figures\.json:1: found nothing"),
        ('{"name": "figures", "expectations": {}}', r"expectations"),
        ('{"name": "x", "expectations": [{"kwargs": {"min_value": NaN}}]}', r"found NaN"),
        ("[" * 100_000, r"nested too deeply"),
    ],
)
def test_a_file_that_is_no_suite_is_one_message(tmp_path, content, message):
    path = tmp_path / "figures.json"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(InputError, match=message):
        load_suite(path)


def test_a_file_that_is_not_utf8_is_one_message(tmp_path):
    path = tmp_path / "figures.json"
    path.write_bytes('{"name": "数字"}'.encode("gb18030"))

    with pytest.raises(InputError, match="not UTF-8 at position 10"):
        load_suite(path)


def test_a_missing_file_is_answered_with_those_that_exist(tmp_path):
    _write(tmp_path, RULE)

    with pytest.raises(InputError, match=r"did you mean 'figures\.json'"):
        load_suite(tmp_path / "figurs.json")


def test_every_table_has_its_row_count_as_a_parameter(tmp_path):
    rules = []
    for table in TABLES:
        rule = _changed("type", to="expect_table_row_count_to_equal")
        rule["kwargs"] = {"value": {"$PARAMETER": f"{table}_rows"}}
        rule["meta"] |= {"rule": f"rows_of_{table}", "table": table}
        rules.append(rule)

    assert [rule.table for rule in load_suite(_write(tmp_path, *rules)).rules] == list(TABLES)


# several suites
def _folder(tmp_path):
    """Return a workspace with the shipped suites."""
    folder = tmp_path / "expectations"
    folder.mkdir()
    for path in SHIPPED.glob("*.json"):
        (folder / path.name).write_bytes(path.read_bytes())
    return Workspace(tmp_path)


def _own(workspace, *rules, name="own"):
    text = json.dumps({"name": name, "expectations": list(rules)}, ensure_ascii=False, indent=1)
    (workspace.expectations / "own.json").write_text(text, encoding="utf-8")


def test_all_suites_are_the_four_in_their_order_and_then_others(tmp_path):
    workspace = _folder(tmp_path)
    _own(workspace, _changed("meta", "rule", to="my_rule"))

    assert [suite.name for suite in load_suites(workspace)] == [*NEEDED, "own"]
    assert [suite.name for suite in load_suites(workspace, "own.json, figures,own")] == ["own", "figures"]


@pytest.mark.parametrize(
    ("spoil", "suites", "message"),
    [
        (
            lambda w: (w.expectations / "edition.json").unlink(),
            "all",
            r"^expectations/edition\.json: found no such file",
        ),
        (lambda w: None, "all,figures", r"expectations/all\.json: found no such file"),
        (lambda w: None, "figurs", r"did you mean 'figures\.json'\?"),
        (lambda w: None, "", r"expectations/?\.json: found no such file"),
        (lambda w: None, "../edition", r"a path inside expectations"),
        (
            lambda w: _own(w, RULE),
            "all",
            r"own\.json:\d+: found rule 'kind_known' again.*used at expectations/figures\.json",
        ),
        (lambda w: _own(w, RULE, name="figures"), "own", r'own\.json: found "name": "figures", expected "name": "own"'),
    ],
)
def test_a_mistake_among_suites_is_one_message(tmp_path, spoil, suites, message):
    workspace = _folder(tmp_path)
    spoil(workspace)

    with pytest.raises(InputError, match=message) as caught:
        load_suites(workspace, suites)

    assert len(caught.value.problems) == 1
    assert str(tmp_path) not in str(caught.value)


def test_the_mistakes_of_all_suites_come_at_once_and_are_shown_as_a_table(tmp_path):
    workspace = _folder(tmp_path)
    (workspace.expectations / "edition.json").write_text('{"name": ', encoding="utf-8")
    _own(workspace, _changed("severity", to="critcal"), _changed("type", to="expect_nothing"))

    shown = stages.check_suites(workspace, "2023")

    assert list(shown.columns) == ["where", "found", "expected", "remedy"]
    files = [where.partition(":")[0].removeprefix("expectations/") for where in shown["where"]]
    assert sorted(set(files)) == ["edition.json", "own.json"]
    assert any("did you mean 'critical'" in found for found in shown["found"])


def test_without_mistakes_the_rules_are_shown_with_file_and_line(tmp_path):
    shown = stages.check_suites(_folder(tmp_path), "2023", suites="figures")

    assert shown["rule"][0] == "figure_id_form"
    assert shown["place"].str.fullmatch(r"expectations/figures\.json:\d+").all()
    assert (shown["sentence_zh"] != "").all()


def test_importing_validation_does_not_import_great_expectations():
    code = (
        "import sys, qingshan.validate.suite; sys.exit('great_expectations' in sys.modules or 'pandas' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
