import pytest

from pipeline.errors import ContractError
from pipeline.stats.monitoring.trend.published_change import published_change

NORMAL = {"df": float("inf"), "level": 0.95}


def test_errors_add_as_squares():
    """Errors of .03 and .04 make .05; a linking error of .12 makes it .13."""
    plain = published_change(0.3, 0.03, 0.2, 0.04, **NORMAL)
    assert (plain.estimate, plain.se) == pytest.approx((0.1, 0.05))
    assert plain.p_value == pytest.approx(0.0455003, rel=1e-5)
    linked = published_change(0.3, 0.03, 0.2, 0.04, linking_error=0.12, **NORMAL)
    assert linked.se == pytest.approx(0.13)
    assert linked.ci_low == pytest.approx(0.1 - 1.959964 * 0.13, rel=1e-5)


def test_exchanged_waves_change_the_sign_alone():
    there = published_change(0.3, 0.03, 0.2, 0.04, **NORMAL)
    back = published_change(0.2, 0.04, 0.3, 0.03, **NORMAL)
    assert back.estimate == pytest.approx(-there.estimate)
    assert back.p_value == pytest.approx(there.p_value)


@pytest.mark.parametrize("error", [-0.01, float("nan"), float("inf")])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_errors_that_are_none_are_refused(place, error):
    errors = [0.01, 0.01, 0.0]
    errors[place] = error
    with pytest.raises(ContractError, match="errors of 0 or more"):
        published_change(0.3, errors[0], 0.2, errors[1], linking_error=errors[2], **NORMAL)
