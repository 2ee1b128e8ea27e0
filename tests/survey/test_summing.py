"""Sums that are kept belong to one variable of one frame."""

import numpy as np
import pandas as pd
import pytest

from pipeline import survey
from pipeline.survey import summing


@pytest.fixture(autouse=True)
def _always_added_up(monkeypatch):
    monkeypatch.setattr(summing, "_MANY", 1)


@pytest.fixture
def alike():
    """Columns and categories whose crossings have the same name."""
    random = np.random.default_rng(7)
    n = 400
    return pd.DataFrame(
        {
            "psu": np.arange(n) % 20,
            "weight": random.uniform(1, 3, n),
            "a": random.choice(["p", "q"], n),
            "b x c": random.choice(["r x t", "s x t"], n),
            "a x b": random.choice(["p x r", "q x r", "p x s", "q x s"], n),
            "c": random.choice(["t", "u"], n),
            "left": random.choice(["1", "1 x 2"], n),
            "right": random.choice(["3", "2 x 3"], n),
            "mixed": pd.Series(random.choice([1, 2], n), dtype=object).where(
                random.random(n) < 0.7, "1"
            ),
        }
    )


def of(frame):
    return survey.Design(frame, weight="weight", psu="psu")


def test_crossings_of_columns_with_the_same_name_are_told_apart(alike):
    """Sums of "a" by "b x c" used to be taken for those of "a x b" by "c"."""
    design = of(alike)
    design.test_independence("a", "b x c")
    again = design.test_independence("a x b", "c")
    assert again.p_value == of(alike).test_independence("a x b", "c").p_value


def test_crossings_of_categories_with_the_same_name_are_told_apart(alike, monkeypatch):
    """ "1" by "2 x 3" used to have the sums of "1 x 2" by "3"."""
    summed = of(alike).test_independence("left", "right")
    monkeypatch.setattr(summing, "_MANY", 10_000)
    plain = of(alike).test_independence("left", "right")
    assert summed.statistic == pytest.approx(plain.statistic, rel=1e-9)


def test_numbers_and_text_that_look_alike_are_told_apart(alike, monkeypatch):
    summed = of(alike).share("mixed")
    monkeypatch.setattr(summing, "_MANY", 10_000)
    plain = of(alike).share("mixed")
    pd.testing.assert_frame_equal(summed, plain, rtol=1e-12)
    assert summed["estimate"].sum() == pytest.approx(1)


def test_a_column_of_that_name_is_not_the_whole_population(alike):
    design = of(alike.assign(population=2.0))
    people = design.total()["estimate"].item()
    assert design.total("population")["estimate"].item() == pytest.approx(2 * people)


def test_a_numerator_keeps_its_sums_apart_by_denominator(alike):
    design = of(alike.assign(y=1.0, one=2.0, two=4.0))
    found = [design.ratio("y", x)["estimate"].item() for x in ("one", "two")]
    assert found == pytest.approx([0.5, 0.25])
    assert design.mean("y")["estimate"].item() == pytest.approx(1)


@pytest.mark.parametrize("replicated", [False, True])
def test_a_frame_changed_later_changes_no_design(alike, replicated):
    frame = alike.assign(hit=np.arange(len(alike)) % 2)
    design = of(frame).replicates("jk1") if replicated else of(frame)
    before = design.share("hit")["estimate"].item()
    frame.loc[:, "hit"] = 0
    frame["hit"] = 1
    assert design.share("hit")["estimate"].item() == before
    assert design.share("hit", where="psu < 5")["estimate"].item() < 1


def test_replicates_given_keep_the_frame_they_were_made_from(alike):
    frame = alike.assign(hit=np.arange(len(alike)) % 2, r1=alike["weight"], r2=alike["weight"])
    design = survey.ReplicateDesign.given(
        frame, weight="weight", replicate_weights=["r1", "r2"], kind="bootstrap"
    )
    before = design.share("hit")["estimate"].item()
    frame["hit"] = 1
    assert design.share("hit")["estimate"].item() == before


def test_a_column_assigned_again_has_sums_of_its_own(alike):
    design = of(alike.assign(hit=1))
    assert design.share("hit")["estimate"].item() == 1
    assert design.assign(hit=0).share("hit")["estimate"].item() == 0
    assert design.share("hit")["estimate"].item() == 1
