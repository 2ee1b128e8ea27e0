"""Taking out what the publication rule withholds, wherever the same figure stands."""

import pandas as pd

from pipeline.fields import FINAL, LITERATE, WHOLE

WITHHELD = "withhold"

# n_eff, deff and cv lead back to the estimate through its standard error.
_FIGURES = (
    "estimate", "se", "ci_low", "ci_high", "n_eff", "deff", "cv", "change", "p_value", "observed",
    "without", "missing_information", "link_se",
)  # fmt: skip


def masked(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows flagged as withheld lose their figures; a table without flags stays as it is."""
    if "flag" not in frame.columns:
        return frame.reset_index(drop=True)
    figures = [name for name in _FIGURES if name in frame.columns]
    blank = frame.copy().reset_index(drop=True)
    blank[figures] = blank[figures].mask(blank["flag"] == WITHHELD)
    return blank


def is_headline(rows: pd.DataFrame) -> pd.Series:
    """Which estimates are shares of literate people under the final weight."""
    return (
        (rows["weighting"] == FINAL)
        & (rows["indicator"] == LITERATE)
        & (rows["measure"] == "share")
    )


def withheld_shares(estimates: pd.DataFrame) -> pd.DataFrame:
    """Keys (wave, standard, domain, category) of the shares that may not be printed."""
    chosen = estimates[is_headline(estimates) & (estimates["flag"] == WITHHELD)]
    return chosen[["wave", "standard", "domain", "category"]]


def without_withheld(frame: pd.DataFrame, withheld: pd.DataFrame) -> pd.DataFrame:
    """Rows of waves and standards whose share of the whole area may be printed."""
    whole = withheld[withheld["domain"] == WHOLE]
    return frame[~has_key(frame, whole, "wave", "standard")].reset_index(drop=True)


def has_key(frame: pd.DataFrame, withheld: pd.DataFrame, *columns: str) -> pd.Series:
    """Which rows of `frame` have, in `columns`, the key of a withheld share."""
    names = ["wave", "standard", "domain", "category"][: len(columns)]
    keys = pd.MultiIndex.from_frame(withheld[names])
    return pd.Series(pd.MultiIndex.from_frame(frame[list(columns)]).isin(keys), index=frame.index)
