"""The Mantel-Haenszel procedure: one odds ratio over all matching scores, and its ETS class."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from pipeline.stats.arrays import FloatArray, TextArray
from pipeline.stats.measurement.dif.matching import MatchedCounts
from pipeline.stats.survey.estimation.intervals import Interval

_DELTA = -2.35  # 4 / 1.7: log odds on the ETS delta scale of difficulty
_SLIGHT, _MODERATE = 1.0, 1.5  # |delta| of the ETS classes


@dataclass(frozen=True, kw_only=True, eq=False)
class MantelHaenszel:
    """Odds of the reference group over those of the focal group, people of equal score compared.

    Attributes:
        alpha: (J,) common odds ratio; above 1: the item is harder for the focal group. NaN where
            none can be told: at no score was somebody of one group right and of the other wrong.
        variance: (J,) of log alpha.
        chi_square: (J,) with one degree of freedom; NaN where nobody, or everybody, of equal
            score was right, or one group only holds the score.
        chi_square_corrected: (J,) with the continuity correction of one half.
    """

    alpha: FloatArray
    variance: FloatArray
    chi_square: FloatArray
    chi_square_corrected: FloatArray

    @property
    def delta(self) -> FloatArray:
        """(J,) MH D-DIF = -2.35 ln alpha; negative: harder for the focal group."""
        with np.errstate(divide="ignore"):
            return np.asarray(_DELTA * np.log(self.alpha))

    @property
    def delta_se(self) -> FloatArray:
        """(J,) standard error of delta."""
        return np.asarray(-_DELTA * np.sqrt(self.variance))

    @property
    def p_value(self) -> FloatArray:
        """(J,) of the uncorrected chi-square."""
        return np.asarray(stats.chi2.sf(self.chi_square, 1))

    @property
    def p_value_corrected(self) -> FloatArray:
        """(J,) of the corrected chi-square."""
        return np.asarray(stats.chi2.sf(self.chi_square_corrected, 1))

    def interval(self, *, level: float) -> Interval:
        """(J,) bounds of alpha, normal on the log scale."""
        reach = np.exp(stats.norm.ppf((1 + level) / 2) * np.sqrt(self.variance))
        return Interval(self.alpha / reach, self.alpha * reach)


def mantel_haenszel(counts: MatchedCounts) -> MantelHaenszel:
    """Common odds ratio and test of J items.

    With A, B right and wrong in the reference group and C, D in the focal group of N people of
    one score: alpha = sum(AD/N) / sum(BC/N); chi-square = (|sum A - E(A)| - c)^2 / sum V(A),
    c = 1/2 or 0, V the hypergeometric variance n_R n_F m_1 m_0 / (N^2 (N - 1)). With
    P = (A + D)/N, Q = (B + C)/N, R = AD/N, S = BC/N, the variance of log alpha is
    sum(PR) / (2 R^2) + sum(PS + QR) / (2 R S) + sum(QS) / (2 S^2).

    Source: Mantel & Haenszel (1959), JNCI 22, 719-748; Holland & Thayer (1988), in Wainer &
    Braun, Test Validity, 129-145; Robins, Breslow & Greenland (1986), Biometrics 42, 311-323
    (the same as Phillips & Holland 1987, Biometrics 43, 425-431).
    Oracle: R difR 5.1 difMH, R stats mantelhaen.test.
    """
    (a, c), (b, d) = _by_group(counts.right), _by_group(counts.wrong)
    n = a + b + c + d
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = np.nan_to_num((a + b) * (a + c) / n)
        spread = np.nan_to_num((a + b) * (c + d) * (a + c) * (b + d) / (n**2 * (n - 1)))
        alike, crossed, r, s = (np.nan_to_num(x / n) for x in (a + d, b + c, a * d, b * c))
        r_sum, s_sum = r.sum(axis=1), s.sum(axis=1)
        alpha = r_sum / s_sum
        variance = (
            (alike * r).sum(axis=1) / (2 * r_sum**2)
            + (alike * s + crossed * r).sum(axis=1) / (2 * r_sum * s_sum)
            + (crossed * s).sum(axis=1) / (2 * s_sum**2)
        )
        gap, total = np.abs((a - expected).sum(axis=1)), spread.sum(axis=1)
        # a gap below one half is squared as the formula has it: far from significance anyway
        chi_square, corrected = gap**2 / total, (gap - 0.5) ** 2 / total
    known, varies = (r_sum > 0) & (s_sum > 0), total > 0
    return MantelHaenszel(
        alpha=np.where(known, alpha, np.nan),
        variance=np.where(known, variance, np.nan),
        chi_square=np.where(varies, chi_square, np.nan),
        chi_square_corrected=np.where(varies, corrected, np.nan),
    )


def ets_classes(found: MantelHaenszel, *, level: float = 0.05) -> TextArray:
    """(J,) A, B or C by size of delta and its significance; empty without an odds ratio.

    A: |delta| < 1, or the corrected test is not significant. C: |delta| >= 1.5 and
    significantly above 1, one-sided: |delta| - z se > 1. B: all others.

    Source: Zieky (1993), in Holland & Wainer, Differential Item Functioning, 337-347.
    """
    size = np.abs(found.delta)
    clear = size - stats.norm.ppf(1 - level) * found.delta_se > _SLIGHT
    is_small = (size < _SLIGHT) | (found.p_value_corrected >= level)
    classes = np.where(is_small, "A", np.where((size >= _MODERATE) & clear, "C", "B"))
    return np.where(np.isnan(size), "", classes).astype(object)


def _by_group(counts: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(J, S) counts of the reference and of the focal group."""
    return counts[..., 0], counts[..., 1]
