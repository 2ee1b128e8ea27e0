"""How the runner reads conditions, R calls and designs."""

import pandas as pd
import pytest

from tests.oracle.survey.conditions import mask_of, values_of, without_remark
from tests.oracle.survey.designs import _range as names_in
from tests.oracle.survey.r_text import arguments, contrast_of, design_of_text

FRAME = pd.DataFrame(
    {
        "sch.wide": ["Yes", "No", "Yes", None],
        "age": ["(0,19]", "(19,39]", "(0,19]", "(0,19]"],
        "y": [1.0, 2.0, float("nan"), 4.0],
    }
)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("sch.wide=='Yes'", [0, 2]),
        ("y not missing", [0, 1, 3]),
        ("y is not missing and age=='(0,19]'", [0, 3]),
        ("y is missing", [2]),
        ("age=='(0,19]' (three rows)", [0, 2, 3]),
        ("y>1: a remark, with words", [1, 3]),
        ("not (age=='(0,19]') and y>1", [1]),
        ("(y==1 or y==2) and sch.wide=='No'", [1]),
        (None, [0, 1, 2, 3]),
    ],
)
def test_conditions_name_rows(text, kept):
    assert list(FRAME.index[mask_of(FRAME, text)]) == kept


def test_brackets_in_quotes_are_no_remark():
    assert without_remark("age=='(0,19]'") == "age=='(0,19]'"


def test_an_expression_is_missing_where_its_column_is():
    found = values_of(FRAME, "I(y==1)")
    assert found.isna().tolist() == [False, False, True, False]
    assert found.dropna().tolist() == [1, 0, 0]


def test_arguments_of_a_call_are_split_outside_brackets_and_quotes():
    assert arguments("f(a, g(b, c), 'x,y')", "f") == ["a", "g(b, c)", "'x,y'"]


@pytest.mark.parametrize(
    ("call", "contrast"),
    [
        ("svycontrast(x,c('1'=-1,'2'=1))", {"1": -1, "2": 1}),
        ("svycontrast(x,quote(a^2/b))", "a**2/b"),
        ("svycontrast(x,list(m=c(.5,.5),d=c(1,-1)))", {"m": [0.5, 0.5], "d": [1, -1]}),
    ],
)
def test_contrasts_are_read_from_the_call(call, contrast):
    assert contrast_of(call) == contrast


def test_a_parent_design_is_read_from_its_call():
    spec = design_of_text("as.svrepdesign(svydesign(data=s,prob=~1,id=~a,strata=~e,nest=TRUE))")
    assert (spec["psu"], spec["strata"], spec["weights"]) == ("a", "e", "1")


def test_ranges_of_replicate_weights_keep_leading_zeros():
    assert names_in("b08..b11") == ["b08", "b09", "b10", "b11"]
