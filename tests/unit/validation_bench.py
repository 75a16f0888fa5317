"""A small edition whose tables pass every rule; a test spoils a row of them and validates."""

import hashlib
from dataclasses import replace

from qingshan import validate
from qingshan.curate.tables import FILLS, STALE_DECISIONS
from qingshan.files import json_text
from qingshan.model import (
    CURATED,
    FIGURES,
    LOST,
    OBSERVATION_FIGURES,
    OBSERVATIONS,
    SOURCES,
    Figure,
    LostValue,
    Observation,
    Workspace,
)

RAW = (
    "\ufeff示范文本\r\n"
    "北京市空气中细颗粒物浓度为30微克/立方米，比前一年下降3.1%。\r\n"
    "北京市森林约占三成，另有2257家单位，支出超过5\r\n"
    "天津市的比例为\r\n"
)
OTHER = "另一份文本：细颗粒物浓度为31微克/立方米。\n"
EDITION = (
    "title: {zh: 示范, en: Demonstration}\nyear: '2023'\nstatus: demonstration\nlicence: CC0-1.0\n"
    "data_cutoff: '2023-12-31'\nnote: {zh: 示范, en: A demonstration}\n"
)
CONTRACTS = {
    SOURCES: "read",
    FIGURES: "extract",
    LOST: "extract",
    CURATED: "curate",
    OBSERVATIONS: "curate",
    OBSERVATION_FIGURES: "curate",
    FILLS: "curate",
    STALE_DECISIONS: "curate",
}
_UNITS = {"微克/立方米": "microgram_per_cubic_metre", "%": "percent"}
_AREAS = {"北京市": "110000"}


def figure(text, value, unit, kind, source="demo", raw=RAW, **more):
    """Return a figure that stands in one of the two texts."""
    start = raw.index(text)
    quote = next(line for line in raw.splitlines(keepends=True) if text in line)
    return Figure(
        source_id=source, start=start, end=start + len(text), text=text, value=value, unit=unit, qualifier="exact",
        kind=kind, reading=text, quote=quote, prefix=raw[max(0, start - 16) : start], value_low=value, value_high=value,
        suffix=raw[start + len(text) : start + len(text) + 16], **more,
    )  # fmt: skip


def figures():
    """Return six figures: the first three have an indicator, the fifth is cut off, the last is another source's."""
    said = {"period": "2023", "region": "北京市"}
    return [
        figure("30微克/立方米", 30.0, "微克/立方米", "level", indicator="pm25_annual_mean", **said),
        figure("3.1%", -3.1, "%", "change", indicator="pm25_annual_mean", base_period="2022", **said),
        figure("三成", 30.0, "%", "share", indicator="forest_cover", **said),
        figure("2257家", 2257.0, "家", "count"),
        replace(figure("5\r\n", 5.0, "", "level"), end=RAW.index("5\r\n") + 1, text="5", integrity="truncated"),
        figure("31微克/立方米", 31.0, "微克/立方米", "level", source="other", raw=OTHER),
    ]


def observation(of):
    """Return the observation that a figure of `figures` makes."""
    return Observation(
        edition="2023", indicator=of.indicator, ref_area=_AREAS[of.region], time_period=of.period,
        base_period=of.base_period, measure=of.kind, scope="", source_id=of.source_id, obs_value=of.value,
        obs_value_low=of.value_low, obs_value_high=of.value_high, unit_measure=_UNITS[of.unit], obs_status="A",
        time_basis="stated", qualifier="exact", decision_id="rule:whole-exact@1", raw_start=of.start,
        raw_end=of.end, quote=of.quote,
    )  # fmt: skip


def _curated(of):
    """Return the curated row of a figure: one with an indicator is accepted by a rule, another is undecided."""
    accepted = bool(of.indicator)
    return {
        **FIGURES.row(of),
        "status": "accepted" if accepted else "undecided",
        "reason": "rule" if accepted else "unregistered",
        "decision_id": "rule:whole-exact@1" if accepted else "",
        "observation_id": observation(of).observation_id if accepted else "",
        "original": "",
        "note": "",
    }


class Bench:
    """A workspace with sources and tables; its tables are lists of rows that a test may spoil before it runs."""

    def __init__(self, root):
        self.workspace = Workspace(root)
        self.sources = [self.register(source_id, text) for source_id, text in (("demo", RAW), ("other", OTHER))]
        self.workspace.edition_file("2023").write_text(EDITION, encoding="utf-8")
        made = figures()
        self.figures = [FIGURES.row(one) for one in made]
        self.curated = [_curated(one) for one in made]
        self.observations = [OBSERVATIONS.row(observation(one)) for one in made if one.indicator]
        self.observation_figures = [
            {"observation_id": observation(one).observation_id, "figure_id": one.figure_id, "role": "primary"}
            for one in made
            if one.indicator
        ]
        self.lost = [LOST.row(LostValue("demo", RAW.index("比例为") + 3, "比例", "天津市", "", "天津市的比例为"))]
        self.fills = []
        self.stale_decisions = []
        self.summaries = {}

    def register(self, source_id, text):
        """Register a text, and return its row in the table of sources."""
        folder = self.workspace.source_folder("2023", source_id)
        folder.mkdir(parents=True, exist_ok=True)
        data = text.encode()
        digest = hashlib.sha256(data).hexdigest()
        (folder / "report.txt").write_bytes(data)
        (folder / "source.yml").write_text(
            f"title: 文本\npublisher: 示范\npublished_on: '2023-12-31'\nlicence: {{name: CC0-1.0}}\n"
            f"covers: {{time_period: '2023'}}\nfile: {{path: report.txt, sha256: {digest}, encoding: utf-8}}\n",
            encoding="utf-8",
        )
        return {
            "source_id": source_id, "title": "文本", "publisher": "示范", "published_on": "2023-12-31",
            "file": "report.txt", "sha256": digest, "encoding": "utf-8", "characters": len(text), "edits": 0,
            "damaged": 0, "set_aside": 0,
        }  # fmt: skip

    def fill(self, **more):
        """Print the first figure's observation where the value was lost; as the figure's own source, for want of one."""
        self.fills = [
            {
                "source_id": "demo", "position": self.lost[0]["position"], "figure_id": self.figures[0]["figure_id"],
                "observation_id": self.observations[0]["observation_id"], "decision_id": "d-0001", **more,
            }
        ]  # fmt: skip

    def before(self, *rows):
        """Let there be an edition 2022 with these changes to the first observation, one row each."""
        made = [self.observations[0] | {"edition": "2022", "time_period": "2022"} | row for row in rows]
        path = self.workspace.clean("2022") / "observations.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(OBSERVATIONS.csv_text(made), encoding="utf-8")

    def edit(self, name, before, after):
        """Replace text in ``edition.yml`` or ``<source>/source.yml``."""
        path = self.workspace.raw("2023") / name
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after), encoding="utf-8")

    def table(self, contract):
        return self.workspace.work("2023", CONTRACTS[contract], f"{contract.name}.csv")

    def save(self):
        for contract in CONTRACTS:
            path = self.table(contract)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(contract.csv_text(getattr(self, contract.name)).encode())
        said = {status: sum(row["status"] == status for row in self.curated) for status in ("accepted", "rejected")}
        waiting = len(self.curated) - sum(said.values())
        told = f"{said['accepted']} accepted, {said['rejected']} rejected, {waiting} undecided"
        summaries = {
            "read": f"{len(self.sources)} sources, 100 characters",
            "extract": f"{len(self.figures)} figures, {len(self.lost)} lost at the source",
            "curate": f"{len(self.curated)} figures = {told}; {len(self.observations)} observations",
        }
        for stage, text in (summaries | self.summaries).items():
            self.workspace.work("2023", stage, "summary.json").write_text(json_text({"text": text}), encoding="utf-8")

    def run(self, **kwargs):
        self.save()
        return validate.validate(self.workspace, "2023", **kwargs)

    def written(self, name):
        return self.workspace.work("2023", "validate", name).read_text(encoding="utf-8")
