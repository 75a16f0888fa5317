"""Says which numbers measure nothing: dates, names, ordinals, document numbers, and counts of a slogan's parts.

Rules of the annotation guide. Each looks only at the characters around the number, never at a particular text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qingshan.registry import Vocabulary

if TYPE_CHECKING:
    from qingshan.quantity.quantities import Quantity

_YEAR = r"(?:1[89]|20|21)\d\d"
# 2023年7月25日, 2012—2021年, 2023-2025, 2023/2024年度, 7月25日, 25日, 30年代
_DATE = re.compile(
    rf"{_YEAR}(?:\s*年?(?:度|底|末|初)?\s*[-—–－~～至到、和/]\s*{_YEAR})*(?:\s*(?:年度|年底|年末|年初|年代|年)|(?=[^\d%％.]|$))"
    r"(?:(?:[1-9]|1[0-2]|0[1-9])\s*(?:[-—–至]\s*\d{1,2}\s*)?月(?:份)?(?:\d{1,2}\s*(?:[-—–至]\s*\d{1,2}\s*)?[日号])?)?"
    r"|\d{1,2}\s*(?:[-—–至、]\s*\d{1,2}\s*)?月(?:份|底|初|末)?(?:\d{1,2}[日号])?|\d{1,2}[日号](?!均)|\d{1,2}\s*世纪|\d0年代"
    r"|\d{4}-\d{1,2}-\d{1,2}|\d{1,2}:\d{2}(?::\d{2})?"
)
_YEAR_ONLY = re.compile(rf"{_YEAR}$")
# classifiers that words after a year's digits often begin with: 2023部门, 2023组织
_WORDS_TOO = frozenset("部场位组路口面类股列片款块所项目")
_WORD_AFTER_YEAR = re.compile(
    r"\s*(?:元[旦宵月]|升[级至到学]|克[拉服]|米兰|人大|人民|名单|名录|条例|次年|种植|批准|家庭|件事)"
)
_LATIN_BEFORE = re.compile(r"[A-Za-z][-‐]?$")
_IDENTIFIER_AFTER = re.compile(r"[A-Za-z]{2,}|[_@]|\.\w+\.")
_DOCUMENT = re.compile(r"[〔\[（(]\s*$")
_DOCUMENT_AFTER = re.compile(r"\s*[〕\]]\s*(?:第?\s*\d+\s*号)?")
_MARKER_AFTER = re.compile(r"[)）]|[.．、](?!\d)")
_QUOTED_AFTER = re.compile(r"[”\"’」』]")
_SLOGAN_BEFORE = re.compile(r"[+＋xX×“\"‘「『]\s*$")
_SLOGAN_AFTER = re.compile(r"\s*[+＋]")
_STANDARD = re.compile(r"(?:GB|HJ|DB|ISO|T/)[A-Z/ ]*\d*[-—–]?$")
_MOVEMENT = re.compile(r"(?:从|由|自)[^，。；]{0,24}$")
_THRESHOLD = re.compile(
    r"及以[上下]|\s*以[上下](?=[\u4e00-\u9fff]{0,6}(?:火电|锅炉|机组|企业|园区|湖泊|水库|村|人口|地震|的(?:城市|河流|企业)))"
)
_STATED = re.compile(
    r"(?:其中|有|共|各占?|新增|建成|增加|减少|获得?|达到?|为|另有|仅|余下|剩余|关停|新建|认定|办结)了?$"
)
_CONCRETE = frozenset("座家户条处例只头棵株辆台套起件宗席名人艘所支份")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_BREAK = re.compile(r"[，。；：、！？（）《》“”\n]")
_SINCE = re.compile(r"(?:连续|持续|历时|长达|已有|累计|近|超过|过去|坚持|用了?)$")
_MANY = re.compile(r"[百千万亿]|..")
_FRAMEWORK_AFTER = re.compile(r"[\u4e00-\u9fff]{0,8}[+＋]\s?[\d一二三四五六七八九十]")  # 1个平台+3张清单
_CLOSED_AFTER = re.compile(r"[》）)]")
_OPENED = re.compile(r"[《（(]|(?P<closed>[》）)])")
_OPENED_REACH = 80
_NAME_REACH = 6
_LIST_BEFORE = re.compile(r"(?:\d{1,8}(?:\.\d{1,8})?(?:[、，]|和|及|与|以及)){1,24}$")
_BARE_MULTIPLE = re.compile(r"[百千万亿]+$")
_MEASURED_AFTER = re.compile(r"以上|左右|以内")
_OF_TIMES = re.compile(r"[于的，。；、）\s]|以上|左右|$")  # what may follow 百倍 where it is no idiom
_END_OF_CLAUSE = frozenset("，。；、）\n")
_MOST_PARTS = 60
_BARE_DIGITS = re.compile(r"[零〇一二两三四五六七八九]{2,}$")
_GOES_ON = re.compile(r"[）百千万亿\d一二三四五六七八九十A-Za-z/]")
_VALUE_ONLY = re.compile(r"\d+\.\d+|\d[\d.,]*[余多]?[百千万亿]|[1-9]\d{2,3}(?!\d)|\d{1,3}(?:,\d{3})+")
# words that a label or an identifier follows
_NAMED_BEFORE = re.compile(
    r"[第表图附式节版章页条款号线道]$|附件|热线|电话|邮编|编号|拨打|代码|号码|国道|省道|高速|版本|型号|标准|编码|车次|航班"
)
# nouns and verbs that a value follows directly, where a label or a marker never does
_MEASURED_BEFORE = re.compile(
    r"(?:比例|比重|占比|占[^，。；]{1,12}的|[合利覆履达治完回普结销优良净缴消处降超]+[成用盖约标理收及案号良化纳除置]?率|浓度|均值|面积|总量|产量|排放量|用[水电]量"
    r"|装机|产能|投资|资金|金额|收入|产值|总额|余额|单价|均价|赔付|罚[没款]|[平人户年件]均|分别(?:达|为)?|[^，。；]各有?|比上年[多少]|合计|共计|仅存|[增减降升]了|添了|突破|占"
    r"|[、和][^，。；、\d]{1,6}(?<=[例率量积度]))$"
)
_LISTED_PLACES = re.compile(r"[、和][\u4e00-\u9fff]{2,4}$")
_PLACE_BEFORE = re.compile(r"[东西南北中部区域国省内沿等](?:有|的)?$")


def _unit_after_year(vocabulary: Vocabulary) -> re.Pattern[str]:
    """Return the pattern of what makes 2000 a count though it looks like a year: a multiple, or a unit in full."""
    kinds = ("ratio", "point", "measure", "classifier")
    units = [spelling for spelling, unit in vocabulary.unit_of.items() if unit.kind in kinds]
    named = [spelling for spelling in units if spelling not in _WORDS_TOO]
    is_latin = {spelling: spelling[-1].isascii() and spelling[-1].isalpha() for spelling in named}
    latin, other = ("|".join(re.escape(one) for one in named if is_latin[one] is kind) for kind in (True, False))
    return re.compile(rf"\s*(?:[余多]?[万亿]|[余多]?(?:{other})|村|(?:{latin})(?![A-Za-z]))")


class Excluder:
    """Decides with one vocabulary; made once, used for many texts."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        nouns = vocabulary.roles("nouns")
        self._structure = re.compile("|".join(map(re.escape, nouns["structure"])))
        self._label_after = re.compile("|".join(map(re.escape, nouns["label_after"])))
        self._name_after = re.compile("|".join(map(re.escape, nouns["name_after"])))
        self._unit_after_year = _unit_after_year(vocabulary)
        self._index = re.compile("|".join(map(re.escape, nouns["index"])))
        cues = vocabulary.roles("cues")["value"]
        self._cue_before = re.compile("(?:" + "|".join(map(re.escape, cues)) + ")(?:了|约|近|到|至)?$")
        changes = [word.word for word in vocabulary.words["changes"] if len(word.word) > 1]
        self._changed_before = re.compile("(?:" + "|".join(map(re.escape, changes)) + ")(?:了|约|近|超)?$")
        self._reached_before = re.compile("(?:" + "|".join(map(re.escape, changes)) + ")[到至]$")

    def name_or_date_end(self, text: str, start: int, end: int) -> int:
        """Return the offset to go on from when the Arabic digits [start, end) are a name, date or number of a document.

        0 when they may be a figure.
        """
        before = text[max(0, start - 12) : start]
        if _LATIN_BEFORE.search(before) or before.endswith("第") or _STANDARD.search(before):
            return end
        date = _DATE.match(text, start)
        if date and not self._is_count_like_year(text, start, end):
            return date.end()
        if text[start - 1 : start] == "." or (_IDENTIFIER_AFTER.match(text, end) and not self._is_unit_word(text, end)):
            return end
        return end if self._is_bracketed(text, before, end) else 0

    def _is_count_like_year(self, text: str, start: int, end: int) -> bool:
        """2000家 and 1900万吨 are counts though they look like years."""
        return bool(
            _YEAR_ONLY.match(text[start:end])
            and self._unit_after_year.match(text, end)
            and not _WORD_AFTER_YEAR.match(text, end)
        )

    @staticmethod
    def _is_unit_word(text: str, end: int) -> bool:
        return bool(
            re.match(
                r" ?(?:k?m[²³23]?|[kMGT]?[Ww]h?|kg|mg|ug|μg|µg|ng|ha|dB|tce|tCO2|hm|cm|mm|GJ|t)(?![A-Za-z])",
                text[end : end + 8],
            )
        )

    @staticmethod
    def _is_bracketed(text: str, before: str, end: int) -> bool:
        if _DOCUMENT.search(before) and (_DOCUMENT_AFTER.match(text, end) or _MARKER_AFTER.match(text, end)):
            return True
        if before.endswith(("〕", "]")) and text[end : end + 1] == "号":
            return True
        if _SLOGAN_AFTER.match(text, end) or (_SLOGAN_BEFORE.search(before) and _QUOTED_AFTER.match(text, end)):
            return True
        return before[-1:] in "+＋" and bool(before[-2:-1])

    def is_label(self, text: str, quantity: Quantity) -> bool:
        """Whether an Arabic number with or without unit is a label, a marker, a date's part or a slogan's count."""
        if quantity.unit_kind in ("measure", "classifier", "time", "place") and _THRESHOLD.match(text, quantity.end):
            return True  # 6000千瓦及以上火电厂: a limit inside a name
        after = text[quantity.end : quantity.end + 12]
        if quantity.unit_kind in ("measure", "time") and self._begins_name(after):
            return True  # 300米见绿, 15分钟生活圈
        if quantity.unit_kind in ("ratio", "point", "measure") and text[quantity.start - 1 : quantity.start] != "每":
            return False
        before = text[max(0, quantity.start - 12) : quantity.start]
        if before.endswith("每"):
            return True
        if not quantity.unit:
            return self._is_bare_label(before, after, text, quantity)
        if quantity.unit == "小时":
            return bool(_HAN.match(after)) and not self._cue_before.search(before)  # 8小时平均, 24小时值守
        if quantity.unit == "年":
            return not _SINCE.search(before)
        if quantity.unit_kind == "time" and after.startswith(("时间", "内", "期", "前", "后", "以上的")):
            return True
        if before.endswith("”") or (quantity.unit == "次" and after.startswith(("会议", "全会", "党代会"))):
            return True
        if quantity.unit_kind not in ("classifier", "place"):
            return False
        is_added = quantity.is_signed and text[quantity.start] == "+" and bool(_HAN.match(before[-1:]))
        if before.endswith("章") and quantity.unit == "条":
            return True  # 7章62条
        few = quantity.value < _MOST_PARTS  # a framework has few parts; 1146项任务 are tasks
        return is_added or bool(_FRAMEWORK_AFTER.match(after)) or (few and self._counts_structure(after))

    def _begins_name(self, after: str) -> bool:
        match = self._name_after.search(_BREAK.split(after, maxsplit=1)[0])
        return after.startswith("级") or (match is not None and match.start() <= _NAME_REACH)

    def _is_bare_label(self, before: str, after: str, text: str, quantity: Quantity) -> bool:
        """Refuse a number without unit unless a verb announces a value or an index is measured."""
        if (
            self._label_after.match(after)
            or _QUOTED_AFTER.match(after)
            or before.endswith(("-", "—", "目标", "附件", "表", "图"))
        ):
            return True
        digits = text[quantity.start : quantity.end]
        if _YEAR_ONLY.match(digits):
            return True
        if (
            _HAN.match(before[-1:])
            and not _NAMED_BEFORE.search(before)
            and _VALUE_ONLY.match(digits)
            and not _GOES_ON.match(after)
        ):
            return (
                False  # 放款12.7、 and 工程412第: a decimal, a multiple or a long number after words has lost its unit
            )
        if _HAN.match(before[-1:]) and _CLOSED_AFTER.match(after) and not _is_opened(text, quantity.start):
            return False  # 学校1500》等: what stood between is lost
        if self._cue_before.search(before) or self._reached_before.search(before) or quantity.particle:
            return False
        if after[:1] != "）" and (self._changed_before.search(before) or _MEASURED_BEFORE.search(before)):
            return False  # 比2020年下降13, 占总面积的18: what it was measured in is lost
        listed = _LIST_BEFORE.search(text[max(0, quantity.start - 40) : quantity.start])
        first = quantity.start - len(listed.group()) if listed else quantity.start
        return not self._index.search(text[max(0, first - 12) : quantity.start])

    def _counts_structure(self, after: str) -> bool:
        phrase = _BREAK.split(after, maxsplit=1)[0]
        match = self._structure.search(phrase)
        return match is not None and match.start() <= 4

    def is_movement(self, text: str, start: int) -> bool:
        """Whether the number at `start` is the A of 从A到B."""
        return bool(_MOVEMENT.search(text[max(0, start - 30) : start]))

    def admits_chinese(self, text: str, quantity: Quantity, written: str) -> bool:
        """Whether a Chinese numeral with a unit is a figure rather than a word, a name or a slogan."""
        before = text[max(0, quantity.start - 8) : quantity.start]
        after = text[quantity.end : quantity.end + 12]
        if _BARE_DIGITS.match(written) or before.endswith("每"):
            return False
        if _BARE_MULTIPLE.match(written) and not self._admits_multiple(quantity, written, before, after):
            return False
        if quantity.unit_kind in ("point", "measure"):
            return not self._begins_name(after) and (written != "一" or quantity.unit_kind == "point")  # 最后一公里
        if quantity.unit_kind == "ratio":
            return True
        if quantity.unit_kind == "time":
            return quantity.unit in ("年", "个月", "天") and bool(re.search(r"(?:连续|持续|历时|长达)$", before))
        if quantity.unit_kind == "place":
            is_listed = _LISTED_PLACES.search(before) is not None  # 山东、江苏、河北三省 counts what it names
            return (
                quantity.value >= 3
                and bool(_PLACE_BEFORE.search(before))
                and not is_listed
                and not after.startswith(("级", "区"))
            )
        if quantity.unit in _CONCRETE and 2 <= quantity.value < 10:
            is_counted = bool(_HAN.match(before[-1:])) and (not after or after[0] in _END_OF_CLAUSE)  # 新建驿站三座
            return is_counted or bool(_STATED.search(before))
        many = bool(_MANY.match(written)) and quantity.value >= 10
        return many and not self._counts_structure(after) and not after.startswith(("大", "届"))

    def _admits_multiple(self, quantity: Quantity, written: str, before: str, after: str) -> bool:
        """Whether 百, 千, 万 without a digit counts: 万余亩, 逾千公里, 百余家; not 百公里电耗, 百倍努力, 万众."""
        if quantity.particle or (self._cue_before.search(before) and not after.startswith("级")):
            return True
        if quantity.unit_kind == "ratio":
            return bool(_OF_TIMES.match(after))
        if quantity.unit_kind == "classifier" or len(written) > 1:
            return written[0] not in "万亿"
        return bool(_MEASURED_AFTER.match(after))

    @staticmethod
    def admits_chinese_range(quantity: Quantity) -> bool:
        """Whether a range in Chinese numerals counts or measures: 三至五个; not 三至五月 or 一至二类."""
        return quantity.unit_kind in ("classifier", "measure", "ratio", "point") and quantity.unit not in ("类", "名")


def _is_opened(text: str, position: int) -> bool:
    """Whether a bracket or title that stands open at `position` was opened not far before."""
    depth = 0
    for match in _OPENED.finditer(text, max(0, position - _OPENED_REACH), position):
        depth = max(0, depth - 1) if match["closed"] else depth + 1
    return depth > 0
