"""What the queue shows of one figure, as plain data for a screen that only puts text into elements.

Flows in: a curated row with what depends on it, texts, suggestions. Flows out: dicts of strings and numbers. Every
string that comes from a source has passed `visible`.
"""

from __future__ import annotations

from typing import Any

from qingshan.curate import REASONS, Match
from qingshan.curate.consequence import Waiting
from qingshan.dossier import Suggestion, Window, reading
from qingshan.model import format_number, visible
from qingshan.registry import Registry

Card = dict[str, Any]
# what the form of a changed reading offers, filled with what was read
EDITABLE = ("value", "unit", "indicator", "region", "period", "base_period", "kind", "qualifier", "subject")


def card(
    one: Waiting,
    *,
    registry: Registry,
    match: Match,
    title: str,
    raw: Window,
    clean: Window,
    suggestions: tuple[Suggestion, ...],
    said: str,
) -> Card:
    """Return what is shown of one figure.

    Parameters
    ----------
    said
        What an earlier decision said of it, '' when there is none.
    """
    row = one.row
    zh, en = REASONS[row["reason"]]
    return {
        "id": row["figure_id"],
        "text": visible(row["text"]),
        "source": visible(title),
        "place": visible(" · ".join(part for part in (row["locator"], row["section"]) if part)),
        "doubt": {"code": row["reason"], "zh": zh, "en": en},
        "said": visible(said),
        "note": visible(row["note"], line_end="\n"),
        "needed": list(one.needed_by),
        "fields": [
            {"name": f.name, "zh": f.zh, "en": f.en, "value": visible(_told(f.name, f.value, registry)), "rule": f.rule}
            for f in reading(row, match)
            if f.value or f.rule not in ("", "none") or f.name in ("subject", "indicator", "region", "period")
        ],
        "raw": _window(raw),
        "clean": _window(clean),
        "suggestions": [suggestion_card(one, registry) for one in suggestions],
        "form": {name: visible(format_number(row[name]) if name == "value" else row[name]) for name in EDITABLE},
    }


def suggestion_card(one: Suggestion, registry: Registry) -> Card:
    """Return a suggestion as shown."""
    return {
        "subject": visible(one.subject),
        "indicator": one.indicator_id,
        "label": _label(one.indicator_id, registry),
        "zh": visible(one.why_zh),
        "en": visible(one.why_en),
    }


def hit_card(indicator_id: str, registry: Registry) -> Card:
    """Return an indicator that a search found, as shown."""
    indicator = registry.indicators[indicator_id]
    return {
        "id": indicator_id, "zh": indicator.label["zh"], "en": indicator.label["en"], "unit": indicator.unit,
        "about": indicator.definition["zh"], "official": indicator.official_id,
    }  # fmt: skip


def _told(name: str, value: str, registry: Registry) -> str:
    label = _label(value, registry) if name == "indicator" else ""
    return f"{label}  {value}" if label else value


def _label(indicator_id: str, registry: Registry) -> str:
    indicator = registry.indicators.get(indicator_id)
    return indicator.label["zh"] if indicator else ""


def _window(window: Window) -> Card:
    before, after = window.is_cut
    return {"pieces": [[piece.text, piece.role] for piece in window.pieces], "before": before, "after": after}
