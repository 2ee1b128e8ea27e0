import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import ConfigError, ContractError
from pipeline.stats.survey.estimation.quantile_rules import weighted_quantile
from tests.stats.survey.survey_strategies import LAWS

HYNDMAN_AND_FAN = {
    "hf1": "inverted_cdf",
    "hf2": "averaged_inverted_cdf",
    "hf4": "interpolated_inverted_cdf",
    "hf5": "hazen",
    "hf6": "weibull",
    "hf7": "linear",
    "hf8": "median_unbiased",
    "hf9": "normal_unbiased",
}
RULES = ("math", "school", "hf3", *HYNDMAN_AND_FAN)
SHARES = np.array([0, 0.1, 0.25, 0.3, 0.5, 0.62, 0.75, 0.9, 1])


@st.composite
def weighted_values(draw):
    """Different values, so that no rule depends on the order of rows."""
    random = np.random.default_rng(draw(st.integers(0, 9999)))
    n = draw(st.integers(2, 12))
    return random.permutation(np.arange(n) * 1.5) - 4, random.uniform(0.2, 5, n)


@pytest.mark.parametrize(("rule", "method"), HYNDMAN_AND_FAN.items())
@pytest.mark.parametrize("n", [7, 10, 20])
def test_with_equal_weights_the_rules_are_those_of_hyndman_and_fan(rule, method, n):
    y = np.random.default_rng(n).normal(size=n)
    found = weighted_quantile(y, np.full(n, 3.0), SHARES, rule=rule)
    assert found == pytest.approx(np.quantile(y, SHARES, method=method))


def test_the_least_value_that_the_share_reaches():
    """Weights 1, 2, 3, 4 cumulate to 0.1, 0.3, 0.6, 1."""
    y, weight = np.array([40.0, 10, 30, 20]), np.array([4.0, 1, 3, 2])
    found = weighted_quantile(y, weight, np.array([0, 0.1, 0.11, 0.3, 0.5, 0.6, 0.61, 1]))
    assert found.tolist() == [10, 10, 20, 20, 30, 30, 40, 40]


def test_a_share_met_exactly_is_halved_at_school():
    y, weight = np.array([40.0, 10, 30, 20]), np.array([4.0, 1, 3, 2])
    found = weighted_quantile(y, weight, np.array([0.1, 0.3, 0.4]), rule="school")
    assert found.tolist() == [15, 25, 30]


def test_a_share_met_exactly_goes_to_the_even_value():
    """Type 3 takes the 2nd of values 1 to 4 at 0.25 + and at 0.5, the 4th at 0.75."""
    y = np.array([10.0, 20, 30, 40])
    found = weighted_quantile(y, np.ones(4), np.array([0.25, 0.5, 0.75, 1]), rule="hf3")
    assert found.tolist() == [20, 20, 40, 40]


@settings(**LAWS)
@given(weighted_values(), st.sampled_from(RULES), st.floats(1e-3, 1e6))
def test_the_unit_of_the_weights_changes_nothing(sample, rule, unit):
    y, weight = sample
    found = weighted_quantile(y, weight * unit, SHARES, rule=rule)
    assert found == pytest.approx(weighted_quantile(y, weight, SHARES, rule=rule))


@settings(**LAWS)
@given(weighted_values(), st.sampled_from(RULES))
def test_quantiles_grow_with_the_share_and_stay_among_the_values(sample, rule):
    found = weighted_quantile(*sample, SHARES, rule=rule)
    assert (np.diff(found) >= 0).all()
    assert sample[0].min() <= found[0]
    assert found[-1] <= sample[0].max()


@settings(**LAWS)
@given(weighted_values(), st.sampled_from(RULES))
def test_rows_without_weight_or_value_and_their_order_change_nothing(sample, rule):
    y, weight = sample
    more = np.append(y, [99.0, np.nan]), np.append(weight, [0.0, 1.0])
    turned = [part[::-1] for part in more]
    expected = weighted_quantile(y, weight, SHARES, rule=rule)
    assert weighted_quantile(*more, SHARES, rule=rule) == pytest.approx(expected)
    assert weighted_quantile(*turned, SHARES, rule=rule) == pytest.approx(expected)


@settings(**LAWS)
@given(weighted_values())
def test_whole_weights_count_like_repeated_rows(sample):
    y, weight = sample[0], np.ceil(sample[1])
    repeated = np.repeat(y, weight.astype(int))
    for rule in ("math", "school"):
        found = weighted_quantile(y, weight, SHARES, rule=rule)
        assert found.tolist() == weighted_quantile(
            repeated, np.ones(len(repeated)), SHARES, rule=rule
        ).tolist()  # fmt: skip


def test_sums_that_only_rounding_keeps_from_the_share_meet_it():
    """0.1 + 0.2 is a hair above 0.3 in binary."""
    y, weight = np.array([1.0, 2, 3]), np.array([0.1, 0.2, 0.7])
    assert weighted_quantile(y, weight, np.array([0.3])).tolist() == [2]
    assert weighted_quantile(y, weight, np.array([0.3]), rule="school").tolist() == [2.5]


def test_one_row_is_every_quantile_and_none_is_missing():
    assert weighted_quantile(np.array([7.0]), np.ones(1), SHARES).tolist() == [7] * 9
    assert np.isnan(weighted_quantile(np.array([np.nan]), np.ones(1), SHARES)).all()


def test_a_request_that_no_rule_can_answer_is_refused():
    with pytest.raises(ConfigError, match="expected one of math") as refused:
        weighted_quantile(np.ones(3), np.ones(3), np.array([0.5, 1.5]), rule="hf10")
    assert "got another value 1 times" in str(refused.value)


@pytest.mark.parametrize(
    ("weight", "fault"),
    [(np.ones(2), "a weight per value"), (np.array([1, -1, np.nan]), "missing in 2 rows")],
)
def test_weights_that_cannot_be_used_are_refused(weight, fault):
    with pytest.raises(ContractError, match=fault):
        weighted_quantile(np.ones(3), weight, np.array([0.5]))
