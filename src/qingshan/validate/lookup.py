"""What rules look up outside their table: the registry and the raw sources, by the folder that the run names.

Flows in: folders, as text: Great Expectations hands a rule text and numbers only. Flows out: the registry, and raw
texts. Each is read again when a file of its folder changed, so that an analyst's open notebook sees the edit.
"""

from __future__ import annotations

import functools
from pathlib import Path

from qingshan import sources
from qingshan.model import Workspace
from qingshan.registry import Registry, load_registry

_State = tuple[tuple[str, int, int], ...]


def registry_at(folder: str) -> Registry:
    """Return the registry in a folder."""
    return _registry(folder, _state(Path(folder)))


def raw_texts_at(raw_root: str) -> dict[str, str]:
    """Return the raw text of every source of an edition by source id, read from its folder ``data/raw/<edition>``.

    Raises
    ------
    InputError
        The edition or a source cannot be read, or a file changed since it was registered.
    """
    return _raw_texts(raw_root, _state(Path(raw_root)))


def _state(folder: Path) -> _State:
    """Return what tells whether a file changed: path, time of the last change, length."""
    stats = [(path, path.stat()) for path in sorted(folder.rglob("*")) if path.is_file()]
    return tuple((path.as_posix(), stat.st_mtime_ns, stat.st_size) for path, stat in stats)


@functools.lru_cache(maxsize=2)
def _registry(folder: str, _: _State) -> Registry:
    return load_registry(Path(folder))


@functools.lru_cache(maxsize=2)
def _raw_texts(raw_root: str, _: _State) -> dict[str, str]:
    folder = Path(raw_root)
    workspace = Workspace.find(folder)
    edition = sources.load_edition(workspace, folder.name)
    return {source.source_id: sources.read_raw(workspace, folder.name, source).text for source in edition.sources}
