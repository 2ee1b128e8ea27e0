import numpy as np
import pandas as pd
import pytest

from pipeline.config.items import Item
from pipeline.errors import ConfigError
from pipeline.fields import MissingKind
from pipeline.simulation.answers import answer_items, answer_questions, careless_answers
from pipeline.simulation.draws import draw_codes, effects
from pipeline.simulation.parameters import Answering, Conditional, GroupEffects, ItemParameters
from pipeline.stats.streams import stream

N = 40_000
HABITS = Answering(
    dont_know_constant=-1.0, dont_know_slope=0.5, question_dont_know=0.0, refused=0.0
)


def _item(item_type, codes, key):
    options = tuple({"code": code, "text_en": code} for code in codes)
    return Item(
        id="q1", type=item_type, text_en="?", options=options, key=tuple(key), status="live"
    )


def _share_right(item, ability, answering=HABITS):
    parameters = {
        "q1": ItemParameters(item="q1", difficulty=0.5, discrimination=1.2, guessing=0.25)
    }
    people = np.full(N, ability)
    columns = answer_items(people, [item], parameters, answering, stream("test", str(ability)))
    frame = pd.DataFrame(columns)
    key = [int(option.code in item.key) for option in item.options]
    right = key if item.type == "multiple" else [int(item.key[0])]
    return (frame == right).all(axis=1).mean(), frame


@pytest.mark.parametrize("ability", [-2.0, 0.5, 3.0])
@pytest.mark.parametrize(
    "item",
    [
        _item("true_false", "12", "1"),
        _item("single", "1234", "3"),
        _item("multiple", "12345", "124"),
    ],
    ids=["true_false", "single", "multiple"],
)
def test_right_answers_follow_the_model(item, ability):
    """Known 1/(1+exp(-1.2(ability-0.5))); else admitted 1/(1+exp(1+ability/2)); else 1 in 4."""
    known = 1 / (1 + np.exp(-1.2 * (ability - 0.5)))
    admitted = 1 / (1 + np.exp(1 + ability / 2))
    expected = known + (1 - known) * (1 - admitted) * 0.25
    found, frame = _share_right(item, ability)
    assert found == pytest.approx(expected, abs=0.01)
    unsure = (frame == MissingKind.DONT_KNOW).all(axis=1).mean()
    assert unsure == pytest.approx((1 - known) * admitted, abs=0.01)


def test_a_wrong_multiple_response_never_equals_the_key_nor_is_empty():
    _, frame = _share_right(_item("multiple", "12345", "124"), -8.0, HABITS)
    answered = frame[(frame >= 0).all(axis=1)]
    assert answered.isin([0, 1]).all(axis=None)
    assert (answered.sum(axis=1) > 0).all()


def test_refusals_are_as_frequent_as_stated_and_whole():
    habits = HABITS.model_copy(update={"refused": 0.05})
    _, frame = _share_right(_item("multiple", "123", "12"), 0.0, habits)
    refused = frame == MissingKind.REFUSED
    assert refused.all(axis=1).mean() == pytest.approx(0.05, abs=0.005)
    assert (refused.any(axis=1) == refused.all(axis=1)).all()


def test_careless_answers_are_valid_and_even():
    columns = careless_answers([_item("single", "1234", "3")], N, stream("careless"))
    assert np.bincount(columns["q1"])[1:] / N == pytest.approx([0.25] * 4, abs=0.01)


def test_questions_keep_to_their_shares_limits_and_leads(workspace, city, population):
    people = population.people
    questions = workspace.instrument("2025").questions
    given = pd.DataFrame(
        answer_questions(people, questions, city.questions, HABITS, stream("questions"))
    )
    channels = given.filter(regex=r"^channel_\d$")
    assert channels.sum(axis=1).max() == city.questions["channel"].at_most
    first = given["channel_first"].astype(str)
    several = channels.sum(axis=1) > 0
    chosen = np.array([channels.loc[row, f"channel_{code}"] for row, code in first.items()])
    assert (chosen[several] == 1).all()
    urban = (people["urban_rural"] == "urban").to_numpy()
    share = city.questions["venue"].shares["urban"]["3"]
    assert given["venue_3"][urban].mean() == pytest.approx(share, abs=0.02)


def test_codes_follow_their_shares_and_the_default():
    known = pd.DataFrame({"a": ["x"] * N + ["y"] * N})
    rule = Conditional(given=("a",), shares={"x": {"1": 0.2, "2": 0.8}, "*": {"3": 1.0}})
    codes = pd.Series(draw_codes(rule, known, stream("codes"), "rule").astype(str))
    assert (codes[:N] == "2").mean() == pytest.approx(0.8, abs=0.01)
    assert (codes[N:] == "3").all()


def test_a_combination_without_shares_is_refused():
    known = pd.DataFrame({"a": ["x", "y"], "b": ["1", "2"]})
    rule = Conditional(given=("a", "b"), shares={"x|1": {"1": 1.0}})
    with pytest.raises(ConfigError, match=r"traits\.t: no shares for y\|2"):
        draw_codes(rule, known, stream("codes"), "traits.t")


def test_effects_add_over_domains():
    rule = GroupEffects(constant=1.0, groups={"a": {"x": 0.5}, "b": {"2": -2.0}})
    people = pd.DataFrame({"a": ["x", "y"], "b": ["1", "2"]}, dtype="category")
    assert effects(rule, people).tolist() == [1.5, -1.0]


def test_streams_of_different_names_differ_and_repeat():
    assert stream("a", "b").random() == stream("a", "b").random()
    assert len({stream(name).random() for name in ("a", "b", "ab")}) == 3
