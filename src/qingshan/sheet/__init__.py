"""Confirmation outside the tool: a workbook of an edition's numbers goes out, replies come back as proposed decisions.

Flows in: the public folder of an edition, and the workbooks that people fill in. Flows out: bytes of a workbook, and
entries of ``data/decisions/<edition>.proposed.yml``, which nobody but the analyst applies.
"""

from qingshan.sheet.exchange import apply_proposal, import_sheet, write_sheet

__all__ = ["apply_proposal", "import_sheet", "write_sheet"]
