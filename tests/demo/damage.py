"""Damages the demonstration text the way a document site damages a report, so that reading has something real to do.

Flows in: ``clean.txt``, the text as its author wrote it, with marks where it shall break. Flows out: ``report.txt``
beside its ``source.yml``, the same bytes on every run. It never changes a digit outside the parts that it drops.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from opencc import OpenCC
from pypinyin import Style, pinyin

HERE = Path(__file__).resolve().parent
CLEAN = HERE / "clean.txt"
REPORT = HERE.parents[1] / "data" / "raw" / "2023" / "qs-demo-2023" / "report.txt"
SOURCE = REPORT.with_name("source.yml")

# The marks of clean.txt: a line that the page layout lost, bytes that were read out of step, digits of full width.
DROPPED = re.compile("⟦([^⟦⟧]*)⟧")
MISREAD = re.compile("⟨([^⟨⟩]*)⟩")
WIDENED = re.compile("⟪([^⟪⟫]*)⟫")

# Characters that get their reading in brackets: a fixed list of traditional forms, as such sites have one.
READ_ALOUD = frozenset("態環發區統現創業規續戰鄉優協聯穩監節衛養鎮執縣")
_ASCII_PUNCTUATION = str.maketrans("，；：（）", ",;:()")
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

HEAD = """


松石文库
首页 > 公文写作 > 环境
版权说明：这篇文档由会员上传，权利归原作者，有异议请写信给站务
文档简介
"""
TAIL = """温馨提示
- 1. 打开文件要用阅读器，手机上请横屏观看。
- 2. 预览只显示一部分页面，完整文件有2.4MB。
- 3. 站内积分不能兑换现金，充值满30元另送5分。
最新文档
- 2024年小区物业值班表（空白）
- 初二物理期末卷子第3套
- 咖啡店开业方案共18页
评论
0/200
提交评论
"""


def undamaged(clean: str) -> str:
    """Return the text as its author wrote it: `clean` without marks, what will be dropped included."""
    return re.sub("[⟦⟧⟨⟩⟪⟫]", "", clean)


def dropped(clean: str) -> str:
    """Return what a reader can still hope for: `clean` without marks and without the lost lines."""
    return undamaged(DROPPED.sub("", clean))


def damage(clean: str) -> str:
    """Return the raw text of the demonstration source: `clean` damaged, with site chrome at both ends.

    Parameters
    ----------
    clean
        Simplified Chinese with the three marks: ⟦lost line⟧, ⟨bytes out of step⟩, ⟪full-width digits⟫. Marks do not
        nest, and no digit stands inside ⟨⟩.
    """
    to_traditional = OpenCC("s2t").convert
    return to_traditional(HEAD) + damage_body(clean) + to_traditional(TAIL)


def damage_body(clean: str) -> str:
    """Return what stands between the two pieces of site chrome."""
    text = OpenCC("s2t").convert(DROPPED.sub("", clean))
    pieces = MISREAD.split(text)  # odd pieces stood between the marks
    text = "".join(_read_out_of_step(piece) if odd % 2 else _add_readings(piece) for odd, piece in enumerate(pieces))
    text = WIDENED.sub(lambda match: match.group(1).translate(_FULL_WIDTH), text)
    return text.translate(_ASCII_PUNCTUATION)


def _read_out_of_step(text: str) -> str:
    """Lose the first byte of GBK text and read on: pairs shift by one until a byte below 0x80 ends it."""
    return "?" + text.encode("gbk")[1:].decode("gbk", errors="ignore")


def _add_readings(text: str) -> str:
    """Put the reading after every character of `READ_ALOUD`, chosen by its context."""
    readings = pinyin(text, style=Style.TONE, errors=list)
    return "".join(
        f"{character}({reading[0]})" if character in READ_ALOUD else character
        for character, reading in zip(text, readings, strict=True)
    )


def main() -> None:
    """Write `report.txt` and its size and hash into `source.yml`."""
    data = damage(CLEAN.read_text(encoding="utf-8")).encode()
    REPORT.write_bytes(data)
    source = SOURCE.read_text(encoding="utf-8")
    source = re.sub(r"(?m)^(  bytes: ).*$", rf"\g<1>{len(data)}", source)
    source = re.sub(r"(?m)^(  sha256: ).*$", rf"\g<1>{hashlib.sha256(data).hexdigest()}", source)
    SOURCE.write_text(source, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
