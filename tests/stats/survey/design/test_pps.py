import numpy as np
import pytest

from pipeline.errors import LonelyPsuError
from pipeline.stats.survey.design.pps import hartley_rao, overton
from pipeline.stats.survey.design.sample import Sample, Stage
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


@pytest.mark.parametrize("rule", ["brewer", "overton", "hartley_rao"])
@pytest.mark.parametrize("probability", [1.0, 0.5])
def test_later_stages_add_what_they_add_after_equal_probabilities(rule, probability):
    """3 of 6 people per PSU: p 6^2 (1 - 1/2) s^2 / 3 / p^2 in each, s^2 = 7/3 and 28/3.

    PSUs sure to be drawn add nothing themselves; the pairwise rules used to give 140, not 70.
    """
    psu, y = np.repeat([0, 1], 3), np.array([1.0, 4, 2, 7, 9, 3])
    first = Stage(unit=psu, fpc=np.full(6, probability))
    stages = (first, Stage(unit=np.arange(6), fpc=np.full(6, 6.0)))
    base = np.full(6, 2 / probability)
    design = Sample(base_weight=base, stages=stages, pps=rule)
    of_psus = Sample(base_weight=base, stages=stages[:1], pps=rule)
    within = 36 * 0.5 * (7 / 3 + 28 / 3) / 3 / probability
    found, alone = (total(y, s, Domains.whole(6)).variance[0] for s in (design, of_psus))
    assert found - alone == pytest.approx(within)


def test_a_person_alone_in_a_fully_asked_psu_adds_nothing():
    """Of the second stage, everybody was asked: no lone unit whose variance is missing."""
    stages = (
        Stage(unit=np.array([0, 1, 1]), fpc=np.full(3, 0.5)),
        Stage(unit=np.arange(3), fpc=np.array([1.0, 2, 2])),
    )
    design = Sample(base_weight=np.full(3, 2.0), stages=stages, pps="overton")
    of_psus = Sample(base_weight=np.full(3, 2.0), stages=stages[:1], pps="overton")
    found, alone = (unit_totals(s, np.ones(3)).variance() for s in (design, of_psus))
    assert found == pytest.approx(alone)


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
