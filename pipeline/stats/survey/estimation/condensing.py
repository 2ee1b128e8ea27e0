"""Equal rows made one: people of one PSU who agree in everything an estimate looks at.

Estimates and their variances are sums over people, so rows of one PSU, one weighting cell,
one domain and one value may be added up before anything else happens. Nothing is lost: n is
kept as a count. After it, a million people cost no more than their PSUs times cells.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pipeline.stats.arrays import CodeArray, FloatArray
from pipeline.stats.survey.design.combinations import AnyCodes, joint_codes
from pipeline.stats.survey.design.sample import Sample, Stage

_MAX_VALUES = 1024  # more different values than this condense nothing


@dataclass(frozen=True, eq=False)
class Condensed:
    """g groups of equal rows.

    Attributes:
        sample: the groups as a sample, with the people each stands for.
        domain: (g,) domain of each group; -1 for none.
        columns: one (g,) array per variable.
    """

    sample: Sample
    domain: CodeArray
    columns: tuple[FloatArray, ...]


def condensed(
    sample: Sample, domain: CodeArray | None, values: Sequence[npt.NDArray[Any]]
) -> Condensed | None:
    """Add up rows that agree in PSU, weighting cell, domain and values.

    Args:
        sample: n rows.
        domain: (n,) number of each row's domain; -1 for none; None: one domain of all rows.
        values: (n,) variables; NaN is a value like others.

    Returns:
        The groups; None where rows cannot be told apart by whole numbers: a variable with
        many values, a weighting step without cells, a design of several stages.
    """
    coded = [found for column in values if (found := _coded(column)) is not None]
    cells = [step.cell for step in sample.steps if step.cell is not None]
    if len(sample.levels) > 1 or len(coded) < len(values) or len(cells) < len(sample.steps):
        return None
    keys = [sample.units.unit_of_row, *cells, *(codes for codes, _ in coded)]
    if domain is not None:
        keys.append(domain + 1)
    group, (psu, *rest) = joint_codes(keys)
    in_cells, in_values = rest[: len(cells)], rest[len(cells) : len(cells) + len(coded)]
    return Condensed(
        sample=_sample(sample, psu, in_cells, group),
        domain=np.zeros(len(psu), dtype=np.int64) if domain is None else rest[-1] - 1,
        columns=tuple(
            distinct[number] for (_, distinct), number in zip(coded, in_values, strict=True)
        ),
    )


def _coded(column: npt.NDArray[Any]) -> tuple[AnyCodes, FloatArray] | None:
    """Codes into a list of distinct values; None when there are too many."""
    if column.dtype == np.bool_:
        return column.view(np.int8), np.array([0.0, 1.0])
    is_missing = np.isnan(column)
    filled = np.where(is_missing, 0.0, column) if is_missing.any() else column
    low, high = float(filled.min(initial=0)), float(filled.max(initial=0))
    if not high - low < _MAX_VALUES:
        return None
    codes = (filled - low).astype(np.int64)
    if not np.array_equal(codes + low, filled):
        return None
    width = int(high - low) + 1
    distinct = np.append(low + np.arange(width), np.nan)
    return np.where(is_missing, width, codes) if is_missing.any() else codes, distinct


def _sample(sample: Sample, psu: CodeArray, cells: Sequence[CodeArray], group: CodeArray) -> Sample:
    units, size = sample.units, len(psu)
    stage = Stage(
        unit=units.unit[psu],
        stratum=units.stratum[units.stratum_of_unit[psu]],
        fpc=units.fraction[psu] if sample.stages[0].fpc is not None else None,
    )
    steps = [
        step.condensed(cell, group, size) for step, cell in zip(sample.steps, cells, strict=True)
    ]
    return Sample(
        base_weight=_sums(group, sample.base_weight, size),
        stages=(stage,),
        steps=tuple(steps),
        lonely_psu=sample.lonely_psu,
        lonely_in_domains=sample.lonely_in_domains,
        pps=sample.pps,
        squared_probabilities=sample.squared_probabilities,
        count=_sums(group, sample.count, size),
    )


def _sums(group: CodeArray, values: FloatArray | None, size: int) -> FloatArray:
    """(g,) sums over the rows of each group; how many they are without values."""
    if group.min(initial=0) >= 0:
        return np.bincount(group, values, size).astype(np.float64)
    kept = group >= 0
    counted = None if values is None else values[kept]
    return np.bincount(group[kept], counted, size).astype(np.float64)
