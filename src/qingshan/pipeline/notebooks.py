"""Runs one notebook through papermill: a notebook and typed values come in, an executed copy stands on the disk.

Every state of the copy is written whole, so that a kill leaves a notebook that opens. It decides nothing about stages.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path

import nbformat
import papermill
from nbclient.exceptions import DeadKernelError
from papermill.exceptions import PapermillException, PapermillExecutionError
from papermill.iorw import papermill_io

from qingshan import files
from qingshan.model import InputError, Problem, StageError
from qingshan.pipeline.kernels import OwnFolderKernelManager

_SCHEME = "qingshan:"
# errors of ours that a stage raises on purpose: their message is for a person, so no class name before it
_PLAIN = {"InputError": 2, "ValidationError": 1, "StageError": 1, "QingshanError": 1}


class NotebookError(StageError):
    """A notebook stopped. `exit_code` is 2 when the data or its use is at fault, else 1."""

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.exit_code = exit_code


class _WholeFiles:
    """papermill's reading and writing, under names without folders, each write whole or absent.

    papermill writes in place otherwise, formats braces in paths, and notes the paths of the machine in the notebook.
    """

    def __init__(self) -> None:
        self.places: dict[str, Path] = {}

    def read(self, name: str) -> str:
        return self.places[name].read_text(encoding="utf-8")

    def write(self, text: str, name: str) -> None:
        files.write_atomic(self.places[name], text + "\n")

    def pretty_path(self, name: str) -> str:
        return name


_WHOLE_FILES = _WholeFiles()
papermill_io.register(_SCHEME, _WHOLE_FILES)


def run_notebook(source: Path, target: Path, parameters: Mapping[str, object], folder: Path) -> None:
    """Run a notebook in a fresh kernel and keep the executed copy, also when it stops.

    Parameters
    ----------
    source, target
        The notebook, and where its executed copy goes. One process runs a given notebook once at a time.
    parameters
        Typed values of declared names.
    folder
        Where the kernel starts.

    Raises
    ------
    InputError
        `source` is no notebook.
    NotebookError
        A cell raised, the kernel died, or a cell was not reached. The message names notebook, cell and error.
    """
    shown = source.name
    _check_readable(source)
    read_from, write_to = f"{_SCHEME}in/{shown}", f"{_SCHEME}{shown}"
    _WHOLE_FILES.places |= {read_from: source, write_to: target}
    try:
        with _quiet():
            notebook = papermill.execute_notebook(
                read_from,
                write_to,
                parameters=dict(parameters),
                kernel_name="python3",
                language="python",
                progress_bar=False,
                log_output=False,
                kernel_manager_class=OwnFolderKernelManager,
                shutdown_kernel="immediate",
                extra_arguments=["--IPKernelApp.log_level=50"],
                resources={"metadata": {"path": str(folder)}},
            )
    except PapermillExecutionError as error:
        raise _explained(shown, error) from error
    except DeadKernelError as error:
        raise NotebookError(f"{shown}: the kernel died, perhaps for want of memory") from error
    except (PapermillException, RuntimeError) as error:
        raise NotebookError(f"{shown}: could not be run: {error}") from error
    _check_complete(shown, notebook)


def _check_readable(source: Path) -> None:
    try:
        nbformat.validate(nbformat.read(source, as_version=4))
    except (OSError, ValueError, AttributeError, nbformat.ValidationError, nbformat.reader.NotJSONError) as error:
        reason = str(error).splitlines()[0][:120] if str(error) else type(error).__name__
        problem = Problem(source.name, reason, "a notebook", "Take the notebook from version control again.")
        raise InputError(problem) from error


def _explained(shown: str, error: PapermillExecutionError) -> NotebookError:
    where = f"{shown}, cell In [{error.exec_count}]"
    text = error.evalue.strip()
    if error.ename in _PLAIN:
        return NotebookError(f"{where}:\n{text}", _PLAIN[error.ename])
    first = text.splitlines()[0] if text else ""
    return NotebookError(f"{where}: {error.ename}{': ' if first else ''}{first}")


def _check_complete(shown: str, notebook: nbformat.NotebookNode) -> None:
    """Refuse an early end: papermill takes SystemExit for success."""
    for position, cell in enumerate(notebook.cells, 1):
        if cell.cell_type == "code" and any(output.output_type == "error" for output in cell.outputs):
            raise NotebookError(f"{shown}: ended in its cell {position} ({cell.get('id', 'no id')})")


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep papermill's and the kernel client's log off the terminal: our own message names the error once."""
    loggers = [logging.getLogger(name) for name in ("papermill", "traitlets")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
