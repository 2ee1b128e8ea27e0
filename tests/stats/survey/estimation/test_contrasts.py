import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from scipy import stats

from pipeline.errors import DesignError
from pipeline.stats.survey.design.unit_totals import UnitTotals, unit_totals
from pipeline.stats.survey.design.variance import total_variance
from pipeline.stats.survey.estimation.contrasts import difference, odds_ratio, ratio
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimators import mean, share, total
from pipeline.stats.survey.estimation.linearised import (
    Linearised,
    combine,
    covariance,
    joint_totals,
)
from tests.stats.survey.survey_strategies import LAWS, design_of, six_people, surveys


def number(value, z, *, psu=("1", "2", "3"), stratum="a", rule="fail"):
    """An estimate with the PSU totals given, all in one stratum."""
    return Linearised(
        value=value,
        totals=UnitTotals(
            stage=np.ones(len(psu), dtype=np.int64),
            scale=np.ones(len(psu)),
            stratum=np.array([stratum] * len(psu), dtype=object),
            unit=np.array(psu, dtype=object),
            z=np.array(z, dtype=float)[:, None],
            holds=np.ones((len(psu), 1), dtype=bool),
            lonely_psu=rule,
        ),
    )


def test_change_over_the_same_psus_worked_by_hand():
    """Totals -1 0 1 and -1 0 1 + 1 -2 1 in three PSUs: the difference has 1 -2 1.

    v = 3/2 * (1 + 4 + 1) = 9; each wave alone: 3/2 * 2 = 3 and 3/2 * 8 = 12; cov = 3.
    """
    before, after = number(0.2, [-1, 0, 1]), number(0.5, [0, -2, 2])
    change = difference(after, before, level=0.95)
    assert change.estimate == pytest.approx(0.3)
    assert change.se == pytest.approx(3)
    assert change.covariance == pytest.approx(3)
    assert change.df == 2
    assert change.p_value == pytest.approx(2 * stats.t.sf(0.1, 2))
    reach = stats.t.ppf(0.975, 2) * 3
    assert (change.ci_low, change.ci_high) == pytest.approx((0.3 - reach, 0.3 + reach))


def test_samples_drawn_apart_have_no_covariance_whatever_their_psus_are_called():
    before, after = number(0.2, [-1, 0, 1]), number(0.5, [0, -2, 2])
    change = difference(after, before, level=0.95, is_independent=True)
    assert change.se == pytest.approx(np.sqrt(3 + 12))
    assert (change.covariance, change.df) == (0, 4)


def test_psus_are_matched_by_name_and_not_by_place():
    before = number(0.2, [-1, 0, 1])
    after = number(0.5, [2, 0, -2], psu=("3", "1", "2"))
    assert difference(after, before, level=0.95).se == pytest.approx(3)


def test_a_psu_of_one_wave_only_stands_with_zero_in_the_other():
    joined = joint_totals([number(0, [1, 2], psu=("1", "2")), number(0, [5, 6], psu=("2", "3"))])
    assert joined.unit.tolist() == ["1", "2", "3"]
    assert joined.z.tolist() == [[1, 0], [2, 5], [0, 6]]
    assert joined.holds.tolist() == [[True, False], [True, True], [False, True]]


def test_equal_names_in_other_strata_are_other_psus():
    one, other = number(0, [-1, 0, 1], stratum="a"), number(0, [-1, 0, 1], stratum="b")
    assert covariance([one, other]) == pytest.approx(np.diag([3, 3]))


def test_ratio_and_odds_ratio_by_the_delta_method():
    """Shares 0.4 and 0.2 of variance 3: logs have z / 0.4 and z / 0.2, here only shifted."""
    a, b = number(0.4, [-1, 0, 1]), number(0.2, [-1, 0, 1])
    times, odds = ratio(a, b, level=0.95), odds_ratio(a, b, level=0.95)
    assert times.estimate == pytest.approx(2)
    assert times.se == pytest.approx(2 * np.sqrt(3) * (1 / 0.2 - 1 / 0.4))
    assert odds.estimate == pytest.approx((0.4 / 0.6) / (0.2 / 0.8))
    assert odds.se == pytest.approx(odds.estimate * np.sqrt(3) * (1 / 0.16 - 1 / 0.24))
    for found in (times, odds):
        assert np.sqrt(found.ci_low * found.ci_high) == pytest.approx(found.estimate)


@pytest.mark.parametrize(("first", "second"), [(0.0, 0.3), (0.3, 0.0)])
def test_a_quotient_with_a_share_of_nobody_has_no_error(first, second):
    a, b = number(first, [0, 0, 0]), number(second, [-1, 0, 1])
    for compare in (ratio, odds_ratio):
        found = compare(a, b, level=0.95)
        assert np.isnan([found.se, found.ci_low, found.ci_high, found.p_value]).all()


def test_nothing_that_varies_gives_no_p_value():
    found = difference(number(0.5, [1, 1, 1]), number(0.5, [2, 2, 2]), level=0.95)
    assert found.se == 0
    assert np.isnan(found.p_value)


def test_numbers_under_different_rules_are_not_compared():
    with pytest.raises(DesignError, match="one rule for lonely PSUs"):
        difference(number(0, [1, 2, 3]), number(0, [1, 2, 3], rule="adjust"), level=0.95)


def test_a_gap_of_domains_counts_the_psus_of_either():
    groups = Domains.from_categories("sex", pd.Series(list("fmffff")))
    found = share(np.array([1, 0, 0, 0, 0, 1]), six_people(), groups)
    women, men = found.at("sex", "f"), found.at("sex", "m")
    assert (women.df, men.df) == (2, 0)
    assert difference(women, men, level=0.95).df == 2


@settings(**LAWS)
@given(surveys())
def test_a_gap_has_the_variance_of_its_own_linearised_variable(frame):
    design, y = design_of(frame), frame["y"].to_numpy()
    found = mean(y, design, Domains.from_categories("sex", frame["sex"]))
    linearised = np.zeros(len(frame))
    for sign, sex, centre, size in zip(
        (1, -1), ("f", "m"), found.estimate, found.population, strict=True
    ):
        linearised += sign * (frame["sex"] == sex).to_numpy() * (y - centre) / size
    gap = difference(found.at("sex", "f"), found.at("sex", "m"), level=0.95)
    assert gap.se**2 == pytest.approx(total_variance(unit_totals(design, linearised))[0])


@settings(**LAWS)
@given(surveys())
def test_numbers_of_parts_combine_to_the_number_of_the_whole(frame):
    domains = Domains.from_categories("age", frame["age"])
    design, y = design_of(frame), frame["y"].to_numpy()
    parts = total(y, design, domains)
    combined = combine([parts.at("age", age) for age in ("mid", "old", "young")], [1, 1, 1])
    whole = total(y, design, Domains.whole(len(frame)))
    assert combined.value == pytest.approx(whole.estimate[0])
    assert combined.variance == pytest.approx(whole.variance[0])
    assert combined.df == whole.df[0]
