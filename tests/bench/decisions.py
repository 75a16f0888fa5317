"""How long 5,000 decisions take to load, to find among their figures, and to add to. Run: python tests/bench/decisions.py."""

import sys
import tempfile
import time
from pathlib import Path

from qingshan.curate import load_decisions, settle
from qingshan.curate.writing import anchor_at, entry_text
from qingshan.model import Figure
from qingshan.registry import load_registry
from qingshan.review import append_decision

ROOT = Path(__file__).resolve().parents[2]
COUNT = 5_000


def _timed(what, budget, act, times=5):
    """Print the median of a few runs beside the budget; return whether it is kept."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        taken.append(time.perf_counter() - start)
    median = sorted(taken)[times // 2]
    print(
        f"{what:<32}{median * 1000:9.1f} ms  budget {budget * 1000:6.0f} ms  {'kept' if median < budget else 'MISSED'}"
    )
    return median < budget


def _text():
    raw = "".join(f"第{n}号断面优良比例为{n % 100}.{n % 10}%，同比持平。\n" for n in range(COUNT))
    figures, at = [], 0
    for n in range(COUNT):
        text = f"{n % 100}.{n % 10}%"
        start = raw.index(text, raw.index("为", at))
        end = at = start + len(text)
        figures.append(Figure("a", start, end, text, float(text[:-1]), "%", "exact", "share", prefix=raw[start - 16 : start],
                              suffix=raw[end : end + 16]))  # fmt: skip
    return raw, figures


def _entry(raw, figure):
    anchor = anchor_at(raw, "a", figure.start, figure.end)
    return {
        "action": "accept", "source_id": "a", "text": anchor.text, "prefix": anchor.prefix, "suffix": anchor.suffix,
        "start": str(figure.start), "indicator": "forest_cover", "region": "全国", "period": "2023",
        "expect": {"value": str(figure.value), "unit": "%", "kind": "share"},
        "reason": "对照原文确认", "by": "demo", "decided_on": "2026-11-23",
    }  # fmt: skip


def main():
    registry = load_registry(ROOT / "data" / "registry")
    raw, figures = _text()
    entries = [_entry(raw, figure) for figure in figures]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "2023.yml"
        path.write_text(
            "".join(entry_text({"id": f"d-{n:04d}", **e}) for n, e in enumerate(entries, 1)), encoding="utf-8"
        )
        print(f"{COUNT} decisions, {path.stat().st_size // 1024} KiB")
        decisions = load_decisions(path, registry, ["a"], name="2023.yml")
        kept = [
            _timed("load", 1.0, lambda: load_decisions(path, registry, ["a"], name="2023.yml")),
            _timed("find all in place", 1.0, lambda: settle(decisions, figures, registry, raws={"a": raw})),
            _timed(
                "append one", 0.02, lambda: append_decision(path, entries[0], lock=Path(folder) / "l", name="x"), 21
            ),
        ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
