"""The real report through all six notebooks, in a workspace of its own; it is read where it lies."""

import csv
import json
from pathlib import Path

import pytest

from qingshan import pipeline
from qingshan.consistency import CONSISTENCY
from qingshan.model import CURATED, FIGURES, LOST, OBSERVATIONS
from qingshan.register import NewSource, add_source, init_workspace
from qingshan.store import read_table

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("real-report")]


@pytest.fixture(scope="module")
def said():
    return []


@pytest.fixture(scope="module")
def workspace(real_report, tmp_path_factory, said):
    """A workspace in which the real report was run; what the run said is in `said`."""
    workspace = init_workspace(tmp_path_factory.mktemp("real") / "ws")
    new = NewSource(
        "2023", "real-2023", "美丽中国在行动2023", "scraped copy", year="2023", area="全国", as_of="2023-12-31"
    )
    add_source(workspace, real_report, new)
    assert pipeline.run(workspace, "2023", say=said.append) == 0, "\n".join(said)
    return workspace


@pytest.fixture(scope="module")
def raw(real_report):
    return real_report.read_bytes().decode("utf-8")


@pytest.fixture(scope="module")
def figures(workspace):
    return read_table(workspace.work("2023", "extract", "figures.csv"), FIGURES)


@pytest.fixture(scope="module")
def curated(workspace):
    return read_table(workspace.work("2023", "curate", "curated.csv"), CURATED)


def test_a_line_for_each_stage_and_the_report_last(workspace, said):
    stages = [line.split()[1] for line in said if line.startswith("[")]
    assert stages == ["read", "extract", "curate", "validate", "chart", "publish"]
    assert said[-1] == "data/work/2023/report/index.html"
    assert workspace.report("2023").is_file()
    runs = sorted(path.name for path in workspace.work("2023", "runs").iterdir())
    assert runs == [f"{n}_{s}.ipynb" for n, s in enumerate(stages, 1)]


def test_every_figure_stands_at_its_raw_offsets(figures, raw):
    assert len(figures) > 100
    assert all(raw[row["start"] : row["end"]] == row["text"] for row in figures)
    assert all(row["text"] in row["quote"] for row in figures)


def test_figures_are_accepted_rejected_or_undecided(figures, curated):
    assert [row["figure_id"] for row in curated] == [row["figure_id"] for row in figures]
    assert {row["status"] for row in curated} <= {"accepted", "rejected", "undecided"}


@pytest.mark.parametrize(
    ("text", "value", "unit", "kind"),
    [
        ("67.5微克/立方米", 67.5, "微克/立方米", "level"),
        ("30微克/立方米", 30, "微克/立方米", "level"),
        ("24.02%", 24.02, "%", "share"),
        ("2257家", 2257, "家", "count"),
        ("12.13億千瓦", 1_213_000_000, "千瓦", "level"),
        ("1.6萬余個", 16_000, "个", "count"),
        ("1萬億元", 10**12, "元", "level"),
        ("四分之一", 25, "%", "share"),
        ("+165%", 165, "%", "change"),
        ("-60%", -60, "%", "change"),
        ("15萬平方公里", 150_000, "平方公里", "level"),
    ],
)
def test_known_figures(figures, text, value, unit, kind):
    (row,) = [row for row in figures if row["text"] == text]
    assert (row["value"], row["unit"], row["kind"]) == (value, unit, kind)


def test_broken_figures_are_flagged_and_not_published(curated, workspace):
    broken = {row["text"]: row for row in curated if row["integrity"] != "whole"}
    assert {"1.9", "138", "10775"} <= broken.keys()
    assert all(row["status"] == "undecided" and not row["observation_id"] for row in broken.values())
    published = read_table(workspace.clean("2023") / "observations.csv", OBSERVATIONS)
    spans = {(row["start"], row["end"]) for row in broken.values()}
    assert not spans & {(row["raw_start"], row["raw_end"]) for row in published}


def test_no_site_chrome_is_a_figure(figures, raw):
    start, end = raw.index("文檔簡介"), raw.index("溫馨提示")
    assert all(start < row["start"] < end for row in figures)
    quotes = "".join(row["quote"] for row in figures)
    assert not any(word in quotes for word in ("OFFICE", "人人文庫", "WinRAR", "提交評論"))


def test_values_the_report_lost_are_listed(workspace):
    subjects = [row["subject"] for row in read_table(workspace.work("2023", "extract", "lost.csv"), LOST)]
    assert any("地表水" in subject for subject in subjects)
    assert any("近岸海域" in subject for subject in subjects)


def test_the_edition_is_whole_and_says_it_is_a_candidate(workspace):
    from qingshan.edition import verify

    folder = workspace.clean("2023")
    assert verify(folder) == []
    with (folder / "observations.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert {("pm25_annual_mean", "2013", "67.5"), ("pm25_annual_mean", "2023", "30")} <= {
        (row["indicator"], row["time_period"], row["obs_value"]) for row in rows
    }
    for name, mark in (("index.zh.html", "送审稿"), ("index.en.html", "For review")):
        assert mark in (folder / name).read_text(encoding="utf-8")
    verdict = json.loads(workspace.work("2023", "validate", "verdict.json").read_text(encoding="utf-8"))
    assert verdict["publishable"] is True


@pytest.fixture(scope="module")
def compared(real_report, shared, tmp_path_factory):
    """What comparing finds with the official series registered beside the report, and the page that shows it."""
    workspace = init_workspace(tmp_path_factory.mktemp("beside") / "ws")
    new = NewSource(
        "2023", "real-2023", "美丽中国在行动2023", "scraped copy", year="2023", area="全国", as_of="2023-12-31"
    )
    add_source(workspace, real_report, new)
    folder = workspace.source_folder("2023", "national-series")
    folder.mkdir()
    shipped = Path(__file__).parents[1] / "data" / "raw" / "2023" / "national-series"
    (folder / "source.yml").write_bytes((shipped / "source.yml").read_bytes())
    (folder / "national_series.csv").write_bytes((shared / "facts" / "national_series.csv").read_bytes())
    said = []
    assert pipeline.run(workspace, "2023", say=said.append) == 0, "\n".join(said)
    return read_table(workspace.work("2023", "validate", "consistency.csv"), CONSISTENCY), workspace


def _quotes_of(row):
    return " ".join(json.loads(row["quotes"]))


def test_the_reports_contradictions_are_found(compared, raw):
    wrong = {row["relation"]: row for row in compared[0] if row["verdict"] == "inconsistent"}
    assert set(wrong) == {"change", "ratio_growth", "repeat"}

    chart = wrong["change"]  # neither 67.5 -> 29 nor 67.5 -> 30, but 72 -> 29 across two scopes
    texts = [
        raw[slice(*map(int, one.split("@")[1].split("-")))]
        for one in chart["figure_ids"].split()
        if one.startswith("real-2023")
    ]
    assert texts == ["-60%", "67.5微克/立方米", "30微克/立方米"]
    assert len(chart["witnesses"].split()) == 1
    assert ",2022,29," in _quotes_of(chart)
    assert -57.9 < chart["recomputed_low"] < chart["recomputed_high"] < -56
    assert chart["hint"] == "scope_would_fit"
    assert "72微克/立方米" in chart["hint_zh"]

    intensity = wrong["ratio_growth"]
    assert (intensity["value"], intensity["hint"]) == (-25, "price_basis")
    assert intensity["recomputed_low"] < -37 < intensity["recomputed_high"] + 0.1
    assert intensity["recomputed_high"] < -36.9

    bases = wrong["repeat"]
    assert (bases["indicator"], bases["hint"]) == ("two_mountains_bases", "place_inherited")
    assert {bases["value"], bases["recomputed_low"]} == {5, 3}


def test_the_official_chain_is_silent(compared):
    rows, _ = compared
    assert [row for row in rows if row["figure_ids"] == row["witnesses"]] == []
    chain = [row for row in rows if row["period"] in ("2023", "2024") and row["indicator"] == "pm25_annual_mean"]
    assert {row["verdict"] for row in chain} <= {"consistent", "within_rounding"}


def test_the_page_lists_them_with_their_quotes_and_they_hold_nothing_up(compared):
    rows, workspace = compared
    page = workspace.report("2023").read_text(encoding="utf-8")
    wrong = [row for row in rows if row["verdict"] == "inconsistent"]
    assert all(one in page for row in wrong for one in row["figure_ids"].split())
    assert "figures_agree" in page
    verdict = json.loads(workspace.work("2023", "validate", "verdict.json").read_text(encoding="utf-8"))
    assert verdict["publishable"]
    assert [rule["unexpected"] for rule in verdict["rules"] if rule["rule"] == "figures_agree"] == [len(wrong)]
