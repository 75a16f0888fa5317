"""Lists of names with lists of numbers: 化学需氧量、氨氮排放总量分别下降8%和10%, 2021年、2022年分别为12个和15个.

Flows in: the words before a list of numbers and how many numbers it has. Flows out: one name per number.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qingshan.context.subject import SEGMENT
from qingshan.quantity import Quantity

_JOINT = re.compile(r"(?:以上|以下|左右|以内)?(?:[、，,]|和|及|与|以及|、和)")
_SPLIT = re.compile(r"[、,]|以及|和|及|与")
_RESPECTIVELY = re.compile(
    r"(?:分别|依次|各有?|[两三四五六](?:市|省|县|区|地|州|者|河|湖)仅?)(?P<tail>[^，。；：！？\n、]{0,14})$"
)
# heads that a list of names shares when only its last name carries one: 二氧化硫、氮氧化物年均浓度
_HEAD = re.compile(
    r"(?:日最大8小时|年均|平均|排放|消费|生产|发电|装机|养殖)?(?:年均)?(?:浓度(?:均值)?|平均浓度|排放总量|排放量|排放强度|比例|比重|占比|面积|产量|消费量|消费总量|发电量|装机容量|装机|总量|产能|强度|"
    r"数量|达标率|利用率|覆盖率|处理率|回收率|指数|水质断面|断面|用量|用水量|使用量|产值|投资|保有量|库容|水量|天数|总数)$"
)
_PARALLEL = frozenset("类级间季区段期等")  # ends of names in a row: Ⅰ类, 昼间, 一季
_YEAR = re.compile(r"((?:19|20)\d\d)年?$")


@dataclass(frozen=True, slots=True)
class Names:
    """One name per number of a list; `years` holds years instead when the list is of years."""

    names: tuple[str, ...]
    years: tuple[str, ...]


def groups(text: str, numbers: Sequence[Quantity]) -> list[list[int]]:
    """Return the indexes of `numbers` grouped: numbers that stand in one list, nothing but a joint between them."""
    grouped: list[list[int]] = []
    for index, number in enumerate(numbers):
        if grouped and _joined(text, numbers[grouped[-1][-1]], number):
            grouped[-1].append(index)
        else:
            grouped.append([index])
    return grouped


def _joined(text: str, first: Quantity, second: Quantity) -> bool:
    between = text[first.end : second.start]
    same = first.unit == second.unit or first.unit_kind == second.unit_kind != ""
    return same and len(between) <= 5 and bool(between) and _JOINT.fullmatch(between) is not None


def is_respective(before: str) -> bool:
    """Whether the words before a list of numbers end in 分别 and a verb."""
    return _RESPECTIVELY.search(before) is not None


def tail_of(before: str) -> str:
    """Return the words between 分别 and the first number of its list, '' without 分别: 分别建成示范村120个."""
    match = _RESPECTIVELY.search(before)
    return match["tail"] if match else ""


def head_of(before: str) -> str:
    """Return the words before 分别, the whole phrase without it."""
    match = _RESPECTIVELY.search(before)
    return before[: match.start()] if match else before


def names_of(before: str, count: int) -> Names | None:
    """Return the names that the words before 分别 list for `count` numbers; None when they list another number.

    Parameters
    ----------
    before
        Clean text of the sentence up to the list's first number, earlier numbers masked by NUL.
    """
    if count < 2:
        return None
    match = _RESPECTIVELY.search(before)
    phrase = SEGMENT.split(before[: match.start()] if match else before)[-1].removeprefix("其中")
    if match is None:
        parts = phrase.split("、")  # 国家公园、自然保护区2个、31个: as many names as numbers, and nothing else
        return (
            Names(_with_shared_head(parts), ())
            if len(parts) == count and all(len(part) > 1 for part in parts)
            else None
        )
    items = [item.strip() for item in _SPLIT.split(phrase)]
    items = [item for item in items if item]
    if len(items) < count:
        return None
    # what precedes the first name inside its item stays with it; more items than numbers belong to the first name
    listed = items[-count:] if len(items) == count else _merged(phrase, count)
    if listed is None:
        return None
    years = [_YEAR.search(item) for item in listed]
    if all(years):
        return Names((), tuple(year[1] for year in years if year))
    return Names(_with_shared_head(listed), ())


def _merged(phrase: str, count: int) -> list[str] | None:
    """Split only at the last joints: A、B和C with two numbers has no clear reading, A和B、C和D neither."""
    parts = re.split(r"[、,]", phrase)
    if len(parts) == count:
        return parts
    parts = re.split(r"和|与|以及", phrase)
    return parts if len(parts) == count else None


def years_in(text: str, count: int) -> Names | None:
    """Return the `count` years that a text lists or spans, None when they are more or fewer."""
    years = re.findall(r"(?:19|20)\d\d", text)
    if len(years) == 2 != count and int(years[1]) - int(years[0]) == count - 1:
        years = [str(int(years[0]) + step) for step in range(count)]
    return Names((), tuple(years)) if len(years) == count > 1 else None


def _with_shared_head(items: Sequence[str]) -> tuple[str, ...]:
    ends = {item[-1] for item in items[:-1]}
    length = len(items[0])
    if len(ends) == 1 and len(items[-1]) > length and items[-1][length - 1] in ends and items[0][-1] in _PARALLEL:
        return (*(item + items[-1][length:] for item in items[:-1]), items[-1])  # Ⅰ类、Ⅱ类断面占比
    head = _HEAD.search(items[-1])
    if head is None:
        lengths = {len(item) for item in items[:-1]}
        if len(lengths) == 1 and (length := lengths.pop()) in (2, 3, 4) and len(items[-1]) > length:
            return (*(item + items[-1][length:] for item in items[:-1]), items[-1])  # 刑事、民事、行政案件
        return tuple(items)
    return tuple(item if _HEAD.search(item) else item + head.group() for item in items)


def ends_in_head(phrase: str) -> bool:
    """Whether a phrase ends in a noun that is measured: 浓度, 排放总量, 比例."""
    return measured_noun(phrase) != ""


def measured_noun(phrase: str) -> str:
    """Return the noun that is measured at the end of a phrase, '' for none: 装机容量 of 全国可再生能源装机容量."""
    head = _HEAD.search(phrase)
    return head.group() if head else ""
