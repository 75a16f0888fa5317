"""The six shipped notebooks and the tutorial: thin, bilingual, without outputs, one parameters cell each."""

import ast
import json
import re
from pathlib import Path

import nbformat
import pytest

from qingshan.pipeline import STAGES
from qingshan.pipeline.shape import parse_notebook, shape_problems, stripped_text

FOLDER = Path(__file__).parents[1] / "notebooks"
NAMES = [f"{stage.notebook}.ipynb" for stage in STAGES]
TUTORIAL = "tutorial_chart.ipynb"
STUDIO = {
    "5_chart.ipynb": {"desk = studio.open_edition(ws, edition, width_cm=width_cm)", "desk.forms()", "desk.charts()"}
}


@pytest.fixture(params=[*NAMES, TUTORIAL])
def name(request):
    return request.param


@pytest.fixture
def notebook(name):
    return nbformat.read(FOLDER / name, as_version=4)


@pytest.fixture(params=NAMES)
def stage_notebook(request):
    return request.param, nbformat.read(FOLDER / request.param, as_version=4)


def test_the_tutorial_has_ten_cells_after_its_parameters():
    cells = [cell for cell in nbformat.read(FOLDER / TUTORIAL, as_version=4).cells if cell.cell_type == "code"]
    assert [cell.id for cell in cells[:2]] == ["imports", "parameters"]
    assert len(cells[2:]) == 10


def _tags(cell):
    return cell.metadata.get("tags", [])


def test_there_are_six_in_run_order():
    assert sorted(path.name for path in FOLDER.glob("*.ipynb")) == [*NAMES, TUTORIAL]
    assert [name.split("_")[0] for name in NAMES] == list("123456")


def test_valid_format_4_5_with_stable_readable_ids(notebook):
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in ids)


def test_no_outputs_and_minimal_metadata(notebook):
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags"}
        if cell.cell_type == "code":
            assert (cell.outputs, cell.execution_count) == ([], None)
    assert notebook.metadata.kernelspec.name == "python3"
    assert set(notebook.metadata) == {"kernelspec", "language_info"}


def test_title_and_every_heading_are_bilingual(notebook):
    headings = [line for cell in notebook.cells if cell.cell_type == "markdown" for line in cell.source.splitlines()
                if line.startswith("#")]  # fmt: skip
    assert headings[0].startswith("# ")
    assert len(headings) >= 3
    for heading in headings:
        assert re.fullmatch(r"#+ (\d )?[一-鿿：]+ · [A-Z][A-Za-z': ]+", heading), heading


def test_the_first_cell_names_inputs_and_outputs(notebook):
    assert "输入 · Inputs: " in notebook.cells[0].source
    assert "输出 · Outputs: " in notebook.cells[0].source


def test_one_parameters_cell_with_a_comment_on_every_line(notebook):
    (cell,) = [cell for cell in notebook.cells if "parameters" in _tags(cell)]
    for line in cell.source.splitlines():
        assert re.fullmatch(r"[a-z_]+ = [^#=]+  # [^#=]{10,}", line), line
    assert [line.split(" = ")[0] for line in cell.source.splitlines()][:2] == ["workspace", "edition"]


def test_code_cells_only_call_the_stage_api(stage_notebook):
    name, notebook = stage_notebook
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code" and "parameters" not in _tags(cell)]
    own = STUDIO.get(name, set())
    studio = ", studio" if own else ""
    assert sources[:2] == [f"from qingshan import stages{studio}", "ws = stages.open_workspace(workspace)"]
    assert own <= set(sources)
    for source in [source for source in sources[2:] if source not in own]:
        (statement,) = ast.parse(source).body
        assert isinstance(statement, ast.Expr)
        assert isinstance(statement.value, ast.Call)
        assert re.fullmatch(r"stages\.[a-z_]+", ast.unparse(statement.value.func))
        assert [ast.unparse(argument) for argument in statement.value.args][:2] == ["ws", "edition"]
        inner = [
            node for node in ast.walk(statement.value) if isinstance(node, ast.Call) and node is not statement.value
        ]
        assert inner == []


def test_every_parameter_is_used(notebook):
    (cell,) = [cell for cell in notebook.cells if "parameters" in _tags(cell)]
    names = {line.split(" = ")[0] for line in cell.source.splitlines()}
    rest = "\n".join(c.source for c in notebook.cells if c.cell_type == "code" and c is not cell)
    used = {node.id for node in ast.walk(ast.parse(rest)) if isinstance(node, ast.Name)}
    assert names <= used


def test_our_own_checker_agrees_and_stripping_changes_nothing(name):
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert list(shape_problems(parse_notebook(text, name), name)) == []
    assert stripped_text(parse_notebook(text, name)) == text


def test_nothing_of_a_machine_stands_in_them(notebook):
    text = json.dumps(notebook)
    assert not re.search(r"/(home|root|tmp|Users)/|https?://", text)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def f():\n    pass", "a function"), ("f = lambda x: x", "a function"), ("for x in y:\n    pass", "a loop"),
        ("while True:\n    pass", "a loop"), ("[x for x in y]", "a loop"), ("import re", "import of re"),
        ("from pathlib import Path", "import of pathlib"), ("%matplotlib inline", "plain Python"), ("class A:\n    pass", "a class"),
    ],
)  # fmt: skip
def test_the_checker_knows_what_is_not_thin(source, found):
    bad = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    problems = " ".join(str(problem) for problem in shape_problems(bad, "x.ipynb"))
    assert found in problems
    assert "0 cells tagged parameters" in problems
