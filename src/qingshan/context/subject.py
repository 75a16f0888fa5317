"""Reads what a figure measures, in the text's own words, without place and period.

A counted or measured noun that follows the number (1200家园区, 90%的生态系统) names it; otherwise the words before the
number do, carried from an earlier clause when its own clause has none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qingshan.context.along import Along
from qingshan.context.noun import balanced, is_named, noun_after
from qingshan.quantity import Quantity
from qingshan.registry import Vocabulary

# what separates the words that may name a number: punctuation, and the numbers before it (marked by NUL)
SEGMENT = re.compile(r"[，；：。！？\n\x00]")
_YEAR = r"(?:19|20)\d\d"
_DATE = re.compile(
    rf"(?:截至|截止到?|相?比|相?较于?|与|同|从|由|自|到|至|在)?{_YEAR}年?(?:[-—–－~～至到、和]{_YEAR}年?)*(?:度|底|末|初|间|期间)?"
    r"(?:\d{1,2}[-—]?\d{0,2}月)?(?:\d{1,2}日)?(?:相比|同期|以来|以后|以前)?的?"
    r"|(?:相?比|相?较|与)(?:上年度?|去年)(?:同期)?(?:相比)?|同比|环比|“?十[二三四五]五”?(?:期间|时期|以来|末|规划)?(?:的|，)?|今年|去年|全年|一年(?=增|下|提|减)|年末|年初|同期|[一二三四五六七八九十两\d]{1,2}年(?:前|间|来)|\d{1,2}(?:[-—]\d{1,2})?月(?:\d{1,2}日|份|底|末)?|(?:\d\d|上)世纪\d0年代(?:初|末)?|如今"
)
# words that only end a subject in some company, beside those of the registry's list
_TAIL_SHAPES = re.compile(
    r"(?:(?:下降|上升|增长|减少|提高|降低|增加|提升|扩大|缩小)[到至]?|占(?!比)|(?<!占)比|年均(?=增长)|在?每(?:吨|亩|户|人|年|天|日|辆)"
    r"|(?:年度|全年|预期|规划|约束性)?目标值?(?:任务)?|刚?刚?过|(?<=[量度率值额积比])都|(?<![履节条公合])约|(?<![最得])[多少高低]"
    r"|[，、（(“+\-—−\s]+)$"
)
_LONGEST_SHAPE = 12  # characters
_SHAPE_ENDS = frozenset(
    "降升长少高加大小低多到至占比均吨亩户人年天日辆标值务过都约，、（(“+-—− \n\t\r\u3000\xa0"
)  # of `_TAIL_SHAPES`
_LEAD_SHAPES = re.compile(
    r"[，、。；：“”)）\s—%*>`]|[-+](?=\s)|[一二三四五六七八九十](?:则|来)?是(?!否)|其[一二三四五][是，、]|[一二三四五六七八九十两]{1,2}年(?=降|减|增|涨|提|腾|下|上|抬|累|净|来|里|间)|全(?:省(?!级)|市(?!级))|因此"
    r"|《[^》]{1,30}》(?:确定|明确|要求|规定|提出|设定)?的?|提前(?:[一二三四五六七八九十两\d]+年)?|[一二三四五六七八九十两]年里"
    r"|该(?:公司|企业|项目|基地|园区|院|县|区|市|省|州|厂|局|站|所)|后[一二三四五六七八九十两]年|(?:由|从|自)(?:上年|去年|前年|年初|期初)的?"
)
_ORIGIN = re.compile(
    r"(?<=[^，；]{4})(?:由|(?<!来)从|(?<!来)自)(?!然|来)[^，；]{1,10}的?$"
)  # 覆盖率由建国之初的, before its number
# 鸟类由建区时的, 由保护之初的不足: from when the number before a movement is
FROM_WHEN = re.compile(
    r"(?<=[^，；]{2})(?:(?<!自)由|(?<![来服])从(?!业|事))[^，；\d]{1,10}?(?:时|之初|初期?|[以之]?前|末|年|期)的?(?:不足|约|近)?$"
)
_TIMES_OF = re.compile(r"(?:相当于|[约均]?[为是达]|近)[^，；]{0,14}的?$")  # 相当于上一个五年的2.6倍
_SHARE_OF = re.compile(r"占[^占，；]{2,30}$")
_SAYS_SHARE = re.compile(r".占.*(?:比重|比例|比率|百分比|份额)$")
_COMPARED = re.compile(
    r"(?:比|较|与)[^，；]{1,14}?(?:高|低|多|少|快|慢|好|差|大|小)(?:出|了|于)?$|(?:高于|低于|好于|优于|超过|超出|超|快于|慢于)[^，；]{0,12}(?:平均水平|均值|目标值?|进度|要求)$"
    r"|^的?(?:[^，；]{0,4}(?:目标|标准|限值|均值|平均|水平|基期|上年|去年|同期|同日|常年|往年|全国|全省))值?水?平?[还要又仍]?"
    r"(?:高|低|多|少|快|慢|好|差)(?:出|了|于)?$|(?:高|低|多|少|快|慢|好|差)于(?:上年|去年|同期|往年|常年)(?:同期)?$"
)  # 比常年高出, (比83%)的目标低, 高于上年
_RANKING = re.compile(
    r"\s*(?:居|位居|位列|排|名列|列)(?:全国|全省|世界|全球|第|前|首)"
)  # says where it stands, names nothing
# what was done to what an earlier clause counted: 重点工程开工131个，完工58个
_DONE_TO_IT = re.compile(
    r"(?:年底|已)?(?:完工|开工|竣工|投产|投运|销号|办结|结案|整改|验收|备案|登记|到位|落地|达标|签约|上岗|在岗|入库|成交|赔付|公示|撤销|立案|通报|关停|淘汰|修复|开通)$"
)
# what was done to the noun after the number: 修复3.2万亩湿地, 以河为界划出1.2万公顷禁采区
_DONE_TO_NOUN = re.compile(
    r"(?:(?:累计|共|新|全面|集中)?(?:修复|治理|整治|改造|种植|栽种|营造|拨付|下达|发放|投入|吸引|带动|拆除|清理|清运|打捞|关停|关闭|取缔|退出|搬迁|流转|新建|改建|扩建|铺设|架设|安装|更换|推广|受理|办理|查处|放流|放归)"
    r"|.*(?:划|腾|拿|列|查|让|空|退)出|.*(?:种|栽|建|拨|投|放)[下起])$"
)
_PASSES = 12  # places and verbs to take off a phrase, one after another
_CLASS = re.compile(r"[劣优良Ⅰ-Ⅻ一二三四五六、—～~至类和及\-]{1,7}$|(?:轻|中|重)度?[\u4e00-\u9fff]{0,3}$")
_AMONG = re.compile(r"([^，。；：\x00]{2,14}?)(?:中|里)(?:，|$)")
# heads that name nothing by themselves
_GENERIC = re.compile(
    r"(?:增速|增幅|降幅|占比|比例|比重|面积|浓度|总量|余额|数量|规模|金额|总额|产值|均值|总数|达标率|优良率)$"
)
# a clause that says how or against what: nothing in it is measured by the numbers after it
_ADVERBIAL = re.compile(
    r"[\s“]*(?:受|按照?|由于|随着|经|面对|对照|根据|依据|参照|围绕|为了|扣除|剔除|不含|回望|离|距离?|从[^，]{1,14}看)[^，]*$"
)
_COMPARISON = re.compile(r"[仍还已也均都]?(?:比|较(?!为)|离|距)")
_AFFECTED = re.compile(
    r"受[^，；]{1,16}?(?:影响|拖累|制约|推动|带动|提振|所限|限制)下?|按[^，；]{1,12}?(?:计算|口径|折算|统计)"
    r"|(?<=..)(?:主要)?(?:集中|分布|位于|出现)[于在][^，；]*$"
)
_SINCE_THEN = re.compile(
    r"(?<=..)(?:比|较|相较于?|与)[^，；]{1,10}(?:之年|期末?|时|年[末初底前]?|之初|水平|值|基数|前|末)$"
)  # 总氮较开局之年, before its verb
_OFTEN_NOUNS = frozenset("多少高低") | {"减排", "增收", "减收"}  # 户均增收, 化学需氧量减排
_REACHED = re.compile(r"(?<=..)(?:均|全部|都|总体)?(?:稳定)?(?:达到|优于|好于|达标(?!率)).*$")  # 断面均达到Ⅱ类，优良率…
_ON_END = re.compile(r"(?:连续|持续|接连)了?$")
_MARKED = re.compile(r"([，；：。！？\n\x00])")


@dataclass(frozen=True, slots=True)
class _Segment:
    """The words between two marks; `mark` is what ends them: punctuation, NUL for a number, '' for the number read."""

    words: str
    mark: str


class SubjectReader:
    """Reads subjects with one vocabulary; made once, used for many texts.

    The registry's list `subjects` holds what is no part of a subject: verbs and adverbs at its end (tail, move,
    move_to before 到), connectives at its beginning (lead), and pronouns that stand for the subject before.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        words = vocabulary.roles("subjects")
        changes = tuple(word.word for word in vocabulary.words["changes"])
        moves = [word for word in (*words["move"], *changes) if word not in _OFTEN_NOUNS]
        moved = [f"{word}{to}" for word in moves for to in ("", "到", "至", "为")]
        moved += [f"{word}{to}" for word in words["move_to"] for to in "到至"]
        self._tails, self._leads = frozenset((*words["tail"], *moved)), frozenset(words["lead"])
        self._longest_tail = max(map(len, self._tails), default=0)
        self._longest_lead = max(map(len, self._leads), default=0)
        self._tail_ends = frozenset(word[-1] for word in self._tails) | _SHAPE_ENDS
        verbs = _any(moves)
        self._pronoun = re.compile(rf"(?:{_any(words['pronoun'])})(?!中|他|余|间|它)")
        self._compared = re.compile(
            rf"^[仍还已也均都]?(?:比|较|与|同|跟)[^，；]{{1,14}}?[仅只又再还微略净约]?(?:{verbs}|[多少高低])[了出到]?$"
        )

    def read(
        self, before: str, after: str, quantity: Quantity, kind: str, tidied: Callable[[str], str]
    ) -> tuple[str, str]:
        """Return the subject of a number and the rule that gave it; '' when nothing names it.

        The rule is ``pronoun`` with '' when a pronoun stands for the subject that was read before.

        Parameters
        ----------
        before
            The sentence up to the number, earlier numbers masked (`masked`).
        after
            Clean text after the number and its qualifier, to the end of the sentence; '' for a number inside a list.
        tidied
            `tidy` for one text, places known.
        """
        segments = _segments(before)
        own = tidied(segments[-1].words)
        if quantity.unit == "倍" and _TIMES_OF.fullmatch(segments[-1].words):
            own = ""
        if quantity.unit_kind == "time" and (lasting := _lasting(segments[-1].words, after)):
            own = own if is_named(own) else self._carried(segments[:-1], tidied)
            return own + lasting, "lasting"
        is_share = quantity.unit_kind in ("ratio", "point")
        noun = "" if kind in ("change", "target_change") and is_share else noun_after(after, quantity)
        is_of_noun = after.startswith("的") or not is_named(own) or _DONE_TO_NOUN.fullmatch(own)
        if noun and (quantity.unit_kind in ("classifier", "place") or is_of_noun):
            return noun, "noun-after"
        if self._is_pronoun(own):
            return "", "pronoun"
        carried = self._carried(segments[:-1], tidied)
        if _CLASS.match(own) and (among := _AMONG.search(before)):
            own += tidied(among[1])  # 断面中，Ⅱ类占21%: the share of Ⅱ类断面
        elif carried and (_GENERIC.match(own) or _DONE_TO_IT.match(own)):
            own = _REACHED.sub("", carried) + own
        if is_named(own):
            return _share_named(own, segments[-1].words, carried, kind)
        if carried:
            return carried, "carried"
        noun = noun_after(after, quantity)
        return (noun, "noun-after") if noun else ("", "none")

    def tidy(self, segment: str, strip_region: Callable[[str], str]) -> str:
        """Return the words of a segment that name something: no date, place, verb or qualifier around them."""
        phrase = _AFFECTED.sub("", _DATE.sub("", segment))
        phrase = _COMPARED.sub("", self._compared.sub("", phrase)).rstrip("（(：: ")
        for _ in range(_PASSES):
            before, phrase = phrase, self._without_tail(self._without_lead(strip_region(phrase)))
            if phrase == before:
                break
        return balanced(_ORIGIN.sub("", _SINCE_THEN.sub("", FROM_WHEN.sub("", phrase)))).strip("的、，；。 ")

    def _without_lead(self, phrase: str) -> str:
        """Take connectives off the beginning of a phrase, the longest first, one after another."""
        at = 0
        while at < len(phrase):
            if shape := _LEAD_SHAPES.match(phrase, at):
                at = shape.end()
                continue
            if self._pronoun.match(phrase, at):
                break  # 这个数: its 这 is no connective
            for length in range(self._longest_lead, 0, -1):
                if phrase[at : at + length] in self._leads:
                    at += length
                    break
            else:
                break
        return phrase[at:]

    def _without_tail(self, phrase: str) -> str:
        """Take verbs and adverbs off the end of a phrase, the longest first, one after another."""
        end = len(phrase)
        while end > 0 and phrase[end - 1] in self._tail_ends:
            for length in range(min(end, self._longest_tail), 0, -1):
                if phrase[end - length : end] in self._tails:
                    end -= length
                    break
            else:
                if phrase[end - 1] not in _SHAPE_ENDS:
                    break
                shape = _TAIL_SHAPES.search(phrase, max(0, end - _LONGEST_SHAPE), end)
                if shape is None:
                    break
                end = shape.start()
        return phrase[:end]

    def _is_pronoun(self, own: str) -> bool:
        """Whether a phrase is a pronoun, alone or before a noun that names nothing: 该比例, 前者, 其占比."""
        found = self._pronoun.match(own)
        return found is not None and (found.end() == len(own) or _GENERIC.fullmatch(own, found.end()) is not None)

    def _carried(self, segments: Sequence[_Segment], tidied: Callable[[str], str]) -> str:
        """Return the nearest words before that name something, what they belong to before a bare 面积 or 比例."""
        for index in range(len(segments) - 1, -1, -1):
            segment = segments[index]
            if _ADVERBIAL.match(segment.words) and segment.mark != "\x00":
                continue  # 按可比价格计算, 受沙尘影响: says how, not what
            phrase = tidied(segment.words)
            is_compared = _COMPARISON.match(_DATE.sub("", segment.words)) is not None
            if is_named(phrase) and not (is_compared or _SHARE_OF.match(phrase) or _RANKING.match(segment.words)):
                if _GENERIC.fullmatch(phrase):
                    return _REACHED.sub("", self._carried(segments[:index], tidied)) + phrase
                found = self._pronoun.match(phrase)
                return "" if found and found.end() == len(phrase) else phrase
        return ""


def masked(text: str, low: int, position: int, numbers: Along[Quantity]) -> str:
    """Return the sentence from `low` to `position` (clean) with each number in it replaced by one NUL.

    `numbers` are those of the whole sentence, in order: only the window's are looked at, for a sentence may be a text.
    """
    parts, at = [], low
    for number in numbers.between(low, position):
        if number.end <= position:
            parts.append(text[at : number.start])
            at = number.end
    parts.append(text[at:position])
    return "\x00".join(parts)


def _segments(before: str) -> list[_Segment]:
    """Split the words before a number at punctuation and at the numbers among them."""
    parts = _MARKED.split(before)
    return [_Segment(words, mark) for words, mark in zip(parts[::2], [*parts[1::2], ""], strict=True)]


def _share_named(own: str, words: str, carried: str, kind: str) -> tuple[str, str]:
    if kind == "share" and _SHARE_OF.match(own):
        return f"{carried}{own}的比例", "share-of"
    if kind == "share" and _SAYS_SHARE.search(own):
        return own, "clause"  # 煤炭消费占能源消费总量的比重
    if kind == "share" and (_SHARE_OF.search(own) or words.endswith("占")):
        return (f"{own}的比例" if "占" in own else f"{own}占比"), "clause"
    return own, "clause"


def _lasting(words: str, after: str) -> str:
    """Return what lasted so many years: 连续5年好于二级标准."""
    if not _ON_END.search(words):
        return ""
    lasted = SEGMENT.split(after, maxsplit=1)[0]
    return f"连续{lasted}" if is_named(lasted) else ""


def _any(words: Sequence[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))
