"""From figures to observations: matching to indicators, decisions of people, the rules that accept, the mapping."""

from qingshan.curate.decisions import Anchor, Decision, load_decisions
from qingshan.curate.finding import decided_figures
from qingshan.curate.lost import lost_places, lost_rows
from qingshan.curate.matching import Match, Matcher
from qingshan.curate.observations import to_observation
from qingshan.curate.rule import RULE, TABLE_RULE
from qingshan.curate.schema import ACTIONS, DECISIONS_SCHEMA
from qingshan.curate.standing import WHY_STALE, Stale, Standing, live_decisions, settle
from qingshan.curate.status import REASONS, Curated, CuratedFigure, Fill, curate

__all__ = [
    "ACTIONS",
    "DECISIONS_SCHEMA",
    "REASONS",
    "RULE",
    "TABLE_RULE",
    "WHY_STALE",
    "Anchor",
    "Curated",
    "CuratedFigure",
    "Decision",
    "Fill",
    "Match",
    "Matcher",
    "Stale",
    "Standing",
    "curate",
    "decided_figures",
    "live_decisions",
    "load_decisions",
    "lost_places",
    "lost_rows",
    "settle",
    "to_observation",
]
