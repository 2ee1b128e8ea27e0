"""Which estimates may be printed: publish, review, or withhold, with reasons.

The pattern is the presentation standard of the US National Center for Health Statistics;
every threshold comes from the caller.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from pipeline.stats.arrays import BoolArray, FloatArray, TextArray
from pipeline.stats.survey.estimation.intervals import Interval

Flag: TypeAlias = Literal["publish", "review", "withhold"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """When a figure may be printed.

    Attributes:
        min_n: fewest respondents.
        min_n_eff: smallest effective sample size.
        max_width: intervals of shares at least this wide are withheld.
        always_width: intervals of shares at most this wide pass, however small the share.
        max_relative_width: in between, widest interval relative to the share.
        min_df: fewer degrees of freedom call for review.
        review_cv: coefficients of variation of means, totals and ratios above this call for
            review.
        withhold_cv: and above this are withheld.
        min_psu: fewest primary sampling units; 0: any number will do.
    """

    min_n: float
    min_n_eff: float
    max_width: float
    always_width: float
    max_relative_width: float
    min_df: float
    review_cv: float = np.inf
    withhold_cv: float = np.inf
    min_psu: float = 0


class Flags(NamedTuple):
    """(k,) flags and (k,) reasons: codes joined by ";", empty when published."""

    flag: TextArray
    reason: TextArray


def flag_shares(
    share: FloatArray,
    interval: Interval,
    *,
    n: FloatArray,
    n_eff: FloatArray,
    df: FloatArray,
    thresholds: Thresholds,
    n_psu: FloatArray | None = None,
) -> Flags:
    """Flag shares by sample size and by the width of their intervals.

    Withheld: "small_n", "small_n_eff", "few_psu" (where the PSUs are told), "wide_interval",
    "wide_relative_interval" or "no_interval". Else reviewed: "wide_relative_complement" (the
    complement alone would not pass), "few_df", "all_or_none" (share of 0 or 1). Widths are
    those of the published interval.

    Source: Parker et al. (2017), NCHS Data Presentation Standards for Proportions, Vital and
    Health Statistics 2(175).
    """
    width = interval.high - interval.low
    is_between = (width > thresholds.always_width) & (width < thresholds.max_width)
    with np.errstate(divide="ignore", invalid="ignore"):
        is_wide = is_between & (width / share > thresholds.max_relative_width)
        is_wide_rest = is_between & (width / (1 - share) > thresholds.max_relative_width)
    withhold = _too_small(n, n_eff, n_psu, thresholds) | {
        "no_interval": np.isnan(width),
        "wide_interval": width >= thresholds.max_width,
        "wide_relative_interval": is_wide,
    }
    review = {
        "wide_relative_complement": is_wide_rest,
        "few_df": df < thresholds.min_df,
        "all_or_none": (share <= 0) | (share >= 1),
    }
    return _flags(withhold, review)


def flag_amounts(
    cv: FloatArray,
    *,
    n: FloatArray,
    n_eff: FloatArray,
    df: FloatArray,
    thresholds: Thresholds,
    n_psu: FloatArray | None = None,
    interval: Interval | None = None,
) -> Flags:
    """Flag means, totals and ratios by sample size and coefficient of variation.

    Withheld: "small_n", "small_n_eff", "few_psu" (where the PSUs are told), "large_cv" or
    "no_interval" (no degrees of freedom, or, where the interval is told, no estimate: the cv of
    an estimate of 0 is as empty as that of none). Else reviewed: "large_cv" between the bands,
    "few_df".
    """
    has_none = np.zeros(len(cv), dtype=bool) if interval is None else np.isnan(interval.high)
    withhold = _too_small(n, n_eff, n_psu, thresholds) | {
        "no_interval": ~(df > 0) | has_none,
        "large_cv": cv > thresholds.withhold_cv,
    }
    review = {"large_cv": cv > thresholds.review_cv, "few_df": df < thresholds.min_df}
    return _flags(withhold, review)


def _too_small(
    n: FloatArray, n_eff: FloatArray, n_psu: FloatArray | None, thresholds: Thresholds
) -> dict[str, BoolArray]:
    """Reasons that lie in the size of the sample."""
    of_people = {"small_n": n < thresholds.min_n, "small_n_eff": n_eff < thresholds.min_n_eff}
    return of_people if n_psu is None else of_people | {"few_psu": n_psu < thresholds.min_psu}


def _flags(withhold: dict[str, BoolArray], review: dict[str, BoolArray]) -> Flags:
    """The gravest flag that applies, with the reasons for it."""
    is_withheld = np.any(list(withhold.values()), axis=0)
    is_reviewed = ~is_withheld & np.any(list(review.values()), axis=0)
    flag = np.select([is_withheld, is_reviewed], ["withhold", "review"], default="publish")
    reason = np.where(is_withheld, _joined(withhold), np.where(is_reviewed, _joined(review), ""))
    return Flags(flag.astype(object), reason.astype(object))


def _joined(reasons: dict[str, BoolArray]) -> TextArray:
    rows = zip(*reasons.values(), strict=True)
    texts = [";".join(code for code, hit in zip(reasons, row, strict=True) if hit) for row in rows]
    return np.array(texts, dtype=object)
