import numpy as np
import pandas as pd
import pytest

from pipeline.errors import ContractError
from pipeline.survey.formulas import design_matrix

FRAME = pd.DataFrame(
    {
        "score": [70.0, 60, 80, 90],
        "age": [20.0, 30, 40, 50],
        "sex": ["F", "M", None, "M"],
        "edu": ["low", "mid", "high", "mid"],
        "urban.rural": ["u", "r", "u", "r"],
        "wave": [1, 2, 1, 2],
        "size": pd.Categorical(["s", "l", "s", "m"], categories=["s", "m", "l", "xl"]),
        "one": ["x"] * 4,
    }
)


@pytest.mark.parametrize(
    ("formula", "names"),
    [
        ("score ~ age", ["(Intercept)", "age"]),
        ("score ~ 1", ["(Intercept)"]),
        ("sex + edu", ["(Intercept)", "sexM", "edumid"]),
        ("score ~ edu - 1", ["eduhigh", "edulow", "edumid"]),
        ("score ~ urban.rural * age", ["(Intercept)", "urban.ruralu", "age", "urban.ruralu:age"]),
        ("score ~ I(age/10) + I(age^2)", ["(Intercept)", "I(age/10)", "I(age^2)"]),
        ("score ~ wave", ["(Intercept)", "wave"]),
        ("score ~ factor(wave)", ["(Intercept)", "factor(wave)2"]),
        ("score ~ size", ["(Intercept)", "sizem", "sizel"]),
        ("score ~ sqrt(age) + log(age)", ["(Intercept)", "sqrt(age)", "log(age)"]),
    ],
)
def test_columns_are_named_as_in_r(formula, names):
    assert list(design_matrix(formula, FRAME).names) == names


def test_levels_are_coded_against_the_first_and_missing_rows_are_out():
    """Row 2 has no sex, so the level "high" is nowhere and "low" comes first."""
    made = design_matrix("score ~ sex + edu", FRAME)
    expected = np.array([[1.0, 0, 0], [1, 1, 1], [np.nan] * 3, [1, 1, 1]])
    assert made.x == pytest.approx(expected, nan_ok=True)
    assert made.outcome == pytest.approx([70, 60, np.nan, 90], nan_ok=True)


def test_an_expression_is_computed():
    assert design_matrix("~ I(age/10)", FRAME).x[:, 1] == pytest.approx([2, 3, 4, 5])


@pytest.mark.parametrize(
    "left", ["(urban.rural=='u')", "I(urban.rural == 'u')", "`urban.rural` == 'u'", "urban.rural"]
)
def test_an_outcome_may_be_a_condition_or_two_levels(left):
    assert design_matrix(f"{left} ~ age", FRAME).outcome == pytest.approx([1, 0, 1, 0])


def test_columns_of_a_term_are_found_however_it_is_written():
    made = design_matrix("score ~ size*I(age/10) + urban.rural", FRAME)
    assert made.names_of("size") == ["sizem", "sizel"]
    assert made.names_of("I(age / 10):size") == ["sizem:I(age/10)", "sizel:I(age/10)"]
    assert made.names_of("(Intercept)") == ["(Intercept)"]
    with pytest.raises(ContractError, match='has no term "sex"'):
        made.names_of("sex")


def test_another_frame_is_coded_by_the_levels_of_the_first():
    made = design_matrix("score ~ size + age", FRAME)
    other = pd.DataFrame({"size": ["l", None], "age": [1.0, 2.0]})
    assert made.of(other) == pytest.approx(np.array([[1.0, 0, 1, 1], [np.nan] * 4]), nan_ok=True)
    with pytest.raises(ContractError, match='"size": level xl is not in the frame'):
        made.of(pd.DataFrame({"size": ["xl"], "age": [1.0]}))
    with pytest.raises(ContractError, match='no column "age"'):
        made.of(pd.DataFrame({"size": ["l"]}))


@pytest.mark.parametrize(
    ("formula", "fault"),
    [
        ("score ~ nope + aeg", 'no column "aeg"; did you mean age'),
        ("score ~ one", '"one": expected two levels or more in complete rows, got only x'),
        ("edu ~ age", 'outcome "edu": expected numbers or two levels, got 3 levels'),
        ("score ~ age +", 'cannot read "age \\+"'),
        ("score ~ .", 'name the columns that "." stands for'),
        ("score ~ nosuch(age)", "cannot read"),
    ],
)
def test_formulas_that_cannot_be_are_refused(formula, fault):
    with pytest.raises(ContractError, match=fault):
        design_matrix(formula, FRAME)


def test_a_frame_without_a_complete_row_is_refused():
    with pytest.raises(ContractError, match="no row has all of its variables"):
        design_matrix("score ~ sex", FRAME.assign(sex=None))
