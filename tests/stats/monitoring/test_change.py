from dataclasses import replace

import numpy as np
import pytest

from pipeline.stats.monitoring.change import change
from pipeline.stats.survey.design.unit_totals import UnitTotals
from pipeline.stats.survey.estimation.linearised import Linearised, covariance


def number(value: float, z: dict[tuple[str, str], float]) -> Linearised:
    """A share whose unit totals are given by (stratum, unit)."""
    totals = UnitTotals(
        stage=np.ones(len(z), dtype=np.int64),
        scale=np.ones(len(z)),
        stratum=np.array([stratum for stratum, _ in z], dtype=object),
        unit=np.array([psu for _, psu in z], dtype=object),
        z=np.array(list(z.values()))[:, None],
        holds=np.ones((len(z), 1), dtype=bool),
        lonely_psu="fail",
    )
    return Linearised(value=value, totals=totals)


EARLIER = number(0.10, {("A", "1"): 0.01, ("A", "2"): -0.01, ("B", "3"): 0.02, ("B", "4"): -0.02})
OTHER_UNITS = number(0.13, {("A", "7"): 0.03, ("A", "8"): 0.01, ("B", "9"): 0.0, ("B", "0"): 0.02})


def test_waves_without_common_units_add_their_variances():
    found = change(OTHER_UNITS, EARLIER, level=0.95, shares_frame=True)
    assert found.estimate == pytest.approx(0.03)
    assert found.se**2 == pytest.approx(EARLIER.variance + OTHER_UNITS.variance)
    assert found.df == 4


def test_the_same_sample_twice_has_no_error_of_change():
    found = change(EARLIER, EARLIER, level=0.95, shares_frame=True)
    assert found.se == pytest.approx(0, abs=1e-8)
    assert found.covariance == pytest.approx(EARLIER.variance)


def test_of_units_drawn_without_replacement_covariances_shrink_as_variances_do():
    """Half of the units drawn: the covariance used to be twice too large."""
    later = number(0.13, {("A", "1"): 0.01, ("A", "2"): 0.0, ("B", "3"): 0.01, ("B", "4"): -0.02})
    halves = [
        replace(wave, totals=replace(wave.totals, scale=np.full(4, 0.5)))
        for wave in (later, EARLIER)
    ]
    found = change(*halves, level=0.95, shares_frame=True)
    expected = change(later, EARLIER, level=0.95, shares_frame=True)
    assert found.covariance == pytest.approx(expected.covariance / 2)
    assert found.covariance == pytest.approx(covariance(halves)[0, 1])
    assert found.se == pytest.approx(expected.se / np.sqrt(2))


def test_equal_names_in_different_frames_are_different_units():
    found = change(EARLIER, EARLIER, level=0.95, shares_frame=False)
    assert found.se**2 == pytest.approx(2 * EARLIER.variance)


def test_only_units_visited_twice_covary():
    # Stratum A is visited again, B is drawn anew: only A's covariance counts.
    later = number(0.13, {("A", "1"): 0.01, ("A", "2"): -0.01, ("B", "9"): 0.03, ("B", "0"): 0.01})
    found = change(later, EARLIER, level=0.95, shares_frame=True)
    in_stratum_a = 2 * (0.01**2 + 0.01**2)
    assert found.covariance == pytest.approx(in_stratum_a)
    assert found.df == 2 + 2 - 1


def test_a_single_common_unit_tells_no_covariance():
    later = number(0.13, {("A", "1"): 0.01, ("A", "8"): -0.01, ("B", "9"): 0.0, ("B", "0"): 0.02})
    assert change(later, EARLIER, level=0.95, shares_frame=True).covariance == 0


def test_a_strong_covariance_of_few_common_units_never_gives_a_negative_variance():
    early = number(0.1, {("A", str(unit)): z for unit, z in enumerate([0.05, -0.05, 0.0, 0.0])})
    late = number(0.1, {("A", str(unit)): z for unit, z in enumerate([0.05, -0.05])} | {
        ("A", "8"): 0.0, ("A", "9"): 0.0})  # fmt: skip
    found = change(late, early, level=0.95, shares_frame=True)
    assert found.se >= 0
    assert found.covariance <= np.sqrt(early.variance * late.variance) + 1e-15
