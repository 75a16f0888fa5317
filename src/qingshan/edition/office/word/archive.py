"""Writes an Office file's archive again so that the same parts are the same bytes: fixed dates, one order.

Flows in: the bytes of a .docx as a library wrote it. Flows out: bytes; nothing is written here.
"""

from __future__ import annotations

import io
import zipfile

_TYPES = "[Content_Types].xml"  # readers expect it first
_DATE = (1980, 1, 1, 0, 0, 0)


def rewritten(data: bytes) -> bytes:
    """Return the archive with its parts in order of name and without a clock."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in sorted(before.namelist(), key=lambda name: (name != _TYPES, name)):
            entry = zipfile.ZipInfo(name, _DATE)
            entry.external_attr = 0o600 << 16
            # a picture is compressed already
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            after.writestr(entry, before.read(name))
    return out.getvalue()
