"""The code lists: indicators, units, regions, scopes and the words that say how a number is meant.

Flows in: the reviewed files under ``data/registry``. Flows out: frozen records, looked up by id or by spelling. Every
mistake of every file is reported at once. The lists that reading needs are CSV, because it must start fast.
"""

from qingshan.registry.load import WORD_LISTS, load_registry, load_vocabulary
from qingshan.registry.records import (
    GROUPS,
    THEMES,
    Indicator,
    Region,
    Registry,
    Relation,
    Scope,
    Unit,
    Vocabulary,
    Word,
    Wording,
)
from qingshan.registry.wording import Folder, folded

__all__ = [
    "GROUPS",
    "THEMES",
    "WORD_LISTS",
    "Folder",
    "Indicator",
    "Region",
    "Registry",
    "Relation",
    "Scope",
    "Unit",
    "Vocabulary",
    "Word",
    "Wording",
    "folded",
    "load_registry",
    "load_vocabulary",
]
