"""Replicate factors of a design by the kind asked for, options checked."""

from typing import Literal, TypeAlias

from pipeline.errors import DesignError
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.replication.balanced import brr, fay
from pipeline.stats.survey.replication.bootstrap import bootstrap
from pipeline.stats.survey.replication.factors import Factors, jk1, jkn

ReplicateKind: TypeAlias = Literal["jk1", "jkn", "brr", "fay", "bootstrap"]

_NEEDS: dict[str, frozenset[str]] = {
    "jk1": frozenset(),
    "jkn": frozenset(),
    "brr": frozenset(),
    "fay": frozenset({"rho"}),
    "bootstrap": frozenset({"n", "seed"}),
}


def factors_of(
    sample: Sample,
    kind: ReplicateKind,
    *,
    n: int | None,
    seed: str | int | None,
    rho: float | None,
) -> Factors:
    """Replicate factors of the PSUs of a sample.

    Raises:
        DesignError: an unknown kind, an option it does not know or one it needs.
    """
    _refuse_misfits(kind, {"n": n, "seed": seed, "rho": rho})
    if kind == "bootstrap" and n is not None and seed is not None:
        return bootstrap(sample.units, replicates=n, seed=seed, lonely_psu=sample.lonely_psu)
    if kind == "fay" and rho is not None:
        return fay(sample.units, rho=rho)
    if kind == "brr":
        return brr(sample.units)
    return jk1(sample.units) if kind == "jk1" else jkn(sample.units, lonely_psu=sample.lonely_psu)


def _refuse_misfits(kind: str, options: dict[str, object]) -> None:
    if kind not in _NEEDS:
        raise DesignError("replicates", f'expected {", ".join(_NEEDS)}, got "{kind}"')
    given = {name for name, value in options.items() if value is not None}
    faults = [f"{kind}: expected {name}" for name in sorted(_NEEDS[kind] - given)]
    faults += [f"{kind}: does not know {name}" for name in sorted(given - _NEEDS[kind])]
    if faults:
        raise DesignError("replicates", faults)
