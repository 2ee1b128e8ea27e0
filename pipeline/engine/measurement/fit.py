"""The table of fit: how well the item model describes a wave's answers."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy import stats

from pipeline.engine.measurement.own_scale import OwnScale
from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.irt.ability.nodes import EVEN_NODES
from pipeline.stats.measurement.irt.ability.point_estimates import weighted_likelihood
from pipeline.stats.measurement.irt.fit.item_fit import item_fit, item_parameters
from pipeline.stats.measurement.irt.fit.limited_information import limited_information
from pipeline.stats.measurement.irt.fit.local_dependence import local_dependence
from pipeline.stats.measurement.irt.fit.person_fit import person_fit
from pipeline.tables import FIT

_UNLIKELY = 0.05  # so many would answer as oddly if the model held for everybody


def fit_table(own: OwnScale) -> pd.DataFrame:
    """Fit of a wave calibrated alone.

    `odd_answers` is the share of people whose answers hardly go together (lz* below the 5 %
    point). Statistics that the answers do not allow, because nobody was asked all items or items
    are too few, have no row.
    """
    rows = [(own.wave.name, name, float(value)) for name, value in _statistics(own)]
    return pd.DataFrame(rows, columns=list(FIT.columns))


def _statistics(own: OwnScale) -> Iterator[tuple[str, float]]:
    found, responses, weights = own.calibrated, own.responses, own.wave.weight
    yield "log_likelihood", found.log_likelihood
    try:
        m2 = limited_information(found, responses, weights=weights)
        yield from (("m2", m2.m2), ("m2_df", m2.df), ("rmsea", m2.rmsea), ("srmsr", m2.srmsr))
    except ContractError:
        pass
    try:
        ability = found.eap[: own.wave.n]
        q3 = local_dependence(found.model, responses, ability, weights=weights)
        yield from (("q3_mean", q3.mean), ("q3_largest", q3.pairs.max()))
    except ContractError:
        pass
    likelihood = person_fit(
        found.model, responses, weighted_likelihood(found.model, responses).estimate
    )
    yield "odd_answers", np.average(likelihood < stats.norm.ppf(_UNLIKELY), weights=weights)


def item_fit_p(own: OwnScale) -> FloatArray:
    """(J,) p-values of the fit of a wave's scaled items; NaN when nobody was asked all of them."""
    found, people = own.calibrated, own.calibrated.population
    try:
        return item_fit(
            found.model,
            own.responses,
            population=EVEN_NODES.population(float(people.means[0]), float(people.sds[0])),
            parameters=item_parameters(found),
            weights=own.wave.weight,
        ).p
    except ContractError:
        return np.full(len(own.places), np.nan)
