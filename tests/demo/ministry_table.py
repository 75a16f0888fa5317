"""Writes the demonstration's ministry table as a workbook: merged heads, a line of units, flags, what is hidden.

Flows in: the tables below; the figures are public facts. Flows out: the bytes of ``table.xlsx``, the same on every
run: xlsxwriter stamps the archive with the date it is given and orders its parts itself.
"""

from __future__ import annotations

import datetime
import io

import xlsxwriter

NAME = "table.xlsx"
_MADE = datetime.datetime(2026, 11, 20)

# name, 2021, 2022, 2023; a text is printed as it stands: a flag, or a number that carries one
QUALITY = (
    ("地级及以上城市空气质量优良天数比例（含沙尘天气）", 87.5, 86.5, 85.5),
    ("地级及以上城市重度及以上污染天数比例（含沙尘天气）", 1.3, 0.9, "1.6*"),
    ("地表水Ⅰ—Ⅲ类水质断面比例", 84.9, 87.9, 89.4),
    ("地表水劣Ⅴ类水质断面比例", 1.2, 0.7, 0.7),
    ("重点湖（库）优良水质比例", 72.9, 73.8, 74.6),
    ("地下水Ⅰ—Ⅳ类水质点位比例", 79.4, 77.6, 77.8),
    ("近岸海域优良水质面积比例", 81.3, 81.9, 85.0),
    ("城市功能区声环境昼间达标率", 95.4, 96.0, 96.1),
    ("城市功能区声环境夜间达标率", 82.9, 86.6, 87.0),
    ("三大粮食作物化肥利用率", "—", 41.3, "—"),
    ("三大粮食作物农药利用率", "—", 41.8, "…"),
)
HIDDEN_ROW = ("（内部校核行）", 87.7, 86.6, 85.4)

# name, unit, 2021, 2022
AMOUNTS = (
    ("国内生产总值（当年价）", "亿元", 1149237, 1204724),
    ("能源消费总量", "万吨标准煤", 525896, 541000),
    ("用水总量", "亿立方米", 5920.2, 5998.2),
    ("万元国内生产总值用水量（当年价）", "立方米", 51.8, 49.6),
)

# region, forest cover in percent at the end of the eighth and the ninth inventory, in the official order
FORESTS = (
    ("全国", 21.63, 22.96), ("北京", 35.84, 43.77), ("天津", 9.87, 12.07), ("河北", 23.41, 26.78),
    ("山西", 18.03, 20.50), ("内蒙古", 21.03, 22.10), ("辽宁", 38.24, 39.24), ("吉林", 40.38, 41.49),
    ("黑龙江", 43.16, 43.78), ("上海", 10.74, 14.04), ("江苏", 15.80, 15.20), ("浙江", 59.07, 59.43),
    ("安徽", 27.53, 28.65), ("福建", 65.95, 66.80), ("江西", 60.01, 61.16), ("山东", 16.73, 17.51),
    ("河南", 21.50, 24.14), ("湖北", 38.40, 39.61), ("湖南", 47.77, 49.69), ("广东", 51.26, 53.52),
    ("广西", 56.51, 60.17), ("海南", 55.38, 57.36), ("重庆", 38.43, 43.11), ("四川", 35.22, 38.03),
    ("贵州", 37.09, 43.77), ("云南", 50.03, 55.04), ("西藏", 11.98, 12.14), ("陕西", 41.42, 43.06),
    ("甘肃", 11.28, 11.33), ("青海", 5.63, 5.82), ("宁夏", 11.89, 12.63), ("新疆", "4.24*", "4.87*"),
    ("兵团", "—", "—"),
)  # fmt: skip


def write() -> bytes:
    """Return the bytes of the workbook."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"title": "青山示范表", "author": "青山项目", "created": _MADE})
    looks = _looks(book)
    _quality(book.add_worksheet("空气和水"), looks)
    _amounts(book.add_worksheet("经济和用水"), looks)
    _forests(book.add_worksheet("各地森林"), looks)
    for sheet in book.worksheets():
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
    draft = book.add_worksheet("底稿")
    draft.write_row(0, 0, ("核对用的旧数", "不发布"))
    draft.write_row(1, 0, ("全国优良天数比例（%）", 86.4))
    draft.hide()
    book.close()
    return out.getvalue()


def _looks(book: xlsxwriter.Workbook) -> dict[str, object]:
    base = {"font_name": "Noto Sans SC", "font_size": 10, "valign": "vcenter"}
    ruled = base | {"border": 1, "border_color": "#7F8A83"}
    head = ruled | {"bold": True, "align": "center", "bg_color": "#EAF3EC", "text_wrap": True}
    return {
        name: book.add_format(form)
        for name, form in {
            "title": base | {"bold": True, "font_size": 13, "align": "center"},
            "unit": base | {"align": "right", "font_size": 9},
            "plain": base | {"font_size": 9},
            "date": base | {"font_size": 9, "num_format": "yyyy-mm-dd", "align": "left"},
            "head": head,
            "name": ruled,
            "one": ruled | {"num_format": "0.0", "align": "right"},
            "two": ruled | {"num_format": "0.00", "align": "right"},
            "whole": ruled | {"num_format": "#,##0", "align": "right"},
            "change": ruled | {"num_format": "+0.0;-0.0;0.0", "align": "right"},
            "flag": ruled | {"align": "right"},
        }.items()
    }


def _quality(sheet, looks) -> None:
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, 4, 12)
    sheet.merge_range("A1:E1", "2021—2023年全国环境质量主要比例（青山示范表）", looks["title"])
    sheet.write("A2", "青山项目编，不是任何部门发布的表", looks["plain"])
    sheet.write("E2", "单位：%", looks["unit"])
    sheet.merge_range("A3:A4", "指标", looks["head"])
    sheet.merge_range("B3:D3", "全国", looks["head"])
    sheet.write_row("B4", ("2021年", "2022年", "2023年"), looks["head"])
    sheet.merge_range("E3:E4", "2023年比2022年增减（百分点）", looks["head"])
    lines = list(QUALITY)
    lines.insert(2, HIDDEN_ROW)
    for at, (name, *values) in enumerate(lines, 4):
        sheet.write(at, 0, name, looks["name"])
        for column, value in enumerate(values, 1):
            sheet.write(at, column, value, looks["flag" if isinstance(value, str) else "one"])
        before, after = (float(str(value).rstrip("*")) if str(value)[0].isdigit() else None for value in values[1:])
        if before is None or after is None:
            sheet.write(at, 4, "…", looks["flag"])
        elif isinstance(values[2], str):
            sheet.write(at, 4, round(after - before, 1), looks["change"])
        else:
            sheet.write_formula(at, 4, f"=ROUND(D{at + 1}-C{at + 1},1)", looks["change"], round(after - before, 1))
        if name == HIDDEN_ROW[0]:
            sheet.set_row(at, None, None, {"hidden": True})
    last = 4 + len(lines)
    sheet.write(last, 0, "注：—表示当年没有开展，…表示没有这个数，*春季沙尘天气偏多。", looks["plain"])
    sheet.write(last + 1, 0, "制表日期", looks["plain"])
    sheet.write_datetime(last + 1, 1, _MADE, looks["date"])


def _amounts(sheet, looks) -> None:
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 3, 14)
    sheet.merge_range("A1:D1", "全国经济、能源和用水总量（青山示范表）", looks["title"])
    sheet.write_row("A2", ("指标", "计量单位", "2021年", "2022年"), looks["head"])
    for at, (name, unit, *values) in enumerate(AMOUNTS, 2):
        sheet.write(at, 0, name, looks["name"])
        sheet.write(at, 1, unit, looks["name"])
        for column, value in enumerate(values, 2):
            sheet.write(at, column, value, looks["whole" if isinstance(value, int) else "one"])
    sheet.write(2 + len(AMOUNTS), 0, "注：国内生产总值为最终核实数。", looks["plain"])


def _forests(sheet, looks) -> None:
    sheet.set_column(0, 2, 18)
    sheet.merge_range("A1:C1", "各地区森林覆盖率（森林资源清查口径，青山示范表）", looks["title"])
    sheet.write("C2", "单位：%", looks["unit"])
    sheet.merge_range("A3:A4", "地区", looks["head"])
    sheet.merge_range("B3:C3", "森林覆盖率", looks["head"])
    sheet.write_row("B4", ("2013年", "2018年"), looks["head"])
    for at, (region, *values) in enumerate(FORESTS, 4):
        sheet.write(at, 0, region, looks["name"])
        for column, value in enumerate(values, 1):
            sheet.write(at, column, value, looks["flag" if isinstance(value, str) else "two"])
    sheet.write(4 + len(FORESTS), 0, "注：*新疆的数含兵团。", looks["plain"])
