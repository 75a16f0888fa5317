"""Sources that are tables: workbooks and their text layer, registering, the stages, and the two tables shipped for 2023."""

import csv
import datetime
import hashlib
import io
import re
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from qingshan import registry as registry_package
from qingshan import sources, stages, store
from qingshan.documents import read_yaml
from qingshan.model import CURATED, FIGURES, OBSERVATIONS, InputError, Workspace
from qingshan.readers import workbook
from qingshan.register import NewSource, add_source, describe_reading
from qingshan.registry import load_registry
from qingshan.source_schema import DATE
from qingshan.tables_source import TableSource

ROOT = Path(__file__).resolve().parents[2]
HEADER = ["指标", "地区", "年份", "数值", "单位"]
ROWS = [
    ["森林覆盖率", "全国", 2021, 24.02, "%"],
    ["PM2.5浓度", "西藏", 2023, None, "微克/立方米"],
    ["PM2.5浓度", "北京", 2023, 32, "μg/m3"],
]


def _workbook(rows, *, title="表1", change=lambda book: None):
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cells(layer, sheet="表1"):
    return [[cell.text for cell in row.cells] for row in layer.sheets[sheet]]


# workbooks
def test_a_workbook_becomes_a_text_layer_whose_offsets_hold():
    layer = workbook.read_workbook(_workbook([HEADER, [], *ROWS]), where="t.xlsx")
    assert layer.text.startswith("[表1]\n指标\t地区\t年份\t数值\t单位\n森林覆盖率\t全国\t2021\t24.02\t%\n")
    assert [row.number for row in layer.sheets["表1"]] == [1, 3, 4, 5]  # as the spreadsheet counts
    for row in layer.sheets["表1"]:
        assert layer.text[row.start : row.end] == "\t".join(cell.text for cell in row.cells)
        assert all(layer.text[cell.start : cell.end] == cell.text for cell in row.cells)


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (24.02, "General", "24.02"),
        (29.3, "General", "29.3"),
        (87, "0.0", "87.0"),
        (87.25, "0.0", "87.25"),  # what is stored is never shortened
        (1940, "#,##0.00_ ", "1940.00"),
        (0.857, "0.0%", "85.7%"),
        (0.85, "0%", "85%"),
        (-0.1, "0.0%;[Red]-0.0%", "-10.0%"),
        (5, '0"%"', "5"),  # a sign that is only printed multiplies nothing
        (1e-7, "General", "0.0000001"),
        (1.5e20, "General", "150000000000000000000"),
        (True, "General", "TRUE"),
        ("a\tb\nc", "General", "a b c"),
        (" x ", "General", "x"),
        (datetime.date(2022, 12, 31), "yyyy-mm-dd", "2022-12-31"),
    ],
)
def test_cells_as_text(value, number_format, text):
    def change(book):
        book.active["A1"] = value
        book.active["A1"].number_format = number_format

    assert _cells(workbook.read_workbook(_workbook([], change=change), where="t.xlsx")) == [[text]]


def test_the_layer_is_the_same_on_every_read_and_hidden_sheets_are_in_it():
    def change(book):
        book.create_sheet("说明")["B2"] = "注"
        book["说明"].sheet_state = "hidden"

    data = _workbook([HEADER], change=change)
    first, second = (workbook.read_workbook(data, where="t.xlsx") for _ in range(2))
    assert first.text == second.text == "[表1]\n指标\t地区\t年份\t数值\t单位\n[说明]\n\t注\n"


def test_a_formula_without_a_stored_value_is_told_with_its_cell():
    data = _workbook([["x"], ["=1+1"], ["=1+2"]])
    with pytest.raises(InputError) as caught:
        workbook.read_workbook(data, where="t.xlsx")
    assert [p.where for p in caught.value.problems] == ["t.xlsx: 表1!A2", "t.xlsx: 表1!A3"]


def _archive(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def _with(data, name, edit):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}
    members[name] = edit(members[name])
    return _archive(members)


SHEET = "xl/worksheets/sheet1.xml"
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no workbook",
        b"PK\x03\x04",
        _archive({"a.txt": b"x"}),
        _workbook([HEADER])[:-200],
        _with(_workbook([HEADER]), SHEET, lambda xml: xml[:-20]),
        _with(_workbook([HEADER]), SHEET, lambda xml: ENTITIES + xml),
        _with(_workbook([HEADER]), "xl/workbook.xml", lambda xml: b"<x/>"),
        _with(_workbook([HEADER]), SHEET, lambda xml: xml + b" " * 40_000_000),  # 40 MB from 40 kB
    ],
    ids=["empty", "text", "head", "zip", "cut", "bad xml", "entities", "no sheets", "bomb"],
)
def test_what_is_no_sound_workbook_is_refused_without_a_traceback(data):
    with pytest.raises(InputError) as caught:
        workbook.read_workbook(data, where="t.xlsx")
    assert caught.value.problems[0].where.startswith("t.xlsx")


def test_a_cell_far_out_is_refused_before_it_fills_the_memory(monkeypatch):
    monkeypatch.setattr(workbook, "MAX_CELLS", 10_000)
    monkeypatch.setattr(workbook, "MAX_ROWS", 1000)
    for place in ("A5000", "ZZZ1"):
        with pytest.raises(InputError, match="more than"):
            workbook.read_workbook(
                _workbook([], change=lambda book, at=place: book.active.__setitem__(at, 1)), where="t"
            )


@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.lists(
            st.none()
            | st.integers(-(10**12), 10**12)
            | st.text(st.characters(min_codepoint=32, max_codepoint=0x9FFF, exclude_characters="=\x7f"), max_size=5),
            max_size=4,
        ),
        max_size=5,
    )
)
def test_any_workbook_gives_cells_at_their_offsets(rows):
    layer = workbook.read_workbook(_workbook(rows), where="t.xlsx")
    assert layer.text == workbook.read_workbook(_workbook(rows), where="t.xlsx").text
    for row in layer.sheets["表1"]:
        assert all(layer.text[cell.start : cell.end] == cell.text for cell in row.cells)
        for cell, value in zip(row.cells, rows[row.number - 1], strict=False):
            assert cell.text == (
                "" if value is None else str(value).strip() if not isinstance(value, str) else cell.text
            )


# registering
def _new(**changes):
    return NewSource(**{"edition": "2023", "source_id": "yearbook", "title": "年鉴", "publisher": "某局", **changes})


def _figures(workspace):
    (source,) = sources.check_sources(workspace, "2023").sources
    table = sources.read_table(workspace, "2023", source)
    return table, TableSource(load_registry(workspace.registry)).figures(table, source.table, source.source_id)


def test_a_workbook_is_registered_with_its_layer_and_read_by_its_cells(workspace, tmp_path):
    path = tmp_path / "年鉴.xlsx"
    path.write_bytes(_workbook([HEADER, *ROWS]))
    add_source(workspace, path, _new(maturity="final", released_on="2024-06"))
    entry = read_yaml(workspace.source_folder("2023", "yearbook") / "source.yml", sources.SOURCE_SCHEMA).data
    assert entry["table"] == {
        "sheet": "表1", "value": "数值", "unit": "单位", "indicator": "指标", "region": "地区", "period": "年份",
    }  # fmt: skip
    assert (entry["maturity"], entry["released_on"]) == ("final", "2024-06")
    table, figures = _figures(workspace)
    assert entry["file"]["layer"] == {
        "reader": "openpyxl", "version": openpyxl.__version__,
        "sha256": hashlib.sha256(table.text.encode()).hexdigest(),
    }  # fmt: skip
    (source,) = sources.load_edition(workspace, "2023").sources
    assert sources.read_raw(workspace, "2023", source).text == table.text
    assert [(f.text, f.locator, f.section, f.region, f.unit) for f in figures] == [
        ("24.02", "表1!D2", "表1", "全国", "%"),
        ("32", "表1!D4", "表1", "北京市", "微克/立方米"),
    ]
    assert all(table.text[f.start : f.end] == f.text for f in figures)
    assert figures[0].rules.startswith("table=workbook;")


def test_a_layer_that_reads_differently_is_a_changed_source(workspace, tmp_path):
    path = tmp_path / "t.xlsx"
    path.write_bytes(_workbook([HEADER, *ROWS]))
    add_source(workspace, path, _new())
    file = workspace.source_folder("2023", "yearbook") / "source.yml"
    entry = yaml.safe_load(file.read_text(encoding="utf-8"))
    entry["file"]["layer"]["sha256"] = "0" * 64
    file.write_text(yaml.safe_dump(entry, allow_unicode=True), encoding="utf-8")
    with pytest.raises(InputError, match=r"t\.xlsx: found text layer .* expected 000000000000… as registered"):
        _figures(workspace)


def test_a_table_with_mistakes_is_refused_and_nothing_is_written(workspace, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(
        "指标,地区,年份,数值,单位\n森林覆盖律,全国,2021,24.02,%\n森林覆盖率,全中国,2021,24.02,%\n", encoding="utf-8"
    )
    with pytest.raises(InputError) as caught:
        add_source(workspace, path, _new())
    first, second = map(str, caught.value.problems)
    assert first.startswith(
        "t.csv: column 指标, row 2: found unknown indicator '森林覆盖律' (did you mean '森林覆盖率'?)"
    )
    assert second.startswith("t.csv: column 地区, row 3: found unknown region '全中国'")
    assert not workspace.raw("2023").exists()


def test_a_mapping_may_be_given_and_stays_when_the_file_is_replaced(workspace, tmp_path):
    path, mapping = tmp_path / "t.csv", tmp_path / "m.yml"
    path.write_text("a;b\n2021;24.02\n", encoding="utf-8")
    add_source(workspace, path, _new())  # columns without usual names: its figures are inferred
    assert "--table FILE" in describe_reading(workspace, "2023", "yearbook")[-1]
    mapping.write_text(
        "table:\n  delimiter: semicolon\n  value: b\n  period: a\n  unit: {const: '%'}\n"
        "  indicator: {const: forest_cover}\n  region: {const: 全国}\n",
        encoding="utf-8",
    )
    add_source(workspace, path, _new(table=mapping), is_replacement=True)
    assert describe_reading(workspace, "2023", "yearbook") == []
    _, (figure,) = _figures(workspace)
    assert (figure.value, figure.period, figure.region_basis) == (24.02, "2021", "document")
    path.write_text("a;b\n2020;23.04\n2021;24.02\n", encoding="utf-8")
    decisions = (
        "- {id: d-0001, action: accept, source_id: yearbook, text: '24.02', prefix: '2021;', reason: 核对, by: demo, "
        "decided_on: 2026-11-23}\n"
    )
    workspace.decisions_file("2023").write_text(decisions, encoding="utf-8")
    replaced = add_source(workspace, path, NewSource("2023", "yearbook", "", ""), is_replacement=True)
    assert replaced.moved == ("d-0001",)
    assert len(_figures(workspace)[1]) == 2


def test_a_sheet_is_named_where_there_are_several(workspace, tmp_path):
    path, mapping = tmp_path / "t.xlsx", tmp_path / "m.yml"
    path.write_bytes(_workbook([HEADER, *ROWS], change=lambda book: book.create_sheet("表2").append(["x"])))
    add_source(workspace, path, _new())  # no mapping fits two sheets: both are read by inference
    assert sources.load_source(workspace, "2023", "yearbook").table is None
    lines = "  value: 数值\n  unit: 单位\n  indicator: 指标\n  region: 地区\n  period: 年份\n"
    mapping.write_text("table:\n  sheet: 表3\n" + lines, encoding="utf-8")
    with pytest.raises(InputError, match=r"m\.yml:1: found no sheet '表3', expected one of 表1, 表2"):
        add_source(workspace, path, _new(table=mapping), is_replacement=True)
    mapping.write_text("table:\n  sheet: 表1\n" + lines, encoding="utf-8")
    add_source(workspace, path, _new(table=mapping), is_replacement=True)
    assert len(_figures(workspace)[1]) == 2


def test_an_old_workbook_is_no_text(workspace, tmp_path):
    path = tmp_path / "t.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest")
    with pytest.raises(InputError, match="old Office file"):
        add_source(workspace, path, _new())


# the tables of the edition of 2023
@pytest.fixture(scope="module")
def shipped(registry):
    found = {}
    for source in sources.check_sources(Workspace(ROOT), "2023").sources:
        if source.table is not None:
            table = sources.read_table(Workspace(ROOT), "2023", source)
            found[source.source_id] = (table, TableSource(registry).figures(table, source.table, source.source_id))
    return found


@pytest.mark.parametrize(
    ("source_id", "name"), [("national-series", "national_series.csv"), ("targets", "targets.csv")]
)
def test_the_shipped_tables_are_the_facts(source_id, name, shared):
    assert (ROOT / "data/raw/2023" / source_id / name).read_bytes() == (shared / "facts" / name).read_bytes()


def test_every_value_of_the_shipped_tables_is_a_figure_that_fits_its_indicator(shipped, registry):
    for table, figures in shipped.values():
        rows = list(csv.DictReader(io.StringIO(table.text, newline="")))
        columns = [name for name in ("value", "target_value", "base_value") if name in rows[0]]
        assert len(figures) == sum(bool(row[name]) for row in rows for name in columns)
        for figure in figures:
            indicator = registry.indicators[figure.indicator]
            assert table.text[figure.start : figure.end] == figure.text
            assert figure.kind in indicator.kinds
            assert figure.unit == indicator.unit or figure.kind == "target_change"
            assert figure.region in registry.vocabulary.region_of


def test_no_key_of_the_shipped_tables_has_two_values(shipped):
    for _, figures in shipped.values():
        keys = [(f.indicator, f.region, f.period, f.base_period, f.kind, f.scope) for f in figures]
        assert len(set(keys)) == len(keys)


def test_the_74_cities_of_2013_stay_apart(shipped):
    _, figures = shipped["national-series"]
    scopes = {f.period: f.scope for f in figures if f.indicator == "pm25_annual_mean"}
    assert scopes["2013"] not in {scope for period, scope in scopes.items() if period != "2013"}
    assert scopes["2021"] == scopes["2025"] != scopes["2020"]


def test_a_target_in_words_alone_is_no_figure_and_bases_are_estimates(shipped):
    _, figures = shipped["targets"]
    assert not [f for f in figures if f.region == "长三角地区"]
    assert all(f.kind in ("target", "target_change") for f in figures if "number=value" in f.rules)
    bases = [f for f in figures if "number=base_value" in f.rules]
    assert {f.text for f in bases} == {"87.0", "35", "83.4", "0.6", "23.04"}
    assert all(f.rules.endswith("obs_status=E") for f in bases)


@pytest.fixture
def tables_only(tmp_path):
    """A workspace with the two shipped tables and an edition that is closed in the middle of 2024."""
    for name in ("national-series", "targets"):
        shutil.copytree(ROOT / "data/raw/2023" / name, tmp_path / "data/raw/2023" / name)
    (tmp_path / "data/raw/2023/edition.yml").write_text(
        'title: {zh: 甲, en: A}\nyear: "2023"\nstatus: demonstration\ndata_cutoff: "2024-06-30"\n', encoding="utf-8"
    )
    return Workspace(tmp_path)


def test_the_stages_read_tables_by_their_mapping_alone(tables_only, shipped):
    read = stages.read(tables_only, "2023")
    assert list(read["edits"]) == [0, 0]
    stages.extract(tables_only, "2023")
    rows = store.read_table(tables_only.work("2023", "extract", "figures.csv"), FIGURES)
    of_both = [figure for name in ("national-series", "targets") for figure in shipped[name][1]]
    assert [row["figure_id"] for row in rows] == [figure.figure_id for figure in of_both]
    assert not len(stages.lost(tables_only, "2023"))


def test_the_first_two_stages_load_everything_once(tables_only, monkeypatch):
    read, loaded = [], []
    read_bytes, load = sources.read_bytes, registry_package.load_registry
    monkeypatch.setattr(sources, "read_bytes", lambda *given: read.append(given[2].source_id) or read_bytes(*given))
    monkeypatch.setattr(registry_package, "load_registry", lambda folder: loaded.append(folder) or load(folder))
    monkeypatch.setattr(registry_package, "load_vocabulary", lambda folder: loaded.append(folder))
    stages.read(tables_only, "2023")
    assert (read, loaded) == (["national-series", "targets"], [])
    stages.extract(tables_only, "2023")
    assert (read, len(loaded)) == (["national-series", "targets"] * 2, 1)


def test_all_sources_that_cannot_be_read_are_told_before_anything_is_written(tables_only):
    (tables_only.source_folder("2023", "targets") / "targets.csv").unlink()
    with (tables_only.source_folder("2023", "national-series") / "national_series.csv").open("a") as handle:
        handle.write("\n")
    with pytest.raises(InputError) as caught:
        stages.read(tables_only, "2023")
    assert [problem.found.split()[0] for problem in caught.value.problems] == ["sha256", "no"]
    assert not tables_only.work("2023", "read").exists()


def test_what_is_later_than_the_cutoff_is_kept_and_rejected(tables_only):
    for stage in (stages.read, stages.extract, stages.curate):
        stage(tables_only, "2023")
    curated = store.read_table(tables_only.work("2023", "curate", "curated.csv"), CURATED)
    late = [row for row in curated if row["reason"] == "after_cutoff"]
    assert {row["period"] for row in late} == {"2024", "2025"}
    assert {(row["status"], row["decision_id"]) for row in late} == {("rejected", "rule:after-cutoff@1")}
    assert len(curated) == len(store.read_table(tables_only.work("2023", "extract", "figures.csv"), FIGURES))
    observations = store.read_table(tables_only.work("2023", "curate", "observations.csv"), OBSERVATIONS)
    assert {row["decision_id"] for row in observations} == {"rule:table@1"}
    outcomes = [row for row in observations if not row["measure"].startswith("target")]
    assert max(row["time_period"] for row in outcomes) == "2023"
    assert {row["time_period"] for row in observations if row["measure"] == "target"} == {"2025", "2027", "2035"}


def test_a_cutoff_or_release_that_the_calendar_lacks_is_told_with_its_line(tables_only):
    for path, old, new in (
        (tables_only.edition_file("2023"), "2024-06-30", "2023-02-30"),
        (tables_only.source_folder("2023", "targets") / "source.yml", "title:", "released_on: '2023-04-31'\ntitle:"),
    ):
        path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        sources.load_edition(tables_only, "2023")
    told = [str(problem) for problem in caught.value.problems]
    assert told[0].startswith("data/raw/2023/edition.yml:4: found '2023-02-30', expected data_cutoff in the form YYYY")
    assert "source.yml:1: found '2023-04-31', expected released_on in the form" in told[1]
    assert len(told) == 2


def test_an_edition_names_its_revision_by_its_folder_alone(tables_only):
    path = tables_only.edition_file("2023")
    path.write_text(path.read_text(encoding="utf-8") + "editors: [某某]\nrevision: 1\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"edition\.yml:6: found unknown key 'revision'"):
        sources.load_edition(tables_only, "2023")


def _is_of_calendar(text):
    try:
        datetime.date(*map(int, [*text.split("-"), "1", "1"][:3]))
    except ValueError:
        return False
    return True


def test_a_date_is_one_of_the_calendar():
    years = [f"{year:04}" for year in (0, 1, 4, 100, 400, 1900, 1999, 2000, 2023, 2024, 2096, 2100, 2400, 9996, 9999)]
    months = [f"{year}-{month:02}" for year in years for month in range(14)]
    days = [f"{month}-{day:02}" for month in months for day in range(33)]
    accepted = [text for text in (*years, *months, *days) if re.search(DATE["pattern"], text)]
    assert accepted == [text for text in (*years, *months, *days) if _is_of_calendar(text)]
    assert re.search(DATE["pattern"], "")
    assert not [
        text
        for text in ("2023\n", "20230101", "2023-1-1", "２０２３", "2023-01-01T00", " 2023")
        if re.search(DATE["pattern"], text)
    ]


def test_the_bases_of_targets_are_observed_as_estimates(tables_only):
    for stage in (stages.read, stages.extract, stages.curate):
        stage(tables_only, "2023")
    observations = store.read_table(tables_only.work("2023", "curate", "observations.csv"), OBSERVATIONS)
    outcomes = [row for row in observations if not row["measure"].startswith("target")]
    bases = [row for row in outcomes if row["source_id"] == "targets"]
    assert {row["obs_status"] for row in bases} == {"E"}
    assert {row["obs_status"] for row in outcomes if row["source_id"] == "national-series"} == {"A"}


def test_mistakes_of_all_tables_are_told_together(tables_only):
    for name, file, old, new in (
        ("national-series", "national_series.csv", "74 cities", "74 citys"),
        ("targets", "targets.csv", "汾渭平原", "汾渭平源"),
    ):
        path = tables_only.source_folder("2023", name) / file
        data = path.read_bytes().replace(old.encode(), new.encode())
        path.write_bytes(data)
        yml = path.with_name("source.yml")
        before = yml.read_text(encoding="utf-8")
        sha256 = sources.load_source(tables_only, "2023", name).sha256
        yml.write_text(before.replace(sha256, hashlib.sha256(data).hexdigest()), encoding="utf-8")
    stages.read(tables_only, "2023")
    with pytest.raises(InputError) as caught:
        stages.extract(tables_only, "2023")
    first, second = map(str, caught.value.problems)
    assert first.startswith(
        "data/raw/2023/national-series/national_series.csv: column scope, row 9: found unknown scope"
    )
    assert "did you mean '74 cities'" in first
    assert second.startswith("data/raw/2023/targets/targets.csv: column region, row 5: found unknown region '汾渭平源'")
