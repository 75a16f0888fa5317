"""A small registry, edition and tables made up for the chart and page tests; holds no tests itself."""

from __future__ import annotations

import json
import math
from pathlib import Path

from qingshan.charts.declared import ChartSpec, SeriesSpec
from qingshan.charts.forms import Context
from qingshan.model import (
    CURATED,
    LOST,
    OBSERVATION_FIGURES,
    OBSERVATIONS,
    SOURCES,
    Figure,
    Observation,
    Workspace,
)
from qingshan.registry import Indicator, Region, Registry, Unit, Vocabulary
from qingshan.sources import Edition, Source

UNITS = (
    Unit("percent", "%", "percent", "%", "ratio", ("%", "％")),
    Unit("percentage_point", "百分点", "percentage points", "pp", "point", ("百分点", "个百分点")),
    Unit(
        "microgram_per_cubic_metre", "微克/立方米", "micrograms per cubic metre", "µg/m³", "measure", ("微克/立方米",)
    ),
    Unit("kilowatt", "千瓦", "kilowatts", "kW", "measure", ("千瓦",)),
    Unit("tonne", "吨", "tonnes", "t", "measure", ("吨",)),
    Unit("item", "个", "", "", "classifier", ("个",)),
    Unit("household", "户", "households", "", "classifier", ("户",)),
    Unit("enterprise", "家", "", "", "classifier", ("家",)),
)
REGIONS = (
    Region("CN", 0, "全国", "China", "country", ("中国",)),
    Region("640000", 30, "宁夏回族自治区", "Ningxia", "province", ("宁夏",)),
)
# id, zh, en, unit, group, good direction, theme, change 2013→2022 as the source writes it
TWELVE = (
    ("civil_vehicles", "民用汽车拥有量", "Civil vehicles", "个", "pressure", "", "transition", "+165%"),
    ("gdp", "国内生产总值", "Gross domestic product", "个", "pressure", "up", "transition", "+106%"),
    ("crude_steel", "粗钢产量", "Crude steel output", "吨", "pressure", "", "transition", "+25%"),
    ("energy_use", "能源消费总量", "Energy consumption", "吨", "pressure", "down", "transition", "+29%"),
    ("water_use", "用水总量", "Water use", "吨", "pressure", "down", "transition", "-3%"),
    ("carbon_intensity", "单位GDP二氧化碳排放", "CO₂ emissions per unit of GDP", "%", "intensity", "down", "carbon", "-23%"),
    ("energy_intensity", "单位GDP能耗", "Energy use per unit of GDP", "%", "intensity", "down", "carbon", "-25%"),
    ("good_water_share", "地表水优良断面比例", "Share of good surface water sections", "%", "quality", "up", "pollution", "+23%"),
    ("pm25_annual_mean", "PM2.5年均浓度", "Annual mean PM2.5 concentration", "微克/立方米", "quality", "down", "pollution", "-60%"),
    ("so2_annual_mean", "二氧化硫年均浓度", "Annual mean SO₂ concentration", "微克/立方米", "quality", "down", "pollution", "-78%"),
    ("heavy_pollution_days", "重污染天数比例", "Share of heavily polluted days", "%", "quality", "down", "pollution", "-90%"),
    ("worse_than_v", "劣Ⅴ类断面比例", "Share of sections worse than Grade V", "%", "quality", "down", "pollution", "-92%"),
)  # fmt: skip
OTHERS = (
    ("renewable_capacity", "可再生能源装机容量", "Installed renewable power capacity", "千瓦", "carbon"),
    ("key_emitters", "重点排放单位数量", "Key emitting units in the carbon market", "家", "carbon"),
    ("eco_counties", "生态文明建设示范区", "Demonstration areas of ecological progress", "个", "ecology"),
    ("forest_cover", "森林覆盖率", "Forest cover", "%", "ecology"),
)


DECOUPLING = "decoupling"
DECLARED = {
    "form": "changes",
    "section": "transition",
    "title": {"zh": "压力与质量的变化", "en": "Changes of pressures and quality"},
    "series": [{"name": "change", "indicators": [row[0] for row in TWELVE], "measures": ["change"]}],
}


def decoupling() -> ChartSpec:
    """Return the declaration of the chart of changes."""
    series = SeriesSpec("change", tuple(row[0] for row in TWELVE), ("change",))
    return ChartSpec(DECOUPLING, "changes", "transition", DECLARED["title"], (series,))


def context(language: str = "zh", **other: object) -> Context:
    """Return the context of a chart whose rows are all of one source."""
    return Context(registry(), language, **{"sources": {"src-a": ("测试署", "测试公报2023")}, **other})


def registry() -> Registry:
    """Return a registry of sixteen indicators and eight units."""
    made = [_indicator(i, zh, en, unit, theme, group, good) for i, zh, en, unit, group, good, theme, _ in TWELVE]
    made += [_indicator(i, zh, en, unit, theme) for i, zh, en, unit, theme in OTHERS]
    return Registry(Vocabulary(UNITS, REGIONS, {}), {indicator.indicator_id: indicator for indicator in made})


def _indicator(name: str, zh: str, en: str, unit: str, theme: str, group: str = "", good: str = "") -> Indicator:
    return Indicator(
        name, {"zh": zh, "en": en}, {"zh": zh, "en": en}, unit, ("level", "change"), (zh,), (0, math.inf), (0, math.inf),
        good, theme, group, "made up", "",
    )  # fmt: skip


def observation(indicator: str, value: float, **other: object) -> Observation:
    """Return an observation of 2023 for 全国, in percent, exact, unless told otherwise."""
    fields = {
        "edition": "2023", "indicator": indicator, "ref_area": "CN", "time_period": "2023", "base_period": "",
        "measure": "level", "scope": "", "source_id": "src-a", "obs_value": value, "obs_value_low": value,
        "obs_value_high": value, "unit_measure": "percent", "obs_status": "A", "time_basis": "stated",
        "qualifier": "exact", "decision_id": "rule:unique_match@1", "raw_start": 0, "raw_end": 1, "quote": "",
    }  # fmt: skip
    return Observation(**{**fields, **other})


def change(indicator: str, value: float, **other: object) -> dict[str, object]:
    """Return the observations row of a change from 2013 to 2022."""
    fields = {"time_period": "2022", "base_period": "2013", "measure": "change", **other}
    return OBSERVATIONS.row(observation(indicator, value, **fields))


def twelve() -> list[dict[str, object]]:
    """Return the twelve changes as observation rows."""
    return [change(row[0], float(row[-1].rstrip("%"))) for row in TWELVE]


def figure_and_observation(
    raw: str,
    text: str,
    value: float,
    indicator: str,
    *,
    unit: str,
    reading: str = "",
    kind: str = "level",
    after: int = 0,
    **other: object,
) -> tuple[Figure, Observation]:
    """Return the figure of `text` in `raw` and the observation it supports."""
    start = raw.index(text, after)
    end = start + len(text)
    codes = {entry.code: entry.canonical for entry in UNITS}
    seen = observation(indicator, value, unit_measure=unit, measure=kind, raw_start=start, raw_end=end, **other)
    line_start = raw.rfind("\n", 0, start) + 1
    line_end = raw.find("\n", end)
    quote = raw[line_start : line_end if line_end >= 0 else len(raw)]
    figure = Figure(
        source_id=seen.source_id, start=start, end=end, text=text, value=value, unit=codes[unit],
        qualifier=seen.qualifier, kind=kind, subject="", region="全国", period=seen.time_period, indicator=indicator,
        reading=reading or text, quote=quote, prefix=raw[max(0, start - 16) : start], suffix=raw[end : end + 16],
    )  # fmt: skip
    return figure, Observation(**{name: getattr(seen, name) for name in seen.__slots__} | {"quote": quote})


RAW = (
    "【演示】下列数字只为测试而写。\n"
    + "".join(f"{zh}{text}\n" for _, zh, *_, text in TWELVE)
    + "到二〇二二年末，可再生能源裝機達到12.13億千瓦(wǎ)，第一。\n"
    "全國建成示範區1.6万余个，其中約10%在西部、超10%在東部。\n"
    "納入管理的單位有2257家，細顆粒物30微克/立方米。\n"
)


def pairs() -> list[tuple[Figure, Observation]]:
    """Return figures and observations of RAW: the twelve changes and five more."""
    made = [
        figure_and_observation(
            RAW, text, float(text.rstrip("%")), name, unit="percent", kind="change", after=RAW.index(zh),
            time_period="2022", base_period="2013",
        )
        for name, zh, *_, text in TWELVE
    ]  # fmt: skip
    made += [
        figure_and_observation(
            RAW, "12.13億千瓦(wǎ)", 1.213e9, "renewable_capacity", unit="kilowatt", reading="12.13亿千瓦", time_period="2022-12-31"
        ),
        figure_and_observation(
            RAW, "1.6万余个", 16000.0, "eco_counties", unit="item", kind="count", qualifier="over",
            time_period="2023-12-31", time_basis="as_published",
        ),
        figure_and_observation(
            RAW, "10%", 10.0, "forest_cover", unit="percent", kind="share", qualifier="over", after=RAW.index("超10%"),
            ref_area="640000",
        ),
        figure_and_observation(RAW, "2257家", 2257.0, "key_emitters", unit="enterprise", kind="count"),
        figure_and_observation(
            RAW, "30微克/立方米", 30.0, "pm25_annual_mean", unit="microgram_per_cubic_metre", decision_id="d-1"
        ),
    ]  # fmt: skip
    return made


def source(source_id: str = "src-a", **other: str) -> Source:
    """Return a public source of the test edition."""
    fields = {
        "source_id": source_id, "title": "测试公报2023", "publisher": "测试署", "published_on": "2024-01-15",
        "file": "report.txt", "sha256": "ab" * 32, "encoding": "utf-8", "year": "2023", "area": "全国",
        "as_of": "2023-12-31", "access": "public", "url": "",
    }  # fmt: skip
    return Source(**{**fields, **other})


def edition(*sources: Source, status: str = "demonstration") -> Edition:
    """Return an edition of 2023."""
    return Edition(
        "2023", "2023", {"zh": "青山测试版2023", "en": "Qingshan test edition 2023"}, status, "2024-06-05", "",
        "CC-BY-4.0", {"zh": "这是测试。", "en": "This is a test."}, sources or (source(),),
    )  # fmt: skip


def curated_rows(made: list[tuple[Figure, Observation]]) -> list[dict[str, object]]:
    """Return accepted rows for `made`."""
    from qingshan.model import FIGURES

    return [
        {"figure_id": figure.figure_id, **FIGURES.row(figure), "status": "accepted", "reason": "",
         "decision_id": seen.decision_id, "observation_id": seen.observation_id}
        for figure, seen in made
    ]  # fmt: skip


def lost_rows() -> list[dict[str, object]]:
    """Return one value that the source lost."""
    return [
        {"source_id": "src-a", "position": 9, "subject": "达标比例", "region": "全国", "period": "2023", "quote": "達標比例為"}
    ]  # fmt: skip


def write_workspace(
    root: Path,
    made: list[tuple[Figure, Observation]],
    *,
    sources: tuple[Source, ...] = (),
    extra_curated: tuple[dict[str, object], ...] = (),
    lost: list[dict[str, object]] | None = None,
    verdict: dict[str, object] | None = None,
    status: str = "demonstration",
) -> Workspace:
    """Write the inputs of the stages chart and publish, with the test registry's lists, under `root`."""
    workspace = Workspace(root)
    sources = sources or (source(),)
    _write_raw(workspace, sources, status)
    _write_registry(root / "data" / "registry")
    links = [
        {"observation_id": seen.observation_id, "figure_id": figure.figure_id, "role": "primary"}
        for figure, seen in made
    ]
    tables = {
        ("curate", "observations", OBSERVATIONS): [OBSERVATIONS.row(seen) for _, seen in made],
        ("curate", "observation_figures", OBSERVATION_FIGURES): links,
        ("curate", "curated", CURATED): [*curated_rows(made), *extra_curated],
        ("extract", "lost", LOST): lost_rows() if lost is None else lost,
        ("read", "sources", SOURCES): [
            {"source_id": s.source_id, "title": s.title, "publisher": s.publisher, "published_on": s.published_on,
             "file": s.file, "sha256": s.sha256, "encoding": "utf-8", "characters": len(RAW), "edits": 1, "damaged": 0,
             "set_aside": 0}
            for s in sources
        ],
    }  # fmt: skip
    for (stage, name, contract), rows in tables.items():
        _write(workspace.work("2023", stage, f"{name}.csv"), contract.csv_text(rows))
    shown = {"publishable": True, "reasons": []} if verdict is None else verdict
    _write(workspace.work("2023", "validate", "verdict.json"), json.dumps(shown))
    return workspace


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def _write_raw(workspace: Workspace, sources: tuple[Source, ...], status: str) -> None:
    head = {
        "title": {"zh": "青山测试版2023", "en": "Qingshan test edition 2023"}, "year": "2023", "status": status,
        "published_on": "2024-06-05", "licence": "CC-BY-4.0", "note": {"zh": "这是测试。", "en": "This is a test."},
    }  # fmt: skip
    _write(workspace.edition_file("2023"), json.dumps(head))  # JSON is YAML
    for one in sources:
        about = {
            "title": one.title, "publisher": one.publisher, "published_on": one.published_on, "access": one.access,
            "file": {"path": one.file, "sha256": one.sha256}, "covers": {"time_period": "2023", "ref_area": "全国"},
        }  # fmt: skip
        _write(workspace.source_folder("2023", one.source_id) / "source.yml", json.dumps(about))


def _write_registry(folder: Path) -> None:
    lists = registry()
    units = "".join(f"{u.code},{u.canonical},{u.en},{u.symbol},{u.kind},{'|'.join(u.spellings[1:])}\n" for u in UNITS)
    _write(folder / "units" / "units.csv", "code,canonical,en,symbol,kind,spellings\n" + units)
    header = "code,order,name,en,level,aliases\n"
    regions = [f"{r.code},{r.order},{r.name},{r.en},{r.level},{'|'.join(r.aliases)}\n" for r in REGIONS]
    _write(folder / "regions" / "areas.csv", header + regions[0])
    _write(folder / "regions" / "provinces.csv", header + regions[1])
    for name in ("qualifiers", "changes", "cues", "nouns", "periods", "subjects"):
        _write(folder / "words" / f"{name}.csv", "word,role,value\n")
    entries = {
        i.indicator_id: {
            "label": i.label, "definition": i.definition, "unit": i.unit, "kinds": list(i.kinds), "aliases": [],
            "bounds": {"critical": ["0", "9"], "warning": ["0", "9"]}, "good_direction": i.good_direction or "none",
            "theme": i.theme, "source": i.source, **({"group": i.group} if i.group else {}),
        }
        for i in lists.indicators.values()
    }  # fmt: skip
    _write(folder / "indicators" / "all.yml", json.dumps(entries, ensure_ascii=False))
    _write(folder / "charts.yml", json.dumps({DECOUPLING: DECLARED}, ensure_ascii=False))
