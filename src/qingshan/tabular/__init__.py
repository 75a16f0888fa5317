"""Figures of tables for which no person gave a mapping: what each value is, inferred from the headings around it.

Flows in: the grids of a `SourceText`, its cleaned text, the document's year and area, the vocabulary. Flows out:
`Figure` records marked ``table=inferred``, and the spans that the prose reader passes over. A grid that is no data
table (layout, prose in cells, names) gives nothing and stays prose.
"""

from qingshan.tabular.figures import DataTable, TableReader

__all__ = ["DataTable", "TableReader"]
