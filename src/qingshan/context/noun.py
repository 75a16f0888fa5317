"""Reads the noun phrase that follows a number and names what is counted: 1200家园区, 3.2万亩湿地.

Pure functions of clean text.
"""

from __future__ import annotations

import re

from qingshan.quantity import Quantity

_STOP = re.compile(r"[，。；：！？\n\x00\d]|、(?=[^、]{0,12}\x00)|^(?:以上|左右|以内|以下|出头|有余)")
_AWARD = re.compile(r"^(?:被)?(?:命名为|授予|评为|列入|列为|获得|获评|纳入|成为|荣获)")
_NOUN_END = re.compile(
    r"(?:得到|实现|进行|开展|纳入|完成(?!率)|入选|列为|列入|均|已经?|被|达到|达标(?!率)|超过|占|为(?!主)|是|获得|获评|成为|参与|印发|予以|并(?=[^网])|"
    r"下降|上升|增长|减少|提高|共计|售出|卖出|成交|并网|投产|稳步|同步|陆续|用上|有所|比|较|总体|持续|同比|全部|的(?=[^，。]{0,4}$))"
)
_BRACKET = re.compile(r"^（[^）\d]{1,8}）")  # 12县（区）
_MOVES = re.compile(
    r"(?:只|仅|才|就|多出|少出|高出|低于|高于|多于|少于|比例|增|降|升|减|涨|跌|扩|提高|下降|上升|恢复|回升|达|为|是|占|比|较(?![大小]的?[\u4e00-\u9fff]{2})|之间|台阶|左右|变为|发展|拓展|上下)"
)
_DEED = re.compile(
    r"(?:率先|首批|全部|已|均)?(?:实现|完成(?!率)|得到|开展|入选|纳入|参与|达标(?!率)|获得|获评|获批|荣获|通过|建立|印发|制定)"
)
_AMONG_END = re.compile(r"(?<=..)(?:中|里|内)$")  # 60个示范区中
_TO = re.compile(r"[\u4e00-\u9fff]{0,5}[到至为达](?:了|约|近|超)?")  # 抬至, before the number it moves to
_GOAL = re.compile(
    r"(?:下降|增长|减排|约束性|规划|预期|年度|考核|总量|控制)*(?:目标|期望值|门槛|承诺|要求|指标值|限值|标准|水平)"
)
_JOINT = re.compile(r"(?:以及|[和与及])(?=[\d\x00])")  # 90%的生态系统和85%的物种: each number has its own noun
# what was done, and no noun after it: 共5个正式设立
_DONE = re.compile(r"(?:正式|陆续|相继|先后|依次|同时)[\u4e00-\u9fff]{2,4}(?!的)$")
HAN = re.compile(r"[\u4e00-\u9fffA-Za-zⅠ-Ⅻ]")
LEAST = 2  # characters a subject needs


def noun_after(after: str, quantity: Quantity) -> str:
    """Return the noun phrase that follows a number directly, '' when punctuation or a verb does.

    What the noun does next describes it: 1200家园区实现集中处理 counts 实现集中处理的园区.
    """
    words = _BRACKET.sub("", after).removeprefix("“")
    phrase = _STOP.split(_JOINT.sub("\n", words, count=1), maxsplit=1)[0].removeprefix("的")
    if not phrase or not HAN.match(phrase):
        return ""
    if quantity.unit_kind in ("ratio", "point") and not after.startswith("的"):
        return ""
    if _TO.fullmatch(phrase) or _MOVES.match(phrase) or _GOAL.match(phrase) or _DONE.fullmatch(phrase):
        return ""
    if award := _AWARD.match(phrase):
        phrase = phrase[award.end() :]
    deed = _DEED.search(phrase)
    if deed and (deed.start() >= LEAST or quantity.unit_kind == "place"):
        noun = phrase[: deed.start()] or quantity.unit
        return balanced(f"{phrase[deed.start() :]}的{noun}").strip("的、，） ")
    verb = _NOUN_END.search(phrase, LEAST)
    noun = phrase[: verb.start()] if verb else phrase
    return _AMONG_END.sub("", balanced(noun.strip("的、， "))) if is_named(noun) else ""


def balanced(phrase: str) -> str:
    """Drop quotation marks and brackets that open or close outside the phrase."""
    for opening, closing in ("“”", "（）", "《》"):
        if phrase.count(opening) != phrase.count(closing):
            phrase = phrase.replace(opening, "").replace(closing, "")
    return phrase


def is_named(phrase: str) -> bool:
    """Whether a phrase has characters enough to name something."""
    return len(HAN.findall(phrase)) >= LEAST
