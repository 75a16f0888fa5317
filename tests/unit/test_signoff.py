"""Signatures: which count for a manifest, what a person may sign, and that only what was signed is published."""

from __future__ import annotations

import hashlib
import json
import shutil

import pytest
import test_edition_support as editions
import yaml
from hypothesis import given
from hypothesis import strategies as st

from qingshan import charts, edition, publishing, signoff, sources
from qingshan.cli import main
from qingshan.curate.writing import appended_all
from qingshan.edition import published, verify
from qingshan.model import InputError, ValidationError
from qingshan.pipeline import publication
from qingshan.source_schema import ROLES

HASHES = ("a" * 64, "b" * 64)
NAMES = dict(zip(ROLES, ("甲", "乙", "丙"), strict=True))


def _entry(role="初审", by="甲", manifest=HASHES[0], on="2024-06-05", number=1):
    return signoff.Entry(f"s-{number:04d}", "sign", manifest, role, by, on, "")


ENTRIES = st.lists(
    st.builds(_entry, st.sampled_from(ROLES), st.sampled_from("甲乙丙丁"), st.sampled_from(HASHES)), max_size=12
)


@given(
    ENTRIES, st.lists(st.sampled_from(ROLES), unique=True, min_size=1).map(lambda roles: sorted(roles, key=ROLES.index))
)
def test_only_signatures_on_the_manifest_count_in_order_by_different_people(entries, roles):
    standing = signoff.standing(entries, HASHES[0], roles)
    assert [one.role for one in standing.signed] + list(standing.missing) == roles
    assert all(one.manifest == HASHES[0] for one in standing.signed)
    assert len({one.by for one in standing.signed}) == len(standing.signed)
    assert set(standing.stale) == {one for one in entries if one.manifest != HASHES[0]}


@pytest.mark.parametrize(
    ("signed", "missing"),
    [
        ([("初审", "甲"), ("复审", "乙"), ("终审", "丙")], ()),
        ([("复审", "乙"), ("初审", "甲"), ("终审", "丙")], ("复审", "终审")),  # the second reading came too early
        ([("初审", "甲"), ("复审", "甲"), ("终审", "丙")], ("复审", "终审")),  # one person twice
        ([("初审", "甲"), ("复审", "甲"), ("复审", "乙"), ("终审", "丙")], ()),
        ([], ROLES),
    ],
)
def test_a_file_that_people_edited_is_judged_by_the_same_rules(signed, missing):
    entries = [_entry(role, by, number=number) for number, (role, by) in enumerate(signed, 1)]
    assert signoff.standing(entries, HASHES[0], ROLES).missing == missing


GOOD = {"id": "s-0001", "action": "sign", "manifest": HASHES[0], "role": "初审", "by": "甲", "signed_on": "2024-06-05"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"role": "初申"}, "2023.signoff.yml:4: found '初申', expected one of 初审, 复审, 终审"),
        ({"manifest": "a" * 63}, "64 hexadecimal digits"),
        ({"by": " "}, "a name"),
        ({"signed_on": "2023-02-29"}, "YYYY-MM-DD, of the calendar"),
        ({"signed_on": "2023-02"}, "YYYY-MM-DD, of the calendar"),
        ({"by": None}, "no 'by', expected 'by' in every sign"),
        ({"published": HASHES[1]}, "'published' in a sign"),
        ({"action": "publish"}, "no 'published', expected 'published' in every publish"),
        ({"id": "s-1"}, "s-0001"),
        ({"date": "2024"}, "unknown key 'date'"),
    ],
)
def test_a_mistake_in_the_file_is_named(workspace, change, message):
    entry = {name: text for name, text in {**GOOD, **change}.items() if text is not None}
    path = workspace.signoff_file("2023")
    path.write_text(yaml.safe_dump([entry], allow_unicode=True, sort_keys=False), encoding="utf-8")
    with pytest.raises(InputError) as told:
        signoff.load(workspace, "2023")
    assert message in str(told.value)


def test_an_id_twice_is_named(workspace):
    workspace.signoff_file("2023").write_text(yaml.safe_dump([GOOD, GOOD], allow_unicode=True), encoding="utf-8")
    with pytest.raises(InputError, match="id 's-0001' again"):
        signoff.load(workspace, "2023")


@pytest.mark.parametrize(
    ("said", "roles"),
    [("", ROLES), ("signoff: [终审, 初审]\n", ("初审", "终审")), ("signoff: [初审, 复审, 终审]\n", ROLES)],
)
def test_an_edition_asks_for_roles_in_their_order(tmp_path, said, roles):
    assert _edition(tmp_path, said).signoff == roles


@pytest.mark.parametrize("said", ["signoff: []\n", "signoff: [初审, 初审]\n", "signoff: 初审\n", "signoff: [三审]\n"])
def test_roles_that_no_edition_can_ask_for_are_refused(tmp_path, said):
    with pytest.raises(InputError, match=r"edition\.yml:\d+: "):
        _edition(tmp_path, said)


def _edition(root, said):
    workspace = editions.write_workspace(root)
    path = workspace.edition_file("2023")
    text = path.read_text(encoding="utf-8")
    assert text.startswith("{")  # JSON is YAML; what is said goes into the mapping
    data = {**json.loads(text), **(yaml.safe_load(said) or {})} if said else json.loads(text)
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return sources.load_edition(workspace, "2023")


def test_the_revision_before():
    names = ("2023", "2023-r1", "2023-r2", "2023-r10")
    assert [sources.previous_revision(name) for name in names] == ["", "2023", "2023-r1", "2023-r9"]


@pytest.fixture
def candidate(tmp_path):
    """A workspace whose tables and candidate stand as a run leaves them."""
    workspace = editions.write_workspace(tmp_path / "ws", status="candidate")
    charts.build(workspace, "2023")
    edition.build(workspace, "2023")
    shutil.copytree(workspace.staged("2023"), workspace.clean("2023"))
    return workspace


def _sign(workspace, *roles, on="2024-06-05", names=NAMES):
    said = []
    for role in roles:
        publishing.sign(workspace, "2023", role, names[role], on, say=said.append)
    return said


def _hash(workspace):
    return hashlib.sha256((workspace.clean("2023") / "manifest.json").read_bytes()).hexdigest()


def test_three_signatures_make_a_candidate_the_published_edition(candidate):
    signed = _hash(candidate)
    assert _sign(candidate, *ROLES)[-1] == "all have signed. Next: qingshan publish 2023"
    before = candidate.signoff_file("2023").read_bytes()
    said = []
    assert publishing.publish(candidate, "2023", say=said.append) == 0
    folder, entries = candidate.clean("2023"), signoff.load(candidate, "2023")
    assert verify(folder) == []
    assert candidate.signoff_file("2023").read_bytes().startswith(before)  # tools append only
    assert [(one.action, one.manifest) for one in entries] == [("sign", signed)] * 3 + [("publish", signed)]
    assert entries[-1].published == _hash(candidate) != signed
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["review"], manifest["reviewed_manifest"]) == ("published", signed)
    about = published.about(folder)
    assert (about["status"], about["review"], about["reviewed_manifest"]) == ("published", "published", signed)
    assert [one["role"] for one in about["signed"]] == list(ROLES)
    for path in folder.rglob("*"):
        if path.suffix in (".html", ".svg", ".json"):
            text = path.read_text(encoding="utf-8")
            assert not [mark for mark in ("送审稿", "For review", "candidate") if mark in text], path.name
            assert not [name for name in NAMES.values() if f">{name}<" in text], path.name
    pictures = {path.name for path in (folder / "charts").glob("*.svg")}
    assert pictures == {f"decoupling.{form}.svg" for form in ("zh", "en", "zh.print", "en.print")}
    day = '<time datetime="2024-06-05">2024-06-05</time>'
    assert f"终审（{day}）" in (folder / "index.zh.html").read_text(encoding="utf-8")
    assert f"final reading ({day})" in (folder / "index.en.html").read_text(encoding="utf-8")
    # the tables that were read are the tables that are published
    changed = {
        path.relative_to(folder).as_posix()
        for path in candidate.staged("2023").rglob("*.csv")
        for path in [folder / path.relative_to(candidate.staged("2023"))]
        if path.read_bytes() != (candidate.staged("2023") / path.relative_to(folder)).read_bytes()
    }
    assert changed == set()


def test_the_demonstration_mark_outlives_the_signatures(tmp_path):
    workspace = editions.write_workspace(tmp_path)
    charts.build(workspace, "2023")
    edition.build(workspace, "2023")
    shutil.copytree(workspace.staged("2023"), workspace.clean("2023"))
    _sign(workspace, *ROLES)
    publishing.publish(workspace, "2023", say=lambda _: None)
    page = (workspace.clean("2023") / "index.zh.html").read_text(encoding="utf-8")
    assert "示范文本，非官方来源" in page
    assert "送审稿" not in page
    assert published.about(workspace.clean("2023"))["status"] == "demonstration"


def test_the_published_form_is_made_again_to_the_byte(candidate):
    _sign(candidate, *ROLES)
    publishing.publish(candidate, "2023", say=lambda _: None)
    first = {path: path.read_bytes() for path in candidate.clean("2023").rglob("*") if path.is_file()}
    shutil.rmtree(candidate.clean("2023"))
    said = []
    assert publication.restore(candidate, "2023", said.append) == 0
    assert {path: path.read_bytes() for path in candidate.clean("2023").rglob("*") if path.is_file()} == first


def test_what_a_kill_left_between_record_and_folder_is_finished(candidate, monkeypatch):
    _sign(candidate, *ROLES)

    def cut_short(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr(publication, "promote", cut_short)
        with pytest.raises(KeyboardInterrupt):
            publishing.publish(candidate, "2023")
    assert main(["--workspace", str(candidate.root), "verify", "2023"]) == 1  # recorded, and not there
    with pytest.raises(InputError, match="a published edition"):
        _sign(candidate, "初审")
    assert publishing.publish(candidate, "2023", say=lambda _: None) == 0
    assert [one.action for one in signoff.load(candidate, "2023")] == ["sign"] * 3 + ["publish"]
    assert main(["--workspace", str(candidate.root), "verify", "2023"]) == 0


def test_a_signature_on_another_hash_is_named_as_stale_and_does_not_count(candidate):
    _sign(candidate, *ROLES)
    old = _hash(candidate)
    path = candidate.edition_file("2023")
    path.write_text(path.read_text(encoding="utf-8").replace("CC-BY-4.0", "CC0-1.0"), encoding="utf-8")
    edition.build(candidate, "2023")
    shutil.rmtree(candidate.clean("2023"))
    shutil.copytree(candidate.staged("2023"), candidate.clean("2023"))
    with pytest.raises(ValidationError) as told:
        publishing.publish(candidate, "2023")
    assert "is not signed as 初审、复审、终审" in str(told.value)
    assert str(told.value).count("stale, and not counted: s-000") == 3
    assert old[:12] in str(told.value)
    assert not published.is_published(candidate.clean("2023"))
    said = _sign(candidate, "初审")
    assert sum(line.startswith("stale, and not counted: s-000") for line in said) == 3
    with pytest.raises(InputError, match="no 复审 of manifest"):
        _sign(candidate, "终审")


def test_tables_that_changed_since_are_not_published(candidate):
    _sign(candidate, *ROLES)
    path = candidate.work("2023", "curate", "observations.csv")
    path.write_text(path.read_text(encoding="utf-8").replace(",2257,2257,2257,", ",2258,2258,2258,"), encoding="utf-8")
    with pytest.raises(InputError, match="tables that give the signed manifest"):
        publishing.publish(candidate, "2023")
    assert not published.is_published(candidate.clean("2023"))
    assert signoff.publication(signoff.load(candidate, "2023")) is None


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--as", "初审", "--by", " "], "--by: found '', expected a name"),
        (["--as", "初申", "--by", "甲"], "--as 初申: found no such role, expected one of 初审、复审、终审"),
        (["--as", "复审", "--by", "甲"], "--as 复审: found no 初审 of manifest"),
        (["--as", "初审", "--by", "甲", "--on", "2024-02-30"], "--on 2024-02-30: found no day"),
        (["--as", "初审", "--by", "甲", "--on", "2024"], "--on 2024: found no day"),
    ],
)
def test_a_wrong_signature_is_one_message(candidate, capsys, arguments, message):
    assert main(["--workspace", str(candidate.root), "sign", "2023", *arguments]) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"qingshan: {message}")
    assert err.count("\n") == 1
    assert not candidate.signoff_file("2023").exists()


@pytest.mark.parametrize(
    ("role", "by", "on", "message"),
    [
        ("初审", "丁", "2024-06-05", "s-0001: 甲 has signed this manifest"),
        ("复审", "甲", "2024-06-05", "the same person as 初审"),
        ("终审", "丙", "2024-06-05", "no 复审 of manifest"),
        ("复审", "乙", "2024-06-04", "a day before 初审 was signed"),
    ],
)
def test_a_second_signature_keeps_order_person_and_day(candidate, role, by, on, message):
    _sign(candidate, "初审")
    with pytest.raises(InputError) as told:
        publishing.sign(candidate, "2023", role, by, on)
    assert message in str(told.value)
    assert len(told.value.problems) == 1
    assert len(signoff.load(candidate, "2023")) == 1


def test_without_a_date_the_edition_s_own_is_taken_and_never_the_clock(candidate):
    _sign(candidate, "初审", on="")
    assert signoff.load(candidate, "2023")[0].signed_on == sources.load_edition(candidate, "2023").published_on != ""
    path = candidate.edition_file("2023")
    data = json.loads(path.read_text(encoding="utf-8"))
    del data["published_on"]
    path.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(InputError, match="--on: found no date"):
        _sign(candidate, "复审", on="")
    _sign(candidate, "复审", "终审")
    with pytest.raises(InputError, match="published_on '', expected the day of publication"):
        publishing.publish(candidate, "2023")


def test_a_changed_file_is_neither_signed_nor_published(candidate):
    page = candidate.clean("2023") / "index.zh.html"
    page.write_text(page.read_text(encoding="utf-8") + " ", encoding="utf-8")
    with pytest.raises(InputError, match=r"data/clean/2023/index\.zh\.html"):
        _sign(candidate, "初审")
    with pytest.raises(InputError, match=r"data/clean/2023/index\.zh\.html"):
        publishing.publish(candidate, "2023")


@pytest.mark.parametrize("command", [["sign", "2023", "--as", "初审", "--by", "甲"], ["publish", "2023"]])
def test_nothing_is_signed_or_published_by_a_notebook(candidate, monkeypatch, capsys, command):
    monkeypatch.setenv("JPY_PARENT_PID", "7")
    assert main(["--workspace", str(candidate.root), *command]) == 2
    assert "found a notebook, expected a terminal" in capsys.readouterr().err


def test_a_published_edition_is_signed_no_more_and_verified_against_its_record(candidate, capsys):
    _sign(candidate, *ROLES)
    publishing.publish(candidate, "2023", say=lambda _: None)
    with pytest.raises(InputError, match="qingshan revise 2023"):
        _sign(candidate, "初审")
    at = ["--workspace", str(candidate.root)]
    assert main([*at, "publish", "2023"]) == 0
    assert "published already" in capsys.readouterr().out
    # whoever changes a file and the manifest with it is still found out
    folder = candidate.clean("2023")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["edition"] = "2024"
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert verify(folder) == []
    assert main([*at, "verify", "2023"]) == 1
    assert "as published (data/decisions/2023.signoff.yml, s-0004)" in capsys.readouterr().err


def test_only_a_published_edition_is_revised(candidate):
    with pytest.raises(InputError, match="a candidate, expected a published edition"):
        publishing.revise(candidate, "2023")
    _sign(candidate, *ROLES)
    publishing.publish(candidate, "2023", say=lambda _: None)
    assert publishing.revise(candidate, "2023") == "2023-r1"
    for name in ("edition.yml", "src-a/source.yml"):
        assert (candidate.raw("2023-r1") / name).read_bytes() == (candidate.raw("2023") / name).read_bytes()
    assert candidate.decisions_file("2023-r1").read_bytes() == candidate.decisions_file("2023").read_bytes()
    assert not candidate.signoff_file("2023-r1").exists()  # nobody signed that one
    with pytest.raises(InputError, match="data/raw/2023-r1: found a folder"):
        publishing.revise(candidate, "2023")


def test_many_entries_get_ids_in_a_row_and_each_file_its_own_letter():
    entries = [{"action": "flag", "reason": f"理由{n}"} for n in range(3)]
    data, ids = appended_all(b"- id: p-0004\n- id: d-0009\n", entries, name="x.yml", letter="p")
    assert ids == ["p-0005", "p-0006", "p-0007"]
    assert [entry["id"] for entry in yaml.safe_load(data)][2:] == ids
    assert appended_all(data, [], name="x.yml", letter="p") == (data, [])
