"""The errors a person may see: where, what was found, what was expected, what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with what a person gave.

    Parameters
    ----------
    where
        File and line, command-line option or notebook parameter.
    found, expected
        What stands there and what should stand there.
    remedy
        What to do about it: one sentence.
    """

    where: str
    found: str
    expected: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.where}: found {self.found}, expected {self.expected}. {self.remedy}"


class QingshanError(Exception):
    """Base of every error the command line reports without a traceback; `exit_code` is its exit status."""

    exit_code = 1


class InputError(QingshanError):
    """Wrong use or wrong input: all problems at once, exit code 2.

    Raises nothing itself; `problems` keeps the list, so that callers can add to it and tests can read it.
    """

    exit_code = 2

    def __init__(self, problems: Problem | Sequence[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ValidationError(QingshanError):
    """A critical rule failed or could not run, or there is nothing to publish: exit code 1."""


class StageError(QingshanError):
    """A stage stopped for a reason that is not the data's: exit code 1, the message names stage and cell."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return ``" (did you mean 'x'?)"`` for the known name most like `name`, or ``""`` when none is alike."""
    close = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    return f" (did you mean {close[0]!r}?)" if close else ""
