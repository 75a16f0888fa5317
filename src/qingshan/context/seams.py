"""Notices where a line of the source is missing: a number or unit cut off, a subject gone, a value lost.

The text says nothing of a missing line: two sentences simply run into each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qingshan.context.broken import broken_number, lacks_head
from qingshan.context.layout import CLAUSE_END
from qingshan.quantity import Quantity

_HAN = re.compile(r"[\u4e00-\u9fff]")
# a share or value announced, and then no number: the next words begin something else
_ANNOUNCED = re.compile(
    r"(?:比例|比重|占比|浓度|总量|面积|覆盖率|[\u4e00-\u9fff]率|密度|能耗|投资|数量|规模|产值|均价|(?:总|产|储|成交|排放|发电|用水|用电|消费|保有|装机容|吞吐|处理|利用|径流|降水|蓄积)量)(?:均|约|分别|已|仅|要|须|应|将)?"
    r"(?P<verb>为|达到|达|(?<!占)占(?!全|国|总)|提高到|提高至|增至|降至|下降到|超过)(?=[^\d，。；、：\s]|\s*\n|\s*$)"
)
_SUBJECT_REACH = 40  # characters a subject may have before its verb
_VALUE_FOLLOWS = re.compile(
    r"[^，。；：！？\n]{0,24}?(?:\d|[零〇一二两三四五六七八九十百千万亿半]+(?:成|分之|倍|个百分点)|一半|百分之|过半)"
)
# what begins something else: a line end, a bracket, a heading
_BEGINS = re.compile(
    r"\s*(?:$|\n|【|〔|\[|第[一二三四五六七八九十]+[章节部]|[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]）)"
)
# what a sentence may end in that says something of the share itself: 为各方关注的焦点, 达历史新高
_NOMINAL = re.compile(
    r"(?:的[^的]{1,4}|之[最一首冠]|水平|最[高低好优大小]|新[高低]|要求|焦点|重点|难点|亮点|短板|指标|目标|标准|前列|第一|首位|良好|优秀|空白|关键)$"
)
_MOVES = re.compile(r"(?:增加|增长|提高|下降|减少|降低|上升)(?:约|了|近)?[\d一二两三四五六七八九十]")
_NO_PREDICATE = re.compile(r"何|导向|依据|依托|抓手|主|例|准|基础|核心|约束|历史|世界|国家|优|良|首|正|负|或")


_INDEX = re.compile(r"(?:指数|系数|pH(?:年?均值|值)?|得分|评分)$")
_GOES_ON = re.compile(
    r"的|目标|以上|以下|左右|以内|和|及|与|至|到|提高|下降|上升|降|升|增|减|扩大|缩小|为|是|来自|起步|之间|多出|还多|出头"
    r"|(?:提升|上升|增加|减少|攀升|跃升|壮大|增长|抬升|压减|恢复|[升降增减提扩压抬])(?:到|至|为)"
)
# shapes of words that only a missing line leaves
_OF_BEFORE = re.compile(r"[，、]?(?:占|涉及|其中)")  # what it is part of was lost
_WHOLE_YEAR = "\\d今去全当每近多历上本逐前后来周成同常百千半整数几两一二三四五六七八九十新隔次逢 "
_SEAMS = (
    (re.compile(f"(?<![{_WHOLE_YEAR}])年(?:下降|增长|提高|减少|降低|上升)"), "cut-year"),
    (re.compile(r"(?:19|20)\d\d年[^，。；：、\d至到比与较和于同在自从由止]{1,8}(?:19|20)\d\d年"), "two-dates"),
    (re.compile(r"^(?:加强|推进|深化|强化|推动|完善|健全)[^，、的]{2,10}(?:安排|涉及|累计|共有)"), "two-verbs"),
    (re.compile(r"等(?:加|增|减|降|升|达|至|为|到)$"), "cut-list"),
    (re.compile(r"(?:比例|比重|占比|浓度|覆盖率|率)为(?:增加|增长|提高|下降|减少|降低|上升)$"), "two-predicates"),
)


@dataclass(frozen=True, slots=True)
class Gap:
    """A value announced and lost: clean offset where it should stand, and clean span of its subject."""

    position: int
    subject_start: int
    subject: str


def integrity(
    text: str, quantity: Quantity, kind: str, subject: str, segment: int, own: str, previous: str
) -> tuple[str, str]:
    """Return whole, truncated or orphan for a quantity, and the rule that says so.

    Parameters
    ----------
    own
        The number's own words, from `segment` on, its qualifier taken off.
    segment
        Clean offset where the number's own words begin: after punctuation or after the number before.
    previous
        Integrity of the number before in the same sentence.
    """
    if rule := broken_number(text, quantity, kind, subject):
        return "truncated", rule
    after = text[quantity.end : quantity.end + 1]
    if not quantity.unit and _INDEX.search(subject):
        return "whole", "index"
    if not quantity.unit and (_HAN.match(after) or after in ("》", ")", "）", "|", "\n", ".", "．", "/", "／", "×")):
        return "truncated", "no-unit"
    if not quantity.unit and not subject:
        return "truncated", "no-unit"
    if not subject:
        return "orphan", "no-subject"
    if lacks_head(own, quantity):
        return "orphan", "no-head"
    own = text[segment : quantity.start]
    if (
        not quantity.is_signed
        and segment
        and text[segment - 1] in "%％"
        and _HAN.match(own[:1])
        and not _GOES_ON.match(own)
    ):
        return "orphan", "after-number"  # …下降26.5%装机突破12亿千瓦: the line between is missing
    if previous == "orphan" and _OF_BEFORE.match(own):
        return "orphan", "of-orphan"
    for pattern, rule in _SEAMS:
        if pattern.search(own):
            return "orphan", rule
    following = CLAUSE_END.split(text[quantity.end : quantity.end + 40], maxsplit=1)[0]
    if _unopened(following):
        return "orphan", "unopened-quote"
    return "whole", "none"


def _unopened(words: str) -> bool:
    """Whether words close a quotation that they never open."""
    closing = words.find("”")
    return closing >= 0 and "“" not in words[:closing]


def _is_lost(text: str, position: int) -> bool:
    """Whether the words from a clean offset on are no value and no predicate, but begin something else."""
    rest = text[position : position + 40]
    if text[position - 1] == "为" and _MOVES.match(rest):
        return True  # 比例为增加一倍: what grew is not what the share was of
    if _VALUE_FOLLOWS.match(rest):
        return False
    if _BEGINS.match(rest):
        return position < len(text.rstrip())
    clause = CLAUSE_END.split(rest, maxsplit=1)[0]
    return not _NO_PREDICATE.match(clause) and _NOMINAL.search(clause) is None


def find_gaps(text: str) -> Iterator[Gap]:
    """Yield the places where a value is announced and does not follow."""
    for match in _ANNOUNCED.finditer(text):
        if not _is_lost(text, match.end()):
            continue
        start = match.start("verb")
        words = CLAUSE_END.split(text[max(0, start - _SUBJECT_REACH) : start])[-1]
        yield Gap(match.end(), start - len(words), words)
