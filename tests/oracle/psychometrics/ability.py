"""Ability of persons, information and test characteristic curves: R mirt, integrals in R."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial

import numpy as np
import pandas as pd

from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.measurement.irt.ability.point_estimates import (
    maximum_a_posteriori,
    weighted_likelihood,
)
from pipeline.stats.measurement.irt.ability.posterior import (
    Abilities,
    expected_a_posteriori,
    log_marginal_likelihoods,
    probability_above,
)
from pipeline.stats.measurement.irt.ability.precision import (
    marginal_reliability,
    posterior_reliability,
)
from pipeline.stats.measurement.irt.calibration import Calibrated, FamilyName, calibrate
from pipeline.stats.measurement.irt.curves import ItemModel, Logistic
from tests.oracle.psychometrics.requests import Answer, Request

FAMILIES: dict[str, FamilyName] = {
    r"\b2PL\b": "2pl",
    r"\b3PL\b": "3pl",
    r"\bRasch\b|\b1PL\b": "rasch",
    r"\bgraded\b|\bGRM\b": "grm",
    r"\bGPCM\b|\bgpcm\b": "gpcm",
}
PRIOR = r"N\(\s*(-?[\d.]+)\s*,\s*([\d.]+)\s*(\^2)?\s*\)\s*prior"
# A statistic's name carries its cut, which must stand in ANSWERS before any request is seen.
CUTS = [f"{cut / 100:g}" for cut in range(-400, 401)]


def family(calls: Iterable[str]) -> FamilyName:
    """The model named first in the calls."""
    named = (name for call in calls for said, name in FAMILIES.items() if re.search(said, call))
    return next(named)


def responses(frame: pd.DataFrame) -> CodeArray:
    """Categories from 0, empty fields missing."""
    items = frame.drop(columns=[name for name in frame if "weight" in name.lower()])
    values = (items - items.min()).fillna(-1)
    return values.to_numpy().astype(np.int64)


def survey_weights(request: Request) -> FloatArray | None:
    columns = [frame[name] for frame in request.frames for name in frame if "weight" in name]
    return columns[0].to_numpy(dtype=float) if columns else None


def scoring_family(request: Request) -> FamilyName:
    """The model that the request scores with, or else the first one that the case scores with."""
    scoring = [call for call in request.calls if "fscores" in call]
    return family([request.call, request.note, *scoring, *request.calls])


def calibrated(request: Request) -> Calibrated:
    name = scoring_family(request)
    return request.once(
        f"calibrated {name}",
        lambda: calibrate(responses(request.frames[0]), name, weights=survey_weights(request)),
    )


def model_in(frame: pd.DataFrame) -> Logistic:
    """Items of a file of slopes, difficulties and guessing."""
    guessing = frame["c"].to_numpy(dtype=float) if "c" in frame else 0.0
    a, b = frame["a"].to_numpy(dtype=float), frame["b"].to_numpy(dtype=float)
    return Logistic.of_difficulty(a, b, guessing)


def model(request: Request) -> ItemModel:
    """The items given in a file, or else calibrated on the data."""
    given = [frame for frame in request.frames if {"a", "b"} <= set(frame)]
    return model_in(given[0]) if given else calibrated(request).model


def abilities(kind: str, request: Request) -> Abilities:
    fit = calibrated(request)
    mean, sd = float(fit.population.means[0]), float(fit.population.sds[0])
    answers = responses(request.frames[0])
    makers: dict[str, Callable[[], Abilities]] = {
        "EAP": partial(expected_a_posteriori, fit.model, answers, mean=mean, sd=sd),
        "MAP": partial(maximum_a_posteriori, fit.model, answers, mean=mean, sd=sd),
        "WLE": partial(weighted_likelihood, fit.model, answers, r_curvature=True),
    }
    return request.once(f"{kind} {scoring_family(request)}", makers[kind])


def numbers(request: Request, pattern: str) -> list[float]:
    return [float(re.search(pattern, key)[1]) for key in request.keys]


def by_row(request: Request, values: FloatArray) -> Mapping[str, float]:
    rows = [int(row) - 1 for row in numbers(request, r"row=(\d+)")]
    return dict(zip(request.keys, values[rows], strict=True))


def by_theta(read: Callable[[ItemModel, FloatArray], FloatArray]) -> Answer:
    """Sums over the items at each key's ability."""

    def answer(request: Request) -> Mapping[str, float]:
        theta = np.array(numbers(request, r"theta=(-?[\d.]+)"))
        return dict(zip(request.keys, read(model(request), theta).sum(axis=0), strict=True))

    return answer


def estimate(kind: str, request: Request) -> Mapping[str, float]:
    return by_row(request, abilities(kind, request).estimate)


def error(kind: str, request: Request) -> Mapping[str, float]:
    return by_row(request, abilities(kind, request).se)


def marginal(request: Request) -> Mapping[str, float]:
    fit = calibrated(request)
    mean, sd = float(fit.population.means[0]), float(fit.population.sds[0])
    return {request.keys[0]: marginal_reliability(fit.model, mean=mean, sd=sd)}


def empirical(request: Request) -> Mapping[str, float]:
    return {request.keys[0]: posterior_reliability(abilities("EAP", request))}


def prior(request: Request) -> tuple[float, float]:
    """Mean and standard deviation of "N(mean, variance) prior", the variance perhaps a square."""
    said = (re.search(PRIOR, call) for call in (request.call, *request.calls))
    mean, spread, square = next(found for found in said if found).groups()
    return float(mean), float(spread) if square else float(spread) ** 0.5


def posterior(read: Callable[..., FloatArray]) -> Answer:
    """A number of each person under the items of the file."""

    def answer(request: Request) -> Mapping[str, float]:
        mean, sd = prior(request)
        answers = responses(request.frames[0])
        return by_row(request, read(model(request), answers, mean=mean, sd=sd))

    return answer


def above(cut: float, items: ItemModel, answers: CodeArray, **prior: float) -> FloatArray:
    return probability_above(items, answers, np.array([cut]), **prior)[:, 0]


ANSWERS: dict[str, Answer] = {
    **{f"theta_{kind}": partial(estimate, kind) for kind in ("EAP", "MAP", "WLE")},
    **{f"se_{kind}": partial(error, kind) for kind in ("EAP", "MAP", "WLE")},
    "test_information": by_theta(lambda items, theta: items.information(theta)),
    "information": by_theta(lambda items, theta: items.information(theta)),
    "expected_total_score": by_theta(lambda items, theta: items.expected(theta)),
    "tcc": by_theta(lambda items, theta: items.expected(theta)),
    "marginal_reliability": marginal,
    "empirical_reliability_EAP": empirical,
    "posterior_mean": posterior(
        lambda *given, **prior: expected_a_posteriori(*given, **prior).estimate
    ),
    "posterior_sd": posterior(lambda *given, **prior: expected_a_posteriori(*given, **prior).se),
    "log_marginal": posterior(log_marginal_likelihoods),
    **{f"posterior_prob_above_{cut}": posterior(partial(above, float(cut))) for cut in CUTS},
}
