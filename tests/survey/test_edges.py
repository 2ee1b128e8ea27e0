"""Domains of nobody, censuses, names that clash: an answer or a refusal in plain words."""

import numpy as np
import pytest

from pipeline import survey
from pipeline.errors import CalibrationError, ContractError

NOBODY = "score > 1e9"
LABELS = {"county": {"N": "north", "S": "south", "X": "nobody yet"}}


def of(frame, **options):
    return survey.Design(frame, weight="weight", stratum="stratum", psu="psu", **options)


@pytest.mark.parametrize("kind", [None, "jkn"])
def test_the_variance_in_a_domain_of_nobody_is_missing(people, kind):
    design = of(people, labels=LABELS)
    design = design if kind is None else design.replicates(kind)
    table = design.variance("score", by="county").set_index("county")
    assert table.loc["X", ["estimate", "se"]].isna().all()
    assert table.loc["N", "se"] > 0


def test_a_contrast_with_a_domain_of_nobody_has_no_error_either(people):
    row = of(people, labels=LABELS).contrast("mean", "score", {"N": 1, "X": -1}, by="county")
    assert row[["estimate", "se", "ci_low", "ci_high", "p_value"]].isna().all(axis=None)


def test_a_census_has_a_design_effect_of_zero_and_no_limit_to_its_effective_size(people):
    design = of(people.assign(drawn=1.0), fpc="drawn")
    table = design.design_effects("score").set_index("reference")
    assert table.loc["with_replacement", "deff"] == 0
    assert table.loc["with_replacement", "n_eff"] == np.inf


@pytest.mark.parametrize(
    "ask",
    [
        lambda design: design.rank("mean", "score", by="county", where=NOBODY),
        lambda design: design.design_effects("score", where=NOBODY),
        lambda design: design.goodness_of_fit("sex", {"F": 1, "M": 1}, where=NOBODY),
    ],
)
def test_questions_about_nobody_are_refused(design, ask):
    with pytest.raises(ContractError, match="nobody"):
        ask(design)


def test_a_column_without_any_answer_is_refused_by_name(design):
    with pytest.raises(ContractError, match='column "blank"'):
        design.assign(blank=np.array([None] * 600, dtype=object)).share("blank")
    with pytest.raises(ContractError, match="no column"):
        design.mean([])


def test_a_category_called_as_the_margin_is_refused(people):
    clashing = of(people.assign(county=people["county"].replace("N", "all")))
    with pytest.raises(ContractError, match=r'column "county".*"all"'):
        clashing.people(["county", "sex"], min_n=5)


@pytest.mark.parametrize(
    "bounds", [{"low": 0.9, "upper": 14}, {"low": 0.9}, {"low": 0.5, "high": 2, "lower": 3}]
)
def test_two_kinds_of_bounds_at_once_are_refused(design, bounds):
    with pytest.raises(CalibrationError, match="low and high"):
        design.trim(**bounds)


def test_a_population_size_may_be_a_number_of_numpy(people):
    plain, numpy = (of(people, fpc=size).mean("score") for size in (8, np.int64(8)))
    assert numpy["se"].item() == plain["se"].item()


def test_domains_of_nobody_have_no_rank_even_of_totals(people):
    table = of(people, labels=LABELS).rank("total", "score", by="county")
    assert set(table["county"]) == {"N", "S"}


def test_a_ratio_to_nothing_is_withheld(people):
    frame = people.assign(nothing=0.0, one=1.0)
    row = of(frame).ratio("one", "nothing").iloc[0]
    assert np.isnan(row["estimate"])
    assert "no_interval" in row["reason"]
