import numpy as np
import pytest

from pipeline.stats.survey.weighting.design_effects import henry_deff, spencer_deff
from pipeline.stats.survey.weighting.diagnostics import kish_deff

RANDOM = np.random.default_rng(1)
SIZE = RANDOM.lognormal(3, 0.8, 400)
WEIGHT = SIZE.sum() / (len(SIZE) * SIZE)


def test_a_variable_unrelated_to_the_weights_loses_what_kish_says():
    y = RANDOM.normal(0, 1, 400)
    assert spencer_deff(y, WEIGHT, 1 / WEIGHT) == pytest.approx(kish_deff(WEIGHT), rel=0.15)


def test_a_variable_proportional_to_the_probability_loses_nothing():
    """y = 3 p: no residual, no intercept, full correlation."""
    assert spencer_deff(3 / WEIGHT, WEIGHT, 1 / WEIGHT) == pytest.approx(0, abs=1e-9)


def test_a_variable_that_the_auxiliaries_explain_loses_little_after_calibration():
    x = SIZE
    y = 2 * x + RANDOM.normal(0, 0.01 * x.std(), 400)
    assert henry_deff(y, WEIGHT, x) < 0.01
    assert henry_deff(RANDOM.normal(5, 1, 400), WEIGHT, x) > 0.8


@pytest.mark.parametrize("deff", [spencer_deff, henry_deff])
def test_equal_weights_and_an_unrelated_variable_have_no_design_effect(deff):
    x, y = RANDOM.normal(5, 1, 400), RANDOM.normal(5, 1, 400)
    found = deff(y, np.ones(400) + 1e-6 * x, x)
    assert found == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize("deff", [spencer_deff, henry_deff])
def test_the_scale_of_weights_and_values_changes_nothing(deff):
    y, x = SIZE + RANDOM.normal(0, 5, 400), np.sqrt(SIZE)
    assert deff(100 * y, 7 * WEIGHT, x) == pytest.approx(deff(y, WEIGHT, x))


@pytest.mark.parametrize("deff", [spencer_deff, henry_deff])
def test_the_program_of_the_textbook_differs_where_it_is_said_to(deff):
    y, x = SIZE + RANDOM.normal(0, 5, 400), 1 / WEIGHT
    assert deff(y, WEIGHT, x, practools=True) != pytest.approx(deff(y, WEIGHT, x), rel=1e-3)
