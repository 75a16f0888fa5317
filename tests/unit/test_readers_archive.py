"""Zip packages: each refusal names what the file is and what to do, for workbooks and Word files alike."""

import io
import struct
import zipfile

import pytest
from test_docx_support import archive

from qingshan.model import InputError
from qingshan.readers.archive import DOCUMENT, WORKBOOK, check_archive
from qingshan.readers.choose import read_source
from qingshan.readers.workbook import read_workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
WORD = archive({"word/document.xml": "<x/>"})
BOOK = archive({"xl/workbook.xml": "<x/>"})


@pytest.mark.parametrize(
    ("kind", "own", "other", "name"),
    [(DOCUMENT, WORD, BOOK, "a workbook (.xlsx)"), (WORKBOOK, BOOK, WORD, "a Word document (.docx)")],
    ids=["docx", "xlsx"],
)
def test_each_kind_refuses_the_other_and_says_what_it_is(kind, own, other, name):
    check_archive(own, "f", kind)
    for data, found, remedy in (
        (other, name, "ending"),
        (archive({"mimetype": "x", "META-INF/manifest.xml": "x"}), "an OpenDocument file (.odt, .ods)", "ending"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "a password-protected file", "without one"),
        (OLE, "an old Office file (.doc, .xls or .wps)", f"save it as {kind.ending}"),
        (b"%PDF-1.4", "a PDF file", kind.ending),
        (b" \n", "an empty file", "saved"),
    ):
        with pytest.raises(InputError) as caught:
            check_archive(data, "f", kind)
        (problem,) = caught.value.problems
        assert problem.found == found
        assert problem.expected.startswith(kind.name)
        assert remedy in problem.remedy


def test_the_workbook_reader_refuses_through_the_same_check():
    with pytest.raises(InputError, match="a Word document"):
        read_workbook(WORD, where="f.xlsx")
    with pytest.raises(InputError, match="password-protected"):
        read_workbook(OLE + "EncryptedPackage".encode("utf-16-le"), where="f.xlsx")


@pytest.mark.parametrize("name", ["../a", "a/../../b", "/a", "\\a", "C:\\a", "a\\..\\b"])
def test_names_that_leave_the_archive_are_refused(name):
    with pytest.raises(InputError, match="a member named"):
        check_archive(archive({"word/document.xml": "<x/>", name: "x"}), "f", DOCUMENT)


@pytest.mark.parametrize("name", ["word/a..b.xml", "word/..a", "[trash]/0000.dat", "word/media/图1.png"])
def test_names_that_only_look_like_it_are_not(name):
    check_archive(archive({"word/document.xml": "<x/>", name: "x"}), "f", DOCUMENT)


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_packings_that_office_does_not_write_are_refused(method):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as handle:
        handle.writestr("word/document.xml", "x" * 100)
    with pytest.raises(InputError, match="cannot be read"):
        check_archive(out.getvalue(), "f", DOCUMENT)


def test_declared_sizes_are_not_believed():
    data = bytearray(archive({"word/document.xml": "x" * 20_000_000}))
    small = struct.pack("<I", 1000)
    entry = data.index(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = data[22:26] = small
    with pytest.raises(InputError, match=r"swells|cannot be read"):
        check_archive(bytes(data), "f", DOCUMENT)


@pytest.mark.parametrize("name", ["f.doc", "f.wps", "f.txt"])
def test_old_office_files_are_told_what_to_do(name):
    with pytest.raises(InputError, match=r"old Office file.*save it as \.docx"):
        read_source(OLE, where=name, name=name)
