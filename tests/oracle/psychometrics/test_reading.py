"""Reading calls, names of statistics and columns, on texts that no folder needs to have."""

import numpy as np
import pandas as pd
import pytest

from tests.oracle.psychometrics.beta_binomial import cut, reliability
from tests.oracle.psychometrics.calibration import family, nodes, prior
from tests.oracle.psychometrics.columns import (
    covariate_columns,
    focal_people,
    group_labels,
    items,
    responses,
    survey_weights,
)
from tests.oracle.psychometrics.linking import _anchors, _natural
from tests.oracle.psychometrics.r_text import argument, assigned, calls, normal, numbers, sequence
from tests.oracle.psychometrics.requests import Number, Request
from tests.oracle.psychometrics.scoring import answer_to


def asked(call="", statistic="", *, frames=(), others=(), keys=None, note="", topic=""):
    """A request beside other calls of its case."""
    listed = {statistic: [""]} if keys is None else keys
    numbers_asked = [Number(key, 0.0, 0.0) for key in listed.get(statistic, [""])]
    return Request(
        case="T1", topic=topic, statistic=statistic, call=call, note=note, frames=tuple(frames),
        calls=(call, *others), case_keys=listed, kept={}, numbers=numbers_asked,
    )  # fmt: skip


def test_a_call_is_split_at_its_own_commas():
    plink = "plink(pars, D=1.7, weights.t=N(0,1) density on seq(-4,4,0.05), symmetric=FALSE)"
    outer, inner, grid = calls(plink)
    assert outer.unnamed == ("pars",)
    assert outer.named["weights.t"] == "N(0,1) density on seq(-4,4,0.05)"
    assert outer.argument("symmetric") == "FALSE"
    assert (inner.name, inner.unnamed) == ("N", ("0", "1"))
    assert grid.unnamed == ("-4", "4", "0.05")


@pytest.mark.parametrize(
    ("text", "unnamed", "named"),
    [
        ("pkg::f(x, 'a, b)', k=c(1,2))", ("x", "'a, b)'"), {"k": "c(1,2)"}),
        ("f(a==b, n=-.5)  # note", ("a==b",), {"n": "-.5"}),
        ("f(x, open=TRUE", ("x",), {"open": "TRUE"}),
    ],
)
def test_quotes_comparisons_and_unclosed_calls(text, unnamed, named):
    call = next(calls(text))
    assert (call.unnamed, call.named) == (unnamed, named)


def test_a_shortened_call_takes_what_another_row_says():
    request = asked("LL.CA", others=["pkg::LL.CA(x, cut=12, min=-3)", "LL.CA(x, cut=20)"])
    assert argument(request, r"LL\.CA", "cut") == "12"
    assert argument(request, r"LL\.CA", "max", default="none") == "none"


@pytest.mark.parametrize(
    ("text", "first", "last", "size"),
    [
        ("seq(-5,5,.1)", -5, 5, 101),
        ("seq(-6, 6, len=41)", -6, 6, 41),
        ("seq(-3,3,length.out=7)", -3, 3, 7),
        ("seq(-3, 3, by=0.25)", -3, 3, 25),
        ("61-point grid seq(-4,4)", -4, 4, 61),
    ],
)
def test_sequences(text, first, last, size):
    found = sequence(text)
    assert (found[0], len(found)) == (first, size)
    assert found[-1] == pytest.approx(last)


def test_numbers_that_belong_to_names_are_left_alone():
    assert numbers("c(12, -0.5, 33.0) of x1 and pv.2") == [12, -0.5, 33]
    assert assigned(asked("f(ID=3, D=1.7)"), "D") == 1.7


@pytest.mark.parametrize(
    ("text", "spread"),
    [("N(0.3,1.44) prior", 1.2), ("N(0.3, 1.2^2) prior", 1.2), ("dnorm(x, 0.3, sd=1.2)", 1.2)],
)
def test_a_normal_is_written_with_a_variance_a_square_or_a_deviation(text, spread):
    assert normal([text], "N|dnorm") == pytest.approx((0.3, spread))


def test_answers_are_codes_in_order_whatever_stands_between_them():
    frame = pd.DataFrame(
        {"q_b": [1, 5, None, 3], "wt": [0.5, 1.5, 1, 1], "q_a": [2, 0, 1, 2], "id": list("abcd")}
    )
    request = asked("mirt(y,1,'graded',survey.weights=wt)", topic="weighted_irt", frames=[frame])
    assert list(items(request)) == ["q_b", "q_a"]
    np.testing.assert_array_equal(responses(request)[:, 0], [0, 2, -1, 1])
    np.testing.assert_array_equal(survey_weights(request), frame["wt"])
    unweighted = asked("mirt(y,1,'graded')", topic="irt_calibration", frames=[frame])
    assert survey_weights(unweighted) is None


def test_weights_of_tam_have_mean_one():
    frame = pd.DataFrame({"i1": [0, 1], "i2": [1, 0], "final": [1.0, 3.0]})
    call = "TAM::tam.mml(y, pweights=final)"
    request = asked("EAP", topic="latent_regression", frames=[frame], others=[call])
    np.testing.assert_array_equal(survey_weights(request), [0.5, 1.5])


@pytest.mark.parametrize("text", ["Y=town", "Y=cbind(age, town,educ)", "Y=d[,c('age','town')]"])
def test_covariates_are_the_columns_that_the_call_names(text):
    frame = pd.DataFrame({name: [0, 1] for name in ("town", "age", "educ", "r1", "r2")})
    found = covariate_columns(asked(f"tam.mml(y, {text}, pweights=w)", frames=[frame]))
    assert set(found) == {name for name in ("town", "age", "educ") if name in text}


def test_columns_that_a_full_list_of_items_leaves_out_are_no_items():
    frame = pd.DataFrame({name: [0, 1] for name in ("r1", "r2", "r3", "school")})
    listed = {"rasch_b": ["r1", "r2", "r3"]}
    assert list(items(asked("mirt", frames=[frame], keys=listed))) == ["r1", "r2", "r3"]
    few = {"Q3_r1_r2..r2": ["r2"]}
    assert len(items(asked("mirt", frames=[frame], keys=few)).columns) == 4


def test_the_group_without_a_mean_is_the_reference():
    frame = pd.DataFrame({"grade": ["w_1", "w_3", "w_2"], "q": [0, 1, 0]})
    keys = {"concurrent_mean_w_1": [""], "concurrent_mean_w_2": [""]}
    request = asked("multipleGroup(y,1,group=grade)", frames=[frame], keys=keys)
    assert group_labels(request)[0] == "w_3"


@pytest.mark.parametrize(
    ("column", "call", "expected"),
    [
        (["male", "female"], 'difMH(y, group=sex, focal.name="female")', [False, True]),
        ([0, 1], "difMH(y, group=sex, focal.name=0, purify=TRUE)", [True, False]),
        ([1, 2], "difStd(y, group=2, focal.name=2)", [False, True]),
    ],
)
def test_focal_people(column, call, expected):
    frame = pd.DataFrame({"d1": [0, 1], "sex": column})
    is_focal, name = focal_people(asked(call, frames=[frame]))
    assert (is_focal.tolist(), name) == (expected, "sex")


def test_a_row_takes_nodes_and_prior_of_its_own_model_only():
    calls_of_case = ["mirt(y,1,'2PL',quadpts=31)", "mirt 3PL, g ~ norm(-1.1, 0.8), quadpts=41"]
    request = asked("mirt 3PL", "3pl_b", others=calls_of_case)
    assert family(request) == "3pl"
    assert len(nodes(request)) == 41
    assert (prior(request).mean, prior(request).sd) == (-1.1, 0.8)
    assert len(nodes(asked("mirt(y,1,'Rasch')", "rasch_b", others=calls_of_case))) == 61
    assert len(nodes(asked("TAM::tam.mml(y)", "beta"))) == 21


def test_a_printed_alpha_is_used_in_full_and_a_chosen_one_as_it_is():
    answers = pd.DataFrame({"a": [1, 1, 0, 0, 1], "b": [1, 0, 0, 0, 1], "c": [1, 1, 1, 0, 1]})
    own = reliability(asked("LL.CA(x, reliability=alpha)", frames=[answers]), r"LL\.CA")
    printed = asked(f"LL.CA(x, reliability={own:.8f})", frames=[answers])
    assert reliability(printed, r"LL\.CA") == own
    chosen = asked(f"LL.CA(x, reliability={own:.1f})", frames=[answers])
    assert reliability(chosen, r"LL\.CA") == round(own, 1)


def test_a_cut_in_the_name_comes_before_that_of_the_call():
    request = asked("LL.CA(x, .8, 30)", "ll_accuracy_4P")
    assert cut(request, r"LL\.CA") == 30
    assert cut(asked("LL.CA(x, .8, 30)", "ll_accuracy_4P_cut22.5"), r"LL\.CA") == 22.5


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        ("anchors i04..i06; D=1", ["i04", "i05", "i06"]),
        ("4 anchor items i05-i08", ["i05", "i06", "i07", "i08"]),
        ("anchors: i02, i09, i05", ["i02", "i09", "i05"]),
        ("12 anchors i01,i04,...,i10; D=1.7", ["i01", "i04", "i07", "i10"]),
        ("nothing said", [f"i{k:02d}" for k in range(1, 13)]),
    ],
)
def test_anchors(note, expected):
    assert _anchors(note, [f"i{k:02d}" for k in range(1, 13)]) == expected


def test_items_are_ordered_by_their_numbers():
    assert sorted(["q10", "q9", "p2"], key=_natural) == ["p2", "q9", "q10"]


@pytest.mark.parametrize(
    "statistic",
    [
        "posterior_prob_above_-0.75", "discrimination_D33", "alpha_ci90_feldt", "Q3_q03_q04..q09",
        "coef_linear_tucker_ws0.25", "yx_equip_frequency_estimation_ws-1", "yx_equip_chained",
        "yx_mean_braun_holland", "link_B_SL_symmetric", "link_A_HB_uniform", "ci99",
        "concurrent_var_second_wave", "ll_kappa_2P", "hb_confusion_4P", "percentile_rank_y",
    ],
)  # fmt: skip
def test_names_that_carry_parameters_are_answered(statistic):
    assert answer_to("any", statistic) is not None


def test_other_names_are_not():
    assert answer_to("any", "yx_circle_arc") is None
