"""Means of domains as if all had the same mix of classes, such as ages.

Direct standardisation: the mean of each class in the domain, weighted by the shares of the
classes in a standard population. Differences between standardised means are not differences
of the mix.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import sparse

from pipeline.errors import ContractError
from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray, TextArray, dense
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimates import Estimates


def standardised(
    estimator: Callable[[Domains], Estimates],
    domains: Domains,
    present: BoolArray,
    *,
    classes: TextArray,
    population: Mapping[str, float],
) -> Estimates:
    """Mean of each domain, with the classes mixed as in a standard population.

    m = sum_c s_c m_c with s_c = N_c / sum(N) and m_c the mean of the domain's class c;
    u = s_c (y - m_c) / sum(w) in the class. So classes carry no variance between them, as
    after post-stratification of every domain.

    Args:
        estimator: gives means or shares of whatever domains it is handed, linearised or by
            replicates.
        domains: k subpopulations.
        present: (n,) rows with weight and a value.
        classes: (n,) class names; a row without one is outside every domain.
        population: people, or shares, of every class in the standard population. To leave
            a class out of both, leave its rows out of the domains.

    Returns:
        k estimates; NaN where a domain has nobody in one of the classes: merge classes. The
        design effect compares with simple samples of the same sizes drawn class by class.

    Raises:
        ContractError: the standard population lacks a class of the domains or has an
            impossible one.

    Source: Korn & Graubard (1999), Analysis of Health Surveys, section 4.8. Oracle: R survey
    4.5 svystandardize, svymean.
    """
    codes = pd.Index(list(population)).get_indexer(pd.Index(classes)).astype(np.int64)
    members = dense(domains.members.sum(axis=1)) > 0
    stray = members & present & (codes < 0) & pd.notna(classes)
    _check(population, int(stray.sum()))
    standard = np.array(list(population.values()), dtype=np.float64)
    by_class = estimator(_crossed(domains, codes, len(standard)))
    return _mixed(by_class, domains, standard / standard.sum())


def _check(population: Mapping[str, float], stray: int) -> None:
    faults = []
    if stray:
        faults.append(f"{stray} rows of the domains are in a class that it lacks")
    wrong = [str(name) for name, size in population.items() if not 0 < size < np.inf]
    if wrong:
        faults.append(f"expected people in every class, got none in {', '.join(sorted(wrong))}")
    if not population:
        faults.append("expected a class, got none")
    if faults:
        raise ContractError(
            "standard population",
            faults,
            hint="list the same classes in the standard population and in the domains",
        )


def _crossed(domains: Domains, codes: CodeArray, n_classes: int) -> Domains:
    """Domains times classes, the classes of a domain side by side."""
    members = sparse.coo_array(domains.members)
    inside = codes[members.row] >= 0
    row, column = members.row[inside], members.col[inside]
    shape = (members.shape[0], members.shape[1] * n_classes)
    place = (row, column * n_classes + codes[row])
    crossed = sparse.csr_array((np.ones(len(row)), place), shape=shape)
    labels = [
        (name, f"{category}, class {c}")
        for name, category in domains.labels
        for c in range(n_classes)
    ]
    return Domains(tuple(labels), crossed)


def _mixed(by_class: Estimates, domains: Domains, shares: FloatArray) -> Estimates:
    """Estimates of k domains from those of their c classes."""
    shape = (len(domains.labels), len(shares))
    mixing = np.asarray(np.kron(np.eye(shape[0]), shares[:, None]), dtype=np.float64)
    return replace(
        by_class,
        labels=domains.labels,
        estimate=by_class.estimate.reshape(shape) @ shares,
        n=by_class.n.reshape(shape).sum(axis=1),
        population=by_class.population.reshape(shape).sum(axis=1),
        simple_variance=by_class.simple_variance.reshape(shape) @ shares**2,
        totals=by_class.totals.combined(mixing),
    )
