"""Gives every figure exactly one status: accepted, rejected or undecided, and says why.

A rule accepts only what is whole, matched exactly and uniquely, fitting in unit and kind, placed and dated by the text,
within the indicator's bounds, and contradicted by no other figure. Everything else waits for a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from qingshan.curate.decisions import Decision, standing
from qingshan.curate.matching import Match, Matcher
from qingshan.curate.observations import to_observation
from qingshan.model import Figure, Observation, StageError
from qingshan.registry import Registry

RULE = "rule:whole-exact@1"

# why a figure has its status, for tables and pages
REASONS = {
    "rule": ("合于规则", "fits the rule"),
    "decision": ("人工决定", "decided by a person"),
    "repeat": ("与已采纳者相同", "repeats an accepted figure"),
    "broken": ("原文缺行", "cut by a missing line"),
    "unregistered": ("指标库中没有", "measures nothing the registry knows"),
    "ambiguous": ("可对应多个指标", "fits several indicators"),
    "inexact": ("名称不完全一致", "its name only contains an alias"),
    "unit": ("单位不符", "its unit does not fit the indicator"),
    "kind": ("类型不符", "its kind does not fit the indicator"),
    "region": ("地区不明", "its region is not known"),
    "period": ("原文未给时间", "the text gives no period"),
    "bounds": ("超出合理范围", "outside the plausible bounds"),
    "conflict": ("同一项有不同数值", "another figure gives another value"),
    "reopened": ("原决定已失配", "its old decision no longer fits"),
}


@dataclass(frozen=True, slots=True)
class CuratedFigure:
    """A figure with its indicator, status, reason (a key of `REASONS`), decision and observation ('' if none)."""

    figure: Figure
    status: str
    reason: str
    decision_id: str
    observation_id: str


@dataclass(frozen=True)
class Curated:
    """Every figure once with its status, the observations, and which figure supports which observation."""

    figures: tuple[CuratedFigure, ...]
    observations: tuple[Observation, ...]
    links: tuple[tuple[str, str, str], ...]

    def count(self, status: str) -> int:
        return sum(row.status == status for row in self.figures)


def curate(
    figures: Sequence[Figure],
    registry: Registry,
    decisions: Sequence[Decision],
    *,
    edition: str,
    as_of: Mapping[str, str],
) -> Curated:
    """Decide the status of every figure and map the accepted ones to observations.

    Parameters
    ----------
    as_of
        source_id -> the date that figures without a period are dated by, once a person accepts them.

    Raises
    ------
    StageError
        The statuses do not add up to the figures: a mistake of the program, never of the data.
    """
    matcher = Matcher(registry)
    held = standing(decisions, figures)
    proposals = [_propose(figure, matcher.match(figure), held.get(figure.figure_id), registry) for figure in figures]
    conflicting = _conflicts(proposals)
    rows: list[CuratedFigure] = []
    observations: dict[str, Observation] = {}
    links: list[tuple[str, str, str]] = []
    for figure, status, reason, decision_id in proposals:
        if figure.figure_id in conflicting and status == "accepted" and decision_id == RULE:
            status, reason, decision_id = "undecided", "conflict", ""
        if status != "accepted":
            rows.append(CuratedFigure(figure, status, reason, decision_id, ""))
            continue
        made = _observe(figure, decision_id, registry, edition, as_of)
        role = "repeats" if made.observation_id in observations else "primary"
        observations.setdefault(made.observation_id, made)
        links.append((made.observation_id, figure.figure_id, role))
        rows.append(CuratedFigure(figure, status, reason, decision_id, made.observation_id))
    curated = Curated(tuple(rows), tuple(observations.values()), tuple(links))
    _check_balance(curated, len(figures))
    return curated


_Proposal = tuple[Figure, str, str, str]


def _propose(figure: Figure, match: Match, decision: Decision | None, registry: Registry) -> _Proposal:
    """Return the figure with its indicator, and the status it has unless another figure contradicts it."""
    indicator = decision.indicator if decision and decision.indicator else match.indicator_id
    figure = replace(figure, indicator=indicator)
    if decision and decision.action == "reject":
        return figure, "rejected", "decision", decision.decision_id
    missing = _missing(figure, registry)
    if decision:  # accept
        return (figure, "undecided", missing, "") if missing else (figure, "accepted", "decision", decision.decision_id)
    reason = _doubt(figure, match, registry) or missing
    return (figure, "undecided", reason, "") if reason else (figure, "accepted", "rule", RULE)


def _missing(figure: Figure, registry: Registry) -> str:
    """Return what an observation cannot do without: an indicator, a coded unit and a coded region."""
    if not figure.indicator:
        return "unregistered"
    if figure.unit not in registry.units:
        return "unit"
    return "" if figure.region in registry.vocabulary.region_of else "region"


def _doubt(figure: Figure, match: Match, registry: Registry) -> str:
    """Return why the rule may not accept a figure, '' when it may."""
    if figure.integrity != "whole":
        return "broken"
    if match.quality != "exact":
        return {"none": "unregistered", "ambiguous": "ambiguous", "within": "inexact"}[match.quality]
    if match.misfit:
        return match.misfit
    if not figure.region_basis:
        return "region"
    if not figure.period_basis:
        return "period"
    low, high = registry.indicators[match.indicator_id].critical
    is_state = figure.kind not in ("change", "target_change")
    return "bounds" if is_state and not low <= figure.value <= high else ""


def _conflicts(proposals: Sequence[_Proposal]) -> set[str]:
    """Return the figures of accepted proposals that share a key and differ in value."""
    by_key: dict[tuple[str, ...], list[Figure]] = defaultdict(list)
    for figure, status, _, _ in proposals:
        if status == "accepted":
            key = (
                figure.indicator,
                figure.region,
                figure.period,
                figure.base_period,
                figure.kind,
                figure.scope,
                figure.source_id,
            )
            by_key[key].append(figure)
    return {
        figure.figure_id
        for group in by_key.values()
        if len({(figure.value, figure.unit) for figure in group}) > 1
        for figure in group
    }


def _observe(
    figure: Figure, decision_id: str, registry: Registry, edition: str, as_of: Mapping[str, str]
) -> Observation:
    return to_observation(
        figure,
        indicator=figure.indicator,
        registry=registry,
        edition=edition,
        as_of=as_of[figure.source_id],
        decision_id=decision_id,
        time_basis=figure.period_basis or "as_published",
    )


def _check_balance(curated: Curated, total: int) -> None:
    counts = {status: curated.count(status) for status in ("accepted", "rejected", "undecided")}
    if sum(counts.values()) != total:
        raise StageError(f"curate: {total} figures became {counts}; each must have exactly one status.")
