"""SIGKILL between any two steps of writing and promoting: the old or the new content is whole, and a rerun succeeds."""

import hashlib
import itertools
import os
import signal

import pytest

from qingshan import files

KILLED = (-signal.SIGKILL, 0)
_STEPS = ("open", "write", "fsync", "replace", "rename", "unlink", "rmdir", "mkdir")


def _work(root, way):
    if way == "write":
        files.write_atomic(root / "file.txt", "new" * 1000)
        return
    target = root / "clean" / "2023"
    files.recover(target)
    files.promote(files.copy_tree(root / "staged", files.incoming(target)), target)


def _count_steps(way, die_at):
    """Count every step that touches the disk, and kill this process before step number `die_at`."""
    count = itertools.count(1)
    done = []

    def counted(function):
        def step(*args, **kwargs):
            done.append(next(count))
            if done[-1] == die_at:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **kwargs)

        return step

    if way == "journal":
        files._exchange = lambda first, second: False
    for name in _STEPS:
        setattr(os, name, counted(getattr(os, name)))
    files._exchange = counted(files._exchange)
    return done


def _run(root, way, die_at=0):
    """Write or promote in a forked process; return how it ended (-9: killed) and how many steps it took."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        write, code = os.write, 1
        try:
            done = _count_steps(way, die_at)
            _work(root, way)
            write(writer, str(len(done)).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        told = pipe.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), int(told or 0)


def _names(folder):
    return sorted(path.name for path in folder.iterdir())


def _digest(folder):
    content = [
        (path.relative_to(folder).as_posix(), path.read_bytes()) for path in sorted(folder.rglob("*")) if path.is_file()
    ]
    return hashlib.sha256(repr(content).encode()).hexdigest()


def _edition(folder, word):
    for name in ("data/a.csv", "index.html", "manifest.json"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{word} {name}")
    return _digest(folder)


def _set_up(root):
    old = _edition(root / "clean" / "2023", "old")
    return old, _edition(root / "staged", "new")


def test_a_killed_write_leaves_the_old_or_the_new_file(tmp_path):
    path = tmp_path / "file.txt"
    path.write_text("old" * 1000)
    steps = _run(tmp_path, "write")[1]
    assert steps >= 6
    seen = set()
    for die_at in range(1, steps + 1):
        path.write_text("old" * 1000)
        assert _run(tmp_path, "write", die_at) == KILLED
        assert path.read_text() in {"old" * 1000, "new" * 1000}
        seen.add(path.read_text()[:3])
        files.remove_litter(tmp_path)
        assert _names(tmp_path) == ["file.txt"]
    assert seen == {"old", "new"}


@pytest.mark.parametrize("way", ["exchange", "journal"])
def test_a_killed_promotion_leaves_the_old_or_the_new_edition(tmp_path, way):
    _set_up(tmp_path / "0")
    steps = _run(tmp_path / "0", way)[1]
    assert steps >= 12
    seen = set()
    for die_at in range(1, steps + 1):
        root = tmp_path / str(die_at)
        old, new = _set_up(root)
        target = root / "clean" / "2023"
        assert _run(root, way, die_at) == KILLED
        standing = files.current(target)  # what a reader finds before anything was mended
        assert _digest(standing) in {old, new}, f"a mixture after a kill before step {die_at}"
        seen.add((_digest(standing) == new, standing == target))
        files.recover(target)
        assert _digest(target) in {old, new}
        assert _names(root / "clean") == ["2023"]
        assert _run(root, way)[0] == 0
        assert _digest(target) == new
        assert _names(root / "clean") == ["2023"]
    assert {is_new for is_new, _ in seen} == {True, False}
    if way == "journal":  # the moment without a folder at the target was among the kills
        assert False in {at_target for _, at_target in seen}


def test_a_killed_recovery_can_be_recovered(tmp_path):
    """A second kill, while the first is being mended, changes nothing about the promise."""
    _set_up(tmp_path / "0")
    steps = _run(tmp_path / "0", "journal")[1]
    for first in range(steps // 2, steps + 1):
        root = tmp_path / str(first)
        old, new = _set_up(root)
        target = root / "clean" / "2023"
        assert _run(root, "journal", first) == KILLED
        for second in (1, 2, 3):
            _run(root, "journal", second)
            assert _digest(files.current(target)) in {old, new}
