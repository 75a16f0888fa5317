"""From figures to observations: matching to indicators, decisions of people, the rule that accepts, the mapping."""

from qingshan.curate.decisions import Decision, decided_figures, load_decisions
from qingshan.curate.matching import Match, Matcher
from qingshan.curate.observations import to_observation
from qingshan.curate.status import RULE, Curated, CuratedFigure, curate

__all__ = [
    "RULE",
    "Curated",
    "CuratedFigure",
    "Decision",
    "Match",
    "Matcher",
    "curate",
    "decided_figures",
    "load_decisions",
    "to_observation",
]
