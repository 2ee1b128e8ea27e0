"""Names of coefficients as R writes them, for the rows of our tables."""

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from pipeline.survey.grid import text_of


def names_of(
    row: "pd.Series[Any]", *, by: Sequence[str], several: bool, is_single: bool
) -> Iterable[str]:
    """Every name that R may give to a row of a table of estimates.

    Factors are "stypeE", domains "E" or "2.M", both "E:comp.impNo"; a case with a single
    estimate may leave the name empty.
    """
    domain = ".".join(text_of(row[name]) for name in by)
    variable = str(row["variable"])
    category = row.get("category")
    has_category = category is not None and not pd.isna(category)
    own = f"{variable}{category}" if has_category else variable
    if is_single:
        yield ""
    if not by:
        yield own
        return
    yield f"{domain}:{own}"
    if not several and not has_category:
        yield domain
    if has_category:
        yield f"{domain}:{category}"
