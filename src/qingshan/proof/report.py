"""The report of a proof: one page that a person ticks off, offline and without scripts.

Flows in: a `Proof`. Flows out: HTML text. Text of the file is only ever text: escaped, invisible characters spelt out.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import jinja2

from qingshan.model import visible
from qingshan.proof.compare import DIFFERS, LABEL, MATCHES, UNSOURCED, Checked
from qingshan.proof.make import Proof
from qingshan.proof.wording import WHATS, WORDS

_AROUND = 60  # characters of a sentence on each side of its number


@dataclass(frozen=True)
class Line:
    """One number as the report shows it."""

    checked: Checked
    before: str
    text: str
    after: str
    reference: str


def render(proof: Proof) -> str:
    """Return the report page: what differs and what has no source first, all other numbers below."""
    wrong = [_line(one) for one in proof.checked if one.verdict in (DIFFERS, UNSOURCED)]
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True,
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
        finalize=lambda value: visible(value, line_end=" ") if type(value) is str else value,
    )  # fmt: skip
    return environment.get_template("proof.html.j2").render(
        proof=proof,
        counts=[(name, proof.counts.get(name, 0)) for name in (DIFFERS, UNSOURCED, MATCHES, LABEL)],
        wrong=wrong,
        others=[_line(one) for one in proof.checked if one.verdict in (MATCHES, LABEL)],
        w=WORDS,
        whats=WHATS,
    )


def _line(one: Checked) -> Line:
    text = one.block.text
    low, high = max(0, one.token.start - _AROUND), min(len(text), one.token.end + _AROUND)
    return Line(
        one,
        ("…" if low else "") + text[low : one.token.start],
        text[one.token.start : one.token.end],
        text[one.token.end : high] + ("…" if high < len(text) else ""),
        one.reference if len(one.reference) <= 3 * _AROUND else one.reference[: 3 * _AROUND] + "…",
    )
