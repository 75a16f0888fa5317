"""Zip packages, as workbooks and Word files are: refuses what is another kind of file, protected, damaged or a bomb.

Every member is unpacked once, in pieces, and counted: no size that the archive declares is believed.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass

from qingshan.model import InputError, Problem
from qingshan.readers.text import known_kind

MAX_BYTES = 50_000_000  # of the file as received
MAX_INFLATED = 300_000_000  # of all members together
MAX_RATIO = 200  # of a member beyond 1 MB; sheets of numbers and Word's text compress 5 to 30 times
MAX_MEMBERS = 5_000

_ZIP = b"PK\x03\x04"
_ENTRY = b"PK\x01\x02"  # begins each entry of a zip's list of members
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of old Office files, and of protected new ones
_PROTECTED = "EncryptedPackage".encode("utf-16-le")
_OUTSIDE = re.compile(r"[/\\]|[A-Za-z]:|(?:.*[/\\])?\.\.(?:[/\\]|$)", re.S)  # a member's name that leaves its archive
_XML = (".xml", ".rels", ".vml")
_DEFINES = re.compile(rb"<!(?:DOCTYPE|ENTITY)|<\0!\0(?:D\0O\0C\0|E\0N\0T\0)", re.I)
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, KeyError, IndexError, ValueError, TypeError, AttributeError,
    NotImplementedError, RuntimeError, OverflowError, OSError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that is a zip package, as messages name it.

    Parameters
    ----------
    name
        What is expected: "an .xlsx workbook".
    ending
        The file name's, with its point.
    program
        What a person opens it with.
    folder
        Where the members lie that make it this kind.
    """

    name: str
    ending: str
    program: str
    folder: str


WORKBOOK = Kind("an .xlsx workbook", ".xlsx", "a spreadsheet program", "xl/")
DOCUMENT = Kind("a .docx document", ".docx", "Word or WPS", "word/")

_PACKAGES = (  # a member's name begins so -> what the package is
    ("xl/workbook.bin", "a binary workbook (.xlsb)"),
    ("word/", "a Word document (.docx)"),
    ("xl/", "a workbook (.xlsx)"),
    ("ppt/", "a presentation (.pptx)"),
    ("META-INF/container.xml", "an e-book (.epub)"),
    ("META-INF/manifest.xml", "an OpenDocument file (.odt, .ods)"),
    ("mimetype", "an OpenDocument file (.odt, .ods)"),
    ("OFD.xml", "an OFD document"),
)


def check_archive(data: bytes, where: str, kind: Kind) -> None:
    """Refuse bytes that are no sound zip archive of a bearable size, or one that belongs to another kind of file.

    Parameters
    ----------
    data
        The file as received.
    where
        Its name, for messages.
    kind
        What it should be.

    Raises
    ------
    InputError
        Another kind of file, one protected by a password or damaged, or one that unpacks to too much.
    """
    if len(data) > MAX_BYTES:
        raise _too_much(where, f"{len(data)} bytes", kind)
    if not data.startswith(_ZIP):
        raise InputError(_other_file(data, where, kind))
    if data.count(_ENTRY) > 20 * MAX_MEMBERS:  # before zipfile makes an object of each; packages may hold packages
        raise _too_much(where, f"more than {MAX_MEMBERS} members", kind)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_members(archive, where, kind)
    except _BROKEN as error:
        raise InputError(
            Problem(where, f"a zip archive that cannot be read ({type(error).__name__})", kind.name,
                    f"Get it again, or open it in {kind.program} and save it as {kind.ending} again.")
        ) from error  # fmt: skip


def _check_members(archive: zipfile.ZipFile, where: str, kind: Kind) -> None:
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise _too_much(where, f"{len(members)} members", kind)
    for member in members:
        if _OUTSIDE.match(member.filename):
            raise InputError(Problem(where, f"a member named {member.filename[:60]!r}", "names inside the archive",
                                     f"Do not open it; ask its sender for {kind.name}."))  # fmt: skip
        if member.flag_bits & 1:
            raise InputError(_protected(where, kind))
    names = [member.filename for member in members]
    if not any(name.startswith(kind.folder) for name in names) or "xl/workbook.bin" in names:
        found = next((name for start, name in _PACKAGES if any(n.startswith(start) for n in names)), "a zip archive")
        raise InputError(_mislabelled(where, found, kind))
    total = 0
    for member in members:
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise NotImplementedError  # Office writes no other, and some want gigabytes to unpack
        size, seen = 0, b""
        is_xml = member.filename.lower().endswith(_XML)
        with archive.open(member) as handle:
            while piece := handle.read(1 << 16):
                size, total = size + len(piece), total + len(piece)
                if total > MAX_INFLATED or size > max(1_000_000, MAX_RATIO * member.compress_size):
                    raise _too_much(where, f"a member {member.filename[:60]!r} that swells", kind)
                if is_xml and _DEFINES.search(seen + piece):
                    raise InputError(_defines_entities(where, member.filename, kind))
                seen = piece[-32:]


def _defines_entities(where: str, member: str, kind: Kind) -> Problem:
    """Office writes no document type; one that is there defines entities that swell or fetch."""
    return Problem(where, f"a document type in {member[:60]!r}, which {kind.program} does not write", kind.name,
                   f"Do not open it; ask its sender for {kind.name}.")  # fmt: skip


def _other_file(data: bytes, where: str, kind: Kind) -> Problem:
    """Say what bytes are that begin no zip archive."""
    if not data.strip():
        return Problem(where, "an empty file", kind.name, "Check that the file was saved, and give it again.")
    if data.startswith(_OLE):
        if _PROTECTED in data:
            return _protected(where, kind)
        return Problem(where, "an old Office file (.doc, .xls or .wps)", kind.name,
                       f"Open it in {kind.program} and save it as {kind.ending}.")  # fmt: skip
    known = known_kind(data)
    if known:
        return _mislabelled(where, known, kind)
    if b"\0" not in data[:4096]:
        return _mislabelled(where, "plain text", kind)
    return Problem(where, "a file that begins as no such file does", kind.name,
                   f"Open it in {kind.program} and save it as {kind.ending}.")  # fmt: skip


def _protected(where: str, kind: Kind) -> Problem:
    return Problem(where, "a password-protected file", f"{kind.name} without a password",
                   f"Open it in {kind.program} with its password and save it without one.")  # fmt: skip


def _mislabelled(where: str, found: str, kind: Kind) -> Problem:
    return Problem(where, found, kind.name,
                   f"Give the file the ending that it is, or open it and save it as {kind.ending}.")  # fmt: skip


def _too_much(where: str, found: str, kind: Kind) -> InputError:
    expected = f"{kind.name} of at most {MAX_BYTES // 10**6} MB, {MAX_INFLATED // 10**6} MB unpacked"
    return InputError(Problem(where, found, expected, "Give only the part that is needed."))
