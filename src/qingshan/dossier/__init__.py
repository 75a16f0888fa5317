"""What a person needs to see of one figure: its quote in context, how it was read, what might be meant."""

from qingshan.dossier.checks import contradictions, others
from qingshan.dossier.lookup import Lookup, load_clean
from qingshan.dossier.reading import ReadField, reading
from qingshan.dossier.suggest import Suggester, Suggestion
from qingshan.dossier.windows import Window, clean_window, raw_window

__all__ = [
    "Lookup",
    "ReadField",
    "Suggester",
    "Suggestion",
    "Window",
    "clean_window",
    "contradictions",
    "load_clean",
    "others",
    "raw_window",
    "reading",
]
