"""The tidy table of estimates: one row each, with interval, size, base and flag."""

from dataclasses import dataclass, field

import pandas as pd

from pipeline.stats.survey.publication.presentation import Thresholds, flag_amounts
from pipeline.survey.figures import capped, emptied, flags_of
from pipeline.survey.found import Df, Found, Reference
from pipeline.survey.grid import Labels
from pipeline.survey.interval import Method, interval_of

NCHS = Thresholds(
    min_n=30,
    min_n_eff=30,
    max_width=0.30,
    always_width=0.05,
    max_relative_width=1.30,
    min_df=8,
)


@dataclass(frozen=True, kw_only=True)
class Style:
    """How rows are finished.

    Attributes:
        interval: method for shares; everything else takes t.
        level: of the interval.
        df: whose degrees of freedom.
        reference: of the design effect.
        thresholds: of the publication flags.
        labels: words for categories, by column.
    """

    interval: Method
    level: float
    df: Df
    reference: Reference
    thresholds: Thresholds
    labels: Labels = field(default_factory=dict)


def estimate_table(found: Found, style: Style) -> pd.DataFrame:
    """All rows of the estimates, finished as asked."""
    df = found.freedom(style.df)
    bounds = interval_of(found, df, method=style.interval, level=style.level)
    n, estimate, cv = found.rows("n"), found.rows("estimate"), found.rows("cv")
    n_psu, n_eff = found.rows("n_psu"), capped(found.rows("n_eff"), n)
    flags = flags_of(
        found.measure, estimate, cv, bounds,
        n=n, n_psu=n_psu, n_eff=n_eff, df=df, thresholds=style.thresholds,
    )  # fmt: skip
    columns = {
        **found.labels(style.labels),
        "estimate": estimate,
        "se": found.rows("se"),
        "ci_low": bounds.low,
        "ci_high": bounds.high,
        "df": df,
        "n": n,
        "n_psu": n_psu,
        "n_eff": n_eff,
        "deff": found.deff(style.reference),
        "deff_reference": style.reference,
        "cv": cv,
        "population": found.rows("population"),
        "denominator": found.denominators,
        "flag": flags.flag,
        "reason": flags.reason,
    }
    return pd.DataFrame(columns, index=pd.RangeIndex(len(n)))


def amount_flags(table: pd.DataFrame, thresholds: Thresholds) -> pd.DataFrame:
    """Rows of amounts with their flags, by size and coefficient of variation."""
    n = table["n"].to_numpy()
    n_eff = table["n_eff"].to_numpy() if "n_eff" in table else n
    df, cv = table["df"].to_numpy(), table["cv"].to_numpy()
    flags = emptied(n, flag_amounts(cv, n=n, n_eff=n_eff, df=df, thresholds=thresholds))
    return table.assign(flag=flags.flag, reason=flags.reason)
