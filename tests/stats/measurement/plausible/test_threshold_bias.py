"""What a cut makes of measurement error: the table of a normal test."""

import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.stats.measurement.plausible.threshold_bias import (
    eap_share,
    naive_share,
    positive_predictive_value,
    sensitivity,
)

RELIABILITY = np.array([0.75, 0.85, 0.90, 0.95])


def test_thirteen_percent_true_at_four_reliabilities():
    """Worked out apart, by simulation of 10^8 people and by the normal integral."""
    assert 100 * naive_share(0.13, RELIABILITY) == pytest.approx([16.5, 15.0, 14.3, 13.6], abs=0.05)
    assert 100 * eap_share(0.13, RELIABILITY) == pytest.approx([9.7, 11.1, 11.8, 12.4], abs=0.05)
    assert sensitivity(0.13, RELIABILITY) == pytest.approx([0.75, 0.80, 0.83, 0.87], abs=0.005)
    assert positive_predictive_value(0.13, RELIABILITY) == pytest.approx(
        [0.59, 0.70, 0.76, 0.83], abs=0.006
    )


@pytest.mark.parametrize(
    ("share", "bias"), [(0.05, [2.7, 1.5, 0.9, 0.4]), (0.25, [3.0, 1.7, 1.1, 0.5])]
)
def test_bias_at_other_shares(share, bias):
    assert 100 * (naive_share(share, RELIABILITY) - share) == pytest.approx(bias, abs=0.05)


def test_half_stays_half_and_perfect_tests_are_right():
    assert naive_share(0.5, 0.6) == pytest.approx(0.5)
    for quantity in (naive_share, eap_share):
        assert quantity(0.13, 1.0) == pytest.approx(0.13)
    assert sensitivity(0.13, 1.0) == pytest.approx(1)
    assert positive_predictive_value(0.13, 1.0) == pytest.approx(1)


def test_sensitivity_against_simulated_people():
    random = np.random.default_rng(1)
    true = np.sqrt(0.8) * random.normal(size=400_000)
    observed = true + np.sqrt(0.2) * random.normal(size=400_000)
    cut = np.quantile(true, 0.9)
    above = true >= cut
    assert sensitivity(0.1, 0.8) == pytest.approx((observed[above] >= cut).mean(), abs=0.01)
    assert positive_predictive_value(0.1, 0.8) == pytest.approx(
        above[observed >= cut].mean(), abs=0.01
    )


@pytest.mark.parametrize(("share", "reliability"), [(0, 0.8), (1, 0.8), (13, 0.8), (0.13, 0)])
def test_shares_and_reliabilities_outside_their_range_are_refused(share, reliability):
    with pytest.raises(ContractError, match="true share in"):
        naive_share(share, reliability)
