import numpy as np
import pandas as pd
import pytest

from pipeline.errors import MarginMismatchError
from pipeline.stats.arrays import dense
from pipeline.stats.survey.weighting.auxiliaries import auxiliaries_of

COLUMNS = {
    "people": np.ones(4),
    "sex": pd.Series(list("fmfm")),
    "income": np.array([1.0, 2, 3, 4]),
}
TOTALS = {"people": 40.0, "sex": {"f": 18.0}, "income": 100.0}


def of(columns=COLUMNS, totals=TOTALS, weight=(1.0, 1, 1, 1)):
    return auxiliaries_of(np.asarray(weight), columns, totals)


def test_amounts_and_categories_become_columns_in_the_order_of_their_names():
    found = of()
    assert found.names == ("income", "people", "sex=f")
    assert found.totals.tolist() == [100, 40, 18]
    assert dense(found.matrix).tolist() == [[1, 1, 1], [2, 1, 0], [3, 1, 1], [4, 1, 0]]


def test_the_order_in_which_totals_are_given_changes_nothing():
    backwards = dict(reversed(TOTALS.items()))
    assert of(totals=backwards).names == of().names


def test_a_category_left_out_is_refused_unless_the_number_of_people_is_fixed():
    columns = {name: COLUMNS[name] for name in ("sex", "income")}
    totals = {name: TOTALS[name] for name in ("sex", "income")}
    with pytest.raises(MarginMismatchError, match="total sex: no total for category m"):
        of(columns, totals)


def test_two_categories_left_out_are_refused_even_then():
    columns = COLUMNS | {"sex": pd.Series(list("fmxm"))}
    with pytest.raises(MarginMismatchError, match="no total for category m, x"):
        of(columns)


def test_every_fault_is_reported_at_once():
    columns = {"people": np.ones(4), "sex": pd.Series(["f", None, "f", "m"]), "rooms": np.ones(4),
               "income": np.array([1, np.nan, 3, 4])}  # fmt: skip
    totals = {"people": 40, "sex": {"f": 18, "m": 20, "x": 2}, "income": 100, "age": {"old": 1}}
    with pytest.raises(MarginMismatchError) as refused:
        of(columns, totals)
    assert [fault.split(";")[0] for fault in refused.value.faults] == [
        "total age: no column of that name",
        "column rooms: no population total",
        "column income: amount missing or infinite in 1 rows",
        "total sex: category x (2 people) has no respondent with weight",
        "column sex: 1 rows without a category",
    ]


def test_rows_of_weight_zero_are_not_looked_at():
    columns = COLUMNS | {
        "sex": pd.Series(["f", None, "f", "m"]),
        "income": np.array([1, np.nan, 3, 4]),
    }
    assert dense(of(columns, weight=(1, 0, 1, 1)).matrix)[1].tolist() == [0, 0, 0]


def test_columns_of_another_length_are_refused():
    with pytest.raises(MarginMismatchError, match="column income: expected 4 rows, got 3"):
        of(COLUMNS | {"income": np.ones(3)})


def test_no_total_is_a_fault():
    with pytest.raises(MarginMismatchError, match="expected a total, got none"):
        of({}, {})
