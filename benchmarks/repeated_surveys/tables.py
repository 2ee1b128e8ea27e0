"""Studies as Markdown tables."""

from collections.abc import Iterable, Sequence

import numpy as np

from pipeline.stats.survey.estimation.share_intervals import ShareMethod
from repeated_surveys.methods import (
    FEW_DF,
    Coverage,
    Study,
    coverage,
    normal_df,
    own_df,
    whole_df,
)
from repeated_surveys.variances import LINEARISED, REPLICATED

INTERVALS: tuple[ShareMethod, ...] = (
    "logit",
    "wilson",
    "korn_graubard",
    "beta",
    "arcsine",
    "likelihood",
    "wald",
)
JUDGED = ("chain", "JKn")
CITY, COUNTY = (0.935, 0.965), 0.92  # the goals of coverage
MOST = 0.5  # a variance that fails in more surveys than this is not judged


def markdown(rows: Iterable[Sequence[str]], heading: Sequence[str]) -> str:
    """A table."""
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def surveys_table(studies: Sequence[Study]) -> str:
    """What was drawn, and how the estimates vary in truth."""
    rows = [
        [
            study.design,
            study.scheme,
            f"{study.n_categories:.0f}",
            f"{study.n[:, 0].mean():.0f}",
            f"{len(study.faults) / (len(study.faults) + len(study.estimate)):.1%}",
            _numbers(100 * study.truth[0], ".0f"),
            _numbers(100 * (study.estimate.mean(axis=0) - study.truth)[0], "+.2f"),
            _numbers(100 * np.sqrt(study.true_variance[0]), ".2f"),
            _numbers(100 * np.sqrt(study.true_variance[1:]).mean(axis=0), ".2f"),
        ]
        for study in studies
    ]
    heading = ["PSUs", "margins", "categories", "interviews", "cannot be weighted", "true share %"]
    heading += ["bias, points", "true SE city, points", "true SE county (mean), points"]
    return markdown(rows, heading)


def bias_table(studies: Sequence[Study]) -> str:
    """Mean estimated variance over the variance of the estimates, city and mean of counties."""
    rows = []
    for study in studies:
        row = [study.design, study.scheme]
        for name in (*LINEARISED, *REPLICATED):
            if name not in study.variance or study.usable(name) < MOST:
                row.append("-")
                continue
            bias = study.bias(name)
            row.append(f"{_numbers(bias[0], '.2f')} ({bias[1:].mean():.2f})")
        rows.append(row)
    return markdown(rows, ["PSUs", "margins", *LINEARISED, *REPLICATED])


def city_table(studies: Sequence[Study]) -> str:
    """Coverage for the city by variance and interval, t with the design's df."""
    rows = []
    for study in studies:
        for name, variance in _city_variances(study).items():
            found = [coverage(study, variance, own_df(study), method) for method in INTERVALS]
            cells = [_numbers(100 * of_method.held[0], ".1f") for of_method in found]
            rows.append([study.design, study.scheme, name, *cells, _width(found[2], 0)])
    heading = ["PSUs", "margins", "variance", *INTERVALS, "width KG, points"]
    return markdown(rows, heading)


def freedom_table(studies: Sequence[Study]) -> str:
    """Coverage for the city with Student's t and with the normal distribution."""
    rows = []
    for study in studies:
        for name in (name for name in JUDGED if study.usable(name) >= MOST):
            cells = [
                _numbers(100 * coverage(study, study.variance[name], df, method).held[0], ".1f")
                for method in ("logit", "korn_graubard")
                for df in (own_df(study), normal_df(study))
            ]
            rows.append([study.design, study.scheme, name, *cells])
    return markdown(
        rows, ["PSUs", "margins", "variance", "logit, t", "logit, normal", "KG, t", "KG, normal"]
    )


def county_table(studies: Sequence[Study]) -> str:
    """Coverage for counties: the lowest of the counties, their mean, and the mean width."""
    rows = []
    for study in studies:
        for name, variance, df in _county_variances(study):
            for method in ("logit", "korn_graubard"):
                found = coverage(study, variance, df, method)
                rows.append(
                    [
                        study.design,
                        study.scheme,
                        name,
                        method,
                        _numbers(100 * found.held[1:].min(axis=0), ".1f"),
                        _numbers(100 * found.held[1:].mean(axis=0), ".1f"),
                        _width(found, slice(1, None)),
                    ]
                )
    heading = ["PSUs", "margins", "variance, df", "interval", "lowest", "mean", "width, points"]
    return markdown(rows, heading)


def verdict_table(studies: Sequence[Study]) -> str:
    """Methods against the goals: the city between two bounds, no county below a third."""
    rows = []
    for study in studies:
        for name in (name for name in JUDGED if study.usable(name) >= MOST):
            for method in ("logit", "korn_graubard"):
                found = coverage(study, *study.pooled(name), method)
                city, counties = found.held[0], found.held[1:].min(axis=0)
                is_met = (city >= CITY[0]).all() and (city <= CITY[1]).all()
                row = [study.design, study.scheme, name, method, _numbers(100 * city, ".1f")]
                row += [_yes(is_met), _numbers(100 * counties, ".1f")]
                row += [_yes((counties >= COUNTY).all()), _width(found, 0)]
                rows.append([*row, _width(found, slice(1, None))])
    heading = ["PSUs", "margins", "variance", "interval", "city, %", f"{CITY[0]:.1%}-{CITY[1]:.1%}"]
    heading += ["lowest county, %", f"{COUNTY:.0%} or more", "width city", "width counties"]
    return markdown(rows, heading)


def _yes(is_met: bool) -> str:
    return "yes" if is_met else "no"


def _city_variances(study: Study) -> dict[str, np.ndarray]:
    names = [name for name in (*LINEARISED, *REPLICATED) if name in study.variance]
    found = {name: study.variance[name] for name in names if study.usable(name) >= MOST}
    floored = {f"{name}, floor": study.floored(name) for name in JUDGED if name in found}
    return found | floored


def _county_variances(study: Study) -> Iterable[tuple[str, np.ndarray, np.ndarray]]:
    for name in (name for name in JUDGED if study.usable(name) >= MOST):
        yield f"{name}, own df", study.variance[name], own_df(study)
        yield f"{name}, df of the design", study.variance[name], whole_df(study)
        yield f"{name}, floor, own df", study.floored(name), own_df(study)
        yield f"{name}, pooled below {FEW_DF} df", *study.pooled(name)


def _numbers(values: np.ndarray, form: str) -> str:
    """Numbers of the cuts, one after the other."""
    return " / ".join(format(value, form) for value in values)


def _width(found: Coverage, rows: int | slice) -> str:
    width = found.width[rows]
    return _numbers(100 * (width if width.ndim == 1 else width.mean(axis=0)), ".1f")
