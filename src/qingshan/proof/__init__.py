"""Proofreading what was laid out: a file flows in that came back from layout, and every number in it is looked up."""

from __future__ import annotations

from qingshan.proof.make import Proof, proof

__all__ = ["Proof", "proof"]
