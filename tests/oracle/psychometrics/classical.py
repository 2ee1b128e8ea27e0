"""Our item statistics, reliability and one-factor model for reference numbers."""

import re
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from pipeline.stats.measurement.classical.alpha_error import feldt_interval
from pipeline.stats.measurement.classical.discrimination_of_r import upper_lower_by_rows
from pipeline.stats.measurement.classical.items import ItemStatistics, item_statistics
from pipeline.stats.measurement.classical.kuder_richardson import kr20, kr21
from pipeline.stats.measurement.classical.moments import ItemMoments, item_moments
from pipeline.stats.measurement.classical.one_factor import OneFactor, one_factor
from pipeline.stats.measurement.classical.reliability import (
    alpha,
    alpha_if_deleted,
    lambda2,
    lambda6,
    standard_error_of_measurement,
)
from tests.oracle.psychometrics.columns import is_weighted, items, survey_weights
from tests.oracle.psychometrics.requests import Answer, Request


def items_and_weights(request: Request) -> tuple[pd.DataFrame, np.ndarray | None]:
    """Complete cases, with weights where the numbers are weighted."""
    scores, weights = items(request), survey_weights(request)
    complete = scores.notna().all(axis=1).to_numpy()
    return scores[complete], None if weights is None else weights[complete]


def moments(request: Request) -> ItemMoments:
    def make() -> ItemMoments:
        scores, weights = items_and_weights(request)
        return item_moments(scores.to_numpy(dtype=float), weights=weights)

    return request.once(f"moments {is_weighted(request)}", make)


def statistics(request: Request) -> ItemStatistics:
    def make() -> ItemStatistics:
        scores, weights = items_and_weights(request)
        return item_statistics(scores.to_numpy(dtype=float), weights=weights)

    return request.once(f"items {is_weighted(request)}", make)


def factor(request: Request) -> OneFactor:
    return request.once(f"factor {is_weighted(request)}", lambda: one_factor(moments(request)))


def one(number: Callable[[Request], float]) -> Answer:
    return lambda request: dict.fromkeys(request.keys, number(request))


def by_item(values: Callable[[Request], np.ndarray]) -> Answer:
    def answer(request: Request) -> Mapping[str, float]:
        names = items_and_weights(request)[0].columns
        return dict(zip(names, values(request), strict=True))

    return answer


def sample_variance(request: Request) -> float:
    return float(moments(request).sample_covariance.sum())


def upper_lower(request: Request) -> np.ndarray:
    share = float(re.search(r"[\d.]+$", request.statistic)[0]) / 100
    scores = items_and_weights(request)[0].to_numpy(dtype=float)
    return upper_lower_by_rows(scores, scores.sum(axis=1), share=share)


def feldt(request: Request) -> Mapping[str, float]:
    found = moments(request)
    level = float(re.search(r"ci([\d.]+)", request.statistic)[1]) / 100
    low, high = feldt_interval(
        alpha(found.covariance), n=found.n, items=len(found.mean), level=level
    )
    return {"lower": float(low), "upper": float(high)}


def sem(request: Request) -> float:
    return standard_error_of_measurement(
        sample_variance(request), alpha(moments(request).covariance)
    )


def weighted_sem(request: Request) -> float:
    found = moments(request)
    return standard_error_of_measurement(found.total_variance, alpha(found.covariance))


ANSWERS: dict[str, Answer] = {
    "alpha_raw": one(lambda r: alpha(moments(r).covariance)),
    "alpha_standardized": one(lambda r: alpha(moments(r).correlation)),
    "guttman_lambda6": one(lambda r: lambda6(moments(r).correlation)),
    "guttman_lambda2": one(lambda r: lambda2(moments(r).covariance)),
    "mean_interitem_r": one(lambda r: moments(r).mean_correlation),
    "alpha_if_deleted": by_item(lambda r: alpha_if_deleted(moments(r).covariance)),
    "item_rest_r": by_item(lambda r: statistics(r).item_rest),
    "item_total_r": by_item(lambda r: statistics(r).item_total),
    "item_mean": by_item(lambda r: statistics(r).difficulty),
    "sem_raw_score": one(sem),
    "total_variance": one(sample_variance),
    "total_mean": one(lambda r: moments(r).total_mean),
    "kr20": one(lambda r: kr20(moments(r))),
    "kr21": one(lambda r: kr21(moments(r))),
    "omega_total_cfa_ml": one(lambda r: factor(r).omega),
    "cfa_loading": by_item(lambda r: factor(r).loading),
    "alpha_weighted": one(lambda r: alpha(moments(r).covariance)),
    "item_mean_weighted": by_item(lambda r: statistics(r).difficulty),
    "sem_weighted": one(weighted_sem),
    "item_rest_r_weighted": by_item(lambda r: statistics(r).item_rest),
    "kish_effective_n": one(lambda r: moments(r).n_eff),
}
PATTERNS: dict[str, Answer] = {
    r"discrimination_D[\d.]+": by_item(upper_lower),
    r"alpha_ci[\d.]+(_feldt)?": feldt,
}
