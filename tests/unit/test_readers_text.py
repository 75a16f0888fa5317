"""Decoding: what decides, what stays as it was, and what is refused with a message a person can act on."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingshan.model import InputError
from qingshan.readers.text import Decoded, decode

SIMPLIFIED = "全市空气质量优良天数比例为百分之八十七，比上年提高两个百分点。\r\n污水处理厂新建三座。\n"
TRADITIONAL = "全市空氣質量優良天數比例為百分之八十七，比上年提高兩個百分點。\r\n污水處理廠新建三座。\n"


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        (SIMPLIFIED.encode(), SIMPLIFIED, "utf-8"),
        (b"plain ascii 42\r\n", "plain ascii 42\r\n", "utf-8"),
        (codecs.BOM_UTF8 + "汉".encode(), "\ufeff汉", "utf-8-sig"),
        (codecs.BOM_UTF16_LE + "汉\r\n".encode("utf-16-le"), "\ufeff汉\r\n", "utf-16-le"),
        (codecs.BOM_UTF16_BE + "汉\r\n".encode("utf-16-be"), "\ufeff汉\r\n", "utf-16-be"),
        (SIMPLIFIED.encode("gb18030"), SIMPLIFIED, "gb18030"),
        (TRADITIONAL.encode("gb18030"), TRADITIONAL, "gb18030"),
        (TRADITIONAL.encode("big5"), TRADITIONAL, "big5"),
        ((TRADITIONAL + "裏").encode("cp950"), TRADITIONAL + "裏", "cp950"),
        ("2023年PM2.5为30微克".encode("gb18030"), "2023年PM2.5为30微克", "gb18030"),
        ("a\ufeffb\r\r\n\x0cc".encode(), "a\ufeffb\r\r\n\x0cc", "utf-8"),
    ],
)
def test_decides(data, text, encoding):
    assert decode(data, where="f.txt") == Decoded(text, encoding)
    assert decode(data, where="f.txt", encoding=encoding).text == text


@pytest.mark.parametrize(
    ("data", "encoding", "message"),
    [
        (b"", "", "an empty file"),
        (b" \r\n\t", "", "an empty file"),
        ("\u3000\n".encode("gb18030"), "gb18030", "an empty file"),
        (codecs.BOM_UTF8, "", "an empty file"),
        (b"%PDF-1.7\n...", "", "a PDF file"),
        (b"%PDF-1.7\n...", "latin-1", "a PDF file"),
        (b"PK\x03\x04....", "", "zip file, as .docx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1..", "", "old Office file"),
        (b"\x89PNG\r\n\x1a\n", "", "a PNG picture"),
        (b"\xff\xd8\xff\xe0..", "", "a JPEG picture"),
        (b"ab\0cd", "", "NUL character at 2"),
        (b"\xb1\xb1\0\xff", "", "NUL byte at 2"),
        ("汉字".encode("utf-16-le") + b"\0", "utf-8", "byte"),
        (b"\x01\x02\x03\x04text", "", "4 control characters"),
        ("环境".encode("gb18030"), "", "--encoding"),
        ("환경 보호 정책의 목표와 성과를 정리한 문서".encode("euc-kr"), "", "--encoding"),
        ("Le café était très agréable".encode("latin-1"), "", "no usual encoding"),
        ("環境省は大気汚染の対策を進めている".encode("shift_jis"), "", "no usual encoding"),
        (b"text", "gb18300", "did you mean 'gb18030'"),
        (b"text", "rot13", "name of a text encoding"),
        (b"text", "a\0b", "name of a text encoding"),
        ("汉字".encode("gb18030"), "utf-8", "at byte 0"),
        (b"\\ud800", "unicode_escape", "half a character"),
        (b"text", "utf-16", "no byte order mark"),
        (b"\xff\xfea", "", "at byte 2"),
    ],
)
def test_refuses(data, encoding, message):
    with pytest.raises(InputError) as caught:
        decode(data, where="f.txt", encoding=encoding)
    problem = caught.value.problems[0]
    assert message in str(problem)
    assert problem.where == "f.txt"
    assert all((problem.found, problem.expected, problem.remedy))


@given(st.binary(max_size=60), st.sampled_from(["", "utf-8", "utf-16", "gb18030", "big5", "utf-7", "idna"]))
def test_any_bytes_give_text_or_a_message(data, encoding):
    try:
        decoded = decode(data, where="f", encoding=encoding)
    except InputError:
        return
    assert decoded.text.strip()
    decoded.text.encode("utf-8")  # holds no half characters
    assert decode(data, where="f", encoding=decoded.encoding) == decoded


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1).filter(
        lambda t: t.strip("\ufeff").strip()
    )
)
def test_utf8_comes_back_unchanged(text):
    data = text.encode()
    if not data.startswith((b"%PDF", b"PK", b"Rar!", b"GIF8", b"{\\rtf")):
        assert decode(data, where="f").text == text
