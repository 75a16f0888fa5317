"""The one writer: whole or absent, plain messages, locks, paths that stay inside; and nobody else writes."""

import ast
import contextlib
import errno
import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingshan import files
from qingshan.model import InputError, QingshanError

PACKAGE = Path(files.__file__).parent


def _names(folder):
    return sorted(path.name for path in folder.iterdir())


# write_atomic


@pytest.mark.parametrize(("data", "stored"), [("甲\r\n乙", "甲\r\n乙".encode()), (b"\x00\xff", b"\x00\xff"), ("", b"")])
def test_writes_the_bytes_as_given_and_makes_parents(tmp_path, data, stored):
    path = files.write_atomic(tmp_path / "a" / "b.txt", data)
    assert path.read_bytes() == stored
    assert _names(path.parent) == ["b.txt"]


def test_keeps_the_permissions_of_the_file_it_replaces(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    path.chmod(0o640)
    files.write_atomic(path, "new")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", 0o640)


def test_replaces_a_link_instead_of_writing_through_it(tmp_path):
    outside = tmp_path / "outside.txt"
    outside.write_text("untouched")
    link = tmp_path / "link.txt"
    link.symlink_to(outside)
    files.write_atomic(link, "new")
    assert outside.read_text() == "untouched"
    assert not link.is_symlink()


@pytest.mark.parametrize(
    ("call", "code", "kind"),
    [
        ("write", errno.ENOSPC, QingshanError),
        ("fsync", errno.EDQUOT, QingshanError),
        ("fsync", errno.EIO, QingshanError),
        ("open", errno.EROFS, InputError),
        ("open", errno.EACCES, InputError),
    ],
)
def test_a_failure_leaves_the_old_file_and_no_litter(tmp_path, monkeypatch, call, code, kind):
    path = tmp_path / "a.txt"
    path.write_text("old")

    def fail(*_args, **_kwargs):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(files.os, call, fail)
    with pytest.raises(QingshanError, match=os.strerror(code).lower()) as caught:
        files.write_atomic(path, "new")
    monkeypatch.undo()
    assert type(caught.value) is kind
    assert path.read_text() == "old"
    assert _names(tmp_path) == ["a.txt"]


def test_a_real_limit_on_file_size_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    code = (
        f"from pathlib import Path; from qingshan import files; files.write_atomic(Path({str(path)!r}), b'x' * 100_000)"
    )
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))  # noqa: E731
    done = subprocess.run([sys.executable, "-B", "-c", code], preexec_fn=limit, capture_output=True, text=True)
    assert done.returncode == 1
    assert "QingshanError" in done.stderr
    assert path.read_text() == "old"
    assert _names(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("place", ["file/below.txt", "folder", "n" * 300])
def test_a_place_that_cannot_hold_a_file_is_an_input_error(tmp_path, place):
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError):
        files.write_atomic(tmp_path / place, "new")
    assert _names(tmp_path) == ["file", "folder"]


def test_messages_do_not_name_the_folders_above(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError) as caught:
        files.write_atomic(tmp_path / "folder", "new")
    assert str(tmp_path.parent.parent) not in str(caught.value)


def test_remove_litter_takes_temporary_files_only(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / ".b.csv.01234567.qstmp").write_text("half")
    (tmp_path / "a" / ".keep").write_text("a person's")
    files.remove_litter(tmp_path)
    assert _names(tmp_path / "a") == [".keep"]


# trees


def test_copy_tree_copies_bytes_and_refuses_links_and_standing_places(tmp_path):
    source = tmp_path / "source"
    files.write_atomic(source / "deep" / "a.bin", b"\x00\x01")
    (source / "empty").mkdir()
    copy = files.copy_tree(source, tmp_path / "copy")
    assert (copy / "deep" / "a.bin").read_bytes() == b"\x00\x01"
    assert (copy / "empty").is_dir()
    with pytest.raises(InputError, match="no such place"):
        files.copy_tree(source, copy)
    (source / "link").symlink_to("/etc")
    with pytest.raises(InputError, match="link"):
        files.copy_tree(source, tmp_path / "second")


def test_remove_tree_takes_the_link_and_not_what_it_points_to(tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "kept")
    files.remove_tree(tmp_path / "link")
    files.remove_tree(tmp_path / "never there")
    assert _names(tmp_path) == ["kept"]


# promotion (its steps under SIGKILL: tests/test_crash.py)


def _edition(folder, word):
    files.write_atomic(folder / "data" / "a.csv", word)
    files.write_atomic(folder / "index.html", word)
    return folder


@pytest.fixture(params=["exchange", "journal"])
def way(request, monkeypatch):
    if request.param == "journal":
        monkeypatch.setattr(files, "_exchange", lambda first, second: False)
    return request.param


def test_promotes_the_first_and_the_next_edition_and_leaves_nothing_beside(tmp_path, way):
    target = tmp_path / "clean" / "2023"
    for word in ("first", "second", "third"):
        files.promote(_edition(tmp_path / "staged", word), target)
        assert (target / "data" / "a.csv").read_text() == word
        assert _names(tmp_path / "clean") == ["2023"]
        assert not (tmp_path / "staged").exists()
    assert files.recover(target) is False


def test_this_system_can_exchange_or_says_it_cannot(tmp_path):
    first, second = _edition(tmp_path / "a", "first"), _edition(tmp_path / "b", "second")
    if files._exchange(first, second):
        assert (first / "index.html").read_text() == "second"
    assert {(folder / "index.html").read_text() for folder in (first, second)} == {"first", "second"}


def test_promotes_from_the_place_for_incoming_folders(tmp_path, way):
    target = _edition(tmp_path / "2023", "old")
    files.promote(_edition(files.incoming(target), "new"), target)
    assert (target / "index.html").read_text() == "new"
    assert _names(tmp_path) == ["2023"]


def test_refuses_an_empty_or_missing_staged_folder_and_a_file_as_target(tmp_path):
    target = _edition(tmp_path / "2023", "old")
    (tmp_path / "empty").mkdir()
    for staged in ("empty", "missing"):
        with pytest.raises(InputError, match="nothing to promote"):
            files.promote(tmp_path / staged, target)
    assert (target / "index.html").read_text() == "old"
    with pytest.raises(InputError, match="Move the file away"):
        files.promote(target, files.write_atomic(tmp_path / "file", "x"))


def test_readers_follow_the_journal_while_the_target_is_away(tmp_path):
    target = tmp_path / "2023"
    _edition(tmp_path / ".2023.outgoing", "old")
    _edition(tmp_path / "staged", "new")
    (tmp_path / ".2023.journal").write_text(json.dumps({"new": "staged"}))
    assert (files.current(target) / "index.html").read_text() == "new"
    assert files.recover(target) is True
    assert (target / "index.html").read_text() == "new"
    assert _names(tmp_path) == ["2023"]


def test_a_journal_of_someone_else_is_named(tmp_path):
    (tmp_path / ".2023.journal").write_text("not json")
    with pytest.raises(InputError, match=r"\.2023\.journal"):
        files.recover(tmp_path / "2023")


def test_a_partial_incoming_folder_is_removed_and_never_honoured(tmp_path):
    target = tmp_path / "2023"
    _edition(files.incoming(target), "half")
    assert files.current(target) == target
    assert files.recover(target) is True
    assert not target.exists()


# lock


def test_a_second_run_is_refused_and_told_who_holds_the_lock(tmp_path):
    path = tmp_path / "work" / "run.lock"
    with files.run_lock(path), pytest.raises(InputError, match=f"process {os.getpid()} on "), files.run_lock(path):
        pytest.fail("two owners")
    assert path.read_text() == ""
    with files.run_lock(path):
        assert f"process {os.getpid()}" in path.read_text()


def test_the_lock_of_a_killed_process_is_no_obstacle(tmp_path):
    path = tmp_path / "run.lock"
    code = (
        "import os, signal; from pathlib import Path; from qingshan import files\n"
        f"with files.run_lock(Path({str(path)!r})): os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-B", "-c", code]).returncode == -9
    assert path.read_text().startswith("process ")
    with files.run_lock(path):
        assert f"process {os.getpid()}" in path.read_text()


def test_an_error_under_the_lock_frees_it(tmp_path):
    path = tmp_path / "run.lock"
    with pytest.raises(ZeroDivisionError), files.run_lock(path):
        raise ZeroDivisionError
    with files.run_lock(path):
        pass


# inside

HOSTILE = [
    "", "..", "../ws2/x", "a/../../x", "a/..", "/etc/passwd", "//host/x", "C:\\x", "c:x", "\\\\host\\x", "a\\..\\b",
    "a\0b", "n" * 5000, "\ud800", "out/x", "out", "loop/x",
]  # fmt: skip


@pytest.fixture
def ws(tmp_path):
    root = tmp_path / "ws"
    root.mkdir()
    (tmp_path / "ws2").mkdir()
    (root / "out").symlink_to(tmp_path / "ws2")
    (root / "loop").symlink_to(root / "loop")
    (root / "near").symlink_to(root / "data")
    return root


@pytest.mark.parametrize("candidate", HOSTILE)
def test_refuses_paths_that_leave_the_root(ws, candidate):
    with pytest.raises(InputError, match="a path inside ws"):
        files.inside(ws, candidate)


@pytest.mark.parametrize("candidate", ["a", "a/b.json", "..a", "a..b/c", "数据/2023.csv", "ab:c", "~x"])
def test_accepts_paths_inside_that_need_not_exist(ws, candidate):
    assert files.inside(ws, candidate) == ws / candidate


def test_a_link_that_stays_inside_is_followed(ws):
    assert files.inside(ws, "near/x") == ws / "data" / "x"


@given(st.text(max_size=60))
def test_whatever_is_given_the_answer_is_inside_or_an_input_error(text):
    root = Path("/nonexistent-root/ws")
    with contextlib.suppress(InputError):
        assert files.inside(root, text).is_relative_to(root)


# nobody else writes

_WRITERS = {"write_text", "write_bytes", "savefig", "touch", "symlink_to", "hardlink_to"}
_TABLE_WRITERS = {"to_csv", "to_parquet", "to_excel", "to_pickle", "to_feather", "to_json", "to_html"}
_MODULE_WRITERS = {
    "os": {
        "replace",
        "rename",
        "renames",
        "remove",
        "unlink",
        "rmdir",
        "makedirs",
        "mkdir",
        "truncate",
        "link",
        "symlink",
    },
    "shutil": {"copy", "copy2", "copyfile", "copyfileobj", "copytree", "move", "rmtree", "make_archive"},
    "json": {"dump"},
    "pickle": {"dump"},
    "nbformat": {"write"},
    "tempfile": {"NamedTemporaryFile", "mkstemp", "TemporaryFile", "TemporaryDirectory"},
}


def _buffers(tree):
    """Names bound to io.BytesIO() or io.StringIO(): writing there writes no file."""
    assigned = [node for node in ast.walk(tree) if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)]
    made = [node for node in assigned if ast.unparse(node.value.func).split(".")[-1] in {"BytesIO", "StringIO"}]
    return {ast.unparse(target) for node in made for target in node.targets}


def _mode(call, position):
    given = [keyword.value for keyword in call.keywords if keyword.arg == "mode"] or call.args[position : position + 1]
    return ast.unparse(given[0]).strip("'\"") if given else "r"


def _writes(source):
    tree = ast.parse(source)
    buffers = _buffers(tree)
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = ast.unparse(call.func)
        owner, _, method = name.rpartition(".")
        first = ast.unparse(call.args[0]) if call.args else ""
        to_buffer = first in buffers
        if name == "os.open":
            found = any(flag in ast.unparse(call) for flag in ("O_WRONLY", "O_RDWR", "O_CREAT"))
        elif method == "open":
            mode = _mode(call, 1 if not owner or owner in {"io", "codecs", "gzip", "bz2", "lzma"} else 0)
            found = bool(set(mode) & set("wax+")) and owner != "webbrowser"
        elif method in {"ZipFile", "TarFile"} or name == "tarfile.open":
            found = "r" not in _mode(call, 1) and not to_buffer
        elif method in _TABLE_WRITERS:
            found = bool(first) and not to_buffer
        else:
            found = (method in _WRITERS and not to_buffer) or method in _MODULE_WRITERS.get(owner, ())
            found = found or (name in {"yaml.dump", "yaml.safe_dump"} and len(call.args) > 1 and not to_buffer)
        if found:
            yield f"{call.lineno}: {name}"


@pytest.mark.parametrize("module", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_but_files_writes(module):
    found = list(_writes(module.read_text(encoding="utf-8")))
    if module == PACKAGE / "files.py":
        assert found
    else:
        assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "open('a', 'w')", "open('a', mode='ab')", "path.open('r+')", "path.write_text('x')", "path.write_bytes(b'')",
        "os.open(p, os.O_WRONLY)", "os.replace(a, b)", "t.to_csv(path)", "t.to_parquet('x')", "fig.savefig(path)",
        "json.dump(x, f)", "shutil.copy2(a, b)", "shutil.rmtree(a)", "yaml.safe_dump(x, f)", "nbformat.write(nb, p)",
        "zipfile.ZipFile(p, 'w')", "tempfile.mkstemp()",
    ],
)  # fmt: skip
def test_the_check_knows_a_writer(source):
    assert list(_writes(source))


@pytest.mark.parametrize(
    "source",
    [
        "open('a')", "open('a', 'rb')", "path.open()", "path.read_text()", "t.to_csv()", "t.to_json(orient='records')",
        "b = io.BytesIO()\nfig.savefig(b, format='svg')", "text.replace('a', 'b')", "table.rename(columns=x)",
        "json.dumps(x)", "yaml.safe_dump(x)", "os.open(p, os.O_RDONLY)", "b = BytesIO()\nZipFile(b, 'w')",
    ],
)  # fmt: skip
def test_the_check_lets_readers_and_buffers_pass(source):
    assert list(_writes(source)) == []


# a file that people edit too
def _saved(path, text):
    """What an editor does that saves by renaming."""
    new = path.with_name("editor.tmp")
    new.write_text(text)
    new.replace(path)


@pytest.fixture
def edited(tmp_path):
    path = tmp_path / "d.yml"
    path.write_text("old\n")
    return path, tmp_path / "work" / "kept.yml"


def test_an_unchanged_file_is_replaced_and_the_old_one_kept(edited):
    path, kept = edited
    assert files.replace_unchanged(path, b"new\n", b"old\n", kept=kept)
    assert (path.read_text(), kept.read_text()) == ("new\n", "old\n")
    assert files.replace_unchanged(path, b"newer\n", b"new\n", kept=kept)
    assert kept.read_text() == "new\n"
    assert [one.name for one in path.parent.iterdir() if one.is_file()] == ["d.yml"]


@pytest.mark.parametrize("expected", [b"other\n", None])
def test_a_changed_file_is_left(edited, expected):
    path, kept = edited
    assert not files.replace_unchanged(path, b"new\n", expected, kept=kept)
    assert path.read_text() == "old\n"
    assert not kept.exists()


def test_a_file_that_is_gone_is_not_made_again(tmp_path):
    assert not files.replace_unchanged(tmp_path / "d.yml", b"new", b"old", kept=tmp_path / "kept")
    assert files.replace_unchanged(tmp_path / "d.yml", b"new", None, kept=tmp_path / "kept")
    assert (tmp_path / "d.yml").read_bytes() == b"new"


@pytest.mark.parametrize("saves", [1, 2, 3])
@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_save_between_the_comparison_and_the_rename_survives(edited, monkeypatch, saves, can_exchange):
    path, kept = edited
    exchange, done = files._exchange, []

    def late(first, second):
        if len(done) < saves:
            done.append(1)
            _saved(path, f"save {len(done)}\n")
        return exchange(first, second) if can_exchange else False

    monkeypatch.setattr(files, "_exchange", late)
    assert not files.replace_unchanged(path, b"new\n", b"old\n", kept=kept)
    assert path.read_text() == f"save {len(done)}\n", "the newest save stands"
    assert len(done) == (saves if can_exchange else 1)
    assert [one.name for one in path.parent.iterdir() if one.is_file()] == ["d.yml"]


def test_an_editor_that_has_the_old_file_open_writes_into_the_kept_one(edited):
    path, kept = edited
    with path.open("a") as open_file:
        assert files.replace_unchanged(path, b"new\n", b"old\n", kept=kept)
        open_file.write("late\n")
    assert path.read_text() == "new\n"
    assert kept.read_text() == "old\nlate\n"
