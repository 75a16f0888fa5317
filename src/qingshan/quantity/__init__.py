"""Numbers, units and qualifiers: pure functions of clean text and of the vocabularies given."""

from qingshan.quantity.interval import bounds
from qingshan.quantity.qualifier import QualifierReader
from qingshan.quantity.scan import Quantity, Scanner

__all__ = ["QualifierReader", "Quantity", "Scanner", "bounds"]
