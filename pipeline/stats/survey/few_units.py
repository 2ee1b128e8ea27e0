"""A floor under standard errors that rest on too few first-stage units.

With two units in a stratum their totals may agree by chance, and the linearised variance
is then near zero: the smallest survey would look the most precise. Below a stated number
of degrees of freedom the variance is not taken below that of a simple random sample times
a stated design effect.
"""

from dataclasses import replace

import numpy as np

from pipeline.stats.survey.estimates import Estimates


def floored(found: Estimates, *, deff: float, below_df: float) -> Estimates:
    """Estimates whose variance, with few degrees of freedom, is at least deff x SRS.

    The unit totals are scaled along, so differences and changes built from them carry the
    same caution. Estimates with enough degrees of freedom are returned untouched.

    Args:
        found: estimates of k domains.
        deff: design effect that is certain whatever the clustering, such as Kish's.
        below_df: degrees of freedom below which the floor applies.

    Source: the practice of pooled design effects for domains with few units, Wolter (2007),
    Introduction to Variance Estimation, ch. 7; the floor itself is this project's rule.
    """
    is_low = (found.df < below_df) & (found.deff < deff) & (found.deff > 0)
    ratio = np.divide(deff, found.deff, out=np.ones_like(found.deff), where=is_low)
    z = found.totals.z * np.sqrt(ratio)
    return replace(
        found,
        variance=found.variance * ratio,
        deff=found.deff * ratio,
        n_eff=found.n_eff / ratio,
        totals=found.totals.replaced(z, found.totals.holds),
    )
