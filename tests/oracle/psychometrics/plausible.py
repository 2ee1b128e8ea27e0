"""Rubin's rules on plausible values: our answers to the reference numbers."""

import re
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimates import Estimates
from pipeline.stats.survey.estimation.estimators import mean, share
from pipeline.stats.survey.estimation.plausible import Pooled, pool
from tests.oracle.psychometrics.columns import weight_column
from tests.oracle.psychometrics.r_text import NUMBER, anywhere
from tests.oracle.psychometrics.requests import Answer, Request


def drawn(request: Request) -> tuple[Sample, np.ndarray, list[str]]:
    """People drawn with replacement, their plausible values, names of the values."""
    frame = request.frames[0]
    design = [first(frame, pattern) for pattern in (r"strat\w*", r"psu|cluster\w*|school\w*")]
    names = [name for name in frame if re.fullmatch(r"pv\w*\d+\w*", name, re.IGNORECASE)]
    weight = weight_column(request)
    weights = np.ones(len(frame)) if weight is None else frame[weight].to_numpy(dtype=float)
    return Sample.clustered(weights, *design), frame[names].to_numpy(dtype=float), names


def first(frame: pd.DataFrame, pattern: str) -> np.ndarray | None:
    """The first column whose name fits."""
    names = [name for name in frame if re.fullmatch(pattern, name, re.IGNORECASE)]
    return frame[names[0]].to_numpy() if names else None


def reached(request: Request, values: np.ndarray) -> np.ndarray:
    """Who is at the cut that the calls compare plausible values with, or beyond it."""
    sign, cut = anywhere(request, rf"pv\w*\s*(>=?)\s*{NUMBER}").groups()
    return values >= float(cut) if sign == ">=" else values > float(cut)


def whole(request: Request) -> Domains:
    return Domains.whole(len(request.frames[0]))


def each_draw(read: Callable[[Estimates], np.ndarray]) -> Answer:
    def answer(request: Request) -> Mapping[str, float]:
        sample, values, names = drawn(request)
        found = [share(reached(request, column), sample, whole(request)) for column in values.T]
        return {name: float(read(each)[0]) for name, each in zip(names, found, strict=True)}

    return answer


def pooled_share(request: Request) -> Pooled:
    sample, values, _ = drawn(request)
    found = [share(reached(request, column), sample, whole(request)) for column in values.T]
    return pool([each.estimate for each in found], [each.covariance() for each in found])


def pooled_mean(request: Request) -> Pooled:
    sample, values, _ = drawn(request)
    found = [mean(column, sample, whole(request)) for column in values.T]
    return pool([each.estimate for each in found], [each.covariance() for each in found])


def one(make: Callable[[Request], Pooled], read: Callable[[Pooled], np.ndarray]) -> Answer:
    return lambda request: dict.fromkeys(request.keys, float(np.ravel(read(make(request)))[0]))


def interval(request: Request) -> Mapping[str, float]:
    level = float(re.search(r"ci(\d+)", request.statistic)[1]) / 100
    pooled = pooled_mean if "mean" in request.statistic else pooled_share
    low, high = pooled(request).interval(level=level)
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
    "within_between": parts,
    "combined_mean": one(pooled_mean, lambda found: found.estimate),
    "combined_mean_se": one(pooled_mean, lambda found: found.se),
}
PATTERNS: dict[str, Answer] = {r"(combined_)?((mean|share)_)?ci\d+": interval}
