"""Rubin's rules on plausible values: our answers to the reference numbers."""

import re
from collections.abc import Callable, Mapping

import numpy as np

from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimates import Estimates
from pipeline.stats.survey.estimation.estimators import mean, share
from pipeline.stats.survey.estimation.plausible import Pooled, pool
from tests.oracle.psychometrics.requests import Answer, Request


def weight_column(request: Request) -> str:
    """The column that is no plausible value: the weight, if there is one."""
    return next((name for name in request.frames[0] if "w" in name.lower()), "")


def drawn(request: Request) -> tuple[Sample, np.ndarray, list[str]]:
    """People drawn with replacement, their plausible values, names of the values."""
    frame = request.frames[0]
    weight = weight_column(request)
    names = [name for name in frame if re.fullmatch(r"pv\w*\d+", name, re.IGNORECASE)]
    weights = frame[weight].to_numpy() if weight else np.ones(len(frame))
    return Sample.clustered(weights), frame[names].to_numpy(), names


def cut(request: Request) -> float:
    """The number that plausible values are compared with."""
    found = (re.search(r"pv\s*>=?\s*(-?[\d.]+)", call) for call in (request.call, *request.calls))
    return float(next(each for each in found if each)[1].rstrip("."))


def whole(request: Request) -> Domains:
    return Domains.whole(len(request.frames[0]))


def each_draw(read: Callable[[Estimates], np.ndarray]) -> Answer:
    def answer(request: Request) -> Mapping[str, float]:
        sample, values, names = drawn(request)
        found = [share(column >= cut(request), sample, whole(request)) for column in values.T]
        return {name: float(read(each)[0]) for name, each in zip(names, found, strict=True)}

    return answer


def pooled_share(request: Request) -> Pooled:
    sample, values, _ = drawn(request)
    found = [share(column >= cut(request), sample, whole(request)) for column in values.T]
    return pool([each.estimate for each in found], [each.covariance() for each in found])


def pooled_mean(request: Request) -> Pooled:
    sample, values, _ = drawn(request)
    found = [mean(column, sample, whole(request)) for column in values.T]
    return pool([each.estimate for each in found], [each.covariance() for each in found])


def one(make: Callable[[Request], Pooled], read: Callable[[Pooled], np.ndarray]) -> Answer:
    return lambda request: {"": float(np.ravel(read(make(request)))[0])}


def interval(request: Request) -> Mapping[str, float]:
    level = float(re.search(r"(\d+)$", request.statistic)[1]) / 100
    low, high = pooled_share(request).interval(level=level)
    return {"lower": float(low[0]), "upper": float(high[0])}


def parts(request: Request) -> Mapping[str, float]:
    found = pooled_share(request)
    return {"U": float(found.within[0, 0]), "B": float(found.between[0, 0])}


ANSWERS: dict[str, Answer] = {
    "pv_share": each_draw(lambda found: found.estimate),
    "pv_variance": each_draw(lambda found: found.variance),
    "combined_share": one(pooled_share, lambda found: found.estimate),
    "combined_se": one(pooled_share, lambda found: found.se),
    "rubin_df": one(pooled_share, lambda found: found.df),
    "missing_information": one(pooled_share, lambda found: found.missing_information),
    **{f"ci{level}": interval for level in (80, 90, 95, 99)},
    "within_between": parts,
    "combined_mean": one(pooled_mean, lambda found: found.estimate),
    "combined_mean_se": one(pooled_mean, lambda found: found.se),
}
