"""Design effects pooled over the categories of a domain, for categories of few units.

A county of two or four units has one or three degrees of freedom: its own variance is hardly
known and its interval says nothing. What clustering costs differs little between counties of
one survey, so it is estimated from all of them together; the spread of a county's own weights
and shares stays its own.
"""

from dataclasses import replace

import numpy as np

from pipeline.stats.arrays import BoolArray, CodeArray, FloatArray
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimates import Estimates


def pooled(found: Estimates, *, kish: FloatArray, below_df: float) -> Estimates:
    """Estimates whose categories of few units take the clustering effect of their domain.

    With s_c the variance of a simple random sample and K_c Kish's effect of the weights in
    category c: r = sum v_c / sum K_c s_c over the categories of the domain, and v_c becomes
    r K_c s_c with the degrees of freedom of the units behind all categories. The totals of
    the units are scaled along, so differences and changes built from them carry the same
    error.

    Categories with enough degrees of freedom keep their own variance, as do domains of one
    category (the whole population). Categories whose units agree exactly count in the pool
    but keep their variance of 0: there is nothing to scale.

    Args:
        found: estimates of k domains.
        kish: (k,) Kish's design effect of the weights in each.
        below_df: degrees of freedom below which the pooled effect is taken.

    Source: Kish (1995), Journal of Official Statistics 11, 55-77, on averaging design
    effects; Wolter (2007), Introduction to Variance Estimation, ch. 7.
    """
    reference = kish * found.simple_variance
    varies = reference > 0
    domain = np.array([label[0] for label in found.labels], dtype=object)
    ratio, df = np.ones(len(domain)), found.df.astype(np.float64)
    for name in dict.fromkeys(domain):
        together = (domain == name) & varies
        if together.sum() > 1:
            effect = found.variance[together].sum() / reference[together].sum()
            few = together & (found.df < below_df) & (found.variance > 0)
            ratio[few] = effect * reference[few] / found.variance[few]
            df[few] = found.totals.combined(together.astype(np.float64)[:, None]).df
    return replace(
        found,
        totals=found.totals.combined(np.diag(np.sqrt(ratio))),
        pooled_df=df.astype(np.int64),
    )


def kish_in_domains(weight: FloatArray, domains: Domains, present: BoolArray) -> FloatArray:
    """(k,) Kish's design effect of the weights in each domain, n sum(w^2) / sum(w)^2.

    Args:
        weight: (n,) final weights.
        domains: k subpopulations.
        present: (n,) rows with a value; others are in no domain.
    """
    rows = domains.where(present & (weight > 0))
    n: CodeArray = rows.sums(np.ones(len(weight))).astype(np.int64)
    sums = rows.sums(weight)
    squares = n * rows.sums(weight**2)
    return np.asarray(np.divide(squares, sums**2, out=np.full(len(sums), np.nan), where=sums > 0))
