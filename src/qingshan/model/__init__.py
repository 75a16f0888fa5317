"""What flows between the stages: frozen records, table contracts, workspace paths and the errors a person may see.

Nothing here opens a file for writing, and nothing here imports another part of the package.
"""

from qingshan.model.errors import InputError, Problem, QingshanError, StageError, ValidationError, nearest
from qingshan.model.locators import said_place
from qingshan.model.quotes import place_in_quote, without_markup
from qingshan.model.records import (
    NUMBER_KINDS,
    QUALIFIERS,
    Figure,
    LostValue,
    Observation,
    figure_id,
    observation_id,
)
from qingshan.model.sourcetext import Grid, GridCell, Place, SourceText
from qingshan.model.tables import (
    CURATED,
    FIGURES,
    LOST,
    OBSERVATION_FIGURES,
    OBSERVATIONS,
    SOURCES,
    Column,
    TableContract,
    format_number,
)
from qingshan.model.visible import visible
from qingshan.model.workspace import Workspace

__all__ = [
    "CURATED",
    "FIGURES",
    "LOST",
    "NUMBER_KINDS",
    "OBSERVATIONS",
    "OBSERVATION_FIGURES",
    "QUALIFIERS",
    "SOURCES",
    "Column",
    "Figure",
    "Grid",
    "GridCell",
    "InputError",
    "LostValue",
    "Observation",
    "Place",
    "Problem",
    "QingshanError",
    "SourceText",
    "StageError",
    "TableContract",
    "ValidationError",
    "Workspace",
    "figure_id",
    "format_number",
    "nearest",
    "observation_id",
    "place_in_quote",
    "said_place",
    "visible",
    "without_markup",
]
