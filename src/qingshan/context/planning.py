"""Says where a work report stops telling what was done and tells what is to be done: the same verbs, other kinds.

Pure functions of clean text. Only in documents that say they are work reports or plans does a heading decide so much.
"""

from __future__ import annotations

import re

_DOCUMENT = re.compile(r"工作报告|向大会报告工作|工作要点|工作计划|年度计划")
_OPENING = 400  # characters in which a document says what it is
_LONGEST_HEADING = 40
_NUMBER = r"[（(]?[一二三四五六七八九十\d]{0,3}[）)、.．]?\s*"
_AHEAD = re.compile(
    rf"{_NUMBER}(?:(?:20\d\d年|今年|明年|新一年|全年|今后|下一步|未来)[^。；\n]{{0,12}})?"
    r"(?:主要|重点|总体|政府|经济社会发展|下一步|工作|发展|预期|的)*(?:任务|安排|打算|部署|重点工作|工作重点|预期目标|目标任务|发展目标|工作思路)[^。；\n]{0,14}$"
)
_BACK = re.compile(rf"{_NUMBER}[^。；\n]{{0,16}}(?:回顾|成效|成绩|进展|主要成果|工作情况|过去|五年来)")


def is_work_report(text: str) -> bool:
    """Whether a document says in its opening that it reports work and sets tasks."""
    return _DOCUMENT.search(text, 0, _OPENING) is not None


def plans_ahead(line: str, before: bool) -> bool:
    """Return whether what follows a line sets tasks; `before` is whether the lines before it did."""
    line = line.strip()
    if not line or len(line) > _LONGEST_HEADING or line.endswith(("。", "；")):
        return before
    if _BACK.match(line):
        return False
    if _AHEAD.match(line):
        return True
    return before
