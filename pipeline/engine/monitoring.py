"""The waves together: trend, changes, gaps and verdicts against targets."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations, pairwise
from typing import TypeAlias

import pandas as pd

from pipeline.config.instrument import Instrument
from pipeline.config.plan import Plan
from pipeline.fields import FINAL, LITERATE, WHOLE
from pipeline.stats.monitoring.change import change
from pipeline.stats.monitoring.targets import against_target
from pipeline.stats.survey.design.unit_totals import UnitTotals
from pipeline.stats.survey.estimation.contrasts import Contrast, difference, odds_ratio, ratio
from pipeline.stats.survey.estimation.linearised import Linearised

Key: TypeAlias = tuple[str, str, str]  # standard, domain, category
Numbers: TypeAlias = Mapping[Key, tuple[Linearised, str]]  # shares with their flags

_GRAVEST = ("withhold", "review", "publish")
_COMPARISONS = {"points": difference, "ratio": ratio, "odds_ratio": odds_ratio}


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


def trend(waves: Sequence[Wave], published: pd.DataFrame, area_code: str) -> pd.DataFrame:
    """Own shares of every wave and figures published by others, one row each."""
    own = [
        wave.shares.assign(year=wave.year, kind="survey", area_code=area_code, citation=None)
        for wave in waves
    ]
    survey = pd.concat(own).rename(columns={"n": "sample_size"})
    others = published.assign(kind="published", wave="", flag="publish")
    columns = [
        "area_code", "standard", "kind", "wave", "year", "domain", "category", "estimate", "se",
        "ci_low", "ci_high", "sample_size", "flag", "citation",
    ]  # fmt: skip
    return pd.concat([survey, others])[columns].reset_index(drop=True)


def changes(waves: Sequence[Wave]) -> pd.DataFrame:
    """Change of each share between consecutive waves and from the first to the last."""
    pairs = list(pairwise(waves))
    if len(waves) > 2:
        pairs.append((waves[0], waves[-1]))
    numbers = {wave.name: wave.numbers() for wave in waves}
    rows = [
        row
        for earlier, later in pairs
        for row in _changes(earlier, later, numbers[earlier.name], numbers[later.name])
    ]
    return pd.DataFrame(rows, columns=_CHANGE_COLUMNS)


_CHANGE_COLUMNS = [
    "standard", "domain", "category", "wave_from", "wave_to", "change", "se", "ci_low",
    "ci_high", "df", "p_value", "is_significant", "flag",
]  # fmt: skip


def _changes(
    earlier: Wave,
    later: Wave,
    before: Numbers,
    after: Numbers,
) -> Iterator[list[object]]:
    for key in after:
        if key in before:
            found = change(
                after[key][0],
                before[key][0],
                level=later.plan.estimates.confidence,
                shares_frame=earlier.frame == later.frame,
            )
            significant = bool(found.p_value < later.plan.test.alpha)
            yield [
                *key, earlier.name, later.name, found.estimate, found.se, found.ci_low,
                found.ci_high, found.df, found.p_value, significant,
                gravest(before[key][1], after[key][1]),
            ]  # fmt: skip


def gaps(waves: Sequence[Wave]) -> pd.DataFrame:
    """Gaps between categories of a domain: in points, as ratio and as odds ratio."""
    rows = [row for wave in waves for row in _gaps(wave)]
    columns = [
        "wave", "standard", "gap", "category_a", "category_b", "comparison", "estimate", "se",
        "ci_low", "ci_high", "df", "flag",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _gaps(wave: Wave) -> Iterator[list[object]]:
    estimates = wave.plan.estimates
    for numbers in wave.numbers_of(estimates.gaps):
        for (a, first), (b, second) in combinations(numbers.items(), 2):
            flag = gravest(first[1], second[1])
            for name, compare in _COMPARISONS.items():
                found: Contrast = compare(first[0], second[0], level=estimates.confidence)
                yield [
                    wave.name, *a, b[2], name, found.estimate, found.se,
                    found.ci_low, found.ci_high, found.df, flag,
                ]  # fmt: skip


def gravest(*flags: str) -> str:
    """The flag that a figure made of several others carries."""
    return next(flag for flag in _GRAVEST if flag in flags)


def verdicts(waves: Sequence[Wave], targets: pd.DataFrame, area_code: str) -> pd.DataFrame:
    """Each wave's share of the whole area tested against each target of the area.

    A target belongs to one standard; shares under another are never held against it.
    """
    own = targets[targets["area_code"] == area_code]
    rows = [
        _verdict(wave, share, target)
        for wave in waves
        for _, share in wave.shares[wave.shares["domain"] == WHOLE].iterrows()
        for _, target in own.iterrows()
        if str(share["standard"]).split("@")[0] == target["standard"] and share["n"] > 0
    ]
    return pd.DataFrame(rows, columns=_VERDICT_COLUMNS)


_VERDICT_COLUMNS = [
    "wave", "standard", "target_id", "area_code", "target_year", "is_due", "operator", "target",
    "estimate", "se", "df", "p_value", "prob_met", "verdict", "n_needed",
]  # fmt: skip


def _verdict(wave: Wave, share: pd.Series, target: pd.Series) -> dict[str, object]:
    result = against_target(
        share["estimate"],
        target["target"],
        n=share["n"],
        n_eff=share["n_eff"],
        df=share["df"],
        alpha=wave.plan.test.alpha,
        power=wave.plan.test.power,
    )
    return {
        "wave": wave.name,
        "standard": share["standard"],
        "target_id": target["target_id"],
        "area_code": target["area_code"],
        "target_year": target["year"],
        "is_due": bool(wave.year >= target["year"]),
        "operator": target["operator"],
        "target": target["target"],
        "estimate": share["estimate"],
        "se": share["se"],
        "df": share["df"],
        **asdict(result),
    }
