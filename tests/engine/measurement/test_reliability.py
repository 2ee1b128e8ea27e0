import numpy as np
import pytest

from pipeline.engine.measurement.reliability import eigenvalue_table
from tests.engine.measurement.town import ITEMS, QUIZ, quiz, tables_of, town_wave


def coefficients(tables, dimension="all", standard=QUIZ, wave="w1"):
    rows = tables["reliability"]
    rows = rows[
        (rows["wave"] == wave) & (rows["dimension"] == dimension) & (rows["standard"] == standard)
    ]
    return rows.set_index("coefficient")["estimate"]


def test_alpha_is_that_of_the_weighted_covariances(first, tables):
    points = 5 * first.credit
    covariance = np.cov(points.T, aweights=first.weight, bias=True)
    by_hand = 20 / 19 * (1 - np.trace(covariance) / covariance.sum())
    found = coefficients(tables)
    assert found["alpha"] == pytest.approx(by_hand)
    assert found["sem"] == pytest.approx(np.sqrt(covariance.sum() * (1 - by_hand)))


def test_coefficients_of_one_test_agree_and_its_parts_are_less_reliable(tables):
    found = coefficients(tables)
    whole = found[["alpha", "omega", "lambda2", "stratified_alpha", "marginal"]]
    assert whole.between(found["alpha"] - 0.02, found["alpha"] + 0.03).all()
    for part in ("facts", "skills"):
        assert coefficients(tables, part)["alpha"] < found["alpha"]
    assert 0 < found["sem_at_cut"] < 15


def test_only_alpha_has_an_interval(tables):
    rows = tables["reliability"]
    is_alpha = rows["coefficient"] == "alpha"
    assert (rows["ci_low"] < rows["estimate"])[is_alpha].all()
    assert rows.loc[~is_alpha, "ci_low"].isna().all()


def test_what_the_items_do_not_allow_has_a_row_without_a_number():
    """Two items of facts and one of skills: no part has an omega, skills not even an alpha."""
    three = {item: {"dimension": part, "points": 2}
             for item, part in zip(ITEMS, ("facts", "skills", "facts"), strict=False)}  # fmt: skip
    wave = town_wave(standards=[quiz(), quiz("three", 3)], elsewhere={"three": three})
    tables = tables_of(wave)
    assert np.isnan(coefficients(tables, "facts", "three@1")["omega"])
    assert coefficients(tables, "skills", "three@1").empty
    assert np.isnan(coefficients(tables, "all", "three@1")["stratified_alpha"])
    assert coefficients(tables, "all", "three@1")["alpha"] > 0


def test_items_that_repeat_each_other_stop_no_coefficient_but_their_own():
    wave = town_wave(spoil=lambda answers: answers.__setitem__("i02", answers["i01"]))
    found = coefficients(tables_of(wave))
    assert np.isnan(found["lambda6"])
    assert found["alpha"] > 0.7


def test_one_factor_stands_out_of_chance(tables):
    rows = tables["eigenvalues"].query("wave == 'w1'").set_index("factor")
    assert rows["eigenvalue"].sum() == pytest.approx(20)
    assert rows["eigenvalue"][1] > 2 * rows["by_chance"][1]
    assert rows["eigenvalue"][2] < 1.2 * rows["by_chance"][2]


def test_fewer_people_than_items_have_no_eigenvalues():
    assert eigenvalue_table(town_wave(n=20)).empty


def test_reliability_at_the_cut_follows_from_the_error_there(tables):
    rows = tables["reliability"].query("wave == 'w1' and dimension == 'all'")
    found = rows.set_index("coefficient")["estimate"]
    total_variance = found["sem"] ** 2 / (1 - found["alpha"])
    assert found["at_cut"] == pytest.approx(1 - found["sem_at_cut"] ** 2 / total_variance)
    assert 0 < found["at_cut"] < 1
