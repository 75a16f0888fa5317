"""What failed before is known again by what it is: over runs, moved offsets, other revisions and damaged memories."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingshan.consistency import CONSISTENCY
from qingshan.model import CURATED, FIGURES, LOST, OBSERVATIONS, Workspace
from qingshan.validate import memory
from qingshan.validate.memory import Item, Run, items_of, memory_file, recall, remember, since
from qingshan.validate.run import Outcome
from qingshan.validate.suite import Rule, Text
from qingshan.validate.tables import Table

SAID = Text("甲", "a")


def _row(contract, **more):
    plain = {"str": "", "float": 1.0, "int": 1, "bool": False}
    return {column.name: plain[column.type.__name__] for column in contract.columns} | more


def _outcome(contract, rows, state="failed", name="r", note=""):
    table = Table(contract, tuple(contract.names), tuple(rows))
    rule = Rule(name, contract.name, "t", {}, "critical", SAID, SAID)
    return Outcome(rule, state, len(rows), tuple(range(len(rows))), note), table


def _items(contract, *rows, curated=(), **more):
    return items_of(*_outcome(contract, rows, **more), {row["figure_id"]: row for row in curated})


def _figure(text, prefix, suffix, start=0):
    return _row(FIGURES, figure_id=f"s@{start}-{start + len(text)}", source_id="s", start=start, text=text, prefix=prefix,
                suffix=suffix)  # fmt: skip


def _run(inputs, *identities, rule="r"):
    return Run(inputs, tuple(Item(rule, identity, identity, identity) for identity in identities), {rule: SAID})


@given(st.text(min_size=1, max_size=5), st.text(max_size=16), st.text(max_size=16), st.integers(0, 10**6))
def test_a_figure_is_known_again_wherever_it_moved(text, prefix, suffix, start):
    (here,) = _items(FIGURES, _figure(text, prefix, suffix))
    (there,) = _items(FIGURES, _figure(text, prefix, suffix, start))

    assert here.identity == there.identity
    assert here.row == f"s@0-{len(text)}"


@pytest.mark.parametrize(
    "changed", [{"text": "31%"}, {"prefix": "去年"}, {"suffix": "；"}, {"source_id": "t"}], ids=lambda c: next(iter(c))
)
def test_another_figure_is_another(changed):
    row = _figure("30%", "今年", "。")
    (one,), (other,) = _items(FIGURES, row), _items(FIGURES, row | changed)

    assert one.identity != other.identity


def test_what_looks_the_same_in_one_run_is_told_apart_by_its_order():
    row = _figure("30", "|", "|")
    items = _items(FIGURES, row, row, row)

    assert len({item.identity for item in items}) == 3
    assert [item.identity for item in items] == [item.identity for item in _items(FIGURES, row, row, row)]


def test_an_observation_is_known_by_its_key_and_in_every_edition():
    row = _row(OBSERVATIONS, observation_id="a", edition="2023", indicator="forest_cover", time_period="2021")
    (one,), (other) = (
        _items(OBSERVATIONS, row),
        _items(OBSERVATIONS, row | {"observation_id": "b", "edition": "2023-r1"}),
    )

    assert one.identity == other[0].identity
    assert one.identity != _items(OBSERVATIONS, row | {"time_period": "2022"})[0].identity


def test_a_comparison_is_known_by_its_figures_not_by_their_offsets():
    def compared(shift):
        figures = [_row(CURATED) | _figure("5个", "建了", "。", shift) | {"figure_id": f"s@{shift}"},
                   _row(CURATED) | _figure("3个", "基地", "。", shift + 9) | {"figure_id": f"s@{shift + 9}"}]  # fmt: skip
        names = " ".join(figure["figure_id"] for figure in figures)
        found = _row(CONSISTENCY, finding_id=f"f{shift}", relation="same", figure_ids=names, sentence_zh="两次")
        return _items(CONSISTENCY, found, curated=figures)[0]

    assert compared(1).identity == compared(500).identity
    assert compared(1).row != compared(500).row
    assert compared(1).words == "两次"


def test_a_lost_value_is_known_by_its_sentence():
    row = _row(LOST, source_id="s", position=5, quote="比例为")

    assert _items(LOST, row)[0].identity == _items(LOST, row | {"position": 99})[0].identity
    assert _items(LOST, row)[0].identity != _items(LOST, row | {"quote": "占"})[0].identity


def test_a_rule_without_rows_is_one_item_and_one_that_passed_none():
    (item,) = _items(FIGURES, state="not_run", note="no such column")

    assert (item.row, item.words) == ("", "no such column")
    assert item.identity != _items(FIGURES, state="failed")[0].identity
    assert _items(FIGURES, _figure("1", "", ""), state="passed") == ()


def test_new_known_fixed_and_what_cannot_be_called_fixed():
    told = since("", _run("b", "x", "y"), Run("a", (*_run("a", "y", "z").items, Item("gone", "q", "", "")), {}), ["r"])

    assert told.new == {("r", "x")}
    assert told.known == {("r", "y")}
    assert [item.identity for item in told.fixed] == ["z"]
    assert told.unchecked == 1, "its rule did not run now"


def test_a_rerun_of_the_same_inputs_compares_with_the_same_run_and_writes_the_same_bytes(tmp_path):
    path = tmp_path / "history" / "validation.json"
    assert remember(path, _run("a", "x")) is None
    assert remember(path, _run("a", "x")) is None

    first = remember(path, _run("b", "y"))
    written = path.read_bytes()
    again = remember(path, _run("b", "y"))
    assert [item.identity for item in first.items] == ["x"]
    assert again == first
    assert path.read_bytes() == written

    assert [item.identity for item in remember(path, _run("c")).items] == ["y"], (
        "the last other run, not the one before"
    )


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"format": 2}', '{"format":1}', '{"format":1,"current":{"inputs":"a"},"previous":null}']
)
def test_a_damaged_memory_is_no_memory(tmp_path, content):
    path = tmp_path / "validation.json"
    path.write_text(content, encoding="utf-8")

    assert remember(path, _run("a", "x")) is None
    assert remember(path, _run("b")) == _run("a", "x")


def test_what_failed_in_the_edition_before_is_recalled_once_it_was_validated_here(tmp_path):
    workspace = Workspace(tmp_path)
    published = workspace.clean("2022") / "observations.csv"
    published.parent.mkdir(parents=True)
    published.write_text("", encoding="utf-8")

    assert recall(workspace, "2023") is None, "never validated here"
    remember(memory_file(workspace, "2022"), _run("a", "x"))
    assert recall(workspace, "2023") == ("2022", _run("a", "x"))
    assert recall(workspace, "2021") is None, "no edition before it"


def test_the_memory_of_inputs_changes_with_any_of_them(tmp_path):
    workspace = Workspace(tmp_path)
    seen = {memory.inputs_hash(workspace, "2023", ["v"]), memory.inputs_hash(workspace, "2023", ["w"])}
    for path in (
        workspace.work("2023", "curate", "curated.csv"),
        workspace.work("2023", "extract", "figures.csv"),
        workspace.decisions_file("2023"),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")
        seen.add(memory.inputs_hash(workspace, "2023", ["v"]))

    assert len(seen) == 5
    assert memory.inputs_hash(workspace, "2023", ["v"]) in seen
