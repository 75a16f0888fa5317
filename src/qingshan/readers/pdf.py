"""PDF files with a text layer: in flow bytes, out flows the text in reading order with pages, tables and heads.

The library runs in a process of its own (`pdf_worker`), which a hostile file may crash or fill: that ends in a message.
"Page 7" is the seventh page of the file, whatever number is printed on it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

from qingshan.model import Grid, GridCell, InputError, Place, Problem, SourceText
from qingshan.readers.text import known_kind

MAX_BYTES = 300_000_000
MAX_SECONDS = 900

_WORKER = "from qingshan.readers.pdf_worker import main; main()"
_HEAD = 1024  # bytes within which a PDF must begin
_TAIL = 4096  # and end


def read_pdf(data: bytes, where: str) -> SourceText:
    """Read a PDF that has a text layer.

    Parameters
    ----------
    data
        The bytes as received.
    where
        Name of the file, for messages.

    Returns
    -------
    SourceText
        Its offsets count in the text layer made here. Running heads, feet, page numbers and slanted text stand in the
        layer and in `set_aside`; a raised number behind a figure stands as "[2]".

    Raises
    ------
    InputError
        No PDF, a damaged, encrypted or scanned one, or one that is too large.
    """
    _refuse(data, where)
    answer = _ask_worker(data, where)
    if "refused" in answer:
        raise InputError(Problem(where, *answer["refused"]))
    return _source(answer["layer"])


def _refuse(data: bytes, where: str) -> None:
    """Refuse what needs no library to be refused."""
    if len(data) > MAX_BYTES:
        raise InputError(Problem(where, f"{len(data)} bytes", f"a PDF of at most {MAX_BYTES // 10**6} MB",
                                 "Split the PDF and give the parts."))  # fmt: skip
    if b"%PDF-" not in data[:_HEAD]:
        found = known_kind(data) or (
            "a PostScript file" if data.startswith(b"%!PS") else "no PDF (it does not begin so)"
        )
        if not data.strip():
            found = "an empty file"
        raise InputError(Problem(where, found, "a PDF file", "Give the file under its own ending, or save it as PDF."))
    if b"%%EOF" not in data[-_TAIL:]:
        raise InputError(Problem(where, "a PDF without its end (%%EOF): it is cut off or damaged", "a whole PDF file",
                                 "Get the file again, or open it in a PDF viewer and save it."))  # fmt: skip


def _ask_worker(data: bytes, where: str) -> dict[str, Any]:
    """Have the file read in a process of its own; return what that process says."""
    try:
        done = run_python(_WORKER, data, MAX_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise InputError(Problem(where, f"a PDF that takes more than {MAX_SECONDS} seconds to read",
                                 "one that takes less", "Split the PDF and give the parts.")) from error  # fmt: skip
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    if done.returncode == 0:
        return json.loads(done.stdout)
    if any("ModuleNotFoundError" in line and "pypdfium2" in line for line in said[-3:]):
        raise InputError(Problem(where, "a PDF, and no pypdfium2 to read it", "the package pypdfium2",
                                 "Install the requirements again (make).")) from None  # fmt: skip
    pages = [line for line in said if line.isdigit()]
    at = f" on page {pages[-1]}" if pages else ""
    raise InputError(Problem(where, f"a PDF that the reader does not get through{at}{_why(done.returncode, said)}",
                             "a PDF that is not damaged",
                             "Open it in a PDF viewer, save or print it as PDF again, and give that."))  # fmt: skip


def run_python(code: str, data: bytes, seconds: float) -> subprocess.CompletedProcess[bytes]:
    """Run Python code in a process of its own that finds the same packages, with `data` on its standard input."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, input=data, capture_output=True, timeout=seconds, env=environment, check=False)


def _why(code: int, said: list[str]) -> str:
    import signal

    if code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
        return " (it takes too long)" if name == "SIGALRM" else f" (it takes too much memory or is damaged: {name})"
    return f" ({said[-1][:120]})" if said else ""


def _source(layer: dict[str, Any]) -> SourceText:
    grids = tuple(
        Grid(grid["start"], grid["end"], grid["name"], tuple(GridCell(**cell) for cell in grid["cells"]),
             tuple(grid["caption"]))
        for grid in layer["grids"]
    )  # fmt: skip
    return SourceText(
        layer["text"],
        reader=layer["reader"],
        version=layer["version"],
        places=tuple(Place(**place) for place in layer["places"]),
        grids=grids,
        set_aside=tuple((start, end) for start, end in layer["set_aside"]),
        notes=tuple(layer["notes"]),
    )
