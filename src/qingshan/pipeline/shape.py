"""The shape a shipped notebook must have, and how a used one is brought back to it.

Flows in: notebook nodes. Flows out: problems, or the stripped notebook as text. It opens no file.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterator

import nbformat

from qingshan.model import InputError, Problem

_NOT_THIN = {
    ast.FunctionDef: "a function", ast.AsyncFunctionDef: "a function", ast.Lambda: "a function",
    ast.ClassDef: "a class", ast.For: "a loop", ast.AsyncFor: "a loop", ast.While: "a loop",
    ast.ListComp: "a loop", ast.SetComp: "a loop", ast.DictComp: "a loop", ast.GeneratorExp: "a loop",
}  # fmt: skip
_NOT_IMPORTED = {"re", "os", "pathlib", "glob", "shutil", "subprocess"}
_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def parse_notebook(text: str, name: str) -> nbformat.NotebookNode:
    """Return a notebook in format 4.5.

    Raises
    ------
    InputError
        The text is no notebook.
    """
    try:
        notebook = nbformat.v4.reads_json(text)
        found = f"format {notebook.nbformat}"
        if notebook.nbformat == 4:
            _name_cells(notebook)
            nbformat.validate(notebook)
            return notebook
    except (ValueError, AttributeError, KeyError, TypeError, nbformat.ValidationError) as error:
        found = (str(error).splitlines() or [type(error).__name__])[0][:120]
    raise InputError(Problem(name, found, "a notebook in format 4", "Open and save it in JupyterLab."))


def stripped_text(notebook: nbformat.NotebookNode) -> str:
    """Return the notebook as text without outputs, execution counts and metadata other than tags."""
    clean = nbformat.from_dict(notebook)
    clean.metadata = nbformat.from_dict(_METADATA)
    clean.cells = [cell for cell in clean.cells if "injected-parameters" not in cell.metadata.get("tags", [])]
    for cell in clean.cells:
        tags = cell.metadata.get("tags", [])
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        cell.pop("attachments", None)
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    clean.nbformat, clean.nbformat_minor = 4, 5
    return nbformat.writes(clean).rstrip("\n") + "\n"


def shape_problems(notebook: nbformat.NotebookNode, name: str) -> Iterator[Problem]:
    """Yield what keeps a notebook from being one of ours: thin, with one commented parameters cell."""
    tagged = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    if len(tagged) != 1:
        remedy = "Tag the cell that holds the parameters, and no other."
        yield Problem(name, f"{len(tagged)} cells tagged parameters", "exactly one", remedy)
    for cell in tagged:
        for line in cell.source.splitlines():
            if not re.fullmatch(r"[a-z_]+ = [^#=]+  # [^#=]+", line):
                remedy = "Write one name a line with a comment; the comment is the help that papermill shows."
                yield Problem(f"{name}, cell {cell.id}", repr(line), "name = value  # meaning", remedy)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            yield from _code_problems(cell.source, f"{name}, cell {cell.id}")


def _code_problems(source: str, where: str) -> Iterator[Problem]:
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        yield Problem(where, f"line {error.lineno}: {error.msg}", "plain Python", "Magics and shell lines run nowhere.")
        return
    for node in ast.walk(tree):
        remedy = "Move it into the library and call it."
        if found := _NOT_THIN.get(type(node)):
            yield Problem(where, f"{found} in line {node.lineno}", "calls only", remedy)
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for module in modules:
            if module.split(".")[0] in _NOT_IMPORTED:
                yield Problem(where, f"import of {module}", "calls of the library only", remedy)


def _name_cells(notebook: nbformat.NotebookNode) -> None:
    """Give cells without an id one made of place and source, so that two strips of one notebook agree."""
    for position, cell in enumerate(notebook.cells):
        if not cell.get("id"):
            cell["id"] = f"c{position}-{hashlib.sha256(cell.source.encode()).hexdigest()[:8]}"
    notebook.nbformat_minor = 5
