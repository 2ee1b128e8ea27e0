"""Shares of areas from a regression of the whole city, without and with the areas' residuals."""

from dataclasses import replace

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.monitoring.areas.cells import AreaShares, Cells
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimators import mean
from pipeline.stats.survey.estimation.regression.design_based import Regression
from pipeline.stats.survey.estimation.regression.fitting import Fit
from pipeline.stats.survey.estimation.regression.prediction import predict


def synthetic(regression: Regression, cells: Cells) -> AreaShares:
    """Shares that areas would have if only who lives there made them differ.

    p_a = sum over cells of N_c mu(x_c'b) / sum N_c; the covariance is that of b and leaves out
    by how much areas differ otherwise.

    Args:
        regression: design-based coefficients.
        cells: the population, columns as in the regression.

    Source: Rao & Molina (2015), Small Area Estimation, section 3.2. Oracle: R survey 4.1
    svyglm.
    """
    found = predict(regression, cells.x, scale="response")
    return AreaShares(
        estimate=cells.mixing @ found.estimate,
        covariance=cells.mixing @ found.covariance @ cells.mixing.T,
        people=cells.area_people,
    )


def logistic_greg(found: Fit, cells: Cells, sample: Sample, areas: Domains) -> AreaShares:
    """Synthetic shares plus the weighted mean residual of each area's respondents.

    p_a = sum N_c mu(x_c'b) / sum N_c + sum_a w (y - mu) / sum_a w, which the model cannot bias;
    the variance is that of the mean residual.

    Args:
        found: fitted to the sample.
        cells: the population, columns as in the fit.
        sample: the n people of the fit.
        areas: the K areas over these people, in the order of the codes of `cells`.

    Returns:
        K shares; NaN for an area without respondents, of which `synthetic` alone tells.

    Raises:
        ContractError: columns or areas differ.

    Source: Lehtonen & Veijanen (1998), Survey Methodology 24, 51-55.
    """
    if cells.x.shape[1] != len(found.names) or len(areas.labels) != cells.n_areas:
        raise ContractError(
            "generalised regression",
            f"expected {len(found.names)} columns and {len(areas.labels)} areas, "
            f"got {cells.x.shape[1]} and {cells.n_areas}",
        )
    residual = np.where(found.is_used, found.y - found.fitted, np.nan)
    off = mean(residual, sample, areas)
    share: FloatArray = found.family.mean(cells.x @ found.coefficient)
    plain = AreaShares(
        estimate=cells.mixing @ share, covariance=off.covariance(), people=cells.area_people
    )
    return replace(plain, estimate=plain.estimate + off.estimate)
