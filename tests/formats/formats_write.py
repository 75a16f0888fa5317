"""Writes the bulletin in every format, each by a library or a program that people use."""

from __future__ import annotations

import html
import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from formats_bulletin import Block, Bulletin, Table, pieces, plain

RUNNING_HEAD = "澜川市生态环境局 公报 第99期"


def as_txt(bulletin: Bulletin) -> bytes:
    """Paragraphs a line each; of a table, cells divided by tabs, as a table pasted from a document gives them."""
    return "\n".join(_lines(bulletin, "\t".join)).encode()


def as_md(bulletin: Bulletin) -> bytes:
    marks = {"title": "# ", "heading": "## "}
    parts = [
        pipes(block.table) if block.table else marks.get(block.kind, "") + plain(block.text)
        for block in bulletin.blocks
    ]
    return ("\n\n".join(parts) + "\n").encode()


def grid(table: Table) -> list[list[str]]:
    """Return a table's rows with every cell; the text of a merged cell stands in its first."""
    rows = [[""] * table.columns for _ in range(table.rows)]
    for cell in table.cells:
        rows[cell.row][cell.column] = plain(cell.text)
    return rows


def _lines(bulletin: Bulletin, join) -> list[str]:
    lines = []
    for block in bulletin.blocks:
        lines += [join(row) for row in grid(block.table)] if block.table else [plain(block.text)]
    return [*lines, ""]


def pipes(table: Table) -> str:
    """A pipe table has one row of heads: merged heads are written into one another."""
    rows = [["" for _ in range(table.columns)] for _ in range(table.rows)]
    for cell in table.cells:
        for row in range(cell.row, cell.row + cell.down):
            for column in range(cell.column, cell.column + cell.across):
                rows[row][column] = plain(cell.text)
    heads = [" ".join(dict.fromkeys(row[at] for row in rows[: table.heads])) for at in range(table.columns)]
    lines = [heads, ["---"] * table.columns, *rows[table.heads :]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def tagged(text: str) -> str:
    tags = {"low": "sub", "high": "sup"}
    return "".join(
        f"<{tags[how]}>{html.escape(one)}</{tags[how]}>" if how else html.escape(one) for how, one in pieces(text)
    )


def as_html(bulletin: Bulletin) -> bytes:
    tags = {"title": "h1", "heading": "h2", "caption": "p", "text": "p"}
    body = []
    for block in bulletin.blocks:
        if block.table:
            body.append(_html_table(block.table))
        else:
            body.append(f"<{tags[block.kind]}>{tagged(block.text)}</{tags[block.kind]}>")
    head = (
        f'<!DOCTYPE html>\n<html lang="zh"><head><meta charset="utf-8"><title>{bulletin.blocks[0].text}</title></head>'
    )
    nav = '<nav><a href="/">首页</a> <a href="/a">公开目录 共128条</a></nav>'
    foot = "<footer>访问量：86,420次　版权所有</footer>"
    return (
        f"{head}\n<body>\n{nav}\n<article>\n" + "\n".join(body) + f"\n</article>\n{foot}\n</body></html>\n"
    ).encode()


def _html_table(table: Table) -> str:
    rows = []
    for row in range(table.rows):
        tag = "th" if row < table.heads else "td"
        cells = [
            f'<{tag} rowspan="{cell.down}" colspan="{cell.across}">{tagged(cell.text)}</{tag}>'
            for cell in table.cells
            if cell.row == row
        ]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return "<table>\n" + "\n".join(rows) + "\n</table>"


def as_docx(bulletin: Bulletin, columns: int = 1) -> bytes:
    docx = pytest.importorskip("docx")
    from docx.oxml.ns import qn

    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = RUNNING_HEAD
    document.styles["Normal"].element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "Noto Sans SC")
    if columns > 1:
        settings = document.sections[0]._sectPr.find(qn("w:cols"))
        settings.set(qn("w:num"), str(columns))
    styles = {"title": "Title", "heading": "Heading 1", "caption": "Caption"}
    for block in bulletin.blocks:
        if block.table:
            _docx_table(document, block.table, columns)
        else:
            _write_runs(document.add_paragraph(style=styles.get(block.kind)), block.text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _write_runs(paragraph, text: str) -> None:
    for how, piece in pieces(text):
        run = paragraph.add_run(piece)
        run.font.subscript, run.font.superscript = how == "low" or None, how == "high" or None


def _docx_table(document, table: Table, columns: int) -> None:
    """A table as wide as the column of text it stands in."""
    section = document.sections[0]
    width = (section.page_width - section.left_margin - section.right_margin) // columns - 500_000 * (columns - 1)
    written = document.add_table(table.rows, table.columns, style="Table Grid")
    for column in written.columns:
        column.width = width // table.columns
        for cell in column.cells:
            cell.width = column.width
    for cell in table.cells:
        target = written.cell(cell.row, cell.column)
        if cell.down > 1 or cell.across > 1:
            target = target.merge(written.cell(cell.row + cell.down - 1, cell.column + cell.across - 1))
        _write_runs(target.paragraphs[0], cell.text)


def as_xlsx(bulletin: Bulletin) -> bytes:
    """Each paragraph a row; numbers of tables are numbers, with the format that shows their digits."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "公报"
    at = 0
    for block in bulletin.blocks:
        if not block.table:
            at += 1
            sheet.cell(at, 1, plain(block.text))
            continue
        for cell in block.table.cells:
            written = sheet.cell(at + cell.row + 1, cell.column + 1)
            _write_value(written, plain(cell.text), is_head=cell.row < block.table.heads)
            if cell.down > 1 or cell.across > 1:
                sheet.merge_cells(
                    start_row=written.row, start_column=written.column,
                    end_row=written.row + cell.down - 1, end_column=written.column + cell.across - 1,
                )  # fmt: skip
        at += block.table.rows
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write_value(cell, text: str, *, is_head: bool) -> None:
    number = text.replace(",", "")
    if is_head or not number.replace(".", "").isdigit():
        cell.value = text
        return
    digits = len(number.partition(".")[2])
    cell.value = float(number) if digits else int(number)
    cell.number_format = ("#,##0" if "," in text else "0") + ("." + "0" * digits if digits else "")


def as_typst(bulletin: Bulletin, columns: int = 1) -> bytes:
    typst = pytest.importorskip("typst")
    fonts = Path(pytest.importorskip("zhplot").__file__).parent / "fonts"
    head = (
        f'#set page(paper:"a4",margin:2.2cm,header:[{RUNNING_HEAD}],numbering:"— 1 —",columns:{columns})\n'
        '#set text(font:"Noto Sans SC",size:10.5pt,lang:"zh",region:"cn")\n'
        "#set par(justify:true,first-line-indent:(amount:2em,all:true))\n#set table(stroke:0.5pt,inset:4pt)\n"
    )
    source = head + "\n\n".join(_typst_block(block) for block in bulletin.blocks)
    return typst.compile(source.encode(), font_paths=[str(fonts)], ignore_system_fonts=True)


def typst_text(text: str) -> str:
    functions = {"low": "sub", "high": "super"}
    return "".join(
        f"#{functions[how]}[{one}]" if how else "".join(f"\\{c}" if c in "#*_[]/$<>@`~" else c for c in one)
        for how, one in pieces(text)
    )


def _typst_block(block: Block) -> str:
    if block.table is None:
        text = typst_text(block.text)
        return {"title": f"#align(center)[#text(16pt)[{text}]]", "heading": f"= {text}",
                "caption": f"#align(center)[{text}]", "text": text}[block.kind]  # fmt: skip
    cells = ",".join(
        f"table.cell(rowspan:{cell.down},colspan:{cell.across})[{typst_text(cell.text)}]" for cell in block.table.cells
    )
    return f"#table(columns:{block.table.columns},{cells})"


def through_libreoffice(folder: Path, jobs: list[tuple[str, bytes, str]]) -> dict[str, bytes]:
    """Convert files with one LibreOffice: (file name, bytes, form to convert to) -> name -> bytes.

    Skips the test where LibreOffice is not there. Names are those of the converted files.
    """
    soffice = shutil.which("soffice")
    if not soffice:
        pytest.skip("LibreOffice (soffice) is not installed")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    out: dict[str, bytes] = {}
    for form in dict.fromkeys(form for _, _, form in jobs):
        sources = folder / f"from-{form.partition(':')[0]}"
        sources.mkdir()
        names = []
        for name, data, wanted in jobs:
            if wanted == form:
                (sources / name).write_bytes(data)
                names.append(name)
        target = folder / f"to-{form.partition(':')[0]}"
        command = [soffice, profile, "--headless", "--convert-to", form, "--outdir", target]
        subprocess.run([*command, *(sources / name for name in names)], check=True, capture_output=True, timeout=240)
        for name in names:
            stem = name.rpartition(".")[0]
            out[f"{stem}.{form.partition(':')[0]}"] = (target / f"{stem}.{form.partition(':')[0]}").read_bytes()
    return out


OWN: dict[str, tuple[str, Callable[[Bulletin], bytes]]] = {
    "txt": ("b.txt", as_txt),
    "md": ("b.md", as_md),
    "html": ("b.html", as_html),
    "docx": ("b.docx", as_docx),
    "pdf typst": ("b.pdf", as_typst),
    "pdf typst, 2 columns": ("b.pdf", lambda bulletin: as_typst(bulletin, columns=2)),
    "xlsx": ("b.xlsx", as_xlsx),
}
OTHER = ("docx LibreOffice", "pdf LibreOffice", "pdf LibreOffice, 2 columns", "xlsx LibreOffice")
FORMATS = (*OWN, *OTHER)
FLOWING = ("txt", "md", "html", "docx", "docx LibreOffice", "pdf typst", "pdf LibreOffice")


def by_libreoffice(bulletin: Bulletin, folder: Path) -> dict[str, tuple[str, bytes]]:
    """Return the bulletin as LibreOffice writes it: what it is -> the file's name and bytes."""
    word, two, sheet = as_docx(bulletin), as_docx(bulletin, columns=2), as_xlsx(bulletin)
    jobs = [("one.docx", word, "docx"), ("one.docx", word, "pdf"), ("two.docx", two, "pdf"), ("b.xlsx", sheet, "xlsx")]
    saved = through_libreoffice(folder, jobs)
    return {
        what: (name, saved[name])
        for what, name in zip(OTHER, ("one.docx", "one.pdf", "two.pdf", "b.xlsx"), strict=True)
    }
