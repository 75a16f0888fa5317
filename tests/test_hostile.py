"""Hostile and broken files given to whole commands: one message and exit 2, or figures; never a traceback.

`qingshan add` and `qingshan extract` are run on each file of the table; on a refusal the workspace is compared, file by
file, with what it was. What promises bounded memory and time runs in a process of its own that has no more.
"""

import csv
import io
import os
import re
import subprocess
import sys
import unicodedata
import zipfile
import zlib

import pytest

from qingshan.cli import main

SENTENCE = "2023年全市森林覆盖率为24.02%，自然保护地约占18%。"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(400)
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
LAUGHS = '<!DOCTYPE x [<!ENTITY a0 "哈哈哈哈哈哈哈哈哈哈">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 11)
)
FETCHES = '<!DOCTYPE x [<!ENTITY a10 SYSTEM "file:///etc/hostname">'
OUTSIDE_DTD = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd" [<!ENTITY % p SYSTEM "file:///etc/passwd">'


# ---------------------------------------------------------------- files


def packed(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return out.getvalue()


def word(body=None, before="", more=None):
    """Return a Word file of one paragraph, or of `body`; `before` stands before its root element."""
    body = f"<w:p><w:r><w:t>{SENTENCE}</w:t></w:r></w:p>" if body is None else body
    members = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r" Type="{LINKS}/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'{before}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>',
    }
    return packed(members | (more or {}))


def book(rows=None, before="", more=None):
    """Return a workbook of one sheet with two columns; `before` stands before the sheet's root element."""
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>{a}</t></is></c>{b}</row>' for n, a, b in (
        (1, "城市", '<c r="B1" t="inlineStr"><is><t>优良天数比例（%）</t></is></c>'), (2, "太原", '<c r="B2"><v>84.5</v></c>'),
        (3, "大同", '<c r="B3"><v>91.5</v></c>'))) if rows is None else rows  # fmt: skip
    relation = f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r" Type="{LINKS}/%s" Target="%s"/></Relationships>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    members = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/'
        'vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}.worksheet+xml"/></Types>',
        "_rels/.rels": relation % ("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{SHEET}" xmlns:r="{LINKS}"><sheets><sheet name="表" sheetId="1" r:id="r"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relation % ("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": f'{before}<worksheet xmlns="{SHEET}"><sheetData>{rows}</sheetData></worksheet>',
    }
    return packed(members | (more or {}))


def many_rows(number):
    """Return a workbook whose sheet has that many rows of two numbers, packed piece by piece."""
    out = io.BytesIO(book(rows=""))
    with zipfile.ZipFile(out) as archive:
        members = {name: archive.read(name) for name in archive.namelist() if "sheet1" not in name}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w") as handle:
            handle.write(f'<worksheet xmlns="{SHEET}"><sheetData>'.encode())
            handle.write(
                '<row r="1"><c t="inlineStr"><is><t>编号</t></is></c><c t="inlineStr"><is><t>排放量（吨）</t></is></c></row>'.encode()
            )
            for start in range(2, number, 50_000):
                rows = range(start, min(start + 50_000, number + 1))
                handle.write(
                    "".join(
                        f'<row r="{n}"><c><v>{n}</v></c><c><v>{n * 7919 % 10007}</v></c></row>' for n in rows
                    ).encode()
                )
            handle.write(b"</sheetData></worksheet>")
    return out.getvalue()


def pdf(*contents, resources=b"", more=(), trailer=b""):
    """Return a PDF of Latin pages with these contents; object 3 is the font, `more` comes after it."""
    first = 4 + len(more)
    pages = [first + 2 * n for n in range(len(contents))]
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>%s>>>>"
        % (b" ".join(b"%d 0 R" % page for page in pages), len(pages), resources),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *more,
    ]
    for page, content in zip(pages, contents, strict=True):
        objects += [b"<</Type/Page/Parent 2 0 R/Contents %d 0 R>>" % (page + 1), stream(content)]
    out, places = b"%PDF-1.7\n", []
    parts = [out]
    length = len(out)
    for number, body in enumerate(objects, 1):
        places.append(length)
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        length += len(parts[-1])
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, length)
    return b"".join((*parts, table, end))


def stream(content, more=b""):
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (more, len(content), content)


PAGE = b"BT /F 12 Tf 100 700 Td (The forest cover rate was 85.5 % in 2023.) Tj ET"
PICTURE = stream(
    b"\x80" * 100, b"/Type/XObject/Subtype/Image/Width 10/Height 10/ColorSpace/DeviceGray/BitsPerComponent 8"
)
LOCK = b"<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (b"11" * 32, b"22" * 32)


def locked_pdf():
    return pdf(PAGE, more=(LOCK,), trailer=b"/Encrypt 4 0 R/ID[<00><00>]")


def scanned_pdf():
    return pdf(*[b"q 595 0 0 842 0 0 cm /I Do Q"] * 3, resources=b"/XObject<</I 4 0 R>>", more=(PICTURE,))


def swelling(kind):
    """Return a package with a member of 400 MB that packs to 400 KB."""
    out = io.BytesIO(word() if kind == "docx" else book())
    with (
        zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/media/a.xml" if kind == "docx" else "xl/media/a.xml", "w", force_zip64=True) as handle,
    ):
        for _ in range(400):
            handle.write(b" " * 1_000_000)
    return out.getvalue()


def nested(kind):
    """Return a package that holds packages within packages, each of ten copies of the next."""
    inner = packed({"0.bin": b"\0" * 10_000_000})
    for _ in range(4):
        inner = packed({f"{n}.zip": inner for n in range(10)}, zipfile.ZIP_STORED)[:30_000_000]
        inner = packed({"all.zip": inner})
    folder = "word" if kind == "docx" else "xl"
    more = {f"{folder}/embeddings/a.zip": inner}
    return word(more=more) if kind == "docx" else book(more=more)


def half_entry(data, old, new):
    """Return an archive with one member renamed in place, in both of its entries."""
    assert (data.count(old), len(old)) == (2, len(new))
    return data.replace(old, new)


# name -> (file name, how its bytes are made, what the one message says); the messages name file, finding and remedy
REFUSED = {
    "docx: swells": ("a.docx", lambda: swelling("docx"), "that swells"),
    "xlsx: swells": ("a.xlsx", lambda: swelling("xlsx"), "that swells"),
    "docx: many members": ("a.docx", lambda: word(more={f"word/m{n}.xml": "" for n in range(6_000)}), "members"),
    "xlsx: many members": ("a.xlsx", lambda: book(more={f"xl/m{n}.xml": "" for n in range(6_000)}), "members"),
    "docx: billion laughs": ("a.docx", lambda: word("<w:p><w:r><w:t>&a10;</w:t></w:r></w:p>", f"{LAUGHS}]>"), "a document type"),
    "xlsx: billion laughs": ("a.xlsx", lambda: book('<row r="1"><c r="A1" t="str"><v>&a10;</v></c></row>', f"{LAUGHS}]>"), "a document type"),
    "docx: external entity": ("a.docx", lambda: word("<w:p><w:r><w:t>&a10;</w:t></w:r></w:p>", f"{FETCHES}]>"), "a document type"),
    "xlsx: external entity": ("a.xlsx", lambda: book('<row r="1"><c r="A1" t="str"><v>&a10;</v></c></row>', f"{FETCHES}]>"), "a document type"),
    "docx: outside dtd": ("a.docx", lambda: word(None, f"{OUTSIDE_DTD}%p;]>"), "a document type"),
    "xlsx: outside dtd": ("a.xlsx", lambda: book(None, f"{OUTSIDE_DTD}%p;]>"), "a document type"),
    "docx: entities in utf-16": ("a.docx", lambda: word(more={"word/x.xml": f"{LAUGHS}]><x/>".encode("utf-16")}), "a document type"),
    "docx: entities in another part": ("a.docx", lambda: word(more={"word/footnotes.xml": f"{LAUGHS}]><x>&a10;</x>"}), "a document type"),
    **{
        f"{kind}: member {name!r}": (f"a.{kind}", lambda name=name, make=make: make({name: b"x"}), "a member named")
        for kind, make in (("docx", lambda more: word(more=more)), ("xlsx", lambda more: book(more=more)))
        for name in ("../a.txt", "/etc/a.txt", "C:\\a.txt", "word\\..\\..\\a.txt", "xl/../../a.txt", "\\\\host\\a")
    },
    "docx: cut": ("a.docx", lambda: word()[:-40], "cannot be read"),
    "xlsx: cut": ("a.xlsx", lambda: book()[: len(book()) // 2], "cannot be read"),
    "pdf: cut": ("a.pdf", lambda: pdf(PAGE)[:-30], "cut off"),
    "pdf: cut in the middle": ("a.pdf", lambda: pdf(*[PAGE] * 40)[:3000], "cut off"),
    "docx: a byte changed": ("a.docx", lambda: word().replace(b"PK\x03\x04", b"PK\x03\x05", 1), "expected a .docx"),
    "docx: a pdf": ("a.docx", lambda: pdf(PAGE), "a PDF file"),
    "docx: a workbook": ("a.docx", book, "a workbook (.xlsx)"),
    "docx: a web page": ("a.docx", lambda: f"<html><body>{SENTENCE}</body></html>".encode(), "a web page"),
    "docx: a picture": ("a.docx", lambda: JPEG, "a JPEG picture"),
    "xlsx: a document": ("a.xlsx", word, "a Word document (.docx)"),
    "xlsx: a csv": ("a.xlsx", lambda: "城市,值\n太原,1\n".encode(), "plain text"),
    "csv: a workbook": ("a.csv", book, "a zip file"),
    "txt: a document": ("a.txt", word, "a zip file"),
    "html: a pdf": ("a.html", lambda: pdf(PAGE), "a PDF file"),
    "md: an old document": ("a.md", lambda: OLE, "an old Office file"),
    "pdf: a web page": ("a.pdf", lambda: f"<!DOCTYPE html><html>{SENTENCE}</html>".encode(), "a web page"),
    "pdf: a picture": ("a.pdf", lambda: JPEG, "a JPEG picture"),
    "pdf: a document": ("a.pdf", word, "a zip file"),
    "docx: encrypted": ("a.docx", lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "a password-protected file"),
    "xlsx: encrypted": ("a.xlsx", lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "a password-protected file"),
    "pdf: encrypted": ("a.pdf", locked_pdf, "an encrypted PDF"),
    "pdf: scanned": ("a.pdf", scanned_pdf, "no text layer"),
    "pdf: a bomb": ("a.pdf", lambda: pdf(PAGE).replace(stream(PAGE), stream(zlib.compress(zlib.compress(b" " * 900_000_000, 1), 9), b"/Filter[/FlateDecode/FlateDecode]")), "a PDF"),
    "doc": ("a.doc", lambda: OLE + "WordDocument".encode("utf-16-le"), "an old Office file"),
    "wps": ("a.wps", lambda: OLE, "an old Office file"),
    "xls": ("a.xls", lambda: OLE, "an old Office file"),
    "jpg": ("a.jpg", lambda: JPEG, "a JPEG picture"),
    "rtf": ("a.rtf", lambda: rb"{\rtf1\ansi 85.5}", "an RTF document"),
    "zip": ("a.zip", lambda: packed({"a.txt": SENTENCE}), "a zip file"),
    "no ending: binary": ("a", lambda: bytes(range(256)) * 9, "found"),
    "empty text": ("a.txt", lambda: b"", "an empty file"),
    "only a byte order mark": ("a.txt", lambda: b"\xef\xbb\xbf", "an empty file"),
    "only spaces": ("a.md", lambda: b" \n\t\n" * 99, "an empty file"),
    "empty csv": ("a.csv", lambda: b"", "an empty file"),
    "empty html": ("a.html", lambda: b"", "an empty file"),
    "empty pdf": ("a.pdf", lambda: b"", "an empty file"),
    "empty docx": ("a.docx", lambda: b"", "an empty file"),
    "empty xlsx": ("a.xlsx", lambda: b"", "an empty file"),
    "a document without words": ("a.docx", lambda: word(""), "a document without text"),
    "NUL": ("a.txt", lambda: SENTENCE.encode() + b"\0" + SENTENCE.encode(), "a NUL character"),
    "control characters": ("a.txt", lambda: b"\x01\x02\x03" * 40 + SENTENCE.encode(), "control characters"),
    "a lone surrogate": ("a.txt", lambda: f"{SENTENCE}\ud800{SENTENCE}".encode("utf-8", "surrogatepass"), "found"),
    "a cut character": ("a.txt", lambda: SENTENCE.encode()[:-1], "found"),
    "utf-16 without a mark": ("a.txt", lambda: SENTENCE.encode("utf-16-le"), "found"),
    "half of utf-16": ("a.txt", lambda: b"\xff\xfe" + SENTENCE.encode("utf-16-le")[:-1], "found"),
    "an open quote in a table": ("a.csv", lambda: '城市,值\n"太原,1\n大同,2\n'.encode(), "found"),
}  # fmt: skip

MARK = "\u0301"
LINE = SENTENCE * 12_000  # a line of 1 MB in UTF-8
# name -> (file name, how its bytes are made, texts that must be figures)
READ = {
    "a member with NUL in its name": ("a.docx", lambda: half_entry(word(more={"word/xNx.xml": "x"}), b"word/xNx.xml", b"word/x\0x.xml"), ["24.02%", "18%"]),
    "docx: packages in packages": ("a.docx", lambda: nested("docx"), ["24.02%", "18%"]),
    "xlsx: packages in packages": ("a.xlsx", lambda: nested("xlsx"), ["84.5", "91.5"]),
    "a byte order mark in the middle": ("a.txt", lambda: f"{SENTENCE}\ufeff\n\ufeff{SENTENCE}".encode(), ["24.02%", "18%"] * 2),
    "bidi controls": ("a.txt", lambda: f"\u202e{SENTENCE}\u202c\u2066\u2069\u200f".encode(), ["24.02%", "18%"]),
    "full-width digits": ("a.txt", lambda: "森林覆盖率为２４．０２％，优良天数３５０天。".encode(), ["２４．０２％", "３５０天"]),
    "digits in circles": ("a.txt", lambda: f"①{SENTENCE}②水质③优良比例为85.5%。".encode(), ["24.02%", "18%", "85.5%"]),
    "combining marks": ("a.txt", lambda: unicodedata.normalize("NFD", f"é{SENTENCE}").encode(), ["24.02%", "18%"]),
    "marks upon digits": ("a.txt", lambda: f"占1{MARK}8{MARK}%。{SENTENCE}{MARK * 5000}".encode(), None),
    "a line of a megabyte": ("a.txt", lambda: LINE.encode(), ["24.02%", "18%"] * 12_000),
    "a hundred thousand nines": ("a.txt", lambda: b"9" * 100_000 + SENTENCE.encode(), None),
    "brackets in brackets": ("a.txt", lambda: ("（" * 50_000 + SENTENCE + "）" * 50_000).encode(), None),
    "a number of huge power": ("a.txt", lambda: f"共1e400吨，NaN吨，Infinity吨，0x1F吨。{SENTENCE}".encode(), None),
    "gb18030": ("a.txt", lambda: (SENTENCE * 9).encode("gb18030"), ["24.02%", "18%"] * 9),
    "big5": ("a.txt", lambda: ("2023年全市森林覆蓋率為24.02%，自然保護地約佔18%。" * 9).encode("big5"), ["24.02%", "18%"] * 9),
    "utf-16": ("a.txt", lambda: SENTENCE.encode("utf-16"), ["24.02%", "18%"]),
    "line ends of all kinds": ("a.txt", lambda: f"{SENTENCE}\r{SENTENCE}\r\n{SENTENCE}\u2028{SENTENCE}\x85".encode(), ["24.02%", "18%"] * 4),
    "a sheet without cells": ("a.xlsx", lambda: book(rows=""), []),
    "markup that never ends": ("a.html", lambda: ("<html><table><tr><td>" * 3_000 + SENTENCE).encode(), None),
    "entities in a page": ("a.html", lambda: f"<html><!DOCTYPE x [<!ENTITY a 'b'>]><p>&a;&#0;&#xD800;&#99999999;{SENTENCE}</p>".encode(), ["24.02%", "18%"]),
    "a script in a page": ("a.html", lambda: f"<html><script>alert('85.5%')</script><p onload='x()'>{SENTENCE}</p>".encode(), ["24.02%", "18%"]),
    "a web page under the name of a table": ("a.csv", lambda: f"<html><body><p>{SENTENCE}</p></body></html>".encode(), ["24.02%", "18%"]),
    "formulas in a table": ("a.csv", lambda: "城市,优良天数比例（%）\n=cmd|' /C calc'!A0,84.5\n+太原,91.5\n@大同,90.5\n".encode(), ["84.5", "91.5", "90.5"]),
}  # fmt: skip


# ---------------------------------------------------------------- the commands


@pytest.fixture
def qingshan(workspace, capsys, monkeypatch):
    monkeypatch.chdir(workspace.root)

    def run(*arguments):
        code = main(list(arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return run


ONE_MESSAGE = re.compile(r"qingshan: (?P<where>[^\n]+?): found [^\n]+, expected [^\n]+\. [^\n]+\.\n")


def tree(folder):
    """Return every file, folder and link below a folder with its content."""
    return {
        path.relative_to(folder).as_posix(): path.readlink()
        if path.is_symlink()
        else path.is_file() and path.read_bytes()
        for path in sorted(folder.rglob("*"))
    }


def added(file, source_id="a"):
    return [
        "add",
        str(file),
        "--edition",
        "2023",
        "--id",
        source_id,
        "--title",
        "t",
        "--publisher",
        "p",
        "--area",
        "全国",
    ]


@pytest.mark.parametrize("what", REFUSED)
def test_a_refused_file_is_one_message_and_changes_nothing(qingshan, workspace, tmp_path, what):
    name, make, said = REFUSED[what]
    file = tmp_path / name
    file.write_bytes(make())
    before = tree(tmp_path)
    for command in (
        ["extract", str(file)],
        ["extract", str(file), "--out", str(workspace.root / "out.csv")],
        added(file),
    ):
        code, out, err = qingshan(*command)
        assert (code, out) == (2, ""), command[0]
        assert (message := ONE_MESSAGE.fullmatch(err)), err
        assert message["where"].startswith(name)
        assert said in err
    assert tree(tmp_path) == before


@pytest.mark.parametrize("what", READ)
def test_a_strange_file_gives_figures_at_their_offsets(qingshan, workspace, tmp_path, what):
    name, make, texts = READ[what]
    file = tmp_path / name
    file.write_bytes(make())
    code, out, err = qingshan("extract", str(file), "--year", "2023")
    assert (code, err) == (0, "")
    figures = list(csv.DictReader(io.StringIO(out)))
    if texts is not None:
        assert [figure["text"] for figure in figures] == texts
    code, _, err = qingshan(*added(file))
    assert (code, err) == (0, "")
    assert (workspace.source_folder("2023", "a") / name).read_bytes() == file.read_bytes()


# ---------------------------------------------------------------- names


BAD_IDS = [
    "",
    ".",
    "..",
    "../a",
    "/etc",
    "a/b",
    "a\\b",
    "C:\\a",
    "A",
    " a",
    "a ",
    "a\n",
    "a\0",
    "-" * 3,
    ".a",
    "é",
    "a" * 65,
    "山",
    "a:b",
    "source.yml/..",
]
BAD_EDITIONS = [
    "..",
    "../2023",
    "2023/..",
    "/2023",
    "2023/a",
    "1999",
    "2101",
    "2023 ",
    "2023\n",
    "２０２３",
    "2023-r0",
    "",
    "2023\0",
]


@pytest.mark.parametrize("source_id", BAD_IDS)
def test_an_id_names_no_other_place(qingshan, workspace, tmp_path, source_id):
    (file := tmp_path / "a.txt").write_text(SENTENCE, encoding="utf-8")
    before = tree(tmp_path)
    command = added(file)
    code, out, err = qingshan(*command[:4], f"--id={source_id}", *command[6:])
    assert (code, out) == (2, "")
    assert ONE_MESSAGE.fullmatch(err)["where"] == "--id"
    assert tree(tmp_path) == before


@pytest.mark.parametrize("edition", BAD_EDITIONS)
def test_an_edition_names_no_other_place(qingshan, workspace, tmp_path, edition):
    (file := tmp_path / "a.txt").write_text(SENTENCE, encoding="utf-8")
    before = tree(tmp_path)
    command = added(file)
    code, out, err = qingshan(*command[:2], f"--edition={edition}", *command[4:])
    assert (code, out) == (2, "")
    assert ONE_MESSAGE.fullmatch(err)["where"] == "--edition"
    assert tree(tmp_path) == before


# names that a file may have, though not everywhere; each stays inside the source's folder
GOOD_NAMES = ["..txt", "...", "a..txt", "CON", "nul.txt", "aux.csv", "a:b.txt", "a\n.txt", "\u202etxt.exe", " a .txt", "~a.txt", "-a.txt",
              "$(touch x).txt", "%2e%2e%2fa.txt", "公报（终稿）.txt", "a" * 251 + ".txt", "..．．.txt", "\x1b[31ma.txt"]  # fmt: skip
BAD_NAMES = ["a\\b.txt", "..\\..\\a.txt", "source.yml", "Source.YML", "C:\\a.txt"]


@pytest.mark.parametrize("name", GOOD_NAMES)
def test_a_strange_file_name_stays_in_its_folder(qingshan, workspace, tmp_path, name):
    file = tmp_path / "given" / name
    file.parent.mkdir()
    text = SENTENCE if not name.endswith("csv") else f"城市,值\n太原,{SENTENCE}\n"
    try:
        file.write_text(text, encoding="utf-8")
    except OSError:
        pytest.skip("this file system has no such name")
    before = tree(tmp_path)
    code, out, err = qingshan(*added(file))
    if code:
        assert code == 2
        assert ONE_MESSAGE.fullmatch(err)
        assert tree(tmp_path) == before
        return
    assert err == ""
    assert all(line.isprintable() for line in out[:-1].split("\n"))
    assert len(out.splitlines()) == 1 + name.endswith("csv")  # a line more tells that its columns have no names
    new = set(tree(tmp_path)) - set(before)
    assert new == {"ws/data/raw/2023", "ws/data/raw/2023/edition.yml", "ws/data/raw/2023/a", f"ws/data/raw/2023/a/{name}",
                   "ws/data/raw/2023/a/source.yml"}  # fmt: skip
    assert qingshan("sources", "2023")[0] == 0


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_file_name_that_is_a_path_elsewhere_is_refused(qingshan, workspace, tmp_path, name):
    (file := tmp_path / name).write_text(SENTENCE, encoding="utf-8")
    before = tree(tmp_path)
    code, out, err = qingshan(*added(file))
    assert (code, out) == (2, "")
    assert ONE_MESSAGE.fullmatch(err)
    assert tree(tmp_path) == before


@pytest.mark.parametrize("place", ["data/raw/2023", "data/raw/2023/a"])
def test_a_folder_that_is_a_link_outside_takes_no_source(qingshan, workspace, tmp_path, place):
    outside = tmp_path / "outside"
    outside.mkdir()
    (file := tmp_path / "a.txt").write_text(SENTENCE, encoding="utf-8")
    link = workspace.root / place
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(outside)
    before = tree(outside)
    code, out, err = qingshan(*added(file))
    assert (code, out) == (2, "")
    assert ONE_MESSAGE.fullmatch(err)
    assert tree(outside) == before


def test_a_link_that_is_given_is_copied_and_not_kept(qingshan, workspace, tmp_path):
    (tmp_path / "real.txt").write_text(SENTENCE, encoding="utf-8")
    (link := tmp_path / "a.txt").symlink_to("real.txt")
    assert qingshan(*added(link))[0] == 0
    stored = workspace.source_folder("2023", "a") / "a.txt"
    assert not stored.is_symlink()
    assert stored.read_text(encoding="utf-8") == SENTENCE


def test_what_may_never_end_is_refused(qingshan, workspace, tmp_path):
    os.mkfifo(tmp_path / "pipe.txt")
    with (tmp_path / "huge.txt").open("wb") as handle:
        handle.truncate(3_000_000_000)  # a hole: it takes no place on the disk
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    for given, said in (("/dev/zero", "a pipe or a device"), (tmp_path / "pipe.txt", "a pipe or a device"),
                        (tmp_path / "huge.txt", "3000000000 bytes"), (tmp_path / "loop.txt", "found "),
                        (f"{tmp_path}/a\0.txt", "a name that no file can have")):  # fmt: skip
        for command in (["extract", str(given)], added(given)):
            code, out, err = qingshan(*command)
            assert (code, out) == (2, "")
            assert ONE_MESSAGE.fullmatch(err), err
            assert said in err
    assert not workspace.raw("2023").exists()


# ---------------------------------------------------------------- memory and time


MEMORY = 3_500_000_000  # bytes of address space
BOUNDED = f"""
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, resource.getrlimit(resource.RLIMIT_AS)[1]))
from qingshan.cli import main
sys.exit(main(sys.argv[1:]))
"""


def bounded(*arguments, seconds=120):
    """Run a command with that much memory and time; return exit code, output and messages."""
    done = subprocess.run(
        [sys.executable, "-c", BOUNDED, *arguments], capture_output=True, text=True, timeout=seconds, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr[-600:]
    return done.returncode, done.stdout, done.stderr


# what -> (file name, how its bytes are made, what the message says; None where it is read)
LARGE = {
    "a sheet of a million rows": ("a.xlsx", lambda: many_rows(1_000_000), "more than 1200000 cells"),
    "a table of a million rows": ("a.csv", lambda: "编号,排放量（吨）\n".encode() + b"1,2\n" * 1_000_000, "more than 1200000 cells"),
    "a pdf of 2,000 pages": ("a.pdf", lambda: pdf(*[PAGE] * 2_000), None),
    "a pdf of 20,000 pages": ("a.pdf", lambda: pdf(*[PAGE] * 20_000), "20000 pages, expected at most 3000"),
    "half a million numbers": ("a.txt", lambda: "甲地排放3吨，".encode() * 500_000, "500000 numbers, expected at most 300000"),
    "a text of 60 MB": ("a.txt", lambda: SENTENCE.encode() * 900_000, "expected a text of at most 50 MB"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("what", LARGE)
def test_large_files_take_bounded_memory_and_time(workspace, tmp_path, what):
    name, make, said = LARGE[what]
    (file := tmp_path / name).write_bytes(make())
    code, out, err = bounded("--workspace", str(workspace.root), "extract", str(file))
    if said is None:
        assert (code, err) == (0, "")
        figures = list(csv.DictReader(io.StringIO(out)))
        assert [figure["text"] for figure in figures] == ["85.5 %"] * 2_000
        assert figures[-1]["locator"] == "page 2000"
    else:
        assert (code, out) == (2, "")
        assert ONE_MESSAGE.fullmatch(err), err
        assert said in err
