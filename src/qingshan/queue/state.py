"""The review queue as a pure state machine: which figures wait, which one is looked at, what was decided here.

Flows in: ids of figures and of decisions. Flows out: new states. It opens no file, knows no figure and no screen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Step:
    """What was decided here at one time: the figure looked at, and the id its entry got."""

    figure_id: str
    action: str
    decision_id: str


@dataclass(frozen=True, slots=True)
class State:
    """A state of the queue.

    Parameters
    ----------
    order
        The figures that wait, most consequential first.
    current
        The one looked at; '' when none waits.
    steps
        What was decided here and not taken back, oldest first.
    """

    order: tuple[str, ...] = ()
    current: str = ""
    steps: tuple[Step, ...] = ()

    @property
    def position(self) -> int:
        """The place of the current figure, counted from 1; 0 when none waits."""
        return self.order.index(self.current) + 1 if self.current else 0

    @property
    def settled(self) -> int:
        """How many figures were decided here and wait no more; a figure that a person added counts too."""
        return len({(step.figure_id, step.action == "add") for step in self.steps if self._is_settled(step)})

    def _is_settled(self, step: Step) -> bool:
        return step.action == "add" or step.figure_id not in self.order


def opened(order: Sequence[str]) -> State:
    """Return the queue as it opens: at the most consequential figure."""
    return State(tuple(order), order[0] if order else "")


def moved(state: State, by: int) -> State:
    """Return the state one figure on (1) or back (-1), round the end."""
    if not state.order:
        return state
    return replace(state, current=state.order[(state.position - 1 + by) % len(state.order)])


def refreshed(state: State, order: Sequence[str]) -> State:
    """Return the state after figures came or went: at the same figure, or at the next one that still waits."""
    waiting = set(order)
    later = (name for name in _from(state) if name in waiting)
    current = next(later, order[0] if order else "")
    return replace(state, order=tuple(order), current=current)


def decided(state: State, step: Step, order: Sequence[str]) -> State:
    """Return the state after a decision: at the next figure, or at the same when it still waits."""
    return refreshed(replace(state, steps=(*state.steps, step)), order)


def undone(state: State, order: Sequence[str]) -> State:
    """Return the state after the last step was taken back: at its figure if that waits again."""
    step = state.steps[-1]
    back = refreshed(replace(state, steps=state.steps[:-1]), order)
    return replace(back, current=step.figure_id) if step.figure_id in back.order else back


def forgotten(state: State, known: Sequence[str]) -> State:
    """Return the state without the steps whose decisions stand in the file no more: somebody removed them there."""
    ids = set(known)
    return replace(state, steps=tuple(step for step in state.steps if step.decision_id in ids))


def _from(state: State) -> tuple[str, ...]:
    """Return the order from the current figure on, round the end."""
    at = max(state.position - 1, 0)
    return state.order[at:] + state.order[:at]
