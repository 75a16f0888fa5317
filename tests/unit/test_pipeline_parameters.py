"""Parameters are data: declared, typed, checked before any kernel starts."""

from pathlib import Path

import papermill
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingshan.model import InputError, Workspace
from qingshan.pipeline.parameters import PARAMETERS, check_all

CLONE = Path(__file__).parents[2]
GOOD = {"edition": "2023"}


def _problems(given_values, **more):
    with pytest.raises(InputError) as caught:
        check_all(given_values, **more)
    return [str(problem) for problem in caught.value.problems]


def test_defaults_are_filled_in_and_the_runner_s_own_is_left_out():
    assert check_all(GOOD)["2_extract"] == {"edition": "2023", "context_characters": 16}


@pytest.mark.parametrize(
    ("notebook", "name", "text", "value"),
    [
        ("2_extract", "context_characters", "8", 8),
        ("2_extract", "context_characters", "064", 64),
        ("4_validate", "rows_shown", "+1000", 1000),
        ("5_chart", "width_cm", "8", 8.0),
        ("5_chart", "width_cm", "24.5", 24.5),
        ("4_validate", "suites", "007", "007"),
        ("4_validate", "suites", "true", "true"),
        ("4_validate", "suites", "figures, extra/图.json", "figures, extra/图.json"),
        ("1_read", "edition", "2023-r1", "2023-r1"),
        ("1_read", "edition", "2100", "2100"),
    ],
)
def test_text_becomes_the_declared_type_and_nothing_else(notebook, name, text, value):
    got = check_all({**GOOD, name: text})[notebook][name]
    assert (got, type(got)) == (value, type(value))


MISFITS = {
    "context_characters": ("7", "65", "16.0", "1e1", "", " 16", "16\n", "１６", "x"),
    "width_cm": ("7.9", "40.1", "nan", "inf", "1e1", "0x10", "", "24,5", "1_0"),
    "rows_shown": ("0", "1001", "-5", "True", "9" * 400),
    "edition": (
        "1999", "2101", "23", "20２３", "２０２３", "2023-r", "2023-r0", "2023-R1", "2023-r" + "9" * 400, "2023\n",
        "../2023", "2023/x", "", "2023; import os",
    ),
    "suites": ("../x", "/etc/passwd", "a/../../b", "a\0b", "C:\\x", "", "n" * 4000, "figures,", "figures,../x"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in MISFITS.items() for text in texts])
def test_what_does_not_fit_is_named(name, text):
    (problem,) = _problems({**GOOD, name: text})
    assert problem.startswith(f"parameter {name}: found ")
    assert len(problem) < 400


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("context_charcters", "(did you mean 'context_characters'?)"),
        ("colour", "unknown name"),
        ("x = __import__('os').system('true') #", "a name of letters"),
        ("1x", "a name of letters"),
        ("a b", "a name of letters"),
        ("名", "a name of letters"),
        ("", "a name of letters"),
        ("pm", "unknown name"),
        ("workspace", "the runner gives it"),
    ],
)
def test_unknown_misspelt_and_hostile_names_are_refused(name, hint):
    (problem,) = _problems({**GOOD, name: "1"})
    assert hint in problem


def test_all_problems_come_at_once():
    problems = _problems({"rows_show": "1", "suites": "../x", "rows_shown": "0"})
    assert len(problems) == 4  # the misspelt name, the missing edition, the path, the range
    assert any("parameter edition: found no value" in problem for problem in problems)


def test_a_suite_must_be_a_file_of_the_workspace_and_no_link_out(tmp_path):
    own = tmp_path / "ws" / "expectations"
    own.mkdir(parents=True)
    (own / "figures.json").write_text("{}")
    (tmp_path / "outside.json").write_text("{}")
    (own / "link.json").symlink_to(tmp_path / "outside.json")
    workspace = Workspace(tmp_path / "ws")
    assert check_all(GOOD, workspace=workspace)["4_validate"]["suites"] == "all"
    assert check_all({**GOOD, "suites": "figures"}, workspace=workspace)["4_validate"]["suites"] == "figures"
    given_suite = {**GOOD, "suites": "figures,figurs"}
    (problem,) = _problems(given_suite, workspace=workspace)
    assert "did you mean 'figures.json'" in problem
    (problem,) = _problems({**GOOD, "suites": "link.json"}, workspace=workspace)
    assert "a path inside expectations" in problem


def test_one_set_of_names_is_shared_out_to_the_notebooks():
    values = check_all({**GOOD, "width_cm": "30", "rows_shown": "5"})
    assert values["5_chart"] == {"edition": "2023", "width_cm": 30.0}
    assert values["4_validate"] == {"edition": "2023", "suites": "all", "rows_shown": 5}
    assert values["6_publish"] == {"edition": "2023"}
    with pytest.raises(InputError, match="did you mean 'width_cm'") as caught:
        check_all({"widthcm": "30"})
    assert len(caught.value.problems) == 2  # each problem once, although all six notebooks declare an edition


@given(st.text(max_size=30), st.text(max_size=30))
def test_whatever_is_given_is_typed_within_bounds_or_refused(name, text):
    try:
        values = check_all({**GOOD, name: text, "context_characters": text})
    except InputError as error:
        assert all("parameter " in str(problem) for problem in error.problems)  # noqa: PT017 - both ways are right
    else:
        assert 8 <= values["2_extract"]["context_characters"] <= 64


@pytest.mark.parametrize("notebook", sorted(PARAMETERS))
def test_the_declaration_is_what_stands_in_the_notebook(notebook):
    found = papermill.inspect_notebook(CLONE / "notebooks" / f"{notebook}.ipynb")
    declared = {parameter.name: parameter for parameter in PARAMETERS[notebook]}
    assert list(found) == list(declared)
    for name, parameter in declared.items():
        assert found[name]["default"].replace('"', "'") == repr(parameter.default)
        assert found[name]["help"]


def test_every_declared_default_passes_its_own_check():
    given_values = {
        p.name: str(p.default) for declared in PARAMETERS.values() for p in declared if not p.given_by_runner
    }
    assert check_all(given_values) == {
        notebook: {p.name: p.default for p in declared if not p.given_by_runner}
        for notebook, declared in PARAMETERS.items()
    }
