"""Gives every figure exactly one status: accepted, rejected or undecided, and says why.

Flows in: figures, lost values, decisions and the registry. Flows out: `Curated`. What people decided comes first, then
the rules; the edition's cut-off stands above both. Figures that give other values for one key wait, figures that say
the same meet in one observation.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from qingshan import cutoff
from qingshan.curate.added import changed, original
from qingshan.curate.decisions import Decision
from qingshan.curate.matching import Match, Matcher
from qingshan.curate.observations import to_observation
from qingshan.curate.rule import assigned, doubt, match_of, missing, own_scope, rule_of
from qingshan.curate.standing import Settled, Stale, Standing, settle
from qingshan.model import Figure, LostValue, Observation, StageError
from qingshan.registry import Registry

# why a figure has its status, for tables and pages
REASONS = {
    "rule": ("合于规则", "fits the rule"),
    "decision": ("人工决定", "decided by a person"),
    "reopened": ("原决定已失配", "its old decision no longer fits"),
    "broken": ("原文缺行", "cut by a missing line"),
    "unregistered": ("指标库中没有", "measures nothing the registry knows"),
    "ambiguous": ("可对应多个指标", "fits several indicators"),
    "inexact": ("名称不完全一致", "its name only contains an alias"),
    "unit": ("单位不符", "its unit does not fit the indicator"),
    "kind": ("类型不符", "its kind does not fit the indicator"),
    "region": ("地区不能确定", "its region is not certain"),
    "period": ("原文未给时间", "the text gives no period"),
    "inferred": ("表格未经人工说明，由程序推断", "read from a table by inference"),
    "bounds": ("超出合理范围", "outside the plausible bounds"),
    "conflict": ("同一项有不同数值", "another figure gives another value"),
    cutoff.REASON: ("晚于数据截止日", "after the edition's data cut-off"),
    "unmerged": ("所并入的数字未被采纳", "the figure it was merged into is not accepted"),
}


@dataclass(frozen=True, slots=True)
class CuratedFigure:
    """A figure as it stands after curation.

    Parameters
    ----------
    reason
        A key of `REASONS`.
    decision_id
        The rule or decision behind the status; for a reopened figure the old decision; '' when nothing was decided.
    observation_id
        The observation it supports, '' unless accepted.
    original
        What the reader had read in the fields that a decision changed, as a JSON object; '' if it changed none.
    note
        What people flagged, one line each.
    """

    figure: Figure
    status: str
    reason: str
    decision_id: str
    observation_id: str = ""
    original: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Fill:
    """A value that a source lost, and the observation of another source that is printed in its place."""

    source_id: str
    position: int
    figure_id: str
    observation_id: str
    decision_id: str


@dataclass(frozen=True)
class Curated:
    """Every figure once with its status, the observations, and which figure supports which observation.

    Parameters
    ----------
    added
        The figures among `figures` that the reader missed and people added.
    stale
        The decisions that hold nowhere.
    """

    figures: tuple[CuratedFigure, ...]
    observations: tuple[Observation, ...]
    links: tuple[tuple[str, str, str], ...]
    added: tuple[Figure, ...] = ()
    fills: tuple[Fill, ...] = ()
    stale: tuple[Stale, ...] = ()

    def count(self, status: str) -> int:
        return sum(row.status == status for row in self.figures)


_Observe = Callable[..., Observation]


@dataclass(frozen=True, slots=True)
class _Proposal:
    """A row with the observation it would make: None unless accepted. A merge makes none of its own."""

    row: CuratedFigure
    observation: Observation | None = None
    merge: Decision | None = None

    @property
    def is_by_person(self) -> bool:
        return not self.row.decision_id.startswith("rule:")

    def waits(self, reason: str) -> _Proposal:
        decision_id = self.row.decision_id if self.is_by_person else ""
        return _Proposal(replace(self.row, status="undecided", reason=reason, decision_id=decision_id))


def curate(
    figures: Sequence[Figure],
    registry: Registry,
    decisions: Sequence[Decision],
    *,
    edition: str,
    as_of: Mapping[str, str],
    lost: Sequence[LostValue] = (),
    raws: Mapping[str, str] | None = None,
    is_late: Callable[[Figure], bool] = lambda _: False,
) -> Curated:
    """Decide the status of every figure and map the accepted ones to observations.

    Parameters
    ----------
    as_of
        source_id -> the date that figures without a period are dated by, once a person accepts them.
    lost
        The values that sources announce and do not hold; only a decision can fill one.
    raws
        source_id -> raw text, of the sources that decisions are about.
    is_late
        Whether a figure, as decisions leave it, comes after the edition's cut-off.

    Raises
    ------
    StageError
        The statuses do not add up to the figures: a mistake of the program, never of the data.
    """
    settled = settle(decisions, figures, registry, lost=lost, raws=raws)
    matcher = Matcher(registry)
    proposals = [
        _propose(
            figure,
            match_of(figure, matcher, registry),
            settled.standing.get(figure.figure_id, Standing()),
            registry,
            lambda made, **said: to_observation(
                made, registry=registry, edition=edition, as_of=as_of[made.source_id], **said
            ),
        )
        for figure in settled.figures
    ]
    in_time = (_unless_late(proposal, is_late) for proposal in proposals)
    rows = _merged(_without_conflicts(in_time), settled.targets)
    curated = _put_together(rows, settled)
    _check_balance(curated, settled.figures)
    return curated


def _propose(figure: Figure, match: Match, standing: Standing, registry: Registry, observe: _Observe) -> _Proposal:
    """Return what becomes of a figure unless another figure contradicts it."""
    note = "\n".join(decision.reason for decision in standing.notes)
    verdict = standing.verdict
    named = replace(figure, indicator=standing.indicator or match.indicator_id)
    named = replace(named, scope=own_scope(named, registry))
    if verdict is None:
        reason = doubt(named, match, registry)
        if reason:
            return _Proposal(CuratedFigure(named, "undecided", reason, "", note=note))
        rule = rule_of(figure)
        return _Proposal(CuratedFigure(named, "accepted", "rule", rule, note=note), observe(named, decision_id=rule))
    row = CuratedFigure(named, "undecided", "reopened", verdict.decision_id, note=note)
    if standing.is_reopened:
        return _Proposal(row)
    if verdict.action == "reject":
        return _Proposal(replace(row, status="rejected", reason="decision"))
    if verdict.action == "merge":
        return _Proposal(row, merge=verdict)
    return _accept(row, named, verdict, registry, observe)


def _accept(row: CuratedFigure, figure: Figure, verdict: Decision, registry: Registry, observe: _Observe) -> _Proposal:
    """Return an acceptance by a person; an assigned indicator leaves everything else to the rule's doubts."""
    made = changed(figure, verdict, registry)
    row = replace(row, figure=made, original=original(figure, made, verdict))
    if verdict.action == "indicator":
        reason = doubt(made, assigned(made, made.indicator, registry), registry)
    else:
        reason = missing(made, registry)
    if reason:
        return _Proposal(replace(row, reason=reason))
    observation = observe(
        made,
        decision_id=verdict.decision_id,
        is_period_decided="period" in dict(verdict.changes),
        original_value=figure.value if made.value != figure.value else math.nan,
    )
    return _Proposal(replace(row, status="accepted", reason="decision"), observation)


def _unless_late(proposal: _Proposal, is_late: Callable[[Figure], bool]) -> _Proposal:
    """Return the proposal, or a rejection by the cut-off: no decision lifts it, nor lets a late figure wait."""
    row, made = proposal.row, proposal.observation
    # a figure whose text gives no period is dated by its source, and so in its observation only
    dated = replace(row.figure, period=made.time_period) if made else row.figure
    if not is_late(dated):
        return proposal
    return _Proposal(replace(row, status="rejected", reason=cutoff.REASON, decision_id=cutoff.RULE))


def _without_conflicts(proposals: Iterable[_Proposal]) -> list[_Proposal]:
    """Let those wait that share a key and differ in value; what one person's word settles stands against rules."""
    listed = list(proposals)
    groups: dict[str, list[int]] = defaultdict(list)
    for index, proposal in enumerate(listed):
        if proposal.observation:
            groups[proposal.observation.observation_id].append(index)
    for group in groups.values():
        said = {index: _statement(listed[index].observation) for index in group}
        if len(set(said.values())) == 1:
            continue
        by_persons = {said[index] for index in group if listed[index].is_by_person}
        settled = next(iter(by_persons)) if len(by_persons) == 1 else None
        for index in group:
            if said[index] != settled:
                listed[index] = listed[index].waits("conflict")
    return listed


def _statement(observation: Observation | None) -> tuple[object, ...]:
    return (observation.obs_value, observation.unit_measure, observation.qualifier) if observation else ()


_Row = tuple[CuratedFigure, Observation | None]


def _merged(proposals: Sequence[_Proposal], targets: Mapping[str, str]) -> list[_Row]:
    """Return rows with their observations; a merged figure gets that of the figure it was merged into."""
    by_id = {proposal.row.figure.figure_id: proposal for proposal in proposals}
    rows: list[_Row] = []
    for proposal in proposals:
        observation = _observation_of(proposal, by_id, targets)
        row = proposal.row
        if proposal.merge and observation:
            figure = replace(row.figure, indicator=observation.indicator)
            row = replace(row, figure=figure, status="accepted", reason="decision")
        elif proposal.merge:
            row = replace(row, reason="unmerged")
        rows.append((replace(row, observation_id=observation.observation_id if observation else ""), observation))
    return rows


def _observation_of(
    proposal: _Proposal, by_id: Mapping[str, _Proposal], targets: Mapping[str, str]
) -> Observation | None:
    seen: set[str] = set()
    while proposal.merge and proposal.row.figure.figure_id not in seen:
        seen.add(proposal.row.figure.figure_id)  # two figures merged into each other lead nowhere
        proposal = by_id[targets[proposal.merge.decision_id]]
    return proposal.observation


def _put_together(rows: Sequence[_Row], settled: Settled) -> Curated:
    observations: dict[str, Observation] = {}
    merged = {
        name for name, standing in settled.standing.items() if standing.verdict and standing.verdict.action == "merge"
    }
    for row, observation in rows:
        if observation and row.figure.figure_id not in merged:
            observations.setdefault(row.observation_id, observation)
    links = tuple(
        (row.observation_id, row.figure.figure_id, "primary" if _is_primary(row, observations) else "repeats")
        for row, observation in rows
        if observation
    )
    observed = {row.figure.figure_id: row.observation_id for row, _ in rows}
    fills = tuple(
        Fill(f.lost.source_id, f.lost.position, f.figure_id, observed[f.figure_id], f.decision.decision_id)
        for f in settled.filled
        if observed[f.figure_id]
    )
    return Curated(
        tuple(row for row, _ in rows), tuple(observations.values()), links, settled.added, fills, settled.stale
    )


def _is_primary(row: CuratedFigure, observations: Mapping[str, Observation]) -> bool:
    made = observations[row.observation_id]
    return (made.source_id, made.raw_start, made.raw_end) == (row.figure.source_id, row.figure.start, row.figure.end)


def _check_balance(curated: Curated, figures: Sequence[Figure]) -> None:
    """Refuse a result in which a figure is missing, doubled or without one of the three statuses."""
    counts = {status: curated.count(status) for status in ("accepted", "rejected", "undecided")}
    same = [row.figure.figure_id for row in curated.figures] == [figure.figure_id for figure in figures]
    if not same or sum(counts.values()) != len(figures):
        raise StageError(f"curate: {len(figures)} figures became {counts}; each must have exactly one status.")
