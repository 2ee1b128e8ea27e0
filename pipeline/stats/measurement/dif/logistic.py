"""Logistic regression of an answer on matching score and group: uniform and non-uniform DIF.

People of one score and group are alike to these models, so they are fitted to counts, all
items at once, at a cost that does not grow with the number of people.
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats
from scipy.special import expit

from pipeline.stats.arrays import BoolArray, FloatArray, TextArray
from pipeline.stats.measurement.dif.matching import MatchedCounts

_ROUNDS, _HALVINGS = 50, 30
_TOLERANCE = 1e-12
_MODERATE, _LARGE = 0.035, 0.07  # changes of Nagelkerke's R2


@dataclass(frozen=True, kw_only=True, eq=False)
class LikelihoodRatio:
    """A larger model against a smaller one, for J items.

    Attributes:
        chi_square: (J,) twice the difference of the log-likelihoods.
        df: coefficients that the larger model has more.
        r2_change: (J,) change of Nagelkerke's R2.
    """

    chi_square: FloatArray
    df: int
    r2_change: FloatArray

    @property
    def p_value(self) -> FloatArray:
        """(J,)."""
        return np.asarray(stats.chi2.sf(self.chi_square, self.df))

    def classes(self, *, level: float = 0.05) -> TextArray:
        """(J,) A negligible or not significant, B moderate from .035, C large from .07.

        Empty where nothing was estimated.

        Source: Jodoin & Gierl (2001), Applied Measurement in Education 14, 329-349.
        """
        is_small = (self.r2_change < _MODERATE) | (self.p_value >= level)
        classes = np.where(is_small, "A", np.where(self.r2_change < _LARGE, "B", "C"))
        return np.where(np.isnan(self.chi_square), "", classes).astype(object)


@dataclass(frozen=True, kw_only=True, eq=False)
class LogisticDif:
    """Three nested comparisons; NaN for items that everybody, or nobody, has right.

    Attributes:
        both: group and its product with the score, against the score alone (2 df).
        uniform: group against the score alone.
        non_uniform: the product against score and group.
        log_odds: (J,) coefficient of the focal group in the model of score and group; negative:
            harder for the focal group.
    """

    both: LikelihoodRatio
    uniform: LikelihoodRatio
    non_uniform: LikelihoodRatio
    log_odds: FloatArray


def logistic_dif(counts: MatchedCounts, *, r_nagelkerke: bool = False) -> LogisticDif:
    """Logistic regression DIF of J items.

    logit P(right) = b0 + b1 score + b2 focal + b3 score x focal. Nagelkerke's R2 =
    (1 - exp(2 (l0 - l) / n)) / (1 - exp(2 l0 / n)), l0 the log-likelihood of a constant.

    Args:
        counts: people by item, matching score and group.
        r_nagelkerke: repeat difR 5.1, whose likelihood of a constant becomes 0 beyond about
            1,100 people: its R2 is then that of Cox & Snell, a quarter too small and more. So
            does, beyond some 3,000, its ratio of likelihoods.

    Source: Swaminathan & Rogers (1990), Journal of Educational Measurement 27, 361-370;
    Nagelkerke (1991), Biometrika 78, 691-692. Oracle: R difR 5.1 difLogistic.
    """
    occurs = counts.people.sum(axis=(0, 2)) > 0
    right, people = (
        np.swapaxes(part[:, occurs], 1, 2).reshape(len(part), -1)
        for part in (counts.right, counts.people)
    )
    score = np.tile(counts.score[:, occurs], 2)
    focal = np.repeat([0.0, 1.0], occurs.sum()) * np.ones_like(score)
    terms = np.stack([np.ones_like(score), score, focal, score * focal], axis=-1)
    fits = [_fit(terms[..., :p], right, people) for p in (1, 2, 3, 4)]
    constant, *likelihood = (fit[0] for fit in fits)
    size = people.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        gained = _gained_of_difr if r_nagelkerke else _gained
        r2 = [gained(constant - each, size) / gained(constant, size) for each in likelihood]
    by_score, by_group, by_product = zip(likelihood, r2, strict=True)
    return LogisticDif(
        both=_ratio(by_product, by_score, 2),
        uniform=_ratio(by_group, by_score, 1),
        non_uniform=_ratio(by_product, by_group, 1),
        log_odds=fits[2][1][:, 2],
    )


_Fitted = tuple[FloatArray, FloatArray]


def _gained(log_ratio: FloatArray, size: FloatArray) -> FloatArray:
    """(J,) Cox & Snell's R2 of a log ratio of likelihoods."""
    return np.asarray(-np.expm1(2 * log_ratio / size))


def _gained_of_difr(log_ratio: FloatArray, size: FloatArray) -> FloatArray:
    """(J,) the same by the likelihood itself, which a double holds down to exp(-745)."""
    return np.asarray(1 - np.exp(log_ratio) ** (2 / size))


def _ratio(larger: _Fitted, smaller: _Fitted, df: int) -> LikelihoodRatio:
    chi_square = np.maximum(2 * (larger[0] - smaller[0]), 0)
    return LikelihoodRatio(chi_square=chi_square, df=df, r2_change=larger[1] - smaller[1])


def _fit(terms: FloatArray, right: FloatArray, people: FloatArray) -> _Fitted:
    """(J,) log-likelihoods and (J, p) coefficients by Newton's method with halved steps."""
    coefficients = np.zeros((len(terms), terms.shape[-1]))
    value = _likelihood(terms, coefficients, right, people)
    varies = (right.sum(axis=1) > 0) & (right.sum(axis=1) < people.sum(axis=1))
    open_items = varies.copy()
    for _ in range(_ROUNDS):
        if not open_items.any():
            break
        at = np.flatnonzero(open_items)
        x, y, n = terms[at], right[at], people[at]
        step, gain = _newton_step(x, coefficients[at], y, n)
        after = _likelihood(x, coefficients[at] + step, y, n)
        for _ in range(_HALVINGS):
            worse = after < value[at]
            if not worse.any():
                break
            step[worse] /= 2
            after = _likelihood(x, coefficients[at] + step, y, n)
        coefficients[at] += step
        value[at] = after
        open_items[at] = ~_has_settled(gain, after)
    blank = ~varies
    return np.where(blank, np.nan, value), np.where(blank[:, None], np.nan, coefficients)


def _newton_step(
    x: FloatArray, coefficients: FloatArray, right: FloatArray, people: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """(J, p) steps and the (J,) gain in log-likelihood, doubled, that they promise."""
    p = expit(np.einsum("jcp,jp->jc", x, coefficients))
    gradient = np.einsum("jcp,jc->jp", x, right - people * p)
    weighted = x * (people * p * (1 - p))[..., None]
    information = np.swapaxes(weighted, 1, 2) @ x
    inverse = np.linalg.pinv(information, rcond=_TOLERANCE, hermitian=True)
    step = np.einsum("jpq,jq->jp", inverse, gradient)
    return step, np.einsum("jp,jp->j", step, gradient)


def _has_settled(gain: FloatArray, value: FloatArray) -> BoolArray:
    return np.asarray(gain <= _TOLERANCE * np.maximum(np.abs(value), 1))


def _likelihood(
    x: FloatArray, coefficients: FloatArray, right: FloatArray, people: FloatArray
) -> FloatArray:
    linear = np.einsum("jcp,jp->jc", x, coefficients)
    return np.asarray((right * linear - people * np.logaddexp(0, linear)).sum(axis=1))
