"""Answer options: curves, and distractors that attract those who know more."""

import numpy as np
import pytest

from pipeline.errors import ContractError
from pipeline.fields import MissingKind
from pipeline.stats.measurement.classical.options import option_curves

NAN = float("nan")
DONT_KNOW = int(MissingKind.DONT_KNOW)
ANSWERS = np.array([1, 1, 2, 2, DONT_KNOW, int(MissingKind.NOT_ASKED), 3])
REST = np.array([0.8, 0.6, 0.2, 0.4, 0.0, 0.9, NAN])
CODES = [1, 2, 3, DONT_KNOW]


def curves(**changed):
    given = {"codes": CODES, "key": [1], "bands": 2} | changed
    return option_curves(given.pop("answers", ANSWERS), given.pop("rest", REST), **given)


def test_options_by_hand():
    found = curves()
    np.testing.assert_allclose(found.share, [0.4, 0.4, 0, 0.2])
    np.testing.assert_allclose(found.mean_rest, [0.7, 0.3, NAN, 0])
    np.testing.assert_array_equal(found.is_key, [True, False, False, False])
    np.testing.assert_allclose(found.by_band.sum(axis=0), [1, 1])
    assert found.n_eff == 5


def test_curves_by_band_by_hand():
    # Middles .1, .3, .5, .7, .9 of the weight: two people below, three above.
    found = curves()
    np.testing.assert_allclose(found.by_band[:, 0], [0, 0.5, 0, 0.5])
    np.testing.assert_allclose(found.by_band[:, 1], [2 / 3, 1 / 3, 0, 0])


def test_correlations_are_point_biserial():
    expected = np.corrcoef((ANSWERS[:5] == 2).astype(float), REST[:5])[0, 1]
    assert curves().correlation[1] == pytest.approx(expected)
    assert np.isnan(curves().correlation[2])


def test_a_distractor_that_rises_with_the_score_is_found_and_the_key_is_not():
    generator = np.random.default_rng(3)
    rest = generator.uniform(size=2000)
    answers = np.where(generator.uniform(size=2000) < rest / 2, 3, generator.integers(1, 3, 2000))
    found = curves(answers=answers, rest=rest, key=[1], codes=[1, 2, 3])
    np.testing.assert_array_equal(found.attracts_the_able(level=0.05), [False, False, True])
    assert (
        np.diff(curves(answers=answers, rest=rest, codes=[1, 2, 3], bands=5).by_band[2]) > 0
    ).all()
    assert not curves(answers=answers, rest=rest, codes=[1, 2, 3], key=[3]).attracts_the_able(
        level=0.05
    )[2]


def test_chance_is_not_found_more_often_than_the_level():
    generator = np.random.default_rng(8)
    found = [
        curves(
            answers=generator.integers(1, 4, 200),
            rest=generator.uniform(size=200),
            codes=[1, 2, 3],
        ).attracts_the_able(level=0.05)[1:]
        for _ in range(300)
    ]
    assert np.mean(found) == pytest.approx(0.05, abs=0.025)


def test_weights_count_people_and_zero_is_nobody():
    weights = np.array([2.0, 1, 1, 0, 1, 5, 5])
    found = curves(weights=weights)
    np.testing.assert_allclose(found.share, [0.6, 0.2, 0, 0.2])
    assert found.n_eff == pytest.approx(25 / 7)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"codes": [1, 2, 3]}, "among the 3 codes, got others 1 times"),
        ({"key": [9]}, "the key among the codes"),
        ({"rest": np.full(7, NAN)}, "people who were asked, got none"),
        ({"weights": np.zeros(7)}, "people who were asked, got none"),
    ],
)
def test_what_the_questionnaire_does_not_know_is_refused(changed, message):
    with pytest.raises(ContractError, match=message):
        curves(**changed)


@pytest.mark.parametrize("seed", range(20))
def test_shares_of_an_option_that_everybody_chose_are_one_and_no_more(seed):
    """Weights added up in two orders once gave 1.0000000000000002, which stopped the stage."""
    generator = np.random.default_rng(seed)
    weights, rest = generator.uniform(0.5, 1.5, 401), generator.random(401)
    found = option_curves(
        np.ones(401, dtype=int), rest, codes=[1, 2], key=[1], bands=5, weights=weights
    )
    assert found.share.max() <= 1
    assert found.by_band.max() <= 1
