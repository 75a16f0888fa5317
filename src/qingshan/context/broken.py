"""Notices numbers that a missing line has cut, by what stands directly before and after them.

Pure functions of clean text. Each rule names a shape of characters that no whole sentence has; none names a sentence.
"""

from __future__ import annotations

import re

from qingshan.quantity import Quantity

_LEADING_ZERO = re.compile(r"0\d")
_YEAR = re.compile(r"(?:19|20)\d\d年?(?!\d)")
_RUNS_ON = re.compile(
    r"[%％‰]|[/／](?! ?\d)|\.\d|．\d"
)  # 289天%, 微克/立方.4%: half a unit, and the end of another number
_SECOND_UNIT = re.compile(
    r"(?:个?百分点|[元吨米天个家座件户亩])(?=[，。；、）)\n]|$)"
)  # 立方米米，: two units in a row
# a number without unit and another at one blank or hyphen, behind a word that announces one: it is torn
_ANNOUNCED = r"[为达到占是至约近超升降加少长共有]"
_TORN_BEFORE = re.compile(rf"{_ANNOUNCED} ?\d{{1,6}}[ -]$")
_TORN_AFTER = re.compile(r"[ -]\n?\.?\d")
_ANNOUNCED_END = re.compile(rf"{_ANNOUNCED} ?$")
_MEASURES = ("measure", "ratio", "point")
_MOST_OF_ALL = 100  # percent; a share of a whole is no more
# what may be more than the whole: what was done of a plan, cover, sales against output, one year against another
_OVER_WHOLE = re.compile(
    r"完成|达成|执行|进度|覆盖|产销|偿付|备付|利用率|负荷|回收率|相当于|是[^，。；]{1,12}的|为[^，。；]{1,12}的|倍"
)
# what a share or a percentage stands behind: a verb or noun of change or of reaching, a share's own noun, a joint
_BEFORE_RATIO = re.compile(
    r"(?:^|[，。；：、！？（()）\s/／\x00]|[和与及或约近超逾为达占到至由从比于有的每了出均别在成计过差还均剩接获是缩降升增减跌涨长少高低多加善落滑弹弱幅率例小宽窄]"
    r"|[重额度类量数值平快慢退持中里外间内后前仅只才各以将要须需应宜可能制]|\d\d年|[一二三四五六七八九十两]年"
    r"|目标|全国|全省|全市|全区|全县|全部|下来|同比|环比|扩大|不足|突破|累计|反弹|好转|年底|年末|国土|规划|计划|一般|要求|明确|确定|规定|提出)$"
)
_HOLDS = re.compile(
    r"占|覆盖|涉及|惠及|相当于|拥有|达标|合格|优良|离|距|跑赢|领先|落后|[高低快慢好优]于|超出?|贡献|用去"
)  # 覆盖了平原地区九成
_CONCENTRATION = re.compile(r"(?:浓度|值|物|氧|硫|氮|磷|碳|氨|数|尘|耗|强度|水平|价|[A-Za-z\d₀-₉．.])$")
_SHORT_NAME = 4  # characters of a list's item that its share follows directly: 城区62%，郊区38%


def broken_number(text: str, quantity: Quantity, kind: str, subject: str) -> str:
    """Return the rule that says a number or its unit is cut, '' when nothing shows it."""
    written = text[quantity.start : quantity.end].lstrip("+-−－")
    after = text[quantity.end : quantity.end + 8]
    if quantity.form == "arabic" and _LEADING_ZERO.match(written):
        return "leading-zero"
    before = text[max(0, quantity.start - 12) : quantity.start]
    if quantity.form == "arabic" and quantity.unit and _TORN_BEFORE.search(before):
        return "torn-number"
    if not quantity.unit and len(written) < 4 and _TORN_AFTER.match(after) and _ANNOUNCED_END.search(before):
        return "torn-number"
    if _RUNS_ON.match(after) and quantity.unit_kind != "":
        return "cut-unit"
    if quantity.unit_kind in _MEASURES and after[:1].isdigit() and not _YEAR.match(after):
        return "cut-unit"
    if quantity.unit and _SECOND_UNIT.match(after):
        return "second-unit"
    if kind == "share" and quantity.unit == "%" and quantity.value > _MOST_OF_ALL:
        own = text[max(0, quantity.start - 24) : quantity.start]
        if not _OVER_WHOLE.search(own) and not _OVER_WHOLE.search(subject):
            return "more-than-all"
    return ""


def lacks_head(own: str, quantity: Quantity) -> bool:
    """Whether a percentage follows words that cannot introduce one: what stood between is lost.

    Parameters
    ----------
    own
        The number's own words, after punctuation or the number before, its qualifier taken off.
    """
    is_rate = quantity.unit_kind == "measure" and "/立方米" in quantity.unit
    is_percent = quantity.unit_kind in ("ratio", "point") and quantity.unit != "倍"
    if not (is_rate or is_percent) or quantity.is_signed or len(own) <= _SHORT_NAME:
        return False
    if is_rate and _CONCENTRATION.search(own):
        return False
    return _BEFORE_RATIO.search(own[-8:]) is None and _HOLDS.search(own) is None
