"""Weights of one survey by the whole chain, and the same chain in its replicates.

Unknown eligibility and nonresponse (classes: strata), selection within the household, raking,
trimming, raking once more: the chain of the demo's plan, on single addresses.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.stats.survey.design.adjustment import Adjustment
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.replication.cell_steps import Raking, Redistribution
from pipeline.stats.survey.replication.factors import Factors
from pipeline.stats.survey.replication.readjustment import readjusted, readjusted_rows
from pipeline.stats.survey.replication.replicates import Replicates
from pipeline.stats.survey.weighting.collapse import collapse
from pipeline.stats.survey.weighting.eligibility import adjust_eligibility
from pipeline.stats.survey.weighting.nonresponse import adjust_nonresponse
from pipeline.stats.survey.weighting.raking import Raked, rake
from pipeline.stats.survey.weighting.trimming import trim
from repeated_surveys.city import FixedCity
from repeated_surveys.drawing import Addresses

TOLERANCE, ROUNDS = 1e-8, 300
REPLICATE_TOLERANCE = 1e-5


@dataclass(frozen=True, kw_only=True)
class Margin:
    """A population margin and how its sparse categories merge."""

    by: tuple[str, ...]
    merge_along: tuple[str, ...] = ()
    min_respondents: int = 0


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """What differs between the weightings compared: margins, and bounds of trimming."""

    name: str
    margins: tuple[Margin, ...]
    low: float
    high: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Matched:
    """The margins of a scheme as they fit one survey, sparse categories merged.

    Attributes:
        codes: by margin, (n,) merged category; none for addresses without interview.
        totals: by margin, people by merged category.
    """

    codes: dict[str, pd.Categorical]
    totals: dict[str, dict[str, float]]

    @property
    def n_categories(self) -> int:
        """Categories of all margins."""
        return sum(map(len, self.totals.values()))


def weigh(addresses: Addresses, matched: Matched, scheme: Scheme) -> Sample:
    """The addresses with every step of the weighting.

    Raises:
        PipelineError: the survey cannot be weighted by the scheme.
    """
    sample = Sample.clustered(addresses.weight, addresses.stratum, addresses.psu)
    eligibility = adjust_eligibility(
        sample.weight,
        eligible=addresses.is_eligible,
        ineligible=addresses.is_resolved & ~addresses.is_eligible,
        classes=addresses.stratum,
    )
    sample = sample.adjusted(eligibility.adjustment)
    nonresponse = adjust_nonresponse(
        sample.weight,
        eligible=addresses.is_eligible,
        responded=addresses.answers,
        classes=addresses.stratum,
    )
    sample = sample.adjusted(nonresponse.adjustment)
    sample = sample.adjusted(Adjustment(ratio=addresses.adults.astype(float)))
    raked = _rake(sample.weight, matched)
    trimmed = trim(raked.weight, low=scheme.low, high=scheme.high)
    again = _rake(trimmed.weight, matched)
    for record in (raked, trimmed, again):
        sample = sample.adjusted(record.adjustment)
    return sample


def repeat(
    sample: Sample, factors: Factors, addresses: Addresses, matched: Matched, scheme: Scheme
) -> Replicates:
    """The chain taken anew in every replicate.

    Raises:
        PipelineError: a replicate cannot be weighted, as when it lacks a category.
    """
    drawn = Replicates.of(sample, factors, mse=True)
    resolved, eligible, answers = (
        addresses.is_resolved,
        addresses.is_eligible,
        addresses.answers,
    )
    response = [
        Redistribution(classes=addresses.stratum, gives=~resolved, takes=resolved),
        Redistribution(classes=addresses.stratum, gives=eligible & ~answers, takes=answers),
    ]
    adjusted = readjusted(drawn, response)
    of_people = np.where(answers, adjusted.weights.base * addresses.adults, 0.0)
    adjusted = adjusted.readjusted(replace(adjusted.weights, base=of_people))
    raking = Raking(
        margins=[codes.codes.astype(np.int64) for codes in matched.codes.values()],
        totals=[np.array(list(totals.values())) for totals in matched.totals.values()],
        tolerance=REPLICATE_TOLERANCE,
        max_rounds=ROUNDS,
    )
    raked = readjusted(adjusted, [raking])

    def trimmed(weight: np.ndarray) -> np.ndarray:
        return trim(weight, low=scheme.low, high=scheme.high).weight

    return readjusted(readjusted_rows(raked, trimmed), [raking])


def match(city: FixedCity, addresses: Addresses, scheme: Scheme) -> Matched:
    """Merge sparse categories by the numbers of this survey's respondents.

    Raises:
        CalibrationError: a category stays sparse although all it may join has joined.
    """
    codes, totals = {}, {}
    for margin in scheme.margins:
        name = "*".join(margin.by)
        everybody = _crossed(city, margin)
        size = int(np.prod([len(city.categories[axis]) for axis in margin.by]))
        people = np.bincount(everybody, minlength=size).astype(float)
        place, labels = _merged(city, margin, everybody[addresses.person[addresses.answers]], size)
        of_row = np.where(addresses.answers, place[everybody[addresses.person]], -1)
        codes[name] = pd.Categorical.from_codes(of_row, categories=labels)
        totals[name] = dict(zip(labels, np.bincount(place, people), strict=True))
    return Matched(codes=codes, totals=totals)


def _rake(weight: np.ndarray, matched: Matched) -> Raked:
    return rake(weight, matched.codes, matched.totals, tolerance=TOLERANCE, max_rounds=ROUNDS)


def _crossed(city: FixedCity, margin: Margin) -> np.ndarray:
    """(N,) category of everybody in the product of the axes."""
    shape = [len(city.categories[axis]) for axis in margin.by]
    return np.asarray(np.ravel_multi_index([city.traits[axis] for axis in margin.by], shape))


def _merged(
    city: FixedCity, margin: Margin, answered: np.ndarray, size: int
) -> tuple[np.ndarray, list[str]]:
    """Merged category of each category, and the merged categories' names."""
    counts = np.bincount(answered, minlength=size)
    orders: Mapping[str, list[str]] = {axis: city.categories[axis] for axis in margin.by}
    cells = pd.MultiIndex.from_product(orders.values(), names=margin.by)
    if counts.min() >= margin.min_respondents:
        return np.arange(size), ["*".join(cell) for cell in cells]
    merged = collapse(
        pd.Series(counts, index=cells, name="*".join(margin.by)),
        along={axis: orders[axis] for axis in margin.merge_along},
        min_count=margin.min_respondents,
    )
    place, labels = pd.factorize(np.array([merged.labels[tuple(cell)] for cell in cells], object))
    return place, list(labels)
