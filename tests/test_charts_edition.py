"""The declared charts of bars, dumbbells and forest cover, drawn from the demonstration edition and the real report."""

from __future__ import annotations

import json
import re

import pytest
from test_chart_data import edition  # noqa: F401  the demonstration, read and curated in a folder of its own

from qingshan import charts, pipeline
from qingshan.model import Workspace
from qingshan.register import NewSource, add_source, init_workspace

CHARTS = {
    # chart -> observations, Chinese finding, indicators named as missing with their reason
    # what the report lost of hydro, wind and solar power stands in another of the demonstration's sources
    "renewables": (7, "可再生能源装机占发电总装机的47.3%；非化石能源消费比重17.5%，2025年目标为约20%", []),
    "steel": (3, "钢铁产能累计退出3亿吨，4.2亿吨粗钢产能完成全流程超低排放改造", []),
    "forest": (7, "2021年森林覆盖率24.02%，2025年目标24.1%；口径不同，不能相连", []),
    "protected": (8, "陆域生态保护红线占陆地国土超30%，90%的陆地生态系统类型得到有效保护", []),
}  # fmt: skip


@pytest.fixture(scope="module")
def drawn(edition):  # noqa: F811
    charts.build(edition, "2023")
    return edition.work("2023", "charts")


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_of_the_demonstration(drawn, name):
    number, finding, missing = CHARTS[name]
    card = json.loads((drawn / f"{name}.card.json").read_bytes())
    assert (len(card["observations"]), card["finding"]["zh"], card["missing"]["zh"]) == (number, finding, missing)
    for language in ("zh", "en"):
        for profile in ("", ".print"):
            svg = (drawn / f"{name}.{language}{profile}.svg").read_text(encoding="utf-8")
            assert set(card["observations"]) <= set(re.findall(r' id="([0-9a-f]{12})"', svg))


def test_the_line_of_reference_is_an_observation_with_a_source(drawn):
    lineage = json.loads((drawn / "pm25.lineage.json").read_bytes())
    rows = (drawn / "pm25.csv").read_text(encoding="utf-8").splitlines()
    line = next(row for row in rows if ",pm25_who_interim_target_1," in row)
    assert line.split(",")[0] in lineage["observations"]
    assert line.split(",")[1] == "reference"


@pytest.mark.slow
@pytest.mark.xdist_group("real-report")
def test_what_the_real_report_lost_is_named_and_an_empty_chart_is_not_drawn(real_report, tmp_path):
    workspace: Workspace = init_workspace(tmp_path / "ws")
    new = NewSource(
        "2023", "real-2023", "美丽中国在行动2023", "scraped copy", year="2023", area="全国", as_of="2023-12-31"
    )
    add_source(workspace, real_report, new)
    assert pipeline.run(workspace, "2023", say=lambda line: None) == 0
    folder = workspace.work("2023", "charts")
    card = json.loads((folder / "renewables.card.json").read_bytes())
    assert len(card["observations"]) == 2
    assert card["finding"]["en"] == "Renewable power capacity stands at 1.213 billion kW"
    assert "Installed wind power capacity: cut off in the source." in card["missing"]["en"]
    assert "Non-fossil share of energy consumption, target: not in the source." in card["missing"]["en"]
    idle = json.loads((folder / "summary.json").read_bytes())["not_drawn"]
    # forest cover holds a row that only a sentence would tell; nothing of it can be drawn
    assert {"forest", "steel", "protected"} <= idle.keys()
    assert "waiting for a decision" in idle["steel"]
    assert not list(folder.glob("forest.*"))
