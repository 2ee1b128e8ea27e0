"""Calibration: one group, weighted, several groups, latent regression. R mirt and TAM."""

import re
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.measurement.irt.ability.point_estimates import weighted_likelihood
from pipeline.stats.measurement.irt.ability.posterior import Abilities
from pipeline.stats.measurement.irt.ability.precision import (
    estimate_reliability,
    posterior_reliability,
)
from pipeline.stats.measurement.irt.calibration import Calibrated, FamilyName, calibrate
from pipeline.stats.measurement.irt.curves import Graded, Logistic, PartialCredit
from pipeline.stats.measurement.irt.item_errors import ParameterErrors, likelihood_errors
from pipeline.stats.measurement.irt.marginal_likelihood.families import GuessingPrior
from tests.oracle.psychometrics.requests import Answer, Request

FAMILIES: tuple[FamilyName, ...] = ("rasch", "2pl", "3pl", "grm", "gpcm")
NUMBER = r"(-?\d+\.?\d*)"


def named_in(request: Request, pattern: str) -> list[str]:
    """Columns that the case's calls give an argument."""
    found = [re.search(pattern, call) for call in request.calls]
    listed = next((match[1] for match in found if match), "")
    return [name for name in re.findall(r"[\w.]+", listed) if name != "cbind"]


def group_column(request: Request) -> list[str]:
    return named_in(request, r"\bgroup\s*=\s*(\w+)")


def covariate_columns(request: Request) -> list[str]:
    return named_in(request, r"\bY\s*=\s*(cbind\([^)]*\)|\w+)")


def weight_columns(request: Request) -> list[str]:
    given = named_in(request, r"\bp?weights\s*=\s*(\w+)")
    names = {name for frame in request.frames for name in frame}
    return [name for name in [*given, "weight"] if name in names][:1]


def item_frame(request: Request) -> pd.DataFrame:
    others = [*group_column(request), *covariate_columns(request), *weight_columns(request)]
    return request.frames[0].drop(columns=others, errors="ignore")


def responses(request: Request) -> CodeArray:
    """Categories from 0 in the order of their codes, empty fields missing."""
    frame = item_frame(request)
    codes = [pd.factorize(frame[item], sort=True)[0] for item in frame]
    return np.column_stack(codes).astype(np.int64)


def survey_weights(request: Request) -> FloatArray | None:
    """TAM brings weights to mean 1, mirt takes them as they are."""
    is_weighted = "weights" in request.call or re.search("weight|latent_reg", request.topic)
    if not is_weighted:
        return None
    name = weight_columns(request)[0]
    weights = next(frame[name] for frame in request.frames if name in frame).to_numpy(dtype=float)
    return weights / weights.mean() if any("TAM" in call for call in request.calls) else weights


def nodes(request: Request) -> FloatArray:
    calls = " ".join(request.calls)
    stated = re.search(rf"seq\({NUMBER},\s*{NUMBER},\s*len\w*\s*=\s*(\d+)\)", calls)
    if stated:
        return np.linspace(float(stated[1]), float(stated[2]), int(stated[3]))
    points = re.search(r"quadpts\s*=\s*(\d+)", request.call)
    return np.linspace(-6, 6, int(points[1]) if points else 61)


def prior(request: Request) -> GuessingPrior | None:
    stated = re.search(rf"norm\({NUMBER},\s*{NUMBER}\)", request.call)
    return GuessingPrior(float(stated[1]), float(stated[2])) if stated else None


def family(request: Request) -> FamilyName:
    """From the statistic's name, or the call that names a model."""
    first = request.statistic.split("_")[0]
    if first in FAMILIES:
        return first
    said = " ".join([request.call, *request.calls]).lower().replace("graded", "grm")
    return re.search("|".join(FAMILIES), said)[0]


def group_names(request: Request) -> list[str]:
    column = group_column(request)
    return list(pd.unique(request.frames[0][column[0]])) if column else []


def calibrated(request: Request) -> Calibrated:
    weights, name = survey_weights(request), family(request)

    def make() -> Calibrated:
        frame, labels = request.frames[0], group_names(request)
        groups = frame[group_column(request)[0]].map(labels.index).to_numpy() if labels else None
        x = frame[covariate_columns(request)].to_numpy(dtype=float)
        return calibrate(
            responses(request),
            name,
            weights=weights,
            groups=groups,
            covariates=x if x.size else None,
            prior=prior(request),
            nodes=nodes(request),
        )

    return request.once(f"calibration {name} {'' if weights is None else 'weighted'}", make)


def errors(request: Request) -> ParameterErrors:
    found = calibrated(request)
    return request.once(f"errors {family(request)}", lambda: likelihood_errors(found))


def by_item(read: Callable[[Request], Mapping[int, float] | FloatArray]) -> Answer:
    def answer(request: Request) -> Mapping[str, float]:
        values = read(request)
        return {name: float(values[j]) for j, name in enumerate(item_frame(request))}

    return answer


def model(request: Request) -> Logistic | Graded | PartialCredit:
    return calibrated(request).model


def one(read: Callable[[Request], float]) -> Answer:
    return lambda request: {request.keys[0]: float(read(request))}


def by_row(read: Callable[[Request], FloatArray]) -> Answer:
    def answer(request: Request) -> Mapping[str, float]:
        rows = [int(re.search(r"row=(\d+)", key)[1]) - 1 for key in request.keys]
        return dict(zip(request.keys, read(request)[rows], strict=True))

    return answer


def of_group(numbers: Callable[[Calibrated], FloatArray]) -> Answer:
    """A number of the group that the statistic's last word names."""

    def answer(request: Request) -> Mapping[str, float]:
        place = group_names(request).index(request.statistic.split("_")[-1])
        return {request.keys[0]: float(numbers(calibrated(request))[place])}

    return answer


def coefficients(request: Request) -> Mapping[str, float]:
    found = calibrated(request).population
    named = zip(covariate_columns(request), found.coefficient, strict=True)
    return {"intercept": float(found.means[0]), **{name: float(beta) for name, beta in named}}


def wle(request: Request) -> Abilities:
    found = calibrated(request)
    return request.once("wle", lambda: weighted_likelihood(found.model, responses(request)))


def eap(request: Request) -> Abilities:
    found = calibrated(request)
    return Abilities(found.eap, found.eap_sd)


def of_family(name: str) -> dict[str, Answer]:
    return {
        f"{name}_a": by_item(lambda r: model(r).slope),
        f"{name}_b": by_item(lambda r: model(r).difficulty),
        f"{name}_c": by_item(lambda r: model(r).guessing),
        f"{name}_d": by_item(lambda r: model(r).intercept),
        **{f"{name}_b{k}": by_item(lambda r, k=k: model(r).steps[:, k - 1]) for k in range(1, 10)},
        f"{name}_se_a": by_item(lambda r: errors(r).of("slope")),
        f"{name}_se_d": by_item(lambda r: errors(r).of("intercept")),
        f"{name}_loglik": one(lambda r: calibrated(r).log_likelihood),
        f"{name}_loglik_without_prior": one(lambda r: calibrated(r).log_likelihood),
        f"{name}_pseudo_loglik": one(lambda r: calibrated(r).log_likelihood),
        f"{name}_aic": one(lambda r: calibrated(r).aic),
        f"{name}_bic": one(lambda r: calibrated(r).bic),
        f"{name}_latent_var": one(lambda r: calibrated(r).population.sds[0] ** 2),
    }


GROUPS = [f"{kind}{g}" for kind in ("w", "wave", "g", "group", "") for g in range(10)]
ONE_GROUP = {
    name: answer for kind in (*FAMILIES, "concurrent") for name, answer in of_family(kind).items()
}
REGRESSION: dict[str, Answer] = {
    "rasch_xsi_b": by_item(lambda r: model(r).difficulty),
    "beta": coefficients,
    "residual_variance": one(lambda r: calibrated(r).population.sds[0] ** 2),
    "deviance": one(lambda r: -2 * calibrated(r).log_likelihood),
    "EAP": by_row(lambda r: eap(r).estimate),
    "EAP_sd": by_row(lambda r: eap(r).se),
    "EAP_reliability": one(lambda r: posterior_reliability(eap(r), weights=survey_weights(r))),
    "wle": by_row(lambda r: wle(r).estimate),
    "wle_se": by_row(lambda r: wle(r).se),
    "wle_reliability": one(lambda r: estimate_reliability(wle(r), weights=survey_weights(r))),
}

ANSWERS: dict[str, Answer] = {
    **ONE_GROUP,
    **{f"{name}_weighted": answer for name, answer in ONE_GROUP.items()},
    **{f"concurrent_mean_{g}": of_group(lambda found: found.population.means) for g in GROUPS},
    **{f"concurrent_sd_{g}": of_group(lambda found: found.population.sds) for g in GROUPS},
    **{f"concurrent_var_{g}": of_group(lambda found: found.population.sds**2) for g in GROUPS},
    **{f"latent_regression:{name}": answer for name, answer in REGRESSION.items()},
}
