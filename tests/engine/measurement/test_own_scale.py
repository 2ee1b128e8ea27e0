import numpy as np
import pytest

from pipeline.engine.measurement import own_scale
from pipeline.engine.measurement.own_scale import OwnScale
from pipeline.errors import ConfigError, UnscaledItemsError
from pipeline.stats.measurement.irt.curves import Logistic
from pipeline.stats.measurement.irt.mixed import Mixed
from tests.engine.measurement.town import ITEMS, parameters, tables_of, town_wave


def alike(item, code):
    return lambda answers: answers.__setitem__(item, code)


def repeat(*items):
    """Each item answers as the one before it in the list."""

    def spoil(answers):
        for item in items[1:]:
            answers[item] = answers[items[0]]

    return spoil


def warnings(tables, wave="w1"):
    rows = tables["item_statistics"]
    return rows[rows["wave"] == wave].set_index("item")["warnings"].fillna("")


def test_parameters_are_recovered():
    found = OwnScale.of(town_wave(n=4000))
    slope, location = found.item_errors
    z_slope, z_location = [], []
    for j, item in enumerate(found.items):
        a, b = parameters(item)
        z_slope.append((found.slope(item) - a) / slope[j])
        z_location.append((found.location(item) - b) / location[j])
    assert np.abs(z_slope).max() < 4
    assert np.abs(z_location).max() < 4


@pytest.mark.parametrize("code", [1, 2])
def test_an_item_answered_alike_by_all_is_left_out_and_marked(code):
    wave = town_wave(spoil=alike("i03", code))
    assert OwnScale.of(wave).items == tuple(item for item in ITEMS if item != "i03")
    found = warnings(tables_of(wave))
    assert found["i03"] == "alike"
    assert not found.drop("i03").str.contains("alike").any()


def test_an_item_that_repeats_another_is_left_out_and_marked():
    wave = town_wave(spoil=repeat("i01", "i02"))
    found = OwnScale.of(wave)
    assert len(found.unscaled) == 1
    assert set(found.unscaled) < {"i01", "i02"}
    assert set(found.items) == set(ITEMS) - set(found.unscaled)
    assert warnings(tables_of(wave))[found.unscaled[0]] == "unscaled"


def test_attempts_without_a_bad_item_end(monkeypatch):
    monkeypatch.setattr(own_scale, "MOST_UNSCALED", 0)
    with pytest.raises(UnscaledItemsError, match=r"item i0[12]: slope ran to"):
        OwnScale.of(town_wave(spoil=repeat("i01", "i02")))


def test_partial_credit_stands_beside_right_and_wrong():
    found = OwnScale.of(town_wave(n=800, graded=["i02", "i03"]))
    assert isinstance(found.calibrated.model, Mixed)
    assert found.families[:4] == ["2pl", "gpcm", "gpcm", "2pl"]
    assert found.location("i02") < found.location("i08")


def test_a_category_that_nobody_chose_is_joined():
    def spoil(answers):
        answers["i02_1"], answers["i02_2"] = 1, 0  # two of four options right for everybody

    found = OwnScale.of(town_wave(graded=["i02"], spoil=spoil))
    assert found.chosen[found.items.index("i02")].tolist() == [2, 3, 4]
    assert found.calibrated.model.categories[found.items.index("i02")] == 3


def test_guessing_needs_people_and_the_message_names_the_plan():
    with pytest.raises(ConfigError, match=r"1000 respondents or more .* got 400") as caught:
        OwnScale.of(town_wave(measurement={"model": "3pl"}))
    assert caught.value.where == "wave w1, plan town, measurement.model"
    assert 'choose model = "2pl"' in caught.value.hint


@pytest.mark.parametrize(("model", "n"), [("rasch", 400), ("3pl", 1000)])
def test_every_model_of_the_plan_can_be_had(model, n):
    found = OwnScale.of(town_wave(n=n, measurement={"model": model}))
    assert isinstance(found.calibrated.model, Logistic)
    assert (found.calibrated.model.guessing.max() > 0) == (model == "3pl")
    assert (np.ptp(found.calibrated.model.slope) == 0) == (model == "rasch")
