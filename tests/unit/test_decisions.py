import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from qingshan.curate import DECISIONS_SCHEMA, load_decisions
from qingshan.curate.decisions import parse_decisions
from qingshan.curate.schema import ACTIONS, fits_schema
from qingshan.curate.writing import anchor_at, appended, entry_text, next_id
from qingshan.documents import parse_yaml
from qingshan.model import InputError

ENTRY = {
    "id": "d-0001", "action": "accept", "source_id": "a", "text": "24.02%", "prefix": "森林覆盖率为", "suffix": "。",
    "reason": "核对", "by": "demo", "decided_on": "2026-11-23",
}  # fmt: skip


def _load(registry, *entries):
    text = yaml.safe_dump(list(entries), allow_unicode=True, sort_keys=False)
    return parse_decisions(text, registry, ["a", "b"], name="data/decisions/2023.yml")


def test_every_field_is_read_as_it_was_written(registry):
    said = {"start": "12", "value": "1e3", "unit": "on", "period": "2023", "expect": {"value": "-24.020", "unit": "%"}}
    (decision,) = _load(registry, {**ENTRY, "action": "override", **said})
    assert decision.start == 12
    assert dict(decision.changes) == {"value": "1e3", "unit": "on", "period": "2023"}
    assert dict(decision.expect) == said["expect"]
    assert decision.where == "data/decisions/2023.yml:1"
    assert (decision.indicator, decision.reviewed_by, decision.other) == ("", "", None)


def test_no_file_is_no_decision(registry, tmp_path):
    assert load_decisions(tmp_path / "none.yml", registry, ["a"], name="none.yml") == []
    (tmp_path / "empty.yml").write_text("# nobody decided yet\n", encoding="utf-8")
    assert load_decisions(tmp_path / "empty.yml", registry, ["a"], name="empty.yml") == []


WRONG = [
    ({"source_id": "aa"}, r"unknown source 'aa' \(did you mean 'a'\?\)|unknown source 'aa'"),
    ({"action": "acept"}, r"'acept' \(did you mean 'accept'\?\)"),
    ({"indicator": "forest_cove"}, r"unknown indicator 'forest_cove' \(did you mean 'forest_cover'"),
    ({"reason": ""}, "found nothing"),
    ({"decided_on": "yesterday"}, "in the form YYYY-MM-DD"),
    ({"id": "1"}, "in the form d-0001"),
    ({"start": "-1"}, "in the form a raw offset"),
    ({"sufix": "。"}, r"unknown key 'sufix' \(did you mean 'suffix'"),
    ({"value": "24"}, r"'value' in a decision of action 'accept', expected it only in: override, add"),
    ({"action": "reject", "indicator": "forest_cover"}, "'indicator' in a decision of action 'reject'"),
    ({"action": "override"}, "an override of nothing"),
    ({"action": "override", "value": "24.02%"}, "in the form a number"),
    ({"action": "override", "value": "nan"}, "in the form a number"),
    ({"action": "override", "kind": "levle"}, r"'levle' \(did you mean 'level'"),
    ({"period": "last year"}, "in the form 2023, 2023-12-31 or 2013/2022"),
    ({"action": "indicator"}, "no 'indicator'"),
    ({"action": "merge"}, "no 'into'"),
    ({"action": "fill"}, "no 'from'"),
    ({"action": "add", "value": "1", "unit": "%"}, "no 'kind'"),
    ({"action": "fill", "from": {"source_id": "c", "text": "1"}}, "unknown source 'c'"),
    ({"action": "merge", "into": {"txt": "1"}}, "no 'text'"),
    ({"expect": {"valu": "1"}}, r"unknown key 'valu' \(did you mean 'value'"),
    ({"expect": {"value": "about 3"}}, "in the form a number"),
    ({"expect": {"period": "last year"}}, "in the form 2023, 2023-12-31 or 2013/2022"),
    ({"period": "2023-02-30"}, "'2023-02-30', expected 1.period in the form 2023, 2023-12-31 or 2013/2022, of"),
    ({"base_period": "2013/2022-04-31"}, "base_period in the form 2023"),
    ({"period": "2023-13"}, "period in the form 2023"),
    ({"decided_on": "2026-02-29"}, "'2026-02-29', expected 1.decided_on in the form YYYY-MM-DD, of the calendar"),
    ({"decided_on": "2026-11"}, "decided_on in the form YYYY-MM-DD"),
    ({"decided_on": "2026-11-23\n"}, "decided_on in the form YYYY-MM-DD"),
    ({"decided_on": ""}, "decided_on in the form YYYY-MM-DD"),
]


@pytest.mark.parametrize(("said", "message"), WRONG)
def test_a_wrong_decision_is_named_with_its_line(registry, said, message):
    with pytest.raises(InputError, match=message) as caught:
        _load(registry, ENTRY, {**ENTRY, "id": "d-0002", **said})
    assert all(problem.where.startswith("data/decisions/2023.yml:") for problem in caught.value.problems)
    assert all(int(problem.where.rpartition(":")[2]) >= 10 for problem in caught.value.problems)


def test_a_day_that_no_calendar_has_is_one_problem(registry):
    with pytest.raises(InputError) as caught:
        _load(registry, {**ENTRY, "period": "2023-02-30"})
    assert len(caught.value.problems) == 1


def test_all_mistakes_are_told_at_once(registry):
    with pytest.raises(InputError) as caught:
        _load(registry, ENTRY, {**ENTRY, "source_id": "c", "indicator": "x"}, {**ENTRY, "id": "d-0003", "value": "1"})
    told = [str(problem) for problem in caught.value.problems]
    assert [("c" in told[0]), ("'x'" in told[1]), ("again" in told[2]), ("'value'" in told[3])] == [True] * 4


RIGHT = [
    {"action": "accept", "region": "某地"},
    {"action": "accept", "scope": "no-such-scope"},
    {"action": "override", "unit": "no such unit"},
    {"action": "flag"},
    {"action": "accept", "period": "2024-02-29/2024", "expect": {"period": "2023-02-30"}},  # the text misprints it
    {"action": "merge", "into": {"text": "1"}},
    {"action": "fill", "from": {"source_id": "b", "text": "1"}},
    {"action": "add", "value": "1", "unit": "个", "kind": "count"},
]


@pytest.mark.parametrize("said", RIGHT)
def test_only_unknown_sources_indicators_and_actions_are_mistakes(registry, said):
    (decision,) = _load(registry, {**ENTRY, **said})
    assert decision.action == said["action"]


VALUES = st.one_of(
    st.text(max_size=4), st.sampled_from(["24.02", "%", "level", "2023", "d-0001", "2026-11-23", *ACTIONS])
)
ENTRIES = st.builds(
    lambda base, said, drop: {k: v for k, v in {**base, **said}.items() if k not in drop},
    st.just(ENTRY),
    st.dictionaries(
        st.sampled_from(["value", "kind", "period", "start", "action", "expect", "into", "other", "reason", "id"]),
        st.one_of(VALUES, st.dictionaries(st.sampled_from(["value", "text", "kind"]), VALUES), st.lists(VALUES, max_size=2)),
        max_size=3,
    ),
    st.sets(st.sampled_from(list(ENTRY)), max_size=1),
)  # fmt: skip


@given(st.one_of(st.none(), VALUES, st.lists(ENTRIES, max_size=3)))
def test_the_fast_test_says_what_the_schema_says(data):
    assert fits_schema(data) == jsonschema.Draft202012Validator(DECISIONS_SCHEMA).is_valid(data)


# what tools write
TEXT = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)
NAMES = st.sampled_from(["text", "prefix", "suffix", "reason", "by", "unit"])


@given(st.dictionaries(NAMES, TEXT, min_size=1), st.dictionaries(NAMES, TEXT))
def test_what_is_written_reads_back(said, expected):
    entry = {"id": "d-0001", **said, "expect": expected}
    assert parse_yaml(entry_text(entry), name="x").data == [entry]
    assert "\n  expect: {" in entry_text(entry)


@pytest.mark.parametrize(
    "text", ["~", "on", "12:30", "1_000", "- a", "# a", "a: b", "", "'", '"', "\u2028", "\x85", "\x00"]
)
def test_words_that_yaml_bites_read_back(text):
    assert parse_yaml(entry_text({"id": "d-0001", "text": text}), name="x").data[0]["text"] == text


FILES = [
    "",
    "# nobody decided yet\n",
    "---\n- {id: d-0007, action: accept}\n",
    "  - id: d-0007\n    reason: >-\n      folded\n      text",
    "- id: 'd-0007' # a comment at the end",
    "\ufeff- id: d-0007\r\n  reason: x\r\n",
    "- id: d-0007\n  reason: |\n    with a line\n\n\n# an afterthought\n",
]


@pytest.mark.parametrize("text", FILES)
def test_appending_keeps_every_byte(text):
    data = text.encode("utf-8")
    new, first = appended(data, {"text": "24.02%"}, name="d.yml")
    new, second = appended(new, {"text": "地方\n山西", "expect": {"value": "1"}}, name="d.yml")
    assert new.startswith(data)
    entries = parse_yaml(new.decode("utf-8"), name="d.yml").data
    assert [entry["id"] for entry in entries[-2:]] == [first, second]
    assert (first, second) == (("d-0008", "d-0009") if "d-0007" in text else ("d-0001", "d-0002"))
    assert entries[-1] == {"id": second, "text": "地方\n山西", "expect": {"value": "1"}}
    assert len(entries) == 2 + ("d-0007" in text)
    assert (b"\r\n" in new) == ("\r\n" in text)


@pytest.mark.parametrize(
    "data", [b"[]\n", b"decisions:\n- id: d-0001\n", b"- id: d-0001\n...\n", b"- a\n---\n- b\n", "中".encode("gb18030")]
)
def test_a_file_of_another_form_is_refused(data):
    with pytest.raises(InputError, match=r"^d\.yml: found "):
        appended(data, {"text": "1"}, name="d.yml")


def test_ids_only_grow():
    assert next_id("") == "d-0001"
    assert next_id("- id: d-0003\n- {id: d-0012, x: y}\n- 'id': 'd-0005'\n") == "d-0013"
    assert next_id("- id: d-9999\n") == "d-10000"


@given(st.text("ab1。", max_size=40), st.data())
def test_the_words_around_a_place_tell_it_apart(raw, data):
    raw += "1"
    start = data.draw(st.integers(0, len(raw) - 1))
    end = data.draw(st.integers(start + 1, len(raw)))
    anchor = anchor_at(raw, "a", start, end)
    whole = anchor.prefix + anchor.text + anchor.suffix
    assert anchor.text == raw[start:end]
    assert sum(raw.startswith(whole, at) for at in range(len(raw))) == 1
    assert raw.index(whole) + len(anchor.prefix) == start
