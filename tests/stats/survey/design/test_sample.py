import numpy as np
import pandas as pd
import pytest

from pipeline.errors import DesignError
from pipeline.stats.survey.design.adjustment import Adjustment
from pipeline.stats.survey.design.sample import Sample, Stage
from tests.stats.survey.survey_strategies import six_people


def test_psus_of_one_name_in_two_strata_are_two_psus():
    design = six_people()
    assert (design.n_psu, design.n_strata, design.df) == (4, 2, 2)
    assert list(
        zip(design.units.stratum[design.units.stratum_of_unit], design.units.unit, strict=True)
    ) == [
        ("a", "1"),
        ("a", "2"),
        ("b", "1"),
        ("b", "2"),
    ]


def test_degrees_of_freedom_of_a_domain_count_the_psus_and_strata_it_touches():
    mask = np.array([True, True, True, True, False, False])
    assert six_people().domain_df(mask) == 3 - 2


def test_rows_of_weight_zero_are_in_no_count():
    design = six_people(weight=[0, 0, 2, 1, 1, 2])
    assert (design.n_rows, design.n_psu, design.df) == (6, 3, 1)
    assert design.domain_df(np.array([True, True, False, False, False, False])) == 0


def test_all_faults_of_a_design_are_reported_at_once():
    with pytest.raises(DesignError) as refused:
        six_people(
            weight=[1, -1, np.nan, -2, 1, 1], stratum=pd.Series(["a", None, "a", "b", "b", "b"])
        )
    assert refused.value.faults == [
        "base weight: missing or infinite in 1 rows",
        "base weight: negative in 2 rows",
        "stage 1 stratum: missing in 1 rows",
    ]
    assert "weight 0 or is left out" in refused.value.hint


def test_lengths_must_agree():
    with pytest.raises(DesignError, match="base weight 2, stage 1 unit 3"):
        Sample.clustered([1, 1], psu=np.arange(3))


def test_a_design_without_any_weight_is_refused():
    with pytest.raises(DesignError, match="one above zero, got none in 6 rows"):
        six_people(weight=np.zeros(6))


def test_a_step_must_fit_the_rows():
    with pytest.raises(DesignError, match=r"base weight 6, .*step 1 5"):
        six_people().adjusted(Adjustment(ratio=np.ones(5)))


def test_final_weights_are_base_weights_times_the_ratios_of_the_steps():
    design = six_people().adjusted(Adjustment(ratio=np.full(6, 2.0)))
    design = design.adjusted(Adjustment(ratio=np.array([0, 1.5, 1, 1, 1, 1])))
    assert design.weight.tolist() == [0, 3, 4, 2, 2, 4]


def test_people_who_dropped_out_still_count_as_drawn():
    design = six_people().adjusted(Adjustment(ratio=np.array([0.0, 0, 1, 1, 1, 1])))
    assert (design.n_psu, design.df) == (4, 2)
    assert design.is_counted.sum() == 4


def test_more_units_than_the_population_has_are_refused_by_stratum():
    with pytest.raises(DesignError, match="stratum b: more units drawn than the population has"):
        _ = six_people(fpc=np.array([2.0, 2, 2, 1.5, 1.5, 1.5])).units


def test_one_stratum_has_one_population_size():
    with pytest.raises(DesignError, match=r"stage 1.*one fpc per unit, got several in 1 of 4"):
        _ = six_people(fpc=np.array([10.0, 20, 10, 10, 10, 10])).units


@pytest.mark.parametrize("fpc", [[4.0] * 3 + [8.0] * 3, [0.5] * 3 + [0.25] * 3])
def test_population_sizes_and_fractions_mean_the_same(fpc):
    assert six_people(fpc=np.array(fpc)).units.fraction.tolist() == [0.5, 0.5, 0.25, 0.25]


def test_units_of_a_later_stage_are_nested_and_carry_the_fraction_of_their_parents():
    stages = (
        Stage(unit=np.array([1, 1, 2, 2]), fpc=np.full(4, 4.0)),
        Stage(unit=np.array([1, 2, 1, 2]), fpc=np.full(4, 10.0)),
    )
    psus, people = Sample(base_weight=np.full(4, 10.0), stages=stages).levels
    assert psus.fraction.tolist() == [0.5, 0.5]
    assert people.carried.tolist() == [0.5] * 4
    assert people.stratum.tolist() == ["all/1", "all/2"]
    assert people.scale == pytest.approx([0.5 * 0.8] * 4)


def test_a_later_stage_adds_nothing_when_units_were_drawn_with_replacement():
    stages = (Stage(unit=np.array([1, 1, 2, 2])), Stage(unit=np.arange(4), fpc=np.full(4, 10.0)))
    assert len(Sample(base_weight=np.ones(4), stages=stages).levels) == 1


@pytest.mark.parametrize("kind", ["int64", "object", "category"])
def test_names_are_ordered_alike_whatever_their_type(kind):
    labels = pd.Series([10, 9, 9, 10]).astype(kind)
    design = Sample.clustered(np.ones(4), psu=labels)
    assert design.units.unit.tolist() == ["10", "9"]
    assert design.units.unit_of_row.tolist() == [0, 1, 1, 0]
