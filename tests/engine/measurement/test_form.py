import numpy as np
import pytest

from pipeline.engine.measurement.chain import WaveScale, common_scales
from pipeline.engine.measurement.form import Form
from pipeline.engine.measurement.own_scale import OwnScale
from pipeline.errors import ContractError
from tests.engine.measurement.town import ITEMS, QUIZ, parameters, quiz, town_wave


def scale_of(wave) -> WaveScale:
    (found,) = common_scales([OwnScale.of(wave)], [])
    return found


def form_of(wave, label=QUIZ) -> Form:
    return Form.of(wave, scale_of(wave), label)


def alike(item, code):
    return lambda answers: answers.__setitem__(item, code)


def true_cut(points: float, items=ITEMS) -> float:
    """Ability at which the planted curves give so many points of five an item."""
    ability = np.linspace(-6, 6, 4801)
    total = sum(5 / (1 + np.exp(-a * (ability - b))) for a, b in map(parameters, items))
    return float(np.interp(points, total, ability))


def test_the_cut_lies_where_the_planted_curves_give_the_points():
    assert form_of(town_wave(n=4000)).latent_cut == pytest.approx(true_cut(70), abs=0.06)


@pytest.mark.parametrize(("code", "given"), [(1, 5.0), (2, 0.0)])
def test_an_item_answered_alike_gives_its_points_to_everybody(code, given):
    """The others must bring the rest of the 70."""
    wave = town_wave(n=4000, spoil=alike("i03", code))
    form = form_of(wave)
    others = [item for item in ITEMS if item != "i03"]
    assert form.latent_cut == pytest.approx(true_cut(70 - given, others), abs=0.06)
    assert form.observed.scores.min() == given
    assert form.observed.scores.max() == 95 + given


def test_an_item_without_a_curve_is_counted_as_by_those_near_the_cut():
    def spoil(answers):
        answers["i02"] = answers["i01"]

    wave = town_wave(n=2000, spoil=spoil)
    scale = scale_of(wave)
    form = Form.of(wave, scale, QUIZ)
    at = wave.items.index(scale.own.unscaled[0])
    probability = form.model.probabilities(np.array([-2.0, form.latent_cut, 2.0]))[at, 1]
    assert np.ptp(probability) == pytest.approx(0)
    near = np.abs(wave.scores(QUIZ) - 70) <= 10
    assert probability[0] == pytest.approx(wave.credit[near, at].mean(), abs=0.08)
    assert probability[0] > wave.credit[:, at].mean() + 0.1


def test_partial_credit_gives_part_of_the_points():
    wave = town_wave(n=1000, graded=["i02"])
    form = form_of(wave)
    assert form.points[wave.items.index("i02")].tolist() == [0, 1.25, 2.5, 3.75, 5]
    assert form.points[wave.items.index("i03")].tolist() == [0, 5, 0, 0, 0]
    assert form.observed.scores[1] == 1.25
    # The population's mean total by the model is that of its scores.
    mean = form.population @ form.expected
    assert mean == pytest.approx(np.average(wave.scores(QUIZ), weights=wave.weight), abs=1.0)


def test_a_joined_category_keeps_its_points():
    def spoil(answers):
        answers["i02_1"], answers["i02_2"] = 1, 0

    form = form_of(town_wave(graded=["i02"], spoil=spoil))
    assert form.points[1].tolist()[:3] == [2.5, 3.75, 5]
    assert form.observed.scores.min() == 2.5


def test_a_standard_of_some_of_the_items_has_a_cut_of_its_own():
    some = {
        item: {"dimension": ("facts", "skills")[place % 2], "points": 5}
        for place, item in enumerate(ITEMS[:10])
    }
    wave = town_wave(n=4000, standards=[quiz(), quiz("short", 20)], elsewhere={"short": some})
    assert form_of(wave, "short@1").latent_cut == pytest.approx(true_cut(20, ITEMS[:10]), abs=0.06)


def test_a_standard_without_an_item_on_the_scale_is_refused():
    one = {item: {"dimension": part, "points": 2}
           for item, part in (("i01", "facts"), ("i02", "skills"))}  # fmt: skip

    def spoil(answers):
        answers["i01"] = answers["i02"] = 1

    wave = town_wave(standards=[quiz(), quiz("two", 2)], elsewhere={"two": one}, spoil=spoil)
    with pytest.raises(ContractError, match="expected an item that tells people apart"):
        form_of(wave, "two@1")


def test_nodes_reach_all_people_and_never_straddle_the_cut():
    form = form_of(town_wave())
    passes = form.nodes.ability >= form.latent_cut
    assert (form.expected[passes] >= 70 - 1e-9).all()
    assert (form.expected[~passes] < 70).all()
    assert form.population.sum() == pytest.approx(1)
