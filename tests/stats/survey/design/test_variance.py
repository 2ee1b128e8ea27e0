import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from pipeline.errors import LonelyPsuError
from pipeline.stats.survey.design.unit_totals import UnitTotals, unit_totals
from pipeline.stats.survey.design.variance import total_covariance, total_variance
from tests.stats.survey.survey_strategies import LAWS, design_of, six_people, surveys

Y = np.array([3.0, 1, 2, 6, 1, 2])


def lonely(rule: str) -> UnitTotals:
    """Strata a (totals 4 and 4), b (6 and 5) and c with the single total 11; sum 30, mean 6."""
    return UnitTotals(
        stage=np.ones(5, dtype=np.int64),
        stratum=np.array(list("aabbc"), dtype=object),
        unit=np.array(list("12121"), dtype=object),
        scale=np.ones(5),
        z=np.array([[4.0], [4], [6], [5], [11]]),
        holds=np.ones((5, 1), dtype=bool),
        lonely_psu=rule,
    )


def test_variance_of_a_total_worked_by_hand():
    """PSU totals 4, 4 in stratum a and 6, 5 in b: 2/1 * (0 + 0) + 2/1 * (0.25 + 0.25) = 1."""
    totals = unit_totals(six_people(), Y)
    assert totals.z[:, 0].tolist() == [4, 4, 6, 5]
    assert total_variance(totals) == pytest.approx([1])


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("certainty", 1),  # strata a and b alone
        ("remove", 1),
        ("adjust", 1 + 25),  # (11 - 6)^2
        ("average", 1 * 3 / 2),  # three strata, two with an own variance
    ],
)
def test_a_single_psu_follows_the_rule_of_the_design(rule, expected):
    assert total_variance(lonely(rule)) == pytest.approx([expected])


def test_a_single_psu_is_refused_by_name_with_the_ways_out():
    with pytest.raises(LonelyPsuError, match="got one in: c") as refused:
        total_variance(lonely("fail"))
    assert all(way in refused.value.hint for way in ("adjust", "average", "certainty", "join"))


@pytest.mark.parametrize("rule", ["adjust", "average"])
def test_a_single_psu_outside_the_domain_adds_nothing(rule):
    totals = lonely(rule)
    outside = totals.replaced(np.array([[4.0], [4], [6], [5], [0]]), totals.z != 11)
    assert total_variance(outside) == pytest.approx([1])


def test_only_single_psus_leave_the_average_rule_without_a_variance():
    totals = UnitTotals(
        stage=np.ones(2, dtype=np.int64),
        stratum=np.array(["a", "b"], dtype=object),
        unit=np.array(["1", "1"], dtype=object),
        scale=np.ones(2),
        z=np.array([[1.0], [2.0]]),
        holds=np.ones((2, 1), dtype=bool),
        lonely_psu="average",
    )
    assert np.isnan(total_variance(totals)).all()


@settings(**LAWS)
@given(surveys())
def test_one_stratum_of_elements_has_the_textbook_variance(frame):
    n = len(frame)
    elements = design_of(frame.assign(stratum="all", psu=np.arange(n), weight=5.0))
    variance = total_variance(unit_totals(elements, frame["y"].to_numpy()))
    assert variance == pytest.approx([25 * n * frame["y"].var(ddof=1)])


@settings(**LAWS)
@given(surveys())
def test_the_covariance_matrix_holds_the_variances_and_is_what_a_sum_needs(frame):
    columns = np.column_stack([frame["y"], frame["hit"]]).astype(float)
    totals = unit_totals(design_of(frame), columns)
    covariance = total_covariance(totals)
    assert np.diag(covariance) == pytest.approx(total_variance(totals))
    of_sum = total_variance(unit_totals(design_of(frame), columns.sum(axis=1)))
    assert of_sum == pytest.approx([covariance.sum()])


def test_plain_pandas_gives_the_same_variance():
    design = six_people()
    stage = design.stages[0]
    frame = pd.DataFrame({"h": stage.stratum, "i": stage.unit, "wy": design.weight * Y})
    per_psu = frame.groupby(["h", "i"])["wy"].sum()
    expected = per_psu.groupby("h").agg(lambda z: len(z) * z.var(ddof=1)).sum()
    assert total_variance(unit_totals(design, Y)) == pytest.approx([expected])
