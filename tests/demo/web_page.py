"""Writes the demonstration's web page: navigation, headings, entities, a table under merged heads, a foot of numbers.

Flows in: the words below, written for this project; the figures are public facts. Flows out: the bytes of
``page.html``. Nothing on the page fetches anything.
"""

from __future__ import annotations

NAME = "page.html"
TITLE = "森林、草原、湿地和水土保持：青山示范网页"
# year, forest planted, grassland improved, desert treated; in 10 000 hectares
ROWS = (
    ("2021年", "360", "306.67", "144"),
    ("2022年", "383", "321.4", "184.73"),
    ("2023年", "399.8", "437.9", "190.5"),
)
EROSION = (("2021年", "267.42", "72.04"), ("2022年", "265.34", "72.26"), ("2023年", "262.76", "72.56"))

_STYLE = """
body { margin: 0 auto; max-width: 46rem; padding: 0 1rem; font: 1rem/1.7 "Noto Sans SC", sans-serif; color: #1f2328; }
nav, footer, aside { color: #57606a; font-size: .85rem; }
nav { border-bottom: 1px solid #d8dee4; padding: .6rem 0; }
nav a { margin-right: .8rem; color: #57606a; }
h1 { font-size: 1.5rem; line-height: 1.3; } h2 { font-size: 1.15rem; color: #1f5f3a; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; margin: .4rem 0 1rem; }
caption { font-weight: bold; padding: .4rem; }
th, td { border: 1px solid #aab4ad; padding: .3rem .5rem; text-align: right; }
th:first-child, thead th { text-align: center; background: #eaf3ec; }
footer { border-top: 1px solid #d8dee4; margin-top: 2rem; padding: .6rem 0; }
"""
_NAV = (
    '<nav><a href="#top">首页</a><a href="#forest">森林草原</a><a href="#water">水土保持</a>'
    "<span>您是今年第&nbsp;20,416&nbsp;位访客</span></nav>"
)
_FOOT = "<footer>版权所有 &copy; 青山项目 &middot; 本页示范用 &middot; 访问量：86420次 &middot; 建议使用1280像素以上的屏幕</footer>"


def write() -> bytes:
    """Return the bytes of the page."""
    lines = [
        "<!DOCTYPE html>",
        f'<html lang="zh-CN"><head><meta charset="utf-8"><title>{TITLE}</title>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<style>{_STYLE}</style></head>",
        '<body id="top">',
        _NAV,
        "<main><article>",
        f"<h1>{TITLE}</h1>",
        "<p>这个网页由青山项目自己写成，用来演示怎样从网页里取数，不是任何部门的网站。数字是已经公开的事实，"
        "句子是新写的&mdash;&mdash;导航和页脚里的数不算在内。</p>",
        '<h2 id="forest">森林和草原</h2>',
        "<p>2021年的调查监测显示，全国森林覆盖率为<b>24.02%</b>&#xFF0C;森林蓄积量为<b>194.93</b>&nbsp;亿立方米&#65292;"
        "草原综合植被盖度为50.32%。这几个数按国土三调的新口径算，不与从前的清查相接。</p>",
        "<p>造林不再只比面积。树种下去，要看三五年后还在不在；缺水的地方改种灌木和草，"
        "&ldquo;宜林则林、宜草则草&rdquo;写进了任务书。历年完成的情况见表1。</p>",
        _greening(),
        '<h2 id="wetland">湿地和国家公园</h2>',
        "<p>2021年，全国湿地保护率达到52.65%。2021年10月，第一批国家公园共5个正式设立，保护面积约23万平方公里&nbsp;"
        "(km<sup>2</sup>)；按照布局方案，到2035年国家公园候选区总面积约110万平方公里。</p>",
        '<h2 id="water">水土保持</h2>',
        "<p>黄土高原的沟里修坝，坡上退耕，水里的泥一年年少下来。2022年，全国水土流失面积为265.34&nbsp;万平方公里，"
        "比上年减少2.08万平方公里；水土保持率提高到<em>72.26%</em>。前后三年的数见表2。</p>",
        _erosion(),
        "</article>",
        "<aside><h3>相关阅读</h3><ul><li>植树节特刊（共12页）</li><li>草原巡护手记（第7期）</li></ul></aside>",
        "</main>",
        _FOOT,
        "<script>var visits = 86420; document.title = document.title;</script>",
        "</body></html>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _greening() -> str:
    rows = "\n".join(
        "<tr><th>" + year + "</th>" + "".join(f"<td>{value}</td>" for value in values) + "</tr>"
        for year, *values in ROWS
    )
    return (
        "<table><caption>表1 全国国土绿化完成情况（单位：万公顷）</caption>\n"
        '<thead><tr><th rowspan="2">年份</th><th colspan="2">完成情况</th><th rowspan="2">沙化和石漠化土地治理面积</th></tr>\n'
        "<tr><th>造林面积</th><th>种草改良面积</th></tr></thead>\n"
        f"<tbody>{rows}</tbody></table>"
    )


def _erosion() -> str:
    rows = "\n".join(f"<tr><th>{year}</th><td>{area}</td><td>{share}</td></tr>" for year, area, share in EROSION)
    return (
        "<table><caption>表2 全国水土流失和水土保持</caption>\n"
        "<thead><tr><th>年份</th><th>水土流失面积<br>（万平方公里）</th><th>水土保持率（%）</th></tr></thead>\n"
        f"<tbody>{rows}</tbody></table>"
    )
