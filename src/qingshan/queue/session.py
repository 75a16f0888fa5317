"""One person at the queue: what they press becomes an entry of the decisions file, and the next figure is shown.

Flows in: messages of the screen (dicts of strings and numbers), the workspace. Flows out: views to show, and entries
at the end of ``data/decisions/<edition>.yml``, one write for each act. No table is changed: the next run does that.
Before each act the file is compared with what was read of it; when somebody saved it meanwhile it is read again first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from qingshan.clean import CleanText
from qingshan.curate import Curated, Matcher, live_decisions
from qingshan.curate.consequence import Waiting, most_consequential_first
from qingshan.curate.desk import Desk, Hand, LackingError, Word
from qingshan.curate.rule import match_of, missing
from qingshan.curate.tables import curated_rows, to_figure
from qingshan.curation import load_inputs
from qingshan.dossier import Suggester, Window, clean_window, load_clean, raw_window
from qingshan.extract import Extractor
from qingshan.model import Figure, InputError, Problem, QingshanError, Workspace, format_number
from qingshan.queue import state as machine
from qingshan.queue.cards import Card, card, hit_card
from qingshan.queue.journal import Journal
from qingshan.queue.search import IndicatorSearch
from qingshan.queue.state import State, Step
from qingshan.review import failing_checks

Message = Mapping[str, Any]
_SIZES = (90, 400)  # characters of context on each side: at first, and when more is asked for
# what is written as the reason when a person gives none
_REASONS = {
    "accept": "对照原文确认",
    "reject": "对照原文，不采用",
    "override": "对照原文改正",
    "indicator": "对照原文确定指标",
    "add": "对照原文补录",
}
_LACKING = {
    "unregistered": ("还没有指标：先指定（i）", "no indicator yet: assign one first (i)"),
    "unit": (
        "单位不是该指标的单位：改单位（e），或换指标（i）",
        "the unit is none of the indicator's: change it (e), or take another indicator (i)",
    ),
    "region": ("指标库中没有这个地区：改地区（e）", "the registry has no such place: change it (e)"),
}


@dataclass(frozen=True)
class Notice:
    """A line for the person: kind is done, info or error."""

    kind: str
    zh: str
    en: str


class Session:
    """One person's work at the queue of one edition."""

    def __init__(self, workspace: Workspace, edition: str, *, by: str, today: Callable[[], str]) -> None:
        """Open the queue.

        Parameters
        ----------
        by
            Who decides; '' until they say so.
        today
            Gives the day as YYYY-MM-DD when a decision is made.

        Raises
        ------
        InputError
            The edition was not extracted, or one of its files has mistakes.
        """
        self._inputs = load_inputs(workspace, edition)
        self._workspace, self._edition = workspace, edition
        self.by, self._today = by.strip(), today
        registry = self._inputs.registry
        self._matcher, self._search = Matcher(registry), IndicatorSearch(registry)
        self._suggester = Suggester(registry, self._matcher)
        self._extractor: Extractor | None = None
        self._titles = {source.source_id: source.title for source in self._inputs.edition.sources}
        self._raws = self._inputs.raws(set(self._inputs.source_ids))
        self._cleans: dict[str, CleanText] = {}
        self._failing = failing_checks(workspace, edition)
        self._journal = Journal(self._inputs)
        self._waiting: dict[str, Waiting] = {}
        self._state = machine.opened(self._curate())
        self._size = 0

    # what is shown
    @property
    def state(self) -> State:
        return self._state

    def view(self, notice: Notice | None = None) -> Card:
        """Return what the screen shows."""
        state = self._state
        steps = [{"id": step.decision_id, "action": step.action, "figure": step.figure_id} for step in state.steps[-3:]]
        return {
            "edition": self._edition,
            "file": self._journal.name,
            "by": self.by,
            "left": len(state.order),
            "settled": state.settled,
            "position": state.position,
            "steps": steps[::-1],
            "card": self._card(self._waiting[state.current]) if state.current else None,
            "notice": {"kind": notice.kind, "zh": notice.zh, "en": notice.en} if notice else None,
        }

    def _card(self, one: Waiting) -> Card:
        figure = to_figure(one.row)
        clean = self._clean(figure.source_id)
        beside = [other for other in self._curated_of(figure.source_id) if other.figure_id != figure.figure_id]
        earlier = [decision for decision in self._journal.decisions if decision.decision_id == one.row["decision_id"]]
        return card(
            one,
            registry=self._inputs.registry,
            match=match_of(figure, self._matcher, self._inputs.registry),
            title=self._titles[figure.source_id],
            raw=self._window(figure),
            clean=clean_window(clean, figure.start, figure.end, _SIZES[self._size]),
            suggestions=self._suggester.suggest(
                figure, clean, beside, [value for value in self._inputs.lost if value.source_id == figure.source_id]
            ),
            said="; ".join(f"{one.decision_id} {one.action}: {one.reason} ({one.by}, {one.where})" for one in earlier),
        )

    def _window(self, figure: Figure) -> Window:
        spans = [(other.start, other.end) for other in self._curated_of(figure.source_id)]
        return raw_window(self._raws[figure.source_id], figure.start, figure.end, _SIZES[self._size], spans)

    def _clean(self, source_id: str) -> CleanText:
        if source_id not in self._cleans:
            raw = self._raws[source_id]
            self._cleans[source_id] = load_clean(self._workspace, self._edition, source_id, raw)
        return self._cleans[source_id]

    def _curated_of(self, source_id: str) -> list[Figure]:
        return [row.figure for row in self._curated.figures if row.figure.source_id == source_id]

    # what a person does
    def act(self, message: Message) -> Card:
        """Do what the screen asks and return what it shows next; a mistake becomes a notice, nothing is lost.

        Parameters
        ----------
        message
            ``do``: next, back, more, look, by, accept, reject, override, indicator, add, flag or undo; ``figure``: the
            one the person saw, so that a key pressed twice decides nothing twice; ``said``, ``reason``, ``first`` and
            ``last`` as far as the act has them.
        """
        do = str(message.get("do", ""))
        try:
            notice = self._follow_file(is_key=do != "look")
            if notice is None and do == "undo":
                notice = self._undo()
            elif notice is None and (do in _REASONS or do == "flag"):
                notice = self._decide(do, message)
            elif notice is None:
                self._move(do, message)
        except LackingError as error:
            notice = Notice("error", *_LACKING[error.what])
        except (QingshanError, OSError) as error:
            notice = Notice("error", "没有保存", f"nothing was saved: {error}")
        return self.view(notice)

    def search(self, query: str) -> list[Card]:
        """Return the indicators that a query finds, for the current figure."""
        waiting = self._waiting.get(self._state.current)
        found = self._search.find(query, to_figure(waiting.row) if waiting else None)
        return [hit_card(name, self._inputs.registry) for name in found]

    def guess(self, message: Message) -> dict[str, str]:
        """Return what the reader would make of a selection, to fill the form of a missed figure; {} for nothing."""
        figure, span = self._selected(message)
        if self._extractor is None:
            self._extractor = Extractor(self._inputs.registry.vocabulary)
        raw = self._raws[figure.source_id]
        found = self._extractor.extract(raw[slice(*span)], figure.source_id).figures
        said = {"text": raw[slice(*span)], "region": figure.region, "period": figure.period}
        if len(found) == 1:
            said |= {"value": format_number(found[0].value), "unit": found[0].unit, "kind": found[0].kind}
        return said

    def _move(self, do: str, message: Message) -> None:
        if do in ("next", "back"):
            self._state, self._size = machine.moved(self._state, 1 if do == "next" else -1), 0
        elif do == "more":
            self._size = (self._size + 1) % len(_SIZES)
        elif do == "by":
            self.by = str(message.get("by", "")).strip()

    def _decide(self, action: str, message: Message) -> Notice:
        seen = str(message.get("figure", ""))
        if not self.by:
            return Notice("error", "请先在上方填写决定人", "first say above who decides")
        if seen != self._state.current:
            return Notice("info", "屏幕上的数字已经换了，请再看一眼", "another figure is shown now: look again")
        figure = to_figure(self._waiting[seen].row)
        said = {str(name): str(value).strip() for name, value in dict(message.get("said") or {}).items()}
        if action == "accept" and (lacking := missing(figure, self._inputs.registry)):
            return Notice("error", *_LACKING[lacking])
        if action == "override":
            said = {name: text for name, text in said.items() if text != _as_read(figure, name)}
            if not said:
                return Notice("info", "没有改动", "nothing was changed")
        if action == "add":
            start, end = self._selected(message)[1]
            if any(f.start < end and start < f.end for f in self._curated_of(figure.source_id)):
                return Notice("error", "选中的文字里已有一个数字", "the reader has a figure there already")
            seen = f"{figure.source_id}@{start}-{end}"
            said = {name: text for name, text in said.items() if text}
        reason = str(message.get("reason", "")).strip() or _REASONS.get(action, "")
        if not reason:
            return Notice("error", "标注要写明缘由", "a note needs its words")
        entry = self._desk().entry(Word(seen, action, reason, self.by, self._today(), said))
        (decision_id,) = self._journal.append([entry])
        self._state = machine.decided(self._state, Step(seen, action, decision_id), self._curate())
        return self._told(seen, action, decision_id)

    def _told(self, figure_id: str, action: str, decision_id: str) -> Notice:
        self._size = 0 if figure_id != self._state.current else self._size
        row = next((row for row in self._curated.figures if row.figure.figure_id == figure_id), None)
        still = row is not None and row.status == "undecided"
        zh, en = f"已保存 {decision_id}", f"saved {decision_id} {action}"
        return Notice("info", f"{zh}，仍待定", f"{en}; it still waits") if still else Notice("done", zh, en)

    def _undo(self) -> Notice:
        if not self._state.steps:
            return Notice("info", "本次没有可撤销的决定", "nothing was decided here that could be taken back")
        step = self._state.steps[-1]
        taken = next(one for one in self._journal.decisions if one.decision_id == step.decision_id)
        before = self._journal.decisions[: self._journal.decisions.index(taken)]
        word = Word(step.decision_id, "withdraw", f"撤销 {step.decision_id}", self.by or taken.by, self._today(), {})
        figure = next((f for f in self._inputs.figures if f.figure_id == step.figure_id), None)
        earlier = live_decisions(before, figure, self._raws[figure.source_id]) if figure else []
        # a withdraw takes back all that was said of a figure: what was said before this step is said again
        ids = self._journal.append([self._desk().entry(word), *(one.entry for one in earlier)])
        self._state = machine.undone(self._state, self._curate())
        return Notice("done", f"已撤销 {step.decision_id}（{ids[0]}）", f"took back {step.decision_id} by {ids[0]}")

    def _selected(self, message: Message) -> tuple[Figure, tuple[int, int]]:
        """Return the current figure and the raw span of what was selected in its window."""
        figure = to_figure(self._waiting[self._state.current].row) if self._state.current else None
        first, last = message.get("first"), message.get("last")
        if figure and isinstance(first, int) and isinstance(last, int):
            span = self._window(figure).span(first, last)
            if span:
                return figure, span
        raise InputError(
            Problem("selection", "no text of the source", "the figure's characters, selected in the source's own text",
                    "Select them with the mouse in the upper quote, then press s.")
        )  # fmt: skip

    # the file
    def _desk(self) -> Desk:
        figures = {figure.figure_id: figure for figure in (*self._inputs.figures, *self._curated.added)}
        named = {row.figure.figure_id: row.figure.indicator for row in self._curated.figures}
        hand = Hand(figures, self._raws.__getitem__, lambda name: named.get(name, ""))
        return Desk(
            self._workspace,
            self._edition,
            self._inputs.registry,
            self._inputs.source_ids,
            self._journal.decisions,
            hand=hand,
        )

    def _follow_file(self, *, is_key: bool) -> Notice | None:
        """Read the file again when somebody saved it; return what the person must know before anything is decided."""
        if where := self._journal.written_late():
            zh, en = f"有人在保存的同时改了决定文件，其内容在 {where}", f"an editor saved while we wrote: see {where}"
            return Notice("error", zh, en)
        if not self._journal.is_changed():
            return None
        seen = self._state.current
        self._journal.read()
        self._state = machine.forgotten(self._state, [one.decision_id for one in self._journal.decisions])
        self._state = machine.refreshed(self._state, self._curate())
        zh = "决定文件在别处改过，已重新读取" + ("" if seen == self._state.current else "；刚才的数字已有决定")
        en = "the decisions file was changed elsewhere and read again"
        if is_key:
            zh, en = f"{zh}。刚才的键没有执行", f"{en}; the last key did nothing"
        return Notice("info", zh, en)

    def _curate(self) -> tuple[str, ...]:
        """Curate anew under the decisions as they are; return the ids that wait, most consequential first."""
        self._curated: Curated = self._inputs.curated(self._journal.decisions, self._raws)
        listed = most_consequential_first(curated_rows(self._curated), self._inputs.registry, self._failing)
        self._waiting = {one.row["figure_id"]: one for one in listed}
        return tuple(self._waiting)


def _as_read(figure: Figure, name: str) -> str:
    value = getattr(figure, name, "")
    return format_number(value) if name == "value" else str(value)
