"""How long the rules take over 100,000 generated figures, without the report. Run: python tests/bench/validating.py.

Flows in: nothing; figures are generated, each at a place of a generated text, 60 of 100 accepted. Flows out: seconds for
each step and the peak of memory, and exit code 1 if the whole takes more than a minute or 1.5 GB. It writes to a
temporary folder only and is never part of the test suite.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from qingshan import sources, validate
from qingshan.curate.tables import FILLS, STALE_DECISIONS
from qingshan.model import (
    CURATED,
    FIGURES,
    LOST,
    OBSERVATION_FIGURES,
    OBSERVATIONS,
    SOURCES,
    Figure,
    Observation,
    Workspace,
)  # fmt: skip
from qingshan.register import NewSource, add_source, init_workspace
from qingshan.registry import Region, load_registry
from qingshan.store import write_json, write_table
from qingshan.validate import run, tables, verdict

FIGURES_MADE = 100_000
MOST_SECONDS, MOST_BYTES = 60, 1_500_000_000
_UNITS = {"微克/立方米": "microgram_per_cubic_metre", "%": "percent"}
_SAID = "{region}{year}年细颗粒物浓度为{level}微克/立方米，二氧化硫浓度比上年下降{change}%；森林覆盖率为{share}%，有{count}家单位。\n"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        workspace = init_workspace(Path(folder) / "ws")
        _, seconds = timed(lambda: write(workspace, FIGURES_MADE))
        print(f"{'generating (not counted)':<32}{seconds:8.1f} s")
        validate.load_suites(workspace)  # imports Great Expectations, which takes 3 s once
        total = 0.0
        for what, seconds in steps(workspace):
            total += seconds
            print(f"{what:<32}{seconds:8.1f} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(f"{'together':<32}{total:8.1f} s, {peak / 1e9:.2f} GB at the most")
    return int(total > MOST_SECONDS or peak > MOST_BYTES)


def steps(workspace: Workspace) -> Iterator[tuple[str, float]]:
    """Yield each step of validation, as `validate.validate` takes it, with its seconds."""
    suites, seconds = timed(lambda: validate.load_suites(workspace))
    yield "suites", seconds
    head = sources.load_edition(workspace, "2023")
    loaded, seconds = timed(lambda: tables.load_tables(workspace, head))
    yield "tables", seconds
    registry = load_registry(workspace.registry)
    compared, seconds = timed(lambda: tables.compare(loaded["curated"], registry))
    loaded["consistency"] = compared
    yield "comparisons", seconds
    rules = [rule for suite in suites for rule in suite.rules]
    parameters = validate._parameters(workspace, head, loaded)
    for name in run.TABLES:
        of_table = [rule for rule in rules if rule.table == name]
        _, seconds = timed(lambda of_table=of_table: run.run_suite(of_table, loaded, parameters))
        yield f"{len(of_table)} rules of {name}", seconds
    outcomes = [run.Outcome(rule, "passed", 1) for rule in rules]
    _, seconds = timed(lambda: verdict.failures_csv(outcomes, loaded))
    yield "verdict", seconds


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """Return what the work gives and the seconds it took."""
    start = time.perf_counter()
    result = work()
    return result, time.perf_counter() - start


def write(workspace: Workspace, number: int) -> None:
    """Write the tables of an edition of `number` figures, as the earlier stages leave them."""
    places = load_registry(workspace.registry).vocabulary.regions
    lines = [_line(places[at % len(places)], at, 2023 - at // len(places)) for at in range(number // 4)]
    text = workspace.root / "report.txt"
    text.write_text("".join(line for line, _ in lines), encoding="utf-8")
    new = NewSource("2023", "made", "甲", "乙", year="2023", area="全国", published_on="2023-12-31")
    add_source(workspace, text, new)
    head = sources.load_edition(workspace, "2023")
    figures = list(_figures(lines))
    observed = [(figure, _observation(figure, code)) for figure, code in figures if figure.indicator and code]
    ids = {figure.figure_id: observation.observation_id for figure, observation in observed}
    folder = workspace.work("2023")
    row = {"source_id": "made", "title": "甲", "publisher": "乙", "published_on": "2023-12-31", "file": "report.txt",
           "sha256": head.sources[0].sha256, "encoding": "utf-8", "characters": sum(len(line) for line, _ in lines),
           "edits": 0, "damaged": 0, "set_aside": 0}  # fmt: skip
    write_table(folder / "read" / "sources.csv", SOURCES, [row])
    write_table(folder / "extract" / "figures.csv", FIGURES, [FIGURES.row(figure) for figure, _ in figures])
    write_table(folder / "extract" / "lost.csv", LOST, [])
    write_table(folder / "curate" / "curated.csv", CURATED, [_curated(figure, ids) for figure, _ in figures])
    write_table(folder / "curate" / "observations.csv", OBSERVATIONS, [OBSERVATIONS.row(one) for _, one in observed])
    links = [{"observation_id": ids[name], "figure_id": name, "role": "primary"} for name in ids]
    write_table(folder / "curate" / "observation_figures.csv", OBSERVATION_FIGURES, links)
    for contract in (FILLS, STALE_DECISIONS):
        write_table(folder / "curate" / f"{contract.name}.csv", contract, [])
    write_json(folder / "read" / "summary.json", {"text": "1 source, 9 characters"})
    write_json(folder / "extract" / "summary.json", {"text": f"{len(figures)} figures, 0 lost at the source"})
    waiting = len(figures) - len(ids)
    told = f"{len(figures)} figures = {len(ids)} accepted, 0 rejected, {waiting} undecided; {len(ids)} observations"
    write_json(folder / "curate" / "summary.json", {"text": told})


def _line(region: Region, at: int, year: int) -> tuple[str, dict[str, Any]]:
    said = {
        "region": region.name, "code": region.code, "year": str(year), "level": 20 + at % 60,
        "change": 1 + at % 9, "share": 10 + at % 50, "count": 100 + at,
    }  # fmt: skip
    return _SAID.format(**said), said


def _figures(lines: list[tuple[str, dict[str, Any]]]) -> Iterator[tuple[Figure, str]]:
    """Yield every figure with the code of its region: three of four have an indicator, of which some wait."""
    start = 0
    for line, said in lines:
        for key, unit, kind, indicator in (
            ("level", "微克/立方米", "level", "pm25_annual_mean"),
            ("change", "%", "change", "so2_annual_mean"),
            ("share", "%", "share", "forest_cover"),
            ("count", "家", "count", ""),
        ):
            text = f"{said[key]}{unit}"
            at = line.rindex(text)
            value = float(-said[key] if key == "change" else said[key])
            base = str(int(said["year"]) - 1) if key == "change" else ""
            figure = Figure(
                source_id="made", start=start + at, end=start + at + len(text), text=text, value=value, unit=unit,
                qualifier="exact", kind=kind, reading=text, quote=line, prefix=line[max(0, at - 16) : at],
                suffix=line[at + len(text) : at + len(text) + 16], value_low=value, value_high=value,
                region=said["region"], period=said["year"], base_period=base, subject="细颗粒物浓度",
                indicator=indicator, period_basis="stated", region_basis="stated",
            )  # fmt: skip
            waits = key == "share" and said["count"] % 5 > 1
            yield figure, "" if waits else said["code"]
        start += len(line)


def _observation(figure: Figure, code: str) -> Observation:
    return Observation(
        edition="2023", indicator=figure.indicator, ref_area=code, time_period=figure.period,
        base_period=figure.base_period, measure=figure.kind, scope="", source_id="made", obs_value=figure.value,
        obs_value_low=figure.value_low, obs_value_high=figure.value_high, unit_measure=_UNITS[figure.unit],
        obs_status="A", time_basis="stated", qualifier="exact", decision_id="rule:whole-exact@1",
        raw_start=figure.start, raw_end=figure.end, quote=figure.quote,
    )  # fmt: skip


def _curated(figure: Figure, ids: dict[str, str]) -> dict[str, Any]:
    is_accepted = figure.figure_id in ids
    return {
        **FIGURES.row(figure), "status": "accepted" if is_accepted else "undecided",
        "reason": "rule" if is_accepted else "unregistered", "observation_id": ids.get(figure.figure_id, ""),
        "decision_id": "rule:whole-exact@1" if is_accepted else "", "original": "", "note": "",
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
