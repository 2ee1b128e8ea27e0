import numpy as np
import pytest

from pipeline.errors import DesignError
from pipeline.stats.survey.design import Design
from pipeline.stats.survey.residuals import Calibration
from tests.stats.survey.survey_strategies import six_people


def test_psus_of_one_name_in_two_strata_are_two_psus():
    design = six_people()
    assert (design.n_psu, design.n_strata, design.df) == (4, 2, 2)
    assert list(
        zip(design.units.stratum[design.units.stratum_of_psu], design.units.psu, strict=True)
    ) == [
        ("a", "1"),
        ("a", "2"),
        ("b", "1"),
        ("b", "2"),
    ]


def test_degrees_of_freedom_of_a_domain_count_the_psus_and_strata_it_touches():
    mask = np.array([True, True, True, True, False, False])
    assert six_people().domain_df(mask) == 3 - 2


def test_rows_of_weight_zero_are_in_no_count():
    design = six_people(weight=[0, 0, 2, 1, 1, 2])
    assert (design.n_rows, design.n_psu, design.df) == (6, 3, 1)
    assert design.domain_df(np.array([True, True, False, False, False, False])) == 0
    assert design.lonely_strata == ["a"]


def test_all_faults_of_a_design_are_reported_at_once():
    with pytest.raises(DesignError) as refused:
        six_people(weight=[1, -1, np.nan, -2, 1, 1], stratum=["a", None, "a", "b", "b", "b"])
    assert refused.value.faults == [
        "weight: missing or infinite in 1 rows",
        "weight: negative in 2 rows",
        "stratum: missing in 1 rows",
    ]
    assert "weight 0 or is left out" in refused.value.hint


def test_lengths_must_agree():
    with pytest.raises(DesignError, match=r"one length, got \[2, 3\]"):
        Design(weight=[1, 1], stratum=["a", "a"], psu=[1, 2, 3])


def test_a_design_without_any_weight_is_refused():
    with pytest.raises(DesignError, match="at least one above zero, got none in 6 rows"):
        six_people(weight=np.zeros(6))


def test_a_calibration_must_fit_the_rows():
    unlabelled = np.array([0, 0, 1, 1, -1, 1])
    calibration = Calibration(margins=(unlabelled,), weight=np.ones(5))
    with pytest.raises(DesignError) as refused:
        six_people(calibration=calibration)
    assert refused.value.faults == [
        "calibration: expected 6 rows in its weight and margins",
        "calibration: no margin category in 1 rows",
    ]
