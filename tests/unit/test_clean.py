"""What cleaning does to a text, and the mapping that lets every clean character be traced: cases and laws."""

import json
import tracemalloc
import unicodedata
from array import array
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingshan.clean import CleanText, Edit, Layer, Span, clean_text
from qingshan.model import InputError

REPORT = Path(__file__).resolve().parents[3] / "shared" / "source" / "000_345557d4f5c9075c.txt"

# Pieces that meet in the real world, hostile ones among them; joined at random they try every rule at once.
WORDS = """
    汉 態(tài) 現(xiàn)(xiàn) 环（huán） (sun) 克(kè) (NOx) ， , ; : ! ( ) （ ） “ ” 1,500 3.5:1 １２ ％ Ａ ٣ ① ㎡ a Z 9 。 《 》 𠮷 ^
    乾坤 乾 沈 舩 著 陜西 藉口 慰 裏 聯 覆 ? ？ ?lián) å¤§ 锟斤拷 鈥 ▍ 温馨提示 文档简介
"""
SIGNS = ("\u3000", " ", "\n", "\r\n", "\0", "\u200b", "\u202e", "\ufeff", "e\u0301", "\ufffd", "\ue000", "\U000e0001")
PIECES = st.sampled_from([*WORDS.split(), *SIGNS])
MIXED = st.lists(PIECES, max_size=30).map("".join)
ANY = st.text(max_size=80) | MIXED


def digits(text):
    return [unicodedata.decimal(char) for char in text if unicodedata.decimal(char, None) is not None]


def replay(clean):
    pieces, done = [], 0
    for edit in clean.edits():
        assert edit.start >= done
        assert clean.raw[edit.start : edit.end] == edit.before != edit.after
        pieces += (clean.raw[done : edit.start], edit.after)
        done = edit.end
    return "".join([*pieces, clean.raw[done:]])


def test_a_clean_span_starts_and_ends_with_its_characters():
    clean = clean_text("30微(wēi)克(kè)/立方米")
    assert clean.text == "30微克/立方米"
    start, end = clean.to_raw(0, 4)
    assert clean.raw[start:end] == "30微(wēi)克"
    assert clean.to_raw(0, 3) == (0, 3)
    assert clean.to_raw(3, 4) == (8, 9)


@pytest.mark.parametrize(
    ("start", "end", "reading"),
    [(0, 3, "30微"), (2, 9, "微克"), (3, 8, ""), (4, 6, ""), (4, 9, "克"), (9, 13, ""), (0, 0, ""), (13, 13, "")],
)
def test_a_raw_span_reads_as_what_is_left_of_it(start, end, reading):
    clean = clean_text("30微(wēi)克(kè)")
    assert clean.reading(start, end) == reading


@pytest.mark.parametrize("span", [(-1, 1), (2, 1), (0, 99)])
def test_a_span_outside_the_text_is_an_error(span):
    clean = clean_text("汉字")
    with pytest.raises(ValueError, match="does not lie"):
        clean.to_raw(*span)
    with pytest.raises(ValueError, match="does not lie"):
        clean.to_clean(*span)


def test_edits_come_in_raw_order_with_their_rules():
    assert list(clean_text("聯(lián)合,２個").edits()) == [
        Edit(0, 1, "聯", "联", "script"),
        Edit(1, 7, "(lián)", "", "pinyin"),
        Edit(8, 10, ",２", "，2", "width"),
        Edit(10, 11, "個", "个", "script"),
    ]


def test_layers_that_meet_give_one_edit():
    raw = "a&lt;b"
    entity = Layer.replace("entity", raw, array("I", [1]), array("I", [5]), ["<"])
    clean = CleanText(raw, (entity, Layer("width", "a＜b")))
    assert list(clean.edits()) == [Edit(1, 5, "&lt;", "＜", "entity+width")]
    assert clean.to_raw(1, 2) == (1, 5)
    assert clean.to_clean(2, 3) == (1, 2)
    assert CleanText.load(raw, clean.dump()) == clean


def test_text_that_needs_nothing_has_no_layers():
    clean = clean_text("水质改善，PM2.5为30微克/立方米。")
    assert clean.layers == ()
    assert list(clean.edits()) == []
    assert (clean.damaged, clean.set_aside) == ((), ())


def test_load_refuses_another_text():
    dumped = clean_text("態(tài)").dump()
    with pytest.raises(InputError, match="made from text"):
        CleanText.load("態(tāi)", dumped)


@given(ANY)
def test_digits_are_never_created_or_destroyed(raw):
    assert digits(clean_text(raw).text) == digits(raw)


@given(ANY, st.data())
def test_mapping_laws(raw, data):
    clean = clean_text(raw)
    length = len(clean.text)
    single = [clean.to_raw(at, at + 1) for at in range(length)]
    assert all(before[1] <= after[0] for before, after in pairwise(single))
    start = data.draw(st.integers(0, length))
    end = data.draw(st.integers(start, length))
    raw_start, raw_end = clean.to_raw(start, end)
    if start < end:
        assert (raw_start, raw_end) == (single[start][0], single[end - 1][1])
    back = clean.to_clean(raw_start, raw_end)
    assert back[0] <= start
    assert back[1] >= end
    assert clean.reading(0, len(raw)) == clean.text


@given(ANY)
def test_edits_replayed_on_raw_give_the_clean_text(raw):
    clean = clean_text(raw)
    assert replay(clean) == clean.text


@given(ANY)
def test_dump_and_load(raw):
    clean = clean_text(raw)
    assert CleanText.load(raw, json.loads(json.dumps(clean.dump()))) == clean


@given(ANY.filter(lambda raw: not set("()（）") & set(raw)))
def test_cleaning_clean_text_changes_nothing(raw):
    once = clean_text(raw).text
    assert clean_text(once).text == once


@given(ANY)
def test_marks_are_sorted_apart_and_inside(raw):
    clean = clean_text(raw)
    for marks in (clean.damaged, clean.set_aside):
        assert all(0 <= mark.start < mark.end <= len(clean.text) for mark in marks)
        assert all(before.end < after.start for before, after in pairwise(marks))


@pytest.mark.parametrize(
    "raw",
    [
        *(
            "",
            "\0" * 9,
            "\ufeff",
            "a\ufeffb",
            "\u202e汉\u202c",
            "e\u0301" * 50,
            "汉" * 10**6,
            "(" * 10**5,
            "()" * 10**5,
        ),
        *("(" * 10**4 + ")" * 10**4, "汉(" + "na" * 10**5, "?" * 10**5, "汉?" * 10**4, "锟斤拷" * 10**4),
        *("鈥" * 10**4, "\n" * 10**5, "乾" * 10**4, ",汉" * 10**4),
    ],
    ids=lambda raw: f"{raw[:4]!r}x{len(raw)}",
)
def test_hostile_text_comes_through(raw):
    clean = clean_text(raw)
    assert len(clean.text) == len(raw)


@pytest.mark.parametrize("piece", ["態(tài)勢，持續(xù)改善", "汉(hàn)", "(", ",汉", "(汉)"])
def test_memory_stays_in_proportion(piece):
    clean_text(piece * 10)  # the tables are read once
    raw = piece * 30_000
    tracemalloc.start()
    clean = clean_text(raw)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    strings = 2 * (len(raw) + sum(len(layer.text) for layer in clean.layers))
    assert peak - strings < 20 * len(raw)


def test_mapping_a_long_text_keeps_no_list_of_characters():
    clean = clean_text("態(tài)勢" * 1000)
    assert [layer.rule for layer in clean.layers] == ["pinyin", "script"]
    assert len(clean.layers[0].starts) == 1000
    assert not clean.layers[1].starts


@pytest.fixture(scope="module")
def report():
    if not REPORT.is_file():
        pytest.skip("the real report is not here: it is looked for at ../shared/source beside the repository")
    return clean_text(REPORT.read_bytes().decode("utf-8"))


def test_report_loses_its_readings_and_no_digit(report):
    assert sum(edit.rule == "pinyin" for edit in report.edits()) == 1458
    assert digits(report.text) == digits(report.raw)
    assert replay(report) == report.text
    assert clean_text(report.text).text == report.text


def test_report_keeps_its_body_and_nothing_else(report):
    head, tail = report.set_aside
    assert head.start == 0
    assert report.text[: head.end].endswith("\n文档简介\n")
    assert report.text[tail.start :].startswith("温馨提示\n")
    assert tail.end == len(report.text)
    body = report.text[head.end : tail.start]
    assert body.count("\n") == 1
    assert body.endswith("\n")
    assert report.to_raw(head.end, tail.start) == (54, 32134)


def test_report_marks_every_damaged_place_and_little_else(report):
    marked = [report.text[span.start : span.end] for span in report.damaged]
    assert len(marked) == 23
    assert max(map(len, marked)) <= 15
    assert {"?。▍^", "?lián)?", "?；郎持紊?", "??ψ罂h", "?；鼗I"} <= set(marked)
    inside = {at for span in report.damaged for at in range(span.start, span.end)}
    assert [at for at, char in enumerate(report.text) if char in "?▍ㄒψ^" and at not in inside] == []
    assert report.text.index("〇") not in inside


def test_spans_compare_by_place():
    assert sorted([Span(3, 4), Span(1, 9)]) == [Span(1, 9), Span(3, 4)]
