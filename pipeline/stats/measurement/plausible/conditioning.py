"""The conditioning model: what is expected of people before they answer.

Owns the design matrix of dummies. The model, ability ~ N(mean + x'b, sd^2), is fitted by
`irt.calibration`; its errors are drawn in `priors`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from pipeline.errors import ContractError
from pipeline.stats.arrays import BoolArray, FloatArray
from pipeline.stats.measurement.plausible.levels import Change, Levels, merged_levels
from pipeline.stats.survey.weighting.cells import Labels, coded

_WHERE = "conditioning model"
_COLLINEAR = 1e-9  # part of a column's variation that the columns before leave unexplained


@dataclass(frozen=True, kw_only=True, eq=False)
class ConditioningDesign:
    """Dummies of n people, without an intercept: the model's mean stands for it.

    Attributes:
        matrix: (n, p) zeros and ones.
        columns: p names such as "county=510402"; merged levels are joined by "+".
        references: level of each variable that has no column.
        changes: what became of levels that could not have a column of their own.
    """

    matrix: FloatArray
    columns: tuple[str, ...]
    references: Mapping[str, str]
    changes: tuple[Change, ...]


def conditioning_design(
    variables: Mapping[str, Labels],
    *,
    references: Mapping[str, str] | None = None,
    ordered: Collection[str] = (),
    fewest: int = 30,
    weights: FloatArray | None = None,
) -> ConditioningDesign:
    """Dummies of the reporting variables: county, urban-rural, sex, age, education, wave.

    A missing value is a level of its own, "missing". A level of fewer than `fewest` people is
    merged: in an ordered variable with the smaller of its neighbours, elsewhere with the
    reference. A column that the ones before it determine is left out; the people's expectation
    is the same without it.

    Args:
        variables: (n,) levels by variable, in order of importance: later ones give way.
        references: level without a column; where none is named, the most numerous one.
        ordered: variables whose levels are in order, as that of a Categorical.
        fewest: people that a level needs for a coefficient of its own.
        weights: (n,); people of weight 0 count nowhere. None: all count.

    Raises:
        ContractError: no variable, variables of different lengths, a reference nobody has, or
            nobody with weight.
    """
    found = {name: coded(labels) for name, labels in variables.items()}
    sizes = sorted({len(each.codes) for each in found.values()})
    if len(sizes) != 1:
        raise ContractError(_WHERE, f"expected variables of one length, got lengths {sizes}")
    counted = np.ones(sizes[0], np.bool_) if weights is None else np.asarray(weights) > 0
    if counted.shape != (sizes[0],) or not counted.any():
        raise ContractError(_WHERE, f"expected weights of {sizes[0]} people, some above 0")
    levels = {
        name: merged_levels(
            name,
            each,
            counted,
            reference=(references or {}).get(name),
            is_ordered=name in ordered,
            fewest=fewest,
        )
        for name, each in found.items()
    }
    matrix, columns = _dummies(levels)
    kept, left_out = _independent(matrix[counted], columns)
    return ConditioningDesign(
        matrix=np.ascontiguousarray(matrix[:, kept]),
        columns=tuple(np.array(columns, dtype=object)[kept]),
        references={name: each.names[each.reference] for name, each in levels.items()},
        changes=(*(change for each in levels.values() for change in each.changes), *left_out),
    )


def _dummies(levels: Mapping[str, Levels]) -> tuple[FloatArray, list[str]]:
    columns, names = [], []
    for variable, each in levels.items():
        for level, name in enumerate(each.names):
            if level != each.reference:
                columns.append(each.codes == level)
                names.append(f"{variable}={name}")
    size = len(next(iter(levels.values())).codes)
    matrix = np.column_stack(columns) if columns else np.empty((size, 0))
    return matrix.astype(np.float64), names


def _independent(matrix: FloatArray, names: list[str]) -> tuple[BoolArray, list[Change]]:
    """Columns that neither a constant nor the columns before determine."""
    centred = matrix - matrix.mean(axis=0)
    product = centred.T @ centred
    kept = np.zeros(len(names), dtype=np.bool_)
    left_out = []
    for column, name in enumerate(names):
        own = product[column, column]
        before = np.flatnonzero(kept)
        shared = product[before, column]
        explained = shared @ np.linalg.solve(product[np.ix_(before, before)], shared)
        kept[column] = own - explained > _COLLINEAR * max(own, 1.0)
        if not kept[column]:
            variable, _, level = name.partition("=")
            left_out.append(Change(variable, level, "determined by the columns before", None))
    return kept, left_out
