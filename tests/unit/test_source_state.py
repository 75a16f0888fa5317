"""What `qingshan sources` tells: registered, read, arrived, not arrived, overdue; a wrong file is exit 1."""

import json

import pytest
import yaml

from qingshan import stages
from qingshan.cli import main
from qingshan.model import InputError
from qingshan.register import NewSource, add_source
from qingshan.source_state import _width, source_state
from qingshan.sources import load_edition

TEXT = "2023年全市森林覆盖率为24.02%，自然保护地约占18%。\n"
HEAD = {"title": {"zh": "版", "en": "E"}, "year": "2023", "status": "candidate"}


@pytest.fixture
def qingshan(workspace, capsys):
    def run(*arguments):
        code = main(["--workspace", str(workspace.root), *arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return run


def _write_edition(workspace, *expected, **head):
    path = workspace.edition_file("2023")
    path.parent.mkdir(parents=True, exist_ok=True)
    entry = {**HEAD, **head, "expected": [*expected]}
    path.write_text(yaml.safe_dump(entry, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _add(workspace, tmp_path, source_id, publisher="某市生态环境局", title="2023年某市生态环境状况公报", **said):
    path = tmp_path / f"{source_id}.txt"
    path.write_text(TEXT, encoding="utf-8")
    add_source(workspace, path, NewSource("2023", source_id, title, publisher, year="2023", area="全国", **said))
    return workspace.source_folder("2023", source_id) / path.name


def test_an_edition_may_say_what_it_expects_before_anything_came(workspace, qingshan):
    _write_edition(workspace, {"id": "a", "publisher": "某部", "month": "2024-05"})
    code, out, err = qingshan("sources", "2023")
    assert (code, err) == (0, "")
    assert out == (
        "expected     month    source  publisher\nnot arrived  2024-05  a       某部\n"
        "\n2023: 0 registered; 1 expected: 0 arrived, 1 not arrived, 0 overdue\n"
    )
    with pytest.raises(InputError, match="no sources"):  # a run has nothing to do yet
        load_edition(workspace, "2023")


# (data_cutoff, published_on, month) -> state
DUE = [
    ("2024-05-31", "", "2024-05", "overdue"),
    ("2024-05-30", "", "2024-05", "not arrived"),
    ("2024", "", "2024-12", "overdue"),
    ("2024-05", "", "2024-05", "overdue"),
    ("2023-12-31", "2030-01-01", "2024-05", "not arrived"),
    ("", "2024-06-01", "2024-05", "overdue"),
    ("", "2024-05-01", "2024-05", "not arrived"),
    ("", "", "1999-01", "not arrived"),
]


@pytest.mark.parametrize(("cutoff", "published", "month", "state"), DUE)
def test_overdue_is_measured_against_the_edition_and_never_the_clock(workspace, cutoff, published, month, state):
    said = {"data_cutoff": cutoff} if cutoff else {}
    said |= {"published_on": published} if published else {}
    _write_edition(workspace, {"id": "a", "publisher": "某部", "month": month}, **said)
    assert source_state(workspace, "2023").awaited[0].state == state


# (publisher, title) of an entry -> whether the source of _add answers it
FITS = [
    ("某市生态环境局", "生态环境状况公报", True),
    ("某市生态环境局", "2023*公报", True),
    ("某市 生态环境局", "2023年 某市*公报", True),
    ("某市生态环境局", "2022*公报", False),
    ("某市生态环境局", "公报*2023", False),
    ("另一市生态环境局", "生态环境状况公报", False),
    ("某市生态环境局", "(2023)", False),
]


@pytest.mark.parametrize(("publisher", "title", "is_answer"), FITS)
def test_a_source_is_known_by_publisher_and_words_of_its_title(workspace, tmp_path, publisher, title, is_answer):
    _write_edition(workspace, {"publisher": publisher, "title": title, "month": "2024-05"})
    _add(workspace, tmp_path, "city")
    (one,) = source_state(workspace, "2023").awaited
    assert one.arrived_as == (("city",) if is_answer else ())


def test_an_id_comes_before_words_and_a_source_answers_one_entry(workspace, tmp_path):
    words = {"publisher": "某市生态环境局", "title": "公报", "month": "2024-01"}
    _write_edition(
        workspace, words, {"id": "city", "publisher": "某市", "month": "2024-05"}, {**words, "title": "状况"}
    )
    for name in ("city", "second", "third"):
        _add(workspace, tmp_path, name)
    _add(workspace, tmp_path, "other", publisher="别处")
    state = source_state(workspace, "2023")
    assert {one.expected.source_id or one.expected.title: one.arrived_as for one in state.awaited} == {
        "公报": ("second", "third"), "状况": (), "city": ("city",),
    }  # fmt: skip
    assert state.unexpected() == ("other",)


def test_figures_are_those_of_the_last_run_and_of_this_very_file(workspace, tmp_path, qingshan):
    stored = _add(workspace, tmp_path, "a", released_on="2024-06-05", maturity="final")
    assert (
        "a       ok    not read yet  txt     utf-8   2024-06-05  final     public  某市生态环境局"
        in qingshan("sources", "2023")[1]
    )
    for stage in (stages.read, stages.extract):
        stage(workspace, "2023")
    _add(workspace, tmp_path, "b")
    assert [one.figures for one in source_state(workspace, "2023").held] == [2, None]
    replaced = tmp_path / "a.txt"
    replaced.write_text(TEXT * 2, encoding="utf-8")
    assert qingshan("add", str(replaced), "--edition", "2023", "--id", "a", "--replace")[0] == 0
    assert [one.figures for one in source_state(workspace, "2023").held] == [None, None]
    assert stored.is_file()


def test_a_changed_and_a_missing_file_are_exit_1_and_told(workspace, tmp_path, qingshan):
    _add(workspace, tmp_path, "a").write_text("12", encoding="utf-8")
    _add(workspace, tmp_path, "b").unlink()
    _add(workspace, tmp_path, "c")
    code, out, err = qingshan("sources", "2023")
    assert code == 1
    assert [line.split()[:2] for line in out.splitlines()[1:4]] == [["a", "changed"], ["b", "missing"], ["c", "ok"]]
    assert "2023: 3 registered; 3 not read yet; 1 changed, 1 missing;" in out
    assert [line.partition(": found")[0] for line in err.splitlines()] == [
        "qingshan: data/raw/2023/a/a.txt", "qingshan: data/raw/2023/b/b.txt",
    ]  # fmt: skip
    code, out, _ = qingshan("sources", "2023", "--json")
    assert code == 1
    assert [one["file"] for one in json.loads(out)["held"]] == ["changed", "missing", "ok"]


WRONG = [
    ({"publisher": "某部", "month": "2024-05"}, "neither 'id' nor 'title'"),
    ({"id": "a", "publisher": "某部", "month": "2024-5"}, "'2024-5'"),
    ({"id": "a", "publisher": "某部", "month": "2024-13"}, "'2024-13'"),
    ({"id": "a", "publisher": "某部"}, "no 'month'"),
    ({"id": "a", "month": "2024-05"}, "no 'publisher'"),
    ({"id": "../a", "publisher": "某部", "month": "2024-05"}, "'../a'"),
    ({"publisher": "某部", "title": "*", "month": "2024-05"}, "'*'"),
    ({"id": "a", "publisher": "某部", "month": "2024-05", "titel": "x"}, "did you mean 'title'?"),
    ({"id": "a", "publisher": "某部", "month": "2024-05", "kind": {"zh": "公报"}}, "no 'en'"),
]


@pytest.mark.parametrize(("entry", "message"), WRONG)
def test_a_mistake_in_the_list_is_named_with_its_line(workspace, tmp_path, qingshan, entry, message):
    _write_edition(workspace, entry)
    code, out, err = qingshan("sources", "2023")
    assert (code, out) == (2, "")
    assert message in err
    assert err.startswith("qingshan: data/raw/2023/edition.yml:")
    assert len(err.splitlines()) == 1


def test_an_id_that_stands_twice_is_named(workspace, qingshan):
    one = {"id": "a", "publisher": "某部", "month": "2024-05"}
    _write_edition(workspace, one, one)
    assert "id 'a' again, expected it once (data/raw/2023/edition.yml:" in qingshan("sources", "2023")[2]


def test_columns_are_aligned_as_a_terminal_shows_them(workspace, tmp_path, qingshan):
    _write_edition(
        workspace,
        {"id": "a", "publisher": "某部（局）", "month": "2024-05", "note": "x"},
        {"id": "b", "publisher": "Ministry", "month": "2024-06", "note": "y\u202ez"},
    )
    lines = qingshan("sources", "2023")[1].splitlines()[:3]
    assert len({_width(line[: line.rindex(last)]) for line, last in zip(lines, ("note", "x", "y"), strict=True)}) == 1
    assert lines[2].endswith("y[U+202E]z")
