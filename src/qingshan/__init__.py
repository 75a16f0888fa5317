"""Qingshan: from a year's Chinese environmental policy reports to a yearly edition whose every figure can be traced."""

__version__ = "0.1.0"
