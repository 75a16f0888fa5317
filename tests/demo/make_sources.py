"""Writes the demonstration's sources that are no text files, one in each format, beside their `source.yml`.

Flows in: the four modules beside this one. Flows out: the files under ``data/raw/2023``; register a changed one with
``qingshan add FILE --replace``. Run: python tests/demo/make_sources.py FOLDER writes them there to look at or to add.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

sys.path.append(str(Path(__file__).resolve().parents[1]))
from demo import brief, city_bulletin, ministry_table, web_page

SOURCES: dict[str, ModuleType] = {
    "city-bulletin-2023": city_bulletin,
    "ministry-table-2023": ministry_table,
    "brief-2023": brief,
    "web-page-2023": web_page,
}


def main(folder: Path) -> None:
    """Write the four files into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for module in SOURCES.values():
        (folder / module.NAME).write_bytes(module.write())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
