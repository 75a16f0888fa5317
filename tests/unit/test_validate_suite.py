"""Strict loading of a suite: every mistake is one message that names file and line, and nothing is left out."""

import copy
import json
import subprocess
import sys
from pathlib import Path

import pytest

from qingshan.model import InputError
from qingshan.validate.shape import TABLES
from qingshan.validate.suite import load_suite

SHIPPED = Path(__file__).parents[2] / "expectations" / "figures.json"
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


def test_the_shipped_suite_loads_whole():
    suite = load_suite(SHIPPED)

    assert len(suite.rules) == len(json.loads(SHIPPED.read_text(encoding="utf-8"))["expectations"])
    assert {rule.table for rule in suite.rules} == {"figures", "curated", "observations", "consistency"}
    assert any(rule.type == "expect_text_at_raw_offsets" and rule.severity == "critical" for rule in suite.rules)


def test_the_shipped_suite_names_no_id_and_no_version():
    text = SHIPPED.read_text(encoding="utf-8")

    assert '"id"' not in text
    assert "great_expectations_version" not in text


def test_a_rule_reads_figures_unless_it_says_otherwise(tmp_path):
    rule = load_suite(_write(tmp_path, RULE)).rules[0]

    assert (rule.name, rule.table, rule.conditional) == ("kind_known", "figures", False)
    assert rule.sentence.zh == "类型已标明"


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


def test_importing_validation_does_not_import_great_expectations():
    code = (
        "import sys, qingshan.validate.suite; sys.exit('great_expectations' in sys.modules or 'pandas' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
