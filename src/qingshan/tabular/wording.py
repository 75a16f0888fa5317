"""The words of headings: which of them name a unit, a time, a change, a target, a total, or nothing by themselves.

Patterns and pure functions of words; what a heading as a whole says is `aspects`' business.
"""

from __future__ import annotations

import re

GAP = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])|\s*[\r\n]+\s*")
MARKS = re.compile(
    r"[\[［]\s*(?:注?\s*\d{1,2}|[a-zA-Z])\s*[\]］]|[①-⑳❶-❿*＊※†‡#☆★]+|注\d{1,2}$"
    r"|(?<=[\u4e00-\u9fff])[¹²³⁴⁵⁶⁷⁸⁹]+"
)
LEADING = re.compile(
    r"^(?:其中|[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[)）]"
    r"|\d{1,2}(?:\.\d{1,2})*[.．、](?!\d)|[#+·•\-—]+|[:：、]|\s)+"
)
BRACKET = re.compile(r"[（(\[【]((?:[^（）()\[\]【】]|[（(][^（）()]*[)）])*)[)）\]】]")
UNIT_WORD = re.compile(r"^(?:计量)?单位\s*(?:[:：为]|\s)\s*")
TAIL = re.compile(r"[/／,，、\s](?=[^/／,，、\s]+(?:[/／][^/／,，、\s]+)?$)")
BARE_TAIL = re.compile(r"(?:±|\+/-)?([%‰])$")
DIGITLESS = re.compile(r"^[±+\-/]+")
PARTS = re.compile(r"[,，;；、。]|\s{2,}|(?<=[^\s])\s(?=[\u4e00-\u9fff])|或")
OF = re.compile(r"^(.{1,16}?)(?:的?单位)?(?:为|是|以|用|[:：])(.+?)(?:计|表示)?$")
UNITS_SAID = re.compile(r"(?:计量)?单位\s*[:：]\s*([^）)】\]]+(?:[（(][^）)]*[)）][^）)】\]]*)*)")
EXCEPTION = re.compile(r"[（(](?=[^（）()]{1,16}(?:为|[:：]))")
BARE_YEAR = re.compile(r"(?<![\d.])(?:19[4-9]\d|20\d\d)(?!\d|\s*年|[.,]\d)")
YEARS = re.compile(r"((?:19|20)\d\d)\s*年?\s*[-—–~～至到/]\s*((?:19|20)\d\d)\s*年?度?")
MONTHS = re.compile(r"(?<![\d.])(1[0-2]|0?[1-9])\s*(?:[-—–~～至到]\s*(1[0-2]|0?[1-9])\s*)?月(?:份|底|末)?(?![\d均])")
DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)([-./])(1[0-2]|0?[1-9])\2(3[01]|[12]\d|0?[1-9])(?!\d)")
MONTH_OF_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d[-.](1[0-2]|0[1-9])(?![\d.-])")
QUARTER = re.compile(r"第?([一二三四1-4])季度|前三季度|(上|下)半年")
LEFT_OF_DATES = re.compile(r"[“”]|^(?:度|底|末|年(?!均)|的|期间|时期)|（\s*）|\(\s*\)")
ROLES = tuple(
    (role, re.compile(f"(?:{pattern})", re.IGNORECASE))
    for role, pattern in (
        ("serial", r"序号?|编号|No\.?|行次|栏次|代号|顺序|项次|栏目?次?号?|指标序号|#"),
        ("rank", r".*(?:排名|名次|位次|排位|排序)(?:情况|变化|升降)?|.*(?:排名|名次|位次).{0,6}"),
        ("code", r".*(?:代码|编码|电话|手机|邮编|邮政编码|传真|身份证号?|许可证号?|文号|证号|编号|点位号|桩号|经度|纬度"
                 r"|坐标|网址|邮箱)(?:号码)?"),
        ("unit", r"(?:计量|指标|计算|度量)?单位|量纲|unit"),
        ("period", r"年份|年度|年|时间|时期|月份|季度|月|报告期|统计期|年月|期间|year|period"),
        ("date", r".*(?:日期|时间|时限|期限|年限|年月|年份|工期|建设期)"),
        ("region", r"(?:所[在属])?(?:地区|省份|省市|城市|地市|市州|州市|市县|县区|区县|县市|区域|行政区划?|所在地"
                   r"|国家|国别|盟市|地级市|设区市|各市)(?:名称)?|省|市|县|区"
                   r"|(?:省|市|县|区|州|盟|旗)(?:[、/（(]?(?:省|市|县|区|州|盟|旗|自治区|直辖市)[)）、]?)+"),
        ("note", r"备注|说明|注|附注|依据|来源|数据来源|责任.*|牵头.*|配合.*|实施主体|建设单位|主管.*|承担单位|负责.*"
                 r"|(?:指标)?(?:属性|性质|类型)|联系人|姓名|.*(?:内容|措施|要求|依据|地点|地址|进展情况|建设性质)"),
        ("group", r"类别|分类|类型|领域|方面|一级指标|二级指标|大类|目标层|准则层|维度|项目类别|指标类别|指标类型"
                  r"|板块"),
        ("grade", r".*(?:等级|级别|水质类别|水质目标|功能区类型|评价结果|达标情况|首要污染物|水质状况|水质现状)"),
    )
)  # fmt: skip
NO_VALUES = frozenset(("serial", "rank", "code", "date", "note", "grade", "unit", "period"))
ALL = re.compile(
    r"(?:(?:全[省市区县州盟旗国]|总?合计|总计|小计|共计|累计|合\s*计|全部|本[省市区县]|[我该][省市区县]|全自治区)"
    r"(?:合计|总计|小计|平均|均值|平均值|总体)?|平均值?|均值|总体|汇总)"
)
ALL_BEFORE = re.compile(r"(全[省市区县州]|全自治区|[我本][省市区县])(?!级|部)")
OF_REGION = re.compile(r"(?:合计|总计|小计|平均值?|均值|总体|汇总|共计|辖区)$")
GENERIC = re.compile(
    r"(?:(?:具体|主要|统计)?指标[名项值]?称?|项目|名称|内容|目标值?|(?:目标)?任务|规划(?:值|目标)?|计划|预期|现状值?"
    r"|基期值?|基准年?|基准值|基数|实际(?:值|完成)?|完成(?:值|情况|数)?|数值|数据|值|本期|当期|本年|当年|今年|上年|上期"
    r"|(?:上年)?同期|绝对[值量数]|水平|合计|总计|小计|累计|全年|年度?|结果|统计值|监测(?:值|结果|数据)|达到|情况|单位)"
)
AMOUNT = re.compile(r"(?:数量|个数|总数|数目|数)$")
NOT_AMOUNT = re.compile(r"(?:天数|人数|户数|次数|指数|倍数|系数|参数|分数|基数|日数|函数|总人口数)$")
TOPIC = re.compile(r"(?:质量|治理|情况|指标|方面|领域|状况|改善|保护|建设|目标|转型|体系|类别?|板块)$")
SWING = re.compile(
    r"(?:增减|升降|涨跌|变化|变动|增长|升幅|差值)(?:率|幅度?|量|值|额|情况|百分比|速度|比例)?$"
    r"|同比|环比|增速|变幅|增幅|涨幅|增长率"
)
RELATIVE = re.compile(r"同比|环比|增速|[增降涨升跌变减]幅|[长减降化动少跌]率|速度")
VERB_TAIL = re.compile(r"(?:率|比例|幅度|百分比|量|情况|情况表|额)$")
NO_VERB = re.compile(r"[最较偏中更多至][高低多少]$")
TARGET = re.compile(
    r"目标(?:值|数|任务|要求|指标)?$|(?:规划|计划|约束|控制|预期|任务|考核)(?:值|数|目标|指标|要求)(?:值)?$"
    r"|^(?:规划|计划|任务|预期)$|[年期]目标"
)
NOT_TARGET = re.compile(
    r"(?:完成|实现|达到|对照|占|超).{0,6}(?:目标|计划|任务|规划)|(?:目标|计划|任务|规划).{0,6}(?:完成|实现|实施|进度|达成)"
    r"|目标水质|水质目标$"
)
RATIO = re.compile(r"(?:率|比例|比重|占比|百分比|份额|比率)$")
INDEX = re.compile(r"指数|系数|pH|得分|评分|分值|EQI|AQI", re.IGNORECASE)
PER = re.compile(r"(?:[/／·每][\u4e00-\u9fffA-Za-z0-9²³]{1,4})+")
COUNTED = re.compile(r"(天|人|户|次|项|台|辆|座|处|株|件|起|家|个|种)数$")
TABLE = re.compile(
    r"^(?:续?附?[表图]\s*[\d一二三四五六七八九十]{0,3}(?:[-—.．]\d{1,2})*\s*[:：.、]?|专栏\s*\d*\s*)|[（(]续[)）]|续表"
)
TABLE_TAIL = re.compile(
    r"(?:基本|主要|具体|完成|变化|统计|监测|有关|详细|总体|对比|相关|实际|汇总)*"
    r"(?:情况|状况|统计|汇总|一览|数据|明细|对照|目标|指标)*(?:表|图)?$"
)
EVERY = re.compile(
    r"^(?:各|分)(?:省|市|县|区|州|地区?|城市|年度?|月|季|流域|行业|部门|类)*(?:（[^）]{1,8}）)?"
    r"|^(?:全[省市国区县州]|主要|部分|重点)(?=各)"
)
AIMED = re.compile(r"(?:约束性|预期性|规划|年度)?目标值?$|^(?:规划|目标|计划)(?=[^\u4e00-\u9fff]|$)")
MOVED = re.compile(
    r"(?:同比|环比)?(?:增减|升降|涨跌|变化|变动)(?:率|幅度?|量|值|额|情况|百分比)?$|(?:同比|环比)(?:增长|下降|增速|增幅)?率?$"
    r"|(?:年均)?(?:增速|增幅|涨幅|降幅|变幅|增长率|增长速度|下降率)$"
)


def is_topic(name: str) -> bool:
    """Whether a name only says what its parts are about: 环境质量, 主要指标."""
    return bool(TOPIC.search(name))


def without_amount(name: str) -> str:
    """Return what a name of a count counts: 国家公园数量 counts 国家公园."""
    counted = name if NOT_AMOUNT.search(name) else AMOUNT.sub("", name)
    return counted if len(counted) > 1 or not name else name


def is_amount(name: str) -> bool:
    """Whether a name says only that things are counted: 数量, 个数."""
    return bool(AMOUNT.fullmatch(name))


def counted_unit(name: str) -> str:
    """Return the unit that a name such as 优良天数 says by itself, else ''."""
    match = COUNTED.search(name)
    return match[1] if match else ""


def is_index(name: str) -> bool:
    """Whether what a name measures has no unit."""
    return bool(INDEX.search(name)) and not RATIO.search(name)


def is_ratio(name: str) -> bool:
    """Whether what a name measures is a part of a whole, in percent."""
    return bool(RATIO.search(name))
