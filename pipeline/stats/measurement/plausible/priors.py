"""What is expected of each person before the answers count, with the error of that expectation."""

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.irt.calibrated import Calibrated
from pipeline.stats.measurement.irt.item_errors import ParameterErrors
from pipeline.stats.measurement.plausible.uniforms import WHERE

_ROUNDING = 1e-9


def drawn_priors(
    calibrated: Calibrated,
    errors: ParameterErrors,
    *,
    random: np.random.Generator,
    draws: int = 10,
) -> tuple[FloatArray, FloatArray]:
    """Prior means and sds of n people, one set per draw.

    Means, coefficients and the logarithms of sds are drawn from their normal sampling
    distribution, so that what is not known of the conditioning model shows between the draws.
    With one model for all draws the variance of a share is too small where the people of a
    domain are few. Items stay as they are: see `drawing`.

    Args:
        calibrated: best a fit of the population with known items (`fit_population`), whose
            errors are those of the conditioning model alone.
        errors: of its parameters, best those of the design.
        random: source of the draws.
        draws: M.

    Returns:
        (M, n) means and (M, n) sds.

    Raises:
        ContractError: errors of other parameters, or a covariance that is none.

    Source: Mislevy (1991), Psychometrika 56, 177-196; Thomas (1993), Journal of Computational
    and Graphical Statistics 2, 309-322.
    """
    if errors.parameters != calibrated.parameters:
        raise ContractError(WHERE, "expected the errors of this calibration, got those of another")
    population = slice(calibrated.n_item_parameters, None)
    form, answers = calibrated.population_form, calibrated.answers
    group, covariates = answers.group[answers.row], answers.covariates[answers.row]
    vectors = _normal(
        calibrated.vector[population], errors.covariance[population, population], random, draws
    )
    drawn = [form.population(vector) for vector in vectors]
    means = np.stack([each.mean_of(group, covariates) for each in drawn])
    return means, np.stack([each.sds[group] for each in drawn])


def _normal(
    centre: FloatArray, covariance: FloatArray, random: np.random.Generator, draws: int
) -> FloatArray:
    """(draws, p) normal vectors."""
    values, vectors = np.linalg.eigh(covariance)
    if values.size and values[0] < -_ROUNDING * max(values[-1], 0.0):
        raise ContractError(WHERE, "expected a covariance, got one with negative variances")
    # the symmetric root is unique, so one seed gives the same draws on every machine
    root = (vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T
    return np.asarray(centre + random.standard_normal((draws, len(centre))) @ root)
