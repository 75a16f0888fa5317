"""The two ways a chart is set: by itself on a screen, and as a figure of a printed page.

Nothing flows in. Flows out: sizes; colours and fonts are in `theme`, the same for both.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Profile:
    """Sizes of one way of setting.

    Parameters
    ----------
    width_cm
        Its own width.
    body
        Size of letters in points at that width.
    is_titled
        Whether title, notes and source stand inside the picture. Else they go to the caption, and inside are only the
        marks of what is not reviewed, and the unit at the top right.
    dpi
        Dots to the inch of its PNG.
    """

    name: str
    width_cm: float
    body: float
    is_titled: bool
    dpi: int


WEB = Profile("web", 24.0, 12.0, True, 150)
PRINT = Profile("print", 15.0, 9.0, False, 300)
PROFILES = (WEB, PRINT)
