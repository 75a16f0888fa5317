"""What comes back from each format and what reading costs: planted figures, a bulletin's scores, time and memory.

Run: python tests/bench/formats.py [--no-office]. Flows in: nothing. Flows out: three small tables, and exit code 1 if a
large file takes longer or more memory than is required. Files stand in a temporary folder only; never part of the suite.
"""

from __future__ import annotations

import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "formats"), str(Path(__file__).parent)]

import formats_plant  # noqa: E402
import formats_write  # noqa: E402
from formats_bulletin import Block, Bulletin, load  # noqa: E402
from formats_score import score  # noqa: E402
from reading import SEED, Line, _high_water  # noqa: E402

from qingshan.extract import Extractor  # noqa: E402
from qingshan.readers.choose import read_source  # noqa: E402
from qingshan.registry import load_vocabulary  # noqa: E402

_READ = "--read"  # how this file calls itself in a process of its own
_NUMBER = re.compile(r"(?<![\d.A-Za-z~])(?!(?:19|20)\d\d(?!\d))\d+(?:\.\d+)?(?![\d~])")
_AREAS = ("太原市", "大同市", "阳泉市", "长治市", "晋城市", "朔州市", "晋中市", "运城市", "忻州市", "临汾市", "吕梁市")

# seconds and megabytes that a file of this size may take on the machine this was written on, with room
LIMITS = {
    "a pdf of 300 pages": (60.0, 900),
    "a docx of 200 pages": (20.0, 500),
    "an xlsx of 200,000 rows": (120.0, 2500),
}


def extractor() -> Extractor:
    return Extractor(load_vocabulary(ROOT / "data" / "registry"))


def planted(reader: Extractor, folder: Path, *, with_office: bool) -> Iterator[str]:
    """Yield the table of planted figures, a line for each format and writer."""
    plan = formats_plant.make_plan()
    files = {what: (name, write(plan)) for what, (name, write) in formats_plant.WRITERS.items()}
    if with_office:
        files |= formats_plant.by_libreoffice(plan, folder)
    places = (*formats_plant.PLACES, *formats_plant.UNSEEN)
    yield (
        f"{'planted: back with value, unit, locator':<28}"
        + "".join(f"{place:>15}" for place in places)
        + "   not planted"
    )
    for what, (name, data) in sorted(files.items()):
        source = read_source(data, where=name, name=name)
        figures = reader.extract_source(source, "p", year="2023", area="太原市").figures
        found = formats_plant.compare(plan, what, source, figures)
        counts = [f"{found[place].placed}/{found[place].planted}" for place in places]
        yield (
            f"{what:<28}"
            + "".join(f"{count:>15}" for count in counts)
            + f"{len(formats_plant.extras(plan, figures)):>14}"
        )


def scores(reader: Extractor, folder: Path, *, with_office: bool) -> Iterator[str]:
    """Yield the scores of the bulletin, a line for each format and writer."""
    bulletin = load()
    files = {what: (name, write(bulletin)) for what, (name, write) in formats_write.OWN.items()}
    if with_office:
        files |= formats_write.by_libreoffice(bulletin, folder)
    for what, (name, data) in sorted(files.items()):
        source = read_source(data, where=name, name=name)
        found = reader.extract_source(source, "b", year=bulletin.year, area=bulletin.area).figures
        yield f"{what:<28}{score(bulletin.figures, found)}"


def repeated(bulletin: Bulletin, copies: int) -> Bulletin:
    """Return a bulletin with its blocks again and again, each time with other digits."""
    source = random.Random(SEED)

    def other(text: str) -> str:
        return _NUMBER.sub(lambda match: "".join(_digit(char, source) for char in match[0]), text)

    def varied(block: Block) -> Block:
        if block.table is None:
            return replace(block, text=other(block.text) if block.kind == "text" else block.text)
        cells = (
            replace(cell, text=other(cell.text) if cell.row >= block.table.heads else cell.text)
            for cell in block.table.cells
        )
        return replace(block, table=replace(block.table, cells=tuple(cells)))

    return replace(bulletin, blocks=tuple(varied(block) for _ in range(copies) for block in bulletin.blocks))


def _digit(char: str, source: random.Random) -> str:
    return char if char == "." else str(source.randint(1, 9))


def large_sheet(rows: int) -> bytes:
    """Return a workbook with one table of so many rows."""
    import io

    import xlsxwriter

    source = random.Random(SEED)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "constant_memory": False})
    sheet = book.add_worksheet("监测")
    sheet.write_row(
        0, 0, ("城市", "年份", "PM2.5年均浓度（微克/立方米）", "优良天数比例（%）", "化学需氧量排放量（吨）")
    )
    for row in range(1, rows):
        values = (source.randint(10, 80), source.randint(500, 999) / 10, source.randint(100, 99999))
        sheet.write_row(row, 0, (_AREAS[row % len(_AREAS)], f"{2000 + row % 24}年", *values))
    book.close()
    return out.getvalue()


def costs(folder: Path) -> Iterator[Line]:
    """Yield time and peak memory of reading large files, each in a process of its own."""
    bulletin = load()
    makers: dict[str, tuple[str, Callable[[], bytes]]] = {
        "a pdf of 300 pages": ("large.pdf", lambda: formats_write.as_typst(repeated(bulletin, 210))),
        "a docx of 200 pages": ("large.docx", lambda: formats_write.as_docx(repeated(bulletin, 90))),
        "an xlsx of 200,000 rows": ("large.xlsx", lambda: large_sheet(200_000)),
    }
    for what, (name, make) in makers.items():
        path = folder / name
        path.write_bytes(make())
        done = subprocess.run([sys.executable, __file__, _READ, str(path)], capture_output=True, text=True, check=True)
        seconds, own, child, figures, size = map(float, done.stdout.split())
        most, megabytes = LIMITS[what]
        is_kept = seconds <= most and max(own, child) <= megabytes
        measured = f"{seconds:.1f} s, {own:.0f} MB + {child:.0f} MB"
        yield Line(
            what, measured, f"{most:.0f} s, {megabytes} MB; {figures:,.0f} figures, {size:,.0f} characters", is_kept
        )


def print_cost_of(path: Path) -> None:
    """Print seconds, megabytes of this process beyond its start and of its largest child, figures and characters."""
    reader = extractor()
    before = _high_water()
    data = path.read_bytes()
    start = time.perf_counter()
    source = read_source(data, where=path.name, name=path.name)
    figures = reader.extract_source(source, "large", year="2023", area="山西省").figures
    taken = time.perf_counter() - start
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(taken, (_high_water() - before) / 1e6, child, len(figures), len(source.text))


def main() -> int:
    """Print all tables; return 1 if a large file costs more than it may."""
    with_office = "--no-office" not in sys.argv
    is_missed = False
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "plan").mkdir()
        (folder / "bulletin").mkdir()
        reader = extractor()
        for line in planted(reader, folder / "plan", with_office=with_office):
            print(line, flush=True)
        print()
        for line in scores(reader, folder / "bulletin", with_office=with_office):
            print(line, flush=True)
        print()
        for line in costs(folder):
            is_missed = is_missed or not line.is_kept
            print(line, flush=True)
    return 1 if is_missed else 0


if __name__ == "__main__":
    if sys.argv[1:2] == [_READ]:
        print_cost_of(Path(sys.argv[2]))
        sys.exit()
    sys.exit(main())
