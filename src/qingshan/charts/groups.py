"""Artists that belong together: one group of the picture with one gid, such as a card's frame or a number and its unit.

Flows in: patches and texts. Flows out: an Artist that draws them in order. Texts of one group are read as one phrase,
so that a number set larger than its unit is still checked with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.artist import Artist
from matplotlib.text import Text


class Group(Artist):
    """Several artists drawn as one, under one gid.

    Parameters
    ----------
    members
        In drawing order; each has its own transform.
    gid
        What the group says of itself: an observation_id, ``label-<observation_id>`` or '' for nothing.
    """

    def __init__(self, members: Sequence[Artist], gid: str = "", zorder: float = 2.0) -> None:
        super().__init__()
        self._members = list(members)
        self.set_gid(gid or None)
        self.set_zorder(zorder)

    @property
    def texts(self) -> list[Text]:
        """Its texts, in reading order."""
        return [one for one in self._members if isinstance(one, Text)]

    @property
    def phrase(self) -> str:
        """What its texts say together."""
        return " ".join(one.get_text() for one in self.texts)

    def get_children(self) -> list[Artist]:
        """Return its members, so that a search through the figure finds them."""
        return list(self._members)

    def set_figure(self, fig: Any) -> None:
        """Put the group and all its members on a figure."""
        super().set_figure(fig)
        for one in self._members:
            one.set_figure(fig)

    def draw(self, renderer: Any) -> None:
        """Draw the members in order."""
        if not self.get_visible():
            return
        renderer.open_group("group", gid=self.get_gid())
        for one in self._members:
            one.draw(renderer)
        renderer.close_group("group")
        self.stale = False
