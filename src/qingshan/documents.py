"""Reads YAML that people write: every scalar as a string, checked against a schema, with line numbers for messages.

YAML would read `on`, `12:30`, `1_000` and `2023-01-15` as something else than what a person typed, so no plain scalar
is interpreted here; types come from the code that asks. All mistakes of a file are reported at once. Any
file that a person names is opened by `read_given`, so that a wrong path is one message everywhere.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from qingshan.model import InputError, Problem, nearest

MAX_BYTES = 300_000_000  # no reader takes more

Where = tuple[str | int, ...]
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True)
class Document:
    """One YAML file: its content (dicts, lists and strings only) and the line of every key and item.

    Parameters
    ----------
    name
        The file as messages should show it.
    lines
        Path of keys and indexes -> line number, counted from 1.
    """

    name: str
    data: Any
    lines: Mapping[Where, int] = field(repr=False)

    def at(self, *where: str | int) -> str:
        """Return ``file:line`` of the nearest known place on the way to `where`."""
        for length in range(len(where), -1, -1):
            if where[:length] in self.lines:
                return f"{self.name}:{self.lines[where[:length]]}"
        return self.name


def read_given(path: Path, what: str, *, where: str = "", remedy: str = "Check the path.") -> bytes:
    """Return the bytes of a file that a person named.

    Parameters
    ----------
    what
        What the file should be, for messages: "a source file".
    where
        The file as messages should show it; the path itself if empty.
    remedy
        What to do about a missing file.

    Raises
    ------
    InputError
        There is no such file, it is a folder, a pipe or a device, larger than any reader takes, or the system does not
        let it be read.
    """
    where = where or str(path)
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode) and not stat.S_ISDIR(found.st_mode):  # it may never end, or never begin
            raise InputError(Problem(where, "a pipe or a device", what, "Save it as a file and name that."))
        if found.st_size > MAX_BYTES:
            most = f"{what} of at most {MAX_BYTES // 10**6} MB"
            raise InputError(Problem(where, f"{found.st_size} bytes", most, "Give only the part that is needed."))
        return path.read_bytes()
    except ValueError:  # a NUL in the name
        raise InputError(Problem(where, "a name that no file can have", what, remedy)) from None
    except (FileNotFoundError, NotADirectoryError):  # the second: a file stands where the path has a folder
        raise InputError(Problem(where, "no such file", what, remedy)) from None
    except IsADirectoryError:
        raise InputError(Problem(where, "a folder", what, "Name one file.")) from None
    except OSError as error:
        reason = (os.strerror(error.errno) if error.errno else str(error)).lower()
        raise InputError(Problem(where, reason, f"{what} that can be read", "Mend it, or name another file.")) from None


def read_yaml(path: Path, schema: Mapping[str, Any] | None = None, *, name: str = "") -> Document:
    """Read one YAML file and check it against a JSON schema over strings.

    Raises
    ------
    InputError
        The file is missing, is not UTF-8, is not YAML, repeats a key, or does not fit the schema.
    """
    name = name or path.name
    return parse_yaml(_read_text(path, name), schema, name=name)


def parse_yaml(text: str, schema: Mapping[str, Any] | None = None, *, name: str) -> Document:
    """Read YAML text as `read_yaml` reads a file."""
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{name}:{mark.line + 1}" if mark else name
        raise InputError(
            Problem(where, f"malformed YAML ({error.problem})", "valid YAML", "Correct the line or the one before it.")
        ) from None
    except yaml.YAMLError as error:
        raise InputError(
            Problem(name, f"malformed YAML ({error})", "valid YAML", "Remove the character that YAML forbids.")
        ) from None
    lines: dict[Where, int] = {}
    problems: list[Problem] = []
    data = _build(node, (), lines, problems, name) if node is not None else None
    document = Document(name, data, lines)
    if schema is not None and not problems:
        problems.extend(_schema_problems(document, schema))
    if problems:
        raise InputError(problems)
    return document


def _read_text(path: Path, name: str) -> str:
    data = read_given(path, "a YAML file", where=name, remedy=f"Create {name}.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            Problem(
                name, f"a byte that is not UTF-8 at position {error.start}", "UTF-8 text", "Save the file as UTF-8."
            )
        ) from None


def _build(node: yaml.Node, where: Where, lines: dict[Where, int], problems: list[Problem], name: str) -> Any:
    lines.setdefault(where, node.start_mark.line + 1)
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, (*where, index), lines, problems, name) for index, item in enumerate(node.value)]
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        line = key_node.start_mark.line + 1
        if key in mapping:
            first = lines[(*where, key)]
            problems.append(
                Problem(f"{name}:{line}", f"key {key!r} again", f"it once (line {first})", "Remove one of the two.")
            )
            continue
        lines[(*where, key)] = line
        mapping[key] = _build(value_node, (*where, key), lines, problems, name)
    return mapping


def _schema_problems(document: Document, schema: Mapping[str, Any]) -> Iterator[Problem]:
    import jsonschema  # slow to import, and the reading of figures needs no YAML

    validator = jsonschema.Draft202012Validator(schema)
    for error in sorted(
        validator.iter_errors(document.data), key=lambda error: [str(part) for part in error.absolute_path]
    ):
        yield from _problems_of(document, error)


def _problems_of(document: Document, error: Any) -> Iterator[Problem]:
    path = tuple(error.absolute_path)
    shown = ".".join(str(part) for part in path) or "the file"
    if error.validator == "required":
        for missing in sorted(set(error.validator_value) - set(error.instance)):
            yield Problem(
                document.at(*path), f"no {missing!r}", f"{missing!r} in {shown}", f"Add a line {missing}: ..."
            )
    elif error.validator == "additionalProperties":
        known = error.schema.get("properties", {})
        for unknown in sorted(set(error.instance) - set(known)):
            yield Problem(
                document.at(*path, unknown),
                f"unknown key {unknown!r}{nearest(unknown, known)}",
                f"one of {', '.join(sorted(known))}",
                "Correct the spelling or remove the line.",
            )
    else:
        expected = {
            "type": lambda: f"a {error.validator_value} in {shown}",
            "enum": lambda: f"one of {', '.join(error.validator_value)} in {shown}",
            "pattern": lambda: f"{shown} in the form {error.schema.get('description', error.validator_value)}",
        }.get(error.validator, lambda: error.message)()
        close = nearest(str(error.instance), error.validator_value) if error.validator == "enum" else ""
        yield Problem(document.at(*path), _shown_value(error.instance) + close, expected, "Correct the value.")


def _shown_value(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return "nothing"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
