"""One wave as monitoring sees it: shares with what their errors are made of."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import pandas as pd

from pipeline.config.instrument import Instrument
from pipeline.config.plan import Plan
from pipeline.fields import FINAL, LITERATE
from pipeline.stats.survey.design.unit_totals import UnitTotals
from pipeline.stats.survey.estimation.linearised import Linearised

Key: TypeAlias = tuple[str, str, str]  # standard, domain, category
Numbers: TypeAlias = Mapping[Key, tuple[Linearised, str]]  # shares with their flags

_GRAVEST = ("withhold", "review", "publish")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """One wave's literacy shares with their unit totals.

    Attributes:
        name: the wave.
        year: its calendar year.
        frame: list from which its units were drawn.
        plan: its plan.
        shares: estimates of `is_literate` shares under the final weight.
        psu_sums: their unit totals.
        categories: categories of each domain in reporting order.
    """

    name: str
    year: int
    frame: str
    plan: Plan
    shares: pd.DataFrame
    psu_sums: pd.DataFrame
    categories: Mapping[str, Sequence[str]]

    @classmethod
    def of(
        cls,
        name: str,
        year: int,
        frame: str,
        plan: Plan,
        instrument: Instrument,
        tables: Sequence[pd.DataFrame],
    ) -> "Wave":
        """Take what monitoring needs out of a wave's estimates and unit totals."""
        shares, psu_sums = (
            table[
                (table["indicator"] == LITERATE)
                & (table["measure"] == "share")
                & (table["weighting"] == FINAL)
            ]
            for table in tables
        )
        categories = {
            domain.id: [category.value for category in instrument.categories(domain)]
            for domain in instrument.domains
        }
        return cls(
            name=name,
            year=year,
            frame=frame,
            plan=plan,
            shares=shares,
            psu_sums=psu_sums,
            categories=categories,
        )

    def numbers(self) -> Numbers:
        """All shares; empty categories are left out."""
        keys = ["standard", "domain", "category"]
        lonely = self.plan.variance.lonely_psu
        totals = dict(list(self.psu_sums.groupby(keys)))
        present = self.shares[self.shares["n"] > 0]
        return {
            key: (
                Linearised(
                    value=float(row["estimate"]),
                    totals=UnitTotals.from_frame(totals[key], lonely_psu=lonely),
                ),
                str(row["flag"]),
            )
            for key, row in ((tuple(row[keys]), row) for _, row in present.iterrows())
        }

    def numbers_of(self, domains: Sequence[str]) -> Iterator[Numbers]:
        """Per standard and domain, the shares of its categories in reporting order."""
        numbers = self.numbers()
        for standard in dict.fromkeys(key[0] for key in numbers):
            for domain in domains:
                keys = [(standard, domain, category) for category in self.categories[domain]]
                yield {key: numbers[key] for key in keys if key in numbers}


def gravest(*flags: str) -> str:
    """The flag that a figure made of several others carries."""
    return next(flag for flag in _GRAVEST if flag in flags)
