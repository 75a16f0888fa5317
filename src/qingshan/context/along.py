"""What stands along a text, in order, and can be asked for by place: dates, places, numbers."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Generic, Protocol, TypeVar, overload


class _Placed(Protocol):
    @property
    def start(self) -> int: ...


T = TypeVar("T", bound=_Placed)


class Along(Sequence[T], Generic[T]):
    """Records sorted by their clean offset `start`."""

    __slots__ = ("_items", "_starts")

    def __init__(self, items: Iterable[T]) -> None:
        self._items = tuple(items)
        self._starts = array("I", (item.start for item in self._items))

    def between(self, low: int, high: int) -> tuple[T, ...]:
        """Return the records that start in [low, high)."""
        first = bisect_left(self._starts, max(0, low))
        return self._items[first : bisect_left(self._starts, max(0, high), first)]

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        return self._items[index]

    def __len__(self) -> int:
        return len(self._items)
