"""Plants errors into a laid-out Word file, as layout makes them: one run changed, the rest of the page as it was."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

import docx
from docx.text.paragraph import Paragraph

UNITS = {
    "微克/立方米": "毫克/立方米", "个百分点": "%", "亿吨": "亿千克", "平方公里": "公顷", "千瓦": "千瓦时", "%": "‰",
    "µg/m³": "mg/m³", "tonnes": "kg", "percentage points": "%", "km²": "hectares",
}  # fmt: skip
SCALES = {"万亿": "亿", "亿": "万", "万": "亿", "trillion": "billion", "billion": "million", "million": "billion"}
SIGNS = {"下降": "上升", "上升": "下降", "−": "+", "+": "−", "fell": "rose", "rose": "fell"}
PLACES = {
    "山东省": "山西省", "北京市": "天津市", "湖北省": "湖南省", "云南省": "贵州省",
    "Shandong": "Shanxi", "Beijing": "Tianjin", "Hubei": "Hunan", "Yunnan": "Guizhou",
}  # fmt: skip
QUALIFIER = re.compile(
    r"约(?=\d)|超(?=\d)|近(?=\d)|不低于(?=\d)|不超过(?=\d)|about (?=\d)|over (?=\d)|at (?:least|most) (?=\d)"
)
PLAN = ["digit"] * 5 + ["unit"] * 3 + ["scale"] * 2 + ["year"] * 4 + ["sign"] * 2 + ["place"] * 2 + ["qualifier"] * 2


@dataclass(frozen=True)
class Plant:
    """One error: its kind, and the paragraph or row it stands in, before and after."""

    kind: str
    before: str
    after: str


def plant(data: bytes, seed: int) -> tuple[bytes, list[Plant]]:
    """Return the file with an error of each kind in `PLAN`, every one in a paragraph or row of its own."""
    dice = random.Random(seed)
    document = docx.Document(io.BytesIO(data))
    places = list(_places(document))
    planted: list[Plant] = []
    taken: set[int] = set()
    for kind in PLAN:
        for at in dice.sample(range(len(places)), len(places)):
            if at not in taken and (found := _change(kind, places[at], dice)):
                planted.append(found)
                taken.add(at)
                break
    out = io.BytesIO()
    document.save(out)
    return out.getvalue(), planted


def _places(document: docx.document.Document) -> Iterator[list[Paragraph]]:
    """Yield the paragraphs that belong together: one of prose, or those of a table's row."""
    in_references = False
    for paragraph in document.paragraphs:
        in_references = in_references or paragraph.text.strip() in ("参考文献", "References")
        if not in_references and paragraph.style.name.startswith(("Normal", "Body", "正文")):
            yield [paragraph]
    for table in document.tables:
        for row in table.rows[1:]:
            yield [paragraph for cell in row.cells for paragraph in cell.paragraphs]


def _change(kind: str, paragraphs: list[Paragraph], dice: random.Random) -> Plant | None:
    before = _text(paragraphs)
    for paragraph in paragraphs:
        for run in paragraph.runs:
            after = _changed(kind, run.text, dice)
            if after not in ("", run.text) and "[" not in run.text:
                run.text = after
                return Plant(kind, before, _text(paragraphs))
    return None


def _text(paragraphs: list[Paragraph]) -> str:
    return " | ".join(paragraph.text for paragraph in paragraphs)


def _changed(kind: str, text: str, dice: random.Random) -> str:
    if kind == "digit":
        digits = [
            match.start() for match in re.finditer(r"\d(?=[\d.]*\s?(?:%|个|万|亿|微克|吨|µ|million|billion|k))", text)
        ]
        if not digits:
            return ""
        at = dice.choice(digits)
        return f"{text[:at]}{(int(text[at]) + dice.randint(1, 8)) % 10}{text[at + 1 :]}"
    if kind == "year":
        return re.sub(r"(?<!\d)20(\d)(\d)(?!\d)", lambda m: f"20{m[1]}{(int(m[2]) + 1) % 10}", text, count=1)
    if kind == "qualifier":
        return QUALIFIER.sub("", text, count=1)
    if kind == "unit":
        found = next((word for word in UNITS if re.search(rf"\d\s?\S{{0,2}}?{re.escape(word)}", text)), "")
        return text.replace(found, UNITS[found], 1) if found else ""
    if kind == "scale":
        found = next((word for word in SCALES if re.search(rf"\d\s?{word}", text)), "")
        return re.sub(rf"(\d\s?){found}", rf"\g<1>{SCALES[found]}", text, count=1) if found else ""
    words = SIGNS if kind == "sign" else PLACES
    found = next(
        (word for word in words if re.search(rf"{re.escape(word)}.*\d|\d.*{re.escape(word)}", text) or text == word), ""
    )
    return text.replace(found, words[found], 1) if found else ""
