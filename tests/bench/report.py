"""How long validating 100,000 generated figures takes with its report, how much memory, and how large the page gets.

Most of the figures fail rules, so that the page must choose. Run: python tests/bench/report.py [figures].
"""

import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path

from validating import write

from qingshan import coverage, store, validate
from qingshan.model import CURATED, FIGURES
from qingshan.register import init_workspace
from qingshan.validate.report import MOST_BYTES

COUNT = 100_000
SECONDS, MEGABYTES = 60, 1500


def spoil(workspace):
    """Break what the rules protect: no units, shares above all, periods the wrong way round, other signs."""
    for contract, stage in ((FIGURES, "extract"), (CURATED, "curate")):
        path = workspace.work("2023", stage, f"{contract.name}.csv")
        rows = store.read_table(path, contract)
        for place, row in enumerate(rows):
            row["unit"] = "" if place % 2 else row["unit"]
            row["kind"] = "share" if place % 3 else row["kind"]
            row["value"] = row["value"] * 100 if place % 5 else row["value"]
            row["base_period"] = "2099" if place % 7 else row["base_period"]
        store.write_table(path, contract, rows)


def make(workspace, count):
    write(workspace, count)
    spoil(workspace)


def timed(workspace):
    start = time.perf_counter()
    verdict = validate.validate(workspace, "2023", coverage=coverage.build(workspace, "2023"))
    return verdict, time.perf_counter() - start


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    with tempfile.TemporaryDirectory() as folder:
        workspace = init_workspace(Path(folder) / "ws")
        making = multiprocessing.get_context("spawn").Process(target=make, args=(workspace, count))
        making.start()  # in a process of its own: what generating takes is not counted
        making.join()
        verdict, first = timed(workspace)
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        _, again = timed(workspace)
        size = workspace.report("2023").stat().st_size
    failing = sum(rule.unexpected for rule in verdict.rules)
    print(f"{count} figures, {failing} failing rows of {sum(r.state != 'passed' for r in verdict.rules)} rules")
    print(f"validate and report   {first:6.1f} s, again {again:.1f} s   budget {SECONDS} s")
    print(f"memory                {megabytes:6.0f} MB   budget {MEGABYTES} MB")
    print(f"report                {size / 1e6:6.2f} MB   budget {MOST_BYTES / 1e6:.0f} MB")
    return 0 if first < SECONDS and megabytes < MEGABYTES and size <= MOST_BYTES else 1


if __name__ == "__main__":
    sys.exit(main())
