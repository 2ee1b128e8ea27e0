from dataclasses import replace

import numpy as np
import pytest

from pipeline.config.plan import Plan
from pipeline.engine.measurement.wave import MeasuredWave
from pipeline.errors import ConfigError
from tests.engine.measurement.town import ITEMS, QUIZ, quiz, town_wave


def remade(wave: MeasuredWave, **changes) -> MeasuredWave:
    given = {
        "name": wave.name, "tables": wave.tables, "instrument": wave.instrument,
        "bank": wave.bank, "standards": wave.standards, "plan": wave.plan,
    } | changes  # fmt: skip
    return MeasuredWave.of(**given)


def test_weights_average_one_and_keep_their_proportions(first):
    delivered = first.tables.people["w"].to_numpy()
    assert first.weight.mean() == pytest.approx(1)
    assert first.weight == pytest.approx(delivered / delivered.mean())


def test_an_item_that_nobody_was_asked_takes_no_part():
    """It counts under another standard, so the headline still has scores."""
    elsewhere = {"quiz": {}, "other": {"i03": {"dimension": "facts", "points": 1}}}
    wave = town_wave(
        spoil=lambda answers: answers.__setitem__("i03", -1),
        standards=[quiz("all_but", 60.0), quiz()],
        elsewhere={
            "all_but": {
                item: {"dimension": ("facts", "skills")[place % 2], "points": 5}
                for place, item in enumerate(ITEMS)
                if item != "i03"
            }
        }
        | elsewhere,
    )
    assert wave.items == tuple(item for item in ITEMS if item != "i03")
    assert list(wave.total_standards) == ["all_but@1"]


def test_a_wave_without_a_score_under_the_headline_is_refused():
    with pytest.raises(ConfigError, match="a score under quiz@1, got none") as caught:
        town_wave(spoil=lambda answers: answers.__setitem__("i03", -1))
    assert caught.value.where == "plan town, headline"


def test_a_plan_without_measurement_is_refused(first):
    content = first.plan.model_dump(by_alias=True) | {"measurement": None}
    with pytest.raises(ConfigError, match="headline standard passed by a total"):
        remade(first, plan=Plan.model_validate(content))


def test_a_headline_that_no_total_passes_is_refused(first):
    conjunctive = quiz(**{"pass": {"rule": "every_dimension", "inclusive": True}})
    with pytest.raises(ConfigError, match="leave out \\[measurement\\]"):
        remade(first, standards=[conjunctive])


def test_partial_credit_becomes_categories_and_no_score_stays_missing():
    wave = town_wave(graded=["i02"], spoil=lambda answers: answers.__setitem__("i02_1", 1))
    column = wave.responses[:, wave.items.index("i02")]
    assert wave.steps[wave.items.index("i02")] == 4
    assert column.tolist() == np.rint(4 * wave.tables.items["i02"]).tolist()
    assert column.min() >= 1


def test_people_without_a_score_have_none(first):
    half = first.tables.scores[:400]
    wave = replace(first, tables=replace(first.tables, scores=half))
    assert np.isnan(wave.scores(QUIZ)).sum() == first.n - 400
