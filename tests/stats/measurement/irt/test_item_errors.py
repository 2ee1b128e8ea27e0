import numpy as np
import pytest

from pipeline.errors import ContractError, LonelyPsuError
from pipeline.stats.measurement.irt.calibration import calibrate, fit_population
from pipeline.stats.measurement.irt.influence import design_variation, gradient_of, influence
from pipeline.stats.measurement.irt.item_errors import design_errors, likelihood_errors
from pipeline.stats.survey.design.adjustment import Adjustment, indicators_of
from pipeline.stats.survey.design.sample import Sample
from tests.stats.measurement.irt.simulated import answers_of, logistic_items

N, STRATA, PSUS = 1200, 3, 24
STRATUM = np.repeat(np.arange(STRATA), N // STRATA)
PSU = np.repeat(np.arange(PSUS), N // PSUS)


def clustered(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Answers of people whose ability depends on their PSU, and unequal weights."""
    random = np.random.default_rng(seed)
    ability = 0.8 * random.standard_normal(N) + 0.6 * random.standard_normal(PSUS)[PSU]
    return answers_of(logistic_items(6), ability, random), random.lognormal(0, 0.5, N)


def test_errors_shrink_with_the_root_of_the_people():
    y, _ = clustered(1)
    once = likelihood_errors(calibrate(y))
    four_times = likelihood_errors(calibrate(np.tile(y, (4, 1))))
    assert four_times.se == pytest.approx(once.se / 2, rel=1e-4)
    assert once.df == np.inf


def test_likelihood_errors_are_what_samples_differ_by():
    random = np.random.default_rng(2)
    found = [
        calibrate(answers_of(logistic_items(6), random.standard_normal(800), random))
        for _ in range(60)
    ]
    spread = np.std([fit.vector for fit in found], axis=0, ddof=1)
    told = np.mean([likelihood_errors(fit).se for fit in found], axis=0)
    assert np.median(told / spread) == pytest.approx(1, abs=0.15)


def test_design_errors_agree_with_the_jackknife():
    y, weights = clustered(3)
    sample = Sample.clustered(weights, STRATUM, PSU)
    found = calibrate(y, weights=weights)
    linearised = design_errors(found, sample)
    size = PSUS // STRATA
    variance = np.zeros(len(found.vector))
    for stratum in range(STRATA):
        left = [
            calibrate(y, weights=_without(weights, psu, stratum, size)).vector
            for psu in np.unique(PSU[stratum == STRATUM])
        ]
        variance += (size - 1) / size * ((left - found.vector) ** 2).sum(axis=0)
    assert linearised.se == pytest.approx(np.sqrt(variance), rel=0.12)
    assert linearised.df == PSUS - STRATA


def _without(weights, psu, stratum, size):
    factor = np.where(stratum == STRATUM, size / (size - 1), 1.0)
    return np.where(psu == PSU, 0, weights * factor)


def test_without_clusters_or_weights_design_and_likelihood_agree():
    random = np.random.default_rng(4)
    y = answers_of(logistic_items(6), random.standard_normal(6000), random)
    found = calibrate(y)
    design = design_errors(found, Sample.clustered(np.ones(6000)))
    assert design.se == pytest.approx(likelihood_errors(found).se, rel=0.08)


def test_the_scale_of_the_weights_changes_no_design_error():
    y, weights = clustered(5)
    sample = Sample.clustered(weights, STRATUM, PSU)
    plain, scaled = (design_errors(calibrate(y, weights=c * weights), sample) for c in (1, 0.01))
    assert scaled.se == pytest.approx(plain.se, rel=1e-4)


def test_people_without_answers_or_weight_change_no_design_error():
    y, weights = clustered(6)
    sample = Sample.clustered(weights, STRATUM, PSU)
    plain = design_errors(calibrate(y, weights=weights), sample)
    more = np.concatenate([y, np.full((5, 6), -1), y[:5]])
    heavier = np.concatenate([weights, np.ones(5), np.zeros(5)])
    strata, psus = np.append(STRATUM, [0] * 10), np.append(PSU, [0] * 10)
    found = design_errors(calibrate(more, weights=heavier), Sample.clustered(heavier, strata, psus))
    assert found.se == pytest.approx(plain.se, rel=1e-4)


def test_steps_of_the_weighting_are_taken_along():
    """Weights calibrated to the number who master item 1: it varies less than it would."""
    y, weights = clustered(7)
    step = Adjustment(
        ratio=np.ones(N),
        auxiliaries=indicators_of([y[:, 0].astype(str)]),
        regression_weight=weights,
    )
    sample = Sample.clustered(weights, STRATUM, PSU)
    found = calibrate(y, weights=weights)
    plain, adjusted = design_errors(found, sample), design_errors(found, sample.adjusted(step))
    assert adjusted.of("intercept")[0] < 0.8 * plain.of("intercept")[0]


def test_influences_sum_to_zero_and_foretell_one_person_more():
    y, weights = clustered(8)
    found = calibrate(y, weights=weights)
    of_people = influence(found)
    assert of_people.shape == (N, 12)
    assert weights @ of_people == pytest.approx(np.zeros(12), abs=1e-3)
    heavier = weights + np.where(np.arange(N) == 7, 0.5, 0)
    moved = calibrate(y, weights=heavier).vector - found.vector
    assert moved == pytest.approx(0.5 * of_people[7], rel=0.05, abs=2e-5)


def test_functions_of_the_items_get_their_errors_by_the_delta_method():
    y, weights = clustered(9)
    found = calibrate(y, weights=weights)
    sample = Sample.clustered(weights, STRATUM, PSU)
    gradient = gradient_of(found, lambda items: items.difficulty)
    a, d = found.model.slope, found.model.intercept
    by_hand = np.zeros((6, 12))
    by_hand[range(6), range(0, 12, 2)], by_hand[range(6), range(1, 12, 2)] = d / a**2, -1 / a
    assert gradient == pytest.approx(by_hand, abs=1e-6)
    covariance = design_variation(found, sample, gradient).covariance()
    assert covariance == pytest.approx(design_errors(found, sample).of_functions(gradient))
    assert influence(found, gradient) == pytest.approx(influence(found) @ gradient.T)


def test_errors_of_a_population_with_known_items():
    """One group, long test: the mean is known nearly as well as if abilities were."""
    random = np.random.default_rng(10)
    items = logistic_items(100)
    y = answers_of(items, random.standard_normal(900), random)
    errors = likelihood_errors(fit_population(y, items))
    assert errors.of("mean")[0] == pytest.approx(1 / 30, rel=0.06)
    assert errors.of("log sd")[0] == pytest.approx(1 / np.sqrt(1800), rel=0.1)


def test_errors_are_read_by_name():
    y, _ = clustered(11)
    errors = likelihood_errors(calibrate(y))
    assert list(errors.of("slope")) == list(range(6))
    with pytest.raises(ContractError, match='no parameter "guessing"'):
        errors.of("guessing")


@pytest.mark.parametrize(
    ("sample", "said"),
    [
        (Sample.clustered(np.ones(5)), "expected a sample of 1200 people, got 5"),
        (Sample.clustered(np.arange(N) + 1.0), "final weights"),
    ],
)
def test_another_sample_is_refused(sample, said):
    y, weights = clustered(12)
    with pytest.raises(ContractError, match=said):
        design_errors(calibrate(y, weights=weights), sample)


def test_a_lonely_psu_is_refused_by_its_stratum():
    y, weights = clustered(13)
    with pytest.raises(LonelyPsuError):
        design_errors(calibrate(y, weights=weights), Sample.clustered(weights, PSU, PSU))
