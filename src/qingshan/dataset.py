"""Loads a published edition as tidy pandas tables with labels: what an analyst starts from in JupyterLab.

Flows in: the public folder of an edition and its data package descriptor, which says what the columns are, so that
older editions stay readable. Flows out: `Dataset`. Nothing is written and nothing internal is read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qingshan import files, store
from qingshan.edition import published, verify
from qingshan.edition.published import PACKAGE
from qingshan.edition.wording import WORDS
from qingshan.model import InputError, Problem, Workspace, nearest
from qingshan.sources import EDITION_ID, in_order

if TYPE_CHECKING:
    import pandas as pd

LANGUAGES = ("zh", "en")
# in observations: code column -> the code list that names it; the label stands right after it
_LABELLED = {"indicator": "indicators", "ref_area": "regions", "unit_measure": "units"}
_TABLES = (
    "observations", "figures", "observation_figures", "decisions", "lost", "sources",
    "indicators", "units", "regions", "scopes",
)  # fmt: skip


@dataclass(frozen=True, repr=False)
class Dataset:
    """The tables of one edition, labels in one language.

    Text columns hold '' for no text, number columns NaN for no number. `columns(table)` explains every column.

    Parameters
    ----------
    about
        What edition.json says: title, status, review, licence, counts.
    observations
        One row per observation, in the order of the sources: observation_id, edition; the key indicator, ref_area,
        time_period, base_period, measure, scope, source_id; obs_value, obs_value_low, obs_value_high (infinite where
        open), unit_measure, obs_status, time_basis, qualifier, decision_id, raw_start, raw_end (raw offsets), quote
        (raw), original_value where a person changed it. Added here: indicator_label, ref_area_label, measure_label,
        scope_label, unit_measure_label, theme.
    figures, observation_figures
        The accepted figures as the source writes them, and which observation each supports.
    decisions
        The decisions that accepted figures rest on: decision_id, action, figure_id, reason, by, decided_on.
    lost
        Values that a source announces and does not hold: source_id, position (raw), subject, region, period, quote.
    sources
        source_id, title, publisher, published_on, file, sha256 and what cleaning did.
    indicators, units, regions, scopes
        Code lists with label_zh and label_en, and `label` in the chosen language. Regions stand in official order.
    """

    edition: str
    language: str
    about: Mapping[str, Any]
    observations: pd.DataFrame
    figures: pd.DataFrame
    observation_figures: pd.DataFrame
    decisions: pd.DataFrame
    lost: pd.DataFrame
    sources: pd.DataFrame
    indicators: pd.DataFrame
    units: pd.DataFrame
    regions: pd.DataFrame
    scopes: pd.DataFrame
    meanings: Mapping[str, Mapping[str, str]]

    def columns(self, table: str) -> pd.DataFrame:
        """Return what each published column of a table holds: column, type, meaning.

        Raises
        ------
        InputError
            There is no such table.
        """
        import pandas as pd

        if table not in self.meanings:
            raise InputError(
                Problem("columns", f"{table!r}{nearest(table, self.meanings)}", ", ".join(self.meanings), "Name one.")
            )
        frame: pd.DataFrame = getattr(self, table)
        known = self.meanings[table]
        return pd.DataFrame(
            [(name, str(frame.dtypes[name]), known.get(name, _ADDED)) for name in frame.columns],
            columns=["column", "type", "meaning"],
        )

    def __repr__(self) -> str:
        """Name the edition and its tables; the counts are those of the rows."""
        title = self.about["title"][self.language]
        lines = [f"{title} · {self.edition} · {self.about['status']}, {self.about['review']}"]
        lines += [f"  .{name:<20}{len(getattr(self, name)):>6} × {getattr(self, name).shape[1]}" for name in _TABLES]
        return "\n".join(lines)


_ADDED = "added by qingshan.load"


def load(edition: str, *, workspace: Path | str = "", language: str = "zh") -> Dataset:
    """Load a published edition.

    Parameters
    ----------
    edition
        A year, or a year and a revision: "2023", "2023-r1".
    workspace
        A folder in the workspace; '' means the current one. The workspace is looked for upwards.
    language
        Of the labels: "zh" or "en".

    Returns
    -------
    Dataset
        Its class says which tables and columns.

    Raises
    ------
    InputError
        No such edition or language, or its files are not as published.
    """
    problems = []
    if language not in LANGUAGES:
        problems.append(Problem("language", repr(language), " or ".join(LANGUAGES), "Give one of them."))
    problems += _name_problems(edition)
    if problems:
        raise InputError(problems)
    folder = _verified(published_folder(Workspace.find(workspace), edition))
    package = json.loads((folder / PACKAGE).read_text(encoding="utf-8"))
    resources = {resource["name"]: resource for resource in package["resources"]}
    tables = {name: store.frame(*published.table(folder, name)) for name in _TABLES}
    for name in ("indicators", "units", "regions", "scopes"):
        tables[name] = tables[name].assign(label=tables[name][f"label_{language}"])
    tables["observations"] = labelled(tables, language)
    return Dataset(
        edition=edition,
        language=language,
        about=json.loads((folder / "edition.json").read_text(encoding="utf-8")),
        meanings={
            name: {field["name"]: field.get("description", "") for field in resources[name]["schema"]["fields"]}
            for name in _TABLES
        },
        **tables,
    )


def published_folder(workspace: Workspace, edition: str) -> Path:
    """Return where a published edition stands now, also while a promotion is cut short; its files are not looked at.

    Raises
    ------
    InputError
        A name that is no edition's, or no such edition.
    """
    problems = _name_problems(edition)
    if problems:
        raise InputError(problems)
    clean = workspace.clean(edition)
    folder = files.current(clean)
    if not folder.is_dir():
        have = in_order(path.name for path in clean.parent.glob("*") if path.is_dir())
        raise InputError(
            Problem(
                workspace.shown(clean), "no such edition", f"a published one (there are: {', '.join(have) or 'none'})",
                f"Build it with: qingshan run {edition}.",
            )
        )  # fmt: skip
    return folder


def _name_problems(edition: str) -> list[Problem]:
    if re.fullmatch(EDITION_ID, edition):
        return []
    return [Problem("edition", repr(edition), "a year such as 2023, or 2023-r1", "Give one.")]


def _verified(folder: Path) -> Path:
    """Return the folder of an edition whose files are as its manifests say."""
    problems = verify(folder)
    if not problems and not (folder / PACKAGE).is_file():
        problems = [Problem(PACKAGE, "no such file", "the descriptor of the edition's tables", "Build it again.")]
    if problems:
        raise InputError(problems)
    return folder


def labelled(tables: Mapping[str, pd.DataFrame], language: str) -> pd.DataFrame:
    """Return the observations with a label after each code, and each row's theme at the end.

    Parameters
    ----------
    tables
        ``observations``, and the code lists ``indicators``, ``units``, ``regions``, ``scopes`` with a column `label`.
    """
    observations = tables["observations"].copy()
    labels = {
        code: dict(zip(tables[name][code], tables[name]["label"], strict=True)) for code, name in _LABELLED.items()
    }
    labels["measure"] = WORDS[language]["measures"]
    labels["scope"] = {codes: _joined(codes, tables["scopes"]) for codes in set(observations["scope"])}
    for code, names in labels.items():
        place = observations.columns.get_loc(code) + 1
        observations.insert(place, f"{code}_label", observations[code].map(names).astype("str"))
    theme = dict(zip(tables["indicators"]["indicator"], tables["indicators"]["theme"], strict=True))
    return observations.assign(theme=observations["indicator"].map(theme).astype("str"))


def _joined(codes: str, scopes: pd.DataFrame) -> str:
    """Return the labels of several scopes; a scope without a label stands as its code."""
    labels = dict(zip(scopes["scope"], scopes["label"], strict=True))
    return "; ".join(labels[code] or code for code in codes.split(";") if code)
