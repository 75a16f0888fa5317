from pathlib import Path

import pytest

from qingshan.documents import parse_yaml, read_given, read_yaml
from qingshan.model import InputError

SCHEMA = {
    "type": "object",
    "required": ["title", "year"],
    "additionalProperties": False,
    "properties": {
        "title": {"type": "string"},
        "year": {"type": "string", "pattern": r"^\d{4}$", "description": "YYYY"},
        "status": {"enum": ["final", "preliminary"]},
    },
}


def _problems(text):
    with pytest.raises(InputError) as caught:
        parse_yaml(text, SCHEMA, name="x.yml")
    return [str(problem) for problem in caught.value.problems]


def test_scalars_stay_as_typed():
    text = "on: on\ntime: 12:30\nnumber: 1_000\nzero: 007\nshare: 5%\ndate: 2023-01-15\nempty:\n"
    assert parse_yaml(text, name="x").data == {
        "on": "on", "time": "12:30", "number": "1_000", "zero": "007", "share": "5%", "date": "2023-01-15", "empty": "",
    }  # fmt: skip


def test_lines_of_keys_and_items():
    document = parse_yaml("a:\n  - x\n  - y: 1\nb: 2\n", name="f.yml")
    assert document.at("a", 1, "y") == "f.yml:3"
    assert document.at("b") == "f.yml:4"
    assert document.at("a", 7) == "f.yml:1"


def test_malformed_yaml_names_the_line():
    (problem,) = _problems("title: a\nyear: [2023\nstatus: final\n")
    assert problem.startswith("x.yml:3: found malformed YAML")


def test_every_mistake_at_once_with_its_line_and_the_nearest_name():
    problems = _problems("titel: a\nyear: twenty\nstatus: finall\n")
    assert "x.yml:1: found no 'title'" in problems[0] or any("no 'title'" in p for p in problems)
    assert any("x.yml:1: found unknown key 'titel' (did you mean 'title'?)" in p for p in problems)
    assert any("x.yml:2: found 'twenty', expected year in the form YYYY" in p for p in problems)
    assert any("x.yml:3: found 'finall' (did you mean 'final'?)" in p for p in problems)
    assert len(problems) == 4


def test_a_key_given_twice_is_refused():
    (problem,) = _problems("title: a\nyear: 2023\ntitle: b\n")
    assert problem == "x.yml:3: found key 'title' again, expected it once (line 1). Remove one of the two."


@pytest.mark.parametrize("text", ["title: !!python/object:os.system a\nyear: 2023\n", "title: a\nyear: 2023\n"])
def test_tags_are_never_obeyed(text):
    assert parse_yaml(text, SCHEMA, name="x").data == {"title": "a", "year": "2023"}


def test_a_control_character_is_named():
    with pytest.raises(InputError, match="malformed YAML"):
        parse_yaml("title: a\x07b\n", SCHEMA, name="x.yml")


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("missing.yml", "missing.yml: found no such file, expected a YAML file. Create missing.yml."),
        ("file/below.yml", "below.yml: found no such file, expected a YAML file. Create below.yml."),
        ("", "found a folder, expected a YAML file. Name one file."),
        ("loop/x.yml", "x.yml: found too many levels of symbolic links, expected a YAML file that can be read."),
        ("n" * 300, "found file name too long, expected a YAML file that can be read."),
    ],
)
def test_a_path_that_cannot_be_read_is_one_message(tmp_path, place, message):
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(InputError) as caught:
        read_yaml(tmp_path / place)
    assert message in str(caught.value)


def test_a_file_without_permission_is_one_message(tmp_path, monkeypatch):
    def refuse(_path):  # root, who runs some test machines, may read everything
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.txt").write_text("x")
    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(InputError, match=r"a\.txt: found permission denied, expected a source file that can be read\."):
        read_given(tmp_path / "a.txt", "a source file")


def test_line_ends_of_every_system_read_alike(tmp_path):
    path = tmp_path / "a.yml"
    path.write_bytes("a: |\r\n  甲\r\n  乙\r\nb: c\r\n".encode())
    document = read_yaml(path)
    assert document.data == {"a": "甲\n乙\n", "b": "c"}
    assert document.at("b") == "a.yml:4"
