"""How long validating 100,000 generated figures takes, with how much memory, and how large the report gets.

Most figures fail a rule, and the page must still be read. Run: python tests/bench/report.py [figures].
"""

import hashlib
import resource
import sys
import tempfile
import time
from pathlib import Path

from qingshan import coverage, validate
from qingshan.model import CURATED, FIGURES, LOST, OBSERVATIONS, Figure, Observation, Workspace
from qingshan.validate.report import MOST_BYTES

COUNT = 100_000
SECONDS, MEGABYTES = 60, 1500
PLACES = ("全国", "北京市", "浙江省", "宁夏回族自治区", "杭州市", "")
INDICATORS = ("forest_cover", "pm25_annual_mean", "")


def _text(count):
    return "".join(
        f"{2000 + n % 24}年{PLACES[n % 5]}第{n}号断面优良比例约占{n % 130}.{n % 10}%，同比持平，各方面工作继续推进。\n"
        for n in range(count)
    )


def _figures(raw):
    at = 0
    for n, line in enumerate(raw.splitlines(keepends=True)):
        start = at + line.index("占") + 1
        end = at + line.index("%") + 1
        text = raw[start:end]
        value = float(text[:-1])
        yield Figure(
            "bench", start, end, text, value, "%" if n % 3 else "", "about", "share", reading=text, quote=line[:-1],
            subject="优良比例", region=PLACES[n % 6], period=str(2000 + n % 24), indicator=INDICATORS[n % 3],
            prefix=raw[max(0, start - 16) : start], suffix=raw[end : end + 16], value_low=value, value_high=value,
            locator=f"line {n + 1}",
        )  # fmt: skip
        at += len(line)


def _curated(figure, n):
    accepted = bool(figure.indicator)
    return {
        **FIGURES.row(figure),
        "status": "accepted" if accepted else "undecided",
        "reason": "rule" if accepted else "unregistered",
        "decision_id": "rule:whole-exact@1" if accepted else "",
        "observation_id": f"{n:012x}" if accepted else "",
    }


def _observation(figure, n):
    return {
        **OBSERVATIONS.row(Observation(
            edition="2023", indicator=figure.indicator, ref_area="CN", time_period=figure.period, base_period="",
            measure="share", scope=f"s{n}", source_id="bench", obs_value=figure.value, obs_value_low=figure.value,
            obs_value_high=figure.value, unit_measure="percent", obs_status="A", time_basis="stated",
            qualifier="about", decision_id="rule:whole-exact@1", raw_start=figure.start, raw_end=figure.end,
            quote=figure.quote,
        )),
    }  # fmt: skip


def _make(workspace, count):
    raw = _text(count)
    folder = workspace.source_folder("2023", "bench")
    folder.mkdir(parents=True)
    (folder / "report.txt").write_bytes(raw.encode())
    (folder / "source.yml").write_text(
        "title: 生成的文本\npublisher: 测速\ncovers: {time_period: '2023'}\n"
        f"file: {{path: report.txt, sha256: {hashlib.sha256(raw.encode()).hexdigest()}, encoding: utf-8}}\n",
        encoding="utf-8",
    )
    workspace.edition_file("2023").write_text(
        "title: {zh: 测速, en: Bench}\nyear: '2023'\nstatus: demonstration\n", encoding="utf-8"
    )
    figures = list(_figures(raw))
    tables = {
        "extract/figures.csv": (FIGURES, map(FIGURES.row, figures)),
        "extract/lost.csv": (LOST, []),
        "curate/curated.csv": (CURATED, (_curated(figure, n) for n, figure in enumerate(figures))),
        "curate/observations.csv": (
            OBSERVATIONS, (_observation(figure, n) for n, figure in enumerate(figures) if figure.indicator)
        ),
    }  # fmt: skip
    for name, (contract, rows) in tables.items():
        path = workspace.work("2023", *name.split("/"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(contract.csv_text(rows), encoding="utf-8", newline="")


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace(Path(folder))
        _make(workspace, count)
        start = time.perf_counter()
        verdict = validate.validate(workspace, "2023", coverage=coverage.build(workspace, "2023"))
        first = time.perf_counter() - start
        start = time.perf_counter()
        validate.validate(workspace, "2023", coverage=coverage.build(workspace, "2023"))
        again = time.perf_counter() - start
        size = workspace.report("2023").stat().st_size
    failing = sum(rule.unexpected for rule in verdict.rules)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{count} figures, {failing} failing rows of {sum(r.state != 'passed' for r in verdict.rules)} rules")
    print(f"validate and report   {first:6.1f} s, again {again:.1f} s   budget {SECONDS} s")
    print(f"memory                {megabytes:6.0f} MB   budget {MEGABYTES} MB")
    print(f"report                {size / 1e6:6.2f} MB   budget {MOST_BYTES / 1e6:.0f} MB")
    return 0 if first < SECONDS and megabytes < MEGABYTES and size <= MOST_BYTES else 1


if __name__ == "__main__":
    sys.exit(main())
