"""The text by which other programs can check a design."""

import pytest

from pipeline import survey
from pipeline.errors import DesignError


@pytest.fixture
def staged(twelve):
    frame = twelve.assign(N=8, M=30, person=range(12))
    return survey.Design(
        frame,
        weight="weight",
        stratum="stratum",
        psu=["psu", "person"],
        fpc=["N", "M"],
        lonely_psu="adjust",
        lonely_in_domains=True,
    )


def test_r_gets_the_whole_design_with_its_options(staged):
    assert staged.as_r("d").splitlines() == [
        'options(survey.lonely.psu="adjust")',
        "options(survey.adjust.domain.lonely=TRUE)",
        "design <- svydesign(ids=~psu+person, strata=~stratum, weights=~weight, fpc=~N+M, "
        "nest=TRUE, data=d)",
    ]


def test_r_gets_the_steps_it_knows_and_words_for_the_others(design):
    steps = (
        design.adjust_nonresponse(responded="answered", by="county")
        .rake({"sex": {"F": 3200, "M": 2800}})
        .calibrate({"population": 6000, "score": 303000}, bounds=(0.5, 2))
    )
    lines = steps.as_r().splitlines()[2:]
    assert lines[0].startswith("# weighting step adjust_nonresponse(by='county')")
    assert lines[1] == (
        "design <- rake(design, list(~sex), list(data.frame(sex=c('F', 'M'), Freq=c(3200, 2800))))"
    )
    assert lines[2] == (
        "design <- calibrate(design, ~score, c('(Intercept)'=6000, 'score'=303000), "
        "calfun='linear', bounds=c(0.5, 2))"
    )


def test_names_that_r_cannot_read_are_quoted(twelve):
    frame = twelve.rename(columns={"weight": "my weight"})
    assert "weights=~`my weight`" in survey.Design(frame, weight="my weight").as_r()


def test_stata_gets_stages_and_the_rule_for_lone_psus(staged):
    assert staged.as_stata() == (
        "svyset psu [pweight=weight], strata(stratum) fpc(N) singleunit(centered) || person, fpc(M)"
    )


def test_spss_gets_a_plan_that_ends_with_a_stop(staged):
    text = staged.as_spss()
    assert text.startswith("CSPLAN ANALYSIS")
    assert "/DESIGN STAGELABEL='stage 1' STRATA=stratum CLUSTER=psu" in text
    assert "/POPSIZE VARIABLE=M." in text


def test_unequal_probabilities_have_no_word_in_stata(twelve):
    frame = twelve.assign(p=1 / twelve["weight"])
    design = survey.Design(frame, weight="weight", fpc="p", pps="overton")
    assert "fpc=~p, pps='overton'" in design.as_r()
    assert "fpc(" not in design.as_stata()
    assert "* drawn without replacement" in design.as_stata()


def test_replicates_are_told_as_columns_with_their_scale(small):
    replicates = small.replicates("jkn")
    text = replicates.as_r()
    assert 'repweights="^replicate_[0-9]+$"' in text
    assert "scale=1, rscales=rep(0.5, 4)" in text
    assert list(replicates.replicate_frame().columns) == [
        "weight", *(f"replicate_{r}" for r in range(1, 5)),
    ]  # fmt: skip
    assert "multiplier(0.5)" in replicates.as_stata()
    assert "no replicate weights" in replicates.as_spss()


def test_replicates_of_unequal_scale_have_no_single_svyset(twelve):
    frame = twelve.assign(psu=[1, 1, 2, 2, 3, 3, 1, 1, 1, 2, 2, 2])
    design = survey.Design(frame, weight="weight", stratum="stratum", psu="psu")
    with pytest.raises(DesignError, match="expected replicates that count equally"):
        design.replicates("jkn").as_stata()


def test_r_gets_words_where_it_would_weight_otherwise(design):
    margins = {"sex": {"F": 3200, "M": 2800}}
    assert "# weighting step rake(" in design.rake(margins, bounds=(0.5, 2)).as_r()
    totals = {"population": 6000}
    for options in ({"weight_bounds": (0.1, 90)}, {"variance": "weight"}):
        assert "# weighting step calibrate(" in design.calibrate(totals, **options).as_r()
    trimmed = design.calibrate(totals, trim=(0.5, 2)).as_r()
    assert trimmed.endswith("calfun='linear', bounds=c(-Inf, Inf), trim=c(0.5, 2))")
