"""All variances of one survey: by linearisation with more or less of the chain, by replicates."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from scipy import sparse

from pipeline.errors import PipelineError
from pipeline.stats.streams import stream
from pipeline.stats.survey.design.adjustment import Adjustment
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.design.units import Units
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimators import share
from pipeline.stats.survey.replication.bootstrap import bootstrap
from pipeline.stats.survey.replication.factors import Factors, jkn
from pipeline.stats.survey.replication.replicates import Replicates
from pipeline.stats.survey.weighting.diagnostics import kish_deff
from repeated_surveys.city import FixedCity
from repeated_surveys.drawing import Addresses, Design, draw
from repeated_surveys.weighting import Scheme, match, repeat, weigh

LINEARISED = ("weights fixed", "last step only", "chain, final weights", "chain")
REPLICATED = ("JKn", "bootstrap")


@dataclass(frozen=True, kw_only=True, eq=False)
class Found:
    """What one survey found for k domains (the city first) and its cuts.

    Attributes:
        estimate: (k, cuts).
        variance: by method, (k, cuts); NaN where a replicate could not be weighted.
        n: (k,) respondents.
        df: (k,) PSUs - strata.
        kish: (k,) design effect of the weights.
        n_categories: calibrated.
    """

    estimate: np.ndarray
    variance: dict[str, np.ndarray]
    n: np.ndarray
    df: np.ndarray
    kish: np.ndarray
    n_categories: int


def survey(
    city: FixedCity, design: Design, scheme: Scheme, number: int, *, replicates: int, shuffle: bool
) -> Found | str:
    """Draw, weigh and analyse survey `number`; the fault in words where it cannot be weighted."""
    addresses = draw(city, design, stream("coverage", design.name, str(number)), shuffle=shuffle)
    try:
        return analysed(city, addresses, scheme, replicates, number)
    except PipelineError as error:
        return f"{type(error).__name__}: {error.where}"


def analysed(
    city: FixedCity, addresses: Addresses, scheme: Scheme, replicates: int, number: int
) -> Found:
    """Estimates and all variances of one survey."""
    matched = match(city, addresses, scheme)
    sample = weigh(addresses, matched, scheme)
    county = np.where(addresses.answers, city.traits["county"][addresses.person], -1)
    domains = _domains(city, county)
    passes = city.passes[addresses.person].astype(float)
    found = {
        name: [share(y, of_method, domains) for y in passes.T]
        for name, of_method in linearisations(sample).items()
    }
    variance = {
        name: np.column_stack([of_cut.variance for of_cut in by_cut])
        for name, by_cut in found.items()
    }
    chain = found["chain"]
    estimate = np.column_stack([of_cut.estimate for of_cut in chain])
    makers: dict[str, Callable[[Units], Factors]] = {"JKn": jkn}
    if replicates:
        makers["bootstrap"] = partial(bootstrap, replicates=replicates, seed=number)
    for name, make in makers.items():
        try:
            made = repeat(sample, make(sample.units), addresses, matched, scheme)
            variance[name] = replicated(made, passes, county)
        except PipelineError:  # too few units for so many replicates, or one lacks a category
            variance[name] = np.full_like(estimate, np.nan)
    members = domains.members.toarray().astype(bool)
    return Found(
        estimate=estimate,
        variance=variance,
        n=chain[0].n,
        df=chain[0].df,
        kish=np.array([kish_deff(sample.weight[rows]) for rows in members.T]),
        n_categories=matched.n_categories,
    )


def linearisations(sample: Sample) -> Mapping[str, Sample]:
    """The sample with its chain taken as fixed, in part, by final weights, and whole."""
    steps = sample.steps
    fixed = tuple(Adjustment(ratio=step.ratio) for step in steps)
    final = tuple(_final_weighted(step) for step in steps)
    chains = (fixed, (*fixed[:-1], steps[-1]), final, steps)
    return {
        name: replace(sample, steps=chain) for name, chain in zip(LINEARISED, chains, strict=True)
    }


def replicated(made: Replicates, passes: np.ndarray, county: np.ndarray) -> np.ndarray:
    """(k, cuts) variances from replicates."""
    size = int(county.max()) + 1
    people, *hits = made.weights.sums(county, size, [np.ones(len(county)), *passes.T])
    found = []
    for of_cut in hits:
        above = np.vstack([of_cut.sum(axis=0), of_cut])
        over = np.vstack([people.sum(axis=0), people])
        with np.errstate(divide="ignore", invalid="ignore"):
            found.append(made.scaling.variance((above / over).T))
    return np.column_stack(found)


def _final_weighted(step: Adjustment) -> Adjustment:
    """The regression of a calibration by the weights after it."""
    if step.is_estimated or step.regression_weight is None:
        return step
    return replace(step, regression_weight=step.regression_weight * step.ratio)


def _domains(city: FixedCity, county: np.ndarray) -> Domains:
    """The city and its counties, among those who answered."""
    columns = [county >= 0] + [county == code for code in range(len(city.counties))]
    labels = (("all", "all"), *(("county", code) for code in city.counties))
    return Domains(labels, sparse.csr_array(np.column_stack(columns).astype(float)))
