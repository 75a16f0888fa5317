"""The public tables that exist only in an edition: the decisions its rows rest on, and its code lists.

Flows out: table contracts. The other public tables keep the contracts of `qingshan.model`. Columns that join two tables
have one name in both.
"""

from __future__ import annotations

from qingshan.model import Column, TableContract

DECISIONS = TableContract(
    "decisions",
    (
        Column("decision_id", str, "the decision, as in observations and in data/decisions"),
        Column("action", str, "what was decided"),
        Column("figure_id", str, "the figure it was decided about"),
        Column("reason", str, "why, in the words of whoever decided"),
        Column("by", str, "person, or demo where nobody reviewed; names are kept inside"),
        Column("decided_on", str, "date of the decision"),
    ),
    ("decision_id", "figure_id"),
)

ERRATA = TableContract(
    "errata",
    (
        Column("erratum", str, "number of the entry in this revision"),
        Column("change", str, "changed, removed or added since the revision before"),
        Column("fields", str, "what changed, joined by ';': value, unit, qualifier, period, place and so on"),
        Column("indicator", str, "registry id"),
        Column("label_zh", str, "name of the indicator in Chinese"),
        Column("label_en", str, "name of the indicator in English"),
        Column("ref_area", str, "the place it is about"),
        Column("place_zh", str, "name of the place in Chinese"),
        Column("place_en", str, "name of the place in English"),
        Column("observation_before", str, "the observation in the revision before, '' where there was none"),
        Column("observation_id", str, "the observation in this revision, '' where it was removed"),
        Column("period_before", str, "its time_period before"),
        Column("period", str, "its time_period now"),
        Column("value_before", float, "its obs_value before"),
        Column("value", float, "its obs_value now"),
        Column("unit_before", str, "its unit_measure before"),
        Column("unit_measure", str, "its unit_measure now"),
        Column("before_zh", str, "value and period before, as printed in Chinese"),
        Column("after_zh", str, "value and period now, as printed in Chinese"),
        Column("before_en", str, "value and period before, as printed in English"),
        Column("after_en", str, "value and period now, as printed in English"),
        Column("sentence_zh", str, "the same in words, in Chinese"),
        Column("sentence_en", str, "the same in words, in English"),
    ),
    ("erratum",),
)

SENTENCES = TableContract(
    "sentences",
    (
        Column("key", str, "indicator|ref_area: how data/raw/<edition>/sentences.yml names it"),
        Column("language", str, "zh or en"),
        Column("text", str, "the sentence as printed"),
        Column("by", str, "editor, or template"),
        Column("observations", str, "the observations whose numbers it prints, joined by ';'"),
    ),
    ("key", "language"),
)

INDICATORS = TableContract(
    "indicators",
    (
        Column("indicator", str, "registry id"),
        Column("label_zh", str, "name in Chinese"),
        Column("label_en", str, "name in English"),
        Column("definition_zh", str, "what it measures, in Chinese"),
        Column("definition_en", str, "what it measures, in English"),
        Column("unit_measure", str, "unit of its levels; changes are in percent or percentage points"),
        Column("good_direction", str, "up, down, or '' where neither is better"),
        Column("theme", str, "part of the report it belongs to"),
        Column("official_id", str, "number among the official indicators of a Beautiful China, '' if it is none"),
        Column("defined_by", str, "the document that defines it"),
    ),
    ("indicator",),
)

UNITS = TableContract(
    "units",
    (
        Column("unit_measure", str, "stable code"),
        Column("label_zh", str, "canonical spelling"),
        Column("label_en", str, "name in English, '' for a classifier that English does not print"),
        Column("symbol", str, "symbol, '' if it has none"),
        Column("kind", str, "measure, ratio, point, classifier, time or place"),
        Column("ucum", str, "code in the Unified Code for Units of Measure, '' where it has none"),
    ),
    ("unit_measure",),
)

REGIONS = TableContract(
    "regions",
    (
        Column("ref_area", str, "CN, GB/T 2260 six digits, QS-... or SITE-..."),
        Column("official_order", int, "place in the official order"),
        Column("label_zh", str, "full official name"),
        Column("label_en", str, "name in English"),
        Column("level", str, "what kind of place it is"),
        Column("members", str, "codes of the places that make up a named area, joined by ';'"),
        Column("valid_from", str, "year in which this definition of an area came into use, '' where open"),
        Column("valid_to", str, "year in which it went out of use, '' where open"),
    ),
    ("ref_area",),
)

SCOPES = TableContract(
    "scopes",
    (
        Column("scope", str, "stable code; several are joined by ';' in observations"),
        Column("label_zh", str, "name in Chinese, '' where a source has a basis of its own"),
        Column("label_en", str, "name in English, '' where a source has a basis of its own"),
        Column("kind", str, "what it says: which cities, which method, which prices"),
        Column("valid_from", str, "when it came into use, '' where open"),
        Column("valid_to", str, "when it went out of use, '' where open"),
    ),
    ("scope",),
)
