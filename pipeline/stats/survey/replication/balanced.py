"""Replicate factors of PSUs by balanced half samples, plain (BRR) and softened (Fay)."""

import numpy as np

from pipeline.errors import DesignError
from pipeline.stats.survey.design.units import Units
from pipeline.stats.survey.replication.factors import Factors, stratum_size
from pipeline.stats.survey.replication.hadamard import hadamard


def brr(units: Units) -> Factors:
    """Balanced repeated replication: of every stratum's two PSUs one doubles, one rests.

    Which one follows a Hadamard matrix without its constant row, so that every PSU is active
    in half of the replicates and any two strata agree in half. For totals the variance then
    equals the linearised one.

    Args:
        units: strata of exactly two PSUs, drawn with replacement or as good as.

    Raises:
        DesignError: a stratum has another number of PSUs, or a fraction drawn.

    Source: McCarthy (1969), Review of the International Statistical Institute 37, 239-264;
    Wolter (2007), section 3.3. Oracle: R survey 4.5 as.svrepdesign(type = "BRR").
    """
    return _balanced(units, 0.0)


def fay(units: Units, *, rho: float) -> Factors:
    """Fay's method: as BRR, with factors 2 - rho and rho, so that no PSU drops out.

    Replicate estimates stay defined in small domains. The variance is divided by (1 - rho)^2.

    Args:
        units: as for `brr`.
        rho: factor of the resting PSU, in [0, 1).

    Raises:
        DesignError: as for `brr`, or rho is out of range.

    Source: Judkins (1990), Journal of Official Statistics 6, 223-239. Oracle: R survey 4.5
    as.svrepdesign(type = "Fay").
    """
    if not 0 <= rho < 1:
        raise DesignError("Fay", f"expected rho in [0, 1), got {rho}")
    return _balanced(units, rho)


def _balanced(units: Units, rho: float) -> Factors:
    _refuse_unpaired(units)
    signs = hadamard(len(units.stratum) + 1)[1 : len(units.stratum) + 1]
    n_replicates = signs.shape[1]
    is_first = np.r_[True, np.diff(units.stratum_of_unit) > 0]
    side = np.where(is_first, 1.0, -1.0)[:, None] * signs[units.stratum_of_unit]
    return Factors(
        method="Fay" if rho else "BRR",
        factor=np.asarray(1 + (1 - rho) * side, dtype=np.float64),
        scale=1 / (n_replicates * (1 - rho) ** 2),
        rscales=np.ones(n_replicates),
    )


def _refuse_unpaired(units: Units) -> None:
    size = stratum_size(units)
    faults = [
        f"stratum {name}: expected two PSUs, got {n}"
        for name, n in zip(units.stratum, size, strict=True)
        if n != 2
    ]
    if (units.fraction > 0).any():
        faults.append("expected PSUs drawn with replacement, got finite population corrections")
    if faults:
        raise DesignError(
            "half samples",
            faults,
            hint="use JKn or the bootstrap, which take strata of any size and fractions drawn; or "
            "join strata of one PSU, split larger ones into pairs, and leave the fractions out",
        )
