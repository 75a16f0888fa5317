"""The files an edition gives to people and to machines, beside its pages: spreadsheet copies, workbook, SDMX, Word.

Flows in: `Material`, which is the edition's public tables and charts. Flows out: bytes by path; nothing is written
here. Every file is the same, byte for byte, for the same material.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qingshan.edition.office import codelists, sdmx

if TYPE_CHECKING:
    from qingshan.edition.office.material import Material
    from qingshan.edition.view import Tables
    from qingshan.registry import Registry
    from qingshan.sources import Edition

__all__ = ["STRUCTURE", "documents", "structure"]

STRUCTURE = f"{sdmx.FOLDER}/structure.json"


def structure(edition: Edition, registry: Registry, rows: Tables) -> dict[str, Any]:
    """Return the SDMX structure message of the edition's data."""
    return sdmx.structure(edition, codelists.code_lists(edition, registry, rows.observations))


def documents(material: Material) -> dict[str, bytes]:
    """Return the workbook and the Word files, path -> bytes: what is built again rather than kept.

    Raises
    ------
    StageError
        A Word file would print a numeral that nobody states.
    """
    from qingshan.edition.office import workbook
    from qingshan.edition.office.word import document

    made = {workbook.NAME: workbook.workbook_bytes(material)}
    return made | {name: document.docx_bytes(material, language) for language, name in document.NAMES.items()}
