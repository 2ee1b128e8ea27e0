"""The jobs of `measure.py`: each makes its data, then is measured in a process of its own."""

import json
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.stats.measurement.dif.screening import screen
from pipeline.stats.measurement.irt.ability.posterior import expected_a_posteriori
from pipeline.stats.measurement.irt.calibration import calibrate, fit_population
from pipeline.stats.measurement.irt.item_errors import design_errors
from pipeline.stats.measurement.irt.quadrature import GRID
from pipeline.stats.measurement.plausible.drawing import draw
from pipeline.stats.measurement.plausible.priors import drawn_priors
from pipeline.stats.survey.design.sample import Sample
from simulated_tests.tests import items_with_cut

ITEMS, STRATA, UNITS, MOST_RUNS = 50, 60, 2_000, 30
BLOCK = 1 << 14
Answers = dict[str, float]


@dataclass(frozen=True)
class Data:
    """People of 2PL items: answers, the sample, a group and what is known of them."""

    given: np.ndarray
    sample: Sample
    group: np.ndarray
    covariates: np.ndarray


def made(people: int) -> Data:
    """The same people for the same number."""
    random = np.random.default_rng(people)
    items = items_with_cut(ITEMS, ability=1.12, cut_share=0.7)
    unit = np.sort(np.arange(people) % UNITS)
    group = random.integers(2, size=people)
    known = random.integers(5, size=people)
    effect = 0.25 * random.normal(size=UNITS)[unit] + 0.3 * (known - 2) - 0.2 * group
    ability = effect + 0.9 * random.normal(size=people)
    given = np.empty((people, ITEMS), dtype=np.int64)
    for start in range(0, people, BLOCK):
        at = slice(start, start + BLOCK)
        right = items.probabilities(ability[at])[:, 1].T
        given[at] = random.random(right.shape) < right
    weight = random.lognormal(0.0, 0.5, people)
    sample = Sample.clustered(weight, psu=unit, stratum=unit * STRATA // UNITS)
    dummies = (known[:, None] == np.arange(1, 5)).astype(np.float64)
    return Data(given, sample, group, np.column_stack([dummies, group]))


def write_answers(folder: Path, people: int) -> None:
    """Answers and weights as plain arrays, for other programs."""
    data = made(people)
    data.given.T.astype(np.int8).tofile(folder / "answers.i1")
    (data.sample.weight / data.sample.weight.mean()).tofile(folder / "weight.f8")


def calibration(data: Data) -> Callable[[], Answers]:
    """Items by weighted marginal likelihood."""
    weight = data.sample.weight / data.sample.weight.mean()

    def job() -> Answers:
        found = calibrate(data.given, weights=weight)
        return {"log_likelihood": found.log_likelihood, "rounds": float(found.iterations)}

    return job


def bound(data: Data) -> Callable[[], Answers]:
    """Log-likelihoods, posteriors and expected counts, as often as ours passed over the people."""
    rounds = calibrate(data.given, weights=data.sample.weight).iterations
    given = data.given.astype(np.float64)
    right = items_with_cut(ITEMS, ability=1.12, cut_share=0.7).probabilities(GRID)[:, 1]
    logit, wrong = np.log(right / (1 - right)), np.log(1 - right).sum(axis=0) - GRID**2 / 2
    weight = data.sample.weight

    def job() -> Answers:
        for _ in range(rounds):
            counts = np.zeros((len(GRID), ITEMS))
            for start in range(0, len(given), 4096):
                rows = given[start : start + 4096]
                posterior = rows @ logit + wrong
                posterior -= posterior.max(axis=1, keepdims=True)
                np.exp(posterior, out=posterior)
                posterior *= (weight[start : start + 4096] / posterior.sum(axis=1))[:, None]
                counts += posterior.T @ rows
        return {"people": float(counts.sum())}

    return job


def design(data: Data) -> Callable[[], Answers]:
    """Standard errors of the items by the design."""
    found = calibrate(data.given, weights=data.sample.weight)
    return lambda: {"se": float(design_errors(found, data.sample).se.mean())}


def posterior_means(data: Data) -> Callable[[], Answers]:
    """EAP of everybody, by known items."""
    items = items_with_cut(ITEMS, ability=1.12, cut_share=0.7)
    return lambda: {"mean": float(expected_a_posteriori(items, data.given).estimate.mean())}


def plausible_values(data: Data) -> Callable[[], Answers]:
    """Population with covariates, its errors, and ten draws of everybody."""
    items = items_with_cut(ITEMS, ability=1.12, cut_share=0.7)
    keys = [str(person) for person in range(len(data.given))]

    def job() -> Answers:
        weight = data.sample.weight
        fitted = fit_population(data.given, items, weights=weight, covariates=data.covariates)
        random = np.random.default_rng(1)
        mean, sd = drawn_priors(fitted, design_errors(fitted, data.sample), random=random)
        values = draw(data.given, items, mean=mean, sd=sd, keys=keys, random=random)
        return {"mean": float(values.mean())}

    return job


def dif(data: Data) -> Callable[[], Answers]:
    """Screening of all items between two groups."""

    def job() -> Answers:
        rows = screen(data.given, {"group": data.group}).rows
        return {"flagged": float(rows.is_flagged.sum())}

    return job


JOBS: dict[str, Callable[[Data], Callable[[], Answers]]] = {
    "calibration": calibration,
    "bound": bound,
    "design": design,
    "posterior_means": posterior_means,
    "plausible_values": plausible_values,
    "dif": dif,
}


def measure_here(name: str, people: int, budget: float) -> None:
    """Do a job for so many seconds and print what it took as one line of JSON."""
    job = JOBS[name](made(people))
    seconds: list[float] = []
    while not seconds or (sum(seconds) < budget and len(seconds) < MOST_RUNS):
        start = time.perf_counter()
        answers = job()
        seconds.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    report = {"seconds": min(seconds), "runs": len(seconds), "peak_mb": peak, "answers": answers}
    print(json.dumps(report))
