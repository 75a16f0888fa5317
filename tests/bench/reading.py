"""How fast figures are read and what it costs in memory, as ratios to a floor of the same run. Run: make bench.

Flows in: the real report if it lies at ../shared, else the demonstration report. Flows out: a small table, and exit code
1 if something required is missed. It writes to a temporary folder only and is never part of the test suite.
"""

from __future__ import annotations

import math
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from qingshan.extract import Extractor
from qingshan.readers.text import decode
from qingshan.registry import load_vocabulary

ROOT = Path(__file__).resolve().parents[2]
LARGE = 10_000_000  # bytes
SEED = 2023
_PIECE = 300  # characters: a scraped line may be a whole report, so order is varied inside long lines too
_MEMORY_OF = "--memory-of"  # how this file calls itself in a process of its own

# a changed year would be no date any more and spare the reader work, so years and 2.5 of PM2.5 stay
_FREE_NUMBER = re.compile(r"(?<![\dA-Za-z.])(?!(?:19|20)\d\d(?!\d))\d+(?:\.\d+)?")
_FLOOR_NUMBER = re.compile(r"[+\-]?\d+(?:,\d{3})*(?:\.\d+)?")


@dataclass(frozen=True)
class Line:
    """One line of the table: what was measured, what is required, and whether it is kept; None: only shown."""

    what: str
    measured: str
    required: str
    is_kept: bool | None

    def __str__(self) -> str:
        verdict = {True: "kept", False: "MISSED", None: ""}[self.is_kept]
        return f"{self.what:<44}{self.measured:>20}   {verdict:<8}{self.required}"


def base_report() -> tuple[str, str]:
    """Return what the text is called and the text, undamaged by newline translation."""
    real = next((ROOT.parent / "shared" / "source").glob("*.txt"), None)
    path = real or ROOT / "data" / "raw" / "2023" / "qs-demo-2023" / "report.txt"
    return "the real report" if real else "the demonstration report", decode(path.read_bytes(), where=path.name).text


def varied(text: str, copies: int, seed: int = SEED) -> str:
    """Return `copies` of a text, each with its own digits and its own order of paragraphs and of their parts."""
    source = random.Random(seed)
    return "".join(_varied_once(text, source) for _ in range(copies))


def _varied_once(text: str, source: random.Random) -> str:
    lines = []
    for line in text.split("\n"):  # only there: other line ends are part of the text
        parts = _parts(line)
        source.shuffle(parts)
        lines.append("".join(parts))
    source.shuffle(lines)
    return _FREE_NUMBER.sub(lambda match: _other_digits(match[0], source), "\n".join(lines) + "\n")


def _parts(line: str) -> list[str]:
    """Return a line cut after full stops into parts of at least `_PIECE` characters."""
    parts = [""]
    for sentence in re.findall(r"[^。]*。|[^。]+", line):
        if len(parts[-1]) >= _PIECE:
            parts.append("")
        parts[-1] += sentence
    return parts


def _other_digits(number: str, source: random.Random) -> str:
    head = number[0] if number[0] == "0" else str(source.randint(1, 9))
    return head + "".join(char if char == "." else str(source.randint(0, 9)) for char in number[1:])


def floor(path: Path) -> int:
    """Do the least that any reader does: read, decode, fold widths, pass once with a regex. Return the numbers found."""
    text = unicodedata.normalize("NFKC", path.read_bytes().decode())
    return sum(1 for _ in _FLOOR_NUMBER.finditer(text))


def reading(path: Path, extractor: Extractor) -> int:
    """Do the whole reading of a file, decoding included. Return the figures found."""
    raw = decode(path.read_bytes(), where=path.name).text
    return len(extractor.extract(raw, "bench", year="2023", area="全国").figures)


def seconds(act: Callable[[], object], times: int, clock: Callable[[], float] = time.process_time) -> float:
    """Return the median of a few runs; processor time unless told, so that other work on the machine counts less."""
    taken = []
    for _ in range(times):
        start = clock()
        act()
        taken.append(clock() - start)
    return statistics.median(taken)


def speed(path: Path, characters: int, extractor: Extractor) -> list[Line]:
    """Compare the whole reading with the floor, in turns, so that both meet the same machine."""
    floors, readings = [], []
    for _ in range(3):
        floors.append(seconds(lambda: floor(path), 3))
        readings.append(seconds(lambda: reading(path, extractor), 1))
    low, high = statistics.median(floors), statistics.median(readings)
    ratio = low / high
    return [
        Line("floor: read, decode, NFKC, one regex", f"{characters / low:,.0f} char/s", "the measure", None),
        Line("whole reading", f"{characters / high:,.0f} char/s", "shown only", None),
        Line("whole reading / floor", f"{ratio:.3f}", "0.10 required, 0.20 wanted", ratio >= 0.10),
    ]


def linearity(paths: dict[int, tuple[Path, int]], extractor: Extractor) -> list[Line]:
    """Compare the time per character of growing texts with that of the smallest."""
    lines, first = [], 0.0
    for copies, (path, characters) in paths.items():
        each = seconds(lambda path=path: reading(path, extractor), max(3, 30 // copies)) / characters * 1e6
        first = first or each
        grown = each / first
        lines.append(
            Line(f"time per character, {copies}x", f"{each:.2f} us ({grown:.2f}x)", "1.5x at most", grown <= 1.5)
        )
    return lines


def memory(paths: dict[int, tuple[Path, int]]) -> list[Line]:
    """Measure the peak of a process of its own, beyond the interpreter with the vocabulary loaded."""
    peaks = {copies: _peak(path) for copies, (path, _) in paths.items()}
    lines = []
    for copies, (_, characters) in paths.items():
        each = peaks[copies] / characters
        is_long = copies >= 100  # in a short text, what is needed once weighs more than the text
        lines.append(
            Line(
                f"memory per character, {copies}x",
                f"{each:.1f} bytes",
                "under 40" if is_long else "shown only",
                each < 40 if is_long else None,
            )
        )
    slope = (peaks[100] - peaks[10]) / (paths[100][1] - paths[10][1])
    return [*lines, Line("memory per further character, 10x to 100x", f"{slope:.1f} bytes", "under 40", slope < 40)]


def _peak(path: Path) -> int:
    done = subprocess.run([sys.executable, __file__, _MEMORY_OF, str(path)], capture_output=True, text=True, check=True)
    return int(done.stdout)


def print_memory_of(path: Path) -> None:
    """Print how many bytes this process grew, at its peak, while it read a file."""
    extractor = Extractor(load_vocabulary(ROOT / "data" / "registry"))
    before = _high_water()
    reading(path, extractor)
    print(_high_water() - before)


def _high_water() -> int:
    """Return this process's peak of resident memory, in bytes (Linux); getrusage would count its parent's too."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(re.search(r"VmHWM:\s*(\d+) kB", status)[1]) * 1024


def command(path: Path, folder: Path) -> Line:
    """Time `qingshan extract` from start to finish, as a person waits for it."""
    program = str(Path(sys.executable).with_name("qingshan"))
    arguments = [program, "--workspace", str(ROOT), "extract", str(path), "--year", "2023", "--area", "全国"]
    arguments += ["--out", str(folder / "figures.csv")]
    taken = seconds(lambda: subprocess.run(arguments, check=True, capture_output=True), 5, time.perf_counter)
    return Line("qingshan extract, start to finish", f"{taken:.2f} s", "under 0.8 s", taken < 0.8)


def main() -> int:
    """Measure everything and print the table; return 1 if a requirement is missed."""
    name, text = base_report()
    most = math.ceil(LARGE / len(text.encode()))
    extractor = Extractor(load_vocabulary(ROOT / "data" / "registry"))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        once = folder / "once.txt"
        once.write_bytes(text.encode())
        paths = {copies: _written(folder, text, copies) for copies in (1, 10, 100, most)}
        large, characters = paths[most]
        print(
            f"{name}, {len(text):,} characters; repeated {most} times: {large.stat().st_size:,} bytes, seed {SEED}",
            flush=True,
        )
        is_missed = False
        for measure in (
            lambda: speed(large, characters, extractor),
            lambda: linearity({copies: paths[copies] for copies in (1, 10, 100)}, extractor),
            lambda: memory(paths),
            lambda: [command(once, folder)],
        ):
            for line in measure():
                is_missed = is_missed or line.is_kept is False
                print(line, flush=True)
    return 1 if is_missed else 0


def _written(folder: Path, text: str, copies: int) -> tuple[Path, int]:
    """Write the varied text; return its path and its number of characters."""
    long = varied(text, copies)
    path = folder / f"{copies}x.txt"
    path.write_bytes(long.encode())
    return path, len(long)


if __name__ == "__main__":
    if sys.argv[1:2] == [_MEMORY_OF]:
        print_memory_of(Path(sys.argv[2]))
        sys.exit()
    sys.exit(main())
