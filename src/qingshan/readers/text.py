"""Text files: in flow bytes, out flow the characters they encode and the name of that encoding.

Decoding is strict and never repairs: a byte order mark stays as U+FEFF, no line end is translated, and what cannot be
decided is asked. Raw offsets count in the text returned here.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cache

from qingshan.model import InputError, Problem, nearest

_PLAUSIBLE = 0.5  # share of common characters below which a decoding is taken for chance
_CLEAR = 0.66  # share above which a decoding is Chinese, not Korean read as if it were
_CLOSE = 0.12  # two decodings nearer to each other than this are a question for a person
_SAMPLE = 200_000  # characters judged; more say nothing new
MAX_BYTES = 50_000_000  # of the file as received: twenty million characters of Chinese
_MOST_CONTROLS = 0.01  # of a text; more is a binary file

_CONTROLS = re.compile(r"[\x01-\x08\x0b\x0e-\x19\x1c-\x1f\x7f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_WEB_PAGE = re.compile(rb"\s*(?:<\?xml[^>]{0,200}>\s*)?<(?:!doctype\s+html|html|head)\b", re.I)
_WEB_ARCHIVE = re.compile(rb"\s*(?:MIME-Version|From|Content-Type):", re.I)
_HEAD = 4096  # bytes that say what a file is
_KNOWN = ("utf-8", "utf-16", "gb18030", "gbk", "gb2312", "big5", "big5hkscs", "cp950")

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = (
    (b"%PDF", "a PDF file", "Register it as a .pdf source, or export its text."),
    (b"PK\x03\x04", "a zip file, as .docx, .xlsx and .epub are", "Give it the ending that it is: .docx, .xlsx."),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "an old Office file (.doc, .xls, .wps)",
        "Open it and save it as .docx or .xlsx.",
    ),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture", "Give the text that the picture shows, not the picture."),
    (b"\xff\xd8\xff", "a JPEG picture", "Give the text that the picture shows, not the picture."),
    (b"GIF8", "a GIF picture", "Give the text that the picture shows, not the picture."),
    (b"\x1f\x8b", "a gzip file", "Unpack it first."),
    (b"Rar!", "a RAR archive", "Unpack it first."),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "Unpack it first."),
    (b"{\\rtf", "an RTF document", "Save it as plain text (UTF-8)."),
)
_ASK = "Say how it is encoded: --encoding gb18030, --encoding big5, or another."


@dataclass(frozen=True, slots=True)
class Decoded:
    """The raw text of a file and the encoding that gave it; decoding again with that encoding gives the same text."""

    text: str
    encoding: str


def decode(data: bytes, *, where: str, encoding: str = "") -> Decoded:
    """Decode a text file strictly.

    A byte order mark decides; else UTF-8; else GB18030 or Big5, whichever reads as more common Chinese.

    Parameters
    ----------
    data
        The bytes as received.
    where
        Name of the file, for messages.
    encoding
        Name of a Python codec, when a person knows it; '' to find out.

    Raises
    ------
    InputError
        The file is empty, too large or binary, its bytes do not fit the encoding, the encoding is unknown, or none fits
        clearly.
    """
    _refuse_magic(data, where)
    if len(data) > MAX_BYTES:
        most = f"a text of at most {MAX_BYTES // 10**6} MB"
        raise _problem(where, f"{len(data)} bytes", most, "Give only the part that is needed.")
    decoded = _decode_as(data, encoding, where) if encoding else _find_encoding(data, where)
    if not decoded.text.strip("\ufeff").strip():
        raise _problem(where, "an empty file", "a text", "Check that the file was saved, and give it again.")
    _refuse_controls(decoded, where)
    return decoded


def _problem(where: str, found: str, expected: str, remedy: str) -> InputError:
    return InputError(Problem(where, found, expected, remedy))


def known_kind(data: bytes) -> str:
    """Return what kind of file these bytes are, as far as their beginning says it: "a PDF file"; else ''."""
    start = data[:_HEAD].removeprefix(codecs.BOM_UTF8)
    if _WEB_PAGE.match(start):
        return "a web page (.html)"
    if _WEB_ARCHIVE.match(start):
        return "a web page with its pictures (.mht)"
    return next((name for magic, name, _ in _MAGIC if data.startswith(magic)), "")


def _refuse_magic(data: bytes, where: str) -> None:
    for magic, name, remedy in _MAGIC:
        if data.startswith(magic):
            raise _problem(where, name, "a text file", remedy)


def _refuse_controls(decoded: Decoded, where: str) -> None:
    """Refuse what decodes and still is no text."""
    text = decoded.text
    if "\0" in text:
        utf16 = "If it is UTF-16 without a byte order mark, say --encoding utf-16-le or utf-16-be."
        at = text.index("\0")
        raise _problem(where, f"a binary file (a NUL character at {at})", "a text file", utf16)
    controls = sum(1 for _ in _CONTROLS.finditer(text))
    if controls > _MOST_CONTROLS * len(text):
        found = f"a binary file ({controls} control characters among {len(text)})"
        raise _problem(where, found, "a text file", "Export the text of the document and give that.")


def _decode_as(data: bytes, encoding: str, where: str) -> Decoded:
    """Decode with the encoding a person named; a byte order mark stays in the text."""
    name = _codec_name(encoding, where)
    if name == "utf-16":
        marked = [codec for mark, codec in _BYTE_ORDER_MARKS if data.startswith(mark) and codec.startswith("utf-16")]
        if not marked:
            remedy = "Say --encoding utf-16-le or --encoding utf-16-be."
            raise _problem(where, "no byte order mark", "one at the start, as utf-16 has it", remedy)
        name = marked[0]
    try:
        text = data.decode("utf-8" if name == "utf-8-sig" else name)
    except UnicodeDecodeError as error:
        found = f"bytes {data[error.start : error.start + 4].hex(' ')} at byte {error.start}"
        remedy = "Leave --encoding out to have it found, or name another."
        raise _problem(where, found, f"text in {encoding}", remedy) from error
    except UnicodeError as error:
        raise _problem(where, f"bytes that are not {encoding}", f"text in {encoding}", _ASK) from error
    lone = _SURROGATES.search(text)
    if lone:
        raise _problem(where, f"half a character at {lone.start()} of the text", f"text in {encoding}", _ASK)
    return Decoded(text, name)


def _codec_name(encoding: str, where: str) -> str:
    """Return Python's own name of a text encoding."""
    try:
        name = codecs.lookup(encoding).name
        "".encode(name)  # a codec that is not for text refuses
    except (LookupError, ValueError):
        hint = nearest(encoding.lower(), _KNOWN)
        expected = "the name of a text encoding such as " + ", ".join(_KNOWN[:6])
        raise _problem(
            where, f"encoding {encoding!r}{hint}", expected, "Correct --encoding, or leave it out."
        ) from None
    return {"utf_8_sig": "utf-8-sig"}.get(name, name)


def _find_encoding(data: bytes, where: str) -> Decoded:
    for mark, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decode_as(data, name, where)
    text = _try(data, "utf-8")
    if text is not None:
        return Decoded(text, "utf-8")
    if b"\0" in data:
        remedy = "Export the text; if it is UTF-16 without a byte order mark, say --encoding utf-16-le or utf-16-be."
        raise _problem(where, f"a binary file (a NUL byte at {data.index(0)})", "a text file", remedy)
    return _rank_chinese(data, where)


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _rank_chinese(data: bytes, where: str) -> Decoded:
    """Choose between GB18030 and Big5 by how common the characters are that each gives."""
    tried = [(name, _try(data, name)) for name in ("gb18030", "big5", "cp950")]
    if tried[1][1] is not None:
        tried.pop()  # cp950 is Big5 with a few characters more, 裏 among them: only for what Big5 lacks
    ranked = sorted(((_commonness(text), name, text) for name, text in tried if text is not None), reverse=True)
    plausible = [entry for entry in ranked if entry[0] >= _PLAUSIBLE]
    if not plausible:
        expected = "text in UTF-8, UTF-16 with a byte order mark, GB18030 or Big5"
        raise _problem(where, "bytes that no usual encoding reads as Chinese", expected, _ASK)
    rival = plausible[1][0] if len(plausible) > 1 else 0.0
    if plausible[0][0] < _CLEAR or plausible[0][0] - rival < _CLOSE:
        shown = " and ".join(f"{name} ({score:.0%} common)" for score, name, _ in plausible[:2])
        raise _problem(where, f"text that reads in {shown}", "one clear encoding", _ASK)
    return Decoded(plausible[0][2], plausible[0][1])


@cache
def _common() -> tuple[frozenset[str], frozenset[str]]:
    """Return the commonest characters in both scripts, and the first-level characters of GB 2312 and Big5.

    GB 2312 orders 3,755 simplified characters in rows B0 to D7, Big5 5,401 traditional ones from A440 to C67E.
    """
    gb = bytes(byte for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF) for byte in (row, cell))
    cells = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    big5 = bytes(byte for row in range(0xA4, 0xC7) for cell in cells for byte in (row, cell))
    first_level = frozenset(gb.decode("gb2312", "ignore") + big5.decode("big5", "ignore")[:5401])
    commonest = (
        "的一是在不了有和人这這中大为為上个個国國我以要他时時来來用们們生到作地于於出就分对對成会會可主发發年动動同工"
        "也能下过過子说說产產种種面而方后後多定行学學法所民得经經十三之进進着著等部度家电電力里裡如水化高自二理起小"
        "物现現实實加量都两兩体體制机機当當使点點从從业業本去把性好应應开開它合还還因由其些然前外天政四日那社义義事"
        "平形相全表间間样樣与與关關各重新线線内內数數正心反你明看原又么麼利比或但质質气氣第向道命此变變条條只没沒结結"
        "解问問意建月公无無系係军軍很情者最立代想已通并並提直题題党黨程展五果料象员員革位入常文总總次品式活设設及管"
        "特件长長求老头頭基资資边邊流路级級少图圖山统統接知较較将將组組见見计計别別她手角期根论論运運农農指几幾九区區"
        "强強放决決西被干做必战戰先回则則任取据據处處队隊南给給色光门門即保治北造百规規热熱领領七海口东東导導器压壓志省市县縣州"
        "，。、；：！？（）《》“”‘’—…　０１２３４５６７８９％"
    )
    return frozenset(commonest), first_level


def _commonness(text: str) -> float:
    """Return how common the characters beyond ASCII are: 1 for the commonest, 0.6 for common ones, 0 for the rest."""
    commonest, first_level = _common()
    beyond = [char for char in text[:_SAMPLE] if char > "\x7f"]
    score = sum(1.0 if char in commonest else 0.6 for char in beyond if char in commonest or char in first_level)
    return score / len(beyond) if beyond else 0.0
