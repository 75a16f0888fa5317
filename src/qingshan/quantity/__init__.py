"""Numbers, units and qualifiers: pure functions of clean text and of the vocabularies given."""

from qingshan.quantity.interval import bounds
from qingshan.quantity.qualifier import QualifierReader
from qingshan.quantity.quantities import Quantity
from qingshan.quantity.scan import Scanner

__all__ = ["QualifierReader", "Quantity", "Scanner", "bounds"]
