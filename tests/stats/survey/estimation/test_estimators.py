import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from pipeline.errors import ContractError
from pipeline.stats.survey.design.adjustment import Adjustment
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimators import mean, ratio, share, total
from tests.stats.survey.survey_strategies import LAWS, design_of, six_people, surveys

WHOLE = Domains.whole(6)
NUMBERS = ["estimate", "se", "df", "n", "n_psu", "n_strata", "n_eff", "deff", "cv", "population"]


def test_mean_worked_by_hand():
    """Weights 1 1 2 1 1 2, y = 8 0 4 4 0 4: 28 / 8 = 3.5.

    w (y - 3.5) sums to 1, 1 in stratum a and 0.5, -2.5 in b; v = 2 * (1.5^2 + 1.5^2) / 8^2.
    Simple sampling: sum w (y - 3.5)^2 = 46, so 46 / 8 / 5 = 1.15 with six people.
    """
    found = mean(np.array([8.0, 0, 4, 4, 0, 4]), six_people(), WHOLE)
    assert found.estimate == pytest.approx([3.5])
    assert found.variance == pytest.approx([9 / 64])
    assert found.deff == pytest.approx([9 / 64 / 1.15])
    assert found.n_eff == pytest.approx([6 * 1.15 * 64 / 9])
    assert (found.n[0], found.n_psu[0], found.n_strata[0], found.df[0]) == (6, 4, 2, 2)
    assert found.population == pytest.approx([8])


def test_share_has_the_effective_size_of_its_own_variance():
    """Hits carry 1 + 2 of 8: p = 3/8; w (y - p) sums to 0.25, -0.75 and -0.375, 0.875."""
    found = share(np.array([1, 0, 0, 0, 0, 1]), six_people(), WHOLE)
    variance = (2 * 2 * 0.5**2 + 2 * 2 * 0.625**2) / 64
    assert found.estimate == pytest.approx([3 / 8])
    assert found.variance == pytest.approx([variance])
    assert found.n_eff == pytest.approx([3 / 8 * 5 / 8 / variance])


def test_ratio_of_a_thing_to_itself_has_no_error():
    x = np.array([1.0, 2, 3, 4, 5, 6])
    found = ratio(3 * x, x, six_people(), WHOLE)
    assert found.estimate == pytest.approx([3])
    assert found.se.tolist() == [0]


@pytest.mark.parametrize("step", [None, Adjustment(ratio=np.full(6, 2.0))])
def test_a_ratio_to_a_total_of_zero_is_unknown_and_leaves_the_others_alone(step):
    x, y = np.array([1.0, 2, 1, 0, 0, 0]), np.ones(6)
    strata = Domains.from_categories("stratum", pd.Series(list("aaabbb")))
    sample = six_people() if step is None else six_people().adjusted(step)
    found = ratio(y, x, sample, strata)
    alone = ratio(y, x, sample, Domains.from_mask("stratum", "a", x > 0))
    assert [found.estimate[0], found.se[0]] == [alone.estimate[0], alone.se[0]]
    assert np.isnan([found.estimate[1], found.se[1]]).all()


def test_total_of_an_empty_domain_is_zero_and_its_mean_unknown():
    nobody = Domains.from_mask("d", "nobody", np.zeros(6, dtype=bool))
    empty_total = total(np.ones(6), six_people(), nobody)
    assert (empty_total.estimate[0], empty_total.se[0], empty_total.n[0]) == (0, 0, 0)
    empty_mean = mean(np.ones(6), six_people(), nobody)
    assert np.isnan([empty_mean.estimate[0], empty_mean.se[0], empty_mean.deff[0]]).all()
    assert empty_mean.n_eff.tolist() == [0]


@pytest.mark.parametrize("everyone", [0, 1])
def test_a_share_of_all_or_none_claims_no_more_people_than_it_has(everyone):
    found = share(np.full(6, everyone), six_people(weight=[0.1, 0.3, 2, 1, 1, 7]), WHOLE)
    assert found.estimate.tolist() == [everyone]
    assert found.se.tolist() == [0]
    assert found.n_eff.tolist() == [6]
    assert np.isnan(found.deff).all()


def test_rounding_is_not_taken_for_a_sampling_error():
    found = mean(np.full(6, 0.1), six_people(weight=[0.1, 0.3, 2, 1, 1, 7]), WHOLE)
    assert found.se.tolist() == [0]


def test_what_varies_by_the_design_alone_has_no_effective_size():
    """The total of a constant: a simple sample of any size would know it."""
    uneven = np.random.default_rng(0).uniform(0.1, 3, 6)  # rounding used to pass for 5e-32 people
    found = total(np.full(6, 0.1), six_people(weight=uneven), Domains.whole(6))
    assert found.variance[0] > 0
    assert np.isnan(found.n_eff[0])
    assert np.isnan(found.deff[0])


def test_weights_below_zero_leave_no_simple_variance_to_compare_with():
    """Unbounded calibration may give them; here sum(w (u - mean)^2) is below 0."""
    step = Adjustment(ratio=np.array([1.0, 1, 1, 1, 1, -1.5]))
    y = np.array([1.0, 1, 1, 1, 1, 5])
    found = total(y, six_people().adjusted(step), Domains.whole(6))
    assert found.simple_variance[0] < 0
    assert found.se[0] > 0
    assert np.isnan([found.deff[0], found.n_eff[0]]).all()


def test_one_respondent_has_an_estimate_and_no_design_effect():
    one = Domains.from_mask("d", "one", np.arange(6) == 3)
    found = mean(np.arange(6.0), six_people(), one)
    assert (found.estimate[0], found.se[0], found.df[0], found.n_eff[0]) == (3, 0, 0, 1)
    assert np.isnan(found.deff).all()


def test_a_share_wants_true_or_false():
    with pytest.raises(ContractError, match="another value in 2 rows"):
        share(np.array([0, 1, 2, np.nan, 0.5, 1]), six_people(), WHOLE)


def test_rows_come_out_as_a_table():
    groups = Domains.from_categories("sex", pd.Series(list("fmfmfm")))
    table = share(np.array([1, 0, 0, 0, 0, 1]), six_people(), groups).frame()
    assert table.columns.tolist() == ["domain", "category", "measure", *NUMBERS]
    assert table["category"].tolist() == ["f", "m"]


def everything(frame, y, domains):
    """All statistics of a mean and a total as one array."""
    design = design_of(frame)
    tables = [estimator(y, design, domains).frame() for estimator in (mean, total)]
    return pd.concat(tables)[NUMBERS].to_numpy(dtype=float)


def by_sex(frame):
    return Domains.join(
        [Domains.whole(len(frame)), Domains.from_categories("sex", frame["sex"], ["f", "m"])]
    )


def same(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=1e-8, atol=1e-10)


@settings(**LAWS)
@given(surveys())
def test_rows_of_weight_zero_change_nothing(frame):
    strangers = frame.head(3).assign(weight=0.0, psu="unseen", y=1e6)
    longer = pd.concat([strangers, frame, frame.head(2).assign(weight=0.0)], ignore_index=True)
    same(
        everything(longer, longer["y"].to_numpy(), by_sex(longer)),
        everything(frame, frame["y"].to_numpy(), by_sex(frame)),
    )


@settings(**LAWS)
@given(surveys())
def test_the_order_of_rows_changes_nothing(frame):
    mixed = frame.sample(frac=1, random_state=1).reset_index(drop=True)
    same(
        everything(mixed, mixed["y"].to_numpy(), by_sex(mixed)),
        everything(frame, frame["y"].to_numpy(), by_sex(frame)),
    )


@settings(**LAWS)
@given(surveys())
def test_the_scale_of_weights_changes_no_mean(frame):
    domains, y = by_sex(frame), frame["y"].to_numpy()
    bigger = design_of(frame.assign(weight=7 * frame["weight"]))
    columns = [name for name in NUMBERS if name != "population"]
    same(
        mean(y, bigger, domains).frame()[columns],
        mean(y, design_of(frame), domains).frame()[columns],
    )


@settings(**LAWS)
@given(surveys())
def test_totals_of_domains_add_up_and_so_do_their_unit_totals(frame):
    found = total(frame["y"].to_numpy(), design_of(frame), by_sex(frame))
    assert found.estimate[1:].sum() == pytest.approx(found.estimate[0])
    same(found.totals.z[:, 1:].sum(axis=1), found.totals.z[:, 0])


@settings(**LAWS)
@given(surveys())
def test_a_missing_value_is_a_row_outside_the_domain(frame):
    y, missing = frame["y"].to_numpy(), (np.arange(len(frame)) % 3 == 0)
    inside = by_sex(frame).where(~missing)
    same(
        everything(frame, np.where(missing, np.nan, y), by_sex(frame)),
        everything(frame, y, inside),
    )


@settings(**LAWS)
@given(surveys())
def test_a_share_is_the_ratio_of_two_totals(frame):
    design, domains, hit = design_of(frame), by_sex(frame), frame["hit"].to_numpy(dtype=float)
    as_share = share(hit, design, domains)
    as_ratio = ratio(hit, np.ones(len(frame)), design, domains)
    same(as_share.variance, as_ratio.variance)
    same(as_share.estimate, total(hit, design, domains).estimate / as_share.population)
