"""Calibration: one group, weighted, several groups, latent regression. R mirt and TAM."""

import re
from collections.abc import Callable, Mapping

import numpy as np

from pipeline.stats.arrays import FloatArray
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
from tests.oracle.psychometrics.columns import (
    covariate_columns,
    group_column,
    group_labels,
    items,
    label_of,
    responses,
    survey_weights,
)
from tests.oracle.psychometrics.r_text import normal, sequence
from tests.oracle.psychometrics.requests import Answer, Request

FAMILIES: tuple[FamilyName, ...] = ("rasch", "2pl", "3pl", "grm", "gpcm")
SAID: dict[str, FamilyName] = {
    r"\b2PL\b|tam\.mml\.2pl": "2pl",
    r"\b3PL\b": "3pl",
    r"\bgraded\b|\bGRM\b": "grm",
    r"\bGPCM\b": "gpcm",
    r"\bRasch\b|\b1PL\b|\bPCM\b|tam\.mml\b(?!\.)": "rasch",
}
MIRT_NODES, TAM_NODES = 61, 21  # where a call does not say


def families_in(text: str) -> list[FamilyName]:
    """Models in the order in which a text names them."""
    found = [
        (match.start(), name)
        for pattern, name in SAID.items()
        for match in re.finditer(pattern, text, re.IGNORECASE)
    ]
    return [name for _, name in sorted(found)]


def family(request: Request) -> FamilyName:
    """From the statistic's name, or the nearest text that names a model; 2PL where none does."""
    first = request.statistic.split("_")[0]
    if first in FAMILIES:
        return first
    near = [call for call in request.calls if first in call or "fscores" in call]
    texts = (request.call, request.note, *near, *request.calls)
    return next((named[0] for text in texts if (named := families_in(text))), "2pl")


def own_texts(request: Request) -> list[str]:
    """The request's call and those of the case that name its model."""
    name = family(request)
    return [request.call, *(call for call in request.calls if name in families_in(call))]


def nodes(request: Request) -> FloatArray:
    texts = own_texts(request)
    stated = (sequence(text) for text in texts if re.search("node|TAM", text))
    if (found := next((each for each in stated if each is not None), None)) is not None:
        return found
    points = (re.search(r"quadpts\s*=\s*(\d+)", text) for text in texts)
    is_tam = any(re.search(r"\bTAM\b|\btam\.", text) for text in texts)
    count = next((int(each[1]) for each in points if each), TAM_NODES if is_tam else MIRT_NODES)
    return np.linspace(-6, 6, count)


def prior(request: Request) -> GuessingPrior | None:
    stated = normal(own_texts(request), "norm|N")
    return GuessingPrior(*stated) if stated and family(request) == "3pl" else None


def calibrated(request: Request) -> Calibrated:
    """The calibration that the request's model, weights, nodes and prior ask for."""
    weights, name = survey_weights(request), family(request)

    def make() -> Calibrated:
        frame, labels = request.frames[0], group_labels(request)
        groups = frame[group_column(request)[0]].map(label_of).map(labels.index) if labels else None
        x = frame[covariate_columns(request)].to_numpy(dtype=float)
        return calibrate(
            responses(request),
            name,
            weights=weights,
            groups=None if groups is None else groups.to_numpy(),
            covariates=x if x.size else None,
            prior=prior(request),
            # R asks for no number of people.
            fewest_for_guessing=0,
            nodes=nodes(request),
        )

    # A case has few calibrations; the first fit of a kind serves every row that asks for it.
    kind = f"{name} {weights is not None} {len(nodes(request))} {nodes(request)[0]}"
    return request.once(f"calibration {kind} {prior(request)}", make)


def errors(request: Request) -> ParameterErrors:
    found = calibrated(request)
    return request.once(f"errors {id(found)}", lambda: likelihood_errors(found))


def by_item(read: Callable[[Request], Mapping[int, float] | FloatArray]) -> Answer:
    def answer(request: Request) -> Mapping[str, float]:
        values = read(request)
        return {name: float(values[j]) for j, name in enumerate(items(request))}

    return answer


def by_step(k: int) -> Answer:
    """The k-th step of the items that have one."""

    def answer(request: Request) -> Mapping[str, float]:
        steps = model(request).steps
        values = zip(items(request), steps, strict=True)
        return {name: float(row[k - 1]) for name, row in values if np.isfinite(row[k - 1])}

    return answer


def model(request: Request) -> Logistic | Graded | PartialCredit:
    return calibrated(request).model


def one(read: Callable[[Request], float]) -> Answer:
    return lambda request: dict.fromkeys(request.keys, float(read(request)))


def by_row(read: Callable[[Request], FloatArray]) -> Answer:
    def answer(request: Request) -> Mapping[str, float]:
        rows = [int(re.search(r"row=(\d+)", key)[1]) - 1 for key in request.keys]
        return dict(zip(request.keys, read(request)[rows], strict=True))

    return answer


def of_group(numbers: Callable[[Calibrated], FloatArray]) -> Answer:
    """A number of the group that the statistic's last word names."""

    def answer(request: Request) -> Mapping[str, float]:
        label = re.fullmatch(CONCURRENT, request.statistic)[2]
        place = group_labels(request).index(label)
        return {request.keys[0]: float(numbers(calibrated(request))[place])}

    return answer


def coefficients(request: Request) -> Mapping[str, float]:
    found = calibrated(request).population
    named = zip(covariate_columns(request), found.coefficient, strict=True)
    return {"intercept": float(found.means[0]), **{name: float(beta) for name, beta in named}}


def wle(request: Request) -> Abilities:
    found = calibrated(request)
    return request.once(
        f"wle {id(found)}", lambda: weighted_likelihood(found.model, responses(request))
    )


def eap(request: Request) -> Abilities:
    found = calibrated(request)
    return Abilities(found.eap, found.eap_sd)


def of_family(name: str) -> dict[str, Answer]:
    return {
        f"{name}_a": by_item(lambda r: model(r).slope),
        f"{name}_b": by_item(lambda r: model(r).difficulty),
        f"{name}_c": by_item(lambda r: model(r).guessing),
        f"{name}_d": by_item(lambda r: model(r).intercept),
        **{f"{name}_b{k}": by_step(k) for k in range(1, 20)},
        f"{name}_se_a": by_item(lambda r: errors(r).of("slope")),
        f"{name}_se_d": by_item(lambda r: errors(r).of("intercept")),
        f"{name}_loglik": one(lambda r: calibrated(r).log_likelihood),
        f"{name}_loglik_without_prior": one(lambda r: calibrated(r).log_likelihood),
        f"{name}_pseudo_loglik": one(lambda r: calibrated(r).log_likelihood),
        f"{name}_aic": one(lambda r: calibrated(r).aic),
        f"{name}_bic": one(lambda r: calibrated(r).bic),
        f"{name}_latent_sd": one(lambda r: calibrated(r).population.sds[0]),
        f"{name}_latent_var": one(lambda r: calibrated(r).population.sds[0] ** 2),
    }


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

CONCURRENT = r"\w+?_(mean|sd|var)_(.+)"
ANSWERS: dict[str, Answer] = {
    **ONE_GROUP,
    **{f"{name}_weighted": answer for name, answer in ONE_GROUP.items()},
    **{f"latent_regression:{name}": answer for name, answer in REGRESSION.items()},
}
PATTERNS: dict[str, Answer] = {
    r"concurrent_mean_.+": of_group(lambda found: found.population.means),
    r"concurrent_sd_.+": of_group(lambda found: found.population.sds),
    r"concurrent_var_.+": of_group(lambda found: found.population.sds**2),
}
