import hashlib

import pytest

from qingshan import sources
from qingshan.documents import read_yaml
from qingshan.model import InputError
from qingshan.register import NewSource, add_source, init_workspace
from qingshan.replacement import describe

TEXT = "2021年全国森林覆盖率为24.02%，自然保护地约占18%。\n"


def _new(**changes):
    return NewSource(**{"edition": "2023", "source_id": "bulletin", "title": "公报", "publisher": "某部", **changes})


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "公报.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_init_makes_a_workspace_once_and_again(tmp_path):
    workspace = init_workspace(tmp_path / "ws")
    assert sources.Workspace.find(tmp_path / "ws" / "data").root == workspace.root
    assert init_workspace(tmp_path / "ws").root == workspace.root
    assert workspace.registry.is_dir()  # the package's
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("x")
    with pytest.raises(InputError, match="a folder with other files"):
        init_workspace(tmp_path / "other")


def test_add_copies_the_file_and_says_what_it_is(workspace, file):
    add_source(workspace, file, _new(year="2023", area="全国", published_on="2024-06-05"))
    folder = workspace.source_folder("2023", "bulletin")
    assert (folder / "公报.txt").read_bytes() == file.read_bytes()
    entry = read_yaml(folder / "source.yml", sources.SOURCE_SCHEMA).data
    assert entry["file"]["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert entry["file"]["encoding"] == "utf-8"
    edition = sources.check_sources(workspace, "2023")
    (source,) = edition.sources
    assert (source.area, source.year, source.as_of) == ("全国", "2023", "2024-06-05")
    assert sources.read_raw(workspace, "2023", source).text == TEXT


def test_add_keeps_bytes_that_are_not_utf8(workspace, tmp_path):
    path = tmp_path / "a.txt"
    data = ("生态环境质量持续改善，全国森林覆盖率为24.02%。\r\n" * 20).encode("gb18030")
    path.write_bytes(data)
    add_source(workspace, path, _new())
    (source,) = sources.check_sources(workspace, "2023").sources
    assert sources.read_raw(workspace, "2023", source).text == data.decode("gb18030")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"edition": "23"}, "--edition: found '23'"),
        ({"edition": "../x"}, "--edition"),
        ({"source_id": "../x"}, "--id: found '../x'"),
        ({"source_id": "Übung"}, "--id"),
    ],
)
def test_add_refuses_bad_names(workspace, file, changes, message):
    with pytest.raises(InputError, match=message):
        add_source(workspace, file, _new(**changes))


def test_add_refuses_a_taken_id_and_replace_a_free_one(workspace, file):
    with pytest.raises(InputError, match="no source of that id"):
        add_source(workspace, file, _new(), is_replacement=True)
    add_source(workspace, file, _new())
    with pytest.raises(InputError, match="Add --replace"):
        add_source(workspace, file, _new())


def test_add_refuses_what_is_not_text_and_writes_nothing(workspace, tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"%PDF-1.7\n\x00\x01\x02")
    with pytest.raises(InputError, match="PDF"):
        add_source(workspace, path, _new())
    assert not workspace.raw("2023").exists()


def _replacement(**changes):
    return NewSource(**{"edition": "2023", "source_id": "bulletin", "title": "", "publisher": "", **changes})


def _everything(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("name", ["..", ".", "source.yml", "Source.YML", "a/b.txt", "..\\a.txt"])
def test_a_path_that_is_no_file_of_the_source_removes_nothing(workspace, file, name):
    add_source(workspace, file, _new())
    add_source(workspace, file, _new(source_id="second"))
    entry = workspace.source_folder("2023", "bulletin") / "source.yml"
    entry.write_text(entry.read_text("utf-8").replace("path: 公报.txt", f"path: '{name}'"), encoding="utf-8")
    before = _everything(workspace.raw("2023"))
    for act in (
        lambda: add_source(workspace, file, _replacement(), is_replacement=True),
        lambda: sources.check_sources(workspace, "2023"),
    ):
        with pytest.raises(InputError, match=r"source\.yml:\d+: found .*, expected file\.path in the form a file name"):
            act()
    assert _everything(workspace.raw("2023")) == before


def test_replace_removes_the_old_file_and_never_a_folder(workspace, file, tmp_path):
    add_source(workspace, file, _new())
    folder = workspace.source_folder("2023", "bulletin")
    new = tmp_path / "new.txt"
    new.write_text(TEXT, encoding="utf-8")
    add_source(workspace, new, _replacement(), is_replacement=True)
    assert sorted(path.name for path in folder.iterdir()) == ["new.txt", "source.yml"]
    (folder / "new.txt").unlink()
    (folder / "new.txt").mkdir()
    (folder / "new.txt" / "kept.txt").write_text("a person's")
    add_source(workspace, file, _replacement(), is_replacement=True)
    assert (folder / "new.txt" / "kept.txt").read_text() == "a person's"
    assert sources.check_sources(workspace, "2023")


def test_a_link_out_of_the_folder_is_no_source(workspace, file, tmp_path):
    add_source(workspace, file, _new())
    stored = workspace.source_folder("2023", "bulletin") / "公报.txt"
    stored.unlink()
    stored.symlink_to(file)
    with pytest.raises(
        InputError, match=r"data/raw/2023/bulletin/公报\.txt: found a name or link that leads elsewhere"
    ):
        sources.check_sources(workspace, "2023")


@pytest.mark.parametrize("name", ["source.yml", "SOURCE.YML", "a\\b.txt"])
def test_add_refuses_a_file_name_that_source_yml_may_not_say(workspace, tmp_path, name):
    path = tmp_path / name
    path.write_text(TEXT, encoding="utf-8")
    with pytest.raises(
        InputError, match=r"expected a file name without folders, and not source\.yml. Rename the file\."
    ):
        add_source(workspace, path, _new())
    assert not workspace.raw("2023").exists()


@pytest.mark.parametrize("changes", [{"maturity": "finall"}, {"title": "公报\udcff"}, {"url": "\udcff"}])
def test_add_writes_no_source_yml_that_it_would_refuse_to_read(workspace, file, changes):
    with pytest.raises(InputError, match=r"data/raw/2023/bulletin/source\.yml"):
        add_source(workspace, file, _new(**changes))
    assert not workspace.raw("2023").exists()


def test_a_mapping_for_running_text_is_refused(workspace, file, tmp_path):
    with pytest.raises(InputError, match=r"--table: found a mapping for 公报\.txt, which is no table"):
        add_source(workspace, file, _new(table=tmp_path / "m.yml"))
    assert not workspace.raw("2023").exists()


def test_text_does_not_replace_a_table_whose_mapping_stands(workspace, file, tmp_path):
    table = tmp_path / "t.csv"
    table.write_text("指标,地区,年份,数值,单位\n森林覆盖率,全国,2021,24.02,%\n", encoding="utf-8")
    add_source(workspace, table, _new())
    before = _everything(workspace.raw("2023"))
    with pytest.raises(InputError, match=r"found a 'table' for 公报\.txt"):
        add_source(workspace, file, _replacement(), is_replacement=True)
    assert _everything(workspace.raw("2023")) == before


def test_replace_keeps_the_old_hash_and_tells_what_became_of_decisions(workspace, file):
    add_source(workspace, file, _new(year="2023", area="全国"))
    old = sources.load_source(workspace, "2023", "bulletin").sha256
    entry = "{{id: {}, action: accept, source_id: bulletin, text: {}, prefix: {}, reason: 核对, by: demo, decided_on: 2026-11-23}}"
    decisions = [("d-0001", "24.02%", "覆盖率为"), ("d-0002", "18%", "约占")]
    workspace.decisions_file("2023").write_text("".join(f"- {entry.format(*d)}\n" for d in decisions), encoding="utf-8")
    file.write_text("新的一行。" + TEXT.replace("18%", "19%"), encoding="utf-8")
    replaced = add_source(
        workspace, file, NewSource(edition="2023", source_id="bulletin", title="", publisher=""), is_replacement=True
    )
    assert (replaced.unchanged, replaced.moved, replaced.reopened) == ((), ("d-0001",), ("d-0002",))
    data = read_yaml(workspace.source_folder("2023", "bulletin") / "source.yml", sources.SOURCE_SCHEMA).data
    assert data["file"]["replaced"] == [old]
    assert data["title"] == "公报"
    assert sources.check_sources(workspace, "2023").sources[0].area == "全国"


def _change(path):
    path.write_bytes(path.read_bytes().replace(b"24.02", b"24.03"))


def _link_out(path):
    path.symlink_to(path.rename(path.parents[1] / "elsewhere.txt"))


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (_change, "公报.txt: found sha256 "),
        (lambda path: path.unlink(), "公报.txt: found no such file"),
        (_link_out, "公报.txt: found a name or link that leads elsewhere"),
    ],
    ids=["changed", "gone", "link"],
)
@pytest.mark.parametrize("decided", [True, False], ids=["decided", "undecided"])
def test_replace_serves_where_its_own_remedy_sends_people(workspace, file, harm, reason, decided):
    """The old text cannot be had: that is why the file is registered again, and no reason to refuse it."""
    add_source(workspace, file, _new())
    if decided:
        entry = "- {id: d-0001, action: accept, source_id: bulletin, text: 24.02%, prefix: 覆盖率为, reason: 核对, by: demo, decided_on: 2026-11-23}\n"
        workspace.decisions_file("2023").write_text(entry, encoding="utf-8")
    harm(workspace.source_folder("2023", "bulletin") / "公报.txt")
    with pytest.raises(InputError, match="--replace"):
        sources.check_sources(workspace, "2023")
    replaced = add_source(workspace, file, _replacement(), is_replacement=True)
    assert replaced.uncompared == (("d-0001",) if decided else ())
    told, kept = describe(replaced)
    assert told.startswith(f"the old text was not compared with the new one (data/raw/2023/bulletin/{reason}")
    assert kept == f"{int(decided)} decisions kept: the next run looks for their text in the new file" + (
        ": d-0001" if decided else ""
    )
    (source,) = sources.check_sources(workspace, "2023").sources
    assert sources.read_raw(workspace, "2023", source).text == TEXT
    assert not (workspace.source_folder("2023", "bulletin") / "公报.txt").is_symlink()


def test_a_workbook_read_otherwise_is_registered_again(workspace, tmp_path):
    """Its bytes are the same, and its text layer is not: the old one cannot be had from this reader."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in (("指标", "地区", "年份", "数值", "单位"), ("森林覆盖率", "全国", 2021, 24.02, "%")):
        book.active.append(row)
    path = tmp_path / "t.xlsx"
    book.save(path)
    add_source(workspace, path, _new())
    entry = workspace.source_folder("2023", "bulletin") / "source.yml"
    layer = sources.load_source(workspace, "2023", "bulletin").layer_sha256
    entry.write_text(entry.read_text("utf-8").replace(layer, "0" * 64), encoding="utf-8")
    decision = "- {id: d-0001, action: accept, source_id: bulletin, text: '24.02', reason: 核对, by: demo, decided_on: 2026-11-23}\n"
    workspace.decisions_file("2023").write_text(decision, encoding="utf-8")
    replaced = add_source(workspace, path, _replacement(), is_replacement=True)
    assert replaced.uncompared == ("d-0001",)
    assert "text layer" in replaced.reason
    assert sources.load_source(workspace, "2023", "bulletin").layer_sha256 == layer


def test_decisions_with_mistakes_stop_a_replacement_before_anything_is_written(workspace, file):
    add_source(workspace, file, _new())
    workspace.decisions_file("2023").write_text("- {id: d-0001}\n", encoding="utf-8")
    _change(workspace.source_folder("2023", "bulletin") / "公报.txt")
    before = _everything(workspace.raw("2023"))
    with pytest.raises(InputError, match=r"data/decisions/2023\.yml:1"):
        add_source(workspace, file, _replacement(), is_replacement=True)
    assert _everything(workspace.raw("2023")) == before


def test_a_changed_byte_and_a_missing_file_stop_before_any_work(workspace, file, tmp_path):
    add_source(workspace, file, _new())
    add_source(workspace, file, _new(source_id="second"))
    stored = workspace.source_folder("2023", "bulletin") / "公报.txt"
    stored.write_bytes(stored.read_bytes().replace(b"24.02", b"24.03"))
    (workspace.source_folder("2023", "second") / "公报.txt").unlink()
    with pytest.raises(InputError) as caught:
        sources.check_sources(workspace, "2023")
    first, second = map(str, caught.value.problems)
    assert first.startswith("data/raw/2023/bulletin/公报.txt: found sha256 ")
    assert "as registered in source.yml" in first
    assert second.startswith("data/raw/2023/second/公报.txt: found no such file")


def test_an_edition_without_sources_or_folder(workspace, file):
    with pytest.raises(InputError, match=r"data/raw/2024: found no such folder"):
        sources.load_edition(workspace, "2024")
    add_source(workspace, file, _new())
    import shutil

    shutil.rmtree(workspace.source_folder("2023", "bulletin"))
    with pytest.raises(InputError, match=r"data/raw/2023: found no sources"):
        sources.load_edition(workspace, "2023")
