"""Describes the tables of an edition as a Frictionless data package (specification version 1, tabular profile).

Flows in: the public tables with their bytes, and the edition's own words. Flows out: the descriptor; nothing is
written here. Whoever has the folder can read and check every column from it without this package.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from qingshan.edition.published import CANDIDATE, PACKAGE
from qingshan.edition.tables import PublicTable
from qingshan.sources import Edition

NAME = PACKAGE
CODES = "codes"  # the folder of the code lists
_TYPES = {str: "string", float: "number", int: "integer", bool: "boolean"}
# an empty cell says nothing; a bound of the interval that is open stands as inf or -inf
_MISSING = ["", "inf", "-inf"]


def describe(
    edition: Edition,
    tables: Sequence[PublicTable],
    contents: Mapping[str, bytes],
    *,
    is_publishable: bool,
    review: str = CANDIDATE,
) -> dict[str, Any]:
    """Return the descriptor of `tables`, whose bytes stand in `contents` by path; `review` says if it is signed."""
    package: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": f"qingshan-{edition.edition_id}",
        "version": edition.edition_id,
        "title": " · ".join(edition.title[language] for language in ("zh", "en")),
        "description": "\n\n".join(edition.note[language] for language in ("zh", "en") if edition.note.get(language)),
        "review": review,
        "publishable": is_publishable,
        "resources": [_resource(table, contents[table.path]) for table in tables],
    }
    if edition.licence:
        package["licenses"] = [{"name": edition.licence}]
    return package


def _resource(table: PublicTable, data: bytes) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": _name(table),
        "path": table.path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8-sig" if table.for_spreadsheets else "utf-8",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True, "header": True},
        "bytes": len(data),
        "hash": f"sha256:{hashlib.sha256(data).hexdigest()}",
        "schema": _schema(table),
    }


def _name(table: PublicTable) -> str:
    """Return the file's own name; in a folder of other forms, the folder's too: spreadsheet-observations."""
    path = PurePosixPath(table.path)
    return path.stem if str(path.parent) in (".", CODES) else f"{path.parent}-{path.stem}"


def _schema(table: PublicTable) -> dict[str, Any]:
    contract = table.contract
    schema: dict[str, Any] = {
        "fields": [
            {
                "name": column.name,
                "type": _TYPES[column.type],
                "description": column.meaning,
                **({"constraints": {"required": True}} if column.name in contract.key else {}),
            }
            for column in contract.columns
        ],
        "missingValues": _MISSING,
        "primaryKey": list(contract.key),
    }
    if table.references:
        schema["foreignKeys"] = [
            {"fields": column, "reference": {"resource": other, "fields": there}}
            for column, other, there in table.references
        ]
    return schema
