"""The edition: tables and charts flow in, the public folder flows out, staged whole before anything is promoted.

`verify` stays light, so that a published edition can be checked without the libraries that draw and render it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qingshan.edition.manifest import make_manifest, verify

if TYPE_CHECKING:
    from qingshan.edition.staging import StagedFile
    from qingshan.model import Workspace
    from qingshan.signoff import Release

__all__ = ["build", "make_manifest", "verify"]


def build(
    workspace: Workspace,
    edition: str,
    *,
    release: Release | None = None,
    charts: Path | None = None,
    folder: Path | None = None,
) -> list[StagedFile]:
    """Build the staged folder of an edition; see `qingshan.edition.staging.build`."""
    from qingshan.edition import staging  # imports the registry, YAML and the page templates

    return staging.build(workspace, edition, release=release, charts=charts, folder=folder)
