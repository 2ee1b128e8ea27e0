"""Ability of persons, information and test characteristic curves: R mirt, integrals in R."""

import re
from collections.abc import Callable, Mapping
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
from pipeline.stats.measurement.irt.curves import ItemModel, Logistic
from tests.oracle.psychometrics.calibration import calibrated
from tests.oracle.psychometrics.columns import items, responses
from tests.oracle.psychometrics.r_text import NUMBER, normal, texts
from tests.oracle.psychometrics.requests import Answer, Request


def model_in(frame: pd.DataFrame, metric: float = 1.0) -> Logistic:
    """Items of a file of slopes, difficulties and guessing."""
    guessing = frame["c"].to_numpy(dtype=float) if "c" in frame else 0.0
    a, b = (frame[name].to_numpy(dtype=float) for name in "ab")
    return Logistic.of_difficulty(metric * a, b, guessing)


def model(request: Request) -> ItemModel:
    """The items given in a file, or else calibrated on the data."""
    given = [frame for frame in request.frames if {"a", "b"} <= set(frame)]
    return model_in(given[0]) if given else calibrated(request).model


def abilities(kind: str, request: Request) -> Abilities:
    fit = calibrated(request)
    mean, sd = float(fit.population.means[0]), float(fit.population.sds[0])
    answers = responses(request)
    makers: dict[str, Callable[[], Abilities]] = {
        "EAP": partial(expected_a_posteriori, fit.model, answers, mean=mean, sd=sd),
        "MAP": partial(maximum_a_posteriori, fit.model, answers, mean=mean, sd=sd),
        "WLE": partial(weighted_likelihood, fit.model, answers, r_curvature=True),
    }
    return request.once(f"{kind} {id(fit)}", makers[kind])


def numbers(request: Request, pattern: str) -> list[float]:
    return [float(re.search(pattern, key)[1]) for key in request.keys]


def by_row(request: Request, values: FloatArray) -> Mapping[str, float]:
    rows = [int(row) - 1 for row in numbers(request, r"(\d+)$")]
    return dict(zip(request.keys, values[rows], strict=True))


def by_theta(read: Callable[[ItemModel, FloatArray], FloatArray]) -> Answer:
    """Sums over the items at each key's ability."""

    def answer(request: Request) -> Mapping[str, float]:
        theta = np.array(numbers(request, rf"{NUMBER}$"))
        return dict(zip(request.keys, read(model(request), theta).sum(axis=0), strict=True))

    return answer


def estimate(kind: str, request: Request) -> Mapping[str, float]:
    return by_row(request, abilities(kind, request).estimate)


def error(kind: str, request: Request) -> Mapping[str, float]:
    return by_row(request, abilities(kind, request).se)


def marginal(request: Request) -> Mapping[str, float]:
    fit = calibrated(request)
    mean, sd = float(fit.population.means[0]), float(fit.population.sds[0])
    found = marginal_reliability(fit.model, mean=mean, sd=sd)
    return dict.fromkeys(request.keys, found)


def empirical(request: Request) -> Mapping[str, float]:
    return dict.fromkeys(request.keys, posterior_reliability(abilities("EAP", request)))


def prior(request: Request) -> tuple[float, float]:
    """Mean and standard deviation of the prior, standard normal where the case has none."""
    return normal(texts(request), "N|d?norm") or (0.0, 1.0)


def posterior(read: Callable[..., FloatArray]) -> Answer:
    """A number of each person under the items of the file."""

    def answer(request: Request) -> Mapping[str, float]:
        mean, sd = prior(request)
        answers = responses_to_given(request)
        return by_row(request, read(model(request), answers, mean=mean, sd=sd))

    return answer


def responses_to_given(request: Request) -> CodeArray:
    """Answers as they are: the items' file tells that 1 is right, whoever answered."""
    return items(request).fillna(-1).to_numpy().astype(np.int64)


def above(request: Request) -> Mapping[str, float]:
    cut = float(re.search(rf"{NUMBER}$", request.statistic)[1])

    def read(given: ItemModel, answers: CodeArray, **prior: float) -> FloatArray:
        return probability_above(given, answers, np.array([cut]), **prior)[:, 0]

    return posterior(read)(request)


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
}
PATTERNS: dict[str, Answer] = {r"posterior_prob_above_.+": above}
