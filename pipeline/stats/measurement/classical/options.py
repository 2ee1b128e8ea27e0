"""Answer options: who chooses which, and whether a wrong one attracts those who know more."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from pipeline.errors import ContractError
from pipeline.fields import MissingKind
from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray
from pipeline.stats.measurement.classical.people import checked_weights
from pipeline.stats.measurement.classical.rest_scores import score_bands
from pipeline.stats.survey.weighting.diagnostics import n_eff

WHERE = "answer options"


@dataclass(frozen=True, kw_only=True, eq=False)
class OptionCurves:
    """The options of one item, among the people asked.

    Attributes:
        codes: (C,) answer codes.
        is_key: (C,) whether the option is right.
        share: (C,) of the people asked who chose it.
        mean_rest: (C,) mean rest score of those who chose it; NaN if nobody did.
        correlation: (C,) of choosing it with the rest score; NaN if nobody or everybody did.
        by_band: (C, B) share choosing it in each band of the rest score, lowest first.
        n_eff: Kish's effective number of people asked.
    """

    codes: CodeArray
    is_key: BoolArray
    share: FloatArray
    mean_rest: FloatArray
    correlation: FloatArray
    by_band: FloatArray
    n_eff: float

    def attracts_the_able(self, *, level: float) -> BoolArray:
        """(C,) wrong options chosen the more, the higher the score: a faulty key or item.

        The correlation lies above zero by a one-sided test on Fisher's scale with n_eff people.

        Args:
            level: of the test, such as 0.05.
        """
        reach = stats.norm.isf(level) / np.sqrt(max(self.n_eff - 3, 1.0))
        with np.errstate(invalid="ignore"):
            return np.asarray(~self.is_key & (np.arctanh(self.correlation) > reach))


def option_curves(
    answers: CodeArray,
    rest: FloatArray,
    *,
    codes: Sequence[int],
    key: Sequence[int],
    bands: int,
    weights: FloatArray | None = None,
) -> OptionCurves:
    """Shares, mean rest scores and curves of the options of one item.

    Args:
        answers: (n,) answer codes; people not asked (`MissingKind.NOT_ASKED`) do not count.
        rest: (n,) score on the other items; people with NaN do not count.
        codes: options to be described, any other kinds of missing answer among them.
        key: the right options.
        bands: of the rest score, of equal weight as nearly as ties allow.
        weights: (n,) not negative; None: one each.

    Raises:
        ContractError: wrong shapes or weights, answers that are not among the codes, a key that is
            not, or nobody asked.

    Source: Haladyna (2004), Developing and Validating Multiple-Choice Test Items, ch. 9.
    """
    w = checked_weights(weights, len(answers), where=WHERE)
    asked = (answers != MissingKind.NOT_ASKED) & ~np.isnan(rest) & (w > 0)
    options = np.asarray(codes, dtype=np.int64)
    _check(answers[asked], options, key)
    w, x = w[asked], rest[asked]
    chosen = (answers[asked, None] == options).astype(np.float64)
    band = score_bands(x, bands=bands, weights=w)
    within = (band[:, None] == np.arange(bands)) * w[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        mass = w @ chosen
        return OptionCurves(
            codes=options,
            is_key=np.isin(options, np.asarray(key)),
            # Everybody's weights, added up in another order, are a little more than all.
            share=np.minimum(mass / w.sum(), 1.0),
            mean_rest=(w * x) @ chosen / mass,
            correlation=_correlations(chosen, x, w),
            by_band=np.minimum((chosen.T @ within) / within.sum(axis=0), 1.0),
            n_eff=n_eff(w),
        )


def _correlations(chosen: FloatArray, rest: FloatArray, weights: FloatArray) -> FloatArray:
    w = weights / weights.sum()
    share, off = w @ chosen, rest - w @ rest
    spread = share * (1 - share) * (w @ off**2)
    both = (w * off) @ chosen
    return np.asarray(np.where(spread > 1e-12, both / np.sqrt(spread), np.nan))


def _check(answers: CodeArray, codes: CodeArray, key: Sequence[int]) -> None:
    faults = []
    if not len(answers):
        faults.append("expected people who were asked, got none")
    if strange := int((~np.isin(answers, codes)).sum()):
        faults.append(f"expected answers among the {len(codes)} codes, got others {strange} times")
    if not np.isin(np.asarray(key), codes).all():
        faults.append("expected the key among the codes, got another")
    if faults:
        raise ContractError(WHERE, faults, hint="list every code of the questionnaire")
