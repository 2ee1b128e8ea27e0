"""The logit interval exactly as R survey computes it, for comparison digit by digit.

R finds log odds by the iterations of a logistic regression and stops when its deviance
changes little, so that its bounds may be off in the eighth digit; with replicates it takes
the standard error of the replicates' log odds, infinite when one of them reaches 0 or 1.
"""

from collections.abc import Sequence

import numpy as np
from scipy import special

from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.estimation.intervals import Interval
from pipeline.stats.survey.estimation.intervals_of_r import Fit

_CHANGE = 1e-8  # of the deviance, relative, at which R's fit ends
_STEPS = 25


def logit_of_r(
    share: FloatArray,
    se: FloatArray,
    t: FloatArray,
    fits: Sequence[Fit],
    *,
    logit_se: FloatArray | None = None,
) -> Interval:
    """logit(p) -+ t se with R's own log odds and its standard error.

    Args:
        share: (k,) in (0, 1).
        se: (k,) standard errors.
        t: (k,) quantiles of Student's t.
        fits: k, see `intervals_of_r`.
        logit_se: (k,) standard errors of the log odds, from replicates.

    Oracle: R survey 4.5 svyciprop(method = "logit").
    """
    centre = np.array([_log_odds(p, fit) for p, fit in zip(share, fits, strict=True)])
    p = special.expit(centre)
    spread = se / (p * (1 - p)) if logit_se is None else logit_se
    return Interval(special.expit(centre - t * spread), special.expit(centre + t * spread))


def _log_odds(share: float, fit: Fit) -> float:
    """Log odds after R's last step."""
    logit, before = fit.first_logit, np.inf
    for _ in range(_STEPS):
        p = float(special.expit(logit))
        deviance = float(-2 * fit.rows * (special.xlogy(share, p) + special.xlog1py(1 - share, -p)))
        if abs(deviance - before) < _CHANGE * (abs(deviance) + 0.1):
            break
        logit, before = logit + (share - p) / (p * (1 - p)), deviance
    return logit
