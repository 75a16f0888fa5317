"""How many figures that a lost line touched are flagged. Run: python tests/bench/cuts.py [--misses N] [--seeds N].

Flows in: clean texts (the annotated ones for tuning, and the demonstration text with its lost lines put back), cut by
seed inside their sentences. Flows out: recall by kind of cut, and false alarms on the uncut texts, for the texts that
the rules were tuned on and for those that they were not. It never reads the texts that are held for judging.
"""

import argparse
import random
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from qingshan.extract import Extractor  # noqa: E402
from qingshan.registry import load_registry  # noqa: E402
from tests.demo.damage import undamaged  # noqa: E402

GOLD = ROOT / "tests" / "gold"
TUNED_ON = (
    "dev/city_bulletin", "dev/national_bulletin", "dev/plan_review", "dev/energy_communique", "dev2/midterm",
    "dev2/zones", "dev2/river_water", "dev3/finance_law", "dev3/midterm_b", "dev3/nature", "dev3/press",
    "dev3/rural_soil", "dev3/zones_b", "demo",
)  # fmt: skip
KEPT_APART = ("dev/climate_review", "dev/provincial_report", "dev2/energy_chapter", "dev2/qa")
SHORTEST, LONGEST = 8, 40
GOAL_RECALL, GOAL_ALARMS = 0.70, 0.02
_SENTENCE = re.compile(r"[^。！？\n]+")
_CLAUSE_MARK = re.compile("[，。；：！？\n]")
_NUMERIC = re.compile(r"[\d.,．～~—–\-%％‰万亿千百]")
_KINDS = ("clause's head lost", "before the subject", "subject to number", "unit or noun lost", "subject's clause lost")


@dataclass(frozen=True)
class Cut:
    """A cut of one text: what stood in [start, end) is gone."""

    name: str
    start: int
    end: int


def texts(names):
    """Return the clean texts of one split by name."""
    demo = undamaged((ROOT / "tests" / "demo" / "clean.txt").read_text(encoding="utf-8"))
    return {name: demo if name == "demo" else (GOLD / f"{name}.txt").read_bytes().decode("utf-8-sig") for name in names}


def cuts_of(name, text, chance, count):
    """Yield `count` cuts inside sentences of one text that hold a digit, none of them inside a number."""
    spans = [m.span() for m in _SENTENCE.finditer(text) if len(m[0]) > SHORTEST + 4 and re.search(r"\d", m[0])]
    weights = [high - low for low, high in spans]
    made = 0
    while made < count:
        low, high = chance.choices(spans, weights)[0]
        start = chance.randrange(low, high - SHORTEST)
        end = start + chance.randint(SHORTEST, LONGEST)
        if end >= high or _splits_number(text, start) or _splits_number(text, end):
            continue
        made += 1
        yield Cut(name, start, end)


def _splits_number(text, at):
    return bool(_NUMERIC.match(text[at - 1 : at]) and _NUMERIC.match(text[at : at + 1])) or text[at - 1 : at] == "."


def touched(text, cut, whole):
    """Return the kind of the cut for one figure of the uncut text, '' when it does not touch it or took its number."""
    if cut.start >= whole.end:
        return _after(text, cut, whole)
    digits = re.match(r"[+\-−]?[\d.,]*[余多]?[百千万亿]*", whole.text)
    if whole.start < cut.end and cut.start < whole.start + max(1, digits.end()):
        return ""
    if cut.start > whole.start:
        return "unit or noun lost"
    is_head = cut.start == 0 or bool(_CLAUSE_MARK.match(text[cut.start - 1]))
    is_tail = bool(_CLAUSE_MARK.match(text[cut.end - 1]))
    subject = text.rfind(whole.subject, max(0, whole.start - 200), whole.start) if whole.subject else -1
    if subject >= 0 and cut.start < subject + len(whole.subject) and subject < cut.end:
        if _CLAUSE_MARK.search(text, cut.end, whole.start) or (is_head and is_tail):
            return "subject's clause lost"
        return "clause's head lost" if is_head else "subject to number"
    if _CLAUSE_MARK.search(text, cut.end, whole.start) or (is_head and is_tail):
        return ""
    if is_head:
        return "clause's head lost"
    return "before the subject" if subject >= cut.end else "subject to number"


def _after(text, cut, whole):
    """The cut lies after the number: it touches it when it takes of its counted noun."""
    if "subject=noun-after" not in whole.rules or not whole.subject:
        return ""
    noun = text.find(whole.subject, whole.end, whole.end + 40)
    return "unit or noun lost" if noun >= 0 and cut.start < noun + len(whole.subject) else ""


def alarms(extractor, split):
    """Return how many figures the uncut texts hold, and those of them that are flagged."""
    read = [f for name, text in split.items() for f in extractor.extract(text, name, year="2023", area="全国").figures]
    return len(read), [figure for figure in read if figure.integrity != "whole"]


def measure(extractor, split, count, seed):
    """Return for each touched figure (cut, kind of cut, uncut figure, figure now or None)."""
    chance = random.Random(seed)
    total = sum(map(len, split.values()))
    found = []
    for name, text in split.items():
        before = extractor.extract(text, name, year="2023", area="全国").figures
        for cut in cuts_of(name, text, chance, max(1, round(count * len(text) / total))):
            low, high = _neighbourhood(text, cut)
            near = [(f, kind) for f in before if low <= f.start < high and (kind := touched(text, cut, f))]
            if not near:
                continue
            damaged = text[low : cut.start] + text[cut.end : high]
            now = extractor.extract(damaged, name, year="2023", area="全国").figures
            for whole, kind in near:
                place = whole.start - low - (cut.end - cut.start if whole.start >= cut.end else 0)
                found.append((cut, kind, whole, next((f for f in now if f.start <= place < f.end), None)))
    return found


def _neighbourhood(text, cut):
    """The paragraphs around a cut: what is read beyond them does not reach a figure's integrity."""
    low = text.rfind("\n", 0, cut.start) + 1
    high = text.find("\n", cut.end)
    return low, high if high >= 0 else len(text)


def beside(text, whole, chance):
    """Yield (kind, cut) for one figure: cuts that end or begin in its number or unit, or directly before it."""
    digits = re.match(r"[+\-−]?[\d.,]+", whole.text)
    length = chance.randint(SHORTEST, LONGEST)
    if digits is None:
        return
    inside = whole.start + chance.randint(1, max(1, len(whole.text) - 1))
    yield "number or unit cut off", Cut("", inside, inside + length), whole.start
    yield "cut ends before it", Cut("", whole.start - length, whole.start), whole.start - length
    if digits.end() > 1:
        end = whole.start + chance.randint(1, digits.end() - 1)
        yield "cut ends in its number", Cut("", end - length, end), end - length


def measure_beside(extractor, split, seed):
    """Return, for cuts at the figures themselves, kind -> [flagged, still read, gone]."""
    chance = random.Random(seed)
    counts = {}
    for name, text in split.items():
        for whole in extractor.extract(text, name, year="2023", area="全国").figures:
            if chance.random() > 0.5:
                continue
            for kind, cut, at in beside(text, whole, chance):
                low, high = _neighbourhood(text, cut)
                if cut.start < max(0, low) or cut.end > high:
                    continue
                damaged = text[low : cut.start] + text[cut.end : high]
                now = extractor.extract(damaged, name, year="2023", area="全国").figures
                found = next((f for f in now if abs(f.start - (at - low)) < 4 and f.end > at - low), None)
                row = counts.setdefault(kind, [0, 0, 0])
                row[0] += found is not None and found.integrity != "whole"
                row[1 if found else 2] += 1
    return counts


def report(extractor, title, names, count, seed, misses):
    """Print one split's recall and false alarms; return whether both goals are met."""
    split = texts(names)
    found = measure(extractor, split, count, seed)
    read = [row for row in found if row[3] is not None]
    flagged = [row for row in read if row[3].integrity != "whole"]
    total, false = alarms(extractor, split)
    recall = len(flagged) / len(read)
    cut_places = {row[0] for row in found}
    print(f"{title}: {len(cut_places)} cuts touch {len(found)} figures, {len(read)} of them still read")
    print(
        f"  flagged {len(flagged)}/{len(read)} = {recall:.3f}; false alarms {len(false)}/{total} = {len(false) / total:.4f}"
    )
    for kind in _KINDS:
        of_kind = [row for row in read if row[1] == kind]
        hit = sum(row[3].integrity != "whole" for row in of_kind)
        print(f"    {kind:<24}{hit:4}/{len(of_kind):<4} {hit / max(1, len(of_kind)):.2f}")
    for kind, (hit, still, gone) in measure_beside(extractor, split, seed).items():
        print(f"    {kind:<24}{hit:4}/{still:<4} {hit / max(1, still):.2f}   ({gone} no longer read)")
    print("   ", Counter(row[3].rules.rpartition("integrity=")[2] for row in flagged).most_common(24))
    if misses:
        _show(split, read, false, misses)
    return recall >= GOAL_RECALL and len(false) <= GOAL_ALARMS * total


def _show(split, read, false, misses):
    for figure in false:
        print(f"  ALARM {figure.rules.rpartition('integrity=')[2]} {figure.text} {figure.quote}")
    for cut, kind, _whole, now in [row for row in read if row[3].integrity == "whole"][:misses]:
        text = split[cut.name]
        print(f"  MISS {kind}: {text[max(0, cut.start - 24) : cut.start]}|{text[cut.end : cut.end + 30]} [{now.text}]")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=800)
    parser.add_argument("--seed", type=int, default=2023)
    parser.add_argument("--misses", type=int, default=0)
    parser.add_argument("--only", choices=["tuned", "apart"])
    given = parser.parse_args()
    extractor = Extractor(load_registry(ROOT / "data" / "registry").vocabulary)
    splits = {"tuned": ("tuned on", TUNED_ON), "apart": ("kept apart", KEPT_APART)}
    kept = [
        report(extractor, title, names, given.count, given.seed, given.misses)
        for key, (title, names) in splits.items()
        if given.only in (None, key)
    ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
