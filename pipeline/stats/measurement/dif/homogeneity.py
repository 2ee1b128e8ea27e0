"""Is the odds ratio the same at every matching score? If not, DIF is not uniform."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.measurement.dif.mantel_haenszel import mantel_haenszel
from pipeline.stats.measurement.dif.matching import MatchedCounts


@dataclass(frozen=True, kw_only=True, eq=False)
class Homogeneity:
    """Test of one odds ratio over all scores; NaN where fewer than two scores tell.

    Attributes:
        chi_square: (J,).
        df: (J,) scores that tell, less one.
    """

    chi_square: FloatArray
    df: CodeArray

    @property
    def p_value(self) -> FloatArray:
        """(J,)."""
        return np.asarray(stats.chi2.sf(self.chi_square, np.where(self.df > 0, self.df, np.nan)))


def breslow_day(counts: MatchedCounts) -> Homogeneity:
    """Breslow-Day test of J items around the Mantel-Haenszel odds ratio.

    The expected number E right in the reference group solves
    E (n_F - m + E) / ((n_R - E) (m - E)) = alpha, and chi-square = sum (A - E)^2 / V with
    1/V = 1/E + 1/(n_R - E) + 1/(m - E) + 1/(n_F - m + E). Scores count where both groups are
    present and both right and wrong answers occur.

    Source: Breslow & Day (1980), Statistical Methods in Cancer Research 1, section 4.4; for
    DIF Penfield (2003), Alberta Journal of Educational Research 49, 231-243.
    Oracle: R difR 5.1 difBD.
    """
    alpha = mantel_haenszel(counts).alpha[:, None]
    reference, focal = counts.people[..., 0], counts.people[..., 1]
    right, wrong = counts.right.sum(axis=-1), counts.wrong.sum(axis=-1)
    tells = (reference > 0) & (focal > 0) & (right > 0) & (wrong > 0) & np.isfinite(alpha)
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = alpha * (reference + right) + focal - right
        root = np.sqrt(middle**2 - 4 * alpha * (alpha - 1) * reference * right)
        # written so that alpha = 1 needs no case of its own
        expected = 2 * alpha * reference * right / (middle + root)
        inverse = 1 / expected + 1 / (reference - expected)
        inverse += 1 / (right - expected) + 1 / (focal - right + expected)
        parts = np.where(tells, (counts.right[..., 0] - expected) ** 2 * inverse, 0.0)
    df = np.maximum(tells.sum(axis=1) - 1, 0)
    return Homogeneity(chi_square=np.where(df > 0, parts.sum(axis=1), np.nan), df=df)
