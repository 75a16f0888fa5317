"""The studio: an analyst's own charts in a notebook, drawn from an edition's tables, saved where pages look for them.

Flows in: a workspace and an edition. Flows out: a `Desk` with tidy tables; what it draws is shown inline, and what is
saved stands beside the declared charts, with words, lineage and data. Nothing is computed from the values.

::

    desk = studio.open_edition(ws, "2024")  # or studio.open_published("2023")
    forest = desk.observations.query("indicator == 'forest_cover' and ref_area == 'CN'")
    drawing = desk.draw_timeline(forest, title={"zh": "全国森林覆盖率", "en": "Forest cover in China"})
    drawing.save("forest")
"""

from qingshan.studio.desk import Desk, open_edition, open_published
from qingshan.studio.drawing import Drawing, Saved

__all__ = ["Desk", "Drawing", "Saved", "open_edition", "open_published"]
