"""The queue without a screen: what each message writes, what it refuses, and what an editor beside it may do."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from qingshan import stages, store
from qingshan.curate import Matcher
from qingshan.documents import read_yaml
from qingshan.dossier import Suggester, raw_window
from qingshan.extract import Extractor
from qingshan.model import CURATED
from qingshan.queue import IndicatorSearch, Session
from qingshan.queue.search import initials
from qingshan.register import NewSource, add_source
from qingshan.review import kept_file

STATIC = Path(__file__).parents[2] / "src" / "qingshan" / "queue" / "static"
TEXT = (
    "森林蓄积量为194.93亿立方米。\n2021年全国森林覆盖率为24.02%，自然保护地约占18%。\n"
    "2023年，某项满意度达到91.2%，某项知晓率达到85.5%。\n山地面积占去一多半。\n"
)


@pytest.fixture
def ready(workspace, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    add_source(workspace, path, NewSource("2023", "a", "公报", "某部", year="2023", area="全国", as_of="2023-12-31"))
    for stage in (stages.read, stages.extract, stages.curate):
        stage(workspace, "2023")
    return workspace


@pytest.fixture
def session(ready):
    return Session(ready, "2023", by="demo", today=lambda: "2026-11-23")


def _at(session, text):
    """Go to the figure of a text; return its id."""
    for _ in session.state.order:
        shown = session.view()["card"]
        if shown["text"] == text:
            return shown["id"]
        session.act({"do": "next"})
    raise AssertionError(text)


def _say(session, text, do, **more):
    return session.act({"do": do, "figure": _at(session, text), **more})


def _entries(workspace):
    path = workspace.decisions_file("2023")
    return read_yaml(path).data or [] if path.is_file() else []


def _statuses(workspace):
    stages.curate(workspace, "2023")
    return {
        row["text"]: row["status"] for row in store.read_table(workspace.work("2023", "curate", "curated.csv"), CURATED)
    }


def test_each_act_is_one_entry_that_the_next_run_replays(session, ready):
    before = len(session.state.order)
    assert _say(session, "194.93亿立方米", "accept")["notice"]["kind"] == "done"
    _say(session, "91.2%", "reject", reason="不属本期")
    said = {"period": "2022", "indicator": "protected_area_land_share", "unit": "%", "value": "18"}
    _say(session, "18%", "override", said=said)
    _say(session, "85.5%", "indicator", said={"indicator": "forest_cover"})
    view = session.view()
    assert [entry["action"] for entry in _entries(ready)] == ["accept", "reject", "override", "indicator"]
    assert _entries(ready)[1]["reason"] == "不属本期"
    override = _entries(ready)[2]
    assert (override["period"], override["indicator"]) == ("2022", "protected_area_land_share")
    assert not {"unit", "value"} & override.keys(), "what was read as it is said needs no saying"
    assert {entry["by"] for entry in _entries(ready)} == {"demo"}
    assert (view["settled"], view["left"]) == (4, before - 4)
    statuses = _statuses(ready)
    assert statuses["194.93亿立方米"] == statuses["18%"] == "accepted"
    assert statuses["91.2%"] == "rejected"


def test_undo_says_again_what_was_said_before(session, ready):
    _say(session, "194.93亿立方米", "flag", reason="口径待查")
    figure_id = _at(session, "194.93亿立方米")
    session.act({"do": "reject", "figure": figure_id})
    view = session.act({"do": "undo"})
    assert view["card"]["id"] == figure_id
    assert view["card"]["note"] == "口径待查"
    assert [entry["action"] for entry in _entries(ready)] == ["flag", "reject", "withdraw", "flag"]
    assert session.act({"do": "undo"})["notice"]["kind"] == "done"
    assert session.view()["card"]["note"] == ""
    assert session.act({"do": "undo"})["notice"]["kind"] == "info"


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ({"do": "accept", "figure": "a@0-1"}, "屏幕上的数字已经换了"),
        ({"do": "accept"}, "屏幕上的数字已经换了"),
        ({"do": "flag", "here": True}, "缘由"),
        ({"do": "indicator", "said": {"indicator": "no_such"}, "here": True}, "没有保存"),
        ({"do": "override", "said": {"region": "乌有之乡"}, "here": True}, "没有保存"),
        ({"do": "override", "said": {"period": "去年"}, "here": True}, "没有保存"),
        ({"do": "override", "said": {}, "here": True}, "没有改动"),
        ({"do": "add", "first": 0, "last": 9999, "here": True}, "没有保存"),
        ({"do": "add", "first": "0", "last": None, "here": True}, "没有保存"),
    ],
)
def test_what_cannot_be_is_told_and_writes_nothing(session, ready, message, told):
    given = dict(message)
    if given.pop("here", False):
        given["figure"] = session.state.current
    view = session.act(given)
    assert told in view["notice"]["zh"]
    assert _entries(ready) == []


def test_an_acceptance_without_an_indicator_says_what_is_lacking(session, ready):
    view = _say(session, "91.2%", "accept")
    assert view["notice"]["zh"].startswith("还没有指标")
    assert _entries(ready) == []


def test_nobody_decides_namelessly(ready):
    session = Session(ready, "2023", by="", today=lambda: "2026-11-23")
    assert "决定人" in session.act({"do": "reject", "figure": session.state.current})["notice"]["zh"]
    session.act({"do": "by", "by": " 初审 "})
    session.act({"do": "reject", "figure": session.state.current})
    assert _entries(ready)[0]["by"] == "初审"


def test_a_missed_figure_is_added_by_the_characters_shown(session, ready):
    _at(session, "85.5%")
    shown = "".join(text for text, _ in session.view()["card"]["raw"]["pieces"])
    first = shown.index("一多半")
    message = {"do": "add", "figure": session.state.current, "first": first, "last": first + 3}
    assert session.guess(message)["text"] == "一多半"
    said = {"value": "50", "unit": "%", "kind": "share", "region": "全国", "indicator": "forest_cover", "period": ""}
    overlapping = shown.index("85.5%")
    assert (
        "已有" in session.act({**message, "first": overlapping, "last": overlapping + 2, "said": said})["notice"]["zh"]
    )
    assert session.act({**message, "said": said})["notice"]["kind"] == "done"
    (entry,) = _entries(ready)
    assert (entry["action"], entry["text"], entry["start"]) == ("add", "一多半", str(TEXT.index("一多半")))
    assert "一多半" in _statuses(ready)


def test_an_editor_beside_it_is_noticed_and_loses_nothing(session, ready):
    path = ready.decisions_file("2023")
    _say(session, "91.2%", "reject")
    figure_id = _at(session, "85.5%")
    mine = path.read_text(encoding="utf-8").replace("对照原文，不采用", "改写的理由")
    path.write_text(mine, encoding="utf-8")
    view = session.act({"do": "reject", "figure": figure_id})
    assert "重新读取" in view["notice"]["zh"]
    assert path.read_text(encoding="utf-8") == mine
    assert "重新读取" not in str(session.act({"do": "reject", "figure": figure_id})["notice"])
    assert path.read_text(encoding="utf-8").startswith(mine)

    path.write_text("", encoding="utf-8")  # the editor took everything out
    assert session.act({"do": "look"})["steps"] == []
    path.write_text("- id: 坏", encoding="utf-8")
    view = session.act({"do": "reject", "figure": session.state.current})
    assert view["notice"]["kind"] == "error"
    assert path.read_text(encoding="utf-8") == "- id: 坏"


def test_an_editor_that_still_wrote_into_the_old_file_is_told_where_that_is(session, ready):
    _say(session, "91.2%", "reject")
    _say(session, "85.5%", "reject")
    kept = kept_file(ready.decisions_file("2023"), ready.work("2023", "decisions.lock"))
    kept.write_text("# 编辑器写进旧文件的话\n", encoding="utf-8")
    assert "2023.kept.yml" in session.act({"do": "look"})["notice"]["zh"]


def test_without_jupyterlab_the_cell_is_a_line_and_writes_nothing(ready, monkeypatch):
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    before = sorted(ready.root.rglob("*"))
    text = stages.queue(ready, "2023")
    assert re.fullmatch(r"\d+ undecided; .*qingshan review 2023", text)
    assert sorted(ready.root.rglob("*")) == before


# what is shown
@pytest.mark.parametrize("text", ["甲\r\n乙12丙\r\n", "a\u202eb12c\x00d", "😀😀12😀", "\t12\n\n"])
def test_a_selection_of_what_is_shown_maps_back_to_the_raw_text(text):
    start = text.index("12")
    window = raw_window(text, start, start + 2, 50)
    shown = "".join(piece.text for piece in window.pieces)
    assert all(character.isprintable() or character == "\n" for character in shown)
    first = shown.index("12")
    assert window.span(first, first + 2) == (start, start + 2)
    assert window.span(0, len(shown))[0] == 0
    assert [piece.text for piece in window.pieces if piece.role == "this"] == ["12"]
    assert window.span(first, first) is window.span(-1, 2) is window.span(0, len(shown) + 1) is None


def test_the_screen_puts_in_text_only():
    code = (STATIC / "queue.js").read_text(encoding="utf-8")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function|DOMParser|import\b|fetch\(|http", code
    )
    assert not re.search(r"url\(|@import|http", (STATIC / "queue.css").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("query", "found"),
    [("森林覆", "forest_cover"), ("slfgl", "forest_cover"), ("SLFGL", "forest_cover"), ("forest_cover", "forest_cover"),
     ("fgl", "forest_cover"), ("pm2.5", "pm25_annual_mean"), ("forest cov", "forest_cover")],
)  # fmt: skip
def test_an_indicator_is_found_by_characters_initials_id_or_english(registry, query, found):
    assert found in IndicatorSearch(registry).find(query)[:4]


@pytest.mark.parametrize("query", ["zzzzzz", "没有的东西", "<script>", "s l f g l q q"])
def test_what_nothing_is_called_finds_nothing(registry, query):
    assert IndicatorSearch(registry).find(query) == []


def test_a_character_with_two_readings_has_both_initials():
    assert [
        set(letters) >= set(wanted) for letters, wanted in zip(initials("重量率"), ("zc", "l", "ls"), strict=True)
    ] == [True] * 3


def test_a_lost_subject_has_candidates_with_reasons_and_a_whole_one_none(registry, vocabulary):
    text = "2023年，PM2.5平均浓度下降明显，扎实推进产业、能源低年下降10%，重度及以上污染天数比率控制在1%以内。\n"
    found = Extractor(vocabulary).extract(text, "a", year="2023", area="全国")
    suggester = Suggester(registry, Matcher(registry))
    broken = next(figure for figure in found.figures if figure.text == "10%")
    orphan = replace(broken, integrity="orphan", kind="change")
    suggestions = suggester.suggest(orphan, found.clean, found.figures, found.lost)
    assert "heavy_pollution_days_share" in [one.indicator_id for one in suggestions]
    assert all(one.why_zh and one.why_en for one in suggestions)
    assert len(suggestions) <= 5
    whole = replace(broken, integrity="whole", subject="某项满意度")
    assert suggester.suggest(whole, found.clean, found.figures, found.lost) == ()
