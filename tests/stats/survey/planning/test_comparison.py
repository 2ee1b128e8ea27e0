"""Two groups of a survey: laws of power, and impossible comparisons."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import DesignError
from pipeline.stats.survey.planning.comparison import TwoShares

REACH = (1.959963984540054 + 0.8416212335729143) ** 2


@given(
    one=st.floats(0.1, 0.8), two=st.floats(0.1, 0.8), part=st.floats(0.2, 0.8),
    pooled=st.booleans(), sides=st.sampled_from([1, 2]),
)  # fmt: skip
def test_power_at_the_addresses_needed_reaches_what_was_asked(one, two, part, pooled, sides):
    two = two if abs(one - two) > 0.02 else one + 0.1
    shares = TwoShares(
        share_1=one, share_2=two, first_part=part, pooled=pooled, sides=sides, deff=1.4,
        response=0.6,
    )  # fmt: skip
    waves = shares.addresses(power=0.9)
    n = waves.first + waves.second
    assert shares.power(n) >= 0.9
    assert shares.power(0.98 * n - 4) < 0.9
    assert waves.first == pytest.approx(part * n, abs=2)


def test_the_least_detectable_difference_falls_with_the_root_of_n():
    shares = TwoShares(share_1=0.3, share_2=0.3)
    assert shares.least_detectable(400) == pytest.approx(2 * shares.least_detectable(1600))
    assert shares.least_detectable(1600) == pytest.approx(sqrt(REACH * 4 * 0.21 / 1600))


def test_impossible_comparisons_are_refused():
    with pytest.raises(DesignError, match="3 faults"):
        TwoShares(share_1=0, share_2=1.2, sides=3)
