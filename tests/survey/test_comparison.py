"""Contrasts and covariances of estimates, named by domain, variable and category."""

import numpy as np
import pandas as pd
import pytest

from pipeline import survey
from pipeline.errors import ContractError
from pipeline.survey.expressions import linearise


def test_a_difference_has_the_variance_of_both_less_twice_their_covariance(design):
    matrix = design.covariance("mean", "score", by="county")
    row = design.contrast("mean", "score", {"N": 1, "S": -1}, by="county").iloc[0]
    variance = matrix.loc["N", "N"] + matrix.loc["S", "S"] - 2 * matrix.loc["N", "S"]
    assert row["se"] == pytest.approx(np.sqrt(variance))
    means = design.mean("score", by="county").set_index("county")
    assert row["estimate"] == pytest.approx(means.loc["N", "estimate"] - means.loc["S", "estimate"])
    assert np.sqrt(matrix.loc["N", "N"]) == pytest.approx(means.loc["N", "se"])


def test_arithmetic_and_coefficients_say_the_same(design):
    table = design.contrast(
        "mean", "score", {"a": "N - S", "b": {"N": 1, "S": -1}, "c": [1, -1]}, by="county"
    )
    assert table["contrast"].tolist() == ["a", "b", "c"]
    assert table["se"].to_numpy() == pytest.approx(np.full(3, table["se"].iloc[0]))


def test_names_carry_domain_variable_and_category(design):
    names = design.covariance("share", "education", by="sex").index.tolist()
    assert names[:2] == ["F:high", "F:low"]
    names = design.covariance("mean", ["score", "passed"], by="sex").index.tolist()
    assert names == ["F:score", "M:score", "F:passed", "M:passed"]
    assert design.covariance("total", ["score", "passed"]).index.tolist() == ["score", "passed"]


def test_an_unknown_name_lists_those_there_are(design):
    with pytest.raises(ContractError, match="the estimates are named: N, S"):
        design.contrast("mean", "score", {"N": 1, "W": -1}, by="county")
    with pytest.raises(ContractError, match="no estimate named W"):
        design.contrast("mean", "score", "N / W", by="county")


def test_anything_but_arithmetic_is_refused(design):
    with pytest.raises(ContractError, match="holds more than"):
        design.contrast("mean", "score", "N > S", by="county")


def test_the_same_people_asked_twice_leave_no_error_of_change(people):
    waves = pd.concat([people.assign(wave=1), people.assign(wave=2, score=people["score"] + 3)])
    design = survey.Design(
        waves.reset_index(drop=True), weight="weight", stratum="stratum", psu="psu"
    )
    row = design.contrast("mean", "score", {1: -1, 2: 1}, by="wave").iloc[0]
    assert row["estimate"] == pytest.approx(3)
    assert row["se"] == pytest.approx(0, abs=1e-9)


def test_a_log_ratio_has_the_slopes_of_a_log_ratio():
    found = linearise("log(a / `b c`)", ["a", "b c"], np.array([4.0, 2.0]))
    assert found.value == pytest.approx(np.log(2))
    assert found.slopes == pytest.approx([1 / 4, -1 / 2])


def test_names_with_dots_are_read_without_backticks():
    found = linearise("api.99 ** 2 - 1", ["api.00", "api.99"], np.array([1.0, 3.0]))
    assert found.value == pytest.approx(8)
    assert found.slopes == pytest.approx([0, 6])
