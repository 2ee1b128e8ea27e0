"""What each person's answers do to the estimates, and how these vary under the design.

An influence is the inverse information times the person's score, so anything made of the
items gets its variance from the same strata and units as every other survey estimate.
"""

from collections.abc import Callable

import numpy as np

from pipeline.errors import ContractError, NotConvergedError, UnscaledItemsError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.measurement.irt.calibrated import Calibrated
from pipeline.stats.measurement.irt.curves import ItemModel
from pipeline.stats.measurement.irt.marginal_likelihood.information import (
    observed_information,
    person_scores,
)
from pipeline.stats.measurement.irt.marginal_likelihood.people import WHERE
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.design.unit_totals import UnitTotals, unit_totals
from pipeline.stats.survey.estimation.membership import members_of

DIFFERENCE = 1e-5
# Influences held at a time: people times parameters.
AT_ONCE = 20_000_000


def design_variation(
    calibrated: Calibrated, sample: Sample, gradient: FloatArray | None = None
) -> UnitTotals:
    """Totals by sampling unit of the influence of persons on parameters or functions of them.

    Args:
        calibrated: as for `design_errors`.
        sample: the same people in the same order.
        gradient: (m, P) of m functions of the parameters; None: the parameters themselves.

    Raises:
        ContractError: other people or weights than calibrated with.
    """
    rescaled = _weight_ratio(calibrated, sample)
    bread = inverse_information(calibrated) * rescaled
    wanted = bread if gradient is None else bread @ gradient.T
    width = max(1, AT_ONCE // sample.n_rows)
    members = members_of(calibrated.answers.is_answering)
    totals = unit_totals(sample, np.zeros(sample.n_rows), members)
    z = [
        unit_totals(sample, _projected_scores(calibrated, wanted[:, start : start + width])).z
        for start in range(0, wanted.shape[1], width)
    ]
    joined = np.concatenate(z, axis=1)
    return totals.replaced(joined, np.broadcast_to(totals.holds, joined.shape))


def influence(calibrated: Calibrated, gradient: FloatArray | None = None) -> FloatArray:
    """(n, m) influence of persons: what one more unit of their weight does to an estimate.

    A^-1 times the person's score, with A the observed information; people without answers
    have none. Weighted, the influences sum to zero, but for priors.

    Args:
        calibrated: items and population.
        gradient: (m, P) of m functions of the parameters; None: the P parameters themselves.
    """
    bread = inverse_information(calibrated)
    return _projected_scores(calibrated, bread if gradient is None else bread @ gradient.T)


def gradient_of(calibrated: Calibrated, quantity: Callable[[ItemModel], FloatArray]) -> FloatArray:
    """(m, P) slopes of what is made of the items in all parameters, by central differences.

    Args:
        calibrated: P parameters; a quantity of items has slope zero in the population's.
        quantity: items to (m,) numbers, e.g. difficulties, or the test curve at a cut.
    """
    vector = calibrated.vector
    slopes = []
    for p in range(calibrated.n_item_parameters):
        shift = np.zeros(len(vector))
        shift[p] = DIFFERENCE
        above = np.asarray(quantity(calibrated.model_at(vector + shift)))
        below = np.asarray(quantity(calibrated.model_at(vector - shift)))
        slopes.append(np.atleast_1d(above - below) / (2 * DIFFERENCE))
    n_others = len(vector) - calibrated.n_item_parameters
    found = np.stack(slopes, axis=1)
    return np.asarray(np.pad(found, ((0, 0), (0, n_others))))


def _projected_scores(calibrated: Calibrated, coefficients: FloatArray) -> FloatArray:
    """(n, m) scores of persons times (P, m) coefficients."""
    projected = np.empty((calibrated.answers.size, coefficients.shape[1]))
    for people, scores in person_scores(calibrated):
        projected[people] = scores @ coefficients
    return np.asarray(projected[calibrated.answers.row])


def inverse_information(calibrated: Calibrated) -> FloatArray:
    """(P, P) inverse of the observed information.

    Raises:
        NotConvergedError: the likelihood is flat in some direction.
    """
    information = observed_information(calibrated)
    try:
        root = np.linalg.inv(np.linalg.cholesky(information))
    except np.linalg.LinAlgError:
        raise _no_peak(calibrated, information) from None
    return np.asarray(root.T @ root)


def _no_peak(calibrated: Calibrated, information: FloatArray) -> NotConvergedError:
    """The refusal, with the items on which the flattest direction leans."""
    leaning = np.abs(np.linalg.eigh(information)[1][:, 0])[: calibrated.n_item_parameters]
    worst = [calibrated.parameters[p].of for p in np.argsort(-leaning, kind="stable")[:3]]
    said = "expected a likelihood with a peak, got one that is flat or rises in some direction"
    hint = "leave out items hardly related to the rest, or choose a family with fewer parameters"
    if not worst:
        return NotConvergedError(WHERE, said, hint=hint)
    return UnscaledItemsError(WHERE, said, items=list(dict.fromkeys(worst)), hint=hint)


def _weight_ratio(calibrated: Calibrated, sample: Sample) -> float:
    """Weights of the calibration over those of the sample."""
    answers = calibrated.answers
    if sample.n_rows != len(answers.row):
        raise ContractError(
            WHERE, f"expected a sample of {len(answers.row)} people, got {sample.n_rows}"
        )
    weight = np.bincount(answers.row, sample.weight, answers.size)
    ratio = float(answers.weight.sum() / weight.sum())
    if not np.allclose(answers.weight, ratio * weight, rtol=1e-6, atol=1e-9 * ratio * weight.max()):
        raise ContractError(
            WHERE,
            "expected the sample's final weights, or these times a constant, got others",
            hint="calibrate with sample.weight",
        )
    return ratio
