"""Which columns of a data file are items, weights, groups and covariates.

Calls name groups, covariates and weights; what is left and looks like answers is an item. A
column that is itself a key of the case is an item whatever it looks like.
"""

import re

import numpy as np
import pandas as pd

from pipeline.stats.arrays import CodeArray, FloatArray
from tests.oracle.psychometrics.r_text import argument, calls, words
from tests.oracle.psychometrics.requests import Request

WEIGHT = re.compile(r"w|wt|wgt|w_\w+|\w*weights?|\w*_w(gh?)?t|\w*wgt|\w*fstuwt", re.IGNORECASE)
DIF = r"dif[A-Z]\w*|dichoDif"  # functions of difR
_MOST_CATEGORIES = 20


def named(request: Request, name: str) -> list[str]:
    """Columns that the case's calls give an argument, by name or by number."""
    for text in (request.call, *request.calls):
        for call in calls(text):
            value = call.argument(name)
            found = columns_in(request, value) if value else []
            if found:
                return found
    return []


def columns_in(request: Request, text: str) -> list[str]:
    columns = list(request.frames[0])
    if text.strip().isdigit() and 0 < int(text) <= len(columns):
        return [columns[int(text) - 1]]
    every = {name for frame in request.frames for name in frame}
    return [word for word in words(text) if word in every]


def group_column(request: Request) -> list[str]:
    found = named(request, "group")
    return (found or columns_in(request, argument(request, DIF, "group", 1)))[:1]


def covariate_columns(request: Request) -> list[str]:
    """As the call says, or else the keys of the regression's coefficients."""
    keys = request.case_keys.get("beta", ())
    return named(request, "Y") or [key for key in keys if key in request.frames[0]]


def weight_column(request: Request) -> str | None:
    """As the call says, or else by its name, or else the only column of a second file."""
    keys = _keys(request)
    said = [named(request, name) for name in ("pweights", "survey.weights", "weights")]
    given = [
        *(column for columns in said for column in columns),
        *(
            name
            for frame in request.frames
            for name in frame
            if WEIGHT.fullmatch(name) and name not in keys
        ),
        *(name for frame in request.frames[1:] for name in frame if len(frame.columns) == 1),
    ]
    return given[0] if given else None


def is_weighted(request: Request) -> bool:
    """Whether the numbers are weighted: weights in a file of their own, or said to be."""
    column = weight_column(request)
    if column is None:
        return False
    said = " ".join([request.topic, request.statistic, request.call])
    apart = any(column in frame for frame in request.frames[1:])
    in_tam = request.topic == "latent_regression" and bool(named(request, "pweights"))
    return apart or in_tam or bool(re.search("weight|kish", said))


def survey_weights(request: Request) -> FloatArray | None:
    """TAM brings weights to mean 1, mirt takes them as they are."""
    if not is_weighted(request):
        return None
    name = weight_column(request)
    weights = next(frame[name] for frame in request.frames if name in frame).to_numpy(dtype=float)
    is_tam = any(re.search(r"\bTAM\b|\btam\.", call) for call in request.calls)
    return weights / weights.mean() if is_tam else weights


def items(request: Request) -> pd.DataFrame:
    """The columns of answers of the first file."""
    frame = request.frames[0]
    others = {*group_column(request), *covariate_columns(request), weight_column(request)}
    keys = _keys(request)
    listed = [name for name in frame if name not in others and name in keys]
    unlisted = [
        name
        for name in frame
        if name not in {*others, *listed} and _looks_like_answers(frame[name])
    ]
    # Rows list all items, or a few of them; what a full list leaves out is no item.
    is_full = len(listed) > len(unlisted)
    return frame[[name for name in frame if name in listed or (name in unlisted and not is_full)]]


def responses(request: Request) -> CodeArray:
    """Categories from 0 in the order of their codes, empty fields missing."""
    frame = items(request)
    codes = [pd.factorize(frame[item], sort=True)[0] for item in frame]
    return np.column_stack(codes).astype(np.int64)


def group_labels(request: Request) -> list[str]:
    """Groups of people, the reference first: the one without a mean of its own, or the first."""
    column = group_column(request)
    if not column:
        return []
    labels = sorted({label_of(value) for value in request.frames[0][column[0]]})
    statistics = tuple(request.case_keys)
    return sorted(labels, key=lambda label: any(s.endswith(f"_mean_{label}") for s in statistics))


def label_of(value: object) -> str:
    return str(value).removesuffix(".0")


def focal_people(request: Request) -> tuple[np.ndarray, str]:
    """(n,) who is focal, and the column that tells."""
    column = [*group_column(request), request.frames[0].columns[0]][0]
    labels = request.frames[0][column].map(label_of)
    said = argument(request, DIF, "focal.name", 2).strip("'\"")
    focal = said if said in set(labels) else max(labels)
    return (labels == focal).to_numpy(), column


def _keys(request: Request) -> set[str]:
    """Keys of the case, but for those of coefficients and of single pairs of items."""
    statistics = [name for name in request.case_keys if not re.match("beta|Q3_", name)]
    return {key for name in statistics for key in request.case_keys[name]}


def _looks_like_answers(column: pd.Series) -> bool:
    if not pd.api.types.is_numeric_dtype(column):
        return False
    known = column.dropna()
    return bool((known == known.round()).all()) and known.nunique() <= _MOST_CATEGORIES
