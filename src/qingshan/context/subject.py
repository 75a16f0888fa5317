"""Reads what a figure measures, in the text's own words, without place and period.

A counted or measured noun that follows the number (1200家园区, 90%的生态系统) names it; otherwise the words before the
number do, carried from an earlier clause when its own clause has none.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence

from qingshan.quantity import Quantity

# what separates the words that may name a number: punctuation, and the numbers before it (marked by NUL)
SEGMENT = re.compile(r"[，；：。！？\n\x00]")
_STOP = re.compile(r"[，。；：！？\n\x00\d]|、(?=[^、]{0,12}\x00)|^(?:以上|左右|以内|以下)")
_YEAR = r"(?:19|20)\d\d"
_DATE = re.compile(
    rf"(?:截至|截止到?|相?比|相?较于?|与|同|从|由|自|到|至|在)?{_YEAR}年?(?:[-—–－~～至到、和]{_YEAR}年?)*(?:度|底|末|初|间|期间)?"
    r"(?:\d{1,2}[-—]?\d{0,2}月)?(?:\d{1,2}日)?(?:相比|同期|以来|以后|以前)?的?"
    r"|(?:相?比|相?较|与)(?:上年度?|去年)(?:同期)?(?:相比)?|同比|环比|“?十[二三四五]五”?(?:期间|时期|以来|末|规划)?(?:的|，)?|今年|去年|全年|一年(?=增|下|提|减)|年末|年初|同期|[一二三四五六七八九十两\d]{1,2}年(?:前|间|来)|\d{1,2}(?:[-—]\d{1,2})?月(?:\d{1,2}日|份|底|末)?|(?:\d\d|上)世纪\d0年代(?:初|末)?|如今"
)
_VERB = (
    "累计完成|累计建成|累计创建|累计|完成|建成|建设|新增|实现|达到|达|为|是|有|共有|共|约占|约为|约|近|超过|超|突破|逾|不低于|不少于|不超过|不高于|至少|"
    "控制在|保持在|维持在|稳定在|下降到?|上升到?|增长到?|减少到?|提高到?|降低到?|增加到?|提升到?|扩大到?|缩小到?|压减|改善|恶化|降至|升至|增至|减至|降到|升到|增到|"
    "下降至|上升至|提高至|提升至|增加至|扩大至|减少至|分别|依次|均|已经|已|将|仅|各|也|即|占(?!比)|由|从|到|至|自|对|的|了|其中|淘汰|纳入|推动|组织|指导|确定|安排|涉及|评选出|创成|"
    "设立|发布|高于|低于|多于|少于|好于|优于|(?<!占)比|较|大约|全部|合计|总计|幅度|率先|变化|累积|持续|明显|大幅|稳步|逐步|逐年|年均(?=增长)|再|又|可|要|应|力争|确保|预计|计划|收于|收在|上涨|下跌|在?每(?:吨|亩|户|人|年|天|日|辆)|恢复|接近|降幅|增幅|涨幅|跌幅|扩展|相当于|快|高出|多出|最高|最低|最大|最小|最好|最差|(?:年度|全年|预期|规划|约束性)?目标值?(?:任务)?|反弹|回升|回落|要求|基期值?|现状值?|不过|倒退|规划数|两年|三年|五年|排名|核出|惠及|加起来也?|前后|共计|少耗|多耗|期末|期初|平均|居前|居首|领先|仅降|仅增|只有|超出|时序进度|快于|慢于"
)
_TRAILING = re.compile(rf"(?:{_VERB}|[，、（(“+\-—−\s])+$")
_LEADING = re.compile(
    r"^(?:其中|目前|此外|另外|同时|全年|去年|今年|本年|上年|年底|年末|年内|期间|底|末|以上|左右|以内|以下|之间|台阶|的|[，、。；：“”)）\s—%]|并且?|而|且|以及|和|及|与|"
    r"[一二三四五六七八九十两]{1,2}年(?=降|减|增|涨|提|腾|下|上)|十年间|近年来|因此|已|共|我国|我们|我省|各地|前后|这一带|这|那|到|使|将|对|在|把|按照|立案查处|按|据|经|通过|全省(?!级)|全市(?!级)|全区|全县|本市|本省|我省|我市|全州|该市|该省|分|较|比)+"
)
_AWARD = re.compile(r"^(?:被)?(?:命名为|授予|评为|列入|列为|获得|获评|纳入|成为|荣获)")
_NOUN_END = re.compile(
    r"(?:得到|实现|进行|开展|纳入|完成(?!率)|入选|列为|列入|均|已经?|被|达到|达标(?!率)|超过|占|为(?!主)|是|获得|获评|成为|参与|印发|予以|并(?=[^网])|"
    r"下降|上升|增长|减少|提高|共计|稳步|同步|陆续|用上|有所|比|较|总体|持续|同比|全部|的(?=[^，。]{0,4}$))"
)
_BRACKET = re.compile(r"^（[^）\d]{1,8}）")  # 12县（区）
_MOVES = re.compile(
    r"(?:只|仅|才|就|增|降|升|减|涨|跌|扩|提高|下降|上升|恢复|回升|达|为|是|占|比|较|之间|台阶|左右|变为|发展|拓展|上下)"
)
_DEED = re.compile(
    r"(?:率先|首批|全部|已|均)?(?:实现|完成(?!率)|得到|开展|入选|纳入|参与|达标(?!率)|获得|获评|获批|荣获|通过|建立|印发|制定)"
)
_ORIGIN = re.compile(
    r"(?<=[^，；]{4})(?:由|(?<!来)从|(?<!来)自)(?!然|来)[^，；]{1,10}的?$"
)  # 覆盖率由建国之初的, before its number
_HAN = re.compile(r"[\u4e00-\u9fffA-Za-zⅠ-Ⅻ]")
_SHARE_OF = re.compile(r"占[^占，；]{2,30}$")
_COMPARED = re.compile(
    r"(?:比|较|与)[^，；]{1,14}?(?:高|低|多|少|快|慢|好|差|大|小)(?:出|了|于)?$|(?:高于|低于|好于|优于|超过|超出|超|快于|慢于)[^，；]{0,12}(?:平均水平|均值|目标值?|进度|要求)$"
    r"|^的?(?:[^，；]{0,4}(?:目标|标准|限值|均值|平均|水平|基期|上年|去年|同期|同日|常年|往年|全国|全省))值?水?平?[还要又仍]?"
    r"(?:高|低|多|少|快|慢|好|差)(?:出|了|于)?$|(?:高|低|多|少|快|慢|好|差)于(?:上年|去年|同期|往年|常年)(?:同期)?$"
)  # 比常年高出, (比83%)的目标低, 高于上年
_AMONG_END = re.compile(r"(?<=..)(?:中|里|内)$")  # 60个示范区中
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
_MIN = 2  # characters a subject needs


def _start(number: Quantity) -> int:
    return number.start


def masked(text: str, low: int, position: int, numbers: Sequence[Quantity]) -> str:
    """Return the sentence from `low` to `position` (clean) with each number in it replaced by one NUL.

    `numbers` are those of the whole sentence, in order: only the window's are looked at, for a sentence may be a text.
    """
    parts, at = [], low
    first = bisect_left(numbers, low, key=_start)
    for number in numbers[first : bisect_left(numbers, position, first, key=_start)]:
        if at <= number.start and number.end <= position:
            parts.append(text[at : number.start])
            at = number.end
    parts.append(text[at:position])
    return "\x00".join(parts)


def read_subject(
    before: str, after: str, quantity: Quantity, kind: str, strip_region: Callable[[str], str]
) -> tuple[str, str]:
    """Return the subject of a number and the rule that gave it; '' when nothing names it.

    Parameters
    ----------
    before
        The sentence up to the number, earlier numbers masked (`masked`).
    after
        Clean text after the number and its qualifier, to the end of the sentence; '' for a number inside a list.
    """
    segments = SEGMENT.split(before)
    own = tidy(segments[-1], strip_region)
    is_change = kind in ("change", "target_change")
    noun = "" if is_change and quantity.unit_kind in ("ratio", "point") else _noun_after(after, quantity)
    is_of_noun = after.startswith("的") or not _named(own) or _DONE_TO_NOUN.fullmatch(own)
    if noun and (quantity.unit_kind in ("classifier", "place") or is_of_noun):
        return noun, "noun-after"
    carried = _carried(segments[:-1], strip_region)
    if _CLASS.match(own) and (among := _AMONG.search(before)):
        own += tidy(among[1], strip_region)  # 断面中，Ⅱ类占21%: the share of Ⅱ类断面
    elif carried and (_GENERIC.match(own) or _DONE_TO_IT.match(own)):
        own = carried + own
    if _named(own):
        if _SHARE_OF.match(own) and kind == "share":
            return f"{carried}{own}的比例", "share-of"
        if kind == "share" and (_SHARE_OF.search(own) or segments[-1].endswith("占")):
            return (f"{own}的比例" if "占" in own else f"{own}占比"), "clause"
        return own, "clause"
    if carried:
        return carried, "carried"
    noun = _noun_after(after, quantity)
    return (noun, "noun-after") if noun else ("", "none")


def subject_of_gap(words: str, strip_region: Callable[[str], str]) -> str:
    """Return the subject that the words before a lost value name."""
    return tidy(words, strip_region)


def tidy(segment: str, strip_region: Callable[[str], str]) -> str:
    """Return the words of a segment that name something: no date, place, verb or qualifier around them."""
    phrase = _COMPARED.sub("", _DATE.sub("", segment)).rstrip("（(：: ")
    for _ in range(_PASSES):
        before, phrase = phrase, _TRAILING.sub("", _LEADING.sub("", strip_region(phrase)))
        if phrase == before:
            break
    return _balanced(_ORIGIN.sub("", phrase)).strip("的、，；。 ")


def _carried(segments: Sequence[str], strip_region: Callable[[str], str]) -> str:
    for segment in reversed(segments):
        phrase = tidy(segment, strip_region)
        if _named(phrase) and not _SHARE_OF.match(phrase) and not _RANKING.match(segment):
            return phrase
    return ""


def _noun_after(after: str, quantity: Quantity) -> str:
    """Return the noun phrase that follows a number directly, '' when punctuation or a verb does.

    What the noun does next describes it: 1200家园区实现集中处理 counts 实现集中处理的园区.
    """
    words = _BRACKET.sub("", after).removeprefix("“")
    phrase = _STOP.split(words, maxsplit=1)[0].removeprefix("的")
    if not phrase or not _HAN.match(phrase):
        return ""
    if quantity.unit_kind in ("ratio", "point") and not after.startswith("的"):
        return ""
    if _MOVES.match(phrase):
        return ""
    if award := _AWARD.match(phrase):
        phrase = phrase[award.end() :]
    deed = _DEED.search(phrase)
    if deed and (deed.start() >= _MIN or quantity.unit_kind == "place"):
        noun = phrase[: deed.start()] or quantity.unit
        return _balanced(f"{phrase[deed.start() :]}的{noun}").strip("的、，） ")
    verb = _NOUN_END.search(phrase, _MIN)
    noun = phrase[: verb.start()] if verb else phrase
    return _AMONG_END.sub("", _balanced(noun).strip("的、，） ")) if _named(noun) else ""


def _balanced(phrase: str) -> str:
    """Drop quotation marks and brackets that open or close outside the phrase."""
    for opening, closing in ("“”", "（）", "《》"):
        if phrase.count(opening) != phrase.count(closing):
            phrase = phrase.replace(opening, "").replace(closing, "")
    return phrase


def _named(phrase: str) -> bool:
    return len(_HAN.findall(phrase)) >= _MIN
