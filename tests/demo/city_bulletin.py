"""Writes the demonstration's city bulletin as a Word file: headings, notes, a table under merged heads, a text box.

Flows in: the words below, written for this project; the figures are public facts of Beijing. Flows out: the bytes of
``bulletin.docx``, the same on every run: every part is written here, and the archive has one fixed date.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "unit"))
from test_docx_support import NAMESPACES, archive, box, cell, note, notes, paragraph, row, run, table

NAME = "bulletin.docx"
TITLE = "北京市2023年空气和绿化小公报（青山示范文本）"
RUNNING_HEAD = "青山示范文本 城市小公报 第3期"
FOREWORD = (
    "这份小公报由青山项目自己写成，只用来演示怎样从文字处理文件里取数，不是北京市任何部门的公报。"
    "数字是已经公开的事实，句子是新写的。"
)
FOOTNOTES = {
    2: "2013年，全市细颗粒物（PM2.5）年均浓度为89.5微克/立方米。",
    3: "污水处理率按全市城乡合在一起计算。",
}
BOX = ("专栏 上一年的绿化", "2022年，全市森林覆盖率为44.8%，比上年提高0.2个百分点。")
HEADS = ("天数（天）", "占全年比例（%）")
ROWS = (
    ("优良", "286", "271", "78.4", "74.2"),
    ("轻度和中度污染", "76", "86", "20.8", "23.6"),
    ("重度及以上污染", "3", "8", "0.8", "2.2"),
    ("合计", "365", "365", "100", "100"),
)

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PACKAGE = 'xmlns="http://schemas.openxmlformats.org/package/2006'
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WHEN = 'w:id="{}" w:author="青山示范" w:date="2026-11-20T09:00:00Z"'
_LOW = '<w:vertAlign w:val="subscript"/>'
_PARTS = {"styles": "styles", "footnotes": "footnotes", "header1": "header", "footer1": "footer"}


def write() -> bytes:
    """Return the bytes of the document."""
    parts = {
        "document": f"{_HEAD}<w:document {NAMESPACES}><w:body>{''.join(_body())}{_section()}</w:body></w:document>",
        "styles": _styles(),
        "footnotes": notes("footnote", FOOTNOTES).replace('<w:pStyle w:val=""/>', ""),
        "header1": f"{_HEAD}<w:hdr {NAMESPACES}>{paragraph(RUNNING_HEAD, style='head')}</w:hdr>",
        "footer1": f"{_HEAD}<w:ftr {NAMESPACES}>{paragraph('— ', _page_number(), ' —', style='head')}</w:ftr>",
    }
    kinds = {"document": "document.main", **_PARTS}
    types = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_WORD}.{kinds[name]}+xml"/>' for name in parts
    )
    relations = "".join(
        f'<Relationship Id="r{name}" Type="{_RELATION}/{kind}" Target="{name}.xml"/>' for name, kind in _PARTS.items()
    )
    return archive(
        {
            "[Content_Types].xml": f'{_HEAD}<Types {_PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
            "_rels/.rels": f'{_HEAD}<Relationships {_PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{_RELATION}/officeDocument" Target="word/document.xml"/></Relationships>',
            "word/_rels/document.xml.rels": f'{_HEAD}<Relationships {_PACKAGE}/relationships">{relations}</Relationships>',
            **{f"word/{name}.xml": content for name, content in sorted(parts.items())},
        }
    )


def _body() -> list[str]:
    """Return the blocks of the body, in order."""
    deleted = f"<w:del {_WHEN.format(1)}><w:r><w:delText>44.7%</w:delText></w:r></w:del>"
    inserted = f"<w:ins {_WHEN.format(2)}>{run('44.9%')}</w:ins>"
    return [
        paragraph(TITLE, style="title"),
        paragraph(FOREWORD, style="text"),
        paragraph("一、空气质量", style="1"),
        paragraph(
            "2023年，全市细颗粒物（PM", run("2.5", _LOW), "）年均浓度为32微克/立方米", _mark(2), "，可吸入颗粒物（PM",
            run("10", _LOW), "）年均浓度为61微克/立方米，二氧化氮年均浓度为26微克/立方米，二氧化硫年均浓度为3微克/立方米。",
            style="text",
        ),
        paragraph(
            "臭氧日最大8小时平均第90百分位数浓度为175微克/立方米，夏季午后的臭氧仍是难点。", style="text"
        ),
        paragraph(
            "全市空气质量优良天数为271天，比2013年增加95天；重度及以上污染天数为8天，多由春季的沙尘造成。"
            "各级别天数的分布见表1。",
            style="text",
        ),
        paragraph("表1 北京市空气质量级别分布", style="caption"),
        _table(),
        paragraph("注：占比按有效监测天数计算。", style="note"),
        paragraph("二、绿化和污水", style="1"),
        paragraph(
            "2023年，全市森林覆盖率达到", deleted, inserted, "，人均公园绿地面积为16.9平方米，污水处理率达到97.3%",
            _mark(3), "。", _box(), style="text",
        ),
        paragraph(
            "林子多了，难的是管护。老城里见缝插绿，平原的片林补上了灌木和草，山里的幼林隔几年要抚育一次。",
            style="text",
        ),
        paragraph("三、怎样读这些数", style="1"),
        paragraph(
            "浓度和天数说的是两件事：浓度是全年的平均，天数看每一天过没过线。",
            style="text",
        ),
    ]  # fmt: skip


def _mark(key: int) -> str:
    return note(key).replace("<w:r>", '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>')


def _box() -> str:
    """A text box wide enough for its two lines; its paragraphs count as the document's."""
    content = box(paragraph(BOX[0], style="boxhead"), paragraph(BOX[1], style="box"))
    edge = '<a:solidFill><a:srgbClr val="EAF3EC"/></a:solidFill><a:ln w="9525"><a:solidFill><a:srgbClr val="2F7D4F"/></a:solidFill></a:ln>'
    return (
        content.replace('cx="2000000" cy="600000"', 'cx="2340000" cy="830000"')
        .replace('<a:xfrm><a:off x="0" y="0"/></a:xfrm>', "")
        .replace(
            '<wp:positionH relativeFrom="column"><wp:posOffset>0<',
            '<wp:positionH relativeFrom="column"><wp:posOffset>3220000<',
        )
        .replace(
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>', f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{edge}'
        )
        .replace('wrapText="bothSides"', 'wrapText="left"')
    )


def _table() -> str:
    """The table: two rows of heads, the first merged across, the first column merged down; a total at the end."""
    years = "".join(_cell(year, "thead") for _ in HEADS for year in ("2022年", "2023年"))
    rows = [
        row(_cell("级别", "thead", '<w:vMerge w:val="restart"/>'),
            *(_cell(head, "thead", '<w:gridSpan w:val="2"/>') for head in HEADS), header=True),
        row(_cell("", "thead", "<w:vMerge/>"), years, header=True),
        *(row(*(_cell(text, "tname" if not at else "tcell") for at, text in enumerate(line))) for line in ROWS),
    ]  # fmt: skip
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:color="7F8A83"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    looks = f'<w:tblPr><w:tblW w:w="8600" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{edges}</w:tblBorders></w:tblPr>'
    return (
        table(*rows, columns=5)
        .replace("<w:tblPr/>", looks)
        .replace('<w:gridCol w:w="2000"/>', '<w:gridCol w:w="1720"/>')
    )


def _cell(text: str, style: str, properties: str = "") -> str:
    return cell(paragraph(text, style=style), properties=properties)


def _page_number() -> str:
    return f'<w:fldSimple w:instr=" PAGE ">{run("1")}</w:fldSimple>'


def _section() -> str:
    return (
        f'<w:sectPr><w:headerReference xmlns:r="{_RELATION}" w:type="default" r:id="rheader1"/>'
        f'<w:footerReference xmlns:r="{_RELATION}" w:type="default" r:id="rfooter1"/>'
        '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1500" w:right="1600" w:bottom="1400" w:left="1600" '
        'w:header="800" w:footer="700" w:gutter="0"/></w:sectPr>'
    )


def _styles() -> str:
    """The styles: name, how the paragraph stands, how its letters look."""
    said = (
        ("title", "Title", '<w:jc w:val="center"/><w:spacing w:before="120" w:after="280"/>', '<w:b/><w:sz w:val="34"/>'),
        ("1", "heading 1", '<w:keepNext/><w:spacing w:before="280" w:after="120"/>', '<w:b/><w:color w:val="1F5F3A"/><w:sz w:val="26"/>'),
        ("text", "Body Text", '<w:spacing w:after="100" w:line="340" w:lineRule="auto"/><w:ind w:firstLine="440"/>', ""),
        ("caption", "caption", '<w:keepNext/><w:jc w:val="center"/><w:spacing w:before="160" w:after="80"/>', '<w:b/><w:sz w:val="20"/>'),
        ("note", "Note", '<w:spacing w:before="60"/>', '<w:sz w:val="18"/>'),
        ("head", "header", '<w:jc w:val="center"/>', '<w:color w:val="6B6B6B"/><w:sz w:val="18"/>'),
        ("thead", "Table Head", '<w:jc w:val="center"/>', '<w:b/><w:sz w:val="20"/>'),
        ("tname", "Table Name", "", '<w:sz w:val="20"/>'),
        ("tcell", "Table Cell", '<w:jc w:val="right"/>', '<w:sz w:val="20"/>'),
        ("boxhead", "Box Head", '<w:spacing w:after="40"/>', '<w:b/><w:sz w:val="19"/>'),
        ("box", "Box", "", '<w:sz w:val="19"/>'),
    )  # fmt: skip
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/><w:basedOn w:val="a"/>'
        f"<w:pPr>{stands}</w:pPr><w:rPr>{looks}</w:rPr></w:style>"
        for key, name, stands, looks in said
    )
    fonts = '<w:rFonts w:ascii="Noto Sans SC" w:hAnsi="Noto Sans SC" w:eastAsia="Noto Sans SC"/>'
    defaults = f'<w:docDefaults><w:rPrDefault><w:rPr>{fonts}<w:sz w:val="22"/></w:rPr></w:rPrDefault></w:docDefaults>'
    normal = '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>'
    return f"{_HEAD}<w:styles {NAMESPACES}>{defaults}{normal}{styles}</w:styles>"
