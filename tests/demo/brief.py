"""Writes the demonstration's brief as a PDF of two columns: running head, page numbers, a ruled table, broken words.

Flows in: the words below, written for this project; the figures are public facts. Flows out: the bytes of
``brief.pdf``: typst gives the same bytes for the same text, font and version.
"""

from __future__ import annotations

import datetime
from pathlib import Path

import typst
import zhplot

NAME = "brief.pdf"
TITLE = "2022年能源绿色转型简报（青山示范文本）"
RUNNING_HEAD = "青山示范文本 能源简报 2023年第2期"
ROWS = (
    ("水电", "3.91", "4.13"),
    ("风电", "3.28", "3.65"),
    ("太阳能发电", "3.06", "3.93"),
    ("生物质发电", "0.38", "0.41"),
    ("合计", "10.63", "12.13"),
)
OPENING = (
    "这份简报由青山项目自己写成，用来演示怎样从两栏的文件里取数，不是任何机构的出版物。数字是年初已经公布的初步数，"
    "后来有的作过修订；句子是新写的。英文的说法照原样放进来，例如 #en[International Renewable Energy Agency] 这样的"
    "机构名，排到行末会断开。"
)
PARTS = (
    (
        "装机",
        (
            "截至2022年底，全国可再生能源总装机容量达到12.13亿千瓦，占全国发电总装机的47.3%。风和光的份额还在往上走，"
            "水电的增量主要来自西南的几座大坝。各类电源的装机见表1。",
            "装机多了，怎样用好是另一回事。中午的光、夜里的风，和用电的时候常常对不上，靠的是储能和跨省的线路。",
        ),
    ),
    (
        "发电和消费",
        (
            "2022年，全国可再生能源发电量达到2.7万亿千瓦时，其中风电和光伏发电量为1.19万亿千瓦时。",
            "2022年，全国能源消费总量为54.1亿吨标准煤，比上年增长2.9%；煤炭消费占能源消费总量的比重为56.2%，"
            "比上年上升0.3个百分点；清洁能源消费占比为25.9%，比上年上升0.4个百分点。",
            "经济的初步核算数是另一把尺子：按当年价格计算，2022年国内生产总值为121.02万亿元。",
        ),
    ),
    (
        "车和桩",
        (
            "2022年，全国新能源汽车产量为705.8万辆，销量为688.7万辆，产销连续八年位居全球第一。"
            "到2022年底，全国新能源汽车保有量达到1310万辆。",
            "车多了，桩也要跟上。",
        ),
    ),
    (
        "往后看",
        (
            "读这份简报要留心两点。一是初步数和最终数会有出入，同一年的数以后公布的为准；"
            "二是装机说的是能发多少，发电量说的是发了多少，两者不能互换。按照规划，到2025年，非化石能源消费比重"
            "要提高到20%左右，电网、储能和用电的习惯都要跟着变。",
        ),
    ),
)


def write() -> bytes:
    """Return the bytes of the document."""
    fonts = Path(zhplot.__file__).parent / "fonts"
    return typst.compile(_source().encode(), font_paths=[str(fonts)], ignore_system_fonts=True)


def _source() -> str:
    made = datetime.date(2026, 11, 20)
    head = (
        f'#set document(title:"{TITLE}",author:"青山项目",date:datetime(year:{made.year},month:{made.month},day:{made.day}))\n'
        '#set page(paper:"a5",margin:(x:1.5cm,top:1.9cm,bottom:1.7cm),columns:2,numbering:"— 1 —",'
        f"header:align(center)[#text(7.5pt,fill:luma(90))[{RUNNING_HEAD}]])\n"
        '#set text(font:"Noto Sans SC",size:10.5pt,lang:"zh",region:"cn")\n#set columns(gutter:0.9cm)\n'
        "#set par(justify:true,leading:0.72em,first-line-indent:(amount:2em,all:true))\n"
        '#let en(body)=text(lang:"en",hyphenate:true,body)\n'
        '#show heading:it=>block(above:1.1em,below:0.8em,text(10.5pt,fill:rgb("#1f5f3a"),it.body))\n'
        f'#place(top+center,scope:"parent",float:true,clearance:1.6em,text(14pt)[{TITLE}])\n'
    )
    parts = [head, OPENING]
    for at, (heading, paragraphs) in enumerate(PARTS):
        parts += [f"= {heading}", *paragraphs]
        if not at:
            parts.append(_table())
    return "\n\n".join(parts)


def _table() -> str:
    cells = ",".join(f"[{text}]" for row in ROWS for text in row)
    return (
        "#block(breakable:false,above:1.1em,below:1.1em)[#align(center)[#text(8.5pt)[表1 全国可再生能源装机容量（亿千瓦）]]\n"
        "#set text(9pt)\n#table(columns:(1fr,auto,auto),align:(left,right,right),inset:4.5pt,stroke:0.5pt+luma(110),"
        f"[电源],[2021年末],[2022年末],{cells})\n"
        "#text(7.5pt)[注：合计与分项之和略有出入，是四舍五入造成的。]]"
    )
