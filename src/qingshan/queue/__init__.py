"""The review queue: what waits for a person, one figure at a time, decided with one key each."""

from qingshan.queue.search import IndicatorSearch
from qingshan.queue.session import Session
from qingshan.queue.state import State, Step

__all__ = ["IndicatorSearch", "Session", "State", "Step"]
