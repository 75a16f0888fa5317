"""Which few numbers stand first on a page: those that `edition.yml` declares, else the measures most editions have.

Flows in: the observations as shown. Flows out: a result each, with the target ahead of it where one is set.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qingshan.charts import values
from qingshan.edition.sentences import COUNTRY, another_basis, results, targets
from qingshan.edition.shown import Shown
from qingshan.model import InputError, Problem, nearest
from qingshan.registry import Registry
from qingshan.sources import Edition

# air, water, land, energy, carbon: one measure of each, in the order of the report
DEFAULT = (
    "pm25_annual_mean", "good_air_days_share", "surface_water_good_share", "forest_cover", "renewable_capacity",
    "nonfossil_share", "carbon_market_key_emitters", "protected_area_land_share",
)  # fmt: skip
MOST = 6
_NUMERAL = re.compile(r"\d[\d,]*(?:\.\d+)?(?:[–~～—-]\d[\d,]*(?:\.\d+)?)?")


@dataclass(frozen=True)
class Headline:
    """One large number: what came out, and the nearest target after it.

    Parameters
    ----------
    comparable
        Whether result and target rest on one basis; they are not to be compared otherwise.
    """

    result: Shown
    target: Shown | None
    comparable: bool = True

    @property
    def pieces(self) -> tuple[str, str, str]:
        """The printed value as what stands before the numeral, the numeral, and what stands after it."""
        value = self.result.value
        found = _NUMERAL.search(value)
        return (value[: found.start()], found[0], value[found.end() :]) if found else ("", value, "")


def headline(edition: Edition, shown: Sequence[Shown], registry: Registry) -> tuple[Headline, ...]:
    """Return the headline numbers of the country.

    Raises
    ------
    InputError
        `edition.yml` declares an indicator that the registry does not know: all of them at once.
    """
    problems = [
        Problem(f"data/raw/{edition.edition_id}/edition.yml: headline", f"{name!r}{nearest(name, registry.indicators)}",
                "an indicator of the registry", "Correct its name or remove it.")
        for name in edition.headline
        if name not in registry.indicators
    ]  # fmt: skip
    if problems:
        raise InputError(problems)
    chosen = []
    for name in edition.headline or DEFAULT:
        about = [one for one in shown if one.row["indicator"] == name and one.row["ref_area"] == COUNTRY]
        found = results(about)
        if found:
            ahead = _ahead(found[0], about)
            comparable = ahead is None or not another_basis(found[0], ahead, about, registry)
            chosen.append(Headline(found[0], ahead, comparable))
    return tuple(chosen if edition.headline else chosen[:MOST])


def _ahead(result: Shown, about: Sequence[Shown]) -> Shown | None:
    end = values.interval(result.row)[1][:4]
    levels = (one for one in targets(about) if one.row["measure"] == "target")
    return next((one for one in levels if values.interval(one.row)[1][:4] > end), None)
