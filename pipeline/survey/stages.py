"""From columns of a frame to the stages of selection and their weights."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeAlias

import numpy as np
import pandas as pd

from pipeline.errors import DesignError
from pipeline.stats.arrays import FloatArray
from pipeline.stats.survey.design.sample import LonelyPsuRule, PpsRule, Sample, Stage
from pipeline.survey.columns import listed, numbers, require

FpcColumn: TypeAlias = str | float


def sample_of(
    frame: pd.DataFrame,
    *,
    weight: str | None,
    stratum: str | Iterable[str] | None,
    psu: str | Iterable[str] | None,
    fpc: FpcColumn | Iterable[FpcColumn] | None,
    pps: PpsRule | None,
    squared_probabilities: float | Mapping[str, float] | None,
    lonely_psu: LonelyPsuRule,
    lonely_in_domains: bool,
) -> Sample:
    """The array-level sample that the columns describe; see `Design`."""
    strata, units, sizes = listed(stratum), listed(psu), listed_sizes(fpc)
    named = [*strata, *units, *(size for size in sizes if isinstance(size, str))]
    require(frame, [*named, *listed(weight)])
    stages = _stages(frame, strata, units, sizes)
    if isinstance(squared_probabilities, int | float):
        squared_probabilities = {"all": float(squared_probabilities)}
    sample = Sample(
        base_weight=np.ones(len(frame)) if weight is None else numbers(frame, weight),
        stages=stages,
        lonely_psu=lonely_psu,
        lonely_in_domains=lonely_in_domains,
        pps=pps,
        squared_probabilities=squared_probabilities,
    )
    return sample if weight is not None else replace(sample, base_weight=_implied(sample))


def refuse_reused(
    frame: pd.DataFrame, stratum: str | Iterable[str] | None, psu: str | Iterable[str] | None
) -> None:
    """Refuse PSU labels that occur in several strata.

    Raises:
        DesignError: a label is used again.
    """
    strata, units = listed(stratum)[:1], listed(psu)[:1]
    require(frame, [*strata, *units])
    if not (strata and units):
        return
    pairs = frame[[*strata, *units]].drop_duplicates()
    if reused := int(pairs[units[0]].duplicated().sum()):
        raise DesignError(
            "design",
            f'column "{units[0]}": {reused} labels are used again in another stratum',
            hint='make labels unique, or say psu_labels="nested": label 1 in two strata is '
            "two PSUs",
        )


def _stages(
    frame: pd.DataFrame, strata: list[str], units: list[str], sizes: list[FpcColumn]
) -> tuple[Stage, ...]:
    depth = max(len(units), 1)
    if len(strata) > depth or len(sizes) > depth:
        raise DesignError(
            "design",
            f"expected columns for {depth} stages, got {len(strata)} strata and {len(sizes)} fpc",
            hint="give psu one column per stage; of the last stage it may be the person's id",
        )
    return tuple(
        Stage(
            unit=frame[units[j]] if units else np.arange(len(frame)),
            stratum=frame[strata[j]] if j < len(strata) else None,
            fpc=_size(frame, sizes[j]) if j < len(sizes) else None,
        )
        for j in range(depth)
    )


def listed_sizes(fpc: FpcColumn | Iterable[FpcColumn] | None) -> list[FpcColumn]:
    """One size per stage as a list."""
    if fpc is None:
        return []
    return [fpc] if isinstance(fpc, str | float | int | np.number) else list(fpc)


def _size(frame: pd.DataFrame, size: FpcColumn) -> FloatArray:
    return numbers(frame, size) if isinstance(size, str) else np.full(len(frame), float(size))


def _implied(sample: Sample) -> FloatArray:
    """One over the product of the fractions drawn, of every stage.

    Raises:
        DesignError: a stage has no fraction.
    """
    fractions = [units.fraction[units.unit_of_row] for units in sample.levels]
    drawn = np.prod(fractions, axis=0)
    if len(sample.levels) < len(sample.stages) or not (drawn > 0).all():
        raise DesignError(
            "design",
            "expected weights, got none, and no population sizes that would imply them",
            hint='name the column of weights, or give fpc for every stage: fpc=["N", "M"]',
        )
    return np.asarray(1 / drawn)
