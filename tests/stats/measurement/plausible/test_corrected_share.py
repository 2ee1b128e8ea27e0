"""The corrected share: worked by hand, and unbiased where naive shares are not."""

import numpy as np
import pytest
from scipy import stats
from scipy.special import expit

from pipeline.errors import ContractError
from pipeline.stats.measurement.irt.curves import Logistic
from pipeline.stats.measurement.plausible.corrected_share import corrected_share
from pipeline.stats.measurement.plausible.drawing import draw
from pipeline.stats.streams import stream
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.estimation.domains import Domains

CUT, TRUTH = 1.12, 0.13136  # 1 - Phi(1.12)


def test_two_draws_of_four_people_worked_by_hand():
    """Shares .5 and .75: W = mean of .25/3 and .1875/3, B = .03125, T = W + 1.5 B."""
    values = np.array([[2.0, 2], [0, 2], [2, 2], [0, 0]])
    found = corrected_share(values, 1.0, Sample.clustered(np.ones(4)), Domains.whole(4))
    assert found.estimate == pytest.approx([0.625])
    within = (0.25 / 3 + 0.1875 / 3) / 2
    assert found.se**2 == pytest.approx([within + 1.5 * 0.03125])
    assert found.df[0] < 3
    low, high = found.interval()
    assert 0 < low[0] < 0.625 < high[0] < 1


def test_values_at_the_cut_reach_it_and_forms_have_cuts_of_their_own():
    values = np.array([[1.0, 1], [1, 1]])
    sample, whole = Sample.clustered(np.ones(2)), Domains.whole(2)
    assert corrected_share(values, 1.0, sample, whole).estimate == pytest.approx([1])
    cuts = np.array([0.5, 1.5])
    assert corrected_share(values, cuts, sample, whole).estimate == pytest.approx([0.5])


def test_people_of_weight_zero_and_people_without_values_change_nothing():
    random = np.random.default_rng(2)
    values, weight = random.normal(size=(60, 5)), random.uniform(0.5, 2, 60)
    once = corrected_share(values, 0.5, Sample.clustered(weight), Domains.whole(60))
    more = np.vstack([values, np.full((3, 5), 9.0)])
    sample = Sample.clustered(np.append(weight, np.zeros(3)))
    again = corrected_share(more, 0.5, sample, Domains.whole(63))
    assert again.estimate == pytest.approx(once.estimate)
    assert again.se == pytest.approx(once.se)
    assert (again.n, again.df) == (once.n, pytest.approx(once.df))


def test_domains_have_their_own_shares_and_degrees_of_freedom():
    random = np.random.default_rng(3)
    values = random.normal(size=(200, 1)) + 0.3 * random.normal(size=(200, 10))
    psu = np.repeat(np.arange(20), 10)
    domains = Domains.join([Domains.whole(200), Domains.from_mask("part", "small", psu < 4)])
    found = corrected_share(values, 0.5, Sample.clustered(np.ones(200), psu=psu), domains)
    assert found.labels == (("all", "all"), ("part", "small"))
    assert found.df[0] < 19
    assert found.df[1] < 3


def test_values_of_other_people_are_refused():
    with pytest.raises(ContractError, match="5 people"):
        corrected_share(np.zeros((4, 2)), 0, Sample.clustered(np.ones(5)), Domains.whole(5))


@pytest.mark.parametrize("n_items", [20, 50])
def test_plausible_values_find_the_true_share_where_scores_and_means_do_not(n_items):
    """40,000 people, truth 13.1 %: raw scores show too many, posterior means too few."""
    random = np.random.default_rng(n_items)
    slope = np.exp(random.normal(0, 0.3, n_items))
    b = random.normal(size=n_items)
    shift = _shift_to(slope, b, 0.7 * n_items)
    items = Logistic.of_difficulty(slope, b + shift)
    ability = random.normal(size=40_000)
    right = random.random((40_000, n_items)) < expit(
        np.outer(ability, items.slope) + items.intercept
    )
    names = [str(person) for person in range(40_000)]
    values = draw(
        right.astype(int), items, mean=0.0, sd=1.0, keys=names, random=stream("test"), draws=5
    )
    whole = Domains.whole(40_000)
    found = corrected_share(values, CUT, Sample.clustered(np.ones(40_000)), whole)
    assert found.estimate == pytest.approx([TRUTH], abs=4 * found.se[0])
    raw = (right.sum(axis=1) >= 0.7 * n_items).mean()
    posterior_mean = (values.mean(axis=1) >= CUT).mean()
    assert raw > TRUTH + 0.01
    assert posterior_mean < TRUTH
    low, high = found.interval()
    assert low[0] < TRUTH < high[0]


def test_a_prior_without_the_county_shrinks_counties_together():
    """Two counties half a standard deviation below and above the mean, a test of 10 items."""
    random = np.random.default_rng(8)
    items = Logistic.of_difficulty(np.ones(10), np.linspace(-1, 2, 10))
    centre = np.repeat([-0.5, 0.5], 10_000)
    right = random.random((20_000, 10)) < expit(
        np.outer(centre + random.normal(size=20_000), items.slope) + items.intercept
    )
    names = [str(person) for person in range(20_000)]
    shares = []
    for mean, sd in ((0.0, np.sqrt(1.25)), (centre, 1.0)):
        values = draw(
            right.astype(int), items, mean=mean, sd=sd, keys=names, random=stream("test"), draws=5
        )
        shares.append([(part >= CUT).mean() for part in np.split(values, 2)])
    truth = stats.norm.sf(CUT - np.array([-0.5, 0.5]))
    assert shares[1] == pytest.approx(truth, abs=0.012)
    assert shares[0][0] > truth[0] + 0.01
    assert shares[0][1] < truth[1] - 0.01


def _shift_to(slope, difficulty, score) -> float:
    """Shift of all difficulties at which the score is expected at the cut."""
    shifts = np.linspace(-3, 3, 6001)
    expected = expit(slope * (CUT - difficulty - shifts[:, None])).sum(axis=1)
    return float(shifts[np.abs(expected - score).argmin()])
