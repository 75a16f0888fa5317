"""The one writer of the package: bytes and finished folders come in, whole files and whole editions stand on the disk.

A kill between any two steps leaves the old content or the new one, never a mixture. It must not know what it writes,
and no other module may open a file for writing.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import json
import os
import re
import secrets
import shutil
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from qingshan.model import InputError, Problem, QingshanError

_LITTER = ".qstmp"  # ending of temporary files; a killed run may leave some, `remove_litter` finds them
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_MACHINE_FAULTS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EMFILE, errno.ENFILE}


def write_atomic(path: Path, data: bytes | str) -> Path:
    """Write a file so that its readers see the old content or the new one, also after a kill or a power cut.

    Parameters
    ----------
    path
        Missing parents are made. A symbolic link is replaced, never followed.
    data
        Text is written as UTF-8 with the newlines it has.

    Raises
    ------
    InputError
        The place cannot be written: read-only, no permission, a folder in the way.
    QingshanError
        The machine cannot: disk full, quota, input/output error. The old file stands and nothing else is left.
    """
    path = _absolute(path)
    payload = data.encode("utf-8") if isinstance(data, str) else data
    temporary = path.with_name(f"{_litter_of(path)}{secrets.token_hex(4)}{_LITTER}")
    with _plain_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            _write_new(temporary, payload, _mode_of(path))
            temporary.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        _sync(path.parent)
    return path


def replace_unchanged(path: Path, data: bytes, expected: bytes | None, *, kept: Path) -> bool:
    """Write a file that people edit too, only if it still holds `expected`; nothing that anyone saved is lost.

    The new file changes places with the old one in one step, and what came out is compared: a save that fell between
    our reading and that step is found there and goes back. What was replaced stays at `kept`, the very file, so that an
    editor that still has it open writes into something that is kept. Where the system cannot exchange two files, the
    comparison is made right before the rename, and `kept` is a copy made there.

    Parameters
    ----------
    expected
        None where no file should stand.
    kept
        A place on the same file system.

    Returns
    -------
    bool
        False when the file holds something else; it is then as it was found.

    Raises
    ------
    InputError, QingshanError
        As `write_atomic` does.
    """
    path, kept = _absolute(path), _absolute(kept)
    temporary = path.with_name(f"{_litter_of(path)}{secrets.token_hex(4)}{_LITTER}")
    with _plain_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        kept.parent.mkdir(parents=True, exist_ok=True)
        try:
            if _content(path) != expected:
                return False
            _write_new(temporary, data, _mode_of(path))
            if expected is None:
                return _put_first(temporary, path)
            return _put_instead(temporary, path, data, expected, kept)
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink()
            _sync(path.parent)


def json_text(content: object, *, sort: bool = False) -> str:
    """Return JSON as every file of ours holds it: indented, Chinese as it is, one newline at the end."""
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=sort) + "\n"


def copy_file(source: Path, target: Path) -> Path:
    """Copy one file's bytes with `write_atomic`."""
    with _plain_errors(source):
        data = source.read_bytes()
    return write_atomic(target, data)


def copy_tree(source: Path, target: Path) -> Path:
    """Copy a folder to a place where nothing stands; the copy is whole only when this function has returned.

    Raises
    ------
    InputError
        `target` exists, or `source` holds a symbolic link or a special file.
    """
    if target.exists():
        raise InputError(Problem(_shown(target), "a file or folder", "no such place", "Remove it first."))
    with _plain_errors(target):
        target.mkdir(parents=True)
        for entry in sorted(source.rglob("*")):
            if entry.is_symlink() or not (entry.is_dir() or entry.is_file()):
                problem = Problem(_shown(entry), "a link or special file", "plain files", "Replace it with the file.")
                raise InputError(problem)
            copy = target / entry.relative_to(source)
            if entry.is_dir():
                copy.mkdir(exist_ok=True)
            else:
                copy_file(entry, copy)
    return target


def remove_tree(path: Path) -> None:
    """Remove a file, a link (not what it points to) or a folder; a missing one is no error."""
    with _plain_errors(path):
        if path.is_symlink() or path.is_file():
            path.unlink()
        elif path.exists():
            shutil.rmtree(path)


def remove_litter(root: Path) -> None:
    """Remove the temporary files that killed runs left under `root`. Call it only while holding the run lock."""
    with _plain_errors(root):
        for left in root.rglob(f".*{_LITTER}"):
            left.unlink(missing_ok=True)


def promote(staged: Path, target: Path) -> None:
    """Make the finished folder `staged` stand at `target`; what stood there before is removed.

    Where the system can exchange two folders in one step, it does. Elsewhere the old folder steps aside and the new one
    takes its place, and a journal beside the target lets `current` and `recover` find a whole edition in between.

    Parameters
    ----------
    staged
        Complete, and on the same file system as `target`. It is gone afterwards.

    Raises
    ------
    InputError
        `staged` is no folder or is empty, or `target` is a file.
    """
    staged, target = _absolute(staged), _absolute(target)
    if target.exists() and not target.is_dir():
        raise InputError(Problem(_shown(target), "a file", "a folder or nothing", "Move the file away."))
    recover(target, keep=staged)
    if not staged.is_dir() or not any(staged.iterdir()):
        raise InputError(Problem(_shown(staged), "nothing to promote", "a folder with files", "Build it first."))
    with _plain_errors(target):
        _sync_tree(staged)
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            staged.rename(target)
            _sync(target.parent, staged.parent)
        elif _exchange(staged, target):
            _sync(target.parent, staged.parent)
            remove_tree(staged)
        else:
            _promote_by_journal(staged, target)


def current(target: Path) -> Path:
    """Return where the whole edition of `target` stands now; it differs from `target` only within a cut promotion."""
    target = _absolute(target)
    if not target.is_dir() and (new := _journalled(target)):
        for place in (new, _outgoing(target)):
            if place.is_dir():
                return place
    return target


def recover(target: Path, *, keep: Path | None = None) -> bool:
    """Finish a promotion that was cut short, and remove what it left beside `target`.

    Parameters
    ----------
    keep
        A folder that is not a leftover although it has the name of one.

    Returns
    -------
    bool
        Whether there was anything to finish or to remove.
    """
    target = _absolute(target)
    found = False
    with _plain_errors(target):
        if new := _journalled(target):
            survivor = next((place for place in (new, _outgoing(target)) if place.is_dir()), None)
            if not target.exists() and survivor:
                survivor.rename(target)
                _sync(target.parent)
            _journal(target).unlink()
            _sync(target.parent)
            found = True
        begin = _litter_of(_journal(target))
        cut_journals = [path for path in target.parent.glob(f".*{_LITTER}") if path.name.startswith(begin)]
        for left in (_outgoing(target), incoming(target), *cut_journals):
            if left != keep and left.exists():
                remove_tree(left)
                found = True
    return found


def incoming(target: Path) -> Path:
    """Return the place beside `target` where its next content may be put together; `recover` removes what is there."""
    return target.with_name(f".{target.name}.incoming")


@contextlib.contextmanager
def run_lock(path: Path) -> Iterator[None]:
    """Hold the lock of one edition's run; the file names the owner while it is held.

    The system frees the lock when its process ends, however it ends, so that a dead run is no obstacle.

    Raises
    ------
    InputError
        Another run holds it; the message names process, host and start.
    """
    with _plain_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    try:
        _take(descriptor, path)
        try:
            yield
        finally:
            os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def inside(root: Path, candidate: str | Path) -> Path:
    """Return `candidate`, a path relative to `root`, resolved; it may not exist yet.

    Raises
    ------
    InputError
        It is empty or absolute, holds ``..``, a backslash, a drive or NUL, or leaves `root` through a link.
    """
    text = os.fspath(candidate)
    home = root.resolve()
    resolved = None
    if text and not re.match(r"/|[A-Za-z]:", text) and not re.search(r"[\\\0]|(^|/)\.\.(/|$)", text):
        # a link that points at itself, a name too long, or one that no file system can hold
        with contextlib.suppress(OSError, RuntimeError, ValueError):
            os.fsencode(text)
            path = (home / text).resolve()
            path.exists()  # resolving alone lets names pass that are too long
            resolved = path
    if resolved is None or not resolved.is_relative_to(home):
        shown = repr(text if len(text) <= 80 else f"{text[:77]}...")
        remedy = "Give a relative path without '..', absolute parts or links that lead out."
        raise InputError(Problem("path", shown, f"a path inside {root.name or root}", remedy))
    return resolved


def _content(path: Path) -> bytes | None:
    """Return what a file holds, None where there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _put_first(temporary: Path, path: Path) -> bool:
    """Give a finished file its name, unless somebody took it meanwhile."""
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        return False
    except OSError:  # a file system without links
        if path.exists():
            return False
        temporary.replace(path)
    return True


def _put_instead(temporary: Path, path: Path, data: bytes, expected: bytes, kept: Path) -> bool:
    """Let a finished file take the place of one that holds `expected`, and keep that one."""
    try:
        is_exchanged = _exchange(temporary, path)
    except FileNotFoundError:
        return False
    if not is_exchanged:
        if _content(path) != expected:
            return False
        write_atomic(kept, expected)
        temporary.replace(path)
        return True
    displaced = _content(temporary)
    if displaced == expected:
        try:
            temporary.replace(kept)
        except OSError:  # another file system after all
            write_atomic(kept, expected)
        return True
    # somebody saved in between, and perhaps again after the exchange: the newest of theirs goes back on top
    placed: bytes | None = data
    while True:
        _exchange(temporary, path)
        below = _content(temporary)
        if below == placed:
            return False
        placed, displaced = displaced, below


def _promote_by_journal(staged: Path, target: Path) -> None:
    record = {"new": os.path.relpath(staged, target.parent)}
    write_atomic(_journal(target), json.dumps(record) + "\n")
    target.rename(_outgoing(target))
    staged.rename(target)
    _sync(target.parent, staged.parent)
    _journal(target).unlink()
    _sync(target.parent)
    remove_tree(_outgoing(target))


def _exchange(first: Path, second: Path) -> bool:
    """Swap two folders in one step; False where the system or the file system cannot."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError):
        return False
    renameat2.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    if renameat2(_AT_FDCWD, os.fsencode(first), _AT_FDCWD, os.fsencode(second), _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP):
        return False
    raise OSError(code, os.strerror(code), str(second))


def _litter_of(path: Path) -> str:
    """Return how the names of the temporary files of `path` begin; cut, since names have 255 bytes at most."""
    return f".{path.name[:60]}."


def _journal(target: Path) -> Path:
    return target.with_name(f".{target.name}.journal")


def _outgoing(target: Path) -> Path:
    return target.with_name(f".{target.name}.outgoing")


def _journalled(target: Path) -> Path | None:
    """Return the folder that the journal of `target` says is the new one, None without a journal."""
    journal = _journal(target)
    try:
        record = json.loads(journal.read_text(encoding="utf-8"))
        return _absolute(target.parent / record["new"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        problem = Problem(_shown(journal), "no journal of ours", "a record of a promotion", "Move the file away.")
        raise InputError(problem) from error


def _take(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = os.pread(descriptor, 500, 0).decode("utf-8", "replace").strip() or "owner not known yet"
        problem = Problem(
            _shown(path), f"another run ({owner})", "one run at a time", "Wait for it to end, or stop it."
        )
        raise InputError(problem) from None
    started = datetime.now(UTC).isoformat(timespec="seconds")
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"process {os.getpid()} on {socket.gethostname()} since {started}\n".encode(), 0)


def _write_new(path: Path, payload: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        if mode:
            os.fchmod(descriptor, mode)
        rest = memoryview(payload)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _mode_of(path: Path) -> int:
    """Return the permissions of a file about to be replaced, 0 for a new one: it then gets the usual ones."""
    return path.stat().st_mode & 0o777 if path.is_file() and not path.is_symlink() else 0


def _sync(*folders: Path) -> None:
    for folder in dict.fromkeys(folders):
        descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _sync_tree(folder: Path) -> None:
    _sync(*(entry for entry in sorted(folder.rglob("*")) if not entry.is_symlink()), folder)


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 - Path.resolve would follow links


def _shown(path: Path) -> str:
    """Return the last three parts of a path: enough to find it, without the folders of a person's home."""
    return "/".join(path.parts[-3:]).removeprefix("/")


@contextlib.contextmanager
def _plain_errors(path: Path) -> Iterator[None]:
    """Turn an error of the file system into one clear message."""
    try:
        yield
    except OSError as error:
        reason = (os.strerror(error.errno) if error.errno else str(error)).lower()
        if error.errno in _MACHINE_FAULTS:
            message = (
                f"{_shown(path)}: not written: {reason}. What stood there before is unchanged; mend it and run again."
            )
            raise QingshanError(message) from error
        problem = Problem(_shown(path), reason, "a place that can be read and written", "Mend it and run again.")
        raise InputError(problem) from error
