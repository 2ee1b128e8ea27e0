"""Decompositions by regressions: laws that tie them together, and refusals."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from pipeline.errors import ContractError
from pipeline.stats.monitoring.decomposition.kitagawa import Mix, kitagawa
from pipeline.stats.monitoring.decomposition.nonlinear import logit_gap
from pipeline.stats.monitoring.decomposition.oaxaca import oaxaca
from pipeline.stats.survey.design.sample import Sample
from pipeline.stats.survey.replication.factors import jkn
from pipeline.stats.survey.replication.replicates import Replicates
from pipeline.stats.survey.replication.totals import replicate_statistic

REFERENCES = [0.0, 0.3, 1.0, "pooled", "pooled_with_group"]


def people(n=600, seed=3):
    """Outcome 0/1, columns (one, schooling 0/1, age), town or not, weights."""
    rng = np.random.default_rng(seed)
    town = rng.random(n) < 0.6
    school = (rng.random(n) < np.where(town, 0.6, 0.3)).astype(float)
    x = np.column_stack([np.ones(n), school, rng.normal(size=n)])
    y = (rng.random(n) < expit(x @ [-1, 1.2, -0.3] + 0.3 * town)).astype(float)
    return y, x, town, rng.uniform(0.5, 2, n)


@pytest.mark.parametrize("reference", REFERENCES)
def test_parts_add_up_to_the_difference(reference):
    y, x, town, weight = people()
    found = oaxaca(y, x, town, weight=weight)
    parts = found.twofold(reference)
    assert (parts.explained + parts.unexplained).sum() == pytest.approx(found.difference)
    whole = found.endowments + found.returns + found.interaction
    assert whole.sum() == pytest.approx(found.difference)
    gap = logit_gap(y, x, town, weight=weight)
    explained = gap.explained(reference)
    assert explained.explained + explained.unexplained == pytest.approx(gap.difference)
    assert explained.detail.sum() == pytest.approx(explained.explained)


def test_swapping_groups_turns_every_sign():
    y, x, town, weight = people()
    there, back = oaxaca(y, x, town, weight=weight), oaxaca(y, x, ~town, weight=weight)
    assert back.twofold(0.0).explained == pytest.approx(-there.twofold(1.0).explained)
    gaps = [logit_gap(y, x, side, weight=weight).explained("pooled") for side in (town, ~town)]
    assert gaps[0].explained == pytest.approx(-gaps[1].explained)


def test_with_one_dummy_it_is_kitagawa():
    """Group means by cell are the regressions, so the mean of both references is Kitagawa's."""
    y, x, town, weight = people()
    found = oaxaca(y, x[:, :2], town, weight=weight)
    gap = logit_gap(y, x[:, :2], town, weight=weight)
    mixes = []
    for side in (town, ~town):
        cells = [side & (x[:, 1] == level) for level in (0, 1)]
        size = np.array([weight[cell].sum() for cell in cells])
        rate = np.array([np.average(y[cell], weights=weight[cell]) for cell in cells])
        mixes.append(Mix(people=size, rate=rate))
    parts = kitagawa(*mixes)
    assert found.twofold(0.5).explained.sum() == pytest.approx(parts.composition)
    both = [gap.explained(side).explained for side in (0.0, 1.0)]
    assert np.mean(both) == pytest.approx(parts.composition)


def test_groups_of_the_same_people_have_nothing_explained():
    y, x, _, weight = people(200)
    second = np.r_[y, 1 - y], np.tile(x, (2, 1)), np.arange(400) < 200
    found = oaxaca(*second, weight=np.tile(weight, 2))
    assert found.endowments == pytest.approx(0, abs=1e-12)
    gap = logit_gap(*second, weight=np.tile(weight, 2)).explained("pooled_with_group")
    assert gap.explained == pytest.approx(0, abs=1e-12)


def test_the_gap_itself_stays_out_of_the_reference_only_with_the_dummy():
    """A gap of half a point, alike at every schooling, is returns; pooled explains part."""
    _, x, town, weight = people(2000)
    y = x @ [1.0, 2.0, 0.5] + 0.5 * town
    found = oaxaca(y, x, town, weight=weight)
    assert found.twofold("pooled_with_group").unexplained.sum() == pytest.approx(0.5)
    assert found.twofold("pooled").unexplained.sum() < 0.49


def test_zero_weights_and_scale_of_weights_change_nothing():
    y, x, town, weight = people()
    plain = oaxaca(y, x, town, weight=weight).twofold("pooled_with_group").explained
    stranger = np.r_[y, 1], np.vstack([x, [1, 1, 90]]), np.r_[town, True]
    more = oaxaca(*stranger, weight=np.r_[7 * weight, 0])
    assert more.twofold("pooled_with_group").explained == pytest.approx(plain)


def test_replicate_weights_give_the_errors_of_parts_and_of_their_sum():
    y, x, town, weight = people(240)
    sample = Sample.clustered(weight, psu=pd.Series(np.arange(240) % 12))
    made = Replicates.of(sample, jkn(sample.units))

    def parts(w):
        found = oaxaca(y, x, town, weight=w)
        split = found.twofold("pooled_with_group")
        gap = logit_gap(y, x, town, weight=w).explained("pooled_with_group")
        whole = split.explained.sum(), split.unexplained.sum(), found.difference
        return [*whole, gap.explained, gap.unexplained]

    found = replicate_statistic(parts, made)
    covariance = found.covariance()
    assert (covariance.diagonal() > 0).all()
    linear = covariance[:2, :2].sum()
    assert linear == pytest.approx(covariance[2, 2])
    assert covariance[3:, 3:].sum() == pytest.approx(linear)


@pytest.mark.parametrize("decompose", [oaxaca, logit_gap])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda y, x, t: (y[1:], x, t), "n outcomes"),
        (lambda y, x, t: (y, x[:, 1:], t), "column of ones"),
        (lambda y, x, t: (np.where(t, np.nan, y), x, t), "missing"),
        (lambda y, x, t: (y, np.column_stack([x, t]), t), "first group"),
    ],
)
def test_unusable_groups_are_refused(decompose, change, message):
    y, x, town, _ = people(100)
    with pytest.raises(ContractError, match=message):
        decompose(*change(y, x, town))


def test_one_group_alone_is_refused():
    y, x, town, _ = people(100)
    with pytest.raises(ContractError, match="both groups"):
        oaxaca(y, x, town | True)
