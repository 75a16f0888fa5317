"""What is read of one number: the record that the parts of a sentence's reading pass on."""

from __future__ import annotations

from dataclasses import dataclass

from qingshan.context.kind import Kind
from qingshan.context.period import Period
from qingshan.context.region import Place
from qingshan.quantity import Quantity


@dataclass(frozen=True, slots=True)
class Reading:
    """One quantity with what its surroundings say; offsets are clean."""

    quantity: Quantity
    kind: Kind
    qualifier: str
    subject: str
    place: Place
    period: Period
    integrity: str
    rules: str
    scope: str = ""
    comparison: str = ""
