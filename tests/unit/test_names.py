"""Names are found the same in a long text, read in pieces, as in its parts."""

from __future__ import annotations

import ahocorasick_rs
import pytest

from qingshan.context.names import find_names

_MATCHER = ahocorasick_rs.AhoCorasick(["河北", "河北省", "长江"], matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)


@pytest.mark.parametrize("filler", ["一", "😀", "a"], ids=["three bytes", "four bytes", "one byte"])
@pytest.mark.parametrize("end", ["\n", "。", ""], ids=["lines", "sentences", "no break at all"])
def test_offsets_hold_across_pieces(filler: str, end: str) -> None:
    text = (filler * 30_000 + "河北省" + filler * 30_000 + "长江" + end) * 3
    found = [(text[start:stop], name) for name, start, stop in find_names(_MATCHER, text)]
    assert found == [("河北省", 1), ("长江", 2)] * 3


def test_a_text_without_names() -> None:
    assert list(find_names(_MATCHER, "")) == []
    assert list(find_names(_MATCHER, "没有。\n")) == []
