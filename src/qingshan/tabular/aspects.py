"""What the words of a heading say of the values under it: name, place, time, unit, change, target, or that none count.

Flows in: the clean text of a heading, a caption or a line of units. Flows out: `Heading` and `UnitLine` records. Each is
read for itself; how the headings of one value join is `figures`' business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from qingshan.context.dates import Date, DateFinder
from qingshan.context.places import PlaceFinder
from qingshan.quantity.units import UnitFinder
from qingshan.registry import Region, Registry, Vocabulary
from qingshan.table_cells import CellError, CellReader, Unit

_GAP = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])|\s*[\r\n]+\s*")
_MARKS = re.compile(r"[\[［]\s*(?:注?\s*\d{1,2}|[a-zA-Z])\s*[\]］]|[①-⑳❶-❿*＊※†‡#☆★]+|注\d{1,2}$|(?<=[\u4e00-\u9fff])[¹²³⁴⁵⁶⁷⁸⁹]+")
_LEADING = re.compile(
    r"^(?:其中|按|[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}(?:\.\d{1,2})*[.．、](?!\d)|[#+·•\-—]+|[:：、]|\s)+"
)
_BRACKET = re.compile(r"[（(\[【]((?:[^（）()\[\]【】]|[（(][^（）()]*[)）])*)[)）\]】]")
_UNIT_WORD = re.compile(r"^(?:计量)?单位\s*(?:[:：为]|\s)\s*")
_TAIL = re.compile(r"[/／,，、\s](?=[^/／,，、\s]+(?:[/／][^/／,，、\s]+)?$)")
_BARE_TAIL = re.compile(r"(?:±|\+/-)?([%‰])$")
_DIGITLESS = re.compile(r"^[±+\-/]+")
_PARTS = re.compile(r"[,，;；、。]|\s{2,}|(?<=[^\s])\s(?=[\u4e00-\u9fff])|或")
_OF = re.compile(r"^(.{1,16}?)(?:的?单位)?(?:为|是|以|用|[:：])(.+?)(?:计|表示)?$")
_BARE_YEAR = re.compile(r"(?<![\d.])(?:19[4-9]\d|20\d\d)(?!\d|\s*年|[.,]\d)")
_YEARS = re.compile(r"((?:19|20)\d\d)\s*年?\s*[-—–~～至到/]\s*((?:19|20)\d\d)\s*年?度?")
_MONTHS = re.compile(r"(?<!\d)(1[0-2]|0?[1-9])\s*(?:[-—–~～至到]\s*(1[0-2]|0?[1-9])\s*)?月(?:份|底|末)?(?!\d)")
_QUARTER = re.compile(r"第?([一二三四1-4])季度|前三季度|(上|下)半年")
_LEFT_OF_DATES = re.compile(r"[“”]|^(?:度|底|末|年(?!均)|的|期间|时期)|（\s*）|\(\s*\)")
_ROLES = tuple(
    (role, re.compile(f"(?:{pattern})", re.IGNORECASE))
    for role, pattern in (
        ("serial", r"序号?|编号|No\.?|行次|栏次|代号|顺序|项次|栏目?次?号?|指标序号|#"),
        ("rank", r".*(?:排名|名次|位次|排位|排序)(?:情况|变化|升降)?|.*(?:排名|名次|位次).{0,6}"),
        ("code", r".*(?:代码|编码|电话|手机|邮编|邮政编码|传真|身份证号?|许可证号?|文号|证号|编号|点位号|桩号|经度|纬度|坐标|网址|邮箱)(?:号码)?"),
        ("unit", r"(?:计量|指标|计算|度量)?单位|量纲|unit"),
        ("period", r"年份|年度|年|时间|时期|月份|季度|月|报告期|统计期|年月|期间|year|period"),
        ("date", r".*(?:日期|时间|时限|期限|年限|年月|年份|工期|建设期)"),
        ("region", r"(?:所[在属])?(?:地区|省份|省市|城市|地市|市州|州市|市县|县区|区县|县市|区域|行政区划?|所在地|盟市|地级市|设区市|各市)(?:名称)?|省|市|县|区"
                   r"|(?:省|市|县|区|州|盟|旗)(?:[、/（(]?(?:省|市|县|区|州|盟|旗|自治区|直辖市)[)）、]?)+"),
        ("note", r"备注|说明|注|附注|依据|来源|数据来源|责任.*|牵头.*|配合.*|实施主体|建设单位|主管.*|承担单位|负责.*|(?:指标)?(?:属性|性质|类型)|联系人|姓名|"
                 r".*(?:内容|措施|要求|依据|地点|地址|进展情况|建设性质)"),
        ("group", r"类别|分类|类型|领域|方面|一级指标|二级指标|大类|目标层|准则层|维度|项目类别|指标类别|指标类型|板块"),
        ("grade", r".*(?:等级|级别|水质类别|水质目标|功能区类型|评价结果|达标情况|首要污染物|水质状况|水质现状)"),
    )
)  # fmt: skip
_NO_VALUES = frozenset(("serial", "rank", "code", "date", "note", "grade", "unit", "period"))
_ALL = re.compile(
    r"(?:(?:全[省市区县州盟旗国]|总?合计|总计|小计|共计|累计|合\s*计|全部|本[省市区县]|[我该][省市区县]|全自治区)"
    r"(?:合计|总计|小计|平均|均值|平均值|总体)?|平均值?|均值|总体|汇总)"
)
_ALL_BEFORE = re.compile(r"(全[省市区县州]|全自治区|[我本][省市区县])(?!级|部)")
_OF_REGION = re.compile(r"(?:合计|总计|小计|平均值?|均值|总体|汇总|共计|辖区)$")
_GENERIC = re.compile(
    r"(?:指标|指标名称|项目|名称|内容|具体指标|主要指标|指标项|统计指标|目标|目标值|任务|规划|规划值|规划目标|计划|预期|现状|现状值|基期|基期值|基准年?|基数|基准值|实际|"
    r"实际值|实际完成|完成|完成值|完成情况|完成数|数值|数据|值|指标值|本期|当期|本年|当年|今年|上年|上期|同期|上年同期|绝对[值量数]|水平|合计|总计|小计|累计|全年|年|年度|结果|统计值|监测值|监测结果|监测数据|达到|情况|单位)"
)
_AMOUNT = re.compile(r"(?:数量|个数|总数|数目|数)$")
_NOT_AMOUNT = re.compile(r"(?:天数|人数|户数|次数|指数|倍数|系数|参数|分数|基数|日数|函数|总人口数)$")
_TOPIC = re.compile(r"(?:质量|治理|情况|指标|方面|领域|状况|改善|保护|建设|目标|转型|体系|类别?|板块)$")
_SWING = re.compile(
    r"(?:增减|升降|涨跌|变化|变动|增长|升幅|差值)(?:率|幅度?|量|值|额|情况|百分比|速度|比例)?$|同比|环比|增速|变幅|增幅|涨幅|增长率"
)
_RELATIVE = re.compile(r"同比|环比|增速|[增降涨升跌变减]幅|[长减降化动少跌]率|速度")
_VERB_TAIL = re.compile(r"(?:率|比例|幅度|百分比|量|情况|情况表|额)$")
_NO_VERB = re.compile(r"[最较偏中更多至][高低多少]$")
_TARGET = re.compile(r"(?:目标|规划|计划|约束|控制|任务|预期)(?:值|数|量|目标|要求|指标)?(?!完成|进度|实现)|考核要求")
_NOT_TARGET = re.compile(r"(?:完成|实现|达到|对照|占|超).{0,6}(?:目标|计划|任务|规划)|(?:目标|计划|任务|规划).{0,6}(?:完成|实现|实施|进度|达成)|规划区|计划单列|控制断面|国控|目标水质")
_RATIO = re.compile(r"(?:率|比例|比重|占比|百分比|份额|比率)$")
_INDEX = re.compile(r"指数|系数|pH|得分|评分|分值|EQI|AQI", re.IGNORECASE)
_PER = re.compile(r"(?:[/／·每][\u4e00-\u9fffA-Za-z0-9²³]{1,4})+")
_COUNTED = re.compile(r"(天|人|户|次|项|台|辆|座|处|株|件|起|家|个|种)数$")
_TABLE = re.compile(r"^(?:续?附?[表图]\s*[\d一二三四五六七八九十]{0,3}(?:[-—.．]\d{1,2})*\s*[:：.、]?|专栏\s*\d*\s*)|(?:（续）|\(续\)|续表)")
_TABLE_TAIL = re.compile(r"(?:基本|主要|具体|完成|变化|统计|监测|有关|详细|总体|对比|相关|实际|汇总)*(?:情况|状况|统计|汇总|一览|数据|明细|对照|目标|指标)*(?:表|图)?$")
_EVERY = re.compile(r"^(?:各|分)(?:省|市|县|区|州|地区?|城市|年度?|月|季|流域|行业|部门|类)*(?:（[^）]{1,8}）)?|^(?:全[省市国区县州]|主要|部分|重点)(?=各)")

_ONE = Decimal(1)
_LONGEST_UNIT = 24  # characters
_KEPT = 20_000  # answers kept; more are read again


@dataclass(frozen=True, slots=True)
class Heading:
    """What one heading says.

    Parameters
    ----------
    words
        Its words without note marks, unit and brackets around it: what a change or a target is told by.
    name
        What it measures; '' where it only says place, time or kind.
    region, is_known
        The place it names, and whether the registry knows it; '' for none.
    is_all
        It says "the whole": 合计, 全省.
    dates
        The dates in it; `months` are the first and last month or None.
    unit
        The unit it gives, None when it gives none; `is_unit` when the whole text is one, as a cell under 单位 is.
    is_change
        The values under it are changes; `is_relative` where they can only be in % or points.
    role
        What the line is where it holds no values: serial, rank, code, unit, period, date, region, note, group, grade.
    """

    text: str
    words: str = ""
    name: str = ""
    region: str = ""
    is_known: bool = False
    is_all: bool = False
    dates: tuple[Date, ...] = ()
    months: tuple[int, int] | None = None
    unit: Unit | None = None
    is_unit: Unit | None = None
    is_change: bool = False
    is_relative: bool = False
    is_target: bool = False
    role: str = ""

    @property
    def holds_no_values(self) -> bool:
        return self.role in _NO_VALUES and self.unit is None

    @property
    def is_ratio(self) -> bool:
        return bool(_RATIO.search(self.words))

    @property
    def is_index(self) -> bool:
        return bool(_INDEX.search(self.words))


@dataclass(frozen=True, slots=True)
class UnitLine:
    """The units of a line such as 单位：微克/立方米，CO为毫克/立方米: the general ones, and those of named subjects."""

    units: tuple[Unit, ...]
    of: tuple[tuple[str, Unit], ...]


class AspectReader:
    """Reads headings with one vocabulary for one document year; made once for many tables, its answers kept."""

    def __init__(self, vocabulary: Vocabulary, places: PlaceFinder, dates: DateFinder) -> None:
        self._cells = CellReader(Registry(vocabulary))
        self._finder = UnitFinder(vocabulary)
        self._places, self._dates = places, dates
        self._known: dict[tuple[str, str], Heading] = {}

    def heading(self, text: str, year: str) -> Heading:
        """Return what a heading says; `year` is the document's, '' if unknown."""
        key = (text, year)
        if key not in self._known:
            if len(self._known) > _KEPT:
                self._known.clear()
            self._known[key] = self._read(text, year)
        return self._known[key]

    def caption(self, text: str, year: str) -> Heading:
        """Return what the title of a table says: as a heading, without the words that only say it is a table."""
        plain = _TABLE.sub("", _joined(text)).strip()
        return self._read(plain, year, is_title=True)

    def unit(self, text: str) -> Unit | None:
        """Return the unit that a whole text is, with multiples before it; None when it is none.

        A compound that the registry does not list (吨/万元) is kept as written when it begins with a unit it does.
        """
        text = _DIGITLESS.sub("", text.strip())
        if not text or len(text) > _LONGEST_UNIT:
            return None
        try:
            return self._cells.unit(text)
        except CellError:
            found = self._finder.find(text, 0)
            rest = text[found.end :] if found else ""
            is_compound = found is not None and found.kind in ("measure", "classifier") and _PER.fullmatch(rest)
            return Unit(text, "measure", _ONE) if is_compound else None

    def unit_line(self, text: str) -> UnitLine | None:
        """Return the units that a line or caption gives after 单位, or in brackets at its end; None when it gives none."""
        text = _joined(text)
        said = re.search(r"(?:计量)?单位\s*[:：]\s*([^）)】\]]+(?:[（(][^）)]*[)）][^）)】\]]*)*)", text)
        if said is None:
            brackets = _BRACKET.findall(text)
            unit = self.unit(brackets[-1]) if brackets else None
            return UnitLine((unit,), ()) if unit else None
        units: list[Unit] = []
        of: list[tuple[str, Unit]] = []
        for part in filter(None, (part.strip() for part in _PARTS.split(said[1]))):
            if unit := self.unit(part):
                units.append(unit)
            elif (named := _OF.match(part)) and (unit := self.unit(named[2])):
                of.append((named[1].strip("（( "), unit))
        return UnitLine(tuple(units), tuple(of)) if units or of else None

    def _read(self, text: str, year: str, *, is_title: bool = False) -> Heading:
        words = _LEADING.sub("", _MARKS.sub("", _joined(text))).strip()
        words, unit = self._without_unit(words)
        role = "" if is_title else _role(words)
        months = _months(words)
        dates = tuple(self._find_dates(words, year))
        rest = _without(words, dates)
        is_target = bool(_TARGET.search(words)) and not _NOT_TARGET.search(words)
        is_change = bool(_SWING.search(rest)) or any(date.kind in ("base", "lastyear") for date in dates)
        region, is_known, is_all, rest = self._place(rest)
        name = _name(rest, is_title)
        return Heading(
            text, words, name, region, is_known, is_all, dates, months, unit,
            None if is_title else self.unit(text) or (None if words else unit), is_change, bool(_RELATIVE.search(words)), is_target, role,
        )  # fmt: skip

    def _without_unit(self, words: str) -> tuple[str, Unit | None]:
        """Return a heading without the unit it gives, and the unit."""
        for bracket in reversed(list(_BRACKET.finditer(words))):
            inside = _UNIT_WORD.sub("", bracket[1].strip())
            if unit := self.unit(inside) or self.unit(_PARTS.split(inside)[0]):
                return (words[: bracket.start()] + words[bracket.end() :]).strip(" ,，"), unit
        if said := re.search(r"[,，\s]*(?:计量)?单位\s*[:：]\s*(\S+)$", words):
            return words[: said.start()], self.unit(said[1])
        whole = self.unit(words)  # a heading that is nothing but a unit, under the name it belongs to
        if whole and whole.kind in ("measure", "ratio", "point") and words != "米":
            return "", whole
        for tail in _TAIL.finditer(words):
            if unit := self.unit(words[tail.end() :]):
                return words[: tail.start()].strip(), unit
        if (bare := _BARE_TAIL.search(words)) and bare.start():
            return words[: bare.start()].strip(), self.unit(bare[1])
        return words, None

    def _find_dates(self, words: str, year: str) -> Iterator[Date]:
        """Yield the dates of a heading; the finder's, and years without 年 that it does not take for dates."""
        if years := _YEARS.search(words):
            yield Date(years.start(), years.end(), "interval", f"{years[1]}/{years[2]}", "")
            return
        found = self._dates.find(words, year)
        yield from found
        for bare in _BARE_YEAR.finditer(words):
            if not any(date.start <= bare.start() < date.end for date in found):
                end = bare.end() + (words[bare.end() : bare.end() + 1] == "年")
                yield Date(bare.start(), end, "year", bare.group(), "")

    def _place(self, words: str) -> tuple[str, bool, bool, str]:
        """Return the place a heading names, whether it is known, whether it says the whole, and the words left."""
        bare = words.strip(" 　:：、，,")
        if _ALL.fullmatch(bare):
            known = self._region(bare[:2])
            return (known.name if known else "", known is not None, True, "")
        base = _OF_REGION.sub("", bare)
        for text in (bare, base, _BRACKET.sub("", base)):
            if region := self._region(text):
                return region.name, True, False, ""
        first = next((mention for mention in self._places.find(bare) if not mention.is_titled and mention.region.code), None)
        if first is not None and (first.start == 0 or bare[: first.start] in ("其中", "各")):
            return first.region.name, True, False, bare[first.end :].lstrip("的")
        if all_of := _ALL_BEFORE.match(bare):
            return "", False, True, bare[all_of.end() :]
        return "", False, False, bare

    def _region(self, text: str) -> Region | None:
        return self._places.region_of.get(text) if len(text) > 1 else None


def verb_of(heading: Heading) -> str:
    """Return the words of a heading up to the verb of change that ends it, for `KindReader`; '' where none can."""
    verb = _VERB_TAIL.sub("", _BRACKET.sub("", heading.words))
    return "" if _NO_VERB.search(verb) else verb


def is_swing(heading: Heading) -> bool:
    """Whether a heading says that its values rise and fall by their own sign: 增减, 同比."""
    return bool(_SWING.search(heading.words))


def is_topic(name: str) -> bool:
    """Whether a name only says what its parts are about: 环境质量, 主要指标."""
    return bool(_TOPIC.search(name))


def without_amount(name: str) -> str:
    """Return what a name of a count counts: 国家公园数量 counts 国家公园."""
    counted = name if _NOT_AMOUNT.search(name) else _AMOUNT.sub("", name)
    return counted if len(counted) > 1 or not name else name


def is_amount(name: str) -> bool:
    """Whether a name says only that things are counted: 数量, 个数."""
    return bool(_AMOUNT.fullmatch(name))


def counted_unit(name: str) -> str:
    """Return the unit that a name such as 优良天数 says by itself, else ''."""
    match = _COUNTED.search(name)
    return match[1] if match else ""


def is_index(name: str) -> bool:
    """Whether what a name measures has no unit."""
    return bool(_INDEX.search(name)) and not _RATIO.search(name)


def is_ratio(name: str) -> bool:
    """Whether what a name measures is a part of a whole, in percent."""
    return bool(_RATIO.search(name))


def _joined(text: str) -> str:
    return _GAP.sub("", text.strip())


def _role(words: str) -> str:
    plain = _BRACKET.sub("", words).strip(" :：")
    return next((role for role, pattern in _ROLES if pattern.fullmatch(plain) or pattern.fullmatch(words)), "")


def _months(words: str) -> tuple[int, int] | None:
    """Return the first and last month that a heading names; None for none or the whole year."""
    if month := _MONTHS.search(words):
        first, last = int(month[1]), int(month[2] or month[1])
    elif quarter := _QUARTER.search(words):
        half = {"上": (1, 6), "下": (7, 12)}.get(quarter[2] or "")
        number = "一二三四1234".find(quarter[1]) % 4 if quarter[1] else -1
        first, last = half or ((number * 3 + 1, number * 3 + 3) if number >= 0 else (1, 9))
    else:
        return None
    return (first, last) if 1 <= first <= last <= 12 and (first, last) != (1, 12) else None


def _without(words: str, dates: tuple[Date, ...]) -> str:
    for date in sorted(dates, key=lambda date: -date.start):
        words = words[: date.start] + words[date.end :]
    words = _QUARTER.sub("", _MONTHS.sub("", words))
    rest = _LEFT_OF_DATES.sub("", words).strip(" 　、，,-—:：")
    return f"年{rest}" if rest.startswith("均") else rest  # 2023年均浓度


def _name(words: str, is_title: bool) -> str:
    """Return what the words left of a heading name, '' when they name nothing by themselves."""
    name = _BRACKET.sub(lambda b: "" if _GENERIC.fullmatch(b[1]) or not b[1].strip() else b.group(), words)
    if is_title:
        name = _TABLE_TAIL.sub("", _EVERY.sub("", _BRACKET.sub("", name)))
    name = re.sub(r"(?:约束性|预期性|规划|年度)?目标值?$|^(?:规划|目标|计划)(?=[^\u4e00-\u9fff]|$)", "", name)
    name = re.sub(r"(?:同比|环比)?(?:增减|升降|涨跌|变化|变动)(?:率|幅度?|量|值|额|情况|百分比)?$|(?:同比|环比)(?:增长|下降|增速|增幅)?率?$", "", name)
    name = name.strip(" 　:：、，,-—±/／的")
    if _GENERIC.fullmatch(name) or _ALL.fullmatch(name):
        return ""
    return name if re.search(r"[\u4e00-\u9fffA-Za-z]", name) else ""
