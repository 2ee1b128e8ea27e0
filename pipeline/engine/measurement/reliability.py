"""Tables of reliability and dimensions: what share of a total another such test would repeat."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd

from pipeline.engine.measurement.form import Form
from pipeline.engine.measurement.wave import MeasuredWave
from pipeline.errors import ContractError, NotConvergedError
from pipeline.fields import WHOLE
from pipeline.stats.measurement.classical.alpha_error import feldt_interval
from pipeline.stats.measurement.classical.eigenvalues import parallel_analysis
from pipeline.stats.measurement.classical.moments import ItemMoments, item_moments
from pipeline.stats.measurement.classical.one_factor import one_factor
from pipeline.stats.measurement.classical.reliability import (
    alpha,
    lambda2,
    lambda6,
    standard_error_of_measurement,
    stratified_alpha,
)
from pipeline.stats.measurement.classical.second_order import second_order
from pipeline.stats.measurement.irt.ability.precision import marginal_reliability
from pipeline.stats.streams import stream
from pipeline.tables import EIGENVALUES, RELIABILITY

_DRAWS, _CHANCE = 200, 0.95  # of the parallel analysis: Horn (1965), Glorfeld (1995)
_NONE = (np.nan, np.nan)


def reliability_table(wave: MeasuredWave, forms: Mapping[str, Form]) -> pd.DataFrame:
    """Coefficients of every standard's total and of its dimensions.

    `at_cut` is the share of the total's variance that would not be error if everybody's score
    were as uncertain as at the cut. A coefficient that the items do not allow, such as omega of
    two items, has a row without a number.
    Dimensions of a single item that tells people apart have no rows.
    """
    rows = [
        [wave.name, label, *row]
        for label, form in forms.items()
        for row in _coefficients(wave, label, form)
    ]
    return pd.DataFrame(rows, columns=list(RELIABILITY.columns))


def _coefficients(wave: MeasuredWave, label: str, form: Form) -> Iterator[list[object]]:
    moments, code, names = varying_moments(wave, label)
    held = np.bincount(code, minlength=len(names))
    yield from _of_part(WHOLE, moments, wave.plan.estimates.confidence)
    for number in np.flatnonzero(held > 1) if len(names) > 1 else ():
        part = moments.take(np.flatnonzero(code == number))
        yield from _of_part(names[number], part, wave.plan.estimates.confidence)
    whole: dict[str, Callable[[], float]] = {
        "lambda2": lambda: lambda2(moments.covariance),
        "lambda6": lambda: lambda6(moments.covariance),
    }
    if len(names) > 1:
        whole["stratified_alpha"] = lambda: stratified_alpha(moments.covariance, code)
    if len(names) > 2:
        whole["omega_hierarchical"] = lambda: second_order(moments, code).omega_hierarchical
    for name, coefficient in whole.items():
        yield [WHOLE, name, _if_possible(coefficient), *_NONE]
    yield [WHOLE, "marginal", marginal_reliability(form.model, mean=form.mean, sd=form.sd), *_NONE]
    error = _error_at_cut(form)
    yield [WHOLE, "at_cut", 1 - error**2 / moments.total_variance, *_NONE]
    yield [WHOLE, "sem_at_cut", error, *_NONE]


def _of_part(part: str, moments: ItemMoments, level: float) -> Iterator[list[object]]:
    found = alpha(moments.covariance)
    bounds = feldt_interval(found, n=moments.n_eff, items=len(moments.mean), level=level)
    yield [part, "alpha", found, float(bounds.low), float(bounds.high)]
    yield [part, "sem", standard_error_of_measurement(moments.total_variance, found), *_NONE]
    yield [part, "omega", _if_possible(lambda: one_factor(moments).omega), *_NONE]


def _if_possible(coefficient: Callable[[], float]) -> float:
    """A coefficient, NaN where its model cannot be fitted."""
    try:
        return coefficient()
    except (ContractError, NotConvergedError):
        return np.nan


def _error_at_cut(form: Form) -> float:
    """Standard deviation of the total of people whose true score is the cut."""
    at = form.model.probabilities(np.array([form.latent_cut]))[:, :, 0]
    mean = (at * form.points).sum(axis=1)
    return float(np.sqrt(((at * form.points**2).sum(axis=1) - mean**2).sum()))


def varying_moments(wave: MeasuredWave, label: str) -> tuple[ItemMoments, np.ndarray, list[str]]:
    """Moments of the items in points, with the number of each item's dimension and their names.

    Items that everybody answered alike are left out: they add nothing to any variance.
    """
    standard = next(each for each in wave.standards if each.label == label)
    worth, (places, full) = wave.worth(standard), wave.counting(label)
    credit = wave.credit[:, places]
    varies = np.nanstd(credit[wave.weight > 0], axis=0) > 0
    items = [wave.items[j] for j in places[varies]]
    moments = item_moments(credit[:, varies] * full[varies], weights=wave.weight, items=items)
    dimension = [worth[item].dimension for item in items]
    names = list(dict.fromkeys(dimension))
    return moments, np.array([names.index(name) for name in dimension]), names


def eigenvalue_table(wave: MeasuredWave) -> pd.DataFrame:
    """Eigenvalues of the correlations of the headline's items beside those by chance.

    Fewer effective people than items tell nothing of dimensions: then there are no rows.
    """
    moments, _, _ = varying_moments(wave, wave.headline)
    if moments.n_eff - 1 < len(moments.mean):
        return pd.DataFrame(columns=list(EIGENVALUES.columns))
    found = parallel_analysis(
        moments, draws=_DRAWS, quantile=_CHANCE, generator=stream("eigenvalues", wave.name)
    )
    return pd.DataFrame(
        {
            "wave": wave.name,
            "factor": np.arange(1, len(found.eigenvalues) + 1),
            "eigenvalue": found.eigenvalues,
            "by_chance": found.chance,
        }
    )[list(EIGENVALUES.columns)]
