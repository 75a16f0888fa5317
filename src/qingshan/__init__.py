"""Qingshan: from a year's Chinese environmental policy reports to a yearly edition whose every figure can be traced.

In JupyterLab, ``qingshan.load("2023")`` gives the tables of a published edition; `qingshan.dataset` describes them.
"""

from __future__ import annotations

import importlib

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Return `load` when it is first asked for: reading figures must not wait for what it imports."""
    if name != "load":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()["load"] = importlib.import_module("qingshan.dataset").load
    return globals()["load"]


def __dir__() -> list[str]:
    return sorted({*globals(), "load"})
