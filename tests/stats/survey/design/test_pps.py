import numpy as np
import pytest

from pipeline.errors import LonelyPsuError
from pipeline.stats.survey.design.pps import hartley_rao, overton
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.design.unit_totals import unit_totals
from pipeline.stats.survey.estimation.domains import Domains
from pipeline.stats.survey.estimation.estimators import total

Y = np.array([3.0, 5, 4, 8])


@pytest.mark.parametrize("rule", ["brewer", "overton", "hartley_rao"])
def test_equal_probabilities_give_the_variance_of_simple_sampling(rule):
    """Four of 16: v = 16^2 (1 - 1/4) s^2 / 4 with s^2 = 14/3."""
    squares = {"all": 16 * 0.25**2}
    design = Sample.clustered(
        np.full(4, 4.0), fpc=np.full(4, 0.25), pps=rule, squared_probabilities=squares
    )
    expected = 16**2 * 0.75 * (14 / 3) / 4
    tolerance = 1e-9 if rule == "brewer" else 0.05  # the others approximate joint probabilities
    found = total(Y, design, Domains.whole(4)).variance[0]
    assert found == pytest.approx(expected, rel=tolerance)


def random_systematic(probability: np.ndarray, random: np.random.Generator) -> np.ndarray:
    order = random.permutation(len(probability))
    ends = probability[order].cumsum()
    steps = random.random() + np.arange(round(ends[-1]))
    return order[np.searchsorted(ends, steps, side="right")]


@pytest.mark.parametrize("rule", ["overton", "hartley_rao"])
def test_pairwise_variances_are_right_on_average_over_random_systematic_samples(rule):
    """20 units, 6 drawn 3000 times; the simulation itself is uncertain by about 4 %."""
    random = np.random.default_rng(5)
    size = random.uniform(1, 3, 20)
    probability = 6 * size / size.sum()
    y = random.normal(0, 2, 20)
    totals, variances = [], []
    for _ in range(3000):
        drawn = random_systematic(probability, random)
        p, z = probability[drawn], y[drawn] / probability[drawn]
        squares = float((probability**2).sum())
        matrix = overton(p) if rule == "overton" else hartley_rao(p, squares)
        totals.append(z.sum())
        variances.append(z @ matrix @ z)
    assert np.mean(variances) == pytest.approx(np.var(totals), rel=0.12)


def test_a_lone_unit_that_could_have_been_missed_is_refused():
    design = Sample.clustered(np.full(1, 2.0), fpc=np.array([0.5]), pps="overton")
    with pytest.raises(LonelyPsuError, match="stratum all"):
        unit_totals(design, np.ones(1)).variance()


def test_a_lone_unit_drawn_with_certainty_has_no_error():
    design = Sample.clustered(np.full(1, 1.0), fpc=np.array([1.0]), pps="overton")
    assert unit_totals(design, np.ones(1)).variance() == pytest.approx([0])
