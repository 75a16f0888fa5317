"""The made-up edition as material for the office files, with charts drawn by nobody: cards and small pictures."""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from pathlib import Path

import test_charts_support as support
import test_edition_support as editions

from qingshan.charts.card import SUFFIX, Card
from qingshan.edition import tables
from qingshan.edition.office.material import Material
from qingshan.model import OBSERVATIONS
from qingshan.registry import load_registry
from qingshan.sources import load_edition


def png(width: int = 1772, height: int = 400) -> bytes:
    """Return a white picture of 15 cm at 300 dots to the inch."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    dots = struct.pack(">IIB", 11811, 11811, 1)
    rows = zlib.compress((b"\x00" + b"\xff" * width) * height)
    chunks = ((b"IHDR", head), (b"pHYs", dots), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, data) for kind, data in chunks)


def card(name: str, number: int, form: str, keys, **other) -> Card:
    """Return a chart's words; every text has a numeral that an observation holds."""
    fields = {
        "name": name, "number": number, "section": "pollution", "form": form,
        "title": {"zh": f"{name}：2013—2022年的变化", "en": f"{name}: changes 2013–2022"},
        "finding": {"zh": "PM2.5浓度下降60%", "en": "PM2.5 fell by 60%"},
        "subtitle": {"zh": "", "en": ""}, "unit": {"zh": "%", "en": "%"},
        "source": {"zh": "来源：测试署《测试公报2023》", "en": "Source: 测试署, 测试公报2023"},
        "alt": {"zh": "条形图：PM2.5浓度 −60%。", "en": "Bar chart: PM2.5 −60%."},
        "notes": {"zh": ("空心条带“约”。",), "en": ("Hollow bars: about.",)},
        "missing": {"zh": ("未列入：达标比例（来源缺失）。",), "en": ("Not shown: share within the standard (lost).",)},
        "observations": tuple(keys),
    }  # fmt: skip
    return Card(**{**fields, **other})


def write_charts(folder: Path, cards=()) -> None:
    """Write cards and print pictures as the stage chart leaves them."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in cards:
        (folder / f"{one.name}{SUFFIX}").write_text(json.dumps(one.as_json(), ensure_ascii=False), encoding="utf-8")
        for language in ("zh", "en"):
            (folder / f"{one.name}.{language}.print.png").write_bytes(png())


def rows(made=None) -> list[dict]:
    return [OBSERVATIONS.row(seen) for _, seen in (editions.pairs() if made is None else made)]


def material(root: Path, made=None, *, cards=None, sources=(), **other) -> Material:
    """Return the material of the made-up edition, with two charts unless others are given."""
    made = editions.pairs() if made is None else made
    workspace = editions.write_workspace(root, made, sources=sources)
    lists = load_registry(workspace.registry)
    loaded = load_edition(workspace, "2023")
    if cards is None:
        changes = [row["observation_id"] for row in rows(made) if row["measure"] == "change"]
        counts = [row["observation_id"] for row in rows(made) if row["measure"] == "count"]
        cards = (card("decoupling", 1, "changes", changes, section="transition"), card("panel", 2, "panel", counts))
    pictures = {f"{one.name}.{language}.print.png": png() for one in cards for language in ("zh", "en")}
    return Material(loaded, lists, tables.page_tables(workspace, loaded), tuple(cards), pictures, **other)


def series(indicator: str, years, **other) -> list:
    """Return figures and observations of one indicator over years, in micrograms."""
    made = []
    for year, value in years:
        raw = f"{year}:{value}微克/立方米"
        made.append(
            support.figure_and_observation(
                raw, f"{value}微克/立方米", float(value), indicator, unit="microgram_per_cubic_metre",
                time_period=str(year), **other,
            )
        )  # fmt: skip
    return made


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode("utf-8")


def parts(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.namelist()
