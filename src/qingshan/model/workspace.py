"""Every path of a workspace in one object. It only computes paths; it creates and opens nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qingshan.model.errors import InputError, Problem

_PACKAGE = Path(__file__).resolve().parents[1]
_CLONE = _PACKAGE.parents[1]


def _shipped(folder: str) -> Path:
    """Return the folder the package carries: inside the wheel, or in the clone it was installed from."""
    inside = _PACKAGE / "_shipped" / folder
    return inside if inside.is_dir() else _CLONE / folder


@dataclass(frozen=True)
class Workspace:
    """The folders of one workspace; notebooks, registry and suites fall back to the package's.

    Parameters
    ----------
    root
        The folder that holds ``data/raw``.
    """

    root: Path

    @classmethod
    def find(cls, start: Path | str = "") -> Workspace:
        """Return the workspace that holds `start` (the current folder if empty), looking upwards.

        Raises
        ------
        InputError
            No folder upwards has ``data/raw``.
        """
        here = (Path(start) if start else Path.cwd()).resolve()
        for folder in (here, *here.parents):
            if (folder / "data" / "raw").is_dir():
                return cls(folder)
        raise InputError(
            Problem(
                str(here),
                "no workspace",
                "a folder with data/raw in it or above it",
                "Create one with: qingshan init DIR.",
            )
        )

    # what people give
    def raw(self, edition: str) -> Path:
        return self.root / "data" / "raw" / edition

    def edition_file(self, edition: str) -> Path:
        return self.raw(edition) / "edition.yml"

    def source_folder(self, edition: str, source_id: str) -> Path:
        return self.raw(edition) / source_id

    def decisions_file(self, edition: str) -> Path:
        return self.root / "data" / "decisions" / f"{edition}.yml"

    def signoff_file(self, edition: str) -> Path:
        """Return the file that says who signed which manifest of an edition, and which was published."""
        return self.decisions_file(edition).with_name(f"{edition}.signoff.yml")

    def proposed_file(self, edition: str) -> Path:
        """Return the file of decisions that others propose and that only the analyst applies."""
        return self.decisions_file(edition).with_name(f"{edition}.proposed.yml")

    # what the package ships and a workspace may replace
    def _own_or_shipped(self, folder: str) -> Path:
        own = self.root / folder
        return own if own.is_dir() else _shipped(folder)

    @property
    def registry(self) -> Path:
        return self._own_or_shipped("data/registry")

    @property
    def notebooks(self) -> Path:
        return self._own_or_shipped("notebooks")

    @property
    def tutorials(self) -> tuple[Path, ...]:
        """Return the notebooks that teach; they are the package's own, and no stage runs them."""
        return tuple(sorted(_shipped("notebooks").glob("tutorial_*.ipynb")))

    @property
    def expectations(self) -> Path:
        return self._own_or_shipped("expectations")

    # what the stages make
    def work(self, edition: str, *parts: str) -> Path:
        """Return a path under the edition's work folder, such as ``work("2023", "extract", "figures.csv")``."""
        return self.root.joinpath("data", "work", edition, *parts)

    def staged(self, edition: str) -> Path:
        """Return the folder where the next edition is put together before promotion."""
        return self.work(edition, "staged")

    def report(self, edition: str) -> Path:
        return self.work(edition, "report", "index.html")

    def clean(self, edition: str) -> Path:
        return self.root / "data" / "clean" / edition

    def shown(self, path: Path) -> str:
        """Return `path` relative to the workspace, for messages and outputs: no home folder leaks into them."""
        try:
            return path.resolve().relative_to(self.root.resolve()).as_posix()
        except ValueError:
            return path.name
