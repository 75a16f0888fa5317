"""The list of what waits, and deciding from the command line, in a small workspace whose first three stages have run."""

import re
import threading

import pytest

from qingshan import stages, store
from qingshan.cli import main
from qingshan.curate.consequence import most_consequential_first
from qingshan.curate.tables import FILLS, STALE_DECISIONS
from qingshan.documents import read_yaml
from qingshan.model import CURATED, OBSERVATIONS, InputError
from qingshan.register import NewSource, add_source
from qingshan.review import Word, append_decision, decide, review_lines

TEXT = "2021年全国森林覆盖率为24.02%，自然保护地约占18%。\n2023年，某项满意度达到91.2%。\n地表水优良水质断面比例为海洋生态总体稳定。\n"


def _run(workspace):
    for stage in (stages.read, stages.extract, stages.curate):
        stage(workspace, "2023")
    return {row["text"]: row for row in store.read_table(workspace.work("2023", "curate", "curated.csv"), CURATED)}


@pytest.fixture
def ready(workspace, tmp_path):
    for name, text in (("a", TEXT), ("b", "2023年全国地表水优良水质断面比例为89.4%。\n")):
        path = tmp_path / f"{name}.txt"
        path.write_text(text, encoding="utf-8")
        add_source(
            workspace, path, NewSource("2023", name, "公报", "某部", year="2023", area="全国", as_of="2023-12-31")
        )
    _run(workspace)
    return workspace


@pytest.fixture
def qingshan(ready, capsys):
    def run(*arguments):
        code = main(["--workspace", str(ready.root), *arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return run


def _id(workspace, text):
    rows = store.read_table(workspace.work("2023", "curate", "curated.csv"), CURATED)
    return next(row["figure_id"] for row in rows if row["text"] == text)


def _word(workspace, text, action, other="", **said):
    return Word(_id(workspace, text), action, "核对", "demo", "2026-11-23", said, other)


def test_a_line_for_each_figure_that_waits(ready, qingshan):
    waiting = [row for row in _run(ready).values() if row["status"] == "undecided"]
    code, out, _ = qingshan("review", "2023")
    *lines, last = out.splitlines()
    assert code == 0
    assert {line.split()[0] for line in lines} == {row["figure_id"] for row in waiting}
    assert all(f"【{row['text']}】" in out and row["reason"] in out for row in waiting)
    assert last.startswith(f"2023: {len(waiting)} undecided (")
    assert "\n".join([*review_lines(ready, "2023"), ""]) == out


def test_what_a_person_flagged_stands_in_the_line(ready, qingshan):
    figure_id = _id(ready, "18%")
    decide(ready, Word(figure_id, "flag", "口径待查", "demo", "2026-11-23", {}))
    _run(ready)
    (line,) = [line for line in qingshan("review", "2023")[1].splitlines() if line.startswith(figure_id)]
    assert line.endswith("  note: 口径待查")


ROWS = [
    # (indicator, kind, integrity, reason) from the most consequential to the least
    ("gdp", "change", "whole", "conflict"),
    ("gdp", "level", "whole", "inexact"),
    ("forest_cover", "share", "whole", "reopened"),
    ("forest_cover", "share", "truncated", "broken"),
    ("", "level", "orphan", "broken"),
    ("", "level", "whole", "reopened"),
    ("", "level", "whole", "unregistered"),
]


def test_what_most_depends_on_comes_first(registry):
    rows = [
        {"figure_id": f"a@{n}-{n + 1}", "source_id": "a", "start": n, "status": "undecided",
         "indicator": indicator, "kind": kind, "integrity": integrity, "reason": reason}
        for n, (indicator, kind, integrity, reason) in enumerate(ROWS)
    ]  # fmt: skip
    decided = [{**rows[0], "status": "accepted"}]
    ordered = most_consequential_first([*decided, *reversed(rows)], registry)
    assert [one.row["start"] for one in ordered] == list(range(len(ROWS)))
    assert ordered[0].needed_by == ("1 chart",)
    failing = most_consequential_first(rows, registry, {"a@6-7": 2})
    assert [one.row["start"] for one in failing][-3:] == [4, 6, 5]
    assert failing[-2].needed_by == ("2 failing checks",)


def test_accepting_appends_what_the_next_run_replays(ready, qingshan):
    figure_id = _id(ready, "18%")
    code, out, err = qingshan(
        "decide", figure_id, "accept", "--reason", "核对原文", "--by", "demo", "--period", "2023",
        "--indicator", "protected_area_land_share",
    )  # fmt: skip
    assert (code, out, err) == (0, f"data/decisions/2023.yml: d-0001 accept {figure_id}\n", "")
    (entry,) = read_yaml(ready.decisions_file("2023")).data
    assert {name: entry[name] for name in ("id", "action", "text", "suffix", "indicator", "period", "by")} == {
        "id": "d-0001", "action": "accept", "text": "18%", "suffix": "。\n2023年，", "indicator": "protected_area_land_share",
        "period": "2023", "by": "demo",
    }  # fmt: skip
    assert entry["expect"]["value"] == "18"
    row = _run(ready)["18%"]
    assert (row["status"], row["decision_id"], row["period"]) == ("accepted", "d-0001", "2023")
    observations = store.read_table(ready.work("2023", "curate", "observations.csv"), OBSERVATIONS)
    (made,) = [made for made in observations if made["observation_id"] == row["observation_id"]]
    assert (made["time_period"], made["time_basis"]) == ("2023", "decided")


def test_the_same_decisions_give_the_same_bytes(ready):
    decide(ready, _word(ready, "91.2%", "reject"))
    decide(ready, _word(ready, "24.02%", "override", value="24.2"))
    decide(ready, _word(ready, "24.02%", "flag"))

    def tables():
        _run(ready)
        return {path.name: path.read_bytes() for path in ready.work("2023", "curate").iterdir()}

    first = tables()
    assert first == tables()
    assert b'"{""value"": 24.02}"' in first["curated.csv"]
    assert b",24.2," in first["observations.csv"]


def test_override_withdraw_and_flag(ready):
    for action, said, status, value in (
        ("override", {"value": "24.2"}, "accepted", 24.2),
        ("reject", {}, "rejected", 24.02),
        ("withdraw", {}, "accepted", 24.02),
        ("flag", {}, "accepted", 24.02),
    ):
        decide(ready, _word(ready, "24.02%", action, **said))
        row = _run(ready)["24.02%"]
        assert (row["status"], row["value"]) == (status, value), action
    assert row["note"] == "核对"


def test_what_the_reader_missed_and_what_the_source_lost(ready):
    raw = (ready.source_folder("2023", "a") / "a.txt").read_text(encoding="utf-8")
    start = raw.index("稳定")
    said = {"value": "1", "unit": "%", "kind": "share", "indicator": "forest_cover", "region": "CN"}
    decide(ready, Word(f"a@{start}-{start + 2}", "add", "漏读", "demo", "2026-11-23", said))
    gap = raw.index("海洋生态")
    decide(ready, Word(f"a@{gap}", "fill", "取自公报", "demo", "2026-11-23", {}, _id(ready, "89.4%")))
    rows = _run(ready)
    assert (rows["稳定"]["status"], rows["稳定"]["rules"]) == ("accepted", "added=d-0001")
    (fill,) = store.read_table(ready.work("2023", "curate", "fills.csv"), FILLS)
    assert (fill["source_id"], fill["position"], fill["figure_id"]) == ("a", gap, rows["89.4%"]["figure_id"])
    decide(ready, _word(ready, "稳定", "withdraw"))
    assert "稳定" not in _run(ready)


def test_a_decision_that_lost_its_text_is_listed_and_can_be_taken_back(ready, tmp_path):
    decide(ready, _word(ready, "91.2%", "reject"))
    changed = tmp_path / "a.txt"
    changed.write_text(TEXT.replace("2023年，某项满意度达到91.2%。\n", ""), encoding="utf-8")
    add_source(ready, changed, NewSource("2023", "a", "", ""), is_replacement=True)
    _run(ready)
    (stale,) = store.read_table(ready.work("2023", "curate", "stale_decisions.csv"), STALE_DECISIONS)
    assert (stale["decision_id"], stale["why"], stale["where"]) == ("d-0001", "none", "data/decisions/2023.yml:1")
    *lines, last = review_lines(ready, "2023")
    assert "d-0001  reject: its text and context stand nowhere now" in lines[-1]
    assert last.endswith("; 1 decisions hold nowhere")
    decide(ready, Word("d-0001", "withdraw", "原文已删", "demo", "2026-11-23", {}), "2023")
    _run(ready)
    assert store.read_table(ready.work("2023", "curate", "stale_decisions.csv"), STALE_DECISIONS) == []


MISTAKES = [
    # (arguments after "decide", with {id} for a figure, and what the message says)
    (["a@1-2", "accept"], "a@1-2: found no such figure"),
    (["c@1-2", "accept"], "c@1-2: found no source of that name"),
    (["nonsense", "accept"], "found no source of that name"),
    (["{id}", "acept"], "unknown one (did you mean 'accept'?)"),
    (["{id}", "accept"], "found no indicator, expected an id of the registry. Add --indicator ID."),
    (["{id}", "accept", "--indicator", "forest_cove"], "unknown indicator 'forest_cove' (did you mean 'forest_cover'"),
    (["{id}", "accept", "--indicator", "forest_cover", "--value", "3"], "'value' in a decision of action 'accept'"),
    (
        ["{id}", "override", "--indicator", "forest_cover", "--value", "three"],
        "value in the form a number such as -24.02",
    ),
    (["{id}", "override", "--unit", "平方公理", "--region", "河被"], "--unit: found unknown unit '平方公理'"),
    (["{id}", "accept", "--period", "去年"], "in the form 2023"),
    (["{id}", "accept", "--indicator", "forest_cover", "--period", "2023-02-30"], "found '2023-02-30'"),
    (["{id}", "reject", "--into", "{id}"], "found another figure in reject"),
    (["{id}", "merge", "--into", "a@1-2"], "--into a@1-2: found no such figure"),
    (["{id}", "indicator"], "no 'indicator'"),
    (["a@5-9999", "add", "--value", "1"], "no 'unit'"),
    (["{id}", "accept", "--edition", "2022"], "data/raw/2022: found no such folder"),
    (["d-0009", "withdraw", "--edition", "2023"], "d-0009: found no such figure"),
]


@pytest.mark.parametrize(("arguments", "message"), MISTAKES)
def test_a_mistake_is_one_clear_message_and_writes_nothing(ready, qingshan, arguments, message):
    figure_id = _id(ready, "91.2%")
    code, out, err = qingshan("decide", *(a.format(id=figure_id) for a in arguments), "--reason", "核对")
    assert (code, out) == (2, "")
    assert message in err
    assert all(line.startswith("qingshan: ") for line in err.splitlines())
    assert not ready.decisions_file("2023").exists()


def test_a_file_with_mistakes_is_mended_first(ready, qingshan):
    path = ready.decisions_file("2023")
    path.write_text("- {id: d-0001, action: acept}\n", encoding="utf-8")
    code, _, err = qingshan("decide", _id(ready, "91.2%"), "reject", "--reason", "核对")
    assert (code, path.read_text(encoding="utf-8")) == (2, "- {id: d-0001, action: acept}\n")
    assert "data/decisions/2023.yml:1: found 'acept'" in err


def test_no_character_of_a_source_acts_on_the_terminal(ready, qingshan):
    path = ready.work("2023", "curate", "curated.csv")
    rows = store.read_table(path, CURATED)
    row = next(row for row in rows if row["text"] == "91.2%")
    row["subject"] = "满\x1b[2J\u202e\r\n意度"
    row["indicator"] = ""
    store.write_table(path, CURATED, rows)
    for command in (("review", "2023"), ("show", row["figure_id"])):
        _, out, _ = qingshan(*command)
        assert "满[U+001B][2J[U+202E]␤意度" in out
        assert all(line.isprintable() for line in out.splitlines())


@pytest.mark.parametrize("command", [("review", "2023"), ("show", "a@1-2")])
@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (b"24.02,", b"many,", ":3: found 'many'"),
        (b"figure_id", b"figure", ":1: found figure,"),
        (b"24.02", b"\xff", ": found 'utf-8'"),
    ],
)
def test_a_damaged_table_is_one_message(ready, qingshan, command, before, after, said):
    path = ready.work("2023", "curate", "curated.csv")
    assert before in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(before, after))
    code, _, err = qingshan(*command)
    assert code == 2
    assert err.startswith(f"qingshan: data/work/2023/curate/curated.csv{said}")
    assert err.endswith("Build it again with: qingshan run 2023.\n")
    assert err.count("\n") == 1


@pytest.mark.parametrize("content", [b"rule,table\n", b"\xff\n"])
def test_a_damaged_list_of_failing_rows_is_one_message(ready, qingshan, content):
    path = ready.work("2023", "validate", "failures.csv")
    path.parent.mkdir()
    path.write_bytes(content)
    code, _, err = qingshan("review", "2023")
    assert code == 2
    assert err.startswith("qingshan: data/work/2023/validate/failures.csv:")
    assert err.count("\n") == 1


def test_a_source_that_changed_since_the_run_is_noticed(ready, tmp_path):
    word = _word(ready, "91.2%", "reject")
    changed = tmp_path / "a.txt"
    changed.write_text("新的一行。\n" + TEXT, encoding="utf-8")
    add_source(ready, changed, NewSource("2023", "a", "", ""), is_replacement=True)
    with pytest.raises(InputError, match="The source changed"):
        decide(ready, word)


ENTRY = {"action": "flag", "source_id": "a", "text": "1", "reason": "核对", "by": "demo", "decided_on": "2026-11-23"}


def test_what_others_write_meanwhile_is_kept(tmp_path, monkeypatch):
    from qingshan import review

    path, seen = tmp_path / "d.yml", []
    path.write_text("# 开始\n", encoding="utf-8")

    def slow(data, entries, *, name, letter):
        if not seen:
            seen.append(data)
            path.write_text("# 开始\n# 编辑改过\n- {id: d-0041}\n", encoding="utf-8")  # an editor saves just now
        return appended_all(data, entries, name=name, letter=letter)

    appended_all = review.appended_all
    monkeypatch.setattr(review, "appended_all", slow)
    assert append_decision(path, ENTRY, lock=tmp_path / "lock", name="d.yml") == "d-0042"
    assert path.read_text(encoding="utf-8").startswith("# 开始\n# 编辑改过\n- {id: d-0041}\n- id: d-0042\n")


def test_tools_that_append_at_once_lose_nothing(tmp_path):
    path, ids = tmp_path / "d.yml", []

    def work():
        ids.extend(append_decision(path, ENTRY, lock=tmp_path / "lock", name="d.yml") for _ in range(8))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wanted = [f"d-{n:04d}" for n in range(1, 33)]
    assert sorted(ids) == wanted
    assert [entry["id"] for entry in read_yaml(path).data] == wanted


# what the last validation says of a figure
def _contradicting(workspace, tmp_path):
    path = tmp_path / "c.txt"
    path.write_text("2020年全国森林覆盖率为23.04%。\n综述：2020年全国森林覆盖率为25.1%。\n", encoding="utf-8")
    add_source(workspace, path, NewSource("2023", "c", "公报", "某部", year="2023", area="全国", as_of="2023-12-31"))
    rows = _run(workspace)
    stages.validate(workspace, "2023")
    return rows["23.04%"]["figure_id"], rows["25.1%"]["figure_id"]


@pytest.mark.slow
def test_show_and_review_name_the_contradictions_of_a_figure(ready, qingshan, tmp_path):
    one, other = _contradicting(ready, tmp_path)

    shown = qingshan("show", other)[1]
    assert re.search(
        rf"^contradicts .*{re.escape(one)}.*23\.04%.*25\.1%.*不一致。 · .*contradict each other", shown, re.M
    )
    listed = [line for line in qingshan("review", "2023")[1].splitlines() if line.startswith(f"{other}  ")]
    assert len(listed) == 1
    assert re.search(rf"  contradicts: .*{re.escape(one)}", listed[0])


def test_before_a_validation_nothing_is_said_of_contradictions(ready, qingshan):
    shown = qingshan("show", _id(ready, "91.2%"))[1]

    assert "status " in shown
    assert "contradicts" not in shown
    assert "fails" not in shown
    assert "contradicts" not in qingshan("review", "2023")[1]
